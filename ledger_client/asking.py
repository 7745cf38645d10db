"""Recording what a list of needs asks for: each row once, however often the list is read.

The client id of a request follows from its row and a salt in the records of the home, as with the books of a
site; there is one salt for all lists, so that a row whose site was wrong is not asked for again when the
mapping is corrected. Rows that the ledger would refuse are held back, each with the reason::

    asking = plan_asking(ledger, plan)
    record_asking(ledger, asking, keeper_at)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ledger_client.allocation import EFFECTIVE_AHEAD, NORMS_WITHOUT_REASON, Urgency, needs_reason
from ledger_client.book import LineIdentity, Sentence, client_id
from ledger_client.documents import SECONDS_A_DAY, Timestamp
from ledger_client.draft_file import KeptDraft, keep_drafts
from ledger_client.identifiers import ItemId, SiteId, category_of
from ledger_client.index.allocation import AllocationReader
from ledger_client.ledger import Ledger
from ledger_client.needs import Draft, NeedsPlan, Request
from ledger_client.writing import Party, Prepared

BATCH = 50
"""Requests that are signed and sent at once; the most that an interruption leaves on the way."""

NEEDS_SALT = SiteId(0)
"""The salt of lists of needs is kept beside those of the books, under the number that no site has."""

Progress = Callable[[int, int], None]
"""Told how many of how many are recorded."""


class Standing(StrEnum):
    """Where a row stands that is a request."""

    BEFORE = "recorded-before"
    NEW = "new"
    HELD_BACK = "held-back"


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that is a request, and where it stands.

    Attributes:
        request: What the row asks for.
        standing: Where it stands.
        key: Of its request on the ledger, 0 where there is none.
        why: Why it is held back, None elsewhere.
    """

    request: Request
    standing: Standing
    key: int = 0
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a plan would record.

    Attributes:
        plan: The plan.
        asked: Its requests, in the order of the list.
        drafts: Its drafts of which nothing is recorded; they are kept.
        answered: Its drafts of which a request is recorded already, by earlier answers or by a proposal.
        salt: Of the client ids; empty where there is none yet and nothing was to be recorded.
    """

    plan: NeedsPlan
    asked: tuple[Asked, ...]
    drafts: tuple[Draft, ...]
    answered: tuple[Draft, ...]
    salt: bytes

    def of(self, standing: Standing) -> list[Asked]:
        """Return the requests that stand so."""
        return [each for each in self.asked if each.standing is standing]


def row_client_id(salt: bytes, identity: LineIdentity, item: int | None = None) -> bytes:
    """Return the client id of the request of a row, or of the request for an item that its draft became."""
    return client_id(salt, identity, 1 if item is None else item)


def plan_asking(ledger: Ledger, plan: NeedsPlan, *, makes_salt: bool) -> Asking:
    """Return where each row of a plan stands beside the ledger.

    Args:
        ledger: The ledger.
        plan: What a list becomes.
        makes_salt: Whether a salt is made where there is none: not for a dry run.
    """
    index = ledger.index()
    has_salt = makes_salt or ledger.records.has_book_salt(NEEDS_SALT)
    salt = ledger.records.book_salt(NEEDS_SALT) if has_salt else b""
    reader, now = AllocationReader(ledger.index_engine), int(ledger.now())
    recorded = {each.request.client_id: each.key for each in reader.requests(0, now, is_open=False)}
    judge = _Judge(ledger, reader, now)
    items = list(index.items())
    asked = []
    for request in plan.requests:
        key = _recorded(salt, request.row.identity, category_of(request.item), items, recorded)
        why = None if key else judge.against(request)
        standing = Standing.BEFORE if key else Standing.HELD_BACK if why else Standing.NEW
        asked.append(Asked(request, standing, key, why))
    drafts: list[Draft] = []
    answered: list[Draft] = []
    for draft in plan.drafts:
        key = _recorded(salt, draft.row.identity, draft.category, items, recorded)
        (answered if key else drafts).append(draft)
    return Asking(plan, tuple(asked), tuple(drafts), tuple(answered), salt)


def record_asking(
    ledger: Ledger,
    asking: Asking,
    keeper_at: Callable[[SiteId], Party],
    progress: Progress = lambda *_: None,
) -> None:
    """Record the requests that are new, a batch at a time, and keep the drafts.

    Args:
        ledger: The ledger.
        asking: What to record.
        keeper_at: Who asks for a site.
        progress: Told how it goes.

    Raises:
        RevertError: The contract refuses the first request of a site; nothing was recorded.
        NotAllRecordedError: It refuses another one; what was recorded stands, and is not asked for again.
        DraftFileError, FileUnavailableError, DiskFullError: The drafts cannot be kept.
    """
    new = asking.of(Standing.NEW)
    parties = {site: keeper_at(site) for site in dict.fromkeys(each.request.site for each in new)}
    calls = [_call(ledger, asking, each, parties[each.request.site]) for each in new]
    _require_roles(ledger, new, calls)
    for at in range(0, len(calls), BATCH):
        progress(at, len(calls))
        ledger.write(calls[at : at + BATCH], check=False)
    progress(len(calls), len(calls))
    keep = [KeptDraft.of(draft, asking.plan.needs) for draft in asking.drafts]
    rows = [row.identity.digest.hex() for row in asking.plan.needs.rows]
    keep_drafts(ledger.home.drafts, keep, rows)


def last_second(day: date, offset: int) -> int:
    """Return the last second of a day of a ledger, since 1970."""
    return Timestamp.of_day(day, offset).seconds + SECONDS_A_DAY - 1


def _call(ledger: Ledger, asking: Asking, each: Asked, keeper: Party) -> Prepared:
    request = each.request
    return ledger.reallocation.request(
        request.site,
        request.item,
        request.quantity,
        needed_by=last_second(request.needed_by, ledger.deployment.offset),
        urgency=Urgency(request.urgency),
        reason=request.reason,
        consignee=request.consignee,
        body=_body(asking.plan, request),
        client_id=row_client_id(asking.salt, request.row.identity),
        keeper=keeper,
    )


def _body(plan: NeedsPlan, request: Request) -> dict[str, Any]:
    """Return what the row said: institutions and goods, no persons."""
    row = request.row
    body = {"list": plan.needs.file, "row": str(row.number), "institution": str(row.institution)}
    body["written"] = " ".join(filter(None, (row.item, row.specification)))
    return {"note": f"{body['institution']}: {body['written']}", **body}


def _require_roles(ledger: Ledger, new: Sequence[Asked], calls: Sequence[Prepared]) -> None:
    """Refuse a missing role or a closed site before anything is recorded."""
    seen: set[SiteId] = set()
    for each, call in zip(new, calls, strict=True):
        if each.request.site not in seen:
            seen.add(each.request.site)
            ledger.chain.call(call.to, call.submission.data, "pending", sender=call.submission.sender)


def _recorded(
    salt: bytes,
    identity: LineIdentity,
    category: int,
    items: Iterable[int],
    recorded: Mapping[bytes, int],
) -> int:
    """Return the key of the request of a row, or of one that its draft became; 0 where there is none."""
    if not salt or not recorded:
        return 0
    parts = [None, *(item for item in items if category_of(ItemId(item)) == category)]
    keys = (recorded.get(row_client_id(salt, identity, part), 0) for part in parts)
    return next(filter(None, keys), 0)


class _Judge:
    """What the ledger would have against a request, found before it is sent."""

    def __init__(self, ledger: Ledger, reader: AllocationReader, now: int) -> None:
        index = ledger.index()
        self._offset, self._now = ledger.deployment.offset, now
        self._sites = {site for site, record in index.sites().items() if not record.is_closed}
        self._items, self._consignees = set(index.items()), set(index.consignees())
        self._floors = {(each.subject, each.about): each.value for each in reader.floors(0, now)}

    def against(self, request: Request) -> Sentence | None:
        """Return why a request would be refused, None where nothing is known against it."""
        until = last_second(request.needed_by, self._offset)
        floor = self._floors.get((request.site, request.item), 0)
        if request.site not in self._sites:
            return _held_back("site", request.site)
        if request.item not in self._items:
            return _held_back("item", request.item)
        if request.consignee not in self._consignees:
            return _held_back("consignee", f"{request.consignee:040x}"[:8])
        if not self._now < until <= self._now + EFFECTIVE_AHEAD:
            return _held_back("needed-by", request.needed_by.isoformat())
        if needs_reason(request.quantity, floor) and not request.reason:
            return _held_back("reason", request.quantity, floor)
        return None


def _held_back(rule: str, *facts: object) -> Sentence:
    en, zh = _HELD_BACK[rule]
    return Sentence(f"held-back-{rule}", en.format(*facts), zh.format(*facts))


_HELD_BACK = {
    "site": (
        "site {0} is not registered or is closed; correct the mapping, or register the site first",
        "储备点 {0} 未登记或已关闭；请更正对照表，或先登记",
    ),
    "item": (
        "item {0} is not in the catalogue; correct the mapping, or have it registered",
        "物品 {0} 不在目录中；请更正对照表，或先登记",
    ),
    "consignee": (
        "consignee {0}… is not registered; have it registered, and import again",
        "领用单位 {0}… 未登记；请先登记，再重新导入",
    ),
    "needed-by": (
        "{0} is over or more than 366 days ahead; give another day of need in the mapping",
        "需用日 {0} 已过或超过 366 天；请在对照表中另填",
    ),
    "reason": (
        f"{{0}} base units are more than {NORMS_WITHOUT_REASON} times the floor of {{1}}; "
        "give a default reason in the mapping",
        f"{{0}} 个基本单位超过保底量 {{1}} 的 {NORMS_WITHOUT_REASON} 倍；请在对照表中填写默认原因",
    ),
}
"""Why a row is held back: English, Chinese."""
