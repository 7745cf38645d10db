"""The outbox: stored before it is sent, looked up before it is sent again, never recorded twice.

An entry goes through ::

    PREPARED → SIGNED → SENT → RECORDED
                            └→ REFUSED      nothing was recorded; it may be prepared again

A document's life in four calls, each of which may be repeated::

    outbox.store([submission], signer, chain)     # prepared and signed, in one database transaction
    outbox.send([submission.key], chain)
    outbox.wait([submission.key], chain)          # RECORDED or REFUSED
    outbox.resume(chain)                          # at start: what a crash left on the way

Rules it keeps:

- the signed bytes are on disk before any node sees them, and what is sent again is the same bytes;
- one key, one content: the same content is the same entry, another content is refused;
- the next number of a sender is found and stored in the transaction that stores the signed bytes, so that no
  two transactions have one number. Only a transaction that the node will never take (`Refusal.UNFIT`) gives
  its number back, and the next one that is signed takes it, so that no gap stops those behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from eth_typing import ChecksumAddress
from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from ledger_client.databases import open_database, reading, writing
from ledger_client.errors import RefusedError
from ledger_client.keccak import keccak
from ledger_client.outbox._errors import (
    ContentDiffersError,
    EntryUnknownError,
    NonceUsedError,
    SenderDiffersError,
    StillWaitingError,
)
from ledger_client.outbox.chains import Chain, Receipt
from ledger_client.outbox.entries import (
    Entry,
    EntryState,
    Refusal,
    Submission,
    entries,
    metadata,
    transactions,
)
from ledger_client.signers import Signer

_ON_THE_WAY = (EntryState.SIGNED, EntryState.SENT)
_CHUNK = 500  # keys in one query, below every database's limit of parameters


class Outbox:
    """Transactions on their way to one chain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, location: str | Path) -> Outbox:
        """Open the outbox at `location` (a path or a database URL), making an empty one where there is none.

        Raises:
            DatabaseUnreachableError: The database cannot be opened.
        """
        engine = open_database(location)
        with writing(engine) as connection:
            metadata.create_all(connection)
        return cls(engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self, submissions: Iterable[Submission]) -> list[Entry]:
        """Store what is to be signed; what stands there with the same content is left as it is.

        Raises:
            ContentDiffersError: Another content stands under a key, and was not refused. Nothing is stored.
            DatabaseFullError: The disk is full. Nothing is stored.
        """
        submissions = list(submissions)
        with writing(self._engine) as connection:
            for submission in submissions:
                _prepare(connection, submission)
            return _find(connection, [submission.key for submission in submissions])

    def sign(self, keys: Iterable[str], signer: Signer, chain: Chain) -> list[Entry]:
        """Sign what is prepared and store the signed bytes, all or none; what is signed stays as it is.

        Raises:
            EntryUnknownError: A key was not prepared.
            SenderDiffersError: An entry was prepared for another sender.
            DatabaseFullError: The disk is full. Nothing is signed.
        """
        keys = list(keys)
        count = chain.transaction_count(signer.address)
        with writing(self._engine) as connection:
            _sign(connection, keys, signer, chain.chain_id, count)
            return _find(connection, keys)

    def store(
        self,
        submissions: Iterable[Submission],
        signer: Signer,
        chain: Chain,
        *,
        keep: Callable[[Sequence[str]], None] | None = None,
    ) -> list[Entry]:
        """Prepare and sign in one database transaction; see `prepare` and `sign` for what is refused.

        Args:
            submissions: What is to be recorded.
            signer: Who signs all of it.
            chain: For which it is signed.
            keep: Called with the keys under which nothing stood before anything is stored under them, while
                no other process can store anything: whoever comes second with the same key finds the entry,
                so that what is kept elsewhere belongs to the bytes that are sent.
        """
        submissions = list(submissions)
        keys = [submission.key for submission in submissions]
        count = chain.transaction_count(signer.address)
        with writing(self._engine) as connection:
            new = [submission.key for submission in submissions if _prepare(connection, submission)]
            if keep is not None:
                keep(new)
            _sign(connection, keys, signer, chain.chain_id, count)
            return _find(connection, keys)

    def send(self, keys: Iterable[str], chain: Chain) -> list[Entry]:
        """Hand over what is signed, in the order of the senders' numbers.

        Raises:
            UnavailableError: The chain does not take them now; what it took before is marked as sent.
        """
        keys = list(keys)
        self._deliver(self._rows(keys, (EntryState.SIGNED,)), chain)
        return self.entries(keys)

    def settle(self, keys: Iterable[str], chain: Chain) -> list[Entry]:
        """Look once for what became of what is on its way.

        Raises:
            UnavailableError: The chain does not answer.
        """
        keys = list(keys)
        rows = self._rows(keys, _ON_THE_WAY)
        receipts = chain.receipts([row.hash for row in rows])
        self._keep(
            [(row, _Outcome.of(receipt)) for row, receipt in zip(rows, receipts, strict=True) if receipt]
        )
        return self.entries(keys)

    def wait(
        self, keys: Iterable[str], chain: Chain, *, timeout: float = 60.0, pause: float = 0.1
    ) -> list[Entry]:
        """Settle until all have come to an end.

        Args:
            keys: What to wait for; it was signed and sent.
            chain: Where it was sent.
            timeout: Seconds.
            pause: Seconds between two looks.

        Raises:
            StillWaitingError: Some are in no block yet after `timeout`.
            UnavailableError: The chain does not answer.
        """
        keys = list(keys)
        end = time.monotonic() + timeout
        while waiting := [entry for entry in self.settle(keys, chain) if not entry.state.is_final]:
            if time.monotonic() >= end:
                raise StillWaitingError(count=len(waiting), seconds=timeout)
            time.sleep(pause)
        return self.entries(keys)

    def resume(self, chain: Chain) -> list[Entry]:
        """Look every entry on its way up by hash, and send what is in no block again, as the same bytes.

        Returns:
            The entries that were on their way, as they stand now.

        Raises:
            UnavailableError: The chain does not answer; what was found out before is kept.
        """
        rows = self._rows(None, _ON_THE_WAY)
        self.settle([row.key for row in rows], chain)
        self._deliver(self._rows(None, _ON_THE_WAY), chain)
        return self.entries([row.key for row in rows])

    def entries(self, keys: Iterable[str]) -> list[Entry]:
        """Return what stands under `keys`, in their order.

        Raises:
            EntryUnknownError: Nothing stands under one of them.
        """
        with reading(self._engine) as connection:
            return _find(connection, list(keys))

    def find(self, key: str) -> Entry | None:
        """Return what stands under `key`, or None."""
        with reading(self._engine) as connection:
            row = connection.execute(_joined().where(entries.c.key == key)).one_or_none()
        return None if row is None else _entry(row)

    def unfinished(self) -> list[Entry]:
        """Return what has not come to an end, in the order in which it was prepared."""
        final = [state for state in EntryState if state.is_final]
        with reading(self._engine) as connection:
            found = connection.execute(
                _joined().where(entries.c.state.not_in(final)).order_by(entries.c.number)
            )
            return [_entry(row) for row in found]

    def gaps(self, sender: ChecksumAddress, chain: Chain) -> list[int]:
        """Return the numbers of `sender` that stop those behind them: no transaction here has them."""
        count = chain.transaction_count(sender)
        with reading(self._engine) as connection:
            taken = _taken(connection, sender, count)
        return [number for number in range(count, max(taken, default=count)) if number not in taken]

    def _rows(self, keys: Sequence[str] | None, states: Sequence[EntryState]) -> list[Row[Any]]:
        query = _joined().where(entries.c.state.in_(states))
        query = query.order_by(transactions.c.sender, transactions.c.nonce)
        wanted = None if keys is None else set(keys)
        with reading(self._engine) as connection:
            return [row for row in connection.execute(query) if wanted is None or row.key in wanted]

    def _deliver(self, rows: Sequence[Row[Any]], chain: Chain) -> None:
        """Hand over `rows`, keeping what became of the first ones even when a later one cannot be sent."""
        if len(rows) > 1 and chain.send_many([row.raw for row in rows]):
            self._keep([(row, _Outcome(EntryState.SENT)) for row in rows])
            return
        outcomes: list[tuple[Row[Any], _Outcome]] = []
        try:
            for row in rows:
                outcomes.append((row, _deliver_one(row, chain)))
        finally:
            self._keep(outcomes)

    def _keep(self, outcomes: Sequence[tuple[Row[Any], _Outcome]]) -> None:
        if not outcomes:
            return
        with writing(self._engine) as connection:
            for row, outcome in outcomes:
                _keep_one(connection, row, outcome)


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: EntryState
    refusal: Refusal | None = None
    reason: str | None = None
    receipt: Receipt | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> _Outcome:
        if receipt.succeeded:
            return cls(EntryState.RECORDED, receipt=receipt)
        return cls(EntryState.REFUSED, Refusal.REVERTED, receipt=receipt)


def _deliver_one(row: Row[Any], chain: Chain) -> _Outcome:
    try:
        chain.send_raw(row.raw)
    except NonceUsedError:
        # A block may have taken it since it was last looked for: then its own number is the one used.
        (receipt,) = chain.receipts([row.hash])
        return _Outcome.of(receipt) if receipt else _Outcome(EntryState.REFUSED, Refusal.NONCE_USED)
    except RefusedError as error:
        return _Outcome(EntryState.REFUSED, Refusal.UNFIT, reason=error.text("en"))
    return _Outcome(EntryState.SENT)


def _keep_one(connection: Connection, row: Row[Any], outcome: _Outcome) -> None:
    """Write an outcome, unless another process has written one for the same transaction meanwhile."""
    receipt = outcome.receipt
    changed = connection.execute(
        update(entries)
        .where(entries.c.hash == row.hash, entries.c.state.in_(_ON_THE_WAY))
        .values(
            state=outcome.state,
            refusal=outcome.refusal,
            reason=outcome.reason,
            revert_data=receipt.revert_data if receipt and outcome.refusal else None,
            block_number=receipt.block_number if receipt else None,
            block_hash=receipt.block_hash if receipt else None,
        )
    )
    if changed.rowcount and outcome.refusal:
        connection.execute(
            update(transactions).where(transactions.c.hash == row.hash).values(refusal=outcome.refusal)
        )


def _prepare(connection: Connection, submission: Submission) -> bool:
    """Store a submission; False where the same stands there already."""
    row = connection.execute(select(entries).where(entries.c.key == submission.key)).one_or_none()
    if row is None:
        connection.execute(insert(entries).values(**_columns(submission)))
    elif row.state == EntryState.REFUSED:
        # Nothing was recorded under the key, so that it is free: for the same content, or a corrected one.
        connection.execute(
            update(entries).where(entries.c.number == row.number).values(**_columns(submission))
        )
    elif row.content != submission.content:
        raise ContentDiffersError(
            key=submission.key, stored=row.content.hex(), given=submission.content.hex()
        )
    else:
        return False
    return True


def _columns(submission: Submission) -> dict[str, Any]:
    results = ("hash", "refusal", "reason", "revert_data", "block_number", "block_hash")
    return {
        "key": submission.key,
        "content": submission.content,
        "sender": submission.sender,
        "to": submission.to,
        "data": submission.data,
        "gas": submission.gas,
        "state": EntryState.PREPARED,
        **dict.fromkeys(results),
    }


def _sign(connection: Connection, keys: Sequence[str], signer: Signer, chain_id: int, count: int) -> None:
    """Sign what is prepared; the caller's transaction holds the write lock, so that numbers are its own."""
    taken = _taken(connection, signer.address, count)
    number = count
    for key in keys:
        row = connection.execute(select(entries).where(entries.c.key == key)).one_or_none()
        if row is None:
            raise EntryUnknownError(key=key)
        if row.state != EntryState.PREPARED:
            continue
        if row.sender != signer.address:
            raise SenderDiffersError(key=key, sender=row.sender, signer=signer.address)
        while number in taken:
            number += 1
        taken.add(number)
        _sign_one(connection, row, signer, chain_id, number)


def _sign_one(connection: Connection, row: Row[Any], signer: Signer, chain_id: int, nonce: int) -> None:
    raw = signer.sign_transaction(
        {"chainId": chain_id, "nonce": nonce, "gas": row.gas, "to": row.to, "data": row.data}
    )
    hash_ = keccak(raw)
    known = connection.execute(update(transactions).where(transactions.c.hash == hash_).values(refusal=None))
    if not known.rowcount:  # else the same bytes were unfit before, and are tried again
        connection.execute(
            insert(transactions).values(hash=hash_, entry=row.number, sender=row.sender, nonce=nonce, raw=raw)
        )
    connection.execute(
        update(entries).where(entries.c.number == row.number).values(state=EntryState.SIGNED, hash=hash_)
    )


def _taken(connection: Connection, sender: str, count: int) -> set[int]:
    """Return the numbers from `count` on that transactions of `sender` have."""
    found = connection.execute(
        select(transactions.c.nonce).where(
            transactions.c.sender == sender,
            transactions.c.nonce >= count,
            func.coalesce(transactions.c.refusal, "") != Refusal.UNFIT,
        )
    )
    return set(found.scalars())


def _find(connection: Connection, keys: Sequence[str]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for start in range(0, len(keys), _CHUNK):
        query = _joined().where(entries.c.key.in_(keys[start : start + _CHUNK]))
        found.update((row.key, _entry(row)) for row in connection.execute(query))
    for key in keys:
        if key not in found:
            raise EntryUnknownError(key=key)
    return [found[key] for key in keys]


def _joined() -> Select[Any]:
    """Every entry with the number and the bytes of its last transaction."""
    last = entries.outerjoin(transactions, entries.c.hash == transactions.c.hash)
    return select(entries, transactions.c.nonce, transactions.c.raw).select_from(last)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        key=row.key,
        content=row.content,
        sender=row.sender,
        state=EntryState(row.state),
        nonce=row.nonce,
        hash=row.hash,
        refusal=Refusal(row.refusal) if row.refusal else None,
        reason=row.reason,
        revert_data=row.revert_data,
        block_number=row.block_number,
        block_hash=row.block_hash,
    )
