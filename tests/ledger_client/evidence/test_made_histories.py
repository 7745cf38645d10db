"""States that no sound contract writes, vouched for by a witness: what the documents say decides."""

from __future__ import annotations

import io
from dataclasses import replace

from benches.histories import History, Size
from proved import verified, wrong

from ledger_client.events import DocumentRecorded
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.report import Question
from ledger_client.evidence.tries import NodeRecorder
from ledger_client.fold.verdicts import Verdict

SMALL = Size(documents=30, lots=100, suppliers=3, grants=10)


class WrongBalance(History):
    """A ledger that keeps one base unit more of a lot than its documents add up to."""

    def _state(self, card: SiteCard) -> tuple[NodeRecorder, bytes]:
        lot = min(card.balances)
        card.balances[lot] += 1
        try:
            return super()._state(card)
        finally:
            card.balances[lot] -= 1


class WrongVerdict(History):
    """A ledger that records a better grade than its suppliers' journals give."""

    def _receipt(self, number: int) -> DocumentRecorded:
        receipt = super()._receipt(number)
        verdict = Verdict.from_word(receipt.verdict)
        return replace(receipt, verdict=replace(verdict, grade=verdict.grade + 1).word)


def wrong_about(history: History) -> list[Question]:
    file = io.BytesIO()
    accepted = history.write(file)
    return wrong(verified(file.getvalue(), accepted))


def test_a_sound_one() -> None:
    assert wrong_about(History(SMALL)) == []


def test_a_balance_that_the_documents_do_not_add_up_to() -> None:
    assert wrong_about(WrongBalance(SMALL)) == [Question.BALANCES]


def test_a_verdict_that_the_journals_do_not_give() -> None:
    assert wrong_about(WrongVerdict(SMALL)) == [Question.VERDICTS]
