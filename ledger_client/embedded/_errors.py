"""What can go wrong with an embedded chain.

::

    UsageError
    └── ChainExistsError             there is a chain in the directory already
    UnavailableError
    ├── NoChainError                 there is none
    ├── ChainHeldError               another program holds the directory
    ├── ChainSchemaError             written by another version
    ├── ChainCorruptError            the database does not say what it was given to keep
    ├── ChainDiskFullError           no room; nothing was recorded
    ├── ChainStorageError            the system refuses to read or write
    ├── ChainFaultError              the engine failed in a way that nobody foresaw
    ├── ChainSocketError             the holder of the directory cannot be reached
    ├── ChainUnheldError             nobody holds the directory, and whoever asks may not
    └── ClockBehindError             the host's clock stands before the last block
    RefusedError
    └── TransactionRefusedError      a transaction breaks a rule; nothing was recorded
        ├── TransactionMalformedError
        ├── TransactionTypeError
        ├── ChainIdError
        ├── SignatureError
        ├── NonceTooLowError
        ├── NonceTakenError
        ├── GasLimitError
        ├── FundsError
        └── PendingFullError

The English sentences of refused transactions begin with the words that geth uses, so that a client may treat
every engine alike.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import ClassVar

from ledger_client.errors import RefusedError, ShecangError, UnavailableError, UsageError


class ChainExistsError(UsageError):
    """A chain is created where one exists."""

    en: ClassVar[str] = "{directory} already holds a ledger; open it, or choose another directory"
    zh: ClassVar[str] = "{directory} 中已有账本；请直接打开，或另选目录"


class NoChainError(UnavailableError):
    """A directory without a chain is opened."""

    en: ClassVar[str] = (
        "{directory} holds no ledger; restore it from a backup where there was one, make one with "
        "`shecang init`, or name the right place"
    )
    zh: ClassVar[str] = (
        "{directory} 中没有账本；若原有账本请从备份恢复，否则用 `shecang init` 新建，或指定正确的目录"
    )


class ChainHeldError(UnavailableError):
    """A second holder asks for the directory."""

    en: ClassVar[str] = "{directory} is held by another program; attach to it, or end that program first"
    zh: ClassVar[str] = "{directory} 正被另一程序占用；请连接到该程序，或先将其结束"


class ChainSchemaError(UnavailableError):
    """The database was written by another version of this package."""

    en: ClassVar[str] = (
        "{directory} is written in form {found}, and this version reads form {wanted}; "
        "use the version of Shecang that wrote it"
    )
    zh: ClassVar[str] = "{directory} 的存储格式为 {found}，本版本只读 {wanted}；请用写入它的版本打开"


class ChainCorruptError(UnavailableError):
    """The database is damaged; it was neither changed nor repaired."""

    en: ClassVar[str] = (
        "the ledger's database {path} is damaged ({detail}); nothing was changed: "
        "keep a copy of the whole directory and restore it from a backup"
    )
    zh: ClassVar[str] = "账本数据库 {path} 已损坏（{detail}）；未作任何改动：请先复制整个目录，再从备份恢复"


class ChainDiskFullError(UnavailableError):
    """There is no room; what was being written is not recorded, what was acknowledged is there."""

    en: ClassVar[str] = "{path}: the disk is full, and nothing of this step was stored; make room first"
    zh: ClassVar[str] = "{path}：磁盘已满，本步骤未作任何保存；请先腾出空间"


class ChainStorageError(UnavailableError):
    """The system refuses to read or to write."""

    en: ClassVar[str] = (
        "the system refuses access to {path} ({detail}); nothing of this was recorded: "
        "check the disk and the permissions"
    )
    zh: ClassVar[str] = "系统拒绝访问 {path}（{detail}）；本次内容未被记录：请检查磁盘和权限"


class ChainFaultError(UnavailableError):
    """The engine failed in a way that nobody foresaw."""

    en: ClassVar[str] = (
        "the ledger in {directory} could not make a block ({detail}); what was sent waits there: "
        "keep a copy of the directory and report this"
    )
    zh: ClassVar[str] = "{directory} 中的账本未能生成区块（{detail}）；已提交的内容仍在等待：请保留副本并报告"


class ChainSocketError(UnavailableError):
    """The program that holds the directory cannot be reached."""

    en: ClassVar[str] = (
        "another program holds {directory} but does not answer ({detail}); "
        "wait until it has ended, or end it and try again"
    )
    zh: ClassVar[str] = "另一程序占用 {directory} 但没有应答（{detail}）；请等其结束，或将其结束后重试"


class ChainUnheldError(UnavailableError):
    """Nobody holds the directory, and whoever asks is one that only attaches."""

    en: ClassVar[str] = (
        "no program serves the ledger in {directory} just now; ask again in a moment, "
        "or tell who runs the server"
    )
    zh: ClassVar[str] = "目前没有程序提供 {directory} 中的账本；请稍后重试，或联系服务器管理者"


class ClockBehindError(UnavailableError):
    """The host's clock stands before the last block, and a block's time never runs ahead of the clock."""

    en: ClassVar[str] = (
        "the clock of this machine says {now} and the last block is of {head} (seconds since 1970); "
        "blocks never run ahead of the clock: correct the clock"
    )
    zh: ClassVar[str] = "本机时钟为 {now}，最后区块为 {head}（1970 年起的秒数）；区块不得超前：请校正时钟"


class TransactionRefusedError(RefusedError):
    """A transaction breaks a rule of the chain; nothing was recorded."""


class TransactionMalformedError(TransactionRefusedError):
    """The bytes are no transaction."""

    en: ClassVar[str] = "malformed transaction: {detail}; send the bytes that the signer made"
    zh: ClassVar[str] = "交易格式错误：{detail}；请发送签名程序生成的字节"


class TransactionTypeError(TransactionRefusedError):
    """A typed transaction; this chain keeps the rules of Berlin and takes legacy transactions alone."""

    en: ClassVar[str] = (
        "transaction type not supported: {type}; sign a legacy transaction (with gasPrice 0, no type)"
    )
    zh: ClassVar[str] = "不支持的交易类型：{type}；请签署传统交易（gasPrice 为 0，不带类型）"


class ChainIdError(TransactionRefusedError):
    """The transaction is signed for another chain, or for any."""

    en: ClassVar[str] = (
        "invalid chain id for signer: have {found}, want {wanted}; sign it for this ledger's chain"
    )
    zh: ClassVar[str] = "签名的链编号不符：交易为 {found}，应为 {wanted}；请为本账本的链重新签署"


class SignatureError(TransactionRefusedError):
    """No key can have made the signature."""

    en: ClassVar[str] = "invalid sender: the signature is not valid ({detail}); sign the transaction anew"
    zh: ClassVar[str] = "发送者无效：签名不成立（{detail}）；请重新签署交易"


class NonceTooLowError(TransactionRefusedError):
    """The number was used by an earlier transaction of the same sender."""

    en: ClassVar[str] = "nonce too low: next nonce {wanted}, tx nonce {found} of {sender}; use the next one"
    zh: ClassVar[str] = "交易序号过低：{sender} 的下一个序号为 {wanted}，交易为 {found}；请用下一个序号签署"


class NonceTakenError(TransactionRefusedError):
    """Another transaction of this sender waits with the same number; none ever replaces another."""

    en: ClassVar[str] = (
        "replacement transaction underpriced: nonce {found} of {sender} is taken by the waiting "
        "transaction {waiting}; sign with the next one"
    )
    zh: ClassVar[str] = "不能替换交易：{sender} 的序号 {found} 已被等待中的 {waiting} 占用；请用下一个序号"


class GasLimitError(TransactionRefusedError):
    """The gas that the transaction allows cannot be right."""

    en: ClassVar[str] = (
        "gas limit out of bounds: {found}, and it must be at least {lowest} (intrinsic gas too low below it) "
        "and at most {highest} (exceeds block gas limit above it)"
    )
    zh: ClassVar[str] = "燃料上限不合理：交易为 {found}，应不低于 {lowest}，且不高于 {highest}（区块上限）"


class FundsError(TransactionRefusedError):
    """The transaction pays or sends more than its sender has; on this chain nobody has anything."""

    en: ClassVar[str] = (
        "insufficient funds for gas * price + value: {sender} has {found}, tx needs {wanted}; "
        "sign with gas price 0 and value 0"
    )
    zh: ClassVar[str] = "余额不足：{sender} 有 {found}，交易需要 {wanted}；请以 gasPrice 0、value 0 签署"


class PendingFullError(TransactionRefusedError):
    """Too many transactions wait."""

    en: ClassVar[str] = "txpool is full: {waiting} transactions wait; wait until blocks have taken them"
    zh: ClassVar[str] = "等待中的交易已达 {waiting} 笔；请等区块收录后再发送"


# Every statement is fixed, so that one which SQLite cannot make sense of (SQLITE_ERROR: a table is not there,
# a text is no text) has met a file that is not as it was written.
_CORRUPT = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_SCHEMA,
}


def from_sqlite(error: sqlite3.Error, path: Path) -> ShecangError:
    """Return the error that a person understands for one of SQLite's about the file `path`."""
    if isinstance(error, sqlite3.ProgrammingError):  # used after it was closed
        return ChainStorageError(path=path, detail=str(error))
    # The extended result codes carry the primary one in their lower eight bits.
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return ChainDiskFullError(path=path)
    if primary in _CORRUPT:
        return ChainCorruptError(path=path, detail=str(error)[:200])
    return ChainStorageError(path=path, detail=str(error))
