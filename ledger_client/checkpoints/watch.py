"""The monitor: what an office leaves running, so that a rewritten history does not go unnoticed.

Each look asks three things: do the witnesses agree; is every block that a witness ever signed still the one
on this node's chain; and has the chain become shorter than what was signed or verified. The first "no" is an
alarm. A witness's signature about a final block outlives every copy of the chain. A node may also be behind
for a while; whether it still is after some time is for the caller to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_client.addresses import address_to_bytes
from ledger_client.chain import BlockUnknownError, Chain
from ledger_client.checkpoints.comparison import Comparison, Fork, compare
from ledger_client.checkpoints.places import Place
from ledger_client.checkpoints.statement import Statement
from ledger_client.language import tr
from ledger_client.trust import Accepted

_BLOCKS = 100  # asked for at once


class AlarmKind(StrEnum):
    """What is wrong. The names are part of the JSON line and never change."""

    FORK = "fork"
    WITNESS_CONVICTED = "witness-convicted"
    HISTORY_REWRITTEN = "history-rewritten"
    CHAIN_SHORTER = "chain-shorter"
    CHAIN_OTHER = "chain-other"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm.

    Attributes:
        kind: What is wrong.
        number: Height at which.
        expected: Hash of the block that was signed or verified, 32 bytes.
        found: Hash of the block that is there; empty where there is none.
        fork: The two statements that prove it, None where the node itself is the other side.
        statement: The statement that the chain contradicts, None where there is none.
    """

    kind: AlarmKind
    number: int
    expected: bytes
    found: bytes
    fork: Fork | None = None
    statement: Statement | None = None

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        if self.fork is not None:
            return self.fork.text
        expected, found = self.expected.hex()[:8], self.found.hex()[:8]
        if self.kind is AlarmKind.CHAIN_OTHER:
            return tr("the node runs another chain than the trust file's", "节点所在链与信任文件不同")
        if self.kind is AlarmKind.CHAIN_SHORTER:
            return tr(
                f"the node's chain ends before block {self.number}, which was signed as {expected}…",
                f"节点的链止于区块 {self.number} 之前，而该区块曾被签署为 {expected}…",
            )
        return tr(
            f"block {self.number} is {found}… on the node and was signed as {expected}…: the history was "
            "rewritten",
            f"节点的区块 {self.number} 为 {found}…，而曾被签署为 {expected}…：历史已被改写",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON line."""
        signer = self.statement.witness if self.statement else self.fork.accused if self.fork else None
        return {
            "alarm": self.kind.value,
            "number": self.number,
            "expected": self.expected.hex(),
            "found": self.found.hex() or None,
            "witness": address_to_bytes(signer).hex() if signer else None,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found.

    Attributes:
        comparison: Of all statements.
        height: Of the node's chain.
        alarms: Lowest height first; empty where all is well.
        behind: What was signed above the node's height: it may come to it yet.
    """

    comparison: Comparison
    height: int
    alarms: tuple[Alarm, ...]
    behind: tuple[Alarm, ...]


def look(chain: Chain, accepted: Accepted, places: Sequence[Place]) -> Look:
    """Look once.

    Args:
        chain: The node that is watched.
        accepted: The trust file.
        places: Where statements lie.

    Raises:
        PlaceUnreachableError: A place cannot be read.
        StatementDamagedError: A line there is no valid statement.
        UnavailableError: The node does not answer.
    """
    comparison = compare(accepted.trust, places)
    height = chain.height()
    alarms = [_of_fork(fork) for fork in comparison.forks]
    behind: list[Alarm] = []
    if (chain.chain_id, chain.genesis_hash) != (accepted.trust.chain_id, accepted.trust.genesis_hash):
        alarms.append(Alarm(AlarmKind.CHAIN_OTHER, 0, accepted.trust.genesis_hash, chain.genesis_hash))
    else:
        for alarm in _of_chain(chain, height, accepted, comparison):
            (behind if alarm.kind is AlarmKind.CHAIN_SHORTER else alarms).append(alarm)
    return Look(comparison, height, tuple(alarms), tuple(behind))


def _of_fork(fork: Fork) -> Alarm:
    kind = AlarmKind.WITNESS_CONVICTED if fork.accused else AlarmKind.FORK
    return Alarm(kind, fork.height, fork.one.block_hash, fork.two.block_hash, fork=fork)


def _of_chain(chain: Chain, height: int, accepted: Accepted, comparison: Comparison) -> list[Alarm]:
    """Compare every block that was signed, and the one verified last, with the node's; lowest first."""
    signed: dict[tuple[int, bytes], Statement | None] = {
        (each.number, each.block_hash): each for own in comparison.statements.values() for each in own
    }
    if accepted.head is not None:
        signed.setdefault((accepted.head.number, accepted.head.hash), None)
    expected = sorted(signed)
    alarms = []
    for start in range(0, len(expected), _BLOCKS):
        piece = expected[start : start + _BLOCKS]
        there = [number for number, _ in piece if number <= height]
        hashes = dict(zip(there, _hashes(chain, there), strict=True))
        for number, block_hash in piece:
            found = hashes.get(number, b"")
            if found != block_hash:
                kind = AlarmKind.HISTORY_REWRITTEN if found else AlarmKind.CHAIN_SHORTER
                statement = signed[number, block_hash]
                alarms.append(Alarm(kind, number, block_hash, found, statement=statement))
    return alarms


def _hashes(chain: Chain, numbers: Sequence[int]) -> list[bytes]:
    try:
        return [block.hash for block in chain.blocks(numbers)]
    except BlockUnknownError:
        # The chain became shorter in between: what is gone has no hash.
        return [_hash(chain, number) for number in numbers]


def _hash(chain: Chain, number: int) -> bytes:
    try:
        return chain.block(number).hash
    except BlockUnknownError:
        return b""
