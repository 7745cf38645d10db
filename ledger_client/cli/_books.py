"""How `shecang book import` and `shecang book reconcile` work and what they print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from ledger_client.book import BookSheet, read_mapping
from ledger_client.book import Mapping as GoodsMapping
from ledger_client.books import (
    STATUS_LABELS,
    Action,
    Comparison,
    LineStatus,
    Plan,
    PlannedLine,
    Progress,
    Signers,
    comparison_to_dict,
    import_book,
    plan_import,
    planned_to_dict,
    reconcile,
    sentence_of,
)
from ledger_client.cli._counts import Counts, is_stale, say_overdue
from ledger_client.cli._holdings import Names as HeldNames
from ledger_client.cli._office import Office, print_json
from ledger_client.identifiers import SiteId
from ledger_client.language import tr
from ledger_client.ledger import Ledger
from ledger_client.records import RecordId
from ledger_client.roles import Role
from ledger_client.writing import Party

DONE, FOUND, COULD_NOT_CHECK = 0, 1, 3

_NOT_DEFECTS = frozenset({"copy", "reversed"})


def run_reconcile(
    office: Office, sheets: Sequence[BookSheet], site: SiteId, mapping_file: Path, as_json: bool
) -> int:
    """Compare books with the ledger and print it; 0 when everything is matched."""
    mapping = read_mapping(mapping_file)
    with office.ledger() as ledger:
        compared = reconcile(ledger, sheets, mapping, site)
        names, overdue = _names(ledger, mapping), _overdue(ledger, site)
        if not ledger.records.has_book_salt(site):
            _say(office.err, _without_salt())
        if not as_json:
            say_overdue(office, HeldNames(ledger), overdue.values(), ledger.deployment.offset, one_site=True)
    if as_json:
        for each in compared:
            print_json(comparison_to_dict(each, names, is_stale=is_stale(overdue, site, each.item)))
    else:
        _print_comparison(office.out, compared, names)
    return DONE if all(each.status is LineStatus.MATCHED for each in compared) else FOUND


def _overdue(ledger: Ledger, site: SiteId) -> Counts:
    """Return the counts of a site that are overdue: what the ledger says of their goods is an old figure."""
    from ledger_client.index.marks import MarkedReader

    found = MarkedReader(ledger.index_engine).overdue(site, int(ledger.now()))
    return {(each.site, each.category): each for each in found}


def run_import(
    office: Office,
    sheets: Sequence[BookSheet],
    site: SiteId,
    mapping_file: Path,
    keys: tuple[str, str, str],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Record what is missing, or show what would be, and print it.

    Args:
        office: Where.
        sheets: The books.
        site: The site that they are about.
        mapping_file: Which item each goods is.
        keys: Names of the keeper's, the approver's and the authority's key; not opened in a dry run.
        dry_run: Whether to record nothing.
        as_json: Whether to print one JSON object a row.

    Returns:
        0 when every row is recorded, now or before, or lacks stock alone; 1 when a row is to be mended or
        decided first; 3 when the site's book salt is elsewhere.
    """
    mapping = read_mapping(mapping_file)
    with office.ledger() as ledger:
        if dry_run:
            plan = plan_import(ledger, sheets, mapping, site)
        else:
            signers = _signers(office, ledger, keys, site)
            with _bars(office.err) as progress:
                plan = import_book(ledger, sheets, mapping, site, signers, progress)
    if as_json:
        _print_json(plan, dry_run)
    else:
        _print_plan(office.out, plan, dry_run)
    if not plan.knows_salt:
        return COULD_NOT_CHECK
    return FOUND if any(map(_is_defect, plan.lines)) else DONE


def _signers(office: Office, ledger: Ledger, keys: tuple[str, str, str], site: SiteId) -> Signers:
    keeper, approver, authority = keys
    registrar = office.party(ledger, authority, Role.AUTHORITY, site)
    return Signers(
        keeper=office.party(ledger, keeper, Role.KEEPER, site),
        approver=office.party(ledger, approver, Role.APPROVER, site),
        authority=registrar,
        catalogue=Party(registrar.signer, 0),
    )


def _is_defect(each: PlannedLine) -> bool:
    return each.action is Action.NOT_RECORDED and not (each.why and each.why.rule in _NOT_DEFECTS)


@contextmanager
def _bars(console: Console) -> Iterator[Progress]:
    """Show one bar a wave of documents."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def tell(en: str, zh: str, done: int, total: int) -> None:
            if en not in tasks:
                tasks[en] = bars.add_task(tr(en, zh), total=total)
            bars.update(tasks[en], completed=done)

        yield tell


def _names(ledger: Ledger, mapping: GoodsMapping) -> dict[int, str]:
    """Return what items are called: as in the mapping, else as registered."""
    names = {
        number: name.shown
        for number, item in ledger.index().items().items()
        if (name := ledger.records.name(RecordId("item", number), item.name))
    }
    return names | {item.item: item.name_zh for item in mapping.items()}


def _without_salt() -> str:
    return tr(
        "These records hold no book salt of this site: lines are matched by kind, day, item, quantity and "
        "order alone.",
        "本档案库中没有该储备点的账册盐值：仅按类型、日期、物品、数量和次序核对。",
    )


# -- reconcile, for people


def _print_comparison(out: Console, compared: Sequence[Comparison], names: dict[int, str]) -> None:
    counts = Counter(each.status for each in compared)
    table = Table(title=tr("The book against the ledger", "账册与账本核对"), title_justify="left")
    for status in LineStatus:
        table.add_column(tr(*STATUS_LABELS[status]), justify="right")
    table.add_row(*[str(counts[status]) for status in LineStatus])
    out.print(table)
    for status in LineStatus:
        some = [each for each in compared if each.status is status]
        if some and status is not LineStatus.MATCHED:
            out.print("\n" + tr(*STATUS_LABELS[status]), style="bold")
            for each in some:
                _say(out, f"  {_where(each)}{sentence_of(each, names)}")
    if counts.total() == counts[LineStatus.MATCHED]:
        _say(out, tr("Every line of the book is on the ledger.", "账册各行均已在账本上。"))


def _where(each: Comparison) -> str:
    place = each.line or each.problem
    return f"{place.file} [{place.sheet}] {place.cell}: " if place else ""


# -- import, for people


def _print_plan(out: Console, plan: Plan, dry_run: bool) -> None:
    out.print(_counts(plan, dry_run))
    _section(
        out,
        tr("Not recorded, and why", "未记录的行及原因"),
        [
            f"{_place(each)}: {_goods(each)}{each.why}"
            for each in plan.lines
            if each.action is Action.NOT_RECORDED
        ],
    )
    _section(
        out,
        tr("Stays held until an approver has looked at it", "继续暂扣，待审批人核实"),
        [f"{_place(each)}: {_goods(each)}{_suspicions(each)}" for each in plan.lines if each.kept],
    )
    short = [each for each in plan.lines if each.action in (Action.RECORD_PART, Action.NOT_COVERED)]
    _section(
        out,
        tr("Handed out in the book, not or not all covered by stock", "账册已发放，但库存不足"),
        [f"{_place(each)}: {_goods(each)}{each.why}" for each in short],
    )
    if plan.missing_in_book:
        _say(
            out,
            "\n"
            + tr(
                f"{len(plan.missing_in_book)} documents of these days are on the ledger, not in the book: "
                "see `shecang book reconcile`.",
                f"账本上另有 {len(plan.missing_in_book)} 份同期单据不在账册中：见 `shecang book reconcile`。",
            ),
        )
    _say(out, "\n" + _summary(plan, dry_run))


def _counts(plan: Plan, dry_run: bool) -> Table:
    title = tr("What would be recorded", "拟记录内容") if dry_run else tr("What was recorded", "记录结果")
    table = Table(title=title, title_justify="left")
    table.add_column(tr("book", "账册"), overflow="fold")
    heads = (
        tr("before", "此前"),
        tr("now", "本次"),
        tr("in part", "部分"),
        tr("not covered", "不足"),
        tr("not recorded", "未记"),
    )
    for head in heads:
        table.add_column(head, justify="right")
    actions = (
        Action.RECORDED,
        Action.RECORD,
        Action.RECORD_PART,
        Action.NOT_COVERED,
        Action.NOT_RECORDED,
    )
    counts: dict[str, Counter[Action]] = {}
    for each in plan.lines:
        counts.setdefault(_file(each), Counter())[each.action] += 1
    for file, counted in counts.items():
        table.add_row(file, *[str(counted[action]) for action in actions])
    return table


def _section(out: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        out.print("\n" + title, style="bold")
        for line in lines:
            _say(out, f"  {line}")


def _place(each: PlannedLine) -> str:
    return _where(each.comparison).removesuffix(": ")


def _file(each: PlannedLine) -> str:
    place = each.comparison.line or each.comparison.problem
    return place.file if place else ""


def _goods(each: PlannedLine) -> str:
    if each.comparison.line is None:
        return ""
    written = each.line.line
    return tr(
        f"{written.item}, {written.quantity} {written.unit}, {written.party}: ",
        f"{written.item}，{written.quantity}{written.unit}，{written.party}：",
    )


def _suspicions(each: PlannedLine) -> str:
    texts = {
        "repeated": tr("an equal line stands above", "上方已有相同的一行"),
        "next-day": tr("another notice lists it too", "另一期公示也列有此项"),
        "outlier": tr("unusual quantity", "数量异常"),
    }
    return tr("; ", "；").join(texts[rule] for rule in each.kept)


def _summary(plan: Plan, dry_run: bool) -> str:
    if not plan.knows_salt:
        return tr("Nothing was recorded.", "未作任何记录。")
    receipts, issues, lots = len(plan.of("receipt")), len(plan.of("issue")), len(plan.releases)
    items, consignees = len(plan.items), len(plan.unregistered)
    if not receipts + issues:
        return tr("Nothing is left to record.", "没有需要记录的内容。")
    what = tr(
        f"{receipts} receipts, {issues} issues; {lots} lots released for them; {items} items and "
        f"{consignees} consignees registered",
        f"接收 {receipts} 笔，发放 {issues} 笔；为此放行 {lots} 个批次；"
        f"登记物品 {items} 种、领用单位 {consignees} 个",
    )
    if dry_run:
        return tr(
            f"A dry run: nothing was recorded. It would be {what}.", f"试运行，未作记录。拟记录：{what}。"
        )
    return tr(f"Recorded: {what}.", f"已记录：{what}。")


def _print_json(plan: Plan, dry_run: bool) -> None:
    for each in plan.lines:
        print_json(planned_to_dict(each))
    print_json(
        {
            "site": str(plan.site),
            "dry_run": dry_run,
            "book_salt": plan.knows_salt,
            "receipts": len(plan.of("receipt")),
            "issues": len(plan.of("issue")),
            "releases": [f"{lot:040x}" for lot in plan.releases],
            "items": [str(item.item) for item in plan.items],
            "consignees": list(plan.unregistered),
            "missing_in_book": len(plan.missing_in_book),
        }
    )


def _say(console: Console, text: str) -> None:
    """Print without markup and without breaking lines."""
    console.print(text, markup=False, soft_wrap=True)
