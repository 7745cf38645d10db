"""What is told to the application by the work that is done beside its answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.following import Following
from api.relaying import Relaying


@dataclass(frozen=True, slots=True)
class Beside:
    """How the work beside stands.

    Attributes:
        following: How the index stands to the chain.
        relaying: How the relay stands; never heard of where the home has no outbox.
    """

    following: Following = field(default_factory=Following)
    relaying: Relaying = field(default_factory=Relaying)
