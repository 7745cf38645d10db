"""The evidence of one site, as `shecang evidence export` writes it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import Engine

from api.jobs.opened import opened_chain, opened_index, own_trust
from ledger_client.chain import Chain
from ledger_client.checkpoints import Directory, compare
from ledger_client.evidence.asking import block_at, checkpoint_for
from ledger_client.evidence.export import Request, Source, export_evidence
from ledger_client.home import Home
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.marks import MarkedReader
from ledger_client.index.reads import IndexReader
from ledger_client.records import RecordsKey, RecordStore

PLACE = "the checkpoints of this server"
"""How a sentence calls where the statements are."""


def run(arguments: Mapping[str, Any], answer: Callable[[str, Any], None]) -> dict[str, Any]:
    """Write the evidence of a site into a file, and tell what is in it."""
    home = Home.existing(Path(arguments["home"]))
    trust = own_trust(home).trust
    found = compare(trust, [Directory(home.checkpoints)])
    with ExitStack() as opened:
        chain, deployment = opened.enter_context(opened_chain(home))
        engine = opened.enter_context(opened_index(home))
        until, wanted = arguments["until"], arguments["block"]
        if until is not None:
            wanted = block_at(chain, until, arguments["as_of"])
        checkpoint = checkpoint_for(found, wanted, PLACE)
        block = checkpoint.number if wanted is None else wanted
        records = opened.enter_context(_records(home)) if arguments["names"] else None
        source = Source(chain, deployment, IndexReader(engine), records)
        asked = Request(arguments["site"], block, arguments["item"], tuple(arguments["classes"]))
        file = opened.enter_context(_file(Path(arguments["output"]), is_packed=arguments["gzip"]))
        wrote = export_evidence(
            file,
            source,
            trust,
            asked,
            checkpoint.statements,
            lambda done, count: answer("progress", [done, count]),
        )
        overdue = _overdue(engine, chain, asked)
    return {
        "block": block,
        "documents": wrote.documents,
        "names": wrote.names,
        "overdue": overdue,
        "forks": len(found.forks),
    }


def _overdue(engine: Engine, chain: Chain, asked: Request) -> int:
    """Return how many counts of what the file is about were overdue at its block."""
    found = MarkedReader(engine).overdue(asked.site, chain.block(asked.block).time)
    return sum(not asked.item or each.category == category_of(ItemId(asked.item)) for each in found)


@contextmanager
def _records(home: Home) -> Iterator[RecordStore]:
    records = RecordStore.open(home.records, RecordsKey.read(home.records_key))
    try:
        yield records
    finally:
        records.close()


@contextmanager
def _file(path: Path, *, is_packed: bool) -> Iterator[BinaryIO]:
    with path.open("xb") as raw:
        if not is_packed:
            yield raw
            return
        # Without name and time: the same evidence is the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield cast(BinaryIO, packed)
