"""Consignments: goods on their way, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, DocumentKey, Name, SiteCode, moment_or_none
from api.schemas.documents import Amount, DocumentFacts, Goods
from api.schemas.sites import CardDocument, reason_name
from ledger_client.fold._consignments import is_missing
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_DONE,
    CONSIGNMENT_OPEN,
    Consignment,
)
from ledger_client.words import MISSING, unpack_head

State = Literal["open", "accepted", "closed"]
STATES: dict[int, State] = {
    CONSIGNMENT_OPEN: "open",
    CONSIGNMENT_ACCEPTED: "accepted",
    CONSIGNMENT_DONE: "closed",
}


class ConsignmentLine(Amount):
    """What remains to be accounted for of a lot."""

    state: Literal["in_transit", "returning", "missing"] = Field(description="Where it is said to be.")
    reason: str | None = Field(description="Why, by its name in the published list; null while in transit.")

    @classmethod
    def of_word(cls, word: int, state: int, goods: Goods) -> ConsignmentLine:
        """Return a line that remains, of a consignment in a state."""
        head = unpack_head(word)
        where: Literal["in_transit", "returning", "missing"] = "in_transit"
        if state != CONSIGNMENT_OPEN:
            where = "missing" if is_missing(word) else "returning"
        amount = Amount.of(head.lot, head.quantity, goods)
        return cls(**amount.model_dump(), state=where, reason=reason_name(head.reason & ~MISSING))


@dataclass(frozen=True, slots=True)
class Shown:
    """What consignments are shown with: their lots, and the names of sites."""

    goods: Goods
    names: dict[int, Name | None]


class ConsignmentRow(BaseModel):
    """A consignment: `open` until somebody answers, `accepted` while something returns or is missing."""

    key: DocumentKey = Field(description="Its key, which is that of its dispatch.")
    number: int = Field(description="The dispatch's place among all documents of the ledger.")
    state: State = Field(description="Where it stands.")
    from_site: SiteCode = Field(description="The sender.")
    from_name: Name | None = Field(description="The sender's name.")
    to_site: SiteCode = Field(description="The receiver.")
    to_name: Name | None = Field(description="The receiver's name.")
    deadline: datetime | None = Field(
        description="Until when the receiver is expected to answer, UTC; null beyond the year 9999."
    )
    lines: list[ConsignmentLine] = Field(description="What remains to be accounted for; none when closed.")

    @classmethod
    def of(cls, key: int, record: Consignment, shown: Shown) -> ConsignmentRow:
        """Return a consignment of the index."""
        lines = record.lines if record.state != CONSIGNMENT_DONE else ()
        return cls(
            key=f"{key:062x}",
            number=record.document,
            state=STATES[record.state],
            from_site=str(record.from_site),
            from_name=shown.names.get(record.from_site),
            to_site=str(record.to_site),
            to_name=shown.names.get(record.to_site),
            deadline=moment_or_none(record.deadline),
            lines=[ConsignmentLine.of_word(word, record.state, shown.goods) for word in lines],
        )


class ConsignmentPage(BaseModel):
    """A page of consignments from or to a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    consignments: list[ConsignmentRow] = Field(description="The one that was dispatched last first.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class ConsignmentAnswer(BaseModel):
    """A consignment with everything that was recorded of it."""

    consignment: ConsignmentRow = Field(description="Where it stands.")
    dispatch: DocumentFacts = Field(description="With what it was sent.")
    steps: list[CardDocument] = Field(
        description="What answered it, in order: acceptance, contest, return, return-acceptance, settlements."
    )
    block: Block = Field(description="Up to which block the answer holds.")
