"""Which item a GTIN stands for, and how much of it one trade item holds.

Many makers sell what is one item here, each under numbers of its own, one a size of pack. The table is part
of the records: signed by who registered a line, kept in the office, and not on chain, for what is scanned is
only looked up by it; what is recorded names the lot::

    records.put(trade_item_record(TradeItem("06901234567892", 299010110001, 50)), signer)
    trade_item(records, "06901234567892").holds      # 50 base units in this pack
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.quantities import parse_quantity
from ledger_client.records import Record, RecordId, RecordStore


@dataclass(frozen=True, slots=True)
class TradeItem:
    """What one GTIN stands for.

    Attributes:
        gtin: 14 digits.
        item: The item's id.
        holds: Base units of the item in one trade item.
    """

    gtin: str
    item: int
    holds: int = 1


def trade_item_record(trade_item: TradeItem) -> Record:
    """Return the record of a trade item, to be signed by who registers it."""
    body = {"item": str(trade_item.item), "holds": str(trade_item.holds)}
    return Record.new(_id(trade_item.gtin), body=body)


def trade_item(records: RecordStore, gtin: str) -> TradeItem | None:
    """Return what a GTIN stands for, None where nobody has said.

    Raises:
        RecordDamagedError: Its record was changed, or its signature is not its signer's.
    """
    record = records.get(_id(gtin))
    if record is None:
        return None
    holds = parse_quantity(str(record.body["holds"]), least=1)
    return TradeItem(gtin, int(record.body["item"]), holds)


def trade_items(records: RecordStore) -> list[TradeItem]:
    """Return all of the table, by GTIN. Raises as `trade_item`."""
    found = (trade_item(records, f"{number:014d}") for number in records.numbers("gtin"))
    return [each for each in found if each is not None]


def _id(gtin: str) -> RecordId:
    return RecordId("gtin", int(gtin))
