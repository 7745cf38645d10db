from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anvil import running_anvil
from probe import CHAIN_ID, START, sign_call, sign_creation

from ledger_client.embedded import ManualClock
from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.rpc import Rpc


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def chain(tmp_path: Path, clock: ManualClock) -> Iterator[EmbeddedChain]:
    """A chain with the probe contract in block 1."""
    chain = EmbeddedChain.create(tmp_path / "ledger", chain_id=CHAIN_ID, clock=clock)
    chain.submit([sign_creation()])
    chain.seal()
    yield chain
    chain.close()


@pytest.fixture
def rpc(chain: EmbeddedChain) -> Rpc:
    """Block 2 has two transactions with logs, block 3 is empty, block 4 has one that fails."""
    chain.submit([sign_call(1, "writeMany", 10, 3), sign_call(2, "note", b"\x01" * 40)])
    chain.seal()
    chain.seal()
    chain.submit([sign_call(3, "fail", 7)])
    chain.seal()
    return Rpc(chain)


@pytest.fixture(scope="module")
def own_anvil(request: pytest.FixtureRequest) -> Iterator[str]:
    """The JSON-RPC URL of an anvil of one's own: SHECANG_ANVIL, or where scripts/test puts it."""
    named = os.environ.get("SHECANG_ANVIL")
    path = Path(named) if named else request.getfixturevalue("anvil_path")
    with running_anvil(path) as url:
        yield url
