"""The JSON form of a plan, for `--json` and for programs: codes as texts, since JSON readers lose digits."""

from __future__ import annotations

from typing import Any

from ledger_client.needs._counts import count_needs
from ledger_client.needs._model import Draft, NeedRow, NeedsPlan, Request, Unplanned

_ID_DIGITS = 40  # of a consignee's id of 160 bits, in hexadecimal


def needs_to_dict(plan: NeedsPlan) -> dict[str, Any]:
    """Return the JSON form of a plan; reasons are in the language in force, rules the same in both."""
    return {
        "file": plan.needs.file,
        "list_digest": plan.needs.digest.hex(),
        "counts": count_needs(plan).to_dict(),
        "requests": [_planned(request) for request in plan.requests],
        "drafts": [
            {**_planned(draft), "category": draft.category, "questions": list(map(str, draft.questions))}
            for draft in plan.drafts
        ],
        "unmapped": [_unplanned(each) for each in plan.unmapped],
        "refused": [_unplanned(each) for each in plan.refused],
        "unnamed": [
            {"what": each.what, "rows": each.rows, "rule": each.reason.rule, "reason": str(each.reason)}
            for each in plan.unnamed
        ],
        "unused": list(plan.unused),
        "faults": [
            {"sheet": each.sheet, "cell": each.cell, "rule": each.reason.rule, "reason": str(each.reason)}
            for each in plan.faults
        ],
    }


def _planned(each: Request | Draft) -> dict[str, Any]:
    return {
        **_row(each.row),
        "site": _text(each.site),
        "consignee": None if each.consignee is None else f"{each.consignee:0{_ID_DIGITS}x}",
        "item": _text(each.item),
        "quantity": _text(each.quantity),
        "needed_by": each.needed_by.isoformat() if each.needed_by else None,
        "urgency": None if each.urgency is None else int(each.urgency),
        "reason": each.reason,
    }


def _unplanned(each: Unplanned) -> dict[str, Any]:
    return {
        **_row(each.row),
        "rules": [reason.rule for reason in each.reasons],
        "reasons": list(map(str, each.reasons)),
    }


def _row(row: NeedRow) -> dict[str, Any]:
    return {
        "row": row.number,
        "row_id": row.identity.digest.hex(),
        "entry": row.entry,
        "entry_row": row.entry_row,
        "place": row.institution.place,
        "institution": row.institution.name,
        "written": row.item,
        "specification": row.specification,
    }


def _text(code: int | None) -> str | None:
    return None if code is None else str(code)
