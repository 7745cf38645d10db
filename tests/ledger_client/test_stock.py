"""Documents: what is refused changes nothing, what is recorded moves stock in the index. On both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from facade import (
    APPROVING,
    BAG_ITEM,
    CONSUMER,
    KEEPING,
    KEEPING_TOO,
    MASK_ITEM,
    NOBODY,
    OTHER_PLACE,
    PLACE,
    RICE_ITEM,
    ROOT_PARTY,
    SETTLING,
    SUPPLYING_PARTY,
    THE_COMMUNITY,
    THE_ISSUER,
    THE_SUPPLIER,
    World,
    refused,
)
from played_ledger import CATEGORY, DONOR, ISSUING

from ledger_client.calldata import ACCEPTED, OPEN, Consignment, Original
from ledger_client.digests import document_key
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.fold.records import CONSIGNMENT_DONE
from ledger_client.identifiers import SiteId
from ledger_client.keccak import keccak
from ledger_client.lines import (
    CountLine,
    Line,
    LineQuantityError,
    LineRepeatedError,
    LotAttributes,
    OpeningLine,
    RepackLine,
    pack_lines,
)
from ledger_client.reasons import FOUND_AT_SENDER, LOST
from ledger_client.records import RecordAnswer, RecordId
from ledger_client.reverts.catalogue import FactorMismatchError
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.documents import (
    AlreadyReversedError,
    ConsentMissingError,
    ConsignmentChangedError,
    CountAheadError,
    DeadlineAheadError,
    GrantElsewhereError,
    ReasonMissingError,
    SettlerInvolvedError,
    SignerRepeatedError,
    SiteAlreadyOpenError,
    SiteNotOpenError,
    SiteUnknownError,
    TimeAheadError,
)
from ledger_client.reverts.stock import (
    LotExpiredError,
    LotHeldError,
    LotHeldHereError,
    LotNotHeldError,
    LotRecalledError,
    LotUnknownError,
    StockInsufficientError,
    VerdictChangedError,
)
from ledger_client.stock import Goods, Particulars
from ledger_client.words import LotStatus, pack_reference
from ledger_client.writing import Party

DAY = 86_400
REASON = Particulars(reason=51)


def sites_number(world: World, number: int) -> SiteId:
    """Register a site and return it, not yet opened."""
    site = SiteId(420106001001300 + number)
    world.write(world.ledger.sites.register(site, zh=f"储备点{number}", by=ROOT_PARTY))
    return site


def journal(world: World, site: int) -> int:
    [*_, last] = world.ledger.index().stock_card(site, limit=10_000)
    return last.journal


class TestOpen:
    def test_refuses(self, world: World) -> None:
        open_ = world.ledger.stock.open
        with refused(world, SiteAlreadyOpenError):
            world.write(open_(PLACE, keeper=KEEPING, approver=APPROVING))
        with refused(world, SiteUnknownError):
            world.write(open_(SiteId(420106001001499), keeper=KEEPING, approver=APPROVING))

    def test_refuses_a_key_without_the_role(self, world: World) -> None:
        site = sites_number(world, 2)
        with refused(world, GrantMissingError):
            world.write(world.ledger.stock.open(site, keeper=NOBODY, approver=APPROVING))
        with refused(world, GrantMissingError):
            world.write(world.ledger.stock.open(site, keeper=KEEPING, approver=NOBODY))

    def test_opens_with_what_is_there(self, world: World) -> None:
        site, goods = sites_number(world, 3), world.new_lot()
        lines = [OpeningLine(goods, 40)]
        document = world.record(world.ledger.stock.open(site, lines, keeper=KEEPING, approver=APPROVING))
        assert (document.kind, document.to, document.sender) == (
            Kind.OPENING,
            site,
            KEEPING.signer.address,
        )
        [holding] = world.ledger.index().on_hand(site)
        assert (holding.lot, holding.quantity, holding.is_free) == (goods.lot_id, 40, True)


class TestReceive:
    def test_refuses(self, world: World) -> None:
        receive, goods = world.ledger.stock.receive, [Goods(world.new_lot(), 5)]
        with refused(world, GrantMissingError):
            world.write(receive(PLACE, DONOR, goods, keeper=NOBODY, held=True))
        unopened = sites_number(world, 4)
        with refused(world, SiteNotOpenError):
            world.write(receive(unopened, DONOR, goods, keeper=KEEPING, held=True))
        with refused(world, VerdictChangedError):  # a donation is always held
            world.write(receive(PLACE, DONOR, goods, keeper=KEEPING))
        with refused(world, LineQuantityError, exit_code=2):
            receive(PLACE, DONOR, [Goods(world.new_lot(), 0)], keeper=KEEPING, held=True)
        ahead = Particulars(occurred_at=Timestamp(world.clock.now() + 2 * DAY))
        with refused(world, TimeAheadError):
            world.write(receive(PLACE, DONOR, goods, keeper=KEEPING, held=True, particulars=ahead))
        late = Particulars(occurred_at=Timestamp(world.clock.now() - 8 * DAY))
        with refused(world, ConsentMissingError):  # an approver's
            world.write(receive(PLACE, DONOR, goods, keeper=KEEPING, held=True, particulars=late))

    def test_a_donation_is_held_until_an_approver_releases_it(self, world: World) -> None:
        stock, goods = world.ledger.stock, world.new_lot()
        receipt = world.record(
            stock.receive(PLACE, DONOR, [Goods(goods, 8, 2, 10)], keeper=KEEPING, held=True)
        )
        lot = goods.owned_by(receipt.key, 1).lot_id
        assert world.on_hand(lot) == 8
        with refused(world, LotHeldError):
            world.write(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        with refused(world, GrantMissingError):
            keeper = replace(KEEPING, division=THE_COMMUNITY)
            world.write(stock.release(PLACE, [lot], approver=keeper, particulars=REASON))
        world.record(stock.release(PLACE, [lot], approver=APPROVING, particulars=REASON))
        found = world.ledger.index().lot(lot)
        assert found is not None and found.status == LotStatus.RELEASED

    def test_a_late_receipt_needs_an_approver_and_says_so(self, world: World) -> None:
        late = Particulars(occurred_at=Timestamp(world.clock.now() - 30 * DAY))
        receipt = world.record(
            world.ledger.stock.receive(
                PLACE,
                DONOR,
                [Goods(world.new_lot(), 5)],
                keeper=KEEPING,
                approver=APPROVING,
                held=True,
                particulars=late,
            )
        )
        assert receipt.is_late and receipt.approver == APPROVING.signer.address

    def test_a_qualified_supplier_delivers_for_use(self, world: World) -> None:
        stock, certificate = world.ledger.stock, keccak(b"certificate for receipts")
        goods = LotAttributes(item=MASK_ITEM, source=THE_SUPPLIER, batch=keccak(b"M-1"), expires=40_000)
        delivery: dict[str, Any] = {"keeper": KEEPING, "supplier": SUPPLYING_PARTY}
        with refused(world, VerdictChangedError):
            world.write(stock.receive(PLACE, THE_SUPPLIER, [Goods(goods, 7)], **delivery))
        issue = world.ledger.qualifications.issue(
            THE_ISSUER,
            THE_SUPPLIER,
            CATEGORY,
            grade=1,
            from_=0,
            until=world.clock.now() + 900 * DAY,
            certificate=certificate,
            by=ISSUING,
        )
        world.write(issue)
        [qualification] = world.ledger.index().qualifications(THE_SUPPLIER)
        receipt = world.record(
            stock.receive(PLACE, THE_SUPPLIER, [Goods(goods, 7)], qualification=qualification, **delivery)
        )
        assert (receipt.other, receipt.qualification) == (SUPPLYING_PARTY.signer.address, qualification)
        [holding] = [held for held in world.ledger.index().on_hand(PLACE) if held.lot == goods.lot_id]
        assert holding.is_free and holding.quantity == 7


class TestIssue:
    def test_refuses(self, world: World) -> None:
        issue, lot = world.ledger.stock.issue, world.stocked(10)
        with refused(world, StockInsufficientError):
            world.write(issue(PLACE, CONSUMER, [Line(lot, 11)], keeper=KEEPING))
        with refused(world, LotUnknownError):
            world.write(issue(PLACE, CONSUMER, [Line(5, 1)], keeper=KEEPING))
        with refused(world, GrantMissingError):
            world.write(issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=NOBODY))
        with refused(world, LineRepeatedError, exit_code=2):
            issue(PLACE, CONSUMER, [Line(lot, 1), Line(lot, 2)], keeper=KEEPING)
        with refused(world, LineQuantityError, exit_code=2):
            issue(PLACE, CONSUMER, [Line(lot, 0)], keeper=KEEPING)

    def test_says_how_much_there_is(self, world: World) -> None:
        lot = world.stocked(10)
        with pytest.raises(StockInsufficientError, match="holds 10") as caught:
            world.write(world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, 11)], keeper=KEEPING))
        assert "10" in caught.value.text("zh")

    def test_refuses_what_is_expired(self, world: World) -> None:
        site, today = sites_number(world, 5), world.clock.now() // DAY
        goods = world.new_lot(expires=today - 2)
        lines = [OpeningLine(goods, 5)]
        world.write(world.ledger.stock.open(site, lines, keeper=KEEPING, approver=APPROVING))
        with refused(world, LotExpiredError):
            issue = world.ledger.stock.issue(site, CONSUMER, [Line(goods.lot_id, 1)], keeper=KEEPING)
            world.write(issue)

    def test_leaves_the_stock(self, world: World) -> None:
        lot = world.stocked(10)
        particulars = Particulars(reason=41, body={"purpose": "distribution"})
        document = world.record(
            world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, 4)], keeper=KEEPING, particulars=particulars)
        )
        assert (document.kind, document.from_, document.to, document.reason) == (
            Kind.ISSUE,
            PLACE,
            CONSUMER,
            41,
        )
        assert world.on_hand(lot) == 6
        answer = world.ledger.records.verify(RecordId("document", document.key), document.body)
        assert answer is RecordAnswer.MATCHES


class TestHandOver:
    def test_refuses(self, world: World) -> None:
        hand_over, lines = world.ledger.stock.hand_over, [Line(world.stocked(10), 11)]
        both: dict[str, Any] = {"keeper": KEEPING, "receiver": KEEPING_TOO}
        with refused(world, StockInsufficientError):
            world.write(hand_over(PLACE, OTHER_PLACE, lines, **both))
        with refused(world, GrantMissingError):
            world.write(hand_over(PLACE, OTHER_PLACE, lines, keeper=KEEPING, receiver=NOBODY))
        with refused(world, SignerRepeatedError):
            world.write(hand_over(PLACE, OTHER_PLACE, lines, keeper=KEEPING, receiver=KEEPING))

    def test_moves(self, world: World) -> None:
        lot = world.stocked(10)
        document = world.record(
            world.ledger.stock.hand_over(
                PLACE, OTHER_PLACE, [Line(lot, 3)], keeper=KEEPING, receiver=KEEPING_TOO
            )
        )
        assert (document.from_site, document.to_site) == (PLACE, OTHER_PLACE)
        assert document.other == KEEPING_TOO.signer.address
        assert (world.on_hand(lot), world.on_hand(lot, OTHER_PLACE)) == (7, 3)


class TestWriteOff:
    def test_refuses(self, world: World) -> None:
        write_off, lot = world.ledger.stock.write_off, world.stocked(10)
        with refused(world, StockInsufficientError):
            world.write(write_off(PLACE, [Line(lot, 11, 11)], keeper=KEEPING, approver=APPROVING))
        with refused(world, GrantMissingError):
            world.write(write_off(PLACE, [Line(lot, 1, 11)], keeper=KEEPING, approver=KEEPING_TOO))
        with refused(world, ReasonMissingError):
            world.write(write_off(PLACE, [Line(lot, 1)], keeper=KEEPING, approver=APPROVING))

    def test_takes_away(self, world: World) -> None:
        lot = world.stocked(10)
        lines = [Line(lot, 1, 11), Line(lot, 2, 12)]
        document = world.record(
            world.ledger.stock.write_off(PLACE, lines, keeper=KEEPING, approver=APPROVING)
        )
        assert document.approver == APPROVING.signer.address
        assert world.on_hand(lot) == 7


class TestHold:
    def test_refuses(self, world: World) -> None:
        stock, lot = world.ledger.stock, world.stocked(10)
        with refused(world, GrantMissingError):
            world.write(stock.hold(PLACE, [lot], approver=NOBODY, particulars=REASON))
        with refused(world, LotNotHeldError):
            world.write(stock.release(PLACE, [lot], approver=APPROVING, particulars=REASON))

    def test_holds_and_releases_here(self, world: World) -> None:
        stock, lot = world.ledger.stock, world.stocked(10)
        world.record(stock.hold(PLACE, [lot], approver=APPROVING, particulars=REASON))
        [holding] = [held for held in world.ledger.index().on_hand(PLACE) if held.lot == lot]
        assert holding.is_held_here and not holding.is_free
        with refused(world, LotHeldHereError):
            world.write(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        world.record(stock.release(PLACE, [lot], approver=APPROVING, particulars=REASON))
        world.record(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        assert world.on_hand(lot) == 9


class TestCount:
    def test_refuses(self, world: World) -> None:
        count, lot = world.ledger.stock.count, world.stocked(10)
        both: dict[str, Any] = {"keeper": KEEPING, "second": KEEPING_TOO}
        here = journal(world, PLACE)
        with refused(world, StockInsufficientError):
            world.write(count(PLACE, [CountLine(lot, 0, 11, 30)], journal=here, **both))
        with refused(world, CountAheadError):
            world.write(count(PLACE, [CountLine(lot, 9, 10, 30)], journal=here + 1, **both))
        with refused(world, SignerRepeatedError):
            lines = [CountLine(lot, 9, 10, 30)]
            world.write(count(PLACE, lines, journal=here, keeper=KEEPING, second=KEEPING))

    def test_applies_the_difference(self, world: World) -> None:
        stock, lot = world.ledger.stock, world.stocked(10)
        here = journal(world, PLACE)
        world.record(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        lines = [CountLine(lot, 8, 10, 30)]
        document = world.record(stock.count(PLACE, lines, journal=here, keeper=KEEPING, second=KEEPING_TOO))
        assert document.reference == here
        assert world.on_hand(lot) == 7


class TestRepack:
    def line(self, world: World, lot: int, quantity: int) -> RepackLine:
        return RepackLine(lot, 2, replace(world.new_lot(RICE_ITEM), expires=39_999), quantity, 70)

    def test_refuses(self, world: World) -> None:
        repack, lot = world.ledger.stock.repack, world.stocked(10, BAG_ITEM)
        with refused(world, FactorMismatchError):
            world.write(repack(PLACE, [self.line(world, lot, 49)], keeper=KEEPING, approver=APPROVING))
        with refused(world, GrantMissingError):
            world.write(repack(PLACE, [self.line(world, lot, 50)], keeper=KEEPING, approver=NOBODY))
        with refused(world, LineQuantityError, exit_code=2):
            repack(PLACE, [self.line(world, lot, 0)], keeper=KEEPING, approver=APPROVING)

    def test_turns_bags_into_kilograms(self, world: World) -> None:
        lot = world.stocked(10, BAG_ITEM)
        line = self.line(world, lot, 50)
        world.record(world.ledger.stock.repack(PLACE, [line], keeper=KEEPING, approver=APPROVING))
        assert (world.on_hand(lot), world.on_hand(line.output.lot_id)) == (8, 50)


class Transfer:
    """A consignment of one lot of 30 from PLACE to OTHER_PLACE."""

    def __init__(self, world: World, approver: Party | None = None) -> None:
        self.world, self.lot = world, world.stocked(30)
        self.lines = pack_lines(Kind.DISPATCH, [Line(self.lot, 30)])
        deadline = world.clock.now() + DAY
        dispatch = world.ledger.stock.dispatch(
            PLACE,
            OTHER_PLACE,
            [Line(self.lot, 30)],
            deadline=deadline,
            keeper=KEEPING,
            approver=approver,
        )
        self.key = dispatch.key
        world.write(dispatch)

    def step(self, kind: Kind, left: Consignment, exceptions: Sequence[Line] = (), **who: Any) -> None:
        prepared = self.world.ledger.stock.step(kind, self.key, PLACE, OTHER_PLACE, left, exceptions, **who)
        self.world.write(prepared)

    @property
    def sent(self) -> Consignment:
        return Consignment(OPEN, (KEEPING.signer.address,), self.lines)

    def left(self) -> Consignment:
        """What is left of it, as the index has it."""
        found = self.world.ledger.index().consignments()[self.key]
        lines = b"".join(line.to_bytes(32, "big") for line in found.lines)
        return Consignment(found.state, found.signers, lines)

    @property
    def is_done(self) -> bool:
        consignments = self.world.ledger.index().consignments(is_open=False)
        return consignments[self.key].state == CONSIGNMENT_DONE


class TestDispatch:
    def test_refuses(self, world: World) -> None:
        dispatch, lot = world.ledger.stock.dispatch, world.stocked(10)
        soon = world.clock.now() + DAY
        with refused(world, StockInsufficientError):
            world.write(dispatch(PLACE, OTHER_PLACE, [Line(lot, 11)], deadline=soon, keeper=KEEPING))
        with refused(world, GrantMissingError):
            world.write(dispatch(PLACE, OTHER_PLACE, [Line(lot, 1)], deadline=soon, keeper=NOBODY))

    def test_leaves_with_the_document_as_consignment(self, world: World) -> None:
        transfer = Transfer(world)
        assert world.on_hand(transfer.lot) == 0
        assert transfer.left() == transfer.sent


class TestStep:
    def test_refuses(self, world: World) -> None:
        transfer, now = Transfer(world), world.clock.now()
        with refused(world, GrantMissingError):
            transfer.step(Kind.ACCEPTANCE, transfer.sent, sender=NOBODY)
        with refused(world, ConsignmentChangedError):
            other = replace(transfer.sent, lines=pack_lines(Kind.DISPATCH, [Line(transfer.lot, 29)]))
            transfer.step(Kind.ACCEPTANCE, other, sender=KEEPING_TOO)
        missing = [Line.missing(transfer.lot, 30, 20)]
        with refused(world, DeadlineAheadError):
            transfer.step(Kind.CONTEST, transfer.sent, missing, sender=KEEPING_TOO)
        with refused(world, DeadlineAheadError):
            transfer.step(Kind.RETURN, transfer.sent, sender=KEEPING, approver=APPROVING)
        assert world.clock.now() < now + DAY

    def test_accepted_whole(self, world: World) -> None:
        transfer = Transfer(world)
        transfer.step(Kind.ACCEPTANCE, transfer.sent, sender=KEEPING_TOO)
        assert transfer.is_done and world.on_hand(transfer.lot, OTHER_PLACE) == 30
        with refused(world, ConsignmentChangedError):
            transfer.step(Kind.ACCEPTANCE, transfer.sent, sender=KEEPING_TOO)

    def test_exceptions_return_and_are_settled(self, world: World) -> None:
        transfer = Transfer(world)
        lot, lost = transfer.lot, Line.missing(transfer.lot, 5, 20)
        exceptions = [lost, Line.returning(lot, 8, 10)]
        transfer.step(Kind.ACCEPTANCE, transfer.sent, exceptions, sender=KEEPING_TOO)
        assert transfer.left().state == ACCEPTED and world.on_hand(lot, OTHER_PLACE) == 17
        transfer.step(Kind.RETURN_ACCEPTANCE, transfer.left(), sender=KEEPING)
        assert world.on_hand(lot) == 8
        found = [Line(lot, 2, FOUND_AT_SENDER), Line(lot, 3, LOST)]
        with refused(world, GrantElsewhereError):
            transfer.step(Kind.SETTLEMENT, transfer.left(), found, sender=replace(SETTLING, division=43))
        with refused(world, GrantMissingError):
            transfer.step(Kind.SETTLEMENT, transfer.left(), found, sender=KEEPING)
        transfer.step(Kind.SETTLEMENT, transfer.left(), found, sender=SETTLING)
        assert transfer.is_done
        assert (world.on_hand(lot), world.on_hand(lot, OTHER_PLACE)) == (10, 17)

    def test_contested_after_the_deadline(self, world: World) -> None:
        transfer = Transfer(world)
        world.advance(2 * DAY)
        missing = [Line.missing(transfer.lot, 30, 20)]
        transfer.step(Kind.CONTEST, transfer.sent, missing, sender=KEEPING_TOO)
        assert transfer.left().state == ACCEPTED
        lost = [Line(transfer.lot, 30, LOST)]
        transfer.step(Kind.SETTLEMENT, transfer.left(), lost, sender=SETTLING)
        assert transfer.is_done

    def test_settled_by_nobody_involved(self, world: World) -> None:
        transfer = Transfer(world, approver=SETTLING)
        missing = [Line.missing(transfer.lot, 30, 20)]
        transfer.step(Kind.ACCEPTANCE, transfer.left(), missing, sender=KEEPING_TOO)
        lost = [Line(transfer.lot, 30, LOST)]
        with refused(world, SettlerInvolvedError):
            transfer.step(Kind.SETTLEMENT, transfer.left(), lost, sender=SETTLING)
        transfer.step(Kind.SETTLEMENT, transfer.left(), lost, sender=APPROVING)
        assert transfer.is_done

    def test_returned_after_deadline_and_delay(self, world: World) -> None:
        transfer = Transfer(world)
        world.advance(9 * DAY)
        with refused(world, ConsentMissingError):
            transfer.step(Kind.RETURN, transfer.sent, sender=KEEPING)
        transfer.step(Kind.RETURN, transfer.sent, sender=KEEPING, approver=APPROVING)
        assert transfer.is_done and world.on_hand(transfer.lot) == 30


class TestReverse:
    def issued(self, world: World) -> tuple[int, int, Original]:
        """Issue 4 of 10; return lot, key and original."""
        lot, client_id = world.stocked(10), keccak(b"reversed %d" % world.lots)
        now = Timestamp(world.clock.now())
        lines = [Line(lot, 4)]
        world.write(
            world.ledger.stock.issue(
                PLACE,
                CONSUMER,
                lines,
                keeper=KEEPING,
                particulars=Particulars(client_id=client_id, occurred_at=now),
            )
        )
        document = Document(
            client_id=bytes(32),
            occurred_at=now,
            from_=PLACE,
            to=CONSUMER,
            lines=pack_lines(Kind.ISSUE, lines),
        )
        return lot, document_key(PLACE, client_id), Original(Kind.ISSUE, document)

    def test_refuses(self, world: World) -> None:
        _, key, original = self.issued(world)
        with refused(world, GrantMissingError):
            world.write(world.ledger.stock.reverse(key, original, keeper=KEEPING, approver=NOBODY))

    def test_puts_back_once(self, world: World) -> None:
        lot, key, original = self.issued(world)
        reverse = world.ledger.stock.reverse
        reversal = world.record(reverse(key, original, keeper=KEEPING, approver=APPROVING))
        assert reversal.reference == pack_reference(3, key)
        assert world.on_hand(lot) == 10
        document = world.ledger.index().document(key)
        assert document is not None and document.reversed_by == reversal.number
        with refused(world, AlreadyReversedError):
            world.write(reverse(key, original, keeper=KEEPING, approver=APPROVING))


class TestRecall:
    def test_refuses(self, world: World) -> None:
        lot = world.stocked(10)
        with refused(world, GrantMissingError):
            recall = world.ledger.stock.recall(Kind.RECALL, [lot], by=APPROVING, particulars=REASON)
            world.write(recall)

    def test_recalls_everywhere_and_lifts(self, world: World) -> None:
        stock, lot = world.ledger.stock, world.stocked(10)
        particulars = Particulars(reason=61)
        world.record(stock.recall(Kind.RECALL, [lot], by=ROOT_PARTY, particulars=particulars))
        found = world.ledger.index().lot(lot)
        assert found is not None and found.status == LotStatus.RECALLED
        with refused(world, LotRecalledError):
            world.write(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        world.record(stock.recall(Kind.LIFT, [lot], by=ROOT_PARTY, particulars=Particulars(reason=62)))
        world.record(stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING))
        assert world.on_hand(lot) == 9


def test_threat_14_the_same_client_id_at_another_site_is_another_key(world: World) -> None:
    here, there = world.stocked(10), world.stocked(10, site=OTHER_PLACE)
    particulars = Particulars(client_id=keccak(b"one id, two sites"))
    issues = [
        world.ledger.stock.issue(site, CONSUMER, [Line(lot, 1)], keeper=KEEPING, particulars=particulars)
        for site, lot in ((PLACE, here), (OTHER_PLACE, there))
    ]
    first, second = (world.record(issue) for issue in issues)
    assert first.key != second.key
