"""Roles: what they mean, who holds them where, and keys that are replaced."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.register_parameters import GrantStateWord, RoleWord
from api.schemas.common import AccountAddress, Block, Id160, Name, Word, id160, moment, moment_or_none
from api.schemas.divisions import DivisionCode
from ledger_client.divisions import DivisionId
from ledger_client.fold.records import Grant as GrantRecord
from ledger_client.fold.records import Replacement as ReplacementRecord
from ledger_client.grants import (
    GrantState,
    grant_state,
    is_undecided,
    levels_above,
    replacement_state,
    suspended_grants,
)
from ledger_client.roles import Role as LedgerRole

ReplacementStateWord = Literal[
    "proposed", "objected", "upheld", "refused", "executed", "executable", "undecided"
]
GrantKey = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Permission(BaseModel):
    """What a role may do."""

    text: Name = Field(description="For people.")
    part: str = Field(description="`sends` a transaction alone or first, or `consents` as co-signer.")
    where: Name = Field(description="Where the grant must lie.")
    functions: list[str] = Field(description="Functions of the contracts.")


class Duty(BaseModel):
    """What a role must do."""

    text: Name = Field(description="For people.")
    rule: Name = Field(description="By which rule.")
    deadline: Name = Field(description="Until when.")


class Ban(BaseModel):
    """What a role must not do."""

    text: Name = Field(description="For people.")
    kept_by: Name = Field(description="What stops or finds it.")


class Role(BaseModel):
    """A role with its three lists."""

    role: RoleWord = Field(description="The role.")
    name: Name = Field(description="For people.")
    may: list[Permission] = Field(description="The power list.")
    must: list[Duty] = Field(description="The responsibility list.")
    must_not: list[Ban] = Field(description="The negative list.")


class Roles(BaseModel):
    """All roles."""

    roles: list[Role] = Field(description="In the order of their numbers on the ledger.")
    block: Block = Field(
        description="Up to which block the answer holds; the lists are those of the program."
    )


class Grant(BaseModel):
    """A grant of a role to a holder on a division and below."""

    grant: GrantKey = Field(description="Its key on the ledger.")
    holder: AccountAddress = Field(description="Who may act.")
    role: RoleWord = Field(description="What it allows.")
    division: DivisionCode = Field(description="Where, and below.")
    subject: Id160 | None = Field(description="The issuer or supplier spoken for; null for other roles.")
    state: GrantStateWord = Field(
        description="How it stands; `ended_before_acting` is a veto, or a revocation within the delay."
    )
    acts_from: datetime = Field(description="Since when it acts, or would have, UTC.")
    revoked_at: datetime | None = Field(description="Since when it acts no more, UTC; null while it stands.")
    granted_at: DivisionCode = Field(description="Division of the authority that made it.")
    may_veto: list[DivisionCode] = Field(
        description="The levels whose authority may veto it, the nearest first; none unless it waits."
    )
    compromised_since: datetime | None = Field(
        description="Since when the key was said to be in foreign hands at its revocation: a claim."
    )
    position: int = Field(description="Sequence of the holder's journal after its last change.")

    @classmethod
    def of(cls, key: bytes, record: GrantRecord, now: int) -> Grant:
        """Return a grant of the index, as it stands at a time."""
        state = grant_state(record, now)
        above = levels_above(DivisionId(record.granter_division)) if state is GrantState.WAITING else []
        return cls.model_validate(
            {
                "grant": key.hex(),
                "holder": record.holder,
                "role": LedgerRole(record.role).name.lower(),
                "division": str(record.division),
                "subject": id160(record.subject) if record.subject else None,
                "state": state.value,
                "acts_from": moment(record.from_),
                "revoked_at": moment_or_none(record.revoked_at),
                "granted_at": str(record.granter_division),
                "may_veto": [str(each) for each in above],
                "compromised_since": moment_or_none(record.compromised_since),
                "position": record.position,
            }
        )


class Grants(BaseModel):
    """A page of grants."""

    division: DivisionCode = Field(description="In which they lie, or below.")
    at: datetime = Field(description="For which time it is said how they stand, UTC.")
    grants: list[Grant] = Field(description="By key.")
    next_after: GrantKey | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Moved(BaseModel):
    """A grant that a replacement suspended."""

    division: DivisionCode = Field(description="Where the grant lies.")
    subject: Id160 | None = Field(description="The issuer or supplier spoken for; null for other roles.")


class ReplacementRow(BaseModel):
    """A replacement of a lost or stolen key."""

    replacement: int = Field(description="Its number, from 1.")
    old_holder: AccountAddress = Field(description="The key that is lost or stolen.")
    new_holder: AccountAddress = Field(description="The key that takes over.")
    grants: list[Moved] = Field(description="What it suspended, and moves when it is executed.")
    state: ReplacementStateWord = Field(
        description="Where it stands: after the delay a proposal is `executable`; an objection that nobody "
        "decided on within another delay is `undecided`, and the grants stay suspended."
    )
    proposed_at: datetime = Field(description="When it was proposed, UTC.")
    executable_at: datetime = Field(
        description="Until when it may be objected to, and from when it can be executed, UTC."
    )
    authority_division: DivisionCode = Field(description="Division of the authority that proposed it.")
    proposer: AccountAddress = Field(description="Who proposed it.")
    may_decide: list[DivisionCode] = Field(
        description="The levels whose authority may decide on an objection, the nearest first; none once it "
        "is decided."
    )
    compromised_since: datetime | None = Field(
        description="Since when the old key is said to be in foreign hands: a claim."
    )

    @classmethod
    def of(cls, number: int, record: ReplacementRecord, now: int, delay: int) -> ReplacementRow:
        """Return a replacement of the index, as it stands at a time."""
        above = levels_above(DivisionId(record.authority_division)) if is_undecided(record) else []
        return cls.model_validate(
            {
                "replacement": number,
                "old_holder": record.old_holder,
                "new_holder": record.new_holder,
                "grants": [
                    {"division": str(division), "subject": id160(subject) if subject else None}
                    for division, subject in suspended_grants(record)
                ],
                "state": replacement_state(record, now, delay).value,
                "proposed_at": moment(record.proposed_at),
                "executable_at": moment(record.proposed_at + delay),
                "authority_division": str(record.authority_division),
                "proposer": record.proposer,
                "may_decide": [str(each) for each in above],
                "compromised_since": moment_or_none(record.compromised_since),
            }
        )


class Replacements(BaseModel):
    """A page of replacements of keys."""

    division: DivisionCode = Field(description="Which they concern, by their authority or by a grant.")
    at: datetime = Field(description="For which time it is said where they stand, UTC.")
    replacements: list[ReplacementRow] = Field(description="By number.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Replacement(ReplacementRow):
    """A replacement of a lost or stolen key."""

    at: datetime = Field(description="For which time it is said where it stands, UTC.")
    block: Block = Field(description="Up to which block the answer holds.")


class Holder(BaseModel):
    """An address with what the caller may read of its grants."""

    holder: AccountAddress = Field(description="The address.")
    holder_class: RoleWord | None = Field(
        description="The class that it has for life, the name of its role; null before it has one."
    )
    journal: Word | None = Field(description="Its journal word: digest (192 bits), sequence (64).")
    at: datetime = Field(description="For which time it is said how grants stand, UTC.")
    grants: list[Grant] = Field(description="Its grants in the divisions of the caller, by key.")
    replacements: list[ReplacementRow] = Field(
        description="The replacements of which it is the old or the new key, likewise, by number."
    )
    block: Block = Field(description="Up to which block the answer holds.")
