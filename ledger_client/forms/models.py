"""What a form of each kind of document says, as users write it; read strictly.

Sites, lots, items and divisions are digits in texts, quantities decimal strings in base units, reasons their
names, times a day (`2026-11-24`) or a moment with its distance from UTC. What is left out is either nothing
(a note) or looked up in the ledger (the grant that a signer relies on, the lot of an item).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ledger_client.errors import UsageError

LINES = 100
"""Lines of one form."""

_Site = Annotated[str, Field(pattern="^[0-9]{15}$", examples=["420102001001101"])]
_Item = Annotated[str, Field(pattern="^[0-9]{12}$", examples=["299010110001"])]
_Id = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
_Key = Annotated[str, Field(pattern="^[0-9a-f]{62}$")]
_Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2028-04-30"])]
_Time = Annotated[
    str, Field(pattern="^[0-9T:.Z+-]{10,40}$", examples=["2026-11-24", "2026-11-24T09:30+08:00"])
]
_Quantity = Annotated[str, Field(pattern="^(0|[1-9][0-9]{0,18})$", examples=["20"])]
_Reason = Annotated[str, Field(pattern="^[a-z-]{1,40}$", examples=["damaged"])]


def _whole(text: str) -> str:
    """Refuse half of a character (a surrogate), which JSON can write and UTF-8 cannot."""
    text.encode()
    return text


_Code = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_whole)]
_Note = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_whole)]


class FormMalformedError(UsageError):
    """A form lacks something, or has something that it must not have."""

    en = "this is no form of a document: {where} is missing or has another form; see /openapi.json"
    zh = "这不是单据表单：{where} 缺失或格式不符；详见 /openapi.json"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SeatForm(_Model):
    """Somebody who signs."""

    address: str = Field(pattern="^0x[0-9a-fA-F]{40}$", description="Of the key that signs.")
    division: str | None = Field(
        None,
        pattern="^(0|[1-9][0-9]{1,11})$",
        description="Of the grant relied on; left out, the nearest one above the place.",
    )


class ReferenceForm(_Model):
    """What a document refers to."""

    type: Literal["document", "proposal", "request"] = Field(
        description="A document that it answers, a proposal that it delivers on, or a request that it serves."
    )
    key: _Key = Field(description="Its key.")


class LotForm(_Model):
    """A lot, by its id or by what is printed on the goods, and how much of it."""

    lot: _Id | None = Field(None, description="Its id; left out, the one of the item that the rest fits.")
    item: _Item | None = Field(None, description="The item, where the lot is not named.")
    batch: _Code | None = Field(None, description="As printed.")
    made: _Day | None = Field(None, description="Day of making, as printed.")
    expires: _Day | None = Field(None, description="Last day of use, as printed.")
    quantity: _Quantity = Field(description="Base units, a decimal string.")
    reason: _Reason | None = Field(None, description="Of this line, by its name.")


class GoodsForm(_Model):
    """Goods that become a lot."""

    item: _Item = Field(description="The item.")
    quantity: _Quantity = Field(description="Base units taken into stock, a decimal string.")
    batch: _Code | None = Field(None, description="As printed.")
    made: _Day | None = Field(None, description="Day of making.")
    expires: _Day | None = Field(None, description="Last day of use, as printed.")


class DeliveredForm(GoodsForm):
    """Goods that arrive."""

    rejected: _Quantity = Field("0", description="Base units refused.")
    reason: _Reason | None = Field(None, description="Why, where some were refused.")


class CountedForm(_Model):
    """What was counted of a lot."""

    lot: _Id = Field(description="The lot.")
    counted: _Quantity = Field(description="Base units found.")
    reason: _Reason | None = Field(None, description="Of a difference.")


class RepackedForm(_Model):
    """A lot that is turned into another one."""

    lot: _Id = Field(description="The lot that is taken.")
    quantity: _Quantity = Field(description="Base units of it.")
    into: GoodsForm = Field(description="What it becomes; batch and dates as before where left out.")
    reason: _Reason | None = Field(None, description="Of this line.")


_Lots = Annotated[list[LotForm], Field(min_length=1, max_length=LINES)]
_Exceptions = Annotated[list[LotForm], Field(max_length=LINES)]
_Ids = Annotated[list[_Id], Field(min_length=1, max_length=LINES)]


_AtSite = Annotated[_Site, Field(description="The site that records it.")]
_OfConsignment = Annotated[_Key, Field(description="Key of the consignment.")]
_Keeper = Annotated[SeatForm, Field(description="Keeper of the site that records it; sends it.")]
_Approver = Annotated[SeatForm, Field(description="Approver over the site, or over both.")]
_MaybeApprover = Annotated[
    SeatForm | None, Field(description="Approver over the site; where it is late, or there is a gain.")
]
_LotsOfSite = Annotated[_Lots, Field(description="What goes, of what the site holds.")]
_Named = Annotated[_Ids, Field(description="The lots.")]
_Why = Annotated[_Reason, Field(description="Of the whole document, by its name.")]
_MaybeWhy = Annotated[_Reason | None, Field(description="Of the whole document, by its name.")]


class _Form(_Model):
    client_id: str = Field(
        pattern="^0x[0-9a-f]{64}$",
        description="32 random bytes: the same form with the same id is the same draft, however often it is "
        "sent.",
    )
    occurred_at: _Time | None = Field(
        None, description="When: a day, or a moment with its distance from UTC; left out, now."
    )
    note: _Note | None = Field(None, description="Kept off chain, in the office.")


class _Referring(_Form):
    reference: ReferenceForm | None = Field(None, description="What it refers to.")


class OpeningForm(_Referring):
    """First document of a site, with what it holds already."""

    kind: Literal["opening"] = Field(description="What it is.")
    site: _AtSite
    supplier: _Code | None = Field(None, description="From whom the goods are: USCC, LEI or id.")
    goods: list[GoodsForm] = Field(max_length=LINES, description="What it holds already.")
    keeper: _Keeper
    approver: _Approver


class ReceiptForm(_Referring):
    """Goods from a supplier or donor."""

    kind: Literal["receipt"] = Field(description="What it is.")
    site: _AtSite
    supplier: _Code | None = Field(None, description="USCC, LEI or id; this or `donor`.")
    donor: _Id | None = Field(None, description="Salted digest of the donor's name, which its client keeps.")
    goods: list[DeliveredForm] = Field(min_length=1, max_length=LINES, description="What arrived.")
    keeper: _Keeper
    supplier_signer: SeatForm | None = Field(None, description="Who signs for the supplier.")
    approver: SeatForm | None = Field(None, description="For a late receipt.")
    order: _Code | None = Field(None, description="Reference of the order, kept off chain.")
    qualification: _Id | None = Field(
        None, description="On which it relies, zeros for none; left out, the supplier's best one."
    )
    held: bool | None = Field(
        None, description="Whether the goods come in held; left out, as they have to be."
    )


class IssueForm(_Referring):
    """Goods to a consignee."""

    kind: Literal["issue"] = Field(description="What it is.")
    site: _AtSite
    consignee: _Code = Field(description="USCC, LEI, local:CODE or id.")
    lines: _LotsOfSite
    keeper: _Keeper
    approver: _MaybeApprover = None
    reason: _MaybeWhy = None


class HandOverForm(_Referring):
    """Goods from site to site at once."""

    kind: Literal["hand-over"] = Field(description="What it is.")
    site: _Site = Field(description="From where.")
    to: _Site = Field(description="To where.")
    lines: _LotsOfSite
    keeper: _Keeper
    receiver: SeatForm = Field(description="Keeper of the receiving site.")
    approver: SeatForm | None = Field(None, description="Of both sites, where goods leave the district.")


class DispatchForm(_Referring):
    """Goods on their way as a consignment."""

    kind: Literal["dispatch"] = Field(description="What it is.")
    site: _Site = Field(description="From where.")
    to: _Site = Field(description="To where.")
    lines: _LotsOfSite
    deadline: _Time = Field(description="Until when the receiver answers; of a day, its last second.")
    keeper: _Keeper
    approver: SeatForm | None = Field(None, description="Of both sites, where goods leave the district.")


class AcceptanceForm(_Form):
    """A consignment has arrived, but for what is named."""

    kind: Literal["acceptance"] = Field(description="What it is.")
    consignment: _OfConsignment
    missing: _Exceptions = Field(default=[], description="What did not arrive, each with a reason.")
    returning: _Exceptions = Field(default=[], description="What is rejected and goes back, likewise.")
    keeper: _Keeper
    approver: _MaybeApprover = None


class ContestForm(_Form):
    """An overdue consignment: what is named never came, the rest goes back."""

    kind: Literal["contest"] = Field(description="What it is.")
    consignment: _OfConsignment
    missing: _Exceptions = Field(default=[], description="What never came, each with a reason.")
    keeper: _Keeper
    approver: _MaybeApprover = None


class ReturnForm(_Form):
    """What nobody answered for is taken back."""

    kind: Literal["return"] = Field(description="What it is.")
    consignment: _OfConsignment
    keeper: _Keeper
    approver: _Approver


class ReturnAcceptanceForm(_Form):
    """What came back, but for what is missing."""

    kind: Literal["return-acceptance"] = Field(description="What it is.")
    consignment: _OfConsignment
    missing: _Exceptions = Field(default=[], description="What is missing of it, each with a reason.")
    keeper: _Keeper
    approver: _MaybeApprover = None


class SettlementForm(_Form):
    """What became of missing goods: found-at-sender, found-at-receiver or lost."""

    kind: Literal["settlement"] = Field(description="What it is.")
    consignment: _OfConsignment
    lines: _LotsOfSite
    approver: _Approver


class ReleaseForm(_Referring):
    """Lots held at a site become free."""

    kind: Literal["release"] = Field(description="What it is.")
    site: _AtSite
    lots: _Named
    approver: _Approver
    reason: _Why


class HoldForm(_Referring):
    """Lots are held at a site."""

    kind: Literal["hold"] = Field(description="What it is.")
    site: _AtSite
    lots: _Named
    approver: _Approver
    reason: _Why


class CountForm(_Form):
    """What two keepers counted."""

    kind: Literal["count"] = Field(description="What it is.")
    site: _AtSite
    lines: list[CountedForm] = Field(min_length=1, max_length=LINES, description="What was counted.")
    entry: int | None = Field(
        None,
        ge=1,
        lt=1 << 53,
        description="Last entry of the stock card when it was counted; all if left out.",
    )
    keeper: _Keeper
    second: SeatForm = Field(description="The second keeper.")
    approver: SeatForm | None = Field(None, description="Where there is a gain.")
    reason: _MaybeWhy = None


class WriteOffForm(_Referring):
    """Goods that are no more; each line has its reason."""

    kind: Literal["write-off"] = Field(description="What it is.")
    site: _AtSite
    lines: _LotsOfSite
    keeper: _Keeper
    approver: _Approver
    reason: _MaybeWhy = None


class RepackForm(_Referring):
    """Lots turned into other lots."""

    kind: Literal["repack"] = Field(description="What it is.")
    site: _AtSite
    lines: list[RepackedForm] = Field(min_length=1, max_length=LINES, description="What is turned into what.")
    keeper: _Keeper
    approver: _Approver


class ReversalForm(_Form):
    """A whole document undone, once."""

    kind: Literal["reversal"] = Field(description="What it is.")
    document: _Key = Field(description="The document.")
    keeper: _Keeper
    second: SeatForm | None = Field(None, description="The other keeper, where the document had one.")
    approver: _Approver
    reason: _Why


class RecallForm(_Referring):
    """Lots recalled everywhere, with all others of their batches."""

    kind: Literal["recall"] = Field(description="What it is.")
    lots: _Named
    only: bool = Field(False, description="These lots alone.")
    issuer: _Code | None = Field(
        None, description="For whom it speaks; left out, an authority of division 0."
    )
    by: SeatForm = Field(description="Who recalls or lifts.")
    reason: _Why


class LiftForm(_Referring):
    """A recall lifted, of all lots of the batches."""

    kind: Literal["lift"] = Field(description="What it is.")
    lots: _Named
    only: bool = Field(False, description="These lots alone.")
    issuer: _Code | None = Field(
        None, description="For whom it speaks; left out, an authority of division 0."
    )
    by: SeatForm = Field(description="Who recalls or lifts.")
    reason: _Why


StepForm = AcceptanceForm | ContestForm | ReturnForm | ReturnAcceptanceForm

DocumentForm = Annotated[
    OpeningForm
    | ReceiptForm
    | ReleaseForm
    | HoldForm
    | IssueForm
    | HandOverForm
    | DispatchForm
    | AcceptanceForm
    | ContestForm
    | ReturnForm
    | ReturnAcceptanceForm
    | SettlementForm
    | CountForm
    | WriteOffForm
    | RepackForm
    | ReversalForm
    | RecallForm
    | LiftForm,
    Field(discriminator="kind"),
]
"""A form of any kind."""

FORM: TypeAdapter[Any] = TypeAdapter(DocumentForm)


def parse_form(value: object) -> Any:
    """Return the form that a JSON value is.

    Raises:
        FormMalformedError: It is none.
    """
    try:
        return FORM.validate_python(value)
    except ValidationError as error:
        # A member may be called anything, and the sentence goes to a terminal.
        where = ".".join(ascii(str(each)[:40])[1:-1] for each in error.errors()[0]["loc"]) or "kind"
        raise FormMalformedError(where=where) from error
