"""Drafts that wait for their signers, in one office: kept once, and found by whose turn it is.

::

    with DraftStore.open(home.unsigned, RecordsKey.read(home.records_key)) as drafts:
        drafts.put(draft, now)
        for each in drafts.waiting_for(approver, now):        # the approver's inbox
            drafts.consent(each.draft.key, Part.APPROVER, signature, now)

What is signed is the draft's own; nothing here signs, and a consent that does not fit is not kept. The body
of a document (texts, order references) is encrypted under the key of the records, and goes with the draft.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from ledger_client.addresses import Address
from ledger_client.databases import forget_deleted, open_database, reading, writing
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.drafts.checks import LONGEST, part_of
from ledger_client.drafts.draft import Draft, Part, short
from ledger_client.drafts.draft_file import draft_text, parse_draft
from ledger_client.errors import RefusedError, UsageError
from ledger_client.records import Record, RecordId, RecordsKey
from ledger_client.records.sealing import Sealed, seal, unseal
from ledger_client.signers import CompactSignature

_metadata = MetaData()

_drafts = Table(
    "drafts",
    _metadata,
    Column("key", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("draft", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("body", LargeBinary),
    Column("made_at", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("withdrawn_by", String),
    Column("is_sent", Boolean, nullable=False),
    comment="content: digest of everything but consents; body: record of the document's body, encrypted",
)
_turns = Table(
    "turns",
    _metadata,
    Column("key", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("address", String, nullable=False),
    comment="who signs next",
)
Index("turns_by_address", _turns.c.address)
_forms = Table(
    "forms",
    _metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("key", String, nullable=False, index=True),
    comment="which draft was made of a form",
)


class DraftUnknownError(UsageError):
    """There is no draft of a key."""

    en = "there is no draft {draft} here; it was never made here, or is gone since its time was over"
    zh = "此处没有草稿 {draft}；可能从未在此编制，或到期后已删除"


class DraftTakenError(RefusedError):
    """Another draft has the same site and client id."""

    en = "draft {draft} says something else under the same client id; other content takes a new client id"
    zh = "同一客户端编号下的草稿 {draft} 内容不同；内容不同请使用新的客户端编号"


class DraftClosedError(RefusedError):
    """A draft was withdrawn or sent."""

    en = "draft {draft} is {state}, and nothing is signed of it any more; prepare a new one"
    zh = "草稿 {draft} {state_zh}，不再接受签署；请重新编制"

    @classmethod
    def of(cls, draft: Draft, state: DraftState) -> DraftClosedError:
        """Return the error for a draft that stands so."""
        return cls(draft=short(draft.key), state=state, state_zh=_STATE_ZH[state])


class DraftTimeError(RefusedError):
    """The consents of a draft would count for very long."""

    en = "the consents of draft {draft} would count for more than {days} days, longer than any document waits"
    zh = "草稿 {draft} 的会签有效期将超过 {days} 天，超出单据可等待的期限"


class DraftBodyError(RefusedError):
    """The text that comes with a draft is not the one that it names."""

    en = "the note that comes with draft {draft} is not the one whose digest it has; prepare it anew"
    zh = "随草稿 {draft} 提供的备注与其摘要不符；请重新编制"


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SENT = "sent"


_STATE_ZH = {DraftState.EXPIRED: "已过期", DraftState.WITHDRAWN: "已撤回", DraftState.SENT: "已发送"}


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is kept.

    Attributes:
        draft: With the consents so far.
        body: The record of its document's body, None where it has none.
        made_at: When it was put here, seconds since 1970.
        withdrawn_by: Who withdrew it, None where nobody did.
        is_sent: Whether its transaction was taken into the outbox.
    """

    draft: Draft
    body: Record | None
    made_at: int
    withdrawn_by: Address | None
    is_sent: bool

    def state(self, now: float) -> DraftState:
        """Return where it stands at a time, seconds since 1970."""
        if self.is_sent:
            return DraftState.SENT
        if self.withdrawn_by is not None:
            return DraftState.WITHDRAWN
        return DraftState.EXPIRED if now > self.draft.valid_until else DraftState.OPEN


class DraftStore:
    """Drafts of one office."""

    def __init__(self, engine: Engine, key: RecordsKey) -> None:
        self._engine = engine
        self._key = key

    @classmethod
    def open(cls, location: str | Path, key: RecordsKey) -> DraftStore:
        """Open the store at `location` (a path or a database URL), making an empty one where there is none.

        Raises:
            DatabaseUnreachableError: The database cannot be opened.
            DatabaseDamagedError: It is damaged, or no store of drafts.
        """
        kept = MetaData()
        for table in (_drafts, _turns):
            table.to_metadata(kept)
        engine = open_database(location, secure_delete=True, kept=kept)
        with writing(engine) as connection:
            _forms.create(connection, checkfirst=True)  # a store of an older version lacks it
        return cls(engine, key)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> DraftStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def put(
        self, draft: Draft, now: float, body: Record | None = None, *, form: bytes | None = None
    ) -> StoredDraft:
        """Keep a draft; the same one is kept once, with the consents and the end that it has here.

        One whose time is over gives its place up.

        Args:
            draft: New, or one that was signed elsewhere since: consents that are missing here are added.
            now: Seconds since 1970.
            body: The record of its document's body.
            form: Digest of the form that it was made of, by which `of_form` finds it.

        Raises:
            DraftTakenError: Another draft has its key.
            DraftClosedError: It was withdrawn or sent.
            ConsentWrongError: A consent is not one by whom the draft names, over this draft.
            DraftTimeError: Its consents would count longer than a document may wait.
            DraftBodyError: The record is not the body that it names.
            DatabaseFullError: The disk is full. Nothing is kept.
        """
        for part, signature in draft.consents.items():
            draft.consented(part, signature)
        if draft.valid_until > now + LONGEST:
            raise DraftTimeError(draft=short(draft.key), days=LONGEST // SECONDS_A_DAY)
        if body is not None and body.body_digest() != draft.body:
            raise DraftBodyError(draft=short(draft.key))
        with writing(self._engine) as connection:
            row = _row(connection, draft.key)
            if form is not None and (row is None or row.content == _content(draft)):
                connection.execute(delete(_forms).where(_forms.c.digest == form))
                connection.execute(insert(_forms), {"digest": form, "key": _hex(draft.key)})
            stored = None if row is None else self._stored(row)
            if row is None or stored is None or stored.state(now) is DraftState.EXPIRED:
                connection.execute(delete(_drafts).where(_drafts.c.key == _hex(draft.key)))
                connection.execute(insert(_drafts), self._columns(draft, body, int(now)))
                _set_turns(connection, draft)
                return StoredDraft(draft, body, int(now), None, False)
            if row.content != _content(draft):
                raise DraftTakenError(draft=short(draft.key))
            _require_open(stored, now)
            for part, signature in draft.consents.items():
                if part not in stored.draft.consents:
                    stored = self._consented(connection, stored, part, signature, now)
            return stored

    def get(self, key: int) -> StoredDraft:
        """Return the draft of a key.

        Raises:
            DraftUnknownError: There is none.
        """
        with reading(self._engine) as connection:
            return self._known(connection, key)

    def find(self, key: int) -> StoredDraft | None:
        """Return the draft of a key, None where there is none."""
        with reading(self._engine) as connection:
            row = _row(connection, key)
            return None if row is None else self._stored(row)

    def of_form(self, form: bytes) -> StoredDraft | None:
        """Return the draft that was made of a form with this digest, None where there is none."""
        query = select(_drafts).join(_forms, _forms.c.key == _drafts.c.key).where(_forms.c.digest == form)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else self._stored(row)

    def waiting_for(
        self,
        address: Address,
        now: float,
        *,
        after: tuple[int, int] | None = None,
        limit: int | None = None,
    ) -> list[StoredDraft]:
        """Return the open drafts whose next signature is an address's, the oldest first.

        Args:
            address: Whose inbox.
            now: Seconds since 1970.
            after: Only those behind this one: when it was put here, and its key.
            limit: At most so many.
        """
        query = (
            select(_drafts)
            .distinct()
            .join(_turns, _turns.c.key == _drafts.c.key)
            .where(_turns.c.address == address, _drafts.c.valid_until >= int(now))
            .order_by(_drafts.c.made_at, _drafts.c.key)
            .limit(limit)
        )
        if after is not None:
            place = tuple_(_drafts.c.made_at, _drafts.c.key)
            query = query.where(place > tuple_(after[0], _hex(after[1])))
        with reading(self._engine) as connection:
            return [self._stored(row) for row in connection.execute(query)]

    def open_ones(self, now: float) -> list[StoredDraft]:
        """Return the drafts that wait for anybody at a time (seconds since 1970), the oldest first."""
        query = (
            select(_drafts)
            .where(_drafts.c.key.in_(select(_turns.c.key)), _drafts.c.valid_until >= int(now))
            .order_by(_drafts.c.made_at, _drafts.c.key)
        )
        with reading(self._engine) as connection:
            return [self._stored(row) for row in connection.execute(query)]

    def consent(self, key: int, part: Part, signature: CompactSignature, now: float) -> StoredDraft:
        """Add a consent; the same part's second one is refused unless it is the same bytes.

        Raises:
            DraftUnknownError: There is none.
            DraftClosedError: It was withdrawn, sent, or its time is over.
            ConsentWrongError: It is not one by whom the draft names, over this draft.
        """
        with writing(self._engine) as connection:
            stored = self._known(connection, key)
            if stored.draft.consents.get(part) == signature:
                return stored
            return self._consented(connection, stored, part, signature, now)

    def withdraw(self, key: int, by: Address, now: float) -> StoredDraft:
        """Withdraw a draft; one of its signers does. Consents that were given stay valid until their end.

        Raises:
            DraftUnknownError: There is none.
            DraftClosedError: It was withdrawn or sent already.
            DraftPartError: Whoever withdraws it signs nothing of it.
        """
        with writing(self._engine) as connection:
            stored = self._known(connection, key)
            part_of(stored.draft, by)
            _require_open(stored, now, but=DraftState.EXPIRED)
            connection.execute(update(_drafts).where(_drafts.c.key == _hex(key)).values(withdrawn_by=by))
            connection.execute(delete(_turns).where(_turns.c.key == _hex(key)))
            return self._known(connection, key)

    def mark_sent(self, key: int) -> None:
        """Say that the outbox has taken a draft's transaction; it leaves the inboxes, and its body goes."""
        with writing(self._engine) as connection:
            connection.execute(
                update(_drafts)
                .where(_drafts.c.key == _hex(key))
                .values(is_sent=True, wrapped_key=None, body=None)
            )
            connection.execute(delete(_turns).where(_turns.c.key == _hex(key)))
        forget_deleted(self._engine)

    def forget(self, before: float) -> int:
        """Delete drafts whose time was over before a time, seconds since 1970, and return how many."""
        over = select(_drafts.c.key).where(_drafts.c.valid_until < int(before))
        with writing(self._engine) as connection:
            for table in (_turns, _forms):
                connection.execute(delete(table).where(table.c.key.in_(over)))
            count = connection.execute(delete(_drafts).where(_drafts.c.valid_until < int(before))).rowcount
        if count:
            forget_deleted(self._engine)
        return count

    def _known(self, connection: Connection, key: int) -> StoredDraft:
        row = _row(connection, key)
        if row is None:
            raise DraftUnknownError(draft=short(key))
        return self._stored(row)

    def _consented(
        self, connection: Connection, stored: StoredDraft, part: Part, signature: CompactSignature, now: float
    ) -> StoredDraft:
        _require_open(stored, now)
        if part in stored.draft.consents:
            raise DraftClosedError(
                draft=short(stored.draft.key),
                state=f"signed by the {part.names[0]}",
                state_zh=f"{part.names[1]}已签署",
            )
        draft = stored.draft.consented(part, signature)
        connection.execute(
            update(_drafts).where(_drafts.c.key == _hex(draft.key)).values(draft=draft_text(draft))
        )
        _set_turns(connection, draft)
        return self._known(connection, draft.key)

    def _columns(self, draft: Draft, body: Record | None, now: int) -> dict[str, Any]:
        sealed = seal(self._key, _place(draft.key), _record_text(body)) if body else None
        return {
            "key": _hex(draft.key),
            "content": _content(draft),
            "draft": draft_text(draft),
            "wrapped_key": sealed.wrapped_key if sealed else None,
            "body": sealed.ciphertext if sealed else None,
            "made_at": now,
            "valid_until": draft.valid_until,
            "withdrawn_by": None,
            "is_sent": False,
        }

    def _stored(self, row: Row[Any]) -> StoredDraft:
        draft = parse_draft(row.draft, f"draft {row.key[:8]}")
        body = None
        if row.body is not None:
            text = unseal(self._key, _place(draft.key), Sealed(row.wrapped_key, row.body))
            body = _record_of(draft.key, text)
        withdrawn_by = None if row.withdrawn_by is None else Address(row.withdrawn_by)
        return StoredDraft(draft, body, row.made_at, withdrawn_by, bool(row.is_sent))


def _require_open(stored: StoredDraft, now: float, *, but: DraftState | None = None) -> None:
    state = stored.state(now)
    if state not in (DraftState.OPEN, but):
        raise DraftClosedError.of(stored.draft, state)


def _row(connection: Connection, key: int) -> Row[Any] | None:
    return connection.execute(select(_drafts).where(_drafts.c.key == _hex(key))).one_or_none()


def _set_turns(connection: Connection, draft: Draft) -> None:
    key = _hex(draft.key)
    connection.execute(delete(_turns).where(_turns.c.key == key))
    connection.execute(
        insert(_turns),
        [{"key": key, "part": str(part), "address": draft.seats[part].address} for part in draft.waiting_for],
    )


def _content(draft: Draft) -> bytes:
    """Return what makes a draft the same draft: all that is signed of it but until when."""
    return draft_text(replace(draft, consents={}, valid_until=0, lots=()))


def _record_text(record: Record) -> bytes:
    return json.dumps({"body": dict(record.body), "salt": record.salt.hex()}).encode()


def _record_of(key: int, text: bytes) -> Record:
    fields = json.loads(text)
    return Record.new(RecordId("document", key), body=fields["body"], salt=bytes.fromhex(fields["salt"]))


def _place(key: int) -> str:
    return f"draft {key:062x}"


def _hex(key: int) -> str:
    return f"{key:062x}"
