"""Two real chains: the embedded one, and anvil as an independent second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anvil import running_anvil
from outbox_steps import CHAIN_ID, connect

from ledger_client.chain import Chain
from ledger_client.chain import connect as connect_chain
from ledger_client.embedded import ManualClock, create_chain
from ledger_client.keystores import create_keystore
from ledger_client.outbox import Outbox
from ledger_client.signers import KeystoreSigner


@pytest.fixture(scope="session")
def outbox_anvil(request: pytest.FixtureRequest) -> Iterator[str]:
    """The JSON-RPC URL of an anvil: SHECANG_ANVIL, or where scripts/test puts it."""
    named = os.environ.get("SHECANG_ANVIL")
    path = Path(named) if named else request.getfixturevalue("anvil_path")
    with running_anvil(path) as url:
        yield url


@pytest.fixture(params=["embedded", "anvil"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a chain is: the directory of an embedded one, or the URL of anvil."""
    if request.param == "anvil":
        return str(request.getfixturevalue("outbox_anvil"))
    create_chain(tmp_path / "ledger", chain_id=CHAIN_ID, clock=ManualClock(1_700_000_000))
    return str(tmp_path / "ledger")


@pytest.fixture
def chain(address: str) -> Iterator[Chain]:
    with connect(address) as chain:
        yield chain


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox.open(tmp_path / "outbox.sqlite") as outbox:
        yield outbox


@pytest.fixture
def signer(tmp_path: Path) -> KeystoreSigner:
    return KeystoreSigner.open(create_keystore(tmp_path / "keeper.json", "", demo=True).path, "")


@pytest.fixture
def unreachable() -> Chain:
    """A chain that nobody answers for: port 9 of the loopback address."""
    return connect_chain("http://127.0.0.1:9")
