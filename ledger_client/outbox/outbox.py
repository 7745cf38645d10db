"""The outbox: stored before it is sent, looked up before it is sent again, never recorded twice.

An entry goes through ::

    PREPARED → SIGNED → SENT → RECORDED
                         ↑  └→ REFUSED      nothing was recorded; it may be prepared again
                         └──────┘           the block was replaced before it was final: sent again

A document's life in a few calls, each of which may be repeated::

    outbox.store([submission], signer, chain)     # prepared and signed, in one database transaction
    outbox.send([submission.key], chain)
    outbox.wait([submission.key], chain)          # RECORDED or REFUSED
    outbox.confirm(chain)                         # now and then: is what a block took still in one?
    outbox.resume(chain)                          # at start: that, and what a crash left on the way

Rules it keeps:

- the signed bytes are on disk before any node sees them, and what is sent again is the same bytes;
- one key, one content: the same content is the same entry, another content is refused;
- the next number of a sender is found and stored in the transaction that stores the signed bytes, so that no
  two transactions have one number. Only a transaction that the node will never take (`Refusal.UNFIT`) gives
  its number back, and the next one that is signed takes it, so that no gap stops those behind;
- one receipt is an end only where blocks are final at once. Elsewhere what a block took is looked for again
  until the block lies as deep as the engine says, and what no block has any more is sent again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from eth_typing import ChecksumAddress
from sqlalchemy import Column, Engine, Row, select

from ledger_client.databases import open_database, reading, writing
from ledger_client.errors import RefusedError
from ledger_client.language import tr
from ledger_client.outbox._errors import ChainBusyError, ChainOlderError, NonceUsedError, StillWaitingError
from ledger_client.outbox._foreign import Reservation, adopt_signed, reserve_number
from ledger_client.outbox._rows import (
    ENDS,
    ON_THE_WAY,
    Outcome,
    confirm_entry,
    entry_of,
    find_entries,
    find_rows,
    joined,
    keep_outcomes,
    prepare_entries,
    refuse_other_content,
    sign_prepared,
    taken_numbers,
)
from ledger_client.outbox.chains import Chain
from ledger_client.outbox.entries import (
    Entry,
    EntryState,
    Refusal,
    Submission,
    entries,
    entries_by_state,
    metadata,
    reservations,
    transactions,
    unconfirmed,
)
from ledger_client.signers import Signer

_logger = logging.getLogger(__name__)

_FIRST_PAUSE = 0.005  # seconds; doubled from look to look
_LOOK_PAUSE = 2.0  # seconds between two looks, while waiting, at what stops it


class Outbox:
    """Transactions on their way to one chain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, location: str | Path) -> Outbox:
        """Open the outbox at `location` (a path or a database URL), making an empty one where there is none.

        Raises:
            DatabaseUnreachableError: The database cannot be opened.
            DatabaseDamagedError: It is damaged, or no outbox.
        """
        engine = open_database(location, kept=metadata)
        with writing(engine) as connection:
            # An outbox of an older version lacks the index and the table.
            entries_by_state.create(connection, checkfirst=True)
            reservations.create(connection, checkfirst=True)
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
            prepare_entries(connection, submissions)
            return find_entries(connection, [submission.key for submission in submissions])

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
            sign_prepared(connection, keys, signer, chain.chain_id, count)
            return find_entries(connection, keys)

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
            new = prepare_entries(connection, submissions)
            if keep is not None:
                keep(new)
            sign_prepared(connection, keys, signer, chain.chain_id, count)
            return find_entries(connection, keys)

    def reserve(self, key: str, sender: ChecksumAddress, chain: Chain, now: float) -> Reservation:
        """Reserve the next number of a sender who signs elsewhere, for `RESERVED_FOR` seconds.

        The same document gets its time anew, and the same number where nothing took it.

        Args:
            key: What is to be signed.
            sender: Who signs.
            chain: For which.
            now: Seconds since 1970.

        Raises:
            SignatureOpenError: The sender has the number of another document in hand.
        """
        count = chain.transaction_count(sender)
        with writing(self._engine) as connection:
            return reserve_number(connection, sender, key, count, int(now))

    def adopt(
        self,
        submission: Submission,
        raw: bytes,
        chain: Chain,
        now: float,
        *,
        keep: Callable[[], None] | None = None,
    ) -> Entry:
        """Take in what its sender signed elsewhere, as `store` does with what is signed here; once.

        Args:
            submission: What was drafted.
            raw: The signed bytes.
            chain: For which it must be signed.
            now: Seconds since 1970.
            keep: Called before it is stored, where it is new; see `store`.

        Returns:
            What stands under the key then: with the same content the first one, under whichever number.

        Raises:
            ContentDiffersError: Another content stands under the key, and was not refused.
            NumberOverError: It was signed under a number that is not reserved for it.
            TransactionOtherError: It says something else than the submission.
            TransactionRawError: It is no signed transaction.
            DatabaseFullError: The disk is full. Nothing is stored.
        """
        count = chain.transaction_count(submission.sender)
        with writing(self._engine) as connection:
            adopt_signed(connection, submission, raw, chain.chain_id, count, int(now), keep)
            return find_entries(connection, [submission.key])[0]

    def refuse_other_content(self, submissions: Sequence[Submission]) -> None:
        """Refuse what `store` would, without storing anything: before the first of several calls of it.

        Raises:
            ContentDiffersError: Another content stands under a key, and was not refused.
        """
        with reading(self._engine) as connection:
            refuse_other_content(connection, submissions)

    def send(self, keys: Iterable[str], chain: Chain) -> list[Entry]:
        """Hand over what is signed, in the order of the senders' numbers.

        Raises:
            UnavailableError: The chain does not take them now; what it took before is marked as sent.
        """
        keys = list(keys)
        self._deliver(self._signed(keys, (EntryState.SIGNED,)), chain)
        return self.entries(keys)

    def settle(self, keys: Iterable[str], chain: Chain) -> list[Entry]:
        """Look once for what became of what is on its way.

        Raises:
            UnavailableError: The chain does not answer.
        """
        keys = list(keys)
        self._look(self._rows(keys, ON_THE_WAY), chain)
        return self.entries(keys)

    def _look(self, rows: Sequence[Row[Any]], chain: Chain) -> None:
        receipts = chain.receipts([row.hash for row in rows])
        self._keep(
            [(row, Outcome.of(receipt)) for row, receipt in zip(rows, receipts, strict=True) if receipt],
            chain,
        )

    def _look_in_order(self, keys: Sequence[str], chain: Chain) -> list[Entry]:
        """Look as `settle` does, but not behind a number of its sender that no block has.

        A block takes the numbers of a sender in their order, so that one question tells of a thousand that
        wait. Only where a number was used by another transaction may one behind it be in a block all the
        same: whoever waits must call `settle` now and then.
        """
        rows = self._rows(keys, ON_THE_WAY)
        firsts = [next(some) for _, some in groupby(rows, key=lambda row: row.sender)]
        self._look(firsts, chain)
        stopped = {row.sender for row in self._rows([row.key for row in firsts], ON_THE_WAY)}
        self._look([row for row in rows if row.sender not in stopped and row not in firsts], chain)
        return self.entries(keys)

    def wait(
        self, keys: Iterable[str], chain: Chain, *, timeout: float = 60.0, pause: float = 0.1
    ) -> list[Entry]:
        """Settle until all have come to an end, which where blocks may be replaced is not yet a final one.

        Args:
            keys: What to wait for; it was signed and sent.
            chain: Where it was sent.
            timeout: Seconds.
            pause: Seconds between two looks at most; the first come sooner, since a chain may answer at once.

        Raises:
            StillWaitingError: Some are in no block yet after `timeout`.
            UnavailableError: The chain does not answer.
        """
        keys = list(keys)
        end = time.monotonic() + timeout
        look_again = time.monotonic() + _LOOK_PAUSE
        step = min(_FIRST_PAUSE, pause)
        waiting, look = keys, self.settle if timeout <= step else self._look_in_order
        while left := [entry for entry in look(waiting, chain) if not entry.state.is_end]:
            waiting = [entry.key for entry in left]
            now = time.monotonic()
            if now >= end:
                raise StillWaitingError(count=len(waiting), seconds=timeout)
            look = self.settle if now + step >= end else self._look_in_order
            if now >= look_again:
                self._clear_the_way({entry.sender for entry in left}, chain)
                look_again, look = now + _LOOK_PAUSE, self.settle
            time.sleep(step)
            step = min(2 * step, pause)
        return self.entries(keys)

    def _clear_the_way(self, senders: Collection[str], chain: Chain) -> None:
        """Send what stops these senders' numbers, whoever has signed it.

        A number before theirs may have lost its block, or was stored by a process that died before it sent.
        """
        try:
            self.confirm(chain)
            left = self._signed(None, (EntryState.SIGNED,))
            self._deliver([row for row in left if row.sender in senders], chain)
        except ChainBusyError as error:
            _logger.warning("%s", error.text())  # whoever waits goes on waiting

    def confirm(self, chain: Chain) -> list[Entry]:
        """Look again for what a block took that may yet be replaced, and send again what none has any more.

        Where blocks are final at once there is never anything to look for.

        Returns:
            The entries whose block was replaced, as they stand now.

        Raises:
            UnavailableError: The chain does not answer; what was found out before is kept.
        """
        moved = self._look_again(chain)
        if moved:
            self._deliver(self._signed(moved, ON_THE_WAY), chain)
        return self.entries(moved)

    def resume(self, chain: Chain) -> list[Entry]:
        """Look every entry on its way up by hash, and send what is in no block again, as the same bytes.

        On its way again is also what a replaced block had taken; see `confirm`.

        Returns:
            The entries that were on their way, or whose block was replaced, as they stand now.

        Raises:
            ChainOlderError: The chain lacks what it had taken for good.
            UnavailableError: The chain does not answer; what was found out before is kept.
        """
        self._require_history(chain)
        moved = self._look_again(chain)
        on_the_way = [row.key for row in self._rows(None, ON_THE_WAY)]
        self.settle(on_the_way, chain)
        self._deliver(self._signed(None, ON_THE_WAY), chain)
        return self.entries(dict.fromkeys([*moved, *on_the_way]))

    def advance(self, chain: Chain) -> list[Entry]:
        """Send what is signed and was not sent yet, and look for what became of what is on its way.

        What was sent is not sent again: a node may have forgotten it all the same, so that `resume` is called
        now and then, and whenever the node did not answer.

        Returns:
            What has not come to an end, in the order in which it was prepared.

        Raises:
            UnavailableError: The chain does not answer; what was found out before is kept.
        """
        left = self.unfinished()
        if not any(entry.state in ON_THE_WAY for entry in left):
            return left
        self._deliver(self._signed(None, (EntryState.SIGNED,)), chain)
        self._look(self._rows(None, ON_THE_WAY), chain)
        return self.unfinished()

    def entries(self, keys: Iterable[str]) -> list[Entry]:
        """Return what stands under `keys`, in their order.

        Raises:
            EntryUnknownError: Nothing stands under one of them.
        """
        with reading(self._engine) as connection:
            return find_entries(connection, list(keys))

    def find(self, key: str) -> Entry | None:
        """Return what stands under `key`, or None."""
        with reading(self._engine) as connection:
            row = connection.execute(joined().where(entries.c.key == key)).one_or_none()
        return None if row is None else entry_of(row)

    def find_transaction(self, hash_: bytes) -> Entry | None:
        """Return the entry for which a transaction was signed, or None.

        Its `hash` is another one where it was signed again since: this transaction was never recorded.
        """
        signed = select(transactions.c.entry).where(transactions.c.hash == hash_)
        with reading(self._engine) as connection:
            row = connection.execute(joined().where(entries.c.number.in_(signed))).one_or_none()
        return None if row is None else entry_of(row)

    def unfinished(self) -> list[Entry]:
        """Return what has not come to an end, in the order in which it was prepared."""
        with reading(self._engine) as connection:
            found = connection.execute(
                joined().where(entries.c.state.not_in(ENDS)).order_by(entries.c.number)
            )
            return [entry_of(row) for row in found]

    def gaps(self, sender: ChecksumAddress, chain: Chain) -> list[int]:
        """Return the numbers of `sender` that stop those behind them: no transaction here has them."""
        count = chain.transaction_count(sender)
        with reading(self._engine) as connection:
            taken = taken_numbers(connection, sender, count)
        return [number for number in range(count, max(taken, default=count)) if number not in taken]

    def _rows(
        self, keys: Sequence[str] | None, states: Sequence[EntryState], *more: Column[Any]
    ) -> list[Row[Any]]:
        with reading(self._engine) as connection:
            return find_rows(connection, keys, states, *more)

    def _signed(self, keys: Sequence[str] | None, states: Sequence[EntryState]) -> list[Row[Any]]:
        """Return rows with the signed bytes."""
        return self._rows(keys, states, transactions.c.raw)

    def _deliver(self, rows: Sequence[Row[Any]], chain: Chain) -> None:
        """Hand over `rows`, keeping what became of the first ones even when a later one cannot be sent.

        What the node does not take now stops those behind it of the same sender, and nobody else's.
        """
        if len(rows) > 1 and chain.send_many([row.raw for row in rows]):
            self._keep([(row, Outcome(EntryState.SENT)) for row in rows], chain)
            return
        outcomes: list[tuple[Row[Any], Outcome]] = []
        busy: dict[str, ChainBusyError] = {}
        try:
            for row in rows:
                if row.sender not in busy:
                    try:
                        outcomes.append((row, _deliver_one(row, chain)))
                    except ChainBusyError as error:
                        busy[row.sender] = error
        finally:
            self._keep(outcomes, chain)
        if busy:
            raise next(iter(busy.values()))

    def _keep(self, outcomes: Sequence[tuple[Row[Any], Outcome]], chain: Chain) -> None:
        if not outcomes:
            return
        is_final = chain.finality_depth == 0
        with writing(self._engine) as connection:
            keep_outcomes(connection, outcomes, is_final)

    def _require_history(self, chain: Chain) -> None:
        """Refuse a chain that was put back to an older copy: numbers and documents would not fit any more."""
        newest = (
            select(entries)
            .where(
                entries.c.state == EntryState.RECORDED, entries.c.number.not_in(select(unconfirmed.c.entry))
            )
            .order_by(entries.c.number.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(newest).one_or_none()
        if row is not None and chain.receipts([row.hash]) == [None]:
            raise ChainOlderError(key=row.key, block=row.block_number)

    def _look_again(self, chain: Chain) -> list[str]:
        """Look for all that a block took which may yet be replaced; return the keys of what has moved."""
        query = joined().where(entries.c.number.in_(select(unconfirmed.c.entry))).order_by(entries.c.number)
        with reading(self._engine) as connection:
            rows = list(connection.execute(query))
        if not rows:
            return []
        # Before the receipts: a block that is deep enough at this height is so below any newer one.
        final_height = chain.height() - chain.finality_depth
        receipts = chain.receipts([row.hash for row in rows])
        with writing(self._engine) as connection:
            moved = [
                row.key
                for row, receipt in zip(rows, receipts, strict=True)
                if confirm_entry(connection, row, receipt, final_height)
            ]
        for key in moved:
            _logger.warning(
                "%s: %s", key, tr("its block was replaced; it is followed", "所在区块已被替换；继续跟踪")
            )
        return moved


def _deliver_one(row: Row[Any], chain: Chain) -> Outcome:
    try:
        chain.send_raw(row.raw)
    except NonceUsedError:
        # A block may have taken it since it was last looked for: then its own number is the one used.
        (receipt,) = chain.receipts([row.hash])
        return Outcome.of(receipt) if receipt else Outcome(EntryState.REFUSED, Refusal.NONCE_USED)
    except RefusedError as error:
        return Outcome(EntryState.REFUSED, Refusal.UNFIT, reason=error.text("en"))
    return Outcome(EntryState.SENT)
