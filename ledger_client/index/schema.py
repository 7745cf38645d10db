"""The index's tables, brought from one revision to the next by alembic, on SQLite and on PostgreSQL.

`bring_up_to_date` is asked whenever an index is opened; alembic itself, which takes long to import, is only
needed where there is something to do. A developer who changes `tables` adds a revision to
`migrations/versions` and raises `HEAD`; a test compares what the revisions make with what `tables` declares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select

from ledger_client.databases import reading, writing
from ledger_client.index._errors import IndexOtherChainError, IndexSchemaError
from ledger_client.index.tables import cursor, metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0003"
"""The newest revision."""

_REVISIONS = frozenset({"0001", "0002", HEAD})
"""The revisions from which this program can go on."""

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables, or change them into those of this version.

    Raises:
        IndexSchemaError: They are of a revision that this program does not know.
    """
    with reading(engine) as connection:
        if _revision(connection) == HEAD:
            return
    with writing(engine) as connection:
        # Asked again, since another process may have done it until the lock was ours.
        found = _revision(connection)
        if found == HEAD:
            return
        if found is not None and found not in _REVISIONS:
            raise IndexSchemaError(stored=found, needed=HEAD)
        upgrade(connection)


def require_fitting(engine: Engine, genesis: bytes) -> None:
    """Refuse an index that this program cannot follow a chain with; nothing is made or changed.

    Args:
        engine: Of the index; one without tables fits.
        genesis: Hash of the chain's first block.

    Raises:
        IndexSchemaError: The tables are of a revision that this program does not know.
        IndexOtherChainError: They were filled from another chain.
    """
    with reading(engine) as connection:
        found = _revision(connection)
        if found is None:
            return
        if found not in _REVISIONS:
            raise IndexSchemaError(stored=found, needed=HEAD)
        stored = connection.scalar(select(cursor.c.genesis))
    require_genesis(stored, genesis)


def require_genesis(stored: bytes | None, found: bytes) -> None:
    """Refuse an index of a chain with another first block.

    Raises:
        IndexOtherChainError: They differ.
    """
    if stored is not None and stored != found:
        raise IndexOtherChainError(stored=stored.hex()[:16], found=found.hex()[:16])


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the revisions up to one, within the caller's transaction."""
    from alembic import command

    command.upgrade(_configuration(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Undo the revisions down to one, `base` for all, within the caller's transaction."""
    from alembic import command

    command.downgrade(_configuration(connection), to)


def drop_tables(connection: Connection) -> None:
    """Drop every table of the index, whatever its revision."""
    metadata.drop_all(connection)
    _version.drop(connection, checkfirst=True)


def _configuration(connection: Connection) -> Config:
    from alembic.config import Config

    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return configuration


def _revision(connection: Connection) -> str | None:
    """Return the revision of the tables; None where there are none, "-" where nobody wrote it down."""
    there = inspect(connection)
    if there.has_table(_version.name):
        return connection.scalar(select(_version.c.version_num))
    return "-" if there.has_table("cursor") else None
