"""Queries that a server asks for every answer: their text is made once, and goes to the driver as it is.

To build a query of forty columns, to look its text up and to wrap each row takes several times as long as the
database needs for a page of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError


class Statement:
    """A query with named parameters.

    Args:
        query: Makes it; what changes from one question to the next is a `bindparam`.
    """

    def __init__(self, query: Callable[[], Select[Any]]) -> None:
        self._query = query
        self._texts: dict[str, tuple[str, dict[str, Any], list[str] | None]] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Return the rows as the driver gives them, in the caller's transaction.

        Raises:
            DBAPIError: The database fails, as SQLAlchemy tells it.
        """
        dialect = connection.dialect
        text, fixed, order = self._texts.get(dialect.name) or self._compiled(dialect)
        named = fixed | values
        given: Any = named if order is None else [named[name] for name in order]
        driver: Any = connection.connection.driver_connection
        failure = dialect.loaded_dbapi.Error
        try:
            found: list[Any] = driver.execute(text, given).fetchall()
        except failure as error:
            # As SQLAlchemy does with what it executes itself, so that every failure is mapped in one place.
            raise DBAPIError.instance(text, None, error, failure, dialect=dialect) from error
        return found

    def _compiled(self, dialect: Dialect) -> tuple[str, dict[str, Any], list[str] | None]:
        compiled = self._query().compile(dialect=dialect)
        order: list[str] | None = getattr(compiled, "positiontup", None)
        made = compiled.string, dict(compiled.params), order
        self._texts[dialect.name] = made
        return made
