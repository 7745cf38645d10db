"""Keeping the index at the head of the chain while the application runs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from fastapi.concurrency import run_in_threadpool

from api.reading import Reading
from ledger_client.errors import ShecangError

_logger = logging.getLogger(__name__)


async def keep_following(reading: Reading, poll: float, stop: asyncio.Event) -> None:
    """Read on whenever the head has moved, until `stop` is set.

    A failure is logged once, not every second; the answers go on and show the block at which they stand.

    Args:
        reading: The ledger.
        poll: Seconds between two looks.
        stop: Set when the application ends; the look under way is finished first.
    """
    said = ""
    while not stop.is_set():
        try:
            await run_in_threadpool(reading.catch_up)
            if said:
                _logger.warning("the index follows the chain again")
            said = ""
        except ShecangError as error:
            if (sentence := error.text("en")) != said:
                _logger.warning("the index does not follow the chain: %s", sentence)
            said = sentence
        except Exception as error:
            # The task must not die unseen: the answers would stand still, and nobody would learn why.
            if (sentence := repr(error)) != said:
                _logger.exception("the index does not follow the chain")
            said = sentence
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), poll)
