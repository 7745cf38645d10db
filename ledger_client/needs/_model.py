"""The values of a plan: a list of needs, and what each row of it becomes.

A row is exactly one of four things: a *request*, which can be recorded as it stands; a *draft*, of which
questions are open; *unmapped*, so that the mapping has to be extended; *refused*, so that the list has to be
corrected. `_counts` counts them, `_plan` and `_answers` make them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ledger_client.book import LineIdentity, Sentence
from ledger_client.identifiers import ConsigneeId, ItemId, SiteId
from ledger_client.language import tr


class Urgency(IntEnum):
    """How urgent a request is."""

    ROUTINE = 1
    URGENT = 2
    CRITICAL = 3

    @property
    def names(self) -> tuple[str, str]:
        """The urgency in English and Chinese."""
        return _URGENCIES[self]


_URGENCIES = {
    Urgency.ROUTINE: ("routine", "常规"),
    Urgency.URGENT: ("urgent", "紧急"),
    Urgency.CRITICAL: ("critical", "特急"),
}


class Question(StrEnum):
    """What has to be answered before a draft is a request; its value names the open fact of `Draft`."""

    QUANTITY = "quantity"
    ITEM = "item"
    SITE = "site"
    CONSIGNEE = "consignee"
    NEEDED_BY = "needed_by"
    URGENCY = "urgency"

    @property
    def sentence(self) -> Sentence:
        """The question, in both languages."""
        return Sentence(self.value, *_QUESTIONS[self])


_QUESTIONS = {
    Question.QUANTITY: ("How many base units?", "需要多少（基本单位）？"),
    Question.ITEM: ("Which item of the category?", "该类别中的哪一种物品？"),
    Question.SITE: ("Which site receives it?", "由哪个储备点接收？"),
    Question.CONSIGNEE: ("Which consignee gets it?", "领用单位是哪一个？"),
    Question.NEEDED_BY: ("Needed by which day?", "最迟何日需要？"),
    Question.URGENCY: ("How urgent is it?", "紧急程度如何？"),
}


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution as the list names it, cleaned; two entries with equal texts are one institution."""

    province: str
    city: str
    district: str
    name: str

    @property
    def place(self) -> str:
        """Province, city and district in one text."""
        return " ".join(filter(None, (self.province, self.city, self.district)))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.place, self.name)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list: an institution and how many rows it has there.

    Attributes:
        institution: Who it is; where `fault` says that its texts cannot be used, what can be shown of them.
        rows: Its rows; there may be none.
        fault: Why its texts cannot be used, so that its rows are refused; None where they can.
    """

    institution: Institution
    rows: int
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One row of the list: an institution and something that it needs.

    Attributes:
        number: Place among all rows of the list, from 1.
        entry: Place of its institution's entry in the list, from 1.
        entry_row: Place of the row in that entry, from 1.
        institution: Who needs it.
        item: The goods as written, cleaned.
        specification: Likewise; empty for none.
        quantity: As the list says it, from 2 to 2**63 - 1; None for 'any' (null, 1, or not there).
        identity: The same for the same row of a re-saved list; `ledger_client.book.client_id` makes of it and
            a salt the client id of the request.
        fault: Why the row cannot be used as it stands, None where it can.
    """

    number: int
    entry: int
    entry_row: int
    institution: Institution
    item: str
    specification: str
    quantity: int | None
    identity: LineIdentity
    fault: Sentence | None = None

    @property
    def place(self) -> str:
        """Where the row stands, in the language in force."""
        return tr(
            f"entry {self.entry}, row {self.entry_row}", f"第 {self.entry} 个机构第 {self.entry_row} 行"
        )


@dataclass(frozen=True, slots=True)
class NeedsList:
    """A list of needs as it stands in its file.

    Attributes:
        file: Name of the file, without its folder.
        entries: Every entry, in order; an institution may have several.
        rows: All rows, in order.
        digest: keccak over the identities of the rows in sorted order, 32 bytes: the same for a list that was
            re-saved or sorted, another one where a row was added, changed or left out.
    """

    file: str
    entries: tuple[Entry, ...]
    rows: tuple[NeedRow, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A row that can be recorded as a request.

    Attributes:
        row: The row.
        site: The receiving site.
        consignee: Who the goods are issued to once they are accepted.
        item: The item.
        quantity: Base units of the item, 1 to 2**63 - 1.
        needed_by: The last day on which they are of use.
        urgency: How urgent it is.
        reason: A code of `ledger_client.reasons`, 0 for none.
    """

    row: NeedRow
    site: SiteId
    consignee: ConsigneeId
    item: ItemId
    quantity: int
    needed_by: datetime.date
    urgency: Urgency
    reason: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A row with open questions: every fact that is None is one.

    Attributes:
        row: The row.
        category: Category (GB/T 38565, 7 digits) that the item is of.
        item: The item.
        quantity: Base units of the item, 1 to 2**63 - 1.
        site: The receiving site.
        consignee: Who the goods are issued to once they are accepted.
        needed_by: The last day on which they are of use.
        urgency: How urgent it is.
        reason: A code of `ledger_client.reasons`, 0 for none.
    """

    row: NeedRow
    category: int
    item: ItemId | None
    quantity: int | None
    site: SiteId | None
    consignee: ConsigneeId | None
    needed_by: datetime.date | None
    urgency: Urgency | None
    reason: int = 0

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be answered, in the order of `Question`."""
        return tuple(question for question in Question if getattr(self, question) is None)

    def as_request(self) -> Request | None:
        """Return the request that the draft is once nothing is open, else None."""
        if (
            self.item is None
            or self.quantity is None
            or self.site is None
            or self.consignee is None
            or self.needed_by is None
            or self.urgency is None
        ):
            return None
        return Request(
            self.row, self.site, self.consignee, self.item, self.quantity,
            self.needed_by, self.urgency, self.reason,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A row that becomes nothing yet, and why; unmapped rows may have two reasons, refused ones have one."""

    row: NeedRow
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What the mapping does not name, or not clearly.

    Attributes:
        what: The institution or the goods, as the list has it.
        rows: Rows of the list that name it; an institution may have none.
        reason: Why the mapping does not tell what it is.
    """

    what: str
    rows: int
    reason: Sentence

    @property
    def is_institution(self) -> bool:
        """Whether it is an institution, not goods."""
        return self.reason.rule.startswith("institution-")


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """An answer, or a row of answers, that was not taken.

    Attributes:
        sheet: Name of the sheet.
        cell: Name of the cell, such as `G5`.
        reason: Why.
    """

    sheet: str
    cell: str
    reason: Sentence

    def __str__(self) -> str:
        return tr(
            f"{self.sheet}, {self.cell}: {self.reason.en}", f"{self.sheet} {self.cell}：{self.reason.zh}"
        )


@dataclass(frozen=True, slots=True)
class NeedsPlan:
    """What a list of needs becomes: every row in exactly one of four lists, each in the order of the list.

    Attributes:
        needs: The list.
        requests: Rows that can be recorded.
        drafts: Rows with open questions.
        unmapped: Rows whose institution or goods the mapping does not name.
        refused: Rows that nobody can mean as they stand.
        unnamed: What the mapping does not name, each once.
        unused: What the mapping names and the list does not have: a name that was mistyped, perhaps.
        answers: Answers taken from workbooks.
        faults: Answers that were not taken, from the workbook read last.
    """

    needs: NeedsList
    requests: tuple[Request, ...]
    drafts: tuple[Draft, ...]
    unmapped: tuple[Unplanned, ...]
    refused: tuple[Unplanned, ...]
    unnamed: tuple[Unnamed, ...] = ()
    unused: tuple[str, ...] = ()
    answers: int = 0
    faults: tuple[AnswerFault, ...] = ()
