"""`/v1/divisions`, `/v1/sites`, `/v1/consignees`: the places of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving, wait_for

from ledger_client.demo.cast import (
    CLINIC,
    CONSIGNEES,
    DIVISIONS,
    EAST_AGREEMENT,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    NORTH,
    PROVINCE,
    SITES,
)
from ledger_client.home import Home
from ledger_client.index import IndexReader
from ledger_client.index.register_pages import journal_word
from ledger_client.ledger import Ledger
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party


def ask(client: TestClient, address: str, **params: Any) -> Any:
    answer = client.get(f"/v1/{address}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_pages(client: TestClient, resource: str, limit: int, **params: Any) -> list[Any]:
    """Every row of a list, page by page; each page but the last is full."""
    rows, after = [], None
    while True:
        page = ask(client, resource, limit=limit, **params, **({} if after is None else {"after": after}))
        rows += page[resource]
        after = page["next_after"]
        if after is None:
            return rows
        assert len(page[resource]) == limit


class TestDivisions:
    def test_are_all_there_higher_levels_first(self, client: TestClient) -> None:
        rows = ask(client, "divisions")["divisions"]
        assert [int(row["division"]) for row in rows] == sorted(DIVISIONS)
        zh, en = DIVISIONS[EAST_DISTRICT]
        assert rows[2] == {
            "division": str(EAST_DISTRICT),
            "level": "district",
            "name": {"zh": zh, "en": en},
            "is_closed": False,
            "successor": None,
        }

    @pytest.mark.parametrize("limit", [1, 2, 4, 9, 200])
    def test_page_by_page(self, client: TestClient, limit: int) -> None:
        assert all_pages(client, "divisions", limit) == ask(client, "divisions")["divisions"]

    @pytest.mark.parametrize("division", [PROVINCE, EAST_DISTRICT, NORTH])
    def test_of_one_and_below(self, client: TestClient, division: int) -> None:
        rows = all_pages(client, "divisions", 2, division=str(division))
        inside = [each for each in sorted(DIVISIONS) if str(each).startswith(str(division))]
        assert [int(row["division"]) for row in rows] == inside

    def test_one_with_what_lies_above_and_below(self, client: TestClient) -> None:
        answer = ask(client, f"divisions/{EAST_DISTRICT}")
        assert [each["division"] for each in answer["above"]] == ["4201", "42", "0"]
        assert [each["name"] for each in answer["above"]][1:] == [{"zh": "湖北省", "en": "Hubei"}, None]
        assert [each["division"] for each in answer["children"]] == ["420102001"]
        assert answer["next_after"] is None

    def test_children_page_by_page(self, client: TestClient) -> None:
        first = ask(client, "divisions/420102001", limit=1)
        second = ask(client, "divisions/420102001", limit=1, after=first["next_after"])
        assert [first["children"][0]["division"], second["children"][0]["division"]] == [
            "420102001001",
            "420102001002",
        ]
        assert second["next_after"] is None

    def test_the_country_and_a_community(self, client: TestClient) -> None:
        country, community = ask(client, "divisions/0"), ask(client, f"divisions/{NORTH}")
        assert (country["level"], country["name"], country["above"]) == ("country", None, [])
        assert [each["division"] for each in country["children"]] == ["42"]
        assert (community["level"], community["children"]) == ("community", [])

    @pytest.mark.parametrize("code", ["1", "420", "4200", "x", "４２0%01", "42\u0430", "-1", "4" * 64])
    def test_what_is_no_division(self, client: TestClient, code: str) -> None:
        assert client.get(f"/v1/divisions/{code}").status_code == 422
        for resource in ("divisions", "sites", "consignees"):
            assert client.get(f"/v1/{resource}", params={"division": code}).status_code == 422

    @pytest.mark.parametrize("resource", ["divisions", "sites", "consignees"])
    def test_that_is_not_registered(self, client: TestClient, resource: str) -> None:
        answer = client.get(f"/v1/{resource}", params={"division": "420199"})
        assert_problem(answer, 404, "division-not-registered", "420199")

    @pytest.mark.parametrize(
        "params", [{"limit": "0"}, {"limit": "201"}, {"after": "x"}, {"after": "-1"}, {"page": "2"}]
    )
    @pytest.mark.parametrize("resource", ["divisions", "sites", "consignees", "divisions/42"])
    def test_malformed_pages(self, client: TestClient, resource: str, params: dict[str, str]) -> None:
        assert_problem(client.get(f"/v1/{resource}", params=params), 422, "parameter-malformed")


class TestSites:
    def test_of_a_division(self, client: TestClient) -> None:
        rows = all_pages(client, "sites", 1, division=str(EAST_DISTRICT))
        assert [int(row["site"]) for row in rows] == [
            each for each in sorted(SITES) if str(each).startswith(str(EAST_DISTRICT))
        ]
        zh, en = SITES[EAST_AGREEMENT]
        assert rows[1] == {
            "site": str(EAST_AGREEMENT),
            "community": "420102001001",
            "mode": "agreement",
            "name": {"zh": zh, "en": en},
            "is_disposal": False,
            "is_closed": False,
            "successor": None,
        }

    def test_of_the_country(self, client: TestClient) -> None:
        assert [int(row["site"]) for row in ask(client, "sites")["sites"]] == sorted(SITES)

    def test_one(self, client: TestClient, index: IndexReader) -> None:
        answer = ask(client, f"sites/{EAST_GOVERNMENT}")
        journal = journal_word(index, "site_journals", EAST_GOVERNMENT)
        assert journal is not None
        assert answer["journal"] == f"{journal:064x}"
        assert answer["entries"] == len(index.history(EAST_GOVERNMENT)) == int(answer["journal"][48:], 16)
        assert answer["community_name"] == {"zh": "样例东城社区", "en": "Sample East Community"}
        assert answer["stale"] == []

    def test_that_is_not_there(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/sites/420102001001199"), 404, "site-unknown")


class TestConsignees:
    def test_of_a_division_and_below(self, client: TestClient) -> None:
        rows = all_pages(client, "consignees", 1, division="42")
        assert [int(row["consignee"], 16) for row in rows] == sorted(CONSIGNEES)
        assert ask(client, "consignees", division="420103")["consignees"] == []

    @pytest.mark.parametrize(
        "form", ["local:EASTCLINIC", "LOCAL:eastclinic", f"{CLINIC:040x}", f"{CLINIC:040X}"]
    )
    def test_one_however_it_is_written(self, client: TestClient, form: str) -> None:
        answer = ask(client, f"consignees/{form}")
        _, zh, en = CONSIGNEES[CLINIC]
        assert answer["consignee"] == f"{CLINIC:040x}"
        assert answer["name"] == {"zh": zh, "en": en}
        assert (answer["division"], answer["is_closed"]) == (str(EAST_DISTRICT), False)
        assert answer["division_name"] == {"zh": "江岸区", "en": "Jiang'an District"}

    @pytest.mark.parametrize("form", ["x", "local:", "local:\u0430", "f" * 41, "91420100MA4KXMPL1C", "%00"])
    def test_what_names_none(self, client: TestClient, form: str) -> None:
        assert client.get(f"/v1/consignees/{form}").status_code == 422

    @pytest.mark.parametrize("form", ["local:NOBODY", "0" * 40, "91110000600037341L"])
    def test_that_is_not_there(self, client: TestClient, form: str) -> None:
        assert_problem(client.get(f"/v1/consignees/{form}"), 404, "consignee-unknown", form)

    def test_elsewhere_is_refused_and_not_there_is_said(self, city: Home, tmp_path: Any) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            headers = {"Authorization": f"Bearer {account_of(home, 420103)}"}
            known = client.get("/v1/consignees/local:EASTCLINIC", headers=headers)
            unknown = client.get("/v1/consignees/local:NOBODY", headers=headers)
        assert_problem(known, 403, "not-allowed")
        assert_problem(unknown, 404, "consignee-unknown")


@pytest.fixture(scope="module")
def changed(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, TestClient]]:
    """A city in which a site and a community are closed and a name is forgotten."""
    home = copy_of(city, tmp_path_factory.mktemp("changed") / "home")
    with serving(home) as client, Ledger.open(home) as ledger:
        root = Party(KeystoreSigner.open(home.keys / "root.json", ""), 0)
        ledger.write([ledger.sites.close(EAST_AGREEMENT, successor=EAST_GOVERNMENT, by=root)])
        ledger.write([ledger.divisions.close(NORTH, successor=420102001001, by=root)])
        ledger.write([ledger.consignees.close(CLINIC, by=root)])
        wait_for(lambda: ask(client, f"consignees/{CLINIC:040x}")["is_closed"])
        yield home, client


class TestChanged:
    def test_closed_ones_stay_and_say_who_took_over(self, changed: tuple[Home, TestClient]) -> None:
        site = ask(changed[1], f"sites/{EAST_AGREEMENT}")
        community = ask(changed[1], f"divisions/{NORTH}")
        assert (site["is_closed"], site["successor"]) == (True, str(EAST_GOVERNMENT))
        assert (community["is_closed"], community["successor"]) == (True, "420102001001")

    def test_a_deleted_name_is_gone_at_once(self, changed: tuple[Home, TestClient]) -> None:
        home, client = changed
        assert ask(client, f"sites/{EAST_GOVERNMENT}")["name"] is not None
        assert ask(client, "sites", limit=1)["sites"][0]["name"] is not None
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            records.delete(RecordId("site", EAST_GOVERNMENT))
        assert ask(client, f"sites/{EAST_GOVERNMENT}")["name"] is None
        assert ask(client, "sites", limit=1)["sites"][0]["name"] is None
