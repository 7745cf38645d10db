"""`GET /v1/stock/totals/{place}`: the sums of what is on hand, item by item."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, iso

from ledger_client.demo.cast import DIVISIONS, SITES, at
from ledger_client.documents import CHINA_OFFSET, SECONDS_A_DAY
from ledger_client.index import IndexReader

PLACES = [0, *DIVISIONS, *SITES]


def added_up(index: IndexReader, place: int, as_of: int | None) -> dict[str, tuple[str, str, int]]:
    """Quantity, free quantity and number of sites by item, holding by holding."""
    now = int(datetime.now(UTC).timestamp()) if as_of is None else as_of
    day = (now + CHINA_OFFSET) // SECONDS_A_DAY
    all_: defaultdict[int, int] = defaultdict(int)
    free: defaultdict[int, int] = defaultdict(int)
    sites: defaultdict[int, set[int]] = defaultdict(set)
    for each in index.on_hand(place, as_of):
        item = each.attributes.item
        all_[item] += each.quantity
        sites[item].add(each.site)
        if each.is_free and each.attributes.use_until >= day:
            free[item] += each.quantity
    return {str(item): (str(all_[item]), str(free[item]), len(sites[item])) for item in all_}


def told(answer: Any) -> dict[str, tuple[str, str, int]]:
    """The same of an answer."""
    return {each["item"]: (each["quantity"], each["free"], each["sites"]) for each in answer.json()["totals"]}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("day", [None, 2, 5, 9])
def test_are_the_sums_of_what_is_on_hand(
    client: TestClient, index: IndexReader, place: int, day: int | None
) -> None:
    as_of = None if day is None else at(day)
    params = {} if as_of is None else {"as_of": iso(as_of)}
    answer = client.get(f"/v1/stock/totals/{place}", params=params)
    assert told(answer) == added_up(index, place, as_of)
    assert [each["item"] for each in answer.json()["totals"]] == sorted(told(answer))


def test_some_is_held_and_some_is_past_its_date(client: TestClient, index: IndexReader) -> None:
    totals = told(client.get("/v1/stock/totals/0"))
    assert any(free != quantity for quantity, free, _ in totals.values())
    assert any(sites > 1 for _, _, sites in totals.values())


def test_names_and_place(client: TestClient) -> None:
    answer = client.get("/v1/stock/totals/420102").json()
    assert (answer["place"], answer["level"], answer["name"]["en"]) == (
        "420102",
        "district",
        "Jiang'an District",
    )
    assert all(each["item_name"]["zh"] and each["unit"] for each in answer["totals"])
    assert answer["block"]["number"] > 0


@pytest.mark.parametrize(
    ("path", "status", "type_"),
    [
        ("/v1/stock/totals/43", 404, "division-not-registered"),
        ("/v1/stock/totals/420102001001199", 404, "site-unknown"),
        ("/v1/stock/totals/12345", 422, "division-form"),
        ("/v1/stock/totals/0?as_of=soon", 422, "moment-form"),
        ("/v1/stock/totals/0?limit=5", 422, "parameter-malformed"),
    ],
)
def test_refused(client: TestClient, path: str, status: int, type_: str) -> None:
    assert_problem(client.get(path), status, type_)


class TestParts:
    def test_lead_the_public_down_to_districts(self, client: TestClient) -> None:
        seen, left = [], ["0"]
        key = client.headers.pop("Authorization")
        try:
            while left:
                place = left.pop()
                answer = client.get(f"/v1/stock/totals/{place}")
                assert answer.status_code == 200, answer.text
                found = answer.json()
                seen.append((place, found["level"]))
                assert all(each["name"]["zh"] for each in found["parts"])
                left += [each["place"] for each in found["parts"]]
        finally:
            client.headers["Authorization"] = key
        above = {str(each) for each in DIVISIONS if len(str(each)) <= 6}
        assert {place for place, _ in seen} == {"0"} | above
        assert ("420102", "district") in seen

    def test_lead_a_reader_down_to_communities(self, client: TestClient) -> None:
        seen, left = set(), ["0"]
        while left:
            place = left.pop()
            found = client.get(f"/v1/stock/totals/{place}").json()
            seen.add(place)
            left += [each["place"] for each in found["parts"]]
        assert seen == {"0"} | {str(each) for each in DIVISIONS}
        assert client.get(f"/v1/stock/totals/{next(iter(SITES))}").json()["parts"] == []
