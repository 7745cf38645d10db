"""Where statements of witnesses lie: a directory, a plain HTTP address, or one file.

In a directory and at an address each witness has a file of its own, `<address>.jsonl`, with one statement a
line. Statements convince by their signatures and not by where they lie, so that any web server, shared folder
or USB stick will do; only the witness itself appends to its file, in a directory of its own.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from filelock import FileLock

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.checkpoints import _web
from ledger_client.checkpoints.statement import Statement, StatementFormError
from ledger_client.errors import MismatchError, UnavailableError, UsageError
from ledger_client.files import (
    DiskFullError,
    FileSizeError,
    FileUnavailableError,
    read_limited,
    synchronise_directory,
)
from ledger_client.trust import Trust

FILE_LIMIT = 64 << 20
"""Bytes of one witness's file at most: some hundred thousand statements."""

PROOF_LIMIT = 65_536
"""Bytes of a file with the proof of a fork at most: it holds two statements."""

PROOF_TYPE = "shecang-fork-proof"


class PlaceUnreachableError(UnavailableError):
    """There is no directory, or nobody answers at an address, or not with a file."""

    en = "the checkpoints at {place} cannot be read ({reason}); correct the address, or try again later"
    zh = "无法读取 {place} 处的检查点（{reason}）；请更正地址，或稍后再试"


class PlaceKindError(UsageError):
    """A text names no place of checkpoints."""

    en = "{place} is neither a directory nor a file of checkpoints nor an http address; correct it"
    zh = "{place} 既不是检查点目录或文件，也不是 http 地址；请更正"


class StatementDamagedError(MismatchError):
    """A line of a witness's file is no statement of this ledger by that witness."""

    en = (
        "line {line} of {place} is no statement of witness {witness} about this ledger ({reason}); get the "
        "file anew from the witness"
    )
    zh = "{place} 第 {line} 行不是见证人 {witness} 关于本账本的声明（{reason_zh}）；请向该见证人重新索取"


class Place(Protocol):
    """Where statements can be read."""

    @property
    def name(self) -> str:
        """How a sentence calls it."""

    def statements(self, trust: Trust, witness: Address) -> list[Statement]:
        """Return the statements of a witness, in the order of the file; none where there is no file.

        Raises:
            PlaceUnreachableError: It cannot be read.
            StatementDamagedError: A line is not a valid statement of the witness.
        """


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory of witnesses' files.

    Attributes:
        path: The directory.
        is_expected: Whether it has to be there: a medium that was taken away says nothing, and is not empty.
    """

    path: Path
    is_expected: bool = False

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def statements(self, trust: Trust, witness: Address) -> list[Statement]:
        """See `Place.statements`. A last line that was cut by a crash is not there."""
        return _parse(self._content(witness), trust, witness, str(self._file(witness)))

    def newest(self, trust: Trust, witness: Address, count: int) -> list[Statement]:
        """Return the last statements of a witness alone, so that a long history need not be checked again.

        Args:
            trust: Which ledger, and whose statements count.
            witness: Whose.
            count: How many at most.

        Raises:
            PlaceUnreachableError: The file cannot be read.
            StatementDamagedError: One of these lines is not a valid statement of the witness.
        """
        *whole, _cut = self._content(witness).split(b"\n")
        before = max(0, len(whole) - count)
        last = b"".join(line + b"\n" for line in whole[before:])
        return _parse(last, trust, witness, str(self._file(witness)), before)

    def _content(self, witness: Address) -> bytes:
        """Return what is in a witness's file; nothing where there is none."""
        file = self._file(witness)
        try:
            # A pipe or a device in its place would never end.
            if not stat.S_ISREG(file.stat().st_mode):
                raise PlaceUnreachableError(place=file, reason="no file")
            return read_limited(file, FILE_LIMIT)
        except FileNotFoundError as error:
            if self.is_expected and not self.path.is_dir():
                raise PlaceUnreachableError(place=self.path, reason="no directory") from error
            return b""
        except FileSizeError as error:
            raise PlaceUnreachableError(place=file, reason=f"> {FILE_LIMIT} bytes") from error
        except OSError as error:
            raise PlaceUnreachableError(place=file, reason=error.strerror) from error

    def _file(self, witness: Address) -> Path:
        return self.path / file_name(witness)

    @contextmanager
    def locked(self, witness: Address) -> Iterator[None]:
        """Keep every other process from appending to a witness's file meanwhile."""
        lock = FileLock(self.path / f".{file_name(witness)}.lock")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            raise FileUnavailableError(path=self.path, reason=error.strerror) from error
        try:
            yield
        finally:
            lock.release()

    def append(self, statements: list[Statement]) -> None:
        """Append statements of one witness, durably, all or none; the caller holds the lock.

        Raises:
            DiskFullError: There is no room; the file is as it was.
            FileUnavailableError: It cannot be written.
        """
        if not statements:
            return
        file = self._file(statements[0].witness)
        text = b"".join(canonical(each.to_dict()) + b"\n" for each in statements)
        try:
            with file.open("ab") as opened:
                length = _whole_length(file)
                try:
                    opened.truncate(length)
                    opened.write(text)
                    opened.flush()
                    os.fsync(opened.fileno())
                    # The name of a new file is in the directory, and must outlive a power cut as well.
                    synchronise_directory(self.path)
                except OSError:
                    os.truncate(file, length)
                    raise
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError(path=file) from error
            raise FileUnavailableError(path=file, reason=error.strerror) from error


@dataclass(frozen=True, slots=True)
class Website:
    """An http or https address below which witnesses' files lie.

    Attributes:
        address: Of the directory.
        seconds: For one file, however it drips.
    """

    address: str
    seconds: float = _web.WHOLE

    @property
    def name(self) -> str:
        """The address, without what may be a secret in it."""
        return _web.shown(self.address)

    def statements(self, trust: Trust, witness: Address) -> list[Statement]:
        """See `Place.statements`."""
        url = _web.below(self.address, file_name(witness))
        try:
            content = _web.fetch(url, FILE_LIMIT, self.seconds)
        except _web.WebError as error:
            raise PlaceUnreachableError(place=_web.shown(url), reason=str(error)) from error
        return _parse(content or b"", trust, witness, _web.shown(url))


@dataclass(frozen=True, slots=True)
class Proof:
    """A file with the proof of a fork, read as the statements in it."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def statements(self, trust: Trust, witness: Address) -> list[Statement]:
        """See `Place.statements`."""
        content = read_limited(self.path, PROOF_LIMIT).removesuffix(b"\n")
        try:
            raw = parse_canonical(content, self.name)
            if raw["type"] != PROOF_TYPE:
                raise StatementFormError("no proof of a fork")
            found = [Statement.from_dict(each) for each in raw["statements"]]
        except (NotCanonicalError, StatementFormError, KeyError, TypeError) as error:
            raise PlaceKindError(place=self.path) from error
        own = [each for each in found if each.witness == witness]
        for line, each in enumerate(own, start=1):
            _require_valid(each, trust, witness, self.name, line)
        return own


def place_of(text: str) -> Place:
    """Return the place that a text names.

    Raises:
        PlaceKindError: It is none.
    """
    if "://" in text:
        if not _is_web_address(text):
            raise PlaceKindError(place=text)
        return Website(text)
    path = Path(text)
    if text and path.is_dir():  # Path("") would be the working directory
        return Directory(path, is_expected=True)
    if path.is_file():
        return Proof(path)
    raise PlaceKindError(place=text)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def file_name(witness: Address) -> str:
    """Return the name of a witness's file."""
    return f"{address_to_bytes(witness).hex()}.jsonl"


def _parse(content: bytes, trust: Trust, witness: Address, source: str, before: int = 0) -> list[Statement]:
    found = []
    *whole, _cut = content.split(b"\n")
    for line, raw in enumerate(whole, start=before + 1):
        try:
            statement = Statement.from_dict(parse_canonical(raw, source))
        except (NotCanonicalError, StatementFormError) as error:
            raise StatementDamagedError(
                line=line, place=source, witness=witness, reason=str(error)[:100], reason_zh="格式有误"
            ) from error
        _require_valid(statement, trust, witness, source, line)
        found.append(statement)
    return found


def _require_valid(statement: Statement, trust: Trust, witness: Address, source: str, line: int) -> None:
    if statement.witness != witness or not statement.is_valid(trust):
        raise StatementDamagedError(
            line=line, place=source, witness=witness, reason="signature", reason_zh="签名无效"
        )


def _whole_length(file: Path) -> int:
    """Return how many bytes of a file are whole lines."""
    content = file.read_bytes()
    return content.rfind(b"\n") + 1
