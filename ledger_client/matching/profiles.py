"""Named sets of prices: what a way, a parcel, a request filled and a day of waiting are worth together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 86_400  # seconds

URGENCIES: Mapping[int, int] = {1: 1, 2: 2, 3: 4}
"""How much a request of each urgency (1 routine, 2 urgent, 3 critical) counts beside a routine one."""


@dataclass(frozen=True, slots=True)
class DonorProfile:
    """The prices of a match, in base units times distance: 1 is one base unit carried a distance of 1.

    Attributes:
        name: As commands and proposals name it.
        parcel: What each parcel costs, above the way that its goods make. Lower, and goods are strewn in more
            and smaller parcels that fill more requests. Since goods that wait are not charged it, goods of
            few base units wait until they fill a request.
        fill: What a request that is filled is worth, for an item with as many open requests as items have on
            average; part of a request is worth its share.
        opening: The share of `fill` that it costs to begin a request, so that requests begun are finished
            first, and goods go where they are enough.
        rarity: The most that a request of an item with few open requests is worth, in average requests. Each
            item counts the same, so that a request of an item that few ask for counts more; the bound keeps
            a single early asker from drawing goods across the country.
        patience: The distance for each base unit above which goods that have just come wait for a nearer
            request.
        urge: By how much `patience` grows each day that goods wait, so that little waits long.
        longest: Seconds that goods wait at most; after them they go wherever somebody asks.
        hurry: Seconds before goods expire from which on they do so too.
        nearest: How many of the nearest requests, and of those that fit best, are looked at for each lot.
        breadth: How many beginnings of a plan are followed at once.
        parcels: The most parcels that one lot is split into on one day.
        urgencies: Weight by urgency, whole numbers above 0.
    """

    name: str
    parcel: float
    fill: float
    opening: float
    rarity: float
    patience: float
    urge: float
    longest: int
    hurry: int
    nearest: int
    breadth: int
    parcels: int
    urgencies: Mapping[int, int] = field(default_factory=lambda: URGENCIES)


DONOR_NETWORK = DonorProfile(
    name="donor-network",
    parcel=3_500.0,
    fill=8_000.0,
    opening=0.5,
    rarity=8.0,
    patience=80.0,
    urge=6.0,
    longest=70 * DAY,
    hurry=14 * DAY,
    nearest=20,
    breadth=6,
    parcels=4,
)
"""Givers who offer once and hosts who ask once, far apart, and few parcels a giver; distances in miles."""
