"""Drafts by category become requests for items that somebody near has, see `ledger_client.matching.drafts`.

A draft of which nothing but the item is open can be turned. Its unit is the base unit of the items of its
category; where they are counted in several, nobody may guess which one was meant, and the item has to be
answered. The client id of a request follows from the draft's row and the item, so that recording again
records nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ledger_client import matching
from ledger_client.allocation import Urgency, needs_reason, request_key
from ledger_client.asking import NEEDS_SALT, last_second, row_client_id
from ledger_client.book import LineIdentity
from ledger_client.documents import day_number
from ledger_client.draft_file import KeptDraft, keep_drafts, read_drafts
from ledger_client.identifiers import ConsigneeId, ItemId, SiteId
from ledger_client.matching.city import City, category_of
from ledger_client.needs import Question

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Party, Prepared

BATCH = 50
"""Requests that are signed and sent at once."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What drafts became.

    Attributes:
        drafts: Those that could be turned, by the number of the match.
        found: What each asks for, or why it asks for nothing.
        open: Drafts of which more than the item is open.
        unclear: Drafts whose category is counted in several units, or in none.
        floors: What sites must keep, by site and item.
    """

    drafts: Mapping[int, tuple[KeptDraft, matching.Draft]]
    found: Sequence[matching.Drafted]
    open: Sequence[KeptDraft]
    unclear: Sequence[KeptDraft]
    floors: Mapping[tuple[int, int], int]

    @property
    def requests(self) -> list[matching.Request]:
        """The requests that they became and that the ledger takes."""
        return [request for each in self.found if (request := self.request_of(each)) is not None]

    def request_of(self, each: matching.Drafted) -> matching.Request | None:
        """Return the request that a draft became; None where it became none, or one without a due reason."""
        request = each.request
        if request is None or self.lacks_reason(request):
            return None
        return request

    def lacks_reason(self, request: matching.Request) -> bool:
        """Return whether a request asks for more than three times the floor and gives no reason."""
        floor = self.floors.get((request.site, request.item), 0)
        return not request.reason and needs_reason(request.quantity, floor)


def turn_drafts(ledger: Ledger, city: City, requested_at: int) -> Turned:
    """Return what the drafts of an office ask for, item by item.

    Args:
        ledger: Whose home keeps them.
        city: All that is there.
        requested_at: When they count as written down, seconds.

    Raises:
        DraftFileError, FileUnavailableError: The drafts cannot be read.
    """
    catalogue = ledger.index().items()
    units = {item: record.unit.rstrip(b"\0").decode("ascii", "replace") for item, record in catalogue.items()}
    drafts: dict[int, tuple[KeptDraft, matching.Draft]] = {}
    open_: list[KeptDraft] = []
    unclear: list[KeptDraft] = []
    for kept in read_drafts(ledger.home.drafts):
        counted = {unit for item, unit in units.items() if category_of(item) == kept.category}
        if set(kept.questions) - {Question.ITEM, Question.CONSIGNEE} or Question.ITEM not in kept.questions:
            open_.append(kept)
        elif len(counted) != 1:
            unclear.append(kept)
        else:
            draft = _draft(kept, counted.pop(), requested_at)
            drafts[draft.draft] = kept, draft
    salt = ledger.records.book_salt(NEEDS_SALT) if drafts else b""

    def key(draft: matching.Draft, item: int) -> int:
        return request_key(draft.site, _client_id(salt, drafts[draft.draft][0], item))

    found = matching.turn_into_requests(city, [draft for _, draft in drafts.values()], units, key)
    floors = {(each.site, each.item): each.quantity for each in city.floors}
    return Turned(drafts, found, open_, unclear, floors)


def record_turned(ledger: Ledger, turned: Turned, keeper_at: Mapping[int, Party]) -> list[KeptDraft]:
    """Record the requests that drafts became, and keep those drafts no longer.

    Args:
        ledger: Where.
        turned: What they became.
        keeper_at: Who asks, by site; drafts of other sites are left as they are.

    Returns:
        The drafts of which requests were recorded.

    Raises:
        RevertError, NotAllRecordedError: The contract refuses one; what was recorded stands.
    """
    salt = ledger.records.book_salt(NEEDS_SALT)
    calls: list[Prepared] = []
    recorded: dict[str, KeptDraft] = {}
    for each in turned.found:
        kept = turned.drafts[each.draft][0]
        request = turned.request_of(each)
        if request is not None and request.site in keeper_at:
            calls.append(_call(ledger, salt, kept, request, keeper_at[request.site]))
            recorded[kept.row_id] = kept
    for at in range(0, len(calls), BATCH):
        ledger.write(calls[at : at + BATCH], check=at == 0)
    if recorded:
        keep_drafts(ledger.home.drafts, [], recorded)
    return list(recorded.values())


def _draft(kept: KeptDraft, unit: str, requested_at: int) -> matching.Draft:
    return matching.Draft(
        draft=int(kept.row_id, 16),
        site=int(kept.site or 0),
        category=kept.category,
        quantity=int(kept.quantity or 0),
        unit=unit,
        needed_by=day_number(date.fromisoformat(kept.needed_by or "")),
        urgency=kept.urgency or 0,
        requested_at=requested_at,
        reason=kept.reason or None,
    )


def _client_id(salt: bytes, kept: KeptDraft, item: int) -> bytes:
    return row_client_id(salt, LineIdentity(kept.number, 1, bytes.fromhex(kept.row_id)), item)


def _call(ledger: Ledger, salt: bytes, kept: KeptDraft, request: matching.Request, keeper: Party) -> Prepared:
    written = " ".join(filter(None, (kept.written, kept.specification)))
    return ledger.reallocation.request(
        SiteId(request.site),
        ItemId(request.item),
        request.quantity,
        needed_by=last_second(date.fromisoformat(kept.needed_by or ""), ledger.deployment.offset),
        urgency=Urgency(request.urgency),
        reason=kept.reason,
        consignee=ConsigneeId(int(kept.consignee, 16)) if kept.consignee else None,
        body={"note": f"{kept.institution}: {written}", "list": kept.file, "row": str(kept.number)},
        client_id=_client_id(salt, kept, request.item),
        keeper=keeper,
    )
