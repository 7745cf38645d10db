"""Plans of the matching that were made here: the job that makes one, and what it came to, page by page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from api.shelf import Shelf
from api.unknown import UnknownHereError
from api.work import Job, WorkTooLargeError
from ledger_client.canonical import canonical

PLAN = Job("plan", "plans", 1, seconds=120, memory=2 << 30, answer=32 << 20, file=64 << 20)
"""One at a time: a plan looks at the whole ledger. One of 6,000 proposals takes 5 seconds."""

PROPOSALS = 5_000
"""Proposals, and requests that stay open, which are told of one plan."""

_ROOM = 64 << 20


class PlanUnknownError(UnknownHereError):
    """There is no such plan of this caller, or no longer."""

    en = (
        "there is no plan {plan} of yours here: what one came to is told for an hour at most; make another "
        "with POST /v1/proposals/plans"
    )
    zh = "此处没有您的方案 {plan}：结果最多保留一小时；请用 POST /v1/proposals/plans 重新生成"


class PlanPlaceTooLargeError(WorkTooLargeError):
    """A place gets more proposals than are told."""

    en = "the plan has {found:,} rows for {place}, and at most {most:,} are told; ask for a smaller place"
    zh = "该方案中 {place} 有 {found:,} 行，最多列出 {most:,} 行；请查询较小的区划"


@dataclass(frozen=True, slots=True)
class MadePlan:
    """What a plan came to, as far as it is about one place.

    Attributes:
        id: Follows from the plan, the place and the account.
        account: Who had it made, and alone is told of it.
        place: Whose requests it is about.
        told: Of the whole: anchor, block, profile, unit, how many requests there are.
        proposals: What the sites of the place get, JSON, in the order of the plan.
        unfilled: What stays open there, likewise.
        size: Bytes, about.
    """

    id: str
    account: str
    place: int
    told: Mapping[str, Any]
    proposals: Sequence[bytes]
    unfilled: Sequence[bytes]
    size: int = field(repr=False)

    @classmethod
    def of(cls, account: str, place: int, told: Mapping[str, Any], rows: Iterable[bytes]) -> MadePlan:
        """Return what a job told of a plan.

        Args:
            account: Who asked.
            place: For what.
            told: Its result.
            rows: Its rows.
        """
        parts: dict[str, list[bytes]] = {"proposal": [], "unfilled": []}
        size = 0
        for row in rows:
            size += len(row) + 200  # what Python keeps beside it
            part, content = json.loads(row)
            parts[part].append(json.dumps(content).encode())
        return cls(
            id=hashlib.sha256(canonical([told["anchor"], str(place), account])).hexdigest()[:40],
            account=account,
            place=place,
            told=told,
            proposals=parts["proposal"],
            unfilled=parts["unfilled"],
            size=size,
        )


class Plans:
    """The plans of one server, for an hour; all of it happens in the server's event loop."""

    def __init__(self) -> None:
        self._shelf: Shelf[MadePlan] = Shelf(_ROOM)

    def put(self, plan: MadePlan) -> float:
        """Keep what a plan came to, and return until when at most."""
        return self._shelf.put(plan)

    def find(self, id: str, account: str | None) -> tuple[float, MadePlan]:
        """Return until when a plan of an account is kept, and the plan.

        Raises:
            PlanUnknownError: It is not here, or another's.
        """
        found = self._shelf.find(id)
        if found is None or found[1].account != account:
            raise PlanUnknownError(plan=id)
        return found


def _plans_of(request: Request) -> Plans:
    return cast(Plans, request.state.plans)


PlansDep = Annotated[Plans, Depends(_plans_of)]
"""The plans, for an endpoint."""
