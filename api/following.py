"""How the index stands to the chain, as the application is told by whoever keeps it at the head."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.status import Status

_logger = logging.getLogger(__name__)

SILENCE = 60.0
"""Seconds after which a silent follower counts as one that does not follow."""


@dataclass(slots=True)
class Following:
    """How the index stood to the chain when it was last looked at.

    Attributes:
        head: Height of the chain.
        failure: Why the index does not follow, in English; empty while it does.
        heard: When something was last heard of it, on the monotonic clock; never, at first.
    """

    head: int = 0
    failure: str = ""
    heard: float = -math.inf

    def take(self, status: Status) -> None:
        """Take in what the follower says; a failure is logged once, not every second."""
        if status.failure is not None:
            if (sentence := status.failure.text("en")) != self.failure:
                _logger.warning("the index does not follow the chain: %s", sentence)
            self.failure = sentence
        elif status.head is not None:
            self.head, self.heard = status.head, time.monotonic()
            if self.failure:
                _logger.warning("the index follows the chain again")
            self.failure = ""

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard for so long that the index cannot be said to follow."""
        return time.monotonic() - self.heard > SILENCE


async def _following_of(request: Request) -> Following:
    return cast(Following, request.state.following)


FollowingDep = Annotated[Following, Depends(_following_of)]
"""How the index stands to the chain, for an endpoint."""
