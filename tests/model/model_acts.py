"""Acts that the ledger should accept now, one builder a kind; None where the state has nothing for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model_act import DAY, LATE_AFTER, MISSING, OFFSET, QUANTITY, Act, day_of, district
from model_cast import (
    BAGS,
    CATEGORY,
    COMMUNITY,
    CONSIGNEE,
    CUPS,
    DONOR,
    FACTOR,
    GLOVES,
    ISSUER,
    MASKS,
    OTHER_COMMUNITY,
    OTHER_SUPPLIER,
    PAPERS,
    RICE,
    SIGNERS,
    SUPPLIER,
    SYRUP,
    qualification_id,
)
from model_choice import Choice
from model_played import Played
from model_state import ACCEPTED, HELD, OPEN, RECALLED, State, Transit
from model_transit import is_missing, takes_from

from ledger_client.calldata import Original
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import (
    AnyLine,
    CountLine,
    Line,
    LotAttributes,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    pack_lines,
)
from ledger_client.roles import Role
from ledger_client.words import NEVER, pack_reference
from ledger_client.writing import Party

MOST_LINES = 3
GOODS = (
    (MASKS, SUPPLIER),
    (SYRUP, SUPPLIER),
    (MASKS, OTHER_SUPPLIER),
    (RICE, SUPPLIER),
    (BAGS, OTHER_SUPPLIER),
)


class Builder:
    """Builds acts from the state of what is played."""

    def __init__(self, played: Played, choice: Choice) -> None:
        self.played, self.choice = played, choice

    @property
    def now(self) -> int:
        return self.played.clock.now()

    @property
    def state(self) -> State:
        return self.played.state

    # -- parts

    def party(self, role: Role, *sites: int, subject: int = 0, but: tuple[str, ...] = ()) -> Party | None:
        """Somebody whose grant covers the sites."""
        found = [
            each
            for each in self.state.grants
            if (each.role, each.subject) == (role, subject) and each.holder not in but
        ]
        found = [each for each in found if all(_covers(each.division, site) for site in sites)]
        if not found:
            return None
        grant = self.choice.pick(found)
        return Party(SIGNERS[grant.holder], grant.division)

    def open_sites(self, *, closed: bool = False) -> list[int]:
        """Open sites, with those that were closed where these may act, too."""
        return [site for site in self.state.journals if closed or not self.state.is_closed(site)]

    def occurred(self, *, late: bool) -> Timestamp:
        if late:
            ago = LATE_AFTER + self.choice.pick((1, 3_600, 5 * DAY, 30 * DAY))
        else:
            ago = self.choice.pick((0, 0, 3_600, DAY, LATE_AFTER, -100))
        if not self.choice.chance(25):
            return Timestamp(self.now - ago)
        day = day_of(self.now - ago) - late
        return Timestamp(day * DAY - OFFSET, is_day_only=True)

    def document(
        self, kind: Kind, lines: list[AnyLine] = (), *, late: bool = False, **fields: Any
    ) -> Document:  # type: ignore[assignment]
        fields = {"client_id": self.client_id(), "reason": self.choice.number(1, 4), **fields}
        return Document(occurred_at=self.occurred(late=late), lines=pack_lines(kind, lines), **fields)

    def client_id(self) -> bytes:
        self.played.steps += 1
        return keccak(b"document %d" % self.played.steps)

    def late(self) -> bool:
        return self.choice.chance(15)

    def reference(self) -> int:
        """Nothing, a request, or a document that stands; some, so that enough can still be reversed."""
        if self.choice.chance(15) and self.played.acts:
            return pack_reference(1, self.choice.pick(list(self.played.acts)))
        return pack_reference(9, self.choice.number(1, 99)) if self.choice.chance(10) else 0

    def approver(self, *sites: int, needed: bool) -> Party | None:
        return self.party(Role.APPROVER, *sites) if needed or self.choice.chance(10) else None

    def usable(self, site: int, at: int | None = None) -> dict[int, int]:
        """Lots that may be used at a site, and how much of each."""
        state, at = self.state, self.now if at is None else at
        return {
            lot: units
            for lot, units in state.held_at(site).items()
            if not state.lots[lot].status
            and (site, lot) not in state.held_here
            and not state.is_expired(state.lots[lot], max(at, self.now))
            and not state.is_expired(state.lots[lot], at)
        }

    def some(self, lots: dict[int, int], most: int = MOST_LINES) -> list[int]:
        left, chosen = sorted(lots), []
        for _ in range(self.choice.number(1, min(most, len(left)))):
            chosen.append(self.choice.pick(left))
            left.remove(chosen[-1])
        return chosen

    def part(self, units: int) -> int:
        return units if self.choice.chance(15) else self.choice.number(1, max(1, units // 2))

    def lines(self, lots: dict[int, int], *, twice: bool = True) -> list[AnyLine]:
        """Lines of parts of some lots; of one lot also two, by two reasons."""
        lines: list[AnyLine] = []
        for lot in self.some(lots):
            first = self.part(lots[lot])
            lines.append(Line(lot, first, self.choice.number(0, 2)))
            if twice and lots[lot] > first and self.choice.chance(20):
                lines.append(Line(lot, self.part(lots[lot] - first), 3))
        return lines

    def site_with(self, lots_at: Callable[[int], dict[int, int]], *, closed: bool = True) -> int | None:
        sites = [site for site in self.open_sites(closed=closed) if lots_at(site)]
        return self.choice.pick(sites) if sites else None

    def build(self, kind: Kind) -> Act | None:
        """An act of a kind, None where the state has nothing for one."""
        return BUILDERS[kind](self)


def _covers(division: int, site: int) -> bool:
    return division == 0 or str(site).startswith(str(division))


def _act(kind: Kind, document: Document, sender: Party | None, **fields: Any) -> Act | None:
    return None if sender is None else Act(kind=kind, document=document, sender=sender, **fields)


# -- goods come in


def _new_goods(b: Builder, item: int, source: int) -> LotAttributes:
    """A batch of which some were seen before; some spoil soon."""
    batch = keccak(b"batch %d" % b.choice.number(1, 12))
    today = day_of(b.now)
    made = today - b.choice.number(0, 15) if b.choice.chance(50) else 0
    expires = today + b.choice.pick((3, 12, 60, 400)) if b.choice.chance(40) else 0
    return LotAttributes(item=item, source=source, batch=batch, made=made, expires=expires)


def opening(b: Builder) -> Act | None:
    fresh = [s for s in b.state.places if not b.state.is_open(s) and not b.state.is_closed(s)]
    site = b.choice.pick(fresh) if fresh else b.played.new_site(b.choice.pick((COMMUNITY, OTHER_COMMUNITY)))
    goods = {_new_goods(b, *b.choice.pick(GOODS)) for _ in range(b.choice.number(0, MOST_LINES))}
    lines: list[AnyLine] = [OpeningLine(each, b.choice.number(1, 500)) for each in sorted(goods, key=repr)]
    late = b.late()
    document = b.document(Kind.OPENING, lines, late=late, to=site)
    return _act(Kind.OPENING, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


def receipt(b: Builder) -> Act | None:
    sites = b.open_sites()
    if not sites:
        return None
    site, late = b.choice.pick(sites), b.late()
    donated = b.choice.chance(15)
    supplier, category, _, _, certificate = b.choice.pick(PAPERS)
    source = DONOR if donated else supplier
    needs = not donated and b.choice.chance(65)
    items = ((MASKS, SYRUP) if category == CATEGORY else (GLOVES,)) if needs else (RICE, BAGS, CUPS)
    qualification = qualification_id(supplier, category, certificate) if needs and b.choice.chance(90) else 0
    signed = not donated and b.choice.chance(85)
    is_ready = _is_released(b, qualification, needs) and signed and not late
    document = b.document(Kind.RECEIPT, late=late, from_=source, to=site, qualification=qualification)
    act = _act(Kind.RECEIPT, document, b.party(Role.KEEPER, site))
    if act is None:
        return None
    held = not is_ready or b.choice.chance(10)
    document_lines = _received(b, act, items, source, held=held)
    other = b.party(Role.SUPPLIER, subject=source) if signed else None
    return act.saying(lines=document_lines).but(other=other, approver=b.approver(site, needed=late))


def _is_released(b: Builder, qualification: int, needs: bool) -> bool:
    if not qualification:
        return not needs
    return b.state.verdict(qualification, b.now).status == 1


def _received(b: Builder, act: Act, items: tuple[int, ...], source: int, *, held: bool) -> bytes:
    lines: dict[int, AnyLine] = {}
    for ordinal in range(1, b.choice.number(1, MOST_LINES) + 1):
        goods = _new_goods(b, b.choice.pick(items), source)
        goods = goods.owned_by(act.key, len(lines) + 1) if held else goods
        nothing = not held and b.choice.chance(5)
        accepted = 0 if nothing else b.choice.number(1, 400)
        rejected = b.choice.number(1, 9) if nothing or b.choice.chance(20) else 0
        line = ReceiptLine(goods, accepted, rejected, len(lines) + 1, 4 if rejected else 0)
        lines.setdefault(goods.lot_id, line)
        del ordinal
    return pack_lines(Kind.RECEIPT, lines.values())


# -- goods go out


def issue(b: Builder) -> Act | None:
    site = b.site_with(b.usable)
    if site is None:
        return None
    late = b.late()
    document = b.document(
        Kind.ISSUE, b.lines(b.usable(site)), late=late, from_=site, to=CONSIGNEE, reference=b.reference()
    )
    return _act(Kind.ISSUE, document, b.party(Role.KEEPER, site), approver=b.approver(site, needed=late))


def _other_site(b: Builder, site: int) -> int | None:
    others = [other for other in b.open_sites() if other != site]
    return b.choice.pick(others) if others else None


def hand_over(b: Builder) -> Act | None:
    site = b.site_with(b.usable)
    to = _other_site(b, site) if site else None
    if site is None or to is None:
        return None
    late, far = b.late(), district(site) != district(to)
    document = b.document(Kind.HAND_OVER, b.lines(b.usable(site)), late=late, from_=site, to=to)
    sender = b.party(Role.KEEPER, site)
    other = b.party(Role.KEEPER, to, but=(sender.signer.address,)) if sender else None
    approver = b.approver(*((site, to) if far else (site,)), needed=late or far)
    return _act(Kind.HAND_OVER, document, sender, other=other, approver=approver)


def dispatch(b: Builder) -> Act | None:
    disposal = [site for site in b.open_sites() if b.state.places[site].is_disposal]
    dump = bool(disposal) and b.choice.chance(15)
    held_at = b.state.held_at if dump else b.usable
    site = b.site_with(held_at)
    to = (disposal[0] if dump else _other_site(b, site)) if site else None
    if site is None or to is None or to == site:
        return None
    late, far = b.late(), district(site) != district(to)
    lines = b.lines(held_at(site), twice=False)
    deadline = b.now + b.choice.pick((1, DAY, 3 * DAY))
    document = b.document(Kind.DISPATCH, lines, late=late, from_=site, to=to, deadline=deadline)
    approver = b.approver(*((site, to) if far else (site,)), needed=late or far)
    return _act(Kind.DISPATCH, document, b.party(Role.KEEPER, site), approver=approver)


def write_off(b: Builder) -> Act | None:
    site = b.site_with(b.state.held_at)
    if site is None:
        return None
    document = b.document(
        Kind.WRITE_OFF, b.lines(b.state.held_at(site)), late=b.late(), from_=site, reference=b.reference()
    )
    return _act(Kind.WRITE_OFF, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


def repack(b: Builder) -> Act | None:
    site = b.site_with(b.usable, closed=False)
    if site is None:
        return None
    lines: list[AnyLine] = []
    for lot in b.some(b.usable(site), 2):
        line = _repacked(b, lot, b.usable(site)[lot])
        lines += [line] if line else []
    if not lines:
        return None
    document = b.document(Kind.REPACK, lines, late=b.late(), from_=site)
    return _act(Kind.REPACK, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


def _repacked(b: Builder, lot: int, units: int) -> RepackLine | None:
    """Bags to rice and back by the factor, into cups as they come out; nothing outlives its input."""
    source = b.state.lots[lot]
    until = 0 if source.use_until == NEVER else source.use_until
    quantity = b.part(units)
    if source.item == BAGS and b.choice.chance(70):
        item, output = RICE, quantity * FACTOR
    elif source.item == RICE and units >= FACTOR and b.choice.chance(70):
        quantity = FACTOR * b.choice.number(1, units // FACTOR)
        item, output = BAGS, quantity // FACTOR
    else:
        item, output = CUPS, b.choice.number(1, 50)
    goods = LotAttributes(
        item=item, source=DONOR, batch=keccak(b"repacked %d" % (lot & 0xFFFF)), expires=until
    )
    return RepackLine(lot, quantity, goods, output)


# -- goods in transit


def _transits(b: Builder, state: int, when: Callable[[Transit], bool]) -> list[int]:
    return [key for key, each in b.state.transits.items() if each.state == state and when(each)]


def _step(
    b: Builder, kind: Kind, keys: list[int], role: Role, at: Callable[[Transit], tuple[int, ...]]
) -> Act | None:
    """A step without lines of one of these consignments, by somebody who has not signed for it."""
    if not keys:
        return None
    key = b.choice.pick(keys)
    transit = b.state.transits[key]
    barred = transit.signers if kind in (Kind.ACCEPTANCE, Kind.CONTEST, Kind.SETTLEMENT) else ()
    late = kind not in (Kind.SETTLEMENT,) and b.late()
    sites = at(transit)
    document = b.document(
        kind, late=late, from_=transit.from_, to=transit.to, reference=pack_reference(2, key)
    )
    approver = None
    if role is Role.KEEPER:
        approver = b.approver(*sites, needed=late or kind is Kind.RETURN)
    sender = b.party(role, *sites, but=barred)
    return _act(kind, document, sender, consignment=transit.given(), approver=approver)


def _exceptions(b: Builder, act: Act, bit: Callable[[], int]) -> list[AnyLine]:
    """Exceptions of some lots that a step may take from."""
    there: dict[int, int] = {}
    for line in takes_from(act, b.state.transits[act.reference_id]):
        there[line >> 96] = there.get(line >> 96, 0) + (line & QUANTITY)
    lines: list[AnyLine] = []
    for lot in b.some(there):
        first = b.part(there[lot])
        lines.append(Line(lot, first, bit() | b.choice.number(1, 3)))
        if there[lot] > first and b.choice.chance(40):
            lines.append(Line(lot, b.part(there[lot] - first), bit() | b.choice.number(4, 5)))
    return lines


def _with_lines(act: Act | None, lines: Callable[[Act], list[AnyLine]]) -> Act | None:
    return act.saying(lines=pack_lines(act.kind, lines(act))) if act else None


def acceptance(b: Builder) -> Act | None:
    keys = _transits(b, OPEN, lambda transit: not b.state.is_closed(transit.to))
    act = _step(b, Kind.ACCEPTANCE, keys, Role.KEEPER, lambda transit: (transit.to,))
    if b.choice.chance(25):
        return act
    return _with_lines(act, lambda act: _exceptions(b, act, lambda: b.choice.pick((MISSING, 0))))


def contest(b: Builder) -> Act | None:
    keys = _transits(b, OPEN, lambda transit: transit.deadline < b.now)
    act = _step(b, Kind.CONTEST, keys, Role.KEEPER, lambda transit: (transit.to,))
    return _with_lines(act, lambda act: _exceptions(b, act, lambda: MISSING))


def return_(b: Builder) -> Act | None:
    keys = _transits(b, OPEN, lambda transit: transit.deadline + LATE_AFTER < b.now)
    return _step(b, Kind.RETURN, keys, Role.KEEPER, lambda transit: (transit.from_,))


def return_acceptance(b: Builder) -> Act | None:
    keys = _transits(b, ACCEPTED, lambda transit: not all(map(is_missing, transit.lines)))
    act = _step(b, Kind.RETURN_ACCEPTANCE, keys, Role.KEEPER, lambda transit: (transit.from_,))
    if b.choice.chance(40):
        return act
    return _with_lines(act, lambda act: _exceptions(b, act, lambda: MISSING))


def settlement(b: Builder) -> Act | None:
    keys = _transits(b, ACCEPTED, lambda transit: any(map(is_missing, transit.lines)))
    act = _step(b, Kind.SETTLEMENT, keys, Role.APPROVER, lambda transit: (transit.from_, transit.to))

    def settled(act: Act) -> list[AnyLine]:
        lines = _exceptions(b, act, lambda: 0)
        by_reason = {(line.lot, line.reason % 3 + 1): line for line in lines if isinstance(line, Line)}
        return [Line(lot, line.quantity, reason) for (lot, reason), line in by_reason.items()]

    return _with_lines(act, settled)


# -- goods stay


def _status(b: Builder, kind: Kind, from_: int, lots: list[int], sender: Party | None) -> Act | None:
    if not lots:
        return None
    lines: list[AnyLine] = [Line(lot) for lot in b.some(dict.fromkeys(lots, 1))]
    document = b.document(kind, lines, late=b.late(), from_=from_, reference=b.reference())
    return _act(kind, document, sender)


def hold(b: Builder) -> Act | None:
    site = b.site_with(lambda site: dict.fromkeys(_holdable(b, site), 1))
    return _status(b, Kind.HOLD, site, _holdable(b, site), b.party(Role.APPROVER, site)) if site else None


def _holdable(b: Builder, site: int) -> list[int]:
    return [lot for lot in b.state.held_at(site) if (site, lot) not in b.state.held_here]


def release(b: Builder) -> Act | None:
    site = b.site_with(lambda site: dict.fromkeys(_freeable(b, site), 1))
    return _status(b, Kind.RELEASE, site, _freeable(b, site), b.party(Role.APPROVER, site)) if site else None


def _freeable(b: Builder, site: int) -> list[int]:
    created = [lot for lot, each in b.state.lots.items() if each.status & HELD and each.creating_site == site]
    return created + [lot for at, lot in sorted(b.state.held_here) if at == site and lot not in created]


def _recall(b: Builder, kind: Kind) -> Act | None:
    wanted = RECALLED if kind is Kind.LIFT else 0
    lots = [lot for lot, each in b.state.lots.items() if each.status & RECALLED == wanted]
    accredited = b.state.accreditations[ISSUER, CATEGORY].status(b.now) == 1
    theirs = [lot for lot in lots if b.state.items[b.state.lots[lot].item].category == CATEGORY]
    by_issuer = accredited and bool(theirs) and b.choice.chance(50)
    who = b.party(Role.ISSUER, subject=ISSUER) if by_issuer else b.party(Role.AUTHORITY)
    return _status(b, kind, ISSUER if by_issuer else 0, theirs if by_issuer else lots, who)


def recall(b: Builder) -> Act | None:
    return _recall(b, Kind.RECALL)


def lift(b: Builder) -> Act | None:
    return _recall(b, Kind.LIFT)


def count(b: Builder) -> Act | None:
    """Counted at some position of the journal, mostly as the books said there."""
    site = b.site_with(b.state.held_at)
    if site is None:
        return None
    word, then = b.choice.pick(b.state.cards[site][-4:])
    lines: list[AnyLine] = []
    for lot in b.some(b.state.held_at(site)):
        expected = b.choice.number(0, 99) if b.choice.chance(10) else then.get(lot, 0)
        most_lost = min(expected, b.state.held_at(site)[lot])
        difference = b.choice.pick((0, -b.choice.number(0, most_lost), b.choice.number(1, 20)))
        lines.append(CountLine(lot, expected + difference, expected, b.choice.number(0, 2)))
    gains = any(isinstance(line, CountLine) and line.difference > 0 for line in lines)
    late = b.late()
    reference = word ^ 1 << 100 if b.choice.chance(5) else word
    document = b.document(Kind.COUNT, lines, late=late, from_=site, reference=reference)
    sender = b.party(Role.KEEPER, site)
    second = b.party(Role.KEEPER, site, but=(sender.signer.address,)) if sender else None
    return _act(Kind.COUNT, document, sender, other=second, approver=b.approver(site, needed=gains or late))


def reversal(b: Builder) -> Act | None:
    """Of something recorded that still can be undone."""
    played, state = b.played, b.state
    keys = [key for key, act in played.acts.items() if _can_be_undone(b, act)]
    if not keys:
        return None
    of = played.acts[b.choice.pick(keys[-12:])]
    document, kind = of.document, of.kind
    signers = of.signers if kind is Kind.DISPATCH else ()
    content = b.document(
        Kind.REVERSAL,
        late=b.late(),
        from_=document.from_,
        to=document.to,
        reference=pack_reference(3, of.key),
    )
    sender = b.party(Role.KEEPER, of.recording_site)
    other = None
    if sender and kind in (Kind.HAND_OVER, Kind.COUNT, Kind.DISPATCH):
        place = document.from_ if kind is Kind.COUNT else document.to
        other = b.party(Role.KEEPER, place, but=(sender.signer.address,))
    approver = b.party(
        Role.APPROVER, *(site for site in (document.from_, document.to) if site in state.places)
    )
    return _act(
        Kind.REVERSAL,
        content,
        sender,
        other=other,
        approver=approver,
        original=Original(kind, document, signers),
    )


def _can_be_undone(b: Builder, act: Act) -> bool:
    from ledger_model import REVERSIBLE, closed_errors, moves
    from model_stock import move_errors

    stands = b.state.documents[act.key]
    if act.kind not in REVERSIBLE or stands.is_reversed or stands.is_named:
        return False
    if act.kind is Kind.DISPATCH and b.state.transits[act.key].state != OPEN:
        return False
    undo = act.but(kind=Kind.REVERSAL, original=Original(act.kind, act.document))
    return not [*move_errors(b.state, moves(b.state, undo)), *closed_errors(b.state, undo)]


BUILDERS: dict[Kind, Callable[[Builder], Act | None]] = {
    Kind.OPENING: opening,
    Kind.RECEIPT: receipt,
    Kind.RELEASE: release,
    Kind.HOLD: hold,
    Kind.ISSUE: issue,
    Kind.HAND_OVER: hand_over,
    Kind.DISPATCH: dispatch,
    Kind.ACCEPTANCE: acceptance,
    Kind.CONTEST: contest,
    Kind.RETURN: return_,
    Kind.RETURN_ACCEPTANCE: return_acceptance,
    Kind.SETTLEMENT: settlement,
    Kind.COUNT: count,
    Kind.WRITE_OFF: write_off,
    Kind.REPACK: repack,
    Kind.REVERSAL: reversal,
    Kind.RECALL: recall,
    Kind.LIFT: lift,
}

BEFORE: dict[Kind, Kind] = {
    Kind.RELEASE: Kind.HOLD,
    Kind.LIFT: Kind.RECALL,
    Kind.ACCEPTANCE: Kind.DISPATCH,
    Kind.CONTEST: Kind.DISPATCH,
    Kind.RETURN: Kind.DISPATCH,
    Kind.RETURN_ACCEPTANCE: Kind.ACCEPTANCE,
    Kind.SETTLEMENT: Kind.ACCEPTANCE,
    Kind.REVERSAL: Kind.ISSUE,
    Kind.RECEIPT: Kind.OPENING,
}
"""What is done first where the state has nothing for a kind; of all others a receipt."""


def toward(played: Played, choice: Choice, kind: Kind) -> Act:
    """An act of a kind, or of one that makes it possible."""
    _wait_for(played, kind)
    builder = Builder(played, choice)
    act = builder.build(kind)
    return act if act is not None else toward(played, choice, BEFORE.get(kind, Kind.RECEIPT))


def _wait_for(played: Played, kind: Kind) -> None:
    """Let the time pass that a receiver has, where a contest or a return would be too early for all."""
    waits = {Kind.CONTEST: 1, Kind.RETURN: LATE_AFTER + 1}.get(kind)
    times = [each.deadline for each in played.state.transits.values() if each.state == OPEN]
    if waits and times:
        played.clock.set(max(played.clock.now(), min(times) + waits))
