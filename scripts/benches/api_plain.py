"""The same rows as the API's answers, asked for by hand: what a good engineer writes for one page.

A connection that is kept, two or three prepared statements in one transaction that sees one state, rows as
they come. No rights, no names, no JSON, no HTTP.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg

_CARD = """
SELECT e.sequence, e.journal, d.*
FROM site_entries e JOIN documents d ON d.number = e.document
WHERE e.site = {0} AND e.sequence > {0} ORDER BY e.sequence LIMIT {0}
"""
_MOVED = """
SELECT e.sequence, m.lot, l.item, m.delta, m.quantity, m.is_held_here
FROM site_entries e
JOIN movements m ON m.document = e.document AND m.site = e.site
JOIN lots l ON l.lot = m.lot
WHERE e.site = {0} AND e.sequence > {0} AND e.sequence <= {0} ORDER BY e.sequence, m.position
"""
_ON_HAND = """
SELECT b.site, b.lot, b.quantity, b.is_held_here, l.*
FROM balances b JOIN lots l ON l.lot = b.lot
WHERE b.site = {0} AND b.lot > {0} AND b.quantity > 0 ORDER BY b.lot LIMIT {0}
"""
_STANDING = """
SELECT q.*, a.entries AS accredited, s.name, i.name AS issuer_name
FROM suppliers s
LEFT JOIN qualifications q ON q.supplier = s.supplier AND q.category = {0}
LEFT JOIN accreditations a ON a.issuer = q.issuer AND a.category = q.category
LEFT JOIN issuers i ON i.issuer = q.issuer
WHERE s.supplier = {0}
"""
_BLOCK = "SELECT block, block_hash, block_time FROM cursor"


class PlainReader:
    """Asks a database by its own driver.

    Args:
        location: Path of an SQLite file, or the address of a PostgreSQL database.
    """

    def __init__(self, location: str) -> None:
        self._connection: Any
        if "://" in location:
            self._connection = psycopg.connect(location, prepare_threshold=0)
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
            self._mark = "%s"
        else:
            self._connection = sqlite3.connect(f"file:{location}?mode=ro", uri=True, isolation_level=None)
            self._mark = "?"

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def card(self, site: int, after: int, limit: int) -> tuple[list[Any], list[Any]]:
        """Return a page of a site's card: entries with their documents, and what these moved."""
        self._begin()
        self._all(_BLOCK)
        entries = self._all(_CARD, site, after, limit)
        moved = self._all(_MOVED, site, after, entries[-1][0] if entries else after)
        self._end()
        return entries, moved

    def on_hand(self, site: int, after: bytes, limit: int) -> list[Any]:
        """Return a page of what a site holds behind a lot."""
        self._begin()
        self._all(_BLOCK)
        found = self._all(_ON_HAND, site, after, limit)
        self._end()
        return found

    def standing(self, supplier: bytes, category: int) -> list[Any]:
        """Return what a verdict on a supplier follows from."""
        self._begin()
        self._all(_BLOCK)
        found = self._all(_STANDING, category, supplier)
        self._end()
        return found

    def _all(self, query: str, *values: Any) -> list[Any]:
        found: list[Any] = self._connection.execute(query.format(self._mark), values).fetchall()
        return found

    def _begin(self) -> None:
        if self._mark == "?":
            self._connection.execute("BEGIN")

    def _end(self) -> None:
        self._connection.rollback()
