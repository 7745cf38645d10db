"""`/v1/scans`: a label in the played city."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving

from ledger_client.demo.cast import EAST_GOVERNMENT, MASK_LOT, MASKS
from ledger_client.home import Home
from ledger_client.records import RecordsKey, RecordStore
from ledger_client.signers import KeystoreSigner
from ledger_client.trade_items import TradeItem, trade_item_record

GTIN, CASE = "06901234567892", "16901234567899"
EAST = str(EAST_GOVERNMENT)
LOT = f"{MASK_LOT.lot_id:040x}"


@pytest.fixture(scope="module")
def scanning(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Home]]:
    """A server whose records know two GTINs."""
    home = copy_of(city, tmp_path_factory.mktemp("scans") / "home")
    root = KeystoreSigner.open(home.keys / "root.json", "")
    with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
        for each in (TradeItem(GTIN, MASKS), TradeItem(CASE, MASKS, 40)):
            records.put(trade_item_record(each), root)
    with serving(home) as client:
        yield client, home


def scan(client: TestClient, label: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/v1/scans", params={"label": label, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_finds_the_lot_by_its_batch(scanning: tuple[TestClient, Home]) -> None:
    found = scan(scanning[0], f"(01){GTIN}(10)M-2607", place=EAST)
    assert (found["gtin"], found["batch"], found["item"], found["units"]) == (GTIN, "M-2607", str(MASKS), "1")
    assert found["item_name"]["zh"]
    assert found["unit"] == "XBX"
    [first] = [each for each in found["candidates"] if each["same_batch"]]
    assert found["candidates"][0] == first
    assert first["lot"] == LOT
    holdings = scanning[0].get(f"/v1/stock/on-hand/{EAST}").json()["holdings"]
    assert first["quantity"] == next(each["quantity"] for each in holdings if each["lot"] == LOT)


def test_another_batch_is_no_candidate(scanning: tuple[TestClient, Home]) -> None:
    assert scan(scanning[0], f"(01){GTIN}(10)M-9999")["candidates"] == []


def test_a_case_holds_more(scanning: tuple[TestClient, Home]) -> None:
    assert scan(scanning[0], CASE)["units"] == "40"
    assert scan(scanning[0], f"(02){CASE}(37)3")["units"] == "120"


def test_lots_are_those_of_the_account(scanning: tuple[TestClient, Home]) -> None:
    client, home = scanning
    headers = {"Authorization": f"Bearer {account_of(home, 420103)}"}
    everywhere = scan(client, GTIN)
    mine = client.get("/v1/scans", params={"label": GTIN}, headers=headers).json()
    assert {each["lot"] for each in mine["candidates"]} < {each["lot"] for each in everywhere["candidates"]}
    total = {each["lot"]: int(each["quantity"]) for each in everywhere["candidates"]}
    assert all(int(each["quantity"]) < total[each["lot"]] for each in mine["candidates"])


def test_held_lots_are_said_to_be_held(scanning: tuple[TestClient, Home]) -> None:
    statuses = {each["lot"]: each["status"] for each in scan(scanning[0], GTIN)["candidates"]}
    assert statuses[LOT] == []
    assert ["held"] in statuses.values()


def test_a_gtin_that_nobody_has_registered(scanning: tuple[TestClient, Home]) -> None:
    found = scan(scanning[0], "96385074")
    assert found["gtin"] == "00000096385074"
    assert found["candidates"] == []
    assert {found[name] for name in ("item", "item_name", "unit", "units")} == {None}


@pytest.mark.parametrize(
    ("query", "type_", "word"),
    [
        ({}, "parameter-malformed", "label"),
        ({"label": "x" * 201}, "parameter-malformed", "label"),
        ({"label": GTIN, "at": EAST}, "parameter-malformed", "at"),
        ({"label": "6901234567893"}, "scan-form", "last digit"),
        ({"label": ""}, "scan-form", "0 characters"),
        ({"label": "口罩"}, "scan-form", "口罩"),
        ({"label": GTIN, "place": "4"}, "division-form", "4"),
    ],
)
def test_malformed(scanning: tuple[TestClient, Home], query: dict[str, str], type_: str, word: str) -> None:
    assert_problem(scanning[0].get("/v1/scans", params=query), 422, type_, word)
