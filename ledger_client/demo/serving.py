"""How the demonstration serves its city: by the commands that anybody would use, as processes apart."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import webbrowser
from collections.abc import Callable

from ledger_client.demo.visit import READERS, Reader
from ledger_client.home import Home
from ledger_client.language import current_language, tr

AUTHORITY = "root"
"""Name of the key that issues the accounts: whoever reads all of the city reads across its districts."""

_TOLD_WITHIN = 3  # seconds
_ADDRESS = re.compile(r"http://\S+:\d+")


def with_accounts(home: Home) -> dict[str, str]:
    """Issue an account for every reader; return their keys by the name of the reader."""
    return {each.name: _account(home, each) for each in READERS}


def _account(home: Home, reader: Reader) -> str:
    scopes = [word for scope in reader.scopes for word in ("--scope", scope)]
    words = ["add", tr(reader.office[1], reader.office[0]), "--division", str(reader.division), *scopes]
    done = subprocess.run(  # noqa: S603  our own command
        [*_command(home), "reader", *words, "--by", AUTHORITY, "--json"],
        env=_environment(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    key: str = json.loads(done.stdout)["key"]
    return key


def serve(home: Home, ready: Callable[[str], None], port: int | None = None) -> int:
    """Serve a city until somebody stops it.

    Args:
        home: Of the city.
        ready: Called once, with the address of the page, when it can be opened.
        port: Where; by default that of `shecang serve`.

    Returns:
        The server's exit code.
    """
    words = [] if port is None else ["--port", str(port)]
    with subprocess.Popen(  # noqa: S603  our own command
        [*_command(home), "serve", "--no-log", *words],
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            _listen(server, ready)
            return server.wait()
        except KeyboardInterrupt:
            return _end(server)


def _listen(server: subprocess.Popen[str], ready: Callable[[str], None]) -> None:
    """Read what the server says until it ends: it would wait for a reader."""
    waiting = True
    for line in server.stdout or ():
        found = _ADDRESS.search(line)
        if waiting and found:
            waiting = False
            ready(f"{found[0]}/")


def _end(server: subprocess.Popen[str]) -> int:
    """Ctrl-C tells both processes; where only this one was told, tell the server."""
    try:
        return server.wait(_TOLD_WITHIN)
    except subprocess.TimeoutExpired:
        server.terminate()
        return server.wait()


def open_in_browser(address: str) -> None:
    """Open the page where there is a display; where there is none, its address was printed."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)


def _command(home: Home) -> list[str]:
    program = "from ledger_client.cli import main; main()"
    return [sys.executable, "-c", program, "--home", str(home.path)]


def _environment() -> dict[str, str]:
    return os.environ | {"SHECANG_LANG": current_language()}
