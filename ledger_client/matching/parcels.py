"""What a match is about: goods that can be given, needs that are open, and parcels between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

# Named tuples, because a city has tens of thousands of needs a day and frozen data classes take four times as
# long to make.


class Supply(NamedTuple):
    """Goods of one item that a site can give.

    Attributes:
        key: Names the supply; ties are broken by it.
        site: The site that holds the goods.
        item: The item.
        quantity: Base units that may leave the site, above 0.
        held_since: Seconds since 1970: from when the goods have been waiting.
        expires: Seconds since 1970: from when they are of no use; None where they keep.
    """

    key: str
    site: str
    item: str
    quantity: int
    held_since: int
    expires: int | None = None


class Need(NamedTuple):
    """What a site still asks of one item.

    Attributes:
        key: Names the need; ties are broken by it.
        site: The site that asks.
        item: The item.
        quantity: Base units that are still open, above 0.
        asked: Base units that were asked at first, at least `quantity`.
        since: Seconds since 1970: when it was asked.
        needed_by: Seconds since 1970: after that nothing is sent any more; None for no such day.
        urgency: How much more it counts than an ordinary need, from 1.
    """

    key: str
    site: str
    item: str
    quantity: int
    asked: int
    since: int
    needed_by: int | None = None
    urgency: int = 1


class Why(NamedTuple):
    """Why a parcel goes on this day, in facts that a sentence can be made of.

    Attributes:
        distance: From site to site, in the unit of the distances.
        waited: Seconds that the goods have been waiting.
        fills: Whether the need asks for nothing more.
        empties: Whether nothing of the supply is left.
        shares: Whether another item goes from the same site to the same site on this day.
        cost: What the supply's parcels of this day cost for each base unit, in the unit of the distances;
            below 0 where the needs filled are worth more than the way.
        limit: The cost at which the supply would have waited instead.
    """

    distance: float
    waited: int
    fills: bool
    empties: bool
    shares: bool
    cost: float
    limit: float


class Parcel(NamedTuple):
    """Base units of one supply that go to one need.

    Attributes:
        supply: The supply.
        need: The need.
        quantity: Base units, above 0.
        why: Why, on this day.
    """

    supply: Supply
    need: Need
    quantity: int
    why: Why


Distances = Callable[[Supply, Sequence[Need]], Sequence[float]]
"""The distances from a supply's site to those of the needs, in their order; `math.inf` for nowhere."""
