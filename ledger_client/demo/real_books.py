"""The real sheets of January 2020 on a ledger of their own: what arrived, what went out, what was covered.

The sheets are public notices of the Wuhan Red Cross and no part of this program; the site that they are
recorded at is a sample. Nothing here claims what the Red Cross had: only what its notices say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from rich.console import Console

from ledger_client.book import BookSheet, Mapping, read_book, read_mapping
from ledger_client.books import Action, Plan, PlannedLine, Progress, Signers, import_book, plan_import
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.index.reads import IndexReader
from ledger_client.keystores import create_keystore
from ledger_client.language import tr
from ledger_client.ledger import Ledger
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.words import LotStatus
from ledger_client.writing import Party

RECEIVED = ("received-2020-01-29.xlsx", "received-2020-01-30.xlsx")
DISTRIBUTED = ("distributed-2020-01-30.xlsx",)

SITE = SiteId(420103001001101)
COUNTED = ("recorded", "held", "released", "issued", "partly_covered", "not_covered")
"""What is counted of a file, in book lines."""

_START = 1_790_000_000  # a day of September 2026: everything in the sheets is late
_CHAIN_ID = 20_200_130
_COMMUNITY, _DISTRICT = DivisionId(420103001001), DivisionId(420103)
_DIVISIONS = {
    DivisionId(42): ("湖北省", "Hubei"),
    DivisionId(4201): ("武汉市", "Wuhan"),
    _DISTRICT: ("江汉区", "Jianghan District"),
    DivisionId(420103001): ("样例街道", "Sample Street"),
    _COMMUNITY: ("样例社区", "Sample Community"),
}
_SITE_NAME = ("样例红十字会仓库", "Sample Red Cross warehouse")
_HOLDERS = {
    "root": (Role.AUTHORITY, DivisionId(0)),
    "keeper": (Role.KEEPER, _COMMUNITY),
    "approver": (Role.APPROVER, _DISTRICT),
}


def run(home_directory: Path, books_directory: Path, out: Console) -> list[dict[str, Any]]:
    """Import the real sheets into a new ledger and count what became of their lines.

    Args:
        home_directory: Where the ledger is made; it must not exist.
        books_directory: Where the three sheets are.
        out: Told how it goes.

    Returns:
        One object a file: how its rows were read, and in book lines what was recorded, held, released,
        issued, covered in part and not covered.

    Raises:
        FileUnreadableError: A sheet is missing.
    """
    sheets = {name: read_book(books_directory / name) for name in (*RECEIVED, *DISTRIBUTED)}
    mapping = _mapping()
    clock = ManualClock(_START)
    home = _found(home_directory, clock)
    with Ledger.open(home, clock=clock) as ledger:
        signers = _open_site(ledger)
        for names in (RECEIVED, DISTRIBUTED):
            some = [sheet for name in names for sheet in sheets[name]]
            import_book(ledger, some, mapping, SITE, signers, _telling(out))
        return [
            line
            for names in (RECEIVED, DISTRIBUTED)
            for line in _counted(ledger, [sheet for name in names for sheet in sheets[name]], mapping)
        ]


def _mapping() -> Mapping:
    with as_file(files("ledger_client.book") / "data/wuhan-2020.mapping.csv") as path:
        return read_mapping(path)


def _found(path: Path, clock: ManualClock) -> Home:
    home = Home(path)
    make_private_directory(path)
    make_private_directory(home.keys)
    for name in _HOLDERS:
        create_keystore(home.keys / f"{name}.json", "", demo=True)
    Ledger.create(home, _signer(home, "root"), chain_id=_CHAIN_ID, delay=0, clock=clock)
    return home


def _signer(home: Home, name: str) -> KeystoreSigner:
    return KeystoreSigner.open(home.keys / f"{name}.json", "")


def _open_site(ledger: Ledger) -> Signers:
    """Register places and people, and open the site with nothing in it."""
    parties = {name: Party(_signer(ledger.home, name), division) for name, (_, division) in _HOLDERS.items()}
    root = parties["root"]
    calls = [ledger.divisions.register(d, zh=zh, en=en, by=root) for d, (zh, en) in _DIVISIONS.items()]
    calls.append(ledger.sites.register(SITE, zh=_SITE_NAME[0], en=_SITE_NAME[1], by=root))
    for name, (role, division) in _HOLDERS.items():
        holder = parties[name].signer
        if name != "root":
            consent = ledger.roles.class_consent(holder, role)
            calls.append(ledger.roles.grant(holder.address, role, division, consent=consent, by=root))
    ledger.write(calls, check=False)
    ledger.write([ledger.stock.open(SITE, keeper=parties["keeper"], approver=parties["approver"])])
    return Signers(parties["keeper"], parties["approver"], authority=root, catalogue=root)


def _telling(out: Console) -> Progress:
    def tell(en: str, zh: str, done: int, total: int) -> None:
        if done == total:
            out.print("· " + tr(f"{en}: {total}", f"{zh}：{total}"))

    return tell


# -- what became of the lines


def _counted(ledger: Ledger, sheets: Sequence[BookSheet], mapping: Mapping) -> list[dict[str, Any]]:
    """Return one object a file, from what the ledger says now."""
    plan = plan_import(ledger, sheets, mapping, SITE)
    index = ledger.index()
    became: dict[str, Counter[str]] = {sheet.file: Counter() for sheet in sheets}
    for each in plan.lines:
        if each.comparison.line is None:
            continue
        is_receipt = each.line.line.kind == "receipt"
        words = _of_receipt(each, plan, index) if is_receipt else _of_issue(each)
        became[each.line.file].update(words)
    return [
        {"file": sheet.file, **sheet.counts, **{name: became[sheet.file][name] for name in COUNTED}}
        for sheet in sheets
    ]


def _of_receipt(each: PlannedLine, plan: Plan, index: IndexReader) -> tuple[str, ...]:
    if each.action is not Action.RECORDED:
        return ()
    lot = index.lot(plan.attributes(each).owned_by(each.line.keys[0], 1).lot_id)
    is_held = lot is not None and lot.status & LotStatus.HELD
    return ("recorded", "held" if is_held else "released")


def _of_issue(each: PlannedLine) -> tuple[str, ...]:
    if each.action is Action.RECORDED:
        return ("recorded", "issued")
    return ("recorded", "partly_covered") if each.comparison.recorded else ("not_covered",)
