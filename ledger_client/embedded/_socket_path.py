"""Where the socket of a directory lies.

In the directory itself, unless its path is longer than the system lets a socket's be (about 107 bytes): then
in a private temporary directory, whose path is written into a file where the socket would be.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

SOCKET_NAME = "chain.sock"
RECORD_NAME = "chain.sock.path"

_LONGEST = 100  # bytes; macOS allows 103, Linux 107
_PREFIX = "shecang-"


def find(directory: Path) -> Path | None:
    """Return where the holder of `directory` listens, if one does; None when certainly nobody does."""
    try:
        return Path((directory / RECORD_NAME).read_text())
    except FileNotFoundError:
        return _near(directory)


def _near(directory: Path) -> Path | None:
    path = directory.absolute() / SOCKET_NAME
    return path if len(os.fsencode(path)) <= _LONGEST else None


def prepare(directory: Path) -> Path:
    """Return a free path to listen at, after removing what a holder that was killed has left.

    Only the holder of the directory may call this.
    """
    clear(directory)
    near = _near(directory)
    if near is not None:
        return near
    path = Path(tempfile.mkdtemp(prefix=_PREFIX)) / SOCKET_NAME
    written = directory / f"{RECORD_NAME}.tmp"
    written.write_text(str(path))
    written.replace(directory / RECORD_NAME)
    return path


def clear(directory: Path) -> None:
    """Remove the socket of `directory`, and the temporary directory that it may lie in."""
    path = find(directory)
    if path is None:
        return
    path.unlink(missing_ok=True)
    if (directory / RECORD_NAME).exists() and path.parent.name.startswith(_PREFIX):
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    (directory / RECORD_NAME).unlink(missing_ok=True)
