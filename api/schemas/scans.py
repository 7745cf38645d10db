"""Labels that were scanned."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, ItemCode, ItemLabel, Name, Quantity, day_or_none, id160
from ledger_client.documents import date_of
from ledger_client.index.candidates import Candidate
from ledger_client.scanning import Scanned
from ledger_client.words import LotStatus


class CandidateLot(BaseModel):
    """A lot that a label may be about."""

    lot: Id160 = Field(description="The lot.")
    status: list[Literal["held", "recalled"]] = Field(
        description="Why it may not be used anywhere; empty where nothing is against it but perhaps its date."
    )
    made: date | None = Field(description="Day of making.")
    expires: date | None = Field(description="Printed last day of use.")
    use_until: date | None = Field(description="Last day of use, also where it follows from the shelf life.")
    quantity: Quantity = Field(description="Base units of it at the places asked about.")
    same_batch: bool = Field(description="Whether its batch is the printed one; false where it has none.")
    same_expiry: bool = Field(description="Whether its printed last day of use is that of the label.")

    @classmethod
    def of(cls, candidate: Candidate, found: Scanned) -> CandidateLot:
        """Return a lot of the index."""
        record = candidate.record
        status = LotStatus(record.status)
        return cls(
            lot=id160(candidate.lot),
            status=[
                *(["held"] if status & LotStatus.HELD else []),  # type: ignore[list-item]
                *(["recalled"] if status & LotStatus.RECALLED else []),  # type: ignore[list-item]
            ],
            made=day_or_none(record.made),
            expires=day_or_none(record.expires),
            use_until=day_or_none(record.use_until),
            quantity=str(candidate.quantity),
            same_batch=found.has_batch(candidate),
            same_expiry=found.has_expiry(candidate),
        )


class ScannedLabel(BaseModel):
    """What a label says, and the lots that it may be about."""

    gtin: str = Field(description="14 digits.", examples=["06901234567892"])
    batch: str | None = Field(description="As printed.")
    made: date | None = Field(description="Day of making.")
    expires: date | None = Field(description="Last day of use.")
    item: ItemCode | None = Field(description="The item that the GTIN stands for; null where nobody said.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str | None = Field(description="The item's base unit, UN/CEFACT Recommendation 20.")
    units: Quantity | None = Field(description="Base units in hand; a decimal string.")
    candidates: list[CandidateLot] = Field(
        description="Lots that contradict nothing on the label, the likeliest first; 50 at most."
    )
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, found: Scanned, label: ItemLabel | None, block: Block) -> ScannedLabel:
        """Return an answer; `label`: what the catalogue says of the item."""
        scan, known = found.scan, found.trade_item
        return cls(
            gtin=scan.gtin,
            batch=scan.batch,
            made=None if scan.made is None else date_of(scan.made),
            expires=None if scan.expires is None else date_of(scan.expires),
            item=None if known is None else str(known.item),
            item_name=None if label is None else label.name,
            unit=None if label is None else label.unit,
            units=None if found.units is None else str(found.units),
            candidates=[CandidateLot.of(each, found) for each in found.candidates],
            block=block,
        )
