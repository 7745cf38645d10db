"""What a process does that makes pages.

It reads what is to be made from standard input and ends with it, which it does when the server ends in
whatever way. It begins with None when it is at work, else with a sentence that says what keeps it from that.
A page that cannot be made, whyever, is answered with None.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel

from api.answers import as_json
from api.asked import begin
from api.collecting import settle
from api.conditional import NotModifiedError, use_seal
from api.pages.messages import HEAD, PageAsked, PageMade, framed, unframed
from api.reading import Reading
from api.routes import sites, stock, suppliers
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.language import use_language

MADE = (sites, stock, suppliers)
"""Whose pages are made here: imported before the first one is asked for."""


def make_pages(home: str) -> None:
    """Make pages until the server ends."""
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed must not get in between
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    seal = _next(asked)
    if seal is None:
        return
    use_seal(seal)
    try:
        opened = Reading.open(Home(Path(home)), may_hold=False)
    except ShecangError as error:
        _tell(told, error.text("en"))
        sys.exit(error.exit_code)
    with closing(opened) as reading:
        settle()
        message: Any = None  # it is at work
        while True:
            _tell(told, message)
            page = _next(asked)
            if page is None:
                return
            message = _made(page, reading)


def _end_with_the_server() -> None:
    """End at once when the other end of standard input is closed, whatever is waited for."""
    ended = select.poll()
    ended.register(sys.stdin.fileno(), 0)  # that the other end is closed is told without being asked for
    ended.poll()
    os._exit(0)


def _tell(pipe: BinaryIO, message: Any) -> None:
    pipe.write(framed(message))
    pipe.flush()


def _next(pipe: BinaryIO) -> Any:
    """Return the next message; None when the server has ended."""
    head = pipe.read(HEAD)
    content = pipe.read(int.from_bytes(head, "big"))
    return unframed(content) if content else None


def _made(page: PageAsked, reading: Reading) -> PageMade | None:
    begin(page.asked)
    use_language(page.language)
    try:
        found = page.endpoint(reading=reading, **page.values)
    except NotModifiedError:
        return PageMade(None, page.asked.tag, page.asked.is_lasting)
    except Exception:
        return None  # the server makes it once more, and says what is the matter
    if not isinstance(found, BaseModel):
        return None
    return PageMade(as_json(found), page.asked.tag, page.asked.is_lasting)
