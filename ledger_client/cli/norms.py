"""`shecang norm`: what sites must keep, on which terms they give, how often is counted, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import _decisions as decisions
from ledger_client.cli._norms import (
    CYCLE_FORM,
    FLOOR_FORM,
    FLOORS_AT_ONCE,
    parse_cycles,
    parse_floors,
    parse_mode,
    parse_share,
)
from ledger_client.cli._office import office_of, print_json, write
from ledger_client.cli._tables import plain, print_rows
from ledger_client.cli._typed import SITE_DIGITS, find_document, parse_as_of, parse_place
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.documents import Kind
from ledger_client.errors import UsageError
from ledger_client.identifiers import ItemId, SiteId, parse_site, storage_mode
from ledger_client.language import tr
from ledger_client.seats import SITE_SPAN

if TYPE_CHECKING:
    from ledger_client.cli._norm_rows import NormRows
    from ledger_client.cli._office import Office
    from ledger_client.index.marks import MarkedReader
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True)

SiteCode = Annotated[str, typer.Argument(metavar="SITE", help=tr("15 digits", "储备点，15 位"))]
Place = Annotated[
    str, typer.Argument(metavar="PLACE", help=tr("site or division, 0: all", "储备点或区划，0 为全部"))
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=tr("block time: a moment, or a day to its end", "区块时间：时刻，或某日终了"),
    ),
]

OVERDUE = 1
"""Exit code where a count is overdue."""

NOTICE_MOST = 366  # days, as in Norms.sol


class CountNeededError(UsageError):
    """A document is no count."""

    en = "document {key} is no count but of kind {kind}, and only counts prove what was counted; name a count"
    zh = "单据 {key} 为{kind_zh}，只有盘点可作为盘点依据；请指定盘点单据"


@app.command("floor", help=tr("Set what a site must keep.", "设定储备点的保底量。"))
def floor(
    context: typer.Context,
    site: SiteCode,
    source: decisions.Source,
    by: decisions.By,
    item: Annotated[
        list[str],
        typer.Option(
            "--item", metavar=FLOOR_FORM, help=tr("base units; may be repeated", "基本单位数量；可重复")
        ),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="CSV", help=tr("columns item,quantity", "两列：物品,数量")),
    ] = None,
    from_: decisions.From = None,
    as_json: decisions.AsJson = False,
) -> None:
    """Set floors."""
    office = office_of(context)
    place, digest = parse_site(site), decisions.parse_source(source)
    with office.ledger() as ledger:
        floors = parse_floors(item, file, ledger.index().items())
        authority = decisions.authority_over(office, ledger, by, _community(place))
        begins = decisions.effective_at(ledger, from_)
        calls = [
            ledger.norms.set_floors(place, some, effective_at=begins, source=digest, by=authority)
            for some in _portions(floors)
        ]
        write(ledger, calls, as_json)
    decisions.say_source(office, digest)


@app.command(
    "terms",
    help=tr("Set on which terms sites of a storage mode give.", "设定某储备方式的调用条件。"),
)
def terms(
    context: typer.Context,
    division: Annotated[str, typer.Argument(metavar="DIVISION", help=tr("0: the country", "0 为全国"))],
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            metavar="NAME",
            help=tr(
                "government, agreement, enterprise-held, household, merchant", "政府、协议、企业、家庭、商户"
            ),
        ),
    ],
    share: Annotated[
        str,
        typer.Option(
            "--share",
            metavar="PERCENT",
            help=tr("of the usable stock, at most", "可调用的比例上限（百分数）"),
        ),
    ],
    notice: Annotated[
        int,
        typer.Option(
            "--notice",
            metavar="DAYS",
            min=0,
            max=NOTICE_MOST,
            help=tr("from approval until goods may be called", "自批准起至可调用的天数"),
        ),
    ],
    source: decisions.Source,
    by: decisions.By,
    from_: decisions.From = None,
    as_json: decisions.AsJson = False,
) -> None:
    """Set the terms of a storage mode."""
    office = office_of(context)
    place, wanted, points = parse_division(division), parse_mode(mode), parse_share(share)
    digest = decisions.parse_source(source)
    with office.ledger() as ledger:
        call = ledger.norms.set_terms(
            place,
            wanted,
            share=points,
            notice_days=notice,
            effective_at=decisions.effective_at(ledger, from_),
            source=digest,
            by=decisions.authority_over(office, ledger, by, place),
        )
        write(ledger, [call], as_json)
    decisions.say_source(office, digest)


@app.command("cycle", help=tr("Set how often a site counts.", "设定储备点的盘点周期。"))
def cycle(
    context: typer.Context,
    site: SiteCode,
    source: decisions.Source,
    by: decisions.By,
    category: Annotated[
        list[str],
        typer.Option(
            "--category",
            metavar=CYCLE_FORM,
            help=tr("7 digits; 0 days ends it; may be repeated", "7 位类别；0 天为取消；可重复"),
        ),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    from_: decisions.From = None,
    as_json: decisions.AsJson = False,
) -> None:
    """Set count cycles; the first count is due the whole cycle later."""
    office = office_of(context)
    place, cycles = parse_site(site), parse_cycles(category)
    digest = decisions.parse_source(source)
    with office.ledger() as ledger:
        call = ledger.norms.set_cycles(
            place,
            cycles,
            effective_at=decisions.effective_at(ledger, from_),
            source=digest,
            by=decisions.authority_over(office, ledger, by, _community(place)),
        )
        write(ledger, [call], as_json)
    decisions.say_source(office, digest)


@app.command(
    "prove",
    help=tr(
        "Prove a recorded count, so that what it counted is not overdue; anybody may.",
        "将已记录的盘点办理为盘点依据；任何人均可办理。",
    ),
)
def prove(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help=tr("key, or its first 8 digits", "单据编号或前 8 位"))
    ],
    by: Annotated[str, typer.Option("--by", help=tr("key that sends it", "发送交易的密钥"))],
    as_json: decisions.AsJson = False,
) -> None:
    """Prove a count."""
    office = office_of(context)
    with office.ledger() as ledger:
        ledger.index()
        found = find_document(ledger.index_engine, document)
        kind = Kind.of(found.kind)
        if kind is not Kind.COUNT:
            raise _no_count(found.key, kind)
        write(ledger, [ledger.norms.proved(found, by=office.signer_or_absent(by))], as_json)


@app.command(
    "show",
    help=tr(
        "Show floors, terms and cycles in force and waiting, and when counts are due.",
        "显示生效中与待生效的保底量、调用条件、盘点周期及盘点期限。",
    ),
)
def show(context: typer.Context, place: Place, as_of: AsOf = None, as_json: decisions.AsJson = False) -> None:
    """Show the norms of a place."""
    from ledger_client.cli._holdings import Names, title_of

    office = office_of(context)
    number = parse_place(place)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        at, names = _at(ledger, as_of), Names(ledger)
        with _reader(ledger).one_state() as reader:
            floors, terms, cycles = _tables(reader, _rows(office, names, offset), number, at)
            gives = len(str(number)) != SITE_DIGITS or reader.ruling_terms(number, at) is not None
            position = reader.position()
        title = title_of(f"{number or '0'} {names.place(number)}", position, offset)
    if as_json:
        stamp = {"block": position.number, "block_time": position.time, "at": at}
        shown = {"place": str(number), **stamp, "floors": floors, "terms": terms, "cycles": cycles}
        print_json(plain(shown))
        return
    office.out.print(title, markup=False, soft_wrap=True)
    for head, rows in (
        (tr("floors: what must be kept", "保底量"), floors),
        (tr("terms: what may be called on", "调用条件"), terms),
        (tr("count cycles", "盘点周期"), cycles),
    ):
        office.out.print(head, markup=False, style="bold")
        print_rows(office, rows, as_json=False)
    if not gives:
        text = tr(
            "no terms hold for the storage mode of this site: it gives nothing",
            "该储备点的储备方式没有生效的调用条件：不可调出",
        )
        office.out.print(text, markup=False, soft_wrap=True)


@app.command(
    "stale",
    help=tr(
        "List the counts that are overdue; exit code 1 if any is.", "列出逾期的盘点；有逾期时退出码为 1。"
    ),
)
def stale(
    context: typer.Context,
    division: Annotated[
        str, typer.Argument(metavar="[DIVISION]", help=tr("or a site; 0: all", "或储备点；0 为全部"))
    ] = "0",
    as_of: AsOf = None,
    as_json: decisions.AsJson = False,
) -> None:
    """List overdue counts: since when, what was counted last, and which count nobody has proved yet."""
    from ledger_client.cli._holdings import Names

    office = office_of(context)
    number = parse_place(division)
    with office.ledger() as ledger:
        at, names = _at(ledger, as_of), Names(ledger)
        with _reader(ledger).one_state() as reader:
            found = reader.overdue(number, at)
            unproved = reader.unproved(found, at)
        shown = _rows(office, names, ledger.deployment.offset)
        rows = [shown.stale(each, unproved.get((each.site, each.category))) for each in found]
    if found or as_json:
        print_rows(office, rows, as_json)
    else:
        typer.echo(tr("no count is overdue", "没有逾期的盘点"))
    if unproved and not as_json:
        text = tr(
            "counts that are recorded and not proved: `shecang norm prove DOCUMENT --by KEY`",
            "已记录而未办理依据的盘点：请用 `shecang norm prove DOCUMENT --by KEY` 办理",
        )
        office.out.print(text, markup=False, soft_wrap=True)
    if found:
        raise typer.Exit(OVERDUE)


@app.command(
    "history",
    help=tr(
        "List what was set for a site or division: from when, on which decision, by whom.",
        "列出某储备点或区划的历次设定：生效时间、依据文件摘要、设定人。",
    ),
)
def history(context: typer.Context, place: Place, as_json: decisions.AsJson = False) -> None:
    """List the journal of a site or division in Norms."""
    from ledger_client.cli._holdings import Names

    office = office_of(context)
    number = parse_place(place)
    with office.ledger() as ledger:
        ledger.index()
        shown = _rows(office, Names(ledger), ledger.deployment.offset)
        entries = _reader(ledger).norm_history(number)
        rows = [shown.entry(number, sequence, entry) for sequence, entry in entries.items()]
    print_rows(office, rows, as_json)


def _tables(
    reader: MarkedReader, shown: NormRows, place: int, at: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return floors, terms and cycles of a place."""
    is_site = len(str(place)) == SITE_DIGITS
    counts = {(each.site, each.category): each for each in reader.counts(place, at)}
    floors = [shown.floor(each, one_site=is_site) for each in reader.floors(place, at)]
    cycles = [shown.cycle(each, counts, one_site=is_site) for each in reader.cycles(place, at)]
    if not is_site:
        return floors, [shown.terms(each, rules=None) for each in reader.terms(place, at)], cycles
    site = SiteId(place)
    ruling, mode = reader.ruling_terms(site, at), int(storage_mode(site))
    whose = ruling[0] if ruling else None
    above = [each for each in reader.terms(_community(site), at) if each.about == mode]
    return floors, [shown.terms(each, rules=each.subject == whose) for each in above], cycles


def _portions(floors: dict[ItemId, int]) -> Iterator[dict[ItemId, int]]:
    """Yield floors in as many portions as transactions are needed."""
    rest = iter(floors.items())
    while some := dict(islice(rest, FLOORS_AT_ONCE)):
        yield some


def _community(site: SiteId) -> DivisionId:
    return DivisionId(site // SITE_SPAN)


def _at(ledger: Ledger, as_of: str | None) -> int:
    at = parse_as_of(as_of, ledger.deployment.offset)
    return int(ledger.now()) if at is None else at


def _reader(ledger: Ledger) -> MarkedReader:
    from ledger_client.index.marks import MarkedReader

    ledger.index()
    return MarkedReader(ledger.index_engine)


def _rows(office: Office, names: Any, offset: int) -> NormRows:
    from ledger_client.cli._norm_rows import NormRows

    return NormRows(office, names, offset)


def _no_count(key: int, kind: Kind) -> CountNeededError:
    from ledger_client.documents import KIND_NAMES

    en, zh = KIND_NAMES[kind]
    return CountNeededError(key=f"{key:062x}"[:8], kind=en, kind_zh=zh)
