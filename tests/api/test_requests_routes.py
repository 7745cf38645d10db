"""`GET /v1/requests` and `GET /v1/proposals`, lists and one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking_city import FLOOR, Asking
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, iso, serving, wait_for

from api.app import create_app
from ledger_client.demo.cast import (
    CLINIC,
    EAST_GOVERNMENT,
    EAST_STREET,
    MASK_LOT,
    NORTH_ENTERPRISE,
    PROVINCE,
    WEST_GOVERNMENT,
    at,
)
from ledger_client.records import RecordId, RecordsKey, RecordStore

UNKNOWN = "0" * 62
MASKS = f"{MASK_LOT.lot_id:040x}"


@pytest.fixture(scope="module")
def west(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that reads the western district alone, which gives for a request of the east."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("west") / "home")
    key = account_of(home, 420103)
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        wait_for(lambda: client.get("/v1/documents?place=420103").status_code == 200)
        yield client


def got(client: TestClient, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def request_of(asking: Asking) -> str:
    return f"/v1/requests/{asking.request:062x}"


class TestRequest:
    def test_from_need_to_delivery(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, request_of(asking), at=iso(asking.at))
        request = told["request"]
        assert (request["site"], request["item"]) == (str(NORTH_ENTERPRISE), str(MASK_LOT.item))
        counts = [request[name] for name in ("quantity", "accepted", "promised", "open")]
        assert counts == ["60", "15", "25", "20"]
        assert (request["state"], request["urgency"], request["reason"]) == ("open", "critical", "outbreak")
        assert (request["is_emergency"], request["is_flagged"]) == (True, False)
        assert told["consignee_name"]["en"] == "Sample East health station"
        assert request["consignee"] == f"{CLINIC:040x}"
        assert (told["issued"], told["waiting"]) == ("0", "15")
        assert [each["key"] for each in told["proposals"]] == [
            f"{asking.approved:062x}",
            f"{asking.waiting:062x}",
        ]
        [delivery] = told["deliveries"]
        assert delivery["document"] == f"{asking.hand_over:062x}"
        assert (delivery["quantity"], delivery["accepted"], delivery["state"]) == ("15", "15", "answered")
        assert told["not_shown"] == []
        steps = [each["step"] for each in told["journal"]]
        assert steps == ["requested", "proposed", "proposed", "approved", "shown"]
        assert [each["sequence"] for each in told["journal"]] == list(range(1, 6))
        assert told["body"]["content"] == {"note": "for the fever ward"}
        assert told["at"] == iso(asking.at)

    def test_over_when_its_day_is(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, request_of(asking), at=iso(at(40)))
        assert told["request"]["state"] == "over"
        assert [each["waits_for"] for each in told["proposals"]] == ["anybody", "anybody"]

    def test_withdrawn(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, f"/v1/requests/{asking.withdrawn:062x}", at=iso(asking.at))
        assert told["request"]["state"] == "withdrawn"
        assert told["withdrawn_reason"] == "not-needed"
        assert (told["issued"], told["waiting"], told["body"]["state"]) == (None, None, "none")

    def test_a_giver_hears_of_what_it_gives_alone(
        self, west: TestClient, asked: TestClient, asking: Asking
    ) -> None:
        told = got(west, request_of(asking), at=iso(asking.at))
        assert [each["key"] for each in told["proposals"]] == [f"{asking.waiting:062x}"]
        assert (told["deliveries"], told["not_shown"]) == ([], [])
        assert (told["issued"], told["waiting"]) == (None, None)
        assert {each["about"] for each in told["journal"]} == {None, f"{asking.waiting:062x}"}
        assert told["request"] == got(asked, request_of(asking), at=iso(asking.at))["request"]

    def test_deleted_body(self, asking: Asking, tmp_path: Path) -> None:
        home = copy_of(asking.home, tmp_path / "home")
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            records.delete(RecordId("request", asking.request))
        with serving(home) as client:
            body = got(client, request_of(asking))["body"]
            assert (body["state"], body["content"]) == ("deleted", None)
            assert body["digest"] is not None

    @pytest.mark.parametrize("kind", ["requests", "proposals"])
    def test_unknown_and_malformed(self, asked: TestClient, kind: str) -> None:
        type_ = f"{kind[:-1]}-not-recorded"
        assert_problem(asked.get(f"/v1/{kind}/{UNKNOWN}"), 404, type_, UNKNOWN)
        assert_problem(asked.get(f"/v1/{kind}/x"), 422, "id-form")
        assert_problem(asked.get(f"/v1/{kind}/{UNKNOWN}?at=now"), 422, "moment-form")
        for query in (
            {},
            {"place": "0", "state": "x"},
            {"place": "0", "after": "1"},
            {"place": "0", "x": "1"},
        ):
            assert_problem(asked.get(f"/v1/{kind}", params=query), 422, "parameter-malformed")
        assert_problem(asked.get(f"/v1/{kind}?place=99"), 404, "division-not-registered")


class TestRequests:
    def test_open_and_all_in_pages(self, asked: TestClient, asking: Asking) -> None:
        now = iso(asking.at)
        [one] = got(asked, "/v1/requests", place=0, at=now)["requests"]
        assert one == got(asked, request_of(asking), at=now)["request"]
        whole = got(asked, "/v1/requests", place=0, at=now, state="all")["requests"]
        assert {each["state"] for each in whole} == {"open", "withdrawn"}
        first = got(asked, "/v1/requests", place=0, at=now, state="all", limit=1)
        second = got(asked, "/v1/requests", place=0, at=now, state="all", limit=1, after=first["next_after"])
        assert first["requests"] + second["requests"] == whole
        assert second["next_after"] is None

    def test_of_the_receiving_place_alone(self, asked: TestClient, asking: Asking) -> None:
        for place, count in ((NORTH_ENTERPRISE, 1), (420102, 1), (EAST_GOVERNMENT, 0), (420103, 0)):
            found = got(asked, "/v1/requests", place=place, at=iso(asking.at))["requests"]
            assert len(found) == count, place

    def test_before_it_was_made(self, asked: TestClient) -> None:
        assert got(asked, "/v1/requests", place=0, state="all", at=iso(at(1)))["requests"] == []


class TestProposal:
    def test_approved(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, f"/v1/proposals/{asking.approved:062x}", at=iso(asking.at))
        proposal = told["proposal"]
        assert (proposal["giver"], proposal["receiver"]) == (str(EAST_GOVERNMENT), str(NORTH_ENTERPRISE))
        assert (proposal["quantity"], proposal["remaining"]) == ("40", "25")
        assert (proposal["state"], proposal["waits_for"]) == ("approved", "giver")
        assert (proposal["is_emergency"], proposal["approved_in_emergency"]) == (True, True)
        assert proposal["anchor"] is None
        [lot] = told["lots"]
        assert (lot["lot"], lot["quantity"]) == (MASKS, "40")
        balances = got(asked, f"/v1/lots/{MASKS}")["balances"]
        assert lot["on_hand"] == next(
            each["quantity"] for each in balances if each["site"] == str(EAST_GOVERNMENT)
        )
        assert told["giving"]["floor"] == str(FLOOR)
        assert (told["giving"]["share"], told["giving"]["terms_division"]) == (9_000, str(PROVINCE))
        approval = told["approval"]
        assert (approval["division"], approval["floor"]) == (str(EAST_STREET), str(FLOOR))
        assert approval["reserved"] == "40"
        assert [each["document"] for each in told["deliveries"]] == [f"{asking.hand_over:062x}"]
        assert (told["closing"], told["consent"]) == (None, None)

    def test_undecided_waits_for_an_approver(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, f"/v1/proposals/{asking.waiting:062x}", at=iso(asking.at))
        proposal = told["proposal"]
        assert (proposal["state"], proposal["waits_for"]) == ("proposed", "approver")
        assert proposal["levels"] == ["4201"]
        assert proposal["next_level"]["division"] == "42"
        assert told["approval"] is None

    def test_what_the_giver_holds_is_told_to_its_readers_alone(
        self, west: TestClient, asking: Asking, tmp_path: Path
    ) -> None:
        own = got(west, f"/v1/proposals/{asking.waiting:062x}", at=iso(asking.at))
        assert own["lots"][0]["on_hand"] is not None
        assert own["giving"] is not None
        home = copy_of(asking.home, tmp_path / "home")
        key = account_of(home, 420102001002)
        with client_of(create_app(home, UNLIMITED)) as north:
            north.headers["Authorization"] = f"Bearer {key}"
            wait_for(lambda: north.get("/v1/documents?place=420102001002").status_code == 200)
            told = got(north, f"/v1/proposals/{asking.waiting:062x}", at=iso(asking.at))
            assert told["lots"][0]["on_hand"] is None
            assert told["giving"] is None
            assert told["proposal"] == own["proposal"]

    def test_neither_side_is_refused(self, west: TestClient, asking: Asking) -> None:
        assert_problem(west.get(f"/v1/proposals/{asking.approved:062x}"), 403, "not-allowed")
        assert_problem(west.get("/v1/proposals?place=420102"), 403, "not-allowed")
        assert_problem(west.get("/v1/requests?place=0"), 403, "not-allowed")


class TestProposals:
    def test_by_state_and_place(self, asked: TestClient, asking: Asking) -> None:
        now = iso(asking.at)
        waiting, approved = f"{asking.waiting:062x}", f"{asking.approved:062x}"
        for place, state, expected in (
            (0, "all", [approved, waiting]),
            (0, "undecided", [waiting]),
            (0, "approved", [approved]),
            (0, "ended", []),
            (WEST_GOVERNMENT, "all", [waiting]),
            (420102, "all", [approved, waiting]),
            (EAST_GOVERNMENT, "all", [approved]),
        ):
            found = got(asked, "/v1/proposals", place=place, state=state, at=now)["proposals"]
            assert [each["key"] for each in found] == expected, (place, state)

    def test_pages(self, asked: TestClient, asking: Asking) -> None:
        query = {"place": 0, "state": "all", "at": iso(asking.at)}
        whole = got(asked, "/v1/proposals", **query)["proposals"]
        first = got(asked, "/v1/proposals", limit=1, **query)
        second = got(asked, "/v1/proposals", limit=1, after=first["next_after"], **query)
        assert first["proposals"] + second["proposals"] == whole
        assert second["next_after"] is None
