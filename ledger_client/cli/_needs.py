"""How `shecang request import` works and what it prints: every row of a list is counted once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from ledger_client.asking import Asked, Asking, Progress, Standing, plan_asking, record_asking
from ledger_client.cli import _acts as acts
from ledger_client.cli._holdings import Names
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import Shown, for_programs, print_rows
from ledger_client.draft_file import KeptDraft, read_drafts
from ledger_client.home import Home
from ledger_client.language import tr
from ledger_client.needs import NeedsPlan, Question, needs_to_dict, summarise_needs
from ledger_client.units import unit_text
from ledger_client.writing import Party

if TYPE_CHECKING:
    from ledger_client.identifiers import SiteId
    from ledger_client.ledger import Ledger

DONE, FOUND = 0, 1


def run_import(office: Office, plan: NeedsPlan, keeper: str, dry_run: bool, as_json: bool) -> int:
    """Record what a plan asks for, or show what would be, and print it.

    Args:
        office: Where.
        plan: What a list becomes.
        keeper: Name of the key that asks; not opened in a dry run.
        dry_run: Whether to record nothing.
        as_json: Whether to print one JSON object.

    Returns:
        0 when every row is recorded, now or before, or a draft; 1 when one is to be mended first.
    """
    with office.ledger() as ledger:
        if not dry_run:
            ledger.finish()
        asking = plan_asking(ledger, plan, makes_salt=not dry_run)
        names = Names(ledger)
        if not dry_run:
            with _bar(office, len(asking.of(Standing.NEW))) as progress:
                record_asking(ledger, asking, _Keepers(office, ledger, keeper), progress)
    if as_json:
        print_json(_to_dict(asking, dry_run))
    else:
        _print(office, asking, names, dry_run)
    is_wrong = asking.of(Standing.HELD_BACK) or plan.unmapped or plan.refused or plan.faults
    return FOUND if is_wrong else DONE


def list_drafts(office: Office, as_json: bool) -> None:
    """Print the drafts of this office, and how many have which question."""
    home = Home.existing(office.home.path)
    found = read_drafts(home.drafts)
    print_rows(office, [_draft_row(each) for each in found], as_json)
    if found and not as_json:
        typer.echo(_drafts_counted(found))


class _Keepers:
    """The keeper of each site, with the key opened once."""

    def __init__(self, office: Office, ledger: Ledger, name: str) -> None:
        self._office, self._ledger, self._name = office, ledger, name
        self._parties: dict[int, Party] = {}

    def __call__(self, site: SiteId) -> Party:
        community = site // 1_000
        if community not in self._parties:
            self._parties[community] = acts.keeper_of(self._office, self._ledger, self._name, site)
        return self._parties[community]


@contextmanager
def _bar(office: Office, total: int) -> Iterator[Progress]:
    """Show how many of the requests are recorded; nothing where there are none."""
    if not total:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=office.err) as bars:
        task = bars.add_task(tr("requests", "申请"), total=total)
        yield lambda done, _: bars.update(task, completed=done)


# -- for programs


def _to_dict(asking: Asking, dry_run: bool) -> dict[str, Any]:
    found = needs_to_dict(asking.plan)
    for row, each in zip(found["requests"], asking.asked, strict=True):
        row["standing"] = each.standing.value
        row["request"] = f"{each.key:062x}" if each.key else None
        row["rule"], row["why"] = (each.why.rule, str(each.why)) if each.why else (None, None)
    answered = {draft.row.identity.digest.hex() for draft in asking.answered}
    for row in found["drafts"]:
        row["standing"] = "recorded-before" if row["row_id"] in answered else "kept"
    counts = Counter(each.standing for each in asking.asked)
    recorded = {
        "new": counts[Standing.NEW],
        "before": counts[Standing.BEFORE],
        "held_back": counts[Standing.HELD_BACK],
        "drafts_kept": len(asking.drafts),
        "drafts_recorded_before": len(asking.answered),
    }
    return {**found, "dry_run": dry_run, "recorded": recorded}


# -- for people


def _print(office: Office, asking: Asking, names: Names, dry_run: bool) -> None:
    for sentence in summarise_needs(asking.plan):
        _say(office, str(sentence))
    rows = _by_item(asking, names)
    if rows:
        office.out.print(
            "\n" + tr("Requests by item, in base units", "各物品的申请（基本单位）"), style="bold"
        )
        print_rows(office, rows, False)
    _section(office, tr("Held back, and why", "暂不记录及原因"), _held_back(asking.of(Standing.HELD_BACK)))
    _section(
        office,
        tr("Not in the mapping, and what to do", "对照表未列及处理办法"),
        [f"{each.what} ({each.rows:,}): {each.reason}" for each in asking.plan.unnamed],
    )
    _section(
        office,
        tr("Refused, and why", "被拒及原因"),
        [f"{each.row.place}: {each.reasons[0]}" for each in asking.plan.refused],
    )
    _section(office, tr("Answers not taken", "未采用的答复"), [str(each) for each in asking.plan.faults])
    _say(office, "")
    _say(office, _summary(asking, dry_run))


def _by_item(asking: Asking, names: Names) -> list[dict[str, Any]]:
    """Return the rows and base units of each item, with the unit."""
    rows: Counter[int] = Counter()
    units: defaultdict[int, int] = defaultdict(int)
    for each in asking.asked:
        rows[each.request.item] += 1
        units[each.request.item] += each.request.quantity
    return [
        {
            "item": names.shown_item(item),
            "rows": str(rows[item]),
            "quantity": f"{units[item]:,}",
            "unit": unit_text(names.unit(item)),
        }
        for item in sorted(rows)
    ]


def _held_back(held: Sequence[Asked]) -> list[str]:
    return [f"{each.request.row.place}, {each.request.row.item}: {each.why}" for each in held]


def _section(office: Office, title: str, lines: Sequence[str]) -> None:
    if lines:
        office.out.print("\n" + title, style="bold")
        for line in lines:
            _say(office, f"  {line}")


def _summary(asking: Asking, dry_run: bool) -> str:
    counts = Counter(each.standing for each in asking.asked)
    new, before, held = (counts[each] for each in (Standing.NEW, Standing.BEFORE, Standing.HELD_BACK))
    drafts, answered = len(asking.drafts), len(asking.answered)
    before += answered
    if dry_run:
        return tr(
            f"A dry run: nothing was recorded. It would be {new:,} requests; {before:,} rows were recorded "
            f"before, {held:,} are held back, {drafts:,} would stay drafts.",
            f"试运行，未作记录。拟记录申请 {new:,} 份；此前已记录 {before:,} 行，暂不记录 {held:,} 行，"
            f"留作草案 {drafts:,} 份。",
        )
    return tr(
        f"Recorded: {new:,} requests. {before:,} rows were recorded before, {held:,} are held back, "
        f"{drafts:,} stay drafts (`shecang request drafts`).",
        f"已记录申请 {new:,} 份。此前已记录 {before:,} 行，暂不记录 {held:,} 行，"
        f"留作草案 {drafts:,} 份（见 `shecang request drafts`）。",
    )


def _draft_row(each: KeptDraft) -> dict[str, Any]:
    goods = " ".join(filter(None, (each.written, each.specification)))
    asked = [str(Question(name).sentence) for name in each.questions]
    return {
        "row": Shown(each.row_id, str(each.number)),
        "list": for_programs(each.file),
        "institution": each.institution,
        "goods": goods,
        "category": str(each.category),
        "item": for_programs(each.item),
        "quantity": for_programs(each.quantity),
        "site": for_programs(each.site),
        "consignee": for_programs(each.consignee),
        "needed_by": for_programs(each.needed_by),
        "urgency": for_programs(each.urgency),
        "reason": for_programs(each.reason),
        "questions": Shown(list(each.questions), " ".join(asked)),
    }


def _drafts_counted(found: Sequence[KeptDraft]) -> str:
    counts = Counter(question for each in found for question in each.questions)
    asked = tr("; ", "；").join(
        tr(f"{counts[each]:,}: {each.sentence.en}", f"{counts[each]:,} 份：{each.sentence.zh}")
        for each in Question
        if counts[each]
    )
    return tr(f"{len(found):,} drafts. Open: {asked}", f"共 {len(found):,} 份草案。待答：{asked}")


def _say(office: Office, text: str) -> None:
    """Print without markup and without breaking lines."""
    office.out.print(text, markup=False, soft_wrap=True)
