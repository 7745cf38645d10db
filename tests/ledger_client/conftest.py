"""What tests of the client share; beside it lie helpers that several of them import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anvil import running_anvil
from facade import World, clock_for, found, new_home

from ledger_client.ledger import Ledger


@pytest.fixture(scope="module")
def facade_anvil(anvil_path: Path) -> Iterator[str]:
    """The URL of an anvil on which the tests of a module let days pass."""
    with running_anvil(anvil_path) as url:
        yield url


@pytest.fixture(scope="module", params=["embedded", "anvil"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A founded ledger behind the facade, one a module and engine."""
    url = str(request.getfixturevalue("facade_anvil")) if request.param == "anvil" else None
    clock = clock_for(url)
    home = new_home(tmp_path_factory.mktemp("facade") / "home", url, clock)
    with Ledger.open(home, clock=clock) as ledger:
        found(ledger)
        yield World(ledger, clock)
