"""How documents change stock: one function a kind of document, the same effects as in `StockLedger.sol`.

Checks that the contract made are not made again: a document that fits its site's journal is one that the
contract accepted. What is checked is that the arithmetic closes, since that fails when events are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from struct import Struct

from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.digests import roll
from ledger_client.documents import Kind
from ledger_client.fold._consignments import amount, arriving, is_missing, less
from ledger_client.fold._errors import FoldRefusedError
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_DONE,
    CONSIGNMENT_OPEN,
    Consignment,
    Lot,
    RecordedDocument,
    Totals,
)
from ledger_client.fold.state import LotEntry, State
from ledger_client.words import NEVER, QUANTITY_LIMIT, LotStatus, split_words, unpack_attributes

_QUANTITY = QUANTITY_LIMIT - 1
_HELD_HERE = QUANTITY_LIMIT
_ID_248 = (1 << 248) - 1
_FOUND_AT_SENDER = 1
_FOUND_AT_RECEIVER = 2
_NO_TOTALS = Totals()

# A head word in one go: lot, reason, the upper 16 of the 17 spare bits, spare bit and quantity.
_HEAD = Struct(">20sHHQ")

(
    _OPENING,
    _RECEIVED,
    _GAINED,
    _REPACKED_IN,
    _IN_TRANSIT,
    _RETURNING,
    _MISSING,
    _ISSUED,
    _WRITTEN_OFF,
    _LOST,
    _REPACKED_OUT,
) = range(11)

Effect = Callable[[State, RecordedDocument], None]


def lots_of(lines: bytes, words: int) -> Iterator[bytes]:
    """Return the lot of every line of `words` words."""
    return (lines[at : at + 20] for at in range(0, len(lines), words * 32))


def move(state: State, document: RecordedDocument, lines: bytes, source: int, target: int) -> None:
    """Move lines of one word from one site to another; 0 is no site.

    Most of what folding costs is this loop.
    """
    balances, movements, number = state.balances, state.movements, document.number
    position = len(movements)
    first = position - (movements[-1][1] + 1 if movements and movements[-1][0] == number else 0)
    for lot, _, _, quantity in _HEAD.iter_unpack(lines):
        if source:
            word = (balances[source, lot] or 0) - quantity
            if word < 0 or word & _QUANTITY > _QUANTITY - quantity:
                raise _short(document, source, lot)
            balances[source, lot] = word
            movements.append(
                (number, position - first, source, lot, -quantity, word & _QUANTITY, word > _QUANTITY)
            )
            position += 1
        if target:
            word = (balances[target, lot] or 0) + quantity
            balances[target, lot] = word
            movements.append(
                (number, position - first, target, lot, quantity, word & _QUANTITY, word > _QUANTITY)
            )
            position += 1


def change(state: State, document: RecordedDocument, site: int, lot: bytes, delta: int) -> None:
    """Add base units of one lot to what a site holds, or (negative) take them; nothing for 0."""
    if delta:
        move(
            state,
            document,
            _HEAD.pack(lot, 0, 0, abs(delta)),
            site if delta < 0 else 0,
            site if delta > 0 else 0,
        )


def tally(state: State, lot: bytes, column: int, units: int) -> None:
    """Add base units to one column of a lot's totals."""
    totals = state.totals[lot] or _NO_TOTALS
    state.totals[lot] = Totals._make((*totals[:column], totals[column] + units, *totals[column + 1 :]))


def _tally_lines(state: State, lines: bytes, column: int, sign: int) -> None:
    for lot, _, _, quantity in _HEAD.iter_unpack(lines):
        tally(state, lot, column, sign * quantity)


def _short(document: RecordedDocument, site: int, lot: bytes) -> FoldRefusedError:
    return FoldRefusedError(
        document=f"{document.key:062x}",
        block=document.block,
        reason=f"site {site} does not hold what it gives of lot {lot.hex()}",
        reason_zh=f"储备点 {site} 的批次 {lot.hex()} 数量不足",
    )


# ---------------------------------------------------------------------------------------------- lots


def _create(
    state: State,
    document: RecordedDocument,
    site: int,
    lot: bytes,
    attributes_word: int,
    source: int,
    batch: bytes,
) -> None:
    """Create a lot unless it is there; use-until is the printed day, else made + shelf life, else none."""
    if state.lots[lot] is not None:
        return
    attributes = unpack_attributes(attributes_word)
    item = state.items[attributes.item]
    if item is None:
        raise FoldRefusedError(
            document=f"{document.key:062x}",
            block=document.block,
            reason=f"item {attributes.item} is not in the Catalogue",
            reason_zh=f"物品 {attributes.item} 不在目录中",
        )
    use_until = attributes.expires
    if not use_until:
        dated = attributes.made and item.shelf_life
        use_until = attributes.made + item.shelf_life if dated else NEVER
    state.lots[lot] = Lot(
        item=attributes.item,
        creating_site=site,
        use_until=use_until,
        status=LotStatus.HELD if attributes.is_own else LotStatus.RELEASED,
        source=source,
        batch=batch,
        made=attributes.made,
        expires=attributes.expires,
        is_own=attributes.is_own,
        document=document.number,
    )


def _open(state: State, document: RecordedDocument) -> None:
    lines = document.lines
    for at in range(0, len(lines), 128):
        lot, _, _, quantity = _HEAD.unpack_from(lines, at)
        attributes = int.from_bytes(lines[at + 32 : at + 64], "big")
        source = int.from_bytes(lines[at + 96 : at + 128], "big")
        _create(state, document, document.to_site, lot, attributes, source, lines[at + 64 : at + 96])
        change(state, document, document.to_site, lot, quantity)
        tally(state, lot, _OPENING, quantity)


def _receive(state: State, document: RecordedDocument) -> None:
    lines = document.lines
    for at in range(0, len(lines), 128):
        lot, _, _, quantity = _HEAD.unpack_from(lines, at)
        # What was rejected altogether creates nothing.
        if not quantity:
            continue
        attributes = int.from_bytes(lines[at + 64 : at + 96], "big")
        _create(state, document, document.to_site, lot, attributes, document.from_, lines[at + 96 : at + 128])
        change(state, document, document.to_site, lot, quantity)
        tally(state, lot, _RECEIVED, quantity)


# ---------------------------------------------------------------------------------------------- status


def _known(state: State, document: RecordedDocument, lot: bytes) -> Lot:
    found = state.lots[lot]
    if found is None:
        raise FoldRefusedError(
            document=f"{document.key:062x}",
            block=document.block,
            reason=f"no document created lot {lot.hex()}",
            reason_zh=f"没有单据创建批次 {lot.hex()}",
        )
    return found


def _roll_lot(state: State, document: RecordedDocument, lot: bytes, status: int) -> None:
    word = roll(state.lot_journals[lot] or 0, int.from_bytes(lot, "big"), document.digest)
    state.lot_journals[lot] = word
    state.lot_entries.append(LotEntry(lot, word & 0xFFFFFFFFFFFFFFFF, document.number, word, status))


def _flag(state: State, document: RecordedDocument, lot: bytes, position: int, held: bool) -> None:
    """Set or clear the flag of a lot at the recording site, which is a movement of 0 base units."""
    site = document.from_site
    word = state.balances[site, lot] or 0
    state.balances[site, lot] = word = word | _HELD_HERE if held else word & _QUANTITY
    state.movements.append((document.number, position, site, lot, 0, word & _QUANTITY, held))


def _release(state: State, document: RecordedDocument) -> None:
    for position, lot in enumerate(lots_of(document.lines, 1)):
        _flag(state, document, lot, position, held=False)
        found = _known(state, document, lot)
        if found.status & LotStatus.HELD and found.creating_site == document.from_site:
            found = replace(found, status=found.status & ~LotStatus.HELD)
            state.lots[lot] = found
        _roll_lot(state, document, lot, found.status)


def _hold(state: State, document: RecordedDocument) -> None:
    for position, lot in enumerate(lots_of(document.lines, 1)):
        _flag(state, document, lot, position, held=True)
        _roll_lot(state, document, lot, _known(state, document, lot).status)


def _recall(state: State, document: RecordedDocument) -> None:
    for lot in lots_of(document.lines, 1):
        found = _known(state, document, lot)
        found = replace(found, status=found.status ^ LotStatus.RECALLED)
        state.lots[lot] = found
        _roll_lot(state, document, lot, found.status)


# ---------------------------------------------------------------------------------------------- movements


def _issue(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, 0)
    _tally_lines(state, document.lines, _ISSUED, 1)


def _hand_over(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, document.to_site)


def _write_off(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, 0)
    _tally_lines(state, document.lines, _WRITTEN_OFF, 1)


def _count(state: State, document: RecordedDocument) -> None:
    _apply_count(state, document, document.from_site, document.lines, 1)


def _apply_count(state: State, document: RecordedDocument, site: int, lines: bytes, sign: int) -> None:
    """Apply the differences of a count, or (sign -1) undo them."""
    for at in range(0, len(lines), 64):
        lot, _, _, counted = _HEAD.unpack_from(lines, at)
        difference = counted - int.from_bytes(lines[at + 32 : at + 64], "big")
        change(state, document, site, lot, sign * difference)
        if difference:
            tally(state, lot, _GAINED if difference > 0 else _LOST, sign * abs(difference))


def _repack(state: State, document: RecordedDocument) -> None:
    lines, site = document.lines, document.from_site
    for at in range(0, len(lines), 160):
        source, _, _, taken = _HEAD.unpack_from(lines, at)
        made, _, _, put = _HEAD.unpack_from(lines, at + 32)
        attributes = int.from_bytes(lines[at + 64 : at + 96], "big")
        origin = int.from_bytes(lines[at + 128 : at + 160], "big")
        _create(state, document, site, made, attributes, origin, lines[at + 96 : at + 128])
        change(state, document, site, source, -taken)
        change(state, document, site, made, put)
        _tally_repack(state, document, source, taken, made, put, 1)


def _tally_repack(
    state: State, document: RecordedDocument, source: bytes, taken: int, made: bytes, put: int, sign: int
) -> None:
    """Count a repack as such where the Catalogue holds a factor, else as written off and gained."""
    one, two = _known(state, document, source).item, _known(state, document, made).item
    has_factor = state.factors[one, two] or state.factors[two, one]
    tally(state, source, _REPACKED_OUT if has_factor else _WRITTEN_OFF, sign * taken)
    tally(state, made, _REPACKED_IN if has_factor else _GAINED, sign * put)


# ---------------------------------------------------------------------------------------------- consignments


def _signers(document: RecordedDocument) -> tuple[Address, ...]:
    nobody = document.approver == ZERO_ADDRESS
    return (document.sender,) if nobody else (document.sender, document.approver)


def _dispatch(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, 0)
    _tally_lines(state, document.lines, _IN_TRANSIT, 1)
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
    key = document.reference & _ID_248
    found = state.consignments[key]
    if found is None:
        raise FoldRefusedError(
            document=f"{document.key:062x}",
            block=document.block,
            reason=f"no consignment {key:062x} was dispatched",
            reason_zh=f"没有发运过货单 {key:062x}",
        )
    return key, found


def _commit(
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
            column = _IN_TRANSIT
            if consignment.state != CONSIGNMENT_OPEN:
                column = _MISSING if is_missing(line) else _RETURNING
            tally(state, (line >> 96).to_bytes(20, "big"), column, sign * (line & _QUANTITY))
    state.consignments[key] = left


def _accept(state: State, document: RecordedDocument) -> None:
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    # Without an exception the contract puts every line, whatever its reason says.
    lines = arriving(less(consignment.lines, exceptions, missing=False)) if exceptions else None
    for lot, units in map(amount, consignment.lines) if lines is None else lines:
        change(state, document, document.to_site, lot, units)
    _commit(state, key, consignment, _signers(document), exceptions)


def _contest(state: State, document: RecordedDocument) -> None:
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    remaining = [*less(consignment.lines, exceptions, missing=False), *exceptions]
    _commit(state, key, consignment, _signers(document), remaining)


def _return(state: State, document: RecordedDocument) -> None:
    key, consignment = _consignment(state, document)
    for lot, units in map(amount, consignment.lines):
        change(state, document, document.from_site, lot, units)
    # The contract writes the bare word of a closed consignment, so that who signed is of no consequence.
    _commit(state, key, consignment, (), [])


def _accept_return(state: State, document: RecordedDocument) -> None:
    key, consignment = _consignment(state, document)
    exceptions = split_words(document.lines)
    rest = less(consignment.lines, exceptions, missing=False)
    for lot, units in arriving(rest):
        change(state, document, document.from_site, lot, units)
    remaining = [*filter(is_missing, rest), *exceptions]
    _commit(state, key, consignment, _signers(document), remaining)


def _settle(state: State, document: RecordedDocument) -> None:
    key, consignment = _consignment(state, document)
    for lot, reason, _, quantity in _HEAD.iter_unpack(document.lines):
        if reason in (_FOUND_AT_SENDER, _FOUND_AT_RECEIVER):
            site = document.from_site if reason == _FOUND_AT_SENDER else document.to_site
            change(state, document, site, lot, quantity)
        else:
            tally(state, lot, _LOST, quantity)
    _commit(state, key, consignment, (), less(consignment.lines, split_words(document.lines), missing=True))


# ---------------------------------------------------------------------------------------------- reversal


def original_of(state: State, reference: int, document: str, block: int) -> RecordedDocument:
    """Return the document that a reversal names.

    Raises:
        FoldRefusedError: No event told of it.
    """
    original = state.documents[reference & _ID_248]
    if original is None or original.kind not in _UNDO:
        raise FoldRefusedError(
            document=document,
            block=block,
            reason=f"it reverses {reference & _ID_248:062x}, which is no document that could be",
            reason_zh=f"所冲销的 {reference & _ID_248:062x} 不是可冲销的单据",
        )
    return original


def _reverse(state: State, document: RecordedDocument) -> None:
    original = original_of(state, document.reference, f"{document.key:062x}", document.block)
    state.documents[original.key] = replace(original, reversed_by=document.number)
    _UNDO[original.kind](state, document, original)


def _undo_issue(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    _tally_lines(state, original.lines, _ISSUED, -1)


def _undo_write_off(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    _tally_lines(state, original.lines, _WRITTEN_OFF, -1)


def _undo_hand_over(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, original.to_site, original.from_site)


def _undo_dispatch(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    consignment = state.consignments[original.key]
    if consignment is not None:
        _commit(state, original.key, consignment, (), [])


def _undo_receipt(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    lines = original.lines
    for at in range(0, len(lines), 128):
        lot, _, _, quantity = _HEAD.unpack_from(lines, at)
        change(state, document, original.to_site, lot, -quantity)
        if quantity:
            tally(state, lot, _RECEIVED, -quantity)


def _undo_count(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    _apply_count(state, document, original.from_site, original.lines, -1)


def _undo_repack(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    lines, site = original.lines, original.from_site
    for at in range(0, len(lines), 160):
        source, _, _, taken = _HEAD.unpack_from(lines, at)
        made, _, _, put = _HEAD.unpack_from(lines, at + 32)
        change(state, document, site, made, -put)
        change(state, document, site, source, taken)
        _tally_repack(state, document, source, taken, made, put, -1)


EFFECTS: dict[int, Effect] = {
    Kind.OPENING: _open,
    Kind.RECEIPT: _receive,
    Kind.RELEASE: _release,
    Kind.HOLD: _hold,
    Kind.ISSUE: _issue,
    Kind.HAND_OVER: _hand_over,
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPTANCE: _accept,
    Kind.CONTEST: _contest,
    Kind.RETURN: _return,
    Kind.RETURN_ACCEPTANCE: _accept_return,
    Kind.SETTLEMENT: _settle,
    Kind.COUNT: _count,
    Kind.WRITE_OFF: _write_off,
    Kind.REPACK: _repack,
    Kind.REVERSAL: _reverse,
    Kind.RECALL: _recall,
    Kind.LIFT: _recall,
}
"""What a document of each kind does to the state, after it was recorded and its journals rolled."""

_UNDO: dict[int, Callable[[State, RecordedDocument, RecordedDocument], None]] = {
    Kind.RECEIPT: _undo_receipt,
    Kind.ISSUE: _undo_issue,
    Kind.HAND_OVER: _undo_hand_over,
    Kind.DISPATCH: _undo_dispatch,
    Kind.COUNT: _undo_count,
    Kind.WRITE_OFF: _undo_write_off,
    Kind.REPACK: _undo_repack,
}
