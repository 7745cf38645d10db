"""An office whose grants wait for D, and whose clock a test sets: for blocks, documents and commands."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from office import CATEGORY, COMMUNITY, DISTRICT, USCC, OfficeShell, make_root

from ledger_client import ledger
from ledger_client.divisions import parse_division
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import issuer_id
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.writing import Party

DAY = 86_400  # seconds
D = 2 * DAY
CITY, PROVINCE = "4201", "42"
GRANTS = (
    ("province", Role.AUTHORITY, PROVINCE),
    ("city", Role.AUTHORITY, CITY),
    ("district", Role.AUTHORITY, DISTRICT),
    ("keeper", Role.KEEPER, COMMUNITY),
    ("colleague", Role.KEEPER, COMMUNITY),
    ("approver", Role.APPROVER, DISTRICT),
)
KEYS = (*(holder for holder, _, _ in GRANTS), "other-city", "new-keeper", "issuer", "thief")


@dataclass(frozen=True, slots=True)
class ClockedOffice:
    """A shell and the clock of its ledger."""

    shell: OfficeShell
    clock: ManualClock

    def address(self, key: str) -> str:
        return str(self.shell.ok("keys", "show", key, "--json").json()["address"])


def use_clock(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    """Let everything that asks for the host's time ask `clock`, and nothing wait for it."""
    monkeypatch.setattr(ledger, "SystemClock", lambda: clock)
    monkeypatch.setattr(time, "time", lambda: float(clock.now()))


def found_clocked(shell: OfficeShell, clock: ManualClock) -> None:
    """Set an office up with an authority on every level; all grants act."""
    make_root(shell)
    shell.ok("init", "--delay", str(D), "--root", "root")
    home = Home(shell.home)
    signers = {key: _new_key(home, key) for key in KEYS}
    with Ledger.open(home, clock=clock) as opened:
        root = Party(KeystoreSigner.open(home.keys / "root.json", "words"), 0)
        calls = [
            opened.divisions.register(parse_division(each), zh="测试", by=root)
            for each in (PROVINCE, CITY, DISTRICT, "420106001", COMMUNITY)
        ]
        for holder, role, place in GRANTS:
            consent = opened.roles.class_consent(signers[holder], role)
            address = signers[holder].address
            calls.append(opened.roles.grant(address, role, parse_division(place), consent=consent, by=root))
        issuer = issuer_id("uscc", USCC)
        calls.append(opened.suppliers.register_issuer(issuer, zh="检验院", by=root))
        calls.append(opened.suppliers.accredit(issuer, int(CATEGORY), by=root))
        consent = opened.roles.class_consent(signers["issuer"], Role.ISSUER)
        speaker = signers["issuer"].address
        calls.append(
            opened.roles.grant(
                speaker, Role.ISSUER, parse_division("0"), subject=issuer, consent=consent, by=root
            )
        )
        opened.write(calls, check=False)
    clock.advance(D)


def _new_key(home: Home, name: str) -> Signer:
    create_keystore(home.keys / f"{name}.json", "", demo=True)
    return KeystoreSigner.open(home.keys / f"{name}.json", "")


def copied(founded: Path, path: Path) -> OfficeShell:
    """A copy of an office."""
    shutil.copytree(founded, path)
    return OfficeShell(path)


__all__ = ["CITY", "DAY", "PROVINCE", "ClockedOffice", "D", "copied", "found_clocked", "use_clock"]
