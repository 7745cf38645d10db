"""The ledger as the API sees it: the home's index, names, and nothing that signs or sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, cast, overload

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.asked import current
from api.conditional import depend_on_more, tag_answer
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment, verify_deployment
from ledger_client.databases import DatabaseMissingError, open_database
from ledger_client.errors import UnavailableError
from ledger_client.events import LedgerEvent
from ledger_client.home import Home
from ledger_client.index import BlockStamp, IndexReader
from ledger_client.index.marks import MarkedReader
from ledger_client.index.remembered import Remembered
from ledger_client.index.schema import require_fitting
from ledger_client.node import Node
from ledger_client.node import connect as connect_node
from ledger_client.records import (
    KnownNames,
    Name,
    RecordAnswer,
    RecordId,
    RecordKind,
    RecordsKey,
    RecordStore,
)
from ledger_client.rpc_quantities import quantity
from ledger_client.search.names import NameTable
from ledger_client.trace import registrations
from ledger_client.trade_items import TradeItem, trade_item

Answer = TypeVar("Answer")
Reader = TypeVar("Reader", bound=IndexReader)


class IndexUnusableError(UnavailableError):
    """The index's database answers with an error of its own."""

    en = "the index of the server cannot be read just now; ask again in a moment, or tell who runs the server"
    zh = "服务器的索引暂时无法读取；请稍后重试，或联系服务器管理者"


class Reading:
    """A ledger that is open for reading: by the node, the home's index, and the records.

    Attributes:
        deployment: Where the contracts are, and the offset of the ledger's days.
        plans: Directory of the plans that were submitted from here.
        known_names: The names that were opened, in memory alone.
        name_table: The same names, to be searched.
    """

    def __init__(self, home: Home, node: Node, deployment: Deployment) -> None:
        self.deployment = deployment
        self.plans = home.plans
        self._node = node
        self._records = RecordStore.open(home.records, RecordsKey.read(home.records_key))
        self.known_names = KnownNames(self._records)
        self.name_table = NameTable(self.known_names)
        self._changes = self._records.watch()
        self._engine: Engine = open_database(home.index_location)
        self._remembered = Remembered()
        require_fitting(self._engine, deployment.genesis_hash)

    @classmethod
    def open(cls, home: Home, *, may_hold: bool = True) -> Reading:
        """Open the ledger of a home; neither its keys nor its outbox are touched.

        Args:
            home: Where it lives.
            may_hold: Whether this process may come to hold the embedded chain.

        Raises:
            HomeMissingError: There is none.
            DatabaseMissingError: Its records are not there.
            NodeUnreachableError: Its node does not answer.
            ContractSwappedError: The contracts are not those of this client.
            RecordsKeyMissingError: The key of the records is not there.
            IndexSchemaError: The index was filled by another version.
            IndexOtherChainError: The index is that of another chain.
        """
        home = Home.existing(home.path)
        if not home.records.exists():
            raise DatabaseMissingError(database=home.records)
        deployment = Deployment.load(home.deployment)
        node = connect_node(home.node, may_hold=may_hold)
        try:
            verify_deployment(Chain(node), deployment)
            return cls(home, node, deployment)
        except BaseException:
            node.close()
            raise

    def close(self) -> None:
        """Close databases and connection."""
        self._changes.close()
        self.known_names.close()
        self._records.close()
        self._engine.dispose()
        self._node.close()

    @property
    def chain(self) -> Chain:
        """The chain, as the node has it."""
        return Chain(self._node)

    def block_of_transaction(self, transaction: bytes) -> int | None:
        """Return the number of the block that a transaction is in, as the node says; None for none.

        Raises:
            UnavailableError: The node does not answer.
        """
        found = self._node.request("eth_getTransactionReceipt", f"0x{transaction.hex()}")
        return None if found is None else quantity(found["blockNumber"])

    def block_by_hash(self, hash: bytes) -> int | None:
        """Return the number of the block with a hash, as the node says; None for none.

        Raises:
            UnavailableError: The node does not answer.
        """
        found = self._node.request("eth_getBlockByHash", f"0x{hash.hex()}", False)
        return None if found is None else quantity(found["number"])

    def registrations(self, first: int, last: int) -> Iterator[LedgerEvent]:
        """Yield the events of grants and of sources from one block to another, as the node says.

        Who made a grant or recorded an entry is in them, and not in the index.

        Raises:
            UnavailableError: The node does not answer.
        """
        return registrations(self.chain, self.deployment, first, last)

    @overload
    def consistent(self, read: Callable[[MarkedReader], Answer]) -> tuple[Answer, BlockStamp]: ...

    @overload
    def consistent(
        self, read: Callable[[Reader], Answer], reader: type[Reader]
    ) -> tuple[Answer, BlockStamp]: ...

    def consistent(
        self, read: Callable[[Any], Answer], reader: type[IndexReader] = MarkedReader
    ) -> tuple[Answer, BlockStamp]:
        """Return what `read` finds, and the block up to which all of it holds.

        `read` may ask the index several times: all answers are of one state of it.

        Rights are decided before: whoever has the answer already is told so here, see `api.conditional`.

        Args:
            read: Asks the index.
            reader: Which of its readers is asked.

        Raises:
            IndexEmptyError: Nothing was read from the chain yet.
            IndexUnusableError: The database fails.
            NotModifiedError: Whoever asks has the answer.
        """
        try:
            with reader(self._engine).one_state() as index:
                stamp = index.position()
                self._tag_answer(stamp)
                self._remembered.lend(index, stamp)
                return read(index), stamp
        except SQLAlchemyError as error:
            raise IndexUnusableError() from error

    def names_version(self) -> int | None:
        """Return a number that changes whenever a name does, in this process alone; None for unknown."""
        return self._changes.version()

    def _tag_answer(self, stamp: BlockStamp) -> None:
        asked = current()
        version = None if asked is None else asked.names_version
        if version is None:
            version = self.names_version()
        if version is None:
            depend_on_more()
        else:
            tag_answer(stamp.hash, str(version).encode())

    def names(self, kind: RecordKind, digests: Mapping[int, bytes]) -> dict[int, Name]:
        """Return the names of many things by number, as `name` does one; who has none is left out."""
        found = self.known_names.names({RecordId(kind, each): digest for each, digest in digests.items()})
        return {id.number: name for id, name in found.items()}

    def name(self, kind: RecordKind, number: int, digest: bytes) -> Name | None:
        """Return the name of something; None where its record is not the one on chain."""
        return self.names(kind, {number: digest}).get(number)

    def trade_item(self, gtin: str) -> TradeItem | None:
        """Return what a GTIN stands for; None where nobody has said."""
        return trade_item(self._records, gtin)

    def body(
        self, kind: RecordKind, number: int, digest: bytes
    ) -> tuple[RecordAnswer | None, Mapping[str, Any] | None]:
        """Return how the body that is kept stands beside its digest on chain, and the body where it is that.

        Of what was recorded without a body (its digest is zeros) the answer is None.
        """
        if not any(digest):
            return None, None
        id_ = RecordId(kind, number)
        answer = self._records.verify(id_, digest)
        record = self._records.get(id_) if answer.is_green else None
        if answer.is_green and record is None:
            return RecordAnswer.DELETED, None  # between the two questions
        return answer, None if record is None else record.body


# Not plain functions: those would each go to a thread and back, to look at an attribute.
async def _reading_of(request: Request) -> Reading:
    return cast(Reading, request.state.reading)


ReadingDep = Annotated[Reading, Depends(_reading_of)]
"""The ledger, for an endpoint."""
