"""A district's office whose clock a test sets, and what tests of norms, emergencies and marks do with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from clocked_office import DAY, ClockedOffice, copied, use_clock
from office import RICE, RICE_BAGS, SITE, Answer, OfficeShell, found_city

from ledger_client.embedded import ManualClock

START = 1_790_000_000  # 2026-09-21 22:13:20 in China
RICE_CATEGORY = RICE[:7]
DECISION = b"decision 12 of the district"
SOURCE = f"sha256:{hashlib.sha256(DECISION).hexdigest()}"
ORDERED = ("--source", SOURCE, "--by", "district")
KEEPERS = ("--keeper", "keeper", "--second", "other-keeper")


@contextmanager
def founded_at(home: Path) -> Iterator[tuple[Path, int]]:
    """Found the city at `START`; give its home, to copy, and its time."""
    clock = ManualClock(START)
    before = os.environ.pop("SHECANG_HOME", None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHECANG_PASSPHRASE", "words")
        use_clock(patched, clock)
        shell = OfficeShell(home)
        found_city(shell)
        shell.ok("role", "grant", "approver", "approver", "4201", "--by", "root")
    yield home, clock.now()
    if before is not None:
        os.environ["SHECANG_HOME"] = before


def opened(founded: tuple[Path, int], path: Path, monkeypatch: pytest.MonkeyPatch) -> ClockedOffice:
    """A copy of a founded office, whose clock stands where it was founded."""
    home, now = founded
    clock = ManualClock(now)
    monkeypatch.setenv("SHECANG_PASSPHRASE", "words")
    use_clock(monkeypatch, clock)
    return ClockedOffice(copied(home, path), clock)


def refused(office: ClockedOffice, *words: str, says: str, zh: str, code: int = 1) -> None:
    """See a command refused in both languages, each in one sentence, and nothing printed as done."""
    for language, text in (("en", says), ("zh", zh)):
        answer = office.shell.run(*words, language=language)  # type: ignore[arg-type]
        assert answer.code == code, answer
        assert text in answer.err
        assert answer.err.startswith("shecang: ")
        assert answer.err.count("\n") == 1
        assert answer.out == ""


def shown(office: ClockedOffice, *words: str) -> Any:
    """What `norm show` says, as a program reads it."""
    return office.shell.ok("norm", "show", *words, "--json").json()


def sack(office: ClockedOffice) -> str:
    """The lot with which the site was opened: a thousand bags of rice."""
    return str(office.shell.lots(SITE, RICE_BAGS)[0]["lot"])


def counted(office: ClockedOffice, *more: str, units: int = 1_000) -> Answer:
    """Count the bags."""
    return office.shell.ok("stock", "count", SITE, *KEEPERS, "--line", f"{sack(office)}={units}", *more)


def overdue(office: ClockedOffice, days: int = 7) -> None:
    """Set a cycle of so many days for rice at the site, and let it pass."""
    office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}={days}", *ORDERED)
    office.clock.advance(days * DAY + 60)
