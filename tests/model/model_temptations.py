"""Acts that the state forbids, each for the reason in its name; None where the state has no occasion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from model_act import LATE_AFTER, QUANTITY, Act
from model_acts import BUILDERS
from model_builder import Builder
from model_cast import CATEGORY, CLOSED_CONSIGNEE, ISSUER, NO_ITEM, ROOT_PARTY, SIGNERS, SITE
from model_lines import is_own
from model_movements import dispatch, issue, opening, receipt, repack
from model_state import ACCEPTED, OPEN, RECALLED
from model_steps import count, reversal, settlement
from model_steps import hold as build_hold

from ledger_client.calldata import Original
from ledger_client.documents import Document, Kind
from ledger_client.lines import CountLine, Line, ReceiptLine, RepackLine, pack_lines, unpack_lines
from ledger_client.roles import Role
from ledger_client.words import NEVER, pack_reference
from ledger_client.writing import Party

Temptation = Callable[[Builder], Act | None]


def use_what_may_not_be_used(b: Builder) -> Act | None:
    """Issue, hand over, dispatch or repack what is held, recalled or expired."""
    occasions = [
        (site, lot, units)
        for site in b.open_sites(closed=True)
        for lot, units in b.state.held_at(site).items()
        if lot not in b.usable(site)
    ]
    if not occasions:
        return None
    site, lot, units = b.choice.pick(occasions)
    act = BUILDERS[b.choice.pick((Kind.ISSUE, Kind.DISPATCH, Kind.HAND_OVER))](b)
    sender = b.party(Role.KEEPER, site)
    if act is None or sender is None or act.document.to == site:
        return None
    lines = pack_lines(act.kind, [Line(lot, b.part(units), 1)])
    return act.saying(from_=site, lines=lines).but(sender=sender)


def use_more_than_there_is(b: Builder) -> Act | None:
    act = BUILDERS[b.choice.pick((Kind.ISSUE, Kind.DISPATCH, Kind.HAND_OVER, Kind.WRITE_OFF))](b)
    if act is None:
        return None
    lot = act.heads[0].lot
    there = b.state.balances[act.document.from_, lot]
    return act.saying(
        lines=pack_lines(act.kind, [Line(lot, min(there + b.choice.pick((0, 1, 2)), QUANTITY))])
    )


def change_a_status_that_is_so_already(b: Builder) -> Act | None:
    """Hold what is held here, release what is free, recall what is recalled, lift what is not."""
    kind = b.choice.pick((Kind.HOLD, Kind.RELEASE, Kind.RECALL, Kind.LIFT))
    act = build_hold(b)
    if act is None or not b.state.lots:
        return None
    if kind in (Kind.RECALL, Kind.LIFT):
        recalled = [
            lot for lot, each in b.state.lots.items() if bool(each.status & RECALLED) is (kind is Kind.RECALL)
        ]
        lots = recalled or list(b.state.lots)
        act = act.saying(from_=0, reference=0).but(sender=ROOT_PARTY)
    else:
        lots = list(b.state.lots)
    return act.but(kind=kind).saying(lines=pack_lines(kind, [Line(b.choice.pick(lots))]))


def recall_as_an_issuer_of_another_category(b: Builder) -> Act | None:
    lots = [lot for lot, each in b.state.lots.items() if b.state.items[each.item].category != CATEGORY]
    issuer = b.party(Role.ISSUER, subject=ISSUER)
    if not lots or issuer is None:
        return None
    lines = [Line(b.choice.pick(lots))]
    return Act(kind=Kind.RECALL, document=b.document(Kind.RECALL, lines, from_=ISSUER), sender=issuer)


def release_elsewhere(b: Builder) -> Act | None:
    """Release at another site what was created held at one."""
    act = BUILDERS[Kind.RELEASE](b)
    site = b.choice.pick(b.open_sites(closed=True))
    approver = b.party(Role.APPROVER, site)
    return act.saying(from_=site).but(sender=approver) if act and approver else None


def open_again(b: Builder) -> Act | None:
    act = opening(b)
    return act.saying(to=SITE) if act else None


def receive_unqualified_as_released(b: Builder) -> Act | None:
    """Without the supplier's signature, or without a qualification, and not in a lot of its own."""
    act = receipt(b)
    if act is None or any(map(is_own, act.rows)):
        return None
    return act.but(other=None) if b.choice.chance(50) else act.saying(qualification=0)


def receive_what_keeps_for_ever(b: Builder) -> Act | None:
    """Made on one of the last days that there are: the shelf life ends on the day that means never."""
    act = receipt(b)
    if act is None or any(map(is_own, act.rows)):
        return None
    document = act.document
    [line, *_] = unpack_lines(Kind.RECEIPT, document.lines, source=document.from_, key=act.key)
    assert isinstance(line, ReceiptLine)
    shelf_life = b.state.items[line.attributes.item].shelf_life
    goods = replace(line.attributes, made=NEVER - shelf_life - b.choice.number(0, 1), expires=0)
    return act.saying(lines=pack_lines(Kind.RECEIPT, [replace(line, attributes=goods)]))


def receive_with_another_qualification(b: Builder) -> Act | None:
    act = receipt(b)
    return act.saying(qualification=b.choice.pick([9, *b.state.qualifications])) if act else None


def receive_what_no_catalogue_knows(b: Builder) -> Act | None:
    act = receipt(b)
    if act is None or any(map(is_own, act.rows)):
        return None
    document = act.document
    [line, *_] = unpack_lines(Kind.RECEIPT, document.lines, source=document.from_, key=act.key)
    assert isinstance(line, ReceiptLine)
    lines = [replace(line, attributes=replace(line.attributes, item=NO_ITEM))]
    return act.saying(lines=pack_lines(Kind.RECEIPT, lines))


def issue_to_nobody(b: Builder) -> Act | None:
    act = issue(b)
    return act.saying(to=b.choice.pick((0, 5, 1 << 160, CLOSED_CONSIGNEE))) if act else None


def repack_wrongly(b: Builder) -> Act | None:
    """Against the factor, or into goods that keep longer."""
    act = repack(b)
    if act is None:
        return None
    line = b.choice.pick(unpack_lines(Kind.REPACK, act.document.lines))
    assert isinstance(line, RepackLine)
    if b.choice.chance(50):
        line = replace(line, output_quantity=line.output_quantity + 1)
    else:
        expires = b.choice.pick((0, line.output.expires + 1))
        line = replace(line, output=replace(line.output, expires=expires))
    return act.saying(lines=pack_lines(Kind.REPACK, [line]))


def count_away_more_than_there_is(b: Builder) -> Act | None:
    act = count(b)
    if act is None:
        return None
    lot = act.heads[0].lot
    there = min(b.state.balances[act.document.from_, lot], QUANTITY - 2)
    line = b.choice.pick(
        (CountLine(lot, 0, there), CountLine(lot, 0, there + 1), CountLine(lot, 1, there + 2))
    )
    return act.saying(lines=pack_lines(Kind.COUNT, [line]))


def count_more_than_a_balance_holds(b: Builder) -> Act | None:
    act = count(b)
    if act is None:
        return None
    lot, approver = act.heads[0].lot, b.party(Role.APPROVER, act.document.from_)
    return act.saying(lines=pack_lines(Kind.COUNT, [CountLine(lot, QUANTITY, 0)])).but(approver=approver)


def count_an_unknown_lot(b: Builder) -> Act | None:
    act = count(b)
    return act.saying(lines=pack_lines(Kind.COUNT, [CountLine(7, 0, 0)])) if act else None


def count_alone_what_is_gained(b: Builder) -> Act | None:
    act = count(b)
    return act.but(approver=None) if act else None


def contest_too_early(b: Builder) -> Act | None:
    """In the last second that the receiver had for an answer, or in the first in which it is overdue."""
    return _too_early(b, Kind.CONTEST, 0)


def return_too_early(b: Builder) -> Act | None:
    """In the last second of the L that the receiver has after the deadline, or in the first behind it."""
    return _too_early(b, Kind.RETURN, LATE_AFTER)


def _too_early(b: Builder, kind: Kind, after: int) -> Act | None:
    sent = dispatch(b)
    if sent is None or not b.played.offer(sent):
        return None
    key, transit = sent.key, b.state.transits[sent.key]
    b.played.clock.set(max(b.now + 1, transit.deadline + after + b.choice.pick((0, 0, 1))))
    lines = [] if kind is Kind.RETURN else [Line.missing(transit.lines[0] >> 96, 1, 1)]
    document = b.document(kind, lines, from_=transit.from_, to=transit.to, reference=pack_reference(2, key))
    site = transit.from_ if kind is Kind.RETURN else transit.to
    sender = b.party(Role.KEEPER, site, but=transit.signers)
    approver = b.party(Role.APPROVER, site)
    if sender is None:
        return None
    return Act(kind=kind, document=document, sender=sender, approver=approver, consignment=transit.given())


def step_in_another_state(b: Builder) -> Act | None:
    """A step of a consignment that is not in the state for it."""
    keys = list(b.state.transits)
    if not keys:
        return None
    key, kind = b.choice.pick(keys), b.choice.pick((Kind.ACCEPTANCE, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT))
    transit = b.state.transits[key]
    state = ACCEPTED if transit.state == OPEN else OPEN
    given = b.choice.pick((transit.given(), replace(transit.given(), state=state)))
    lines = [Line(1, 1, 3)] if kind is Kind.SETTLEMENT else []
    document = b.document(kind, lines, from_=transit.from_, to=transit.to, reference=pack_reference(2, key))
    role = Role.APPROVER if kind is Kind.SETTLEMENT else Role.KEEPER
    sender = b.party(role, transit.from_, transit.to) or b.party(role, transit.to)
    return Act(kind=kind, document=document, sender=sender, consignment=given) if sender else None


def answer_what_one_sent(b: Builder) -> Act | None:
    """Whoever signed the dispatch accepts it."""
    act = BUILDERS[Kind.ACCEPTANCE](b)
    if act is None or act.consignment is None:
        return None
    grants = [each for each in b.state.grants if each.holder == act.consignment.signers[0]]
    return act.but(sender=_party(b, grants[0].holder, grants[0].division)) if grants else None


def settle_what_one_signed(b: Builder) -> Act | None:
    act = settlement(b)
    if act is None or act.consignment is None:
        return None
    signed = [each for each in b.state.grants if each.holder in act.consignment.signers]
    approvers = [each for each in signed if each.role is Role.APPROVER]
    return act.but(sender=_party(b, approvers[0].holder, approvers[0].division)) if approvers else None


def _party(b: Builder, holder: str, division: int) -> Party:
    return Party(SIGNERS[holder], division)


def reverse_what_stays(b: Builder) -> Act | None:
    """What is reversed already, named, of a kind that is corrected otherwise, or gone on."""
    of = [act for act in b.played.acts.values() if act.shape is act.kind and act.sites]
    if not of:
        return None
    flagged = [a for a in of if b.state.documents[a.key].is_reversed or b.state.documents[a.key].is_named]
    act = b.choice.pick(flagged if flagged and b.choice.chance(50) else of)
    return reversal_of(b, act)


def reversal_of(b: Builder, act: Act) -> Act | None:
    document, kind = act.document, act.kind
    sites = tuple(site for site in (document.from_, document.to) if site in b.state.places)
    content: Document = b.document(
        Kind.REVERSAL, from_=document.from_, to=document.to, reference=pack_reference(3, act.key)
    )
    sender, approver = b.party(Role.KEEPER, act.recording_site), b.party(Role.APPROVER, *sites)
    other = None
    if sender and kind in (Kind.HAND_OVER, Kind.COUNT, Kind.DISPATCH):
        place = document.from_ if kind is Kind.COUNT else document.to
        other = b.party(Role.KEEPER, place, but=(sender.signer.address,))
    if sender is None:
        return None
    signers = act.signers if kind is Kind.DISPATCH else ()
    original = Original(kind, document, signers)
    return Act(
        kind=Kind.REVERSAL, document=content, sender=sender, other=other, approver=approver, original=original
    )


def reverse_without_a_keeper(b: Builder) -> Act | None:
    act = reversal(b)
    return act.but(other=act.sender if act.other and b.choice.chance(50) else None) if act else None


def leave_the_district_unapproved(b: Builder) -> Act | None:
    """By an approver of one side, or by none."""
    act = dispatch(b)
    if act is None:
        return None
    approver = b.choice.pick((None, b.party(Role.APPROVER, act.document.from_)))
    return act.but(approver=approver)


TEMPTATIONS: tuple[Temptation, ...] = (
    *(use_what_may_not_be_used, use_what_may_not_be_used, use_more_than_there_is),
    *(change_a_status_that_is_so_already, change_a_status_that_is_so_already),
    receive_what_keeps_for_ever,
    *(recall_as_an_issuer_of_another_category, release_elsewhere, open_again),
    *(receive_unqualified_as_released, receive_with_another_qualification, receive_what_no_catalogue_knows),
    *(issue_to_nobody, repack_wrongly, count_away_more_than_there_is, count_more_than_a_balance_holds),
    *(count_an_unknown_lot, count_alone_what_is_gained, contest_too_early, return_too_early),
    *(step_in_another_state, answer_what_one_sent, settle_what_one_signed, settle_what_one_signed),
    *(reverse_what_stays, reverse_what_stays, reverse_without_a_keeper, leave_the_district_unapproved),
)
