"""Conservation, per lot: what came in is held, on its way, or accounted for.

opening + received + gains = held at sites + in transit + returning + missing + issued + written off + lost

The left side and what has left are added up from the events alone, what is held is read from the contract,
and the lines of a consignment count only when the contract's word commits to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from stock import Act, Stock, committed
from stock_world import SITES

from ledger_client.calldata import Consignment
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded
from ledger_client.lines import CountLine, Line, OpeningLine, ReceiptLine, RepackLine, unpack_lines

LOST = 3


def assert_conserved(stock: Stock, *under_way: tuple[Act, Consignment]) -> None:
    """Assert the equation for every lot that any document names."""
    sums = _accounts(stock.documents())
    travelling: Counter[int] = Counter()
    for dispatch, consignment in under_way:
        deadline = dispatch.document.deadline
        word = committed(dispatch, consignment.state, consignment.signers, consignment.lines, deadline)
        assert stock.word("consignment", dispatch.key) == word, "the consignment is another"
        for line in unpack_lines(Kind.ACCEPTANCE, consignment.lines):
            assert isinstance(line, Line)
            travelling[line.lot] += line.quantity
    for lot, units in sums.items():
        held = sum(stock.balance(site, lot) & (1 << 63) - 1 for site in SITES)
        assert units == held + travelling[lot], f"lot {lot:040x}"


def _accounts(events: list[DocumentRecorded]) -> Mapping[int, int]:
    """What must be at sites or under way, by lot: everything that came in less everything that left."""
    effects = {event.key: _effect(event) for event in events}
    total: dict[int, int] = {}
    for event in events:
        effect = effects[event.key]
        if event.kind is Kind.REVERSAL:
            original = event.reference & (1 << 248) - 1
            effect = {lot: -units for lot, units in effects[original].items()}
        for lot, units in effect.items():
            total[lot] = total.get(lot, 0) + units
    return total


def _effect(event: DocumentRecorded) -> dict[int, int]:
    effect: dict[int, int] = {}
    for line in unpack_lines(event.kind, event.lines, source=event.from_, key=event.key):
        for lot, units in _line_effect(event.kind, line):
            effect[lot] = effect.get(lot, 0) + units
    return effect


def _line_effect(kind: Kind, line: object) -> list[tuple[int, int]]:
    if isinstance(line, OpeningLine):
        return [(line.attributes.lot_id, line.quantity)]
    if isinstance(line, ReceiptLine):
        return [(line.attributes.lot_id, line.accepted)]
    if isinstance(line, CountLine):
        return [(line.lot, line.difference)]
    if isinstance(line, RepackLine):
        return [(line.input_lot, -line.input_quantity), (line.output.lot_id, line.output_quantity)]
    assert isinstance(line, Line)
    lost = kind is Kind.SETTLEMENT and line.reason == LOST
    leaves = kind in (Kind.ISSUE, Kind.WRITE_OFF) or lost
    return [(line.lot, -line.quantity if leaves else 0)]
