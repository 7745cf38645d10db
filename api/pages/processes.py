"""The processes that make pages.

They start with the server, get one page at a time, and are started again when they die.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from api.asked import current
from api.children import FIRST_PAUSE, LONGEST_PAUSE
from api.conditional import NotModifiedError, seal
from api.environment import importing_alike
from api.pages.messages import HEAD, PageAsked, PageMade, framed, unframed
from api.reading import Reading
from ledger_client.language import current_language

_logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that a page waits for a process before it is made in the server itself."""


class PageProcesses:
    """The page processes of one server, used from its loop alone.

    Args:
        home: The ledger's.
        count: How many.
    """

    def __init__(self, home: Path, count: int) -> None:
        self._home = home.absolute()
        self._count = count
        self._alive: set[_Maker] = set()
        # The one that worked last has the most in its memory.
        self._idle: asyncio.LifoQueue[_Maker] = asyncio.LifoQueue()
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def process_ids(self) -> list[int]:
        """The processes that are at work."""
        return sorted(each.process.pid for each in self._alive)

    def start(self) -> None:
        """Start them; until they are at work, the server makes its pages itself."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]

    async def close(self) -> None:
        """End them, whatever they do."""
        for each in self._keepers:
            each.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def page(self, endpoint: Callable[..., Any], values: dict[str, Any]) -> bytes | None:
        """Return what an endpoint makes of its arguments, as JSON; None where the server is to do it.

        Raises:
            NotModifiedError: Whoever asks has it already.
        """
        asked = current()
        maker = None if asked is None else await self._free()
        if asked is None or maker is None:
            return None
        given = {name: value for name, value in values.items() if not isinstance(value, Reading)}
        [reading] = [value for value in values.values() if isinstance(value, Reading)]
        asked.names_version = reading.names_version()
        made = await self._made(maker, PageAsked(endpoint, given, asked, current_language()))
        if made is None:
            return None
        asked.tag, asked.is_lasting = made.tag, made.is_lasting
        if made.body is None:
            raise NotModifiedError
        return made.body

    async def _free(self) -> _Maker | None:
        """Return a process that has nothing to do; None where there is none for `PATIENCE`."""
        if not self._alive:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self._alive:
                    maker = await self._idle.get()
                    if maker in self._alive:
                        return maker
        return None

    async def _made(self, maker: _Maker, page: PageAsked) -> PageMade | None:
        try:
            made = await maker.ask(page)
        except (OSError, EOFError):  # it died; its keeper starts another
            return None
        except BaseException:
            maker.kill()  # its answer would be taken for that of the next page
            raise
        self._idle.put_nowait(maker)
        return made

    async def _keep(self) -> None:
        """Keep one process at work."""
        pause = FIRST_PAUSE
        while True:
            pages, reason = await self._live()
            pause = FIRST_PAUSE if pages else pause
            _logger.warning("a page process is started again in %.1f s: %s", pause, reason)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> tuple[int, str]:
        """Let a process live once; return how many pages it has made, and why it has ended."""
        try:
            maker = _Maker(await self._spawn())
        except OSError as error:
            return 0, error.strerror or repr(error)
        failure = None
        try:
            with suppress(OSError, EOFError):
                failure = await maker.begin()
                if failure is None:
                    self._alive.add(maker)
                    self._idle.put_nowait(maker)
            code = await maker.process.wait()
        finally:
            self._alive.discard(maker)
            maker.kill()
            await asyncio.shield(maker.process.wait())
        return maker.pages, failure or f"it ended with code {code}"

    async def _spawn(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "api.pages", str(self._home)),
            stdin=PIPE,
            stdout=PIPE,
            env=importing_alike(),
            start_new_session=True,  # Ctrl-C is for the server
        )


class _Maker:
    """One process.

    Attributes:
        process: It.
        pages: How many it has made.
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.pages = 0

    async def begin(self) -> str | None:
        """Tell the process what it needs, and wait until it is at work; return what keeps it from that.

        Raises:
            OSError: It died.
            EOFError: Likewise.
        """
        failure: str | None = await self._exchange(seal())
        return failure

    async def ask(self, page: PageAsked) -> PageMade | None:
        """Have a page made; None where it cannot be.

        Raises:
            OSError: The process died.
            EOFError: Likewise.
        """
        made: PageMade | None = await self._exchange(page)
        self.pages += 1
        return made

    async def _exchange(self, message: Any) -> Any:
        asks, tells = self.process.stdin, self.process.stdout
        if asks is None or tells is None:
            raise RuntimeError("the process has pipes")
        asks.write(framed(message))
        await asks.drain()
        head = await tells.readexactly(HEAD)
        return unframed(await tells.readexactly(int.from_bytes(head, "big")))

    def kill(self) -> None:
        """End the process at once, where it has not ended."""
        with suppress(ProcessLookupError):
            self.process.kill()
