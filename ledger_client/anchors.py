"""The anchor of a plan: one hash in each proposal, so that anybody can compute the plan anew and compare.

A plan of the matching follows from a block, a configuration and distances. Whoever submits a proposal puts
the anchor in it::

    anchor = keccak(block ‖ configuration ‖ distances ‖ output)

four words of 32 bytes each, in this order:

- `block`: the hash of the block at which the city was read. All of the city follows from it: balances, lots
  and their status, requests, floors, terms, counts, emergencies, what is reserved and promised, and, by the
  block's time, the day;
- `configuration`: keccak over the canonical JSON (`ledger_client.canonical`) of
  `{"profile": {every field of the profile}, "rules": version}`;
- `distances`: keccak over the canonical JSON of `{"by_level": {digits: value}, "pairs": [[giver, receiver,
  value], …], "points": [[site, east, north], …], "unit": "metres"}`, pairs and points in ascending order;
- `output`: keccak over the whole plan as lines of canonical JSON, each ended by a line feed: first
  `{"flagged": […], "profile", "proposals": how many, "unfilled": how many, "unit"}`, then the proposals, then
  what stays open, in the order of the plan.

Request keys are 62 and lots 40 hexadecimal digits; quantities and the figures of reasons are decimal digits
in quotation marks, since they may be larger than JSON keeps; everything else is a whole number.

A plan is kept as a file of such lines, after one more with its block, its configuration and the digest of its
distances, so that `recheck` can say which of the four differs, and not only that something does.

Example::

    kept = KeptPlan.of(block, DISTRICT, distances, propose(city))
    keep_plan(Path("plan.jsonl"), kept)
    recheck(anchor_on_chain, read_plan(Path("plan.jsonl")).parts, parts_of(block, DISTRICT, distances, plan))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, TypeVar

from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.errors import MismatchError
from ledger_client.files import read_limited, write_new_private
from ledger_client.keccak import keccak
from ledger_client.matching.city import (
    RULES,
    CityProfile,
    Plan,
    Proposal,
    Reason,
    ReasonCode,
    Unfilled,
    UnfilledCode,
)
from ledger_client.matching.distances import Distance, Distances, Unit

PLAN_BYTES = 128 * 1024 * 1024
"""Most bytes of a kept plan; 40,000 proposals have 17 million."""

KIND = "shecang plan 1"
_WORD = 32
_BRACKETS = 8  # of one line: an object with a few members that are objects or lists
REQUEST_DIGITS, _LOT_DIGITS = 62, 40
_Meant = TypeVar("_Meant")


class PlanFormError(MismatchError):
    """A file is no plan as it was kept."""

    en = "{file}, line {line}: no plan as it was kept ({reason}); get the file anew from whoever kept it"
    zh = "{file} 第 {line} 行：与保存的方案不一致（{reason_zh}）；请向保存方重新索取"


class Part(StrEnum):
    """What an anchor is made of, in its order."""

    BLOCK = "block"
    CONFIGURATION = "configuration"
    DISTANCES = "distances"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class BlockId:
    """The block at which a city was read: its height and its hash (32 bytes)."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts of an anchor.

    Attributes:
        block: The block at which the city was read; its hash enters the anchor.
        configuration: Digest of the profile and the rules' version, 32 bytes.
        distances: Digest of the distances, 32 bytes.
        output: Digest of the whole plan, 32 bytes.
    """

    block: BlockId
    configuration: bytes
    distances: bytes
    output: bytes

    @property
    def anchor(self) -> bytes:
        """What a proposal carries, 32 bytes."""
        return anchor(self.block.hash, self.configuration, self.distances, self.output)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan with what it was computed from.

    Attributes:
        block: The block at which the city was read.
        configuration: Profile and rules' version, as `configuration_of` returns them.
        distances: Digest of the distances, 32 bytes; the distances themselves are a file of their own.
        plan: The plan.
    """

    block: BlockId
    configuration: Mapping[str, Any]
    distances: bytes
    plan: Plan

    @classmethod
    def of(cls, block: BlockId, profile: CityProfile, distances: Distances, plan: Plan) -> KeptPlan:
        """Return a plan that was just computed, to be kept."""
        return cls(block, configuration_of(profile), distances_digest(distances), plan)

    @property
    def parts(self) -> Parts:
        """The parts of its anchor."""
        return Parts(
            self.block, keccak(canonical(self.configuration)), self.distances, output_digest(self.plan)
        )


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a recheck found.

    Attributes:
        is_anchored: Whether the plan that was kept is the one anchored; if not, nothing follows from it.
        differing: Parts that came out differently when they were computed anew, in the anchor's order.
    """

    is_anchored: bool
    differing: tuple[Part, ...]

    @property
    def is_same(self) -> bool:
        """Whether the plan anchored is the one that was computed anew."""
        return self.is_anchored and not self.differing


def anchor(block: bytes, configuration: bytes, distances: bytes, output: bytes) -> bytes:
    """Return keccak over four words, 32 bytes each.

    Raises:
        ValueError: One of them has another length.
    """
    words = block, configuration, distances, output
    if any(len(word) != _WORD for word in words):
        raise ValueError(f"each part of an anchor has {_WORD} bytes, not {[len(word) for word in words]}")
    return keccak(b"".join(words))


def configuration_of(profile: CityProfile) -> dict[str, Any]:
    """Return what chose among the possible plans: every number of the profile, and the rules' version."""
    numbers = asdict(profile)
    numbers["urgencies"] = {str(urgency): weight for urgency, weight in profile.urgencies.items()}
    return {"profile": numbers, "rules": RULES}


def distances_digest(distances: Distances) -> bytes:
    """Return the digest of all distances, 32 bytes: the same for the same ones, in whatever order."""
    return keccak(
        canonical(
            {
                "by_level": {str(digits): value for digits, value in distances.by_level.items()},
                "pairs": sorted([*pair, value] for pair, value in distances.pairs.items()),
                "points": sorted([site, *point] for site, point in distances.points.items()),
                "unit": distances.unit.value,
            }
        )
    )


def output_digest(plan: Plan) -> bytes:
    """Return the digest of a whole plan, 32 bytes."""
    return keccak(b"".join(_lines(plan)))


def parts_of(block: BlockId, profile: CityProfile, distances: Distances, plan: Plan) -> Parts:
    """Return the parts of the anchor of a plan that was just computed."""
    return KeptPlan.of(block, profile, distances, plan).parts


def recheck(anchored: bytes, kept: Parts, found: Parts) -> Rechecked:
    """Compare a plan that was anchored with one computed anew.

    Args:
        anchored: The anchor of the proposal, 32 bytes.
        kept: Parts of the plan as it was kept.
        found: Parts computed anew.
    """
    pairs = (
        (Part.BLOCK, kept.block, found.block),
        (Part.CONFIGURATION, kept.configuration, found.configuration),
        (Part.DISTANCES, kept.distances, found.distances),
        (Part.OUTPUT, kept.output, found.output),
    )
    return Rechecked(kept.anchor == anchored, tuple(part for part, then, now in pairs if then != now))


def keep_plan(path: Path, kept: KeptPlan) -> None:
    """Write a plan to the new file `path`, which its owner alone may read.

    Raises:
        FileExistsAlreadyError: `path` exists; it is left as it was.
        DiskFullError: There is no room.
        FileUnavailableError: The directory is missing or not writable.
    """
    write_new_private(path, written(kept))


def read_plan(path: Path) -> KeptPlan:
    """Return the plan kept in the file `path`.

    Raises:
        FileSizeError: It has more than `PLAN_BYTES`.
        FileUnavailableError: It is missing or not readable.
        PlanFormError: It is no plan as it was kept.
    """
    return parsed(read_limited(path, PLAN_BYTES), path.name)


def written(kept: KeptPlan) -> bytes:
    """Return the lines of a kept plan."""
    head = {
        "block": {"hash": f"0x{kept.block.hash.hex()}", "number": kept.block.number},
        "configuration": kept.configuration,
        "distances": f"0x{kept.distances.hex()}",
        "kind": KIND,
    }
    return b"".join(chain([canonical(head) + b"\n"], _lines(kept.plan)))


def parsed(raw: bytes, file: str) -> KeptPlan:
    """Return the plan of lines that `written` wrote; anything else is refused.

    Args:
        raw: The lines.
        file: How a sentence calls them.

    Raises:
        PlanFormError: They are no plan as it was kept.
    """
    lines = raw.splitlines(keepends=True)
    reader = _Reader(file, lines)
    head, facts = reader.next(head_of), reader.next(facts_of)
    proposals = tuple(reader.next(proposal_of) for _ in range(min(facts["proposals"], len(lines))))
    unfilled = tuple(reader.next(_unfilled) for _ in range(min(facts["unfilled"], len(lines))))
    plan = Plan(facts["profile"], facts["unit"], proposals, unfilled, facts["flagged"])
    kept = KeptPlan(**head, plan=plan)
    # Whatever else is wrong (a member too many, one line more, a number in another form) shows in this.
    again = written(kept).splitlines(keepends=True)
    for number, (ours, theirs) in enumerate(zip_longest(again, lines), 1):
        if ours != theirs:
            raise _form_error(file, number)
    return kept


def _lines(plan: Plan) -> Iterator[bytes]:
    head = {
        "flagged": [_request_text(request) for request in plan.flagged],
        "profile": plan.profile,
        "proposals": len(plan.proposals),
        "unfilled": len(plan.unfilled),
        "unit": plan.unit.value,
    }
    rows = chain([head], map(proposal_row, plan.proposals), map(_unfilled_row, plan.unfilled))
    return (canonical(row) + b"\n" for row in rows)


def proposal_row(proposal: Proposal) -> dict[str, Any]:
    """Return the line of a proposal, of which `proposal_of` makes it again."""
    return {
        "approval": proposal.approval,
        "distance": proposal.distance.value,
        "giver": proposal.giver,
        "item": proposal.item,
        "left": str(proposal.left),
        "level": proposal.distance.level,
        "lots": {f"{lot:0{_LOT_DIGITS}x}": str(units) for lot, units in proposal.lots},
        "quantity": str(proposal.quantity),
        "reasons": {reason.code.value: str(reason.value) for reason in proposal.reasons},
        "receiver": proposal.receiver,
        "request": _request_text(proposal.request),
    }


def _unfilled_row(rest: Unfilled) -> dict[str, Any]:
    return {
        "code": rest.code.value,
        "quantity": str(rest.quantity),
        "request": _request_text(rest.request),
    }


def _request_text(request: int) -> str:
    return f"{request:0{REQUEST_DIGITS}x}"


class _Reader:
    """The lines of a file, one by one."""

    def __init__(self, file: str, lines: list[bytes]) -> None:
        self._file, self._lines, self._number = file, lines, 0

    def next(self, meant: Callable[[Any], _Meant]) -> _Meant:
        """Return what the next line means."""
        self._number += 1
        try:
            line = self._lines[self._number - 1]
            return meant(parse_canonical(line.removesuffix(b"\n"), self._file, _BRACKETS))
        except NotCanonicalError as error:
            raise PlanFormError(
                file=self._file,
                line=self._number,
                reason=error.facts["reason"],
                reason_zh=error.facts["reason_zh"],
            ) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise _form_error(self._file, self._number) from error


def _form_error(file: str, line: int) -> PlanFormError:
    return PlanFormError(file=file, line=line, reason="not what is written there", reason_zh="该行内容不符")


def head_of(row: Any) -> dict[str, Any]:
    """Return what the first line of a kept plan says, by the names of `KeptPlan`'s attributes."""
    return {
        "block": BlockId(_whole(row["block"]["number"]), _word(row["block"]["hash"])),
        "configuration": dict(row["configuration"]),
        "distances": _word(row["distances"]),
    }


def facts_of(row: Any) -> dict[str, Any]:
    """Return what the first line of a plan's output says: of all of it, and how many lines follow."""
    return {
        "profile": str(row["profile"]),
        "unit": Unit(row["unit"]),
        "proposals": _whole(row["proposals"]),
        "unfilled": _whole(row["unfilled"]),
        "flagged": tuple(int(request, 16) for request in row["flagged"]),
    }


def proposal_of(row: Any) -> Proposal:
    """Return the proposal of a line."""
    reasons = {ReasonCode(code): int(value) for code, value in row["reasons"].items()}
    level = row["level"]
    return Proposal(
        request=int(row["request"], 16),
        giver=_whole(row["giver"]),
        receiver=_whole(row["receiver"]),
        item=_whole(row["item"]),
        quantity=int(row["quantity"]),
        lots=tuple((int(lot, 16), int(units)) for lot, units in row["lots"].items()),
        left=int(row["left"]),
        distance=Distance(_whole(row["distance"]), None if level is None else _whole(level)),
        approval=_whole(row["approval"]),
        reasons=tuple(Reason(code, reasons[code]) for code in ReasonCode if code in reasons),
    )


def _unfilled(row: Any) -> Unfilled:
    return Unfilled(int(row["request"], 16), int(row["quantity"]), UnfilledCode(row["code"]))


def _whole(value: Any) -> int:
    if type(value) is not int:  # true is a whole number to Python, and to nobody else
        raise TypeError(value)
    return value


def _word(text: str) -> bytes:
    word = bytes.fromhex(text.removeprefix("0x"))
    if len(word) != _WORD:
        raise ValueError(text)
    return word
