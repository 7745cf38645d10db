"""Ledgers to audit: the chain of a story whose storage is what its events add up to, and its index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from allocation_history import Allocation
from sqlalchemy import Engine
from stock_history import DIRECTORY, SITES, START, Chain, History, short_story

from ledger_client import events
from ledger_client.audit import AuditReport, FindingKind, audit
from ledger_client.audit._slots import expected_words
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.events import Log, decode_event
from ledger_client.fold import fold_event, memory_state
from ledger_client.index import BlockStamp, Follower
from ledger_client.roles import Role


class AuditedChain:
    """A chain of `stock_history` whose storage is what its events add up to, unless a test changes it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.dropped: set[int] = set()
        self.altered: dict[tuple[str, bytes], tuple[int, int]] = {}
        self._words: dict[int, dict[tuple[str, bytes], int]] = {}

    def head(self) -> int:
        return self.chain.head()

    def block(self, number: int) -> BlockStamp | None:
        return self.chain.block(number)

    def logs(self, first: int, last: int) -> Sequence[Log]:
        return [log for log in self.chain.logs(first, last) if log.place.block not in self.dropped]

    def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
        words = self._at(block)
        found = []
        for slot in slots:
            since, value = self.altered.get((contract, slot), (block + 1, 0))
            found.append(value if block >= since else words.get((contract, slot), 0))
        return found

    def _at(self, block: int) -> dict[tuple[str, bytes], int]:
        if block not in self._words:
            state = memory_state()
            for log in self.chain.logs(0, block):
                fold_event(state, decode_event(log))
            self._words[block] = {(word.contract, word.slot): word.value for word in expected_words(state)}
        return self._words[block]


def registered(history: History) -> None:
    """Add what `short_story` lacks: every kind of record that a derived table holds."""
    authority, name = DIRECTORY, b"\1" * 32
    history.emit(
        events.ConsigneeRegistered,
        consignee=5,
        division=42,
        authority=authority,
        authority_division=0,
        name_digest=name,
    )
    proposed = {
        "old_holder": "0x" + "01" * 20,
        "new_holder": "0x" + "02" * 20,
        "replacement": 1,
        "recorded_at": START,
    }
    history.emit(
        events.ReplacementProposed,
        authority=authority,
        authority_division=0,
        grants=1,
        compromised_since=0,
        **proposed,
    )
    history.emit(
        events.SupplierRegistered,
        supplier=3,
        authority=authority,
        authority_division=0,
        grant_position=1,
        name_digest=name,
        recorded_at=START,
    )
    history.emit(
        events.IssuerRegistered,
        issuer=4,
        authority=authority,
        grant_position=1,
        name_digest=name,
        recorded_at=START,
    )
    entry = events.Entry(
        kind=events.EntryKind.ISSUED,
        reason=0,
        effective_at=START,
        recorded_at=START,
        grade=1,
        from_=START,
        until=START + 1_000,
        actor=authority,
        role=Role.ISSUER,
        grant_position=1,
    )
    history.emit(events.AccreditationRecorded, issuer=4, category=7, entry=entry)
    history.emit(
        events.QualificationRecorded,
        supplier=3,
        qualification=6,
        issuer=4,
        category=7,
        certificate_digest=name,
        entry=entry,
    )
    history.seal()


def allocated(history: History, masks: int) -> None:
    """Add what every derived table of Norms and Reallocation holds; the third site gives to the fourth."""
    giver, receiver = SITES[2:]
    story = Allocation(history)
    story.floor(giver, 5)
    story.terms(42, 2, 9_000, 1)
    story.cycle(giver, 90)
    held = history.held[giver, masks]
    story.prove(history.count(giver, masks, held, held))
    story.declare(420105, 10)
    key = story.propose(story.ask(receiver, 40), giver, [(masks, 40)])
    story.approve(key, 4201, mode=2)
    story.consent(key)
    sent = story.send(key, 25)
    story.show(key, sent)
    story.show(key, story.answer(Kind.ACCEPTANCE, sent), 25)
    story.seal(60)


class World:
    """A whole story, its chain and its index."""

    def __init__(self, path: Path) -> None:
        self.history, self.seen = short_story()
        registered(self.history)
        allocated(self.history, self.seen["lots"]["masks"])
        self.chain = AuditedChain(self.history.chain)
        self.engine = open_database(path / "index.db")
        Follower(self.engine, self.chain).follow()

    def audit(self) -> AuditReport:
        return audit(self.engine, self.chain)


def kinds(report: AuditReport) -> list[FindingKind]:
    return [finding.kind for finding in report.findings]


def audited(path: Path, history: History) -> AuditReport:
    engine: Engine = open_database(path / "index.db")
    chain = AuditedChain(history.chain)
    Follower(engine, chain).follow()
    return audit(engine, chain)
