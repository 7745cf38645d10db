"""The facts of a city by the other way: from all events up to a block, folded anew in memory.

What an index says as of a block is compared with this in tests, and where two blocks have one time this is
asked instead (`recheck`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import ProposalState, is_stale, norm_at, terms_in
from ledger_client.anchors import BlockId
from ledger_client.city import Asked, CityFacts, GoodsAt, Pending, Place
from ledger_client.matching import Terms
from ledger_client.words import LotStatus

if TYPE_CHECKING:
    from ledger_client.fold import State
    from ledger_client.fold.allocation_records import Request
    from ledger_client.index.source import BlockStamp

_HELD_HERE = 1 << 63


def facts_of_state(state: State, stamp: BlockStamp, offset: int) -> CityFacts:
    """Return what all events up to a block add up to.

    Args:
        state: In memory, folded up to `stamp`.
        stamp: The block.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    at, maps = stamp.time, _Maps(state)
    sites = maps.of("sites")
    requests: dict[int, Request] = maps.of("requests")
    return CityFacts(
        block=BlockId(stamp.number, stamp.hash),
        time=at,
        offset=offset,
        goods=tuple(sorted(maps.goods())),
        requests=tuple(sorted(_asked(requests.items(), at))),
        pending=tuple(
            sorted(
                Pending(each.request, each.giver, requests[each.request].item, each.quantity)
                for each in maps.of("proposals").values()
                if each.state_at(at) is ProposalState.PROPOSED and _asks(requests[each.request], at)
            )
        ),
        floors={place: value for place, word in maps.of("floors").items() if (value := norm_at(word, at))},
        terms={
            place: Terms(*terms)
            for place, word in maps.of("terms").items()
            if (terms := terms_in(norm_at(word, at))) is not None
        },
        stale=frozenset(
            place for place, word in maps.of("cycles").items() if is_stale(word, maps.counted(place), at)
        ),
        emergencies=frozenset(
            division for division, each in maps.of("emergencies").items() if each.is_in_force(at)
        ),
        reserved={place: units for place, units in maps.of("reserved").items() if units},
        open_sites=frozenset(site for site, record in sites.items() if not record.is_closed),
        disposal=frozenset(site for site, record in sites.items() if record.is_disposal),
    )


class _Maps:
    """The maps of a state in memory, which are dictionaries."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, name: str) -> dict[Any, Any]:
        """Return a map of the state."""
        found: dict[Any, Any] = getattr(self._state, name)
        return found

    def goods(self) -> Iterable[GoodsAt]:
        """Yield what lies at sites and may be used, but for its date."""
        lots = self.of("lots")
        for (site, lot), word in self.of("balances").items():
            quantity, attributes = word & (_HELD_HERE - 1), lots[lot]
            if quantity and not word & _HELD_HERE and attributes.status == LotStatus.RELEASED:
                number = int.from_bytes(lot, "big")
                yield GoodsAt(site, number, attributes.item, quantity, attributes.use_until)

    def counted(self, place: Place) -> int:
        """Return the time for which the last proved count of a category at a site stands, 0 for none."""
        found = self.of("counted").get(place)
        if found is None:
            return 0
        document = self.of("documents").get(found.key)
        return 0 if document is None or document.reversed_by else int(found.counted_at)


def _asked(requests: Iterable[tuple[int, Request]], at: int) -> Iterator[Asked]:
    for key, each in requests:
        open_ = each.open if _asks(each, at) else 0
        if open_ or each.promised:
            yield Asked(
                key=key,
                site=each.site,
                item=each.item,
                asked=each.quantity,
                open=open_,
                promised=each.promised,
                needed_by=each.needed_by,
                urgency=each.urgency,
                requested_at=each.made_at,
                reason=each.reason,
            )


def _asks(request: Request, at: int) -> bool:
    """Return whether a request asks for something that is not promised to it."""
    return request.is_open(at) and request.open > 0
