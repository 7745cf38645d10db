"""How a server is set up: what `shecang serve` was told, for the application."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
"""What every server answers to: the names of its own machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up.

    Attributes:
        poll: Seconds between two looks at the head of the chain.
        host_names: What the server answers to; `*.` stands for one label at the beginning. A page elsewhere
            whose name is made to lead here (DNS rebinding) is refused.
        proxies: Addresses of which it is believed for whom they ask (`X-Forwarded-For`, `X-Forwarded-Proto`).
        is_for_proxies: Whether nobody else may ask, but for this machine.
    """

    poll: float = 1.0
    host_names: frozenset[str] = LOOPBACK_NAMES
    proxies: frozenset[str] = frozenset()
    is_for_proxies: bool = False

    def answers_to(self, name: str) -> bool:
        """Return whether a name in a request is one of the server's."""
        return name in self.host_names or f"*.{name.partition('.')[2]}" in self.host_names

    def takes_from(self, peer: str) -> bool:
        """Return whether the other end of a connection may ask at all."""
        return not self.is_for_proxies or peer in self.proxies or is_loopback(peer)


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
