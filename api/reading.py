"""The ledger as the API sees it: the home's index, names, and nothing that signs or sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger_client.chain import Chain
from ledger_client.contracts import Deployment, verify_deployment
from ledger_client.databases import DatabaseMissingError, open_database
from ledger_client.errors import UnavailableError
from ledger_client.home import Home
from ledger_client.index import BlockStamp, Follower
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.marks import MarkedReader
from ledger_client.index.remembered import Remembered
from ledger_client.node import Node
from ledger_client.node import connect as connect_node
from ledger_client.records import KnownNames, Name, RecordId, RecordKind, RecordsKey, RecordStore

Answer = TypeVar("Answer")


class IndexUnusableError(UnavailableError):
    """The index's database answers with an error of its own."""

    en = "the index of the server cannot be read just now; ask again in a moment, or tell who runs the server"
    zh = "服务器的索引暂时无法读取；请稍后重试，或联系服务器管理者"


class Reading:
    """A ledger that is open for reading: by the node, the home's index, and the records.

    Attributes:
        deployment: Where the contracts are, and the offset of the ledger's days.
    """

    def __init__(self, home: Home, node: Node, deployment: Deployment) -> None:
        self.deployment = deployment
        self._node = node
        self._records = RecordStore.open(home.records, RecordsKey.read(home.records_key))
        self._names = KnownNames(self._records)
        self._engine: Engine = open_database(home.index_location)
        self._remembered = Remembered()
        self._chain = chain = Chain(node)
        self._follower = Follower(
            self._engine,
            ChainSource(chain, deployment),
            chain.engine.finality_depth,
            first_block=deployment.first_block,
        )

    @classmethod
    def open(cls, home: Home) -> Reading:
        """Open the ledger of a home; neither its keys nor its outbox are touched.

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
        node = connect_node(home.node)
        try:
            verify_deployment(Chain(node), deployment)
            return cls(home, node, deployment)
        except BaseException:
            node.close()
            raise

    def close(self) -> None:
        """Close databases and connection."""
        self._names.close()
        self._records.close()
        self._engine.dispose()
        self._node.close()

    def height(self) -> int:
        """Return the number of the chain's newest block.

        Raises:
            UnavailableError: The node does not answer.
        """
        return self._chain.height()

    def catch_up(self) -> BlockStamp | None:
        """Read the chain up to its head; not from two threads at once.

        Raises:
            ShecangError: The node does not answer, or tells what does not fit.
        """
        return self._follower.follow()

    def consistent(self, read: Callable[[MarkedReader], Answer]) -> tuple[Answer, BlockStamp]:
        """Return what `read` finds, and the block up to which all of it holds.

        `read` may ask the index several times: all answers are of one state of it.

        Raises:
            IndexEmptyError: Nothing was read from the chain yet.
            IndexUnusableError: The database fails.
        """
        try:
            with MarkedReader(self._engine).one_state() as index:
                stamp = index.position()
                self._remembered.lend(index, stamp)
                return read(index), stamp
        except SQLAlchemyError as error:
            raise IndexUnusableError() from error

    def name(self, kind: RecordKind, number: int, digest: bytes) -> Name | None:
        """Return the name of something; None where its record is not the one on chain."""
        return self.names(kind, {number: digest})[number]

    def names(self, kind: RecordKind, digests: Mapping[int, bytes]) -> dict[int, Name | None]:
        """Return names of several things of a kind by number, asked for at once.

        Args:
            kind: Of all of them.
            digests: Digest of the name on chain, by number.
        """
        wanted = {RecordId(kind, number): digest for number, digest in digests.items()}
        return {each.number: name for each, name in self._names.names(wanted).items()}


# Not plain functions: those would each go to a thread and back, to look at an attribute.
async def _reading_of(request: Request) -> Reading:
    return cast(Reading, request.state.reading)


ReadingDep = Annotated[Reading, Depends(_reading_of)]
"""The ledger, for an endpoint."""
