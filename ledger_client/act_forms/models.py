"""What a form of each act says, as users write it; read strictly.

Codes, reasons, times and quantities are written as in forms of documents (`ledger_client.forms`). `by` is who
signs; the division of its grant may be left out where the ledger's registers say which is meant.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ledger_client.errors import UsageError
from ledger_client.forms import SeatForm

PROPOSALS = 40
"""Proposals that one act decides on: 40 of 64 lots each stay far below a block's gas."""

_NORMS, _LOTS, _GRANTS = 100, 64, 64


def _whole(text: str) -> str:
    """Refuse half of a character (a surrogate), which JSON can write and UTF-8 cannot."""
    text.encode()
    return text


_Site = Annotated[
    str, Field(pattern="^[0-9]{15}$", description="Code of a site.", examples=["420102001001101"])
]
_Item = Annotated[
    str, Field(pattern="^[0-9]{12}$", description="Code of an item.", examples=["299010110001"])
]
_Division = Annotated[
    str, Field(pattern="^(0|[1-9][0-9]{1,11})$", description="Code of a division.", examples=["420102"])
]
_Category = Annotated[
    str, Field(pattern="^[1-9][0-9]{6}$", description="Category of GB/T 38565.", examples=["1010101"])
]
_Address = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$", description="Address of a key.")]
_Id = Annotated[str, Field(pattern="^[0-9a-f]{40}$", description="Its id.")]
_Key = Annotated[str, Field(pattern="^[0-9a-f]{62}$", description="Its key.")]
_Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
_Hex64 = Annotated[
    str, Field(pattern="^0x[0-9a-f]{128}$", description="The new holder's consent to its class.")
]
_Time = Annotated[
    str,
    Field(
        pattern="^[0-9T:.Z+-]{10,40}$",
        description="A day, or a moment with its distance from UTC.",
        examples=["2026-11-24", "2026-11-24T09:30+08:00"],
    ),
]
_Quantity = Annotated[
    str, Field(pattern="^(0|[1-9][0-9]{0,18})$", description="Base units.", examples=["20"])
]
_Reason = Annotated[str, Field(pattern="^[a-z-]{1,40}$", description="By its name.", examples=["outbreak"])]
_Code = Annotated[
    str, Field(min_length=1, max_length=64, description="USCC, LEI or id."), AfterValidator(_whole)
]
_Name = Annotated[str, Field(max_length=200), AfterValidator(_whole)]
_Note = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_whole)]
_Source = Annotated[_Hex32, Field(description="SHA-256 of the decision that orders it.")]
_Days = Annotated[int, Field(ge=0, le=3_660, description="Days; 0 for no cycle.")]
_RoleName = Annotated[
    Literal["authority", "keeper", "approver", "issuer", "supplier", "auditor"],
    Field(description="The role."),
]
_Grade = Annotated[Literal["A", "B", "C", "D"], Field(description="Grade, A the best.")]
_Proposals = Annotated[list[_Key], Field(min_length=1, max_length=PROPOSALS, description="Their keys.")]
_Effective = Annotated[
    _Time | None, Field(description="From when it holds; left out, from the block that records it.")
]
_Since = Annotated[_Time, Field(description="Since when it counts, possibly in the past.")]
_Why = Annotated[_Reason, Field(description="By its name.")]
_MaybeWhy = Annotated[_Reason | None, Field(description="By its name.")]


class ActMalformedError(UsageError):
    """A form lacks something, or has something that it must not have."""

    en = "this is no form of an act: {where} is missing or has another form; see /openapi.json"
    zh = "这不是操作表单：{where} 缺失或格式不符；详见 /openapi.json"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FloorForm(_Model):
    """What a site must keep of an item."""

    item: _Item
    quantity: _Quantity = Field(description="Base units; 0 for nothing.")


class CycleForm(_Model):
    """How often a category is counted."""

    category: _Category
    days: _Days


class OfferedForm(_Model):
    """How much of a lot is given."""

    lot: _Id
    quantity: _Quantity = Field(description="Base units; 0 of a lot that stays and covers the floor.")


class GrantForm(_Model):
    """A grant that moves to another key."""

    division: _Division
    subject: _Id | None = Field(None, description="The issuer or supplier that it speaks for.")


class _Form(_Model):
    by: SeatForm = Field(description="Who signs it, on the strength of which grant.")


class _Named(_Form):
    zh: _Name = Field("", description="Chinese name.")
    en: _Name = Field("", description="English name.")


# ------------------------------------------------------------------------------------------------- registers


class RegisterDivision(_Named):
    """Register a division below an open parent."""

    act: Literal["register-division"] = Field(description="What it is.")
    division: _Division


class CloseDivision(_Form):
    """Close a division for good."""

    act: Literal["close-division"] = Field(description="What it is.")
    division: _Division
    successor: _Division = Field("0", description="0 for none.")


class RegisterSite(_Named):
    """Register a site of an open community."""

    act: Literal["register-site"] = Field(description="What it is.")
    site: _Site
    disposal: bool = Field(False, description="Whether it takes goods that may not be used.")


class CloseSite(_Form):
    """Close a site for good."""

    act: Literal["close-site"] = Field(description="What it is.")
    site: _Site
    successor: _Site | None = Field(None, description="Left out, none.")


class RegisterConsignee(_Named):
    """Register a consignee, never a person."""

    act: Literal["register-consignee"] = Field(description="What it is.")
    consignee: _Code = Field(description="USCC, LEI, `local:CODE` or id.")
    division: _Division


class CloseConsignee(_Form):
    """Close a consignee."""

    act: Literal["close-consignee"] = Field(description="What it is.")
    consignee: _Code
    division: _Division = Field(description="Where it is registered.")


class RegisterSupplier(_Named):
    """Register a supplier."""

    act: Literal["register-supplier"] = Field(description="What it is.")
    supplier: _Code = Field(description="USCC, LEI or id.")


class RegisterIssuer(_Named):
    """Register an issuer."""

    act: Literal["register-issuer"] = Field(description="What it is.")
    issuer: _Code = Field(description="USCC, LEI or id.")


class RegisterItem(_Named):
    """Register an item."""

    act: Literal["register-item"] = Field(description="What it is.")
    item: _Item
    unit: str = Field(pattern="^[A-Z0-9]{2,3}$", description="UN/CEFACT Rec 20 code of its base unit.")
    category: _Category | None = Field(None, description="That a supplier must be qualified for.")
    shelf_life: int = Field(0, ge=0, lt=1 << 16, description="Days, 0 for none.")
    serial: bool = Field(False, description="Whether each piece has a number of its own.")


class SetFactor(_Form):
    """State how many units of an item one unit of a pack holds; once, for ever."""

    act: Literal["set-factor"] = Field(description="What it is.")
    pack: _Item
    unit: _Item
    factor: _Quantity


# ---------------------------------------------------------------------------------------------------- roles


class _OfGrant(_Form):
    holder: _Address
    role: _RoleName
    division: _Division
    subject: _Id | None = Field(None, description="The issuer or supplier that it speaks for.")


class Grant(_OfGrant):
    """Grant a role; it acts after the ledger's delay."""

    act: Literal["grant"] = Field(description="What it is.")
    class_consent: _Hex64 | None = Field(
        None, description="The holder's consent to its class, at its first grant: `shecang role consent`."
    )


class Revoke(_OfGrant):
    """Revoke a grant, at once."""

    act: Literal["revoke"] = Field(description="What it is.")
    reason: _Why
    compromised_since: _Time | None = Field(None, description="Since when the key is in foreign hands.")


class Veto(_OfGrant):
    """Veto a grant that does not act yet."""

    act: Literal["veto"] = Field(description="What it is.")
    reason: _Why


class AcceptClass(_Form):
    """Join the class of a role, for life."""

    act: Literal["accept-class"] = Field(description="What it is.")
    role: _RoleName


class ProposeReplacement(_Form):
    """Move grants from a lost or stolen key to a new one."""

    act: Literal["propose-replacement"] = Field(description="What it is.")
    old_holder: _Address
    new_holder: _Address
    grants: list[GrantForm] = Field(min_length=1, max_length=_GRANTS, description="What moves.")
    compromised_since: _Time | None = Field(None, description="Since when the old key is in foreign hands.")
    class_consent: _Hex64 | None = Field(None, description="Of the new holder, where it has no class.")


class _OfReplacement(_Form):
    replacement: int = Field(ge=1, lt=1 << 53, description="Its number.")


class ObjectToReplacement(_OfReplacement):
    """Object to the replacement of one's own key."""

    act: Literal["object-to-replacement"] = Field(description="What it is.")


class DecideReplacement(_OfReplacement):
    """Decide on an objection, for good."""

    act: Literal["decide-replacement"] = Field(description="What it is.")
    uphold: bool = Field(description="Whether the new key takes over.")
    reason: _Why


class ExecuteReplacement(_OfReplacement):
    """Carry a replacement out."""

    act: Literal["execute-replacement"] = Field(description="What it is.")


# --------------------------------------------------------------------------------- accreditations, qualities


class _OfAccreditation(_Form):
    issuer: _Code = Field(description="USCC, LEI or id.")
    category: _Category


class Accredit(_OfAccreditation):
    """Accredit an issuer for a category."""

    act: Literal["accredit"] = Field(description="What it is.")
    from_: _Time | None = Field(None, alias="from", description="Left out, always.")
    until: _Time | None = Field(None, description="The day or moment with which it is over; left out, never.")


class RenewAccreditation(_OfAccreditation):
    """Extend an accreditation."""

    act: Literal["renew-accreditation"] = Field(description="What it is.")
    until: _Time | None = Field(None, description="The day or moment with which it is over; left out, never.")


class SuspendAccreditation(_OfAccreditation):
    """Suspend an accreditation."""

    act: Literal["suspend-accreditation"] = Field(description="What it is.")
    reason: _Why
    since: _Since


class ReinstateAccreditation(_OfAccreditation):
    """Let a suspended accreditation count again."""

    act: Literal["reinstate-accreditation"] = Field(description="What it is.")
    reason: _Why


class RevokeAccreditation(_OfAccreditation):
    """Revoke an accreditation for good."""

    act: Literal["revoke-accreditation"] = Field(description="What it is.")
    reason: _Why
    since: _Since


class IssueQualification(_OfAccreditation):
    """Qualify a supplier for a category, on a certificate."""

    act: Literal["issue-qualification"] = Field(description="What it is.")
    supplier: _Code = Field(description="USCC, LEI or id.")
    grade: _Grade
    from_: _Time = Field(alias="from")
    until: _Time = Field(description="The day or moment with which it is over.")
    certificate: _Hex32 = Field(description="SHA-256 of the certificate file.")


class _OfQualification(_Form):
    qualification: _Id


class RenewQualification(_OfQualification):
    """Extend a qualification."""

    act: Literal["renew-qualification"] = Field(description="What it is.")
    grade: _Grade
    until: _Time


class SuspendQualification(_OfQualification):
    """Suspend a qualification."""

    act: Literal["suspend-qualification"] = Field(description="What it is.")
    reason: _Why
    since: _Since


class ReinstateQualification(_OfQualification):
    """Let a suspended qualification count again."""

    act: Literal["reinstate-qualification"] = Field(description="What it is.")
    reason: _Why


class RevokeQualification(_OfQualification):
    """Revoke a qualification for good."""

    act: Literal["revoke-qualification"] = Field(description="What it is.")
    reason: _Why
    since: _Since


# ---------------------------------------------------------------------------------------------------- norms


class SetFloors(_Form):
    """Set what a site must keep."""

    act: Literal["set-floors"] = Field(description="What it is.")
    site: _Site
    floors: list[FloorForm] = Field(min_length=1, max_length=_NORMS, description="By item, each once.")
    effective_at: _Effective = None
    source: _Source


class SetCycles(_Form):
    """Set how often a site counts."""

    act: Literal["set-cycles"] = Field(description="What it is.")
    site: _Site
    cycles: list[CycleForm] = Field(min_length=1, max_length=_NORMS, description="By category, each once.")
    effective_at: _Effective = None
    source: _Source


class SetTerms(_Form):
    """Set on which terms sites of a storage mode give."""

    act: Literal["set-terms"] = Field(description="What it is.")
    division: _Division
    mode: Literal["government", "agreement", "enterprise-held", "household", "merchant"] = Field(
        description="Storage mode."
    )
    share: int = Field(ge=0, le=10_000, description="Callable share, in hundredths of a percent.")
    notice_days: int = Field(ge=0, le=366, description="Days from approval until goods may be called.")
    effective_at: _Effective = None
    source: _Source


class ProveCount(_Form):
    """Show a recorded count, so that what it counted is no longer overdue."""

    act: Literal["prove-count"] = Field(description="What it is.")
    document: _Key


class DeclareEmergency(_Form):
    """Declare an emergency that begins now."""

    act: Literal["declare-emergency"] = Field(description="What it is.")
    division: _Division
    until: _Time = Field(description="Its last day, or the moment when it is over.")
    reason: _Why
    source: _Source


class EndEmergency(_Form):
    """End an emergency, now."""

    act: Literal["end-emergency"] = Field(description="What it is.")
    division: _Division
    reason: _Why


# ----------------------------------------------------------------------------------------------- reallocation


_Client = Annotated[
    _Hex32, Field(description="32 random bytes: the same content under the same id is recorded once.")
]


class MakeRequest(_Form):
    """Ask for goods for a site."""

    act: Literal["request"] = Field(description="What it is.")
    client_id: _Client
    site: _Site
    item: _Item
    quantity: _Quantity
    needed_by: _Time = Field(description="The last day or moment at which the goods are of use.")
    urgency: Literal["routine", "urgent", "critical"] = Field(
        "routine", description="How long each level of approval has."
    )
    reason: _MaybeWhy = None
    consignee: _Code | None = Field(None, description="To whom they will be issued.")
    note: _Note | None = Field(None, description="Why, in words and without persons; kept off chain.")


class WithdrawRequest(_Form):
    """Withdraw a request that is open."""

    act: Literal["withdraw-request"] = Field(description="What it is.")
    request: _Key
    reason: _Why


class Propose(_Form):
    """Propose what one site gives for a request."""

    act: Literal["propose"] = Field(description="What it is.")
    client_id: _Client
    request: _Key
    giver: _Site
    lots: list[OfferedForm] = Field(min_length=1, max_length=_LOTS, description="What it gives, by lot.")


class WithdrawProposals(_Form):
    """Withdraw proposals, or what of them is not delivered."""

    act: Literal["withdraw-proposals"] = Field(description="What it is.")
    proposals: _Proposals
    role: Literal["keeper", "approver"] = Field(description="What the signer acts as.")
    reason: _Why


class ExpireProposals(_Form):
    """Record that the time of proposals is over."""

    act: Literal["expire-proposals"] = Field(description="What it is.")
    proposals: _Proposals


class Approve(_Form):
    """Approve what can be approved of proposals whose goods stay in their district."""

    act: Literal["approve"] = Field(description="What it is.")
    proposals: _Proposals
    stale_reason: _Reason | None = Field(None, description="Why givers whose count is overdue give.")


class ApproveWithConsent(_Form):
    """Approve a proposal whose goods leave the district, and consent to its document."""

    act: Literal["approve-with-consent"] = Field(description="What it is.")
    client_id: _Client
    proposal: _Key
    kind: Literal["dispatch", "hand-over"] = Field(description="How the goods travel.")
    occurred_at: _Time | None = Field(None, description="When it will occur; left out, today.")
    deadline: _Time | None = Field(None, description="Of a dispatch: until when the receiver answers.")
    stale_reason: _Reason | None = Field(None, description="Why a giver whose count is overdue gives.")
    note: _Note | None = Field(None, description="Of the document; kept off chain.")


class RejectProposals(_Form):
    """Reject proposals."""

    act: Literal["reject"] = Field(description="What it is.")
    proposals: _Proposals
    reason: _Why


class Show(_Form):
    """Show a recorded document, so that it counts for its request."""

    act: Literal["show"] = Field(description="What it is.")
    document: _Key


class ShowReversed(_Form):
    """Show that a dispatch or hand-over was reversed after it was shown."""

    act: Literal["show-reversed"] = Field(description="What it is.")
    document: _Key


ActForm = Annotated[
    RegisterDivision | CloseDivision | RegisterSite | CloseSite | RegisterConsignee | CloseConsignee
    | RegisterSupplier | RegisterIssuer | RegisterItem | SetFactor
    | Grant | Revoke | Veto | AcceptClass
    | ProposeReplacement | ObjectToReplacement | DecideReplacement | ExecuteReplacement
    | Accredit | RenewAccreditation | SuspendAccreditation | ReinstateAccreditation | RevokeAccreditation
    | IssueQualification | RenewQualification | SuspendQualification | ReinstateQualification
    | RevokeQualification
    | SetFloors | SetCycles | SetTerms | ProveCount | DeclareEmergency | EndEmergency
    | MakeRequest | WithdrawRequest | Propose | WithdrawProposals | ExpireProposals
    | Approve | ApproveWithConsent | RejectProposals | Show | ShowReversed,
    Field(discriminator="act"),
]  # fmt: skip

_FORM: TypeAdapter[Any] = TypeAdapter(ActForm)


def parse_act_form(value: object) -> Any:
    """Return the form that a JSON value is.

    Raises:
        ActMalformedError: It is none.
    """
    try:
        return _FORM.validate_python(value)
    except ValidationError as error:
        where = ".".join(ascii(str(each)[:40])[1:-1] for each in error.errors()[0]["loc"]) or "object"
        raise ActMalformedError(where=where) from error
