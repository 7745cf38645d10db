"""`shecang lot`: what there is of which batch, and what must not be used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._acts import Answers, reference_to
from ledger_client.cli._batches import show_batch
from ledger_client.cli._counts import is_stale, stale_cell
from ledger_client.cli._goods import lot_at_site
from ledger_client.cli._office import Office, office_of, print_json, write
from ledger_client.cli._tables import Shown, plain, print_rows, short
from ledger_client.cli._typed import find_lot, parse_place
from ledger_client.documents import Kind, moment_at
from ledger_client.identifiers import parse_item, parse_site
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_label, reason_named
from ledger_client.roles import Role
from ledger_client.typed import parse_issuer

if TYPE_CHECKING:
    from ledger_client.fold.records import Lot, RecordedDocument
    from ledger_client.ledger import Ledger
    from ledger_client.trace import Batch

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
LotIds = Annotated[
    list[str], typer.Argument(metavar="LOT…", help=tr("ids, or their first 8 digits", "批次编号或其前 8 位"))
]
OneLot = Annotated[str, typer.Argument(metavar="LOT")]
SiteCode = Annotated[str, typer.Option("--site", help=tr("where", "储备点"))]
ReasonName = Annotated[str, typer.Option("--reason", help=tr("why", "原因"))]
Approver = Annotated[str, typer.Option("--approver", "--by", help=tr("key of the approver", "审批人的密钥"))]
Recaller = Annotated[
    str, typer.Option("--by", help=tr("key of the issuer or root authority", "签发方或全国主管的密钥"))
]
IssuerCode = Annotated[
    str | None,
    typer.Option("--issuer", help=tr("issuer that the key speaks for", "密钥所代表的签发方")),
]
Only = Annotated[
    bool,
    typer.Option("--only", help=tr("not the other lots of its batch", "不含同批其他批次")),
]
Note = Annotated[str | None, typer.Option("--note", help=tr("kept off chain", "备注（不上链）"))]


@app.command("list", help=tr("List the lots, of an item or all.", "列出批次。"))
def list_lots(
    context: typer.Context,
    item: Annotated[str | None, typer.Option("--item", help=tr("12 digits", "12 位物品编号"))] = None,
    as_json: AsJson = False,
) -> None:
    """List the lots."""
    from ledger_client.cli._holdings import Names, lot_row, now, stale_sites
    from ledger_client.index.marks import MarkedReader

    office = office_of(context)
    with office.ledger() as ledger:
        index = ledger.index()
        names = Names(ledger)
        held = Counter[int]()
        stale: defaultdict[int, set[int]] = defaultdict(set)
        with MarkedReader(ledger.index_engine).one_state() as reader:
            overdue = {(each.site, each.category): each for each in reader.stale(0, now())}
            for holding in reader.on_hand(0):
                held[holding.lot] += holding.quantity
                if is_stale(overdue, holding.site, holding.attributes.item):
                    stale[holding.lot].add(holding.site)
        chosen = [parse_item(item)] if item else list(index.items())
        rows = [
            {**lot_row(names, lot, record), "quantity": str(held[lot]), "stale": stale_sites(stale[lot])}
            for each in chosen
            for lot, record in index.lots(each).items()
        ]
    print_rows(office, rows, as_json)


@app.command("scan", help=tr("Say which lots a scanned label may be about.", "查找扫描标签对应的批次。"))
def scan(
    context: typer.Context,
    label: Annotated[
        str, typer.Argument(metavar="LABEL", help=tr("as the scanner gives it", "扫描所得内容"))
    ],
    at: Annotated[
        str, typer.Option("--at", help=tr("site or division; 0: everywhere", "储备点或区划；0 表示全部"))
    ] = "0",
    as_json: AsJson = False,
) -> None:
    """Say which lots a scanned label may be about."""
    from ledger_client.cli._scans import show_scan
    from ledger_client.index.candidates import CandidateReader
    from ledger_client.scanning import scanned
    from ledger_client.scans import read_scan
    from ledger_client.trade_items import trade_item

    office = office_of(context)
    read, place = read_scan(label), parse_place(at)
    with office.ledger() as ledger:
        ledger.index()
        with CandidateReader(ledger.index_engine).one_state() as reader:
            found = scanned(reader, read, trade_item(ledger.records, read.gtin), [place])
        show_scan(office, ledger, found, as_json)


@app.command("show", help=tr("Show a lot: what it is, where it is, what happened to it.", "显示批次。"))
def show(context: typer.Context, lot: OneLot, as_json: AsJson = False) -> None:
    """Show a lot."""
    from ledger_client.cli._holdings import Names, lot_row, now
    from ledger_client.cli._marks import emergency_cell
    from ledger_client.emergencies import spell_over
    from ledger_client.index.lookup import documents_of_lot
    from ledger_client.index.marks import MarkedReader

    office = office_of(context)
    with office.ledger() as ledger:
        ledger.index()
        found = find_lot(ledger.index_engine, lot)
        record = require_lot(ledger, found)
        names = Names(ledger)
        what = {**lot_row(names, found, record), "creating_site": f"{record.creating_site:015d}"}
        with MarkedReader(ledger.index_engine).one_state() as reader:
            holdings = [each for each in reader.on_hand(0) if each.lot == found]
            counts = reader.count_states({each.site for each in holdings}, now())
            spells = reader.emergencies()
        where = [
            {
                "site": f"{each.site:015d}",
                "name": names.site(each.site),
                "quantity": str(each.quantity),
                "held_here": each.is_held_here,
                "stale": stale_cell(is_stale(counts, each.site, record.item)),
            }
            for each in holdings
        ]
        history = [
            {
                **_history_row(each, ledger.deployment.offset),
                "emergency": emergency_cell(spell_over(each, spells) is not None),
            }
            for each in documents_of_lot(ledger.index_engine, found)
        ]
    if as_json:
        print_json(plain({**what, "sites": where, "history": history}))
        return
    print_rows(office, [what], as_json)
    print_rows(office, where, as_json)
    print_rows(office, history, as_json)


@app.command("hold", help=tr("Hold lots at a site.", "在储备点暂扣批次。"))
def hold(
    context: typer.Context,
    lots: LotIds,
    site: SiteCode,
    reason: ReasonName,
    approver: Approver,
    answers: Answers = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Hold lots at a site."""
    _hold_or_release(office_of(context), Kind.HOLD, lots, site, reason, approver, answers, note, as_json)


@app.command("release", help=tr("Free lots that are held at a site.", "放行储备点暂扣的批次。"))
def release(
    context: typer.Context,
    lots: LotIds,
    site: SiteCode,
    reason: ReasonName,
    approver: Approver,
    answers: Answers = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Free lots that are held at a site."""
    _hold_or_release(office_of(context), Kind.RELEASE, lots, site, reason, approver, answers, note, as_json)


@app.command("recall", help=tr("Recall a lot everywhere, and all lots of its batch.", "全面召回批次及同批。"))
def recall(
    context: typer.Context,
    lots: LotIds,
    reason: ReasonName,
    by: Recaller,
    issuer: IssuerCode = None,
    only: Only = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Recall lots everywhere."""
    code = reason_named(reason, Use.RECALL).code
    _recall_or_lift(office_of(context), Kind.RECALL, lots, code, by, issuer, only, note, as_json)


@app.command("lift", help=tr("Lift a recall, of all lots of the batch.", "解除批次及同批的召回。"))
def lift(
    context: typer.Context,
    lots: LotIds,
    reason: ReasonName,
    by: Recaller,
    issuer: IssuerCode = None,
    only: Only = False,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Lift a recall."""
    code = reason_named(reason, Use.LIFT).code
    _recall_or_lift(office_of(context), Kind.LIFT, lots, code, by, issuer, only, note, as_json)


def require_lot(ledger: Ledger, lot: int) -> Lot:
    """Return what is known of a lot.

    Raises:
        LotUnknownError: It was never received.
    """
    from ledger_client.reverts.stock import LotUnknownError

    record = ledger.index().lot(lot)
    if record is None:
        raise LotUnknownError(lot=lot)
    return record


def lots_of_batch(ledger: Ledger, lots: Sequence[int], *, recalled: bool) -> list[int]:
    """Return lots with all others of the same item, source and batch that are (not) recalled."""
    from ledger_client.words import LotStatus

    chosen = set(lots)
    for lot in lots:
        record = require_lot(ledger, lot)
        same = (record.source, record.batch)
        chosen.update(
            other
            for other, each in ledger.index().lots(record.item).items()
            if (each.source, each.batch) == same and bool(each.status & LotStatus.RECALLED) is recalled
        )
    return sorted(chosen)


def _hold_or_release(
    office: Office,
    kind: Kind,
    typed: Sequence[str],
    site: str,
    reason: str,
    approver: str,
    answers: str | None,
    note: str | None,
    as_json: bool,
) -> None:
    from ledger_client.stock import Particulars

    place = parse_site(site)
    code = reason_named(reason, Use.HOLD if kind is Kind.HOLD else Use.RELEASE).code
    with office.ledger() as ledger:
        here = [each.lot for each in ledger.index().on_hand(place)]
        lots = [lot_at_site(text, place, here) for text in typed]
        party = office.party(ledger, approver, Role.APPROVER, place)
        reference = reference_to(ledger, answers)
        particulars = Particulars(reason=code, body=_body(note), reference=reference)
        act = ledger.stock.hold if kind is Kind.HOLD else ledger.stock.release
        write(ledger, [act(place, lots, approver=party, particulars=particulars)], as_json)


def _recall_or_lift(
    office: Office,
    kind: Kind,
    typed: Sequence[str],
    reason: int,
    by: str,
    issuer: str | None,
    only: bool,
    note: str | None,
    as_json: bool,
) -> None:
    from ledger_client.stock import Particulars

    speaks_for = parse_issuer(issuer) if issuer else 0
    role = Role.ISSUER if speaks_for else Role.AUTHORITY
    with office.ledger() as ledger:
        ledger.index()
        lots = [find_lot(ledger.index_engine, text) for text in typed]
        if not only:
            lots = lots_of_batch(ledger, lots, recalled=kind is Kind.LIFT)
        noun = "lot" if len(lots) == 1 else "lots"
        named = tr(f"{len(lots)} {noun} of the batch", f"同批共 {len(lots)} 个批次")
        office.err.print(f"{kind.label}: {named}")
        batch = _whole_batch(ledger, lots) if kind is Kind.RECALL else None
        particulars = Particulars(reason=reason, body=_body(note))
        party = office.party(ledger, by, role, 0, subject=speaks_for)
        call = ledger.stock.recall(kind, lots, issuer=speaks_for, by=party, particulars=particulars)
        write(ledger, [call], as_json)
        if batch is not None:
            show_batch(office, ledger, batch, as_json)


def _whole_batch(ledger: Ledger, lots: Sequence[int]) -> Batch:
    from ledger_client.trace import TraceReader, batch_of

    return batch_of(TraceReader(ledger.index_engine), lots)


def _body(note: str | None) -> dict[str, Any] | None:
    return {"note": note} if note else None


def _history_row(document: RecordedDocument, offset: int) -> dict[str, Any]:
    from ledger_client.fold.verdicts import Verdict

    status = Verdict.from_word(document.verdict).status
    kind = Kind.of(document.kind)
    return {
        "recorded": moment_at(document.recorded_at, offset).strftime("%Y-%m-%d %H:%M"),
        "kind": Shown(kind.name.lower(), kind.label),
        "reason": Shown(document.reason, reason_label(document.reason, kind)),
        "verdict": Shown(status.name.lower(), status.label) if kind is Kind.RECEIPT else None,
        "late": document.is_late,
        "document": short(document.key, 62),
    }
