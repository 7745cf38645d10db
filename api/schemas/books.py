"""What is told of a book: every row of it beside the ledger, and what an import would record."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.bookkeeping import KeptBook, KeptLine, KeptMapping
from api.schemas.audits import Saying
from api.schemas.common import Block, DocumentKey, Hash, Id160, ItemCode, Quantity, SiteCode, moment

BookId = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
MappingId = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
BookKind = Literal["receipt", "issue"]


class BookMapping(BaseModel):
    """A mapping that was sent: which item each goods is."""

    id: MappingId = Field(description="SHA-256 of the file; `mapping` of POST /v1/books.")
    rows: int = Field(description="Goods in it.")
    confirmed: int = Field(description="Of these, confirmed by a person; only such are compared by item.")
    items: int = Field(description="Items in it.")
    kept_until: dt.datetime = Field(description="How long it is kept at most, UTC.")

    @classmethod
    def of(cls, mapping: KeptMapping, until: float) -> BookMapping:
        """Return a mapping as it is told."""
        return cls(id=mapping.id, kept_until=moment(int(until)), **mapping.told)


class ProposedMapping(BaseModel):
    """A mapping with a row for every goods of a book, for a person to correct and confirm."""

    name: str = Field(description="Name for the file.")
    csv: str = Field(
        description="Its text, to be saved in UTF-8 with BOM. A text that a spreadsheet would take for a "
        "formula has an apostrophe in front, which reading takes off again."
    )


class BookSheet(BaseModel):
    """One sheet, every row of it accounted for."""

    sheet: str = Field(description="Its name; of a CSV that of the file.")
    kind: BookKind | None = Field(description="What its lines would be; null where nothing says.")
    date: dt.date | None = Field(description="Day of the sheet; null where none was found.")
    date_source: Saying = Field(description="Where that day was found.")
    rows: int = Field(description="Rows from the first to the last with content; the next five add up to it.")
    lines: int = Field(description="Movements of goods.")
    headings: int = Field(description="Titles, headers, totals and footers.")
    blank: int = Field(description="Empty rows in between.")
    continuations: int = Field(description="Rows inside the vertical merge of a line.")
    problems: int = Field(description="Rows that somebody must mend.")


class Book(BaseModel):
    """What was made of a book; nothing of it is on the ledger."""

    id: BookId = Field(description="By which it is read, while it is kept.")
    site: SiteCode = Field(description="The site that it is about.")
    name: str = Field(description="Name of the file.")
    mapping: MappingId | None = Field(description="The mapping that was applied; null for none.")
    sheets: list[BookSheet] = Field(description="In the order of the file.")
    statuses: dict[str, int] = Field(
        description="How many rows there are of each status of `BookLine`; `missing-in-book` is on the "
        "ledger on days of the book, and not in it."
    )
    actions: dict[str, int] = Field(description="How many rows an import would do each with.")
    suspects: int = Field(description="Questions for a person about lines of the book.")
    knows_salt: bool = Field(
        description="Whether the site's book salt is here. Without it another office may have imported the "
        "book: it is compared by content, and nothing would be recorded."
    )
    new_items: list[ItemCode] = Field(description="Items that would be registered first.")
    new_consignees: list[str] = Field(description="Recipients, as the book names them, likewise.")
    releases: list[Id160] = Field(description="Lots that would be released first, for issues to draw on.")
    drafts: str = Field(description="Where what is missing on the ledger is prepared as drafts.")
    kept_until: dt.datetime = Field(description="How long this is kept at most, UTC.")
    block: Block = Field(description="Up to which block it was compared.")

    @classmethod
    def of(cls, book: KeptBook, until: float) -> Book:
        """Return a book as it is told."""
        told = book.told
        return cls(
            id=book.id,
            site=str(book.site),
            name=book.asked["name"],
            mapping=book.asked["mapping"],
            sheets=[BookSheet(**each) for each in told["sheets"]],
            statuses=told["statuses"],
            actions=told["actions"],
            suspects=told["suspects"],
            knows_salt=told["knows_salt"],
            new_items=told["items"],
            new_consignees=told["consignees"],
            releases=told["releases"],
            drafts="/v1/drafts",
            kept_until=moment(int(until)),
            block=Block(**{**told["block"], "time": moment(told["block"]["time"])}),
        )


class BookEntry(BaseModel):
    """A document of the ledger that is a line of the book, or could be."""

    document: DocumentKey = Field(description="Its key.")
    transaction: Hash = Field(description="Hash of its transaction.")
    kind: BookKind = Field(description="What it is.")
    date: dt.date = Field(description="On which it is said to have occurred.")
    item: ItemCode = Field(description="What it moved.")
    quantity: Quantity = Field(description="Base units.")
    emergency: bool = Field(description="Whether it was recorded in an emergency.")


class BookReason(BaseModel):
    """Why nothing, or only a part, would be recorded."""

    rule: str = Field(description="Stable name of the rule.", examples=["unmapped"])
    text: Saying = Field(description="The sentence.")


class BookGoodsForm(BaseModel):
    """Goods of a receipt that would be recorded."""

    item: ItemCode = Field(description="The item.")
    quantity: Quantity = Field(description="Base units.")
    batch: str | None = Field(description="As printed; null where the book gives none.")
    made: dt.date | None = Field(description="Day of making, likewise.")
    expires: dt.date | None = Field(description="Last day of use, likewise.")


class BookLotForm(BaseModel):
    """A lot that an issue would draw on."""

    lot: Id160 = Field(description="Its id; a receipt of the same book may be what brings it.")
    quantity: Quantity = Field(description="Base units.")


class _BookForm(BaseModel):
    client_id: Hash = Field(
        description="Follows from the line, so that the same line is the same document, whenever it is sent."
    )
    occurred_at: dt.date = Field(description="Day of the line.")
    site: SiteCode = Field(description="The site that records it.")
    note: str = Field(description="File, sheet and cell; kept off chain.")


class BookReceiptForm(_BookForm):
    """A receipt that would be recorded: a form of POST /v1/drafts, to which its signers are added."""

    kind: Literal["receipt"] = Field(description="What it is.")
    donor: Id160 = Field(description="Digest of the donor's name, with the book salt.")
    goods: list[BookGoodsForm] = Field(description="What arrived.")
    held: bool = Field(description="Goods of a book come in held.")


class BookIssueForm(_BookForm):
    """An issue that would be recorded, likewise."""

    kind: Literal["issue"] = Field(description="What it is.")
    consignee: Id160 = Field(description="Who receives it.")
    lines: list[BookLotForm] = Field(description="What goes.")
    reason: str = Field(description="Name of the reason.")


class BookLine(BaseModel):
    """A row of a book beside the ledger; or what the ledger has and the book has not."""

    number: int = Field(description="Its place: rows of the book first, then what it lacks; from 1.")
    status: Literal[
        "matched", "quantity-differs", "missing-on-chain", "missing-in-book", "possibly-twice", "unreadable"
    ] = Field(description="What the comparison says.")
    sheet: str | None = Field(description="Its sheet; null for what is not in the book.")
    row: int | None = Field(description="Its row, from 1; likewise.")
    cell: str | None = Field(description="The cell of its quantity, or the one to mend.", examples=["E7"])
    kind: BookKind | None = Field(None, description="What the line is; null where nothing says.")
    date: dt.date | None = Field(None, description="Its day; null where the book gives none.")
    party: str | None = Field(None, description="Donor, supplier or recipient, as the book names it.")
    goods: str | None = Field(None, description="Name of the goods, as the book has it.")
    unit: str | None = Field(None, description="Its unit, likewise.")
    quantity: Quantity | None = Field(None, description="Base units in the book.")
    item: ItemCode | None = Field(None, description="The item by the mapping; null where it does not say.")
    formulas: list[Literal["party", "goods", "unit"]] = Field(
        description="Which of these texts a spreadsheet would take for a formula: they begin with = + - @ "
        "or a tab, and are texts here."
    )
    recorded: Quantity | None = Field(description="Base units on the ledger; null where nothing is.")
    matched_by: Literal["document", "content"] | None = Field(
        description="Whether it was found by the document that an import made, or by what it says."
    )
    documents: list[BookEntry] = Field(description="The ledger's side.")
    stale: bool = Field(description="Whether the count of its category is overdue at the site.")
    text: Saying = Field(description="The sentence that the comparison comes to.")
    action: Literal["record", "record-part", "not-covered", "recorded", "not-recorded"] | None = Field(
        description="What an import would do; null for what is not in the book."
    )
    why: BookReason | None = Field(description="Why nothing, or only a part, would be recorded.")
    to_record: Quantity = Field(description="Base units that an import would record now.")
    rest: str = Field(description="Base units of an issue that would not be on the ledger even then.")
    kept_held: list[str] = Field(description="Suspicions for which received goods would stay held.")
    form: BookReceiptForm | BookIssueForm | None = Field(
        description="The document that would be recorded, as a form of POST /v1/drafts without its signers "
        "(`keeper`, and `approver` for what is late); null for none."
    )

    @classmethod
    def of(cls, line: KeptLine) -> BookLine:
        """Return a row as it is told."""
        return cls.model_validate_json(b'{"number":%d,%s' % (line.number, line.raw[1:]))


class BookLines(BaseModel):
    """A page of the rows of a book."""

    lines: list[BookLine] = Field(description="In the order of the book.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block it was compared.")


class SuspectPlace(BaseModel):
    """A line that a suspicion is about."""

    sheet: str = Field(description="Its sheet.")
    row: int = Field(description="Its row, from 1.")


class BookSuspect(BaseModel):
    """A question for a person; nothing is dropped for it."""

    rule: str = Field(description="Which rule asks; stable.", examples=["repeated"])
    is_weak: bool = Field(description="Whether chance explains it as well.")
    places: list[SuspectPlace] = Field(description="The lines.")
    text: Saying = Field(description="What was seen.")


class BookSuspects(BaseModel):
    """A page of the questions about a book."""

    suspects: list[BookSuspect] = Field(description="In the order in which they were found.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
