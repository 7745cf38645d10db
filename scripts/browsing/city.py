"""The sample city as the demonstration leaves it, and `shecang serve` before it, as a user starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.access.accounts import READERS as READERS_FILE
from api.access.accounts import AccountStore
from api.access.rights import Scope
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.demo.run import found_ledger, play_city
from ledger_client.demo.visit import FOLDER, READERS, Reader, prepare_visit
from ledger_client.demo.week import play_week
from ledger_client.home import Home
from ledger_client.trust import read_accepted

READY_WITHIN = 60.0  # seconds; limits for hangs, reached by no load
STOPS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class PlayedCity:
    """A city that was played through up to today.

    Attributes:
        home: Its home.
        accounts: Keys of reader accounts by name: officer, auditor, district.
    """

    home: Home
    accounts: dict[str, str]

    @classmethod
    def play(cls, path: Path) -> PlayedCity:
        """Play it in a new directory."""
        home = found_ledger(path)
        play_city(home, _silent)
        play_week(home, _silent)
        prepare_visit(home)
        return cls(home, {each.name: _account(home, each) for each in READERS})

    def copy(self, path: Path) -> PlayedCity:
        """Copy it, so that somebody may write in it."""
        shutil.copytree(self.home.path, path)
        return PlayedCity(Home(path), self.accounts)

    def key_file(self, name: str) -> Path:
        """Return the file of a key; its passphrase is empty."""
        return self.home.keys / f"{name}.json"

    @property
    def fingerprint(self) -> str:
        """That of the trust file, in digits."""
        return read_accepted(self.home.trust).trust.fingerprint.hex()

    def file(self, name: str) -> Path:
        """Return a file that lies ready for visitors."""
        return self.home.path / FOLDER / name


def _account(home: Home, reader: Reader) -> str:
    """Issue an account as `shecang reader add` does, which takes seconds to start."""
    scopes = [Scope(each) for each in reader.scopes]
    with AccountStore.open(home.path / READERS_FILE) as accounts:
        return accounts.issue(
            reader.office[1], [reader.division], scopes, by=ZERO_ADDRESS, now=int(time.time())
        )


def _silent(_en: str, _zh: str) -> None:
    """Tell nobody."""


class Server:
    """`shecang serve` as a process of its own.

    Attributes:
        address: Where it answers, without a path.
    """

    def __init__(self, home: Home) -> None:
        self.address = ""
        self._home = home
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    def start(self) -> None:
        """Start it, at the port that it had before if it had one, and wait until it is ready."""
        port = self.address.rpartition(":")[2] or "0"
        words = ["--home", str(self._home.path), "serve", "--port", port, "--rate", "none", "--no-log"]
        program = "from ledger_client.cli import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env=os.environ | {"SHECANG_LANG": "en"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = re.search(r"http://\S+:\d+", said)
        if found is None:
            raise RuntimeError(f"the server did not start: {said}")
        self.address = found[0]
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/ready", timeout=10):
                    return
            except urllib.error.URLError:
                time.sleep(0.05)
        raise RuntimeError("the server was not ready in time")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=STOPS_WITHIN)
        self._process = None


@contextmanager
def serving(city: PlayedCity) -> Iterator[Server]:
    """Serve a city until the block ends."""
    server = Server(city.home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
