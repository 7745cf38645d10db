"""What witnesses said about blocks, whether they agree, and whether the chain is still the one they saw."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.schemas.audits import Saying
from api.schemas.common import AccountAddress, Block, Hash

Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class WitnessStatement(BaseModel):
    """What one witness signed about one block; with the trust file anybody can check it."""

    witness: AccountAddress = Field(description="Who signed.")
    number: int = Field(description="Height of the block.")
    block_hash: Hash = Field(description="Its hash.")
    state_root: Hash = Field(description="Root of the state after it.")
    previous_number: int = Field(description="Height of the block that it signed before; 0 for none.")
    previous_hash: Hash = Field(description="Its hash; of block 0 where there is none.")
    signature: str = Field(pattern="^0x[0-9a-f]{128}$", description="r and vs (EIP-2098).")


class WitnessSummary(BaseModel):
    """One witness of the trust file."""

    address: AccountAddress = Field(description="Its key.")
    statements: int = Field(description="How many of its statements are here.")
    newest: int | None = Field(description="Height of the newest; null where there is none.")


class SignedHeight(BaseModel):
    """A height that somebody signed."""

    number: int = Field(description="The height.")
    is_checkpoint: bool = Field(description="Whether enough witnesses signed the same block.")
    statements: list[WitnessStatement] = Field(description="Everything that was said of it.")


class HistoryFork(BaseModel):
    """Two statements that cannot both be true of one history."""

    height: int = Field(description="The height at which they part.")
    accused: AccountAddress | None = Field(description="The witness who signed both; null where two did.")
    one: WitnessStatement = Field(description="The one about the lower height, or the earlier one.")
    two: WitnessStatement = Field(description="The other.")
    text: Saying = Field(description="The sentence.")


class ChainAlarm(BaseModel):
    """A block that was signed and is not the one on the chain."""

    kind: Literal["history-rewritten", "chain-shorter", "chain-other"] = Field(description="What is wrong.")
    number: int = Field(description="Height.")
    expected: Hash = Field(description="Hash of the block that was signed or verified.")
    found: Hash | None = Field(description="Hash of the block that is there; null where there is none.")
    text: Saying = Field(description="The sentence.")


class Checkpoints(BaseModel):
    """What the witnesses say together, and a page of heights with every statement about them."""

    trust: Fingerprint = Field(description="Fingerprint of the trust file that names the witnesses.")
    threshold: int = Field(description="How many witnesses make a checkpoint.")
    spacing: int = Field(description="Blocks between two heights that are signed.")
    witnesses: list[WitnessSummary] = Field(description="All of them.")
    checkpoints: int = Field(description="Blocks for which enough witnesses vouch.")
    newest: int | None = Field(description="Height of the newest of them; null where there is none.")
    agree: bool = Field(description="Whether no two statements contradict each other.")
    forks: list[HistoryFork] = Field(description="Where they do.")
    height: int | None = Field(description="Of the chain; null where its node could not be asked.")
    chain_agrees: bool | None = Field(
        description="Whether every block that was signed is the one on the chain; null where no block was "
        "signed, that could not be seen, or a block was signed that the chain has not reached."
    )
    alarms: list[ChainAlarm] = Field(description="Blocks that are others on the chain.")
    behind: list[ChainAlarm] = Field(description="Blocks that were signed above the chain's height.")
    troubles: list[Saying] = Field(description="What could not be read, and why.")
    heights: list[SignedHeight] = Field(description="Ascending.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the index has read.")
