"""`GET /v1/stock/on-hand/{place}`."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, iso

from ledger_client.characters import clean_name
from ledger_client.demo.cast import (
    ALCOHOL_LOT,
    BAD_MASK_LOT,
    DIVISIONS,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    ITEMS,
    MASK_LOT,
    SITES,
    WEST,
    at,
)
from ledger_client.divisions import DivisionId, level
from ledger_client.documents import date_of
from ledger_client.identifiers import ItemId, SiteId
from ledger_client.index import Holding, IndexReader
from ledger_client.words import NEVER, LotStatus


def holding_of(holding: Holding) -> dict[str, Any]:
    lot = holding.attributes
    zh, en, unit, _ = ITEMS[ItemId(lot.item)]
    return {
        "site": str(holding.site),
        "lot": holding.lot.to_bytes(20, "big").hex(),
        "item": str(lot.item),
        "item_name": {"zh": clean_name(zh), "en": clean_name(en)},
        "unit": unit,
        "quantity": str(holding.quantity),
        "is_free": holding.is_free,
        "is_held": LotStatus.HELD in LotStatus(lot.status),
        "is_recalled": LotStatus.RECALLED in LotStatus(lot.status),
        "is_held_here": holding.is_held_here,
        "use_until": None if lot.use_until == NEVER else date_of(lot.use_until).isoformat(),
        "is_stale": False,  # the city has no cycles; `test_marks` has
        "count_due": None,
    }


class TestRefusals:
    def test_unknown_site(self, client: TestClient) -> None:
        answer = client.get("/v1/stock/on-hand/420102001001199")
        assert_problem(answer, 404, "site-unknown", "420102001001199")

    @pytest.mark.parametrize("place", ["43", "420199", "420102001999"])
    def test_unknown_division(self, client: TestClient, place: str) -> None:
        answer = client.get(f"/v1/stock/on-hand/{place}")
        assert_problem(answer, 404, "division-not-registered", place)

    @pytest.mark.parametrize("place", ["4", "4200", "42010", "00", "x", "4201020010011010", "-42 01 0"])
    def test_malformed_division(self, client: TestClient, place: str) -> None:
        assert_problem(client.get(f"/v1/stock/on-hand/{place}"), 422, "division-form")

    def test_storage_mode_that_there_is_not(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/stock/on-hand/420102001001901"), 422, "code-form", "storage mode")

    def test_look_alike_character(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/stock/on-hand/42О1"), 422, "character", "CYRILLIC")

    def test_as_of_that_is_no_time(self, client: TestClient) -> None:
        answer = client.get("/v1/stock/on-hand/0", params={"as_of": "soon"})
        assert_problem(answer, 422, "moment-form", "as_of", "soon")

    def test_parameter_of_another_address(self, client: TestClient) -> None:
        answer = client.get("/v1/stock/on-hand/0", params={"category": 1})
        assert_problem(answer, 422, "parameter-malformed", "category")

    @pytest.mark.parametrize("limit", [0, 201, "x", 2**63])
    def test_limit(self, client: TestClient, limit: Any) -> None:
        answer = client.get("/v1/stock/on-hand/0", params={"limit": limit})
        assert_problem(answer, 422, "parameter-malformed", "limit")

    @pytest.mark.parametrize("after", ["", "3", f"{'1' * 16}-{'0' * 40}", f"{'1' * 15}-{'A' * 40}", "1" * 99])
    def test_after_that_no_page_gave(self, client: TestClient, after: str) -> None:
        answer = client.get("/v1/stock/on-hand/0", params={"after": after})
        assert_problem(answer, 422, "parameter-malformed", "after", "form")


class TestOnHand:
    @pytest.mark.parametrize("site", SITES)
    def test_of_a_site_says_all_that_the_index_says(
        self, client: TestClient, index: IndexReader, site: SiteId
    ) -> None:
        answer = client.get(f"/v1/stock/on-hand/{site}").json()
        zh, en = SITES[site]

        assert answer["place"] == str(site)
        assert answer["level"] == "site"
        assert answer["name"] == {"zh": zh, "en": en}
        assert answer["as_of"] is None
        assert answer["holdings"] == [holding_of(each) for each in index.on_hand(site)] != []
        assert answer["block"]["number"] == index.position().number

    @pytest.mark.parametrize("division", DIVISIONS)
    def test_of_a_division_is_that_of_its_sites(
        self, client: TestClient, index: IndexReader, division: DivisionId
    ) -> None:
        answer = client.get(f"/v1/stock/on-hand/{division}").json()
        zh, en = DIVISIONS[division]

        assert answer["place"] == str(division)
        assert answer["level"] == level(division).name.lower()
        assert answer["name"] == {"zh": zh, "en": en}
        assert answer["holdings"] == [
            holding_of(each)
            for site in sorted(SITES)
            if str(site).startswith(str(division))
            for each in index.on_hand(site)
        ]

    def test_of_the_country(self, client: TestClient, index: IndexReader) -> None:
        answer = client.get("/v1/stock/on-hand/0").json()
        assert (answer["place"], answer["level"], answer["name"]) == ("0", "country", None)
        assert answer["holdings"] == [holding_of(each) for each in index.on_hand(0)]

    def test_held_goods_are_not_free(self, client: TestClient) -> None:
        answer = client.get(f"/v1/stock/on-hand/{EAST_GOVERNMENT}").json()
        held = [each for each in answer["holdings"] if each["is_held"]]
        assert [(each["quantity"], each["is_free"]) for each in held] == [("300", False)]
        assert held[0]["lot"] != f"{BAD_MASK_LOT.lot_id:040x}"  # a lot of its own, because it was held

    def test_use_until_is_the_day_printed(self, client: TestClient) -> None:
        holdings = client.get(f"/v1/stock/on-hand/{EAST_DISTRICT}").json()["holdings"]
        days = {each["lot"]: each["use_until"] for each in holdings}
        assert days[f"{ALCOHOL_LOT.lot_id:040x}"] == "2026-09-11"
        assert days[f"{MASK_LOT.lot_id:040x}"] is None


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 3])
    @pytest.mark.parametrize("as_of", [None, iso(at(5))])
    def test_are_the_whole(
        self, client: TestClient, index: IndexReader, limit: int, as_of: str | None
    ) -> None:
        params: dict[str, Any] = {"limit": limit} if as_of is None else {"limit": limit, "as_of": as_of}
        found: list[Any] = []
        while True:
            answer = client.get("/v1/stock/on-hand/0", params=params).json()
            assert 0 < len(answer["holdings"]) <= limit
            found += answer["holdings"]
            if answer["next_after"] is None:
                break
            last = answer["holdings"][-1]
            assert answer["next_after"] == f"{last['site']}-{last['lot']}"
            params["after"] = answer["next_after"]
        assert found == [holding_of(each) for each in index.on_hand(0, None if as_of is None else at(5))]

    def test_one_page_holds_all_that_fits(self, client: TestClient, index: IndexReader) -> None:
        count = len(index.on_hand(0))
        assert count > 1
        exact = client.get("/v1/stock/on-hand/0", params={"limit": count}).json()
        assert (len(exact["holdings"]), exact["next_after"]) == (count, None)


class TestAsOf:
    @pytest.mark.parametrize("day", [0, 2, 4, 5, 7, 12])
    def test_is_what_the_index_says_of_then(self, client: TestClient, index: IndexReader, day: int) -> None:
        moment = at(day)
        answer = client.get("/v1/stock/on-hand/0", params={"as_of": iso(moment)}).json()
        assert answer["as_of"] == iso(moment)
        assert answer["holdings"] == [holding_of(each) for each in index.on_hand(0, moment)]

    def test_differs_from_now(self, client: TestClient) -> None:
        place = f"/v1/stock/on-hand/{WEST}"
        then = client.get(place, params={"as_of": iso(at(1))}).json()["holdings"]
        now = client.get(place).json()["holdings"]
        assert then != now

    def test_before_the_first_document_is_nothing(self, client: TestClient) -> None:
        answer = client.get("/v1/stock/on-hand/0", params={"as_of": "2020-01-01T00:00:00Z"})
        assert answer.json()["holdings"] == []
