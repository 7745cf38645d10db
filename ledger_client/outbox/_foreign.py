"""Transactions that are signed elsewhere: a number is reserved, and what comes back is taken in once.

A number is given for a short time, and one at a time to a sender. No other document gets it meanwhile, and
when the time is over the next one gets the same: so no number is left out, behind which others would wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from ledger_client.keccak import keccak
from ledger_client.outbox._errors import NumberOverError, SignatureOpenError, TransactionOtherError
from ledger_client.outbox._rows import keep_signed, prepare_entries, taken_numbers
from ledger_client.outbox.entries import EntryState, Submission, entries, reservations
from ledger_client.signers import SignedTransaction, read_transaction

RESERVED_FOR = 120
"""Seconds for which a number is reserved."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A number that a sender may sign a document under.

    Attributes:
        key: Of the document, as in the outbox.
        nonce: The number.
        until: Seconds since 1970 until which it is theirs.
    """

    key: str
    nonce: int
    until: int


def reserve_number(connection: Connection, sender: str, key: str, count: int, now: int) -> Reservation:
    """Reserve the next number of a sender; the caller's transaction holds the write lock.

    Args:
        connection: Of the outbox.
        sender: Who will sign.
        key: What.
        count: How many transactions of the sender the chain has.
        now: Seconds since 1970.

    Raises:
        SignatureOpenError: The sender has a number for something else in hand.
    """
    row = connection.execute(select(reservations).where(reservations.c.sender == sender)).one_or_none()
    # Further ahead than a reservation lasts: it was made while the clock was wrong.
    if row is not None and now < row.until <= now + RESERVED_FOR and row.key != key:
        raise SignatureOpenError(sender=sender, nonce=row.nonce, key=row.key, seconds=row.until - now)
    taken = taken_numbers(connection, sender, count)
    nonce = next(number for number in range(count, count + len(taken) + 1) if number not in taken)
    connection.execute(delete(reservations).where(reservations.c.sender == sender))
    values = {"sender": sender, "key": key, "nonce": nonce, "until": now + RESERVED_FOR}
    connection.execute(insert(reservations), values)
    return Reservation(key, nonce, now + RESERVED_FOR)


def adopt_signed(
    connection: Connection,
    submission: Submission,
    raw: bytes,
    chain_id: int,
    count: int,
    now: int,
    keep: Callable[[], None] | None = None,
) -> None:
    """Take in what was signed elsewhere, once; the caller's transaction holds the write lock.

    What stands there already with the same content is left as it is, under whichever number.

    Args:
        connection: Of the outbox.
        submission: What was drafted.
        raw: The signed bytes.
        chain_id: For which it must be signed.
        count: How many transactions of the sender the chain has.
        now: Seconds since 1970.
        keep: Called before it is stored, where it is new.

    Raises:
        ContentDiffersError: Another content stands under the key, and was not refused.
        NumberOverError: The number is not reserved for it.
        TransactionOtherError: It says something else than the submission.
        TransactionRawError: It is no signed transaction.
    """
    signed = read_transaction(raw)
    _require_same(submission, chain_id, signed)
    prepare_entries(connection, [submission])
    row = connection.execute(
        select(entries.c.number, entries.c.state).where(entries.c.key == submission.key)
    ).one()
    if row.state != EntryState.PREPARED:
        connection.execute(
            delete(reservations).where(
                reservations.c.sender == signed.sender, reservations.c.key == submission.key
            )
        )
        return
    _require_reserved(connection, submission.key, signed, count, now)
    if keep is not None:
        keep()
    values = {
        "hash": keccak(raw), "entry": row.number, "sender": signed.sender, "nonce": signed.nonce, "raw": raw,
    }  # fmt: skip
    # What was prepared before may name another sender, or carry other consents.
    sent = {"sender": signed.sender, "to": signed.to, "data": signed.data, "gas": signed.gas}
    connection.execute(update(entries).where(entries.c.number == row.number).values(**sent))
    keep_signed(connection, [values])
    connection.execute(delete(reservations).where(reservations.c.sender == signed.sender))


def _require_same(submission: Submission, chain_id: int, signed: SignedTransaction) -> None:
    for (what, what_zh), found, expected in (
        (("chain", "链编号"), signed.chain_id, chain_id),
        (("sender", "提交人"), signed.sender, submission.sender),
        (("contract", "合约"), signed.to, submission.to),
        (("data", "数据"), signed.data, submission.data),
        (("gas", "燃料上限"), signed.gas, submission.gas),
        (("value", "金额"), signed.value, 0),
        (("gas price", "燃料价格"), signed.gas_price, 0),
    ):
        if found != expected:
            raise TransactionOtherError(
                key=submission.key, what=what, what_zh=what_zh, found=_shown(found), expected=_shown(expected)
            )


def _require_reserved(
    connection: Connection, key: str, signed: SignedTransaction, count: int, now: int
) -> None:
    row = connection.execute(select(reservations).where(reservations.c.sender == signed.sender)).one_or_none()
    if row is None or row.key != key:
        why = ("none is", "未曾取号")
    elif row.nonce != signed.nonce:
        why = (f"{row.nonce} is", f"预留的是 {row.nonce}")
    elif row.until < now:
        why = ("its time is over", "已过时限")
    elif signed.nonce < count or signed.nonce in taken_numbers(connection, signed.sender, count):
        why = ("another transaction took it", "已被另一交易占用")
    else:
        return
    raise NumberOverError(key=key, nonce=signed.nonce, why=why[0], why_zh=why[1])


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()[:16]}… ({len(value)} bytes)"
    return str(value)
