"""How forms of acts write codes, times, quantities and who signs; read strictly.

Codes, reasons, times and quantities are written as in forms of documents (`ledger_client.forms`). `by` is who
signs; the division of its grant may be left out where the ledger's registers say which is meant.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ledger_client.forms import SeatForm

PROPOSALS = 40
"""Proposals that one act decides on: 40 of 64 lots each stay far below a block's gas."""

NORMS, LOTS, GRANTS = 100, 64, 64


def _whole(text: str) -> str:
    """Refuse half of a character (a surrogate), which JSON can write and UTF-8 cannot."""
    text.encode()
    return text


SiteCode = Annotated[
    str, Field(pattern="^[0-9]{15}$", description="Code of a site.", examples=["420102001001101"])
]
ItemCode = Annotated[
    str, Field(pattern="^[0-9]{12}$", description="Code of an item.", examples=["299010110001"])
]
DivisionCode = Annotated[
    str, Field(pattern="^(0|[1-9][0-9]{1,11})$", description="Code of a division.", examples=["420102"])
]
CategoryCode = Annotated[
    str, Field(pattern="^[1-9][0-9]{6}$", description="Category of GB/T 38565.", examples=["1010101"])
]
KeyAddress = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$", description="Address of a key.")]
Id = Annotated[str, Field(pattern="^[0-9a-f]{40}$", description="Its id.")]
Key = Annotated[str, Field(pattern="^[0-9a-f]{62}$", description="Its key.")]
Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
ClassConsent = Annotated[
    str, Field(pattern="^0x[0-9a-f]{128}$", description="The new holder's consent to its class.")
]
TimeText = Annotated[
    str,
    Field(
        pattern="^[0-9T:.Z+-]{10,40}$",
        description="A day, or a moment with its distance from UTC.",
        examples=["2026-11-24", "2026-11-24T09:30+08:00"],
    ),
]
QuantityText = Annotated[
    str, Field(pattern="^(0|[1-9][0-9]{0,18})$", description="Base units.", examples=["20"])
]
ReasonName = Annotated[
    str, Field(pattern="^[a-z-]{1,40}$", description="By its name.", examples=["outbreak"])
]
Code = Annotated[
    str, Field(min_length=1, max_length=64, description="USCC, LEI or id."), AfterValidator(_whole)
]
NameText = Annotated[str, Field(max_length=200), AfterValidator(_whole)]
Note = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_whole)]
Source = Annotated[Hex32, Field(description="SHA-256 of the decision that orders it.")]
Days = Annotated[int, Field(ge=0, le=3_660, description="Days; 0 for no cycle.")]
RoleName = Annotated[
    Literal["authority", "keeper", "approver", "issuer", "supplier", "auditor"],
    Field(description="The role."),
]
Grade = Annotated[Literal["A", "B", "C", "D"], Field(description="Grade, A the best.")]
ProposalKeys = Annotated[list[Key], Field(min_length=1, max_length=PROPOSALS, description="Their keys.")]
Effective = Annotated[
    TimeText | None, Field(description="From when it holds; left out, from the block that records it.")
]
Since = Annotated[TimeText, Field(description="Since when it counts, possibly in the past.")]
Why = Annotated[ReasonName, Field(description="By its name.")]
MaybeWhy = Annotated[ReasonName | None, Field(description="By its name.")]


ClientId = Annotated[
    Hex32, Field(description="32 random bytes: the same content under the same id is recorded once.")
]


class Model(BaseModel):
    """What is read strictly."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Form(Model):
    """What every form says."""

    by: SeatForm = Field(description="Who signs it, on the strength of which grant.")


class NamedForm(Form):
    """What every form says that registers something."""

    zh: NameText = Field("", description="Chinese name.")
    en: NameText = Field("", description="English name.")
