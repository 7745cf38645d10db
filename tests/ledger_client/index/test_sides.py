"""What both kinds of database answer about documents with both sides, candidates and the exchange."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stock_history import ITEM, SITES, random_documents, short_story

from ledger_client.databases import open_database
from ledger_client.divisions import ROOT
from ledger_client.epcis import told_after
from ledger_client.index import Follower
from ledger_client.index.candidates import CandidateReader
from ledger_client.index.exchange import ExchangeReader
from ledger_client.index.sides import SideReader

DAY = 20_000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the story and documents of chance."""
    if request.param == "postgresql":
        from postgresql import new_database

        where = new_database(request.getfixturevalue("postgresql"))
    else:
        where = str(tmp_path_factory.mktemp("sides") / "index.db")
    history, _ = short_story()
    random_documents(history, 60, seed=7)
    engine = open_database(where)
    Follower(engine, history.chain).follow()
    engine.dispose()
    yield where


def test_movements_at_all_sites_are_those_of_the_cards(location: str) -> None:
    engine = open_database(location)
    reader = SideReader(engine)
    documents, next_after = reader.documents_after(0, [ROOT], 10_000, placeless=True)
    assert next_after is None
    assert [each.number for each in documents] == list(range(1, len(documents) + 1))
    moved = reader.movements_of([each.number for each in documents])
    for site in SITES:
        card = [
            (entry.document.number, each.lot, each.delta, each.quantity)
            for entry in reader.stock_card(site, limit=10_000)
            for each in entry.movements
        ]
        mine = [
            (number, each.lot, each.delta, each.quantity)
            for number, some in sorted(moved.items())
            for each in some
            if each.site == site
        ]
        assert mine == card
    engine.dispose()


def test_totals_of_sites_are_those_of_each(location: str) -> None:
    engine = open_database(location)
    reader = ExchangeReader(engine)
    sites = reader.sites_after([ROOT], 0, 100)
    assert set(SITES) <= set(sites)
    said = [(each.site, each.item, each.quantity, each.free) for each in reader.site_totals(list(sites), DAY)]
    assert said == [
        (site, each.item, each.quantity, each.free)
        for site in sorted(sites)
        for each in reader.totals(site, None, DAY)
    ]
    assert len({site for site, *_ in said}) > 2
    engine.dispose()


def test_sites_come_in_pages(location: str) -> None:
    engine = open_database(location)
    reader = ExchangeReader(engine)
    whole = list(reader.sites_after([ROOT], 0, 100))
    seen: list[int] = []
    while page := list(reader.sites_after([ROOT], seen[-1] if seen else 0, 2)):
        seen += page
    assert seen == whole == sorted(whole)
    assert list(reader.sites_after([420105], 0, 100)) == [each for each in whole if each // 10**9 == 420105]
    engine.dispose()


def test_candidates_are_lots_of_the_item(location: str) -> None:
    engine = open_database(location)
    reader = CandidateReader(engine)
    found = reader.candidates(ITEM, None, None, [ROOT], 1_000)
    assert {each.lot for each in found} == set(reader.lots(ITEM))
    held: dict[int, int] = {}
    for each in reader.on_hand(0, limit=10_000):
        held[each.lot] = held.get(each.lot, 0) + each.quantity
    assert all(each.quantity == held.get(each.lot, 0) for each in found)
    gone = [each.quantity == 0 for each in found]
    assert gone == sorted(gone)
    engine.dispose()


def test_what_is_told_is_one_for_both(location: str) -> None:
    engine = open_database(location)
    page = told_after(SideReader(engine), 0, [ROOT], 10_000, placeless=True)
    assert sum(len(each.moved) for each in page.told) > 60
    assert {moved.lot for each in page.told for moved in each.moved} <= set(page.lots)
    engine.dispose()
