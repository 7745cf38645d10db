"""The fold against a ledger in plain Python: what events add up to, and what stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from stock_history import (
    APPROVER,
    CONSIGNEE,
    PACK,
    SITES,
    History,
    encode_document,
    goods,
    random_documents,
    short_story,
)

from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, Log, SiteClosed, decode_event
from ledger_client.fold import (
    EventOutOfPlaceError,
    FoldRefusedError,
    JournalGapError,
    JournalMismatchError,
    State,
    fold_event,
    memory_state,
)
from ledger_client.fold.records import CONSIGNMENT_ACCEPTED, CONSIGNMENT_DONE, CONSIGNMENT_OPEN
from ledger_client.words import NEVER, QUANTITY_LIMIT, LotStatus

ONE, TWO, THREE, DISPOSAL = SITES


def folded(logs: Sequence[Log]) -> State:
    state = memory_state()
    for log in logs:
        fold_event(state, decode_event(log))
    return state


def all_logs(history: History) -> list[Log]:
    return list(history.chain.logs(0, history.chain.head()))


def places(logs: Sequence[Log], document: DocumentRecorded) -> int:
    """Return where a document stands among the logs."""
    key = document.key.to_bytes(32, "big")
    return next(i for i, log in enumerate(logs) if len(log.topics) == 4 and log.topics[1] == key)


def lot_bytes(lot: int) -> bytes:
    return lot.to_bytes(20, "big")


def quantities(state: State) -> dict[tuple[int, int], int]:
    balances: Any = state.balances
    return {
        (site, int.from_bytes(lot, "big")): w & (QUANTITY_LIMIT - 1) for (site, lot), w in balances.items()
    }


@pytest.fixture(scope="module")
def story() -> tuple[History, dict[str, Any], State]:
    history, seen = short_story()
    return history, seen, folded(all_logs(history))


class TestRefusals:
    def test_dropped_range_names_the_first_document_after_it(self) -> None:
        history, seen = short_story()
        logs = all_logs(history)
        dropped = [places(logs, seen[name]) for name in ("repack", "gain")]
        with pytest.raises(JournalGapError) as caught:
            folded([log for i, log in enumerate(logs) if i not in dropped])
        assert caught.value.document == f"{seen['dispatch'].key:062x}"
        assert (caught.value.site, caught.value.missing) == (ONE, 2)

    def test_altered_quantity_names_the_document(self) -> None:
        history, seen = short_story()
        logs = all_logs(history)
        document = seen["issue"]
        lines = document.lines[:-1] + bytes([document.lines[-1] ^ 1])
        topics, data = encode_document(replace(document, lines=lines))
        at = places(logs, document)
        logs[at] = replace(logs[at], topics=topics, data=data)
        with pytest.raises(JournalMismatchError) as caught:
            folded(logs)
        assert caught.value.document == f"{document.key:062x}"
        assert f"{document.key:062x}" in caught.value.text("zh")

    @pytest.mark.parametrize(
        "changes",
        [
            {"recorded_at": 1},
            {"reason": 9},
            {"body": b"\1" * 32},
            {"verdict": 1},
            {"deadline": 5},
            {"reference": 7 << 248},
            {"approver": None},
            {"to": CONSIGNEE + 1},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_every_altered_field_is_caught(self, changes: dict[str, Any]) -> None:
        history, seen = short_story()
        logs = all_logs(history)
        name = "write-off" if "approver" in changes else "issue"
        document = seen[name]
        topics, data = encode_document(replace(document, **changes))
        at = places(logs, document)
        logs[at] = replace(logs[at], topics=topics, data=data)
        with pytest.raises(JournalMismatchError):
            folded(logs)

    def test_swapped_documents(self) -> None:
        history, seen = short_story()
        logs = all_logs(history)
        a, b = places(logs, seen["gain"]), places(logs, seen["repack"])
        logs[a], logs[b] = logs[b], logs[a]
        with pytest.raises(JournalGapError):
            folded(logs)

    def test_opening_twice_delivered(self) -> None:
        history, seen = short_story()
        logs = all_logs(history)
        at = places(logs, seen["opening"])
        with pytest.raises(JournalMismatchError):
            folded([*logs[: at + 1], logs[at]])

    def test_reversal_of_an_unknown_document(self) -> None:
        history = History()
        history.set_up()
        opening = history.open(ONE, [(goods("a"), 5)])
        history.record(Kind.REVERSAL, (), ONE, 0, (ONE, 0), True, reference=3 << 248 | opening.key)
        history.seal()
        with pytest.raises(FoldRefusedError):
            folded(all_logs(history))

    def test_more_than_held_means_events_are_missing(self) -> None:
        history = History()
        history.set_up()
        history.open(ONE)
        history.issue(ONE, goods("a").lot_id, 5)
        history.seal()
        with pytest.raises(FoldRefusedError, match=str(ONE)):
            folded(all_logs(history))

    def test_unknown_item(self) -> None:
        history = History()
        history.open(ONE, [(goods("a", item=123456789012), 5)])
        history.seal()
        with pytest.raises(FoldRefusedError, match="123456789012"):
            folded(all_logs(history))

    def test_closing_a_site_that_nobody_registered(self) -> None:
        history = History()
        history.emit(SiteClosed, site=ONE, authority=APPROVER, authority_division=0, successor=0)
        history.seal()
        with pytest.raises(EventOutOfPlaceError, match=str(ONE)):
            folded(all_logs(history))

    def test_state_is_that_of_the_document_before(self) -> None:
        """A document whose journal does not fit changes nothing at all."""
        history, seen = short_story()
        logs = all_logs(history)
        at = places(logs, seen["issue"])
        before = folded(logs[:at])
        state = folded(logs[:at])
        topics, data = encode_document(replace(seen["issue"], reason=9))
        with pytest.raises(JournalMismatchError):
            fold_event(state, decode_event(replace(logs[at], topics=topics, data=data)))
        assert state == before


class TestStory:
    def test_every_balance(self, story: tuple[History, dict[str, Any], State]) -> None:
        history, _, state = story
        assert {k: v for k, v in quantities(state).items() if v} == {
            k: v for k, v in history.held.items() if v
        }

    def test_every_kind_occurred(self, story: tuple[History, dict[str, Any], State]) -> None:
        documents: Any = story[2].documents
        assert {Kind(document.kind) for document in documents.values()} == set(Kind)

    def test_journals_are_those_of_the_events(self, story: tuple[History, dict[str, Any], State]) -> None:
        history, _, state = story
        for site in SITES:
            assert state.site_journals[site] == history.journals[site]

    def test_conservation_of_every_lot(self, story: tuple[History, dict[str, Any], State]) -> None:
        state = story[2]
        held: dict[int, int] = {}
        for (_, lot), units in quantities(state).items():
            held[lot] = held.get(lot, 0) + units
        totals: Any = state.totals
        assert totals
        for lot, total in totals.items():
            assert total.held == held[int.from_bytes(lot, "big")], total
            assert min(total) >= 0

    def test_running_balances_follow_each_other(self, story: tuple[History, dict[str, Any], State]) -> None:
        state = story[2]
        running: dict[tuple[int, bytes], int] = {}
        for number, position, site, lot, delta, quantity, *_ in state.movements:
            running[site, lot] = running.get((site, lot), 0) + delta
            assert running[site, lot] == quantity, (number, position)
        keys = [(movement[0], movement[1]) for movement in state.movements]
        assert len(set(keys)) == len(keys)
        assert keys == sorted(keys)

    def test_consignment_with_exceptions(self, story: tuple[History, dict[str, Any], State]) -> None:
        _, seen, state = story
        consignment = state.consignments[seen["dispatch"].key]
        assert consignment is not None
        assert consignment.state == CONSIGNMENT_ACCEPTED
        # 5 + 3 masks were missing and 8 are settled; of the donation 1 is missing still.
        assert [(line >> 96, line & 0xFFFF) for line in consignment.lines] == [(seen["lots"]["own"], 1)]
        assert len(consignment.signers) == 3

    def test_contest_makes_the_rest_return(self, story: tuple[History, dict[str, Any], State]) -> None:
        _, seen, state = story
        consignment = state.consignments[seen["second dispatch"].key]
        assert consignment is not None
        returning, lacking = consignment.lines
        assert (returning >> 80 & 0xFFFF, returning & 0xFFFF) == (0, 33)
        assert (lacking >> 95 & 1, lacking & 0xFFFF) == (1, 7)

    def test_returned_reversed_and_open_consignments(
        self, story: tuple[History, dict[str, Any], State]
    ) -> None:
        _, seen, state = story
        consignments: Any = state.consignments
        assert consignments[seen["third dispatch"].key].state == CONSIGNMENT_DONE
        assert consignments[seen["third dispatch"].key].word == 1
        assert consignments[seen["fourth dispatch"].key].word == 1
        assert consignments[seen["fifth dispatch"].key].state == CONSIGNMENT_OPEN

    def test_flags_of_documents(self, story: tuple[History, dict[str, Any], State]) -> None:
        _, seen, state = story
        documents: Any = state.documents
        assert documents[seen["late receipt"].key].is_late
        assert not documents[seen["receipt"].key].is_late
        reversal = documents[seen["reversal of issue"].key]
        assert documents[seen["issue"].key].reversed_by == reversal.number
        assert documents[seen["issue"].key].word & 3 == 1
        assert documents[seen["opening"].key].word & 3 == 0

    def test_lots(self, story: tuple[History, dict[str, Any], State]) -> None:
        _, seen, state = story
        lots: Any = state.lots
        own = lots[lot_bytes(seen["lots"]["own"])]
        assert (own.is_own, own.status, own.creating_site) == (True, LotStatus.RELEASED, ONE)
        assert lots[lot_bytes(seen["lots"]["masks"])].use_until == NEVER
        assert lots[lot_bytes(seen["lots"]["gloves"])].status == LotStatus.RELEASED
        assert state.lot_journals[lot_bytes(seen["lots"]["masks"])] is not None

    def test_shelf_life_counts_from_the_day_of_making(self) -> None:
        history = History()
        history.set_up()
        packs = replace(goods("dated", PACK), made=20_000)
        history.open(ONE, [(packs, 1)])
        history.seal()
        lots: Any = folded(all_logs(history)).lots
        assert lots[lot_bytes(packs.lot_id)].use_until == 20_030

    def test_naming_needs_an_approver(self) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        lot = goods("a").lot_id
        first, second = history.issue(ONE, lot, 1), history.issue(ONE, lot, 1)
        history.issue(ONE, lot, 1, reference=1 << 248 | first.key)
        history.issue(ONE, lot, 1, reference=1 << 248 | second.key, approved=True)
        history.seal()
        documents: Any = folded(all_logs(history)).documents
        assert documents[first.key].named_by == 0
        assert documents[second.key].named_by == 5
        assert documents[second.key].word & 3 == 2

    def test_repack_without_a_factor_is_a_loss_and_a_gain(self) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        output = goods("b")
        history.repack(ONE, goods("a").lot_id, 4, output, 3)
        history.seal()
        totals: Any = folded(all_logs(history)).totals
        assert (
            totals[lot_bytes(goods("a").lot_id)].written_off,
            totals[lot_bytes(output.lot_id)].gained,
        ) == (4, 3)

    @pytest.mark.parametrize("name", ["hand-over", "repack", "gain", "loss", "write-off", "receipt"])
    def test_reversal_puts_everything_back(self, name: str) -> None:
        history = History()
        history.set_up()
        lot, other = goods("a"), goods("b", PACK)
        history.open(ONE, [(lot, 50), (other, 5)])
        history.open(TWO)
        history.seal()
        before = folded(all_logs(history))
        acts: dict[str, Any] = {
            "hand-over": lambda: history.hand_over(ONE, TWO, [(lot.lot_id, 5)]),
            "repack": lambda: history.repack(ONE, other.lot_id, 2, goods("c"), 20),
            "gain": lambda: history.count(ONE, lot.lot_id, 53, 50),
            "loss": lambda: history.count(ONE, lot.lot_id, 43, 50),
            "write-off": lambda: history.write_off(ONE, lot.lot_id, 7),
            "receipt": lambda: history.receive(ONE, goods("d"), 9),
        }
        history.reverse(acts[name](), {})
        history.seal()
        after = folded(all_logs(history))
        assert {k: v for k, v in quantities(after).items() if v} == quantities(before)
        totals: Any = after.totals
        assert totals[lot_bytes(lot.lot_id)] == before.totals[lot_bytes(lot.lot_id)]


@pytest.mark.parametrize("seed", range(5))
def test_random_movements_equal_the_model(seed: int) -> None:
    history = History()
    history.set_up()
    history.open(ONE, [(goods("a"), 10_000), (goods("b"), 500)])
    for site in SITES[1:]:
        history.open(site)
    random_documents(history, 200, seed)
    state = folded(all_logs(history))
    assert {k: v for k, v in quantities(state).items() if v} == {k: v for k, v in history.held.items() if v}
    for site in SITES:
        assert state.site_journals[site] == history.journals[site]
