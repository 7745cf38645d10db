"""`GET /v1/norms/{place}` and what lies below it."""

from __future__ import annotations

from typing import Any

import pytest
from asking_city import CYCLE_DAYS, DAY, FLOOR, SOURCE, Asking
from fastapi.testclient import TestClient
from served import assert_problem, iso

from ledger_client.databases import open_database
from ledger_client.demo.cast import EAST_DISTRICT, EAST_GOVERNMENT, MASK_LOT, PROVINCE, WEST_GOVERNMENT, at
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.marks import MarkedReader

CATEGORY = f"{category_of(ItemId(MASK_LOT.item)):07d}"
LATER = iso(at(DAY + 5))


def got(client: TestClient, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/norms/{address}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestRules:
    def test_of_a_site(self, asked: TestClient, asking: Asking) -> None:
        told = got(asked, str(EAST_GOVERNMENT), at=iso(asking.at))
        [terms] = told["terms"]
        assert (terms["division"], terms["mode"], terms["rules"]) == (str(PROVINCE), "government", True)
        assert terms["terms"] == {"share": 9_000, "notice_days": 0}
        assert told["gives"] is True
        [emergency] = told["emergencies"]
        assert (emergency["division"], emergency["state"]) == (str(EAST_DISTRICT), "in_force")
        assert (emergency["until"], emergency["reason"]) == (iso(at(DAY + 3)), "outbreak")
        assert emergency["source"] == f"0x{SOURCE.hex()}"

    def test_of_a_division(self, asked: TestClient) -> None:
        told = got(asked, "420102", at=LATER)
        assert {each["mode"] for each in told["terms"]} == {"government", "enterprise_held"}
        assert {each["rules"] for each in told["terms"]} == {None}
        assert told["gives"] is None
        assert [each["state"] for each in told["emergencies"]] == ["over"]
        assert got(asked, "420103", at=LATER)["emergencies"] == []
        assert len(got(asked, "0", at=LATER)["emergencies"]) == 1

    def test_a_site_without_terms_gives_nothing(self, asked: TestClient) -> None:
        told = got(asked, "420102001002401", at=LATER)
        assert (told["terms"], told["gives"]) == ([], False)

    def test_before_anything_was_set(self, asked: TestClient) -> None:
        told = got(asked, "420102", at=iso(at(1)))
        assert told["terms"] == []


class TestTables:
    def test_floors(self, asked: TestClient) -> None:
        [floor] = got(asked, "420102/floors", at=LATER)["floors"]
        assert (floor["site"], floor["item"]) == (str(EAST_GOVERNMENT), str(MASK_LOT.item))
        assert (floor["floor"], floor["next_floor"], floor["next_from"]) == (str(FLOOR), None, None)
        assert floor["item_name"]["en"] == "Surgical masks (box)"
        assert got(asked, f"{WEST_GOVERNMENT}/floors", at=LATER)["floors"] == []

    def test_cycles_and_overdue(self, asked: TestClient, asking: Asking) -> None:
        engine = open_database(asking.home.index)
        [count] = MarkedReader(engine).overdue(0, at(DAY + 5))
        engine.dispose()
        [cycle] = got(asked, "420102/cycles", at=LATER)["cycles"]
        assert (cycle["site"], cycle["category"], cycle["days"]) == (
            str(EAST_GOVERNMENT),
            CATEGORY,
            CYCLE_DAYS,
        )
        assert (cycle["is_stale"], cycle["count_due"]) == (True, iso(count.due))
        assert got(asked, "420102/cycles", at=iso(asking.at))["cycles"][0]["is_stale"] is False
        [overdue] = got(asked, "0/overdue", at=LATER)["overdue"]
        assert (overdue["site"], overdue["category"], overdue["days"]) == (
            cycle["site"],
            CATEGORY,
            CYCLE_DAYS,
        )
        assert overdue["count_due"] == iso(count.due)
        assert got(asked, "0/overdue", at=iso(count.due - SECONDS_A_DAY))["overdue"] == []

    def test_history_in_pages(self, asked: TestClient) -> None:
        whole = got(asked, f"{EAST_GOVERNMENT}/history", at=LATER)["entries"]
        assert [(each["norm"], each["about"], each["value"]) for each in whole] == [
            ("floor", str(MASK_LOT.item), str(FLOOR)),
            ("cycle", CATEGORY, str(CYCLE_DAYS)),
        ]
        assert {each["source"] for each in whole} == {f"0x{SOURCE.hex()}"}
        first = got(asked, f"{EAST_GOVERNMENT}/history", at=LATER, limit=1)
        second = got(asked, f"{EAST_GOVERNMENT}/history", at=LATER, limit=1, after=first["next_after"])
        assert first["entries"] + second["entries"] == whole
        assert second["next_after"] is None
        terms = got(asked, f"{PROVINCE}/history", at=LATER)["entries"]
        assert {(each["norm"], each["value"]) for each in terms} == {("terms", "9000/0")}
        [emergency] = got(asked, f"{EAST_DISTRICT}/history", at=LATER)["entries"]
        assert (emergency["norm"], emergency["about"], emergency["reason"]) == ("emergency", None, "outbreak")
        assert emergency["value"] == str(at(DAY + 3))

    def test_pages_begin_behind_a_row(self, asked: TestClient) -> None:
        place = f"{EAST_GOVERNMENT}-{MASK_LOT.item}"
        assert got(asked, "0/floors", at=LATER, after=place)["floors"] == []
        before = f"{EAST_GOVERNMENT}-{MASK_LOT.item - 1}"
        assert len(got(asked, "0/floors", at=LATER, after=before)["floors"]) == 1


@pytest.mark.parametrize("kind", ["", "/floors", "/cycles", "/overdue", "/history"])
def test_refusals(asked: TestClient, kind: str) -> None:
    assert_problem(asked.get(f"/v1/norms/99{kind}"), 404, "division-not-registered")
    assert_problem(asked.get(f"/v1/norms/420102001001199{kind}"), 404, "site-unknown")
    assert_problem(asked.get(f"/v1/norms/1{kind}"), 422, "division-form")
    assert_problem(asked.get(f"/v1/norms/0{kind}?at=soon"), 422, "moment-form")
    assert_problem(asked.get(f"/v1/norms/0{kind}?x=1"), 422, "parameter-malformed")
