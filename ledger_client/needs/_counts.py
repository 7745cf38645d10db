"""What a plan adds up to, and how it is told: every row in exactly one of four classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger_client.book import Sentence
from ledger_client.needs._model import NeedsPlan, Question, Unplanned

REASONS: dict[str, tuple[str, str]] = {
    "institution-unmapped": ("the mapping does not name the institution", "对照表未列该机构"),
    "institution-twice": ("several rows of the mapping fit the institution", "对照表有多行与该机构相符"),
    "institution-ambiguous": ("a row of the mapping fits several institutions", "对照表的一行与多个机构相符"),
    "goods-unmapped": ("the mapping does not say which item or category", "对照表未写明物品或类别"),
    "character": ("a character is not what it looks like", "含有看不见或形似的字符"),
    "no-object": ("the row is no object", "该行不是对象"),
    "quantity-form": ("the quantity is no whole number", "数量不是整数"),
    "text-form": ("a text is none", "应为文本处不是文本"),
    "text-missing": ("a text is missing", "缺少文本"),
    "too-long": ("a text is too long", "文本过长"),
    "unknown-member": ("the row says more than this form knows", "该行含有未知字段"),
}
"""Rule of a reason → English, Chinese: what a summary says of all rows that have it."""


@dataclass(frozen=True, slots=True)
class NeedsCounts:
    """The counts of a plan; `rows` is the sum of `requests`, `drafts`, `unmapped` and `refused`.

    Attributes:
        entries: Entries of the list.
        institutions: Different institutions in them.
        without_rows: Entries that need nothing.
        institutions_unmapped: Different institutions that the mapping does not name, or not clearly.
        rows: Rows of the list.
        repeated: Rows that say the same as an earlier one; they are rows like any other.
        requests: Rows that are requests.
        drafts: Rows that are drafts.
        unmapped: Rows that the mapping does not reach.
        refused: Rows that nobody can mean.
        drafts_by_question: Drafts with each question; one with two questions counts in both.
        unmapped_by_reason: Unmapped rows with each reason; one with two counts in both.
        refused_by_reason: Refused rows with each reason.
        answers: Answers taken from workbooks.
        faults: Answers, or rows of them, that were not taken.
    """

    entries: int
    institutions: int
    without_rows: int
    institutions_unmapped: int
    rows: int
    repeated: int
    requests: int
    drafts: int
    unmapped: int
    refused: int
    drafts_by_question: dict[Question, int]
    unmapped_by_reason: dict[str, int]
    refused_by_reason: dict[str, int]
    answers: int
    faults: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        simple = {name: getattr(self, name) for name in self.__slots__}
        return {**simple, "drafts_by_question": {str(key): n for key, n in self.drafts_by_question.items()}}


def count_needs(plan: NeedsPlan) -> NeedsCounts:
    """Return the counts of a plan."""
    institutions = {entry.institution for entry in plan.needs.entries}
    open_questions = Counter(question for draft in plan.drafts for question in draft.questions)
    return NeedsCounts(
        entries=len(plan.needs.entries),
        institutions=len(institutions),
        without_rows=sum(entry.rows == 0 for entry in plan.needs.entries),
        institutions_unmapped=sum(each.is_institution for each in plan.unnamed),
        rows=len(plan.needs.rows),
        repeated=sum(row.identity.ordinal > 1 for row in plan.needs.rows),
        requests=len(plan.requests),
        drafts=len(plan.drafts),
        unmapped=len(plan.unmapped),
        refused=len(plan.refused),
        drafts_by_question={each: open_questions[each] for each in Question if open_questions[each]},
        unmapped_by_reason=_by_reason(plan.unmapped),
        refused_by_reason=_by_reason(plan.refused),
        answers=plan.answers,
        faults=len(plan.faults),
    )


def summarise_needs(plan: NeedsPlan) -> tuple[Sentence, ...]:
    """Return what a person has to know of a plan, one sentence a fact; those that are 0 are left out.

    The first two, what the list holds and what its rows become, are always there.
    """
    counts = count_needs(plan)
    return (
        _held(plan.needs.file, counts),
        _became(counts),
        *_told(counts),
        *_reasons("unmapped", "未对照", counts.unmapped_by_reason),
        *_reasons("refused", "被拒", counts.refused_by_reason),
    )


def _held(file: str, counts: NeedsCounts) -> Sentence:
    return Sentence(
        "list",
        f"{file}: {counts.entries:,} entries of {counts.institutions:,} institutions, "
        f"{counts.without_rows:,} of them without rows; {counts.rows:,} rows",
        f"{file}：{counts.entries:,} 条机构记录，{counts.institutions:,} 个机构，"
        f"其中 {counts.without_rows:,} 条没有需求；共 {counts.rows:,} 行",
    )


def _became(counts: NeedsCounts) -> Sentence:
    return Sentence(
        "classes",
        f"{counts.requests:,} requests + {counts.drafts:,} drafts + {counts.unmapped:,} unmapped + "
        f"{counts.refused:,} refused = {counts.rows:,} rows",
        f"申请 {counts.requests:,} + 草案 {counts.drafts:,} + 未对照 {counts.unmapped:,} + "
        f"被拒 {counts.refused:,} = {counts.rows:,} 行",
    )


def _told(counts: NeedsCounts) -> Iterator[Sentence]:
    if counts.requests or counts.answers:
        yield Sentence(
            "base-units",
            "quantities are taken as base units of the item that the mapping names",
            "数量按对照表所列物品的基本单位计",
        )
    if counts.repeated:
        yield Sentence(
            "repeated",
            f"{counts.repeated:,} rows say the same as an earlier one; each is a row of its own",
            f"{counts.repeated:,} 行与前面的行完全相同；各自单独计为一行",
        )
    if counts.entries > counts.institutions:
        extra = counts.entries - counts.institutions
        yield Sentence(
            "entries-repeated",
            f"{extra:,} entries are of an institution that has an earlier one; their rows count as well",
            f"{extra:,} 条记录的机构前面已出现过；其各行同样计入",
        )
    for question, drafts in counts.drafts_by_question.items():
        asked = question.sentence
        yield Sentence(
            f"question-{question}", f"{drafts:,} drafts: {asked.en}", f"{drafts:,} 份草案：{asked.zh}"
        )
    if counts.institutions_unmapped:
        yield Sentence(
            "institutions-unmapped",
            f"{counts.institutions_unmapped:,} institutions are not, or not clearly, in the mapping",
            f"对照表未列或未明确列出 {counts.institutions_unmapped:,} 个机构",
        )
    if counts.answers or counts.faults:
        yield Sentence(
            "answers",
            f"{counts.answers:,} answers taken, {counts.faults:,} not taken",
            f"采用 {counts.answers:,} 个答复，{counts.faults:,} 个未采用",
        )


def _reasons(what: str, what_zh: str, counted: dict[str, int]) -> Iterator[Sentence]:
    for rule, rows in counted.items():
        why, why_zh = REASONS[rule]
        yield Sentence(f"{what}-{rule}", f"{rows:,} rows {what}: {why}", f"{rows:,} 行{what_zh}：{why_zh}")


def _by_reason(rows: Iterable[Unplanned]) -> dict[str, int]:
    counted = Counter(reason.rule for each in rows for reason in each.reasons)
    return dict(sorted(counted.items()))
