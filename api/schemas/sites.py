"""Stock cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import (
    AccountAddress,
    Block,
    Delta,
    DocumentKey,
    Hash,
    Id160,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    Row,
    SiteCode,
    Word,
    id160,
    moment,
)
from api.schemas.counts import OverdueCount
from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell, spell_over
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.verdicts import Verdict
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index import CardEntry, CardMovement
from ledger_client.index.norms import CountState
from ledger_client.reasons import REASONS
from ledger_client.words import (
    REFERENCE_CONSIGNMENT,
    REFERENCE_DOCUMENT,
    REFERENCE_REVERSED,
    unpack_reference,
)

Grade = Literal["A", "B", "C", "D"]
GRADES: dict[int, Grade] = {1: "A", 2: "B", 3: "C", 4: "D"}

_REFERENCES: dict[int, Literal["document", "consignment", "reversed"]] = {
    REFERENCE_DOCUMENT: "document",
    REFERENCE_CONSIGNMENT: "consignment",
    REFERENCE_REVERSED: "reversed",
}

_KINDS = {kind: kind.name.lower() for kind in Kind}
_KIND_OF = {int(kind): kind for kind in Kind}  # quicker than to ask the enumeration


class Reference(Row):
    """What a document names."""

    type: Literal["document", "consignment", "reversed", "journal", "other"] = Field(
        description="A document; a consignment, by the key of its dispatch; the document that this one "
        "reverses; of a count, the journal word counted at."
    )
    id: str = Field(description="A document's key (62 hexadecimal digits), or a journal word (64).")

    @classmethod
    def of(cls, kind: Kind, word: int) -> Reference | None:
        """Return what a reference word of a document says; None for 0."""
        if word == 0:
            return None
        if kind is Kind.COUNT:
            return cls(type="journal", id=f"{word:064x}")
        reference = unpack_reference(word)
        return cls(type=_REFERENCES.get(reference.type, "other"), id=f"{reference.id:062x}")


class RecordedVerdict(Row):
    """What the supplier's qualification was worth when a receipt was recorded."""

    status: str = Field(description="As in the verdict on a supplier.", examples=["valid"])
    grade: Grade | None = Field(description="The qualification's grade.")

    @classmethod
    def of(cls, kind: Kind, word: int) -> RecordedVerdict | None:
        """Return the verdict of a receipt, None for other documents."""
        if kind is not Kind.RECEIPT:
            return None
        verdict = Verdict.from_word(word)
        return cls(status=verdict.status.name.lower(), grade=GRADES.get(verdict.grade))


class CardDocument(Row):
    """A document, as its event tells it."""

    key: DocumentKey = Field(description="Its key.")
    number: int = Field(description="Its place among all documents of the ledger, from 1.")
    kind: str = Field(description="What it is.", examples=["issue", "hand_over"])
    occurred_at: datetime = Field(
        description="When it is said to have occurred, UTC; claimed by its signers."
    )
    is_day_only: bool = Field(
        description="Whether only the day is known; `occurred_at` is then its 00:00 at the ledger's offset."
    )
    recorded_at: datetime = Field(description="Time of its block, UTC.")
    is_late: bool = Field(
        description="Whether it was recorded more than 7 days after it is said to have occurred."
    )
    from_site: SiteCode | None = Field(description="The sending or only site.")
    to_site: SiteCode | None = Field(description="The receiving site.")
    source: Id160 | None = Field(description="Of a receipt: the supplier, or the salted digest of the donor.")
    consignee: Id160 | None = Field(description="Of an issue: who received it.")
    reason: str | None = Field(
        description="Why, by its name in the published list.", examples=["distribution"]
    )
    reference: Reference | None = Field(description="What it names.")
    verdict: RecordedVerdict | None = Field(description="Of a receipt.")
    sender: AccountAddress = Field(description="The key that signed first and sent it.")
    other: AccountAddress | None = Field(
        description="The key of the receiver's keeper, of the supplier, or of the second keeper."
    )
    approver: AccountAddress | None = Field(description="The key of the approver.")
    is_reversed: bool = Field(description="Whether a later document reversed it.")
    is_emergency: bool = Field(
        description="Whether an emergency covered its sites when it was recorded; all others are routine."
    )
    block: int = Field(description="Height of its block.")
    transaction: Hash = Field(description="Hash of its transaction.")

    @classmethod
    def of(cls, document: RecordedDocument, spells: Sequence[EmergencySpell]) -> CardDocument:
        """Return a document of the index; `spells`: the emergencies of the ledger."""
        kind = _KIND_OF.get(document.kind) or Kind.of(document.kind)
        return cls(
            key=f"{document.key:062x}",
            number=document.number,
            kind=_KINDS[kind],
            occurred_at=moment(document.occurred_at),
            is_day_only=document.is_day_only,
            recorded_at=moment(document.recorded_at),
            is_late=document.is_late,
            from_site=_site_or_none(document.from_site),
            to_site=_site_or_none(document.to_site),
            source=id160(document.from_) if kind is Kind.RECEIPT else None,
            consignee=id160(document.to) if kind is Kind.ISSUE else None,
            reason=reason_name(document.reason),
            reference=Reference.of(kind, document.reference),
            verdict=RecordedVerdict.of(kind, document.verdict),
            sender=document.sender,
            other=_address_or_none(document.other),
            approver=_address_or_none(document.approver),
            is_reversed=document.reversed_by != 0,
            is_emergency=bool(spells) and spell_over(document, spells) is not None,
            block=document.block,
            transaction=f"0x{document.transaction.hex()}",
        )


class Movement(Row):
    """What a document did to one lot at this site."""

    lot: Id160 = Field(description="The lot.")
    item: ItemCode = Field(description="The lot's item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    delta: Delta = Field(description="Base units that came, negative where they went; a decimal string.")
    quantity: Quantity = Field(description="Base units held afterwards; a decimal string.")
    is_held_here: bool = Field(description="Whether the lot was held at this site afterwards.")
    is_stale: bool = Field(
        description="Whether the site's count of the item's category is overdue at the card's `counts_at`."
    )
    count_due: datetime | None = Field(
        description="Until when the category is to be counted here, UTC; null where no cycle is set."
    )

    @classmethod
    def of(cls, movement: CardMovement, label: ItemLabel, count: CountState | None) -> Movement:
        """Return a movement of the index."""
        return cls(
            lot=id160(movement.lot),
            item=str(movement.item),
            item_name=label.name,
            unit=label.unit,
            delta=str(movement.delta),
            quantity=str(movement.quantity),
            is_held_here=movement.is_held_here,
            is_stale=count is not None and count.is_stale,
            count_due=None if count is None else moment(count.due),
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """What an entry of a stock card is shown with.

    Attributes:
        labels: What the catalogue says of items.
        spells: The emergencies of the ledger.
        counts: How the counts of the site stand, by category.
    """

    labels: Mapping[int, ItemLabel]
    spells: Sequence[EmergencySpell]
    counts: Mapping[int, CountState]


class StockCardEntry(Row):
    """One entry: a document, and what it moved here."""

    sequence: int = Field(description="Place in the site's journal, from 1, without gaps.")
    journal: Word = Field(description="The site's journal word after it: digest (192 bits), sequence (64).")
    document: CardDocument = Field(description="The document.")
    movements: list[Movement] = Field(description="What it moved at this site, in the order of its lines.")

    @classmethod
    def of(cls, entry: CardEntry, beside: Beside) -> StockCardEntry:
        """Return an entry of the index."""
        return cls(
            sequence=entry.sequence,
            journal=f"{entry.journal:064x}",
            document=CardDocument.of(entry.document, beside.spells),
            movements=[
                Movement.of(each, beside.labels[each.item], beside.counts.get(category_of(ItemId(each.item))))
                for each in entry.movements
            ],
        )


class StockCard(BaseModel):
    """A page of a site's stock card."""

    site: SiteCode = Field(description="The site.")
    name: Name | None = Field(description="Its name.")
    as_of: datetime | None = Field(description="Block time up to which documents count; null for all.")
    entries: list[StockCardEntry] = Field(description="In the order of the site's journal.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    counts_at: datetime = Field(description="For which time it is said whether counts are overdue, UTC.")
    stale: list[OverdueCount] = Field(
        description="The overdue counts of the site, by category, also where it holds nothing."
    )
    block: Block = Field(description="Up to which block the answer holds.")


def reason_name(code: int) -> str | None:
    """Return the name of a reason, its number where the list lacks it, None for none."""
    if code == 0:
        return None
    return REASONS[code].name if code in REASONS else str(code)


def _site_or_none(site: int) -> str | None:
    return str(site) if site else None


def _address_or_none(address: Address) -> str | None:
    return None if address == ZERO_ADDRESS else address
