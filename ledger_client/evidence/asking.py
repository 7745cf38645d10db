"""How far evidence goes and what it leaves out: what a command or a server was asked, as a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger_client.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from ledger_client.chain import Chain
    from ledger_client.checkpoints import Checkpoint, Comparison

LEAVE_OUT = ("suppliers", "grants", "norms")
"""Classes of proof that a file may do without."""


class CheckpointMissingError(UnavailableError):
    """There is no checkpoint yet."""

    en = "no checkpoint is in {places}: witnesses sign one with `shecang checkpoint sign`"
    zh = "{places} 中没有检查点：请见证人用 `shecang checkpoint sign` 签署"


class CheckpointBelowError(UnavailableError):
    """A block lies above the newest checkpoint, so that nobody vouches for it yet."""

    en = (
        "nobody vouches for block {block} yet: the newest checkpoint is {newest}; take that, or sign the next"
    )
    zh = "区块 {block} 尚无人作证：最新检查点为区块 {newest}；请改用该区块，或签署下一个"


class TwoTimesError(UsageError):
    """Both a time and a block are given."""

    en = "--as-of and --block both say how far the file goes; give one of them"
    zh = "--as-of 与 --block 均指定截止点；请只给其一"


class TimeBeforeError(UsageError):
    """A time lies before the ledger."""

    en = "no block of this ledger is as old as {time}; give a later time"
    zh = "本账本没有早至 {time} 的区块；请给出较晚的时间"


class ClassUnknownError(UsageError):
    """Something cannot be left out."""

    en = "{value} cannot be left out of evidence; suppliers, grants and norms can"
    zh = "证据中不能略去 {value}；可略去 suppliers、grants 或 norms"


def classes_without(without: Sequence[str]) -> tuple[str, ...]:
    """Return the classes of proof of a file that leaves some out.

    Raises:
        ClassUnknownError: One of them cannot be left out.
    """
    for value in without:
        if value not in LEAVE_OUT:
            raise ClassUnknownError(value=value)
    return ("site", *(each for each in LEAVE_OUT if each not in without))


def checkpoint_for(found: Comparison, block: int | None, places: str) -> Checkpoint:
    """Return the checkpoint that vouches for a block, the newest one where none was asked for.

    Args:
        found: What the witnesses say.
        block: The block.
        places: How a sentence calls where their statements are.

    Raises:
        CheckpointMissingError: There is none.
        CheckpointBelowError: The block lies above the newest.
    """
    newest = found.newest
    if newest is None:
        raise CheckpointMissingError(places=places)
    if block is None:
        return newest
    checkpoint = found.at_or_above(block)
    if checkpoint is None:
        raise CheckpointBelowError(block=block, newest=newest.number)
    return checkpoint


def block_at(chain: Chain, until: int, shown: str | None) -> int:
    """Return the last block whose time is not later, by halving: block times never fall.

    Args:
        chain: The chain.
        until: Seconds since 1970.
        shown: The time as it was asked for.

    Raises:
        TimeBeforeError: The ledger is younger.
    """
    low, high = 0, chain.height()
    if chain.block(0).time > until:
        raise TimeBeforeError(time=shown)
    while low < high:
        middle = (low + high + 1) // 2
        if chain.block(middle).time <= until:
            low = middle
        else:
            high = middle - 1
    return low
