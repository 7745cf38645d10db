"""A real ledger, and one act of every function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from acted import act_of, elsewhere, prepared_calls
from facade import clock_for, found, new_home

from ledger_client.acts import Act
from ledger_client.ledger import Ledger


@pytest.fixture(scope="session")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A founded ledger on a chain of its own."""
    clock = clock_for(None)
    with Ledger.open(new_home(tmp_path_factory.mktemp("acts") / "home", None, clock), clock=clock) as ledger:
        found(ledger)
        yield ledger


@pytest.fixture(scope="session")
def acts(acting: Ledger) -> Mapping[str, Act]:
    """By function, prepared for a key that is elsewhere; nobody has signed anything."""
    prepared = [act_of(each) for each in prepared_calls(acting, elsewhere())]
    return {each.function: each for each in prepared}
