"""`GET /v1/suppliers/{supplier}/deliveries`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, iso, serving

from api.routes.deliveries import _LAST_NUMBER
from ledger_client.demo.cast import (
    BAD_MASK_LOT,
    EAST_GOVERNMENT,
    LAPSED,
    SOUND,
    WEST_GOVERNMENT,
    at,
)
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.home import Home
from ledger_client.index import IndexReader
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.lines import ReceiptLine, unpack_lines

SOUND_CODE = "91420100MA4KXMPL1B"
DELIVERIES = f"/v1/suppliers/{SOUND_CODE}/deliveries"


def got(client: TestClient, address: str = DELIVERIES, **query: Any) -> dict[str, Any]:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def receipts(index: IndexReader, source: int) -> list[RecordedDocument]:
    """All receipts from a source, the newest first, by reading every document."""
    table = MAPS_BY_NAME["documents"].table
    found = index._many("documents", table.c.kind == int(Kind.RECEIPT)).values()
    return sorted((each for each in found if each.from_ == source), key=lambda each: -each.number)


def lines(document: RecordedDocument) -> list[ReceiptLine]:
    found = unpack_lines(Kind.RECEIPT, document.lines, source=document.from_, key=document.key)
    return [each for each in found if isinstance(each, ReceiptLine)]


class TestRows:
    def test_every_receipt_once(self, client: TestClient, index: IndexReader) -> None:
        expected, found = receipts(index, SOUND), got(client)
        assert expected
        assert found["supplier"] == f"{SOUND:040x}"
        assert (found["code"], found["place"], found["next_after"]) == (SOUND_CODE, None, None)
        told = [each["document"]["number"] for each in found["deliveries"]]
        assert told == [each.number for each in expected]
        for row, document in zip(found["deliveries"], expected, strict=True):
            assert row["site"] == str(document.to_site)
            assert row["site_name"]["zh"]
            assert row["document"]["verdict"]["status"] == "valid"
            assert [
                (each["lot"], each["delivered"], each["accepted"], each["rejected"]) for each in row["lines"]
            ] == [
                (
                    f"{each.attributes.lot_id:040x}",
                    str(each.delivered),
                    str(each.accepted),
                    str(each.rejected),
                )
                for each in lines(document)
            ]
            assert all(each["item_name"]["zh"] and each["unit"] for each in row["lines"])
            assert all(each["was_released"] for each in row["lines"])

    def test_what_was_not_qualified_came_held(self, client: TestClient) -> None:
        found = got(client, f"/v1/suppliers/{LAPSED:040x}/deliveries")
        [row] = found["deliveries"]
        assert row["document"]["verdict"]["status"] != "valid"
        assert {each["was_released"] for each in row["lines"]} == {False}
        assert {each["item"] for each in row["lines"]} == {str(BAD_MASK_LOT.item)}
        assert all(each["came_held"] == each["accepted"] for each in found["sums"])

    def test_pages(self, client: TestClient) -> None:
        whole, after, told = got(client)["deliveries"], None, []
        while True:
            page = got(client, limit=1, **({} if after is None else {"after": after}))
            assert (page["sums"] is None) == (after is not None)
            told += page["deliveries"]
            after = page["next_after"]
            if after is None:
                break
        assert told == whole
        assert got(client, after=1)["deliveries"] == []
        assert got(client, after=_LAST_NUMBER)["deliveries"] == whole

    def test_as_of(self, client: TestClient, index: IndexReader) -> None:
        expected = receipts(index, SOUND)
        first = expected[-1]
        found = got(client, as_of=iso(first.recorded_at))
        before = [each for each in expected if each.recorded_at <= first.recorded_at]
        told = [each["document"]["number"] for each in found["deliveries"]]
        assert told == [each.number for each in before]
        empty = got(client, as_of=iso(at(0)))
        assert (empty["deliveries"], empty["sums"]) == ([], [])

    def test_with_a_time_it_has_a_tag(self, client: TestClient) -> None:
        tag = client.get(DELIVERIES).headers["etag"]
        assert client.get(DELIVERIES, headers={"If-None-Match": tag}).status_code == 304


class TestSums:
    def test_are_those_of_the_receipts_that_stand(self, client: TestClient, index: IndexReader) -> None:
        expected: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        standing = [each for each in receipts(index, SOUND) if not each.reversed_by]
        for document in standing:
            for line in lines(document):
                sums = expected[str(line.attributes.item)]
                for place, value in enumerate((line.delivered, line.accepted, line.rejected)):
                    sums[place] += value
        told = {
            each["item"]: [int(each[name]) for name in ("delivered", "accepted", "rejected")]
            for each in got(client)["sums"]
        }
        assert told == expected
        assert expected


class TestRights:
    @pytest.fixture(scope="class")
    @classmethod
    def west(cls, city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
        """Of a reader of the other district alone."""
        home = copy_of(city, tmp_path_factory.mktemp("west") / "home")
        with serving(home) as client:
            client.headers["Authorization"] = f"Bearer {account_of(home, 420103)}"
            yield client

    def test_elsewhere_is_not_told(self, west: TestClient, index: IndexReader) -> None:
        found = got(west)
        expected = [each for each in receipts(index, SOUND) if str(each.to_site).startswith("420103")]
        assert [each["document"]["number"] for each in found["deliveries"]] == [
            each.number for each in expected
        ]
        assert len(found["deliveries"]) < len(receipts(index, SOUND))
        delivered = sum(line.delivered for each in expected for line in lines(each))
        assert sum(int(each["delivered"]) for each in found["sums"]) == delivered

    def test_a_place_of_the_reader(self, west: TestClient) -> None:
        assert got(west, place=str(WEST_GOVERNMENT))["place"] == str(WEST_GOVERNMENT)
        assert_problem(west.get(DELIVERIES, params={"place": str(EAST_GOVERNMENT)}), 403, "not-allowed")

    def test_a_donor_elsewhere_is_as_one_that_there_is_not(
        self, west: TestClient, client: TestClient
    ) -> None:
        nobody = "0" * 39 + "1"
        for reader in (west, client):
            answer = reader.get(f"/v1/suppliers/{nobody}/deliveries")
            assert_problem(answer, 404, "supplier-unknown", nobody)

    def test_refusals(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/suppliers/x/deliveries"), 422, "supplier-form")
        assert_problem(client.get(DELIVERIES, params={"place": "x"}), 422, "division-form")
        assert_problem(client.get(DELIVERIES, params={"after": 0}), 422, "parameter-malformed")
        assert_problem(client.get(DELIVERIES, params={"as_of": "soon"}), 422, "moment-form")


def test_sums_of_a_place_are_those_of_its_sites(client: TestClient, tmp_path: Path) -> None:
    whole = got(client, place="0")["sums"]
    parts = [got(client, place=place)["sums"] for place in ("420102", "420103")]
    for row in whole:
        of_item = [each for part in parts for each in part if each["item"] == row["item"]]
        for name in ("delivered", "accepted", "rejected", "came_held"):
            assert int(row[name]) == sum(int(each[name]) for each in of_item)
        assert row["receipts"] == sum(each["receipts"] for each in of_item)
