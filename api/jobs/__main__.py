"""One piece of work: `python -m api.jobs NAME MEMORY SECONDS FILE`, started by `api.work` and by nobody else.

Memory, processor time and the size of files are limited before anything is read. When stdin closes, because
the server ended in whatever way, this process ends with all that it started, and takes its directory along.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from ledger_client.errors import ShecangError
from ledger_client.language import use_language

_POLITE = 10  # behind whatever answers requests
_SWEEPS = 100  # of a directory into which the work may be writing meanwhile


def main(name: str, memory: int, seconds: int, file: int) -> None:
    """Do one piece of work and tell what it came to."""
    _limit(memory, seconds, file)
    directory = Path.cwd()
    said = sys.stdin.buffer.readline()
    if not said.endswith(b"\n"):  # the server ended before it had said what to do
        return _end(directory)
    threading.Thread(target=_end_with_the_server, args=(directory,), daemon=True).start()
    arguments = json.loads(said)
    answer = _Answer()
    use_language(arguments["language"])
    try:
        result = importlib.import_module(f"api.jobs.{name}").run(arguments, answer)
    except ShecangError as error:
        answer("error", _refusal(error))
    except MemoryError:
        answer("error", {"kind": "memory"})
    except Exception as error:
        answer("error", {"kind": "failed", "what": _where(error)})
    else:
        answer("result", result)


class _Answer:
    """Writes lines to what was stdout; whatever else is printed goes nowhere."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def __call__(self, word: str, content: Any) -> None:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self._out.write(f"{word} ".encode() + text.encode("utf-8", "backslashreplace") + b"\n")
        self._out.flush()


def _limit(memory: int, seconds: int, file: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    os.nice(_POLITE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_server(directory: Path) -> None:
    """Wait for stdin to close: the server has ended, or nobody wants this any more."""
    while os.read(0, 1):
        pass
    _end(directory)


def _end(directory: Path) -> None:
    """Remove what the work has written and end at once, with all that it started."""
    for _ in range(_SWEEPS):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            break
    os.killpg(0, signal.SIGKILL)


def _refusal(error: ShecangError) -> dict[str, Any]:
    """Return an error so that `api.work` can raise it again; facts of other types are told as texts."""
    kind = type(error)
    facts = {
        name: value if value is None or isinstance(value, str | int | float) else str(value)
        for name, value in error.facts.items()
    }
    return {"kind": "refused", "type": f"{kind.__module__}.{kind.__qualname__}", "facts": facts}


def _where(error: Exception) -> str:
    """Return what failed and where, without what was in the file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
