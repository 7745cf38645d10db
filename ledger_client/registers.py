"""The registers of a ledger: places, roles, sources and goods.

Each method prepares one call and returns it; `Ledger.write` signs and sends what was prepared, one or many::

    ledger.write([ledger.sites.register(site, zh="东城社区储备点", by=district)])

The name of what is registered goes into the records store before its salted digest goes on chain, so that no
digest is ever without its name.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_client.acts import UNIT
from ledger_client.calls import with_gas
from ledger_client.digests import domain_separator
from ledger_client.divisions import DivisionId
from ledger_client.errors import UsageError
from ledger_client.identifiers import ConsigneeId, IssuerId, ItemId, SiteId, SupplierId
from ledger_client.keccak import keccak
from ledger_client.preparing import Drafter, LedgerPlace, Party, Prepared
from ledger_client.records import Record, RecordId
from ledger_client.records.content import RecordKind
from ledger_client.roles import Role
from ledger_client.signers import CompactSignature, Signer
from ledger_client.words import join_words

NO_CONSENT = (bytes(32), bytes(32))
UNLIMITED = 2**40 - 1
"""An end of validity that is none: the largest time that the contracts take, in the year 36812."""

_REPLACEMENT_GAS = 5_000_000
# Proposing to move 64 grants takes 2.8 million, and 22,000 more for each that has a subject.

_CLASS_CONSENT_TYPEHASH = keccak(b"ClassConsent(address holder,uint8 class)")


class UnitCodeError(UsageError):
    """A unit is no code of UN/CEFACT Recommendation 20."""

    en = "{value!r} is no unit: write its UN/CEFACT Rec 20 code of 2 or 3 capitals or digits, such as H87"
    zh = "{value!r} 不是计量单位：请填写 UN/CEFACT 第 20 号建议书的 2 至 3 位大写字母或数字代码，如 KGM、H87"


class _Register:
    """What all registers share."""

    def __init__(self, writer: Drafter) -> None:
        self._writer = writer


def _of_many_grants(prepared: Prepared) -> Prepared:
    """Return the call with gas for as many grants as a replacement may have."""
    return with_gas(prepared, _REPLACEMENT_GAS)


def _name(kind: RecordKind, number: int, zh: str, en: str) -> Record:
    """Return a name with a new salt.

    Raises:
        CharacterError: It holds an invisible or a look-alike character.
    """
    return Record.new(RecordId(kind, number), zh=zh, en=en)


class Divisions(_Register):
    """Divisions (行政区划)."""

    def register(self, division: DivisionId, *, zh: str, en: str = "", by: Party) -> Prepared:
        """Register a division below an open parent."""
        name = _name("division", division, zh, en)
        arguments = (division, name.name_digest(), by.division)
        return self._writer.call("Directory", "registerDivision", *arguments, by=by.signer, record=name)

    def close(self, division: DivisionId, *, successor: int = 0, by: Party) -> Prepared:
        """Close a division; it keeps its prefix and names its successor."""
        arguments = (division, successor, by.division)
        return self._writer.call("Directory", "closeDivision", *arguments, by=by.signer)


class Sites(_Register):
    """Sites (储备点)."""

    def register(self, site: SiteId, *, zh: str, en: str = "", disposal: bool = False, by: Party) -> Prepared:
        """Register a site in an open community."""
        name = _name("site", site, zh, en)
        arguments = (site, disposal, name.name_digest(), by.division)
        return self._writer.call("Directory", "registerSite", *arguments, by=by.signer, record=name)

    def close(self, site: SiteId, *, successor: int = 0, by: Party) -> Prepared:
        """Close a site; what it holds may only leave it."""
        arguments = (site, successor, by.division)
        return self._writer.call("Directory", "closeSite", *arguments, by=by.signer)


class Consignees(_Register):
    """Consignees (领用单位): who receives an issue, never a person."""

    def register(
        self, consignee: ConsigneeId, division: DivisionId, *, zh: str, en: str = "", by: Party
    ) -> Prepared:
        """Register a consignee."""
        name = _name("consignee", consignee, zh, en)
        arguments = (consignee, division, name.name_digest(), by.division)
        return self._writer.call("Directory", "registerConsignee", *arguments, by=by.signer, record=name)

    def close(self, consignee: ConsigneeId, *, by: Party) -> Prepared:
        """Close a consignee."""
        return self._writer.call("Directory", "closeConsignee", consignee, by.division, by=by.signer)


class Roles(_Register):
    """Grants: who may do what where."""

    def __init__(self, writer: Drafter, place: LedgerPlace) -> None:
        super().__init__(writer)
        self._domain = domain_separator(place.chain_id, place.addresses["Directory"])

    def class_consent(self, holder: Signer, role: Role) -> CompactSignature:
        """Return the signature with which a holder joins the class of a role, for life."""
        words = join_words((int(holder.address, 16), role))
        struct = keccak(_CLASS_CONSENT_TYPEHASH + words)
        return holder.sign_digest(keccak(b"\x19\x01" + self._domain + struct))

    def grant(
        self,
        holder: str,
        role: Role,
        division: DivisionId,
        *,
        subject: int = 0,
        consent: CompactSignature | None = None,
        by: Party,
    ) -> Prepared:
        """Prepare a grant; it acts after the delay D.

        Args:
            holder: Address of who gets it.
            role: What it allows.
            division: Where, and below.
            subject: The issuer of an ISSUER, the supplier of a SUPPLIER, else 0.
            consent: The holder's consent to its class, needed by its first grant.
            by: The authority.
        """
        signature = (consent.r, consent.vs) if consent else NO_CONSENT
        arguments = (holder, role, division, subject, by.division, signature)
        return self._writer.call("Directory", "grant", *arguments, by=by.signer)

    def revoke(
        self,
        holder: str,
        role: Role,
        division: DivisionId,
        *,
        subject: int = 0,
        reason: int = 0,
        compromised_since: int = 0,
        by: Party,
    ) -> Prepared:
        """Prepare the revocation of a grant; it acts at once."""
        arguments = (holder, role, division, subject, by.division, reason, compromised_since)
        return self._writer.call("Directory", "revoke", *arguments, by=by.signer)

    def accept_class(self, role: Role, *, by: Signer) -> Prepared:
        """Prepare joining the class of a role, for life; whoever can sign gives `class_consent` instead."""
        return self._writer.call("Directory", "acceptClass", role, by=by)

    def veto(
        self, holder: str, role: Role, division: DivisionId, *, subject: int = 0, reason: int = 0, by: Party
    ) -> Prepared:
        """Prepare the veto of a grant that does not act yet, by an authority above who made it."""
        arguments = (holder, role, division, subject, by.division, reason)
        return self._writer.call("Directory", "veto", *arguments, by=by.signer)

    def propose_replacement(
        self,
        old: str,
        new: str,
        grants: Sequence[tuple[int, int]],
        *,
        compromised_since: int = 0,
        consent: CompactSignature | None = None,
        by: Party,
    ) -> Prepared:
        """Prepare moving grants from a lost or stolen key to a new one; they are suspended at once.

        Args:
            old: Address of the key that is lost or stolen.
            new: Address of the key that takes over after the delay D.
            grants: Division and subject of each grant, 1 to 64, all at or below the authority's division.
            compromised_since: Since when the old key is said to be in foreign hands, 0 for not; a claim.
            consent: The new holder's consent to the class of the old one, needed where it has none.
            by: The authority.
        """
        signature = (consent.r, consent.vs) if consent else NO_CONSENT
        arguments = (old, new, list(grants), by.division, compromised_since, signature)
        return _of_many_grants(self._writer.call("Directory", "proposeReplacement", *arguments, by=by.signer))

    def object_to_replacement(self, replacement: int, *, by: Signer) -> Prepared:
        """Prepare the objection of the old holder, which is taken until D after the proposal."""
        return self._writer.call("Directory", "objectToReplacement", replacement, by=by)

    def decide_replacement(self, replacement: int, *, uphold: bool, reason: int = 0, by: Party) -> Prepared:
        """Prepare the decision on an objection by an authority above the proposer, which is final."""
        arguments = (replacement, uphold, by.division, reason)
        return _of_many_grants(self._writer.call("Directory", "decideReplacement", *arguments, by=by.signer))

    def execute_replacement(self, replacement: int, *, by: Signer) -> Prepared:
        """Prepare the move of the grants, D after the proposal, by the proposer or the new holder."""
        return _of_many_grants(self._writer.call("Directory", "executeReplacement", replacement, by=by))


class Suppliers(_Register):
    """Suppliers and issuers."""

    def register(
        self, supplier: SupplierId, *, zh: str, en: str = "", salt: bytes | None = None, by: Party
    ) -> Prepared:
        """Register a supplier; that alone qualifies it for nothing.

        Args:
            supplier: Its id.
            zh: Its Chinese name.
            en: Its English name.
            salt: Of a sole trader: the salt of its id, kept with its name and deleted with it.
            by: The authority.
        """
        name = Record.new(RecordId("supplier", supplier), zh=zh, en=en, salt=salt)
        arguments = (supplier, name.name_digest(), by.division)
        return self._writer.call(
            "SupplierRegistry", "registerSupplier", *arguments, by=by.signer, record=name
        )

    def register_issuer(self, issuer: IssuerId, *, zh: str, en: str = "", by: Party) -> Prepared:
        """Register an issuer, as an authority of division 0."""
        name = _name("issuer", issuer, zh, en)
        return self._writer.call(
            "SupplierRegistry", "registerIssuer", issuer, name.name_digest(), by=by.signer, record=name
        )

    def accredit(
        self, issuer: IssuerId, category: int, *, from_: int = 0, until: int = UNLIMITED, by: Party
    ) -> Prepared:
        """Accredit an issuer for a category, as an authority of division 0."""
        arguments = (issuer, category, from_, until)
        return self._writer.call("SupplierRegistry", "accredit", *arguments, by=by.signer)

    def renew_accreditation(
        self, issuer: IssuerId, category: int, *, until: int = UNLIMITED, by: Party
    ) -> Prepared:
        """Extend an accreditation."""
        arguments = (issuer, category, until)
        return self._writer.call("SupplierRegistry", "renewAccreditation", *arguments, by=by.signer)

    def suspend_accreditation(
        self, issuer: IssuerId, category: int, *, reason: int, effective_at: int, by: Party
    ) -> Prepared:
        """Suspend an accreditation, possibly since a time in the past."""
        arguments = (issuer, category, reason, effective_at)
        return self._writer.call("SupplierRegistry", "suspendAccreditation", *arguments, by=by.signer)

    def reinstate_accreditation(self, issuer: IssuerId, category: int, *, reason: int, by: Party) -> Prepared:
        """Let a suspended accreditation count again, from now on."""
        arguments = (issuer, category, reason)
        return self._writer.call("SupplierRegistry", "reinstateAccreditation", *arguments, by=by.signer)

    def revoke_accreditation(
        self, issuer: IssuerId, category: int, *, reason: int, effective_at: int, by: Party
    ) -> Prepared:
        """Revoke an accreditation for good, possibly since a time in the past."""
        arguments = (issuer, category, reason, effective_at)
        return self._writer.call("SupplierRegistry", "revokeAccreditation", *arguments, by=by.signer)


class Qualifications(_Register):
    """Qualifications: what a supplier was found fit for, by whom, until when."""

    def issue(
        self,
        issuer: IssuerId,
        supplier: SupplierId,
        category: int,
        *,
        grade: int,
        from_: int,
        until: int,
        certificate: bytes,
        by: Signer,
    ) -> Prepared:
        """Issue a qualification on a certificate.

        Args:
            issuer: For whom `by` speaks.
            supplier: Who is qualified.
            category: For what.
            grade: 1 (A) to 4 (D).
            from_: Seconds since 1970.
            until: Seconds since 1970; not valid any more at this time.
            certificate: Plain SHA-256 of the certificate file.
            by: The issuer's signer.
        """
        arguments = (issuer, supplier, category, grade, from_, until, certificate)
        return self._writer.call("SupplierRegistry", "issueQualification", *arguments, by=by)

    def renew(self, qualification: int, *, grade: int, until: int, by: Signer) -> Prepared:
        """Extend a qualification."""
        arguments = (qualification, grade, until)
        return self._writer.call("SupplierRegistry", "renewQualification", *arguments, by=by)

    def suspend(self, qualification: int, *, reason: int, effective_at: int, by: Signer) -> Prepared:
        """Suspend a qualification, possibly since a time in the past."""
        arguments = (qualification, reason, effective_at)
        return self._writer.call("SupplierRegistry", "suspendQualification", *arguments, by=by)

    def reinstate(self, qualification: int, *, reason: int, by: Signer) -> Prepared:
        """Let a suspended qualification count again, from now on."""
        arguments = (qualification, reason)
        return self._writer.call("SupplierRegistry", "reinstateQualification", *arguments, by=by)

    def revoke(self, qualification: int, *, reason: int, effective_at: int, by: Signer) -> Prepared:
        """Revoke a qualification for good, possibly since a time in the past."""
        arguments = (qualification, reason, effective_at)
        return self._writer.call("SupplierRegistry", "revokeQualification", *arguments, by=by)


class Items(_Register):
    """Items and repack factors, set by an authority of division 0."""

    def register(
        self,
        item: ItemId,
        *,
        zh: str,
        en: str = "",
        unit: str,
        category: int = 0,
        shelf_life: int = 0,
        serial: bool = False,
        by: Party,
    ) -> Prepared:
        """Register an item.

        Args:
            item: Its id.
            zh: Its Chinese name.
            en: Its English name.
            unit: UN/CEFACT Rec 20 code of its base unit, 2 or 3 characters.
            category: The qualification category that a supplier needs, 0 for none.
            shelf_life: Days, 0 for none.
            serial: Whether each piece has a number of its own.
            by: The authority.

        Raises:
            UnitCodeError: The unit has not the form of a code.
        """
        name = _name("item", item, zh, en)
        if not UNIT.fullmatch(unit):
            raise UnitCodeError(value=unit)
        code = unit.encode("ascii").ljust(3, b"\0")
        arguments = (item, category, shelf_life, code, serial, name.name_digest())
        return self._writer.call("Catalogue", "registerItem", *arguments, by=by.signer, record=name)

    def set_factor(self, pack: ItemId, unit: ItemId, factor: int, *, by: Party) -> Prepared:
        """State how many base units of `unit` one base unit of `pack` holds; once, for ever."""
        return self._writer.call("Catalogue", "setFactor", pack, unit, factor, by=by.signer)
