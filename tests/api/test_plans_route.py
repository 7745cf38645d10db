"""Plans of the matching over HTTP: the command's plan, told by side, kept, and proposed as it stands."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from acting import recorded
from asking_city import Asking
from drafting import session_of, signer_of
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for
from test_audits_route import children
from typer.testing import CliRunner

from api.access.accounts import READERS, AccountStore
from api.access.rights import Scope
from api.app import create_app
from api.jobs.plan import run
from api.planning import PLAN, MadePlan, PlanPlaceTooLargeError
from api.problems import status_of
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.anchors import read_plan
from ledger_client.cli.app import app
from ledger_client.databases import open_database
from ledger_client.demo.cast import (
    ALCOHOL,
    CITY,
    COUNTRY,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    GOWNS,
    MASKS,
    WEST,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    WEST_MERCHANT,
    at,
)
from ledger_client.demo.city import City
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import StorageMode
from ledger_client.index.standing import StandingReader
from ledger_client.keccak import keccak
from ledger_client.kept_plans import PlanTooLargeError
from ledger_client.ledger import Ledger
from ledger_client.plans import plan_path
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

ADDRESS = "/v1/proposals/plans"
BOTH = (Scope.READ, Scope.DRAFTS)
ASKED, FLOOR, TOO_MUCH = 300, 100, 1_000
OF_THE_REQUEST = {"level", "no-floor", "urgency", "stale", "above-norm"}


@dataclass(frozen=True, slots=True)
class World:
    """The city with open requests, served.

    Attributes:
        home: The home that is served.
        client: Of the server, as nobody.
        request: Masks that two sites can give.
        unfilled: Alcohol, of which only the east has some, and not so much.
        keys: Keys of accounts by division, which read and prepare there.
        plans: What was made already.
    """

    home: Home
    client: TestClient
    request: int
    unfilled: int
    keys: dict[int, str]
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)

    def by(self, division: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[division]}"}

    def made(self, division: int, **form: Any) -> dict[str, Any]:
        """Make a plan; the ledger stays as it is, so that the same question is asked once."""
        asked = json.dumps([division, form])
        if asked not in self.plans:
            self.plans[asked] = self.made_anew(division, **form)
        return self.plans[asked]

    def made_anew(self, division: int, **form: Any) -> dict[str, Any]:
        answer = self.client.post(ADDRESS, json={"place": "0", **form}, headers=self.by(division))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        assert answer.headers["location"] == f"{ADDRESS}/{found['plan']}"
        return found

    def got(self, division: int, address: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(f"{ADDRESS}/{address}", params=query, headers=self.by(division))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def command(self, *words: str) -> dict[str, Any]:
        """What the command says, of a copy of the home."""
        result = CliRunner().invoke(app, ["--home", str(self.home.path), "reallocate", "propose", *words])
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found


def ask(asking: Asking, path: Path) -> tuple[Home, int, int, int]:
    """Let the west ask; return the home, the requests for masks and alcohol, and the newest block."""
    home = copy_of(asking.home, path)
    clock = ManualClock(asking.at + 60)
    root = Party(KeystoreSigner.open(home.keys / "root.json", ""), COUNTRY)
    source = keccak(b"a decision")
    with Ledger.open(home, clock=clock) as ledger:
        west = City(ledger, clock, lambda en, zh: None).keeper("west")
        asks, outbreak = ledger.reallocation, reason_named("outbreak").code
        # Blocks that are made while it is served have the time of day.
        needed_by = max(at(40), int(time.time()) + 20 * SECONDS_A_DAY)
        wanted, gowns, alcohol = (
            asks.request(WEST_MERCHANT, item, quantity, needed_by=needed_by, reason=outbreak, keeper=west)
            for item, quantity in ((MASKS, ASKED), (GOWNS, TOO_MUCH), (ALCOHOL, TOO_MUCH))
        )
        terms = ledger.norms.set_terms(
            CITY, StorageMode.GOVERNMENT, share=9_000, notice_days=2, source=source, by=root
        )
        floors = ledger.norms.set_floors(WEST_MERCHANT, {MASKS: FLOOR}, source=source, by=root)
        ledger.write([floors, terms, wanted, gowns, alcohol])
        return home, wanted.key, alcohol.key, ledger.index().position().number


@pytest.fixture(scope="module")
def world(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, request, unfilled, block = ask(asking, tmp_path_factory.mktemp("plans") / "home")
    divisions = (COUNTRY, CITY, EAST_DISTRICT, WEST_DISTRICT)
    keys = {each: account_of(home, each, scopes=BOTH) for each in divisions}
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/v1/stock/totals/0").json()["block"]["number"] >= block)
        yield World(home, client, request, unfilled, keys)


def rows_of(plan: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in names) for each in plan["proposals"]]


class TestPlan:
    """The plan over HTTP is the command's."""

    @pytest.mark.parametrize("place", [COUNTRY, WEST_DISTRICT, WEST_MERCHANT, EAST_DISTRICT])
    def test_the_command_s(self, world: World, place: int) -> None:
        said = world.command(str(place), "--explain", "--json")
        made = world.made(COUNTRY, place=str(place))
        assert made["anchor"] == said["anchor"]
        assert (made["block"]["number"], made["block"]["hash"]) == (said["block"], said["block_hash"])
        assert (made["profile"], made["unit"], made["total"]) == (
            "district",
            "metres",
            len(said["proposals"]),
        )
        for told, expected in zip(made["proposals"], said["proposals"], strict=True):
            for name in (
                "request",
                "giver",
                "receiver",
                "item",
                "quantity",
                "left",
                "approval",
                "is_covered",
            ):
                assert told[name] == expected[name], name
            assert told["sentences"] == expected["why"]
            assert {each["code"]: int(each["value"]) for each in told["reasons"]} == expected["reasons"]
            assert told["distance"]["value"] == expected["distance"]
            assert told["distance"]["is_known"] is (expected["distance_by_level"] is None)
            form = told["form"]
            assert {each["lot"]: each["quantity"] for each in form["lots"]} == expected["lots"]
            assert (form["request"], form["giver"], form["anchor"]) == (
                expected["request"],
                expected["giver"],
                said["anchor"],
            )
        rest = world.got(COUNTRY, f"{made['plan']}/unfilled")
        assert [
            (each["request"], each["quantity"], each["code"], each["text"]) for each in rest["unfilled"]
        ] == [(each["request"], each["quantity"], each["code"], each["why"]) for each in said["unfilled"]]
        assert (made["unfilled"], rest["next_after"]) == (len(said["unfilled"]), None)

    def test_what_the_city_says(self, world: World) -> None:
        made = world.made(COUNTRY)
        assert {each["giver"] for each in made["proposals"]} >= {str(EAST_GOVERNMENT), str(WEST_GOVERNMENT)}
        masks = [each for each in made["proposals"] if each["request"] == f"{world.request:062x}"]
        assert sum(int(each["quantity"]) for each in masks) == ASKED
        assert (made["place"], made["name"], made["rules"]) == ("0", None, 1)
        assert made["requests"] >= 3
        assert world.made(COUNTRY, place=str(EAST_DISTRICT))["total"] == 0

    def test_it_is_kept_as_the_command_keeps_it(self, world: World) -> None:
        made = world.made(COUNTRY)
        kept = read_plan(plan_path(world.home, bytes.fromhex(made["anchor"][2:])))
        assert f"0x{kept.parts.anchor.hex()}" == made["anchor"]
        assert kept.block.number == made["block"]["number"]
        again = world.made(CITY, place=str(CITY))
        assert again["anchor"] == made["anchor"]

    def test_nothing_is_recorded(self, world: World) -> None:
        before = world.client.get("/v1/stock/totals/0").json()["block"]
        world.made_anew(COUNTRY)
        assert world.client.get("/v1/stock/totals/0").json()["block"] == before
        listed = world.client.get("/v1/proposals?place=0&limit=200", headers=world.by(COUNTRY)).json()
        assert not any(each["anchor"] for each in listed["proposals"])

    def test_by_distances(self, world: World, tmp_path: Path) -> None:
        text = (
            f"from,to,metres\n{EAST_GOVERNMENT},{WEST_MERCHANT},120\n{WEST_GOVERNMENT},{WEST_MERCHANT},9000\n"
        )
        file = tmp_path / "roads.csv"
        file.write_text(text)
        said = world.command("--distances", str(file), "--json")
        made = world.made(COUNTRY, distances=text)
        assert made["anchor"] == said["anchor"] != world.made(COUNTRY)["anchor"]
        ways = {each["giver"]: each["distance"] for each in made["proposals"]}
        assert ways[str(EAST_GOVERNMENT)] == {"value": 120, "unit": "metres", "is_known": True}

    def test_in_chinese(self, world: World) -> None:
        made = world.made(COUNTRY)
        headers = {**world.by(COUNTRY), "Accept-Language": "zh"}
        found = world.client.get(f"{ADDRESS}/{made['plan']}", headers=headers).json()
        assert all("相距" in each["sentences"][0] for each in found["proposals"])
        rest = world.client.get(f"{ADDRESS}/{made['plan']}/unfilled", headers=headers).json()
        assert all("尚缺" in each["text"] for each in rest["unfilled"])

    def test_page_by_page(self, world: World) -> None:
        made = world.made(COUNTRY)
        for address, name in (("", "proposals"), ("/unfilled", "unfilled")):
            whole = world.got(COUNTRY, made["plan"] + address)[name]
            found, after, pages = [], 0, 0
            while after is not None:
                page = world.got(COUNTRY, made["plan"] + address, limit=1, after=after)
                found += page[name]
                after, pages = page["next_after"], pages + 1
            assert found == whole
            assert pages == len(whole) > 1
            assert [each["number"] for each in whole] == list(range(1, len(whole) + 1))
        assert world.got(COUNTRY, made["plan"], after=5_000)["proposals"] == []


class TestSides:
    """What a giver could spare is its own: told to its readers."""

    def test_whoever_reads_the_receiver_alone(self, world: World) -> None:
        whole = world.made(COUNTRY, place=str(WEST_DISTRICT))
        made = world.made(WEST_DISTRICT, place=str(WEST_DISTRICT))
        assert made["anchor"] == whole["anchor"]
        named = "request", "giver", "receiver", "item", "quantity", "distance", "approval", "receiver_name"
        assert rows_of(made, *named) == rows_of(whole, *named)
        across = [each for each in made["proposals"] if each["giver"] == str(EAST_GOVERNMENT)]
        assert across
        for each in across:
            expected = next(one for one in whole["proposals"] if one["number"] == each["number"])
            for name in ("form", "is_covered", "left", "giver_name"):
                assert each[name] is None, name
                assert expected[name] is not None, name
            assert each["is_whole"] is False
            codes = [one["code"] for one in each["reasons"]]
            assert codes == [one["code"] for one in expected["reasons"] if one["code"] in OF_THE_REQUEST]
            assert "notice" in [one["code"] for one in expected["reasons"]]
            assert [one["text"] for one in each["reasons"]] == each["sentences"][1:-1]
            assert expected["form"]["lots"][0]["lot"] not in json.dumps(each)
            assert "East" not in json.dumps(each)
        within = [each for each in made["proposals"] if each["giver"] == str(WEST_GOVERNMENT)]
        assert within == [each for each in whole["proposals"] if each["giver"] == str(WEST_GOVERNMENT)]

    def test_whoever_reads_the_giver_alone_hears_nothing_of_it(self, world: World) -> None:
        made = world.made(EAST_DISTRICT, place=str(EAST_DISTRICT))
        assert (made["proposals"], made["total"], made["unfilled"]) == ([], 0, 0)

    def test_why_something_stays_open_follows_from_what_others_hold(self, world: World) -> None:
        of = f"{world.unfilled:062x}"
        told = {}
        for division in (COUNTRY, CITY, WEST_DISTRICT):
            made = world.made(division, place=str(WEST_DISTRICT))
            rows = world.got(division, f"{made['plan']}/unfilled")["unfilled"]
            [told[division]] = [each for each in rows if each["request"] == of]
        assert told[COUNTRY] == told[CITY]
        assert told[COUNTRY]["code"] in ("share", "no-stock-above-floor")
        assert (told[WEST_DISTRICT]["code"], told[WEST_DISTRICT]["text"]) == (None, None)
        assert told[WEST_DISTRICT]["quantity"] == told[COUNTRY]["quantity"]

    def test_a_plan_is_told_to_whoever_had_it_made(self, world: World) -> None:
        made = world.made(CITY, place=str(WEST_DISTRICT))
        for address in ("", "/unfilled"):
            for division in (COUNTRY, WEST_DISTRICT):
                answer = world.client.get(f"{ADDRESS}/{made['plan']}{address}", headers=world.by(division))
                assert_problem(answer, 404, "plan-unknown", made["plan"], "POST /v1/proposals/plans")

    def test_what_it_may_no_longer_read(self, world: World) -> None:
        """Rights are those of the question, not of the time when it was made."""
        key = account_of(world.home, WEST_DISTRICT, scopes=BOTH)
        headers = {"Authorization": f"Bearer {key}"}
        answer = world.client.post(ADDRESS, json={"place": str(WEST_DISTRICT)}, headers=headers)
        assert answer.status_code == 201
        revoke(world.home, key)
        wait_for(lambda: world.client.get(answer.headers["location"], headers=headers).status_code == 401)

    def test_of_a_place_that_is_no_longer_its_own(self, world: World) -> None:
        account = world.keys[WEST_DISTRICT].split("_")[1]
        block = {"number": 1, "hash": f"0x{'ab' * 32}", "time": 0}
        made = MadePlan("ab" * 20, account, EAST_DISTRICT, {"block": block}, [], [], 0)
        plans = world.client.app_state["plans"]
        plans.put(made)
        for address in ("", "/unfilled"):
            answer = world.client.get(f"{ADDRESS}/{made.id}{address}", headers=world.by(WEST_DISTRICT))
            assert_problem(answer, 403, "not-allowed", str(EAST_DISTRICT))
        plans.put(replace(made, place=WEST_DISTRICT))
        assert world.got(WEST_DISTRICT, f"{made.id}/unfilled")["unfilled"] == []

    @pytest.mark.parametrize("scopes", [(), (Scope.READ,), (Scope.DRAFTS,), (Scope.BOOKS, Scope.READ)])
    def test_it_takes_both_scopes(self, world: World, scopes: Sequence[Scope]) -> None:
        headers = {"Authorization": f"Bearer {account_of(world.home, COUNTRY, scopes=scopes)}"}
        answer = world.client.post(ADDRESS, json={"place": str(WEST_DISTRICT)}, headers=headers)
        assert_problem(answer, 403, "not-allowed")

    @pytest.mark.parametrize("place", [COUNTRY, CITY, EAST_DISTRICT, EAST_GOVERNMENT, 420199])
    def test_of_elsewhere(self, world: World, place: int) -> None:
        answer = world.client.post(ADDRESS, json={"place": str(place)}, headers=world.by(WEST_DISTRICT))
        assert_problem(answer, 403, "not-allowed")

    def test_distances_of_what_is_not_read(self, world: World) -> None:
        """Neither whether a site is there, nor, by moving it near, whether it would give."""
        for giver in (EAST_GOVERNMENT, 420102001001509):
            text = f"from,to,metres\n{giver},{WEST_MERCHANT},1\n"
            form = {"place": str(WEST_DISTRICT), "distances": text}
            answer = world.client.post(ADDRESS, json=form, headers=world.by(WEST_DISTRICT))
            assert_problem(answer, 403, "not-allowed", str(giver))
        text = f"from,to,metres\n{WEST_GOVERNMENT},{WEST_MERCHANT},1\n"
        assert world.made(WEST_DISTRICT, place=str(WEST_DISTRICT), distances=text)["proposals"]


class TestRefused:
    @pytest.mark.parametrize("place", ["420199", "420102001001509"])
    def test_a_place_that_is_not_there(self, world: World, place: str) -> None:
        """It is refused before any work."""
        with busy(world):
            answer = world.client.post(ADDRESS, json={"place": place}, headers=world.by(COUNTRY))
        assert answer.status_code == 404
        assert place in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("form", "type_", "words"),
        [
            ({"place": "42x"}, "division-form", ["42x"]),
            ({"place": "4201021"}, "division-form", ["4201021"]),
            ({"profile": "fast"}, "profile-unknown", ["'fast'", "district"]),
            ({"profile": "donor-network"}, "profile-unknown", ["donor-network"]),
            ({"distances": "giver,to,metres\n"}, "distance-header", ["distances.csv, line 1"]),
            ({"distances": "from,to,metres\n1,2,3\n"}, "distance-site-form", ["line 2", "'1'"]),
            (
                {"distances": f"from,to,metres\n420102001001509,{WEST_MERCHANT},3\n"},
                "distance-site-unknown",
                ["420102001001509"],
            ),
            (
                {"distances": f"from,to,metres\n{EAST_GOVERNMENT},{WEST_MERCHANT},=1+1\n"},
                "distance-formula",
                ["=1+1"],
            ),
            (
                {"distances": f"from,to,metres\n{EAST_GOVERNMENT},{WEST_MERCHANT},-1\n"},
                "distance-negative",
                ["-1", "below 0"],
            ),
            ({"distances": "\0"}, "distance-text", ["distances.csv"]),
        ],
    )
    def test_what_cannot_be_meant(
        self, world: World, form: dict[str, Any], type_: str, words: Sequence[str]
    ) -> None:
        answer = world.client.post(ADDRESS, json={"place": "0", **form}, headers=world.by(COUNTRY))
        assert_problem(answer, 422, type_, *words)

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"place": 0},
            {"place": "0", "page": "2"},
            {"place": "0", "distances": ""},
            {"place": "0", "distances": "x" * 60_001},
            {"place": "0", "profile": "x" * 65},
            {"place": "0" * 65},
            [],
        ],
    )
    def test_no_form(self, world: World, form: Any) -> None:
        answer = world.client.post(ADDRESS, json=form, headers=world.by(COUNTRY))
        assert_problem(answer, 422, "parameter-malformed")

    @pytest.mark.parametrize("id", ["x", "0" * 39, "A" * 40, "%00"])
    def test_no_id(self, world: World, id: str) -> None:
        for address in ("", "/unfilled"):
            answer = world.client.get(f"{ADDRESS}/{id}{address}", headers=world.by(COUNTRY))
            assert_problem(answer, 422, "parameter-malformed", "plan")

    def test_one_at_a_time(self, world: World) -> None:
        with busy(world):
            answer = world.client.post(ADDRESS, json={"place": "0"}, headers=world.by(COUNTRY))
        assert_problem(answer, 503, "work-busy")
        assert answer.headers["retry-after"]

    def test_more_than_is_told(self, asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of a place with more rows nothing is told, and no plan kept."""
        home, *_ = ask(asking, tmp_path / "home")
        monkeypatch.setattr("api.jobs.plan.PROPOSALS", 1)
        asked = {"home": str(home.path), "place": 0, "profile": "district", "distances": None, "account": "a"}
        with pytest.raises(PlanPlaceTooLargeError, match="at most 1 are told; ask for a smaller") as refused:
            run(asked, lambda word, content: None)
        assert not home.plans.exists()
        assert status_of(refused.value) == status_of(PlanTooLargeError(found=2, limit=1)) == 413

    def test_killed_in_the_middle(self, world: World, tmp_path: Path) -> None:
        world.made(COUNTRY)
        before = sorted(world.home.plans.iterdir())
        text = f"from,to,metres\n{EAST_GOVERNMENT},{WEST_MERCHANT},77\n"
        form = {"place": "0", "distances": text}
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(world.client.post, ADDRESS, json=form, headers=world.by(COUNTRY))
            wait_for(lambda: bool(children("api.jobs")))
            for pid in children("api.jobs"):
                os.kill(pid, signal.SIGKILL)
            assert_problem(asked.result(), 413, "work-too-large", "was stopped")
        assert sorted(world.home.plans.iterdir()) == before
        made = world.made(COUNTRY, distances=text)
        assert plan_path(world.home, bytes.fromhex(made["anchor"][2:])).exists()


@contextmanager
def busy(world: World) -> Iterator[None]:
    """Take the only place in the queue."""
    work = world.client.app_state["work"]
    assert PLAN.at_once == 1
    work._running[PLAN.queue] += 1
    try:
        yield
    finally:
        work._running[PLAN.queue] -= 1


def revoke(home: Home, key: str) -> None:
    with AccountStore.open(home.path / READERS) as accounts:
        account = accounts.rights(key, now=0).account
        assert account is not None
        accounts.revoke(account, by=ZERO_ADDRESS, now=1)


class TestProposed:
    """What a plan says is prepared, signed, relayed and then says why."""

    def test_from_the_plan_to_the_reasons(self, asking: Asking, tmp_path: Path) -> None:
        home, request, _, block = ask(asking, tmp_path / "home")
        headers = {"Authorization": f"Bearer {account_of(home, COUNTRY, scopes=BOTH)}"}
        west = signer_of(home, "keeper-west")
        with client_of(create_app(home, UNLIMITED)) as client:
            wait_for(lambda: client.get("/v1/stock/totals/0").json()["block"]["number"] >= block)
            plan = client.post(ADDRESS, json={"place": "0"}, headers=headers).json()
            ours = [each for each in plan["proposals"] if each["request"] == f"{request:062x}"]
            assert len(ours) == 2
            for each in ours:
                by = {"address": west.address, "division": str(WEST)}
                told, done = recorded(client, {**each["form"], "by": by}, west, headers)
                assert done["state"] != "refused", done
                found = client.get(f"/v1/proposals/{told['key']}", headers=headers).json()
                assert found["proposal"]["anchor"] == plan["anchor"]
                assert found["proposal"]["giver"] == each["giver"]
                why = found["why"]
                assert (why["plan"], why["is_whole"]) == ("kept", True)
                assert (why["sentences"], why["reasons"]) == (each["sentences"], each["reasons"])
                assert why["plan_block"] == plan["block"]["hash"]
            # Recorded, it is kept for good; and what is proposed is not proposed again.
            again = client.post(ADDRESS, json={"place": "0"}, headers=headers).json()
            assert f"{request:062x}" not in [each["request"] for each in again["proposals"]]
            offered = json.loads((home.path / "plans-offered.json").read_text())
            assert [anchor for anchor, _, _ in offered] == [again["anchor"][2:]]
            assert plan_path(home, bytes.fromhex(plan["anchor"][2:])).exists()

    def test_by_the_keeper_s_own_session(self, world: World) -> None:
        west = signer_of(world.home, "keeper-west")
        headers = session_of(world.client, west)
        answer = world.client.post(ADDRESS, json={"place": str(WEST_MERCHANT)}, headers=headers)
        assert answer.status_code == 201, answer.text
        forms = {each["giver"]: each["form"] for each in answer.json()["proposals"]}
        assert forms[str(EAST_GOVERNMENT)] is None
        form = {**forms[str(WEST_GOVERNMENT)], "by": {"address": west.address}}
        prepared = world.client.post("/v1/acts", json=form, headers=headers)
        assert prepared.status_code == 200, prepared.text
        assert prepared.json()["act"]["arguments"]["offer"]["anchor"] == answer.json()["anchor"]


def test_the_index_says_which_anchors_are_named(world: World, asking: Asking) -> None:
    engine = open_database(world.home.index)
    try:
        reader = StandingReader(engine)
        assert reader.anchors_named([bytes(32), keccak(b"x")]) == {bytes(32)}
        assert reader.anchors_named([]) == set()
    finally:
        engine.dispose()
