"""How documents that were shown to Reallocation change proposals, requests and what is reserved.

What a document says is taken from the document itself, as the stock ledger recorded it before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger_client.allocation import REFERENCE_PROPOSAL, DeliveryState, ProposalState
from ledger_client.documents import Kind
from ledger_client.events import DeliveryReversed, DeliveryShown
from ledger_client.fold._directory import known
from ledger_client.fold._errors import EventRefusedError
from ledger_client.fold._norms import refused, require_same
from ledger_client.fold._reallocation import enter, proposal_of, request_of, reserve, with_counts
from ledger_client.fold.allocation_records import Answer, Delivery, RequestStep
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.state import State
from ledger_client.reasons import FOUND_AT_RECEIVER
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference, split_words, unpack_head

_LEAVES = (Kind.DISPATCH, Kind.HAND_OVER)
_ANSWERS = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN)


def fold_delivery_shown(state: State, event: DeliveryShown) -> None:
    """Note what left the giver with a document, or what was accepted at the receiver with it."""
    document: RecordedDocument = known(
        state.documents[event.document], event, f"document {event.document:062x}"
    )
    require_same(event, "the kind", "单据类型", event.kind.name, Kind(document.kind).name)
    if document.reversed_by:
        raise _wrong(event, "was reversed", "已冲销")
    if event.kind in _LEAVES:
        _show_delivery(state, event, document)
    elif event.kind in _ANSWERS or event.kind is Kind.SETTLEMENT:
        _show_answer(state, event, document)
    else:
        raise _wrong(event, "says nothing of a proposal", "与方案无关")
    enter(
        state,
        event,
        RequestStep.SHOWN,
        about=event.document,
        actor=event.caller,
        quantity=event.delivered or event.accepted,
        recorded_at=event.recorded_at,
    )


def _show_delivery(state: State, event: DeliveryShown, document: RecordedDocument) -> None:
    request, proposal = request_of(state, event), proposal_of(state, event)
    if state.deliveries[event.document] is not None:
        raise refused(event, "it was shown before", "此前已出示")
    if not proposal.approved_at:
        raise refused(event, "the proposal was never approved", "该方案从未获批准")
    units = _sum(document)
    handed_over = event.kind is Kind.HAND_OVER
    reference = pack_reference(REFERENCE_PROPOSAL, event.proposal)
    require_same(event, "the reference", "引用", f"{reference:#x}", f"{document.reference:#x}")
    require_same(
        event,
        "what it is about",
        "内容",
        (event.delivery, event.delivered, event.accepted),
        (event.document, units, units if handed_over else 0),
    )
    sites = document.from_site, document.to_site
    require_same(event, "from where to where it goes", "起讫储备点", (proposal.giver, request.site), sites)
    if units > proposal.remaining:
        raise refused(event, f"only {proposal.remaining} remained", f"批准数量仅余 {proposal.remaining}")

    is_approved = proposal.state == ProposalState.APPROVED
    state.proposals[event.proposal] = replace(proposal, remaining=proposal.remaining - units)
    if is_approved:
        reserve(state, event, proposal.giver, request.item, -units)
    state.requests[event.request] = with_counts(
        event,
        request,
        promised=(0 if is_approved else units) - (units if handed_over else 0),
        accepted=units if handed_over else 0,
    )
    state.deliveries[event.document] = Delivery(
        request=event.request,
        proposal=event.proposal,
        kind=int(event.kind),
        state=int(DeliveryState.ANSWERED if handed_over else DeliveryState.DISPATCHED),
        quantity=units,
        accepted=event.accepted,
        shown_by=event.caller,
        shown_at=event.recorded_at,
        answered_at=event.recorded_at if handed_over else 0,
        reversed_at=0,
    )


def _show_answer(state: State, event: DeliveryShown, document: RecordedDocument) -> None:
    request, delivery = request_of(state, event), _delivery_of(state, event, event.delivery)
    is_settlement = event.kind is Kind.SETTLEMENT
    reference = pack_reference(REFERENCE_CONSIGNMENT, event.delivery)
    require_same(event, "the reference", "引用", f"{reference:#x}", f"{document.reference:#x}")
    expected = DeliveryState.ANSWERED if is_settlement else DeliveryState.DISPATCHED
    require_same(event, "the delivery", "交付状态", expected.name, DeliveryState(delivery.state).name)
    if state.answers[event.document] is not None:
        raise refused(event, "it was shown before", "此前已出示")
    accepted = _accepted_with(event.kind, document, delivery)
    require_same(event, "what it comes to", "数量", (event.delivered, event.accepted), (0, accepted))

    promised = 0 if is_settlement else -delivery.quantity
    state.requests[event.request] = with_counts(event, request, accepted=accepted, promised=promised)
    state.deliveries[event.delivery] = replace(
        delivery,
        state=int(DeliveryState.ANSWERED),
        accepted=delivery.accepted + accepted,
        answered_at=delivery.answered_at or event.recorded_at,
    )
    state.answers[event.document] = Answer(
        delivery=event.delivery,
        kind=int(event.kind),
        accepted=accepted,
        shown_by=event.caller,
        shown_at=event.recorded_at,
    )


def _accepted_with(kind: Kind, document: RecordedDocument, delivery: Delivery) -> int:
    """Return the base units that were accepted at the receiver with an answer to a dispatch."""
    if kind is Kind.ACCEPTANCE:
        return delivery.quantity - _sum(document)
    if kind is Kind.SETTLEMENT:
        heads = map(unpack_head, split_words(document.lines))
        return sum(head.quantity for head in heads if head.reason == FOUND_AT_RECEIVER)
    return 0


def fold_delivery_reversed(state: State, event: DeliveryReversed) -> None:
    """Take back what a delivery changed that was reversed after it was shown."""
    document: RecordedDocument = known(
        state.documents[event.document], event, f"document {event.document:062x}"
    )
    if not document.reversed_by:
        raise _wrong(event, "stands", "未被冲销")
    delivery = _delivery_of(state, event, event.document)
    request, proposal = request_of(state, event), proposal_of(state, event)
    require_same(event, "the quantity", "数量", event.quantity, delivery.quantity)
    # The ledger reverses no dispatch that was answered: what is answered and reversed is a hand-over.
    handed_over = delivery.state == DeliveryState.ANSWERED
    if not handed_over and delivery.state != DeliveryState.DISPATCHED:
        raise refused(event, "its reversal was shown before", "其冲销此前已出示")

    units = delivery.quantity
    is_approved = proposal.state == ProposalState.APPROVED
    state.proposals[event.proposal] = replace(proposal, remaining=proposal.remaining + units)
    if is_approved:
        reserve(state, event, proposal.giver, request.item, units)
        promised = units if handed_over else 0
    else:
        promised = 0 if handed_over else -units
    accepted = -units if handed_over else 0
    state.requests[event.request] = with_counts(event, request, promised=promised, accepted=accepted)
    state.deliveries[event.document] = replace(
        delivery,
        state=int(DeliveryState.REVERSED),
        accepted=0,
        reversed_at=event.recorded_at,
    )
    enter(
        state,
        event,
        RequestStep.REVERSED,
        about=event.document,
        actor=event.caller,
        quantity=units,
        recorded_at=event.recorded_at,
    )


def _delivery_of(state: State, event: Any, key: int) -> Delivery:
    """Return a delivery that an earlier event showed, for the same proposal and request."""
    found: Delivery = known(state.deliveries[key], event, f"delivery {key:062x}")
    told, expected = (event.proposal, event.request), (found.proposal, found.request)
    require_same(event, "the proposal", "方案", *(f"{one:062x}, {two:062x}" for one, two in (told, expected)))
    return found


def _wrong(event: DeliveryShown | DeliveryReversed, en: str, zh: str) -> EventRefusedError:
    key = f"{event.document:062x}"
    return refused(event, f"document {key} {en}", f"单据 {key} {zh}")


def _sum(document: RecordedDocument) -> int:
    """Return the base units of a document whose lines have one word."""
    return sum(unpack_head(word).quantity for word in split_words(document.lines))
