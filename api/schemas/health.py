"""How the server is: its index, and the relay that sends what was handed in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.problems import problem_type
from api.relaying import Relaying
from api.schemas.common import Block
from ledger_client.errors import ShecangError


class Health(BaseModel):
    """That the server runs."""

    status: Literal["ok"] = Field(description="It answers.")


class Failure(BaseModel):
    """What keeps a part of the server from its work."""

    type: str = Field(description="What kind of failure it is, as of problem documents; stable.")
    en: str = Field(description="In English.")
    zh: str = Field(description="In Chinese.")

    @classmethod
    def of(cls, error: ShecangError) -> Failure:
        """Return what is said of an error."""
        return cls(type=problem_type(type(error)), en=error.text("en"), zh=error.text("zh"))


class RelayState(BaseModel):
    """How the relay stands."""

    is_at_work: bool = Field(
        description="Whether what is handed in is sent: the relay said so within the last minute, and has "
        "not failed since. Without it the server answers and takes in as ever, and sends when it is back."
    )
    failure: Failure | None = Field(
        description="What keeps it from its work; null while it sends, and before it was first heard of."
    )

    @classmethod
    def of(cls, relaying: Relaying) -> RelayState:
        """Return what is said of the relay."""
        failure = relaying.failure  # once: it may change meanwhile
        return cls(
            is_at_work=relaying.is_at_work and failure is None,
            failure=None if failure is None else Failure.of(failure),
        )


class Ready(BaseModel):
    """That the server answers of the newest blocks."""

    block: Block = Field(description="Up to which block the index has read.")
    head: int = Field(description="Height of the chain when it was last looked at.")
    lag: int = Field(description="By how many blocks the index was behind it then.")
    relay: RelayState | None = Field(
        description="How the relay stands, which sends what is handed in; null where the home has no outbox, "
        "so that nothing can be. It does not decide whether the server is ready."
    )
