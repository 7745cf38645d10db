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

from ledger_client.matching import DONOR_NETWORK, FOR_EVER, DonorProfile, Lot, Request, match

Strategy = Callable[[Any, pd.DataFrame, pd.DataFrame, pd.DataFrame], pd.DataFrame]

_Row = tuple[str, str, int, int]  # site, item, quantity, seconds since 1970
_NAME = 32  # bytes of a name at most


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

    def __init__(self, profile: DonorProfile = DONOR_NETWORK) -> None:
        self._profile = profile
        self._requests: dict[_Row, Request] = {}  # by the row that tells of it, to make each only once
        self._received: dict[tuple[str, str], int] = {}
        self._ids = _Ids()

    def __call__(self, date: Any, donors: Any, recipients: Any, distances: Any) -> pd.DataFrame:
        """Return the day's decisions: don_id, rec_id, ppe, qty."""
        names = self._ids.names
        sent = match(
            int(date.timestamp()),
            list(map(self._lot, _rows(donors, "don_id"))),
            self._requests_of(list(_rows(recipients, "rec_id"))),
            _TableOfWays(distances, names),
            self._profile,
        )
        decided = [
            (
                names[proposal.lot.site],
                names[proposal.request.site],
                names[proposal.lot.item],
                proposal.quantity,
            )
            for proposal in sent
        ]
        for _, site, item, quantity in decided:
            self._received[site, item] = self._received.get((site, item), 0) + quantity
        return pd.DataFrame(decided, columns=["don_id", "rec_id", "ppe", "qty"])

    def _lot(self, row: _Row) -> Lot:
        site, item, quantity, since = row
        number = self._ids.number
        return Lot(number(f"{site} {item}"), number(site), number(item), quantity, held_since=since)

    def _requests_of(self, rows: list[_Row]) -> list[Request]:
        number = self._ids.number
        for row in rows:
            site, item, quantity, since = row
            # What has received something is told anew: its row may look as before when more was asked since.
            if row not in self._requests or (site, item) in self._received:
                self._requests[row] = Request(
                    request=number(f"{site} {item}"),
                    site=number(site),
                    item=number(item),
                    quantity=quantity,
                    asked=quantity + self._received.get((site, item), 0),
                    needed_by=FOR_EVER,
                    urgency=1,
                    requested_at=since,
                )
        return list(map(self._requests.__getitem__, rows))


class _Ids:
    """Whole numbers for the framework's names, which sort as the names do: ties are broken in their order.

    Attributes:
        names: The name of each number.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.names: dict[int, str] = {}

    def number(self, name: str) -> int:
        """Return the number of `name`.

        Raises:
            OverflowError: The name has more than `_NAME` bytes, so that its number would sort in another way.
        """
        found = self._numbers.get(name)
        if found is None:
            if len(name.encode()) > _NAME:
                raise OverflowError(f"{name} has more than {_NAME} bytes")
            found = self._numbers[name] = int.from_bytes(name.encode().ljust(_NAME, b"\0"), "big")
            self.names[found] = name
        return found


def _rows(table: pd.DataFrame, site: str) -> Iterable[_Row]:
    """Yield site, item, quantity and seconds since 1970 of each row."""
    seconds = table["date"].dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype("int64")
    quantities = table["qty"].to_numpy().astype("int64")
    return zip(
        table[site].tolist(), table["ppe"].tolist(), quantities.tolist(), seconds.tolist(), strict=True
    )


class _TableOfWays:
    """The framework's table of distances, whose rows stand donor by donor."""

    def __init__(self, distances: pd.DataFrame, names: dict[int, str]) -> None:
        self._names = names
        donors = distances["don_id"].to_numpy()
        self._recipients = distances["rec_id"].to_numpy()
        self._distances = distances["distance"].to_numpy()
        starts = np.concatenate(([0], np.flatnonzero(donors[1:] != donors[:-1]) + 1, [len(donors)])).tolist()
        self._blocks = {donors[start]: (start, end) for start, end in pairwise(starts)}
        if len(self._blocks) != len(starts) - 1:
            raise ValueError("the rows of a donor do not stand together in the table of distances")
        self._sites: dict[int, list[str]] = {}  # of those who ask for an item
        self._last: tuple[str, dict[str, float]] = ("", {})

    def __call__(self, lot: Lot, requests: Sequence[Request]) -> Sequence[float]:
        """Return the distances from the lot's site to those of the requests for its item."""
        names = self._names
        sites = self._sites.get(lot.item)
        if sites is None:
            sites = self._sites[lot.item] = [names[request.site] for request in requests]
        giver = names[lot.site]
        start, end = self._blocks.get(giver, (0, 0))
        # A donor of one item has a row for each who asks for it, in their order: nothing to look up.
        if end - start == len(sites) and self._recipients[start:end].tolist() == sites:
            return self._distances[start:end].tolist()
        donor, ways = self._last
        if donor != giver:
            block = zip(
                self._recipients[start:end].tolist(), self._distances[start:end].tolist(), strict=True
            )
            ways = dict(block)
            self._last = giver, ways
        try:
            return list(map(ways.__getitem__, sites))
        except KeyError:
            return [ways.get(site, math.inf) for site in sites]
