"""What the documents of a site name: verdicts and suppliers of its receipts, and the grants of signers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_client.addresses import Address
from ledger_client.digests import recording_site
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, SignedBy
from ledger_client.roles import Role

_SIGNED_BY_APPROVER = frozenset({Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT})
_SIGNED_BY_RECEIVER = frozenset({Kind.HAND_OVER, Kind.DISPATCH})
_RECEIPT_LINE = 128  # bytes


class Receipt(NamedTuple):
    """A receipt, as far as its verdict is concerned.

    Attributes:
        sequence: Place in the site's journal, from 1.
        document: Its key.
        qualification: The one that it names, 0 for none.
        verdict: Word of the verdict that it recorded.
        at: The time that was judged, seconds since 1970.
        items: Items of its lines.
    """

    sequence: int
    document: int
    qualification: int
    verdict: int
    at: int
    items: frozenset[int]


class Use(NamedTuple):
    """How a grant was relied on.

    Attributes:
        holder: Who signed.
        grant: Key of the grant.
        position: Sequence of the holder's journal at the grant's last change, as the document says.
        role: What the signature needs.
        site: Where it must be valid.
        subject: The supplier that it must speak for, 0 for none.
    """

    holder: Address
    grant: bytes
    position: int
    role: Role
    site: int
    subject: int


@dataclass(slots=True)
class Named:
    """What the documents of a site name, document by document.

    Attributes:
        receipts: In order.
        uses: Block times of the first and the last document that relied on a grant so.
        suppliers: Of receipts that name a qualification.
        items: Of receipts.
        consignees: Of issues.
    """

    receipts: list[Receipt] = field(default_factory=list)
    uses: dict[Use, tuple[int, int]] = field(default_factory=dict)
    suppliers: set[int] = field(default_factory=set)
    items: set[int] = field(default_factory=set)
    consignees: set[int] = field(default_factory=set)

    @property
    def holders(self) -> set[Address]:
        """Everybody who signed."""
        return {use.holder for use in self.uses}

    def add(self, document: DocumentRecorded, sequence: int, effective: Kind) -> None:
        """Note what a document names.

        Args:
            document: The document.
            sequence: Its place in the site's journal.
            effective: Its kind, of a reversal that of its original.
        """
        if document.kind is Kind.RECEIPT:
            self._add_receipt(document, sequence)
        if document.kind is Kind.ISSUE:
            self.consignees.add(document.to)
        site = recording_site(document.kind, document, effective)
        time = document.recorded_at
        sender = Role.APPROVER if document.kind in _SIGNED_BY_APPROVER else Role.KEEPER
        self._add_use(document.sender, sender, site, 0, time)
        if document.other is not None:
            by_supplier = document.kind is Kind.RECEIPT
            place = document.to if effective in _SIGNED_BY_RECEIVER else site
            role, subject = (Role.SUPPLIER, document.from_) if by_supplier else (Role.KEEPER, 0)
            self._add_use(document.other, role, place, subject, time)
        if document.approver is not None:
            self._add_use(document.approver, Role.APPROVER, site, 0, time)

    def _add_use(self, signer: SignedBy, role: Role, site: int, subject: int, time: int) -> None:
        use = Use(signer.address, signer.grant, signer.position, role, site, subject)
        known = self.uses.get(use)
        if known is None:
            self.uses[use] = (time, time)
        elif not known[0] <= time <= known[1]:
            self.uses[use] = (min(known[0], time), max(known[1], time))

    def _add_receipt(self, document: DocumentRecorded, sequence: int) -> None:
        lines = document.lines
        # The item is the first 64 bits of the attributes, the third word of a line.
        items = frozenset(
            int.from_bytes(lines[at : at + 8], "big") for at in range(64, len(lines), _RECEIPT_LINE)
        )
        at = document.occurred_at.seconds if document.is_late else document.recorded_at
        self.items |= items
        if document.qualification:
            self.suppliers.add(document.from_)
        self.receipts.append(
            Receipt(sequence, document.key, document.qualification, document.verdict, at, items)
        )
