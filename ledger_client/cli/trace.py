"""`shecang trace`: where goods came from and went, what hangs on what, and who had signed for what lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._holders import holder_address, shown_moment
from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._sources import find_supplier
from ledger_client.cli._tables import Shown, plain, print_rows, short
from ledger_client.cli._typed import find_document, find_lot, parse_from
from ledger_client.cli.qualifications import find_qualification
from ledger_client.language import tr
from ledger_client.typed import parse_issuer

if TYPE_CHECKING:
    from ledger_client.cli._pictures import Pictures
    from ledger_client.cli._traces import Showing
    from ledger_client.ledger import Ledger
    from ledger_client.trace import Custody, Lack, Radius, TraceReader

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
Dot = Annotated[Path | None, typer.Option("--dot", metavar="FILE", help=tr("write DOT", "写出 DOT 文件"))]
Svg = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help=tr("draw a picture", "绘制 SVG 图"))]
LotId = Annotated[
    str, typer.Argument(metavar="LOT", help=tr("id, or its first 8 digits", "批次编号或其前 8 位"))
]
Code = Annotated[str, typer.Argument(metavar="USCC", help=tr("USCC, LEI or id", "信用代码、LEI 或编号"))]
QualificationId = Annotated[
    str, typer.Argument(metavar="QUALIFICATION", help=tr("id, or its first 8 digits", "资质编号或其前 8 位"))
]
KeyName = Annotated[
    str, typer.Argument(metavar="KEY", help=tr("address, or a key of this office", "地址，或本单位密钥名称"))
]
DocumentKey = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help=tr("key, or its first 8 digits", "单据编号或前 8 位"))
]
ConsignmentKey = Annotated[
    str,
    typer.Argument(metavar="CONSIGNMENT", help=tr("key, or its first 8 digits", "在途单编号或前 8 位")),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help=tr(
            "block time; by default since when the key is claimed to be in foreign hands",
            "区块时间；默认为所主张的泄露起始时间",
        ),
    ),
]


_Find = Callable[["_Tracing", str, int], "Radius"]


def _command(name: str, zh: str, argument: Any, *texts: str) -> Callable[[_Find], _Find]:
    """Make a command of a function that finds what hangs on what is typed.

    Args:
        name: Of the command, and in English of what is traced.
        zh: What is traced, in Chinese.
        argument: Type of what is typed.
        texts: The help in English and Chinese.
    """

    def register(find: _Find) -> _Find:
        def run(
            context: typer.Context, typed: str, dot: Dot = None, svg: Svg = None, as_json: AsJson = False
        ) -> None:
            _show_radius(context, find, typed, tr(f"{name} {typed}", f"{zh} {typed}"), dot, svg, as_json)

        run.__annotations__["typed"] = argument
        app.command(name, help=tr(*texts))(run)
        return find

    return register


@app.command(
    "lot",
    help=tr(
        "Trace a lot: back to the root, forward to whoever held or got it.",
        "追溯批次：上溯至全国主管，下追至各储备点与领用单位。",
    ),
)
def lot(
    context: typer.Context, lot: LotId, dot: Dot = None, svg: Svg = None, as_json: AsJson = False
) -> None:
    """Trace a lot."""
    from ledger_client.cli._holdings import now
    from ledger_client.trace import grants_behind, trace_lot, whereabouts

    with _tracing(context, dot, svg, as_json) as tracing:
        found = find_lot(tracing.ledger.index_engine, lot)
        trace = trace_lot(tracing.reader, found, now())
        grants = grants_behind(tracing.reader, trace.followed.documents)
        title = tr(f"lot {found:040x}", f"批次 {found:040x}")
        tracing.pictures.draw(trace.graph, tracing.showing.labels(trace.graph), title)
        tracing.showing.lot(trace, grants, whereabouts(trace.followed))


@_command(
    "supplier",
    "供应商",
    Code,
    "Trace a supplier: all that it delivered, and where it is.",
    "追溯供应商：所供物资及其去向。",
)
def _supplier(tracing: _Tracing, typed: str, at: int) -> Radius:
    from ledger_client.reverts.suppliers import SupplierUnknownError
    from ledger_client.trace import of_supplier

    found = find_supplier(tracing.ledger, typed)
    radius = of_supplier(tracing.reader, found, at)
    if not radius.lots and tracing.reader.supplier(found) is None:
        raise SupplierUnknownError(supplier=found)
    return radius


@_command(
    "qualification",
    "资质",
    QualificationId,
    "Trace a qualification: all that was received on it, and where it is.",
    "追溯资质：凭此收货的物资及其去向。",
)
def _qualification(tracing: _Tracing, typed: str, at: int) -> Radius:
    from ledger_client.trace import of_qualification

    return of_qualification(tracing.reader, find_qualification(tracing.ledger, typed), at)


@_command(
    "issuer",
    "签发方",
    Code,
    "Trace an issuer: all that was received on its qualifications.",
    "追溯签发方：凭其所签资质收货的物资及其去向。",
)
def _issuer(tracing: _Tracing, typed: str, at: int) -> Radius:
    from ledger_client.reverts.suppliers import IssuerUnknownError
    from ledger_client.trace import of_issuer

    found = parse_issuer(typed)
    if tracing.reader.issuer(found) is None:
        raise IssuerUnknownError(issuer=found)
    return of_issuer(tracing.reader, found, at)


@_command(
    "document",
    "单据",
    DocumentKey,
    "Trace a document: its lots, and where they are.",
    "追溯单据：所列批次及其去向。",
)
def _document(tracing: _Tracing, typed: str, at: int) -> Radius:
    from ledger_client.trace import of_document

    return of_document(tracing.reader, find_document(tracing.ledger.index_engine, typed), at)


@app.command(
    "key",
    help=tr(
        "Trace a key: all that it signed and gave, since it is claimed to be in foreign hands.",
        "追溯密钥：自所主张的泄露时间起的全部签署与授予。",
    ),
)
def key(
    context: typer.Context,
    key: KeyName,
    since: Since = None,
    dot: Dot = None,
    svg: Svg = None,
    as_json: AsJson = False,
) -> None:
    """Trace a key."""
    from ledger_client.trace import of_key, registrations

    def find(tracing: _Tracing, typed: str, at: int) -> Radius:
        begin = parse_from(since, tracing.showing.offset) if since else None
        holder, ledger = holder_address(tracing.office, typed), tracing.ledger
        given = registrations(ledger.chain, ledger.deployment, 0, tracing.showing.position.number)
        return of_key(tracing.reader, holder, at, begin, given)

    _show_radius(context, find, key, tr(f"key {key}", f"密钥 {key}"), dot, svg, as_json)


@app.command(
    "shortage",
    help=tr(
        "Say who had signed for what is missing of a consignment, and when it can have happened.",
        "追溯在途短缺：依次由谁签收保管，以及可能发生的时段。",
    ),
)
def shortage(context: typer.Context, consignment: ConsignmentKey, as_json: AsJson = False) -> None:
    """Trace a shortage."""
    from ledger_client.trace import trace_shortage

    with _tracing(context, None, None, as_json) as tracing:
        found = find_document(tracing.ledger.index_engine, consignment)
        _show_lacks(tracing.showing, trace_shortage(tracing.reader, found))


@app.command(
    "difference",
    help=tr(
        "Say who had signed for what a count did not find, and when it can have happened.",
        "追溯盘点差异：依次由谁签收保管，以及可能发生的时段。",
    ),
)
def difference(context: typer.Context, count: DocumentKey, as_json: AsJson = False) -> None:
    """Trace a difference."""
    from ledger_client.trace import trace_difference

    with _tracing(context, None, None, as_json) as tracing:
        found = find_document(tracing.ledger.index_engine, count)
        _show_lacks(tracing.showing, trace_difference(tracing.reader, found))


@dataclass(frozen=True, slots=True)
class _Tracing:
    """What every trace needs."""

    office: Office
    ledger: Ledger
    reader: TraceReader
    showing: Showing
    pictures: Pictures


@contextmanager
def _tracing(context: typer.Context, dot: Path | None, svg: Path | None, as_json: bool) -> Iterator[_Tracing]:
    from ledger_client.cli._holdings import now
    from ledger_client.cli._pictures import Pictures, TraceNames
    from ledger_client.cli._traces import Showing
    from ledger_client.index.marks import MarkedReader
    from ledger_client.trace import TraceReader

    class Reader(TraceReader, MarkedReader):
        """Answers about traces and about norms, all of one state."""

    office = office_of(context)
    with office.ledger() as ledger:
        names = TraceNames(office, ledger)
        with Reader(ledger.index_engine).one_state() as reader:
            showing = Showing(
                office,
                names,
                ledger.deployment.offset,
                reader.position(),
                as_json,
                spells=reader.emergencies(),
                counts_of=partial(reader.count_states, at=now()),
            )
            yield _Tracing(office, ledger, reader, showing, Pictures(dot, svg))


def _show_radius(
    context: typer.Context,
    find: _Find,
    typed: str,
    title: str,
    dot: Path | None,
    svg: Path | None,
    as_json: bool,
) -> None:
    from ledger_client.cli._holdings import now

    with _tracing(context, dot, svg, as_json) as tracing:
        radius = find(tracing, typed, now())
        tracing.pictures.draw(radius.graph, tracing.showing.labels(radius.graph), title)
        tracing.showing.radius(radius)


def _show_lacks(showing: Showing, lacks: list[Lack]) -> None:
    if showing.as_json:
        for each in lacks:
            print_json(plain(_lack(showing, each)))
        return
    if not lacks:
        typer.echo(tr("nothing lacks by this document", "该单据未显示短缺或差异"))
    for each in lacks:
        showing.office.out.print(_sentence(showing, each), markup=False, soft_wrap=True)
        print_rows(showing.office, [_custody(showing, custody) for custody in each.custody], as_json=False)
        if each.told_later:
            text = tr(
                "recorded after the place counted at, said to have occurred before the counting",
                "记录于盘点位置之后，但所述发生时间早于盘点",
            )
            showing.table(text, [_custody(showing, custody) for custody in each.told_later])


def _lack(showing: Showing, lack: Lack) -> dict[str, Any]:
    last = lack.last
    return {
        "lot": f"{lack.lot:040x}",
        "quantity": str(lack.quantity),
        "certified": showing.document(lack.certified, {}) if lack.certified else None,
        "shown": showing.document(lack.shown, {}),
        "window": [showing.moment(each or 0) for each in lack.window],
        "custody": [_custody(showing, each) for each in lack.custody],
        "told_later": [_custody(showing, each) for each in lack.told_later],
        "last": _custody(showing, last) if last else None,
        "found": str(lack.found),
        "lost": str(lack.lost),
    }


def _custody(showing: Showing, custody: Custody) -> dict[str, Any]:
    row = showing.document(custody.document, {})
    del row["reason"]
    occurred = shown_moment(custody.document.occurred_at, showing.offset)
    certified = Shown(custody.is_certified, tr("by two, all of it", "双方确认全部数量"))
    return {
        "occurred": occurred,
        **row,
        "late": custody.document.is_late,
        "delta": f"{custody.delta:+}",
        "certified": certified if custody.is_certified else False,
        "signed": showing.signed(custody.signatures),
    }


def _sentence(showing: Showing, lack: Lack) -> str:
    lot = short(lack.lot).text
    units, more = abs(lack.quantity), lack.quantity < 0
    what = tr(
        f"lot {lot}: {units} {'too many' if more else 'lacking'}",
        f"批次 {lot}：{'多出' if more else '短少'} {units}",
    )
    begin, end = (showing.text(each or 0) for each in lack.window)
    if lack.certified is None:
        when = tr(
            f"nobody beside the keeper certified all of it before {end}",
            f"{end} 之前没有双方确认全部数量的单据",
        )
    else:
        when = tr(f"it can have happened between {begin} and {end}", f"可能发生于 {begin} 至 {end} 之间")
    settled = [
        tr(f"{units} {en} since", f"其后{zh} {units}")
        for units, en, zh in ((lack.found, "found", "找到"), (lack.lost, "declared lost", "确认丢失"))
        if units
    ]
    return "; ".join([what, when, *settled]) if tr("en", "zh") == "en" else "；".join([what, when, *settled])
