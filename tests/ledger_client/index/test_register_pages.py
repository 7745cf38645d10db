"""Pages of registers: every row once, in the order of its key, whatever the size of the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from postgresql import new_database
from sqlalchemy import Engine

from ledger_client.addresses import address_from_bytes
from ledger_client.databases import open_database, writing
from ledger_client.divisions import DivisionId
from ledger_client.fold.records import Consignee, Division, Grant, Replacement
from ledger_client.grants import GrantState, grant_state
from ledger_client.index import IndexReader
from ledger_client.index._cache import insert_rows
from ledger_client.index.register_pages import children_page, consignees_page, divisions_page, levels_of
from ledger_client.index.role_pages import grants_page, places_of, replacements_of, replacements_page
from ledger_client.index.schema import bring_up_to_date
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.roles import Role

NOW = 1_000
DIVISIONS = (11, 1101, 110101, 12, 42, 4201, 4202, 420102, 420103, 420102001, 420102001001, 420103001)
PLACES = (0, *DIVISIONS)
DIGEST = bytes(32)


def _holder(number: int) -> str:
    return address_from_bytes(number.to_bytes(20, "big"))


def _grant(number: int) -> Grant:
    # Every state comes, in no order of the keys.
    from_, revoked_at, is_suspended = (
        (500, 0, False),
        (NOW + 1, 0, False),
        (500, 0, True),
        (500, 600, False),
        (500, 400, False),
    )[number % 5]
    return Grant(
        holder=_holder(number % 7),  # type: ignore[arg-type]
        role=number % 3 + 1,
        division=PLACES[number % len(PLACES)],
        subject=0,
        from_=from_,
        revoked_at=revoked_at,
        position=1,
        granter_division=0,
        is_suspended=is_suspended,
        compromised_since=0,
    )


GRANTS = {bytes([number * 37 % 256, number]) + bytes(30): _grant(number) for number in range(150)}
REPLACEMENTS = {
    number: Replacement(
        old_holder=_holder(number),  # type: ignore[arg-type]
        new_holder=_holder(number + 1),  # type: ignore[arg-type]
        status=1,
        proposed_at=1,
        authority_division=PLACES[number % len(PLACES)],
        proposer=_holder(0),  # type: ignore[arg-type]
        compromised_since=0,
        suspended=(PLACES[number * 5 % len(PLACES)], 0),
    )
    for number in range(1, 1_100)
}
CONSIGNEES = {
    number * 7919 % 1009: Consignee(PLACES[number % len(PLACES)], False, DIGEST) for number in range(1, 60)
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server = request.param == "postgresql"
    path = tmp_path_factory.mktemp("pages") / "index.db"
    engine = open_database(new_database(request.getfixturevalue("postgresql")) if server else path)
    bring_up_to_date(engine)
    rows = {
        "divisions": dict.fromkeys(DIVISIONS, Division(0, False, DIGEST)),
        "consignees": CONSIGNEES,
        "grants": GRANTS,
        "replacements": REPLACEMENTS,
    }
    with writing(engine) as connection:
        for name, records in rows.items():
            spec = MAPS_BY_NAME[name]
            insert_rows(connection, spec.table, [spec.row(key, each) for key, each in records.items()])
    yield engine
    engine.dispose()


@pytest.fixture
def reader(engine: Engine) -> IndexReader:
    return IndexReader(engine)


def _inside(place: int, division: int) -> bool:
    return not division or str(place).startswith(str(division))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("division", [0, 42, 4201, 420102, 420102001, 420102001001, 99])
class TestPlaces:
    def test_divisions(self, reader: IndexReader, division: int, limit: int) -> None:
        found, after = list[int](), 0
        while page := divisions_page(reader, DivisionId(division), after, limit):
            found += page
            after = max(page)
        assert found == sorted(each for each in DIVISIONS if _inside(each, division))

    def test_consignees(self, reader: IndexReader, division: int, limit: int) -> None:
        found, after = list[int](), 0
        while page := consignees_page(reader, DivisionId(division), after, limit):
            assert len(page) <= limit
            found += page
            after = max(page)
        assert found == sorted(key for key, each in CONSIGNEES.items() if _inside(each.division, division))

    def test_grants(self, reader: IndexReader, division: int, limit: int) -> None:
        for state in (None, *GrantState):
            found, after = list[bytes](), b""
            while page := grants_page(
                reader,
                DivisionId(division),
                role=Role.KEEPER,
                state=state,
                now=NOW,
                after=after,
                limit=limit,
            ):
                assert len(page) <= limit
                found += page
                after = max(page)
            assert found == sorted(
                key
                for key, each in GRANTS.items()
                if _inside(each.division, division)
                and each.role == Role.KEEPER
                and state in (None, grant_state(each, NOW))
            )

    def test_replacements(self, reader: IndexReader, division: int, limit: int) -> None:
        found, after = list[int](), 0
        while len(found) < 40 and (page := replacements_page(reader, DivisionId(division), after, limit)):
            assert len(page) <= limit
            found += page
            after = max(page)
        wanted = [
            number
            for number, each in REPLACEMENTS.items()
            if any(_inside(place, division) for place in places_of(each))
        ]
        assert found == wanted[: len(found)]
        assert len(found) >= min(40, len(wanted))


def test_children(reader: IndexReader) -> None:
    assert list(children_page(reader, DivisionId(42), 0, 10)) == [4201, 4202]
    assert list(children_page(reader, DivisionId(42), 4201, 10)) == [4202]
    assert list(children_page(reader, DivisionId(0), 0, 2)) == [11, 12]
    assert list(children_page(reader, DivisionId(420102001001), 0, 10)) == []


def test_of_a_holder_on_either_side(reader: IndexReader) -> None:
    assert list(replacements_of(reader, _holder(5))) == [4, 5]  # type: ignore[arg-type]


def test_levels_of_a_division_hold_each_code_below_it_once() -> None:
    for division in (0, 42, 420102001):
        ranges = levels_of(DivisionId(division))
        assert all(high < low for (_, high), (low, _) in pairwise(ranges))
