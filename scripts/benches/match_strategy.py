"""The profile `donor-network` as a strategy of ppe-match, and what every strategy is watched for.

Runs in the environment of `requirements/match.txt`, which has pandas and nothing that the ledger needs: of
the ledger it imports the matching alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ledger_client.matching import DONOR_NETWORK, Need, Profile, Supply, match

Strategy = Callable[[Any, pd.DataFrame, pd.DataFrame, pd.DataFrame], pd.DataFrame]

_Row = tuple[str, str, int, int]  # site, item, quantity, seconds since 1970


class Watched:
    """A strategy, its time, and a check that nothing of a later day is handed to it.

    Attributes:
        seconds: Processor time inside the strategy, all days together; it runs in one thread.
        clock_seconds: The same by the clock, which other work on the machine makes longer.
        days: How many days it was asked.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self.seconds = 0.0
        self.clock_seconds = 0.0
        self.days = 0

    def __call__(self, date: Any, donors: Any, recipients: Any, distances: Any) -> pd.DataFrame:
        """Ask the strategy.

        Raises:
            RuntimeError: What it would see is of a later day.
        """
        if max(donors["date"].max(), recipients["date"].max()) > date:
            raise RuntimeError(
                f"what was offered or asked after {date} was handed to the strategy of that day"
            )
        start, start_clock = time.process_time(), time.perf_counter()
        decided = self._strategy(date, donors, recipients, distances)
        self.seconds += time.process_time() - start
        self.clock_seconds += time.perf_counter() - start_clock
        self.days += 1
        return decided


class DonorNetwork:
    """`ledger_client.matching` behind the framework's tables.

    It remembers what it has sent itself, since the framework tells only what is still open of a request.
    """

    def __init__(self, profile: Profile = DONOR_NETWORK) -> None:
        self._profile = profile
        self._needs: dict[_Row, Need] = {}  # by the row that tells of it, to make each only once
        self._received: dict[tuple[str, str], int] = {}

    def __call__(self, date: Any, donors: Any, recipients: Any, distances: Any) -> pd.DataFrame:
        """Return the day's decisions: don_id, rec_id, ppe, qty."""
        sent = match(
            int(date.timestamp()),
            [Supply(f"{row[0]} {row[1]}", *row) for row in _rows(donors, "don_id")],
            self._needs_of(list(_rows(recipients, "rec_id"))),
            _Ways(distances),
            self._profile,
        )
        for parcel in sent:
            whose = parcel.need.site, parcel.need.item
            self._received[whose] = self._received.get(whose, 0) + parcel.quantity
        return pd.DataFrame(
            [(parcel.supply.site, parcel.need.site, parcel.need.item, parcel.quantity) for parcel in sent],
            columns=["don_id", "rec_id", "ppe", "qty"],
        )

    def _needs_of(self, rows: list[_Row]) -> list[Need]:
        for row in rows:
            site, item, quantity, since = row
            # What has received something is told anew: its row may look as before when more was asked since.
            if row not in self._needs or (site, item) in self._received:
                asked = quantity + self._received.get((site, item), 0)
                self._needs[row] = Need(f"{site} {item}", site, item, quantity, asked, since)
        return list(map(self._needs.__getitem__, rows))


def _rows(table: pd.DataFrame, site: str) -> Iterable[_Row]:
    """Yield site, item, quantity and seconds since 1970 of each row."""
    seconds = table["date"].dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype("int64")
    quantities = table["qty"].to_numpy().astype("int64")
    return zip(
        table[site].tolist(), table["ppe"].tolist(), quantities.tolist(), seconds.tolist(), strict=True
    )


class _Ways:
    """The framework's table of distances, whose rows stand donor by donor."""

    def __init__(self, distances: pd.DataFrame) -> None:
        donors = distances["don_id"].to_numpy()
        self._recipients = distances["rec_id"].to_numpy()
        self._distances = distances["distance"].to_numpy()
        starts = np.concatenate(([0], np.flatnonzero(donors[1:] != donors[:-1]) + 1, [len(donors)])).tolist()
        self._blocks = {donors[start]: (start, end) for start, end in pairwise(starts)}
        if len(self._blocks) != len(starts) - 1:
            raise ValueError("the rows of a donor do not stand together in the table of distances")
        self._sites: dict[str, list[str]] = {}  # of those who need an item
        self._last: tuple[str, dict[str, float]] = ("", {})

    def __call__(self, supply: Supply, needs: Sequence[Need]) -> Sequence[float]:
        """Return the distances from the supply's site to those of the needs of its item."""
        sites = self._sites.get(supply.item)
        if sites is None:
            sites = self._sites[supply.item] = [need.site for need in needs]
        start, end = self._blocks.get(supply.site, (0, 0))
        # A donor of one item has a row for each who needs it, in the order of the needs: nothing to look up.
        if end - start == len(sites) and self._recipients[start:end].tolist() == sites:
            return self._distances[start:end].tolist()
        donor, ways = self._last
        if donor != supply.site:
            block = zip(
                self._recipients[start:end].tolist(), self._distances[start:end].tolist(), strict=True
            )
            ways = dict(block)
            self._last = supply.site, ways
        try:
            return list(map(ways.__getitem__, sites))
        except KeyError:
            return [ways.get(site, math.inf) for site in sites]
