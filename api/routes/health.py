"""`/health` and `/ready`: for whoever watches the server, without an account."""

from __future__ import annotations

from fastapi import APIRouter

from api.following import FollowingDep
from api.problems import Problem
from api.reading import ReadingDep
from api.relaying import RelayingDep
from api.schemas.common import Block
from api.schemas.health import Health, Ready, RelayState
from ledger_client.errors import UnavailableError

router = APIRouter(tags=["health"])

READY_LAG = 30
"""Blocks by which the index may be behind the chain's head while the server says that it is ready."""


class NotReadyError(UnavailableError):
    """The index does not follow the chain, or is far behind it."""

    en = "the index is at block {block} and {why}; ask again in a moment, or tell who runs the server"
    zh = "索引位于区块 {block}，{why_zh}；请稍后重试，或联系服务器管理者"


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
def read_ready(reading: ReadingDep, following: FollowingDep, relaying: RelayingDep) -> Ready:
    """Return how far the index is behind the chain; 503 where it does not follow, or is far behind.

    A relay that is not at work makes no 503. Whoever asks here keeps requests away from a server that is not
    ready, and none is answered worse without a relay: reads come from the index, and what is handed in is on
    disk before it is answered. The relay is started again by itself, and then sends it; until then `relay`
    says what is wrong, for an alarm.
    """
    _, stamp = reading.consistent(lambda _: None)
    if following.failure or following.is_silent:
        raise NotReadyError(block=stamp.number, why="does not follow the chain", why_zh="未能跟上链")
    lag = max(0, following.head - stamp.number)
    if lag > READY_LAG:
        raise NotReadyError(
            block=stamp.number, why=f"the chain at {following.head}", why_zh=f"而链已到区块 {following.head}"
        )
    relay = None if relaying is None else RelayState.of(relaying)
    return Ready(block=Block.of(stamp), head=following.head, lag=lag, relay=relay)
