"""`/v1/roles`: who may act where, and keys that are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving, wait_for

from ledger_client.demo.cast import EAST, EAST_DISTRICT
from ledger_client.home import Home
from ledger_client.index import IndexReader
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.permissions import permissions_of
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party


def ask(client: TestClient, address: str, **params: Any) -> Any:
    answer = client.get(f"/v1/roles{address}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestLists:
    def test_say_what_each_role_means(self, client: TestClient) -> None:
        roles = ask(client, "")["roles"]
        assert [each["role"] for each in roles] == [each.name.lower() for each in Role if each]
        keeper = roles[1]
        assert keeper["name"] == {"zh": "保管员", "en": "keeper"}
        assert len(keeper["may"]) == len(permissions_of(Role.KEEPER))
        assert keeper["may"][0]["functions"] == ["open"]
        assert keeper["may"][0]["where"] == {"zh": "所授区划及其下级", "en": "in its division and below"}
        assert all(each["must"] and each["must_not"] for each in roles)


class TestGrants:
    @pytest.mark.parametrize("limit", [1, 2, 200])
    def test_page_by_page(self, client: TestClient, index: IndexReader, limit: int) -> None:
        rows, after = [], {}
        while after is not None:
            page = ask(client, "/grants", limit=limit, **after)
            rows += page["grants"]
            after = {"after": page["next_after"]} if page["next_after"] else None
        assert [each["grant"] for each in rows] == sorted({each["grant"] for each in rows})
        assert sorted((each["holder"], each["division"]) for each in rows) == sorted(
            (each.holder, str(each.division)) for each in index.grants()
        )
        assert {each["state"] for each in rows} == {"acting"}

    def test_of_a_division_and_role(self, client: TestClient, index: IndexReader) -> None:
        rows = ask(client, "/grants", division=str(EAST_DISTRICT), role="keeper")["grants"]
        wanted = [
            (each.holder, str(each.division))
            for each in index.grants()
            if each.role == Role.KEEPER and str(each.division).startswith(str(EAST_DISTRICT))
        ]
        assert sorted((each["holder"], each["division"]) for each in rows) == sorted(wanted)
        assert len(wanted) > 1

    @pytest.mark.parametrize(
        "params",
        [
            {"state": "asleep"},
            {"role": "none"},
            {"after": "x"},
            {"after": "f" * 63},
            {"limit": "0"},
            {"a": "1"},
        ],
    )
    def test_malformed(self, client: TestClient, params: dict[str, str]) -> None:
        assert_problem(client.get("/v1/roles/grants", params=params), 422, "parameter-malformed")

    @pytest.mark.parametrize("resource", ["grants", "replacements"])
    def test_of_a_division_that_is_not_there(self, client: TestClient, resource: str) -> None:
        answer = client.get(f"/v1/roles/{resource}", params={"division": "99"})
        assert_problem(answer, 404, "division-not-registered")


class Moved(NamedTuple):
    """A served city in which a key of the eastern keeper is replaced and another grant was revoked."""

    home: Home
    client: TestClient
    old: str
    new: str
    revoked: str


@pytest.fixture(scope="module")
def moved(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    home = copy_of(city, tmp_path_factory.mktemp("moved") / "home")
    create_keystore(home.keys / "fresh.json", "", demo=True)
    with serving(home) as client, Ledger.open(home) as ledger:
        grants = ledger.index().grants()
        keeper = next(each for each in grants if (each.role, each.division) == (Role.KEEPER, EAST))
        auditor = next(each for each in grants if each.role == Role.AUDITOR)
        root = Party(KeystoreSigner.open(home.keys / "root.json", ""), 0)
        fresh = KeystoreSigner.open(home.keys / "fresh.json", "")
        call = ledger.roles.propose_replacement(
            keeper.holder,
            fresh.address,
            [(keeper.division, 0)],
            compromised_since=1_788_000_000,
            consent=ledger.roles.class_consent(fresh, Role.KEEPER),
            by=root,
        )
        ledger.write([call])
        left = reason_named("left-office").code
        place = auditor.division
        ledger.write([ledger.roles.revoke(auditor.holder, Role.AUDITOR, place, reason=left, by=root)])
        wait_for(lambda: bool(ask(client, "/grants", state="revoked")["grants"]))
        yield Moved(home, client, keeper.holder, fresh.address, auditor.holder)


class TestReplacements:
    def test_list_and_one_say_the_same(self, moved: Moved) -> None:
        [row] = ask(moved.client, "/replacements")["replacements"]
        one = ask(moved.client, "/replacements/1")
        assert {name: one[name] for name in row} == row
        assert row == {
            "replacement": 1,
            "old_holder": moved.old,
            "new_holder": moved.new,
            "grants": [{"division": str(EAST), "subject": None}],
            "state": "executable",  # the delay of this city is 0
            "proposed_at": row["proposed_at"],
            "executable_at": row["proposed_at"],
            "authority_division": "0",
            "proposer": row["proposer"],
            "may_decide": [],
            "compromised_since": "2026-08-29T10:40:00Z",
        }

    def test_of_a_division_by_its_grants(self, moved: Moved) -> None:
        for division, count in ((EAST_DISTRICT, 1), (EAST, 1), (420103, 0)):
            page = ask(moved.client, "/replacements", division=str(division))
            assert (len(page["replacements"]), page["next_after"]) == (count, None)
        assert ask(moved.client, "/replacements", after=1)["replacements"] == []

    def test_who_reads_neither_side_learns_nothing_of_it(self, moved: Moved) -> None:
        here, elsewhere = (
            {"Authorization": f"Bearer {account_of(moved.home, each)}"} for each in (EAST_DISTRICT, 420103)
        )
        client = moved.client
        assert client.get("/v1/roles/replacements/1", headers=here).status_code == 200
        assert_problem(client.get("/v1/roles/replacements/1", headers=elsewhere), 403, "not-allowed")
        assert_problem(client.get("/v1/roles/replacements/2", headers=elsewhere), 404, "replacement-unknown")
        for holder in (moved.old, moved.new):
            assert client.get(f"/v1/roles/holders/{holder}", headers=here).status_code == 200
            assert_problem(client.get(f"/v1/roles/holders/{holder}", headers=elsewhere), 403, "not-allowed")

    @pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63), "1.5"])
    def test_what_is_no_number(self, client: TestClient, number: str) -> None:
        assert client.get(f"/v1/roles/replacements/{number}").status_code == 422


class TestStates:
    def test_are_told_apart(self, moved: Moved) -> None:
        [suspended] = ask(moved.client, "/grants", state="suspended")["grants"]
        [revoked] = ask(moved.client, "/grants", state="revoked")["grants"]
        acting = ask(moved.client, "/grants", state="acting")["grants"]
        assert (suspended["holder"], suspended["state"], suspended["revoked_at"]) == (
            moved.old,
            "suspended",
            None,
        )
        assert (revoked["holder"], revoked["state"]) == (moved.revoked, "revoked")
        assert revoked["revoked_at"] is not None
        assert len(acting) + 2 == len(ask(moved.client, "/grants")["grants"])
        for state in ("waiting", "ended_before_acting"):
            assert ask(moved.client, "/grants", state=state)["grants"] == []


class TestHolders:
    def test_with_class_grants_and_replacements(self, moved: Moved) -> None:
        old, new = (ask(moved.client, f"/holders/{each}") for each in (moved.old, moved.new))
        assert (old["holder"], old["holder_class"], new["holder_class"]) == (moved.old, "keeper", "keeper")
        assert [each["state"] for each in old["grants"]] == ["suspended"]
        assert new["grants"] == []
        assert [each["replacement"] for each in old["replacements"] + new["replacements"]] == [1, 1]
        assert int(old["journal"][48:], 16) == old["grants"][0]["position"]

    def test_in_small_letters(self, moved: Moved) -> None:
        assert ask(moved.client, f"/holders/{moved.old.lower()}")["holder"] == moved.old

    def test_only_grants_that_the_caller_may_read(self, city: Home, tmp_path: Any) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client, Ledger.open(home) as ledger:
            grants = ledger.index().grants()
            keeper = next(each for each in grants if (each.role, each.division) == (Role.KEEPER, EAST))
            root = Party(KeystoreSigner.open(home.keys / "root.json", ""), 0)
            ledger.write([ledger.roles.grant(keeper.holder, Role.KEEPER, 420103, by=root)])  # type: ignore[arg-type]
            wait_for(lambda: len(ask(client, f"/holders/{keeper.holder}")["grants"]) == 2)
            headers = {"Authorization": f"Bearer {account_of(home, EAST_DISTRICT)}"}
            seen = client.get(f"/v1/roles/holders/{keeper.holder}", headers=headers).json()
        assert [each["division"] for each in seen["grants"]] == [str(EAST)]

    @pytest.mark.parametrize("holder", ["x", "0x1", "0x" + "g" * 40, "f" * 40, "0x" + "0" * 39 + "\u0660"])
    def test_what_is_no_address(self, client: TestClient, holder: str) -> None:
        assert_problem(client.get(f"/v1/roles/holders/{holder}"), 422, "address-form")

    def test_that_holds_nothing(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/roles/holders/0x{'1' * 40}"), 404, "holder-unknown")
