"""The whole ledger as a plain model: whether a document is accepted or why not, and the state afterwards.

Written from the design alone. A rule is a small function that yields the errors for which an act gives
reason; `refusals` is the set of all of them. The design does not say which of several reasons is given: the
ledger must refuse with one of the set, and accept where it is empty. `record` changes the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model_act import NO_SITE, OFFSET, STATUS, STEPS, TOLERANCE, Act
from model_lines import line_errors
from model_signers import is_signed_by_approver, signer_errors
from model_state import ACCEPTED, HELD, OPEN, RECALLED, GrantId, Recorded, State, Told
from model_stock import (
    Move,
    apply_moves,
    created,
    goes_to_disposal,
    is_freed_everywhere,
    item_errors,
    known_errors,
    made_errors,
    move_errors,
    moves_back,
    moves_of,
    receipt_errors,
    repack_errors,
    status_errors,
    usable_errors,
    verdict_word,
)
from model_transit import after_step, dispatch_errors, dispatched, is_missing, step_errors, step_moves

from ledger_client.digests import content_digest, document_digest, grant_key, roll, signers_digest
from ledger_client.documents import Kind
from ledger_client.events import SignedBy
from ledger_client.reverts.directory import ConsigneeClosedError, ConsigneeUnknownError, GrantMissingError
from ledger_client.reverts.documents import (
    AlreadyReversedError,
    ConsignmentChangedError,
    CountAheadError,
    FieldNotZeroError,
    GrantElsewhereError,
    KeyTakenError,
    NamedError,
    NotReversibleError,
    OriginalChangedError,
    PartyInvalidError,
    ReasonMissingError,
    ReferenceUnknownError,
    SameSiteError,
    SiteAlreadyOpenError,
    SiteClosedError,
    SiteNotOpenError,
    SiteUnknownError,
    TimeAheadError,
    TimeNotADayError,
)
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_DOCUMENT, REFERENCE_REVERSED

Errors = Iterator[type[Exception]]
MEANINGLESS = {
    Kind.OPENING: ("from_", "qualification", "deadline"),
    Kind.RECEIPT: ("deadline",),
    Kind.DISPATCH: ("qualification",),
    **dict.fromkeys((Kind.ISSUE, Kind.HAND_OVER, Kind.REVERSAL, *STEPS), ("qualification", "deadline")),
    **dict.fromkeys((Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK, *STATUS), ("to", "qualification", "deadline")),
}
REASON_IN_LINES = {Kind.WRITE_OFF, Kind.REPACK}
"""These say why in the document or in every line."""
INTO_RECEIVER = {Kind.RECEIPT, Kind.HAND_OVER, Kind.DISPATCH, Kind.ACCEPTANCE, Kind.OPENING}
USES = {Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.REPACK}
REVERSIBLE = {
    Kind.RECEIPT, Kind.ISSUE, Kind.HAND_OVER, Kind.WRITE_OFF, Kind.REPACK, Kind.COUNT, Kind.DISPATCH
}  # fmt: skip
PUT_BACK_BY_REVERSAL = {Kind.ISSUE, Kind.HAND_OVER, Kind.WRITE_OFF, Kind.REPACK}
OWN_REFERENCES = STEPS | {Kind.REVERSAL, Kind.COUNT}
ID_LIMIT = 1 << 160


def refusals(state: State, act: Act, now: int) -> frozenset[type[Exception]]:
    """The errors for which an act gives reason at block time `now`; none: it is recorded, or was before."""
    if act.key in state.documents:
        same = state.documents[act.key].word == act.word
        return frozenset() if same else frozenset([KeyTakenError])
    return frozenset(_reasons(state, act, now))


def is_resent(state: State, act: Act) -> bool:
    return act.key in state.documents and state.documents[act.key].word == act.word


def _reasons(state: State, act: Act, now: int) -> Errors:
    yield from time_errors(act, now)
    yield from field_errors(act)
    yield from site_errors(state, act)
    yield from closed_errors(state, act)
    yield from party_errors(state, act)
    yield from signer_errors(state, act, now)
    yield from reference_errors(state, act)
    yield from line_errors(act)
    yield from known_errors(state, act)
    yield from item_errors(state, act)
    yield from made_errors(state, act)
    yield from stock_errors(state, act, now)
    yield from move_errors(state, moves(state, act))


def time_errors(act: Act, now: int) -> Errors:
    claimed = act.document.occurred_at
    if claimed.seconds > now + TOLERANCE:
        yield TimeAheadError
    if claimed.is_day_only and (claimed.seconds + OFFSET) % 86_400:
        yield TimeNotADayError


def field_errors(act: Act) -> Errors:
    if any(getattr(act.document, field) for field in MEANINGLESS[act.kind]):
        yield FieldNotZeroError
    in_lines = act.kind in REASON_IN_LINES and all(row[0] >> 80 & 0xFFFF for row in act.rows)
    if act.kind in STATUS | REASON_IN_LINES and not act.document.reason and not in_lines:
        yield ReasonMissingError


def site_errors(state: State, act: Act) -> Errors:
    """An opening is the first document of a site; all others name open sites."""
    if act.kind is Kind.OPENING:
        if act.document.to not in state.places:
            yield SiteUnknownError
        if state.is_open(act.document.to):
            yield SiteAlreadyOpenError
        return
    if any(not state.is_open(site) for site in act.sites):
        yield SiteNotOpenError
    if len(act.sites) == 2 and act.document.from_ == act.document.to:
        yield SameSiteError


def closed_errors(state: State, act: Act) -> Errors:
    """Closed sites send, issue, write off, count, take returns and settle; nothing else goes into them."""
    into_receiver = act.kind in INTO_RECEIVER and state.is_closed(act.document.to)
    repacks = act.kind is Kind.REPACK and state.is_closed(act.document.from_)
    puts_back = act.kind is Kind.REVERSAL and act.shape in PUT_BACK_BY_REVERSAL
    if into_receiver or repacks or (puts_back and state.is_closed(act.document.from_)):
        yield SiteClosedError


def party_errors(state: State, act: Act) -> Errors:
    from_, to = act.document.from_, act.document.to
    if act.kind is Kind.RECEIPT and not 0 < from_ < ID_LIMIT:
        yield PartyInvalidError
    if act.kind in NO_SITE and from_ >= ID_LIMIT:
        yield PartyInvalidError
    if act.kind is Kind.ISSUE:
        if not 0 < to < ID_LIMIT:
            yield PartyInvalidError
        if to not in state.consignees:
            yield ConsigneeUnknownError
        elif not state.consignees[to]:
            yield ConsigneeClosedError


def reference_errors(state: State, act: Act) -> Errors:
    """What a document names is there; of a count: a position that the journal has reached."""
    if act.kind is Kind.REVERSAL:
        yield from reversal_errors(state, act)
    elif act.kind is Kind.COUNT:
        sequence = act.document.reference & (1 << 64) - 1
        current = state.journals.get(act.document.from_, 0) & (1 << 64) - 1
        if not 0 < sequence <= current:
            yield CountAheadError
    elif names_a_document(act) and act.reference_id not in state.documents:
        yield ReferenceUnknownError


def names_a_document(act: Act) -> bool:
    """Whether its reference is to a document that has to be there; steps and reversals have their own."""
    return act.kind not in OWN_REFERENCES and act.reference_type == REFERENCE_DOCUMENT


def reversal_errors(state: State, act: Act) -> Errors:
    """Of one whole document that stands as given, once, and never of what an approved document names."""
    assert act.original is not None
    document, kind = act.original.document, act.original.kind
    if act.reference_type != REFERENCE_REVERSED:
        yield ReferenceUnknownError
        return
    stands = state.documents.get(act.reference_id)
    content = int.from_bytes(content_digest(kind, act.reference_id, document), "big") >> 8 << 8
    if stands is None or stands.word != content:
        yield OriginalChangedError
        return
    if (document.from_, document.to) != (act.document.from_, act.document.to):
        yield OriginalChangedError
    if kind not in REVERSIBLE:
        # Of what is never reversed the design does not say where a reversal would be recorded, or who signs.
        yield from (NotReversibleError, SiteNotOpenError, GrantMissingError, GrantElsewhereError)
    if stands.is_reversed:
        yield AlreadyReversedError
    if stands.is_named:
        yield NamedError
    if kind is Kind.DISPATCH:
        transit = state.transits[act.reference_id]
        if transit.state != OPEN or transit.signers != act.original.signers:
            yield ConsignmentChangedError


def stock_errors(state: State, act: Act, now: int) -> Errors:
    """The rules of single kinds about goods."""
    if act.kind in USES and not goes_to_disposal(state, act):
        yield from usable_errors(state, act, now)
    if act.kind is Kind.RECEIPT:
        yield from receipt_errors(state, act, now)
    if act.kind in STATUS:
        yield from status_errors(state, act, now)
    if act.kind is Kind.REPACK:
        yield from repack_errors(state, act)
    if act.kind is Kind.DISPATCH:
        yield from dispatch_errors(act, now)
    if act.kind in STEPS:
        yield from step_errors(state, act, now)


def moves(state: State, act: Act) -> list[Move]:
    """What an act moves; nothing where it is a step of a consignment that is not there."""
    if act.kind is Kind.REVERSAL:
        return moves_back(act)
    if act.kind in STEPS:
        transit = state.transits.get(act.reference_id)
        return step_moves(act, transit) if transit else []
    return moves_of(act.kind, act.document, act.rows)


# -- what is recorded


def record(state: State, act: Act, now: int) -> bytes:
    """Change the state as an act does that nothing forbids; return the document's digest."""
    digest = digest_of(state, act, now)
    moved = moves(state, act)
    state.lots |= created(state, act)
    apply_moves(state, moved)
    _set_status(state, act)
    _move_transit(state, act)
    _mark(state, act)
    state.documents[act.key] = Recorded(act.word)
    state.told.append(Told(act, now, moved))
    _note_missing(state, act, now)
    _roll(state, act, digest)
    return digest


def digest_of(state: State, act: Act, now: int) -> bytes:
    """Content, who signed on which grants, block time, verdict and body."""
    roles = (_senders_role(act), Role.SUPPLIER if act.kind is Kind.RECEIPT else Role.KEEPER, Role.APPROVER)
    subjects = (act.document.from_ if act.kind in NO_SITE else 0, _suppliers_subject(act), 0)
    signed = [
        None
        if party is None
        else _signed(state, GrantId(party.signer.address, role, party.division, subject))
        for party, role, subject in zip((act.sender, act.other, act.approver), roles, subjects, strict=True)
    ]
    assert signed[0] is not None
    signers = signers_digest(signed[0], signed[1], signed[2])
    return document_digest(act.content, signers, now, verdict_word(state, act, now), act.body)


def _senders_role(act: Act) -> Role:
    if act.kind in NO_SITE:
        return Role.ISSUER if act.document.from_ else Role.AUTHORITY
    return Role.APPROVER if act.kind in (Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT) else Role.KEEPER


def _suppliers_subject(act: Act) -> int:
    return act.document.from_ if act.kind is Kind.RECEIPT else 0


def _signed(state: State, grant: GrantId) -> SignedBy:
    key = grant_key(grant.holder, grant.role, grant.division, grant.subject)  # type: ignore[arg-type]
    return SignedBy(grant.holder, key, state.grants[grant])  # type: ignore[arg-type]


def _set_status(state: State, act: Act) -> None:
    """Held here, held everywhere, recalled."""
    if act.kind not in STATUS:
        return
    site = act.document.from_
    for head in act.heads:
        lot = state.lots[head.lot]
        if act.kind is Kind.HOLD:
            state.held_here.add((site, head.lot))
        elif act.kind is Kind.RECALL:
            state.lots[head.lot] = replace(lot, status=lot.status | RECALLED)
        elif act.kind is Kind.LIFT:
            state.lots[head.lot] = replace(lot, status=lot.status & ~RECALLED)
        else:
            state.held_here.discard((site, head.lot))
            if is_freed_everywhere(lot, site):
                state.lots[head.lot] = replace(lot, status=lot.status & ~HELD)


def _move_transit(state: State, act: Act) -> None:
    if act.kind is Kind.DISPATCH:
        state.transits[act.key] = dispatched(act)
    elif act.kind in STEPS:
        state.transits[act.reference_id] = after_step(act, state.transits[act.reference_id])
    elif act.kind is Kind.REVERSAL and act.shape is Kind.DISPATCH:
        state.transits[act.reference_id] = state.transits[act.reference_id].closed()


def _note_missing(state: State, act: Act, now: int) -> None:
    """What is missing is missing from when somebody said so until all of it was settled."""
    if act.kind in STEPS:
        transit = state.transits[act.reference_id]
        lots = {line >> 96 for line in transit.lines if transit.state == ACCEPTED and is_missing(line)}
        known = state.missing_since.get(act.reference_id, {})
        state.missing_since[act.reference_id] = {lot: known.get(lot, now) for lot in lots}


def _mark(state: State, act: Act) -> None:
    """What is named by an approver stays; what is reversed is reversed once."""
    if act.kind is Kind.REVERSAL:
        state.documents[act.reference_id].is_reversed = True
    elif names_a_document(act) and is_signed_by_approver(act):
        state.documents[act.reference_id].is_named = True


def _roll(state: State, act: Act, digest: bytes) -> None:
    """The journal of every site that it names, on both sides; of lots whose status it changes."""
    for site in act.sites:
        state.journals[site] = roll(state.journals.get(site, 0), site, digest)
        state.cards.setdefault(site, []).append((state.journals[site], state.held_at(site)))
    if act.kind in STATUS:
        for head in act.heads:
            state.lot_journals[head.lot] = roll(state.lot_journals.get(head.lot, 0), head.lot, digest)
