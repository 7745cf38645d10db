"""What the profile `donor-network` proposes: of one lot so much for one request, with the reason in facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger_client.matching.goods import Lot, Request


class Why(NamedTuple):
    """Why goods go on this day, in facts that a sentence can be made of.

    Attributes:
        distance: From giver to receiver, in the unit of the ways.
        waited: Seconds that the goods have been waiting.
        fills: Whether the request asks for nothing more.
        empties: Whether nothing of the lot is left.
        shares: Whether another item goes from the same giver to the same receiver on this day.
        cost: What the proposals for the lot on this day cost for each base unit, in the unit of the ways;
            below 0 where the requests filled are worth more than the way.
        limit: The cost at which the lot would have waited instead.
    """

    distance: float
    waited: int
    fills: bool
    empties: bool
    shares: bool
    cost: float
    limit: float


class LotProposal(NamedTuple):
    """Base units of one lot that go to one request.

    Attributes:
        lot: The lot, which its site gives.
        request: The request.
        quantity: Base units, above 0.
        why: Why, on this day.
    """

    lot: Lot
    request: Request
    quantity: int
    why: Why


Ways = Callable[[Lot, Sequence[Request]], Sequence[float]]
"""The distances from a lot's site to those of the requests, in their order; `math.inf` for nowhere."""
