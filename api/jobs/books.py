"""A book that was sent: read, compared with the ledger, and what an import of it would record.

The same rules as `shecang book read`, `reconcile`, `import --dry-run` and `match`. Nothing goes on chain. A
site's book salt is made where it has none, as a dry run of the command does: a secret of this office, without
which the same line would be another document each time.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from api.jobs.opened import opened_index
from api.unknown import SiteUnknownError
from ledger_client.book import (
    BookSheet,
    Sentence,
    Suspect,
    find_suspects,
    mapping_to_csv,
    propose_mapping,
    read_book,
    read_mapping,
)
from ledger_client.book import Mapping as GoodsMapping
from ledger_client.books import (
    Comparison,
    Plan,
    PlannedLine,
    comparison_to_dict,
    plan_import,
    sentence_of,
)
from ledger_client.cells import guarded
from ledger_client.contracts import Deployment
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.index.marks import MarkedReader
from ledger_client.records import RecordId, RecordsKey, RecordStore

Answer = Callable[[str, Any], None]

CSV_PIECE = 1 << 17
"""Characters of the proposed mapping in one row."""


def run(arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Compare a book with the ledger.

    A row is `["line", …]` for each row of the book and what it lacks, `["suspect", …]`, or `["mapping", …]`,
    a piece of the proposed mapping.
    """
    home, site = Home.existing(Path(arguments["home"])), SiteId(arguments["site"])
    book, known = Path(arguments["book"]), arguments["mapping"]
    day = date.fromisoformat(arguments["date"]) if arguments["date"] else None
    sheets = read_book(book, day=day, year=arguments["year"])
    mapping = read_mapping(known) if known else GoodsMapping(())
    with _opened(home) as office:
        if office.reader.site(site) is None:
            raise SiteUnknownError(site=site)
        stamp = office.reader.position()
        plan = plan_import(office, sheets, mapping, site)
        statuses = _tell_lines(plan, office, mapping, answer)
    suspects = find_suspects(sheets)
    for suspect in suspects:
        answer("row", ["suspect", _suspect(suspect)])
    proposed = mapping_to_csv(propose_mapping(sheets, mapping))
    for start in range(0, len(proposed), CSV_PIECE):
        answer("row", ["mapping", proposed[start : start + CSV_PIECE]])
    return {
        "digest": hashlib.sha256(book.read_bytes()).hexdigest(),
        "block": {"number": stamp.number, "hash": f"0x{stamp.hash.hex()}", "time": stamp.time},
        "sheets": [_sheet(each) for each in sheets],
        "statuses": statuses,
        "actions": Counter(str(each.action) for each in plan.lines),
        "suspects": len(suspects),
        "knows_salt": plan.knows_salt,
        "items": [str(each.item) for each in plan.items],
        "consignees": list(plan.unregistered),
        "releases": [f"{each:040x}" for each in plan.releases],
    }


@dataclass(frozen=True, slots=True)
class _Office:
    """What reading a book needs of a ledger: records, and the index in one state of it."""

    records: RecordStore
    deployment: Deployment
    index_engine: Engine
    reader: MarkedReader

    @property
    def now(self) -> Callable[[], float]:
        return time.time

    def index(self) -> MarkedReader:
        return self.reader


@contextmanager
def _opened(home: Home) -> Iterator[_Office]:
    records = RecordStore.open(home.records, RecordsKey.read(home.records_key))
    try:
        with opened_index(home) as engine, MarkedReader(engine).one_state() as reader:
            yield _Office(records, Deployment.load(home.deployment), engine, reader)
    finally:
        records.close()


def _tell_lines(plan: Plan, office: _Office, mapping: GoodsMapping, answer: Answer) -> Counter[str]:
    """Tell every row of a book, then what it lacks; return how many there are of each status."""
    names = _names(office, mapping)
    stale = {each.category for each in office.reader.overdue(plan.site, int(office.now()))}
    statuses: Counter[str] = Counter()

    def tell(comparison: Comparison, planned: PlannedLine | None) -> None:
        statuses[str(comparison.status)] += 1
        told = comparison_to_dict(comparison, names, is_stale=_category(comparison) in stale)
        told["text"] = _both(sentence_of(comparison, names))
        told["formulas"] = [name for name in _TEXTS if _is_formula(told.get(name))]
        told |= _planned(plan, planned) if planned else _NOT_PLANNED
        answer("row", ["line", told])

    for each in plan.lines:
        tell(each.comparison, each)
    for missing in plan.missing_in_book:
        tell(missing, None)
    return statuses


def _is_formula(text: str | None) -> bool:
    return bool(text) and guarded(text or "") != text


_TEXTS = ("party", "goods", "unit")
"""What a line has of the book's own words."""

_NOT_PLANNED: Mapping[str, Any] = {
    "action": None,
    "why": None,
    "to_record": "0",
    "rest": "0",
    "kept_held": [],
    "form": None,
}


def _planned(plan: Plan, each: PlannedLine) -> dict[str, Any]:
    is_issue = each.comparison.line is not None and each.line.line.kind == "issue"
    return {
        "action": str(each.action),
        "why": {"rule": each.why.rule, "text": _both(each.why)} if each.why else None,
        "to_record": str(each.quantity),
        "rest": str(each.rest) if is_issue else "0",
        "kept_held": list(each.kept),
        "form": _form(plan, each) if each.writes else None,
    }


def _form(plan: Plan, each: PlannedLine) -> dict[str, Any]:
    """Return the form of the document that would be recorded for a line, without its signers."""
    written = each.line.line
    form = {
        "kind": written.kind,
        "client_id": f"0x{plan.client_id(each).hex()}",
        "occurred_at": written.date.isoformat() if written.date else None,
        "site": str(plan.site),
        "note": f"{each.line.file} [{each.line.sheet}] {each.line.cell}"[:_NOTE],
    }
    if written.kind == "issue":
        lines = [{"lot": f"{drawn.lot:040x}", "quantity": str(drawn.quantity)} for drawn in each.drawn]
        consignee = plan.consignees[written.party]
        return {**form, "consignee": f"{consignee:040x}", "lines": lines, "reason": _DISTRIBUTION}
    goods = {
        "item": str(each.line.item),
        "quantity": str(each.quantity),
        "batch": written.batch or None,
        "made": written.made.isoformat() if written.made else None,
        "expires": written.expires.isoformat() if written.expires else None,
    }
    return {**form, "donor": f"{plan.attributes(each).source:040x}", "goods": [goods], "held": True}


_NOTE = 2_000
"""Characters of a note."""

_DISTRIBUTION = "distribution"
"""The reason of what an import hands out."""


def _category(comparison: Comparison) -> int:
    item = (
        comparison.line.item if comparison.line else comparison.entries[0].item if comparison.entries else 0
    )
    return item // _ITEM_SPAN


_ITEM_SPAN = 100_000
"""An item's number divided by this is its category."""


def _names(office: _Office, mapping: GoodsMapping) -> dict[int, str]:
    """Return what items are called: as in the mapping, else as registered."""
    names = {
        number: name.shown
        for number, item in office.reader.items().items()
        if (name := office.records.name(RecordId("item", number), item.name))
    }
    return names | {item.item: item.name_zh for item in mapping.items()}


def _sheet(sheet: BookSheet) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet,
        "kind": sheet.kind,
        "date": sheet.date.isoformat() if sheet.date else None,
        "date_source": _both(sheet.date_source),
        **sheet.counts,
    }


def _suspect(suspect: Suspect) -> dict[str, Any]:
    return {
        "rule": suspect.rule,
        "is_weak": suspect.is_weak,
        "places": [{"sheet": each.sheet, "row": each.row} for each in suspect.places],
        "text": _both(suspect.why),
    }


def _both(sentence: Sentence) -> dict[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}
