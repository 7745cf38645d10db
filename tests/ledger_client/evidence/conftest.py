"""One played ledger for all tests of evidence: making it takes longer than any of them."""

from __future__ import annotations

import pytest
from proved import Proved, prove


@pytest.fixture(scope="session")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Proved:
    """A ledger with every kind of document, checkpointed and indexed."""
    return prove(tmp_path_factory.mktemp("proved"))


@pytest.fixture(scope="session")
def evidence(proved: Proved) -> bytes:
    """The evidence of the site at which most happened."""
    return proved.export()


@pytest.fixture(scope="session")
def full(proved: Proved) -> bytes:
    """Evidence with all that a file can have: four headers, all classes of proof, receipts, grants, names."""
    return proved.export(block=proved.checkpoint.number - 3, names=True)
