"""What was found."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, Name
from ledger_client.search.forms import FormKind

ResultKind = Literal[
    "division",
    "site",
    "item",
    "consignee",
    "supplier",
    "issuer",
    "qualification",
    "lot",
    "document",
    "request",
    "proposal",
    "holder",
    "block",
    "transaction",
]
By = Literal[
    "uscc",
    "lei",
    "gtin",
    "site",
    "division",
    "item",
    "hash",
    "address",
    "beginning",
    "block_number",
    "name",
]


class Recognised(BaseModel):
    """What the text may be by its form, whether or not the ledger has it."""

    form: FormKind = Field(description="Which form; `beginning` is an id or the first digits of one.")
    value: str = Field(description="The text in the plain form of that; a GTIN with 14 digits.")


class Result(BaseModel):
    """Something that the ledger has and the caller may read."""

    kind: ResultKind = Field(description="What it is.")
    id: str = Field(description="Its id or code, as its resource takes it.")
    label: Name | None = Field(description="Its name, of a lot its item's; null where there is none.")
    by: By = Field(description="As which of the forms it was found, or by `name`.")
    address: str | None = Field(description="Where this server tells of it; null where it does not.")


class SearchAnswer(BaseModel):
    """What a text is, and what was found by it."""

    q: str = Field(description="The text in its plain form.")
    recognised: list[Recognised] = Field(description="Everything that it may be by its form.")
    results: list[Result] = Field(description="What was found, by codes and ids first, then by name.")
    is_more: bool = Field(description="Whether more would be found; type more of it.")
    is_complete: bool = Field(
        description="False where the chain did not answer, so that transactions and blocks by hash are left "
        "out."
    )
    block: Block = Field(description="Up to which block the answer holds.")
