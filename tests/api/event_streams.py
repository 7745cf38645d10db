"""A real server process, and readers of its event streams over real connections."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from ledger_client.demo.cast import CLINIC, EAST, EAST_GOVERNMENT, WEST, WEST_GOVERNMENT
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Particulars
from ledger_client.words import NEVER
from ledger_client.writing import Party

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 20.0  # seconds; for hangs, reached by no load
_SERVE = """
import sys
from pathlib import Path
from api.app import create_app
from api.command import run
from api.listening import Listening
from api.settings import Settings
from ledger_client.home import Home
settings = Settings(poll=0.1, caller_rate=None, public_rate=None)
listener = Listening.of("127.0.0.1", int(sys.argv[2])).listen()
said = f"http://127.0.0.1:{listener.getsockname()[1]}"
run(create_app(Home(Path(sys.argv[1])), settings), listener, lambda: print(said, flush=True))
"""

__all__ = ["Event", "Following", "create_keystore", "issue_from", "running"]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it came."""

    id: str | None
    kind: str
    data: Any

    @property
    def number(self) -> int:
        return int(self.id or "")


class Following:
    """A connection that follows new documents."""

    def __init__(self, address: str, key: str, query: str = "", last_event_id: str | None = None) -> None:
        place = urlsplit(address)
        self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        self.connection.request("GET", f"/v1/documents/events{query}", headers=headers)
        self.answer = self.connection.getresponse()
        self.comments, self.deadline = 0, time.monotonic() + TIMEOUT

    def __enter__(self) -> Following:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()

    def events(self) -> Iterator[Event]:
        """Yield all events, the one about the position too, until the stream ends."""
        fields: dict[str, str] = {}
        for raw in iter(self.answer.readline, b""):
            line = raw.decode().rstrip("\n")
            if not line:
                if "data" in fields:
                    yield Event(fields.get("id"), fields["event"], json.loads(fields["data"]))
                fields = {}
            elif line.startswith(":"):
                self.comments += 1
                assert time.monotonic() < self.deadline, "nothing but comments came"
            else:
                name, _, value = line.partition(": ")
                fields[name] = value

    def take(self, count: int, seconds: float = TIMEOUT) -> list[Event]:
        """Return the next events about documents."""
        found: list[Event] = []
        self.deadline = time.monotonic() + seconds
        for each in self.events():
            if each.id is not None:
                found.append(each)
            if len(found) == count:
                return found
        raise AssertionError(f"the stream ended after {len(found)} of {count}")


@contextmanager
def running(home: Home, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve a home in a process of its own; give its address and the process, which is ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(home.path), str(port)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SHECANG_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found, process.communicate()
            yield found[0], process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)


def issue_from(home: Home, site: int, count: int = 1) -> list[int]:
    """Record issues of one base unit from a government store, and return their keys in order."""
    name, place = {EAST_GOVERNMENT: ("keeper-east", EAST), WEST_GOVERNMENT: ("keeper-west", WEST)}[site]  # type: ignore[index]
    keeper = Party(KeystoreSigner.open(home.keys / f"{name}.json", ""), place)
    with Ledger.open(home) as ledger:
        held = next(
            each
            for each in ledger.index().on_hand(site)
            if each.is_free and each.attributes.use_until == NEVER and each.quantity >= count
        )
        calls = [
            ledger.stock.issue(site, CLINIC, [Line(held.lot, 1)], keeper=keeper, particulars=Particulars())  # type: ignore[arg-type]
            for _ in range(count)
        ]
        ledger.write(calls)
        return [call.key for call in calls]
