"""What is handed in and relayed, and the processes that are killed while they do it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from api.relay import relay
from ledger_client.chain import Chain
from ledger_client.databases import open_database
from ledger_client.demo.cast import CLINIC, EAST_GOVERNMENT, MASK_LOT
from ledger_client.desk import Desk
from ledger_client.forms import parse_form
from ledger_client.home import Home
from ledger_client.index.whole import WholeReader
from ledger_client.records import record_digest
from ledger_client.signers import CompactSignature, KeystoreSigner

POLL = 0.02


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingCommits:
    """Kills this process just before a database commits what was written for the `last`th time."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._written: set[int] = set()
        event.listen(Engine, "before_cursor_execute", self._look)
        event.listen(Engine, "commit", self._commit)

    def _look(self, connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self._written.add(id(connection))

    def _commit(self, connection: Any) -> None:
        if id(connection) in self._written:
            self._written.discard(id(connection))
            self._left -= 1
            if self._left == 0:
                _die()


def signer_of(home: Home) -> KeystoreSigner:
    return KeystoreSigner.open(home.keys / "keeper-east.json", "")


def form_of(home: Home, number: int) -> Any:
    """An issue with a note, which the keeper alone signs."""
    return parse_form(
        {
            "kind": "issue",
            "client_id": f"0x{number:064x}",
            "site": str(EAST_GOVERNMENT),
            "consignee": f"{CLINIC:040x}",
            "lines": [{"lot": f"{MASK_LOT.lot_id:040x}", "quantity": str(number)}],
            "keeper": {"address": signer_of(home).address},
            "note": "for the morning",
        }
    )


def drafted(home: Home, number: int) -> tuple[int, bytes, CompactSignature]:
    """Draft a document and sign it under its number: its key, its transaction, and its record's signature."""
    signer = signer_of(home)
    with Desk.open(home) as desk:
        engine = open_database(home.index)  # a ledger that is opened would send what waits
        stored, _ = desk.prepare(form_of(home, number), WholeReader(engine))
        engine.dispose()
        key, body = stored.draft.key, stored.body
        assert body is not None
        raw = signer.sign_transaction(stored.draft.transaction(desk.reserve(key).nonce))
        digest = record_digest(body.id, body.name_digest(), body.body_digest())
    return key, raw, signer.sign_digest(digest)


COMMITS_IN = {"before record": 1, "before store": 2, "before mark": 3}
"""Where whoever hands in is killed: the note, the transaction, and that the draft is sent."""


def main_hand_in(path: str, key: int, raw: bytes, r: bytes, vs: bytes, point: str) -> None:
    """Hand a transaction in, and be killed at `point`."""
    with Desk.open(Home(Path(path))) as desk:
        DyingCommits(COMMITS_IN[point])
        desk.hand_in(key, raw, CompactSignature(r, vs))


COMMITS_OUT = {"before commit of sent": 1, "before commit of recorded": 2}
POINTS_OUT = ("before send", "after send", *COMMITS_OUT)


def main_relay(path: str, point: str) -> None:
    """Relay, and be killed at `point`."""
    send: Callable[[Chain, bytes], bytes] = Chain.send_raw

    def dying(chain: Chain, raw: bytes) -> bytes:
        if point == "before send":
            _die()
        hash_ = send(chain, raw)
        if point == "after send":
            _die()
        return hash_

    Chain.send_raw = dying  # type: ignore[method-assign]
    if point in COMMITS_OUT:
        _watch_outbox(COMMITS_OUT[point])
    relay(Home(Path(path)), threading.Event(), POLL, lambda _: None)


def _watch_outbox(last: int) -> None:
    """Count only what the outbox commits: the embedded chain has databases of its own."""

    class Watching(DyingCommits):
        def _look(self, connection: Any, cursor: object, statement: str, *rest: object) -> None:
            if str(connection.engine.url).endswith("outbox.db"):
                super()._look(connection, cursor, statement, *rest)

    Watching(last)


def main_does_nothing() -> None:
    """Start a process, so that what it imports is imported."""
