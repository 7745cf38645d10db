"""An office whose sites ask and give, on a real embedded ledger whose clock a test sets.

==========  ===================  ====================================================
site        in                   what it has
==========  ===================  ====================================================
`ASKING`    COMMUNITY, mode 1    nothing; floor of 100 masks
`GIVING`    COMMUNITY, mode 2    900 masks in two lots; floor of 200, notice of 2 days
`FAR`       another district     500 masks; floor of 50
==========  ===================  ====================================================
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from clocked_office import use_clock
from office import Answer, OfficeShell, make_root

from ledger_client.divisions import parse_division
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import (
    SiteId,
    StorageMode,
    batch_digest,
    category_of,
    consignee_id,
    parse_item,
)
from ledger_client.keccak import keccak
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.lines import LotAttributes, OpeningLine
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.writing import Party

DAY = 86_400  # seconds
START = 1_790_000_000
"""2026-09-21 22:13 of the ledger's days."""

ASKING, GIVING, FAR = "420106001001101", "420106001001201", "420111001001101"
MASKS, GLOVES = "101010100001", "101010200001"
HOSPITAL = "local:H-1"
SOURCE = keccak(b"a decision")

_DIVISIONS = ("42", "4201", "420106", "420106001", "420106001001", "420111", "420111001", "420111001001")
_COMMUNITY, _FAR_COMMUNITY = "420106001001", "420111001001"
_GRANTS = (
    ("keeper", Role.KEEPER, _COMMUNITY),
    ("giver", Role.KEEPER, _COMMUNITY),
    ("far-keeper", Role.KEEPER, _FAR_COMMUNITY),
    ("street", Role.APPROVER, "420106001"),
    ("district", Role.APPROVER, "420106"),
    ("city", Role.APPROVER, "4201"),
)
_HAN = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class AskingOffice:
    """A shell and the clock of its ledger."""

    shell: OfficeShell
    clock: ManualClock

    def day(self, ahead: int) -> str:
        """A day so many days ahead, as it is typed."""
        now = datetime.fromtimestamp(self.clock.now(), UTC).astimezone(timezone(timedelta(hours=8)))
        return (now.date() + timedelta(ahead)).isoformat()

    def ask(self, quantity: int = 200, *more: str, site: str = ASKING, days: int = 10) -> str:
        """Make a request for masks and return its key."""
        keeper = "far-keeper" if site == FAR else "keeper"
        answer = self.shell.ok(
            *("request", "make", site, "--item", MASKS, "--quantity", str(quantity)),
            *("--needed-by", self.day(days), "--reason", "outbreak", "--keeper", keeper, "--json", *more),
        )
        return str(answer.json()["request"])

    def propose(self, request: str, quantity: int = 200, giver: str = GIVING) -> str:
        """Propose masks of a giver, with all of its lots listed, and return the proposal's key."""
        lots = sorted(int(each["lot"], 16) for each in self.shell.lots(giver, MASKS))
        taken: dict[int, int] = {}
        left = quantity
        there = {int(each["lot"], 16): int(each["quantity"]) for each in self.shell.lots(giver, MASKS)}
        for lot in lots:
            taken[lot] = min(left, there[lot])
            left -= taken[lot]
        with self.ledger() as ledger:
            call = ledger.reallocation.propose(
                int(request, 16), SiteId(int(giver)), taken, keeper=self.party("keeper", _COMMUNITY)
            )
            ledger.write([call])
        return f"{call.key:062x}"

    def approved(self, quantity: int = 200, *more: str) -> tuple[str, str]:
        """A request and a proposal of `GIVING` that the street approved."""
        request = self.ask(quantity, *more)
        proposal = self.propose(request, quantity)
        self.shell.ok("reallocate", "approve", proposal, "--approver", "street")
        return request, proposal

    def declare(self, division: str, days: int = 10) -> None:
        """Declare an emergency of a division, 0 for the country."""
        until = self.clock.now() + days * DAY
        with self.ledger() as ledger:
            call = ledger.norms.declare_emergency(
                parse_division(division),
                until=until,
                reason=reason_named("outbreak").code,
                source=SOURCE,
                by=self.party("root", "0"),
            )
            ledger.write([call])

    def end(self, division: str) -> None:
        """End the emergency of a division."""
        why = reason_named("danger-past").code
        with self.ledger() as ledger:
            by = self.party("root", "0")
            ledger.write([ledger.norms.end_emergency(parse_division(division), reason=why, by=by)])

    def cycle(self, site: str, days: int = 7) -> None:
        """Have masks at a site counted every so many days."""
        with self.ledger() as ledger:
            category = category_of(parse_item(MASKS))
            by = self.party("root", "0")
            call = ledger.norms.set_cycles(SiteId(int(site)), {category: days}, source=SOURCE, by=by)
            ledger.write([call])

    def sheet(self, request: str) -> dict[str, Any]:
        """What `request show` says for programs."""
        found: dict[str, Any] = self.shell.ok("request", "show", request[:10], "--json").json()
        return found

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, for what commands do not do."""
        with Ledger.open(Home(self.shell.home), clock=self.clock) as ledger:
            yield ledger

    def party(self, key: str, division: str) -> Party:
        """Who signs with a key on a grant."""
        return Party(self.signer(key), parse_division(division))

    def signer(self, key: str) -> Signer:
        """A key."""
        passphrase = "words" if key == "root" else ""
        return KeystoreSigner.open(self.shell.home / "keys" / f"{key}.json", passphrase)

    def refused(self, *words: str, says: str, code: int = 1) -> Answer:
        """See a command refused in both languages with one sentence."""
        answer = self.shell.run(*words)
        assert answer.code == code, answer
        assert says in answer.err, answer.err
        chinese = self.shell.run(*words, language="zh")
        assert chinese.code == code
        assert _HAN.search(chinese.err), chinese.err
        return answer


def in_chinese(answer: Answer) -> str:
    """What a command said in Chinese; fails where it said nothing in Chinese."""
    assert answer.code == 0, answer.err
    assert _HAN.search(answer.out), answer.out
    return answer.out


def opening(item: str, batch: str, quantity: int, expires: int) -> OpeningLine:
    """A line with which a site opens; `expires`: a day counted from 1970."""
    goods = LotAttributes(item=parse_item(item), source=0, batch=batch_digest(batch), made=0, expires=expires)
    return OpeningLine(goods, quantity)


def found_asking(shell: OfficeShell, clock: ManualClock) -> None:
    """Set the office up."""
    make_root(shell)
    shell.ok("init", "--delay", "0", "--root", "root")
    office = AskingOffice(shell, clock)
    for name in (*(holder for holder, _, _ in _GRANTS), "stranger"):
        create_keystore(shell.home / "keys" / f"{name}.json", "", demo=True)
    root, today = office.party("root", "0"), clock.now() // DAY
    with office.ledger() as ledger:
        calls = [
            ledger.divisions.register(parse_division(each), zh=f"区划{each}", en=f"D{each}", by=root)
            for each in _DIVISIONS
        ]
        for holder, role, place in _GRANTS:
            signer = office.signer(holder)
            consent = ledger.roles.class_consent(signer, role)
            calls.append(
                ledger.roles.grant(signer.address, role, parse_division(place), consent=consent, by=root)
            )
        for site, zh, en in (
            (ASKING, "甲储备点", "Site A"),
            (GIVING, "乙储备点", "Site B"),
            (FAR, "远处储备点", "Far site"),
        ):
            calls.append(ledger.sites.register(SiteId(int(site)), zh=zh, en=en, by=root))
        for item, zh, en in ((MASKS, "口罩", "masks"), (GLOVES, "手套", "gloves")):
            calls.append(ledger.items.register(parse_item(item), zh=zh, en=en, unit="C62", by=root))
        hospital = consignee_id("local", HOSPITAL.removeprefix("local:"))
        calls.append(
            ledger.consignees.register(
                hospital, parse_division("420106"), zh="某医院", en="a hospital", by=root
            )
        )
        for site, floor in ((ASKING, 100), (GIVING, 200), (FAR, 50)):
            calls.append(
                ledger.norms.set_floors(SiteId(int(site)), {parse_item(MASKS): floor}, source=SOURCE, by=root)
            )
        for mode in (StorageMode.GOVERNMENT, StorageMode.AGREEMENT):
            calls.append(
                ledger.norms.set_terms(
                    parse_division("42"), mode, share=9_000, notice_days=2, source=SOURCE, by=root
                )
            )
        ledger.write(calls, check=False)
        near, far = (_COMMUNITY, "giver", "district"), (_FAR_COMMUNITY, "far-keeper", "city")
        for site, (community, keeper, approver), lines in (
            (ASKING, near, []),
            (
                GIVING,
                near,
                [opening(MASKS, "B-1", 600, today + 60), opening(MASKS, "B-2", 300, today + 90)],
            ),
            (FAR, far, [opening(MASKS, "F-1", 500, today + 60), opening(GLOVES, "F-2", 80, 0)]),
        ):
            place = "420106" if approver == "district" else "4201"
            ledger.write(
                [
                    ledger.stock.open(
                        SiteId(int(site)),
                        lines,
                        keeper=office.party(keeper, community),
                        approver=office.party(approver, place),
                    )
                ]
            )


@contextmanager
def founded_asking(home: Path) -> Iterator[Path]:
    """An office that was founded once; tests work on copies, see `opened_asking`."""
    clock = ManualClock(START)
    before = os.environ.pop("SHECANG_HOME", None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHECANG_PASSPHRASE", "words")
        use_clock(patched, clock)
        found_asking(OfficeShell(home), clock)
    yield home
    if before is not None:
        os.environ["SHECANG_HOME"] = before


def opened_asking(founded: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> AskingOffice:
    """A copy of the office as it was founded, a minute later."""
    clock = ManualClock(START + 60)
    monkeypatch.setenv("SHECANG_PASSPHRASE", "words")
    use_clock(monkeypatch, clock)
    shutil.copytree(founded, path)
    return AskingOffice(OfficeShell(path), clock)
