"""The reasons of a proposal, from the plan that it names: what was anchored, found again in the plan's file.

A proposal carries the anchor of its plan (`ledger_client.anchors`), not the plan: that is a file of whoever
proposed. Where the file is at hand and has that anchor, it holds the very bytes that were anchored, and the
one line that is about the proposal says why. Whether the plan came from the ledger by the rules, a recheck
alone shows; whether the proposal is one of its plan is looked at here, since anybody can name an anchor.

Example::

    found = planned_of(home.plans, proposal, request)
    if found.planned is not None:
        " ".join(explain_proposal(found.planned, found.unit))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ledger_client.anchors import REQUEST_DIGITS, Parts, facts_of, head_of, proposal_of
from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.deliveries import lots_of
from ledger_client.files import FileSizeError, FileUnavailableError, read_limited
from ledger_client.fold.allocation_records import Proposal, Request
from ledger_client.keccak import keccak
from ledger_client.language import tr
from ledger_client.matching import Proposal as Planned
from ledger_client.matching.distances import Unit

READ_BYTES = 32 * 1024 * 1024
"""Most bytes of a plan that is looked through for one proposal; 75,000 proposals have as many."""


class PlanState(StrEnum):
    """Where a proposal comes from, and whether its plan is at hand.

    A keeper proposed it by hand; or its plan is kept here, or is not; or what is kept under its anchor is
    something else; or the plan with its anchor has no such proposal.
    """

    BY_HAND = "by_hand"
    KEPT = "kept"
    ABSENT = "absent"
    DIFFERS = "differs"
    NOT_PLANNED = "not_planned"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A proposal as its plan has it.

    Attributes:
        state: Whether there is such a plan here; all else is None but for `KEPT`.
        block: Hash of the block at which the city was read, 32 bytes.
        unit: What the plan's distances count.
        planned: The proposal, with its reasons.
    """

    state: PlanState
    block: bytes | None = None
    unit: Unit | None = None
    planned: Planned | None = None


def planned_of(plans: Path, proposal: Proposal, request: Request) -> Reasoned:
    """Return a proposal as the plan has it that it names.

    Args:
        plans: Directory of plans, each named by its anchor.
        proposal: As the ledger has it.
        request: The request that it is for.
    """
    if not any(proposal.anchor):
        return Reasoned(PlanState.BY_HAND)
    path = plans / f"{proposal.anchor.hex()}.json"
    try:
        raw = read_limited(path, READ_BYTES)
    except (FileUnavailableError, FileSizeError):
        return Reasoned(PlanState.ABSENT)
    try:
        return _found(raw, path.name, proposal, request)
    except (NotCanonicalError, LookupError, TypeError, ValueError, AttributeError):
        return Reasoned(PlanState.DIFFERS)


def origin_sentences(state: PlanState, key: int, anchor: bytes) -> list[str]:
    """Return where a proposal comes from, in the language in force.

    Args:
        state: Whether its plan is at hand.
        key: Of the proposal.
        anchor: As it carries it, 32 bytes.
    """
    if state is PlanState.BY_HAND:
        return [tr("A keeper proposed it by hand.", "由保管员手工提出。")]
    short, begin, file = f"{key:062x}"[:8], anchor.hex()[:8], f"{anchor.hex()}.json"
    found = [
        tr(
            f"It comes from a plan (anchor {begin}): shecang reallocate recheck {short} computes it anew.",
            f"由匹配方案算出（锚定值 {begin}）：可用 shecang reallocate recheck {short} 重新计算核对。",
        )
    ]
    if state is PlanState.ABSENT:
        found.append(
            tr(
                f"The plan is not kept here, so that no reasons are told: whoever proposed it has {file}.",
                f"此处未保存该匹配方案，故不列理由：提出方存有文件 {file}。",
            )
        )
    if state is PlanState.DIFFERS:
        found.append(
            tr(
                f"What is kept here under that anchor is not the plan: get {file} from whoever proposed.",
                f"此处以该锚定值保存的并非该匹配方案：请向提出方重新索取文件 {file}。",
            )
        )
    if state is PlanState.NOT_PLANNED:
        found.append(
            tr(
                "The plan with that anchor has no such proposal: for this request, from this giver, with "
                "these lots.",
                "该锚定值的匹配方案中没有这样的一项（申请、调出方和批次）。",
            )
        )
    return found


def lots_left_sentence(left: str) -> str:
    """Return what stays with the giver of the lots that a proposal lists; `left`: how much, with its unit."""
    return tr(f"Of the lots listed, {left} stay with the giver.", f"所列批次调出后，调出方尚余 {left}。")


def _found(raw: bytes, file: str, proposal: Proposal, request: Request) -> Reasoned:
    """Return a proposal as the lines of a plan have it; only its own line is read."""
    head_line, _, output = raw.partition(b"\n")
    head = head_of(parse_canonical(head_line, file))
    parts = Parts(head["block"], keccak(canonical(head["configuration"])), head["distances"], keccak(output))
    if parts.anchor != proposal.anchor:
        return Reasoned(PlanState.DIFFERS)
    unit: Unit = facts_of(parse_canonical(output.partition(b"\n")[0], file))["unit"]
    for line in _lines_about(output, proposal.request):
        row = parse_canonical(line, file)
        if row.get("giver") == proposal.giver and _is(planned := proposal_of(row), proposal, request):
            # The number of the block is the file's word; its hash is anchored.
            return Reasoned(PlanState.KEPT, head["block"].hash, unit, planned)
    return Reasoned(PlanState.NOT_PLANNED)


def _lines_about(output: bytes, request: int) -> Iterator[bytes]:
    """Yield the lines of a plan that are about a request."""
    said = f'"request":"{request:0{REQUEST_DIGITS}x}"'.encode()
    place = output.find(said)
    while place >= 0:
        end = output.index(b"\n", place)
        yield output[output.rfind(b"\n", 0, place) + 1 : end]
        place = output.find(said, end)


def _is(planned: Planned, proposal: Proposal, request: Request) -> bool:
    """Return whether a proposal of a plan is the one on the ledger: the same goods, the same way."""
    leaving = {lot: units for lot, units in lots_of(proposal.lines).items() if units}
    said = planned.receiver, planned.item, planned.quantity, dict(planned.lots)
    return said == (request.site, request.item, proposal.quantity, leaving)
