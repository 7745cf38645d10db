"""What 165 entries of hospitals in Hubei asked for in 2020, under a mapping to invented sites of one city.

All figures are counted here once more, from the JSON itself.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from needs_files import fill

from ledger_client.book import CATEGORIES, client_id
from ledger_client.identifiers import StorageMode, consignee_id, parse_item, site_id
from ledger_client.needs import (
    Defaults,
    NeedsList,
    NeedsMapping,
    NeedsPlan,
    Urgency,
    answer_questions,
    count_needs,
    plan_needs,
    propose_needs_mapping,
    questions_to_xlsx,
    read_needs,
    read_needs_mapping,
    summarise_needs,
    write_needs_mapping,
    write_questions,
)

CITY = 4201
BY_CATEGORY = ("测体温设备", "空气消毒设备")
"""Spellings that name no one item: the list has thermometers and thermal cameras under the first."""


@pytest.fixture(scope="module")
def path(data_directory: Path) -> Path:
    return data_directory / "hospital-needs-hubei-2020.json"


@pytest.fixture(scope="module")
def raw(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def needs(path: Path) -> NeedsList:
    return read_needs(path)


def filled_in(template: NeedsMapping) -> NeedsMapping:
    """Return the template with a site and a consignee for each institution, and an item for each spelling."""
    institutions = []
    for number, row in enumerate(template.institutions):
        community = int(f"{CITY}{6:02d}{number // 90 + 1:03d}{number % 90 + 1:03d}")
        site = site_id(community, StorageMode.GOVERNMENT, 1)
        institutions.append(replace(row, site=site, consignee=consignee_id("local", f"H{number:03d}")))
    goods = []
    for number, spelling in enumerate(template.goods, 1):
        category = CATEGORIES[number % len(CATEGORIES)].code
        item = None if spelling.name in BY_CATEGORY else parse_item(f"{category}{number:05d}")
        goods.append(replace(spelling, category=category, item=item))
    return NeedsMapping(tuple(institutions), tuple(goods), Defaults(date(2020, 2, 10), Urgency.CRITICAL))


@pytest.fixture(scope="module")
def mapping(needs: NeedsList, tmp_path_factory: pytest.TempPathFactory) -> NeedsMapping:
    """The template of the list, written, read, filled in, written and read again."""
    folder = tmp_path_factory.mktemp("mapping")
    write_needs_mapping(propose_needs_mapping(needs), folder / "template.csv", needs)
    whole = filled_in(read_needs_mapping(folder / "template.csv"))
    write_needs_mapping(whole, folder / "mapping.csv", needs)
    assert read_needs_mapping(folder / "mapping.csv") == whole
    return whole


@pytest.fixture(scope="module")
def plan(needs: NeedsList, mapping: NeedsMapping) -> NeedsPlan:
    return plan_needs(needs, mapping)


def supplies(raw: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(one, row) for one in raw for row in one["supplies"]]


def narrow(name: str) -> str:
    """Return a name as it is cleaned: seven have wide brackets, one a line break."""
    return " ".join(name.translate({ord("（"): "(", ord("）"): ")"}).split())


def is_known(quantity: int | None) -> bool:
    return quantity not in (None, 1)


def test_the_template_has_every_institution_and_every_spelling(
    needs: NeedsList, mapping: NeedsMapping, raw: list[dict[str, Any]]
) -> None:
    named = {(one["province"], one["city"], one["district"], narrow(one["name"])) for one in raw}
    assert {
        (row.institution.province, row.institution.city, row.institution.district, row.institution.name)
        for row in mapping.institutions
    } == named
    assert [goods.name for goods in mapping.goods] == [
        *dict.fromkeys(row["item"] for _, row in supplies(raw))
    ]
    assert len(mapping.institutions) == len(named)


def test_a_template_as_it_is_leaves_every_row_unmapped(needs: NeedsList, raw: list[dict[str, Any]]) -> None:
    counts = count_needs(plan_needs(needs, propose_needs_mapping(needs)))
    rows = len(supplies(raw))
    assert (counts.rows, counts.unmapped) == (rows, rows)
    assert counts.unmapped_by_reason == {"goods-unmapped": rows, "institution-unmapped": rows}
    assert counts.institutions_unmapped == counts.institutions


def test_every_row_is_counted_as_the_file_has_it(plan: NeedsPlan, raw: list[dict[str, Any]]) -> None:
    counts, rows = count_needs(plan), supplies(raw)
    names = [(one["province"], one["city"], one["district"], one["name"]) for one in raw]
    written = Counter((*names[raw.index(one)], *row.values()) for one, row in rows)
    whole = [row for _, row in rows if is_known(row["quantity"]) and row["item"] not in BY_CATEGORY]
    assert (counts.entries, counts.institutions) == (len(raw), len(set(names)))
    assert counts.without_rows == sum(not one["supplies"] for one in raw)
    assert counts.rows == len(rows)
    assert counts.requests == len(whole)
    assert counts.drafts == len(rows) - len(whole)
    assert (counts.unmapped, counts.refused, counts.institutions_unmapped, plan.unused) == (0, 0, 0, ())
    assert counts.repeated == sum(times - 1 for times in written.values())
    assert {str(key): n for key, n in counts.drafts_by_question.items()} == {
        "quantity": sum(not is_known(row["quantity"]) for _, row in rows),
        "item": sum(row["item"] in BY_CATEGORY for _, row in rows),
    }


def test_requests_say_what_the_file_and_the_mapping_say(
    plan: NeedsPlan, mapping: NeedsMapping, raw: list[dict[str, Any]]
) -> None:
    items = {goods.name: goods.item for goods in mapping.goods}
    sites = {row.institution: row.site for row in mapping.institutions}
    assert sum(request.quantity for request in plan.requests) == sum(
        row["quantity"]
        for _, row in supplies(raw)
        if is_known(row["quantity"]) and row["item"] not in BY_CATEGORY
    )
    for request in plan.requests:
        one = raw[request.row.entry - 1]
        written = one["supplies"][request.row.entry_row - 1]
        assert (request.row.institution.name, request.quantity) == (narrow(one["name"]), written["quantity"])
        assert (request.item, request.site) == (items[written["item"]], sites[request.row.institution])
        assert (request.needed_by, request.urgency) == (date(2020, 2, 10), Urgency.CRITICAL)


def test_reading_it_again_makes_nothing_twice(
    plan: NeedsPlan, mapping: NeedsMapping, raw: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "again.json").write_text(json.dumps(raw[::-1], indent=1), encoding="utf-8")
    again = plan_needs(read_needs(tmp_path / "again.json"), mapping)
    ids = [{client_id(b"salt", request.row.identity) for request in each.requests} for each in (plan, again)]
    assert ids[0] == ids[1] and len(ids[0]) == len(plan.requests)
    assert again.needs.digest == plan.needs.digest


def test_the_questions_go_out_and_the_answers_come_back(plan: NeedsPlan, tmp_path: Path) -> None:
    write_questions(plan, tmp_path / "questions.xlsx")
    assert (tmp_path / "questions.xlsx").read_bytes() == questions_to_xlsx(plan)
    assert answer_questions(plan, tmp_path / "questions.xlsx") == plan

    filled: dict[str, Any] = {}
    for number, draft in enumerate(plan.drafts[:300], 2):
        if draft.quantity is None and number % 3:
            filled[f"G{number}"] = float(number)
        if draft.item is None and number % 2:
            filled[f"H{number}"] = f"{draft.category}-00077"
    answered = answer_questions(plan, fill(plan, tmp_path / "answers.xlsx", filled))

    whole = [
        draft
        for number, draft in enumerate(plan.drafts, 2)
        if all(f"{column}{number}" in filled for column, asked in (("G", "quantity"), ("H", "item"))
               if asked in draft.questions)
    ]  # fmt: skip
    before, after = count_needs(plan), count_needs(answered)
    assert answered.faults == ()
    assert after.answers == len(filled)
    assert after.requests == before.requests + len(whole)
    assert after.drafts == before.drafts - len(whole)
    assert after.rows == after.requests + after.drafts == before.rows
    numbers = [request.row.number for request in answered.requests]
    assert numbers == sorted({*numbers})
    assert {str(sentence.rule) for sentence in summarise_needs(answered)} >= {"classes", "answers"}
