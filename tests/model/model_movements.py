"""Acts about goods that come in and go out; None where the state has nothing for one."""

from __future__ import annotations

from model_act import DAY, Act, day_of, district
from model_builder import MOST_LINES, Builder, made
from model_cast import (
    BAGS,
    CATEGORY,
    COMMUNITY,
    CONSIGNEE,
    CUPS,
    DONOR,
    FACTOR,
    GLOVES,
    MASKS,
    OTHER_COMMUNITY,
    OTHER_SUPPLIER,
    PAPERS,
    RICE,
    SUPPLIER,
    SYRUP,
    qualification_id,
)

from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import AnyLine, LotAttributes, OpeningLine, ReceiptLine, RepackLine, pack_lines
from ledger_client.roles import Role
from ledger_client.words import NEVER

GOODS = (
    (MASKS, SUPPLIER),
    (SYRUP, SUPPLIER),
    (MASKS, OTHER_SUPPLIER),
    (RICE, SUPPLIER),
    (BAGS, OTHER_SUPPLIER),
)


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
    return made(Kind.OPENING, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


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
    act = made(Kind.RECEIPT, document, b.party(Role.KEEPER, site))
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
    return made(Kind.ISSUE, document, b.party(Role.KEEPER, site), approver=b.approver(site, needed=late))


def _other_site(b: Builder, site: int) -> int | None:
    others = [other for other in b.open_sites() if other != site]
    return b.choice.pick(others) if others else None


def hand_over(b: Builder) -> Act | None:
    site = b.site_with(b.usable)
    to = _other_site(b, site) if site else None
    if site is None or to is None:
        return None
    late, far = b.late(), district(site) != district(to)
    document = b.document(
        Kind.HAND_OVER, b.lines(b.usable(site)), late=late, from_=site, to=to, reference=b.proposal()
    )
    sender = b.party(Role.KEEPER, site)
    other = b.party(Role.KEEPER, to, but=(sender.signer.address,)) if sender else None
    approver = b.approver(*((site, to) if far else (site,)), needed=late or far)
    return made(Kind.HAND_OVER, document, sender, other=other, approver=approver)


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
    document = b.document(
        Kind.DISPATCH, lines, late=late, from_=site, to=to, deadline=deadline, reference=b.proposal()
    )
    approver = b.approver(*((site, to) if far else (site,)), needed=late or far)
    return made(Kind.DISPATCH, document, b.party(Role.KEEPER, site), approver=approver)


def write_off(b: Builder) -> Act | None:
    site = b.site_with(b.state.held_at)
    if site is None:
        return None
    document = b.document(
        Kind.WRITE_OFF, b.lines(b.state.held_at(site)), late=b.late(), from_=site, reference=b.reference()
    )
    return made(Kind.WRITE_OFF, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


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
    return made(Kind.REPACK, document, b.party(Role.KEEPER, site), approver=b.party(Role.APPROVER, site))


MUCH = 1_000_000


def _repacked(b: Builder, lot: int, units: int) -> RepackLine | None:
    """Bags to rice and back by the factor, into cups as they come out; nothing outlives its input."""
    source = b.state.lots[lot]
    until = 0 if source.use_until == NEVER else source.use_until
    units = min(units, MUCH)
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
    return RepackLine(lot, quantity, goods, output, b.choice.pick((0, 0, 70, 72)))
