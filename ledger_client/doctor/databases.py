"""The database files of an office: whether every page of them can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ledger_client.databases import DatabaseDamagedError, DerivedDatabaseDamagedError, check_database
from ledger_client.doctor.remarks import Remark, State, remarked
from ledger_client.home import Home
from ledger_client.language import tr

_CHAIN = "chain.sqlite"


def examine_databases(home: Home) -> Iterator[Remark]:
    """Give a remark on every database file that is damaged, else one on all of them."""
    kept = (home.chain / _CHAIN, home.outbox, home.records, home.unsigned)
    files = {**dict.fromkeys(kept, False), home.index: True}
    there = {path: is_derived for path, is_derived in files.items() if path.exists()}
    found = [each for path in there for each in remarked("databases", partial(_damage, path, there[path]))]
    if found or not there:
        yield from found
        return
    sentence = tr("every page of the database files can be read", "数据库文件各页均可读取")
    yield Remark("databases", State.OK, sentence)


def _damage(path: Path, is_derived: bool) -> Iterator[Remark]:
    """Raise what is wrong with a file; there is no remark on one that is as it should be."""
    try:
        check_database(path)
    except DatabaseDamagedError as error:
        if is_derived:
            raise DerivedDatabaseDamagedError(**error.facts) from error
        raise
    yield from ()
