"""Histories of accreditations and qualifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import moment, moment_or_none
from api.schemas.sites import GRADES, Grade, reason_name
from ledger_client.fold.entries import history_of

EntryKindWord = Literal["issued", "renewed", "suspended", "reinstated", "revoked"]


class HistoryEntry(BaseModel):
    """What was recorded once, in its place."""

    entry: int = Field(description="Place in the history, from 1.")
    kind: EntryKindWord = Field(
        description="What was done; the first entry of a history is `issued`, of an accreditation too."
    )
    reason: str | None = Field(description="Why, a name of the published list; null where none is given.")
    effective_at: datetime = Field(description="Since when it counts, perhaps before it was recorded, UTC.")
    recorded_at: datetime = Field(description="When it was recorded, block time.")
    valid_from: datetime | None = Field(description="First moment of the validity that it gives, UTC.")
    valid_until: datetime | None = Field(
        description="First moment after it, UTC; null where it gives none, or one without end."
    )
    grade: Grade | None = Field(description="The grade that it gives, A the best.")
    is_by_authority: bool = Field(
        description="Whether the authority of the country recorded it; of a qualification else its issuer."
    )


def history(entries: Sequence[int]) -> list[HistoryEntry]:
    """Return a history of the index, in the order in which it was recorded."""
    return [
        HistoryEntry.model_validate(
            {
                "entry": each.position,
                "kind": each.kind.name.lower(),
                "reason": reason_name(each.reason),
                "effective_at": moment(each.effective_at),
                "recorded_at": moment(each.recorded_at),
                "valid_from": moment_or_none(each.from_),
                "valid_until": moment_or_none(each.until),
                "grade": GRADES.get(each.grade),
                "is_by_authority": each.is_by_authority,
            }
        )
        for each in history_of(entries)
    ]
