"""The monitor: what an office leaves running, so that a rewritten history does not go unnoticed.

Each look asks three things: do the witnesses agree; is every block that a witness ever signed still the one
on this node's chain; and has the chain become shorter than what was signed or verified. The first "no" is an
alarm. A witness's signature about a final block outlives every copy of the chain. A node may also be behind
for a while; whether it still is after some time is for the caller to see.

What cannot be seen does not hide the rest: a place that does not answer, or answers with nonsense, is told as
a *trouble*, and what all others say is compared all the same. What a place has once shown is not forgotten
when it shows it no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.chain import Chain
from ledger_client.checkpoints._headers import headers, height, identity
from ledger_client.checkpoints.comparison import Comparison, Fork, compare_statements
from ledger_client.checkpoints.places import Place, PlaceUnreachableError, Website
from ledger_client.checkpoints.statement import Statement
from ledger_client.errors import ShecangError
from ledger_client.language import tr
from ledger_client.trust import Accepted, Trust


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
        found: Hash of the block that is there, or that the other statement names; empty where there is none.
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
        comparison: Of all statements that were ever seen.
        height: Of the node's chain, None where it could not be seen.
        alarms: Forks first, then lowest height first; empty where all is well.
        behind: What was signed above the node's height: it may come to it yet.
        troubles: What could not be seen, and why.
    """

    comparison: Comparison
    height: int | None
    alarms: tuple[Alarm, ...]
    behind: tuple[Alarm, ...]
    troubles: tuple[ShecangError, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is no statement at all, so that nothing was compared."""
        return not any(self.comparison.statements.values())


class Monitor:
    """Looks again and again, and forgets no statement that it has seen."""

    def __init__(self, chain: Chain, places: Sequence[Place]) -> None:
        """Watch a node, and what witnesses say at some places."""
        self._chain, self._places = chain, places
        self._about: tuple[bytes, bytes, int] | None = None
        self._seen: dict[Address, set[Statement]] = {}

    def look(self, accepted: Accepted) -> Look:
        """Look once.

        Args:
            accepted: The trust file as it is now; a successor may have come.
        """
        trust = accepted.trust
        troubles = self._read(trust)
        comparison = compare_statements(trust, self._seen)
        alarms = [_of_fork(fork) for fork in comparison.forks]
        found: list[Alarm] = []
        at: int | None = None
        try:
            at = height(self._chain)
            found = _of_chain(self._chain, at, accepted, comparison)
        except ShecangError as error:
            troubles.append(error)
        alarms += [alarm for alarm in found if alarm.kind is not AlarmKind.CHAIN_SHORTER]
        behind = [alarm for alarm in found if alarm.kind is AlarmKind.CHAIN_SHORTER]
        return Look(comparison, at, tuple(alarms), tuple(behind), tuple(troubles))

    def _read(self, trust: Trust) -> list[ShecangError]:
        """Add what the places say to what was seen, and return what kept them from saying it."""
        about = (trust.domain, trust.genesis_hash, trust.spacing)
        if about != self._about:  # statements about another ledger are none about this one
            self._about, self._seen = about, {}
        troubles: list[ShecangError] = []
        for place in self._places:
            for witness in trust.witnesses:
                try:
                    self._seen.setdefault(witness, set()).update(place.statements(trust, witness))
                except ShecangError as error:
                    troubles.append(error)
                    # A server that is silent about one would have the monitor wait for each.
                    if isinstance(error, PlaceUnreachableError) and isinstance(place, Website):
                        break
        return troubles


def look(chain: Chain, accepted: Accepted, places: Sequence[Place]) -> Look:
    """Look once.

    Args:
        chain: The node that is watched.
        accepted: The trust file.
        places: Where statements lie.
    """
    return Monitor(chain, places).look(accepted)


def _of_fork(fork: Fork) -> Alarm:
    kind = AlarmKind.WITNESS_CONVICTED if fork.accused else AlarmKind.FORK
    one, two = (_hash_at(statement, fork.height) for statement in (fork.one, fork.two))
    # One of them may leave the height out, which is what contradicts then.
    return Alarm(kind, fork.height, one or two, two if one else one, fork=fork)


def _hash_at(statement: Statement, height: int) -> bytes:
    """Return what a statement says about a height: the block, the one before it, or nothing."""
    if statement.number == height:
        return statement.block_hash
    return statement.previous_hash if statement.previous_number == height else b""


def _of_chain(chain: Chain, height: int, accepted: Accepted, comparison: Comparison) -> list[Alarm]:
    """Compare every block that was signed, and the one verified last, with the node's; lowest first."""
    trust = accepted.trust
    chain_id, genesis = identity(chain)
    if (chain_id, genesis) != (trust.chain_id, trust.genesis_hash):
        return [Alarm(AlarmKind.CHAIN_OTHER, 0, trust.genesis_hash, genesis)]
    signed = _signed(accepted, comparison)
    numbers = sorted({number for number, _ in signed if number <= height})
    there = dict(zip(numbers, headers(chain, numbers), strict=True))
    alarms = []
    for number, block_hash in sorted(signed):
        header = there.get(number)
        found = header.hash if header else b""
        if found != block_hash:
            kind = AlarmKind.HISTORY_REWRITTEN if found else AlarmKind.CHAIN_SHORTER
            alarms.append(Alarm(kind, number, block_hash, found, statement=signed[number, block_hash]))
    return alarms


def _signed(accepted: Accepted, comparison: Comparison) -> dict[tuple[int, bytes], Statement | None]:
    """Return the blocks that were signed, named as predecessor or verified, with the statement about each."""
    every = [each for own in comparison.statements.values() for each in own]
    signed: dict[tuple[int, bytes], Statement | None] = {
        (each.number, each.block_hash): each for each in every
    }
    for each in every:
        signed.setdefault((each.previous_number, each.previous_hash), each)
    if accepted.head is not None:
        signed.setdefault((accepted.head.number, accepted.head.hash), None)
    return signed
