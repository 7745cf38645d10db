"""What the benchmarks of the API ask, and the same by hand: pages of random sites, and verdicts."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import func, select

from benches.api_history import FIRST_BLOCK_TIME, LAST_BLOCK_TIME, uscc, zipf
from benches.api_plain import PlainReader
from benches.api_world import World
from ledger_client.databases import reading
from ledger_client.index.tables import MAPS_BY_NAME

ROWS = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        path: With its query.
        by_hand: Asks the database for the same.
        rows: What the answer is compared by: of the answer's JSON, and of what was asked for by hand.
    """

    path: str
    by_hand: Callable[[PlainReader], Any]
    rows: tuple[Callable[[Any], Any], Callable[[Any], Any]]


class Asking:
    """Gives random requests about a served ledger.

    Args:
        world: The ledger.
        seed: The same requests for the same seed.
        is_even: Whether every site comes as often as any other; else as often as it trades.
    """

    def __init__(self, world: World, seed: int, *, is_even: bool = False) -> None:
        self._random = random.Random(seed)
        self._sites = world.history.sites
        self._suppliers = world.history.suppliers
        self._categories = world.history.categories
        weights = [1.0] * len(self._sites) if is_even else zipf(len(self._sites))
        self._weights = list(accumulate(weights))
        journals, balances = (MAPS_BY_NAME[name].table for name in ("site_journals", "balances"))
        held = select(balances.c.site, func.count()).where(balances.c.quantity > 0).group_by(balances.c.site)
        with reading(world.engine) as connection:
            self._lengths = {
                site: int.from_bytes(word[-8:], "big") for site, word in connection.execute(select(journals))
            }
            self._held = {row.site: row[1] for row in connection.execute(held)}

    def card(self) -> Asked:
        """Return a page of a site's card, at any place of it."""
        site = self._site()
        after = self._random.randint(0, max(0, self._lengths[site] - ROWS))
        return Asked(
            f"/v1/sites/{site}/stock-card?limit={ROWS}&after={after}",
            lambda plain: plain.card(site, after, ROWS + 1),
            (_card_of_answer, lambda found: list(_card_by_hand(*found))),
        )

    def on_hand(self) -> Asked:
        """Return a page of what a site holds, at any place of it, the first one as likely as another."""
        site = self._site()
        pages = max(1, self._held.get(site, 0) // ROWS)
        # Lots are digests, and lie evenly among all numbers of 160 bits.
        lot = self._random.randrange(pages) * (1 << 160) // (pages + 1)
        after = f"&after={site}-{lot:040x}" if lot else ""
        return Asked(
            f"/v1/stock/on-hand/{site}?limit={ROWS}{after}",
            lambda plain: plain.on_hand(site, lot.to_bytes(20, "big"), ROWS + 1),
            (_holdings_of_answer, _holdings_by_hand),
        )

    def verdict(self) -> Asked:
        """Return a question about a supplier and a category, every other one about an earlier time."""
        chance = self._random
        number, category = chance.randrange(len(self._suppliers)), chance.choice(self._categories)
        supplier = int(self._suppliers[number])
        at = chance.choice((None, chance.randint(FIRST_BLOCK_TIME, LAST_BLOCK_TIME)))
        moment = "" if at is None else f"&at={datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        return Asked(
            f"/v1/suppliers/{uscc(number)}/verdict?category={category}{moment}",
            lambda plain: plain.standing(supplier.to_bytes(20, "big"), category),
            (
                lambda answer: answer["now"]["qualification"],
                lambda found: None if found[0][0] is None else bytes(found[0][0]).hex(),
            ),
        )

    def _site(self) -> int:
        return self._sites[bisect(self._weights, self._random.random() * self._weights[-1])]


CASES: dict[str, Callable[[Asking], Asked]] = {
    "card": Asking.card,
    "on-hand": Asking.on_hand,
    "verdict": Asking.verdict,
}
"""Case → its requests."""


def _card_of_answer(answer: Any) -> list[Any]:
    return [
        (
            entry["sequence"],
            entry["journal"],
            entry["document"]["key"],
            [(each["lot"], each["item"], each["delta"], each["quantity"]) for each in entry["movements"]],
        )
        for entry in answer["entries"]
    ]


def _card_by_hand(entries: list[Any], moved: list[Any]) -> Iterator[Any]:
    for sequence, journal, *document in entries[:ROWS]:
        key = next(each for each in document if isinstance(each, bytes) and len(each) == 31)
        lines = [
            (bytes(lot).hex(), str(item), str(delta), str(quantity))
            for of, lot, item, delta, quantity, _ in moved
            if of == sequence
        ]
        yield sequence, bytes(journal).hex(), key.hex(), lines


def _holdings_of_answer(answer: Any) -> list[Any]:
    return [(each["site"], each["lot"], each["quantity"]) for each in answer["holdings"]]


def _holdings_by_hand(found: list[Any]) -> list[Any]:
    return [(str(site), bytes(lot).hex(), str(quantity)) for site, lot, quantity, *_ in found[:ROWS]]
