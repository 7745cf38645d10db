"""What processes of their own do with a ledger, for the tests of the facade."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from facade import CONSUMER, KEEPING, PLACE, ROOT_PARTY

from ledger_client.documents import Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.stock import Particulars
from ledger_client.writing import Prepared, RegistrationTakenError

CLIENT_ID = keccak(b"one document, many processes")
REFUSED = 7
"""Exit code of a process whose registration was refused."""


def the_issue(ledger: Ledger, lot: int, now: int) -> Prepared:
    """The same document in every process."""
    particulars = Particulars(client_id=CLIENT_ID, occurred_at=Timestamp(now), body={"note": "the same"})
    return ledger.stock.issue(PLACE, CONSUMER, [Line(lot, 1)], keeper=KEEPING, particulars=particulars)


def nothing() -> None:
    """Start a process, so that what it imports is imported."""


def resend(path: str, lot: int, now: int) -> None:
    """Write the document."""
    clock = ManualClock(now)
    with Ledger.open(Home(Path(path)), clock=clock) as ledger:
        ledger.write([the_issue(ledger, lot, now)])


def register(path: str, site: int, name: str, now: int, meeting: Any) -> None:
    """Register a site, with the contract asked before any other process has stored anything."""
    with Ledger.open(Home(Path(path)), clock=ManualClock(now)) as ledger:
        store = ledger.outbox.store

        def store_together(*arguments: Any, **options: Any) -> Any:
            meeting.wait()
            return store(*arguments, **options)

        ledger.outbox.store = store_together  # type: ignore[method-assign]
        prepared = ledger.sites.register(SiteId(site), zh=name, by=ROOT_PARTY)
        try:
            ledger.write([prepared])
        except RegistrationTakenError:
            os._exit(REFUSED)


def die_before_sending(path: str, lot: int, now: int) -> None:
    """Write the document, and be killed when it is stored and not sent."""

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    clock = ManualClock(now)
    with Ledger.open(Home(Path(path)), clock=clock) as ledger:
        ledger.outbox.send = die  # type: ignore[method-assign, assignment]
        ledger.write([the_issue(ledger, lot, now)])
