"""What must be there after a kill: all that was acknowledged, once, and everywhere the same."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from crash_work import COMMANDS, REGISTERING, Work, effect, give
from facade import OTHER_PLACE, PLACE, World, clock_for, found, new_home
from played_ledger import APPROVER, KEEPER, OTHER_KEEPER, ROOT

from ledger_client.audit import audit
from ledger_client.databases import open_database
from ledger_client.index.dump import dump
from ledger_client.index.follower import rebuild
from ledger_client.ledger import Ledger
from ledger_client.outbox import Entry, EntryState
from ledger_client.records import RecordAnswer, RecordId
from ledger_client.writing import Prepared

PLENTY = 1_000_000_000
_SIGNERS = (ROOT, KEEPER, OTHER_KEEPER, APPROVER)


@dataclass
class Told:
    """What a process had said before it died."""

    opened: bool = False
    steps: list[int] = field(default_factory=list)
    blocks: list[tuple[int, bytes]] = field(default_factory=list)

    @classmethod
    def parse(cls, said: bytes) -> Told:
        """Return what `write` said."""
        told = cls()
        for line in said.split(b"\n")[:-1]:  # what stands behind the last line break was not said
            match line.decode().split():
                case ["opened"]:
                    told.opened = True
                case ["recorded", step]:
                    told.steps.append(int(step))
                case ["indexed", number, hash_]:
                    told.blocks.append((int(number), bytes.fromhex(hash_)))
                case words:
                    raise AssertionError(f"nobody says {words}")
        return told

    def then(self, later: Told) -> Told:
        """Return what was said altogether, when `later` was given the same commands from the first."""
        return Told(self.opened or later.opened, max(self.steps, later.steps), self.blocks + later.blocks)


@dataclass
class KilledOffice:
    """A home whose processes are killed, and what its ledger must hold by now."""

    work: Work
    quantities: Counter[tuple[int, int]]
    documents: set[int]
    consignees: int = 1

    @classmethod
    def found(cls, directory: Path) -> KilledOffice:
        """Found a ledger whose two sites hold plenty of a lot each."""
        clock = clock_for(None)
        with Ledger.open(new_home(directory, None, clock), clock=clock) as ledger:
            found(ledger)
            world = World(ledger, clock)
            lots = world.stocked(PLENTY), world.stocked(PLENTY, site=OTHER_PLACE)
            documents = set(_bodies_and_documents(ledger)[1])
        work = Work(directory, "", clock.now() + 100, time.time(), 0, lots)
        held = Counter({(PLACE, lots[0]): PLENTY, (OTHER_PLACE, lots[1]): PLENTY})
        return cls(work, held, documents)

    def copied(self, directory: Path) -> KilledOffice:
        """Return the same office in a directory of its own, its clock set to the present."""
        shutil.copytree(self.work.home, directory)
        work = replace(self.work, home=directory, epoch=time.time())
        return KilledOffice(work, self.quantities.copy(), self.documents.copy(), self.consignees)

    def new_work(self, name: str) -> Work:
        """Return work for a process that begins now."""
        return replace(self.work, name=name, since=self.work.pace.now())

    def check(self, told: Sequence[tuple[Work, Told]]) -> int:
        """Reopen, give the commands again, and compare everything with everything.

        Returns:
            How many documents had been acknowledged.

        Raises:
            AssertionError: Something acknowledged is missing, something is there twice, or two differ.
        """
        _check_files(self.work.home)
        with self.work.open() as ledger:
            acknowledged = sum(_check_acknowledged(ledger, *each) for each in told)
            for work, said in told:
                self._repeat(ledger, work, said)
            self._check_ledger(ledger)
            _check_senders(ledger)
        _check_files(self.work.home)
        return acknowledged

    def _repeat(self, ledger: Ledger, work: Work, said: Told) -> None:
        """Give the killed command again, and those before it: what is recorded stays what it is."""
        killed = len(said.steps)
        assert said.steps == list(range(killed))
        for step in range(killed + 1):
            commanded = work.command(ledger, step)
            before = [ledger.outbox.find(each.submission.key) for each in commanded]
            give(work, ledger, step)
            _check_once(ledger, commanded, before)
            self.quantities += effect(work, step)
            self.documents |= {each.key for each in commanded if each.key}
            self.consignees += step % len(COMMANDS) == REGISTERING

    def _check_ledger(self, ledger: Ledger) -> None:
        """Compare model, index, a fresh index, records and storage."""
        index = ledger.index()
        bodies, documents = _bodies_and_documents(ledger)
        assert sorted(documents) == sorted(self.documents)
        assert bodies <= self.documents, "a body of no document"
        for site in (PLACE, OTHER_PLACE):
            held = {each.lot: each.quantity for each in index.on_hand(site)}
            for (place, lot), quantity in self.quantities.items():
                assert place != site or held.get(lot, 0) == quantity
        consignees = index.consignees()
        assert len(consignees) == self.consignees
        for consignee in consignees:
            name = ledger.records.verify_name(RecordId("consignee", consignee), consignees[consignee].name)
            assert name is RecordAnswer.MATCHES
        assert list(dump(ledger.index_engine)) == _fresh(ledger)
        report = audit(
            ledger.index_engine,
            ledger.source,
            first_block=ledger.deployment.first_block,
            offset=ledger.deployment.offset,
        )
        assert report.agreed, report.findings
        assert report.documents == len(self.documents)


def _check_acknowledged(ledger: Ledger, work: Work, said: Told) -> int:
    """See that what was acknowledged is in outbox, chain, records and index, before anything is repeated."""
    index = ledger.index()
    count = 0
    for step in said.steps:
        for each in work.command(ledger, step):
            entry = ledger.outbox.find(each.submission.key)
            assert entry is not None and entry.state is EntryState.RECORDED and entry.hash is not None
            [receipt] = ledger.chain.receipts([entry.hash])
            assert receipt is not None and receipt.succeeded
            assert (receipt.block_number, receipt.block_hash) == (entry.block_number, entry.block_hash)
            if each.key:
                document = index.document(each.key)
                assert document is not None and document.transaction == entry.hash
                answer = ledger.records.verify(RecordId("document", each.key), document.body)
                assert answer is RecordAnswer.MATCHES
                count += 1
    for number, hash_ in said.blocks:
        block = ledger.source.block(number)
        assert block is not None and block.hash == hash_
    return count


def _check_once(ledger: Ledger, commanded: Sequence[Prepared], before: Iterable[Entry | None]) -> None:
    """See that what was signed before the kill is what is recorded, with the body that was stored."""
    for each, stored in zip(commanded, before, strict=True):
        entry = ledger.outbox.find(each.submission.key)
        assert entry is not None and entry.state is EntryState.RECORDED
        assert stored is None or stored.hash in (None, entry.hash)
        if each.key:
            document = ledger.index().document(each.key)
            assert document is not None and document.transaction == entry.hash
            answer = ledger.records.verify(RecordId("document", each.key), document.body)
            assert answer is RecordAnswer.MATCHES


def _check_senders(ledger: Ledger) -> None:
    """See that numbers have no gap, and that no transaction is there that is in no block."""
    assert ledger.outbox.unfinished() == []
    for signer in _SIGNERS:
        assert ledger.outbox.gaps(signer.address, ledger.chain) == []
        with closing(sqlite3.connect(ledger.home.outbox)) as connection:
            rows = connection.execute(
                "SELECT nonce, hash FROM transactions WHERE sender = ? ORDER BY nonce", (signer.address,)
            ).fetchall()
        count = ledger.chain.transaction_count(signer.address)
        # The root has sent the contracts' creations by itself, before there was an outbox.
        assert [nonce for nonce, _ in rows] == list(range(count - len(rows), count))
        assert all(ledger.chain.receipts([hash_ for _, hash_ in rows]))


def _check_files(home: Path) -> None:
    for path in (home / "outbox.db", home / "records.db", home / "index.db", home / "chain/chain.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _bodies_and_documents(ledger: Ledger) -> tuple[set[int], list[int]]:
    """Return of what documents there is a body, and what documents there are."""
    ledger.index()
    with closing(sqlite3.connect(ledger.home.records)) as connection:
        ids = connection.execute("SELECT id FROM records WHERE id LIKE 'document/%'").fetchall()
    with closing(sqlite3.connect(ledger.home.index)) as connection:
        keys = connection.execute("SELECT document_key FROM documents").fetchall()
    return {int(id_.partition("/")[2]) for (id_,) in ids}, [int.from_bytes(key) for (key,) in keys]


def _fresh(ledger: Ledger) -> list[str]:
    """Return the dump of an index that was read from the first block."""
    with tempfile.TemporaryDirectory(dir=ledger.home.path) as directory:
        engine = open_database(Path(directory) / "fresh.db")
        try:
            rebuild(engine, ledger.source, first_block=ledger.deployment.first_block)
            return list(dump(engine))
        finally:
            engine.dispose()
