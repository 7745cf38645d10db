"""What requests and proposals show: too late, above the norm, or given although nobody had counted."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.allocation import NORMS_WITHOUT_REASON, ProposalState
from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import day, reason, short
from ledger_client.audit.findings import Finding, FindingKind, above, owner_of
from ledger_client.fold.allocation_records import Proposal, Request


def findings_of_reallocation(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Yield what requests and proposals show.

    Args:
        replay: The ledger.
        time: Block time of the audit, seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for key, request in replay.state.requests.items():  # type: ignore[attr-defined]
        if request.is_flagged:
            yield _flagged(key, request)
        if time > request.needed_by and not request.is_covered and not request.is_withdrawn:
            yield _unanswered(key, request, offset)
    for key, proposal in replay.state.proposals.items():  # type: ignore[attr-defined]
        asked = replay.state.requests[proposal.request]
        if asked is None:
            continue
        if proposal.stale_reason:
            yield _stale(key, proposal, asked)
        over = min(asked.needed_by, asked.withdrawn_at or asked.needed_by)
        is_over = time > asked.needed_by or asked.is_withdrawn
        if proposal.state == ProposalState.APPROVED and proposal.remaining and is_over:
            yield _not_delivered(key, proposal, asked, over, offset)


def _flagged(key: int, request: Request) -> Finding:
    en, zh = reason(request.reason)
    return Finding(
        FindingKind.FLAGGED_REQUEST,
        request.site,
        0,
        0,
        owner_of(request.site),
        f"request {short(key)} asks for {request.quantity} base units of item {request.item}, more than "
        f"{NORMS_WITHOUT_REASON} times the floor of {request.floor}: {en}",
        f"申请 {short(key)} 需物品 {request.item} {request.quantity} 个基本单位，"
        f"超过保底量 {request.floor} 的 {NORMS_WITHOUT_REASON} 倍：{zh}",
        request.made_at,
    )


def _unanswered(key: int, request: Request, offset: int) -> Finding:
    """The community has asked: the street, the lowest division that approves, answers for it."""
    needed_by = day(request.needed_by, offset)
    return Finding(
        FindingKind.REQUEST_UNANSWERED,
        request.site,
        0,
        0,
        above(owner_of(request.site), 1),
        f"of {request.quantity} base units of item {request.item}, needed by {needed_by.en}, "
        f"{request.accepted} were accepted (request {short(key)})",
        f"物品 {request.item} 需 {request.quantity} 个基本单位，时限 {needed_by.zh}，"
        f"已验收 {request.accepted}（申请 {short(key)}）",
        request.needed_by,
    )


def _stale(key: int, proposal: Proposal, request: Request) -> Finding:
    en, zh = reason(proposal.stale_reason)
    return Finding(
        FindingKind.STALE_GIVER,
        proposal.giver,
        0,
        0,
        owner_of(proposal.giver),
        f"{proposal.quantity} base units of item {request.item} were approved to leave although its "
        f"count was overdue: {en} (proposal {short(key)})",
        f"盘点逾期仍批准调出物品 {request.item} {proposal.quantity} 个基本单位：{zh}"
        f"（调剂方案 {short(key)}）",
        proposal.approved_at,
    )


def _not_delivered(key: int, proposal: Proposal, request: Request, over: int, offset: int) -> Finding:
    ended = day(over, offset)
    return Finding(
        FindingKind.APPROVED_NOT_DELIVERED,
        proposal.giver,
        0,
        0,
        owner_of(proposal.giver),
        f"{proposal.remaining} of {proposal.quantity} base units of item {request.item} are still reserved "
        f"for proposal {short(key)}, whose time was over on {ended.en}",
        f"调剂方案 {short(key)} 已于 {ended.zh}到期，"
        f"物品 {request.item} 仍预留 {proposal.remaining} 个基本单位（共 {proposal.quantity}）",
        over,
    )
