"""Acts about goods in transit and goods that stay, and reversals; None where there is nothing for one."""

from __future__ import annotations

from collections.abc import Callable

from ledger_model import REVERSIBLE, closed_errors, moves
from model_act import LATE_AFTER, MISSING, QUANTITY, Act
from model_builder import Builder, made
from model_cast import CATEGORY, ISSUER
from model_state import ACCEPTED, HELD, OPEN, RECALLED, Transit
from model_stock import move_errors
from model_transit import is_missing, takes_from

from ledger_client.calldata import Original
from ledger_client.documents import Kind
from ledger_client.lines import AnyLine, CountLine, Line, pack_lines
from ledger_client.roles import Role
from ledger_client.words import pack_reference
from ledger_client.writing import Party

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
    return made(kind, document, sender, consignment=transit.given(), approver=approver)


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
    return made(kind, document, sender)


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
        expected = b.choice.number(0, 99) if b.choice.chance(10) else min(then.get(lot, 0), QUANTITY - 20)
        most_lost = min(expected, b.state.held_at(site)[lot])
        difference = b.choice.pick((0, -b.choice.number(0, most_lost), b.choice.number(1, 20)))
        lines.append(CountLine(lot, expected + difference, expected, b.choice.pick((0, 0, 1, 30, 32))))
    gains = any(isinstance(line, CountLine) and line.difference > 0 for line in lines)
    late = b.late()
    reference = word ^ 1 << 100 if b.choice.chance(5) else word
    document = b.document(Kind.COUNT, lines, late=late, from_=site, reference=reference)
    sender = b.party(Role.KEEPER, site)
    second = b.party(Role.KEEPER, site, but=(sender.signer.address,)) if sender else None
    return made(Kind.COUNT, document, sender, other=second, approver=b.approver(site, needed=gains or late))


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
    return made(
        Kind.REVERSAL,
        content,
        sender,
        other=other,
        approver=approver,
        original=Original(kind, document, signers),
    )


def _can_be_undone(b: Builder, act: Act) -> bool:
    stands = b.state.documents[act.key]
    if act.kind not in REVERSIBLE or stands.is_reversed or stands.is_named:
        return False
    if act.kind is Kind.DISPATCH and b.state.transits[act.key].state != OPEN:
        return False
    undo = act.but(kind=Kind.REVERSAL, original=Original(act.kind, act.document))
    return not [*move_errors(b.state, moves(b.state, undo)), *closed_errors(b.state, undo)]
