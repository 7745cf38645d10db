"""Matching a city: what is looked at, and what is proposed.

A `City` is one moment: the usable lots, what each site must keep, who asks for what. A `Plan` is the answer:
proposals (one giver, one request, some lots), and for what stays open the reason. Both hold whole numbers of
base units, days counted from 1970-01-01, and codes; nothing here is a text for users, since a command turns
codes into words of either language.

The rules, in one place:

- **Usable stock** of a site and item: its lots whose last day of use is not past.
- **Releasable** of a site and item: the smaller of usable stock − floor and of the callable share of the
  usable stock, less what is reserved; nothing below 0. Nothing where the count of the item's category is
  overdue, at a site without terms, and at one that asks for the item itself.
- **Terms** of a site: those for its storage mode at the nearest division above it that has any, from its
  community up to the country.
- **In time**: the giver's notice ends on the day of need or earlier. Where one emergency covers both sites,
  the notice does not count. Nothing else changes: floors, shares, overdue counts and what is reserved stand
  in an emergency too.
- **Lots**: the giver's earliest to expire, of those that may still be used on the day of need.
- **Near**: the `CityProfile.nearest` givers that may give anything to the request, nearest first, then by
  site id.
- **Approval**: by the lowest division that contains both sites and is no community.
- A request that asked for more than three times its site's floor needs a reason and is flagged; without one
  it gets nothing.

All of it can be read from a ledger at one block: lots from balances and their status, requests, what is
reserved and promised from `Reallocation`, floors, terms, counts and emergencies from `Norms`.

Of the standard library alone, like every module that it needs, so that it runs wherever Python runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledger_client.matching.distances import Distance, Distances, Unit
from ledger_client.matching.goods import Lot, Request

RULES = 1
"""The rules' version; it goes up whenever the same city and profile could get another plan."""

WHOLE = 10_000
"""Basis points in the whole: shares and levels are counted in them."""

NORMS_WITHOUT_REASON = 3
"""Up to so many times the floor a request needs no reason."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Base units of an item at a site: a floor, what is reserved, or what is promised to it."""

    site: int
    item: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms sites of a storage mode give.

    Attributes:
        share: Callable share of the usable stock, in basis points.
        notice: Days from today until the goods may leave.
    """

    share: int
    notice: int


@dataclass(frozen=True, slots=True)
class City:
    """All that a proposal depends on, at one moment.

    Attributes:
        today: The day.
        lots: Usable lots of all sites.
        requests: Open requests.
        floors: What sites must keep; a site and item without an entry keeps nothing.
        reserved: What is approved to leave and has not left.
        promised: What is approved for a site or on its way to it, and neither accepted nor fallen away.
        terms: Terms by division and storage mode (1 to 5, the 13th digit of a site's id).
        stale: (site, category) whose count is overdue; the category is the first 7 digits of an item's id.
            What an approver lets go from there all the same, a keeper proposes by hand.
        emergencies: Divisions with an emergency in force.
        distances: How far sites are apart.
    """

    today: int
    lots: Collection[Lot]
    requests: Collection[Request]
    floors: Collection[Quantity] = ()
    reserved: Collection[Quantity] = ()
    promised: Collection[Quantity] = ()
    terms: Mapping[tuple[int, int], Terms] = field(default_factory=dict)
    stale: Collection[tuple[int, int]] = ()
    emergencies: Collection[int] = ()
    distances: Distances = field(default_factory=Distances)


@dataclass(frozen=True, slots=True)
class CityProfile:
    """A named way of choosing among what the rules allow.

    Attributes:
        name: As the configuration names it.
        nearest: How many givers a request may draw on.
        parcel_metres: What one more parcel between two sites is worth, in metres of way for each base unit.
        parcel_seconds: The same in seconds of travel.
        urgencies: Weight by urgency, whole numbers above 0.
    """

    name: str
    nearest: int
    parcel_metres: int
    parcel_seconds: int
    urgencies: Mapping[int, int]

    def parcel_price(self, unit: Unit) -> int:
        """Return what one more parcel is worth, in `unit`."""
        return self.parcel_metres if unit is Unit.METRES else self.parcel_seconds


class ReasonCode(StrEnum):
    """Why a proposal says what it says; `Reason.value` holds the figure that goes with it.

    A proposal has its reasons in this order, each at most once.
    """

    LEVEL = "level"  # (stock + promised) / floor of the receiver beforehand, in basis points
    NO_FLOOR = "no-floor"  # the receiver has no floor: the quantity asked for stands in its place
    URGENCY = "urgency"  # the request's urgency
    STALE = "stale"  # the category whose count is overdue at the receiver: its level is an old one
    ABOVE_NORM = "above-norm"  # quantity asked for / floor in basis points, above three
    RANK = "rank"  # the giver's place among the nearest ones, from 1
    EMERGENCY = "emergency"  # the division whose emergency covers both sites
    NOTICE = "notice"  # days of notice that the giver has
    DISTANCE_BY_LEVEL = "distance-by-level"  # no distance is known: digits of the division in common
    EXPIRES = "expires"  # last day of use of the first of the goods
    SPLIT = "split"  # how many givers share in the request
    SAME_PARCEL = "same-parcel"  # how many items travel between the two sites


class UnfilledCode(StrEnum):
    """Why a request, or the rest of one, stays open."""

    REASON_MISSING = "reason-missing"  # above three times the floor without a reason
    PAST = "past"  # the day of need is over
    TOO_FAR = "too-far"  # what could be given lies beyond the nearest givers
    NOTICE = "notice-too-long"
    EXPIRED = "expired"  # what could be given expires before the need
    STALE = "stale"  # goods above the floor lie alone where the count is overdue
    SHARE = "share"  # goods above the floor may not be called: their mode's share is used up
    FLOOR = "no-stock-above-floor"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a proposal: a code and the figure that goes with it."""

    code: ReasonCode
    value: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One giver for one request.

    Attributes:
        request: The request's id.
        giver: The site that gives.
        receiver: The site that asks.
        item: The item's id.
        quantity: Base units, the sum of the lots.
        lots: (lot, base units) in ascending order of lots, as a document lists them.
        left: Usable base units that the giver has once the whole plan is carried out; reserved ones are in
            it.
        distance: How far, and whether that is known.
        approval: The lowest division that contains both sites and is no community.
        reasons: Why.
    """

    request: int
    giver: int
    receiver: int
    item: int
    quantity: int
    lots: tuple[tuple[int, int], ...]
    left: int
    distance: Distance
    approval: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Unfilled:
    """What of a request stays open: base units, and why."""

    request: int
    quantity: int
    code: UnfilledCode


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a `City`.

    Attributes:
        profile: The profile's name.
        unit: What the distances count.
        proposals: By request, then by giver.
        unfilled: By request.
        flagged: Requests above three times their floor, with a reason or without.
    """

    profile: str
    unit: Unit
    proposals: tuple[Proposal, ...]
    unfilled: tuple[Unfilled, ...]
    flagged: tuple[int, ...]


_MODE_PLACE = 100  # a site's id is community (12 digits), mode, number (2)
_CATEGORY_PLACE = 100_000  # an item's id is category (7 digits), number (5)
# A community's code over these is the code of each division that contains it, itself first, 0 last.
_ABOVE_A_COMMUNITY = tuple(10 ** (12 - digits) for digits in (12, 9, 6, 4, 2, 0))


def category_of(item: int) -> int:
    """Return the category of an item, the first 7 digits of its id."""
    return item // _CATEGORY_PLACE


def terms_of(terms: Mapping[tuple[int, int], Terms], site: int) -> Terms | None:
    """Return the terms on which `site` gives, or None: then it gives nothing.

    Those for its storage mode at the nearest division above it rule, from its community up to the country.
    """
    mode, community = site // _MODE_PLACE % 10, site // _MODE_PLACE // 10
    for cut in _ABOVE_A_COMMUNITY:
        found = terms.get((community // cut, mode))
        if found is not None:
            return found
    return None


def weight(urgency: int, stock: int, norm: int) -> int:
    """Return the weight of one base unit for a receiver: urgency times how badly off it is.

    That is `urgency * norm / (norm + stock)` in millionths: all of the urgency where nothing is left, half
    of it at the floor, a quarter at three floors; it falls as stock ÷ floor rises. A request's weight *at
    the start* takes what its site has and what is promised to it; the weighted quantity of a plan is the sum
    over its proposals of quantity times that weight.

    Args:
        urgency: The weight of the request's urgency.
        stock: Base units at the receiver and promised to it.
        norm: Its floor, or where it has none the quantity asked for at first; above 0.
    """
    return urgency * 1_000_000 * norm // (norm + stock)
