"""The rows of the outbox: what is read and written within one transaction of its database."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from ledger_client.keccak import keccak
from ledger_client.outbox._errors import ContentDiffersError, EntryUnknownError, SenderDiffersError
from ledger_client.outbox.chains import Receipt
from ledger_client.outbox.entries import (
    Entry,
    EntryState,
    Refusal,
    Submission,
    entries,
    takes_its_nonce,
    transactions,
    unconfirmed,
)
from ledger_client.signers import Signer

ON_THE_WAY = (EntryState.SIGNED, EntryState.SENT)
ENDS = tuple(state for state in EntryState if state.is_end)
_CHUNK = 500  # keys in one query, below every database's limit of parameters

# Executed for many rows at once. Entries are found by their number: their hashes have no index.
_SIGN = (
    update(entries)
    .where(entries.c.number == bindparam("b_number"))
    .values(state=EntryState.SIGNED, hash=bindparam("hash"))
)
_KEEP = (
    update(entries)
    .where(entries.c.number == bindparam("b_number"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "refusal", "reason", "revert_data", "block_number", "block_hash")
        }
    )
)
_REFUSE = (
    update(transactions)
    .where(transactions.c.hash == bindparam("b_hash"))
    .values(refusal=bindparam("refusal"))
)

T = TypeVar("T")


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


def keep_outcomes(
    connection: Connection, outcomes: Sequence[tuple[Row[Any], Outcome]], is_final: bool
) -> None:
    """Write outcomes, but for transactions of which another process has written one meanwhile."""
    on_the_way = _hashes_on_the_way(connection, [row.number for row, _ in outcomes])
    kept = [(row, outcome) for row, outcome in outcomes if on_the_way.get(row.number) == row.hash]
    if not kept:
        return
    connection.execute(_KEEP, [{"b_number": row.number, **_result(outcome)} for row, outcome in kept])
    changed = [(row, outcome) for row, outcome in kept if outcome.refusal != row.refusal]
    if changed:
        connection.execute(_REFUSE, [{"b_hash": row.hash, "refusal": o.refusal} for row, o in changed])
    watched = [] if is_final else [{"entry": row.number} for row, outcome in kept if outcome.receipt]
    if watched:
        connection.execute(insert(unconfirmed), watched)


def _hashes_on_the_way(connection: Connection, numbers: Sequence[int]) -> dict[int, bytes]:
    """Return the hashes of those entries of `numbers` that have come to no end, and keep others off them."""
    found: dict[int, bytes] = {}
    for some in _chunks(numbers):
        query = select(entries.c.number, entries.c.hash).where(
            entries.c.number.in_(some), entries.c.state.in_(ON_THE_WAY)
        )
        found.update((row.number, row.hash) for row in connection.execute(query.with_for_update()))
    return found


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
    changed = connection.execute(
        update(entries)
        .where(entries.c.number == row.number, entries.c.hash == row.hash, as_read)
        .values(**_result(outcome))
    )
    if changed.rowcount and outcome.refusal != row.refusal:
        connection.execute(_REFUSE, [{"b_hash": row.hash, "refusal": outcome.refusal}])
    return bool(changed.rowcount)


def _result(outcome: Outcome) -> dict[str, Any]:
    receipt = outcome.receipt
    return {
        "state": outcome.state,
        "refusal": outcome.refusal,
        "reason": outcome.reason,
        "revert_data": receipt.revert_data if receipt and outcome.refusal else None,
        "block_number": receipt.block_number if receipt else None,
        "block_hash": receipt.block_hash if receipt else None,
    }


def _watch_no_more(connection: Connection, number: int) -> None:
    connection.execute(delete(unconfirmed).where(unconfirmed.c.entry == number))


def prepare_entries(connection: Connection, submissions: Sequence[Submission]) -> list[str]:
    """Store submissions and return their keys, but for those where the same stands already.

    Raises:
        ContentDiffersError: Another content stands under a key, and was not refused.
    """
    standing = _standing(connection, [submission.key for submission in submissions])
    given: dict[str, Submission] = {}
    for submission in submissions:
        row = standing.get(submission.key)
        if submission.key in given:
            _refuse_other(submission, given[submission.key].content)
        elif row is not None and row.state != EntryState.REFUSED:
            _refuse_other(submission, row.content)
        else:
            given[submission.key] = submission
    # Nothing was recorded under the key of a refused one, so that it is free: for the same content, or a
    # corrected one.
    again = [(standing[key].number, submission) for key, submission in given.items() if key in standing]
    new = [_columns(submission) for key, submission in given.items() if key not in standing]
    for number, submission in again:
        _watch_no_more(connection, number)
        connection.execute(update(entries).where(entries.c.number == number).values(**_columns(submission)))
    if new:
        connection.execute(insert(entries), new)
    return list(given)


def _standing(connection: Connection, keys: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for some in _chunks(keys):
        query = select(entries.c.number, entries.c.key, entries.c.content, entries.c.state)
        rows: Iterable[Row[Any]] = connection.execute(query.where(entries.c.key.in_(some)))
        found.update((row.key, row) for row in rows)
    return found


def refuse_other_content(connection: Connection, submissions: Sequence[Submission]) -> None:
    """Refuse what `prepare_entries` would.

    Raises:
        ContentDiffersError: Another content stands under a key, and was not refused.
    """
    standing = _standing(connection, [submission.key for submission in submissions])
    for submission in submissions:
        row = standing.get(submission.key)
        if row is not None and row.state != EntryState.REFUSED:
            _refuse_other(submission, row.content)


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
    prepared = _prepared(connection, keys)
    taken = taken_numbers(connection, signer.address, count)
    number = count
    signed: list[dict[str, Any]] = []
    for row in prepared:
        if row.sender != signer.address:
            raise SenderDiffersError(key=row.key, sender=row.sender, signer=signer.address)
        while number in taken:
            number += 1
        taken.add(number)
        signed.append(_signed(row, signer, chain_id, number))
    if signed:
        keep_signed(connection, signed)


def _prepared(connection: Connection, keys: Sequence[str]) -> list[Row[Any]]:
    """Return what is prepared under `keys`, in their order."""
    found: dict[str, Row[Any]] = {}
    columns = [entries.c[name] for name in ("number", "key", "sender", "to", "data", "gas", "state")]
    for some in _chunks(keys):
        query = select(*columns).where(entries.c.key.in_(some))
        found.update((row.key, row) for row in connection.execute(query))
    _require_known(keys, found)
    return [row for key in dict.fromkeys(keys) if (row := found[key]).state == EntryState.PREPARED]


def _signed(row: Row[Any], signer: Signer, chain_id: int, nonce: int) -> dict[str, Any]:
    raw = signer.sign_transaction(
        {"chainId": chain_id, "nonce": nonce, "gas": row.gas, "to": row.to, "data": row.data}
    )
    return {"hash": keccak(raw), "entry": row.number, "sender": row.sender, "nonce": nonce, "raw": raw}


def keep_signed(connection: Connection, signed: Sequence[dict[str, Any]]) -> None:
    """Store signed bytes, each with its hash, entry, sender and nonce, and mark their entries as signed."""
    known: set[bytes] = set()
    for some in _chunks([each["hash"] for each in signed]):
        found = select(transactions.c.hash).where(transactions.c.hash.in_(some))
        known.update(connection.execute(found).scalars())
    if known:  # the same bytes were unfit before, and are tried again
        connection.execute(_REFUSE, [{"b_hash": hash_, "refusal": None} for hash_ in known])
    new = [each for each in signed if each["hash"] not in known]
    if new:
        connection.execute(insert(transactions), new)
    connection.execute(_SIGN, [{"b_number": each["entry"], "hash": each["hash"]} for each in signed])


def taken_numbers(connection: Connection, sender: str, count: int) -> set[int]:
    """Return the numbers from `count` on that transactions of `sender` have."""
    found = connection.execute(
        select(transactions.c.nonce).where(
            transactions.c.sender == sender,
            transactions.c.nonce >= count,
            takes_its_nonce,
        )
    )
    return set(found.scalars())


def find_entries(connection: Connection, keys: Sequence[str]) -> list[Entry]:
    """Return what stands under `keys`, in their order.

    Raises:
        EntryUnknownError: Nothing stands under one of them.
    """
    found: dict[str, Entry] = {}
    for some in _chunks(keys):
        query = joined().where(entries.c.key.in_(some))
        found.update((row.key, entry_of(row)) for row in connection.execute(query))
    _require_known(keys, found)
    return [found[key] for key in keys]


def find_rows(
    connection: Connection, keys: Sequence[str] | None, states: Sequence[EntryState], *more: Column[Any]
) -> list[Row[Any]]:
    """Return what stands under `keys` (anywhere, where that is None) in `states`, in the senders' order."""
    query = joined(*more).where(entries.c.state.in_(states))
    queries = [query] if keys is None else [query.where(entries.c.key.in_(some)) for some in _chunks(keys)]
    rows = [row for each in queries for row in connection.execute(each)]
    return sorted(rows, key=lambda row: (row.sender, row.nonce))


def joined(*more: Column[Any]) -> Select[Any]:
    """Every entry, without its calldata, and the number of its last transaction; `more` of that on demand."""
    last = entries.outerjoin(transactions, entries.c.hash == transactions.c.hash)
    watched = last.outerjoin(unconfirmed, entries.c.number == unconfirmed.c.entry)
    columns = [column for column in entries.c if column.name != "data"]
    return select(*columns, transactions.c.nonce, unconfirmed.c.entry.label("watched"), *more).select_from(
        watched
    )


def _require_known(keys: Iterable[str], found: Container[str]) -> None:
    for key in keys:
        if key not in found:
            raise EntryUnknownError(key=key)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))


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
