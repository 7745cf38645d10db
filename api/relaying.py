"""How the relay stands, as the application is told by it, and by whoever sees it die."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.following import SILENCE
from api.status import Status
from ledger_client.errors import ShecangError

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Relaying:
    """How the outbox stood when it was last looked at.

    Attributes:
        waiting: How many signed transactions had not come to an end.
        failure: Why they are not sent; None while they are.
        heard: When the relay last said that it sends, on the monotonic clock; never, at first.
    """

    waiting: int = 0
    failure: ShecangError | None = None
    heard: float = -math.inf

    def take(self, status: Status) -> None:
        """Take in what the relay says; a failure is logged once, not every time."""
        if status.failure is not None:
            sentence = status.failure.text("en")
            if self.failure is None or sentence != self.failure.text("en"):
                _logger.warning("transactions are not sent: %s", sentence)
            self.failure = status.failure
        elif status.waiting is not None:
            self.waiting, self.heard = status.waiting, time.monotonic()
            if self.failure is not None:
                _logger.warning("transactions are sent again")
            self.failure = None

    @property
    def is_at_work(self) -> bool:
        """Whether it sends: nothing keeps it from that, and it said so within `SILENCE` seconds."""
        return self.failure is None and time.monotonic() - self.heard <= SILENCE


async def _relaying_of(request: Request) -> Relaying | None:
    return cast("Relaying | None", request.state.relaying)


RelayingDep = Annotated[Relaying | None, Depends(_relaying_of)]
"""How the relay stands, for an endpoint; None where the home has no outbox."""
