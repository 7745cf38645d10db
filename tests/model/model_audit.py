"""What an audit has to find in a ledger that does what the model says: that, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from model_act import QUANTITY, Act, day_of
from model_lines import is_own
from model_state import ACCEPTED, OPEN, State
from model_stock import NO_FAULT
from model_transit import is_missing

from ledger_client.audit import Finding, FindingKind
from ledger_client.documents import Kind
from ledger_client.words import unpack_verdict

Found = tuple[FindingKind, int, int, int]
"""Kind, site, lot, document."""


NOT_MODELLED = frozenset(
    {
        FindingKind.NEGATIVE_AS_CLAIMED,
        FindingKind.UNEXPLAINED_ADJUSTMENT,
        FindingKind.LEFT_OUT_OF_RECALL,
        FindingKind.POSSIBLY_RECORDED_TWICE,
        FindingKind.GRANTED_BY_ONE_KEY,
    }
)
"""Kinds for which the model has no rule of its own; tests of the audit have them one by one."""

_SAME = {
    FindingKind.SHORTAGE_OVERDUE: FindingKind.SHORTAGE_OPEN,
    FindingKind.DONATION_HELD: FindingKind.UNQUALIFIED_RECEIPT_HELD,
}
"""Kinds that the model does not tell from another one: by the age of a shortage, by who gave goods."""


def modelled(found: Iterable[Finding]) -> Counter[Found]:
    """Return the findings of an audit of which the model has something to say."""
    return Counter(
        (_SAME.get(each.kind, each.kind), each.site, each.lot, each.document)
        for each in found
        if each.kind not in NOT_MODELLED
    )


def of_document(state: State, act: Act, now: int, verdict: int) -> Iterator[Found]:
    """What a document shows for ever, as it is recorded (after the state changed)."""
    where = (act.recording_site if act.sites else 0, 0, act.key)
    if act.is_late(now):
        yield FindingKind.LATE_DOCUMENT, *where
    if act.kind is Kind.REVERSAL:
        yield FindingKind.REVERSAL, *where
    if act.kind is Kind.SETTLEMENT:
        yield FindingKind.SHORTAGE_SETTLED, *where
    unqualified = act.kind is Kind.RECEIPT and unpack_verdict(verdict).status not in NO_FAULT
    if unqualified and any(is_own(row) for row in act.rows):
        yield FindingKind.UNQUALIFIED_RECEIPT_HELD, *where
    if act.kind is Kind.COUNT:
        yield from of_count(state, act)
    if act.kind is Kind.REPACK:
        for row in act.rows:
            source = state.lots[row[0] >> 96]
            if (source.source, source.batch) != (row[4], row[3]):
                yield FindingKind.REPACK_OF_ANOTHER_SOURCE, act.document.from_, row[1] >> 96, act.key


def of_count(state: State, act: Act) -> Iterator[Found]:
    """A difference per line; an expectation that was not true where the journal stood."""
    site, word = act.document.from_, act.document.reference
    then = next((held for at, held in state.cards[site] if at == word), None)
    if then is None:
        yield FindingKind.FALSE_EXPECTED, site, 0, act.key
    for row in act.rows:
        lot, counted, expected = row[0] >> 96, row[0] & QUANTITY, row[1]
        if counted != expected:
            yield FindingKind.COUNT_DIFFERENCE, site, lot, act.key
        if then is not None and then.get(lot, 0) != expected:
            yield FindingKind.FALSE_EXPECTED, site, lot, act.key


def expected_findings(state: State, for_ever: list[Found], time: int) -> Counter[Found]:
    """What documents show for ever, and what the state shows at a block time."""
    return Counter(for_ever) + Counter(_of_state(state, time))


def _of_state(state: State, time: int) -> Iterator[Found]:
    for key, transit in state.transits.items():
        if transit.state == OPEN and time > transit.deadline:
            yield FindingKind.CONSIGNMENT_OVERDUE, transit.from_, 0, key
        if transit.state == ACCEPTED and any(is_missing(line) for line in transit.lines):
            yield FindingKind.SHORTAGE_OPEN, transit.from_, 0, key
    for (site, lot), quantity in state.balances.items():
        if quantity and state.lots[lot].use_until < day_of(time):
            yield FindingKind.EXPIRED_ON_HAND, site, lot, 0
    for site, place in state.places.items():
        if place.is_closed and state.held_at(site):
            yield FindingKind.CLOSED_SITE_WITH_STOCK, site, 0, 0
