"""Small private files: written whole or not at all, read up to a limit."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ledger_client.errors import UnavailableError, UsageError

_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What a disk answers that knows no links."""


class FileExistsAlreadyError(UsageError):
    """A file that must be new is there already."""

    en = "{path} exists already; choose another name, nothing was overwritten"
    zh = "{path} 已存在；请另取名称，未覆盖任何内容"


class FileUnavailableError(UnavailableError):
    """A file cannot be read or written."""

    en = "{path}: {reason}; nothing was changed"
    zh = "{path}：{reason}；未作任何更改"


class DiskFullError(UnavailableError):
    """There is no room for a file."""

    en = "{path}: the disk is full; nothing was written. Make room and repeat the step"
    zh = "{path}：磁盘已满，未写入；请腾出空间后重试"


class FileSizeError(UsageError):
    """A file is larger than anything of its kind."""

    en = "{path} is larger than {limit} bytes, the most that such a file may have"
    zh = "{path} 超过 {limit} 字节的上限"


def write_new_private(path: Path, content: bytes) -> None:
    """Write `content` to the new file `path`, which its owner alone may read.

    The content is on disk before the name is: a crash leaves the whole file or none.

    Raises:
        FileExistsAlreadyError: `path` exists; it is left as it was.
        DiskFullError: There is no room.
        FileUnavailableError: The directory is missing or not writable.
    """
    with writing_new(path) as file:
        file.write(content)


def replace_private(path: Path, content: bytes) -> None:
    """Write `content` to the file `path`, new or in place of an old one, as `write_new_private` does.

    Raises:
        DiskFullError: There is no room; the old file is as it was.
        FileUnavailableError: The directory is missing or not writable.
    """
    with _writing(path, os.replace) as file:
        file.write(content)


def make_private_directory(path: Path) -> None:
    """Make the directory `path`, which its owner alone may enter, unless it is there.

    Raises:
        FileUnavailableError: It cannot be made, or is a file.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnavailableError(path=path, reason=error.strerror) from error


def read_limited(path: Path, limit: int) -> bytes:
    """Return the content of `path`, which has at most `limit` bytes.

    Raises:
        FileSizeError: It has more; no more than `limit` + 1 bytes were read.
        FileUnavailableError: It is missing or not readable.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise FileUnavailableError(path=path, reason=error.strerror) from error
    if len(content) > limit:
        raise FileSizeError(path=path, limit=limit)
    return content


@contextmanager
def writing_new(path: Path) -> Iterator[BinaryIO]:
    """Give a new file to write, which its owner alone may read, and which has its name only when it is whole.

    Raises:
        FileExistsAlreadyError: `path` exists; it is left as it was.
        DiskFullError: There is no room.
        FileUnavailableError: The directory is missing or not writable.
    """
    with _writing(path, _name) as file:
        yield file


def synchronise_directory(directory: Path) -> None:
    """Make a new name outlast a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writing(path: Path, put: Callable[[str, Path], None]) -> Iterator[BinaryIO]:
    try:
        # mkstemp makes the file with mode 0600.
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            put(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        synchronise_directory(path.parent)
    except FileExistsError as error:
        raise FileExistsAlreadyError(path=path) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(path=path) from error
        raise FileUnavailableError(path=path, reason=error.strerror or error) from error


def _name(temporary: str, path: Path) -> None:
    """Give a whole file its name; a link, unlike a rename, never replaces a file that is there."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # USB sticks know no links: take the name first, so that nobody else has it, and then replace it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        Path(temporary).replace(path)
