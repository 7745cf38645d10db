"""`/v1/epcis/events`: the played city as another system reads it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, iso, wait_for

from api.app import create_app
from api.routes.epcis import BizStep
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.documents import Kind
from ledger_client.home import Home
from ledger_client.index import IndexReader

EAST = str(EAST_GOVERNMENT)
ADDRESS = "/v1/epcis/events"


def events(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


def everything(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    """Return the events of all pages."""
    answer = client.get(ADDRESS, params=query)
    found = events(answer)
    while "link" in answer.headers:
        address, _, relation = answer.headers["link"].partition("; ")
        assert relation == 'rel="next"'
        answer = client.get(address.strip("<>"))
        found += events(answer)
    return found


def test_is_a_query_document(client: TestClient) -> None:
    answer = client.get(ADDRESS)
    document = answer.json()
    assert document["type"] == "EPCISQueryDocument"
    assert document["schemaVersion"] == "2.0"
    assert document["@context"][0].startswith("https://ref.gs1.org/standards/epcis/2.0.0/")
    assert document["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert document["shecang:block"]["number"] > 0
    assert answer.headers["gs1-epcis-version"] == answer.headers["gs1-cbv-version"] == "2.0.0"
    assert answer.headers["content-type"] == "application/json"


def test_tells_every_document(client: TestClient, index: IndexReader) -> None:
    said = everything(client)
    named = {each["bizTransactionList"][0]["bizTransaction"] for each in said}
    # Of an opening without lines there is nothing to be told, and a reversal tells what it undoes.
    told = [each for each in index.history(EAST_GOVERNMENT) if each.kind != Kind.REVERSAL and each.lines]
    assert told
    assert {f"urn:shecang:document:{each.key:062x}" for each in told} <= named
    assert sum("errorDeclaration" in each for each in said) == 1


def test_names_goods_and_sites(client: TestClient) -> None:
    document = client.get(ADDRESS, params={"place": EAST}).json()
    lots, sites = document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
    assert lots["type"] == "urn:epcglobal:epcis:vtype:EPCClass"
    assert sites["type"] == "urn:epcglobal:epcis:vtype:BusinessLocation"
    said = {
        each["epcClass"]
        for event in events(client.get(ADDRESS, params={"place": EAST}))
        for each in event["quantityList"]
    }
    assert {each["id"] for each in lots["vocabularyElementList"]} == said
    known = {each["id"]: each["attributes"] for each in sites["vocabularyElementList"]}
    assert "东城社区政府储备点" in known[f"urn:shecang:site:{EAST}"][0]["attribute"]
    assert any(
        "口罩" in each["attribute"] for lot in lots["vocabularyElementList"] for each in lot["attributes"]
    )


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_add_up_to_the_whole(client: TestClient, limit: int) -> None:
    assert everything(client, perPage=limit) == everything(client)


def test_the_next_page_keeps_the_question(client: TestClient) -> None:
    found = everything(client, perPage=1, EQ_bizStep="dispensing", place=EAST)
    assert len(found) > 3
    assert {each["bizStep"] for each in found} == {"dispensing"}


def test_every_step_can_be_asked_for(client: TestClient) -> None:
    assert {each["bizStep"] for each in everything(client)} <= set(get_args(BizStep))
    for step in get_args(BizStep):
        assert client.get(ADDRESS, params={"EQ_bizStep": step}).status_code == 200


class TestQuestions:
    def test_where_it_was_seen(self, client: TestClient) -> None:
        site = f"urn:shecang:site:{EAST}"
        found = everything(client, EQ_readPoint=site)
        assert found == [each for each in everything(client) if each.get("readPoint") == {"id": site}]
        assert found

    def test_of_which_lot(self, client: TestClient) -> None:
        lot = everything(client)[0]["quantityList"][0]["epcClass"]
        found = everything(client, MATCH_anyEPCClass=lot)
        assert 0 < len(found) < len(everything(client))
        assert all(lot in {each["epcClass"] for each in event["quantityList"]} for event in found)

    def test_when_it_was_recorded(self, client: TestClient, index: IndexReader) -> None:
        whole = everything(client)
        middle = whole[len(whole) // 2]["recordTime"]
        late = everything(client, GE_recordTime=middle)
        early = everything(client, LT_recordTime=middle)
        assert early + late == whole
        assert early
        assert late
        assert everything(client, LT_recordTime=middle, perPage=1) == early
        # Nothing behind it can be asked for: whoever follows the pages stops here.
        pages = len(early) + 5
        assert "link" not in client.get(ADDRESS, params={"LT_recordTime": middle, "perPage": pages}).headers
        assert "link" in client.get(ADDRESS, params={"perPage": pages}).headers

    def test_when_it_occurred(self, client: TestClient) -> None:
        whole = everything(client)
        at = sorted(each["eventTime"] for each in whole)[len(whole) // 2]
        assert everything(client, GE_eventTime=at) == [each for each in whole if each["eventTime"] >= at]
        assert everything(client, LT_eventTime=at) == [each for each in whole if each["eventTime"] < at]

    def test_at_a_place(self, client: TestClient) -> None:
        whole = everything(client)
        assert everything(client, place="4201") == [each for each in whole if "readPoint" in each]
        assert 0 < len(everything(client, place="420103")) < len(whole)


@pytest.mark.parametrize(
    ("query", "type_", "word"),
    [
        ({"perPage": 0}, "parameter-malformed", "perPage"),
        ({"perPage": 201}, "parameter-malformed", "perPage"),
        ({"nextPageToken": "x"}, "parameter-malformed", "nextPageToken"),
        ({"nextPageToken": "1" * 16}, "parameter-malformed", "nextPageToken"),
        ({"EQ_action": "ADD"}, "parameter-malformed", "EQ_action"),
        ({"EQ_bizStep": "cooking"}, "parameter-malformed", "EQ_bizStep"),
        ({"EQ_readPoint": EAST}, "urn-form", "urn:shecang:site:"),
        ({"MATCH_anyEPCClass": "urn:epc:class:lgtin:1.2.3"}, "urn-form", "urn:shecang:lot:"),
        ({"GE_recordTime": "yesterday"}, "moment-form", "GE_recordTime"),
        ({"LT_eventTime": "2026-09-01T00:00:00"}, "time-without-zone", "time zone"),
        ({"place": "4"}, "division-form", "4"),
    ],
)
def test_malformed_questions(client: TestClient, query: dict[str, Any], type_: str, word: str) -> None:
    assert_problem(client.get(ADDRESS, params=query), 422, type_, word)


def test_a_reader_of_one_district_sees_both_sides_of_its_documents_only(city: Home, tmp_path: Any) -> None:
    home = copy_of(city, tmp_path / "home")
    key = account_of(home, 420103)
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/v1/stock/totals/0").status_code == 200)
        client.headers["Authorization"] = f"Bearer {key}"
        mine = everything(client)
        client.headers["Authorization"] = f"Bearer {account_of(home, 0)}"
        assert mine == everything(client, place="420103")
        whole = everything(client)
    assert 0 < len(mine) < len(whole)
    for event in mine:
        names = str(event)
        assert "urn:shecang:site:420103" in names or event["bizTransactionList"][1:], names


def test_since_nothing_was_recorded(client: TestClient) -> None:
    assert everything(client, GE_recordTime=iso(4_000_000_000)) == []
