"""The records store: names, bodies and salts, off chain, encrypted and deletable.

::

    with RecordStore.open(directory / "records.sqlite", RecordsKey.read(key_path)) as records:
        record = Record.new(RecordId("site", 420106001001101), zh="首义路社区储备点", en="Shouyilu site")
        records.put(record, signer)
        records.name(record.id, digest_on_chain)     # the name, or None: then the code is shown

The chain holds digests, the store holds what they are of. A name is shown only when its digest is the one on
chain. What is deleted is gone: its data key and its salt are overwritten, and the answer is `DELETED` from
then on.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import rfc8785
from eth_typing import ChecksumAddress
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from ledger_client.databases import ChangeWatch, forget_deleted, open_database, reading, writing
from ledger_client.identifiers import SALT_BYTES, SiteId
from ledger_client.records._errors import (
    BookSaltDeletedError,
    RecordDamagedError,
    RecordDeletedError,
    RecordSignatureError,
    RecordsKeyWrongError,
)
from ledger_client.records.content import Name, Record, RecordAnswer, RecordId, RecordKind, record_digest
from ledger_client.records.sealing import RecordsKey, SealBrokenError, Sealed, seal, unseal
from ledger_client.signers import CompactSignature, Signer, recover_signer

_metadata = MetaData()

_records = Table(
    "records",
    _metadata,
    Column("id", String, primary_key=True),
    Column("wrapped_key", LargeBinary),
    Column("content", LargeBinary),
    Column("signer", String),
    Column("signature_r", LargeBinary),
    Column("signature_vs", LargeBinary),
    Column("deleted", Boolean, nullable=False),
    comment="deleted: everything but id is NULL",
)
_book_salts = Table(
    "book_salts",
    _metadata,
    Column("site", BigInteger, primary_key=True, autoincrement=False),
    Column("wrapped_key", LargeBinary),
    Column("salt", LargeBinary),
    comment="deleted: the salt is NULL",
)
_key_check = Table(
    "key_check",
    _metadata,
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
_KEY_CHECK_PLACE = "key check"
_IN_LIST = 500  # ids in one statement


class _Row(NamedTuple):
    """A row of `records`, whose columns these are in order."""

    id: str
    wrapped_key: bytes
    content: bytes
    signer: str
    signature_r: bytes | None
    signature_vs: bytes | None
    deleted: bool


class RecordStore:
    """Names, bodies and salts by what they are about."""

    def __init__(self, engine: Engine, key: RecordsKey) -> None:
        self._engine = engine
        self._key = key

    @classmethod
    def open(cls, location: str | Path, key: RecordsKey) -> RecordStore:
        """Open the store at `location` (a path or a database URL), making an empty one where there is none.

        Raises:
            RecordsKeyWrongError: The store was made with another key.
            DatabaseUnreachableError: The database cannot be opened.
            DatabaseDamagedError: It is damaged, or no records store.
        """
        engine = open_database(location, secure_delete=True, kept=_metadata)
        store = cls(engine, key)
        try:
            with writing(engine) as connection:
                store._check_key(connection)
        except BaseException:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> RecordStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def put(self, record: Record, signer: Signer) -> None:
        """Store `record`, signed by `signer`, in place of what was stored about the same thing.

        Raises:
            RecordDeletedError: What was stored about it was deleted.
        """
        self.put_many([record], signer)

    def put_many(self, records: Iterable[Record], signer: Signer) -> None:
        """Store many records in one transaction: all of them, or none.

        Raises:
            RecordDeletedError: What was stored about one of them was deleted.
        """
        rows = [self._row_of(record, signer) for record in records]
        with writing(self._engine) as connection:
            for row in rows:
                _put(connection, row)

    def put_signed(self, record: Record, signer: ChecksumAddress, signature: CompactSignature) -> None:
        """Store `record` as `put` does, signed by whoever registers it on a machine of its own.

        Raises:
            RecordSignatureError: It is not a signature of `signer` over this record.
            RecordDeletedError: What was stored about it was deleted.
        """
        if recover_signer(_signed_digest(record), signature) != signer:
            raise RecordSignatureError(record=record.id, address=signer)
        row = self._signed_row(record, signer, signature)
        with writing(self._engine) as connection:
            _put(connection, row)

    def get(self, id: RecordId) -> Record | None:
        """Return the record about `id`; None where there is none, or where it was deleted.

        Raises:
            RecordDamagedError: The row was changed, or its signature is not its signer's.
        """
        row = self._row(id)
        return None if row is None or row.deleted else self._open(id, row)

    def numbers(self, kind: RecordKind) -> list[int]:
        """Return what there are records about, by number; those that were deleted are left out."""
        query = select(_records.c.id).where(
            _records.c.id.startswith(f"{kind}/", autoescape=True), _records.c.deleted.is_(False)
        )
        with reading(self._engine) as connection:
            return sorted(int(each.partition("/")[2]) for each in connection.scalars(query))

    def registrar(self, id: RecordId) -> ChecksumAddress | None:
        """Return the address that signed the record about `id`, checked against its signature.

        Raises:
            RecordDamagedError: The row was changed, or its signature is not its signer's.
        """
        row = self._row(id)
        if row is None or row.deleted:
            return None
        self._open(id, row)
        return ChecksumAddress(row.signer)

    def name(self, id: RecordId, digest_on_chain: bytes) -> Name | None:
        """Return the name of `id` when its salted digest is the one on chain, else None: show its code."""
        if not self.verify_name(id, digest_on_chain).is_green:
            return None
        record = self.get(id)
        return None if record is None else record.name

    def rows(self, ids: Collection[RecordId]) -> dict[RecordId, tuple[Any, ...]]:
        """Return what is stored about some things, as it is stored, read at once; see `opened`."""
        wanted = {str(each): each for each in ids}
        texts, found = list(wanted), dict[RecordId, tuple[Any, ...]]()
        with reading(self._engine) as connection:
            for at in range(0, len(texts), _IN_LIST):
                query = select(_records).where(_records.c.id.in_(texts[at : at + _IN_LIST]))
                found |= {wanted[row.id]: tuple(row) for row in connection.execute(query)}
        return found

    def opened(self, id: RecordId, row: tuple[Any, ...]) -> Record | None:
        """Return the record in what `rows` gave about `id`; None where it was deleted or is damaged."""
        stored = _Row(*row)
        if stored.deleted:
            return None
        try:
            return self._open(id, stored)
        except RecordDamagedError:
            return None

    def watch(self) -> ChangeWatch:
        """Return what tells whether anything was stored or deleted since."""
        return ChangeWatch(self._engine)

    def verify_name(self, id: RecordId, digest_on_chain: bytes) -> RecordAnswer:
        """Return how the stored name of `id` stands beside the name digest on chain."""
        return self._answer(id, digest_on_chain, Record.name_digest)

    def verify(self, id: RecordId, digest_on_chain: bytes) -> RecordAnswer:
        """Return how the stored body of `id` stands beside the body digest on chain."""
        return self._answer(id, digest_on_chain, Record.body_digest)

    def delete(self, id: RecordId) -> None:
        """Destroy the data key, the salt and the content of what is stored about `id`; once is for ever.

        Deleting what is not stored marks it deleted as well, so that a late copy cannot bring it back.
        """
        empty = dict.fromkeys(("wrapped_key", "content", "signer", "signature_r", "signature_vs"))
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(_records).where(_records.c.id == str(id)).values(deleted=True, **empty)
            )
            if not changed.rowcount:
                connection.execute(insert(_records).values(id=str(id), deleted=True))
        forget_deleted(self._engine)

    def book_salt(self, site: SiteId) -> bytes:
        """Return the salt of a site's book, made at the first call and the same ever after.

        Raises:
            BookSaltDeletedError: It was deleted; a new one would make every line look new.
        """
        with writing(self._engine) as connection:
            row = _book_salt_row(connection, site)
            if row is not None:
                return self._open_book_salt(site, row)
            salt = secrets.token_bytes(SALT_BYTES)
            sealed = seal(self._key, f"book salt {site}", salt)
            connection.execute(
                insert(_book_salts).values(site=site, wrapped_key=sealed.wrapped_key, salt=sealed.ciphertext)
            )
            return salt

    def has_book_salt(self, site: SiteId) -> bool:
        """Return whether a salt of the site's book is here, without making one."""
        with reading(self._engine) as connection:
            row = _book_salt_row(connection, site)
        return row is not None and row.salt is not None

    def delete_book_salt(self, site: SiteId) -> None:
        """Destroy the salt of a site's book; once is for ever."""
        with writing(self._engine) as connection:
            connection.execute(delete(_book_salts).where(_book_salts.c.site == site))
            connection.execute(insert(_book_salts).values(site=site))
        forget_deleted(self._engine)

    def _check_key(self, connection: Connection) -> None:
        row = connection.execute(select(_key_check)).one_or_none()
        if row is None:
            sealed = seal(self._key, _KEY_CHECK_PLACE, b"")
            connection.execute(
                insert(_key_check).values(wrapped_key=sealed.wrapped_key, content=sealed.ciphertext)
            )
            return
        try:
            unseal(self._key, _KEY_CHECK_PLACE, Sealed(row.wrapped_key, row.content))
        except SealBrokenError as error:
            raise RecordsKeyWrongError(database=self._engine.url.database) from error

    def _row_of(self, record: Record, signer: Signer) -> dict[str, Any]:
        return self._signed_row(record, signer.address, signer.sign_digest(_signed_digest(record)))

    def _signed_row(
        self, record: Record, signer: ChecksumAddress, signature: CompactSignature
    ) -> dict[str, Any]:
        sealed = seal(self._key, str(record.id), _encode(record))
        return {
            "id": str(record.id),
            "wrapped_key": sealed.wrapped_key,
            "content": sealed.ciphertext,
            "signer": signer,
            "signature_r": signature.r,
            "signature_vs": signature.vs,
            "deleted": False,
        }

    def _row(self, id: RecordId) -> Row[Any] | None:
        with reading(self._engine) as connection:
            return connection.execute(select(_records).where(_records.c.id == str(id))).one_or_none()

    def _open(self, id: RecordId, row: Row[Any] | _Row) -> Record:
        try:
            record = _decode(id, unseal(self._key, str(id), Sealed(row.wrapped_key, row.content)))
        except (SealBrokenError, TypeError) as error:
            raise RecordDamagedError(record=id) from error
        signature = CompactSignature(row.signature_r or b"", row.signature_vs or b"")
        if recover_signer(_signed_digest(record), signature) != row.signer:
            raise RecordDamagedError(record=id)
        return record

    def _answer(self, id: RecordId, on_chain: bytes, digest: Any) -> RecordAnswer:
        row = self._row(id)
        if row is None:
            return RecordAnswer.ABSENT
        if row.deleted:
            return RecordAnswer.DELETED
        try:
            record = self._open(id, row)
        except RecordDamagedError:
            return RecordAnswer.DAMAGED
        return RecordAnswer.MATCHES if digest(record) == on_chain else RecordAnswer.DIFFERS

    def _open_book_salt(self, site: SiteId, row: Row[Any]) -> bytes:
        if row.salt is None:
            raise BookSaltDeletedError(site=site)
        try:
            return unseal(self._key, f"book salt {site}", Sealed(row.wrapped_key, row.salt))
        except SealBrokenError as error:
            raise RecordDamagedError(record=f"book salt {site}") from error


def _put(connection: Connection, row: dict[str, Any]) -> None:
    """Write `row` unless its record was deleted; the caller's transaction holds the write lock."""
    same = _records.c.id == row["id"]
    known = connection.execute(select(_records.c.deleted).where(same)).one_or_none()
    if known is None:
        connection.execute(insert(_records).values(**row))
    elif known.deleted:
        raise RecordDeletedError(record=row["id"])
    else:
        connection.execute(update(_records).where(same).values(**row))


def _book_salt_row(connection: Connection, site: SiteId) -> Row[Any] | None:
    return connection.execute(select(_book_salts).where(_book_salts.c.site == site)).one_or_none()


def _signed_digest(record: Record) -> bytes:
    return record_digest(record.id, record.name_digest(), record.body_digest())


def _encode(record: Record) -> bytes:
    return rfc8785.dumps(
        {"zh": record.name.zh, "en": record.name.en, "body": dict(record.body), "salt": record.salt.hex()}
    )


def _decode(id: RecordId, plaintext: bytes) -> Record:
    fields = json.loads(plaintext)
    return Record(id, Name(fields["zh"], fields["en"]), fields["body"], bytes.fromhex(fields["salt"]))
