"""Why a proposal says what it says, by the plan that it names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.schemas.common import Hash, Quantity

PlanStateWord = Literal["by_hand", "kept", "absent", "differs", "not_planned"]
ReasonWord = Literal[
    "level",
    "no-floor",
    "urgency",
    "stale",
    "above-norm",
    "rank",
    "emergency",
    "notice",
    "distance-by-level",
    "expires",
    "split",
    "same-parcel",
]
Figure = Annotated[str, Field(pattern="^-?[0-9]+$")]


class Reason(BaseModel):
    """One reason of a proposal."""

    code: ReasonWord = Field(
        description="What it is about. Of the receiver: `level` (how much of its floor it had, what was "
        "promised included), `no-floor`, `urgency`, `stale` (its count was overdue), `above-norm`. Of the "
        "giver: `rank` (its place by distance among those that may give), `emergency`, `notice`, "
        "`distance-by-level`, `expires`, `split`, `same-parcel`."
    )
    value: Figure = Field(
        description="The figure that goes with it, a decimal string: `level` and `above-norm` basis points; "
        "`no-floor` the base units asked for; `urgency` 1 to 3; `stale` a category; `rank` from 1; "
        "`emergency` the division that covers both; `notice` days; `distance-by-level` digits of the "
        "division in common; `expires` a day counted from 1970-01-01; `split` givers that share in the "
        "request; `same-parcel` items that travel together."
    )
    text: str = Field(description="The sentence, in the language of the answer.")


class Distance(BaseModel):
    """How far two sites are apart."""

    value: int = Field(description="So many of the unit.")
    unit: Literal["metres", "seconds"] = Field(description="What is counted.")
    is_known: bool = Field(
        description="Whether it was measured; else it is assumed, by the division in common."
    )


class Why(BaseModel):
    """Why a proposal says what it says, in the words of `shecang reallocate propose --explain`.

    The reasons are those of a plan, which the proposal names by its anchor and which is not on the ledger.
    They are told where the plan with that anchor is kept here and the proposal is one of it. That the plan
    follows from the ledger and the rules, `shecang reallocate recheck` shows.
    """

    plan: PlanStateWord = Field(
        description="`by_hand`: a keeper proposed it, without a plan. `kept`: the plan is here, with the "
        "anchor. Without reasons: `absent` (it is not kept here, or larger than 32 MiB), `differs` (what is "
        "kept here under the anchor is something else), `not_planned` (the plan has no such proposal)."
    )
    origin: list[str] = Field(
        description="Where it comes from, a sentence each, in the language of the answer."
    )
    sentences: list[str] = Field(
        description="What goes, the reasons, what is left and who approves: a sentence each, in the language "
        "of the answer; none but for `kept`."
    )
    reasons: list[Reason] = Field(
        description="In the order of the plan. What speaks of the stock of one side (`level` and `stale` of "
        "the receiver) or of its terms (`notice` of the giver) is told to readers of that side."
    )
    is_whole: bool = Field(
        description="Whether all that the plan says of it is told; else a part is for readers of the other "
        "side."
    )
    left: Quantity | None = Field(
        description="Usable base units of the item that the giver has once the whole plan is carried out; "
        "null to whoever does not read the giver."
    )
    lots_left: str = Field(
        description="What stays with the giver of the listed lots (`proposal.left`), as a sentence."
    )
    distance: Distance | None = Field(description="How far the two are apart, by the plan.")
    approval: str | None = Field(
        description="The lowest division that contains both and is no community, by the plan.",
        examples=["4201"],
    )
    plan_block: Hash | None = Field(description="Hash of the block at which the plan was made.")
