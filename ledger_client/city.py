"""The city that the matching looks at, from a ledger at one block.

Two ways lead to it, and both give the same: the index, which knows the newest block, for a proposal; and
all events up to a block, folded anew in memory, for whoever rechecks a proposal later. Each gathers the same
plain `CityFacts`, and one function makes the city of them, so that no rule is written twice::

    facts = facts_of_index(index_engine, offset)
    plan = propose(city_of(facts, distances))

What was proposed and is not decided yet counts as if it were approved: it is taken from what the giver may
give, and from what the request asks for. So that a plan that is made twice does not propose twice.

A site that is closed or a place of disposal gives nothing, and a closed one asks for nothing. The day of need
is the day in which the last second of use lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_client import matching
from ledger_client.allocation import ProposalState, is_stale, norm_at, terms_in
from ledger_client.anchors import BlockId
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.index.allocation import AllocationReader
from ledger_client.index.reads import IndexReader
from ledger_client.matching.city import City, Quantity
from ledger_client.matching.city import Terms as CityTerms
from ledger_client.matching.distances import Distances
from ledger_client.words import NEVER, LotStatus

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ledger_client.fold import State
    from ledger_client.fold.allocation_records import Request
    from ledger_client.index.source import BlockStamp

Place = tuple[int, int]
"""A site and an item; of terms, a division and a storage mode."""

_HELD_HERE = 1 << 63


class GoodsAt(NamedTuple):
    """A lot at a site that nothing but its date is against: not held, not held there, not recalled.

    Attributes:
        site: Where it lies.
        lot: Its id.
        item: The item.
        quantity: Base units.
        use_until: Last day of use, `words.NEVER` where there is none.
    """

    site: int
    lot: int
    item: int
    quantity: int
    use_until: int


class Asked(NamedTuple):
    """A request of which something is open or promised.

    Attributes:
        key: Of the request.
        site: Who asks.
        item: For what.
        asked: Base units asked for at first.
        open: Base units neither accepted nor promised; 0 where it is over or withdrawn.
        promised: Base units approved or on their way.
        needed_by: The last second of use.
        urgency: As `allocation.Urgency` counts.
        requested_at: Block time.
        reason: A code, 0 for none.
    """

    key: int
    site: int
    item: int
    asked: int
    open: int
    promised: int
    needed_by: int
    urgency: int
    requested_at: int
    reason: int


class Pending(NamedTuple):
    """A proposal that is not decided, for an open request: which, who gives, which item, base units."""

    request: int
    giver: int
    item: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CityFacts:
    """All that a plan depends on beside distances and profile, as a ledger has it at one block.

    Attributes:
        block: The block.
        time: Its time, seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
        goods: By site and lot.
        requests: By key.
        pending: Proposals that are not decided, by request and giver.
        floors: What sites must keep, where it is not 0.
        terms: Share and notice, by division and storage mode.
        stale: Site and category whose count is overdue.
        emergencies: Divisions with an emergency in force.
        reserved: What is approved to leave and has not left, where it is not 0.
        open_sites: Sites that are not closed.
        disposal: Places of disposal among them.
    """

    block: BlockId
    time: int
    offset: int
    goods: tuple[GoodsAt, ...]
    requests: tuple[Asked, ...]
    pending: tuple[Pending, ...]
    floors: Mapping[Place, int]
    terms: Mapping[Place, CityTerms]
    stale: frozenset[Place]
    emergencies: frozenset[int]
    reserved: Mapping[Place, int]
    open_sites: frozenset[int]
    disposal: frozenset[int]

    @property
    def today(self) -> int:
        """The day of the block, counted from 1970 as the ledger counts days."""
        return self.day(self.time)

    def day(self, seconds: int) -> int:
        """Return the ledger's day in which a second lies."""
        return (seconds + self.offset) // SECONDS_A_DAY


# ---------------------------------------------------------------------------------------------- the city


def city_of(
    facts: CityFacts, distances: Distances | None = None, more: Iterable[matching.Request] = ()
) -> City:
    """Return the city of a ledger at one block.

    Args:
        facts: What the ledger has.
        distances: How far sites are apart; by division where not given.
        more: Requests that are not recorded yet, to see what would become of them.
    """
    proposed: defaultdict[int, int] = defaultdict(int)
    taken: defaultdict[Place, int] = defaultdict(int, facts.reserved)
    for each in facts.pending:
        proposed[each.request] += each.quantity
        taken[each.giver, each.item] += each.quantity
    promised: defaultdict[Place, int] = defaultdict(int)
    for asked in facts.requests:
        # A proposal may give more than is open, and is then not approved.
        promised[asked.site, asked.item] += asked.promised + min(proposed[asked.key], asked.open)
    return City(
        today=facts.today,
        lots=_lots(facts),
        requests=[*_requests(facts, proposed), *more],
        floors=_quantities(facts.floors),
        reserved=_quantities(taken),
        promised=_quantities(promised),
        terms=facts.terms,
        stale=sorted(facts.stale),
        emergencies=sorted(facts.emergencies),
        distances=distances or Distances(),
    )


def _lots(facts: CityFacts) -> list[matching.Lot]:
    giving = facts.open_sites - facts.disposal
    return [
        matching.Lot(
            lot=each.lot,
            site=each.site,
            item=each.item,
            quantity=each.quantity,
            use_until=None if each.use_until == NEVER else each.use_until,
        )
        for each in facts.goods
        if each.site in giving
    ]


def _requests(facts: CityFacts, proposed: Mapping[int, int]) -> list[matching.Request]:
    found = []
    for each in facts.requests:
        left = each.open - proposed.get(each.key, 0)
        if left > 0 and each.site in facts.open_sites:
            found.append(
                matching.Request(
                    request=each.key,
                    site=each.site,
                    item=each.item,
                    quantity=left,
                    asked=each.asked,
                    needed_by=facts.day(each.needed_by),
                    urgency=each.urgency,
                    requested_at=each.requested_at,
                    reason=each.reason or None,
                )
            )
    return found


def _quantities(by_place: Mapping[Place, int]) -> list[Quantity]:
    return [Quantity(site, item, units) for (site, item), units in sorted(by_place.items()) if units]


# --------------------------------------------------------------------------------------------- from the index


class _Reader(IndexReader, AllocationReader):
    """Answers about stock, norms and requests, all of one state within `one_state`."""


def facts_of_index(engine: Engine, offset: int) -> CityFacts:
    """Return what an index has, as of the last block that it read.

    Args:
        engine: The index's database.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        IndexEmptyError: It read no block.
    """
    with _Reader(engine).one_state() as reader:
        stamp = reader.position()
        at = stamp.time
        sites = reader.sites()
        undecided = reader.proposals(at, states=(ProposalState.PROPOSED,))
        return CityFacts(
            block=BlockId(stamp.number, stamp.hash),
            time=at,
            offset=offset,
            goods=tuple(
                sorted(
                    GoodsAt(
                        each.site,
                        each.lot,
                        each.attributes.item,
                        each.quantity,
                        each.attributes.use_until,
                    )
                    for each in reader.on_hand(0)
                    if each.is_free
                )
            ),
            requests=_asked(((each.key, each.request) for each in reader.requests(0, at, is_open=False)), at),
            pending=tuple(
                sorted(
                    Pending(
                        each.proposal.request,
                        each.proposal.giver,
                        each.request.item,
                        each.proposal.quantity,
                    )
                    for each in undecided
                    if _asks(each.request, at)
                )
            ),
            floors={(each.subject, each.about): each.value for each in reader.floors(0, at) if each.value},
            terms={
                (each.subject, each.about): CityTerms(*each.terms)
                for each in reader.terms(0, at)
                if each.terms is not None
            },
            stale=frozenset((each.site, each.category) for each in reader.stale(0, at)),
            emergencies=frozenset(each.division for each in reader.emergencies(0, at)),
            reserved=reader.reserved(0),
            open_sites=frozenset(site for site, record in sites.items() if not record.is_closed),
            disposal=frozenset(site for site, record in sites.items() if record.is_disposal),
        )


# ---------------------------------------------------------------------------------------------- from events


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
        requests=_asked(requests.items(), at),
        pending=tuple(
            sorted(
                Pending(each.request, each.giver, requests[each.request].item, each.quantity)
                for each in maps.of("proposals").values()
                if each.state_at(at) is ProposalState.PROPOSED and _asks(requests[each.request], at)
            )
        ),
        floors={place: value for place, word in maps.of("floors").items() if (value := norm_at(word, at))},
        terms={
            place: CityTerms(*terms)
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


def _asked(requests: Iterable[tuple[int, Request]], at: int) -> tuple[Asked, ...]:
    """Return the requests of which something is open or promised, by key."""
    found = []
    for key, each in requests:
        open_ = each.open if _asks(each, at) else 0
        if open_ or each.promised:
            found.append(
                Asked(
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
            )
    return tuple(sorted(found))


def _asks(request: Request, at: int) -> bool:
    """Return whether a request asks for something that is not promised to it."""
    return request.is_open(at) and request.open > 0
