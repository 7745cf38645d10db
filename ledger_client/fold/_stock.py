"""How documents change stock: one function a kind of document, the same effects as in `StockLedger.sol`.

Checks that the contract made are not made again: a document that fits its site's journal is one that the
contract accepted. What is checked is that the arithmetic closes, since that fails when events are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger_client.digests import roll
from ledger_client.documents import Kind
from ledger_client.fold._errors import FoldRefusedError
from ledger_client.fold._movements import (
    GAINED,
    HEAD,
    HELD_HERE,
    ID_248,
    ISSUED,
    LOST,
    OPENING,
    QUANTITY,
    RECEIVED,
    REPACKED_IN,
    REPACKED_OUT,
    WRITTEN_OFF,
    change,
    lots_of,
    move,
    tally,
    tally_lines,
)
from ledger_client.fold._transit import accept, accept_return, commit, contest, dispatch, return_, settle
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.fold.state import LotEntry, State
from ledger_client.words import NEVER, LotStatus, unpack_attributes

Effect = Callable[[State, RecordedDocument], None]

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
        lot, _, _, quantity = HEAD.unpack_from(lines, at)
        attributes = int.from_bytes(lines[at + 32 : at + 64], "big")
        source = int.from_bytes(lines[at + 96 : at + 128], "big")
        _create(state, document, document.to_site, lot, attributes, source, lines[at + 64 : at + 96])
        change(state, document, document.to_site, lot, quantity)
        tally(state, lot, OPENING, quantity)


def _receive(state: State, document: RecordedDocument) -> None:
    lines = document.lines
    for at in range(0, len(lines), 128):
        lot, _, _, quantity = HEAD.unpack_from(lines, at)
        # What was rejected altogether creates nothing.
        if not quantity:
            continue
        attributes = int.from_bytes(lines[at + 64 : at + 96], "big")
        _create(state, document, document.to_site, lot, attributes, document.from_, lines[at + 96 : at + 128])
        change(state, document, document.to_site, lot, quantity)
        tally(state, lot, RECEIVED, quantity)


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
    quantity, was_held = word & QUANTITY, word > QUANTITY
    state.balances[site, lot] = word | HELD_HERE if held else quantity
    state.movements.append((document.number, position, site, lot, 0, quantity, held, was_held))


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
    tally_lines(state, document.lines, ISSUED, 1)


def _hand_over(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, document.to_site)


def _write_off(state: State, document: RecordedDocument) -> None:
    move(state, document, document.lines, document.from_site, 0)
    tally_lines(state, document.lines, WRITTEN_OFF, 1)


def _count(state: State, document: RecordedDocument) -> None:
    _apply_count(state, document, document.from_site, document.lines, 1)


def _apply_count(state: State, document: RecordedDocument, site: int, lines: bytes, sign: int) -> None:
    """Apply the differences of a count, or (sign -1) undo them."""
    for at in range(0, len(lines), 64):
        lot, _, _, counted = HEAD.unpack_from(lines, at)
        difference = counted - int.from_bytes(lines[at + 32 : at + 64], "big")
        change(state, document, site, lot, sign * difference)
        if difference:
            tally(state, lot, GAINED if difference > 0 else LOST, sign * abs(difference))


def _repack(state: State, document: RecordedDocument) -> None:
    lines, site = document.lines, document.from_site
    for at in range(0, len(lines), 160):
        source, _, _, taken = HEAD.unpack_from(lines, at)
        made, _, _, put = HEAD.unpack_from(lines, at + 32)
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
    tally(state, source, REPACKED_OUT if has_factor else WRITTEN_OFF, sign * taken)
    tally(state, made, REPACKED_IN if has_factor else GAINED, sign * put)


# ---------------------------------------------------------------------------------------------- reversal


def original_of(state: State, reference: int, document: str, block: int) -> RecordedDocument:
    """Return the document that a reversal names.

    Raises:
        FoldRefusedError: No event told of it.
    """
    original = state.documents[reference & ID_248]
    if original is None or original.kind not in _UNDO:
        raise FoldRefusedError(
            document=document,
            block=block,
            reason=f"it reverses {reference & ID_248:062x}, which is no document that could be",
            reason_zh=f"所冲销的 {reference & ID_248:062x} 不是可冲销的单据",
        )
    return original


def _reverse(state: State, document: RecordedDocument) -> None:
    original = original_of(state, document.reference, f"{document.key:062x}", document.block)
    state.documents[original.key] = replace(original, reversed_by=document.number)
    _UNDO[original.kind](state, document, original)


def _undo_issue(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    tally_lines(state, original.lines, ISSUED, -1)


def _undo_write_off(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    tally_lines(state, original.lines, WRITTEN_OFF, -1)


def _undo_hand_over(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, original.to_site, original.from_site)


def _undo_dispatch(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    move(state, document, original.lines, 0, original.from_site)
    consignment = state.consignments[original.key]
    if consignment is not None:
        commit(state, original.key, consignment, (), [])


def _undo_receipt(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    lines = original.lines
    for at in range(0, len(lines), 128):
        lot, _, _, quantity = HEAD.unpack_from(lines, at)
        change(state, document, original.to_site, lot, -quantity)
        if quantity:
            tally(state, lot, RECEIVED, -quantity)


def _undo_count(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    _apply_count(state, document, original.from_site, original.lines, -1)


def _undo_repack(state: State, document: RecordedDocument, original: RecordedDocument) -> None:
    lines, site = original.lines, original.from_site
    for at in range(0, len(lines), 160):
        source, _, _, taken = HEAD.unpack_from(lines, at)
        made, _, _, put = HEAD.unpack_from(lines, at + 32)
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
    Kind.DISPATCH: dispatch,
    Kind.ACCEPTANCE: accept,
    Kind.CONTEST: contest,
    Kind.RETURN: return_,
    Kind.RETURN_ACCEPTANCE: accept_return,
    Kind.SETTLEMENT: settle,
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
