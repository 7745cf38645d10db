"""Norms and reallocation in plain Python: writes the logs which the contracts would write.

`Allocation` goes on where `stock_history.History` stops, and keeps by itself, in the simplest way there is,
what a test then asks the fold and the index for. A step is one second after the last block, as documents are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stock_history import APPROVER, ITEM, KEEPERS, NOTHING, SITES, START, History, goods

from ledger_client import events
from ledger_client.addresses import Address, address_from_bytes
from ledger_client.allocation import (
    REFERENCE_PROPOSAL,
    Refusal,
    Urgency,
    proposal_key,
    request_key,
)
from ledger_client.documents import Kind, Timestamp
from ledger_client.events import DocumentRecorded
from ledger_client.keccak import keccak
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.words import pack_reference

AUTHORITY = address_from_bytes(b"\x99" * 20)
SOURCE = keccak(b"a decision")
CATEGORY = ITEM // 100_000
DAY = 86_400
STREET = 420106001
ONE, TWO, THREE, DISPOSAL = SITES  # ONE and TWO in one street, THREE in another district
MASKS = goods("masks")


@dataclass(slots=True)
class Kept:
    """What is known of a request: as asked, and its counts."""

    asking: events.Asking
    accepted: int = 0
    promised: int = 0
    withdrawn: bool = False


@dataclass(slots=True)
class Offered:
    """What is known of a proposal."""

    request: int
    giver: int
    remaining: int
    lines: tuple[tuple[int, int], ...]
    state: str = "proposed"


@dataclass
class Allocation:
    """Norms and reallocation of a `History`."""

    history: History
    floors: dict[tuple[int, int], int] = field(default_factory=dict)
    notices: dict[int, int] = field(default_factory=dict)
    emergencies: dict[int, tuple[int, int]] = field(default_factory=dict)
    requests: dict[int, Kept] = field(default_factory=dict)
    proposals: dict[int, Offered] = field(default_factory=dict)
    shown: dict[int, tuple[int, Kind, int]] = field(default_factory=dict)
    reserved: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """When the next step is recorded."""
        return self.history.time + 1

    def seal(self, seconds: int = 1) -> None:
        self.history.seal(seconds)

    # -------------------------------------------------------------------------------------- norms

    def _set(self, event: Any, ahead: int, **values: Any) -> None:
        plain = {"source": SOURCE, "authority_division": 4201, "grant_position": 2, "recorded_at": self.now}
        self.history.emit(event, authority=AUTHORITY, effective_at=self.now + ahead, **{**plain, **values})

    def floor(self, site: int, quantity: int, item: int = ITEM, ahead: int = 0) -> None:
        if not ahead:
            self.floors[site, item] = quantity
        self._set(events.FloorSet, ahead, site=site, item=item, quantity=quantity)

    def terms(self, division: int, mode: int, share: int, notice: int, ahead: int = 0) -> None:
        if not ahead:
            self.notices[mode] = notice
        self._set(events.TermsSet, ahead, division=division, mode=mode, share=share, notice_days=notice)

    def cycle(self, site: int, days: int, category: int = CATEGORY, ahead: int = 0) -> None:
        self._set(events.CycleSet, ahead, site=site, category=category, day_count=days)

    def prove(self, count: DocumentRecorded, category: int = CATEGORY) -> None:
        self.history.emit(
            events.CountProved,
            site=count.from_,
            category=category,
            key=count.key,
            caller=KEEPERS[0],
            counted_at=min(count.occurred_at.seconds, self.now),
            recorded_at=self.now,
        )

    def declare(self, division: int, days: int, by: int = 42) -> None:
        from_, until = self.emergencies.get(division, (0, 0))
        begun = from_ if from_ <= self.now < until else self.now
        self.emergencies[division] = begun, self.now + days * DAY
        self.history.emit(
            events.EmergencyDeclared,
            division=division,
            authority=AUTHORITY,
            authority_division=by,
            grant_position=2,
            from_=begun,
            until=self.now + days * DAY,
            reason=41,
            source=SOURCE,
            recorded_at=self.now,
        )

    def end(self, division: int, by: int = 42) -> None:
        self.emergencies[division] = self.emergencies[division][0], self.now
        self.history.emit(
            events.EmergencyEnded,
            division=division,
            authority=AUTHORITY,
            authority_division=by,
            grant_position=2,
            reason=98,
            recorded_at=self.now,
        )

    # -------------------------------------------------------------------------------------- requests

    def _by_keeper(self, number: int = 0) -> dict[str, Any]:
        keeper = {"keeper": KEEPERS[number], "keeper_division": 42, "grant_position": 2}
        return keeper | {"recorded_at": self.now}

    def ask(self, site: int, quantity: int, days: int = 10, urgency: Urgency = Urgency.ROUTINE) -> int:
        client_id = keccak(f"request {len(self.requests)}".encode())
        asking = events.Asking(
            client_id=client_id,
            site=site,  # type: ignore[arg-type]
            item=ITEM,  # type: ignore[arg-type]
            quantity=quantity,
            needed_by=self.now + days * DAY,
            urgency=urgency,
            reason=41,
            consignee=5,  # type: ignore[arg-type]
            body=keccak(b"a body"),
        )
        key = request_key(site, client_id)
        floor = self.floors.get((site, ITEM), 0)
        self.requests[key] = Kept(asking)
        self.history.emit(
            events.RequestMade, request=key, site=site, asking=asking, floor=floor, **self._by_keeper()
        )
        return key

    def withdraw_request(self, key: int) -> None:
        self.requests[key].withdrawn = True
        self.history.emit(events.RequestWithdrawn, request=key, reason=24, **self._by_keeper())

    # -------------------------------------------------------------------------------------- proposals

    def propose(self, request: int, giver: int, lines: Sequence[tuple[int, int]], left: int = 0) -> int:
        key = proposal_key(request, keccak(f"proposal {len(self.proposals)}".encode()))
        ordered = tuple(sorted(lines))
        units = sum(quantity for _, quantity in ordered)
        self.proposals[key] = Offered(request, giver, units, ordered)
        packed = b"".join((lot << 96 | quantity).to_bytes(32, "big") for lot, quantity in ordered)
        self.history.emit(
            events.ProposalMade,
            proposal=key,
            request=request,
            giver=giver,
            quantity=units,
            left=left,
            anchor=keccak(b"a matching"),
            lines=packed,
            **self._by_keeper(1),
        )
        return key

    def approve(
        self,
        key: int,
        division: int,
        *,
        stale_reason: int = 0,
        approver: Address = APPROVER,
        emergency: bool = False,
        mode: int = 1,
    ) -> None:
        offered = self.proposals[key]
        place = offered.giver, ITEM
        self.reserved[place] = self.reserved.get(place, 0) + offered.remaining
        self.requests[offered.request].promised += offered.remaining
        offered.state = "approved"
        notice = 0 if emergency else self.notices[mode]
        approval = events.ApprovalGiven(
            division=division,  # type: ignore[arg-type]
            grant_position=3,
            usable=self.history.held[offered.giver, MASKS.lot_id],
            floor=self.floors.get(place, 0),
            reserved=self.reserved[place],
            callable_from=self.now + notice * DAY,
            emergency=emergency,
            stale_reason=stale_reason,
            recorded_at=self.now,
        )
        self.history.emit(
            events.ProposalApproved,
            proposal=key,
            request=offered.request,
            approver=approver,
            approval=approval,
        )

    def consent(self, key: int, kind: Kind = Kind.DISPATCH) -> None:
        self.history.emit(
            events.ConsentGiven,
            proposal=key,
            request=self.proposals[key].request,
            approver=APPROVER,
            kind=kind,
            client_id=keccak(b"prepared"),
            occurred_at=Timestamp(self.now - self.now % DAY, is_day_only=True),
            reason=0,
            deadline=self.now + 3 * DAY,
            body=NOTHING,
            valid_until=self.now + DAY,
            consent=events.ConsentSignature(r=keccak(b"r"), vs=keccak(b"vs")),
        )

    def skip(self, key: int, refusal: Refusal = Refusal.BELOW_FLOOR) -> None:
        self.history.emit(
            events.ProposalSkipped, proposal=key, approver=APPROVER, refusal=refusal, value=9, limit=8
        )

    def reject(self, key: int, division: int) -> None:
        self.proposals[key].state = "rejected"
        self.history.emit(
            events.ProposalRejected,
            proposal=key,
            request=self.proposals[key].request,
            approver=APPROVER,
            reason=24,
            approver_division=division,
            grant_position=3,
            recorded_at=self.now,
        )

    def withdraw(self, key: int, role: Role = Role.KEEPER, division: int = 42) -> None:
        self.history.emit(
            events.ProposalWithdrawn,
            proposal=key,
            request=self.proposals[key].request,
            holder=KEEPERS[1] if role is Role.KEEPER else APPROVER,
            role=role,
            reason=24,
            released=self._ended(key, "withdrawn"),
            division=division,
            grant_position=2,
            recorded_at=self.now,
        )

    def expire(self, key: int) -> None:
        self.history.emit(
            events.ProposalExpired,
            proposal=key,
            request=self.proposals[key].request,
            caller=KEEPERS[2],
            released=self._ended(key, "expired"),
            recorded_at=self.now,
        )

    def _ended(self, key: int, state: str) -> int:
        offered = self.proposals[key]
        released = offered.remaining if offered.state == "approved" else 0
        offered.state = state
        self._count(key, reserved=-released, promised=-released)
        return released

    def _count(self, key: int, reserved: int = 0, promised: int = 0, accepted: int = 0) -> None:
        offered = self.proposals[key]
        kept = self.requests[offered.request]
        kept.promised += promised
        kept.accepted += accepted
        if reserved:
            self.reserved[offered.giver, ITEM] += reserved

    # -------------------------------------------------------------------------------------- documents

    def _reference(self, key: int) -> int:
        return pack_reference(REFERENCE_PROPOSAL, key)

    def send(self, key: int, units: int, kind: Kind = Kind.DISPATCH, **more: Any) -> DocumentRecorded:
        """Record the document that leaves the giver."""
        offered = self.proposals[key]
        to = self.requests[offered.request].asking.site
        self.history.held[offered.giver, MASKS.lot_id] -= units
        if kind is Kind.HAND_OVER:
            self.history.held[to, MASKS.lot_id] += units
        deadline = {"deadline": self.history.time + 3 * DAY} if kind is Kind.DISPATCH else {}
        return self.history.record(
            kind,
            [Line(MASKS.lot_id, units)],
            offered.giver,
            to,
            reference=self._reference(key),
            **deadline,
            **more,
        )

    def show(self, key: int, document: DocumentRecorded, accepted: int | None = None) -> None:
        """Show a document: what leaves, or an answer, with which `accepted` base units are accepted."""
        kind, delivery = document.kind, document.key
        units = sum(word & (1 << 63) - 1 for word in _words(document.lines))
        if kind in (Kind.DISPATCH, Kind.HAND_OVER):
            handed_over = kind is Kind.HAND_OVER
            accepted, delivered = (units if handed_over else 0), units
            offered = self.proposals[key]
            offered.remaining -= units
            approved = offered.state == "approved"
            self._count(
                key,
                reserved=-units if approved else 0,
                promised=(0 if approved else units) - accepted,
                accepted=accepted,
            )
            self.shown[document.key] = key, kind, units
        else:
            delivery, delivered = document.reference & ((1 << 248) - 1), 0
            accepted = accepted or 0
            promised = 0 if kind is Kind.SETTLEMENT else -self.shown[delivery][2]
            self._count(key, promised=promised, accepted=accepted)
        self.history.emit(
            events.DeliveryShown,
            document=document.key,
            proposal=key,
            request=self.proposals[key].request,
            kind=kind,
            delivery=delivery,
            delivered=delivered,
            accepted=accepted,
            caller=KEEPERS[3],
            recorded_at=self.now,
        )

    def show_reversed(self, document: DocumentRecorded) -> None:
        key, kind, units = self.shown[document.key]
        offered = self.proposals[key]
        offered.remaining += units
        handed_over, approved = kind is Kind.HAND_OVER, offered.state == "approved"
        self._count(
            key,
            reserved=units if approved else 0,
            promised=(units if handed_over else 0) if approved else (0 if handed_over else -units),
            accepted=-units if handed_over else 0,
        )
        self.history.emit(
            events.DeliveryReversed,
            document=document.key,
            proposal=key,
            request=offered.request,
            quantity=units,
            caller=KEEPERS[3],
            recorded_at=self.now,
        )

    def reverse(self, document: DocumentRecorded) -> DocumentRecorded:
        """Reverse a delivery in the stock ledger."""
        units = sum(word & (1 << 63) - 1 for word in _words(document.lines))
        effects = {(document.from_, MASKS.lot_id): units}
        if document.kind is Kind.HAND_OVER:
            effects[document.to, MASKS.lot_id] = -units
        return self.history.reverse(document, effects)

    def answer(self, kind: Kind, sent: DocumentRecorded, *exceptions: Line) -> DocumentRecorded:
        units = sum(word & (1 << 63) - 1 for word in _words(sent.lines))
        gone = sum(line.quantity for line in exceptions)
        return self.history.answer(kind, sent, exceptions, {MASKS.lot_id: units - gone})


def _words(lines: bytes) -> list[int]:
    return [int.from_bytes(lines[at : at + 32], "big") for at in range(0, len(lines), 32)]


def allocated() -> Allocation:
    """A ledger of three open sites, with norms, whose first site has a thousand masks."""
    history = History()
    history.set_up()
    history.open(ONE, [(MASKS, 1_000)])
    history.open(TWO)
    history.open(THREE)
    history.seal(60)
    allocation = Allocation(history)
    allocation.floor(ONE, 100)
    allocation.floor(TWO, 50)
    allocation.terms(42, 1, 6_000, 2)
    allocation.cycle(ONE, 30)
    allocation.seal(60)
    return allocation


def whole_story() -> tuple[Allocation, dict[str, Any]]:
    """A story in which every event of Norms and Reallocation occurs, a block each, and what is in it."""
    it = allocated()
    seen: dict[str, Any] = {}

    def step(name: str, value: Any = None, seconds: int = 60) -> Any:
        seen[name] = value
        it.seal(seconds)
        return value

    count = step("count", it.history.count(ONE, MASKS.lot_id, 1_000, 1_000))
    step("proved", it.prove(count))
    step("floor that waits", it.floor(ONE, 150, ahead=DAY))
    need = step("request", it.ask(TWO, 120))
    first = step("proposal", it.propose(need, ONE, [(MASKS.lot_id, 80)], left=920))
    step("approval", it.approve(first, STREET))
    sent = step("dispatch", it.send(first, 50))
    step("dispatch shown", it.show(first, sent))
    missing = Line.missing(MASKS.lot_id, 5, 1)
    accepted = step("acceptance", it.answer(Kind.ACCEPTANCE, sent, missing))
    step("acceptance shown", it.show(first, accepted, 45))
    settled = step("settlement", it.history.settle(sent, MASKS.lot_id, 3, 2))
    step("settlement shown", it.show(first, settled, 3))
    handed = step("hand-over", it.send(first, 20, Kind.HAND_OVER))
    step("hand-over shown", it.show(first, handed))
    step("reversal", it.reverse(handed))
    step("reversal shown", it.show_reversed(handed))
    step("emergency", it.declare(4201, 10))
    step("prolonged", it.declare(4201, 12, by=0), DAY)
    far = step("second request", it.ask(THREE, 40, urgency=Urgency.CRITICAL))
    other = step("second proposal", it.propose(far, ONE, [(MASKS.lot_id, 40)]))
    it.floors[ONE, ITEM] = 150
    it.approve(other, 4201, emergency=True)
    step("consent", it.consent(other))
    on_way = step("second dispatch", it.send(other, 30))
    step("second dispatch shown", it.show(other, on_way))
    step("end of emergency", it.end(4201, by=0))
    third = step("third proposal", it.propose(need, ONE, [(MASKS.lot_id, 10)]))
    step("skipped", it.skip(third))
    step("rejection", it.reject(third, STREET))
    fourth = step("fourth proposal", it.propose(need, ONE, [(MASKS.lot_id, 5)]))
    step("withdrawal before approval", it.withdraw(fourth))
    step("withdrawal by the approver", it.withdraw(first, Role.APPROVER, STREET))
    step("second request withdrawn", it.withdraw_request(far))
    step("expiry", it.expire(other))
    returned = step("return", it.answer(Kind.RETURN, on_way))
    step("return shown", it.show(other, returned))
    step("cycle that ends", it.cycle(ONE, 0, ahead=20 * DAY), 25 * DAY)
    seen |= {"need": need, "far": far, "first": first, "other": other, "third": third, "fourth": fourth}
    return it, seen


__all__ = ["START", "Allocation", "allocated", "whole_story"]
