"""The documents of a ledger: what keepers and approvers record of their stock.

Each method prepares one document and returns it; `Ledger.write` signs and sends::

    ledger.write([ledger.stock.issue(site, consignee, [Line(lot, 20)], keeper=keeper)])

A document is never changed. Its body (texts, order references, inspection results) goes into the records
store, and only its salted digest on chain.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ledger_client.calldata import Consignment, Original
from ledger_client.digests import document_key
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.identifiers import ConsigneeId, SiteId
from ledger_client.lines import (
    AnyLine,
    CountLine,
    Line,
    LotAttributes,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    pack_lines,
)
from ledger_client.preparing import Drafter, Party, Prepared
from ledger_client.records import Record, RecordId
from ledger_client.words import REFERENCE_CONSIGNMENT, REFERENCE_REVERSED, pack_reference


@dataclass(frozen=True, slots=True)
class Goods:
    """What a receipt says of one line.

    Attributes:
        attributes: Of the lot, without `own`.
        accepted: Base units taken into stock.
        rejected: Base units refused.
        reason: Why, where some were refused.
    """

    attributes: LotAttributes
    accepted: int
    rejected: int = 0
    reason: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What every document may say beside what it moves.

    Attributes:
        occurred_at: When it is said to have occurred; now where not given.
        reason: Code of the reason.
        reference: Packed reference, see `words.pack_reference`.
        client_id: 32 bytes; random where not given. The same id and content is the same document.
        body: Off-chain text, kept in the records store.
    """

    occurred_at: Timestamp | None = None
    reason: int = 0
    reference: int = 0
    client_id: bytes | None = None
    body: Mapping[str, Any] | None = None


PLAIN = Particulars()


class Bodies(Protocol):
    """Where the bodies of documents are kept that were written before."""

    def get(self, id: RecordId) -> Record | None:
        """Return the record of a document's body, None where there is none."""


class Stock:
    """Prepares documents.

    Args:
        drafter: A `Writer`, or one that only prepares.
        bodies: The records store, or what holds the bodies of drafts.
        now: Seconds since 1970.
    """

    def __init__(self, drafter: Drafter, bodies: Bodies, now: Callable[[], float] = time.time) -> None:
        self._drafter = drafter
        self._bodies = bodies
        self._now = now

    # -- goods come in

    def open(
        self,
        site: SiteId,
        lines: Sequence[OpeningLine] = (),
        *,
        keeper: Party,
        approver: Party,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """First document of a site, with what it holds already."""
        parties = _Parties(keeper, approver=approver)
        return self._document(Kind.OPENING, parties, particulars, lines, to=site)

    def receive(
        self,
        site: SiteId,
        source: int,
        goods: Sequence[Goods],
        *,
        keeper: Party,
        supplier: Party | None = None,
        approver: Party | None = None,
        qualification: int = 0,
        held: bool = False,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Goods from a supplier or donor.

        Args:
            site: Where they arrived.
            source: The supplier, or the salted digest of the donor.
            goods: Line by line, as typed.
            keeper: Of the site.
            supplier: Signs the delivery, where it does.
            approver: Of the site, for a late receipt.
            qualification: What the supplier relies on, 0 for none.
            held: Give every line a lot of its own, which is created held: for donations, unqualified goods
                and late receipts. The contract refuses a line that must be held and is not.
            particulars: The rest.
        """
        client_id = particulars.client_id or secrets.token_bytes(32)
        key = document_key(site, client_id)
        lines = [
            ReceiptLine(
                each.attributes.owned_by(key, ordinal) if held else each.attributes,
                each.accepted,
                each.rejected,
                ordinal,
                each.reason,
            )
            for ordinal, each in enumerate(goods, 1)
        ]
        parties = _Parties(keeper, other=supplier, approver=approver)
        return self._document(
            Kind.RECEIPT,
            parties,
            particulars,
            lines,
            client_id=client_id,
            from_=source,
            to=site,
            qualification=qualification,
        )

    # -- goods go out

    def issue(
        self,
        site: SiteId,
        consignee: ConsigneeId,
        lines: Sequence[Line],
        *,
        keeper: Party,
        approver: Party | None = None,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Goods to a consignee."""
        parties = _Parties(keeper, approver=approver)
        return self._document(Kind.ISSUE, parties, particulars, lines, from_=site, to=consignee)

    def hand_over(
        self,
        from_: SiteId,
        to: SiteId,
        lines: Sequence[Line],
        *,
        keeper: Party,
        receiver: Party,
        approver: Party | None = None,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Goods from site to site at once."""
        parties = _Parties(keeper, receiver, approver)
        return self._document(Kind.HAND_OVER, parties, particulars, lines, from_=from_, to=to)

    def write_off(
        self,
        site: SiteId,
        lines: Sequence[Line],
        *,
        keeper: Party,
        approver: Party,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Goods that are no more; each line has its reason."""
        parties = _Parties(keeper, approver=approver)
        return self._document(Kind.WRITE_OFF, parties, particulars, lines, from_=site)

    # -- goods in transit

    def dispatch(
        self,
        from_: SiteId,
        to: SiteId,
        lines: Sequence[Line],
        *,
        deadline: int,
        keeper: Party,
        approver: Party | None = None,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Goods on their way as a consignment, which bears the document's key.

        The receiver is expected to answer until `deadline`, in seconds since 1970.
        """
        parties = _Parties(keeper, approver=approver)
        return self._document(
            Kind.DISPATCH, parties, particulars, lines, from_=from_, to=to, deadline=deadline
        )

    def step(
        self,
        kind: Kind,
        key: int,
        from_: SiteId,
        to: SiteId,
        consignment: Consignment,
        exceptions: Sequence[Line] = (),
        *,
        sender: Party,
        approver: Party | None = None,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Take a consignment further: acceptance, contest, return, return-acceptance or settlement.

        Args:
            kind: Which of these.
            key: Of the consignment.
            from_: Where it was dispatched.
            to: Where it is bound.
            consignment: What is left of it, as last committed.
            exceptions: What did not arrive as dispatched, or what became of what is missing.
            sender: The receiver's keeper (acceptance, contest), the sender's (return, return-acceptance) or
                an approver over both sites (settlement).
            approver: For a return, and where the document is late.
            particulars: The rest; its reference is the consignment.
        """
        parties = _Parties(sender, approver=approver)
        return self._document(
            kind,
            parties,
            particulars,
            exceptions,
            from_=from_,
            to=to,
            reference=pack_reference(REFERENCE_CONSIGNMENT, key),
            consignment=consignment,
        )

    # -- goods stay

    def release(
        self, site: SiteId, lots: Sequence[int], *, approver: Party, particulars: Particulars
    ) -> Prepared:
        """Free lots held at a site, with a reason."""
        lines = [Line(lot) for lot in lots]
        return self._document(Kind.RELEASE, _Parties(approver), particulars, lines, from_=site)

    def hold(
        self, site: SiteId, lots: Sequence[int], *, approver: Party, particulars: Particulars
    ) -> Prepared:
        """Hold lots at a site, with a reason."""
        lines = [Line(lot) for lot in lots]
        return self._document(Kind.HOLD, _Parties(approver), particulars, lines, from_=site)

    def count(
        self,
        site: SiteId,
        lines: Sequence[CountLine],
        *,
        journal: int,
        keeper: Party,
        second: Party,
        approver: Party | None = None,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """What two keepers counted; `journal` is the journal word of the site at which they began."""
        parties = _Parties(keeper, second, approver)
        return self._document(Kind.COUNT, parties, particulars, lines, from_=site, reference=journal)

    def repack(
        self,
        site: SiteId,
        lines: Sequence[RepackLine],
        *,
        keeper: Party,
        approver: Party,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Lots turned into other lots."""
        parties = _Parties(keeper, approver=approver)
        return self._document(Kind.REPACK, parties, particulars, lines, from_=site)

    # -- mistakes and dangers

    def reverse(
        self,
        key: int,
        original: Original,
        *,
        keeper: Party,
        other: Party | None = None,
        approver: Party,
        particulars: Particulars = PLAIN,
    ) -> Prepared:
        """Undo a whole document, once.

        Args:
            key: Of the original.
            original: Its content.
            keeper: As for the original.
            other: The other keeper, where the original had one, or the receiver's for a dispatch.
            approver: Over the sites of the original.
            particulars: The rest; its reference is the original.
        """
        return self._document(
            Kind.REVERSAL,
            _Parties(keeper, other, approver),
            particulars,
            (),
            from_=original.document.from_,
            to=original.document.to,
            reference=pack_reference(REFERENCE_REVERSED, key),
            original=original,
        )

    def recall(
        self, kind: Kind, lots: Sequence[int], *, issuer: int = 0, by: Party, particulars: Particulars
    ) -> Prepared:
        """Recall lots everywhere, or lift a recall.

        Args:
            kind: `Kind.RECALL` or `Kind.LIFT`.
            lots: All lots of the same item, source and batch.
            issuer: For whom `by` speaks; 0 for an authority of division 0.
            by: Who recalls.
            particulars: The rest, with a reason.
        """
        lines = [Line(lot) for lot in lots]
        return self._document(kind, _Parties(by), particulars, lines, from_=issuer)

    # -- all documents

    def _document(
        self,
        kind: Kind,
        parties: _Parties,
        particulars: Particulars,
        lines: Sequence[AnyLine],
        *,
        from_: int = 0,
        to: int = 0,
        qualification: int = 0,
        deadline: int = 0,
        reference: int | None = None,
        client_id: bytes | None = None,
        consignment: Consignment | None = None,
        original: Original | None = None,
    ) -> Prepared:
        document = Document(
            client_id=client_id or particulars.client_id or secrets.token_bytes(32),
            occurred_at=particulars.occurred_at or Timestamp(int(self._now())),
            reference=particulars.reference if reference is None else reference,
            reason=particulars.reason,
            from_=from_,
            to=to,
            qualification=qualification,
            deadline=deadline,
            lines=pack_lines(kind, lines),
        )
        return self._drafter.document(
            kind,
            document,
            parties.sender,
            other=parties.other,
            approver=parties.approver,
            body=self._body_of(self._drafter.key_of(kind, document, original), particulars),
            consignment=consignment,
            original=original,
        )

    def _body_of(self, key: int, particulars: Particulars) -> Record | None:
        """Return the record of a document's body; a document that is written again keeps its first one.

        One that was refused may be written again with a corrected body.
        """
        if particulars.body is None:
            return None
        id_ = RecordId("document", key)
        stored = self._bodies.get(id_)
        if stored is not None and (stored.body == particulars.body or self._drafter.stands(key)):
            return stored
        return Record.new(id_, body=particulars.body)


@dataclass(frozen=True, slots=True)
class _Parties:
    """Who signs a document."""

    sender: Party
    other: Party | None = None
    approver: Party | None = None
