"""From list and mapping to a plan: what each row becomes, what it is asked, and what all of it adds up to."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from needs_files import CLINIC, DAY, DEFAULTS, MASKS, SITE, entry, mapping, need, plan_of, write_list

from ledger_client.language import use_language
from ledger_client.needs import (
    Defaults,
    GoodsRow,
    Institution,
    InstitutionRow,
    NeedsMapping,
    NeedsPlan,
    Question,
    Request,
    Urgency,
    count_needs,
    needs_to_dict,
    plan_needs,
    read_needs,
    summarise_needs,
)


def questions(plan: NeedsPlan) -> list[tuple[str, ...]]:
    return [tuple(map(str, draft.questions)) for draft in plan.drafts]


class TestRows:
    def test_a_row_that_says_everything_is_a_request(self, tmp_path: Path) -> None:
        plan = plan_of(tmp_path / "needs.json", need("口罩", 500))
        (row,) = plan.needs.rows
        assert plan.requests == (Request(row, SITE, CLINIC, MASKS, 500, DAY, Urgency.URGENT, 0),)
        assert (plan.drafts, plan.unmapped, plan.refused, plan.unnamed) == ((), (), (), ())

    @pytest.mark.parametrize("quantity", [None, 1])
    def test_a_row_without_a_quantity_is_asked_for_it(self, tmp_path: Path, quantity: int | None) -> None:
        assert questions(plan_of(tmp_path / "needs.json", need("口罩", quantity))) == [("quantity",)]

    def test_a_row_of_a_category_is_asked_for_the_item(self, tmp_path: Path) -> None:
        plan = plan_of(tmp_path / "needs.json", need("手套", 500), need("手套"))
        assert questions(plan) == [("item",), ("quantity", "item")]
        assert [draft.category for draft in plan.drafts] == [2990104] * 2

    @pytest.mark.parametrize(
        ("known", "asked"),
        [
            (mapping(site=None), ("site",)),
            (mapping(consignee=None), ("consignee",)),
            (mapping(defaults=replace(DEFAULTS, needed_by=None)), ("needed_by",)),
            (mapping(defaults=Defaults()), ("needed_by", "urgency")),
        ],
    )
    def test_what_the_mapping_leaves_open_is_asked(
        self, tmp_path: Path, known: NeedsMapping, asked: tuple[str, ...]
    ) -> None:
        assert questions(plan_of(tmp_path / "needs.json", need("口罩", 500), known=known)) == [asked]

    def test_what_the_mapping_does_not_name_is_listed(self, tmp_path: Path) -> None:
        entries = [
            entry(supplies=[need("口罩", 500), need("护目镜", 500)]),
            entry("西城医院", [need("口罩", 500), need("护目镜", 500)]),
            entry("北城医院"),
        ]
        plan = plan_needs(read_needs(write_list(tmp_path / "needs.json", entries)), mapping())
        assert [[reason.rule for reason in each.reasons] for each in plan.unmapped] == [
            ["goods-unmapped"],
            ["institution-unmapped"],
            ["institution-unmapped", "goods-unmapped"],
        ]
        assert [(each.what, each.rows, each.is_institution) for each in plan.unnamed] == [
            ("湖北 武汉市 武昌区 西城医院", 2, True),
            ("湖北 武汉市 武昌区 北城医院", 0, True),
            ("护目镜", 2, False),
        ]

    def test_what_the_list_does_not_have_is_listed(self, tmp_path: Path) -> None:
        known = mapping(GoodsRow("口罩", "", 2990101, MASKS), GoodsRow("口罩", "N95", 2990101, MASKS))
        lost = InstitutionRow(Institution("", "", "", "东成医院"), SITE)
        known = replace(known, institutions=(*known.institutions, lost))
        assert plan_of(tmp_path / "needs.json", need("口罩", 500), known=known).unused == (
            "东成医院",
            "口罩 N95",
        )

    def test_a_refused_row_keeps_its_reason_whatever_the_mapping_says(self, tmp_path: Path) -> None:
        plan = plan_of(tmp_path / "needs.json", need("护目镜", -5))
        assert [[reason.rule for reason in each.reasons] for each in plan.refused] == [["quantity-form"]]
        assert plan.unmapped == plan.unnamed == ()

    def test_equal_rows_are_rows(self, tmp_path: Path) -> None:
        plan = plan_of(tmp_path / "needs.json", *[need("口罩", 500)] * 3)
        assert len({request.row.identity.digest for request in plan.requests}) == 3
        assert count_needs(plan).repeated == 2


class TestCounts:
    @pytest.fixture
    def plan(self, tmp_path: Path) -> NeedsPlan:
        rows = [need("口罩", 500)] * 2 + [need("手套"), need("口罩"), need("护目镜", 5), need("口罩", 0), "x"]
        entries = [entry(supplies=rows), entry(), entry("西城医院", [need("护目镜", 5)])]
        return plan_needs(read_needs(write_list(tmp_path / "needs.json", entries)), mapping())

    def test_every_row_is_counted_once(self, plan: NeedsPlan) -> None:
        assert count_needs(plan).to_dict() == {
            "entries": 3,
            "institutions": 2,
            "without_rows": 1,
            "institutions_unmapped": 1,
            "rows": 8,
            "repeated": 1,
            "requests": 2,
            "drafts": 2,
            "unmapped": 2,
            "refused": 2,
            "drafts_by_question": {"quantity": 2, "item": 1},
            "unmapped_by_reason": {"goods-unmapped": 2, "institution-unmapped": 1},
            "refused_by_reason": {"no-object": 1, "quantity-form": 1},
            "answers": 0,
            "faults": 0,
        }

    def test_the_summary_tells_it_in_both_languages(self, plan: NeedsPlan) -> None:
        told = {sentence.rule: sentence for sentence in summarise_needs(plan)}
        assert told["classes"].en == "2 requests + 2 drafts + 2 unmapped + 2 refused = 8 rows"
        assert told["classes"].zh == "申请 2 + 草案 2 + 未对照 2 + 被拒 2 = 8 行"
        assert told["list"].zh == "needs.json：3 条机构记录，2 个机构，其中 1 条没有需求；共 8 行"
        assert list(told) == [
            "list", "classes", "base-units", "repeated", "entries-repeated", "question-quantity",
            "question-item", "institutions-unmapped", "unmapped-goods-unmapped",
            "unmapped-institution-unmapped", "refused-no-object", "refused-quantity-form",
        ]  # fmt: skip
        use_language("zh")
        try:
            assert str(told["question-item"]) == "1 份草案：该类别中的哪一种物品？"
        finally:
            use_language("en")

    def test_the_json_form_has_every_row_once_and_no_number_that_loses_digits(self, plan: NeedsPlan) -> None:
        found = json.loads(json.dumps(needs_to_dict(plan)))
        classes = [found[name] for name in ("requests", "drafts", "unmapped", "refused")]
        assert sorted(each["row"] for several in classes for each in several) == list(range(1, 9))
        assert found["counts"] == count_needs(plan).to_dict()
        assert found["list_digest"] == plan.needs.digest.hex()
        request, draft = found["requests"][0], found["drafts"][0]
        told = {name: request[name] for name in list(request)[8:]}
        assert told == {
            "site": "420106001001101", "consignee": f"{CLINIC:040x}", "item": "299010100001",
            "quantity": "500", "needed_by": "2020-02-10", "urgency": 2, "reason": 0,
        }  # fmt: skip
        assert (draft["questions"], draft["quantity"], draft["item"]) == (["quantity", "item"], None, None)
        assert draft["row_id"] == plan.drafts[0].row.identity.digest.hex()
        assert [each["rules"] for each in found["refused"]] == [["quantity-form"], ["no-object"]]
        assert [each["what"] for each in found["unnamed"]] == ["湖北 武汉市 武昌区 西城医院", "护目镜"]

    def test_what_is_zero_is_left_out(self, tmp_path: Path) -> None:
        plan = plan_of(tmp_path / "needs.json")
        assert [sentence.rule for sentence in summarise_needs(plan)] == ["list", "classes"]


_TEXTS = st.text(alphabet=string.ascii_letters + "口罩手套 \u200bК=-", max_size=4)
_ANYTHING = st.one_of(st.none(), st.integers(-1, 3), st.floats(allow_nan=False), _TEXTS, st.booleans())
_ROWS = st.one_of(
    _ANYTHING,
    st.fixed_dictionaries(
        {"item": st.one_of(st.just("口罩"), st.just("手套"), _ANYTHING), "quantity": _ANYTHING},
        optional={"specification": _ANYTHING, "unit": _ANYTHING},
    ),
)


@given(
    entries=st.lists(
        st.builds(entry, st.one_of(st.just("东城医院"), _TEXTS), st.lists(_ROWS, max_size=5)), max_size=4
    )
)
def test_every_row_of_any_list_is_in_exactly_one_class(tmp_path_factory: Any, entries: Any) -> None:
    path = write_list(tmp_path_factory.mktemp("needs") / "needs.json", entries)
    plan = plan_needs(read_needs(path), mapping())
    classes = (plan.requests, plan.drafts, plan.unmapped, plan.refused)
    rows = [each.row for several in classes for each in several]
    assert sorted(row.number for row in rows) == list(range(1, len(plan.needs.rows) + 1))
    assert len(plan.needs.rows) == sum(len(each["supplies"]) for each in entries)
    assert len({row.identity.digest for row in rows}) == len(rows)
    counts = count_needs(plan)
    assert counts.rows == counts.requests + counts.drafts + counts.unmapped + counts.refused
    assert all(draft.questions for draft in plan.drafts)
    assert all(sentence.en and sentence.zh for sentence in summarise_needs(plan))
    assert plan_needs(read_needs(path), mapping()) == plan


def test_every_question_has_its_sentence_and_its_fact(tmp_path: Path) -> None:
    known = mapping(GoodsRow("口罩", "", 2990101), consignee=None, defaults=Defaults())
    (draft,) = plan_of(tmp_path / "needs.json", need("口罩"), known=known).drafts
    assert draft.questions == tuple(each for each in Question if each is not Question.SITE)
    assert all(each.sentence.en and each.sentence.zh for each in Question)
