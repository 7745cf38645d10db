"""What traces ask of an index; the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stock_history import APPROVER, KEEPERS, SITES, SUPPLIER, History, goods, random_documents, short_story

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.index import Follower, traces
from ledger_client.index.traces import TraceReader
from ledger_client.keccak import keccak
from ledger_client.lines import Line

ONE, TWO, THREE, _ = SITES
Told = tuple[TraceReader, History, dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    history, seen = short_story()
    engine = open_database(tmp_path_factory.mktemp("index") / "index.db")
    Follower(engine, history.chain).follow()
    yield TraceReader(engine), history, seen
    engine.dispose()


class TestDocumentsOfLots:
    def test_of_nothing_and_of_what_is_unknown(self, told: Told) -> None:
        assert told[0].documents_of_lots([]) == []
        assert told[0].documents_of_lots([5]) == []

    def test_those_that_name_the_lot_in_order(self, told: Told) -> None:
        reader, _, seen = told
        lot = seen["lots"]["gloves"]
        found = reader.documents_of_lots([lot])
        names = ("opening", "recall", "lift", "hand-over", "write-off", "false count")
        assert [each.key for each in found] == [seen[name].key for name in names]

    def test_of_many_lots_as_of_few(self, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        reader, _, seen = told
        # Not all of them, so that what moves the others has to be left out.
        lots = [seen["lots"][name] for name in ("gloves", "packs", "own")]
        few = reader.documents_of_lots(lots)
        monkeypatch.setattr(traces, "IN_LIST", 2)
        assert reader.documents_of_lots(lots) == few

    def test_before_the_lot_was_created_nothing_is_read(self, told: Told) -> None:
        reader, _, seen = told
        found = reader.documents_of_lots([seen["lots"]["pieces"]])
        assert [each.key for each in found] == [seen["repack"].key]


class TestOthers:
    def test_steps_of_a_consignment(self, told: Told) -> None:
        reader, _, seen = told
        documents = {each.key: each for each in reader.documents_of_lots([seen["lots"]["masks"]])}
        steps = reader.steps_of_consignments([documents[seen["dispatch"].key]])
        names = ("acceptance", "return-acceptance", "settlement found", "settlement lost")
        assert [each.key for each in steps] == [seen[name].key for name in names]
        contest = reader.steps_of_consignments([documents[seen["second dispatch"].key]])
        assert [each.key for each in contest] == [seen["contest"].key]
        assert reader.steps_of_consignments([]) == []

    def test_card_of_a_lot_at_a_site(self, told: Told) -> None:
        reader, history, seen = told
        lot = seen["lots"]["masks"]
        card = reader.card_of_lot(TWO, lot, len(history.recorded))
        assert [(each.document.key, each.delta, each.quantity) for each in card] == [
            (seen["hand-over"].key, 100, 100),
            (seen["issue"].key, -30, 70),
            (seen["reversal of issue"].key, 30, 100),
            (seen["loss"].key, -3, 97),
        ]
        assert reader.card_of_lot(TWO, lot, card[1].document.number) == card[:2]

    def test_signed_by(self, told: Told) -> None:
        reader, history, _ = told
        for holder in (KEEPERS[0], APPROVER):
            expected = [
                each.key
                for each in history.recorded
                if holder in (each.sender.address, each.approver and each.approver.address)
            ]
            assert [each.key for each in reader.documents_signed_by(holder)] == expected
        last = history.recorded[-1]
        assert [each.key for each in reader.documents_signed_by(last.sender.address, last.recorded_at)] == [
            last.key
        ]

    def test_nobody_signed_nothing(self, told: Told) -> None:
        assert told[0].documents_signed_by(ZERO_ADDRESS) == []

    def test_relying_on_a_grant_while_it_stood(self, told: Told) -> None:
        reader, history, _ = told
        grant, others = keccak(b"a grant"), keccak(b"another grant")
        every = [each.key for each in history.recorded]
        assert [each.key for each in reader.documents_relying_on({grant: [(0, None)]})] == every
        first, second, last = (history.recorded[place].recorded_at for place in (3, 6, -2))
        found = reader.documents_relying_on({grant: [(first, second), (last, None)], b"x" * 32: [(0, None)]})
        assert [each.key for each in found] == [*every[3:7], *every[-2:]]
        approved = [each.key for each in history.recorded if each.approver]
        assert [each.key for each in reader.documents_relying_on({others: [(0, None)]})] == approved
        assert reader.documents_relying_on({}) == []

    def test_receipts_on_qualifications_since(self, told: Told) -> None:
        reader, _, seen = told
        receipts = [seen["receipt"], seen["late receipt"]]
        assert [each.key for each in reader.receipts_on({0: 0, 5: 0})] == [each.key for each in receipts]
        assert [each.key for each in reader.receipts_on({0: receipts[1].recorded_at})] == [receipts[1].key]
        assert reader.receipts_on({5: 0}) == []

    def test_what_is_not_kept_is_left_out(self, told: Told) -> None:
        reader, history, _ = told
        receipts = [each.key for each in reader.receipts_on({0: 0})]
        signed = [each.key for each in reader.documents_signed_by(KEEPERS[0])]

        def keep(document: RecordedDocument) -> bool:
            return document.key not in (receipts[0], signed[1])

        assert [each.key for each in reader.receipts_on({0: 0}, keep)] == receipts[1:]
        left = [key for key in signed if key not in (receipts[0], signed[1])]
        assert [each.key for each in reader.documents_signed_by(KEEPERS[0], 0, keep)] == left
        every = [each.key for each in history.recorded if each.key not in (receipts[0], signed[1])]
        relying = reader.documents_relying_on({keccak(b"a grant"): [(0, None)]}, keep)
        assert [each.key for each in relying] == every

    def test_a_block_before_a_time(self, told: Told) -> None:
        """Never one after it: what is looked for from there on is found."""
        reader, history, _ = told
        assert reader.block_before(0) == reader.block_before(history.recorded[0].recorded_at) == 0
        for each in history.recorded:
            block = reader.block_before(each.recorded_at)
            found = reader.document(each.key)
            assert found is not None
            assert block < found.block
        last = reader.document(history.recorded[-1].key)
        assert last is not None
        assert reader.block_before(1 << 40) == last.block

    def test_lots_by_source_and_batch(self, told: Told) -> None:
        reader, _, seen = told
        lots = seen["lots"]
        assert set(reader.lots_from([SUPPLIER])) == {lots[name] for name in lots if name != "own"}
        masks = reader.lots_by_id([lots["masks"]])[lots["masks"]]
        assert set(reader.lots_of_batch(masks)) == {lots["masks"]}

    def test_balances_and_totals(self, told: Told) -> None:
        reader, history, seen = told
        lot = seen["lots"]["masks"]
        found = reader.balances_of([lot])
        assert found == {place: units for place, units in history.held.items() if place[1] == lot}
        assert reader.totals_of([lot])[lot].held == sum(found.values())


def test_the_same_on_a_server(tmp_path: Path, postgresql_database: str) -> None:
    history, seen = short_story()
    random_documents(history, 60, seed=3)
    second = history.dispatch(ONE, TWO, [(seen["lots"]["masks"], 2)])
    history.seal()
    history.answer(Kind.CONTEST, second, [Line(seen["lots"]["masks"], 1, 1 << 15 | 1)])
    history.seal()
    lots = {lot for _, lot in history.held} | {goods("batch 1").lot_id}
    answers = []
    for location in (tmp_path / "index.db", postgresql_database):
        engine = open_database(str(location))
        Follower(engine, history.chain).follow()
        reader = TraceReader(engine)
        documents = reader.documents_of_lots(lots)
        dispatches = [each for each in documents if each.kind == Kind.DISPATCH]
        answers.append(
            (
                documents,
                reader.steps_of_consignments(dispatches),
                reader.card_of_lot(ONE, seen["lots"]["masks"], len(history.recorded)),
                reader.documents_signed_by(KEEPERS[1]),
                reader.documents_relying_on({keccak(b"another grant"): [(0, None)]}),
                reader.receipts_on({0: 0}),
                reader.balances_of(lots),
                reader.totals_of(lots),
                reader.lots_from([SUPPLIER]),
            )
        )
        engine.dispose()
    assert answers[0] == answers[1]
    assert len(answers[0][1]) > 3
