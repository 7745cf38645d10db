"""One draft of every kind, each of a document that a real ledger has recorded as it stands."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from drafted import Drafting

from ledger_client.chain import connect
from ledger_client.documents import Kind
from ledger_client.drafts import Draft


@pytest.fixture(scope="session")
def drafting(anvil: str) -> Drafting:
    """The ledger on which they were recorded."""
    return Drafting.played(connect(anvil))


@pytest.fixture(scope="session")
def drafts(drafting: Drafting) -> Mapping[Kind, Draft]:
    """By kind, with all consents."""
    return drafting.drafts
