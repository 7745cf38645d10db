"""`shecang evidence export` and `shecang verify`: a stock history in one file, and its check."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple, cast

import typer
from rich.progress import Progress

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._trusted import TrustFile, accepted_trust, places_of, trust_path
from ledger_client.cli._typed import parse_as_of
from ledger_client.errors import UnavailableError
from ledger_client.evidence.asking import TwoTimesError, block_at, checkpoint_for, classes_without
from ledger_client.files import FileExistsAlreadyError, FileUnavailableError, writing_new
from ledger_client.identifiers import ItemId, category_of, parse_item, parse_site
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.checkpoints import Checkpoint, Comparison, Place
    from ledger_client.evidence.export import Exported
    from ledger_client.ledger import Ledger
    from ledger_client.trust import Accepted, Head

app = typer.Typer(no_args_is_help=True, help=tr("evidence files", "证据文件"))


@app.callback()
def main() -> None:
    """Evidence of what a site holds."""


@app.command(help=tr("write a site's history into a file that proves itself", "将储备点历史导出为自证文件"))
def export(
    context: typer.Context,
    site: Annotated[str, typer.Option(metavar="SITE", help=tr("the site", "储备点"))],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help=tr("new file; .gz compresses it", "新文件；.gz 则压缩")
        ),
    ],
    item: Annotated[
        str | None, typer.Option(metavar="ITEM", help=tr("balances of this item only", "仅该物品的结存"))
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="TIME", help=tr("the last block by this time", "该时间前的最后区块")),
    ] = None,
    block: Annotated[int | None, typer.Option(metavar="N", min=0, help=tr("this block", "该区块"))] = None,
    checkpoints: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help=tr("where statements are", "声明所在")),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help=tr("with names and their salts", "附名称及其盐值"))
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLASS",
            help=tr("leave out suppliers, grants or norms", "略去 suppliers、grants 或 norms"),
        ),
    ] = None,
    trust: TrustFile = None,
) -> None:
    """Write documents, journals and proofs of a site at the newest checkpoint, or at an earlier block."""
    office = office_of(context)
    place, narrowed = parse_site(site), parse_item(item) if item else 0
    if as_of is not None and block is not None:
        raise TwoTimesError
    classes = classes_without(without or ())
    accepted = accepted_trust(office, trust)
    found = _compared(office, accepted, checkpoints)
    with office.ledger() as ledger:
        until = parse_as_of(as_of, ledger.deployment.offset)
        wanted = block if until is None else block_at(ledger.chain, until, as_of)
        checkpoint = checkpoint_for(found, wanted, _named(places_of(office, checkpoints)))
        asked = _Asked(place, narrowed, checkpoint.number if wanted is None else wanted, classes)
        wrote = _write(office, ledger, accepted, asked, checkpoint, output, with_names=names)
        _tell(output, asked, wrote)
        _tell_overdue(office, ledger, asked)


class _Asked(NamedTuple):
    """What was typed, as numbers."""

    site: int
    item: int
    block: int
    classes: tuple[str, ...]


def _compared(office: Office, accepted: Accepted, places: list[str] | None) -> Comparison:
    """Return what the witnesses say, with at least one checkpoint; say on stderr where they disagree."""
    from ledger_client.checkpoints import compare

    chosen = places_of(office, places)
    found = compare(accepted.trust, chosen)
    checkpoint_for(found, None, _named(chosen))
    if found.forks:
        office.err.print(
            tr(
                "witnesses vouch for more than one history: run `shecang checkpoint compare` before you hand "
                "this out",
                "见证人为不止一份历史作证：交出文件前请运行 `shecang checkpoint compare`",
            ),
            style="bold red",
        )
    return found


def _named(places: Sequence[Place]) -> str:
    return ", ".join(each.name for each in places)


def _write(
    office: Office,
    ledger: Ledger,
    accepted: Accepted,
    asked: _Asked,
    checkpoint: Checkpoint,
    output: Path,
    *,
    with_names: bool,
) -> Exported:
    from ledger_client.evidence.export import Request, Source, export_evidence

    source = Source(ledger.chain, ledger.deployment, ledger.index(), ledger.records if with_names else None)
    request = Request(asked.site, asked.block, asked.item, asked.classes)
    with _progress(office) as progress, _new_file(output) as file:
        task = progress.add_task(tr("documents", "单据"), total=None)
        return export_evidence(
            file,
            source,
            accepted.trust,
            request,
            checkpoint.statements,
            lambda done, count: progress.update(task, completed=done, total=count),
        )


def _tell(output: Path, asked: _Asked, wrote: Exported) -> None:
    """Say what was written, and what `--item` did not leave out."""
    typer.echo(
        tr(
            f"{output}: site {asked.site} up to block {asked.block}; documents: {wrote.documents}, entries "
            f"of journals: {wrote.entries}, names: {wrote.names}, nodes of proofs: {wrote.nodes}",
            f"{output}：储备点 {asked.site} 截至区块 {asked.block}；单据 {wrote.documents} 份、"
            f"账簿条目 {wrote.entries} 条、名称 {wrote.names} 个、证明节点 {wrote.nodes} 个",
        )
    )
    if asked.item:
        typer.echo(
            tr(
                f"a document commits to all its lines, so that all documents are in it; --item narrows the "
                f"balances and the printed card to item {asked.item}",
                f"单据对其全部行作出承诺，故文件含全部单据；--item 仅将结存与打印的库存卡"
                f"限于物品 {asked.item}",
            )
        )


def _tell_overdue(office: Office, ledger: Ledger, asked: _Asked) -> None:
    """Say which counts were overdue at the block, and whether whoever gets the file learns of it."""
    from ledger_client.cli._counts import say_overdue
    from ledger_client.cli._holdings import Names
    from ledger_client.index.marks import MarkedReader

    block = ledger.source.block(asked.block)
    if block is None:
        return
    found = [
        each
        for each in MarkedReader(ledger.index_engine).overdue(asked.site, block.time)
        if not asked.item or each.category == category_of(ItemId(asked.item))
    ]
    say_overdue(office, Names(ledger), found, ledger.deployment.offset, one_site=True)
    if found and "norms" not in asked.classes:
        text = tr(
            "the file proves what was recorded, and not that these counts were overdue: say so where "
            "you hand it on",
            "文件证明的是所记录的内容，并不说明上述盘点已逾期：转交时请一并说明",
        )
        office.out.print(text, markup=False, soft_wrap=True)


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=tr("evidence file", "证据文件"))],
    trust: TrustFile = None,
    older: Annotated[
        bool, typer.Option("--older", help=tr("an earlier state is wanted", "需要较早的状态"))
    ] = False,
    print_page: Annotated[
        bool,
        typer.Option("--print", help=tr("a page to print, with the card", "可打印的一页，附库存卡")),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))] = False,
) -> None:
    """Verify an evidence file offline: 0 all that is needed is proved, 1 contradicted, 3 could not check."""
    from ledger_client.evidence.page import answers_table, page
    from ledger_client.evidence.verification import verify_evidence

    office = office_of(context)
    path = trust_path(office, trust)
    accepted = accepted_trust(office, trust)
    with _opened(file) as opened, _progress(office) as progress:
        task = progress.add_task(tr("verifying", "核验"), total=os.fstat(opened.fileno()).st_size)
        report, head = verify_evidence(
            opened,
            str(file),
            accepted,
            allow_older=older,
            keep_rows=print_page,
            progress=lambda read: progress.update(task, completed=read),
        )
    if as_json:
        print_json(report.to_dict())
    else:
        shown = page(report, accepted.trust.offset) if print_page else answers_table(report)
        office.out.print(shown)
    if report.exit_code:
        raise typer.Exit(report.exit_code)
    if head is not None:
        _remember(office, path, accepted, head)


def _remember(office: Office, path: Path, accepted: Accepted, head: Head) -> None:
    """Note what was verified, so that an older file is noticed; where that fails, the answer stands."""
    from ledger_client.trust import remember_head

    try:
        remember_head(path, accepted.trust, head)
    except UnavailableError as error:
        office.err.print(error.text(), markup=False, soft_wrap=True)
        office.err.print(
            tr(
                f"so {path} does not remember block {head.number}, and will not notice an older file",
                f"故 {path} 未记下区块 {head.number}，今后据此不能察觉较旧的文件",
            ),
            markup=False,
            soft_wrap=True,
        )


def _progress(office: Office) -> Progress:
    """Return a bar for a person who waits; a program that reads stderr gets none."""
    return Progress(console=office.err, transient=True, disable=not office.err.is_terminal)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a new file, packed where its name says so, that has its name only when it is whole."""
    # Before an hour's work, not behind it.
    if os.path.lexists(path):
        raise FileExistsAlreadyError(path=path)
    with writing_new(path) as raw:
        if path.suffix != ".gz":
            yield raw
            return
        # Without name and time: the same evidence is the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise FileUnavailableError(path=path, reason=error.strerror or error) from error
