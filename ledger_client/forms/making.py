"""The document that a form means: the one that the command of its kind would make of the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_client.addresses import parse_address
from ledger_client.allocation import REFERENCE_PROPOSAL, REFERENCE_REQUEST
from ledger_client.divisions import ROOT
from ledger_client.documents import Kind, Timestamp
from ledger_client.errors import UsageError
from ledger_client.forms import models
from ledger_client.forms.known import Known
from ledger_client.identifiers import SiteId, batch_digest, parse_item, parse_site
from ledger_client.lines import CountLine, Line, LotAttributes, OpeningLine, RepackLine
from ledger_client.preparing import Party, Prepared
from ledger_client.quantities import parse_quantity
from ledger_client.reasons import Use, reason_named, settlement_named
from ledger_client.recorded import as_committed, original_of, repacked
from ledger_client.roles import Role
from ledger_client.seats import SITE_SPAN, common_place, over_both
from ledger_client.signers import AbsentSigner
from ledger_client.stock import Goods, Particulars, Stock
from ledger_client.typed import (
    parse_consignee,
    parse_day,
    parse_deadline,
    parse_issuer,
    parse_supplier,
    parse_time,
)
from ledger_client.words import (
    REFERENCE_DOCUMENT,
    pack_reference,
    unpack_head,
)

_REFERENCES = {
    "document": REFERENCE_DOCUMENT,
    "proposal": REFERENCE_PROPOSAL,
    "request": REFERENCE_REQUEST,
}


class SourceOpenError(UsageError):
    """A receipt is from nobody, or from two."""

    en = "goods come from one source: write `supplier`, or `donor`"
    zh = "货物来源只能有一个：请填写 supplier 或 donor"


class LotNotSentError(UsageError):
    """A line names a lot by its item where only a consignment's own lots may be named."""

    en = "an exception of a consignment names its lot by id, and {lot} is none that is left of it"
    zh = "在途单的差异行须写批次编号，而 {lot} 不在其剩余内容中"


@dataclass(frozen=True, slots=True)
class _Making:
    """A document that is being made of a form.

    Attributes:
        stock: What makes it.
        known: What the form leaves open.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    stock: Stock
    known: Known
    offset: int

    def party(self, seat: models.SeatForm, role: Role, place: int, subject: int = 0) -> Party:
        """Return who signs, on the grant that the form names or the nearest one."""
        address = parse_address(seat.address)
        if seat.division is not None:
            return Party(AbsentSigner(address), int(seat.division))
        division = place // SITE_SPAN if place >= 10**12 else place
        return Party(AbsentSigner(address), self.known.grant(address, role, division, subject))

    def keeper(self, seat: models.SeatForm, site: int) -> Party:
        return self.party(seat, Role.KEEPER, site)

    def approver(self, seat: models.SeatForm, *sites: int) -> Party:
        return self.party(seat, Role.APPROVER, common_place(*sites))

    def maybe_approver(self, seat: models.SeatForm | None, *sites: int) -> Party | None:
        return None if seat is None else self.approver(seat, *sites)

    def particulars(self, form: Any, use: Use | None = None, **body: str | None) -> Particulars:
        """Return what every form says beside what moves."""
        reason: str | None = getattr(form, "reason", None)
        reference: models.ReferenceForm | None = getattr(form, "reference", None)
        texts = {"note": form.note, **body}
        return Particulars(
            occurred_at=parse_time(form.occurred_at, self.offset) if form.occurred_at else None,
            reason=reason_named(reason, use).code if reason else 0,
            reference=pack_reference(_REFERENCES[reference.type], int(reference.key, 16)) if reference else 0,
            client_id=bytes.fromhex(form.client_id[2:]),
            body={name: text for name, text in texts.items() if text} or None,
        )

    def lines(self, typed: Sequence[models.LotForm], site: int, use: Use) -> list[Line]:
        """Return lines of what a site holds."""
        return [
            Line(
                int(each.lot, 16) if each.lot else self.known.lot_at(site, each),
                _some(each.quantity),
                reason_named(each.reason, use).code if each.reason else 0,
            )
            for each in typed
        ]


def prepare(form: Any, stock: Stock, known: Known, offset: int) -> Prepared:
    """Return the document that a form means, with every signer elsewhere.

    Args:
        form: A `DocumentForm`.
        stock: What makes documents.
        known: What the form leaves open.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        UsageError: Something that it says cannot be meant.
        RefusedError: What it names is not there.
        FormOpenError: It leaves something open that `known` does not know.
    """
    return _MAKERS[form.kind](_Making(stock, known, offset), form)


def _opening(making: _Making, form: models.OpeningForm) -> Prepared:
    site = parse_site(form.site)
    source = parse_supplier(form.supplier) if form.supplier else 0
    return making.stock.open(
        site,
        [OpeningLine(_attributes(each, source), _some(each.quantity)) for each in form.goods],
        keeper=making.keeper(form.keeper, site),
        approver=making.approver(form.approver, site),
        particulars=making.particulars(form),
    )


def _receipt(making: _Making, form: models.ReceiptForm) -> Prepared:
    site = parse_site(form.site)
    if (form.supplier is None) == (form.donor is None):
        raise SourceOpenError()
    source = parse_supplier(form.supplier) if form.supplier else int(form.donor or "", 16)
    particulars = making.particulars(form, order=form.order)
    qualification, is_held = _received(making, form, source, particulars.occurred_at)
    return making.stock.receive(
        site,
        source,
        [
            Goods(
                _attributes(each, source),
                parse_quantity(each.quantity),
                parse_quantity(each.rejected),
                reason_named(each.reason, Use.REJECTION).code if each.reason else 0,
            )
            for each in form.goods
        ],
        keeper=making.keeper(form.keeper, site),
        supplier=making.party(form.supplier_signer, Role.SUPPLIER, site, source)
        if form.supplier_signer
        else None,
        approver=making.maybe_approver(form.approver, site),
        qualification=qualification,
        held=is_held,
        particulars=particulars,
    )


def _received(
    making: _Making, form: models.ReceiptForm, source: int, occurred: Timestamp | None
) -> tuple[int, bool]:
    """Return on what a receipt relies and whether its goods are held: as written, else as the ledger says."""
    if form.qualification is not None and form.held is not None:
        return int(form.qualification, 16), form.held
    found = making.known.reception(
        source,
        [parse_item(each.item) for each in form.goods],
        occurred,
        is_donation=form.donor is not None,
        is_signed=form.supplier_signer is not None,
    )
    qualification = found.qualification if form.qualification is None else int(form.qualification, 16)
    return qualification, found.is_held if form.held is None else form.held


def _issue(making: _Making, form: models.IssueForm) -> Prepared:
    site = parse_site(form.site)
    return making.stock.issue(
        site,
        parse_consignee(form.consignee),
        making.lines(form.lines, site, Use.ISSUE),
        keeper=making.keeper(form.keeper, site),
        approver=making.maybe_approver(form.approver, site),
        particulars=making.particulars(form, Use.ISSUE),
    )


def _hand_over(making: _Making, form: models.HandOverForm) -> Prepared:
    site, to = parse_site(form.site), parse_site(form.to)
    return making.stock.hand_over(
        site,
        to,
        making.lines(form.lines, site, Use.ISSUE),
        keeper=making.keeper(form.keeper, site),
        receiver=making.keeper(form.receiver, to),
        approver=making.maybe_approver(form.approver, site, to),
        particulars=making.particulars(form),
    )


def _dispatch(making: _Making, form: models.DispatchForm) -> Prepared:
    site, to = parse_site(form.site), parse_site(form.to)
    return making.stock.dispatch(
        site,
        to,
        making.lines(form.lines, site, Use.ISSUE),
        deadline=parse_deadline(form.deadline, making.offset),
        keeper=making.keeper(form.keeper, site),
        approver=making.maybe_approver(form.approver, site, to),
        particulars=making.particulars(form),
    )


def _step(making: _Making, form: models.StepForm) -> Prepared:
    key = int(form.consignment, 16)
    record = making.known.consignment(key)
    kind = Kind[form.kind.upper().replace("-", "_")]
    left = {unpack_head(word).lot for word in record.lines}
    lines = [
        make(
            _sent(each, left),
            _some(each.quantity),
            reason_named(each.reason or "", use).code,
        )
        for name, make, use in (
            ("missing", Line.missing, Use.MISSING),
            ("returning", Line.returning, Use.REJECTION),
        )
        for each in getattr(form, name, ())
    ]
    at = record.to_site if kind in (Kind.ACCEPTANCE, Kind.CONTEST) else record.from_site
    return making.stock.step(
        kind,
        key,
        SiteId(record.from_site),
        SiteId(record.to_site),
        as_committed(record),
        lines,
        sender=making.keeper(form.keeper, at),
        approver=making.maybe_approver(form.approver, at),
        particulars=making.particulars(form),
    )


def _settlement(making: _Making, form: models.SettlementForm) -> Prepared:
    key = int(form.consignment, 16)
    record = making.known.consignment(key)
    left = {unpack_head(word).lot for word in record.lines}
    lines = [
        Line(_sent(each, left), _some(each.quantity), settlement_named(each.reason or ""))
        for each in form.lines
    ]
    both = over_both(record.from_site, record.to_site)
    return making.stock.step(
        Kind.SETTLEMENT,
        key,
        SiteId(record.from_site),
        SiteId(record.to_site),
        as_committed(record),
        lines,
        sender=making.party(form.approver, Role.APPROVER, both),
        particulars=making.particulars(form),
    )


def _hold(making: _Making, form: models.HoldForm) -> Prepared:
    site = parse_site(form.site)
    return making.stock.hold(
        site,
        _ids(form.lots),
        approver=making.approver(form.approver, site),
        particulars=making.particulars(form, Use.HOLD),
    )


def _release(making: _Making, form: models.ReleaseForm) -> Prepared:
    site = parse_site(form.site)
    return making.stock.release(
        site,
        _ids(form.lots),
        approver=making.approver(form.approver, site),
        particulars=making.particulars(form, Use.RELEASE),
    )


def _count(making: _Making, form: models.CountForm) -> Prepared:
    site = parse_site(form.site)
    journal, expected = making.known.counted_against(site, form.entry)
    lines = [
        CountLine(
            lot,
            parse_quantity(each.counted),
            expected.get(lot, 0),
            reason_named(each.reason, Use.COUNT).code if each.reason else 0,
        )
        for each in form.lines
        for lot in [int(each.lot, 16)]
    ]
    return making.stock.count(
        site,
        lines,
        journal=journal,
        keeper=making.keeper(form.keeper, site),
        second=making.keeper(form.second, site),
        approver=making.maybe_approver(form.approver, site),
        particulars=making.particulars(form, Use.COUNT),
    )


def _write_off(making: _Making, form: models.WriteOffForm) -> Prepared:
    site = parse_site(form.site)
    return making.stock.write_off(
        site,
        making.lines(form.lines, site, Use.WRITE_OFF),
        keeper=making.keeper(form.keeper, site),
        approver=making.approver(form.approver, site),
        particulars=making.particulars(form, Use.WRITE_OFF),
    )


def _repack(making: _Making, form: models.RepackForm) -> Prepared:
    site = parse_site(form.site)
    return making.stock.repack(
        site,
        [_repack_line(making, each) for each in form.lines],
        keeper=making.keeper(form.keeper, site),
        approver=making.approver(form.approver, site),
        particulars=making.particulars(form),
    )


def _repack_line(making: _Making, line: models.RepackedForm) -> RepackLine:
    lot, into = int(line.lot, 16), _attributes(line.into, 0)
    output = repacked(making.known.lot(lot), into.item, into.batch, into.made, into.expires)
    quantity, made = (parse_quantity(each, least=1) for each in (line.quantity, line.into.quantity))
    return RepackLine(
        lot, quantity, output, made, reason_named(line.reason, Use.REPACK).code if line.reason else 0
    )


def _reversal(making: _Making, form: models.ReversalForm) -> Prepared:
    found = making.known.document(int(form.document, 16))
    sites = [each for each in (found.from_site, found.to_site) if each] or [found.recording_site]
    return making.stock.reverse(
        found.key,
        original_of(found),
        keeper=making.keeper(form.keeper, found.recording_site),
        other=making.keeper(form.second, sites[-1]) if form.second else None,
        approver=making.approver(form.approver, *sites),
        particulars=making.particulars(form, Use.REVERSAL),
    )


def _recall_or_lift(making: _Making, form: models.RecallForm | models.LiftForm) -> Prepared:
    kind = Kind.RECALL if form.kind == "recall" else Kind.LIFT
    issuer = parse_issuer(form.issuer) if form.issuer else 0
    lots = _ids(form.lots)
    return making.stock.recall(
        kind,
        lots if form.only else making.known.batch(lots, recalled=kind is Kind.LIFT),
        issuer=issuer,
        by=making.party(form.by, Role.ISSUER if issuer else Role.AUTHORITY, ROOT, issuer),
        particulars=making.particulars(form, Use.RECALL if kind is Kind.RECALL else Use.LIFT),
    )


def _attributes(goods: models.GoodsForm, source: int) -> LotAttributes:
    return LotAttributes(
        item=parse_item(goods.item),
        source=source,
        batch=batch_digest(goods.batch or ""),
        made=parse_day(goods.made) if goods.made else 0,
        expires=parse_day(goods.expires) if goods.expires else 0,
    )


def _sent(line: models.LotForm, left: set[int]) -> int:
    """Return the lot of an exception, which is one of those that are left of the consignment."""
    lot = int(line.lot, 16) if line.lot else 0
    if lot not in left:
        raise LotNotSentError(lot=line.lot or line.item or "–")
    return lot


def _some(quantity: str) -> int:
    return parse_quantity(quantity, least=1)


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(each, 16) for each in texts]


_MAKERS: dict[str, Callable[[_Making, Any], Prepared]] = {
    "opening": _opening,
    "receipt": _receipt,
    "issue": _issue,
    "hand-over": _hand_over,
    "dispatch": _dispatch,
    "acceptance": _step,
    "contest": _step,
    "return": _step,
    "return-acceptance": _step,
    "settlement": _settlement,
    "release": _release,
    "hold": _hold,
    "count": _count,
    "write-off": _write_off,
    "repack": _repack,
    "reversal": _reversal,
    "recall": _recall_or_lift,
    "lift": _recall_or_lift,
}
