"""The two tables of the exchange with other platforms; docs/exchange.md describes their columns."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from api.schemas.common import Block
from ledger_client.exchange import PROFILE

TableRow = TypeVar("TableRow", bound=BaseModel)


class StockRow(BaseModel):
    """What one site holds of one item."""

    division: str = Field(description="The community, 12 digits (GB/T 2260, GB/T 10114).")
    site: str = Field(description="The site, 15 digits.")
    site_name_zh: str = Field(description="Its name in Chinese; empty where it is not proved.")
    site_name_en: str = Field(description="In English, likewise.")
    category: str = Field(description="The category, 7 digits (GB/T 38565).")
    item: str = Field(description="The item: the category and 5 digits of the ledger.")
    item_name_zh: str = Field(description="Its name in Chinese; empty where it is not proved.")
    item_name_en: str = Field(description="In English, likewise.")
    unit: str = Field(description="Its base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: str = Field(description="Base units.")
    free: str = Field(description="Of these, what neither hold nor recall nor date is against today.")
    block: str = Field(description="Height of the block up to which the row holds.")


class MovementRow(BaseModel):
    """What one document did to one lot at one site."""

    document: str = Field(description="Key of the document, 62 hexadecimal digits.")
    number: str = Field(description="Its place among all documents of the ledger, from 1.")
    kind: str = Field(description="What it is.", examples=["hand_over"])
    reason: str = Field(description="Why, by its name in the published list; empty for none.")
    occurred_at: str = Field(description="When it is said to have occurred, UTC.")
    recorded_at: str = Field(description="When it was recorded, UTC.")
    division: str = Field(description="The community, 12 digits (GB/T 2260, GB/T 10114).")
    site: str = Field(description="The site, 15 digits.")
    other_site: str = Field(description="The other site that the document names; empty for none.")
    category: str = Field(description="The category, 7 digits (GB/T 38565).")
    item: str = Field(description="The item: the category and 5 digits of the ledger.")
    lot: str = Field(description="The lot, 40 hexadecimal digits.")
    use_until: str = Field(description="Its last day of use; empty where there is none.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    delta: str = Field(description="Base units that came, negative where they went.")
    quantity: str = Field(description="Base units held afterwards.")
    is_reversed: str = Field(description="`true` where a later document reversed it, else `false`.")
    block: str = Field(description="Height of the block up to which the row holds.")


class ExchangeTable(BaseModel, Generic[TableRow]):
    """A page of a table."""

    profile: Literal["shecang-exchange-1"] = Field(description="Name of the tables as they are here.")
    rows: list[TableRow] = Field(description="The rows; every value is a text.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, rows: list[dict[str, str]], next_after: str | None, block: Block) -> ExchangeTable[TableRow]:
        """Return a page of rows."""
        values: dict[str, Any] = {"profile": PROFILE, "rows": rows, "next_after": next_after, "block": block}
        return cls.model_validate(values)
