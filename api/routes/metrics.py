"""`/metrics`: for a Prometheus that has the key of a reader account."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.access.callers import CallerDep
from api.following import FollowingDep
from api.metrics import CONTENT_TYPE
from api.problems import Problem
from api.reading import ReadingDep
from ledger_client.errors import UnavailableError

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    operation_id="read_metrics",
    summary="What to measure the server by",
    response_class=PlainTextResponse,
    responses=Problem.responses(401, 403),
)
def read_metrics(
    caller: CallerDep, request: Request, reading: ReadingDep, following: FollowingDep
) -> Response:
    """Return counters in the text form of Prometheus: requests by route, the index, limits, uploads."""
    caller.require_reader()
    try:
        block = reading.consistent(lambda _: None)[1].number
    except UnavailableError:
        block = 0  # nothing was read yet, or nothing can be; the rest is told all the same
    state = request.app.state
    return Response(state.metrics.text(following, block, state.uploads.open), media_type=CONTENT_TYPE)
