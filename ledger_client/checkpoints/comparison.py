"""Comparing what witnesses said: checkpoints that enough of them share, forks, and who is convicted.

Two statements convict one witness when it signed both and they cannot both be true: one height with two
blocks, or a predecessor that is not the one it signed before. Two statements of different witnesses about one
height prove that there are two histories, and accuse nobody: each may have been shown another chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.canonical import canonical
from ledger_client.checkpoints.places import PROOF_TYPE, Place
from ledger_client.checkpoints.statement import Statement
from ledger_client.language import tr
from ledger_client.trust import Trust


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A block for which enough witnesses vouch.

    Attributes:
        number: Its height.
        block_hash: Its hash, 32 bytes.
        state_root: Root of the state after it, 32 bytes.
        statements: k or more, ascending by witness.
    """

    number: int
    block_hash: bytes
    state_root: bytes
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """Two statements that cannot both be true of one history.

    Attributes:
        one: The one about the lower height, or the earlier of the two.
        two: The other.
        accused: The witness who signed both; None where two did.
        height: The height at which they part.
    """

    one: Statement
    two: Statement
    accused: Address | None
    height: int

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        return tr(self.en, self.zh)

    @property
    def en(self) -> str:
        """The sentence in English."""
        if self.accused:
            return (
                f"witness {self.accused} signed two histories that part at block {self.height}: the two "
                "statements convict it"
            )
        return (
            f"witnesses {self.one.witness} and {self.two.witness} were shown two histories that part at "
            f"block {self.height}; neither is accused"
        )

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        if self.accused:
            return (
                f"见证人 {self.accused} 签署了在区块 {self.height} 处分歧的两份历史：两份声明即为其违约之证"
            )
        return (
            f"见证人 {self.one.witness} 与 {self.two.witness} 所见历史在区块 {self.height} 处分歧；"
            "不指责任何一方"
        )

    def to_bytes(self) -> bytes:
        """Return the content of a proof file, which anybody who has the trust file can check."""
        accused = address_to_bytes(self.accused).hex() if self.accused else None
        proof: dict[str, Any] = {
            "type": PROOF_TYPE,
            "accused": accused,
            "height": self.height,
            "statements": [self.one.to_dict(), self.two.to_dict()],
        }
        return canonical(proof) + b"\n"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What all statements together say.

    Attributes:
        statements: By witness, each once, ascending by height.
        checkpoints: Ascending by height.
        forks: In the order of their heights; none is good news.
    """

    statements: dict[Address, tuple[Statement, ...]]
    checkpoints: tuple[Checkpoint, ...]
    forks: tuple[Fork, ...]

    @property
    def newest(self) -> Checkpoint | None:
        """The newest checkpoint, None where there is none."""
        return self.checkpoints[-1] if self.checkpoints else None

    def at_or_above(self, block: int) -> Checkpoint | None:
        """Return the first checkpoint at or above a block, None where it is still to come."""
        return next((each for each in self.checkpoints if each.number >= block), None)


def compare(trust: Trust, places: Sequence[Place]) -> Comparison:
    """Read the statements of all witnesses at all places, and compare them.

    Raises:
        PlaceUnreachableError: A place cannot be read.
        StatementDamagedError: A line is no valid statement.
    """
    return compare_statements(
        trust,
        {
            witness: {each for place in places for each in place.statements(trust, witness)}
            for witness in trust.witnesses
        },
    )


def compare_statements(trust: Trust, found: Mapping[Address, Collection[Statement]]) -> Comparison:
    """Compare valid statements of the trust file's witnesses, wherever they came from."""
    statements = {witness: in_order(found.get(witness, ())) for witness in trust.witnesses}
    forks = sorted(_forks(statements), key=lambda fork: (fork.height, fork.accused is None))
    return Comparison(statements, tuple(_checkpoints(trust, statements)), tuple(forks))


def in_order(statements: Collection[Statement]) -> tuple[Statement, ...]:
    """Return statements of one witness, ascending by height."""
    return tuple(sorted(statements, key=lambda each: (each.number, each.block_hash, each.signature)))


def _forks(statements: dict[Address, tuple[Statement, ...]]) -> Iterator[Fork]:
    for own in statements.values():
        yield from convictions(own)
    first: dict[int, Statement] = {}  # some statement about each height, the lowest witness's
    named: dict[int, Statement] = {}  # likewise one that names it as its predecessor
    for own in statements.values():
        for each in own:
            known = first.setdefault(each.number, each)
            if known.witness != each.witness and _differ(known, each):
                yield Fork(known, each, None, each.number)
            named.setdefault(each.previous_number, each)
    for own in statements.values():
        for each in own:
            number = each.previous_number
            at, other = first.get(number), named[number]
            if at is not None and at.witness != each.witness and at.block_hash != each.previous_hash:
                yield Fork(at, each, None, number)
            elif other.witness != each.witness and other.previous_hash != each.previous_hash:
                yield Fork(other, each, None, number)


def convictions(own: Sequence[Statement]) -> Iterator[Fork]:
    """Give pairs of statements of one witness that convict it; `own` ascends by height.

    A statement that no place has proves nothing: copies may lag behind. So one is convicted by what is there,
    never by what is missing.
    """
    at: dict[int, Statement] = {}
    below: Statement | None = None  # one about the next lower height
    for number, group in groupby(own, key=lambda each: each.number):
        for each in group:
            same = at.setdefault(number, each)
            if _differ(same, each):
                yield Fork(same, each, each.witness, number)
            elif _predecessor(same) != _predecessor(each):
                # The same block twice, and another one before it: one of them leaves out what was signed.
                yield Fork(same, each, each.witness, max(same.previous_number, each.previous_number))
            # Heights are signed in ascending order, so that the next lower one was signed before.
            if below is not None and each.previous_number < below.number:
                yield Fork(below, each, each.witness, below.number)
            named = at.get(each.previous_number)
            if named is not None and named.block_hash != each.previous_hash:
                yield Fork(named, each, each.witness, named.number)
        below = at[number]


def _differ(one: Statement, two: Statement) -> bool:
    return (one.block_hash, one.state_root) != (two.block_hash, two.state_root)


def _predecessor(statement: Statement) -> tuple[int, bytes]:
    return statement.previous_number, statement.previous_hash


def _checkpoints(trust: Trust, statements: dict[Address, tuple[Statement, ...]]) -> Iterator[Checkpoint]:
    """Give the blocks that k witnesses share; more than half of them cannot share two at one height."""
    shared: defaultdict[tuple[int, bytes, bytes], dict[Address, Statement]] = defaultdict(dict)
    for own in statements.values():
        for each in own:
            shared[each.number, each.block_hash, each.state_root].setdefault(each.witness, each)
    for number, block_hash, state_root in sorted(shared):
        by_witness = shared[number, block_hash, state_root]
        if len(by_witness) >= trust.threshold:
            ordered = sorted(by_witness.values(), key=lambda each: address_to_bytes(each.witness))
            yield Checkpoint(number, block_hash, state_root, tuple(ordered))
