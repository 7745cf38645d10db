"""What an audit has to find in a ledger that does what the model says: that, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from model_act import DAY, QUANTITY, Act, day_of
from model_cast import SUPPLIERS
from model_lines import is_own
from model_patterns import Found, of_history
from model_state import ACCEPTED, OPEN, State
from model_stock import NO_FAULT, fits_factor
from model_transit import is_missing

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.audit import Finding, FindingKind
from ledger_client.documents import Kind
from ledger_client.words import unpack_verdict

NEVER_FOUND = frozenset(
    {
        # The events are those of the ledger that is played: none is left out, and storage is theirs.
        FindingKind.EVENTS_INCOMPLETE,
        FindingKind.DIVERGENCE,
        # `move_errors` and the words of every balance are compared with each step.
        FindingKind.NOT_CONSERVED,
        # The contracts approve nothing of the kind, and the model has nothing to approve (below).
        FindingKind.APPROVAL_IMPOSSIBLE,
        # The model has no floors, cycles, emergencies, requests or proposals, though documents may name some.
        # `tests/ledger_client/audit` provokes each of them.
        FindingKind.BELOW_FLOOR,
        FindingKind.COUNT_OVERDUE,
        FindingKind.COUNT_PARTIAL,
        FindingKind.DELIVERY_NOT_SHOWN,
        FindingKind.APPROVED_NOT_DELIVERED,
        FindingKind.REQUEST_UNANSWERED,
        FindingKind.FLAGGED_REQUEST,
        FindingKind.STALE_GIVER,
        FindingKind.EMERGENCY,
    }
)
"""Kinds that would say that the ledger is wrong, which is what the model is there to find, and kinds about
norms and reallocation, which the model does not have: a long story has none of them."""

SHORTAGE_TOO_LONG = 30 * DAY

WHY_COUNTED = frozenset({10, 11, 16, 30, 31})
WHY_WRITTEN_OFF = frozenset({10, 11, 12, 13, 14, 15, 16, 17})
WHY_SO_MUCH = frozenset({72})
"""Codes of the published list that explain a count, a write-off, and what came out of a pack."""


def told_by(found: Iterable[Finding]) -> Counter[Found]:
    """Return the findings of an audit as the model has them."""
    return Counter((each.kind, each.site, each.lot, each.document) for each in found)


def of_document(state: State, act: Act, now: int, verdict: int) -> Iterator[Found]:
    """What a document shows for ever, as it is recorded (after the state changed)."""
    where = (act.recording_site if act.sites else 0, 0, act.key)
    if act.is_late(now):
        yield FindingKind.LATE_DOCUMENT, *where
    if act.kind is Kind.REVERSAL:
        yield FindingKind.REVERSAL, *where
    if act.kind is Kind.SETTLEMENT:
        yield FindingKind.SHORTAGE_SETTLED, *where
    if act.kind is Kind.RECEIPT and any(is_own(row) and row[0] & QUANTITY for row in act.rows):
        if act.document.from_ not in SUPPLIERS:
            yield FindingKind.DONATION_HELD, *where
        elif unpack_verdict(verdict).status not in NO_FAULT:
            yield FindingKind.UNQUALIFIED_RECEIPT_HELD, *where
    if act.kind is Kind.COUNT:
        yield from of_count(state, act)
    if act.kind in (Kind.DISPATCH, Kind.HAND_OVER) and act.reference_type == REFERENCE_PROPOSAL:
        # It names one that nobody made: the model has none.
        yield FindingKind.DELIVERY_NOT_APPROVED, *where
    if act.kind is Kind.REPACK:
        for row in act.rows:
            source = state.lots[row[0] >> 96]
            if (source.source, source.batch) != (row[4], row[3]):
                yield FindingKind.REPACK_OF_ANOTHER_SOURCE, act.document.from_, row[1] >> 96, act.key
    for lot in unexplained(state, act):
        yield FindingKind.UNEXPLAINED_ADJUSTMENT, act.document.from_, lot, act.key


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


def unexplained(state: State, act: Act) -> Iterator[int]:
    """Lots that a count, write-off or repack corrects, and no reason of line or document says why."""
    for row, head in zip(act.rows, act.heads, strict=True):
        reason = head.reason or act.document.reason
        if act.kind is Kind.COUNT and head.quantity != row[1] and reason not in WHY_COUNTED:
            yield head.lot
        if act.kind is Kind.WRITE_OFF and reason not in WHY_WRITTEN_OFF:
            yield head.lot
        if act.kind is Kind.REPACK and reason not in WHY_SO_MUCH and not follows(state, row):
            yield row[1] >> 96


def follows(state: State, row: tuple[int, ...]) -> bool:
    """Whether so much had to come out of a line of a repack: by a factor, or because it is the same item."""
    taken, put = row[0] & QUANTITY, row[1] & QUANTITY
    one, two = (state.lots[word >> 96].item for word in row[:2])
    if one == two:
        return taken == put
    has_factor = (one, two) in state.factors or (two, one) in state.factors
    return has_factor and fits_factor(state, one, two, taken, put)


def expected_findings(state: State, for_ever: list[Found], time: int) -> Counter[Found]:
    """What documents show for ever, and what history and state show at a block time."""
    return Counter(for_ever) + Counter(of_history(state)) + Counter(_of_state(state, time))


def _of_state(state: State, time: int) -> Iterator[Found]:
    for key, transit in state.transits.items():
        if transit.state == OPEN and time > transit.deadline:
            yield FindingKind.CONSIGNMENT_OVERDUE, transit.from_, 0, key
        if transit.state == ACCEPTED and any(is_missing(line) for line in transit.lines):
            age = time - min(state.missing_since[key].values())
            too_long = age >= SHORTAGE_TOO_LONG
            kind = FindingKind.SHORTAGE_OVERDUE if too_long else FindingKind.SHORTAGE_OPEN
            yield kind, transit.from_, 0, key
    for (site, lot), quantity in state.balances.items():
        if not quantity or state.places[site].is_disposal:
            continue
        if state.lots[lot].use_until < day_of(time):
            yield FindingKind.EXPIRED_ON_HAND, site, lot, 0
    for site, place in state.places.items():
        if place.is_closed and state.held_at(site):
            yield FindingKind.CLOSED_SITE_WITH_STOCK, site, 0, 0
