"""What a draft says: everything that is signed, from its bytes, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from played_ledger import BAGGED, CONSIGNEE, KEEPER, LOOSE, MASK, MASKS, OTHER_SITE, SITE, SUPPLIER

from ledger_client.calldata import Original
from ledger_client.documents import CHINA_OFFSET, Kind, Timestamp
from ledger_client.drafts import Draft, DraftNames, say
from ledger_client.language import use_language
from ledger_client.lines import OpeningLine, ReceiptLine, pack_lines

HAN = re.compile("[一-鿿]")


def said(draft: Draft, language: str = "en", names: DraftNames | None = None) -> str:
    """All sentences as one text."""
    use_language(language)  # type: ignore[arg-type]
    try:
        return "\n".join(say(draft, CHINA_OFFSET, names) if names else say(draft, CHINA_OFFSET))
    finally:
        use_language("en")


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_every_kind_in_both_languages(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    draft = drafts[kind]
    english, chinese = said(draft), said(draft, "zh")
    assert not HAN.search(english)
    assert all(HAN.search(line) or line.startswith("  ") for line in chinese.splitlines())
    for text in (english, chinese):
        assert f"{draft.key:062x}" in text
        assert draft.ledger in text
        assert all(seat.address in text for seat in draft.seats.values())
        assert all(
            f"{site:015d}" in text for site in (draft.document.from_, draft.document.to) if 0 < site < 10**15
        )


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (Kind.OPENING, [f"Opening: site {OTHER_SITE}"]),
        (Kind.ISSUE, [f"site {SITE} issues to {CONSIGNEE:040x}.", f"lot {MASK.lot_id:040x}: 10 ("]),
        (Kind.HAND_OVER, [f"{BAGGED.lot_id:040x}: 6", f"{LOOSE.lot_id:040x}: 9", f"to site {OTHER_SITE}"]),
        (Kind.DISPATCH, [f"goods leave site {SITE} for site {OTHER_SITE}", ": 30", ": 40", "to answer by"]),
        (Kind.ACCEPTANCE, ["missing", ": 5", ": 8", "but for what follows", "It refers to consignment"]),
        (Kind.COUNT, ["counted 71, expected 70, difference +1", "counted 590, expected 595, difference -5"]),
        (Kind.REPACK, [": 4 become item", ": 100, lot"]),
        (Kind.REVERSAL, ["Reversal, as if it had not been, of: Hand-over: "]),
        (Kind.RECALL, ["an authority of the country recalls lots", f"{LOOSE.lot_id:040x}"]),
        (Kind.SETTLEMENT, [": 2 (", ": 3 ("]),
    ],
)  # fmt: skip
def test_what_moves(drafts: Mapping[Kind, Draft], kind: Kind, parts: list[str]) -> None:
    text = said(drafts[kind])
    for part in parts:
        assert part in text, text


def test_a_receipt_with_all_that_its_lot_is(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.RECEIPT]
    line = ReceiptLine(MASK, accepted=80, rejected=20, ordinal=1, reason=10)
    document = replace(
        draft.document, from_=SUPPLIER, qualification=5, lines=pack_lines(Kind.RECEIPT, [line])
    )
    text = said(replace(draft, document=document))
    assert f"site {SITE} receives from {SUPPLIER:040x}." in text
    assert f"item {MASKS}: 80, lot {MASK.lot_id:040x}" in text
    assert "made 2024-10-04" in text
    assert "use by 2079-07-08" in text
    assert "; rejected 20 (damaged)" in text
    assert f"relies on qualification {5:040x}" in text


def test_a_consignee_whose_number_is_like_a_site_s(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.ISSUE]
    text = said(replace(draft, document=replace(draft.document, to=OTHER_SITE)))
    assert text.startswith(f"Issue: site {SITE} issues to {OTHER_SITE:040x}.")


def test_whom_goods_are_from_where_each_line_says_it(drafts: Mapping[Kind, Draft]) -> None:
    opening = drafts[Kind.OPENING]
    lines = pack_lines(Kind.OPENING, [OpeningLine(MASK, 3), OpeningLine(LOOSE, 4)])
    text = said(replace(opening, document=replace(opening.document, lines=lines)))
    for goods in (MASK, LOOSE):
        assert f"lot {goods.lot_id:040x}, from {goods.source:040x}" in text
    assert f"lot {LOOSE.lot_id:040x}, from {LOOSE.source:040x}" in said(drafts[Kind.REPACK])


def test_who_has_signed_and_who_has_not(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.COUNT]
    assert said(draft).count(", who has signed.") == 2
    assert said(replace(draft, consents={})).count("who has signed") == 0
    assert "Consents count until" in said(draft)
    assert "Consents count until" not in said(drafts[Kind.ISSUE])


def test_times_of_days_and_of_far_away(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.ISSUE]
    day = Timestamp(1_790_000_000 - 1_790_000_000 % 86_400 - CHINA_OFFSET, is_day_only=True)
    assert "occurred on 2026-09-21." in said(
        replace(draft, document=replace(draft.document, occurred_at=day))
    )
    far = Timestamp(2**52)
    assert "after the year 9999" in said(replace(draft, document=replace(draft.document, occurred_at=far)))
    ages = replace(MASK, expires=(1 << 32) - 1)
    lines = pack_lines(Kind.RECEIPT, [ReceiptLine(ages, 1, 0, 1)])
    receipt = drafts[Kind.RECEIPT]
    document = replace(receipt.document, from_=SUPPLIER, lines=lines)
    assert "use by after the year 9999" in said(replace(receipt, document=document))


def test_names_where_somebody_has_them(drafts: Mapping[Kind, Draft]) -> None:
    names = DraftNames(
        site=lambda site: f"<{site}>", lot=lambda _: "masks", quantity=lambda q, _: f"{q} boxes"
    )
    text = said(drafts[Kind.DISPATCH], names=names)
    assert f"goods leave <{SITE}> for <{OTHER_SITE}>" in text
    assert "  masks: 30 boxes" in text


def test_a_reference_of_a_type_that_nobody_knows(drafts: Mapping[Kind, Draft]) -> None:
    draft = drafts[Kind.ISSUE]
    document = replace(draft.document, reference=9 << 248 | 5)
    assert f"It refers to thing of type 9 {5:062x}." in said(replace(draft, document=document))
    assert KEEPER.address in said(draft)


def test_lots_that_prove_themselves(drafts: Mapping[Kind, Draft]) -> None:
    """A lot's id is the digest of what it was made of, so that a signer far from any ledger sees goods."""
    draft = replace(drafts[Kind.DISPATCH], lots=(MASK, LOOSE))
    text = said(draft)
    assert (
        f"  item {MASKS}, lot {MASK.lot_id:040x}, batch digest {MASK.batch.hex()[:16]}…, made 2024-10-04"
        in text
    )
    lie = replace(MASK, item=MASK.item + 1)  # has another id, so that it stands for nothing here
    assert f"item {MASK.item + 1}" not in said(replace(draft, lots=(lie,)))


def test_what_a_step_is_about_and_what_is_undone(drafts: Mapping[Kind, Draft]) -> None:
    text = said(drafts[Kind.ACCEPTANCE])
    assert "What is on the way, by the draft's word alone; a consent covers its number and not this:" in text
    assert f"lot {MASK.lot_id:040x}: 30" in text
    text = said(drafts[Kind.REVERSAL])
    assert "What is undone, by the draft's word alone; a consent covers its number and not this:" in text
    assert f"lot {BAGGED.lot_id:040x}: 6" in text


def test_what_a_reversed_repack_made_is_undone_too(drafts: Mapping[Kind, Draft]) -> None:
    reversal, repack = drafts[Kind.REVERSAL], drafts[Kind.REPACK]
    text = said(replace(reversal, original=Original(Kind.REPACK, repack.document)))
    assert f"lot {BAGGED.lot_id:040x}: 4 become " in text
    assert f": 100, lot {LOOSE.lot_id:040x}" in text


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_every_lot_that_is_named(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    draft = drafts[kind]
    assert all(f"{lot:040x}" in said(draft) for lot in draft.lots_named)
