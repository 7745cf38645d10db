"""What a recall says of its batch: which lots it lists, which it leaves out, and whom to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger_client.cli._counts import is_stale, stale_cell
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import Shown, plain, print_rows, short
from ledger_client.language import tr
from ledger_client.words import LotStatus

if TYPE_CHECKING:
    from ledger_client.cli._pictures import TraceNames
    from ledger_client.ledger import Ledger
    from ledger_client.trace import Batch, Told


def show_batch(office: Office, ledger: Ledger, batch: Batch, as_json: bool) -> None:
    """Show the lots of a recall's batch, and whom to tell of it.

    Args:
        office: Where to print.
        ledger: Whose names.
        batch: As it was when the recall was written.
        as_json: One JSON value on one line, behind that of the document.
    """
    from ledger_client.cli._pictures import TraceNames

    names = TraceNames(office, ledger)
    lots = [_lot_row(names, batch, lot) for lot in batch.lots]
    tell = _told_rows(ledger, names, batch.tell)
    if as_json:
        left_out = [f"{lot:040x}" for lot in batch.left_out]
        print_json(plain({"lots": lots, "left_out": left_out, "tell": tell}))
        return
    office.out.print(tr("lots of the batch", "同批批次"), style="bold")
    print_rows(office, lots, as_json=False)
    if batch.left_out:
        count = len(batch.left_out)
        office.err.print(
            tr(
                f"lots of the batch that are left out, not recalled, and may still be issued: {count}",
                f"同批中有 {count} 个批次未列入且未被召回，仍可发放",
            ),
            soft_wrap=True,
        )
    office.out.print(tr("tell", "应通知"), style="bold")
    print_rows(office, tell, as_json=False)


def _lot_row(names: TraceNames, batch: Batch, lot: int) -> dict[str, Any]:
    from ledger_client.cli._holdings import lot_row

    record, listed = batch.lots[lot], lot in batch.listed
    # The batch was read before the recall was written.
    status = record.status | LotStatus.RECALLED if listed else record.status
    return {**lot_row(names, lot, replace(record, status=status)), "listed": listed}


def _told_rows(ledger: Ledger, names: TraceNames, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Return whom to tell; what sites are said to hold is marked where nobody counted it in time."""
    from ledger_client.cli._holdings import now
    from ledger_client.index.marks import MarkedReader
    from ledger_client.trace import EdgeKind

    holding = [each for each in told if each.how is EdgeKind.HELD]
    with MarkedReader(ledger.index_engine).one_state() as reader:
        counts = reader.count_states({each.number for each in holding}, now())
        records = {each.lot: reader.lot(each.lot) for each in holding}
    uncounted = {
        (each.number, each.lot)
        for each in holding
        if (record := records[each.lot]) and is_stale(counts, each.number, record.item)
    }
    return [
        {
            **_told_row(names, each),
            "stale": stale_cell(each.how is EdgeKind.HELD and (each.number, each.lot) in uncounted),
        }
        for each in told
    ]


def _told_row(names: TraceNames, told: Told) -> dict[str, Any]:
    from ledger_client.trace import NodeKind

    digits = "015d" if told.kind is NodeKind.SITE else "040x"
    code = f"{told.number:{digits}}"
    name = names.of(told.kind, told.number)
    shown = f"{code} {name}".strip() if told.kind is NodeKind.SITE else name or code[:8] + "…"
    return {
        "kind": Shown(told.kind.code, told.kind.label),
        "place": Shown(code, shown),
        "how": Shown(told.how.code, told.how.label),
        "lot": short(told.lot),
        "quantity": str(told.quantity),
    }
