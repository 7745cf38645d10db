"""Whether goods that arrive are released or held, as the contract will decide, and why in sentences.

Released are goods that the supplier signed for, on time, with a valid qualification where they need one.
Everything else is recorded too, in lots that are held.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.documents import Kind, Timestamp, moment_at
from ledger_client.errors import UsageError
from ledger_client.fold.verdicts import Status
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.fold.records import Qualification
    from ledger_client.index.reads import IndexReader, SupplierVerdict

_MASK_40 = (1 << 40) - 1


class MixedGoodsError(UsageError):
    """Goods on one receipt need different qualifications."""

    en = "these items need different qualifications ({needs}); record them in receipts of their own"
    zh = "这些物品所需资质不同（{needs}）；请分开记录收货"


@dataclass(frozen=True, slots=True)
class Reception:
    """How goods are received.

    Attributes:
        qualification: What the receipt relies on, 0 for none.
        is_held: Whether every line gets a lot of its own, which is held.
        sentences: Why, for who records it.
    """

    qualification: int
    is_held: bool
    sentences: tuple[str, ...]


def judge(
    index: IndexReader,
    source: int,
    items: Sequence[int],
    *,
    is_donation: bool,
    is_signed: bool,
    occurred: Timestamp | None,
    offset: int,
) -> Reception:
    """Return how goods will be received.

    Args:
        index: Where items and qualifications are looked up.
        source: The supplier, or the digest of a donor.
        items: What arrives.
        is_donation: Whether it is given.
        is_signed: Whether the supplier signs the delivery.
        occurred: When it is said to have occurred; None for now.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        MixedGoodsError: The items need different qualifications.
    """
    category = _needed_category(index, items)
    now = int(time.time())
    is_late = occurred is not None and occurred.is_late(Kind.RECEIPT, now)
    at = occurred.seconds if occurred is not None and is_late else now
    reasons = _reasons(is_donation, is_signed, is_late)
    worth = None
    if category and not is_donation:
        worth = index.supplier_verdict(source, category, at)
        if worth.verdict.status is not Status.VALID:
            reasons.append(_why_not(index, worth, offset))
    elif category:
        reasons = reasons[:1] + ([_late()] if is_late else [])
    if not reasons:
        released = tr("the goods are released", "货物放行")
        return Reception(worth.qualification if worth else 0, False, (released,))
    held = tr(
        "the goods go to held; an approver of the site can release them, with a reason",
        "货物记为暂扣；可由储备点审批人注明原因后放行",
    )
    return Reception(worth.qualification if worth else 0, True, (*reasons, held))


def _needed_category(index: IndexReader, items: Sequence[int]) -> int:
    known = index.items()
    needed = {item: known[item].qualification_category for item in items if item in known}
    if len(set(needed.values())) > 1:
        needs = ", ".join(f"{item}: {category or '–'}" for item, category in sorted(needed.items()))
        raise MixedGoodsError(needs=needs)
    return next(iter(needed.values()), 0)


def _reasons(is_donation: bool, is_signed: bool, is_late: bool) -> list[str]:
    reasons = []
    if is_donation:
        reasons.append(tr("a donation has no qualification", "捐赠物资没有资质"))
    elif not is_signed:
        reasons.append(tr("the supplier did not sign the delivery", "供应商未为交货签名"))
    if is_late:
        reasons.append(_late())
    return reasons


def _late() -> str:
    return tr("it is recorded more than 7 days after it occurred", "记录晚于发生 7 日以上")


def _why_not(index: IndexReader, worth: SupplierVerdict, offset: int) -> str:
    """Return why a supplier is not qualified, and since when."""
    category, status = worth.category, worth.verdict.status
    if status is Status.UNKNOWN:
        return tr(
            f"the supplier has no qualification for category {category}",
            f"供应商没有类别 {category} 的资质",
        )
    record = index.qualifications(worth.supplier)[worth.qualification]
    since = _since(record, status, worth.at)
    when = moment_at(since, offset).date() if since else None
    return tr(
        f"the supplier's qualification for category {category} is {status.label}"
        + (f", since {when}" if status is not Status.NOT_YET_VALID and when else "")
        + (f" before {when}" if status is Status.NOT_YET_VALID and when else ""),
        f"供应商类别 {category} 的资质{status.label}"
        + (f"（自 {when} 起）" if status is not Status.NOT_YET_VALID and when else "")
        + (f"（{when} 起生效）" if status is Status.NOT_YET_VALID and when else ""),
    )


def _since(record: Qualification, status: Status, at: int) -> int:
    """Return since when a qualification does not count, 0 where its own history does not tell."""
    interval = next((entry for entry in reversed(record.entries) if entry >> 152 & _MASK_40), 0)
    if status is Status.EXPIRED:
        return interval >> 152 & _MASK_40
    if status is Status.NOT_YET_VALID:
        return interval >> 112 & _MASK_40
    if status in (Status.SUSPENDED, Status.REVOKED):
        ruling = next((entry for entry in reversed(record.entries) if entry >> 32 & _MASK_40 <= at), 0)
        return ruling >> 32 & _MASK_40
    return 0
