"""Documents of the stock ledger and proposals: delivered and not approved, delivered and not shown.

The ledger takes any reference of type 4; whether a delivery is one that was approved, `Reallocation` says
when somebody shows it. A document that it would not take is named here, with why; one that it would take, or
that answers a delivery it took, when nobody has shown it for a day: until then goods stay reserved that have
left, and a request stays open that was answered.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.allocation import PROPOSAL_NAMES, REFERENCE_PROPOSAL, DeliveryState, ProposalState
from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import moment, short
from ledger_client.audit.findings import SHOWING_DAYS, Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold.allocation_records import Delivery, Proposal, Request
from ledger_client.fold.records import RecordedDocument
from ledger_client.reasons import FOUND_AT_RECEIVER
from ledger_client.words import REFERENCE_CONSIGNMENT, split_words, unpack_head

_ID_248 = (1 << 248) - 1
_LEAVING = frozenset({Kind.DISPATCH, Kind.HAND_OVER})
_ANSWERING = frozenset({Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN})
_Sentence = tuple[str, str]
"""In English and Chinese."""


# ---------------------------------------------------------------------------------------------- not approved


def deliveries_not_approved(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield dispatches and hand-overs that name a proposal on which they do not deliver.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for document in _naming_proposals(replay):
        if reason := why_not_taken(replay, document, offset):
            name = short(document.reference & _ID_248)
            en, zh = (
                f"no delivery on proposal {name}: {reason[0]}",
                f"不属于调剂方案 {name} 的交付：{reason[1]}",
            )
            yield _finding(FindingKind.DELIVERY_NOT_APPROVED, document, en, zh, document.recorded_at)


def why_not_taken(replay: Replay, document: RecordedDocument, offset: int) -> _Sentence | None:
    """Return why Reallocation does not take a document as a delivery, as it stands now.

    Args:
        replay: The ledger.
        document: A dispatch or hand-over that names a proposal; reversed or not.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Returns:
        None where it took or would take it.
    """
    if replay.state.deliveries[document.key] is not None:
        return None
    proposal = replay.state.proposals[document.reference & _ID_248]
    if proposal is None:
        return "nobody made it", "该方案不存在"
    request = replay.state.requests[proposal.request]
    if request is None or not proposal.approved_at:
        en, zh = PROPOSAL_NAMES[ProposalState(proposal.state)]
        return f"never approved; it is {en}", f"从未获批准（{zh}）"
    return (
        _elsewhere(document, proposal, request)
        or _of_another_item(replay, document, request)
        or _outside(document, proposal, request, offset)
        or _above(document, proposal)
    )


def _elsewhere(document: RecordedDocument, proposal: Proposal, request: Request) -> _Sentence | None:
    went, approved = (document.from_site, document.to_site), (proposal.giver, request.site)
    if went == approved:
        return None
    return (
        f"it goes from {went[0]} to {went[1]}, approved was from {approved[0]} to {approved[1]}",
        f"自 {went[0]} 至 {went[1]}，而批准的是自 {approved[0]} 至 {approved[1]}",
    )


def _of_another_item(replay: Replay, document: RecordedDocument, request: Request) -> _Sentence | None:
    items = {
        replay.lots[unpack_head(word).lot.to_bytes(20, "big")].item for word in split_words(document.lines)
    }
    other = min(items - {request.item}, default=None)
    if other is None:
        return None
    return f"it holds item {other}, approved was {request.item}", f"含物品 {other}，而批准的是 {request.item}"


def _outside(
    document: RecordedDocument, proposal: Proposal, request: Request, offset: int
) -> _Sentence | None:
    """Why it is said to have occurred when nothing was approved; a day gets the benefit of the doubt."""
    end = document.occurred_at + (SECONDS_A_DAY - 1 if document.is_day_only else 0)
    latest = min(request.needed_by, proposal.ended_at or request.needed_by)
    if end < proposal.approved_at:
        occurred, bound = moment(end, offset), moment(proposal.approved_at, offset)
        return (
            f"it occurred at {occurred.en}, before the approval at {bound.en}",
            f"发生于 {occurred.zh}，早于批准时间 {bound.zh}",
        )
    if document.occurred_at > latest:
        occurred, bound = moment(document.occurred_at, offset), moment(latest, offset)
        return (
            f"it occurred at {occurred.en}, after the proposal was over at {bound.en}",
            f"发生于 {occurred.zh}，晚于方案终止时间 {bound.zh}",
        )
    return None


def _above(document: RecordedDocument, proposal: Proposal) -> _Sentence | None:
    units = _units(document)
    if units <= proposal.remaining:
        return None
    return (
        f"it holds {units} base units, {proposal.remaining} of what was approved remained",
        f"含 {units} 个基本单位，而批准数量仅余 {proposal.remaining}",
    )


# ---------------------------------------------------------------------------------------------- not shown


def deliveries_not_shown(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Yield documents that would change a proposal or request, and that nobody has shown for a day.

    Args:
        replay: The ledger.
        time: Block time of the audit, seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for document, since in _to_be_shown(replay, offset):
        late = since + SHOWING_DAYS * SECONDS_A_DAY
        if time > late:
            from_ = moment(since, offset)
            yield _finding(
                FindingKind.DELIVERY_NOT_SHOWN,
                document,
                f"Reallocation would take it since {from_.en}, and nobody has shown it",
                f"自 {from_.zh} 起即可向调剂合约出示，至今无人出示",
                late,
            )


def _to_be_shown(replay: Replay, offset: int) -> Iterator[tuple[RecordedDocument, int]]:
    """Give documents that nobody has shown, with the block time since which they can be shown."""
    for document in _naming_proposals(replay):
        proposal = replay.state.proposals[document.reference & _ID_248]
        is_shown = replay.state.deliveries[document.key] is not None
        if proposal is None or is_shown or document.reversed_by:
            continue
        if why_not_taken(replay, document, offset) is None:
            yield document, max(document.recorded_at, proposal.approved_at)
    for key, delivery in replay.state.deliveries.items():  # type: ignore[attr-defined]
        dispatch = replay.state.documents[key]
        if dispatch is not None and dispatch.reversed_by and delivery.state != DeliveryState.REVERSED:
            reversal = replay.documents[dispatch.reversed_by]
            yield reversal, reversal.recorded_at
    for document in replay.documents.values():
        delivery = _answered(replay, document)
        if delivery is not None and replay.state.answers[document.key] is None:
            if document.kind in _ANSWERING and delivery.state == DeliveryState.DISPATCHED:
                yield document, max(document.recorded_at, delivery.shown_at)
            # A settlement that found nothing at the receiver changes nothing.
            elif _settled(document) and delivery.state == DeliveryState.ANSWERED:
                yield document, max(document.recorded_at, delivery.answered_at)


def _answered(replay: Replay, document: RecordedDocument) -> Delivery | None:
    """Return the delivery that was shown and that a document answers or settles; None where it is none."""
    if document.reference >> 248 != REFERENCE_CONSIGNMENT:
        return None
    return replay.state.deliveries[document.reference & _ID_248]


def _settled(document: RecordedDocument) -> int:
    """Return what a settlement found at the receiver, base units."""
    if document.kind != Kind.SETTLEMENT:
        return 0
    heads = map(unpack_head, split_words(document.lines))
    return sum(head.quantity for head in heads if head.reason == FOUND_AT_RECEIVER)


# ---------------------------------------------------------------------------------------------- both


def _naming_proposals(replay: Replay) -> Iterator[RecordedDocument]:
    for document in replay.documents.values():
        if document.kind in _LEAVING and document.reference >> 248 == REFERENCE_PROPOSAL:
            yield document


def _units(document: RecordedDocument) -> int:
    return sum(unpack_head(word).quantity for word in split_words(document.lines))


def _finding(kind: FindingKind, document: RecordedDocument, en: str, zh: str, since: int) -> Finding:
    site = document.recording_site
    return Finding(kind, site, 0, document.key, owner_of(site), en, zh, since)
