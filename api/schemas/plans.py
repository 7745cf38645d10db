"""Plans of the matching: what the sites of a place would get from whom, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import Block, DocumentKey, Hash, Id160, ItemCode, Name, Quantity, SiteCode
from api.schemas.why import Distance, Reason

DISTANCES = 60_000
"""Characters of distances: 1,500 pairs; with more, a body would be larger than any that is taken."""

PlanId = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
UnfilledWord = Literal[
    "reason-missing",
    "past",
    "too-far",
    "notice-too-long",
    "expired",
    "stale",
    "share",
    "no-stock-above-floor",
]


class PlanForm(BaseModel):
    """For what a plan is made."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(
        max_length=64,
        description="Whose requests are told: a site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 "
        "for the country. The plan itself is always for all open requests of the ledger.",
        examples=["420103"],
    )
    profile: str = Field("district", max_length=64, description="How the matching chooses.")
    distances: str | None = Field(
        None,
        min_length=1,
        max_length=DISTANCES,
        description="CSV whose first line is `from,to,metres` or `from,to,seconds`: how far sites are apart "
        "that the caller reads; estimated by division where not given. Keep it: whoever computes the plan "
        "anew needs it.",
        examples=["from,to,metres\n420103001001101,420103001001501,850\n"],
    )


class PlannedLotForm(BaseModel):
    """A lot that a proposal lists."""

    lot: Id160 = Field(description="The lot.")
    quantity: Quantity = Field(
        description="Base units that leave; 0 of a lot that stays and covers the floor."
    )


class ProposeForm(BaseModel):
    """What `POST /v1/acts` takes so that the proposal is recorded; add `by`, who signs."""

    act: Literal["propose"] = Field(description="What it is.")
    client_id: Hash = Field(description="Follows from plan and proposal: proposed twice, it is refused.")
    request: DocumentKey = Field(description="For which request.")
    giver: SiteCode = Field(description="The giving site.")
    lots: list[PlannedLotForm] = Field(description="What leaves, and what shows that the floor holds.")
    anchor: Hash = Field(description="Of the plan.")


class PlannedProposal(BaseModel):
    """What one giver would give for a request; nothing of it is on the ledger."""

    number: int = Field(description="Its place among those of this place, from 1.")
    request: DocumentKey = Field(description="For which request.")
    giver: SiteCode = Field(description="The giving site.")
    giver_name: Name | None = Field(description="Its name; null to whoever does not read the giver.")
    receiver: SiteCode = Field(description="The receiving site.")
    receiver_name: Name | None = Field(description="The receiver's name.")
    item: ItemCode = Field(description="What is given.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units.")
    distance: Distance = Field(description="How far the two are apart.")
    approval: str = Field(
        description="The lowest division that contains both and is no community.", examples=["4201"]
    )
    form: ProposeForm | None = Field(
        description="The act that records it; null to whoever does not read the giver, whose lots are in it."
    )
    is_covered: bool | None = Field(
        description="Whether the lots show that the giver's floor and share hold; where they are more than a "
        "proposal may list, approving it is refused. Null likewise."
    )
    left: Quantity | None = Field(
        description="Usable base units that the giver has once the whole plan is carried out. Null likewise."
    )
    sentences: list[str] = Field(
        description="What goes, the reasons that are told, what is left and who approves: a sentence each, "
        "in the language of the answer."
    )
    reasons: list[Reason] = Field(
        description="In the order of the plan; those that speak of the giver are told to whoever reads it."
    )
    is_whole: bool = Field(
        description="Whether all of it is told; else the giver is not the caller's to read."
    )


class PlanAnswer(BaseModel):
    """A plan as it was made, with a page of what the sites of a place get by it."""

    plan: PlanId = Field(description="By which it is read again, by whoever had it made.")
    place: str = Field(description="The site or division; 0 is the country.", examples=["420103"])
    name: Name | None = Field(description="Its name; null of the country.")
    anchor: Hash = Field(
        description="keccak(block, configuration, distances, output): what its proposals carry, and by which "
        "anybody computes it anew (`shecang reallocate recheck`)."
    )
    profile: str = Field(description="How the matching chose.")
    rules: int = Field(description="Version of the matching's rules.")
    unit: Literal["metres", "seconds"] = Field(description="What distances count.")
    requests: int = Field(description="Open requests of the place that were looked at.")
    total: int = Field(description="Proposals for the place.")
    unfilled: int = Field(description="Requests of the place of which something stays open.")
    proposals: list[PlannedProposal] = Field(description="By request, then by giver.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    kept_until: datetime = Field(description="How long this answer is kept at most, UTC.")
    block: Block = Field(description="The block at which the ledger was looked at.")


class UnfilledRequest(BaseModel):
    """A request of which something stays open by a plan."""

    number: int = Field(description="Its place among those of this place, from 1.")
    request: DocumentKey = Field(description="The request.")
    site: SiteCode = Field(description="Who asks.")
    site_name: Name | None = Field(description="The site's name.")
    item: ItemCode = Field(description="For what.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units that stay open.")
    code: UnfilledWord | None = Field(
        description="Why. Except for `reason-missing` and `past` it follows from what other sites hold, and "
        "is null to whoever does not read the whole division around all that hold the item."
    )
    text: str | None = Field(description="What stays open and why, a sentence in the language of the answer.")


class UnfilledPage(BaseModel):
    """A page of what stays open by a plan."""

    plan: PlanId = Field(description="The plan.")
    unfilled: list[UnfilledRequest] = Field(description="By request.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="The block at which the ledger was looked at.")
