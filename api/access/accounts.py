"""Reader accounts: who may read what, by a key that is shown once and kept as a hash.

::

    with AccountStore.open(home.path / READERS) as accounts:
        key = accounts.issue("health bureau", [420106], [Scope.READ], by=authority, now=time.time())
        accounts.rights(key, now=time.time())      # what whoever sends it may do
        accounts.revoke(id, by=authority, now=time.time())

A key is 256 random bits, so that one round of SHA-256 is enough: nobody tries that many.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)

from api.access.rights import KeyUnusableError, Rights, Scope
from api.access.sessions import SessionStore
from ledger_client.addresses import Address
from ledger_client.characters import clean_name
from ledger_client.databases import ChangeWatch, open_database, reading, writing
from ledger_client.divisions import DivisionId
from ledger_client.errors import RefusedError, UsageError

READERS = "readers.db"
"""Name of the store in a home."""

PREFIX = "shecang"
_ID_BYTES, _SECRET_BYTES = 4, 32
_SEEN_EVERY = 60  # seconds; the last use is told to the minute, so that a request costs no write

_metadata = MetaData()
_accounts = Table(
    "accounts",
    _metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("divisions", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("revoked_by", String),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
)


class AccountUnknownError(UsageError):
    """No account has an id."""

    en = "no reader account has the id {account}; see `shecang reader list`"
    zh = "没有编号为 {account} 的查阅账户；请查看 `shecang reader list`"


class AccountRevokedError(RefusedError):
    """An account was revoked already."""

    en = "reader account {account} was revoked already"
    zh = "查阅账户 {account} 此前已被吊销"


@dataclass(frozen=True, slots=True)
class Account:
    """A reader account.

    Attributes:
        id: 8 hexadecimal digits, which begin its key.
        name: Whom it is for.
        divisions: Whose sites it reads.
        scopes: What it may do there.
        issued_by: The authority's address.
        issued_at: Seconds since 1970; the others likewise.
        revoked_by: Who revoked it, None while it stands.
        last_used_at: None before its first use; to the minute.
    """

    id: str
    name: str
    divisions: tuple[DivisionId, ...]
    scopes: frozenset[Scope]
    issued_by: Address
    issued_at: int
    revoked_by: Address | None
    revoked_at: int | None
    last_used_at: int | None

    @property
    def rights(self) -> Rights:
        """What whoever holds its key may do."""
        return Rights(self.id, self.divisions, self.scopes)


class _Known(NamedTuple):
    """What is asked of an account with every request."""

    hash: bytes
    is_revoked: bool
    last_used_at: int | None
    rights: Rights


class AccountStore:
    """The reader accounts of one ledger's server.

    Attributes:
        sessions: Who has signed in; in the same database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watch = ChangeWatch(engine)
        self._known: tuple[int | None, dict[str, _Known]] = None, {}
        self.sessions = SessionStore(engine)

    @classmethod
    def open(cls, location: str | Path) -> AccountStore:
        """Open the store at `location` (a path or a database URL), making an empty one where there is none.

        Raises:
            DatabaseUnreachableError: The database cannot be opened.
            DatabaseDamagedError: It is damaged, or no store of accounts.
        """
        return cls(open_database(location, kept=_metadata))

    def close(self) -> None:
        """Close every connection."""
        self._watch.close()
        self._engine.dispose()

    def __enter__(self) -> AccountStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def issue(
        self, name: str, divisions: Sequence[DivisionId], scopes: Sequence[Scope], *, by: Address, now: float
    ) -> str:
        """Make an account and return its key, which is kept nowhere.

        Args:
            name: Whom it is for; an office, never a person.
            divisions: Whose sites it reads.
            scopes: What it may do there.
            by: The authority.
            now: Seconds since 1970.

        Raises:
            CharacterError: The name holds an invisible or a look-alike character.
            DatabaseFullError: The disk is full. Nothing is kept.
        """
        id_, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        row = {
            "id": id_,
            "name": clean_name(name),
            "divisions": ",".join(str(each) for each in sorted(set(divisions))),
            "scopes": ",".join(sorted(set(scopes))),
            "hash": _hash(secret),
            "issued_by": by,
            "issued_at": int(now),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(_accounts), row)
        return f"{PREFIX}_{id_}_{secret}"

    def accounts(self) -> list[Account]:
        """Return all accounts, those that were revoked too, in the order in which they were issued."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(_accounts).order_by(_accounts.c.issued_at, _accounts.c.id))
            return [_account(row) for row in rows]

    def revoke(self, id_: str, *, by: Address, now: float) -> Account:
        """Revoke an account: its key stands for nothing from the next request on.

        Raises:
            AccountUnknownError: No account has the id.
            AccountRevokedError: It was revoked already.
        """
        with writing(self._engine) as connection:
            row = connection.execute(select(_accounts).where(_accounts.c.id == id_)).one_or_none()
            if row is None:
                raise AccountUnknownError(account=id_)
            if row.revoked_at is not None:
                raise AccountRevokedError(account=id_)
            values = {"revoked_by": by, "revoked_at": int(now)}
            connection.execute(update(_accounts).where(_accounts.c.id == id_).values(**values))
            return _account(connection.execute(select(_accounts).where(_accounts.c.id == id_)).one())

    def account(self, id_: str) -> Account:
        """Return an account.

        Raises:
            AccountUnknownError: No account has the id.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(_accounts).where(_accounts.c.id == id_)).one_or_none()
        if row is None:
            raise AccountUnknownError(account=id_)
        return _account(row)

    def rights_of(self, id_: str) -> Rights:
        """Return what the holder of an account may do.

        Raises:
            KeyUnusableError: There is none, or it was revoked.
        """
        known = self._account(id_)
        if known is None or known.is_revoked:
            raise KeyUnusableError()
        return known.rights

    def rights(self, key: str, *, now: float) -> Rights:
        """Return what whoever sends a key may do, and note that it was used.

        Raises:
            KeyUnusableError: It stands for no account, or for one that was revoked.
        """
        known = self._checked(key, self._account)
        if known is None:
            raise KeyUnusableError()
        if not _is_noted(known, now):
            with writing(self._engine) as connection:
                used = (
                    update(_accounts)
                    .where(_accounts.c.id == known.rights.account)
                    .values(last_used_at=int(now))
                )
                connection.execute(used)
        return known.rights

    def known_rights(self, key: str, *, now: float) -> Rights | None:
        """Return what whoever sends a key may do, where no row has to be read or written for it.

        It is as true as what `rights` returns: nothing was written into the database since the account was
        read. None where `rights` has to be asked, which also refuses.
        """
        known = self._checked(key, self._current().get)
        return known.rights if known is not None and _is_noted(known, now) else None

    def _checked(self, key: str, account: Callable[[str], _Known | None]) -> _Known | None:
        """Return the account that a key stands for; None where it stands for none, or for a revoked one."""
        prefix, _, rest = key.partition("_")
        id_, _, secret = rest.partition("_")
        known = account(id_)
        # Compared also where there is no such account, so that the time does not say which.
        is_right = compare_digest(known.hash if known is not None else bytes(32), _hash(secret))
        return None if prefix != PREFIX or known is None or not is_right or known.is_revoked else known

    def _current(self) -> dict[str, _Known]:
        """Return the accounts that were read since anybody wrote into the database; more may be added."""
        version = self._watch.version()
        of, known = self._known
        if version is None or of != version:
            known = {}
            self._known = version, known
        return known

    def _account(self, id_: str) -> _Known | None:
        """Return an account as the database has it now; read again where anybody wrote into it since."""
        known = self._current()
        found = known.get(id_)
        if found is None:
            with reading(self._engine) as connection:
                row = connection.execute(select(_accounts).where(_accounts.c.id == id_)).one_or_none()
            if row is None:
                return None
            rights = _account(row).rights
            found = known[id_] = _Known(bytes(row.hash), row.revoked_at is not None, row.last_used_at, rights)
        return found


def _is_noted(known: _Known, now: float) -> bool:
    """Return whether the use of an account needs not be noted again yet."""
    return known.last_used_at is not None and now - known.last_used_at < _SEEN_EVERY


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        divisions=tuple(DivisionId(int(each)) for each in row.divisions.split(",") if each),
        scopes=frozenset(Scope(each) for each in row.scopes.split(",") if each),
        issued_by=Address(row.issued_by),
        issued_at=row.issued_at,
        revoked_by=None if row.revoked_by is None else Address(row.revoked_by),
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
