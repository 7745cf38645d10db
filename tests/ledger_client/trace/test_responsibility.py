"""Who had signed for what lacks, in order, and the window in which it can have happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from stock_history import APPROVER, KEEPERS, SITES, History, goods, missing
from traced_histories import ONE, TWO, indexed

from ledger_client.documents import Kind, Timestamp
from ledger_client.events import DocumentRecorded, SignedBy
from ledger_client.index.traces import TraceReader
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine, Line
from ledger_client.roles import Role
from ledger_client.trace import Lack, NoConsignmentError, NoCountError, trace_difference, trace_shortage

MASKS = goods("masks")
LOT = MASKS.lot_id
OTHER = SignedBy(KEEPERS[3], keccak(b"a grant of another"), 1)


@pytest.fixture
def history() -> History:
    """All sites opened by keeper and approver, the first with 100 masks."""
    history = History()
    history.set_up()
    for site in SITES:
        history.open(site, [(MASKS, 100)] if site == ONE else [])
    history.seal(60)
    return history


def step(history: History, document: DocumentRecorded) -> DocumentRecorded:
    history.seal(60)
    return document


def shortage(reader: TraceReader, dispatched: DocumentRecorded) -> list[Lack]:
    document = reader.document(dispatched.key)
    assert document is not None
    return trace_shortage(reader, document)


def difference(reader: TraceReader, counted: DocumentRecorded) -> list[Lack]:
    document = reader.document(counted.key)
    assert document is not None
    return trace_difference(reader, document)


def keys(lack: Lack) -> list[int]:
    return [each.document.key for each in lack.custody]


def lacking(history: History, **more: int) -> tuple[DocumentRecorded, DocumentRecorded]:
    """A consignment of 20 of which 3 do not arrive."""
    dispatched = step(history, history.dispatch(ONE, TWO, [(LOT, 20)]))
    exceptions = [Line(LOT, 5, 2), missing(LOT, 3)]
    return dispatched, step(history, history.answer(Kind.ACCEPTANCE, dispatched, exceptions, {LOT: 12}))


class TestRefusals:
    def test_no_dispatch(self, history: History, tmp_path: Path) -> None:
        reader = indexed(history, tmp_path)
        with pytest.raises(NoConsignmentError) as caught:
            shortage(reader, history.recorded[0])
        assert "is of kind opening; name the dispatch" in caught.value.text("en")
        assert "期初" in caught.value.text("zh")

    def test_no_count(self, history: History, tmp_path: Path) -> None:
        with pytest.raises(NoCountError):
            difference(indexed(history, tmp_path), history.recorded[0])


class TestShortage:
    def test_the_window_begins_with_what_two_certified(self, history: History, tmp_path: Path) -> None:
        opening = history.recorded[0]
        issued = step(history, history.issue(ONE, LOT, 5))
        dispatched, accepted = lacking(history)
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        assert (lack.lot, lack.quantity) == (LOT, 3)
        assert lack.certified is not None
        assert (lack.certified.key, lack.shown.key) == (opening.key, accepted.key)
        assert keys(lack) == [opening.key, issued.key, dispatched.key, accepted.key]
        assert [each.is_certified for each in lack.custody] == [True, False, False, False]
        assert lack.last is not None
        assert lack.last.document.key == dispatched.key

    def test_signers_and_their_roles(self, history: History, tmp_path: Path) -> None:
        dispatched, _ = lacking(history)
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        opening = lack.custody[0].signatures
        assert [each.address for each in opening] == [history.recorded[0].sender.address, APPROVER]
        # The histories of these tests name grants that nobody made: what is not known is not said.
        assert {each.role for each in opening} == {None}

    def test_a_count_begins_a_new_window(self, history: History, tmp_path: Path) -> None:
        step(history, history.count(ONE, LOT, 100, 100))
        counted = step(history, history.count(ONE, LOT, 99, 100))
        dispatched, accepted = lacking(history)
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        assert keys(lack) == [counted.key, dispatched.key, accepted.key]

    def test_a_count_that_found_all_of_it_begins_a_new_window(self, history: History, tmp_path: Path) -> None:
        issued = step(history, history.issue(ONE, LOT, 5))
        counted = step(history, history.count(ONE, LOT, 95, 95))
        step(history, history.count(ONE, goods("others").lot_id, 0, 0))
        dispatched, accepted = lacking(history)
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        assert lack.certified is not None
        assert (lack.certified.key, issued.key in keys(lack)) == (counted.key, False)
        assert [each.delta for each in lack.custody] == [0, -20, -3]
        assert [each.is_certified for each in lack.custody] == [True, False, False]
        # Who accepted has signed for it too.
        assert keys(lack)[1:] == [dispatched.key, accepted.key]

    def test_goods_that_went_through_several_hands(self, history: History, tmp_path: Path) -> None:
        first = step(history, history.record(Kind.HAND_OVER, [Line(LOT, 40)], ONE, TWO, other=OTHER))
        second = step(history, history.record(Kind.HAND_OVER, [Line(LOT, 10)], ONE, TWO, other=OTHER))
        on = step(history, history.record(Kind.HAND_OVER, [Line(LOT, 50)], TWO, SITES[2], other=OTHER))
        dispatched = step(history, history.dispatch(SITES[2], ONE, [(LOT, 50)]))
        accepted = step(history, history.answer(Kind.ACCEPTANCE, dispatched, [missing(LOT, 4)], {LOT: 46}))
        counted = step(history, history.count(TWO, LOT, 1, 0))
        reader = indexed(history, tmp_path)
        (lack,) = shortage(reader, dispatched)
        assert keys(lack) == [on.key, dispatched.key, accepted.key]
        # The first brought all that there was, the second came beside it.
        (gain,) = difference(reader, counted)
        assert keys(gain) == [first.key, second.key, on.key, counted.key]
        assert gain.certified is not None
        assert (gain.certified.key, gain.last and gain.last.document.key) == (first.key, on.key)

    def test_goods_beside_others_are_not_certified_by_a_hand_over(
        self, history: History, tmp_path: Path
    ) -> None:
        step(history, history.hand_over(ONE, TWO, [(LOT, 50)]))
        history.hand_over(ONE, TWO, [(LOT, 10)])
        step(history, history.recorded[-1])
        dispatched = step(history, history.dispatch(TWO, ONE, [(LOT, 8)]))
        step(history, history.answer(Kind.ACCEPTANCE, dispatched, [missing(LOT, 1)], {}))
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        # The hand-overs of this history have no second signature.
        assert lack.certified is None
        assert len(lack.custody) == 4

    def test_missing_on_the_way_back_begins_with_who_sent_it_back(
        self, history: History, tmp_path: Path
    ) -> None:
        dispatched, accepted = lacking(history)
        back = step(history, history.answer(Kind.RETURN_ACCEPTANCE, dispatched, [missing(LOT, 2)], {LOT: 3}))
        first, second = shortage(indexed(history, tmp_path), dispatched)
        assert (first.quantity, second.quantity) == (3, 2)
        assert second.certified is not None
        assert (second.certified.key, second.shown.key) == (accepted.key, back.key)
        assert keys(second) == [accepted.key, back.key]
        # Of the 8 exceptions 3 were missing: 5 were sent back.
        assert [each.delta for each in second.custody] == [5, -2]

    def test_what_was_contested_and_what_came_back_of_the_rest(
        self, history: History, tmp_path: Path
    ) -> None:
        dispatched = history.dispatch(ONE, TWO, [(LOT, 20)])
        history.seal(30 * 86_400)
        contested = step(history, history.answer(Kind.CONTEST, dispatched, [missing(LOT, 6)]))
        back = step(history, history.answer(Kind.RETURN_ACCEPTANCE, dispatched, [missing(LOT, 1)], {LOT: 13}))
        step(history, history.settle(dispatched, LOT, 4, 3))
        step(history, history.settle(dispatched, LOT, 3, 1))
        first, second = shortage(indexed(history, tmp_path), dispatched)
        assert (first.quantity, first.shown.key) == (6, contested.key)
        assert keys(first) == [history.recorded[0].key, dispatched.key, contested.key]
        assert keys(second) == [contested.key, back.key]
        assert [each.delta for each in second.custody] == [14, -1]
        # A settlement is of what was missing first.
        assert [(each.found, each.lost) for each in (first, second)] == [(2, 4), (1, 0)]

    def test_a_settlement_is_of_what_was_missing_before_it(self, history: History, tmp_path: Path) -> None:
        dispatched, _ = lacking(history)
        step(history, history.settle(dispatched, LOT, 3, 2))
        step(history, history.answer(Kind.RETURN_ACCEPTANCE, dispatched, [missing(LOT, 2)], {LOT: 3}))
        step(history, history.settle(dispatched, LOT, 2, 3))
        first, second = shortage(indexed(history, tmp_path), dispatched)
        assert (first.found, first.lost, second.found, second.lost) == (3, 0, 0, 2)

    def test_the_window_begins_when_a_late_document_is_said_to_have_occurred(
        self, history: History, tmp_path: Path
    ) -> None:
        late = history.record(Kind.HAND_OVER, [Line(LOT, 30)], ONE, TWO, other=OTHER, age=9 * 86_400)
        step(history, late)
        dispatched = step(history, history.dispatch(TWO, ONE, [(LOT, 30)]))
        accepted = step(history, history.answer(Kind.ACCEPTANCE, dispatched, [missing(LOT, 2)], {LOT: 28}))
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        assert lack.certified is not None and lack.certified.is_late
        assert lack.window == (late.recorded_at - 1 - 9 * 86_400, accepted.recorded_at)

    def test_what_settlements_said_since(self, history: History, tmp_path: Path) -> None:
        dispatched, _ = lacking(history)
        step(history, history.settle(dispatched, LOT, 1, 2))
        step(history, history.settle(dispatched, LOT, 2, 3))
        (lack,) = shortage(indexed(history, tmp_path), dispatched)
        assert (lack.found, lack.lost) == (1, 2)

    def test_nothing_lacks(self, history: History, tmp_path: Path) -> None:
        dispatched = step(history, history.dispatch(ONE, TWO, [(LOT, 20)]))
        step(history, history.answer(Kind.ACCEPTANCE, dispatched, (), {LOT: 20}))
        assert shortage(indexed(history, tmp_path), dispatched) == []


class TestDifference:
    def test_too_few_and_too_many(self, history: History, tmp_path: Path) -> None:
        less = step(history, history.count(ONE, LOT, 96, 100))
        more = step(history, history.count(ONE, LOT, 98, 96))
        reader = indexed(history, tmp_path)
        (lack,) = difference(reader, less)
        assert lack.quantity == 4
        assert keys(lack) == [history.recorded[0].key, less.key]
        (gain,) = difference(reader, more)
        assert gain.quantity == -2
        assert gain.certified is not None
        assert gain.certified.key == less.key

    def test_what_two_signed_for_begins_the_window(self, history: History, tmp_path: Path) -> None:
        received = history.record(Kind.HAND_OVER, [Line(LOT, 30)], ONE, TWO, other=OTHER)
        step(history, received)
        counted = step(history, history.count(TWO, LOT, 29, 30))
        (lack,) = difference(indexed(history, tmp_path), counted)
        assert keys(lack) == [received.key, counted.key]
        assert [each.address for each in lack.custody[0].signatures] == [
            received.sender.address,
            OTHER.address,
        ]

    def test_a_reversed_count_begins_nothing(self, history: History, tmp_path: Path) -> None:
        mistaken = step(history, history.count(ONE, LOT, 90, 100))
        step(history, history.reverse(mistaken, {(ONE, LOT): 10}))
        counted = step(history, history.count(ONE, LOT, 99, 100))
        (lack,) = difference(indexed(history, tmp_path), counted)
        assert lack.certified is not None
        assert lack.certified.key == history.recorded[0].key

    def test_a_count_stands_where_the_counting_began(self, history: History, tmp_path: Path) -> None:
        place = history.journals[ONE]
        meanwhile = step(history, history.issue(ONE, LOT, 10))
        first = step(history, history.count(ONE, LOT, 97, 100, position=place))
        second = step(history, history.count(ONE, LOT, 86, 87))
        reader = indexed(history, tmp_path)
        (lack,) = difference(reader, first)
        # What left while they counted is none of their difference ...
        assert keys(lack) == [history.recorded[0].key, first.key]
        assert lack.last is not None
        assert lack.last.document.key == history.recorded[0].key
        # ... and lies within the window of the next one.
        (lack,) = difference(reader, second)
        assert keys(lack) == [meanwhile.key, first.key, second.key]
        assert lack.certified is not None
        assert lack.certified.key == first.key

    def test_a_hand_over_while_a_count_went_on_certifies_later_than_it(
        self, history: History, tmp_path: Path
    ) -> None:
        place = history.journals[TWO]
        received = history.record(Kind.HAND_OVER, [Line(LOT, 30)], ONE, TWO, other=OTHER)
        step(history, received)
        counted = step(history, history.count(TWO, LOT, 0, 0, position=place))
        later = step(history, history.count(TWO, LOT, 29, 30))
        (lack,) = difference(indexed(history, tmp_path), later)
        assert keys(lack) == [received.key, counted.key, later.key]
        assert lack.certified is not None
        assert lack.certified.key == received.key

    def test_what_was_recorded_later_may_explain_it(self, history: History, tmp_path: Path) -> None:
        counted = step(history, history.count(ONE, LOT, 93, 100))
        late = history.record(Kind.ISSUE, [Line(LOT, 7)], ONE, 0xDEF, (ONE, 0), age=8 * 86_400)
        step(history, late)
        step(history, history.issue(ONE, LOT, 1))
        # Another count explains nothing.
        history.record(Kind.COUNT, [CountLine(LOT, 84, 85)], ONE, reference=history.journals[ONE], age=86_400)
        history.seal(60)
        reader = indexed(history, tmp_path)
        (lack,) = difference(reader, counted)
        assert [(each.document.key, each.delta) for each in lack.told_later] == [(late.key, -7)]
        assert late.key not in keys(lack)

    def test_a_count_of_a_day_ends_with_it(self, history: History, tmp_path: Path) -> None:
        day = Timestamp(history.time // 86_400 * 86_400, is_day_only=True)
        counted = step(
            history,
            history.record(
                *(Kind.COUNT, [CountLine(LOT, 99, 100)], ONE),
                reference=history.journals[ONE],
                occurred_at=day,
            ),
        )
        issued = step(history, history.issue(ONE, LOT, 1))
        (lack,) = difference(indexed(history, tmp_path), counted)
        assert [each.document.key for each in lack.told_later] == [issued.key]

    def test_a_count_that_agrees(self, history: History, tmp_path: Path) -> None:
        counted = step(history, history.count(ONE, LOT, 100, 100))
        assert difference(indexed(history, tmp_path), counted) == []


def test_roles_are_those_of_the_grants(history: History, tmp_path: Path) -> None:
    reader = indexed(history, tmp_path)
    (grant,) = reader.grants(KEEPERS[0])
    assert (Role(grant.role), grant.division) == (Role.KEEPER, 42)
