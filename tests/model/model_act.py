"""An act: a document, who signs it, and when the consents end; with what follows from these alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ledger_client.calldata import Consignment, Original
from ledger_client.digests import content_digest, document_key
from ledger_client.documents import Document, Kind
from ledger_client.lines import line_width
from ledger_client.words import split_words
from ledger_client.writing import Party

DAY = 86_400
LATE_AFTER = 7 * DAY  # L
TOLERANCE = 120
OFFSET = 8 * 3_600
QUANTITY = (1 << 63) - 1
MISSING = 1 << 15
NO_BODY = bytes(32)
NEVER_LATE = {Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT, Kind.SETTLEMENT, Kind.REVERSAL}
AT_RECEIVER = {Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST}
STEPS = {Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT}
TWO_SITES = STEPS | {Kind.HAND_OVER, Kind.DISPATCH}
NO_SITE = {Kind.RECALL, Kind.LIFT}
BY_LOT = {Kind.DISPATCH, Kind.COUNT, Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT}
STATUS = {Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT}


@dataclass(frozen=True, slots=True)
class Head:
    """The first word of a line, taken apart."""

    lot: int
    reason: int
    spare: int
    quantity: int

    @classmethod
    def of(cls, word: int) -> Head:
        return cls(word >> 96, word >> 80 & 0xFFFF, word >> 63 & (1 << 17) - 1, word & QUANTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A document with its signers; `valid_until` is when the consents end."""

    kind: Kind
    document: Document
    sender: Party
    other: Party | None = None
    approver: Party | None = None
    consignment: Consignment | None = None
    original: Original | None = None
    body: bytes = NO_BODY
    valid_until: int = 0

    def but(self, **fields: Any) -> Act:
        """The same with other signers or companions."""
        return replace(self, **fields)

    def saying(self, **fields: Any) -> Act:
        """The same with other content."""
        return replace(self, document=replace(self.document, **fields))

    @property
    def shape(self) -> Kind:
        """The kind whose sites and keepers it has: of a reversal, the original's."""
        return self.original.kind if self.original else self.kind

    @property
    def recording_site(self) -> int:
        return self.document.to if self.shape in AT_RECEIVER else self.document.from_

    @property
    def key(self) -> int:
        return document_key(self.recording_site, self.document.client_id)

    @property
    def content(self) -> bytes:
        return content_digest(self.kind, self.key, self.document)

    @property
    def word(self) -> int:
        """The document word without flags."""
        return int.from_bytes(self.content, "big") >> 8 << 8

    @property
    def sites(self) -> tuple[int, ...]:
        """The sites that it names, whose journals it rolls."""
        if self.shape in NO_SITE:
            return ()
        if self.shape in TWO_SITES:
            return (self.document.from_, self.document.to)
        return (self.recording_site,)

    @property
    def reference_type(self) -> int:
        return self.document.reference >> 248

    @property
    def reference_id(self) -> int:
        return self.document.reference & (1 << 248) - 1

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """Whole lines, word by word."""
        return rows_of(self.kind, self.document)

    @property
    def heads(self) -> list[Head]:
        return [Head.of(row[0]) for row in self.rows]

    @property
    def signers(self) -> tuple[Any, ...]:
        """Addresses of who signed, as a consignment remembers them."""
        return tuple(party.signer.address for party in (self.sender, self.other, self.approver) if party)

    def is_late(self, now: int) -> bool:
        """Whether more than L lies between its time (the end of a day that is all one knows) and `now`."""
        claimed = self.document.occurred_at
        end = claimed.seconds + (DAY if claimed.is_day_only else 0)
        return self.kind not in NEVER_LATE and now > end + LATE_AFTER

    def judged_on(self, now: int) -> int:
        """The time as of which qualification and expiry are judged."""
        return self.document.occurred_at.seconds if self.is_late(now) else now


def rows_of(kind: Kind, document: Document) -> list[tuple[int, ...]]:
    """The whole lines of a document, word by word."""
    words, width = split_words(document.lines), line_width(kind)
    return [tuple(words[at : at + width]) for at in range(0, len(words) - len(words) % width, width)]


def district(site: int) -> int:
    """The six digits of the district in which a site of 15 digits lies."""
    return site // 10**9


def contains(division: int, site: int) -> bool:
    """Whether a division is a prefix of a site's community; 0 contains everything."""
    return division == 0 or str(site)[:12].startswith(str(division))


def day_of(seconds: int) -> int:
    """The day at UTC+8, counted from 1970."""
    return (seconds + OFFSET) // DAY
