"""What the tests of the outbox record, and the process that is killed while it does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eth_typing import ChecksumAddress
from sqlalchemy import Engine, event
from web3 import Web3

from ledger_client.embedded import EmbeddedProvider, ManualClock
from ledger_client.keccak import keccak
from ledger_client.outbox import Outbox, Receipt, Submission, Web3Chain
from ledger_client.signers import KeystoreSigner, Signer

CHAIN_ID = 20_250_601
REVERT_DATA = bytes.fromhex("deadbeef")
_REVERTING = bytes.fromhex("63deadbeef60e01b60005260046000fd")
REVERTING_CODE = bytes.fromhex("6f") + _REVERTING + bytes.fromhex("60005260106010f3")
"""Creates a contract that refuses every call with `REVERT_DATA`."""


@contextmanager
def connect(address: str) -> Iterator[Web3]:
    if address.startswith("http"):
        yield Web3(Web3.HTTPProvider(address))
    else:
        clock = ManualClock(1_700_000_000)
        with EmbeddedProvider(Path(address), clock=clock, seal_on_request=True) as provider:
            yield Web3(provider)


def inbox_of(signer: Signer) -> ChecksumAddress:
    """An address without code that only this signer's tests write to."""
    return Web3.to_checksum_address(keccak(signer.address.encode())[:20])


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


def recorded(web3: Web3, signer: Signer) -> list[bytes]:
    """The calldata of every transaction to the signer's inbox, read from all blocks."""
    return [
        bytes(transaction["input"])  # type: ignore[index]
        for number in range(web3.eth.block_number + 1)
        for transaction in web3.eth.get_block(number, full_transactions=True)["transactions"]
        if transaction.get("to") == inbox_of(signer)  # type: ignore[union-attr]
    ]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingChain:
    """A real chain whose caller is killed just before or just after it has been given a transaction."""

    def __init__(self, chain: Web3Chain, point: str) -> None:
        self._chain = chain
        self._point = point
        self.chain_id = chain.chain_id

    def send_raw(self, raw: bytes) -> bytes:
        if self._point == "after store":
            _die()
        hash_ = self._chain.send_raw(raw)
        if self._point == "after send":
            _die()
        return hash_

    def send_many(self, raws: Sequence[bytes]) -> bool:
        return self._chain.send_many(raws)

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
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
    with Outbox.open(Path(directory) / "outbox.sqlite") as outbox, connect(address) as web3:
        DyingCommits(COMMITS.get(point))
        signer = KeystoreSigner.open(Path(directory) / "keeper.json", "")
        chain = DyingChain(Web3Chain(web3), point)
        outbox.store([submission(signer)], signer, chain)
        outbox.send(["a"], chain)
        outbox.wait(["a"], chain)


def main_does_nothing() -> None:
    """Start a process, so that what it imports is imported."""
