"""What the tests of the outbox record, and the process that is killed while it does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eth_typing import ChecksumAddress
from sqlalchemy import Engine, event

from ledger_client.addresses import address_from_bytes
from ledger_client.chain import Chain
from ledger_client.chain import connect as connect_chain
from ledger_client.embedded import EmbeddedProvider, ManualClock
from ledger_client.keccak import keccak
from ledger_client.node import Node
from ledger_client.outbox import Outbox, Receipt, Submission
from ledger_client.signers import KeystoreSigner, Signer

CHAIN_ID = 20_250_601
NOW = 1_700_000_000
REVERT_DATA = bytes.fromhex("deadbeef")
_REVERTING = bytes.fromhex("63deadbeef60e01b60005260046000fd")
REVERTING_CODE = bytes.fromhex("6f") + _REVERTING + bytes.fromhex("60005260106010f3")
"""Creates a contract that refuses every call with `REVERT_DATA`."""


@contextmanager
def connect(address: str) -> Iterator[Chain]:
    if address.startswith("http"):
        yield connect_chain(address)
    else:
        clock = ManualClock(1_700_000_000)
        with EmbeddedProvider(Path(address), clock=clock, seal_on_request=True) as provider:
            yield Chain(Node(provider, address))


def inbox_of(signer: Signer) -> ChecksumAddress:
    """An address without code that only this signer's tests write to."""
    return address_from_bytes(keccak(signer.address.encode())[:20])


def submission(signer: Signer, key: str = "a", text: bytes = b"content", **changes: object) -> Submission:
    fields = {
        "key": key,
        "content": keccak(text),
        "sender": signer.address,
        "to": inbox_of(signer),
        "data": text,
        "gas": 100_000,
    }
    return Submission(**(fields | changes))  # type: ignore[arg-type]


def recorded(chain: Chain, signer: Signer) -> list[bytes]:
    """The calldata of every transaction to the signer's inbox, read from all blocks."""
    requests = [("eth_getBlockByNumber", (hex(number), True)) for number in range(chain.head().number + 1)]
    return [
        bytes.fromhex(transaction["input"][2:])
        for block in chain.node.batch(requests)
        for transaction in block["transactions"]
        if transaction["to"] and int(transaction["to"], 16) == int(inbox_of(signer), 16)
    ]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingChain:
    """A real chain whose caller is killed just before or just after it has been given a transaction."""

    def __init__(self, chain: Chain, point: str) -> None:
        self._chain = chain
        self._point = point
        self.chain_id = chain.chain_id
        self.finality_depth = chain.finality_depth

    def height(self) -> int:
        return self._chain.height()

    def send_raw(self, raw: bytes) -> bytes:
        if self._point == "after store":
            _die()
        hash_ = self._chain.send_raw(raw)
        if self._point == "after send":
            _die()
        return hash_

    def send_many(self, raws: Sequence[bytes]) -> bool:
        return self._chain.send_many(raws)

    def receipts(self, hashes: Sequence[bytes]) -> Sequence[Receipt | None]:
        return self._chain.receipts(hashes)

    def transaction_count(self, address: ChecksumAddress) -> int:
        return self._chain.transaction_count(address)


class DyingCommits:
    """Kills this process just before the database commits what was written for the `last`th time."""

    def __init__(self, last: int | None) -> None:
        self._left = last
        self._has_written = False
        event.listen(Engine, "before_cursor_execute", self._look)
        event.listen(Engine, "commit", self._commit)

    def _look(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self._has_written = self._has_written or statement.startswith(("INSERT", "UPDATE"))

    def _commit(self, _connection: object) -> None:
        if self._has_written and self._left is not None:
            self._left -= 1
            if self._left == 0:
                _die()
        self._has_written = False


COMMITS = {"before store": 1, "before commit of sent": 2, "before commit of recorded": 3}
POINTS = [*COMMITS, "after store", "after send"]


def main(address: str, directory: str, point: str) -> None:
    """Record one document, and be killed at `point`."""
    with Outbox.open(Path(directory) / "outbox.sqlite") as outbox, connect(address) as chain:
        DyingCommits(COMMITS.get(point))
        signer = KeystoreSigner.open(Path(directory) / "keeper.json", "")
        dying = DyingChain(chain, point)
        outbox.store([submission(signer)], signer, dying)
        outbox.send(["a"], dying)
        outbox.wait(["a"], dying)


def main_foreign(address: str, directory: str, point: str) -> None:
    """Take in one document that was signed elsewhere, and be killed at `point`."""
    with Outbox.open(Path(directory) / "outbox.sqlite") as outbox, connect(address) as chain:
        signer = KeystoreSigner.open(Path(directory) / "keeper.json", "")
        raw = signed_elsewhere(outbox, chain, signer)
        DyingCommits(COMMITS.get(point))
        dying = DyingChain(chain, point)
        outbox.adopt(submission(signer), raw, dying, NOW)
        outbox.send(["a"], dying)
        outbox.wait(["a"], dying)


def signed_elsewhere(outbox: Outbox, chain: Chain, signer: Signer) -> bytes:
    """What the sender's own machine signs under the number that is reserved for it."""
    what, place = submission(signer), outbox.reserve("a", signer.address, chain, NOW)
    fields = {"chainId": chain.chain_id, "gas": what.gas, "to": what.to, "data": what.data}
    return signer.sign_transaction({**fields, "nonce": place.nonce})


def main_does_nothing() -> None:
    """Start a process, so that what it imports is imported."""
