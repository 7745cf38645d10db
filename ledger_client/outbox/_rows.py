"""The rows of the outbox: what is read and written within one transaction of its database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from ledger_client.keccak import keccak
from ledger_client.outbox._errors import ContentDiffersError, EntryUnknownError, SenderDiffersError
from ledger_client.outbox.chains import Receipt
from ledger_client.outbox.entries import (
    Entry,
    EntryState,
    Refusal,
    Submission,
    entries,
    transactions,
    unconfirmed,
)
from ledger_client.signers import Signer

ON_THE_WAY = (EntryState.SIGNED, EntryState.SENT)
ENDS = tuple(state for state in EntryState if state.is_end)
_CHUNK = 500  # keys in one query, below every database's limit of parameters


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transaction, as far as is known.

    Attributes:
        state: How far its entry has come.
        refusal: Why it was refused, when it was.
        reason: The node's words for an unfit one.
        receipt: What the block says that took it.
    """

    state: EntryState
    refusal: Refusal | None = None
    reason: str | None = None
    receipt: Receipt | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> Outcome:
        """Return what a receipt says."""
        if receipt.succeeded:
            return cls(EntryState.RECORDED, receipt=receipt)
        return cls(EntryState.REFUSED, Refusal.REVERTED, receipt=receipt)


def keep_outcome(connection: Connection, row: Row[Any], outcome: Outcome, is_final: bool) -> None:
    """Write an outcome, unless another process has written one for the same transaction meanwhile."""
    if _write(connection, row, outcome, entries.c.state.in_(ON_THE_WAY)) and outcome.receipt and not is_final:
        connection.execute(insert(unconfirmed).values(entry=row.number))


def confirm_entry(connection: Connection, row: Row[Any], receipt: Receipt | None, final_height: int) -> bool:
    """Write what became of an entry that a block had taken; True where it is in that block no more."""
    if receipt is None or receipt.block_hash != row.block_hash:
        outcome = Outcome.of(receipt) if receipt else Outcome(EntryState.SENT)
        if not _write(connection, row, outcome, entries.c.block_hash == row.block_hash):
            return False  # another process has found it out meanwhile
        if receipt is None:
            _watch_no_more(connection, row.number)
        return True
    if receipt.block_number <= final_height:
        _watch_no_more(connection, row.number)
    return False


def _write(connection: Connection, row: Row[Any], outcome: Outcome, as_read: ColumnElement[bool]) -> bool:
    """Write an outcome where an entry is still as it was read; False where it is not."""
    receipt = outcome.receipt
    changed = connection.execute(
        update(entries)
        .where(entries.c.hash == row.hash, as_read)
        .values(
            state=outcome.state,
            refusal=outcome.refusal,
            reason=outcome.reason,
            revert_data=receipt.revert_data if receipt and outcome.refusal else None,
            block_number=receipt.block_number if receipt else None,
            block_hash=receipt.block_hash if receipt else None,
        )
    )
    if changed.rowcount and outcome.refusal != row.refusal:
        connection.execute(
            update(transactions).where(transactions.c.hash == row.hash).values(refusal=outcome.refusal)
        )
    return bool(changed.rowcount)


def _watch_no_more(connection: Connection, number: int) -> None:
    connection.execute(delete(unconfirmed).where(unconfirmed.c.entry == number))


def prepare_entry(connection: Connection, submission: Submission) -> bool:
    """Store a submission; False where the same stands there already.

    Raises:
        ContentDiffersError: Another content stands there, and was not refused.
    """
    row = connection.execute(select(entries).where(entries.c.key == submission.key)).one_or_none()
    if row is None:
        connection.execute(insert(entries).values(**_columns(submission)))
    elif row.state == EntryState.REFUSED:
        # Nothing was recorded under the key, so that it is free: for the same content, or a corrected one.
        _watch_no_more(connection, row.number)
        connection.execute(
            update(entries).where(entries.c.number == row.number).values(**_columns(submission))
        )
    else:
        _refuse_other(submission, row.content)
        return False
    return True


def refuse_other_content(connection: Connection, submissions: Sequence[Submission]) -> None:
    """Refuse what `prepare_entry` would.

    Raises:
        ContentDiffersError: Another content stands under a key, and was not refused.
    """
    given = {submission.key: submission for submission in submissions}
    keys = list(given)
    for start in range(0, len(keys), _CHUNK):
        standing = select(entries.c.key, entries.c.content).where(
            entries.c.key.in_(keys[start : start + _CHUNK]), entries.c.state != EntryState.REFUSED
        )
        for key, content in connection.execute(standing):
            _refuse_other(given[key], content)


def _refuse_other(submission: Submission, content: bytes) -> None:
    if content != submission.content:
        raise ContentDiffersError(key=submission.key, stored=content.hex(), given=submission.content.hex())


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


def sign_prepared(
    connection: Connection, keys: Sequence[str], signer: Signer, chain_id: int, count: int
) -> None:
    """Sign what is prepared; the caller's transaction holds the write lock, so that numbers are its own.

    Raises:
        EntryUnknownError: A key was not prepared.
        SenderDiffersError: An entry was prepared for another sender.
    """
    taken = taken_numbers(connection, signer.address, count)
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


def taken_numbers(connection: Connection, sender: str, count: int) -> set[int]:
    """Return the numbers from `count` on that transactions of `sender` have."""
    found = connection.execute(
        select(transactions.c.nonce).where(
            transactions.c.sender == sender,
            transactions.c.nonce >= count,
            func.coalesce(transactions.c.refusal, "") != Refusal.UNFIT,
        )
    )
    return set(found.scalars())


def find_entries(connection: Connection, keys: Sequence[str]) -> list[Entry]:
    """Return what stands under `keys`, in their order.

    Raises:
        EntryUnknownError: Nothing stands under one of them.
    """
    found: dict[str, Entry] = {}
    for start in range(0, len(keys), _CHUNK):
        query = joined().where(entries.c.key.in_(keys[start : start + _CHUNK]))
        found.update((row.key, entry_of(row)) for row in connection.execute(query))
    for key in keys:
        if key not in found:
            raise EntryUnknownError(key=key)
    return [found[key] for key in keys]


def joined() -> Select[Any]:
    """Every entry with the number and the bytes of its last transaction."""
    last = entries.outerjoin(transactions, entries.c.hash == transactions.c.hash)
    watched = last.outerjoin(unconfirmed, entries.c.number == unconfirmed.c.entry)
    columns = (transactions.c.nonce, transactions.c.raw, unconfirmed.c.entry.label("watched"))
    return select(entries, *columns).select_from(watched)


def entry_of(row: Row[Any]) -> Entry:
    """Return the entry that a row of `joined` holds."""
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
        is_final=EntryState(row.state).is_end and row.watched is None,
    )
