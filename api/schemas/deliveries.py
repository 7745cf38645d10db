"""What a supplier delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.common import (
    Block,
    Id160,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    Row,
    SiteCode,
    id160,
)
from api.schemas.sites import CardDocument, reason_name
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.index.receipts import Delivered
from ledger_client.lines import ReceiptLine, unpack_lines
from ledger_client.words import LotStatus


class DeliveryLine(Row):
    """A line of a receipt."""

    lot: Id160 = Field(description="The lot.")
    item: ItemCode = Field(description="The lot's item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    delivered: Quantity = Field(description="Base units that arrived; a decimal string.")
    accepted: Quantity = Field(description="Base units taken into stock.")
    rejected: Quantity = Field(description="Base units refused.")
    reason: str | None = Field(description="Why, by its name in the published list.")
    was_released: bool = Field(
        description="Whether the goods could be used as they came; else the lot was created held."
    )
    is_held: bool = Field(description="Whether the lot is held everywhere now.")
    is_recalled: bool = Field(description="Whether the lot is recalled now.")


class Delivery(Row):
    """A receipt of goods from the supplier."""

    site: SiteCode = Field(description="The site that received them.")
    site_name: Name | None = Field(description="Its name.")
    document: CardDocument = Field(description="The receipt, with the verdict that it recorded.")
    lines: list[DeliveryLine] = Field(description="Its lines.")


class DeliverySum(Row):
    """What was delivered of an item altogether."""

    item: ItemCode = Field(description="The item.")
    item_name: Name | None = Field(description="Its name.")
    unit: str = Field(description="Its base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    receipts: int = Field(description="On how many receipts.")
    delivered: Quantity = Field(description="Base units that arrived; a decimal string.")
    accepted: Quantity = Field(description="Base units taken into stock.")
    rejected: Quantity = Field(description="Base units refused.")
    came_held: Quantity = Field(
        description="Of what was accepted, what came into lots that were created held."
    )

    @classmethod
    def of(cls, sum_: Delivered, label: ItemLabel) -> DeliverySum:
        """Return a sum of the index."""
        return cls(
            item=str(sum_.item),
            item_name=label.name,
            unit=label.unit,
            receipts=sum_.receipts,
            delivered=str(sum_.delivered),
            accepted=str(sum_.accepted),
            rejected=str(sum_.rejected),
            came_held=str(sum_.held),
        )


class SupplierDeliveries(BaseModel):
    """A page of what a supplier or donor delivered to the sites that the caller reads."""

    supplier: Id160 = Field(description="The supplier's id, or the salted digest of a donor.")
    code: str | None = Field(description="Its USCC or LEI, where it was asked for by that.")
    name: Name | None = Field(description="Its name.")
    place: str | None = Field(
        description="Of which place; null for all that the caller reads.", examples=["420102"]
    )
    as_of: datetime | None = Field(description="Block time up to which documents count; null for all.")
    deliveries: list[Delivery] = Field(description="The newest first; those that were reversed too.")
    sums: list[DeliverySum] | None = Field(
        description="By item, without receipts that were reversed; on the first page, null on later ones."
    )
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


@dataclass(frozen=True, slots=True)
class Beside:
    """What receipts are shown with.

    Attributes:
        labels: What the catalogue says of items.
        lots: Lots by id.
        site_names: By site.
        spells: The emergencies of the ledger.
    """

    labels: Mapping[int, ItemLabel]
    lots: Mapping[int, Lot]
    site_names: Mapping[int, Name | None]
    spells: Sequence[EmergencySpell]


def lines_of(receipt: RecordedDocument) -> list[ReceiptLine]:
    """Return the lines of a receipt."""
    lines = unpack_lines(Kind.RECEIPT, receipt.lines, source=receipt.from_, key=receipt.key)
    return [each for each in lines if isinstance(each, ReceiptLine)]


def delivery_of(receipt: RecordedDocument, beside: Beside) -> Delivery:
    """Return a receipt of the index with what is shown beside it."""
    return Delivery(
        site=str(receipt.to_site),
        site_name=beside.site_names.get(receipt.to_site),
        document=CardDocument.of(receipt, beside.spells),
        lines=[_line(each, beside) for each in lines_of(receipt)],
    )


def _line(line: ReceiptLine, beside: Beside) -> DeliveryLine:
    goods, lot = line.attributes, beside.lots.get(line.attributes.lot_id)
    label, status = beside.labels[goods.item], 0 if lot is None else lot.status
    return DeliveryLine(
        lot=id160(goods.lot_id),
        item=str(goods.item),
        item_name=label.name,
        unit=label.unit,
        delivered=str(line.delivered),
        accepted=str(line.accepted),
        rejected=str(line.rejected),
        reason=reason_name(line.reason),
        was_released=not goods.own,
        is_held=bool(status & LotStatus.HELD),
        is_recalled=bool(status & LotStatus.RECALLED),
    )
