"""The text of an evidence file: canonical JSON, one value a line, read as a stream, perhaps out of gzip.

Limits stand before parsing: bytes of a line, bytes of the text, brackets of a line. What is compressed must
be one whole gzip member with the right checksum and length, and nothing behind it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ledger_client.canonical import NotCanonicalError, parse_canonical
from ledger_client.errors import MismatchError, UnavailableError

LINE_LIMIT = 4 << 20
"""Bytes of a line at most: a document of some ten thousand lines."""

TEXT_LIMIT = 8 << 30
"""Bytes of a text at most, uncompressed."""

EXPANSION_LIMIT = 100
"""How many times as long as the compressed file its text may be; one of 3,000 documents is 6 times."""

EXPANSION_FLOOR = 64 << 20
"""Bytes of text that any compressed file may have."""

_MANIFEST = b'"type":"evidence"'
_SHOWN = 40  # characters of a foreign type
_CHUNK = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


class NotEvidenceError(UnavailableError):
    """A file is no evidence file."""

    en = "{source} is no evidence file ({reason}); `shecang evidence export` writes one"
    zh = "{source} 不是证据文件（{reason_zh}）；请用 `shecang evidence export` 导出"


class EvidenceTooLargeError(UnavailableError):
    """A file goes beyond a limit; nothing beyond it was read."""

    en = "{source} goes beyond the limit of {limit} bytes {what}, and was read no further"
    zh = "{source} 的{what_zh}超过 {limit} 字节的上限，未继续读取"


class EvidenceCutError(MismatchError):
    """A file ends before it is complete."""

    en = "{source} was cut short after line {line}: {missing} is missing; get it anew from where it came from"
    zh = "{source} 在第 {line} 行之后被截断：缺少{missing_zh}；请向来源方重新索取"


class EvidenceChangedError(MismatchError):
    """A line is not as an export writes it."""

    en = "line {line} of {source} was changed ({reason}); get the file anew from where it came from"
    zh = "{source} 第 {line} 行已被改动（{reason_zh}）；请向来源方重新索取"


class EvidenceLongerError(MismatchError):
    """A file goes on behind its end."""

    en = "{source} goes on at line {line}, where it should end: something was added or moved; get it anew"
    zh = "{source} 应止于第 {line} 行之前：其后另有添加或移动的内容；请重新索取"


class GzipDamagedError(MismatchError):
    """A compressed file is damaged."""

    en = "{source} is damaged as a gzip file ({reason}); get it anew from where it came from"
    zh = "{source} 作为 gzip 文件已损坏（{reason_zh}）；请向来源方重新索取"


class Lines:
    """The lines of a file, one after the other, each taken by whoever expects its type.

    Args:
        file: From its beginning.
        source: How a sentence calls it.
        progress: Told how many bytes of the file have been read, now and then.

    Attributes:
        source: How a sentence calls it.
        number: Number of the line taken last, from 1.
    """

    def __init__(
        self, file: BinaryIO, source: str, progress: Callable[[int], None] = lambda _read: None
    ) -> None:
        self.source = source
        self.number = 0
        self._raws = _split(_text_of(file, source, progress), source)
        self._type, self._next = "", dict[str, Any]()

    def begin(self) -> None:
        """Read the first line.

        Raises:
            NotEvidenceError: It is none of an evidence file.
            MismatchError: It is one that was changed.
        """
        self._type, self._next = self._read(1)

    def _read(self, number: int) -> tuple[str, dict[str, Any]]:
        """Return type and members of the line that comes next; an empty type at the end."""
        raw = next(self._raws, None)
        if raw is None:
            return "", {}
        try:
            value = parse_canonical(raw, self.source)
        except NotCanonicalError as error:
            if number == 1 and _MANIFEST not in raw:
                raise self.no_evidence(error.reason, error.reason_zh) from error
            raise self.changed(error.reason, error.reason_zh, number) from error
        type_ = value.pop("type", None) if isinstance(value, dict) else None
        if isinstance(type_, str) and type_:
            return type_, value
        if number == 1:
            raise self.no_evidence("its first line has no type", "首行没有类型")
        raise self.changed("it has no type", "没有类型", number)

    def no_evidence(self, reason: str, reason_zh: str) -> NotEvidenceError:
        """Return the error that says that the file is something else."""
        return NotEvidenceError(source=self.source, reason=reason, reason_zh=reason_zh)

    def changed(self, reason: str, reason_zh: str, number: int | None = None) -> EvidenceChangedError:
        """Return the error about a line, the one taken last where no other is named."""
        return EvidenceChangedError(
            source=self.source, line=number or self.number, reason=reason, reason_zh=reason_zh
        )

    @property
    def coming(self) -> str:
        """Type of the line that comes, empty at the end."""
        return self._type

    def take(self, type_: str) -> dict[str, Any] | None:
        """Return the members of the next line where it is of a type, and go on; else None."""
        if self._type != type_:
            return None
        line = self._next
        self.number += 1
        self._type, self._next = self._read(self.number + 1)
        return line

    def lacking(self, missing: str, missing_zh: str) -> MismatchError:
        """Return the error that says what should come next, and does not."""
        if not self._type:
            return EvidenceCutError(
                source=self.source, line=self.number, missing=missing, missing_zh=missing_zh
            )
        came = self._type[:_SHOWN]
        return self.changed(
            f"{came} in the place of {missing}", f"此处应为{missing_zh}，而非 {came}", self.number + 1
        )

    def finish(self) -> None:
        """Refuse a file that goes on.

        Raises:
            EvidenceLongerError: There is another line.
        """
        if self._type:
            raise EvidenceLongerError(source=self.source, line=self.number + 1)


def _split(chunks: Iterator[bytes], source: str) -> Iterator[bytes]:
    """Give the lines of a text without their ends."""
    rest, number = b"", 0
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            _require_size(len(line), source)
            number += 1
            yield line
        _require_size(len(rest), source)
    if rest and not number:
        raise NotEvidenceError(source=source, reason="no line ends in it", reason_zh="其中没有完整的行")
    if rest:
        missing = "the end of the line behind it"
        raise EvidenceCutError(source=source, line=number, missing=missing, missing_zh="其后一行的结尾")


def _require_size(size: int, source: str) -> None:
    if size > LINE_LIMIT:
        raise EvidenceTooLargeError(source=source, limit=LINE_LIMIT, what="a line", what_zh="单行")


def _text_of(file: BinaryIO, source: str, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Give the text of a file in pieces, taken out of gzip where it is compressed."""
    first = file.read(_CHUNK)
    pieces = _unpacked(file, first, source, progress)
    if not first.startswith(_GZIP_MAGIC):
        pieces = _pieces(file, first, progress)
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > TEXT_LIMIT:
            raise EvidenceTooLargeError(source=source, limit=TEXT_LIMIT, what="of text", what_zh="文本")
        yield piece


def _pieces(file: BinaryIO, first: bytes, progress: Callable[[int], None]) -> Iterator[bytes]:
    read, piece = 0, first
    while piece:
        read += len(piece)
        progress(read)
        yield piece
        piece = file.read(_CHUNK)


def _unpacked(file: BinaryIO, first: bytes, source: str, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Give what one gzip member holds, a bounded piece at a time."""
    member = zlib.decompressobj(_GZIP)
    read = total = 0
    for packed in _pieces(file, first, progress):
        read += len(packed)
        waiting = packed
        while waiting and not member.eof:
            piece = _inflated(member, waiting, source)
            total += len(piece)
            _require_expansion(read, total, source)
            yield piece
            waiting = member.unconsumed_tail
        if member.unused_data or (member.eof and waiting is packed):
            raise GzipDamagedError(source=source, reason="bytes behind its end", reason_zh="其后另有内容")
    if not member.eof:
        raise GzipDamagedError(source=source, reason="it ends too early", reason_zh="提前结束")


def _inflated(member: Any, packed: bytes, source: str) -> bytes:
    try:
        piece: bytes = member.decompress(packed, _CHUNK)
    except zlib.error as error:
        raise GzipDamagedError(
            source=source, reason="checksum, length or content is wrong", reason_zh="校验和、长度或内容有误"
        ) from error
    return piece


def _require_expansion(read: int, total: int, source: str) -> None:
    """Refuse a zip bomb: documents must be kept until the proofs come, which stand behind them."""
    limit = max(EXPANSION_FLOOR, EXPANSION_LIMIT * read)
    if total > limit:
        what, what_zh = "of text for its compressed size", "解压文本（按其压缩大小计）"
        raise EvidenceTooLargeError(source=source, limit=limit, what=what, what_zh=what_zh)
