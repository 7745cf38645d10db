"""The records that events add up to: one small immutable value for each thing that a contract keeps.

Where a record stands for a storage word, its property `word` packs it exactly as the contract does, so that
the audit compares 256 bits and not an interpretation of them. Times are seconds since 1970, days are
counted from 1970-01-01 at the ledger's offset, quantities are base units of the lot's item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ledger_client.addresses import Address
from ledger_client.digests import commitment
from ledger_client.documents import Kind
from ledger_client.words import CONSIGNMENT_CLOSED, LotStatus, LotWord, join_words, pack_lot

CONSIGNMENT_OPEN = 1
CONSIGNMENT_ACCEPTED = 2
CONSIGNMENT_DONE = 3
"""State of a consignment of which nothing remains; the contract writes the bare word 1 for it."""

_REGISTERED = 1 << 64
_CLOSED = 1 << 65
_DISPOSAL = 1 << 66


@dataclass(frozen=True, slots=True)
class Division:
    """A division: the one that took over from it when closed (0: none), and the digest of its name record."""

    successor: int
    is_closed: bool
    name: bytes

    @property
    def word(self) -> int:
        """The word of `DivisionWord.sol`."""
        return _REGISTERED | self.is_closed * _CLOSED | self.successor


@dataclass(frozen=True, slots=True)
class Site:
    """A site: the one that took over from it when closed (0: none), and the digest of its name record."""

    successor: int
    is_closed: bool
    is_disposal: bool
    name: bytes

    @property
    def word(self) -> int:
        """The word of `SiteWord.sol`."""
        return _REGISTERED | self.is_closed * _CLOSED | self.is_disposal * _DISPOSAL | self.successor


@dataclass(frozen=True, slots=True)
class Consignee:
    """Who receives issues: the division in which it lies and the digest of its name record."""

    division: int
    is_closed: bool
    name: bytes

    @property
    def word(self) -> int:
        """The word of `ConsigneeWord.sol`."""
        return _REGISTERED | self.is_closed * _CLOSED | self.division


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant of a role to a holder on a division and below.

    Attributes:
        subject: The issuer or supplier spoken for, 0 for the other roles.
        from_: Since when it acts.
        revoked_at: Since when it acts no more, block time; 0 while it stands.
        position: Sequence of the holder's journal after this grant's last change.
        granter_division: Division of the grant on which the granter relied.
        compromised_since: The claim of a revocation, 0 for none; makes findings, never rewrites.
    """

    holder: Address
    role: int
    division: int
    subject: int
    from_: int
    revoked_at: int
    position: int
    granter_division: int
    is_suspended: bool
    compromised_since: int

    @property
    def is_standing(self) -> bool:
        """Whether it is neither revoked nor suspended; it may still wait for its delay."""
        return not self.revoked_at and not self.is_suspended

    @property
    def word(self) -> int:
        """The word of `GrantWord.sol`."""
        return (
            self.from_
            | self.revoked_at << 64
            | self.position << 128
            | self.granter_division << 192
            | self.is_suspended << 255
        )


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replacement of a key.

    Attributes:
        status: As `ReplacementStatus` in `IDirectory.sol` counts. compromised_since: A claim, 0 for none.
        suspended: Two words a grant that it suspended, as `SuspendedGrant` in `IDirectory.sol` lies in
        storage:
            division (64) and position (64) from the lowest bit up; subject.
    """

    old_holder: Address
    new_holder: Address
    status: int
    proposed_at: int
    authority_division: int
    proposer: Address
    compromised_since: int
    suspended: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """A supplier or an issuer: the digest of its name record."""

    name: bytes


@dataclass(frozen=True, slots=True)
class Accreditation:
    """The history of what an issuer may qualify for: one category.

    Attributes:
        position: Sequence of the issuer's journal after the last entry.
        entries: Entry words (`History.sol`) in the order in which they were recorded.
    """

    position: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Qualification:
    """A qualification of a supplier and its history.

    Attributes:
        certificate: The plain SHA-256 of the certificate file (salted for sole traders).
        position: Sequence of the supplier's journal after the last entry.
        entries: Entry words (`History.sol`) in the order in which they were recorded.
    """

    supplier: int
    issuer: int
    category: int
    certificate: bytes
    position: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the Catalogue.

    Attributes:
        qualification_category: What a supplier of it must be qualified for, 0 for nothing.
        shelf_life: Days from the day of making, 0 where it does not spoil.
        unit: Code of UN/CEFACT Recommendation 20, three bytes.
    """

    qualification_category: int
    shelf_life: int
    unit: bytes
    is_serial: bool
    name: bytes

    @property
    def word(self) -> int:
        """The word of `ItemWord.sol`."""
        unit = int.from_bytes(self.unit, "big")
        return (
            self.qualification_category | self.shelf_life << 32 | unit << 48 | self.is_serial << 72 | 1 << 73
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot, with what it was created from.

    Attributes:
        use_until: Last day of use, `words.NEVER` where there is none.
        status: Bits of `words.LotStatus`.
        source: The supplier, or the salted digest of the donor.
        batch: Digest of the batch as printed.
        made: Day of making, 0 where unknown.
        expires: Printed last day of use, 0 where there is none.
        is_own: Whether it is a receipt line's own lot, which is created held.
        document: Number of the document that created it.
    """

    item: int
    creating_site: int
    use_until: int
    status: int
    source: int
    batch: bytes
    made: int
    expires: int
    is_own: bool
    document: int

    @property
    def word(self) -> int:
        """The word of `LotWord.sol`."""
        return pack_lot(LotWord(self.item, self.creating_site, self.use_until, LotStatus(self.status)))


class Totals(NamedTuple):
    """Where all base units of a lot came from and went to; what sites hold is the rest.

    `opening + received + gained + repacked_in` = held at sites `+ in_transit + returning + missing + issued +
    written_off + lost + repacked_out`, always.
    """

    opening: int = 0
    received: int = 0
    gained: int = 0
    repacked_in: int = 0
    in_transit: int = 0
    returning: int = 0
    missing: int = 0
    issued: int = 0
    written_off: int = 0
    lost: int = 0
    repacked_out: int = 0

    @property
    def held(self) -> int:
        """What sites must hold together if nothing was created or lost beside the documents."""
        return sum(self[:4]) - sum(self[4:])


@dataclass(frozen=True, slots=True)
class RecordedDocument:
    """A document as it was recorded: all that its event says, its place, and what later documents made of it.

    Attributes:
        key: The document's key, 248 bits.
        number: Place among all documents of the ledger, from 1.
        from_site: The site whose journal it rolled as `from`, 0 for none; `to_site` likewise.
        content: Content digest; its first 248 bits are stored on chain.
        digest: Document digest, rolled into the journals.
        reversed_by: Number of the document that reversed it, 0 for none.
        named_by: Number of the first document, signed by an approver, that names it; 0 for none.
        lines: Packed lines, 32 bytes a word.
    """

    key: int
    number: int
    block: int
    log_index: int
    transaction: bytes
    kind: int
    from_: int
    to: int
    from_site: int
    to_site: int
    occurred_at: int
    is_day_only: bool
    recorded_at: int
    is_late: bool
    reference: int
    reason: int
    qualification: int
    deadline: int
    verdict: int
    body: bytes
    content: bytes
    digest: bytes
    sender: Address
    sender_grant: bytes
    sender_position: int
    other: Address
    other_grant: bytes
    other_position: int
    approver: Address
    approver_grant: bytes
    approver_position: int
    reversed_by: int
    named_by: int
    lines: bytes

    @property
    def word(self) -> int:
        """The word that the ledger keeps: 248 bits of the content digest, and the flags."""
        content = int.from_bytes(self.content, "big") >> 8 << 8
        return content | (self.named_by != 0) << 1 | (self.reversed_by != 0)

    @property
    def recording_site(self) -> int:
        """The site that recorded it: the receiving one of what arrives, else the sending one; 0: none."""
        arrives = self.kind in (Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST)
        return self.to_site if arrives or not self.from_site else self.from_site


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods in transit.

    Attributes:
        state: `CONSIGNMENT_OPEN`, `CONSIGNMENT_ACCEPTED` or `CONSIGNMENT_DONE`.
        deadline: Until when the receiver is expected to answer.
        signers: Who signed dispatch, acceptance, contest and return-acceptance, in order.
        lines: Line words that remain to be accounted for.
        document: Number of the dispatch.
    """

    state: int
    from_site: int
    to_site: int
    deadline: int
    signers: tuple[Address, ...]
    lines: tuple[int, ...]
    document: int

    @property
    def word(self) -> int:
        """The commitment and deadline that the ledger keeps; 1 when closed."""
        if self.state == CONSIGNMENT_DONE:
            return CONSIGNMENT_CLOSED
        lines = join_words(self.lines)
        return commitment(self.state, self.from_site, self.to_site, self.signers, lines) | self.deadline
