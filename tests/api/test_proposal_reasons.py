"""`why` of `GET /v1/proposals/…`: the plan's reasons in the command's words, to whoever may hear them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from asking_city import Asking
from served import copy_of, iso
from several_readers import Caller, several_readers

from api.routes._why import FoundWhy
from ledger_client.anchors import KeptPlan
from ledger_client.city import city_of, facts_of_index
from ledger_client.cli._allocation import Words
from ledger_client.cli._plan_words import names_of
from ledger_client.demo.cast import (
    CITY,
    COUNTRY,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    MASK_LOT,
    PROVINCE,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    WEST_MERCHANT,
    at,
)
from ledger_client.demo.city import City
from ledger_client.embedded import ManualClock
from ledger_client.explanations import explain_proposal
from ledger_client.home import Home
from ledger_client.identifiers import ItemId, SiteId, StorageMode
from ledger_client.keccak import keccak
from ledger_client.language import LANGUAGES, Language, use_language
from ledger_client.ledger import Ledger
from ledger_client.matching import Distances
from ledger_client.matching import propose as plan_of
from ledger_client.matching.city import Proposal, ReasonCode
from ledger_client.matching.distances import Unit
from ledger_client.planned import PlanState, Reasoned
from ledger_client.plans import PROFILES, keep_submitted, listed, plan_path, planned_client_id
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

ASKED, FLOOR = 300, 100
LOT = MASK_LOT.lot_id
STOCK_OF_THE_RECEIVER = {"level", "stale"}


@dataclass(frozen=True, slots=True)
class World:
    """The city with a plan that was submitted.

    Attributes:
        served: The home that is served.
        readers: By division.
        planned: Proposals of the plan by key on the ledger.
        told: What the command says of each, by language.
        anchor: Of the plan.
        forged: Key of a proposal with the plan's anchor that is none of it.
        elsewhere: Key of a proposal that names a plan which is not kept here.
        at: When everything was written.
    """

    served: Home
    readers: dict[int, Caller]
    planned: dict[int, Proposal]
    told: dict[tuple[int, Language], list[str]]
    anchor: bytes
    forged: int
    elsewhere: int
    at: int

    def got(self, division: int, key: int, language: Language = "en") -> dict[str, Any]:
        answer = self.readers[division].get(
            f"/v1/proposals/{key:062x}", params={"at": iso(self.at)}, headers={"Accept-Language": language}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def of(self, giver: int) -> tuple[int, Proposal]:
        [found] = [(key, each) for key, each in self.planned.items() if each.giver == giver]
        return found


@pytest.fixture(scope="module")
def world(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = copy_of(asking.home, tmp_path_factory.mktemp("why") / "home")
    clock = ManualClock(asking.at + 60)
    root = Party(KeystoreSigner.open(home.keys / "root.json", ""), COUNTRY)
    masks, source = ItemId(MASK_LOT.item), keccak(b"a decision")
    with Ledger.open(home, clock=clock) as ledger:
        west, asks, norms = (
            City(ledger, clock, lambda en, zh: None).keeper("west"),
            ledger.reallocation,
            ledger.norms,
        )
        request = asks.request(
            WEST_MERCHANT,
            masks,
            ASKED,
            needed_by=at(40),
            reason=reason_named("outbreak").code,
            keeper=west,
        )
        ledger.write(
            [
                norms.set_floors(WEST_MERCHANT, {masks: FLOOR}, source=source, by=root),
                norms.set_terms(
                    CITY, StorageMode.GOVERNMENT, share=9_000, notice_days=2, source=source, by=root
                ),
                request,
            ]
        )
        ledger.index()
        facts = facts_of_index(ledger.index_engine, ledger.deployment.offset)
        [profile] = PROFILES.values()
        plan = plan_of(city_of(facts, Distances()), profile)
        kept = KeptPlan.of(facts.block, profile, Distances(), plan)
        anchor = kept.parts.anchor
        ours = [each for each in listed(facts, plan) if each.proposal.request == request.key]
        calls = [
            asks.propose(
                request.key,
                SiteId(each.proposal.giver),
                each.lots,
                anchor=anchor,
                client_id=planned_client_id(anchor, each.proposal),
                keeper=west,
            )
            for each in ours
        ]
        keep_submitted(home, kept)
        forged = asks.propose(request.key, WEST_GOVERNMENT, {LOT: 1}, anchor=anchor, keeper=west)
        elsewhere = asks.propose(request.key, WEST_GOVERNMENT, {LOT: 1}, anchor=keccak(b"x"), keeper=west)
        ledger.write([*calls, forged, elsewhere])
        told: dict[tuple[int, Language], list[str]] = {}
        for language in LANGUAGES:
            for call, each in zip(calls, ours, strict=True):
                said = copy_context().run(_said_in, language, each.proposal, plan.unit, ledger)
                told[call.key, language] = said
        position = ledger.index().position()
    planned = {call.key: each.proposal for call, each in zip(calls, ours, strict=True)}
    with several_readers(
        home, COUNTRY, PROVINCE, EAST_DISTRICT, WEST_DISTRICT, block=position.number
    ) as readers:
        yield World(home, readers, planned, told, anchor, forged.key, elsewhere.key, position.time)


def _said_in(language: Language, proposal: Proposal, unit: Unit, ledger: Ledger) -> list[str]:
    use_language(language)
    try:
        return explain_proposal(proposal, unit, names_of(Words(ledger)))
    finally:
        use_language("en")


def codes(why: Mapping[str, Any]) -> list[str]:
    return [each["code"] for each in why["reasons"]]


class TestWhole:
    """To whoever reads both sides."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_command_s_words(self, world: World, language: Language) -> None:
        assert {each.giver for each in world.planned.values()} == {EAST_GOVERNMENT, WEST_GOVERNMENT}
        for key, planned in world.planned.items():
            told = world.got(COUNTRY, key, language)
            why = told["why"]
            assert (why["plan"], why["is_whole"]) == ("kept", True)
            assert why["sentences"] == world.told[key, language]
            assert [each["text"] for each in why["reasons"]] == world.told[key, language][1:-2]
            assert [(each["code"], int(each["value"])) for each in why["reasons"]] == [
                (each.code.value, each.value) for each in planned.reasons
            ]
            assert (int(why["left"]), why["approval"]) == (planned.left, str(planned.approval))
            assert why["distance"] == {
                "value": planned.distance.value,
                "unit": "metres",
                "is_known": planned.distance.level is None,
            }
            assert told["proposal"]["quantity"] == str(planned.quantity)

    def test_what_the_city_says(self, world: World) -> None:
        key, planned = world.of(EAST_GOVERNMENT)
        why = world.got(COUNTRY, key)["why"]
        assert {"level", "urgency", "rank", "notice", "distance-by-level", "split"} <= set(codes(why))
        assert f"420102001001101 East Community government store has {planned.left:,} boxes of it left" in (
            " ".join(why["sentences"]).replace("Once the whole plan is carried out, ", "")
        )
        assert why["origin"] == [
            f"It comes from a plan (anchor {world.anchor.hex()[:8]}): shecang reallocate recheck "
            f"{f'{key:062x}'[:8]} computes it anew."
        ]
        zh = world.got(COUNTRY, key, "zh")["why"]
        assert zh["origin"][0].startswith("由匹配方案算出")
        assert zh["lots_left"].startswith("所列批次调出后")

    def test_lots_left_as_the_command_shows_it(self, world: World) -> None:
        key, _ = world.of(WEST_GOVERNMENT)
        told = world.got(COUNTRY, key)
        left = int(told["proposal"]["left"])
        assert told["why"]["lots_left"] == f"Of the lots listed, {left:,} boxes stay with the giver."

    def test_by_hand(self, world: World, asking: Asking) -> None:
        why = world.got(COUNTRY, asking.waiting)["why"]
        assert (why["plan"], why["origin"]) == ("by_hand", ["A keeper proposed it by hand."])
        assert (why["sentences"], why["reasons"], why["is_whole"]) == ([], [], True)
        for name in ("left", "distance", "approval", "plan_block"):
            assert why[name] is None

    def test_the_block_of_the_plan(self, world: World) -> None:
        key, _ = world.of(WEST_GOVERNMENT)
        why = world.got(COUNTRY, key)["why"]
        head = plan_path(world.served, world.anchor).read_bytes().split(b"\n")[0]
        assert why["plan_block"].encode() in head


class TestOneSide:
    """What one side holds, and on which terms it gives, is told to its own readers."""

    def test_the_receiver_does_not_hear_what_the_giver_has(self, world: World) -> None:
        key, planned = world.of(EAST_GOVERNMENT)
        whole, why = (world.got(division, key)["why"] for division in (COUNTRY, WEST_DISTRICT))
        assert (why["left"], why["is_whole"]) == (None, False)
        assert codes(why) == [each for each in codes(whole) if each != "notice"]
        assert "notice" in codes(whole)
        assert not any("left" in each and "whole plan" in each for each in why["sentences"])
        assert f"{planned.left:,} boxes" not in " ".join(why["sentences"])
        assert not any("of notice" in each for each in why["sentences"])
        assert [each["text"] for each in why["reasons"]] == why["sentences"][1:-1]

    def test_the_giver_does_not_hear_what_the_receiver_has(self, world: World) -> None:
        key, _ = world.of(EAST_GOVERNMENT)
        whole, why = (world.got(division, key)["why"] for division in (COUNTRY, EAST_DISTRICT))
        assert (why["left"], why["is_whole"]) == (whole["left"], False)
        assert codes(why) == [each for each in codes(whole) if each not in STOCK_OF_THE_RECEIVER]
        assert "level" in codes(whole)
        assert not any("of its floor" in each for each in why["sentences"])
        assert [each["text"] for each in why["reasons"]] == why["sentences"][1:-2]

    def test_what_is_left_is_a_part_of_it_too(self, world: World) -> None:
        """Also where no reason is for the giver's readers alone, as notice is."""
        _, planned = world.of(EAST_GOVERNMENT)
        reasons = tuple(each for each in planned.reasons if each.code is not ReasonCode.NOTICE)
        plain = replace(planned, reasons=reasons)
        reasoned = Reasoned(PlanState.KEPT, bytes(32), Unit.METRES, plain)
        assert not FoundWhy(reasoned, {}, reads_giver=False, reads_receiver=True).tells_all(plain)
        assert FoundWhy(reasoned, {}, reads_giver=True, reads_receiver=True).tells_all(plain)
        assert not FoundWhy(reasoned, {}, reads_giver=True, reads_receiver=False).tells_all(plain)

    def test_whoever_reads_both_hears_all(self, world: World) -> None:
        key, _ = world.of(EAST_GOVERNMENT)
        assert world.got(PROVINCE, key)["why"] == world.got(COUNTRY, key)["why"]
        within, _ = world.of(WEST_GOVERNMENT)
        assert world.got(WEST_DISTRICT, within)["why"]["is_whole"] is True


class TestPlans:
    """What is said where no plan says why."""

    def test_not_kept_here(self, world: World) -> None:
        why = world.got(COUNTRY, world.elsewhere)["why"]
        assert (why["plan"], why["reasons"], why["sentences"]) == ("absent", [], [])
        assert f"{keccak(b'x').hex()}.json" in why["origin"][1]

    def test_an_anchor_that_anybody_can_name(self, world: World) -> None:
        why = world.got(COUNTRY, world.forged)["why"]
        assert (why["plan"], why["reasons"], why["left"]) == ("not_planned", [], None)
        assert "has no such proposal" in why["origin"][1]

    @pytest.mark.parametrize(
        "broken",
        [
            lambda raw: raw.replace(b'"left":"', b'"left":"1', 1),
            lambda raw: raw.replace(b'"rank":"1"', b'"rank":"2"', 1),
            lambda raw: raw[:-1],
            lambda raw: raw[:100],
            lambda raw: b"",
            lambda raw: b"\x00\xff" * 99,
            lambda raw: b"{" * 5_000,
            lambda raw: b'{"block":{}}\n' + raw,
            lambda raw: raw.replace(b'"number":', b'"number":"', 1),
        ],
    )
    def test_another_file_under_the_anchor(self, world: World, broken: Any) -> None:
        key, _ = world.of(EAST_GOVERNMENT)
        path = plan_path(world.served, world.anchor)
        whole = path.read_bytes()
        try:
            path.write_bytes(broken(whole))
            why = world.got(COUNTRY, key)["why"]
            assert (why["plan"], why["reasons"], why["sentences"]) == ("differs", [], [])
            assert "is not the plan" in why["origin"][1]
        finally:
            path.write_bytes(whole)
        assert world.got(COUNTRY, key)["why"]["plan"] == "kept"

    def test_brought_later(self, world: World) -> None:
        """An answer that the plan would change has no tag, so that nobody keeps it."""
        key, _ = world.of(EAST_GOVERNMENT)
        address = f"/v1/proposals/{key:062x}"
        path = plan_path(world.served, world.anchor)
        away = Path(f"{path}.away")
        path.rename(away)
        try:
            answer = world.readers[COUNTRY].get(address, params={"at": iso(world.at)})
            assert answer.json()["why"]["plan"] == "absent"
            assert "etag" not in answer.headers
        finally:
            away.rename(path)
        answer = world.readers[COUNTRY].get(address, params={"at": iso(world.at)})
        tag = {"If-None-Match": answer.headers["etag"]}
        query = {"at": iso(world.at)}
        assert world.readers[COUNTRY].get(address, params=query, headers=tag).status_code == 304
        other = {**tag, "Accept-Language": "zh"}
        assert world.readers[COUNTRY].get(address, params=query, headers=other).status_code == 200

    def test_too_large_is_as_if_it_were_not_here(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ledger_client.planned.READ_BYTES", 10)
        key, _ = world.of(EAST_GOVERNMENT)
        assert world.got(COUNTRY, key)["why"]["plan"] == "absent"
