"""How the events of Norms become floors, terms, cycles, proved counts and emergencies, with their journals.

Unlike a document, such an event does not tell the word of its journal; the audit compares that with storage.
What follows from events before it is computed anew here, and an event that says otherwise is refused.
"""

from __future__ import annotations

from typing import Any

from ledger_client.allocation import (
    Emergency,
    Terms,
    counted_at,
    norm_set,
    terms_value,
    upward,
)
from ledger_client.digests import entry_digest, roll
from ledger_client.divisions import DivisionId, contains
from ledger_client.documents import Kind, Timestamp
from ledger_client.events import (
    CountProved,
    CycleSet,
    EmergencyDeclared,
    EmergencyEnded,
    FloorSet,
    NormsEvent,
    TermsSet,
)
from ledger_client.fold._directory import known
from ledger_client.fold._errors import EventRefusedError
from ledger_client.fold.allocation_records import Counted, NormEntry, NormStep
from ledger_client.fold.state import State

_MASK_64 = (1 << 64) - 1
_NOTHING = bytes(32)


def refused(event: Any, en: str, zh: str) -> EventRefusedError:
    """Return the error that says what an event says otherwise than the events before it."""
    place = event.place
    return EventRefusedError(
        event=type(event).__name__, block=place.block, index=place.index, reason=en, reason_zh=zh
    )


def require_same(event: Any, what: str, what_zh: str, told: Any, expected: Any) -> None:
    """Refuse an event that tells something else than follows from the events before it."""
    if told != expected:
        raise refused(
            event,
            f"it says that {what} is {told}, by earlier events it is {expected}",
            f"所称{what_zh}为 {told}，按此前事件应为 {expected}",
        )


def fold_floor_set(state: State, event: FloorSet) -> None:
    """Set what a site must keep of an item."""
    _require_not_past(event, event.effective_at)
    key = event.site, event.item
    word = state.floors[key] or 0
    state.floors[key] = norm_set(word, value=event.quantity, from_=event.effective_at, time=event.recorded_at)
    _enter(state, event, event.site, NormStep.FLOOR, event.item, event.quantity)


def fold_terms_set(state: State, event: TermsSet) -> None:
    """Set on which terms a storage mode gives."""
    _require_not_past(event, event.effective_at)
    key = event.division, event.mode
    value = terms_value(Terms(event.share, event.notice_days))
    word = state.terms[key] or 0
    state.terms[key] = norm_set(word, value=value, from_=event.effective_at, time=event.recorded_at)
    _enter(state, event, event.division, NormStep.TERMS, event.mode, value)


def fold_cycle_set(state: State, event: CycleSet) -> None:
    """Set how often a category is counted."""
    _require_not_past(event, event.effective_at)
    key = event.site, event.category
    word = state.cycles[key] or 0
    state.cycles[key] = norm_set(
        word, value=event.day_count, from_=event.effective_at, time=event.recorded_at
    )
    _enter(state, event, event.site, NormStep.CYCLE, event.category, event.day_count)


def fold_count_proved(state: State, event: CountProved) -> None:
    """Note when a category was counted last."""
    document = known(state.documents[event.key], event, f"document {event.key:062x}")
    require_same(event, "the document's kind", "单据类型", Kind(document.kind).name, Kind.COUNT.name)
    require_same(event, "the site", "储备点", event.site, document.from_site)
    if document.reversed_by:
        raise refused(event, f"count {event.key:062x} was reversed", f"盘点 {event.key:062x} 已冲销")
    time = counted_at(Timestamp(document.occurred_at, document.is_day_only), event.recorded_at)
    require_same(event, "the time of the count", "盘点时间", event.counted_at, time)
    before = state.counted[event.site, event.category]
    if before is not None and time <= before.counted_at and count_stands(state, before):
        raise refused(
            event,
            f"category {event.category} was counted no later than is known",
            f"分类 {event.category} 的盘点时间不晚于已知时间",
        )
    state.counted[event.site, event.category] = Counted(event.key, event.counted_at)
    _enter(state, event, event.site, NormStep.COUNT, event.category, event.counted_at)


def count_stands(state: State, count: Counted) -> bool:
    """Return whether a proved count was not reversed since."""
    document = state.documents[count.key]
    return document is not None and not document.reversed_by


def fold_emergency_declared(state: State, event: EmergencyDeclared) -> None:
    """Declare an emergency, or declare it again."""
    last = state.emergencies[event.division]
    goes_on = last is not None and last.is_in_force(event.recorded_at)
    begun = last.from_ if last is not None and goes_on else event.recorded_at
    require_same(event, "its beginning", "开始时间", event.from_, begun)
    if last is not None and not last.may_redeclare(event.authority_division, event.recorded_at):
        raise refused(
            event,
            f"an authority of {event.authority_division} does not repeat what {last.declared_by} declared",
            f"{event.authority_division} 的主管不得再次宣布由 {last.declared_by} 宣布的应急状态",
        )
    _require_not_prolonged(state, event)
    state.emergencies[event.division] = Emergency(event.from_, event.until, event.authority_division)
    _enter(state, event, event.division, NormStep.EMERGENCY, 0, event.until)


def _require_not_prolonged(state: State, event: EmergencyDeclared) -> None:
    """Refuse what goes on below an emergency that the same grant declared."""
    for over in upward(event.division)[1:]:
        last = state.emergencies[over]
        if last is not None and not last.may_go_on_below(event.authority_division, event.recorded_at):
            raise refused(
                event,
                f"an authority of {event.authority_division} does not go on below its own for {over}",
                f"{event.authority_division} 的主管不得在其为 {over} 宣布的应急状态之下继续宣布",
            )


def fold_emergency_ended(state: State, event: EmergencyEnded) -> None:
    """End an emergency before its time."""
    last: Emergency = known(
        state.emergencies[event.division], event, f"an emergency of division {event.division}"
    )
    if not last.is_in_force(event.recorded_at):
        raise refused(event, "no emergency was in force", "当时并无应急状态")
    if not contains(DivisionId(event.authority_division), last.declared_by):
        raise refused(
            event,
            f"an authority of {event.authority_division} does not end what {last.declared_by} declared",
            f"{event.authority_division} 的主管不得结束由 {last.declared_by} 宣布的应急状态",
        )
    state.emergencies[event.division] = last._replace(until=event.recorded_at)
    _enter(state, event, event.division, NormStep.EMERGENCY_END, 0, 0)


def _require_not_past(event: FloorSet | TermsSet | CycleSet, effective_at: int) -> None:
    """Refuse a norm that would change what held before it was set."""
    if effective_at < event.recorded_at:
        raise refused(
            event,
            f"it takes effect at {effective_at}, before {event.recorded_at}, when it was set",
            f"生效时间 {effective_at} 早于设定时间 {event.recorded_at}",
        )


def _enter(state: State, event: NormsEvent, subject: int, step: NormStep, about: int, value: int) -> None:
    """Append an event to the journal of its site or division."""
    word = roll(state.norm_journals[subject] or 0, subject, entry_digest(event))
    state.norm_journals[subject] = word
    state.norm_entries[subject, word & _MASK_64] = norm_entry(event, step, about, value)


def norm_entry(event: NormsEvent, step: NormStep, about: int, value: int) -> NormEntry:
    """Return an event as an entry of a journal; `about` and `value` as in `NormEntry`."""
    begins = event.from_ if isinstance(event, EmergencyDeclared) else event.recorded_at
    facts: dict[str, Any] = {
        "step": int(step),
        "about": about,
        "value": value,
        "effective_at": getattr(event, "effective_at", begins),
        "reason": getattr(event, "reason", 0),
        "source": getattr(event, "source", _NOTHING),
        "recorded_at": event.recorded_at,
        "block": event.place.block,
        "log_index": event.place.index,
        "transaction": event.place.transaction,
    }
    if isinstance(event, CountProved):
        facts |= {"count_key": event.key, "actor": event.caller, "division": 0, "grant_position": 0}
    else:
        facts |= {"count_key": 0, "actor": event.authority, "division": event.authority_division}
        facts["grant_position"] = event.grant_position
    return NormEntry(**facts)
