"""Drafts: who signs what when, and that what is signed follows from the draft alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from drafted import SIGNERS, all_consented, unsigned
from played_ledger import APPROVER, KEEPER, OTHER_KEEPER, STRANGER

from ledger_client.documents import Kind
from ledger_client.drafts import ConsentsMissingError, ConsentWrongError, Draft, Part
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines


def test_a_draft_of_every_kind_was_recorded_or_made(drafts: Mapping[Kind, Draft]) -> None:
    assert set(drafts) == set(Kind)


def test_others_consent_before_the_sender_signs(drafts: Mapping[Kind, Draft]) -> None:
    draft = unsigned(drafts[Kind.REVERSAL])
    assert list(draft.seats) == [Part.OTHER, Part.APPROVER, Part.SENDER]
    assert draft.waiting_for == [Part.OTHER, Part.APPROVER]
    with pytest.raises(ConsentsMissingError, match="the other party and the approver") as caught:
        draft.transaction(0)
    assert "另一方、审批人" in caught.value.text("zh")
    draft = draft.consented(Part.APPROVER, APPROVER.sign_digest(draft.consent_digest))
    assert draft.waiting_for == [Part.OTHER]
    draft = draft.consented(Part.OTHER, OTHER_KEEPER.sign_digest(draft.consent_digest))
    assert draft.waiting_for == [Part.SENDER]
    assert draft == drafts[Kind.REVERSAL]


def test_a_document_of_one_signer_waits_for_its_sender(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.ISSUE]
    assert draft.waiting_for == [Part.SENDER]
    fields = draft.transaction(7)
    assert (fields["nonce"], fields["to"], fields["chainId"]) == (7, draft.ledger, draft.chain_id)


@pytest.mark.parametrize("who", [STRANGER, KEEPER, APPROVER])
def test_a_consent_by_somebody_else_is_refused(drafts: Mapping[Kind, Draft], who: object) -> None:
    draft = unsigned(drafts[Kind.HAND_OVER])
    signature = SIGNERS[who.address].sign_digest(draft.consent_digest)  # type: ignore[attr-defined]
    with pytest.raises(ConsentWrongError, match="of the other party of draft") as caught:
        draft.consented(Part.OTHER, signature)
    assert "另一方会签" in caught.value.text("zh")


def test_a_consent_to_something_else_is_refused_before_the_transaction(drafts: Mapping[Kind, Draft]) -> None:
    """A server may put a consent to one document beside another: it is looked at again at the end."""
    draft = drafts[Kind.WRITE_OFF]
    for altered in (
        replace(draft, document=replace(draft.document, to=1)),
        replace(draft, document=replace(draft.document, lines=draft.document.lines[32:])),
        replace(draft, body=keccak(b"another note")),
        replace(draft, valid_until=draft.valid_until + 1),
        replace(draft, chain_id=draft.chain_id + 1),
        replace(draft, ledger=KEEPER.address),
        replace(draft, kind=Kind.HOLD),
    ):
        with pytest.raises(ConsentWrongError):
            altered.transaction(0)


def test_who_sends_is_not_covered_by_consents_and_is_by_the_transaction(drafts: Mapping[Kind, Draft]) -> None:
    """The contract reads the sender off the transaction; what the others signed stays theirs."""
    draft = drafts[Kind.WRITE_OFF]
    assert replace(draft, sender=draft.approver or draft.sender).consent_digest == draft.consent_digest


@pytest.mark.parametrize("kind", [Kind.CONTEST, Kind.REVERSAL])
def test_companions_are_not_covered_by_consents(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    """Somebody who shows less than is undone gets consents that count for all: sentences say so."""
    draft = drafts[kind]
    lines = pack_lines(Kind.HAND_OVER, [Line(5, 1)])
    if draft.original is not None:
        shown = replace(draft.original, document=replace(draft.original.document, lines=lines))
        lie = replace(unsigned(draft), original=shown)
    else:
        assert draft.consignment is not None
        lie = replace(unsigned(draft), consignment=replace(draft.consignment, lines=lines))
    stolen = all_consented(lie).consents
    assert replace(draft, consents=stolen).transaction(0) == draft.transaction(0)  # which was recorded


@pytest.mark.parametrize("part", [Part.SENDER, Part.OTHER])
def test_a_part_that_consents_to_nothing(drafts: Mapping[Kind, Draft], part: Part) -> None:
    draft = drafts[Kind.WRITE_OFF]
    with pytest.raises(TypeError, match="WRITE_OFF"):
        draft.consented(part, KEEPER.sign_digest(draft.consent_digest))


def test_consents_may_come_in_any_order(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.COUNT]
    assert all_consented(unsigned(draft)).submission() == draft.submission()
