"""States that no sound contract writes, vouched for by a witness: what the documents say decides."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

import benches.histories
import pytest
from benches.histories import COMMUNITY, START, History, Size
from proved import verified, wrong

from ledger_client.addresses import address_to_bytes
from ledger_client.divisions import DivisionId
from ledger_client.events import (
    DocumentRecorded,
    FixedEvent,
    GrantReinstated,
    GrantRevoked,
    GrantSuspended,
    LogPlace,
    SignedBy,
)
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.report import Question
from ledger_client.evidence.tries import NodeRecorder
from ledger_client.fold._movements import HELD_HERE
from ledger_client.fold.verdicts import Status, Verdict
from ledger_client.roles import Role

SMALL = Size(documents=30, lots=100, suppliers=3, grants=10)


class WrongBalance(History):
    """A ledger that keeps one base unit more of a lot than its documents add up to."""

    units = 1

    def _state(self, card: SiteCard) -> tuple[NodeRecorder, bytes]:
        lot = min(card.balances)
        card.balances[lot] += self.units
        try:
            return super()._state(card)
        finally:
            card.balances[lot] -= self.units


class WrongVerdict(History):
    """A ledger that records a better grade than its suppliers' journals give."""

    def _receipt(self, number: int) -> DocumentRecorded:
        receipt = super()._receipt(number)
        verdict = Verdict.from_word(receipt.verdict)
        return replace(receipt, verdict=replace(verdict, grade=verdict.grade + 1).word)


class WrongStatus(History):
    """A ledger that records a verdict of a status that there is not."""

    def _receipt(self, number: int) -> DocumentRecorded:
        receipt = super()._receipt(number)
        return replace(receipt, verdict=receipt.verdict | 0xFF)


class NoQualification(History):
    """A ledger of which one receipt names a qualification that no journal knows."""

    def _receipt(self, number: int) -> DocumentRecorded:
        receipt = super()._receipt(number)
        return replace(receipt, qualification=7) if number == 2 else receipt


class NotNeeded(History):
    """A ledger of which one receipt says that goods need no qualification, which need one."""

    def _receipt(self, number: int) -> DocumentRecorded:
        receipt = super()._receipt(number)
        return replace(receipt, qualification=0, verdict=Status.NOT_NEEDED) if number == 2 else receipt


class LostLot(History):
    """A ledger that has lost a balance: the proof of a zero word."""

    def _state(self, card: SiteCard) -> tuple[NodeRecorder, bytes]:
        lot = min(card.balances)
        word, card.balances[lot] = card.balances[lot], 0
        try:
            return super()._state(card)
        finally:
            card.balances[lot] = word


class OnHold(WrongBalance):
    """A ledger that holds a lot which its documents never held."""

    units = HELD_HERE


class Signed(History):
    """A ledger of which one document is signed upon something else."""

    number = 15  # behind an opening and receipts

    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        raise NotImplementedError

    def _documents(self) -> Iterator[DocumentRecorded]:
        for number, document in enumerate(super()._documents()):
            yield self.signed(document) if number == self.number else document


class OtherPosition(Signed):
    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        return replace(document, sender=replace(document.sender, position=2))


class OtherGrant(Signed):
    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        return replace(document, sender=replace(document.sender, grant=bytes(32)))


class OtherRole(Signed):
    """A keeper approves."""

    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        return replace(document, approver=document.sender)


class BeforeTheGrant(Signed):
    """A document between the making of a grant and the day from which it acts."""

    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        return replace(document, recorded_at=START - 90_000)


class OtherSupplier(Signed):
    """The supplier of another receipt signs."""

    number = 1

    def signed(self, document: DocumentRecorded) -> DocumentRecorded:
        other = next(signer for supplier, _, _, signer in self._qualified if supplier != document.from_)
        return replace(document, other=other)


class Afterwards(History):
    """A ledger whose keepers' grants get one more entry, before or behind all documents."""

    event: type[GrantRevoked | GrantSuspended] = GrantRevoked
    recorded_at = START - 80_000

    def _grant(self, number: int, role: Role, subject: int = 0) -> SignedBy:
        signer = super()._grant(number, role, subject)
        if role is Role.KEEPER:
            self._journals.add("holders", address_to_bytes(signer.address), self._ended(signer))
        return signer

    def _ended(self, signer: SignedBy) -> FixedEvent:
        common = {
            "place": LogPlace(0, 0, b"", b""),
            "holder": signer.address,
            "division": DivisionId(COMMUNITY),
            "role": Role.KEEPER,
            "subject": 0,
            "recorded_at": self.recorded_at,
        }
        others = {each.name for each in fields(self.event)} - common.keys() - {"authority"}
        authority = {"authority": signer.address} if self.event is GrantRevoked else {}
        told: dict[str, Any] = {**common, **authority, **dict.fromkeys(others, 0)}
        return self.event(**told)


class Revoked(Afterwards):
    pass


class Suspended(Afterwards):
    event = GrantSuspended


class OnTheRevocation(Revoked):
    """A ledger whose keepers rely on the very entry that ended their grants."""

    def _grant(self, number: int, role: Role, subject: int = 0) -> SignedBy:
        signer = super()._grant(number, role, subject)
        return replace(signer, position=2) if role is Role.KEEPER else signer


class Reinstated(Suspended):
    """A ledger whose keepers' grants were suspended, and act again when their documents are recorded."""

    again = START - 70_000

    def _grant(self, number: int, role: Role, subject: int = 0) -> SignedBy:
        signer = super()._grant(number, role, subject)
        if role is not Role.KEEPER:
            return signer
        event = GrantReinstated(
            place=LogPlace(0, 0, b"", b""),
            holder=signer.address,
            division=DivisionId(COMMUNITY),
            replacement=0,
            role=role,
            subject=0,
            recorded_at=self.again,
        )
        return replace(
            signer, position=self._journals.add("holders", address_to_bytes(signer.address), event)
        )


class ReinstatedLater(Reinstated):
    """A ledger whose keepers rely on what was recorded after their documents."""

    again = START + 1_000_000


class RevokedLater(Afterwards):
    recorded_at = START + 1_000_000


class OtherPlace(History):
    """A ledger whose keepers have grants for another community."""

    def _grant(self, number: int, role: Role, subject: int = 0) -> SignedBy:
        division = benches.histories.COMMUNITY
        with patch.object(benches.histories, "COMMUNITY", division + (role is Role.KEEPER)):
            return super()._grant(number, role, subject)


def wrong_about(history: History) -> list[Question]:
    file = io.BytesIO()
    accepted = history.write(file)
    return wrong(verified(file.getvalue(), accepted))


@pytest.mark.parametrize("history", [History, RevokedLater, Reinstated])
def test_a_sound_one(history: type[History]) -> None:
    assert wrong_about(history(SMALL)) == []


@pytest.mark.parametrize("history", [WrongBalance, LostLot, OnHold])
def test_a_balance_that_the_documents_do_not_add_up_to(history: type[History]) -> None:
    assert wrong_about(history(SMALL)) == [Question.BALANCES]


@pytest.mark.parametrize("history", [WrongVerdict, NotNeeded, NoQualification])
def test_a_verdict_that_the_journals_do_not_give(history: type[History]) -> None:
    assert wrong_about(history(SMALL)) == [Question.VERDICTS]


def test_a_status_that_there_is_not() -> None:
    assert wrong_about(WrongStatus(SMALL)) == [Question.JOURNAL]


@pytest.mark.parametrize(
    "history",
    [
        *(OtherPosition, OtherRole, BeforeTheGrant, OtherSupplier, OtherGrant, OtherPlace),
        *(Revoked, OnTheRevocation, Suspended, ReinstatedLater),
    ],
)
def test_a_grant_that_did_not_act(history: type[History]) -> None:
    assert wrong_about(history(SMALL)) == [Question.GRANTS]
