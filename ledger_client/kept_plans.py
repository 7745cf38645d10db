"""The plans that an office keeps: for good where they were submitted, for a while where they were offered.

A proposal carries the anchor of its plan, and whoever wants to know why looks for the plan under it. A plan
that is made over HTTP is kept before anybody knows whether something of it will be proposed: it is *offered*,
and a list says by whom. It stays for good as soon as a recorded proposal names it; of the others each account
has its last `PER_ACCOUNT`, all accounts together `OFFERED` and `OFFERED_BYTES`, and what is oldest goes
first::

    keep_offered(home.plans, kept, "a3c1f09d", named=reader.anchors_named)

The list and a lock lie beside the directory; one process at a time changes it. A process that is killed
leaves no half of a plan: a file has its name only when it is whole, and a plan is in the list before it is a
file, so that none stays unlisted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ledger_client.anchors import KeptPlan, written
from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.errors import RefusedError
from ledger_client.files import (
    FileUnavailableError,
    make_private_directory,
    read_limited,
    replace_private,
    write_new_private,
)
from ledger_client.planned import READ_BYTES

PER_ACCOUNT = 8
"""Plans that are kept of what one account had made, and nobody has proposed."""

OFFERED = 64
"""Such plans of all accounts together."""

OFFERED_BYTES = 256 * 1024 * 1024
"""Their bytes together."""

_LIST, _LOCK = "plans-offered.json", "plans.lock"
_BEGUN = f".{'[0-9a-f]' * 64}.json.*"
_LIST_BYTES = 1 << 20
_BRACKETS = 8

Named = Callable[[Collection[bytes]], Collection[bytes]]
"""Tells which of some anchors recorded proposals name."""


class PlanTooLargeError(RefusedError):
    """A plan is larger than one that is looked through for a proposal."""

    en = (
        "the plan of this ledger has {found:,} bytes, and one of at most {limit:,} is kept here; make it "
        "with `shecang reallocate propose`"
    )
    zh = "本账本的方案有 {found:,} 字节，此处最多保存 {limit:,} 字节；请用 `shecang reallocate propose` 生成"


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that was made for somebody, and of which nothing is recorded yet.

    Attributes:
        anchor: Of the plan, 32 bytes.
        by: The account.
        size: Bytes of the plan.
    """

    anchor: bytes
    by: str
    size: int


def path_of(plans: Path, anchor: bytes) -> Path:
    """Return where a directory of plans has the one with this anchor."""
    return plans / f"{anchor.hex()}.json"


def keep_for_good(plans: Path, kept: KeptPlan) -> Path:
    """Keep a plan that is submitted, once and for good; return where.

    Args:
        plans: The directory, which is made where it is missing.
        kept: The plan.

    Raises:
        DiskFullError, FileUnavailableError: It cannot be kept.
    """
    anchor = kept.parts.anchor
    path = path_of(plans, anchor)
    with _alone(plans):
        if not path.exists():
            write_new_private(path, written(kept))
        offers = _listed(plans)
        if any(each.anchor == anchor for each in offers):
            _list(plans, [each for each in offers if each.anchor != anchor])
    return path


def keep_offered(plans: Path, kept: KeptPlan, by: str, named: Named) -> Path:
    """Keep a plan of which somebody may propose something, and drop what was offered long ago; return where.

    Args:
        plans: The directory, which is made where it is missing.
        kept: The plan.
        by: The account that had it made.
        named: Tells which anchors recorded proposals name.

    Raises:
        PlanTooLargeError: Nobody would look through a plan of this size.
        DiskFullError, FileUnavailableError: It cannot be kept.
    """
    raw, anchor = written(kept), kept.parts.anchor
    if len(raw) > READ_BYTES:
        raise PlanTooLargeError(found=len(raw), limit=READ_BYTES)
    path = path_of(plans, anchor)
    with _alone(plans):
        before = _listed(plans)
        if path.exists() and all(each.anchor != anchor for each in before):
            return path  # it is kept for good
        new = Offer(anchor, by, len(raw))
        offers = [*(each for each in before if (each.anchor, each.by) != (anchor, by)), new]
        recorded = named({each.anchor for each in offers})
        left = _newest([each for each in offers if each.anchor not in recorded])
        _list(plans, offers)
        if not path.exists():
            write_new_private(path, raw)
        stay = {each.anchor for each in left} | set(recorded)
        for dropped in {each.anchor for each in offers} - stay:
            path_of(plans, dropped).unlink(missing_ok=True)
        _list(plans, left)
    return path


def _newest(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers that stay, in their order; the last one always does."""
    stay: list[Offer] = []
    anchors: set[bytes] = set()
    size = 0
    for each in reversed(offers):
        is_known = each.anchor in anchors
        is_too_many = not is_known and (len(anchors) >= OFFERED or size + each.size > OFFERED_BYTES)
        own = sum(other.by == each.by for other in stay)
        if own >= PER_ACCOUNT or (stay and is_too_many):
            continue
        stay.append(each)
        if not is_known:
            anchors.add(each.anchor)
            size += each.size
    return stay[::-1]


@contextmanager
def _alone(plans: Path) -> Iterator[None]:
    """Be the only one who changes a directory of plans, without what somebody who was killed had begun."""
    make_private_directory(plans)
    try:
        lock = FileLock(plans.with_name(_LOCK), mode=0o600)
        lock.acquire()
    except OSError as error:
        raise FileUnavailableError(path=plans, reason=error.strerror or error) from error
    try:
        for begun in (*plans.glob(_BEGUN), *plans.parent.glob(f".{_LIST}.*")):
            begun.unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def _listed(plans: Path) -> list[Offer]:
    """Return the plans that were offered and are there, the oldest first.

    A list that is not as it was written says nothing: what it spoke of then stays for good.
    """
    path = plans.with_name(_LIST)
    if not path.exists():
        return []
    try:
        rows = parse_canonical(read_limited(path, _LIST_BYTES), path.name, _BRACKETS)
        found = [Offer(bytes.fromhex(anchor), str(by), int(size)) for anchor, by, size in rows]
    except (NotCanonicalError, TypeError, ValueError):
        return []
    return [each for each in found if path_of(plans, each.anchor).exists()]


def _list(plans: Path, offers: Collection[Offer]) -> None:
    rows = [[each.anchor.hex(), each.by, each.size] for each in offers]
    replace_private(plans.with_name(_LIST), canonical(rows))
