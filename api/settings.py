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
        caller_rate: Requests a minute of one account or key; None for no limit.
        public_rate: Requests a minute from one address without an account; None for no limit.
        failure_rate: Keys, sessions and sign-ins that may fail a minute from one address; None for no limit.
        body_seconds: How long a body may take, and the next part of an upload.
        upload_seconds: How long a whole upload may take.
        uploads: How many uploads are taken at once; the public has at most half of them.
    """

    poll: float = 1.0
    host_names: frozenset[str] = LOOPBACK_NAMES
    caller_rate: int | None = 3_000
    public_rate: int | None = 600
    failure_rate: int | None = 30
    body_seconds: float = 10.0
    upload_seconds: float = 300.0
    uploads: int = 8
