"""What norms say beside figures: overdue counts, and documents of an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from served import CHAIN_ID, iso, serving

from ledger_client.demo.cast import EAST_GOVERNMENT, WEST_GOVERNMENT, at
from ledger_client.demo.city import City
from ledger_client.divisions import ROOT
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import ItemId, category_of
from ledger_client.keccak import keccak
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

SOURCE = keccak(b"a decision")
NOTHING_HELD = 1234567  # a category of which the city has nothing
DAYS = 3
EMERGENCY_END = at(3)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, int, int]:
    """A city whose first days were an emergency, then one site's counts; its category, and since when."""
    home = Home(tmp_path_factory.mktemp("marked") / "home")
    home.keys.mkdir(parents=True)
    create_keystore(home.keys / "root.json", "", demo=True)
    clock = ManualClock(at(0))
    signer = KeystoreSigner.open(home.keys / "root.json", "")
    Ledger.create(home, signer, chain_id=CHAIN_ID, delay=0, clock=clock)
    root, outbreak = Party(signer, 0), reason_named("outbreak").code
    with Ledger.open(home, clock=clock) as ledger:
        norms = ledger.norms
        ledger.write(
            [norms.declare_emergency(ROOT, until=EMERGENCY_END, reason=outbreak, source=SOURCE, by=root)]
        )
        City(ledger, clock, lambda en, zh: None).play()
        category = category_of(ItemId(ledger.index().on_hand(EAST_GOVERNMENT)[0].attributes.item))
        cycles = {category: DAYS, NOTHING_HELD: DAYS}
        ledger.write([norms.set_cycles(EAST_GOVERNMENT, cycles, source=SOURCE, by=root)])
        since = ledger.index().position().time
    return home, category, since


@pytest.fixture(scope="module")
def client(marked: tuple[Home, int, int]) -> Iterator[TestClient]:
    with serving(marked[0]) as client:
        yield client


def test_on_hand_marks_what_an_overdue_count_leaves_open(
    client: TestClient, marked: tuple[Home, int, int]
) -> None:
    _, category, since = marked
    due = since + DAYS * SECONDS_A_DAY
    answer = client.get("/v1/stock/on-hand/0").json()
    assert answer["holdings"]
    for each in answer["holdings"]:
        counts = each["site"] == str(EAST_GOVERNMENT) and each["item"].startswith(str(category))
        assert (each["is_stale"], each["count_due"]) == ((True, iso(due)) if counts else (False, None))
    assert any(each["is_stale"] for each in answer["holdings"])
    expected = [
        {"site": str(EAST_GOVERNMENT), "category": str(each), "count_due": iso(due), "counted_at": None}
        for each in sorted((category, NOTHING_HELD))
    ]
    # What a site holds nothing of is told too: an overdue count is no zero.
    assert (answer["stale"], answer["stale_total"]) == (expected, 2)
    assert client.get(f"/v1/stock/on-hand/{EAST_GOVERNMENT}").json()["stale"] == expected
    elsewhere = client.get(f"/v1/stock/on-hand/{WEST_GOVERNMENT}").json()
    assert (elsewhere["stale"], elsewhere["stale_total"]) == ([], 0)
    told = datetime.fromisoformat(answer["counts_at"])
    assert abs((datetime.now(UTC) - told).total_seconds()) < 600


def test_later_pages_do_not_repeat_what_is_overdue(client: TestClient) -> None:
    first = client.get("/v1/stock/on-hand/0", params={"limit": 1}).json()
    second = client.get("/v1/stock/on-hand/0", params={"limit": 1, "after": first["next_after"]}).json()
    assert (first["stale_total"], second["stale_total"], second["stale"]) == (2, None, None)


@pytest.mark.parametrize(("later", "is_stale"), [(0, False), (1, True)])
def test_as_of_the_last_second_in_time_and_the_first_one_after_it(
    client: TestClient, marked: tuple[Home, int, int], later: int, is_stale: bool
) -> None:
    _, category, since = marked
    moment = iso(since + DAYS * SECONDS_A_DAY + later)
    held = client.get(f"/v1/stock/on-hand/{EAST_GOVERNMENT}", params={"as_of": moment}).json()
    card = client.get(f"/v1/sites/{EAST_GOVERNMENT}/stock-card", params={"as_of": moment}).json()
    assert held["counts_at"] == card["counts_at"] == moment
    assert held["stale_total"] == len(card["stale"]) == (2 if is_stale else 0)
    rows = [each for each in held["holdings"] if each["item"].startswith(str(category))]
    rows += [
        moved
        for entry in card["entries"]
        for moved in entry["movements"]
        if moved["item"].startswith(str(category))
    ]
    assert {each["is_stale"] for each in rows} == {is_stale}
    assert None not in {each["count_due"] for each in rows}


def test_documents_of_the_emergency_are_told_from_routine_ones(client: TestClient) -> None:
    entries = client.get(f"/v1/sites/{EAST_GOVERNMENT}/stock-card").json()["entries"]
    marked = {each["document"]["is_emergency"] for each in entries}
    assert marked == {True, False}
    for each in entries:
        document = each["document"]
        assert document["is_emergency"] == (document["recorded_at"] < iso(EMERGENCY_END))
