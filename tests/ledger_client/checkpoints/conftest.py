"""An embedded chain with a ledger, for whoever signs or compares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from vouching import Vouched, vouched

from ledger_client.chain import Chain
from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.node import Node


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Vouched]:
    clock = ManualClock(1_790_000_000)
    create_chain(tmp_path / "chain", 20_260_402, clock)
    provider = EmbeddedProvider(tmp_path / "chain", clock=clock)
    yield vouched(Chain(Node(provider, "embedded")))
    provider.close()
