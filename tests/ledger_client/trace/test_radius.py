"""What hangs on a qualification, a supplier, an issuer, a key and a document; and a batch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sources import (
    CATEGORY,
    ISSUER,
    OTHER_QUALIFICATION,
    QUALIFICATION,
    SUPPLYING,
    YEAR,
    entry,
    receive,
    record_entry,
    register,
)
from stock_history import (
    APPROVER,
    CONSIGNEE,
    ITEM,
    KEEPERS,
    PACK,
    SITES,
    START,
    SUPPLIER,
    History,
    goods,
    missing,
)
from traced_histories import ONE, THREE, TWO, indexed

from ledger_client import events
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, EntryKind
from ledger_client.fold.verdicts import Status
from ledger_client.index.traces import TraceReader
from ledger_client.keccak import keccak
from ledger_client.lines import Line, LotAttributes, ReceiptLine
from ledger_client.roles import Role
from ledger_client.trace import (
    EdgeKind,
    Node,
    NodeKind,
    batch_of,
    compromised_since,
    of_document,
    of_issuer,
    of_key,
    of_qualification,
    of_supplier,
)
from ledger_client.trace.following import read_documents

NOW = START + 30 * 86_400


@dataclass
class City:
    """A history in which goods came on two qualifications, and its index."""

    history: History
    reader: TraceReader
    masks: int
    others: int
    packs: int
    first: DocumentRecorded


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    history = History()
    history.set_up()
    register(history)
    for site in SITES:
        history.open(site)
    history.seal(60)
    masks, first = receive(history, ONE, "masks", 100)
    others, _ = receive(history, ONE, "others", 40, OTHER_QUALIFICATION)
    packs = goods("packs", PACK)
    history.receive(ONE, packs, 10)
    history.hand_over(ONE, TWO, [(masks, 30)])
    history.issue(TWO, masks, 12)
    history.issue(ONE, others, 1)
    history.seal(60)
    dispatched = history.dispatch(ONE, THREE, [(masks, 20)])
    history.seal(60)
    history.answer(Kind.ACCEPTANCE, dispatched, [Line(masks, 2, 10), missing(masks, 3, 20)], {masks: 15})
    history.write_off(ONE, masks, 1)
    history.repack(ONE, packs.lot_id, 2, goods("pieces"), 20)
    history.seal(60)
    # Found out later, and true of the time of the receipt.
    revoked = entry(EntryKind.REVOKED, history.time, first.recorded_at - 10, reason=96)
    record_entry(history, revoked)
    history.seal(60)
    late, _ = receive(history, TWO, "masks", 5, OTHER_QUALIFICATION)
    assert late == masks
    reader = indexed(history, tmp_path_factory.mktemp("radius"))
    return City(history, reader, masks, others, packs.lot_id, first)


class TestQualification:
    def test_all_lots_and_where_they_are(self, city: City) -> None:
        radius = of_qualification(city.reader, QUALIFICATION, NOW)
        (lot,) = radius.lots
        assert lot.lot == city.masks
        assert lot.held == {ONE: 49, TWO: 23, THREE: 15}
        assert lot.consumed == {CONSIGNEE: 12}
        assert sorted((kind.code, units) for kind, _, _, units in lot.on_the_way) == [
            ("missing", 3),
            ("returning", 2),
        ]
        assert lot.account.totals.written_off == 1
        assert lot.gone == {(EdgeKind.WRITTEN_OFF, ONE): 1}
        assert radius.is_conserved

    def test_since_when_and_what_it_was_worth_then(self, city: City) -> None:
        radius = of_qualification(city.reader, QUALIFICATION, NOW)
        assert radius.ruling is not None
        assert (radius.ruling.status, radius.ruling.reason) == (Status.REVOKED, 96)
        assert radius.ruling.since == city.first.recorded_at - 10
        assert radius.ruling.recorded_at > city.first.recorded_at
        (arrival,) = radius.arrivals
        assert (arrival.then, arrival.now) == (Status.VALID, Status.REVOKED)
        assert radius.graph.nodes[radius.subject].status is Status.REVOKED

    def test_one_that_ran_out(self, city: City) -> None:
        ruling = of_qualification(city.reader, OTHER_QUALIFICATION, START + 2 * YEAR).ruling
        assert ruling is not None
        assert (ruling.status, ruling.since, ruling.recorded_at) == (Status.EXPIRED, START + YEAR, 0)
        ruling = of_qualification(city.reader, OTHER_QUALIFICATION, NOW).ruling
        assert ruling is not None
        assert (ruling.status, ruling.since) == (Status.VALID, 0)

    def test_back_to_the_root(self, city: City) -> None:
        graph = of_qualification(city.reader, QUALIFICATION, NOW).graph
        way = [
            Node(NodeKind.ROOT, 0),
            Node(NodeKind.ACCREDITATION, ISSUER, CATEGORY),
            Node(NodeKind.ISSUER, ISSUER),
            Node(NodeKind.QUALIFICATION, QUALIFICATION),
            Node(NodeKind.DOCUMENT, city.first.key),
            Node(NodeKind.LOT, city.masks),
        ]
        joined = {(each.source, each.target) for each in graph.edges}
        assert set(pairwise(way)) <= joined
        assert graph.nodes[way[1]].status is Status.VALID

    def test_an_unknown_one_is_never_good(self, city: City) -> None:
        radius = of_qualification(city.reader, 0xDEAD, NOW)
        assert (radius.lots, radius.arrivals) == ([], [])
        assert radius.ruling is not None
        assert radius.ruling.status is Status.UNKNOWN
        assert radius.graph.nodes[radius.subject].status is Status.UNKNOWN

    def test_one_whose_issuer_is_accredited_no_more(self, city: City) -> None:
        radius = of_qualification(city.reader, OTHER_QUALIFICATION, START + 2 * YEAR)
        accreditation = Node(NodeKind.ACCREDITATION, ISSUER, CATEGORY)
        assert radius.graph.nodes[accreditation].status is Status.EXPIRED
        assert radius.graph.nodes[radius.subject].status is Status.ISSUER_NOT_ACCREDITED


def test_a_late_receipt_is_judged_when_it_is_said_to_have_occurred(tmp_path: Path) -> None:
    history, day = History(), 86_400
    history.set_up()
    register(history)
    history.open(ONE)
    history.seal(15 * day)
    record_entry(history, entry(EntryKind.SUSPENDED, history.time, reason=96))
    history.seal(5 * day)
    keys = {}
    for batch, age in (("on time", 6), ("late", 9)):
        lines = [ReceiptLine(goods(batch), 5)]
        keys[batch] = history.record(
            *(Kind.RECEIPT, lines, SUPPLIER, ONE, (0, ONE)),
            age=age * day,
            approved=age > 7,
            qualification=QUALIFICATION,
        ).key
        history.seal(60)
    radius = of_qualification(indexed(history, tmp_path), QUALIFICATION, history.time)
    assert {each.document.key: each.now for each in radius.arrivals} == {
        keys["on time"]: Status.SUSPENDED,
        keys["late"]: Status.VALID,
    }


def test_a_reversed_receipt_is_told_and_brings_nothing_into_the_radius(tmp_path: Path) -> None:
    history = History()
    history.set_up()
    register(history)
    history.open(ONE)
    history.seal(60)
    lot, mistaken = receive(history, ONE, "masks", 8)
    history.reverse(mistaken, {(ONE, lot): -8})
    history.seal(60)
    receive(history, ONE, "masks", 9, OTHER_QUALIFICATION)
    radius = of_qualification(indexed(history, tmp_path), QUALIFICATION, NOW)
    assert radius.lots == []
    assert [bool(each.document.reversed_by) for each in radius.arrivals] == [True]


class TestOthers:
    def test_supplier_has_what_came_without_qualification_too(self, city: City) -> None:
        radius = of_supplier(city.reader, SUPPLIER, NOW)
        pieces = goods("pieces").lot_id
        assert {each.lot for each in radius.lots} == {city.masks, city.others, city.packs, pieces}
        assert {each.lot: each.then for each in radius.arrivals}[city.packs] is Status.UNKNOWN
        packs = next(each for each in radius.lots if each.lot == city.packs)
        assert packs.into == {pieces: 2}
        assert radius.is_conserved

    def test_issuer(self, city: City) -> None:
        radius = of_issuer(city.reader, ISSUER, NOW)
        assert {each.lot for each in radius.lots} == {city.masks, city.others}
        assert len(radius.arrivals) == 3

    def test_document_answers_for_what_it_names(self, city: City) -> None:
        (acceptance,) = [
            each for each in read_documents(city.reader, [city.masks])[0] if each.kind == Kind.ACCEPTANCE
        ]
        radius = of_document(city.reader, acceptance, NOW)
        assert [each.lot for each in radius.lots] == [city.masks]

    def test_a_step_of_a_consignment_answers_for_what_it_tells(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        masks, gloves, gowns = goods("masks"), goods("gloves"), goods("gowns")
        history.open(
            ONE, [(each, 100) for each in sorted((masks, gloves, gowns), key=lambda lot: lot.lot_id)]
        )
        history.open(TWO)
        history.seal()
        sent = sorted([(masks.lot_id, 10), (gloves.lot_id, 20)])
        dispatched = history.dispatch(ONE, TWO, sent)
        history.seal()
        accepted = history.answer(
            Kind.ACCEPTANCE, dispatched, [missing(masks.lot_id, 4)], {masks.lot_id: 6, gloves.lot_id: 20}
        )
        history.seal()
        settled = history.settle(dispatched, masks.lot_id, 4, 3)
        history.seal()
        reader = indexed(history, tmp_path)
        for event, named in ((accepted, {masks: 6, gloves: 20}), (settled, {masks: 4})):
            document = reader.document(event.key)
            assert document is not None
            radius = of_document(reader, document, NOW)
            units = {lot.lot_id: units for lot, units in named.items()}
            assert {each.lot for each in radius.lots} == units.keys()
            shown = {each.lot: each.quantity for each in radius.graph.edges if each.kind is EdgeKind.SIGNED}
            assert shown == units

    def test_what_came_out_of_a_repack_belongs_to_it(self, city: City) -> None:
        documents, _ = read_documents(city.reader, [city.packs])
        (receipt,) = [each for each in documents if each.kind == Kind.RECEIPT]
        radius = of_document(city.reader, receipt, NOW)
        assert [(each.lot, each.came_of) for each in radius.lots] == [
            (city.packs, ()),
            (goods("pieces").lot_id, (city.packs,)),
        ]


class TestKey:
    def test_all_that_it_signed_as_whoever(self, city: City) -> None:
        radius = of_key(city.reader, SUPPLYING.address, NOW)
        assert radius.since is None
        signed = {each.number for each in radius.documents}
        mine = {
            each.number
            for each in read_documents(city.reader, [city.masks, city.others, city.packs])[0]
            if SUPPLYING.address in (each.sender, each.other, each.approver)
        }
        assert mine and mine <= signed

    def test_since_a_block_time(self, city: City) -> None:
        every = of_key(city.reader, KEEPERS[0], NOW).documents
        begin = every[1].recorded_at
        found = of_key(city.reader, KEEPERS[0], NOW, begin).documents
        assert found == [each for each in every if each.recorded_at >= begin]
        assert 0 < len(found) < len(every)

    def test_since_it_is_claimed_to_be_in_foreign_hands(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("masks"), 50)])
        history.seal(3_600)
        lot = goods("masks").lot_id
        for _ in range(8):
            history.issue(ONE, lot, 1)
            history.seal(3_600)
        claimed = history.recorded[4].recorded_at
        for division, since in ((42, claimed), (4201, claimed + 7_200)):
            grant = {"holder": KEEPERS[1], "division": division, "authority": APPROVER}
            about = {"role": Role.KEEPER, "subject": 0, "authority_division": 0, "recorded_at": history.time}
            if division != 42:
                history.emit(events.GrantMade, **grant, **about, from_=history.time)
            history.emit(events.GrantRevoked, **grant, **about, reason=91, compromised_since=since)
        history.seal()
        reader = indexed(history, tmp_path)
        assert compromised_since(reader, KEEPERS[1]) == claimed
        assert compromised_since(reader, KEEPERS[0]) is None
        assert compromised_since(reader, KEEPERS[1], lambda divisions: 4201 in divisions) == claimed + 7_200
        assert compromised_since(reader, KEEPERS[1], lambda divisions: False) is None
        radius = of_key(reader, KEEPERS[1], NOW)
        assert radius.since == claimed
        expected = [
            each.key
            for each in history.recorded
            if each.sender.address == KEEPERS[1] and each.recorded_at >= claimed
        ]
        assert [each.key for each in radius.documents] == expected

    def test_a_claim_that_was_refused_has_fallen(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        for number, new in ((1, KEEPERS[2]), (2, KEEPERS[3])):
            history.emit(
                events.ReplacementProposed,
                replacement=number,
                old_holder=KEEPERS[0],
                new_holder=new,
                authority=APPROVER,
                authority_division=0,
                grants=1,
                compromised_since=START + number,
                recorded_at=history.time,
            )
        history.emit(
            events.ReplacementDecided,
            replacement=1,
            old_holder=KEEPERS[0],
            new_holder=KEEPERS[2],
            authority=APPROVER,
            authority_division=0,
            upheld=False,
            reason=100,
            recorded_at=history.time,
        )
        history.seal()
        reader = indexed(history, tmp_path)
        assert compromised_since(reader, KEEPERS[0]) == START + 2
        # The replacement is of the country's authority, and its grants are not told by these events.
        assert compromised_since(reader, KEEPERS[0], lambda divisions: 0 in divisions) == START + 2
        assert compromised_since(reader, KEEPERS[0], lambda divisions: 42 in divisions) is None


class TestBatch:
    def test_all_of_it_and_whom_to_tell(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        for site in SITES:
            history.open(site)
        history.seal()
        one, two, three = (
            LotAttributes(item=ITEM, source=SUPPLIER, batch=keccak(b"a batch"), made=day) for day in (5, 6, 7)
        )
        other = goods("another batch")
        for lot in (one, two, three, other):
            history.receive(ONE, lot, 10)
        history.record(Kind.RECALL, [Line(three.lot_id)])
        history.issue(ONE, two.lot_id, 4)
        history.dispatch(ONE, TWO, [(two.lot_id, 3)])
        history.seal()
        batch = batch_of(indexed(history, tmp_path), [one.lot_id])
        assert set(batch.lots) == {one.lot_id, two.lot_id, three.lot_id}
        assert batch.left_out == (two.lot_id,)
        told = {(each.kind, each.number, each.lot, each.how): each.quantity for each in batch.tell}
        assert told == {
            (NodeKind.SITE, ONE, one.lot_id, EdgeKind.HELD): 10,
            (NodeKind.SITE, ONE, two.lot_id, EdgeKind.HELD): 3,
            (NodeKind.SITE, TWO, two.lot_id, EdgeKind.IN_TRANSIT): 3,
            (NodeKind.CONSIGNEE, CONSIGNEE, two.lot_id, EdgeKind.ISSUED): 4,
            (NodeKind.SITE, ONE, three.lot_id, EdgeKind.HELD): 10,
        }
