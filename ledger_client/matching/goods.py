"""What a match is about: lots that can be given, and requests that are open.

Both profiles speak of these. A **lot** lies at a site, the **giver** of what leaves it; a **request** comes
from a site, its **receiver**; a **proposal** says what a giver gives for a request.

Ids are whole numbers, as the ledger has them; quantities are base units; days are counted from 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

# Named tuples, because a city has tens of thousands of requests a day and frozen data classes take four times
# as long to make.

FOR_EVER = 1 << 62
"""A day that never comes: the last day of use of what keeps, and the day of need where there is none."""


class Lot(NamedTuple):
    """Usable goods of one lot at one site.

    Attributes:
        lot: Its id; among equals the lower one goes first.
        site: Where it lies.
        item: The item's id.
        quantity: Base units that are released and at the site; held and recalled ones are not in it.
        use_until: Last day on which it may be used; None where it does not expire.
        held_since: Seconds since 1970: from when the goods have been waiting. The profile `district` never
            asks.
    """

    lot: int
    site: int
    item: int
    quantity: int
    use_until: int | None = None
    held_since: int = 0


class Request(NamedTuple):
    """What a site asks for and has not got yet.

    Attributes:
        request: Its id; among equals the lower one goes first.
        site: Who asks.
        item: The item's id.
        quantity: Base units still open, at least 1: those asked for, less what was accepted or is promised.
        asked: Base units asked for at first, at least `quantity`.
        needed_by: The day of need: after it nothing is sent any more.
        urgency: A key of the profile's urgencies.
        requested_at: When it was recorded, in seconds of block time; the earlier one goes first among equals.
        reason: Code of the reason given; None where none was.
    """

    request: int
    site: int
    item: int
    quantity: int
    asked: int
    needed_by: int
    urgency: int
    requested_at: int
    reason: int | None = None


def in_order(requests: Iterable[Request], urgencies: Container[int]) -> list[Request]:
    """Return the requests by id.

    Args:
        requests: In any order.
        urgencies: Those that the profile weighs.

    Raises:
        ValueError: An id comes twice, nothing of a request is open, more is open than was asked for, or its
            urgency is none of `urgencies`.
    """
    ordered = sorted(requests, key=itemgetter(0))
    require_once("request", [request.request for request in ordered])
    for request in ordered:
        if not 0 < request.quantity <= request.asked:
            raise ValueError(
                f"of request {request.request}, which asked for {request.asked} base units, "
                f"{request.quantity} are open: leave out what is covered, and say what was asked for at first"
            )
        if request.urgency not in urgencies:
            raise ValueError(
                f"request {request.request} has the urgency {request.urgency}, "
                "which the profile does not weigh: use one of its own"
            )
    return ordered


def require_once(what: str, ordered: list[int]) -> None:
    """Refuse ids that are not all different.

    Raises:
        ValueError: One comes twice.
    """
    if len(set(ordered)) < len(ordered):
        twice = next(first for first, second in pairwise(ordered) if first == second)
        raise ValueError(f"the {what} {twice} comes twice: give each its own id")
