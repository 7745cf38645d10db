"""The facade: one object for one ledger, with parts named as in the domain.

The life of a ledger::

    Ledger.create(home, root=signer, chain_id=…, delay=86_400)     # once
    with Ledger.open(home) as ledger:
        ledger.write([ledger.sites.register(site, zh="东城社区储备点", by=district)])
        ledger.write([ledger.stock.issue(site, consignee, lines, keeper=keeper)])
        ledger.index().on_hand(site)

`registers`, `stock`, `norms` and `reallocation` prepare; `write` signs, stores, sends and waits; `index`
reads. At `open` the contracts are compared with the code of this client, and what the outbox still holds is
sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from ledger_client.addresses import Address
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment, deploy, verify_deployment
from ledger_client.databases import (
    DatabaseDamagedError,
    DatabaseMissingError,
    open_database,
    remove_database,
)
from ledger_client.documents import CHINA_OFFSET
from ledger_client.embedded import ChainExistsError, Clock, EmbeddedProvider, SystemClock, create_chain
from ledger_client.files import FileExistsAlreadyError
from ledger_client.home import Home
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.follower import Follower, rebuild
from ledger_client.index.reads import IndexReader
from ledger_client.index.source import BlockStamp
from ledger_client.node import Node
from ledger_client.node import connect as connect_node
from ledger_client.norms import Norms
from ledger_client.outbox import ChainBusyError, Entry, EntryState, Outbox
from ledger_client.reallocation import Reallocation
from ledger_client.records import RecordsKey, RecordStore
from ledger_client.registers import (
    Consignees,
    Divisions,
    Items,
    Qualifications,
    Roles,
    Sites,
    Suppliers,
)
from ledger_client.signers import Signer
from ledger_client.stock import Stock
from ledger_client.writing import Prepared, Writer, refusal_of

_logger = logging.getLogger(__name__)


class Ledger:
    """One ledger, reached from one home."""

    def __init__(self, home: Home, node: Node, deployment: Deployment, clock: Clock) -> None:
        self.home = home
        self.now = clock.now
        self.chain = Chain(node)
        self.deployment = deployment
        self.records = RecordStore.open(home.records, RecordsKey.read(home.records_key))
        self.outbox = Outbox.open(home.outbox)
        self.source = ChainSource(self.chain, deployment)
        self._follower: Follower | None = None
        self.writer = Writer(self.chain, deployment, self.outbox, self.records, clock.now)

        self.divisions = Divisions(self.writer)
        self.sites = Sites(self.writer)
        self.consignees = Consignees(self.writer)
        self.roles = Roles(self.writer, deployment)
        self.suppliers = Suppliers(self.writer)
        self.qualifications = Qualifications(self.writer)
        self.items = Items(self.writer)
        self.stock = Stock(self.writer, self.records, clock.now)
        self.norms = Norms(self.writer)
        self.reallocation = Reallocation(self.writer, deployment, self.records, clock.now)

    # -- life

    @classmethod
    def create(
        cls,
        home: Home,
        signer: Signer,
        *,
        chain_id: int,
        delay: int,
        root: Address | None = None,
        offset: int = CHINA_OFFSET,
        clock: Clock | None = None,
    ) -> Deployment:
        """Set a ledger up in a home: chain (unless it uses a node elsewhere), contracts, key of the records.

        Args:
            home: Where.
            signer: Deploys the contracts.
            chain_id: For which transactions are signed, on an embedded chain.
            delay: D in seconds, fixed for ever.
            root: The first authority of division 0; the signer where not given.
            offset: Seconds by which the ledger's days are ahead of UTC, fixed for ever.
            clock: For tests and demonstrations.

        What was cut short may be done again: whatever is there already is used.

        Raises:
            FileExistsAlreadyError: There is a ledger.
            ShecangError: It cannot be set up; the sentence says why.
        """
        if home.deployment.exists():
            raise FileExistsAlreadyError(path=home.deployment)
        if home.node == str(home.chain):
            with suppress(ChainExistsError):
                create_chain(home.chain, chain_id, clock)
        node = _node(home, clock or SystemClock())
        try:
            deployment = deploy(Chain(node), signer, root=root or signer.address, delay=delay, offset=offset)
        finally:
            node.close()
        if not home.records_key.exists():
            RecordsKey.create(home.records_key)
        RecordStore.open(home.records, RecordsKey.read(home.records_key)).close()
        Outbox.open(home.outbox).close()
        deployment.save(home.deployment)
        return deployment

    @classmethod
    def open(cls, home: Home, *, clock: Clock | None = None) -> Ledger:
        """Open the ledger of a home.

        Args:
            home: Where it lives.
            clock: For tests and demonstrations: the clock for blocks and documents.

        Raises:
            HomeMissingError: There is none.
            DatabaseMissingError: Its outbox or its records are not there.
            NodeUnreachableError: Its node does not answer.
            ContractSwappedError: The contracts are not those of this client.
        """
        home = Home.existing(home.path)
        for database in (home.records, home.outbox):
            if not database.exists():
                raise DatabaseMissingError(database=database)
        clock = clock or SystemClock()
        deployment = Deployment.load(home.deployment)
        with ExitStack() as opened:
            node = _node(home, clock)
            opened.callback(node.close)
            verify_deployment(Chain(node), deployment)
            ledger = cls(home, node, deployment, clock)
            opened.callback(ledger.close)
            ledger._resume()
            opened.pop_all()
        return ledger

    def _resume(self) -> None:
        """Send what the outbox still holds; what was refused since it was sent nobody has been told yet."""
        try:
            resumed = self.outbox.resume(self.chain)
        except ChainBusyError as error:
            _logger.warning("%s", error.text())
            return
        for entry in resumed:
            if entry.state is EntryState.REFUSED:
                _logger.warning("%s: %s", entry.key, refusal_of(entry).text())

    def close(self) -> None:
        """Close databases and connection."""
        self.records.close()
        self.outbox.close()
        self._close_index()
        self.chain.node.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- writing

    def write(self, prepared: Sequence[Prepared], *, check: bool = True) -> list[Entry]:
        """Sign, store, send and wait for what was prepared; see `Writer.write`."""
        return self.writer.write(prepared, check=check)

    def finish(self) -> None:
        """Wait until everything on its way is recorded or refused, what a replaced block had taken included.

        Raises:
            StillWaitingError: Some are in no block yet.
            UnavailableError: The node does not answer.
        """
        self.outbox.confirm(self.chain)
        on_the_way = [
            entry.key for entry in self.outbox.unfinished() if entry.state is not EntryState.PREPARED
        ]
        self.outbox.wait(on_the_way, self.chain)

    # -- reading

    @cached_property
    def index_engine(self) -> Engine:
        """The index's database, opened when it is first asked for: it may be damaged, and rebuilt."""
        return open_database(self.home.index_location)

    def _close_index(self) -> None:
        self._follower = None
        if "index_engine" in self.__dict__:
            self.index_engine.dispose()
            del self.index_engine

    def follower(self) -> Follower:
        """Return what fills the index."""
        if self._follower is None:
            self._follower = Follower(
                self.index_engine,
                self.source,
                self.chain.engine.finality_depth,
                first_block=self.deployment.first_block,
            )
        return self._follower

    def index(self) -> IndexReader:
        """Return the index, read up to the newest block."""
        self.follower().follow()
        return IndexReader(self.index_engine)

    def rebuild_index(self) -> BlockStamp | None:
        """Throw the index away, whatever its state, and read the chain from its first block."""
        try:
            self._follower = self._rebuilt()
        except DatabaseDamagedError:
            self._close_index()
            remove_database(self.home.index_location)
            self._follower = self._rebuilt()
        return self._follower.position

    def _rebuilt(self) -> Follower:
        return rebuild(
            self.index_engine,
            self.source,
            self.chain.engine.finality_depth,
            first_block=self.deployment.first_block,
        )


def _node(home: Home, clock: Clock) -> Node:
    if home.node == str(home.chain):
        return Node(EmbeddedProvider(Path(home.chain), clock=clock), str(home.chain))
    return connect_node(home.node)
