"""How `shecang reallocate propose` tells a plan: a table, why in words, what stays open; and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_client.cli._marks import emergency_cell, with_stale
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import Shown, for_programs, plain, print_rows, short
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.explanations import (
    Names,
    distance_text,
    explain_drafted,
    explain_proposal,
    explain_unfilled,
)
from ledger_client.language import tr
from ledger_client.matching.city import ReasonCode
from ledger_client.matching.distances import lies_in
from ledger_client.units import unit_text

if TYPE_CHECKING:
    from ledger_client.cli._allocation import Words
    from ledger_client.drafting import Turned
    from ledger_client.matching import CityProfile, Plan, Proposal, Request
    from ledger_client.planning import LedgerPlan
    from ledger_client.plans import Listed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed.

    Attributes:
        place: Whose requests are shown and submitted; the plan is for all.
        profile: Of the matching.
        distances: The CSV, None for distances by division.
        output: Where the plan is written too.
        submits: Whether it is recorded.
        keeper: Name of the key that proposes.
        explains: Whether each is explained.
        bounds: Whether it is measured against the best plan.
        as_json: Whether to print JSON.
    """

    place: int
    profile: CityProfile
    distances: Path | None
    output: Path | None
    submits: bool
    keeper: str
    explains: bool
    bounds: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what it was made of.

    Attributes:
        made: The plan.
        proposals: With the lots that each lists, of the place alone.
        turned: What drafts became.
    """

    made: LedgerPlan
    proposals: Sequence[Listed]
    turned: Turned


def names_of(words: Words) -> Names:
    """Return how explanations call things."""
    return Names(
        site=words.site, division=words.division, item=words.item, unit=words.unit, measure=unit_text
    )


def tell_plan(office: Office, words: Words, wanted: Wanted, planned: Planned) -> None:
    """Print a plan."""
    names = names_of(words)
    if wanted.as_json:
        print_json(plain(_to_dict(planned, wanted, names)))
        return
    for sentence in _drafts(planned.turned, names):
        _say(office, sentence)
    rows = [_row(words, each, planned.made.plan) for each in planned.proposals]
    if rows:
        print_rows(office, rows, False)
    for each in planned.proposals if wanted.explains else ():
        text = " ".join(explain_proposal(each.proposal, planned.made.plan.unit, names))
        _say(office, f"{short_key(each.proposal.request)} ← {each.proposal.giver:015d}: {text}")
    for sentence in (*_unfilled(planned, wanted, names), *_flagged(planned, wanted), *_uncovered(planned)):
        _say(office, sentence)
    _say(office, _summary(planned, words))


def _row(words: Words, each: Listed, plan: Plan) -> dict[str, Any]:
    proposal = each.proposal
    is_known = proposal.distance.level is None
    way = distance_text(proposal.distance.value, plan.unit)
    lots = {f"{lot:040x}": str(units) for lot, units in each.lots.items()}
    return {
        "request": short(proposal.request, KEY_DIGITS),
        "giver": words.site(proposal.giver),
        "receiver": with_stale(words.site(proposal.receiver), _has(proposal, ReasonCode.STALE)),
        "item": for_programs(str(proposal.item)),
        "quantity": Shown(str(proposal.quantity), words.goods(proposal.quantity, proposal.item)),
        "lots": for_programs(lots),
        "left": Shown(str(proposal.left), words.quantity(proposal.left, proposal.item)),
        "emergency": emergency_cell(_has(proposal, ReasonCode.EMERGENCY)),
        "distance": Shown(proposal.distance.value, way if is_known else tr(f"about {way}", f"约 {way}")),
        "approval": Shown(str(proposal.approval), words.division(proposal.approval)),
    }


def _has(proposal: Proposal, code: ReasonCode) -> bool:
    return any(reason.code is code for reason in proposal.reasons)


def _requests(planned: Planned) -> dict[int, Request]:
    return {request.request: request for request in planned.made.city.requests}


def _unfilled(planned: Planned, wanted: Wanted, names: Names) -> list[str]:
    requests = _requests(planned)
    return [
        f"{short_key(rest.request)}: {explain_unfilled(rest, requests[rest.request], names)}"
        for rest in planned.made.plan.unfilled
        if lies_in(requests[rest.request].site, wanted.place)
    ]


def _flagged(planned: Planned, wanted: Wanted) -> list[str]:
    requests = _requests(planned)
    return [
        tr(
            f"Flagged: request {short_key(key)} asks for more than three times the floor of its site.",
            f"已标记：申请 {short_key(key)} 超过该储备点保底量的三倍。",
        )
        for key in planned.made.plan.flagged
        if lies_in(requests[key].site, wanted.place)
    ]


def _uncovered(planned: Planned) -> list[str]:
    return [
        tr(
            f"{short_key(each.proposal.request)}: {each.proposal.giver:015d} has its goods in more lots than "
            "a proposal may list, so that approving it will be refused; have it repack them.",
            f"{short_key(each.proposal.request)}：{each.proposal.giver:015d} 的批次超过一个方案可列的数目，"
            "批准时将被拒绝；请先换装合并批次。",
        )
        for each in planned.proposals
        if not each.is_covered
    ]


def _drafts(turned: Turned, names: Names) -> list[str]:
    found: list[str] = []
    for each in turned.found:
        kept, draft = turned.drafts[each.draft]
        what = f"{kept.institution}, {kept.written}" if kept.institution else kept.written
        found.append(
            tr(f"Draft ({what}): ", f"草案（{what}）：") + " ".join(explain_drafted(each, draft, names))
        )
        if each.request is not None and turned.lacks_reason(each.request):
            found.append(
                tr(
                    "It stays a draft: it asks for more than three times the floor; give a default reason.",
                    "仍留作草案：申请量超过保底量的三倍，请在对照表中填写默认原因。",
                )
            )
    if turned.unclear:
        found.append(
            tr(
                f"{len(turned.unclear)} drafts are by a category whose items are counted in several units or "
                "that has none: answer which item is meant.",
                f"{len(turned.unclear)} 份草案的类别有多种计量单位或没有物品：请答复具体物品。",
            )
        )
    if turned.open:
        found.append(
            tr(
                f"{len(turned.open)} drafts wait for answers (`shecang request drafts`).",
                f"{len(turned.open)} 份草案待答复（见 `shecang request drafts`）。",
            )
        )
    return found


def _summary(planned: Planned, words: Words) -> str:
    block, proposals = planned.made.facts.block.number, len(planned.proposals)
    requests, when = len(planned.made.city.requests), words.time(planned.made.facts.time)
    anchor = planned.made.kept.parts.anchor.hex()[:16]
    return tr(
        f"A plan as of block {block}, {when}; proposals shown: {proposals:,}, open requests looked at: "
        f"{requests:,}; anchor {anchor}…",
        f"截至区块 {block}（{when}）的方案：列出 {proposals:,} 项，考虑未满足的申请 {requests:,} 份；"
        f"锚定值 {anchor}…",
    )


def _to_dict(planned: Planned, wanted: Wanted, names: Names) -> dict[str, Any]:
    requests = _requests(planned)
    return {
        "block": planned.made.facts.block.number,
        "block_hash": f"0x{planned.made.facts.block.hash.hex()}",
        "profile": planned.made.plan.profile,
        "unit": planned.made.plan.unit.value,
        "anchor": f"0x{planned.made.kept.parts.anchor.hex()}",
        "requests": len(planned.made.city.requests),
        "proposals": [_proposal_dict(each, planned, wanted, names) for each in planned.proposals],
        "unfilled": [
            {
                "request": f"{rest.request:0{KEY_DIGITS}x}",
                "quantity": str(rest.quantity),
                "code": rest.code.value,
                "why": explain_unfilled(rest, requests[rest.request], names),
            }
            for rest in planned.made.plan.unfilled
            if lies_in(requests[rest.request].site, wanted.place)
        ],
        "flagged": [f"{key:0{KEY_DIGITS}x}" for key in planned.made.plan.flagged],
        "drafts": [
            {
                "row_id": planned.turned.drafts[each.draft][0].row_id,
                "code": each.code.value,
                "item": str(each.request.item) if each.request else None,
                "quantity": str(each.request.quantity) if each.request else None,
                "is_recorded": wanted.submits and planned.turned.request_of(each) is not None,
            }
            for each in planned.turned.found
        ],
        "drafts_open": len(planned.turned.open),
        "drafts_unclear": len(planned.turned.unclear),
    }


def _proposal_dict(each: Listed, planned: Planned, wanted: Wanted, names: Names) -> dict[str, Any]:
    proposal = each.proposal
    found = {
        "request": short(proposal.request, KEY_DIGITS),
        "giver": f"{proposal.giver:015d}",
        "receiver": f"{proposal.receiver:015d}",
        "item": str(proposal.item),
        "quantity": str(proposal.quantity),
        "lots": {f"{lot:040x}": str(units) for lot, units in each.lots.items()},
        "left": str(proposal.left),
        "distance": proposal.distance.value,
        "distance_by_level": proposal.distance.level,
        "approval": str(proposal.approval),
        "reasons": {reason.code.value: reason.value for reason in proposal.reasons},
        "is_covered": each.is_covered,
        "receiver_is_stale": _has(proposal, ReasonCode.STALE),
        "emergency": _has(proposal, ReasonCode.EMERGENCY),
    }
    if wanted.explains:
        found["why"] = explain_proposal(proposal, planned.made.plan.unit, names)
    return found


def short_key(key: int) -> str:
    """Return the first 8 digits of a key."""
    return f"{key:0{KEY_DIGITS}x}"[:8]


def _say(office: Office, text: str) -> None:
    """Print without markup and without breaking lines."""
    office.out.print(text, markup=False, soft_wrap=True)
