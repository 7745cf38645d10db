"""What can be wrong with a book's file, before any row of it is read."""

from __future__ import annotations

from ledger_client.errors import UnavailableError, UsageError


class NotASpreadsheetError(UnavailableError):
    """The file holds no table that this program reads."""

    en = "{file}: {why}; save the book as .xlsx, .xls, .ods or .csv and read that"
    zh = "{file}：{why_zh}；请将账册另存为 .xlsx、.xls、.ods 或 .csv 后再读取"


class FileUnreadableError(UnavailableError):
    """The file cannot be opened."""

    en = "{file} cannot be opened ({why}); check the name and who may read it"
    zh = "{file} 无法打开（{why}）；请检查文件名和读取权限"


class BookTooLargeError(UnavailableError):
    """The file goes over a limit that keeps one upload from filling the machine."""

    en = "{file} has {what} {found}, the limit is {limit}; split the book and read the parts"
    zh = "{file} 的{what_zh}为 {found}，上限为 {limit}；请拆分账册后分别读取"


class BadDateOptionError(UsageError):
    """A date given by hand is none."""

    en = "{value!r} is no date; write it as 2020-01-30"
    zh = "{value!r} 不是日期；请写成 2020-01-30"


class MappingFileError(UsageError):
    """A mapping file does not say what it must."""

    en = "{file}, row {row}: {why}; correct that row of the mapping"
    zh = "{file} 第 {row} 行：{why_zh}；请更正对照表的这一行"
