"""Named sets of prices: what a way, a parcel, a filled need and a day of waiting are worth to each other."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Profile:
    """The prices of a match, in base units times distance: 1 is one base unit carried a distance of 1.

    Attributes:
        name: As commands and proposals name it.
        parcel: What each parcel costs, above the way that its goods make. Lower, and goods are strewn in more
            and smaller parcels that fill more needs. Since goods that wait are not charged it, goods of few
            base units wait until they fill a need.
        fill: What a need that is filled is worth, for an item with as many open needs as items have on
            average; part of a need is worth its share.
        opening: The share of `fill` that it costs to begin a need, so that needs begun are finished first,
            and goods go where they are enough.
        rarity: The most that a need of an item with few open needs is worth, in average needs. Each item
            counts the same, so that a need of an item that few ask for counts more; the bound keeps a single
            early asker from drawing goods across the country.
        patience: The distance for each base unit above which goods that have just come wait for a nearer
            need.
        urge: By how much `patience` grows each day that goods wait, so that little waits long.
        longest: Seconds that goods wait at most; after them they go wherever somebody asks.
        hurry: Seconds before goods expire from which on they do so too.
        nearest: How many of the nearest needs, and of those that fit best, are looked at for each supply.
        breadth: How many beginnings of a plan are followed at once.
        parcels: The most parcels that one supply is split into on one day.
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


DONOR_NETWORK = Profile(
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
