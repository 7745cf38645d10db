"""Databases: one way to open them, one place where their failures become sentences.

Outbox, records and index are three databases. Each is opened by `open_database` and used through `reading`
and `writing`, so that a full disk or a damaged file is the same sentence everywhere::

    engine = open_database(directory / "outbox.sqlite", kept=metadata)
    with writing(engine) as connection:
        connection.execute(insert(documents).values(...))

SQLite runs in WAL mode with `synchronous=FULL`: what a transaction has committed survives a power cut. What
is derived, and can be read again, waits for no disk (`NORMAL`): it survives a kill, and after a power cut
the last commits may be missing; what is there is whole. A writing transaction takes the write lock when it
begins (`BEGIN IMMEDIATE`), so that it never fails half-way because another process wrote in between;
readers never wait for it. On PostgreSQL the same holds: a writer takes an advisory lock of its schema, a
reader sees one snapshot.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from ledger_client.errors import UnavailableError, UsageError
from ledger_client.language import tr

BUSY_TIMEOUT = 10_000  # milliseconds that one process waits for another one's write lock
CONNECT_TIMEOUT = 10  # seconds that a server has to answer

# KiB of pages that SQLite may keep a connection. Its own 2 MiB hold too little of an index whose rows come in
# no order: its pages would be read and written again and again.
_CACHE = 64 * 1024

# Connections to a server that are kept: those beyond are made and given up for one question each.
_POOL = 20

_WRITERS = 0x5CEC_A116  # class of the advisory locks, so that they meet nobody else's

_TAKE_LOCK = f"SELECT pg_advisory_xact_lock({_WRITERS}, hashtext(current_schema()))"
_ONE_SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_DERIVED = "shecang_derived"  # execution option: whether the database can be filled again
_FILES = ("", "-wal", "-shm")  # what SQLite keeps of a database, by ending
_BEGIN = "shecang_begin"  # execution option: how SQLite begins a transaction; None: not at all


class DatabaseFullError(UnavailableError):
    """The disk has no room left; the transaction was rolled back."""

    en = "{database}: the disk is full, and nothing of this step was stored; make room first"
    zh = "{database}：磁盘已满，本步骤未作任何保存；请先腾出空间"


class DatabaseDamagedError(UnavailableError):
    """The file is no database, another one, or damaged; what it holds stands nowhere else."""

    en = (
        "{database} is damaged or not what belongs there ({reason}); nothing was changed: keep a copy of it "
        "and of the files beside it, and restore it from a backup"
    )
    zh = (
        "{database} 已损坏或并非应有的数据库（{reason}）；未作任何改动："
        "请先保留该文件及其旁边文件的副本，再从备份恢复"
    )


class DerivedDatabaseDamagedError(DatabaseDamagedError):
    """Likewise of a database that can be filled again."""

    en = (
        "{database} is damaged or no database ({reason}); nothing is lost, as all of it follows from the "
        "chain: run `shecang index rebuild`"
    )
    zh = (
        "{database} 已损坏或不是数据库（{reason}）；其内容均可由链重建，没有丢失："
        "请运行 `shecang index rebuild`"
    )


class DatabaseMissingError(UnavailableError):
    """A database that was made with the ledger is not there."""

    en = "{database} is missing, and what it held stands nowhere else: restore it from a backup"
    zh = "{database} 缺失，其内容别处没有：请从备份恢复"


class DatabaseUnreachableError(UnavailableError):
    """The database cannot be opened, written or reached."""

    en = "{database} cannot be used ({reason}); check that it is there, that you may write it, and try again"
    zh = "{database} 无法使用（{reason}）；请检查其是否存在、是否可写，然后重试"


class DeletionUnfinishedError(UnavailableError):
    """What was deleted is still in the database's log, because somebody reads an older state."""

    en = (
        "{database}: it is deleted, but another program still reads the state before, so that the log keeps "
        "a copy; end that program and delete it once more"
    )
    zh = "{database}：已删除，但另一程序仍在读取旧状态，日志中尚有副本；请结束该程序后再删除一次"


class DatabaseAddressError(UsageError):
    """A text is no address of a database."""

    en = "{address!r} is no address of a PostgreSQL database; give one like postgresql://user@host/name"
    zh = "{address!r} 不是 PostgreSQL 数据库地址；请填写形如 postgresql://用户@主机/库名 的地址"


class DatabaseDriverError(UnavailableError):
    """The package that speaks to PostgreSQL is not installed."""

    en = "no driver for PostgreSQL is installed; add it with `pip install 'shecang[postgresql]'`"
    zh = "未安装 PostgreSQL 驱动；请运行 `pip install 'shecang[postgresql]'` 安装"


_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"})
_FULL = frozenset({"SQLITE_FULL", "53100"})


def open_database(
    location: str | Path, *, secure_delete: bool = False, kept: MetaData | None = None
) -> Engine:
    """Return an engine for `location`; an SQLite file is made, for its owner alone, when it is not there.

    Args:
        location: A path of an SQLite file, or the address of a PostgreSQL database, `postgresql://…`.
        secure_delete: Whether SQLite overwrites deleted content with zeros.
        kept: The tables, where what they hold stands nowhere else. A new file has them before it has its
            name, so that one without any of them is damaged or another, and is not taken for an empty one.

    Raises:
        DatabaseAddressError: The address is none.
        DatabaseDriverError: The driver is not installed.
        DatabaseUnreachableError: The file cannot be made or opened, the server does not answer.
        DatabaseDamagedError: The file is no database, or has none of the tables that are kept.
    """
    url = _url(location)
    if not _is_sqlite(url):
        engine = _server_engine(url)
    elif kept is None:
        _make_file(url)
        engine = _sqlite_engine(url, secure_delete, "NORMAL").execution_options(**{_DERIVED: True})
    else:
        _make_kept_file(url, secure_delete, kept)
        engine = _sqlite_engine(url, secure_delete)
    with reading(engine) as connection:
        if _is_sqlite(url) and kept is not None:
            _require_tables(connection, kept)
    if kept is not None:
        with writing(engine) as connection:
            kept.create_all(connection)  # those that a younger version has added
    return engine


def remove_database(location: str | Path) -> None:
    """Remove an SQLite file with the files beside it, whatever its state; a database on a server stays.

    Raises:
        DatabaseUnreachableError: The system refuses.
    """
    url = _url(location)
    if not _is_sqlite(url) or not url.database:
        return
    try:
        for ending in _FILES:
            Path(url.database + ending).unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(database=url.database, reason=error.strerror) from error


def check_database(path: Path) -> None:
    """Read every page of an SQLite file.

    Raises:
        DatabaseDamagedError: A page is damaged.
        DatabaseUnreachableError: The file cannot be read.
    """
    file, query = f"file:{quote(str(path))}", {"mode": "ro", "uri": "true"}
    engine = create_engine(URL.create("sqlite", database=file, query=query))
    try:
        with mapped_errors(engine), engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except (DatabaseDamagedError, DatabaseUnreachableError) as error:
        raise type(error)(database=path, reason=error.reason) from error
    finally:
        engine.dispose()
    if found != "ok":
        raise DatabaseDamagedError(database=path, reason=found.splitlines()[-1])


def open_server_database(address: str) -> Engine:
    """Return an engine for the PostgreSQL database at `address`; a path is refused.

    Raises:
        DatabaseAddressError: It is no such address.
        ShecangError: As `open_database`.
    """
    if "://" not in address:
        raise DatabaseAddressError(address=address)
    return open_database(address)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that only reads: it sees one state and waits for no writer."""
    one_state = engine if _is_sqlite(engine.url) else engine.execution_options(**_ONE_SNAPSHOT)
    with mapped_errors(engine), one_state.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that writes; it is committed at the end, or nothing of it is.

    Raises:
        DatabaseFullError: The disk is full.
        DatabaseDamagedError: The file is damaged.
        DatabaseUnreachableError: The database does not answer or is locked for too long.
    """
    immediate = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
    with mapped_errors(engine), immediate.begin() as connection:
        if not _is_sqlite(engine.url):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT}")
            connection.exec_driver_sql(_TAKE_LOCK)
        yield connection


class ChangeWatch:
    """Tells whether anybody wrote into a database, at a price at which it can be asked for every answer.

    What was read may be kept for as long as the number stays the same. It is taken *before* reading: what is
    committed in between then counts as later.

    Args:
        engine: Of the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._file = engine.url.database if _is_sqlite(engine.url) else None
        self._connection: sqlite3.Connection | None = None
        self._lock = Lock()

    def version(self) -> int | None:
        """Return a number that every commit changes, by whatever process; None where it cannot be told.

        Of a database on a server it cannot: nothing may be kept then.
        """
        if not self._file:
            return None
        with self._lock:
            try:
                if self._connection is None:
                    # Its own connection: SQLite tells each about the commits of the others only.
                    self._connection = sqlite3.connect(
                        self._file, timeout=BUSY_TIMEOUT / 1000, isolation_level=None, check_same_thread=False
                    )
                # Read to its end: a statement that is left open keeps what was deleted in the log.
                [(version,)] = self._connection.execute("PRAGMA data_version").fetchall()
                return int(version)
            except sqlite3.Error:
                return None

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def forget_deleted(engine: Engine) -> None:
    """Empty SQLite's log, which holds pages as they were before a deletion.

    With `secure_delete` nothing of what was deleted is in the files afterwards. Of PostgreSQL the same can
    only be said once its own vacuum has run.

    Raises:
        DeletionUnfinishedError: Somebody has been reading the state before for as long as one waits.
    """
    if _is_sqlite(engine.url):
        outside = engine.execution_options(**{_BEGIN: None})
        with mapped_errors(engine), outside.connect() as connection:
            # SQLite does not fail here: it says in a row whether a reader kept it from emptying the log.
            is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if is_busy:
            raise DeletionUnfinishedError(database=engine.url.database)


@contextmanager
def mapped_errors(engine: Engine) -> Iterator[None]:
    """Turn failures of the database, not mistakes in its use, into errors with a sentence."""
    try:
        yield
    except DBAPIError as error:
        _raise_mapped(engine, error)


def _raise_mapped(engine: Engine, error: DBAPIError) -> NoReturn:
    database = engine.url.database if _is_sqlite(engine.url) else engine.url.render_as_string()
    code = _code(error)
    if code in _FULL:
        raise DatabaseFullError(database=database) from error
    if code.startswith(tuple(_DAMAGED)):
        is_derived = engine.get_execution_options().get(_DERIVED, False)
        damaged = DerivedDatabaseDamagedError if is_derived else DatabaseDamagedError
        raise damaged(database=database, reason=code) from error
    if code != "SQLITE_ERROR" and isinstance(error, OperationalError | InterfaceError):
        # SQLITE_ERROR is a mistake in the statement. The reason is a code and never that statement, whose
        # values may be personal data.
        raise DatabaseUnreachableError(database=database, reason=code or _why(error)) from error
    raise error


def _code(error: DBAPIError) -> str:
    """Return SQLite's name of an error (Python 3.11 and later), or PostgreSQL's SQLSTATE."""
    original: Any = error.orig
    return getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or ""


def _why(error: DBAPIError) -> str:
    """Return why a server could not be connected to; of anything else only the kind of failure."""
    if error.statement is None and str(error.orig):
        return str(error.orig).splitlines()[0]
    return type(error.orig).__name__


def _url(location: str | Path) -> URL:
    if isinstance(location, Path) or "://" not in location:
        return URL.create("sqlite", database=str(location))
    try:
        url = make_url(location)
    except (ArgumentError, ValueError) as error:
        raise DatabaseAddressError(address=_without_password(location)) from error
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise DatabaseAddressError(address=url.render_as_string())
    return url.set(drivername="postgresql+psycopg")


def _without_password(address: str) -> str:
    return re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", address)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _server_engine(url: URL) -> Engine:
    """Return an engine whose connections are tried before they are used: a server may have been restarted."""
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_use_lifo=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT},
        )
    except ModuleNotFoundError as error:
        raise DatabaseDriverError from error


def _make_file(url: URL) -> None:
    """Make the file before SQLite does, so that nobody else may read it; WAL files take over its mode."""
    if not url.database or url.database == ":memory:":
        return
    try:
        # Never one that is there: to close a file, however it was opened, takes from this process all locks
        # that it holds there, and another one would then remove the log from under its connections.
        with suppress(FileExistsError):
            os.close(os.open(url.database, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise DatabaseUnreachableError(database=url.database, reason=error.strerror) from error


def _make_kept_file(url: URL, secure_delete: bool, kept: MetaData) -> None:
    """Make the file with its tables aside, and give it its name when it has them all."""
    path = Path(url.database or "")
    if path.exists() or url.database in (None, "", ":memory:"):
        return
    try:
        descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(descriptor)
        try:
            engine = _sqlite_engine(URL.create("sqlite", database=made), secure_delete)
            with mapped_errors(engine), writing(engine) as connection:
                kept.create_all(connection)
            engine.dispose()  # the last connection folds the log into the file
            with suppress(FileExistsError):  # another process was quicker
                os.link(made, path)
        finally:
            remove_database(made)
    except OSError as error:
        raise DatabaseUnreachableError(database=path, reason=error.strerror) from error


def _require_tables(connection: Connection, kept: MetaData) -> None:
    found = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").scalars()
    if kept.tables.keys().isdisjoint(found):
        reason = tr("it has none of its tables", "缺少应有的数据表")
        raise DatabaseDamagedError(database=connection.engine.url.database, reason=reason)


def _sqlite_engine(url: URL, secure_delete: bool, synchronous: str = "FULL") -> Engine:
    # The connection that was used last has the pages that were read last; in memory there is one alone.
    pool = {} if url.database in (None, "", ":memory:") else {"pool_use_lifo": True}
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT / 1000}, **pool)
    _prepare_sqlite(engine, secure_delete, synchronous)
    return engine


def _prepare_sqlite(engine: Engine, secure_delete: bool, synchronous: str) -> None:
    pragmas = [
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={synchronous}",
        "PRAGMA foreign_keys=ON",
        f"PRAGMA cache_size=-{_CACHE}",
        f"PRAGMA secure_delete={'ON' if secure_delete else 'OFF'}",
    ]

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # The driver opens no transaction by itself: `begin` below does, at the right moment.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)
