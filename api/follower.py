"""Keeping the index at the head of the chain: what a child of the server does, or a thread of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

from sqlalchemy import Engine

from api.status import ChildFailedError, Status
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
from ledger_client.databases import open_database
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.index import Follower
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.follower import BLOCKS_A_BATCH
from ledger_client.node import Node
from ledger_client.node import connect as connect_node

NAME = "follower"
"""How the child is called."""


class IndexFollower:
    """The index of a home and the chain that it follows.

    Args:
        home: Whose index.
        node: Of the chain; closed with it.
        deployment: Where the contracts are.

    Raises:
        IndexSchemaError: The index was filled by another version.
        IndexOtherChainError: The index is that of another chain.
    """

    def __init__(self, home: Home, node: Node, deployment: Deployment) -> None:
        self._node = node
        self._chain = chain = Chain(node)
        self._engine: Engine = open_database(home.index_location)
        self._first_block = deployment.first_block
        try:
            self._follower = Follower(
                self._engine,
                ChainSource(chain, deployment),
                chain.engine.finality_depth,
                first_block=deployment.first_block,
            )
        except BaseException:
            self._engine.dispose()
            raise

    @classmethod
    def open(cls, home: Home, *, may_hold: bool = True) -> Self:
        """Open the index of a home; whether the contracts are those of this client is for others to see.

        Args:
            home: Whose index.
            may_hold: Whether this process may come to hold the embedded chain.

        Raises:
            ShecangError: It cannot be opened; the sentence says why.
        """
        deployment = Deployment.load(home.deployment)
        node = connect_node(home.node, may_hold=may_hold)
        try:
            return cls(home, node, deployment)
        except BaseException:
            node.close()
            raise

    def close(self) -> None:
        """Close database and connection."""
        self._engine.dispose()
        self._node.close()

    def follow(self, say: Callable[[Status], None], stop: threading.Event | None = None) -> None:
        """Read the chain up to its head.

        Args:
            say: Told where the index is, batch by batch, since an index that is far behind takes long.
            stop: When set, no further batch is begun.

        Raises:
            ShecangError: The node does not answer, or tells what does not fit.
        """
        head = self._chain.height()
        while True:
            position = self._follower.position
            first = self._first_block if position is None else position.number + 1
            position = self._follower.follow(until=min(head, first + BLOCKS_A_BATCH - 1))
            block = 0 if position is None else position.number
            say(Status(is_up=True, head=head, block=block))
            if block >= head or position is None or (stop is not None and stop.is_set()):
                return


def keep_following(
    follower: IndexFollower, poll: float, stop: threading.Event, say: Callable[[Status], None]
) -> None:
    """Read on whenever the head has moved, until `stop` is set.

    Args:
        follower: The index.
        poll: Seconds between two looks.
        stop: Set when the work is to end; the batch under way is finished first.
        say: Told after each batch, and of failures, after which it goes on.
    """
    while not stop.is_set():
        try:
            follower.follow(say, stop)
        except ShecangError as error:
            say(Status(is_up=True, failure=error))
        except Exception as error:
            # The loop must not end unseen: the answers would stand still, and nobody would learn why.
            say(Status(is_up=True, failure=ChildFailedError.unforeseen(NAME, error)))
        stop.wait(poll)
