"""How documents move goods in transit: dispatch, acceptance, contest, return, settlement.

The same effects as in `Consignments.sol`; what the contract checked is not checked again.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.fold._consignments import amount, arriving, is_missing, less
from ledger_client.fold._errors import FoldRefusedError
from ledger_client.fold._movements import (
    HEAD,
    ID_248,
    IN_TRANSIT,
    LOST,
    MISSING,
    QUANTITY,
    RETURNING,
    change,
    move,
    tally,
    tally_lines,
)
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_DONE,
    CONSIGNMENT_OPEN,
    Consignment,
    RecordedDocument,
)
from ledger_client.fold.state import State
from ledger_client.words import split_words

_FOUND_AT_SENDER = 1
_FOUND_AT_RECEIVER = 2


def _signers(document: RecordedDocument) -> tuple[Address, ...]:
    nobody = document.approver == ZERO_ADDRESS
    return (document.sender,) if nobody else (document.sender, document.approver)


def dispatch(state: State, document: RecordedDocument) -> None:
    """Send goods on their way."""
    move(state, document, document.lines, document.from_site, 0)
    tally_lines(state, document.lines, IN_TRANSIT, 1)
    state.consignments[document.key] = Consignment(
        state=CONSIGNMENT_OPEN,
        from_site=document.from_site,
        to_site=document.to_site,
        deadline=document.deadline,
        signers=_signers(document),
        lines=tuple(split_words(document.lines)),
        document=document.number,
    )


def _consignment(state: State, document: RecordedDocument) -> tuple[int, Consignment]:
    key = document.reference & ID_248
    found = state.consignments[key]
    if found is None:
        raise FoldRefusedError(
            document=f"{document.key:062x}",
            block=document.block,
            reason=f"no consignment {key:062x} was dispatched",
            reason_zh=f"没有发运过货单 {key:062x}",
        )
    return key, found


def commit(
    state: State, key: int, before: Consignment, signers: tuple[Address, ...], lines: Sequence[int]
) -> None:
    """Write what remains of a consignment, and move the totals of what left or changed."""
    left = Consignment(
        state=CONSIGNMENT_ACCEPTED if lines else CONSIGNMENT_DONE,
        from_site=before.from_site,
        to_site=before.to_site,
        deadline=before.deadline,
        signers=(*before.signers, *signers),
        lines=tuple(lines),
        document=before.document,
    )
    for sign, consignment in ((-1, before), (1, left)):
        for line in consignment.lines:
            column = IN_TRANSIT
            if consignment.state != CONSIGNMENT_OPEN:
                column = MISSING if is_missing(line) else RETURNING
            tally(state, (line >> 96).to_bytes(20, "big"), column, sign * (line & QUANTITY))
    state.consignments[key] = left


def accept(state: State, document: RecordedDocument) -> None:
    """Put what arrived, and keep the exceptions."""
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    # Without an exception the contract puts every line, whatever its reason says.
    lines = arriving(less(consignment.lines, exceptions, missing=False)) if exceptions else None
    for lot, units in map(amount, consignment.lines) if lines is None else lines:
        change(state, document, document.to_site, lot, units)
    commit(state, key, consignment, _signers(document), exceptions)


def contest(state: State, document: RecordedDocument) -> None:
    """What is named is missing, the rest goes back."""
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    remaining = [*less(consignment.lines, exceptions, missing=False), *exceptions]
    commit(state, key, consignment, _signers(document), remaining)


def return_(state: State, document: RecordedDocument) -> None:
    """Put everything back."""
    key, consignment = _consignment(state, document)
    for lot, units in map(amount, consignment.lines):
        change(state, document, document.from_site, lot, units)
    # The contract writes the bare word of a closed consignment, so that who signed is of no consequence.
    commit(state, key, consignment, (), [])


def accept_return(state: State, document: RecordedDocument) -> None:
    """Put what came back, and keep what is missing."""
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    rest = less(consignment.lines, exceptions, missing=False)
    for lot, units in arriving(rest):
        change(state, document, document.from_site, lot, units)
    remaining = [*filter(is_missing, rest), *exceptions]
    commit(state, key, consignment, _signers(document), remaining)


def settle(state: State, document: RecordedDocument) -> None:
    """Say what became of missing goods."""
    key, consignment = _consignment(state, document)
    for lot, reason, _, quantity in HEAD.iter_unpack(document.lines):
        if reason in (_FOUND_AT_SENDER, _FOUND_AT_RECEIVER):
            site = document.from_site if reason == _FOUND_AT_SENDER else document.to_site
            change(state, document, site, lot, quantity)
        else:
            tally(state, lot, LOST, quantity)
    commit(state, key, consignment, (), less(consignment.lines, split_words(document.lines), missing=True))
