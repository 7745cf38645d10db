"""How a document names its proposal, and which of its lots leave."""

from __future__ import annotations

import pytest

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.deliveries import leaving, lots_of, reference_to
from ledger_client.documents import Kind
from ledger_client.lines import Line, pack_lines
from ledger_client.words import FieldRangeError, Reference, join_words, pack_head, unpack_reference

KEY = 0xABCDEF12 << 216


def test_a_document_refers_to_its_proposal_by_type_and_key() -> None:
    assert unpack_reference(reference_to(KEY)) == Reference(REFERENCE_PROPOSAL, KEY)


def test_lots_of_a_proposal_are_those_of_its_lines() -> None:
    lines = join_words([pack_head(5, 0, 40), pack_head(7, 0, 0)])
    assert lots_of(lines) == {5: 40, 7: 0}
    assert lots_of(b"") == {}


@pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
def test_lots_that_stay_are_left_out_of_the_document(kind: Kind) -> None:
    assert leaving(kind, {9: 2, 5: 40, 7: 0}) == pack_lines(kind, [Line(5, 40), Line(9, 2)])
    with pytest.raises(FieldRangeError):
        leaving(kind, {5: 1 << 63})
