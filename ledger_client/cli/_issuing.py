"""`shecang request issue`: which lots go to the consignee of a request, and what is refused before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger_client.cli import _acts as acts
from ledger_client.cli._allocation import Words, whole_request
from ledger_client.cli._delivering import lots_of_item
from ledger_client.cli._office import Office
from ledger_client.errors import RefusedError, UsageError
from ledger_client.identifiers import ConsigneeId, SiteId
from ledger_client.issuing import Issuing, reference_to_request
from ledger_client.language import tr
from ledger_client.lines import Line

if TYPE_CHECKING:
    from ledger_client.index.allocation import AllocationReader, WholeRequest
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Prepared


class ConsigneeMissingError(UsageError):
    """A request says of nobody that its goods will be issued to them."""

    en = "request {request} names no consignee: its goods are stock of site {site}; use `shecang stock issue`"
    zh = "申请 {request} 未指明领用单位，物资属储备点 {site} 的库存：请用 `shecang stock issue`"


class NothingWaitsError(RefusedError):
    """Nothing waits to be issued."""

    en = (
        "nothing of request {request} waits to be issued: {arrived} base units were accepted for it and "
        "{issued} issued; accept what is on its way first, or use `shecang stock issue` for other stock"
    )
    zh = (
        "申请 {request} 没有待发放的物资：已验收 {arrived}（基本单位），已发放 {issued}；"
        "请先验收在途物资，其他库存请用 `shecang stock issue`"
    )


class MoreThanWaitsError(RefusedError):
    """More is to be issued than arrived for the request and was not issued yet."""

    en = (
        "{units} base units would be issued, and of request {request} {waiting} wait: {arrived} were "
        "accepted for it and {issued} issued; issue less, or use `shecang stock issue` for other stock"
    )
    zh = (
        "拟发放 {units}（基本单位），而申请 {request} 待发放量为 {waiting}：已验收 {arrived}，"
        "已发放 {issued}；请减少数量，其他库存请用 `shecang stock issue`"
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of an issue.

    Attributes:
        lines: LOT=QUANTITY; none for all that waits.
        keeper: Key of the site's keeper.
        approver: Key of an approver, for a late one.
        said: The rest.
    """

    lines: Sequence[str]
    keeper: str
    approver: str | None
    said: acts.Said


def issuing_of(ledger: Ledger, reader: AllocationReader, whole: WholeRequest) -> Issuing:
    """Return what arrived for a request and what of it was issued."""
    index = ledger.index()
    documents = {}
    for key in (*whole.deliveries, *whole.answers):
        document = index.document(key)
        if document is not None:  # the index folded it before it was shown
            documents[key] = document
    return Issuing.of(whole, documents, reader.issues(whole.key))


def issued_text(words: Words, whole: WholeRequest, issuing: Issuing) -> str:
    """Return how much was issued to the consignee of a request, and how much of it waits at the site."""
    item, whom = whole.request.item, words.consignee(whole.request.consignee)
    issued = words.quantity(sum(issuing.issued.values()), item)
    waiting = words.quantity(issuing.units_waiting, item)
    return tr(
        f"Issued to {whom}: {issued}. Waiting for it: {waiting}.",
        f"已发放给{whom} {issued}；待发放 {waiting}。",
    )


def issue_call(office: Office, ledger: Ledger, reader: AllocationReader, key: int, typed: Typed) -> Prepared:
    """Return the issue to a request's consignee.

    Raises:
        ConsigneeMissingError: The request names none.
        NothingWaitsError: Nothing arrived for it that was not issued.
        MoreThanWaitsError: More was typed than waits.
        ReallocationLotOtherError: A lot is of another item.
    """
    whole = whole_request(reader, key)
    request = whole.request
    name, site = f"{key:062x}"[:8], SiteId(request.site)
    if not request.consignee:
        raise ConsigneeMissingError(request=name, site=f"{request.site:015d}")
    issuing = issuing_of(ledger, reader, whole)
    lots = lots_of_item(ledger, site, request.item, typed.lines) if typed.lines else issuing.waiting
    _require_waiting(name, sum(lots.values()), issuing)
    return ledger.stock.issue(
        site,
        ConsigneeId(request.consignee),
        [Line(lot, quantity) for lot, quantity in lots.items()],
        keeper=acts.keeper_of(office, ledger, typed.keeper, request.site),
        approver=acts.approver_of(office, ledger, typed.approver, request.site),
        particulars=replace(typed.said.particulars(ledger), reference=reference_to_request(key)),
    )


def _require_waiting(request: str, units: int, issuing: Issuing) -> None:
    waiting = issuing.units_waiting
    counts = {"arrived": sum(issuing.arrived.values()), "issued": sum(issuing.issued.values())}
    if not waiting:
        raise NothingWaitsError(request=request, **counts)
    if units > waiting:
        raise MoreThanWaitsError(request=request, units=units, waiting=waiting, **counts)
