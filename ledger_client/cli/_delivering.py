"""`shecang reallocate deliver`: which document delivers on a proposal, and what is refused before it is sent.

What the contract would refuse to count is refused here in the contract's own sentence, before goods leave:
another item, more than is left of what was approved, or a time outside of the proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import ProposalState
from ledger_client.cli import _acts as acts
from ledger_client.cli._allocation import now_of, proposal_at, whole_request
from ledger_client.cli._goods import lot_at_site, parse_line
from ledger_client.cli._office import Office
from ledger_client.deliveries import Delivery, lots_of, reference_to
from ledger_client.digests import document_key
from ledger_client.documents import Kind, Timestamp, moment_at
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId
from ledger_client.lines import Line
from ledger_client.reverts.deliveries import ReallocationDeliveryAboveError, ReallocationDeliveryOutsideError
from ledger_client.reverts.reallocation import ReallocationLotOtherError, ReallocationStateWrongError
from ledger_client.roles import Role
from ledger_client.seats import common_place
from ledger_client.words import split_words, unpack_head

if TYPE_CHECKING:
    from ledger_client.index.allocation import AllocationReader, ProposalAt, WholeRequest
    from ledger_client.ledger import Ledger
    from ledger_client.stock import Particulars
    from ledger_client.writing import Prepared


class DeadlineMissingError(UsageError):
    """Goods are sent without a time for the answer."""

    en = (
        "proposal {proposal} needs to be told how the goods travel: --deadline DAY for a dispatch that the "
        "receiver answers by then, or --hand-over where both keepers are there"
    )
    zh = (
        "方案 {proposal} 须说明如何交付：发运请用 --deadline 日期（接收方答复期限），"
        "双方当面交接请用 --hand-over"
    )


class ReceiverMissingError(UsageError):
    """A hand-over has no receiver."""

    en = "a hand-over is signed by the receiver's keeper too: name the key with --receiver"
    zh = "交接须由接收方保管员会签：请用 --receiver 指定其密钥"


class LotsUsedUpError(UsageError):
    """Of the lots as proposed nothing is left, because other deliveries took them."""

    en = "the lots of proposal {proposal} have left, and more was approved: name with --line what leaves now"
    zh = "方案 {proposal} 所列批次均已交付，而批准量尚有余：请用 --line 说明本次调出的批次"


class PreparedDocumentError(UsageError):
    """Something was said of a document to which an approver consented already."""

    en = (
        "the approver of proposal {proposal} consented to a prepared {kind}, which is sent as it stands: "
        "leave {options} out, or have an approver sign another document with --approver"
    )
    zh = (
        "方案 {proposal} 的审批人已会签备好的{kind}单据，须原样发出：请去掉 {options}，"
        "或用 --approver 另行会签"
    )


class ConsentOverError(UsageError):
    """The consent to a prepared document counts no longer."""

    en = (
        "the approver's consent to the prepared document of proposal {proposal} ended {until}: have an "
        "approver sign another one with --approver"
    )
    zh = "方案 {proposal} 备好单据的会签已于 {until} 失效：请由审批人用 --approver 另行会签"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a delivery.

    Attributes:
        is_hand_over: Whether both keepers are there.
        deadline: Of a dispatch, seconds; None where not given.
        lines: LOT=QUANTITY; none for those that were proposed.
        keeper: Key of the giver's keeper.
        receiver: Key of the receiver's keeper, of a hand-over.
        approver: Key of an approver who consents now.
        said: The rest.
    """

    is_hand_over: bool
    deadline: int | None
    lines: Sequence[str]
    keeper: str
    receiver: str | None
    approver: str | None
    said: acts.Said


def delivery_call(
    office: Office, ledger: Ledger, reader: AllocationReader, key: int, typed: Typed
) -> Prepared:
    """Return the document that delivers on a proposal.

    Raises:
        ReallocationStateWrongError: It was not approved, or is over.
        ReallocationLotOtherError: A lot is of another item.
        ReallocationDeliveryAboveError: More would leave than is left of it.
        ReallocationDeliveryOutsideError: At that time it counts no longer, or not yet.
        PreparedDocumentError: Its document is prepared, and something else was typed.
    """
    at = now_of(ledger)
    found = proposal_at(reader, key, at)
    whole = whole_request(reader, found.proposal.request)
    _require_approved(found)
    prepared = _prepared(ledger, found, whole)
    if prepared is not None and typed.approver is None:
        return _as_consented(office, ledger, found, prepared, typed)
    return _as_typed(office, ledger, found, whole, typed)


def _require_approved(found: ProposalAt) -> None:
    if found.state is not ProposalState.APPROVED:
        raise ReallocationStateWrongError(proposal=found.key, state=found.state)


def _prepared(ledger: Ledger, found: ProposalAt, whole: WholeRequest) -> Delivery | None:
    """Return the document to which the approver consented, None where there is none or it was sent."""
    consent = whole.consents.get(found.key)
    if consent is None:
        return None
    sent = ledger.index().document(document_key(found.proposal.giver, consent.client_id))
    return None if sent else Delivery.of(found.key, whole.request, found.proposal, consent)


def _as_consented(
    office: Office, ledger: Ledger, found: ProposalAt, delivery: Delivery, typed: Typed
) -> Prepared:
    is_hand_over = delivery.kind is Kind.HAND_OVER
    said = {
        "--line": bool(typed.lines),
        "--deadline": typed.deadline is not None,
        "--hand-over": typed.is_hand_over and not is_hand_over,
        "--occurred": typed.said.occurred is not None,
        "--note": typed.said.note is not None,
    }
    too_much = [option for option, was_typed in said.items() if was_typed]
    if too_much:
        raise PreparedDocumentError(
            proposal=_short(found.key), kind=delivery.kind.label, options=", ".join(too_much)
        )
    document = delivery.document
    until = delivery.consent.valid_until
    if until < now_of(ledger):
        shown = moment_at(until, ledger.deployment.offset).strftime("%Y-%m-%d %H:%M")
        raise ConsentOverError(proposal=_short(found.key), until=shown)
    _require_left(found, sum(head.quantity for head in map(unpack_head, split_words(document.lines))))
    _require_in_time(found, document.occurred_at)
    giver, receiver = found.proposal.giver, found.request.site
    return ledger.reallocation.deliver(
        delivery,
        keeper=acts.keeper_of(office, ledger, typed.keeper, giver),
        receiver=_receiver(office, ledger, typed, receiver) if is_hand_over else None,
    )


def _as_typed(
    office: Office, ledger: Ledger, found: ProposalAt, whole: WholeRequest, typed: Typed
) -> Prepared:
    giver, receiver = SiteId(found.proposal.giver), SiteId(found.request.site)
    if not typed.is_hand_over and typed.deadline is None:
        raise DeadlineMissingError(proposal=_short(found.key))
    lots = (
        lots_of_item(ledger, giver, found.request.item, typed.lines)
        if typed.lines
        else _lots_left(ledger, found, whole)
    )
    _require_left(found, sum(lots.values()))
    particulars = _particulars(ledger, found, typed.said)
    _require_in_time(found, particulars.occurred_at or Timestamp(now_of(ledger)))
    lines = [Line(lot, units) for lot, units in lots.items()]
    keeper = acts.keeper_of(office, ledger, typed.keeper, giver)
    approver = _approver(office, ledger, typed, giver, receiver)
    if typed.is_hand_over:
        return ledger.stock.hand_over(
            giver,
            receiver,
            lines,
            keeper=keeper,
            receiver=_receiver(office, ledger, typed, receiver),
            approver=approver,
            particulars=particulars,
        )
    return ledger.stock.dispatch(
        giver,
        receiver,
        lines,
        deadline=typed.deadline or 0,
        keeper=keeper,
        approver=approver,
        particulars=particulars,
    )


def _particulars(ledger: Ledger, found: ProposalAt, said: acts.Said) -> Particulars:
    particulars = replace(said.particulars(ledger), reference=reference_to(found.key))
    approved_at = found.proposal.approved_at
    if particulars.occurred_at is None and now_of(ledger) < approved_at:
        # The clock of this machine may be a little behind the block that approved.
        return replace(particulars, occurred_at=Timestamp(approved_at))
    return particulars


def _receiver(office: Office, ledger: Ledger, typed: Typed, site: int) -> Any:
    if typed.receiver is None:
        raise ReceiverMissingError()
    return acts.keeper_of(office, ledger, typed.receiver, site)


def _approver(office: Office, ledger: Ledger, typed: Typed, *sites: int) -> Any:
    if typed.approver is None:
        return None
    return office.party(ledger, typed.approver, Role.APPROVER, common_place(*sites))


def lots_of_item(ledger: Ledger, giver: int, asked: int, typed: Sequence[str]) -> dict[int, int]:
    """Return typed lots with their base units; they lie at the giver and are of the item asked for.

    Raises:
        LineFormError: A line has another form.
        IdUnknownError: The giver holds no such lot.
        ReallocationLotOtherError: A lot is of another item.
    """
    index = ledger.index()
    here = acts.lots_here(ledger, giver)
    lots: dict[int, int] = {}
    for text in typed:
        each = parse_line(text)
        lot = lot_at_site(each.lot, giver, here)
        record = index.lot(lot)
        item = record.item if record else 0
        if item != asked:
            raise ReallocationLotOtherError(lot=lot, item=item, asked=asked)
        lots[lot] = lots.get(lot, 0) + each.quantity
    return lots


def _lots_left(ledger: Ledger, found: ProposalAt, whole: WholeRequest) -> dict[int, int]:
    """Return what is left of the lots as proposed, in their order, at most what is left of the proposal."""
    _require_left(found, 1)
    index = ledger.index()
    lots = lots_of(found.proposal.lines)
    for key, delivery in whole.deliveries.items():
        document = index.document(key)
        if delivery.proposal != found.key or document is None or delivery.reversed_at:
            continue
        for head in map(unpack_head, split_words(document.lines)):
            if head.lot in lots:
                lots[head.lot] = max(0, lots[head.lot] - head.quantity)
    left, found_lots = found.proposal.remaining, {}
    for lot, units in lots.items():
        taken = min(units, left)
        left -= taken
        if taken:
            found_lots[lot] = taken
    if not found_lots:
        raise LotsUsedUpError(proposal=_short(found.key))
    return found_lots


def _require_left(found: ProposalAt, units: int) -> None:
    """Refuse more than is left of what was approved."""
    remaining = found.proposal.remaining
    if units > remaining:
        raise ReallocationDeliveryAboveError(proposal=found.key, remaining=remaining, delivered=units)


def _require_in_time(found: ProposalAt, occurred: Timestamp) -> None:
    """Refuse what is said to have occurred before the approval or after the day of need."""
    earliest, latest = found.proposal.approved_at, found.request.needed_by
    last = occurred.end - 1 if occurred.is_day_only else occurred.seconds
    if last < earliest or occurred.seconds > latest:
        raise ReallocationDeliveryOutsideError(
            proposal=found.key, occurred_at=occurred.seconds, earliest=earliest, latest=latest
        )


def _short(key: int) -> str:
    return f"{key:062x}"[:8]
