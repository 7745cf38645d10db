"""What can go wrong with the records store."""

from __future__ import annotations

from ledger_client.errors import RefusedError, UnavailableError, UsageError


class RecordsKeyMissingError(UnavailableError):
    """The key of the records store is not there."""

    en = "{path} is missing or no key of 32 bytes; no name and no body can be read. Restore it from a copy"
    zh = "{path} 缺失或不是 32 字节的密钥：没有它就无法读取名称与正文；请从备份恢复"


class RecordsKeyModeError(UsageError):
    """The key of the records store may be read by others."""

    en = "{path} may be read by others than its owner (mode {mode}); set it to 0600 first"
    zh = "{path} 可被他人读取（权限 {mode}）；请先改为 0600"


class RecordsKeyWrongError(UnavailableError):
    """The key is not the one that this store was made with."""

    en = "the key does not open {database}, which was made with another one; use the records.key made with it"
    zh = "密钥无法打开 {database}：它由另一密钥加密；请使用与其一同生成的 records.key"


class RecordDamagedError(UnavailableError):
    """A record was changed in the database, or belongs to another id."""

    en = "the record of {record} does not open: the database was changed or damaged. Restore it from a copy"
    zh = "{record} 的档案无法打开：数据库被改动或损坏；请从备份恢复"


class RecordDeletedError(RefusedError):
    """A deleted record stays deleted."""

    en = "the record of {record} was deleted, and a deleted record stays deleted; nothing was stored"
    zh = "{record} 的档案已删除，不得恢复；未保存任何内容"


class BookSaltDeletedError(RefusedError):
    """The salt of a site's book was deleted, so that its lines can no longer be told from new ones."""

    en = "the book salt of site {site} was deleted; its book can be compared with the chain, but not imported"
    zh = "储备点 {site} 的账册盐值已删除；账册仍可与链上核对，但不能再导入"


class RecordSignatureError(RefusedError):
    """A record was not signed by whoever is said to register it."""

    en = "the record of {record} is not signed by {address}, who registers it; sign its digest with that key"
    zh = "{record} 的档案并非由登记人 {address} 签署；请用其密钥对摘要签署"


class BodyFormError(UsageError):
    """A body cannot be written as canonical JSON."""

    en = "the body of {record} cannot be written as canonical JSON (RFC 8785): {reason}"
    zh = "{record} 的正文无法写成规范化 JSON（RFC 8785）：{reason}"
