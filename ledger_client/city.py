"""The city that the matching looks at, from a ledger at one block.

It is read from an index: as of its newest block for a proposal, as of an older one for whoever rechecks a
proposal later. Both give plain `CityFacts`, of which one function makes the city; `city_replay` gives the
same facts from all events folded anew::

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
from typing import TYPE_CHECKING, NamedTuple

from ledger_client import matching
from ledger_client.allocation import terms_in
from ledger_client.anchors import BlockId
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.errors import UnavailableError
from ledger_client.fold.allocation_records import NormStep
from ledger_client.index.goods import GoodsReader
from ledger_client.index.standing import StandingReader
from ledger_client.matching.city import City, Quantity
from ledger_client.matching.city import Terms as CityTerms
from ledger_client.matching.distances import Distances
from ledger_client.words import NEVER

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ledger_client.index.allocation import RequestAt
    from ledger_client.index.source import BlockStamp

Place = tuple[int, int]
"""A site and an item; of terms, a division and a storage mode."""


class BlockUnreadError(UnavailableError):
    """An index was asked for a block that it has not read."""

    en = "block {block} was asked for, and the index has read up to block {last}; run `shecang index` first"
    zh = "所询区块为 {block}，索引只读到区块 {last}；请先运行 `shecang index`"


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


@dataclass(frozen=True, slots=True)
class SitesSince:
    """What became of sites after a block, of which an index keeps no time.

    Attributes:
        closed: Sites closed since.
        registered: Sites registered since.
    """

    closed: frozenset[int] = frozenset()
    registered: frozenset[int] = frozenset()


class _Reader(GoodsReader, StandingReader):
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
        return _facts(reader, reader.position(), offset, SitesSince())


def facts_of_block(engine: Engine, stamp: BlockStamp, offset: int, since: SitesSince) -> CityFacts:
    """Return what an index has, as of a block that it read.

    The index keeps what was recorded when, by block time: what came after the block is put back, and nothing
    before it is gone through again. No later block may have the same time.

    Args:
        engine: The index's database.
        stamp: The block.
        offset: Seconds by which the ledger's days are ahead of UTC.
        since: What became of sites after the block.

    Raises:
        IndexEmptyError: It read no block.
        BlockUnreadError: It has not read as far.
    """
    with _Reader(engine).one_state() as reader:
        if (last := reader.position()).number < stamp.number:
            raise BlockUnreadError(block=stamp.number, last=last.number)
        return _facts(reader, stamp, offset, since)


def _facts(reader: _Reader, stamp: BlockStamp, offset: int, since: SitesSince) -> CityFacts:
    at = stamp.time
    sites = {site: each for site, each in reader.sites().items() if site not in since.registered}
    standing = {each.key: each for each in reader.standing(at)}
    asking = {key: each for key, each in standing.items() if each.is_open and each.open}
    return CityFacts(
        block=BlockId(stamp.number, stamp.hash),
        time=at,
        offset=offset,
        # By position: the rows are the goods, and there are many of them.
        goods=tuple([GoodsAt._make(row) for row in reader.free_goods(at)]),
        requests=tuple(sorted(_asked(each) for each in standing.values())),
        pending=tuple(
            sorted(
                Pending(each.request, each.giver, asking[each.request].request.item, each.quantity)
                for each in reader.undecided(asking, at).values()
            )
        ),
        floors=reader.holding(NormStep.FLOOR, at),
        terms={
            place: CityTerms(*terms)
            for place, value in reader.holding(NormStep.TERMS, at).items()
            if (terms := terms_in(value)) is not None
        },
        stale=frozenset((each.site, each.category) for each in reader.stale(0, at)),
        emergencies=frozenset(each.division for each in reader.emergencies(0, at)),
        reserved=reader.reserved_at(at),
        open_sites=frozenset(
            site for site, each in sites.items() if not each.is_closed or site in since.closed
        ),
        disposal=frozenset(site for site, each in sites.items() if each.is_disposal),
    )


def _asked(each: RequestAt) -> Asked:
    request = each.request
    return Asked(
        key=each.key,
        site=request.site,
        item=request.item,
        asked=request.quantity,
        open=each.open if each.is_open else 0,
        promised=each.promised,
        needed_by=request.needed_by,
        urgency=request.urgency,
        requested_at=request.made_at,
        reason=request.reason,
    )
