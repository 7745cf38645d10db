"""How a server is set up: what `shecang serve` was told, for the application."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ledger_client.errors import UsageError

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
"""What every server answers to: the names of its own machine."""

PAGE_FILES = Path(__file__).with_name("static")
"""Where the page is that was built; it is committed and shipped."""

_MOST_PAGE_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up.

    Attributes:
        poll: Seconds between two looks at the head of the chain.
        host_names: What the server answers to; `*.` stands for one label at the beginning. A page elsewhere
            whose name is made to lead here (DNS rebinding) is refused.
        proxies: Addresses of which it is believed for whom they ask (`X-Forwarded-For`, `X-Forwarded-Proto`).
        is_for_proxies: Whether nobody else may ask, but for this machine.
        caller_rate: Requests a minute of one account or key; None for no limit.
        public_rate: Requests a minute from one address without an account; None for no limit.
        failure_rate: Keys, sessions and sign-ins that may fail a minute from one address; None for no limit.
        body_seconds: How long a body may take, and the next part of an upload.
        upload_seconds: How long a whole upload may take.
        page_processes: How many processes make pages beside this one; 0: it makes them itself.
        uploads: How many uploads are taken at once; the public has at most half of them.
        page_files: Folder of the page that browsers are given.
    """

    poll: float = 1.0
    host_names: frozenset[str] = LOOPBACK_NAMES
    proxies: frozenset[str] = frozenset()
    is_for_proxies: bool = False
    caller_rate: int | None = 3_000
    public_rate: int | None = 600
    failure_rate: int | None = 30
    body_seconds: float = 10.0
    upload_seconds: float = 300.0
    page_processes: int = 0
    uploads: int = 8
    page_files: Path = PAGE_FILES

    def answers_to(self, name: str) -> bool:
        """Return whether a name in a request is one of the server's."""
        return name in self.host_names or f"*.{name.partition('.')[2]}" in self.host_names

    def takes_from(self, peer: str) -> bool:
        """Return whether the other end of a connection may ask at all."""
        return not self.is_for_proxies or peer in self.proxies or is_loopback(peer)


def page_processes_for(cores: int) -> int:
    """Return how many processes make pages on a machine: one a core, up to four; with one core, none helps.

    Example:
        >>> page_processes_for(1), page_processes_for(2), page_processes_for(64)
        (0, 2, 4)
    """
    return min(cores, _MOST_PAGE_PROCESSES) if cores > 1 else 0


def name_of(host: str) -> str:
    """Return the name in a request's `Host`, without its port; empty where there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Return whether a name or address is one of the machine itself.

    Example:
        >>> is_loopback("127.0.0.2"), is_loopback("ledger.example")
        (True, False)
    """
    if name in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


DEFAULT_RATE = str(Settings().caller_rate)
"""What `shecang serve --rate` is told by default."""

_NO_RATE = "none"
_PUBLIC_SHARE = 5
"""An address without an account may ask this many times less often than an account."""


class RateFormError(UsageError):
    """A text is no number of requests a minute."""

    en = "{value!r} is no number of requests a minute; write one from 5 to 999999, or none for no limit"
    zh = "{value!r} 不是每分钟请求数；请填写 5 至 999999 的整数，或填写 none 表示不限"


def rates_of(text: str) -> tuple[int | None, int | None]:
    """Return how often an account, and an address without one, may ask a minute; None for no limit.

    Args:
        text: A number for accounts, or `none`.

    Raises:
        RateFormError: It is neither.
    """
    if text.strip().lower() == _NO_RATE:
        return None, None
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < _PUBLIC_SHARE:
        raise RateFormError(value=text)
    return int(text), int(text) // _PUBLIC_SHARE
