"""Norms as they are typed: floors one by one or in a file, shares, storage modes, cycles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from ledger_client.cli.items import parse_category
from ledger_client.errors import ShecangError, UsageError
from ledger_client.files import read_limited
from ledger_client.identifiers import ItemId, StorageMode, parse_item
from ledger_client.quantities import parse_quantity

FLOOR_FORM = "ITEM=QUANTITY"
CYCLE_FORM = "CATEGORY=DAYS"

FILE_BYTES = 1 << 20
"""Bytes of a file of floors at most."""

FILE_ROWS = 10_000
"""Floors in a file at most."""

FLOORS_AT_ONCE = 100
"""Floors in one transaction; `ledger_client.norms` says what they cost."""

_COLUMNS = (("item", "quantity"), ("物品", "数量"))
_SHARE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?")
_SHARE_WHOLE = 10_000
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("％"): "%"}


class NormFormError(UsageError):
    """A floor or cycle has another form."""

    en = "{value!r} sets nothing: write {form}"
    zh = "{value!r} 无法识别：请写成 {form}"


class NormRepeatedError(UsageError):
    """Something is set twice in one command."""

    en = "{value} is set twice; keep one of the two"
    zh = "{value} 重复设定；请只保留一项"


class NormsMissingError(UsageError):
    """A command sets nothing, or in two ways."""

    en = "give either {option} {form}, once for each, or --file with a CSV; not both"
    zh = "请用 {option} {form}（逐项给出）或 --file（CSV 文件）之一；二者不可并用"


class CyclesMissingError(UsageError):
    """A command sets no cycle."""

    en = "give --category CATEGORY=DAYS, once for each category"
    zh = "请用 --category CATEGORY=DAYS 逐类给出盘点周期"


class ShareFormError(UsageError):
    """A callable share is no percentage."""

    en = "{value!r} is no share: write a percentage from 0 to 100, with at most two decimals, as 40 or 12.5"
    zh = "{value!r} 不是比例：请写 0 至 100 的百分数，最多两位小数，例如 40 或 12.5"


class ModeUnknownError(UsageError):
    """A storage mode is none of the five."""

    en = "{value!r} is no storage mode; choose one of: {known}"
    zh = "{value!r} 不是储备方式；请选择：{known_zh}"


class FloorsFileError(UsageError):
    """A file of floors is wrong somewhere."""

    en = "{path}, line {line}: {reason}; nothing was set"
    zh = "{path} 第 {line} 行：{reason_zh}；未作任何设定"


def parse_floors(typed: Sequence[str], file: Path | None, known: Collection[int]) -> dict[ItemId, int]:
    """Return floors as typed, or as a file has them, by item in base units.

    Args:
        typed: `ITEM=QUANTITY` each.
        file: A CSV of item and quantity.
        known: The items of the catalogue; an item of a file must be one of them, of typed ones the contract
            says so.

    Raises:
        NormsMissingError: There is neither, or both.
        NormFormError: Something typed has another form.
        NormRepeatedError: An item is there twice.
        FloorsFileError: The file is wrong; it names the line.
    """
    if bool(typed) == (file is not None):
        raise NormsMissingError(option="--item", form=FLOOR_FORM)
    if file is not None:
        return read_floors(file, known)
    floors: dict[ItemId, int] = {}
    for text in typed:
        item, quantity = _pair(text, FLOOR_FORM)
        number = parse_item(item)
        if number in floors:
            raise NormRepeatedError(value=number)
        floors[number] = parse_quantity(quantity)
    return floors


def read_floors(path: Path, known: Collection[int]) -> dict[ItemId, int]:
    """Return the floors of a CSV file: a line with `item,quantity` (物品,数量), then one a line.

    Text is UTF-8, or GB 18030 as spreadsheets in China save it. Empty lines are passed over.

    Raises:
        FileSizeError: The file is larger than `FILE_BYTES`.
        FileUnavailableError: It cannot be read.
        FloorsFileError: A line is wrong: the first one that is.
    """
    floors: dict[ItemId, int] = {}
    lines: dict[ItemId, int] = {}
    for line, row in _rows(path):
        if len(row) != len(_COLUMNS[0]):
            raise _wrong(path, line, "it has not two columns, item and quantity", "应为物品、数量两列")
        try:
            item, quantity = parse_item(row[0]), parse_quantity(row[1])
        except ShecangError as error:
            raise _wrong(path, line, error.text("en"), error.text("zh")) from error
        if item not in known:
            raise _wrong(path, line, f"item {item} is not in the catalogue", f"物品 {item} 不在目录中")
        if item in floors:
            first = lines[item]
            en, zh = f"item {item} is on line {first} already", f"物品 {item} 已见于第 {first} 行"
            raise _wrong(path, line, en, zh)
        if len(floors) == FILE_ROWS:
            en = f"a file has at most {FILE_ROWS} floors, set the rest from another"
            raise _wrong(path, line, en, f"一个文件最多 {FILE_ROWS} 项保底量，其余请另用文件设定")
        floors[item], lines[item] = quantity, line
    if not floors:
        raise _wrong(path, 2, "there is no floor in it", "没有任何保底量")
    return floors


def parse_cycles(typed: Sequence[str]) -> dict[int, int]:
    """Return cycles as typed, in days by category.

    Raises:
        CyclesMissingError: There is none.
        NormFormError: One has another form.
        NormRepeatedError: A category is there twice.
    """
    if not typed:
        raise CyclesMissingError
    cycles: dict[int, int] = {}
    for text in typed:
        category, days = _pair(text, CYCLE_FORM)
        number = parse_category(category)
        if number in cycles:
            raise NormRepeatedError(value=number)
        cycles[number] = parse_quantity(days)
    return cycles


def parse_share(text: str) -> int:
    """Return a percentage in basis points.

    Raises:
        ShareFormError: It is none, or above 100.
    """
    plain = text.strip().translate(_FULL_WIDTH).removesuffix("%").strip()
    found = _SHARE.fullmatch(plain)
    if found is None:
        raise ShareFormError(value=text)
    share = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if share > _SHARE_WHOLE:
        raise ShareFormError(value=text)
    return share


def shown_share(share: int) -> str:
    """Return basis points as a percentage, without zeros behind the point that say nothing."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


def parse_mode(text: str) -> StorageMode:
    """Return the storage mode with an English or Chinese name, or its digit.

    Raises:
        ModeUnknownError: There is none.
    """
    wanted = text.strip().lower()
    for mode in StorageMode:
        if wanted in (mode_name(mode), str(int(mode)), *_ZH_MODES[mode]):
            return mode
    raise ModeUnknownError(
        value=text,
        known=", ".join(map(mode_name, StorageMode)),
        known_zh="、".join(f"{mode_name(mode)}（{_ZH_MODES[mode][0]}）" for mode in StorageMode),
    )


def mode_name(mode: StorageMode) -> str:
    """Return what a command takes and JSON shows for a storage mode."""
    return mode.name.lower().replace("_", "-")


_ZH_MODES = {
    StorageMode.GOVERNMENT: ("政府储备", "政府"),
    StorageMode.AGREEMENT: ("协议储备", "协议"),
    StorageMode.ENTERPRISE_HELD: ("企业代储", "企业"),
    StorageMode.HOUSEHOLD: ("家庭储备", "家庭"),
    StorageMode.MERCHANT: ("商户储备", "商户"),
}


def _pair(text: str, form: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left.strip() or not right.strip():
        raise NormFormError(value=text, form=form)
    return left.strip(), right.strip()


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows behind the head, with the number of the line where each ends."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    has_head = False
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if has_head:
                yield reader.line_num, cells
            elif tuple(cell.lower() for cell in cells) not in _COLUMNS:
                en = "the first line must name the columns: item,quantity"
                raise _wrong(path, reader.line_num, en, "首行须为列名：item,quantity（或 物品,数量）")
            has_head = True
    except csv.Error as error:
        en, zh = f"it is no CSV ({error})", f"不是 CSV（{error}）"
        raise _wrong(path, reader.line_num, en, zh) from error


def _text(path: Path) -> str:
    data = read_limited(path, FILE_BYTES)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _wrong(path, 1, "its text is neither UTF-8 nor GB 18030", "文本编码既非 UTF-8 也非 GB 18030")


def _wrong(path: Path, line: int, en: str, zh: str) -> FloorsFileError:
    return FloorsFileError(path=path, line=line, reason=en, reason_zh=zh)
