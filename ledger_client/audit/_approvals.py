"""Approvals computed again: whether a proposal could be approved with what was there at that moment.

Level, floor, what was reserved, notice, overdue counts and emergencies follow from events before, and the
fold refuses an approval that says otherwise: then the events cannot be the whole truth. What the fold takes
as told is looked at here: the usable stock of the listed lots, and what was to be covered by it. Honest code
approves nothing that this finds, so that each is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.allocation import SHARE_WHOLE, district_of, ruling_terms
from ledger_client.audit._saying import moment, short
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.events import LedgerEvent, ProposalApproved
from ledger_client.fold import State
from ledger_client.fold.allocation_records import Proposal, Request
from ledger_client.identifiers import SiteId
from ledger_client.words import QUANTITY_LIMIT, split_words

if TYPE_CHECKING:
    from ledger_client.audit._replay import Replay

_LOT_AT = 96
_MOST = QUANTITY_LIMIT - 1
"""The highest quantity there is, which stands for all above it."""


@dataclass(frozen=True, slots=True)
class SeenApproval:
    """What was there when a proposal was approved, by all events before.

    Attributes:
        stock: Of each listed lot of the item that nothing is against but perhaps its date: the last day on
            which it may be used, and the base units at the giver.
        share: Callable share of the giver's usable stock, basis points.
        is_withdrawn: Whether the request had been withdrawn.
    """

    stock: tuple[tuple[int, int], ...]
    share: int
    is_withdrawn: bool


def approvals_in(event: LedgerEvent, state: State) -> dict[int, SeenApproval]:
    """Return what was there when a proposal was approved, where an event just folded says that one was."""
    if not isinstance(event, ProposalApproved):
        return {}
    proposal = state.proposals[event.proposal]
    request = state.requests[event.request]
    if proposal is None or request is None:
        return {}  # which the fold refuses
    ruling = ruling_terms(
        SiteId(proposal.giver), event.approval.recorded_at, lambda *key: state.terms[key] or 0
    )
    share = ruling[1].share if ruling is not None else 0
    stock = tuple(_stock_of(state, proposal, request.item))
    return {event.proposal: SeenApproval(stock, share, request.is_withdrawn)}


def _stock_of(state: State, proposal: Proposal, item: int) -> Iterator[tuple[int, int]]:
    for line in split_words(proposal.lines):
        lot = (line >> _LOT_AT).to_bytes(20, "big")
        record, word = state.lots[lot], state.balances[proposal.giver, lot] or 0
        # A balance above the highest quantity has the flag of what is held at the site.
        if record is not None and record.item == item and not record.status and word <= _MOST:
            yield record.use_until, word


def impossible_approvals(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield approvals of what could not be approved, each with the first reason in the contract's order.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for key, seen in replay.approvals.items():
        proposal = replay.state.proposals[key]
        request = replay.state.requests[proposal.request] if proposal is not None else None
        if proposal is None or request is None:
            continue
        has_consent = replay.state.consents[key] is not None
        if reason := _against(seen, proposal, request, offset, has_consent):
            name = short(key)
            yield Finding(
                FindingKind.APPROVAL_IMPOSSIBLE,
                proposal.giver,
                0,
                0,
                owner_of(proposal.giver),
                f"proposal {name} was approved although {reason[0]}",
                f"调剂方案 {name} 获批准，但{reason[1]}",
                proposal.approved_at,
            )


def _against(
    seen: SeenApproval, proposal: Proposal, request: Request, offset: int, has_consent: bool
) -> tuple[str, str] | None:
    """Return what is against an approval in both languages; None where nothing is."""
    needed_by, reserved = request.needed_by, proposal.reserved
    today = (proposal.approved_at + offset) // SECONDS_A_DAY
    usable = min(_MOST, sum(units for use_until, units in seen.stock if use_until >= today))
    share = usable * seen.share // SHARE_WHOLE
    last, notice = moment(needed_by, offset), moment(proposal.callable_from, offset)
    if proposal.approved_at > needed_by:
        return f"the goods were needed by {last.en}", f"所需时限 {last.zh} 已过"
    if seen.is_withdrawn:
        return "its request had been withdrawn", "其申请已撤回"
    if not has_consent and district_of(SiteId(proposal.giver)) != district_of(SiteId(request.site)):
        return "the goods leave the district and nobody consented", "物资调出本区而无签署同意"
    if proposal.callable_from > needed_by:
        return (
            f"the giver's notice ends at {notice.en}, and the goods are needed by {last.en}",
            f"调出方通知期至 {notice.zh}，晚于所需时限 {last.zh}",
        )
    if usable != proposal.usable:
        return (
            f"{usable} base units of the listed lots were usable and not {proposal.usable}",
            f"所列批次可用 {usable} 个基本单位，而非 {proposal.usable}",
        )
    if reserved > share:
        return (
            f"{reserved} base units were reserved with it, and {share} could be called",
            f"连同本次已预留 {reserved} 个基本单位，而可调用 {share}",
        )
    if proposal.floor + reserved > usable:
        return (
            f"floor {proposal.floor} and {reserved} base units reserved with it are more than {usable}, "
            "which were usable",
            f"保底量 {proposal.floor} 与连同本次的预留量 {reserved} 超过可用的 {usable} 个基本单位",
        )
    return None
