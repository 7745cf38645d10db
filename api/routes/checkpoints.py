"""`/v1/checkpoints`: what witnesses signed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.schemas.audits import Saying
from api.schemas.checkpoints import (
    ChainAlarm,
    Checkpoints,
    HistoryFork,
    SignedHeight,
    WitnessSummary,
)
from api.schemas.common import Block
from api.work import Job, Told, WorkDep

router = Resource(prefix="/checkpoints", tags=["checkpoints"])

COMPARISON = Job("checkpoints", "comparisons", 2, seconds=60, memory=1 << 30, answer=32 << 20)
"""A year of hourly statements of three witnesses is some 10 MB, each signature to be checked."""

_LAST_BLOCK = (1 << 53) - 1


class HeightsQuery(BaseModel):
    """Which page of the heights that were signed."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="Most heights to return.")
    after: int = Field(
        0, ge=0, le=_LAST_BLOCK, description="The last height of the page before; 0 for the first."
    )


@router.get(
    "",
    operation_id="read_checkpoints",
    summary="What the witnesses signed, and whether they agree",
    responses=Problem.responses(401, 403, 404, 413),
)
async def read_checkpoints(
    caller: CallerDep,
    reading: ReadingDep,
    work: WorkDep,
    request: Request,
    query: Annotated[HeightsQuery, Query()],
) -> Checkpoints:
    """Return what the witnesses signed, compared with one another and with the chain.

    The statements are those in the server's directory. It compares as `shecang checkpoint compare` and
    `watch --once` do; whoever does not believe it runs these. Statements are only added by witnesses, with
    `shecang checkpoint sign`.
    """
    caller.require_reader()
    async with work.place(COMPARISON) as place:
        arguments = {"after": query.after, "limit": query.limit}
        told = await work.run(COMPARISON, place, arguments, gone=request.is_disconnected)
    _, stamp = await run_in_threadpool(reading.consistent, lambda _: None)
    return _answer(told, Block.of(stamp))


def _answer(told: Told, block: Block) -> Checkpoints:
    found = told.result
    heights = [SignedHeight.model_validate_json(each) for each in told.rows]
    return Checkpoints(
        trust=found["fingerprint"],
        threshold=found["threshold"],
        spacing=found["spacing"],
        witnesses=[WitnessSummary(**each) for each in found["witnesses"]],
        checkpoints=found["checkpoints"],
        newest=found["newest"],
        agree=not found["forks"],
        forks=[HistoryFork(**each) for each in found["forks"]],
        height=found["height"],
        chain_agrees=_chain_agrees(found),
        alarms=[ChainAlarm(**each) for each in found["alarms"]],
        behind=[ChainAlarm(**each) for each in found["behind"]],
        troubles=[Saying(**each) for each in found["troubles"]],
        heights=heights,
        next_after=heights[-1].number if found["has_more"] else None,
        block=block,
    )


def _chain_agrees(found: dict[str, Any]) -> bool | None:
    if found["alarms"]:
        return False
    is_unseen = found["height"] is None or found["behind"] or found["troubles"]
    # Without any statement nothing was compared.
    return None if is_unseen or not any(each["statements"] for each in found["witnesses"]) else True
