"""Asks a server at a steady rate: what was to be sent when is fixed beforehand (an open loop).

A server that falls behind does not slow the asking down: the time of an answer is counted from when its
request was to be sent, so that waiting for a free connection counts as well. Each connection is that of one
client program, which keeps it and sends its own key.

Run as a process of its own, with one line of JSON on stdin and one on stdout: see `main`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

_KEEP_EVERY = 20  # answers, of which one is kept to be looked at


@dataclass(slots=True)
class _Run:
    """What came of asking."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    last: float = 0.0


class _Connection:
    """One client program: a connection that is kept, and its key."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._head = (
            f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nAccept: application/json\r\n"
            "Accept-Language: en\r\nUser-Agent: bench\r\n\r\n"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\n{self._head}".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        return int(head[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        """Forget the connection; the next request makes another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _ask(port: int, keys: list[str], paths: list[str], rate: float) -> _Run:
    run, waiting = _Run(), asyncio.Queue[tuple[int, str, float] | None]()
    clients = [asyncio.create_task(_serve(_Connection(port, key), waiting, run)) for key in keys]
    start = time.perf_counter() + 0.1
    for number, path in enumerate(paths):
        due = start + number / rate
        if (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        waiting.put_nowait((number, path, due))
    for _ in clients:
        waiting.put_nowait(None)
    await asyncio.gather(*clients)
    run.last -= start
    return run


async def _serve(connection: _Connection, waiting: asyncio.Queue[Any], run: _Run) -> None:
    while (asked := await waiting.get()) is not None:
        number, path, due = asked
        try:
            status, body = await connection.get(path)
        except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as error:
            connection.close()
            run.failed.append(repr(error))
            continue
        run.last = time.perf_counter()
        run.seconds.append(run.last - due)
        run.sizes.append(len(body))
        if status != 200:
            run.failed.append(f"{status} {path} {body[:200]!r}")
        elif number % _KEEP_EVERY == 0:
            run.kept.append((path, body.decode()))
    connection.close()


def main() -> None:
    """Ask as stdin says (`port`, `keys`, `paths`, `rate`) and print what came of it as JSON.

    `seconds` are those of each answer, in the order in which they came; `took` is the time from the first
    request to the last answer; `kept` are some answers, with their paths.
    """
    given = json.loads(sys.stdin.readline())
    gc.disable()  # a pause here would be counted as one of the server
    run = asyncio.run(_ask(given["port"], given["keys"], given["paths"], given["rate"]))
    told = {
        "seconds": run.seconds,
        "sizes": run.sizes,
        "failed": run.failed,
        "kept": run.kept,
        "took": run.last,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
