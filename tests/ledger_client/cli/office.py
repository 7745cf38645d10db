"""A real embedded ledger that tests play through by the commands, as people type them."""

from __future__ import annotations

import io
import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger_client import ledger
from ledger_client.cli import run as run_command
from ledger_client.cli.app import app
from ledger_client.embedded import SystemClock
from ledger_client.keystores import create_keystore
from ledger_client.language import Language, use_language

USCC, OTHER_USCC = "91110000600037341L", "91420100MA4KX5XK49"
DISTRICT, COMMUNITY, SITE, OTHER_SITE, THIRD_SITE = (
    "420106",
    "420106001001",
    "420106001001101",
    "420106001001201",
    "420106001001301",
)
MASKS, RICE, RICE_BAGS = "101010100001", "201010100001", "201010100002"
CATEGORY = "1010101"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command ended with."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class HurriedClock(SystemClock):
    """The host's, ahead by the seconds that blocks would have waited: a chain makes one a second at most."""

    def __init__(self) -> None:
        self._reached = 0

    def now(self) -> int:
        return max(int(_HOST_TIME()), self._reached)

    def wait_until(self, second: int) -> None:
        self._reached = max(self._reached, second)


_HOST_TIME = time.time


@dataclass(frozen=True, slots=True)
class OfficeShell:
    """Runs commands in one home, in this process.

    Attributes:
        home: Of the ledger.
        clock: What commands take the time from, where that is not the host.
    """

    home: Path
    clock: HurriedClock | None = None

    def run(self, *words: str, language: Language = "en") -> Answer:
        out, err = io.StringIO(), io.StringIO()
        use_language(language)
        try:
            with (
                self._time(),
                patch.object(sys, "argv", ["shecang", "--home", str(self.home), *words]),
                redirect_stdout(out),
                redirect_stderr(err),
            ):
                code = run_command(app)
        finally:
            use_language("en")
        assert "Traceback" not in err.getvalue()
        assert "should not have happened" not in err.getvalue(), err.getvalue()
        return Answer(code, out.getvalue(), err.getvalue())

    @contextmanager
    def _time(self) -> Iterator[None]:
        if (clock := self.clock) is None:
            yield
            return
        with (
            patch.object(ledger, "SystemClock", lambda: clock),
            patch.object(time, "time", lambda: max(_HOST_TIME(), float(clock.now()))),
        ):
            yield

    def ok(self, *words: str) -> Answer:
        answer = self.run(*words)
        assert answer.code == 0, answer.err
        return answer

    def lots(self, site: str, item: str) -> list[dict[str, Any]]:
        holdings = self.ok("stock", "on-hand", site, "--json").json()["holdings"]
        return [each for each in holdings if each["item"] == item]

    def quantity(self, site: str, lot: str) -> int:
        holdings = self.ok("stock", "on-hand", site, "--json").json()["holdings"]
        return sum(int(each["quantity"]) for each in holdings if each["lot"] == lot)

    def entries(self, site: str) -> int:
        return max((row["entry"] for row in self.ok("stock", "card", site, "--json").lines()), default=0)


def make_root(shell: OfficeShell) -> None:
    """Make the root's key with a passphrase, but cheap to open, which hundreds of commands do."""
    keys = shell.home / "keys"
    keys.mkdir(parents=True)
    create_keystore(keys / "root.json", "words", scrypt_cost=2)


def found_city(shell: OfficeShell) -> None:
    """Set a district up: places, keys, grants, sources, items."""
    make_root(shell)
    shell.ok("init", "--delay", "0", "--root", "root")
    for key in ("district", "keeper", "other-keeper", "approver", "settler", "issuer", "supplier"):
        shell.ok("keys", "new", key, "--demo")
    shell.ok("keys", "new", "stranger", "--demo")
    for division in ("42", "4201", DISTRICT, "420106001", COMMUNITY):
        shell.ok("division", "add", division, "--by", "root", "--zh", "测试")
    for holder, role, place, by in (
        ("district", "authority", DISTRICT, "root"),
        ("keeper", "keeper", COMMUNITY, "district"),
        ("other-keeper", "keeper", COMMUNITY, "district"),
        ("approver", "approver", DISTRICT, "district"),
        ("settler", "approver", DISTRICT, "district"),
    ):
        shell.ok("role", "grant", holder, role, place, "--by", by)
    shell.ok("issuer", "add", USCC, "--zh", "检验院", "--by", "root")
    shell.ok("issuer", "accredit", USCC, CATEGORY, "--by", "root")
    shell.ok("role", "grant", "issuer", "issuer", "0", "--subject", USCC, "--by", "root")
    shell.ok("supplier", "add", USCC, "--zh", "供应商甲", "--en", "Supplier A", "--by", "district")
    shell.ok("role", "grant", "supplier", "supplier", DISTRICT, "--subject", USCC, "--by", "district")
    shell.ok("consignee", "add", USCC, DISTRICT, "--zh", "医院", "--by", "district")
    shell.ok("item", "add", MASKS, "--zh", "口罩", "--en", "masks", "--category", CATEGORY, "--by", "root")
    shell.ok("item", "add", RICE, "--zh", "大米", "--unit", "KGM", "--shelf-life", "30", "--by", "root")
    shell.ok("item", "add", RICE_BAGS, "--zh", "袋装大米", "--unit", "BG", "--by", "root")
    shell.ok("item", "factor", RICE_BAGS, RICE, "25", "--by", "root")
    for site in (SITE, OTHER_SITE):
        shell.ok("site", "add", site, "--zh", "储备点", "--by", "district")
    shell.ok(
        *("stock", "open", SITE, "--keeper", "keeper", "--approver", "approver"),
        *("--goods", f"{RICE_BAGS}=1000,batch=R-1"),
    )
    shell.ok("stock", "open", OTHER_SITE, "--keeper", "other-keeper", "--approver", "approver")


@dataclass(frozen=True, slots=True)
class Papers:
    """A body that signs certificates; each is good for one qualification."""

    directory: Path
    key: Ed25519PrivateKey

    @classmethod
    def at(cls, directory: Path) -> Papers:
        papers = cls(directory, Ed25519PrivateKey.generate())
        papers.signer.write_bytes(
            papers.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        return papers

    @property
    def signer(self) -> Path:
        return self.directory / "signer.pem"

    def issue_words(self, until: str) -> tuple[str, ...]:
        """The words that issue a qualification on a certificate of its own."""
        content = secrets.token_bytes(100)
        certificate = self.directory / f"{content[:8].hex()}.pdf"
        certificate.write_bytes(content)
        signature = certificate.with_suffix(".sig")
        signature.write_bytes(self.key.sign(content))
        return (
            *("qualification", "issue", USCC, CATEGORY, "--issuer", USCC, "--grade", "B", "--until", until),
            *("--certificate", str(certificate), "--signer", str(self.signer), "--by", "issuer"),
            *("--signature", str(signature)),
        )
