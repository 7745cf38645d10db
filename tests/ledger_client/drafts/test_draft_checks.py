"""A tampered draft: whatever was altered on the way is named, and nothing is signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from drafted import unsigned
from played_ledger import APPROVER, KEEPER, OTHER_KEEPER, STRANGER

from ledger_client.documents import CHINA_OFFSET, Kind, Timestamp
from ledger_client.drafts import (
    Draft,
    DraftDiffersError,
    DraftLedgerError,
    DraftOverError,
    DraftPartError,
    Part,
    Seat,
    part_of,
    require_ledger,
    require_same,
    require_time,
)
from ledger_client.drafts.checks import LONGEST

DOCUMENT = {
    "from_": "from where it goes", "to": "to where it goes", "occurred_at": "the time",
    "reason": "the reason", "reference": "the reference", "qualification": "the qualification",
    "deadline": "the deadline",
    "client_id": "the client's id",
}  # fmt: skip


def other(value: Any) -> Any:
    """Something else of the same type."""
    if isinstance(value, Timestamp):
        return Timestamp(value.seconds, not value.is_day_only)
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value ^ 1


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_every_field_of_every_kind(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    """A tampered prepare answer: each field of the document in turn."""
    asked = unsigned(drafts[kind])
    require_same(drafts[kind], asked)
    for name, said in DOCUMENT.items():
        altered = replace(asked.document, **{name: other(getattr(asked.document, name))})
        with pytest.raises(DraftDiffersError, match=f": {said} is ") as caught:
            require_same(replace(asked, document=altered), asked)
        assert "请勿签署" in caught.value.text("zh")
    lines = asked.document.lines
    for at in range(0, len(lines), 32):
        altered = replace(asked.document, lines=lines[:at] + other(lines[at : at + 32]) + lines[at + 32 :])
        with pytest.raises(DraftDiffersError, match=f": word {at // 32 + 1} of its lines is "):
            require_same(replace(asked, document=altered), asked)
    more = replace(asked.document, lines=lines + bytes(32))
    with pytest.raises(DraftDiffersError, match=": the number of words of its lines is "):
        require_same(replace(asked, document=more), asked)


def test_everything_beside_the_document(drafts: Mapping[Kind, Draft]) -> None:
    asked = unsigned(drafts[Kind.REVERSAL])
    step = unsigned(drafts[Kind.ACCEPTANCE])
    stranger = Seat(STRANGER.address, 42)
    assert step.consignment is not None
    assert asked.original is not None
    for altered, against, said in (
        (replace(asked, chain_id=1), asked, "the chain"),
        (replace(asked, genesis=bytes(32)), asked, "the genesis block"),
        (replace(asked, ledger=STRANGER.address), asked, "the ledger"),
        (replace(asked, kind=Kind.ISSUE), asked, "the kind"),
        (replace(asked, body=bytes(32)), asked, "the body"),
        (replace(asked, sender=stranger), asked, "the sender"),
        (replace(asked, sender=replace(asked.sender, division=1)), asked, "the sender"),
        (replace(asked, other=stranger), asked, "the other party"),
        (replace(asked, other=None), asked, "the other party"),
        (replace(asked, approver=stranger), asked, "the approver"),
        (
            replace(asked, original=replace(asked.original, signers=(STRANGER.address,))),
            asked,
            "the original",
        ),
        (replace(step, consignment=replace(step.consignment, lines=b"")), step, "the consignment"),
    ):
        with pytest.raises(DraftDiffersError, match=f": {said} is "):
            require_same(altered, against)


def test_a_difference_in_words_that_people_read(drafts: Mapping[Kind, Draft]) -> None:
    """Both values, and not the same text twice; each language in itself, whichever is in force."""
    asked = unsigned(drafts[Kind.REVERSAL])
    assert asked.original is not None
    lines = bytes(31) + b"\5"
    lie = replace(asked.original, document=replace(asked.original.document, lines=lines))
    for altered in (
        replace(asked, approver=None),
        replace(asked, original=lie),
        replace(asked, document=replace(asked.document, occurred_at=Timestamp(5))),
        replace(asked, document=replace(asked.document, lines=lines)),
    ):
        with pytest.raises(DraftDiffersError) as caught:
            require_same(altered, asked)
        error = caught.value
        assert error.found != error.expected
        assert not re.search(r"None|[(]\w+=", error.text("en"))
        assert not re.search("[a-zA-Z]{3}", error.what_zh)
    assert (error.found, error.expected) == ("1", "0")


def test_what_a_server_may_say_by_itself(drafts: Mapping[Kind, Draft]) -> None:
    """Until when consents count, within bounds of their own; and what others signed."""
    draft = drafts[Kind.COUNT]
    require_same(replace(draft, valid_until=draft.valid_until + 60), unsigned(draft))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"chain_id": 1}, "chain is 1"),
        ({"genesis": bytes(32)}, "genesis block is 0x00"),
        ({"ledger": STRANGER.address}, f"address is {STRANGER.address}"),
    ],
)
def test_another_ledger(drafts: Mapping[Kind, Draft], change: dict[str, Any], said: str) -> None:
    draft = drafts[Kind.ISSUE]
    own = {"chain_id": draft.chain_id, "genesis": draft.genesis, "ledger": draft.ledger}
    require_ledger(draft, **own, source="trust.json")  # type: ignore[arg-type]
    with pytest.raises(DraftLedgerError, match=f"its {said}.*trust.json says") as caught:
        require_ledger(replace(draft, **change), **own, source="trust.json")  # type: ignore[arg-type]
    assert caught.value.exit_code == 1


def test_the_time_of_consents(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.ISSUE]
    until = draft.valid_until
    for now in (until, until - LONGEST):
        require_time(draft, now, CHINA_OFFSET)
    for now, said in ((until + 1, "which is over"), (until - LONGEST - 1, "further ahead")):
        with pytest.raises(DraftOverError, match=said):
            require_time(draft, now, CHINA_OFFSET)
    with pytest.raises(DraftOverError, match="after the year 9999"):
        require_time(replace(draft, valid_until=2**52), until, CHINA_OFFSET)


def test_who_signs_what(drafts: Mapping[Kind, Draft]) -> None:
    draft = unsigned(drafts[Kind.REVERSAL])
    assert part_of(draft, KEEPER.address) is Part.SENDER
    assert part_of(draft, OTHER_KEEPER.address) is Part.OTHER
    assert part_of(draft, APPROVER.address) is Part.APPROVER
    with pytest.raises(DraftPartError, match=f"{STRANGER.address} is none of the signers") as caught:
        part_of(draft, STRANGER.address)
    assert KEEPER.address in caught.value.text("zh")


def test_one_key_in_two_places_signs_what_is_missing(drafts: Mapping[Kind, Draft]) -> None:
    """The contract refuses it; until then nobody's consent may be taken for another's."""
    draft = unsigned(drafts[Kind.WRITE_OFF])
    draft = replace(draft, approver=draft.sender)
    assert part_of(draft, KEEPER.address) is Part.APPROVER
    draft = draft.consented(Part.APPROVER, KEEPER.sign_digest(draft.consent_digest))
    assert part_of(draft, KEEPER.address) is Part.SENDER
