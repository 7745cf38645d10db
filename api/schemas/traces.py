"""Traces: where goods came from and went; beyond the caller's sites site codes and quantities alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.access.rights import Rights
from api.schemas.common import (
    Block,
    DocumentKey,
    Id160,
    Name,
    Quantity,
    SiteCode,
    id160,
    id160_or_none,
    moment_or_none,
)
from api.schemas.documents import Signer
from api.schemas.lots import LotFacts
from api.schemas.sites import CardDocument, reason_name
from ledger_client.fold.records import RecordedDocument
from ledger_client.trace import Account, Arrival, EdgeKind, Flow, NodeKind, Ruling, Signature

SubjectType = Literal["lot", "supplier", "qualification", "issuer", "consignee", "document", "key"]


class TraceDocument(CardDocument):
    """A document that names a site of the caller, or none at all (a recall)."""

    signers: list[Signer] = Field(description="Who signed: the sender, the other party, the approver.")

    @classmethod
    def of_signed(cls, card: CardDocument, signed: Sequence[Signature]) -> TraceDocument:
        """Return a document with its signers."""
        shown = {name: getattr(card, name) for name in CardDocument.model_fields}
        return cls(**shown, signers=[Signer.of(each) for each in signed])


class Output(BaseModel):
    """What came out of a repack."""

    lot: Id160 = Field(description="The lot.")
    quantity: Quantity = Field(description="Base units of it.")


class Origin(BaseModel):
    """From whom goods came, and what the supplier was worth."""

    source: Id160 | None = Field(description="The supplier or donor; null where the books began with it.")
    source_name: Name | None = Field(description="The supplier's name; null of a donor.")
    verdict: str = Field(description="The verdict that the document recorded.", examples=["valid"])
    verdict_now: str | None = Field(
        description="What it would be by all that is known now; null where it names no qualification."
    )
    qualification: Id160 | None = Field(description="The qualification that it relied on.")
    issuer: Id160 | None = Field(description="Who issued that.")
    issuer_name: Name | None = Field(description="The issuer's name.")


class TraceEntry(BaseModel):
    """What went from where to where; beyond the caller's sites kind, lot, sites and quantity alone."""

    kind: str = Field(
        description="`opening`, `received`, `gained`, `repacked`, `moved`, `issued`, `written_off`, `lost`; "
        "`in_transit`, `returning`, `missing` for what is on its way; `held` for what lies at `to_site` now.",
        examples=["moved"],
    )
    lot: Id160 = Field(description="Of which lot.")
    quantity: Quantity = Field(description="Base units of it; a decimal string.")
    from_site: SiteCode | None = Field(description="The site that it left.")
    to_site: SiteCode | None = Field(description="The site that it reached, or where it lies.")
    is_beyond: bool = Field(description="Whether it concerns none of the caller's sites.")
    is_reversed: bool | None = Field(
        description="Whether its document was reversed, so that nothing went in the end; null beyond."
    )
    document: DocumentKey | None = Field(description="The document, see `documents`; null beyond.")
    consignee: Id160 | None = Field(description="Of an issue: who received it; null beyond.")
    into: Output | None = Field(description="Of a repack: what came out; null beyond.")
    origin: Origin | None = Field(description="Of an opening or a receipt; null beyond.")
    is_stale: bool | None = Field(
        description="Of what is held: whether the site's count of its category is overdue; null beyond."
    )


class LotAccount(BaseModel):
    """Where all base units of a lot are: what came is what is somewhere."""

    lot: LotFacts = Field(description="The lot, which is or was at a site of the caller.")
    opening: Quantity = Field(description="With which books began.")
    received: Quantity = Field(description="Received.")
    gained: Quantity = Field(description="Found more than in the books.")
    repacked_in: Quantity = Field(description="That came out of other lots.")
    in_transit: Quantity = Field(description="In transit.")
    returning: Quantity = Field(description="On the way back.")
    missing: Quantity = Field(description="Missing.")
    issued: Quantity = Field(description="Issued.")
    written_off: Quantity = Field(description="Written off.")
    lost: Quantity = Field(description="Lost.")
    repacked_out: Quantity = Field(description="Repacked into other lots.")
    held: Quantity = Field(description="Held at sites together.")
    is_conserved: bool = Field(description="Whether what came is what is somewhere.")

    @classmethod
    def of(cls, lot: LotFacts, account: Account) -> LotAccount:
        """Return the account of a lot."""
        sums = {name: str(units) for name, units in account.totals._asdict().items()}
        return cls(lot=lot, **sums, held=str(account.held), is_conserved=account.is_conserved)


class Standing(BaseModel):
    """What a qualification is worth now, and since when."""

    status: str = Field(description="By its own history.", examples=["revoked"])
    reason: str | None = Field(description="Why, by its name in the published list.")
    since: datetime | None = Field(
        description="Since when it is suspended, revoked or expired, UTC; null where it is none of them."
    )
    recorded_at: datetime | None = Field(
        description="When that was recorded, UTC; null where nobody recorded it."
    )

    @classmethod
    def of(cls, ruling: Ruling | None) -> Standing | None:
        """Return a ruling on a qualification; None for none."""
        if ruling is None:
            return None
        return cls(
            status=ruling.status.name.lower(),
            reason=reason_name(ruling.reason),
            since=moment_or_none(ruling.since),
            recorded_at=moment_or_none(ruling.recorded_at),
        )


class Trace(BaseModel):
    """What became of goods."""

    subject: SubjectType = Field(description="What was traced.")
    id: str = Field(description="Its id or key.")
    standing: Standing | None = Field(description="Of a qualification.")
    entries: list[TraceEntry] = Field(
        description="What went from where to where, in the order of documents; then what is on its way, and "
        "what is held. The first 5,000."
    )
    entries_total: int = Field(description="How many entries there are.")
    documents: list[TraceDocument] = Field(
        description="The documents that name a site of the caller, or none at all, in order; of `entries` "
        "and of what held, released, recalled or counted the lots."
    )
    accounts: list[LotAccount] = Field(description="Of each lot that is or was at a site of the caller.")
    site_names: dict[str, Name | None] = Field(description="Names of the caller's sites in it, by code.")
    consignee_names: dict[str, Name | None] = Field(
        description="Names of the consignees in it, by id; of those that are in its entries."
    )
    is_conserved: bool = Field(description="Whether of every lot what came is what is somewhere.")
    block: Block = Field(description="Up to which block the answer holds.")


@dataclass(frozen=True, slots=True)
class Beside:
    """What entries are shown with.

    Attributes:
        caller: Who asks.
        arrivals: How lots came, by number of the document and lot.
        source_names: Of suppliers.
        issuer_names: Of issuers.
    """

    caller: Rights
    arrivals: Mapping[tuple[int, int], Arrival]
    source_names: Mapping[int, Name | None]
    issuer_names: Mapping[int, Name | None]


def entry_of(flow: Flow, beside: Beside) -> TraceEntry:
    """Return a flow as its reader may see it."""
    from_site, to_site = sites_of_flow(flow)
    bare: dict[str, Any] = {
        "kind": flow.kind.code,
        "lot": id160(flow.lot),
        "quantity": str(flow.quantity),
        "from_site": str(from_site) if from_site else None,
        "to_site": str(to_site) if to_site else None,
    }
    named = {from_site, to_site, flow.document.from_site, flow.document.to_site} - {0}
    if not any(beside.caller.covers(site) for site in named):
        return _beyond(bare)
    consignee = flow.target.number if flow.target.kind is NodeKind.CONSIGNEE else 0
    into = Output(lot=id160(flow.into[0]), quantity=str(flow.into[1])) if flow.into[0] else None
    return TraceEntry(
        **bare,
        is_beyond=False,
        is_reversed=flow.is_reversed,
        document=f"{flow.document.key:062x}",
        consignee=id160_or_none(consignee),
        into=into,
        origin=_origin(beside, flow),
        is_stale=None,
    )


def held_entry(site: int, lot: int, quantity: int, caller: Rights, *, is_stale: bool) -> TraceEntry:
    """Return what a site holds of a lot as its reader may see it."""
    bare = {
        "kind": EdgeKind.HELD.code,
        "lot": id160(lot),
        "quantity": str(quantity),
        "from_site": None,
        "to_site": str(site),
    }
    if not caller.covers(site):
        return _beyond(bare)
    nothing = dict.fromkeys(("is_reversed", "document", "consignee", "into", "origin"))
    return TraceEntry.model_validate({**bare, **nothing, "is_beyond": False, "is_stale": is_stale})


def sites_of_flow(flow: Flow) -> tuple[int, int]:
    """Return the sites between which a flow went; 0 for what is none."""
    nodes = (flow.source, flow.target)
    from_site, to_site = (node.number if node.kind is NodeKind.SITE else 0 for node in nodes)
    return from_site, to_site


def may_see(caller: Rights, document: RecordedDocument) -> bool:
    """Return whether a trace tells a caller of a document: it names a site of the caller, or none at all."""
    named = [site for site in (document.from_site, document.to_site) if site]
    return not named or any(caller.covers(site) for site in named)


def _beyond(bare: Mapping[str, Any]) -> TraceEntry:
    rest = TraceEntry.model_fields.keys() - bare.keys() - {"is_beyond"}
    return TraceEntry.model_validate({**bare, "is_beyond": True, **dict.fromkeys(rest)})


def _origin(beside: Beside, flow: Flow) -> Origin | None:
    arrival = beside.arrivals.get((flow.document.number, flow.lot))
    if arrival is None or flow.kind not in (EdgeKind.OPENING, EdgeKind.RECEIVED):
        return None
    return Origin(
        source=id160_or_none(arrival.source),
        source_name=beside.source_names.get(arrival.source),
        verdict=arrival.then.name.lower(),
        verdict_now=None if arrival.now is None else arrival.now.name.lower(),
        qualification=id160_or_none(flow.document.qualification),
        issuer=id160_or_none(arrival.issuer),
        issuer_name=beside.issuer_names.get(arrival.issuer),
    )
