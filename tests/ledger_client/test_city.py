"""The city of a ledger: index and replayed events give the same at every step, and what the rules say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from facade import KEEPING, OTHER_PLACE, PLACE, RICE_ITEM, ROOT_PARTY, World
from facade_giving import (
    GIVER_NEEDS_IT,
    NOT_NEEDED,
    OUTBREAK,
    SOURCE,
    STREET,
    STREET_APPROVING,
    Giving,
    build_giving,
)
from replayed_city import replayed_at

from ledger_client.city import CityFacts, city_of, facts_of_index
from ledger_client.deliveries import reference_to
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.identifiers import SiteId, category_of
from ledger_client.lines import Line
from ledger_client.matching import Terms, propose
from ledger_client.matching.city import Quantity
from ledger_client.plans import listed
from ledger_client.reasons import reason_named
from ledger_client.recheck import BlockMissingError, facts_at
from ledger_client.roles import Role
from ledger_client.stock import Particulars


@pytest.fixture(scope="module")
def giving(world: World) -> Giving:
    """A world in which sites ask and give."""
    return build_giving(world)


def facts(giving: Giving) -> CityFacts:
    """What the index has; the events say the same."""
    ledger = giving.world.ledger
    ledger.index()
    found = facts_of_index(ledger.index_engine, ledger.deployment.offset)
    replayed = replayed_at(ledger.source, ledger.deployment.offset, found.block.number)
    assert replayed == found == facts_at(ledger, found.block.number)
    assert city_of(replayed) == city_of(found)
    return found


def open_of(found: CityFacts, request: int) -> int | None:
    """What a request still asks for in the city; None where it is not in it."""
    return next((each.quantity for each in city_of(found).requests if each.request == request), None)


def reserved_of(found: CityFacts, site: SiteId = OTHER_PLACE) -> int:
    """What a site may not give any more of its rice."""
    return sum(
        each.quantity for each in city_of(found).reserved if (each.site, each.item) == (site, RICE_ITEM)
    )


def promised_of(found: CityFacts, site: SiteId = PLACE) -> int:
    """What a site will get of anything, by what is approved or on its way."""
    return sum(each.quantity for each in city_of(found).promised if each.site == site)


def test_a_proposal_that_is_not_decided_counts_as_approved_until_it_is_rejected(giving: Giving) -> None:
    at_first = facts(giving)
    before, promised = reserved_of(at_first), promised_of(at_first)
    request, proposal, _ = giving.offered(40)
    pending = facts(giving)
    assert open_of(pending, request) is None
    assert reserved_of(pending) == before + 40
    assert promised_of(pending) == promised + 40
    ledger = giving.world.ledger
    giving.world.write(
        ledger.reallocation.reject([proposal], reason=GIVER_NEEDS_IT, approver=STREET_APPROVING)
    )
    assert open_of(facts(giving), request) == 40
    assert promised_of(facts(giving)) == promised
    giving.world.write(ledger.reallocation.withdraw_request(request, reason=NOT_NEEDED, keeper=KEEPING))
    assert open_of(facts(giving), request) is None
    assert reserved_of(facts(giving)) == before


def test_what_is_approved_moves_from_reserved_to_promised(giving: Giving) -> None:
    before = reserved_of(facts(giving))
    request, proposal, lot = giving.approved(40)
    approved = facts(giving)
    assert reserved_of(approved) == before + 40
    promised = promised_of(approved)
    world, ledger = giving.world, giving.world.ledger
    world.advance(60)
    sent = world.record(
        ledger.stock.dispatch(
            OTHER_PLACE,
            PLACE,
            [Line(lot, 15)],
            deadline=giving.now + 5 * SECONDS_A_DAY,
            keeper=KEEPING,
            particulars=Particulars(reference=reference_to(proposal)),
        )
    )
    world.write(ledger.reallocation.shown(sent, by=KEEPING.signer))
    shown = facts(giving)
    assert reserved_of(shown) == before + 25
    assert promised_of(shown) == promised
    world.write(
        ledger.reallocation.withdraw([proposal], Role.APPROVER, reason=GIVER_NEEDS_IT, by=STREET_APPROVING)
    )
    ended = facts(giving)
    assert reserved_of(ended) == before
    assert open_of(ended, request) == 25


def test_held_goods_lie_nowhere(giving: Giving) -> None:
    world, ledger = giving.world, giving.world.ledger
    lot = world.stocked(70, RICE_ITEM, OTHER_PLACE)
    assert lot in {each.lot for each in city_of(facts(giving)).lots}
    reason = Particulars(reason=reason_named("quality-complaint").code)
    world.write(ledger.stock.hold(OTHER_PLACE, [lot], approver=STREET_APPROVING, particulars=reason))
    assert lot not in {each.lot for each in city_of(facts(giving)).lots}


def test_norms_counts_and_emergencies_as_of_the_block(giving: Giving) -> None:
    world, ledger = giving.world, giving.world.ledger
    category = category_of(RICE_ITEM)
    later = giving.now + 30 * SECONDS_A_DAY
    world.write(
        ledger.norms.set_floors(OTHER_PLACE, {RICE_ITEM: 11}, source=SOURCE, by=ROOT_PARTY),
        ledger.norms.set_cycles(OTHER_PLACE, {category: 1}, source=SOURCE, by=ROOT_PARTY),
        ledger.norms.declare_emergency(
            STREET, until=giving.now + 9 * SECONDS_A_DAY, reason=OUTBREAK, source=SOURCE, by=ROOT_PARTY
        ),
    )
    world.write(
        ledger.norms.set_floors(
            OTHER_PLACE, {RICE_ITEM: 500}, effective_at=later, source=SOURCE, by=ROOT_PARTY
        )
    )
    found = facts(giving)
    city = city_of(found)
    assert Quantity(OTHER_PLACE, RICE_ITEM, 11) in city.floors
    assert city.terms[42, 1] == Terms(9_000, 2)
    assert city.emergencies == [STREET]
    assert city.stale == []
    world.advance(2 * SECONDS_A_DAY)
    giving.asked(5)
    assert city_of(facts(giving)).stale == [(OTHER_PLACE, category)]
    world.write(ledger.norms.set_cycles(OTHER_PLACE, {category: 0}, source=SOURCE, by=ROOT_PARTY))
    world.write(ledger.norms.end_emergency(STREET, reason=150, by=ROOT_PARTY))
    settled = city_of(facts(giving))
    assert (settled.stale, settled.emergencies) == ([], [])


def test_an_older_block_is_as_it_was(giving: Giving) -> None:
    before = facts(giving)
    giving.asked(30)
    facts(giving)
    assert facts_at(giving.world.ledger, before.block.number) == before


def test_a_block_that_is_not_there_yet(giving: Giving) -> None:
    found = facts(giving)
    with pytest.raises(BlockMissingError, match=f"block {found.block.number + 9}"):
        facts_at(giving.world.ledger, found.block.number + 9)


def test_listed_lots_show_that_floor_and_share_hold(giving: Giving) -> None:
    world = giving.world
    for quantity in (90, 60, 30):
        world.stocked(quantity, RICE_ITEM, OTHER_PLACE)
    request = giving.asked(200)
    found = facts(giving)
    plan = propose(city_of(found))
    ours = [each for each in listed(found, plan) if each.proposal.request == request]
    assert ours
    for each in ours:
        place = each.proposal.giver, RICE_ITEM
        usable = {goods.lot: goods.quantity for goods in found.goods if goods.site == each.proposal.giver}
        shown = sum(usable[lot] for lot in each.lots)
        taken = reserved_of(found, SiteId(each.proposal.giver)) + sum(
            other.quantity for other in plan.proposals if (other.giver, other.item) == place
        )
        assert each.is_covered
        assert found.floors.get(place, 0) + taken <= shown
        assert taken * 10_000 <= 9_000 * shown
        assert sum(each.lots.values()) == each.proposal.quantity
        # None is listed that is not needed.
        idle = [lot for lot, units in each.lots.items() if not units]
        fewest = shown - min((usable[lot] for lot in idle), default=0)
        assert not idle or found.floors.get(place, 0) + taken > fewest or taken * 10_000 > 9_000 * fewest


def test_a_closed_site_and_a_place_of_disposal_give_nothing(giving: Giving) -> None:
    found = facts(giving)
    giving_now = {lot.site for lot in city_of(found).lots}
    assert OTHER_PLACE in giving_now
    assert OTHER_PLACE not in {
        lot.site for lot in city_of(replace(found, disposal=frozenset({OTHER_PLACE}))).lots
    }
    closed = replace(found, open_sites=found.open_sites - {PLACE, OTHER_PLACE})
    assert OTHER_PLACE not in {lot.site for lot in city_of(closed).lots}
    assert PLACE not in {request.site for request in city_of(closed).requests}


def test_an_older_block_has_the_sites_that_were_there_and_open(giving: Giving) -> None:
    # The last one: nothing is brought to this place any more.
    world, ledger = giving.world, giving.world.ledger
    before = facts(giving)
    world.write(ledger.sites.close(OTHER_PLACE, by=ROOT_PARTY))
    assert OTHER_PLACE not in facts(giving).open_sites
    assert facts_at(ledger, before.block.number) == before
