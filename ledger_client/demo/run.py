"""The demonstration: found a ledger, play the city through, audit it and a district's book, and compare.

What must be found stands in `data/expected.json` as (kind, site, lot, document) or, for the book, as
(kind, site, line, document); the comparison goes both ways, so that neither a missed lie nor a false alarm
passes, nor any changed cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from ledger_client.audit import AuditReport, audit
from ledger_client.audit import Finding as AuditFinding
from ledger_client.book import read_book, read_mapping
from ledger_client.books import Comparison, reconcile
from ledger_client.demo.cast import EAST_GOVERNMENT, at
from ledger_client.demo.city import City, Progress
from ledger_client.embedded import ManualClock
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner

CHAIN_ID = 20_200_123
BOOK_SITE = EAST_GOVERNMENT

Finding = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the demonstration found.

    Attributes:
        report: The three-way audit.
        book: The district's book against the ledger.
        unexpected: What was found and is not in the committed list.
        missed: What is in the committed list and was not found.
    """

    report: AuditReport
    book: list[Comparison]
    unexpected: list[Finding]
    missed: list[Finding]

    @property
    def is_exact(self) -> bool:
        """Whether the audit agreed and found exactly what it had to."""
        return self.report.agreed and not self.unexpected and not self.missed


def found_ledger(path: Path) -> Home:
    """Set a ledger up for the city in an empty directory, with demo keys and no delay."""
    home = Home(path)
    make_private_directory(path)
    make_private_directory(home.keys)
    root = home.keys / "root.json"
    create_keystore(root, "", demo=True)
    Ledger.create(home, KeystoreSigner.open(root, ""), chain_id=CHAIN_ID, delay=0, clock=ManualClock(at(0)))
    return home


def play_city(home: Home, tell: Progress, book: Path | None = None) -> Outcome:
    """Play the city through in a ledger just founded, then audit it.

    Args:
        home: From `found_ledger`.
        tell: Told what happens next.
        book: A directory with `receipts.csv`, `issues.csv` and `mapping.csv`; the city's own where not given.
    """
    clock = ManualClock(at(0))
    with Ledger.open(home, clock=clock) as ledger:
        City(ledger, clock, tell).play()
        tell(
            "the audit: events, index and contract storage, and a district's book",
            "审计：事件、索引与合约存储，以及区级账册",
        )
        report = audit(ledger.index_engine, ledger.source, first_block=ledger.deployment.first_block)
        compared = _compare_book(ledger, book)
    expected = _expected()
    found = {*map(_of_finding, report.findings), *_of_book(compared)}
    return Outcome(report, compared, sorted(found - expected), sorted(expected - found))


def _compare_book(ledger: Ledger, book: Path | None) -> list[Comparison]:
    with as_file(files("ledger_client.demo") / "data/book") as own:
        directory = book or own
        sheets = [sheet for name in ("receipts.csv", "issues.csv") for sheet in read_book(directory / name)]
        mapping = read_mapping(directory / "mapping.csv")
        return reconcile(ledger, sheets, mapping, BOOK_SITE)


def _of_finding(finding: AuditFinding) -> Finding:
    lot = f"{finding.lot:040x}" if finding.lot else ""
    document = f"{finding.document:062x}" if finding.document else ""
    return (str(finding.kind), str(finding.site), lot, document)


def _of_book(compared: Iterable[Comparison]) -> set[Finding]:
    """Every line of the book as it was found, matched ones too: no cell can change unseen."""
    return {
        (
            str(each.status),
            str(BOOK_SITE),
            _written(each),
            f"{each.entries[0].document:062x}" if each.entries else "",
        )
        for each in compared
    }


def _written(compared: Comparison) -> str:
    if compared.line is None:
        return ""
    line = compared.line.line
    what = f"{line.date} {line.party} {line.item} {line.specification} {line.quantity}{line.unit}"
    return f"{compared.line.file} {compared.line.cell} {what}"


def _expected() -> set[Finding]:
    text = (files("ledger_client.demo") / "data/expected.json").read_text(encoding="utf-8")
    return {tuple(each) for each in json.loads(text)}
