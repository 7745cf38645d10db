"""What stands in the outbox: entries, the transactions signed for them, and their tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eth_typing import ChecksumAddress
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)


class EntryState(StrEnum):
    """How far an entry has come; the last two are ends, for as long as their block stands."""

    PREPARED = "prepared"
    SIGNED = "signed"
    SENT = "sent"
    RECORDED = "recorded"
    REFUSED = "refused"

    @property
    def is_end(self) -> bool:
        """Whether nothing more will happen by itself, unless the block is replaced: `Entry.is_final`."""
        return self in (EntryState.RECORDED, EntryState.REFUSED)


class Refusal(StrEnum):
    """Why an entry was refused. In every case nothing was recorded, and it may be prepared again."""

    REVERTED = "reverted"
    """A block took the transaction, and the contract refused it; the entry has its revert data."""
    NONCE_USED = "nonce used"
    """Another transaction of the sender was recorded with its number."""
    UNFIT = "unfit"
    """The node will never take it; its number is free again."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A call that is to be recorded once.

    Attributes:
        key: What makes it the same act when it comes again: a document's key, or a name for other calls.
        content: Digest of what is recorded under the key, 32 bytes.
        sender: The address that signs.
        to: The contract; None creates one.
        data: The calldata.
        gas: The most gas that it may use.
    """

    key: str
    content: bytes
    sender: ChecksumAddress
    to: ChecksumAddress | None
    data: bytes
    gas: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the outbox knows about a submission.

    Attributes:
        key: As submitted.
        content: As submitted.
        sender: As submitted.
        state: How far it has come.
        nonce: Number of its last transaction; None before one is signed.
        hash: Hash of its last transaction, 32 bytes.
        refusal: Why it was refused, when it was.
        reason: The node's words for an unfit transaction.
        revert_data: The contract's custom error, when it reverted.
        block_number: The block that took it.
        block_hash: 32 bytes.
        is_final: Whether that is its end for good: it has come to one, and no block can be replaced that
            says so. Until then `Outbox.confirm` looks again.
    """

    key: str
    content: bytes
    sender: ChecksumAddress
    state: EntryState
    nonce: int | None
    hash: bytes | None
    refusal: Refusal | None
    reason: str | None
    revert_data: bytes | None
    block_number: int | None
    block_hash: bytes | None
    is_final: bool


metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("sender", String, nullable=False),
    Column("to", String),
    Column("data", LargeBinary, nullable=False),
    Column("gas", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("hash", LargeBinary),
    Column("refusal", String),
    Column("reason", String),
    Column("revert_data", LargeBinary),
    Column("block_number", BigInteger),
    Column("block_hash", LargeBinary),
)

transactions = Table(
    "transactions",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("entry", ForeignKey("entries.number"), nullable=False, index=True),
    Column("sender", String, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("refusal", String),
)

unconfirmed = Table(
    "unconfirmed",
    metadata,
    Column("entry", ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    comment="entries that a block took which may yet be replaced",
)

reservations = Table(
    "reservations",
    metadata,
    Column("sender", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    comment="numbers that were given to somebody who signs elsewhere; one a sender, until a time (seconds)",
)

entries_by_state = Index("entries_by_state", entries.c.state)
"""What is on its way is found without reading all that ever was."""

takes_its_nonce = text("(refusal IS NULL OR refusal <> 'unfit')")
"""Nobody else may have the number of such a transaction. In the words of the index: SQLite else scans all."""

Index(
    "one_transaction_a_nonce",
    transactions.c.sender,
    transactions.c.nonce,
    unique=True,
    sqlite_where=takes_its_nonce,
    postgresql_where=takes_its_nonce,
)
