"""Documents, whole: lines, signers, journals, what names them, and their bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

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
    SiteCode,
    Word,
    id160,
    id160_or_none,
    moment_or_none,
)
from api.schemas.sites import CardDocument, reason_name
from ledger_client.documents import Kind
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.index.journals import JournalPlace
from ledger_client.lines import (
    AnyLine,
    CountLine,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    unpack_lines,
)
from ledger_client.records import RecordAnswer
from ledger_client.trace import Signature
from ledger_client.words import MISSING

Order = Literal["newest", "oldest"]
RoleName = Literal["authority", "keeper", "approver", "issuer", "supplier", "auditor"]

_WITH_EXCEPTIONS = frozenset({Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN_ACCEPTANCE})


@dataclass(frozen=True, slots=True)
class Goods:
    """What an answer says of lots: what they are, and how their items are called."""

    lots: Mapping[int, Lot]
    labels: Mapping[int, ItemLabel]

    def label(self, lot: int) -> tuple[int, ItemLabel]:
        """Return the item of a lot with its name and unit."""
        item = self.lots[lot].item
        return item, self.labels[item]


class Amount(BaseModel):
    """So much of a lot."""

    lot: Id160 = Field(description="The lot.")
    item: ItemCode = Field(description="The lot's item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units; a decimal string.")

    @classmethod
    def of(cls, lot: int, quantity: int, goods: Goods) -> Amount:
        """Return an amount of a lot."""
        return cls(**_amount(lot, quantity, goods))


class DocumentLine(Amount):
    """A line of a document; what its kind does not have is null."""

    quantity: Quantity = Field(
        description="Base units: of a receipt what was accepted, of a count what was counted, of a repack "
        "what was taken, of an exception what is missing or goes back; 0 of a release, hold, recall or lift."
    )
    reason: str | None = Field(description="Why, by its name in the published list.")
    is_missing: bool | None = Field(
        description="Of an exception of a consignment: whether the goods are missing; else they go back."
    )
    delivered: Quantity | None = Field(description="Of a receipt: base units that arrived.")
    rejected: Quantity | None = Field(description="Of a receipt: base units that were refused.")
    expected: Quantity | None = Field(
        description="Of a count: what the books said at the place counted at, as its signers state it."
    )
    difference: Delta | None = Field(description="Of a count: counted less expected.")
    output: Amount | None = Field(description="Of a repack: what came out.")

    @classmethod
    def of_document(cls, document: RecordedDocument, goods: Goods) -> list[DocumentLine]:
        """Return the lines of a document, in the order in which they are recorded."""
        kind = Kind.of(document.kind)
        lines = unpack_lines(kind, document.lines, source=document.from_, key=document.key)
        return [cls._of(kind, each, goods) for each in lines]

    @classmethod
    def _of(cls, kind: Kind, line: AnyLine, goods: Goods) -> DocumentLine:
        nothing = dict.fromkeys(("is_missing", "delivered", "rejected", "expected", "difference", "output"))
        lot, quantity = lot_and_quantity(line)
        # What was rejected altogether is no lot of the ledger: of a receipt the line says which item it is.
        item = line.attributes.item if isinstance(line, ReceiptLine) else None
        said: dict[str, Any] = nothing | _amount(lot, quantity, goods, item)
        said["reason"] = reason_name(line.reason & ~MISSING if kind in _WITH_EXCEPTIONS else line.reason)
        if kind in _WITH_EXCEPTIONS:
            said["is_missing"] = bool(line.reason & MISSING)
        if isinstance(line, ReceiptLine):
            said |= {"delivered": str(line.delivered), "rejected": str(line.rejected)}
        if isinstance(line, CountLine):
            said |= {"expected": str(line.expected), "difference": str(line.difference)}
        if isinstance(line, RepackLine):
            said["output"] = Amount.of(line.output.lot_id, line.output_quantity, goods)
        return cls(**said)


class Signer(BaseModel):
    """Who signed a document, as what."""

    address: AccountAddress = Field(description="The key.")
    role: RoleName | None = Field(description="Of the grant relied on; null where the grant is not known.")
    division: str | None = Field(description="Of that grant; 0 is the country.", examples=["420102"])

    @classmethod
    def of(cls, signature: Signature) -> Signer:
        """Return a signer."""
        role = None if signature.role is None else cast(RoleName, signature.role.name.lower())
        division = None if signature.division is None else str(signature.division)
        return cls(address=signature.address, role=role, division=division)


class JournalEntry(BaseModel):
    """Where a document stands in the journal of a site."""

    site: SiteCode = Field(description="The site.")
    name: Name | None = Field(description="Its name.")
    sequence: int = Field(description="Place in the site's journal, from 1, without gaps.")
    journal: Word = Field(description="The site's journal word after it: digest (192 bits), sequence (64).")

    @classmethod
    def of(cls, place: JournalPlace, name: Name | None) -> JournalEntry:
        """Return an entry of a journal."""
        return cls(site=str(place.site), name=name, sequence=place.sequence, journal=f"{place.journal:064x}")


class DocumentRef(BaseModel):
    """Another document."""

    key: DocumentKey = Field(description="Its key.")
    number: int = Field(description="Its place among all documents of the ledger, from 1.")
    kind: str = Field(description="What it is.", examples=["reversal"])

    @classmethod
    def of(cls, document: RecordedDocument | None) -> DocumentRef | None:
        """Return what is said of another document; None for none."""
        if document is None:
            return None
        kind = Kind.of(document.kind).name.lower()
        return cls(key=f"{document.key:062x}", number=document.number, kind=kind)


class DocumentBody(BaseModel):
    """What its signers wrote beside it, which lies off chain and may be deleted."""

    state: Literal["none", "matches", "differs", "deleted", "absent", "damaged"] = Field(
        description="`none`: it was recorded without one. `matches`: here it is, with the digest on chain. "
        "Without content: `deleted` (for ever), `absent` (not kept here), `differs` (what is kept "
        "here is not what the chain names), `damaged`."
    )
    digest: Hash | None = Field(description="Its salted digest on chain; null for `none`.")
    content: dict[str, Any] | None = Field(description="As it was written; of `matches` alone.")

    @classmethod
    def of(
        cls, digest: bytes, answer: RecordAnswer | None, content: Mapping[str, Any] | None
    ) -> DocumentBody:
        """Return a body; `answer`: how what is kept stands beside its digest, None for a document without."""
        if answer is None:
            return cls(state="none", digest=None, content=None)
        shown = dict(content) if answer.is_green and content is not None else None
        return cls(state=answer.value, digest=f"0x{digest.hex()}", content=shown)


class DocumentFacts(CardDocument):
    """A document with its lines, its signers, and what became of it."""

    qualification: Id160 | None = Field(description="Of a receipt: the qualification that it relied on.")
    deadline: datetime | None = Field(
        description="Of a dispatch: until when the receiver is expected to answer, UTC."
    )
    content_digest: Hash = Field(description="Digest of what it says.")
    digest: Hash = Field(description="Digest of what it says, its signers and its time: what journals roll.")
    source_name: Name | None = Field(description="The supplier's name; null of a donor.")
    consignee_name: Name | None = Field(description="The consignee's name.")
    lines: list[DocumentLine] = Field(description="Its lines, in the order of the contract.")
    signers: list[Signer] = Field(description="Who signed: the sender, the other party, the approver.")
    journals: list[JournalEntry] = Field(
        description="Where it stands in the journals of its sites; none of a recall, which names lots alone."
    )
    reversed_by: DocumentRef | None = Field(description="The document that reversed it.")
    named_by: DocumentRef | None = Field(
        description="The first later document, signed by an approver, that names it."
    )

    @classmethod
    def of_facts(cls, facts: Facts) -> DocumentFacts:
        """Return a document with what was found of it."""
        document = facts.document
        return cls(
            **{name: getattr(facts.card, name) for name in CardDocument.model_fields},
            qualification=id160_or_none(document.qualification),
            deadline=moment_or_none(document.deadline),
            content_digest=f"0x{document.content.hex()}",
            digest=f"0x{document.digest.hex()}",
            source_name=facts.source_name,
            consignee_name=facts.consignee_name,
            lines=DocumentLine.of_document(document, facts.goods),
            signers=facts.signers,
            journals=facts.journals,
            reversed_by=DocumentRef.of(facts.reversed_by),
            named_by=DocumentRef.of(facts.named_by),
        )


class DocumentAnswer(BaseModel):
    """A document, whole."""

    document: DocumentFacts = Field(description="The document.")
    body: DocumentBody = Field(description="What its signers wrote beside it.")
    block: Block = Field(description="Up to which block the answer holds.")


class DocumentPage(BaseModel):
    """A page of the documents that name a site of a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    order: Order = Field(description="Whether numbers descend or ascend.")
    documents: list[CardDocument] = Field(
        description="By number. Those that name no site (recalls) are told of the country alone."
    )
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is found of a document.

    Attributes:
        card: What a list says of it.
        document: The document.
        goods: Its lots.
        signers: Who signed it.
        journals: Where it stands in the journals of its sites.
        reversed_by: The document that reversed it.
        named_by: The first one that names it.
        source_name: Of a receipt.
        consignee_name: Of an issue.
    """

    card: CardDocument
    document: RecordedDocument
    goods: Goods
    signers: list[Signer]
    journals: list[JournalEntry]
    reversed_by: RecordedDocument | None
    named_by: RecordedDocument | None
    source_name: Name | None
    consignee_name: Name | None


def lots_named(document: RecordedDocument) -> set[int]:
    """Return the lots that the lines of a document name."""
    kind = Kind.of(document.kind)
    lines = unpack_lines(kind, document.lines, source=document.from_, key=document.key)
    outputs = {each.output.lot_id for each in lines if isinstance(each, RepackLine)}
    return outputs | {lot_and_quantity(each)[0] for each in lines}


def items_received(document: RecordedDocument) -> set[int]:
    """Return the items of a receipt's lines, also of lots that were rejected altogether; none of others."""
    if document.kind != Kind.RECEIPT:
        return set()
    lines = unpack_lines(Kind.RECEIPT, document.lines, source=document.from_, key=document.key)
    return {int(each.attributes.item) for each in lines if isinstance(each, ReceiptLine)}


def lot_and_quantity(line: AnyLine) -> tuple[int, int]:
    """Return the lot and the base units of a line's head."""
    if isinstance(line, OpeningLine):
        return line.attributes.lot_id, line.quantity
    if isinstance(line, ReceiptLine):
        return line.attributes.lot_id, line.accepted
    if isinstance(line, CountLine):
        return line.lot, line.counted
    if isinstance(line, RepackLine):
        return line.input_lot, line.input_quantity
    return line.lot, line.quantity


def _amount(lot: int, quantity: int, goods: Goods, item: int | None = None) -> dict[str, Any]:
    item, label = goods.label(lot) if item is None else (item, goods.labels[item])
    return {
        "lot": id160(lot),
        "item": str(item),
        "item_name": label.name,
        "unit": label.unit,
        "quantity": str(quantity),
    }


def _told_fields(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$", "description": "Number of the document."},
        "event": {"type": "string", "description": "Kind of the document; `position` or `ended` else."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {
                "anyOf": [
                    {"$ref": "#/components/schemas/DocumentFacts"},
                    _told_fields(after={"type": "integer"}, last={"type": "integer"}),
                    _told_fields(type={"type": "string"}, detail={"type": "string"}),
                ]
            },
        },
    },
    "required": ["event", "data"],
}
"""An event of the stream of new documents, as a description of the API says it (OpenAPI 3.2)."""
