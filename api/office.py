"""The desk of the running application: drafts and transactions, for endpoints."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from ledger_client.desk import Desk
from ledger_client.errors import UnavailableError


class DeskMissingError(UnavailableError):
    """A server without an outbox only reads."""

    en = "this server only reads: its home has no outbox, so that it takes no drafts and transactions"
    zh = "本服务器仅供查阅：其目录中没有发件箱，不接受草稿和交易"


def _desk_of(request: Request) -> Desk:
    desk = cast("Desk | None", request.state.desk)
    if desk is None:
        raise DeskMissingError()
    return desk


DeskDep = Annotated[Desk, Depends(_desk_of)]
"""The desk, for an endpoint."""
