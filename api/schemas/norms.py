"""Norms: floors, terms, count cycles, overdue counts, emergencies, and who set them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import (
    AccountAddress,
    Block,
    DocumentKey,
    Hash,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    SiteCode,
    moment,
    moment_or_none,
)
from api.schemas.counts import Category, OverdueCount
from api.schemas.sites import reason_name
from ledger_client.allocation import terms_in
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import StorageMode
from ledger_client.index.norms import CountState, NormAt

ModeName = Literal["government", "agreement", "enterprise_held", "household", "merchant"]
MODES: dict[int, ModeName] = {
    StorageMode.GOVERNMENT: "government",
    StorageMode.AGREEMENT: "agreement",
    StorageMode.ENTERPRISE_HELD: "enterprise_held",
    StorageMode.HOUSEHOLD: "household",
    StorageMode.MERCHANT: "merchant",
}


class _Since(BaseModel):
    since: datetime | None = Field(description="Since when it holds, UTC; null where nothing held before.")
    next_from: datetime | None = Field(description="From when the next one holds, UTC; null for none.")


class Floor(_Since):
    """What a site must keep of an item."""

    site: SiteCode = Field(description="The site.")
    item: ItemCode = Field(description="The item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    floor: Quantity | None = Field(description="Base units; null where none holds yet.")
    next_floor: Quantity | None = Field(description="What will hold; null where nothing waits.")

    @classmethod
    def of(cls, norm: NormAt, label: ItemLabel) -> Floor:
        """Return a floor of the index."""
        return cls(
            site=str(norm.subject),
            item=str(norm.about),
            item_name=label.name,
            unit=label.unit,
            floor=str(norm.value) if norm.since else None,
            since=moment_or_none(norm.since),
            next_floor=None if norm.next_value is None else str(norm.next_value),
            next_from=moment_or_none(norm.next_from),
        )


class TermsSet(BaseModel):
    """Which part may be called on, after which notice."""

    share: int = Field(description="Of what lies above the floor, in basis points.")
    notice_days: int = Field(description="Days of notice.")

    @classmethod
    def of(cls, value: int | None) -> TermsSet | None:
        """Return the terms in a value; None where it sets none."""
        terms = None if value is None else terms_in(value)
        return None if terms is None else cls(share=terms.share, notice_days=terms.notice)


class TermsRow(_Since):
    """On which terms the sites of a storage mode give."""

    division: str = Field(description="Whose terms.", examples=["42"])
    mode: ModeName = Field(description="Of which storage mode.")
    terms: TermsSet | None = Field(description="What holds; null where none does.")
    next_terms: TermsSet | None = Field(description="What will hold; null where nothing waits, or none will.")
    rules: bool | None = Field(
        description="Whether these rule at the site that was asked for; null where a division was."
    )

    @classmethod
    def of(cls, norm: NormAt, *, rules: bool | None) -> TermsRow:
        """Return terms of the index."""
        return cls(
            division=str(norm.subject),
            mode=MODES[norm.about],
            terms=TermsSet.of(norm.value),
            since=moment_or_none(norm.since),
            next_terms=TermsSet.of(norm.next_value),
            next_from=moment_or_none(norm.next_from),
            rules=rules,
        )


class Cycle(_Since):
    """How often a site counts a category."""

    site: SiteCode = Field(description="The site.")
    category: Category = Field(description="The category of GB/T 38565: the first 7 digits of its items.")
    days: int | None = Field(description="Days between counts; 0: none, null: none holds yet.")
    next_days: int | None = Field(description="What will hold; null where nothing waits.")
    counted_at: datetime | None = Field(
        description="When it was counted last, as far as that is proved, UTC; null where nothing is."
    )
    count_due: datetime | None = Field(description="Until when it is to be counted, UTC; null without cycle.")
    is_stale: bool = Field(description="Whether that is overdue at `at`.")

    @classmethod
    def of(cls, norm: NormAt, count: CountState | None) -> Cycle:
        """Return a count cycle of the index."""
        counted = count.counted.stands_for if count is not None and count.counted else 0
        return cls(
            site=str(norm.subject),
            category=f"{norm.about:07d}",
            days=norm.value if norm.since else None,
            since=moment_or_none(norm.since),
            next_days=norm.next_value,
            next_from=moment_or_none(norm.next_from),
            counted_at=moment_or_none(counted),
            count_due=None if count is None else moment(count.due),
            is_stale=count is not None and count.is_stale,
        )


class Overdue(OverdueCount):
    """An overdue count."""

    days: int = Field(description="Days between counts.")
    unproved: DocumentKey | None = Field(
        description="The newest recorded count that would prove more, once somebody proves it; null for none."
    )

    @classmethod
    def of_count(cls, count: CountState, document: RecordedDocument | None) -> Overdue:
        """Return an overdue count with the document that nobody has proved yet."""
        plain = OverdueCount.of(count)
        return cls(
            **{name: getattr(plain, name) for name in OverdueCount.model_fields},
            days=count.days,
            unproved=None if document is None else f"{document.key:062x}",
        )


class EmergencyRow(BaseModel):
    """An emergency of a division, however often it was prolonged."""

    division: str = Field(description="Where; 0 is the country.", examples=["420102"])
    state: Literal["in_force", "ended", "over"] = Field(
        description="At `at`; `ended`: before its time, `over`: at it."
    )
    since: datetime = Field(description="When it began, UTC.")
    until: datetime = Field(description="The first second at which it is over, UTC.")
    reason: str | None = Field(description="Why, by its name in the published list.")
    source: Hash = Field(description="Digest of the decision that ordered it last.")
    declared_by: str = Field(description="Division of the grant that declared it last; 0 is the country.")
    ended_at: datetime | None = Field(description="When it was ended before its time, UTC.")
    ended_reason: str | None = Field(description="Why, by its name in the published list.")

    @classmethod
    def of(cls, spell: EmergencySpell, at: int) -> EmergencyRow:
        """Return an emergency as it stands at a time."""
        state: Literal["in_force", "ended", "over"] = "ended" if spell.ended_at else "over"
        return cls(
            division=str(spell.division),
            state="in_force" if spell.is_in_force(at) else state,
            since=moment(spell.from_),
            until=moment(spell.until),
            reason=reason_name(spell.reason),
            source=f"0x{spell.source.hex()}",
            declared_by=str(spell.declared_by),
            ended_at=moment_or_none(spell.ended_at),
            ended_reason=reason_name(spell.entries[-1].reason) if spell.ended_at else None,
        )


class NormHistoryEntry(BaseModel):
    """An entry of the journal of a site or division in Norms."""

    sequence: int = Field(description="Place in the journal, from 1.")
    norm: Literal["floor", "terms", "cycle", "count", "emergency", "emergency_end"] = Field(
        description="What it sets; `count`: that a count was proved."
    )
    about: str | None = Field(
        description="The item of a floor, the storage mode of terms, the category of a cycle or count."
    )
    value: str = Field(
        description="Base units of a floor; days of a cycle; of terms the share in basis points and the days "
        "of notice, as `8000/2`, or `none`; when a count occurred and until when an emergency lasts, in "
        "seconds since 1970; 0 where an emergency ends."
    )
    effective_at: datetime | None = Field(description="From when it holds, UTC.")
    reason: str | None = Field(description="Why, by its name in the published list; of emergencies.")
    source: Hash | None = Field(description="Digest of the decision that it follows.")
    document: DocumentKey | None = Field(description="Of a proof: the count.")
    actor: AccountAddress = Field(description="Who set or proved it.")
    division: str | None = Field(description="Of the grant relied on; null of a proof, which takes none.")
    recorded_at: datetime = Field(description="Time of its block, UTC.")

    @classmethod
    def of(cls, sequence: int, entry: NormEntry) -> NormHistoryEntry:
        """Return an entry of the index."""
        step = NormStep(entry.step)
        proves = step is NormStep.COUNT
        return cls.model_validate(
            {
                "sequence": sequence,
                "norm": step.name.lower(),
                "about": _about(step, entry.about),
                "value": _value(step, entry.value),
                "effective_at": None if proves else moment_or_none(entry.effective_at),
                "reason": reason_name(entry.reason),
                "source": f"0x{entry.source.hex()}" if any(entry.source) else None,
                "document": f"{entry.count_key:062x}" if entry.count_key else None,
                "actor": entry.actor,
                "division": None if proves else str(entry.division),
                "recorded_at": moment(entry.recorded_at),
            }
        )


class NormsPage(BaseModel):
    """A page of what norms say of a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    at: datetime = Field(description="For which time it is said what holds, UTC.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class FloorPage(NormsPage):
    """A page of the floors of a place."""

    floors: list[Floor] = Field(description="By site and item.")


class CyclePage(NormsPage):
    """A page of the count cycles of a place."""

    cycles: list[Cycle] = Field(description="By site and category.")


class OverduePage(NormsPage):
    """A page of the overdue counts of a place."""

    overdue: list[Overdue] = Field(description="By site and category.")


class NormHistoryPage(NormsPage):
    """A page of the journal of a site or division in Norms."""

    entries: list[NormHistoryEntry] = Field(description="In the order of the journal.")


class Rules(BaseModel):
    """On which terms is given at a place, and the emergencies at it, below it and above it."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    at: datetime = Field(description="For which time it is said what holds, UTC.")
    terms: list[TermsRow] = Field(
        description="Of a division: those set at it, below it and above it, by division and mode; of a site: "
        "those of its storage mode, above it."
    )
    gives: bool | None = Field(
        description="Whether terms rule at the site; null where a division was asked for."
    )
    emergencies: list[EmergencyRow] = Field(description="Past ones too, the earliest first.")
    block: Block = Field(description="Up to which block the answer holds.")


def _about(step: NormStep, about: int) -> str | None:
    if step in (NormStep.EMERGENCY, NormStep.EMERGENCY_END):
        return None
    if step is NormStep.TERMS:
        return MODES[about]
    return str(about) if step is NormStep.FLOOR else f"{about:07d}"


def _value(step: NormStep, value: int) -> str:
    if step is not NormStep.TERMS:
        return str(value)
    terms = terms_in(value)
    return "none" if terms is None else f"{terms.share}/{terms.notice}"
