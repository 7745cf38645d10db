"""What EPCIS calls each kind of document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from epcis_story import UNIT, all_told, events, story
from stock_history import SITES

from ledger_client.documents import Kind
from ledger_client.epcis import Told, events_of, number_of, told_after, urn
from ledger_client.index import sides
from ledger_client.lines import Line, pack_lines

ONE, TWO, THREE, _ = SITES


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    """The documents of the story by name."""
    index, seen = story(tmp_path_factory.mktemp("epcis") / "index.db")
    by_key = {each.document.key: each for each in all_told(index)}
    yield {name: by_key[event.key] for name, event in seen.items() if name != "lots"}
    index._engine.dispose()


@pytest.fixture(scope="module")
def lots(told: dict[str, Told], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    index, seen = story(tmp_path_factory.mktemp("epcis") / "again.db")
    index._engine.dispose()
    return {name: urn("lot", lot) for name, lot in seen["lots"].items()}


def shape(event: dict[str, Any]) -> tuple[Any, ...]:
    """What an event says of its step: step, disposition, action, where it was seen, where the goods are."""
    return (
        event["bizStep"],
        event.get("disposition"),
        event.get("action"),
        _site(event.get("readPoint")),
        _site(event.get("bizLocation")),
    )


def _site(place: dict[str, str] | None) -> int | None:
    return None if place is None else number_of("site", place["id"])


def quantities(event: dict[str, Any], name: str = "quantityList") -> dict[str, Any]:
    assert all(each.get("uom", UNIT) == UNIT for each in event[name])
    return {each["epcClass"]: each.get("quantity") for each in event[name]}


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("opening", [("stock_taking", None, "OBSERVE", ONE, ONE)]),
        (f"opening {TWO}", []),
        (
            "receipt",
            [
                ("receiving", "unavailable", "OBSERVE", ONE, ONE),
                ("inspecting", "non_conformant", "OBSERVE", ONE, None),
            ],
        ),
        ("late receipt", [("receiving", "available", "OBSERVE", ONE, ONE)]),
        ("release", [("inspecting", "available", "OBSERVE", ONE, ONE)]),
        ("hold", [("holding", "unavailable", "OBSERVE", ONE, ONE)]),
        ("recall", [("holding", "recalled", "OBSERVE", None, None)]),
        ("lift", [("inspecting", "available", "OBSERVE", None, None)]),
        (
            "hand-over",
            [
                ("shipping", "in_transit", "OBSERVE", ONE, None),
                ("accepting", "available", "OBSERVE", TWO, TWO),
            ],
        ),
        ("issue", [("dispensing", "dispensed", "OBSERVE", TWO, None)]),
        ("reversal of issue", [("dispensing", "dispensed", "OBSERVE", TWO, None)]),
        ("write-off", [("decommissioning", "disposed", "DELETE", TWO, None)]),
        ("repack", [("repackaging", "available", None, ONE, ONE)]),
        ("gain", [("stock_taking", None, "OBSERVE", ONE, ONE)]),
        ("dispatch", [("shipping", "in_transit", "OBSERVE", ONE, None)]),
        (
            "acceptance",
            [
                ("accepting", "available", "OBSERVE", THREE, THREE),
                ("inspecting", "returned", "OBSERVE", THREE, None),
                ("inspecting", "mismatch_quantity", "OBSERVE", THREE, None),
            ],
        ),
        (
            "return-acceptance",
            [
                ("receiving", "returned", "OBSERVE", ONE, ONE),
                ("inspecting", "mismatch_quantity", "OBSERVE", ONE, None),
            ],
        ),
        ("settlement found", [("inspecting", "available", "OBSERVE", ONE, ONE)]),
        ("settlement lost", [("inspecting", "unknown", "OBSERVE", ONE, None)]),
        ("contest", [("inspecting", "mismatch_quantity", "OBSERVE", TWO, None)]),
        ("return", [("receiving", "returned", "OBSERVE", ONE, ONE)]),
        ("reversal", [("shipping", "in_transit", "OBSERVE", ONE, None)]),
    ],
)
def test_steps_of_each_kind(told: dict[str, Told], name: str, shapes: list[tuple[Any, ...]]) -> None:
    assert [shape(event) for event in events(told[name])] == shapes


def test_the_story_has_every_kind(told: dict[str, Told]) -> None:
    assert {Kind.of(each.document.kind) for each in told.values()} == set(Kind)


def test_quantities(told: dict[str, Told], lots: dict[str, str]) -> None:
    """Each figure is one of the story's own."""
    masks, gloves, own = lots["masks"], lots["gloves"], lots["own"]
    said = {name: [quantities(each) for each in events(told[name])] for name in told if name != "repack"}
    assert said["opening"] == [{masks: 1_000, gloves: 50}]
    assert said["receipt"] == [{own: 30}, {own: 2}]
    assert said["hold"] == [{masks: 1_000}]
    assert said["recall"] == [{gloves: None}]
    assert said["hand-over"] == [{masks: 100, gloves: 10}] * 2
    assert said["issue"] == said["reversal of issue"] == [{masks: 30}]
    assert said["write-off"] == [{gloves: 4}]
    assert said["gain"] == [{masks: 905}]
    assert said["dispatch"] == [{masks: 200, own: 10}]
    assert said["acceptance"] == [{masks: 180, own: 9}, {masks: 15}, {masks: 5, own: 1}]
    assert said["return-acceptance"] == [{masks: 12}, {masks: 3}]
    assert said["settlement found"] == [{masks: 6}]
    assert said["settlement lost"] == [{masks: 2}]
    assert said["contest"] == [{masks: 7}]
    assert said["return"] == [{masks: 11}]


def test_a_repack_is_a_transformation(told: dict[str, Told], lots: dict[str, str]) -> None:
    [event] = events(told["repack"])
    assert event["type"] == "TransformationEvent"
    assert quantities(event, "inputQuantityList") == {lots["packs"]: 2}
    assert quantities(event, "outputQuantityList") == {lots["pieces"]: 20}
    assert "action" not in event
    assert "quantityList" not in event


def test_where_from_and_where_to(told: dict[str, Told]) -> None:
    def ends(name: str) -> list[tuple[Any, Any]]:
        return [(each.get("sourceList"), each.get("destinationList")) for each in events(told[name])]

    one, two, three = (urn("site", each) for each in (ONE, TWO, THREE))
    issue, receipt = told["issue"].document, told["receipt"].document
    consignee, source = urn("consignee", issue.to), urn("source", receipt.from_)
    assert ends("issue") == [(None, [{"type": "possessing_party", "destination": consignee}])]
    assert ends("receipt") == [([{"type": "owning_party", "source": source}], None)] * 2
    assert ends("hand-over") == [
        (None, [{"type": "location", "destination": two}]),
        ([{"type": "location", "source": one}], None),
    ]
    assert ends("dispatch") == [(None, [{"type": "location", "destination": three}])]
    assert ends("acceptance") == [
        ([{"type": "location", "source": one}], None),
        (None, [{"type": "location", "destination": one}]),
        (None, None),
    ]
    assert ends("gain") == [(None, None)]


def test_steps_of_a_consignment_name_it(told: dict[str, Told]) -> None:
    dispatch = told["dispatch"].document
    for name in ("dispatch", "acceptance", "return-acceptance", "settlement found", "settlement lost"):
        document = told[name].document
        for event in events(told[name]):
            first, second = event["bizTransactionList"]
            assert first["bizTransaction"] == urn("document", document.key)
            assert second == {
                "type": "urn:shecang:epcis:consignment",
                "bizTransaction": urn("consignment", dispatch.key),
            }
    [event] = events(told["issue"])
    [only] = event["bizTransactionList"]
    assert only["bizTransaction"] == urn("document", told["issue"].document.key)


def test_a_reversal_declares_the_same_events_wrong(told: dict[str, Told]) -> None:
    [before], [after] = events(told["issue"]), events(told["reversal of issue"])
    reversal = told["reversal of issue"].document
    assert "errorDeclaration" not in before
    declared = after.pop("errorDeclaration")
    assert declared["reason"] in {"did_not_occur", "incorrect_data"}
    assert declared["declarationTime"] == after.pop("recordTime")
    del before["recordTime"]
    assert after == before  # with the same id: by it the receiver knows which event is meant
    assert reversal.recorded_at > told["issue"].document.recorded_at


@pytest.mark.parametrize(
    ("reason", "declared"),
    [
        (80, "did_not_occur"),
        (81, "did_not_occur"),
        (30, "incorrect_data"),
        (82, "incorrect_data"),
        (0, "incorrect_data"),
    ],
)
def test_why_it_was_wrong(told: dict[str, Told], reason: int, declared: str) -> None:
    reversal = told["reversal of issue"]
    [event] = events(replace(reversal, document=replace(reversal.document, reason=reason)))
    assert event["errorDeclaration"]["reason"] == declared


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (10, ("decommissioning", "damaged", "DELETE")),
        (12, ("decommissioning", "expired", "DELETE")),
        (14, ("decommissioning", "non_conformant", "DELETE")),
        (15, ("shipping", "returned", "OBSERVE")),
        (16, ("decommissioning", "stolen", "DELETE")),
        (17, ("decommissioning", "disposed", "DELETE")),
        (9_999, ("decommissioning", "disposed", "DELETE")),
    ],
)
def test_write_offs_by_their_reason(told: dict[str, Told], reason: int, said: tuple[str, ...]) -> None:
    document = told["write-off"].document
    lines = pack_lines(Kind.WRITE_OFF, [Line(7, 1, reason), Line(8, 2, 11)])
    found = events(Told(replace(document, lines=lines)))
    assert ("decommissioning", "damaged", "DELETE") in [shape(each)[:3] for each in found]
    assert said in [shape(each)[:3] for each in found]
    assert sum(sum(quantities(each).values()) for each in found) == 3


def test_times(told: dict[str, Told]) -> None:
    [event] = events(told["issue"])
    document = told["issue"].document
    assert datetime.fromisoformat(event["eventTime"]).timestamp() == document.occurred_at
    assert datetime.fromisoformat(event["recordTime"]).timestamp() == document.recorded_at
    assert event["eventTime"].endswith("+08:00")
    assert event["eventTimeZoneOffset"] == "+08:00"
    [west] = events_of(told["issue"], {}, -12_600)
    assert (west["eventTimeZoneOffset"], west["eventTime"][-6:]) == ("-03:30", "-03:30")
    assert "uom" not in west["quantityList"][0]  # of an item that the catalogue lacks


@pytest.mark.parametrize("seed", [40, 41])
def test_events_add_up_to_what_is_there(tmp_path: Path, seed: int) -> None:
    """Whoever reads the events alone comes to the balances of the ledger, counts apart."""
    index, _ = story(tmp_path / "index.db", chance=seed)
    balances: dict[tuple[str, str], int] = defaultdict(int)
    counted: set[tuple[str, str]] = set()
    for told in all_told(index):
        sign = -1 if told.original else 1
        for event in events(told):
            site = event.get("readPoint", {}).get("id", "")
            for each in event.get("quantityList", ()):
                if event["bizStep"] == "stock_taking" and event["shecang:kind"] == "count":
                    counted.add((site, each["epcClass"]))
                balances[site, each["epcClass"]] += sign * _sign(event) * each.get("quantity", 0)
            for name, direction in (("inputQuantityList", -1), ("outputQuantityList", 1)):
                for each in event.get(name, ()):
                    balances[site, each["epcClass"]] += sign * direction * each["quantity"]
    there = {
        (urn("site", each.site), urn("lot", each.lot)): each.quantity
        for each in index.on_hand(0, limit=10_000)
    }
    assert len(there) > 3
    assert len(set(there) - counted) > 1
    for place in (set(there) | set(balances)) - counted:
        assert balances[place] == there.get(place, 0), place
    index._engine.dispose()


def _sign(event: dict[str, Any]) -> int:
    step, kind = event["bizStep"], event["shecang:kind"]
    if step in {"shipping", "dispensing", "decommissioning"}:
        return -1
    if step in {"receiving", "accepting"} or kind == "opening":
        return 1
    return int(kind == "settlement" and event["disposition"] == "available")


def test_pages_follow_each_other(tmp_path: Path) -> None:
    index, _ = story(tmp_path / "index.db", chance=30)
    whole = [each.document.number for each in all_told(index)]
    assert whole == list(range(1, len(whole) + 1))
    for limit in (1, 7):
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = told_after(index, after, [0], limit, placeless=True)
            assert len(page.told) <= limit
            seen += [each.document.number for each in page.told]
            after = page.next_after
        assert seen == whole
    index._engine.dispose()


def test_a_page_looks_at_a_piece_of_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, _ = story(tmp_path / "index.db")
    named = [
        each.document.number
        for each in all_told(index)
        if THREE in (each.document.from_site, each.document.to_site)
    ]
    monkeypatch.setattr(sides, "PIECE", 3)
    seen, pages, after = [], 0, 0
    while after is not None:
        page = told_after(index, after, [THREE], 50)
        assert all(after < each.document.number <= after + 3 for each in page.told)
        seen += [each.document.number for each in page.told]
        pages, after = pages + 1, page.next_after
    assert seen == named
    assert pages > len(named)
    index._engine.dispose()


def test_since_when_it_was_recorded(tmp_path: Path) -> None:
    index, seen = story(tmp_path / "index.db")
    everything = all_told(index)
    at = next(each for each in everything if each.document.key == seen["dispatch"].key).document.recorded_at
    page = told_after(index, 0, [0], 1_000, since=at, placeless=True)
    expected = [each.document.number for each in everything if each.document.recorded_at >= at]
    assert [each.document.number for each in page.told] == expected
    assert 0 < len(expected) < len(everything)
    index._engine.dispose()


def test_recalls_name_no_place(tmp_path: Path) -> None:
    index, _ = story(tmp_path / "index.db")
    kinds = {Kind.RECALL, Kind.LIFT}

    def found(places: list[int], placeless: bool) -> set[int]:
        page = told_after(index, 0, places, 1_000, placeless=placeless)
        return {each.document.kind for each in page.told} & kinds

    assert found([0], False) == found([ONE], False) == set()
    assert found([0], True) == found([ONE], True) == found([], True) == kinds
    index._engine.dispose()
