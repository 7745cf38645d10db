"""What a verification answers: separate questions, each with its own answer, never one flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.norms import ToldByNorms
from ledger_client.fold.verdicts import Status
from ledger_client.language import tr

PROVED_ALL, CONTRADICTED, COULD_NOT = 0, 1, 3
"""Exit codes of a verification."""


QUALIFIED = (Status.VALID, Status.NOT_NEEDED)
"""What a receipt's verdict may be for its goods to have been received as they should."""


class Question(StrEnum):
    """What is asked, in this order. The names are part of the JSON form and never change."""

    CHAIN = "chain"
    HEADER = "header"
    PROOFS = "proofs"
    JOURNAL = "journal"
    BALANCES = "balances"
    VERDICTS = "verdicts"
    GRANTS = "grants"
    NORMS = "norms"
    NAMES = "names"

    @property
    def label(self) -> str:
        """The question in the language in force."""
        return tr(*_LABELS[self])


_LABELS = {
    Question.CHAIN: ("chain", "链"),
    Question.HEADER: ("header", "区块头"),
    Question.PROOFS: ("proofs", "证明"),
    Question.JOURNAL: ("journal", "账簿"),
    Question.BALANCES: ("balances", "结存"),
    Question.VERDICTS: ("verdicts", "资质结论"),
    Question.GRANTS: ("grants", "授权"),
    Question.NORMS: ("norms", "应急与盘点"),
    Question.NAMES: ("names", "名称"),
}

NEEDED = (
    Question.CHAIN,
    Question.HEADER,
    Question.PROOFS,
    Question.JOURNAL,
    Question.BALANCES,
    Question.GRANTS,
)
"""What must be proved for exit code 0.

Bad verdicts, emergencies, overdue counts and codes in the place of names do not change it.
"""


class AnswerState(StrEnum):
    """How a question was answered; only the first is good news."""

    PROVED = "proved"
    WRONG = "wrong"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The answer in the language in force."""
        return tr(*_STATES[self])


_STATES = {
    AnswerState.PROVED: ("proved", "已证明"),
    AnswerState.WRONG: ("WRONG", "不符"),
    AnswerState.UNKNOWN: ("unknown", "未知"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one question.

    Attributes:
        question: Which.
        state: How it was answered.
        en: The sentence in English.
        zh: The same in Chinese.
    """

    question: Question
    state: AnswerState
    en: str
    zh: str

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        return tr(self.en, self.zh)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"question": self.question.value, "answer": self.state.value, "en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True)
class ReceiptVerdict:
    """What a receipt's qualification was worth then, and is now for the same time.

    Attributes:
        sequence: Place of the receipt in the site's journal, from 1.
        document: Its key.
        then: As recorded: the number of a status.
        now: By everything that is recorded up to the file's block.
        is_as_recorded: Whether the histories give what the receipt recorded; None where they are left out.
    """

    sequence: int
    document: int
    then: int
    now: int
    is_as_recorded: bool | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Attributes:
        source: The file.
        answers: One a question, in order.
        site: The site; 0 where the file did not come that far.
        item: The item to which balances were narrowed, 0 for none.
        block: The block up to which it says anything; None where the file did not come that far.
        time: Of that block, seconds since 1970; None where its header was not proved.
        card: The site's history, where it was proved to be complete.
        items: Item by lot of the site, 20 bytes, as proved.
        verdicts: One a receipt; none where a supplier's or an issuer's journal is not complete.
        norms: Which documents are of an emergency, and which counts were overdue; None where unproved.
        names: Proved names by (register, id), in both languages.
    """

    source: str
    answers: tuple[Answer, ...]
    site: int
    item: int
    block: int | None
    time: int | None
    card: SiteCard | None
    items: Mapping[bytes, int]
    verdicts: Sequence[ReceiptVerdict]
    norms: ToldByNorms | None
    names: dict[tuple[str, int], tuple[str, str]]

    def answer(self, question: Question) -> Answer:
        """Return the answer to a question."""
        return next(answer for answer in self.answers if answer.question is question)

    @property
    def exit_code(self) -> int:
        """0 proved, 1 contradicted, 3 something that is needed is unknown."""
        if any(answer.state is AnswerState.WRONG for answer in self.answers):
            return CONTRADICTED
        proved = all(self.answer(question).state is AnswerState.PROVED for question in NEEDED)
        return PROVED_ALL if proved else COULD_NOT

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "file": self.source,
            "site": str(self.site) if self.site else None,
            "item": str(self.item) if self.item else None,
            "block": self.block,
            "time": self.time,
            "exit_code": self.exit_code,
            "answers": [answer.to_dict() for answer in self.answers],
            "verdicts": [
                {
                    "sequence": each.sequence,
                    "document": f"{each.document:062x}",
                    "then": Status(each.then).name.lower(),
                    "now": Status(each.now).name.lower(),
                    "as_recorded": each.is_as_recorded,
                }
                for each in self.verdicts
            ],
            **self._norms(),
        }

    def _norms(self) -> dict[str, Any]:
        """Return places of documents of an emergency, and overdue counts; None of both where unproved."""
        if self.norms is None:
            return {"emergency": None, "stale": None}
        return {
            "emergency": sorted(self.norms.emergency),
            "stale": [
                {
                    "category": f"{each.category:07d}",
                    "count_due": each.due,
                    "counted_at": each.counted_at or None,
                }
                for each in self.norms.overdue.values()
            ],
        }
