"""What somebody needs who visits the page of the sample city: accounts, files, and what waits for whom.

The files lie in one folder of the home: the trust file, a certificate, a book of the district, and evidence.
Reader accounts are made by `shecang reader`, which this library does not know; `READERS` says which.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import BinaryIO, cast

from ledger_client.checkpoints import Directory, compare, sign_checkpoint
from ledger_client.databases import open_database
from ledger_client.demo.cast import (
    CITY,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    MASK_LOT,
    NORTH_ENTERPRISE,
    SOUND,
    id_of,
)
from ledger_client.demo.week import certificate_of
from ledger_client.desk import Desk
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.evidence.export import Request, Source, export_evidence
from ledger_client.files import make_private_directory, write_new_private
from ledger_client.forms import FORM
from ledger_client.home import Home
from ledger_client.index.whole import WholeReader
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.trust import Accepted, Offer, Trust
from ledger_client.trust.acceptance import write_accepted

FOLDER = "visit"
"""Name of the folder in the home."""

_WITNESSES = ("witness-city", "witness-east", "witness-west")
_THRESHOLD, _SPACING = 2, 16


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody with a reader account.

    Attributes:
        name: Under which the guide knows it.
        office: Chinese and English name of the office.
        division: What it reads.
        scopes: What it may do, by the names of `shecang reader add --scope`.
    """

    name: str
    office: tuple[str, str]
    division: DivisionId
    scopes: tuple[str, ...]


READERS = (
    Reader("officer", ("样例市采购中心", "Sample City procurement office"), CITY, ("read",)),
    Reader("auditor", ("样例区审计局", "Sample District audit office"), EAST_DISTRICT, ("read", "books")),
    Reader("district", ("样例区应急管理局", "Sample District emergency office"), CITY, ("read", "drafts")),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What lies ready.

    Attributes:
        folder: With the files.
        trust: The trust file.
        fingerprint: Of it.
    """

    folder: Path
    trust: Path
    fingerprint: bytes


def prepare_visit(home: Home) -> Visit:
    """Write what visitors need into the home of a city whose week was played.

    Args:
        home: Of the city.
    """
    folder = home.path / FOLDER
    make_private_directory(folder)
    with Ledger.open(home) as ledger:
        time = ledger.index().position().time
    with Ledger.open(home, clock=ManualClock(time)) as ledger:
        trust = _trust(home, ledger, folder)
        _write_evidence(home, ledger, trust, folder)
        ledger.index()
    write_new_private(folder / "certificate.txt", certificate_of(SOUND, "disinfectants"))
    with as_file(files("ledger_client.demo") / "data/book") as book:
        for each in sorted(book.iterdir()):
            shutil.copyfile(each, folder / each.name)
    _leave_a_draft(home)
    return Visit(folder, folder / "trust.json", trust.fingerprint)


def _key(home: Home, name: str) -> Signer:
    return KeystoreSigner.open(home.keys / f"{name}.json", "")


def _trust(home: Home, ledger: Ledger, folder: Path) -> Trust:
    """Let two of three witnesses sign, and write the trust file as offered and as accepted."""
    for name in _WITNESSES:
        create_keystore(home.keys / f"{name}.json", "", demo=True)
    witnesses = [_key(home, name) for name in _WITNESSES]
    addresses = [each.address for each in witnesses]
    depth = ledger.chain.engine.finality_depth
    trust = Trust.of(ledger.deployment, addresses, threshold=_THRESHOLD, spacing=_SPACING, final_depth=depth)
    write_accepted(home.trust, Accepted(trust))
    write_new_private(folder / "trust.json", Offer(trust).to_bytes())
    place = Directory(home.checkpoints)
    for each in witnesses[:_THRESHOLD]:
        sign_checkpoint(ledger.chain, trust, each, place, is_first=True, seal=True)
    return trust


def _write_evidence(home: Home, ledger: Ledger, trust: Trust, folder: Path) -> None:
    newest = compare(trust, [Directory(home.checkpoints)]).newest
    if newest is None:
        raise RuntimeError("two of three witnesses have signed one block")
    source = Source(ledger.chain, ledger.deployment, ledger.index(), ledger.records)
    request = Request(EAST_GOVERNMENT, newest.number)
    with (
        (folder / "evidence.jsonl.gz").open("xb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file,
    ):
        export_evidence(cast(BinaryIO, file), source, trust, request, newest.statements)


def _leave_a_draft(home: Home) -> None:
    """A hand-over that waits for the signature of the keeper who is to receive it."""
    form = {
        "kind": "hand-over",
        "client_id": f"0x{id_of('waiting hand-over').hex()}",
        "site": str(EAST_GOVERNMENT),
        "to": str(NORTH_ENTERPRISE),
        "lines": [{"lot": f"{MASK_LOT.lot_id:040x}", "quantity": "10"}],
        "keeper": {"address": _key(home, "keeper-east").address},
        "receiver": {"address": _key(home, "keeper-north").address},
    }
    engine = open_database(home.index)
    try:
        with Desk.open(home) as desk:
            desk.prepare(FORM.validate_python(form), WholeReader(engine))
    finally:
        engine.dispose()
