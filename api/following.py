"""Keeping the index at the head of the chain while the application runs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.reading import Reading
from ledger_client.errors import ShecangError

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Following:
    """How the index stood to the chain when it was last looked at.

    Attributes:
        head: Height of the chain.
        failure: Why the index does not follow, in English; empty while it does.
    """

    head: int = 0
    failure: str = ""


async def keep_following(reading: Reading, poll: float, stop: asyncio.Event, told: Following) -> None:
    """Read on whenever the head has moved, until `stop` is set.

    A failure is logged once, not every second; the answers go on and show the block at which they stand.

    Args:
        reading: The ledger.
        poll: Seconds between two looks.
        stop: Set when the application ends; the look under way is finished first.
        told: What is found out is written here.
    """
    while not stop.is_set():
        try:
            told.head = await run_in_threadpool(reading.height)
            await run_in_threadpool(reading.catch_up)
            if told.failure:
                _logger.warning("the index follows the chain again")
            told.failure = ""
        except ShecangError as error:
            if (sentence := error.text("en")) != told.failure:
                _logger.warning("the index does not follow the chain: %s", sentence)
            told.failure = sentence
        except Exception as error:
            # The task must not die unseen: the answers would stand still, and nobody would learn why.
            if (sentence := repr(error)) != told.failure:
                _logger.exception("the index does not follow the chain")
            told.failure = sentence
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), poll)


async def _following_of(request: Request) -> Following:
    return cast(Following, request.state.following)


FollowingDep = Annotated[Following, Depends(_following_of)]
"""How the index stands to the chain, for an endpoint."""
