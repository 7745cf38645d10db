"""Reconciling books with a real ledger: cells, sentences, JSON, and documents that no import made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from book_office import (
    DISTRICT,
    RECEIVED,
    ROOT,
    SIGNERS,
    SITE,
    Office,
    confirmed,
    new_home,
    open_site,
    opened,
)

from ledger_client.books import (
    ChainEntry,
    Comparison,
    LineStatus,
    chain_entries,
    comparison_to_dict,
    reconcile,
    sentence_of,
)
from ledger_client.documents import Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import LotAttributes
from ledger_client.reasons import reason_named
from ledger_client.stock import Goods, Particulars


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_home(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(founded, tmp_path) as office:
        open_site(office.ledger)
        yield office


def receive(office: Office, item: int, *quantities: int) -> None:
    """Record a receipt by hand: one document, a line a quantity."""
    goods = [Goods(LotAttributes(item=item, source=5), quantity) for quantity in quantities]
    receipt = office.ledger.stock.receive(
        SITE,
        5,
        goods,
        keeper=SIGNERS.keeper,
        approver=SIGNERS.approver,
        held=True,
        particulars=Particulars(occurred_at=Timestamp.of_day(date(2020, 1, 30))),
    )
    office.ledger.write([receipt])


def test_problems_are_unreadable_with_their_cell_in_their_place(office: Office) -> None:
    sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,", "甲公司,手套,箱,3")
    first, second = reconcile(office.ledger, sheets, confirmed(sheets), SITE)
    found = comparison_to_dict(first, {})
    assert (found["status"], found["cell"], found["documents"]) == ("unreadable", "D3", [])
    assert sentence_of(first, {}).zh == "没有数量；请填写"
    assert str(second.status) == "missing-on-chain"


def test_a_document_by_hand_is_matched_by_what_it_says(office: Office) -> None:
    sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
    office.import_(office.book("other", RECEIVED, "甲公司,口罩,箱,1", title="（2020年1月1日）"))
    (row,) = confirmed(sheets).rows
    receive(office, row.item.item, 12, 8)
    (entry,) = chain_entries(office.ledger, SITE)[1:]
    assert (entry.day, entry.item, entry.quantity) == (date(2020, 1, 30), row.item.item, 20)
    (compared,) = reconcile(office.ledger, sheets, confirmed(sheets), SITE)
    found = comparison_to_dict(compared, {})
    assert (found["status"], found["matched_by"], found["recorded"]) == ("matched", "content", "20")
    assert found["documents"][0]["transaction"] == f"0x{entry.transaction.hex()}"


def test_what_the_book_lacks_is_named_in_both_languages(office: Office) -> None:
    sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,手套,箱,3")
    office.import_(sheets)
    (one, two, lacking) = reconcile(
        office.ledger,
        office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,酒精,箱,3"),
        confirmed(sheets),
        SITE,
    )
    assert [str(each.status) for each in (one, two, lacking)] == [
        "matched",
        "missing-on-chain",
        "missing-in-book",
    ]
    names = {row.item.item: row.name for row in confirmed(sheets).rows}
    sentence = sentence_of(lacking, names)
    assert sentence.en == "2020-01-30, 手套, 3 received: on the ledger, not in the book"
    assert sentence.zh == "2020-01-30，手套，接收 3：账本上有，账册中没有"
    assert comparison_to_dict(lacking, names)["cell"] is None


def test_what_was_recorded_in_an_emergency_is_told_in_both_languages(office: Office) -> None:
    before = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
    office.import_(office.book("other", RECEIVED, "甲公司,口罩,箱,1", title="（2020年1月1日）"))
    mapping = confirmed(before)
    (row,) = mapping.rows
    receive(office, row.item.item, 19)
    norms, now = office.ledger.norms, int(office.ledger.now())
    declared = norms.declare_emergency(
        DISTRICT, until=now + 86_400, reason=reason_named("outbreak").code, source=keccak(b"order"), by=ROOT
    )
    office.ledger.write([declared])
    receive(office, row.item.item, 7)
    routine, lacking = reconcile(office.ledger, before, mapping, SITE)
    assert [each["emergency"] for each in comparison_to_dict(routine, {})["documents"]] == [False]
    assert sentence_of(routine, {}).en.endswith("the ledger has 19")
    [document] = comparison_to_dict(lacking, {})["documents"]
    assert (document["quantity"], document["emergency"]) == ("7", True)
    sentence = sentence_of(lacking, {row.item.item: "口罩"})
    assert sentence.en.endswith("on the ledger, not in the book, recorded in an emergency")
    assert sentence.zh.endswith("账本上有，账册中没有，在应急期间记录")
    assert comparison_to_dict(lacking, {})["stale"] is False
    assert comparison_to_dict(lacking, {}, is_stale=True)["stale"] is True


def test_a_line_of_which_a_part_was_recorded_in_an_emergency_says_so() -> None:
    day = date(2020, 1, 30)
    entries = [
        ChainEntry(number, bytes(32), "issue", day, 7, 3, in_emergency=number == 2) for number in (1, 2)
    ]
    parts = Comparison(LineStatus.MISSING_IN_BOOK, entries=tuple(entries))
    assert sentence_of(parts, {}).en.endswith(", in part recorded in an emergency")
    assert sentence_of(parts, {}).zh.endswith("，部分在应急期间记录")
