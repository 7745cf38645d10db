"""Shortages and differences: who had signed for what is not there, in order, and when that can have been."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.access.rights import Rights
from api.schemas.common import (
    Block,
    Delta,
    DocumentKey,
    Id160,
    ItemCode,
    Name,
    Quantity,
    SiteCode,
    id160,
    moment,
)
from api.schemas.documents import Goods
from api.schemas.sites import CardDocument
from api.schemas.traces import TraceDocument, may_see
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell
from ledger_client.trace import Custody as FoundCustody
from ledger_client.trace import Lack as FoundLack

MOST_CUSTODY = 1_000
"""Documents that are told of one lack."""


class Custody(BaseModel):
    """A document by which somebody signed for the lot; beyond the caller's sites sites and quantity alone."""

    kind: str = Field(description="What it is.", examples=["hand_over"])
    from_site: SiteCode | None = Field(description="The site that it left.")
    to_site: SiteCode | None = Field(description="The site that it reached.")
    delta: Delta = Field(
        description="Base units that it brought to the site or, negative, took; of the document that shows "
        "the lack what lacks; of one that sent goods back, how many those were."
    )
    is_last: bool = Field(description="Whether it is the last one before the lack was shown.")
    is_beyond: bool = Field(description="Whether it names none of the caller's sites.")
    is_certified: bool | None = Field(
        description="Whether two parties certified by it all that there was; null beyond."
    )
    document: TraceDocument | None = Field(description="The document with its signers; null beyond.")


class Lack(BaseModel):
    """Goods of one lot that are not where they should be, or more than there should be.

    It accuses nobody: it says who had signed for the goods while they can have been lost.
    """

    lot: Id160 = Field(description="The lot.")
    item: ItemCode = Field(description="The lot's item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Delta = Field(description="Base units that lack; negative where there are too many.")
    shown: DocumentKey = Field(description="The first document that shows it.")
    certified: DocumentKey | None = Field(
        description="The last document before that in which two parties certified all that there was; null "
        "where nobody did, and beyond the caller's sites."
    )
    is_certified: bool = Field(
        description="Whether there is such a document. Where there is none, `custody` begins with the lot's "
        "first document at the place."
    )
    window_from: datetime | None = Field(
        description="From when it can have happened, UTC; null where `certified` is."
    )
    window_until: datetime = Field(description="Until when it can have happened, UTC.")
    custody: list[Custody] = Field(
        description="Who signed for it, from the beginning of the window to its end, in order; of many the "
        "last 1,000."
    )
    custody_total: int = Field(description="How many documents that were.")
    told_later: list[Custody] = Field(
        description="Of a count: what was recorded behind the place where it stands in the journal, though "
        "it is said to have occurred before the counting, and may explain the difference. Of many the last "
        "1,000."
    )
    found: Quantity = Field(description="Base units of it that a settlement found since.")
    lost: Quantity = Field(description="Base units of it that a settlement declared lost.")

    @classmethod
    def of(cls, lack: FoundLack, beside: Beside) -> Lack:
        """Return a lack as its reader may see it."""
        item, label = beside.goods.label(lack.lot)
        begin, end = lack.window
        # When something certified elsewhere happened is told as little as what it was.
        certified = lack.certified if lack.certified and may_see(beside.caller, lack.certified) else None
        return cls(
            lot=id160(lack.lot),
            item=str(item),
            item_name=label.name,
            unit=label.unit,
            quantity=str(lack.quantity),
            shown=f"{lack.shown.key:062x}",
            certified=None if certified is None else f"{certified.key:062x}",
            is_certified=lack.certified is not None,
            window_from=None if certified is None or begin is None else moment(begin),
            window_until=moment(end),
            custody=_custody(lack.custody, beside, lack.last),
            custody_total=len(lack.custody),
            told_later=_custody(lack.told_later, beside, None),
            found=str(lack.found),
            lost=str(lack.lost),
        )


class LackTrace(BaseModel):
    """What lacks by a consignment or a count, and who had signed for it."""

    subject: Literal["shortage", "difference"] = Field(description="What was traced.")
    document: TraceDocument = Field(description="The dispatch, or the count.")
    lacks: list[Lack] = Field(
        description="A lot and a document that shows it each; none where nothing lacks by this document."
    )
    site_names: dict[str, Name | None] = Field(description="Names of the caller's sites in it, by code.")
    block: Block = Field(description="Up to which block the answer holds.")


@dataclass(frozen=True, slots=True)
class Beside:
    """What lacks are shown with.

    Attributes:
        caller: Who asks.
        goods: What the lots are.
        spells: The emergencies of the ledger.
    """

    caller: Rights
    goods: Goods
    spells: Sequence[EmergencySpell]


def _custody(found: Iterable[FoundCustody], beside: Beside, last: FoundCustody | None) -> list[Custody]:
    return [_one(each, beside, is_last=each is last) for each in list(found)[-MOST_CUSTODY:]]


def _one(custody: FoundCustody, beside: Beside, *, is_last: bool) -> Custody:
    document = custody.document
    is_seen = may_see(beside.caller, document)
    return Custody(
        kind=Kind.of(document.kind).name.lower(),
        from_site=str(document.from_site) if document.from_site else None,
        to_site=str(document.to_site) if document.to_site else None,
        delta=str(custody.delta),
        is_last=is_last,
        is_beyond=not is_seen,
        is_certified=custody.is_certified if is_seen else None,
        document=TraceDocument.of_signed(CardDocument.of(document, beside.spells), custody.signatures)
        if is_seen
        else None,
    )
