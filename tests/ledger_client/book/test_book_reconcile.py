"""Comparing lines with entries, and allotting stock to issues: the rules by themselves."""

from __future__ import annotations

import time
from datetime import date

from ledger_client.book import Line
from ledger_client.book._allotment import Allotment, Drawn, Stocked
from ledger_client.book._model import BookKind
from ledger_client.book._reconcile import BookLine, ChainEntry, Comparison, LineStatus, compare

DAY, NEXT_DAY = date(2020, 1, 30), date(2020, 1, 31)


def line(quantity: int, item: int = 1, key: int = 0, party: str = "甲", day: date = DAY) -> BookLine:
    written = Line(3, "receipt", day, party, "口罩", "口罩", "口罩", "", "箱", "XCT", quantity)
    return BookLine("a.csv", "a", "D3", written, item, (key,) if key else ())


def entry(
    document: int, quantity: int, item: int = 1, day: date = DAY, kind: BookKind = "receipt"
) -> ChainEntry:
    return ChainEntry(document, bytes(32), kind, day, item, quantity)


def said(compared: list[Comparison]) -> list[tuple[str, list[int]]]:
    return [(str(each.status), [found.document for found in each.entries]) for each in compared]


class TestCompare:
    def test_an_imported_line_is_found_by_its_document_whatever_its_item_is_called(self) -> None:
        found = compare([line(5), line(5, item=9, key=70)], [entry(70, 5), entry(71, 5)])
        assert said(found) == [("matched", [71]), ("matched", [70])]
        assert [each.is_by_document for each in found] == [False, True]

    def test_parts_add_up(self) -> None:
        both = BookLine("a.csv", "a", "D3", line(8).line, 1, (70, 71))
        assert said(compare([both], [entry(70, 5), entry(71, 3)])) == [("matched", [70, 71])]
        assert said(compare([both], [entry(70, 5)])) == [("quantity-differs", [70])]

    def test_a_copy_of_a_line_does_not_take_its_document_again(self) -> None:
        assert said(compare([line(5, key=70), line(5, key=70)], [entry(70, 5)])) == [
            ("matched", [70]),
            ("possibly-twice", []),
        ]

    def test_equal_lines_and_entries_are_paired_in_order(self) -> None:
        assert said(compare([line(5), line(5)], [entry(70, 5), entry(71, 5)])) == [
            ("matched", [70]),
            ("matched", [71]),
        ]

    def test_another_quantity_of_the_day_and_item_differs(self) -> None:
        assert said(compare([line(5)], [entry(70, 6)])) == [("quantity-differs", [70])]

    def test_other_day_item_and_kind_are_no_pair(self) -> None:
        entries = [entry(70, 5, day=NEXT_DAY), entry(71, 5, item=2), entry(72, 5, kind="issue")]
        assert said(compare([line(5)], entries)) == [("missing-on-chain", []), ("missing-in-book", [71])]

    def test_a_line_without_an_item_pairs_with_nothing(self) -> None:
        assert said(compare([line(5, item=0)], [entry(70, 5, item=0)]))[0] == ("missing-on-chain", [])

    def test_an_equal_line_that_is_left_is_asked_about(self) -> None:
        found = compare([line(5), line(5), line(5, party="乙")], [entry(70, 5)])
        assert [each.status for each in found] == [
            LineStatus.MATCHED,
            LineStatus.POSSIBLY_TWICE,
            LineStatus.MISSING_ON_CHAIN,
        ]

    def test_what_lies_outside_the_books_days_is_not_lacking(self) -> None:
        entries = [
            entry(70, 9, item=2),
            entry(71, 9, item=2, day=NEXT_DAY),
            entry(72, 9, item=2, kind="issue"),
        ]
        assert said(compare([line(5)], entries)) == [("missing-on-chain", []), ("missing-in-book", [70])]

    def test_a_book_of_a_year_is_compared_in_no_time(self) -> None:
        """Twice the lines must not take four times as long: the largest book allowed has 20,000."""
        count = 20_000
        lines = [line(number + 1, item=number % 50 + 1, party=str(number)) for number in range(count)]
        entries = [entry(number, number + 1, item=number % 50 + 1) for number in range(1, count, 2)]
        began = time.process_time()
        found = compare(lines, [*reversed(entries)])
        assert time.process_time() - began < 5  # quadratic, it took a minute
        assert [str(each.status) for each in found[:2]] == ["missing-on-chain", "matched"]


class TestAllotment:
    def test_draws_on_the_oldest_first_and_tells_what_is_left(self) -> None:
        allotment = Allotment([Stocked(8, 1, 5, received=2), Stocked(7, 1, 4, received=1)])
        assert allotment.draw(1, 6, "甲") == [Drawn(7, 4), Drawn(8, 2)]
        assert allotment.draw(1, 6, "甲") == [Drawn(8, 3)]
        assert allotment.draw(1, 6, "甲") == []
        assert (allotment.left(1), allotment.left(2)) == (0, None)

    def test_what_is_kept_expired_or_meant_for_others_stays(self) -> None:
        allotment = Allotment(
            [
                Stocked(7, 1, 4, received=1, is_kept=True),
                Stocked(8, 1, 4, received=2, use_until=9),
                Stocked(9, 1, 4, received=3, earmark="武汉市肺科医院"),
                Stocked(6, 1, 4, received=4, earmark="定向"),
            ]
        )
        assert allotment.draw(1, 20, "一医院", day=10) == []
        assert allotment.left(1) == 16
        assert allotment.draw(1, 1, "一医院", day=9) == [Drawn(8, 1)]

    def test_earmarked_goods_come_first_for_whom_they_are_meant(self) -> None:
        allotment = Allotment(
            [Stocked(7, 1, 4, received=1), Stocked(8, 1, 4, received=2, earmark="武汉市肺科医院")]
        )
        assert allotment.draw(1, 5, "武汉市肺科医院") == [Drawn(8, 4), Drawn(7, 1)]
