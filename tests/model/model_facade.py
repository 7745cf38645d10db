"""An act said with the methods of the facade, as a program says it."""

from __future__ import annotations

from typing import Any, cast

from model_act import NO_SITE, STEPS, Act
from model_lines import is_own

from ledger_client.documents import Kind
from ledger_client.identifiers import ConsigneeId, SiteId
from ledger_client.ledger import Ledger
from ledger_client.lines import CountLine, Line, OpeningLine, ReceiptLine, RepackLine, unpack_lines
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party, Prepared


def by_facade(ledger: Ledger, act: Act, text: str = "") -> Prepared:
    """Prepare an act with the method of `ledger.stock` for its kind."""
    stock, document, kind = ledger.stock, act.document, act.kind
    lines: Any = unpack_lines(kind, document.lines, source=document.from_, key=act.key)
    says = Particulars(
        occurred_at=document.occurred_at,
        reason=document.reason,
        reference=document.reference,
        client_id=document.client_id,
        body={"text": text} if text else None,
    )
    site, to, approver = SiteId(document.from_), SiteId(document.to), act.approver
    one: dict[str, Any] = {"keeper": act.sender, "approver": cast(Party, approver), "particulars": says}
    if kind is Kind.OPENING:
        return stock.open(to, cast("tuple[OpeningLine, ...]", lines), **one)
    if kind is Kind.RECEIPT:
        return _receipt(ledger, act, lines, says)
    if kind in (Kind.RELEASE, Kind.HOLD):
        method = stock.release if kind is Kind.RELEASE else stock.hold
        return method(site, [line.lot for line in lines], approver=act.sender, particulars=says)
    if kind in NO_SITE:
        lots = [line.lot for line in lines]
        return stock.recall(kind, lots, issuer=document.from_, by=act.sender, particulars=says)
    if kind is Kind.ISSUE:
        return stock.issue(site, ConsigneeId(document.to), cast("list[Line]", lines), **one)
    if kind is Kind.HAND_OVER:
        return stock.hand_over(site, to, lines, receiver=cast(Party, act.other), **one)
    if kind is Kind.DISPATCH:
        return stock.dispatch(site, to, lines, deadline=document.deadline, **one)
    if kind in STEPS or kind is Kind.REVERSAL:
        return _about_another(ledger, act, lines, says)
    if kind is Kind.COUNT:
        second, counted = cast(Party, act.other), cast("list[CountLine]", lines)
        return stock.count(site, counted, journal=document.reference, second=second, **one)
    if kind is Kind.WRITE_OFF:
        return stock.write_off(site, lines, **one)
    return stock.repack(site, cast("list[RepackLine]", lines), **one)


def _receipt(ledger: Ledger, act: Act, lines: list[ReceiptLine], says: Particulars) -> Prepared:
    """Lines in the order as typed; ordinary lots unless every line has a lot of its own."""
    typed = sorted(lines, key=lambda line: line.ordinal)
    goods = [Goods(_not_own(line), line.accepted, line.rejected, line.reason) for line in typed]
    return ledger.stock.receive(
        SiteId(act.document.to),
        act.document.from_,
        goods,
        keeper=act.sender,
        supplier=act.other,
        approver=act.approver,
        qualification=act.document.qualification,
        held=all(is_own(row) for row in act.rows),
        particulars=says,
    )


def _not_own(line: ReceiptLine) -> Any:
    attributes = line.attributes
    return type(attributes)(
        item=attributes.item,
        source=attributes.source,
        batch=attributes.batch,
        made=attributes.made,
        expires=attributes.expires,
    )


def _about_another(ledger: Ledger, act: Act, lines: list[Line], says: Particulars) -> Prepared:
    document, key = act.document, act.reference_id
    if act.kind is Kind.REVERSAL:
        assert act.original is not None
        return ledger.stock.reverse(
            key,
            act.original,
            keeper=act.sender,
            other=act.other,
            approver=cast(Party, act.approver),
            particulars=says,
        )
    assert act.consignment is not None
    return ledger.stock.step(
        act.kind,
        key,
        SiteId(document.from_),
        SiteId(document.to),
        act.consignment,
        lines,
        sender=act.sender,
        approver=act.approver,
        particulars=says,
    )
