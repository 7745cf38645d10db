"""How a server is set up: what `shecang serve` was told, for the application."""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
"""What every server answers to: the names of its own machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up.

    Attributes:
        poll: Seconds between two looks at the head of the chain.
        host_names: What the server answers to. A page elsewhere whose name is made to lead here (DNS
            rebinding) is refused.
    """

    poll: float = 1.0
    host_names: frozenset[str] = LOOPBACK_NAMES
