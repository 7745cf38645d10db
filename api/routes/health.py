"""`/health` and `/ready`: for whoever watches the server, without an account."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.following import FollowingDep
from api.problems import Problem
from api.reading import ReadingDep
from api.schemas.common import Block
from ledger_client.errors import UnavailableError

router = APIRouter(tags=["health"])

READY_LAG = 30
"""Blocks by which the index may be behind the chain's head while the server says that it is ready."""


class NotReadyError(UnavailableError):
    """The index does not follow the chain, or is far behind it."""

    en = "the index is at block {block} and {why}; ask again in a moment, or tell who runs the server"
    zh = "索引位于区块 {block}，{why_zh}；请稍后重试，或联系服务器管理者"


class Health(BaseModel):
    """That the server runs."""

    status: Literal["ok"] = Field(description="It answers.")


class Ready(BaseModel):
    """That the server answers of the newest blocks."""

    block: Block = Field(description="Up to which block the index has read.")
    head: int = Field(description="Height of the chain when it was last looked at.")
    lag: int = Field(description="By how many blocks the index was behind it then.")


@router.get("/health", operation_id="read_health", summary="Whether the server runs")
def read_health() -> Health:
    """Return that the server runs; neither chain nor index are looked at."""
    return Health(status="ok")


@router.get(
    "/ready",
    operation_id="read_ready",
    summary="Whether the server answers of the newest blocks",
    responses=Problem.responses(503),
)
def read_ready(reading: ReadingDep, following: FollowingDep) -> Ready:
    """Return how far the index is behind the chain; 503 where it does not follow, or is far behind."""
    _, stamp = reading.consistent(lambda _: None)
    if following.failure or following.is_silent:
        raise NotReadyError(block=stamp.number, why="does not follow the chain", why_zh="未能跟上链")
    lag = max(0, following.head - stamp.number)
    if lag > READY_LAG:
        raise NotReadyError(
            block=stamp.number, why=f"the chain at {following.head}", why_zh=f"而链已到区块 {following.head}"
        )
    return Ready(block=Block.of(stamp), head=following.head, lag=lag)
