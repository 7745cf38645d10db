"""How proposals are shown: where they stand, for whom they wait, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_client.allocation import ProposalState
from ledger_client.cli._marks import Marks, emergency_of_proposal, with_stale
from ledger_client.cli._tables import Shown, for_programs, short
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.language import tr
from ledger_client.waiting import is_waiting, next_opening

if TYPE_CHECKING:
    from ledger_client.cli._allocation import Words
    from ledger_client.index.allocation import ProposalAt


def proposal_row(words: Words, each: ProposalAt, marks: Marks) -> dict[str, Any]:
    """Return how a list shows a proposal."""
    proposal, request = each.proposal, each.request
    is_stale, giver = marks.giver_is_stale(each), f"{proposal.giver:015d}"
    return {
        "proposal": short(each.key, KEY_DIGITS),
        "request": short(proposal.request, KEY_DIGITS),
        # Of what is over nobody asks any more what the giver has.
        "giver": Shown(giver, with_stale(giver, is_stale and is_waiting(each))),
        "giver_is_stale": for_programs(is_stale),
        "receiver": f"{request.site:015d}",
        "item": for_programs(str(request.item)),
        "quantity": Shown(str(proposal.quantity), words.goods(proposal.quantity, request.item)),
        "remaining": for_programs(str(proposal.remaining)),
        "state": state_of(each),
        "emergency": emergency_of_proposal(marks, each),
        "approved_in_emergency": for_programs(marks.approved(each)),
        "waits_for": _waits_in_list(words, each),
        "levels": for_programs([str(division) for division in each.levels]),
        "next_level": for_programs(next_level(words, each).code),
        "needed_by": for_programs(request.needed_by),
    }


def _waits_in_list(words: Words, each: ProposalAt) -> Shown:
    """Return for whom a proposal waits, and who may decide next where somebody may."""
    waits, following = waits_for(words, each), next_level(words, each)
    if not following.text:
        return waits
    return Shown(
        waits.code, tr(f"{waits.text}; then {following.text}", f"{waits.text}；其后 {following.text}")
    )


def state_of(each: ProposalAt) -> Shown:
    """Return where a proposal stands, and that its time is over where it is."""
    name = each.state.name.lower()
    if each.is_over and each.state in (ProposalState.PROPOSED, ProposalState.APPROVED):
        return Shown(name + "-over", tr(f"{each.state.label}, over", f"{each.state.label}，已逾期"))
    if each.state is ProposalState.APPROVED and not each.proposal.remaining:
        return Shown("sent", tr("sent", "已调出"))
    return Shown(name, each.state.label)


def waits_for(words: Words, each: ProposalAt) -> Shown:
    """Return for whom a proposal waits, in words; programs get who it is."""
    if not is_waiting(each):
        return Shown(None, "")
    if each.is_over:
        text = tr("anybody, to let it expire: its time is over", "任何人办理过期：时间已过")
        return Shown("anybody", text)
    if each.state is ProposalState.APPROVED:
        until = words.until(each.request.needed_by)
        rest = words.quantity(each.proposal.remaining, each.request.item)
        return Shown(
            "giver", tr(f"the giver, to deliver {rest} by {until}", f"调出方，最迟 {until} 交付 {rest}")
        )
    divisions = tr(" or ", " 或 ").join(words.division(division) for division in each.levels)
    return Shown("approver", tr(f"an approver of {divisions}", f"{divisions} 的审批人"))


def next_level(words: Words, each: ProposalAt) -> Shown:
    """Return which level may decide next and from when; nothing where none will."""
    found = next_opening(each)
    if found is None:
        return Shown(None, "")
    division, at = found
    code = {"division": str(division), "from": at}
    when, name = words.time(at), words.division(division)
    return Shown(code, tr(f"{name} from {when}", f"{name}，自 {when} 起"))
