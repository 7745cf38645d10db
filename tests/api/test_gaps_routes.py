"""`GET /v1/norms/{place}/gaps` and `/stale`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking_city import CYCLE_DAYS, DAY, SOURCE, Asking
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, iso, serving, wait_for

from ledger_client.databases import open_database
from ledger_client.demo.cast import EAST_DISTRICT, EAST_GOVERNMENT, GOWN_LOT, MASK_LOT, WEST_GOVERNMENT, at
from ledger_client.divisions import ROOT
from ledger_client.documents import Kind
from ledger_client.identifiers import ItemId
from ledger_client.index.whole import WholeReader
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

LATER = iso(at(DAY + 400))  # in the server's own time nothing of this is to come
HIGH = 5_000
MASKS = str(MASK_LOT.item)


def got(client: TestClient, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/norms/{address}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def lacking(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The city, whose sites must keep more than they have."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("lacking") / "home")
    with serving(home) as client, Ledger.open(home) as ledger:
        root = Party(KeystoreSigner.open(home.keys / "root.json", ""), ROOT)
        masks, gowns = ItemId(MASK_LOT.item), ItemId(GOWN_LOT.item)
        floors = [
            ledger.norms.set_floors(EAST_GOVERNMENT, {masks: HIGH, gowns: HIGH}, source=SOURCE, by=root),
            ledger.norms.set_floors(WEST_GOVERNMENT, {masks: HIGH}, source=SOURCE, by=root),
        ]
        [*_, entry] = ledger.write(floors)
        wait_for(lambda: client.get("/ready").json()["block"]["number"] >= (entry.block_number or 0))
        yield client


class TestGaps:
    def test_what_is_there_reserved_and_on_its_way(self, lacking: TestClient) -> None:
        found = got(lacking, "0/gaps", at=LATER)
        gaps = {(each["site"], each["item"]): each for each in found["gaps"]}
        assert list(gaps) == sorted(gaps)
        assert len(gaps) == 3
        west, east = gaps[str(WEST_GOVERNMENT), MASKS], gaps[str(EAST_GOVERNMENT), MASKS]
        assert west["in_transit"] == "5"  # dispatched from EAST
        assert (east["reserved"], east["in_transit"]) == ("25", "0")  # 40 were approved, 15 handed over
        for each in gaps.values():
            assert int(each["missing"]) == HIGH - int(each["usable"])
            assert each["floor"] == str(HIGH)
            assert each["site_name"]["zh"] and each["item_name"]["zh"] and each["unit"]
        on_hand = lacking.get(f"/v1/stock/on-hand/{EAST_GOVERNMENT}").json()["holdings"]
        assert east["usable"] == str(
            sum(int(each["quantity"]) for each in on_hand if each["item"] == MASKS and each["is_free"])
        )
        # The gowns are recalled, so that none of them may be used.
        assert gaps[str(EAST_GOVERNMENT), str(GOWN_LOT.item)]["usable"] == "0"

    def test_of_a_place_and_in_pages(self, lacking: TestClient) -> None:
        whole = got(lacking, "0/gaps", at=LATER)["gaps"]
        assert got(lacking, f"{EAST_DISTRICT}/gaps", at=LATER)["gaps"] == [
            each for each in whole if each["site"].startswith(str(EAST_DISTRICT))
        ]
        told, after = [], None
        while True:
            page = got(lacking, "0/gaps", at=LATER, limit=1, **({"after": after} if after else {}))
            told += page["gaps"]
            after = page["next_after"]
            if after is None:
                break
        assert told == whole

    def test_then(self, lacking: TestClient, asking: Asking) -> None:
        found = got(lacking, "0/gaps", at=iso(asking.at))
        assert found["gaps"] == []  # the floor of then was not gone below
        assert found["at"] == iso(asking.at)

    def test_in_transit_is_known_of_now_alone(self, asked: TestClient, asking: Asking) -> None:
        assert got(asked, "0/gaps", at=iso(asking.at - 1))["gaps"] == []


class TestStaleSites:
    def test_the_longest_silent_first(self, asked: TestClient, asking: Asking) -> None:
        when = asking.at + 3 * 86_400 + 5
        found = got(asked, "0/stale", at=iso(when), limit=200)
        engine = open_database(asking.home.index)
        with WholeReader(engine).one_state() as index:
            expected = []
            for site in index.sites():
                told = index.history(site, limit=1_000)
                counts = [each for each in told if each.kind == Kind.COUNT and not each.reversed_by]
                expected.append((told[-1].number if told else 0, site, told, counts))
        engine.dispose()
        expected.sort(key=lambda each: each[:2])
        assert [each["site"] for each in found["sites"]] == [str(site) for _, site, _, _ in expected]
        assert found["next_after"] is None
        for row, (_, _, told, counts) in zip(found["sites"], expected, strict=True):
            assert row["site_name"]["zh"]
            assert row["last_document"] == (f"{told[-1].key:062x}" if told else None)
            assert row["last_recorded_at"] == (iso(told[-1].recorded_at) if told else None)
            assert row["silent_days"] == ((when - told[-1].recorded_at) // 86_400 if told else None)
            assert row["last_count"] == (f"{counts[-1].key:062x}" if counts else None)
            assert row["last_counted_at"] == (iso(counts[-1].occurred_at) if counts else None)
        assert any(row["last_count"] for row in found["sites"])

    def test_counts_that_are_owed(self, asked: TestClient) -> None:
        rows = {each["site"]: each for each in got(asked, "0/stale", at=LATER, limit=200)["sites"]}
        [overdue] = got(asked, "0/overdue", at=LATER)["overdue"]
        east = rows.pop(str(EAST_GOVERNMENT))
        assert east["overdue_since"] == overdue["count_due"]
        assert east["counts"] == [
            {
                "category": overdue["category"],
                "days": CYCLE_DAYS,
                "counted_at": overdue["counted_at"],
                "count_due": overdue["count_due"],
                "is_stale": True,
            }
        ]
        assert {(each["overdue_since"], len(each["counts"])) for each in rows.values()} == {(None, 0)}

    def test_not_yet_overdue(self, asked: TestClient, asking: Asking) -> None:
        [east] = got(asked, f"{EAST_GOVERNMENT}/stale", at=iso(asking.at))["sites"]
        assert (east["overdue_since"], east["counts"][0]["is_stale"]) == (None, False)

    def test_pages(self, asked: TestClient) -> None:
        whole = got(asked, "0/stale", at=LATER, limit=200)["sites"]
        told, after = [], None
        while True:
            page = got(asked, "0/stale", at=LATER, limit=2, **({"after": after} if after else {}))
            told += page["sites"]
            after = page["next_after"]
            if after is None:
                break
        assert told == whole
        district = got(asked, f"{EAST_DISTRICT}/stale", at=LATER)["sites"]
        assert district == [each for each in whole if each["site"].startswith(str(EAST_DISTRICT))]


@pytest.mark.parametrize("kind", ["gaps", "stale"])
class TestBoth:
    def test_refusals(self, asked: TestClient, kind: str) -> None:
        assert_problem(asked.get(f"/v1/norms/99/{kind}"), 404, "division-not-registered")
        assert_problem(asked.get(f"/v1/norms/420102001001199/{kind}"), 404, "site-unknown")
        assert_problem(asked.get(f"/v1/norms/1/{kind}"), 422, "division-form")
        assert_problem(asked.get(f"/v1/norms/0/{kind}?at=soon"), 422, "moment-form")
        assert_problem(asked.get(f"/v1/norms/0/{kind}?after=x"), 422, "parameter-malformed")

    def test_has_a_tag_where_a_time_is_given(self, asked: TestClient, kind: str) -> None:
        address = f"/v1/norms/0/{kind}"
        assert "etag" not in asked.get(address).headers
        tag = asked.get(address, params={"at": LATER}).headers["etag"]
        again = asked.get(address, params={"at": LATER}, headers={"If-None-Match": tag})
        assert again.status_code == 304
