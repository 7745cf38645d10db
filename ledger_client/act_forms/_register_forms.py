"""Forms of registrations, roles, accreditations and qualifications."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ledger_client.act_forms._words import (
    GRANTS,
    CategoryCode,
    ClassConsent,
    Code,
    DivisionCode,
    Form,
    Grade,
    Hex32,
    Id,
    ItemCode,
    KeyAddress,
    Model,
    NamedForm,
    QuantityText,
    RoleName,
    Since,
    SiteCode,
    TimeText,
    Why,
)


class GrantForm(Model):
    """A grant that moves to another key."""

    division: DivisionCode
    subject: Id | None = Field(None, description="The issuer or supplier that it speaks for.")


class RegisterDivision(NamedForm):
    """Register a division below an open parent."""

    act: Literal["register-division"] = Field(description="What it is.")
    division: DivisionCode


class CloseDivision(Form):
    """Close a division for good."""

    act: Literal["close-division"] = Field(description="What it is.")
    division: DivisionCode
    successor: DivisionCode = Field("0", description="0 for none.")


class RegisterSite(NamedForm):
    """Register a site of an open community."""

    act: Literal["register-site"] = Field(description="What it is.")
    site: SiteCode
    disposal: bool = Field(False, description="Whether it takes goods that may not be used.")


class CloseSite(Form):
    """Close a site for good."""

    act: Literal["close-site"] = Field(description="What it is.")
    site: SiteCode
    successor: SiteCode | None = Field(None, description="Left out, none.")


class RegisterConsignee(NamedForm):
    """Register a consignee, never a person."""

    act: Literal["register-consignee"] = Field(description="What it is.")
    consignee: Code = Field(description="USCC, LEI, `local:CODE` or id.")
    division: DivisionCode


class CloseConsignee(Form):
    """Close a consignee."""

    act: Literal["close-consignee"] = Field(description="What it is.")
    consignee: Code
    division: DivisionCode = Field(description="Where it is registered.")


class RegisterSupplier(NamedForm):
    """Register a supplier."""

    act: Literal["register-supplier"] = Field(description="What it is.")
    supplier: Code = Field(description="USCC, LEI or id.")


class RegisterIssuer(NamedForm):
    """Register an issuer."""

    act: Literal["register-issuer"] = Field(description="What it is.")
    issuer: Code = Field(description="USCC, LEI or id.")


class RegisterItem(NamedForm):
    """Register an item."""

    act: Literal["register-item"] = Field(description="What it is.")
    item: ItemCode
    unit: str = Field(pattern="^[A-Z0-9]{2,3}$", description="UN/CEFACT Rec 20 code of its base unit.")
    category: CategoryCode | None = Field(None, description="That a supplier must be qualified for.")
    shelf_life: int = Field(0, ge=0, lt=1 << 16, description="Days, 0 for none.")
    serial: bool = Field(False, description="Whether each piece has a number of its own.")


class SetFactor(Form):
    """State how many units of an item one unit of a pack holds; once, for ever."""

    act: Literal["set-factor"] = Field(description="What it is.")
    pack: ItemCode
    unit: ItemCode
    factor: QuantityText


# ---------------------------------------------------------------------------------------------------- roles


class _OfGrant(Form):
    holder: KeyAddress
    role: RoleName
    division: DivisionCode
    subject: Id | None = Field(None, description="The issuer or supplier that it speaks for.")


class Grant(_OfGrant):
    """Grant a role; it acts after the ledger's delay."""

    act: Literal["grant"] = Field(description="What it is.")
    class_consent: ClassConsent | None = Field(
        None, description="The holder's consent to its class, at its first grant: `shecang role consent`."
    )


class Revoke(_OfGrant):
    """Revoke a grant, at once."""

    act: Literal["revoke"] = Field(description="What it is.")
    reason: Why
    compromised_since: TimeText | None = Field(None, description="Since when the key is in foreign hands.")


class Veto(_OfGrant):
    """Veto a grant that does not act yet."""

    act: Literal["veto"] = Field(description="What it is.")
    reason: Why


class AcceptClass(Form):
    """Join the class of a role, for life."""

    act: Literal["accept-class"] = Field(description="What it is.")
    role: RoleName


class ProposeReplacement(Form):
    """Move grants from a lost or stolen key to a new one."""

    act: Literal["propose-replacement"] = Field(description="What it is.")
    old_holder: KeyAddress
    new_holder: KeyAddress
    grants: list[GrantForm] = Field(min_length=1, max_length=GRANTS, description="What moves.")
    compromised_since: TimeText | None = Field(None, description="Since when others have the old key.")
    class_consent: ClassConsent | None = Field(None, description="Of the new holder, where it has no class.")


class _OfReplacement(Form):
    replacement: int = Field(ge=1, lt=1 << 53, description="Its number.")


class ObjectToReplacement(_OfReplacement):
    """Object to the replacement of one's own key."""

    act: Literal["object-to-replacement"] = Field(description="What it is.")


class DecideReplacement(_OfReplacement):
    """Decide on an objection, for good."""

    act: Literal["decide-replacement"] = Field(description="What it is.")
    uphold: bool = Field(description="Whether the new key takes over.")
    reason: Why


class ExecuteReplacement(_OfReplacement):
    """Carry a replacement out."""

    act: Literal["execute-replacement"] = Field(description="What it is.")


# --------------------------------------------------------------------------------- accreditations, qualities


class _OfAccreditation(Form):
    issuer: Code = Field(description="USCC, LEI or id.")
    category: CategoryCode


class Accredit(_OfAccreditation):
    """Accredit an issuer for a category."""

    act: Literal["accredit"] = Field(description="What it is.")
    from_: TimeText | None = Field(None, alias="from", description="Left out, always.")
    until: TimeText | None = Field(None, description="With which it is over; left out, never.")


class RenewAccreditation(_OfAccreditation):
    """Extend an accreditation."""

    act: Literal["renew-accreditation"] = Field(description="What it is.")
    until: TimeText | None = Field(None, description="With which it is over; left out, never.")


class SuspendAccreditation(_OfAccreditation):
    """Suspend an accreditation."""

    act: Literal["suspend-accreditation"] = Field(description="What it is.")
    reason: Why
    since: Since


class ReinstateAccreditation(_OfAccreditation):
    """Let a suspended accreditation count again."""

    act: Literal["reinstate-accreditation"] = Field(description="What it is.")
    reason: Why


class RevokeAccreditation(_OfAccreditation):
    """Revoke an accreditation for good."""

    act: Literal["revoke-accreditation"] = Field(description="What it is.")
    reason: Why
    since: Since


class IssueQualification(_OfAccreditation):
    """Qualify a supplier for a category, on a certificate."""

    act: Literal["issue-qualification"] = Field(description="What it is.")
    supplier: Code = Field(description="USCC, LEI or id.")
    grade: Grade
    from_: TimeText = Field(alias="from")
    until: TimeText = Field(description="The day or moment with which it is over.")
    certificate: Hex32 = Field(description="SHA-256 of the certificate file.")


class _OfQualification(Form):
    qualification: Id


class RenewQualification(_OfQualification):
    """Extend a qualification."""

    act: Literal["renew-qualification"] = Field(description="What it is.")
    grade: Grade
    until: TimeText


class SuspendQualification(_OfQualification):
    """Suspend a qualification."""

    act: Literal["suspend-qualification"] = Field(description="What it is.")
    reason: Why
    since: Since


class ReinstateQualification(_OfQualification):
    """Let a suspended qualification count again."""

    act: Literal["reinstate-qualification"] = Field(description="What it is.")
    reason: Why


class RevokeQualification(_OfQualification):
    """Revoke a qualification for good."""

    act: Literal["revoke-qualification"] = Field(description="What it is.")
    reason: Why
    since: Since
