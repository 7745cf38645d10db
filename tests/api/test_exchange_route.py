"""`/v1/exchange`: the played city as a table for another platform."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for

from api.app import create_app
from ledger_client.demo.cast import EAST_GOVERNMENT, MASKS
from ledger_client.exchange import MOVEMENTS, STOCK
from ledger_client.home import Home
from ledger_client.index import IndexReader

EAST = str(EAST_GOVERNMENT)
STOCK_ADDRESS, MOVED_ADDRESS = "/v1/exchange/stock", "/v1/exchange/movements"
COLUMNS = {STOCK_ADDRESS: STOCK, MOVED_ADDRESS: MOVEMENTS}


def pages(client: TestClient, address: str, **query: Any) -> list[Any]:
    """Return the answers of all pages, by the header `Link`."""
    found = [client.get(address, params=query)]
    while "link" in found[-1].headers:
        found.append(client.get(found[-1].headers["link"].partition("; ")[0].strip("<>")))
    assert {each.status_code for each in found} == {200}
    return found


def rows(client: TestClient, address: str, **query: Any) -> list[dict[str, str]]:
    return [row for page in pages(client, address, **query) for row in page.json()["rows"]]


def cells(answer: Any) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestStock:
    def test_is_what_is_on_hand(self, client: TestClient, index: IndexReader) -> None:
        held: Counter[tuple[str, str]] = Counter()
        for each in index.on_hand(0):
            held[str(each.site), str(each.attributes.item)] += each.quantity
        said = {(row["site"], row["item"]): int(row["quantity"]) for row in rows(client, STOCK_ADDRESS)}
        assert said == held

    def test_codes_belong_together(self, client: TestClient) -> None:
        for row in rows(client, STOCK_ADDRESS):
            assert row["site"].startswith(row["division"])
            assert row["item"].startswith(row["category"])
            assert (len(row["division"]), len(row["category"])) == (12, 7)

    def test_free_leaves_out_what_may_not_be_used(self, client: TestClient) -> None:
        [masks] = [row for row in rows(client, STOCK_ADDRESS, place=EAST) if row["item"] == str(MASKS)]
        holdings = client.get(f"/v1/stock/on-hand/{EAST}").json()["holdings"]
        mine = [each for each in holdings if each["item"] == masks["item"]]
        assert int(masks["quantity"]) == sum(int(each["quantity"]) for each in mine)
        assert int(masks["free"]) == sum(int(each["quantity"]) for each in mine if each["is_free"])
        assert int(masks["free"]) < int(masks["quantity"])

    def test_names_are_in_both_languages(self, client: TestClient) -> None:
        first = rows(client, STOCK_ADDRESS, place=EAST)[0]
        assert first["site_name_zh"] == "东城社区政府储备点"
        assert first["site_name_en"]

    def test_within_a_place(self, client: TestClient) -> None:
        whole = rows(client, STOCK_ADDRESS)
        assert rows(client, STOCK_ADDRESS, place="420103") == [
            row for row in whole if row["site"].startswith("420103")
        ]


class TestMovements:
    def test_add_up_to_what_is_on_hand(self, client: TestClient, index: IndexReader) -> None:
        moved: Counter[tuple[str, str]] = Counter()
        for row in rows(client, MOVED_ADDRESS):
            moved[row["site"], row["lot"]] += int(row["delta"])
        held = {(str(each.site), f"{each.lot:040x}"): each.quantity for each in index.on_hand(0)}
        assert {place: units for place, units in moved.items() if units} == held

    def test_say_what_was_held_afterwards(self, client: TestClient) -> None:
        held: Counter[tuple[str, str]] = Counter()
        for row in rows(client, MOVED_ADDRESS):
            held[row["site"], row["lot"]] += int(row["delta"])
            assert int(row["quantity"]) == held[row["site"], row["lot"]]

    def test_are_those_of_the_place_alone(self, client: TestClient) -> None:
        whole = rows(client, MOVED_ADDRESS)
        mine = rows(client, MOVED_ADDRESS, place="420103")
        assert mine == [row for row in whole if row["site"].startswith("420103")]
        assert any(row["other_site"].startswith("420102") for row in mine)

    def test_a_reader_sees_no_balance_of_a_site_elsewhere(self, city: Home, tmp_path: Any) -> None:
        home = copy_of(city, tmp_path / "home")
        with client_of(create_app(home, UNLIMITED)) as client:
            wait_for(lambda: client.get("/v1/stock/totals/0").status_code == 200)
            client.headers["Authorization"] = f"Bearer {account_of(home, 420103)}"
            for address in COLUMNS:
                found = rows(client, address)
                assert found
                assert all(row["site"].startswith("420103") for row in found)

    def test_since_a_time(self, client: TestClient) -> None:
        whole = rows(client, MOVED_ADDRESS)
        middle = whole[len(whole) // 2]["recorded_at"]
        assert rows(client, MOVED_ADDRESS, since=middle) == [
            row for row in whole if row["recorded_at"] >= middle
        ]

    def test_reversed_ones_are_said_to_be(self, client: TestClient) -> None:
        found = rows(client, MOVED_ADDRESS)
        undone = [row for row in found if row["is_reversed"] == "true"]
        assert [row["kind"] for row in undone] == ["issue"]
        assert {row["is_reversed"] for row in found} == {"true", "false"}


@pytest.mark.parametrize("address", COLUMNS)
class TestBoth:
    def test_csv_says_what_json_says(self, client: TestClient, address: str) -> None:
        answer = client.get(address, params={"format": "csv"})
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert tuple(answer.content.decode("utf-8-sig").split("\r\n", 1)[0].split(",")) == COLUMNS[address]
        assert cells(answer) == rows(client, address)

    @pytest.mark.parametrize("limit", [1, 3])
    def test_pages_add_up(self, client: TestClient, address: str, limit: int) -> None:
        whole = rows(client, address)
        assert rows(client, address, limit=limit) == whole
        table = [row for page in pages(client, address, limit=limit, format="csv") for row in cells(page)]
        assert table == whole

    def test_the_description_has_these_columns(self, client: TestClient, address: str) -> None:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
        name = "StockRow" if address == STOCK_ADDRESS else "MovementRow"
        assert tuple(schemas[name]["properties"]) == COLUMNS[address]

    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ({"format": "xml"}, "format"),
            ({"limit": 0}, "limit"),
            ({"after": "-1"}, "after"),
            ({"after": "x"}, "after"),
            ({"as_of": "2026-09-01T00:00:00Z"}, "as_of"),
        ],
    )
    def test_malformed(self, client: TestClient, address: str, query: dict[str, Any], word: str) -> None:
        assert_problem(client.get(address, params=query), 422, "parameter-malformed", word)
