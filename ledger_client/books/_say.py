"""What a comparison and a plan say, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger_client.book import Line, Sentence
from ledger_client.book._reconcile import Comparison, LineStatus
from ledger_client.books._plan import PlannedLine

STATUS_LABELS: dict[LineStatus, tuple[str, str]] = {
    LineStatus.MATCHED: ("matched", "相符"),
    LineStatus.QUANTITY_DIFFERS: ("quantity differs", "数量不符"),
    LineStatus.MISSING_ON_CHAIN: ("missing on chain", "链上缺失"),
    LineStatus.MISSING_IN_BOOK: ("missing in book", "账册缺失"),
    LineStatus.POSSIBLY_TWICE: ("possibly twice", "疑似重复"),
    LineStatus.UNREADABLE: ("unreadable", "无法识别"),
}
"""What a status is called, English and Chinese."""

_KINDS = {"receipt": ("received", "接收"), "issue": ("handed out", "发放")}


def sentence_of(comparison: Comparison, names: Mapping[int, str]) -> Sentence:
    """Return the sentence that a comparison comes to, without the cell.

    Args:
        comparison: The comparison.
        names: Names of items, for what the book does not name.
    """
    rule = str(comparison.status)
    if comparison.problem is not None:
        reason = comparison.problem.problem.reason
        return Sentence(rule, reason.en, reason.zh)
    mark, mark_zh = _emergency(comparison)
    if comparison.line is None:
        en, zh = _of_entry(comparison, names)
        return Sentence(rule, en + mark, zh + mark_zh)
    written, recorded = comparison.line.line, comparison.recorded
    en, zh = _of_line(written)
    tails = {
        LineStatus.MATCHED: ("recorded", "已记录"),
        LineStatus.QUANTITY_DIFFERS: (f"the ledger has {recorded}", f"账本上为 {recorded}"),
        LineStatus.MISSING_ON_CHAIN: ("not on the ledger", "账本上没有"),
        LineStatus.POSSIBLY_TWICE: (
            "the ledger has it once, for an equal line; is it written twice?",
            "账本上只有一笔，已与另一相同行对应；是否重复登记？",
        ),
    }
    tail_en, tail_zh = tails[comparison.status]
    return Sentence(rule, f"{en}: {tail_en}{mark}", f"{zh}：{tail_zh}{mark_zh}")


def _emergency(comparison: Comparison) -> tuple[str, str]:
    """Return what is added to a sentence where the ledger's side, or some of it, is of an emergency."""
    if not comparison.in_emergency:
        return "", ""
    if all(entry.in_emergency for entry in comparison.entries):
        return ", recorded in an emergency", "，在应急期间记录"
    return ", in part recorded in an emergency", "，部分在应急期间记录"


def comparison_to_dict(
    comparison: Comparison, names: Mapping[int, str], *, is_stale: bool = False
) -> dict[str, Any]:
    """Return the JSON form of a comparison; quantities are decimal strings, ids hexadecimal.

    Args:
        comparison: The comparison.
        names: Names of items, for what the book does not name.
        is_stale: Whether the count of its item's category is overdue at the site.
    """
    found: dict[str, Any] = {"status": str(comparison.status), **_row(comparison)}
    found["recorded"] = str(comparison.recorded) if comparison.entries else None
    found["matched_by"] = (
        None if not comparison.entries or comparison.line is None
        else "document" if comparison.is_by_document
        else "content"
    )  # fmt: skip
    found["documents"] = [
        {
            "document": f"{entry.document:062x}",
            "transaction": f"0x{entry.transaction.hex()}",
            "kind": entry.kind,
            "date": entry.day.isoformat(),
            "item": str(entry.item),
            "quantity": str(entry.quantity),
            "emergency": entry.in_emergency,
        }
        for entry in comparison.entries
    ]
    found["stale"] = is_stale
    found["text"] = str(sentence_of(comparison, names))
    return found


def planned_to_dict(each: PlannedLine) -> dict[str, Any]:
    """Return the JSON form of a planned row; quantities are decimal strings."""
    row = {
        **_row(each.comparison),
        "action": str(each.action),
        "why": {"rule": each.why.rule, "text": str(each.why)} if each.why else None,
    }
    if each.comparison.line is None:
        return row
    return {
        **row,
        "recorded_before": str(each.comparison.recorded),
        "recorded_now": str(each.quantity),
        "rest": str(each.rest) if each.line.line.kind == "issue" else "0",
        "kept_held": list(each.kept),
    }


def _row(comparison: Comparison) -> dict[str, Any]:
    if comparison.problem is not None:
        problem = comparison.problem
        return {
            "file": problem.file,
            "sheet": problem.sheet,
            "row": problem.problem.row,
            "cell": problem.cell,
        }
    if comparison.line is None:
        return {"file": None, "sheet": None, "row": None, "cell": None}
    line, written = comparison.line, comparison.line.line
    return {
        "file": line.file,
        "sheet": line.sheet,
        "row": written.row,
        "cell": line.cell,
        "kind": written.kind,
        "date": written.date.isoformat() if written.date else None,
        "party": written.party,
        "goods": written.item,
        "unit": written.unit,
        "quantity": str(written.quantity),
        "item": str(line.item) if line.item else None,
    }


def _of_line(written: Line) -> tuple[str, str]:
    goods = " ".join(filter(None, (written.item, written.specification)))
    amount = f"{goods}, {written.quantity} {written.unit}, {written.party}"
    amount_zh = f"{goods}，{written.quantity}{written.unit}，{written.party}"
    return f"{written.date or 'no day'}, {amount}", f"{written.date or '无日期'}，{amount_zh}"


def _of_entry(comparison: Comparison, names: Mapping[int, str]) -> tuple[str, str]:
    (entry, *_) = comparison.entries
    name = names.get(entry.item, str(entry.item))
    en, zh = _KINDS[entry.kind]
    return (
        f"{entry.day}, {name}, {entry.quantity} {en}: on the ledger, not in the book",
        f"{entry.day}，{name}，{zh} {entry.quantity}：账本上有，账册中没有",
    )
