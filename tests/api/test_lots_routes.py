"""`GET /v1/lots`, `GET /v1/lots/{lot}`, `GET /v1/consignments` and `GET /v1/consignments/{key}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking_city import Asking
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for

from api.app import create_app
from ledger_client.demo.cast import (
    ALCOHOL_LOT,
    EAST_GOVERNMENT,
    GOWN_LOT,
    MASK_LOT,
    NORTH_ENTERPRISE,
    SITES,
    WEST_GOVERNMENT,
    id_of,
)
from ledger_client.digests import document_key
from ledger_client.index import IndexReader

MASKS, GOWNS, ALCOHOL = (f"{each.lot_id:040x}" for each in (MASK_LOT, GOWN_LOT, ALCOHOL_LOT))
SETTLED = f"{document_key(EAST_GOVERNMENT, id_of('dispatch')):062x}"
UNKNOWN_LOT, UNKNOWN_KEY = "0" * 40, "0" * 62


@pytest.fixture(scope="module")
def west(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that reads the western district alone."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("west") / "home")
    key = account_of(home, 420103)
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        wait_for(lambda: client.get("/v1/documents?place=420103").status_code == 200)
        yield client


@pytest.fixture(scope="module")
def north(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that reads a community which has masks too, and neither sent nor received a consignment."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("north") / "home")
    key = account_of(home, 420102001002)
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        wait_for(lambda: client.get("/v1/documents?place=420102001002").status_code == 200)
        yield client


def got(client: TestClient, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestLot:
    def test_unknown(self, asked: TestClient) -> None:
        assert_problem(asked.get(f"/v1/lots/{UNKNOWN_LOT}"), 404, "lot-not-recorded", UNKNOWN_LOT)

    @pytest.mark.parametrize("lot", ["1", "g" * 40, "0" * 41, "0x" + "0" * 38])
    def test_malformed(self, asked: TestClient, lot: str) -> None:
        assert_problem(asked.get(f"/v1/lots/{lot}"), 422, "id-form", "40")

    def test_all_of_it_to_whoever_reads_all_its_sites(
        self, asked: TestClient, asked_index: IndexReader
    ) -> None:
        told = got(asked, f"/v1/lots/{MASKS}")
        expected = {
            each.site: each.quantity for each in asked_index.on_hand(0) if each.lot == MASK_LOT.lot_id
        }
        assert {int(each["site"]): int(each["quantity"]) for each in told["balances"]} | expected == {
            int(each["site"]): int(each["quantity"]) for each in told["balances"]
        }
        assert {each["name"]["en"] for each in told["balances"]} <= {en for _, en in SITES.values()}
        assert told["has_more"] is False
        assert told["lot"]["item"] == str(MASK_LOT.item)
        assert told["lot"]["source_name"]["en"] == "Sample Sound Supplies"
        [moving] = told["consignments"]
        assert [(each["state"], each["quantity"]) for each in moving["lines"]] == [("in_transit", "5")]
        stale = {each["site"]: each["is_stale"] for each in told["balances"] if each["count_due"]}
        assert stale == {str(EAST_GOVERNMENT): True}

    def test_balances_of_the_callers_sites_alone(self, west: TestClient) -> None:
        told = got(west, f"/v1/lots/{MASKS}")
        assert {each["site"][:6] for each in told["balances"]} == {"420103"}
        assert told["has_more"] is True
        for each in told["history"]:
            assert any(site and site.startswith("420103") for site in (each["from_site"], each["to_site"]))
        # Of what is on its way both sides are told.
        [moving] = told["consignments"]
        assert (moving["from_site"], moving["to_site"]) == (str(EAST_GOVERNMENT), str(WEST_GOVERNMENT))

    def test_a_lot_that_never_was_at_its_sites_is_refused(self, west: TestClient) -> None:
        assert_problem(west.get(f"/v1/lots/{ALCOHOL}"), 403, "not-allowed")

    def test_recalled(self, asked: TestClient) -> None:
        told = got(asked, f"/v1/lots/{GOWNS}")
        assert told["lot"]["is_recalled"] is True
        recall = told["history"][-1]
        assert (recall["kind"], recall["from_site"], recall["to_site"]) == ("recall", None, None)
        # A recall names no site: whoever reads a site of the lot reads it.
        assert got(asked, f"/v1/documents/{recall['key']}")["document"]["lines"][0]["lot"] == GOWNS

    def test_expires(self, asked: TestClient) -> None:
        assert got(asked, f"/v1/lots/{ALCOHOL}")["lot"]["use_until"] == "2026-09-11"


class TestLots:
    def test_first_expiry_first_in_pages(self, asked: TestClient, asked_index: IndexReader) -> None:
        for place, item in ((0, MASK_LOT.item), (420102, MASK_LOT.item), (EAST_GOVERNMENT, ALCOHOL_LOT.item)):
            there = [each for each in asked_index.on_hand(place) if each.attributes.item == item]
            expected: dict[str, list[int]] = {}
            order = {}
            for each in there:
                key = f"{each.lot:040x}"
                expected.setdefault(key, [0, 0, 0])
                order[key] = (each.attributes.use_until, each.lot)
                expected[key][0] += each.quantity
                expected[key][1] += each.quantity if each.is_free else 0
                expected[key][2] += 1
            found: list[dict[str, Any]] = []
            after: dict[str, str] = {}
            while True:
                page = got(asked, "/v1/lots", place=place, item=item, limit=1, **after)
                found += page["lots"]
                if page["next_after"] is None:
                    break
                after = {"after": page["next_after"]}
            assert [each["lot"] for each in found] == sorted(order, key=order.__getitem__)
            assert {
                each["lot"]: [int(each["quantity"]), int(each["free"]), each["sites"]] for each in found
            } == expected

    def test_an_item_of_which_nothing_is_there(self, asked: TestClient) -> None:
        assert got(asked, "/v1/lots", place=420103, item=ALCOHOL_LOT.item)["lots"] == []
        assert got(asked, "/v1/lots", place=420103, item="999999999999")["lots"] == []

    @pytest.mark.parametrize(
        ("query", "type_"),
        [
            ({"place": "0"}, "parameter-malformed"),
            ({"place": "0", "item": "1"}, "code-form"),
            ({"place": "0", "item": "\0"}, "character"),
            ({"place": "0", "item": str(MASK_LOT.item), "after": "1"}, "parameter-malformed"),
            ({"place": "0", "item": str(MASK_LOT.item), "limit": "0"}, "parameter-malformed"),
        ],
    )
    def test_malformed(self, asked: TestClient, query: dict[str, str], type_: str) -> None:
        assert_problem(asked.get("/v1/lots", params=query), 422, type_)

    def test_refused_elsewhere(self, west: TestClient) -> None:
        for place in (0, 420102, NORTH_ENTERPRISE):
            answer = west.get("/v1/lots", params={"place": place, "item": MASK_LOT.item})
            assert_problem(answer, 403, "not-allowed")


class TestConsignments:
    def test_open_closed_and_all(self, asked: TestClient, asking: Asking) -> None:
        lists = {
            state: [
                each["key"] for each in got(asked, "/v1/consignments", place=0, state=state)["consignments"]
            ]
            for state in ("open", "closed", "all")
        }
        assert lists["open"] == [f"{asking.consignment:062x}"]
        assert lists["closed"] == [SETTLED]
        assert lists["all"] == [*lists["open"], *lists["closed"]]  # the last dispatched first
        first = got(asked, "/v1/consignments", place=0, state="all", limit=1)
        second = got(asked, "/v1/consignments", place=0, state="all", limit=1, after=first["next_after"])
        assert [first["consignments"][0]["key"], second["consignments"][0]["key"]] == lists["all"]
        assert second["next_after"] is None

    def test_of_either_side(self, asked: TestClient) -> None:
        for place in (EAST_GOVERNMENT, WEST_GOVERNMENT, 420102, 420103):
            assert len(got(asked, "/v1/consignments", place=place)["consignments"]) == 1
        assert got(asked, "/v1/consignments", place=NORTH_ENTERPRISE)["consignments"] == []

    def test_steps(self, asked: TestClient) -> None:
        told = got(asked, f"/v1/consignments/{SETTLED}")
        assert told["consignment"]["state"] == "closed"
        assert told["consignment"]["lines"] == []
        assert [each["kind"] for each in told["steps"]] == ["acceptance", "settlement"]
        assert [each["quantity"] for each in told["dispatch"]["lines"]] == ["200"]
        assert told["dispatch"] == got(asked, f"/v1/documents/{SETTLED}")["document"]

    def test_both_sides_read_it(self, west: TestClient, asked: TestClient, asking: Asking) -> None:
        address = f"/v1/consignments/{asking.consignment:062x}"
        assert got(west, address) == got(asked, address)

    def test_nobody_else_does(self, north: TestClient, asking: Asking) -> None:
        assert_problem(north.get(f"/v1/consignments/{asking.consignment:062x}"), 403, "not-allowed")
        assert_problem(north.get("/v1/consignments?place=420102"), 403, "not-allowed")
        # Nor is it told beside a lot that lies here too.
        assert got(north, f"/v1/lots/{MASKS}")["consignments"] == []

    def test_unknown_and_what_is_no_consignment(self, asked: TestClient, asking: Asking) -> None:
        for key in (UNKNOWN_KEY, f"{asking.hand_over:062x}"):
            assert_problem(asked.get(f"/v1/consignments/{key}"), 404, "consignment-not-recorded", key)
        assert_problem(asked.get("/v1/consignments/x"), 422, "id-form")
        assert_problem(asked.get("/v1/consignments?place=0&state=lost"), 422, "parameter-malformed")
