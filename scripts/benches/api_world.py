"""A ledger of a million documents, served: `shecang serve` as a command, and what stands around it.

Real: the command in a process of its own with everything that it does in production (contracts verified, the
follower, the gate, accounts, rights, names from an encrypted records store), both databases, HTTP over a
socket. Made: the node (`benches.api_node`), whose blocks hold events of `benches.api_history`. They pass the
real decoder and the real fold, but no contract ran, and no node stores them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from postgresql import drop_database, new_database, running_postgresql
from sqlalchemy import Engine

from api.access.accounts import READERS, AccountStore
from api.access.rights import Scope
from benches.api_cache import POSTGRESQL, SEED, Filled
from benches.api_history import TradeHistory
from benches.city_events import CITY
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.contracts import Deployment
from ledger_client.databases import open_database
from ledger_client.divisions import DivisionId
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.node import connect as connect_node
from ledger_client.records import RecordsKey, RecordStore
from ledger_client.signers import EnvironmentSigner

CHAIN_ID = 31_337
CLIENTS = 16
"""Client programs: each has an account of its own, and keeps one connection."""

DATABASES = ("sqlite", "postgresql")
_STARTS_WITHIN = 120  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class World:
    """A served ledger.

    Attributes:
        history: What was generated, as far as it names things; it is not gone on with.
        engine: Of the index that is served; for looking, never for writing.
        location: Of that index: a path, or the address of a PostgreSQL database.
        port: Where the server answers.
        keys: Of the accounts.
        server: Its process.
        database: Process of the PostgreSQL server; None for SQLite.
        node: Address of the node.
    """

    history: TradeHistory
    engine: Engine
    location: str
    port: int
    keys: list[str]
    server: int
    database: int | None
    node: str

    def write(self, documents: int) -> None:
        """Have the node make a block with so many documents every second from now on; 0: none."""
        _request(self.node, "bench_write", documents)

    def head(self) -> int:
        """Return the number of the node's newest block."""
        return int(_request(self.node, "eth_blockNumber"), 16)


@contextmanager
def served(filled: Filled, database: str) -> Iterator[World]:
    """Serve a copy of a filled index from a home of its own.

    Args:
        filled: The index.
        database: One of `DATABASES`.
    """
    history = TradeHistory(SEED, filled.size)
    with ExitStack() as opened:
        directory = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-api-")))
        home = Home(directory / "home")
        codes = _found(home, filled)
        location, postmaster = str(home.index), None
        if database == "sqlite":
            shutil.copyfile(filled.sqlite, home.index)
            home.index.chmod(0o600)
        else:
            location, postmaster = opened.enter_context(_copy(filled))
            home.use_index(location)
        node = opened.enter_context(_node(filled, codes, Deployment.load(home.deployment)))
        home.use_node(node)
        keys = _fill_home(home, history)
        port, server = opened.enter_context(_server(home, directory))
        engine = open_database(location)
        opened.callback(engine.dispose)
        yield World(history, engine, location, port, keys, server, postmaster, node)


def _found(home: Home, filled: Filled) -> dict[str, str]:
    """Deploy the contracts on an embedded chain, and record them as of the made one; return their code."""
    with tempfile.TemporaryDirectory() as name:
        deployed = Ledger.create(Home(Path(name) / "home"), _signer(), chain_id=CHAIN_ID, delay=0)
        node = connect_node(str(Home(Path(name) / "home").chain))
        try:
            codes = {
                each: node.request("eth_getCode", each, "latest") for each in deployed.addresses.values()
            }
        finally:
            node.close()
    home.path.mkdir()
    made = replace(deployed, genesis_hash=filled.stamps()[0].hash, first_block=0, block=0)
    made.save(home.deployment)
    return codes


def _fill_home(home: Home, history: TradeHistory) -> list[str]:
    """Store the names, and issue the accounts; return their keys."""
    RecordsKey.create(home.records_key)
    with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
        records.put_many(history.records(), _signer())
    with AccountStore.open(home.path / READERS) as accounts:
        return [
            accounts.issue(
                f"client {number}", [DivisionId(CITY)], [Scope.READ], by=ZERO_ADDRESS, now=time.time()
            )
            for number in range(CLIENTS)
        ]


def _signer() -> EnvironmentSigner:
    return EnvironmentSigner.from_value("BENCH", keccak(b"benchmark of the API").hex())


@contextmanager
def _copy(filled: Filled) -> Iterator[tuple[str, int]]:
    """Give the address of a copy of the filled PostgreSQL database, and the process of its server."""
    name = f"served_{os.getpid()}"
    with running_postgresql(filled.server) as address:
        location = new_database(address, name, copied=POSTGRESQL)
        try:
            yield location, int((filled.server / "postmaster.pid").read_text().split()[0])
        finally:
            drop_database(address, name)


@contextmanager
def _node(filled: Filled, codes: dict[str, str], deployment: Deployment) -> Iterator[str]:
    given = {
        "directory": str(filled.directory),
        "size": asdict(filled.size),
        "chain_id": CHAIN_ID,
        "codes": codes,
        "ledger": deployment.stock_ledger,
    }
    with _running([sys.executable, "-m", "benches.api_node"], json.dumps(given)) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


@contextmanager
def _server(home: Home, directory: Path) -> Iterator[tuple[int, int]]:
    code = "from ledger_client.cli import main; main()"
    command = [sys.executable, "-c", code, "--home", str(home.path), "serve", "--port", "0"]
    with (directory / "log").open("wb") as log, _running(command, "", log) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        if found is None:
            raise RuntimeError(f"the server did not start: {(directory / 'log').read_text()}")
        port = int(found[1])
        _wait_for(port)
        yield port, process.pid


@contextmanager
def _running(command: list[str], told: str, log: Any = None) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"SHECANG_LANG": "en", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
    )
    try:
        assert process.stdin is not None
        process.stdin.write(told + "\n")
        process.stdin.close()
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _request(node: str, method: str, *params: Any) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(node, body, headers), timeout=30) as answer:
        return json.loads(answer.read())["result"]


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process and its living descendants have used, seconds."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = int(fields[11]) + int(fields[12])
    wanted, ticks = [process], 0
    while wanted:
        one = wanted.pop()
        ticks += used.get(one, 0)
        wanted += [each for each, parent in parents.items() if parent == one]
    return ticks / _TICKS
