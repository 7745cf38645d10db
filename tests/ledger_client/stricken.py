"""A small ledger in a home that tests damage or leave no room, and the commands that a keeper gives there."""

from __future__ import annotations

import io
import json
import shutil
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eth_keyfile.keyfile import create_keyfile_json
from facade import CONSUMER, KEEPING, PLACE, World, found, new_home
from played_ledger import KEEPER, OTHER_KEEPER

from ledger_client.cli import run as run_command
from ledger_client.cli.app import app
from ledger_client.embedded import ManualClock
from ledger_client.files import write_new_private
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.language import Language, use_language
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.stock import Particulars

STOCKED, ISSUED = 100, 7
DATABASES = ("chain/chain.sqlite", "outbox.db", "records.db", "index.db")


@dataclass(frozen=True)
class Answer:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it said about its failure, which is one line."""
        lines = [line for line in self.err.splitlines() if line.startswith(("shecang: ", "社仓："))]
        return lines[-1] if len(lines) == 1 else ""


@dataclass(frozen=True)
class StrickenHome:
    """A home with a lot of goods, a part of which is issued."""

    path: Path
    lot: int

    @classmethod
    def found(cls, path: Path) -> StrickenHome:
        """Found it, with the keys that its keepers sign with."""
        clock = ManualClock(int(time.time()) - 3_600)
        with Ledger.open(new_home(path, None, clock), clock=clock) as ledger:
            found(ledger)
            world = World(ledger, clock)
            lot = world.stocked(STOCKED)
            for quantity in range(1, ISSUED + 1):
                said = Particulars(body={"note": f"issue {quantity}"})
                lines = [Line(lot, 1)]
                world.write(ledger.stock.issue(PLACE, CONSUMER, lines, keeper=KEEPING, particulars=said))
            ledger.index()
        home = Home(path)
        home.keys.mkdir(mode=0o700)
        for name, signer in (("keeper", KEEPER), ("other-keeper", OTHER_KEEPER)):
            _keep_key(home.keys / f"{name}.json", name, signer.address)
        return cls(path, lot)

    def copied(self, path: Path) -> StrickenHome:
        shutil.copytree(self.path, path)
        return StrickenHome(path, self.lot)

    def run(self, *words: str, language: Language = "en") -> Answer:
        """Give a command, in this process."""
        out, err = io.StringIO(), io.StringIO()
        use_language(language)
        try:
            argv = ["shecang", "--home", str(self.path), *words]
            with patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
                code = run_command(app)
        finally:
            use_language("en")
        return Answer(code, out.getvalue(), err.getvalue())

    def read(self) -> Answer:
        return self.run("stock", "on-hand", str(PLACE), "--json")

    def write(self) -> Answer:
        words = ("stock", "issue", str(PLACE), f"{CONSUMER:040x}", "--keeper", "keeper")
        return self.run(*words, "--line", f"{self.lot:040x}=1", "--note", "a note " * 50)

    def doctor(self) -> Answer:
        return self.run("doctor", "--json")

    def held(self) -> int:
        """What the site holds of the lot, as the command says."""
        answer = self.read()
        assert answer.code == 0, answer.err
        return sum(int(each["quantity"]) for each in json.loads(answer.out)["holdings"])


def _keep_key(path: Path, name: str, address: str) -> None:
    secret = keccak(name.replace("-", " ").encode())
    content: dict[str, Any] = dict(create_keyfile_json(secret, b"", version=3, kdf="scrypt", iterations=2))
    assert int(content["address"], 16) == int(address, 16)
    content["shecang"] = {"demo": True}
    write_new_private(path, json.dumps(content).encode())
