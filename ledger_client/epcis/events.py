"""What EPCIS calls what documents say: one document becomes one event, or one for each of its sides.

===================  ==================================================  ===================================
document             business step and disposition (CBV 2.0)             of what
===================  ==================================================  ===================================
opening              stock_taking                                        what was there
receipt              receiving, available; or unavailable                accepted; lots that are held
receipt              inspecting, non_conformant                          rejected
release              inspecting, available                               what the site has of the lots
hold                 holding, unavailable                                what the site has of the lots
issue                dispensing, dispensed                               all
hand-over            shipping, in_transit; accepting, available          all, at each site
dispatch             shipping, in_transit                                all
acceptance           accepting, available                                accepted
acceptance           inspecting, returned                                rejected
acceptance           inspecting, mismatch_quantity                       missing
contest              inspecting, mismatch_quantity                       contested
return (both)        receiving, returned                                 what came back
settlement           inspecting, available; or unknown                   found; lost
count                stock_taking                                        counted
write-off            decommissioning (DELETE), by its reason; or         all
                     shipping, returned, where it goes to the supplier
repack               repackaging (a transformation)                      input and output
recall, lift         holding, recalled; inspecting, available            the lots, everywhere
reversal             those of the document that it undoes, with an       –
                     error declaration
===================  ==================================================  ===================================

Quantities are in the item's base unit. They are JSON numbers, as the standard wants them, written out whole;
a reader that takes numbers for floating point rounds those beyond 2^53.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from ledger_client.documents import Kind
from ledger_client.epcis.hash_ids import event_hash_id
from ledger_client.epcis.names import urn
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.sides import SiteMovement
from ledger_client.lines import CountLine, Line, ReceiptLine, RepackLine, unpack_lines
from ledger_client.reasons import LOST, REASONS
from ledger_client.words import REFERENCE_CONSIGNMENT, unpack_reference

VOCABULARY = "urn:shecang:epcis:"
"""What begins our own words among those of the standard."""

CONTEXT: tuple[Any, ...] = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"shecang": VOCABULARY},
)
"""The JSON-LD context of a document of events."""

_DOCUMENT_TYPES = {
    Kind.DISPATCH: "desadv",
    Kind.RECEIPT: "recadv",
    Kind.ACCEPTANCE: "recadv",
    Kind.RETURN_ACCEPTANCE: "recadv",
}
_WRITTEN_OFF = {
    "damaged": "damaged",
    "spoilage": "damaged",
    "expired": "expired",
    "quality-complaint": "non_conformant",
    "failed-inspection": "non_conformant",
    "theft": "stolen",
}
_DID_NOT_OCCUR = frozenset({"recorded-by-mistake", "recorded-twice"})


@dataclass(frozen=True, slots=True)
class Told:
    """A document with what its events say beside it.

    Attributes:
        document: The document.
        moved: What it moved, in the order of its lines.
        original: Of a reversal, what it undoes.
    """

    document: RecordedDocument
    moved: Sequence[SiteMovement] = ()
    original: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One event of a document."""

    step: str
    disposition: str | None = None
    of: Sequence[tuple[int, int | None]] = ()
    made: Sequence[tuple[int, int]] = ()
    action: str = "OBSERVE"
    at: int = 0
    stays: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)


def events_of(told: Told, units: Mapping[int, str], offset: int) -> list[dict[str, Any]]:
    """Return the events of a document, each with its hash id; none of a document without lines.

    Args:
        told: The document.
        units: Code of the base unit (UN/CEFACT Recommendation 20) of each lot that it names.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    if told.original is not None:
        return [
            {
                **event,
                "recordTime": _utc(told.document.recorded_at),
                "errorDeclaration": _declared(told.document),
            }
            for event in events_of(told.original, units, offset)
        ]
    steps = _STEPS[Kind.of(told.document.kind)](told)
    return [_event(told.document, each, units, offset) for each in steps if each.of or each.made]


def lots_of(told: Told) -> set[int]:
    """Return the lots that the events of a document name."""
    found = {lot for step in _STEPS[Kind.of(told.document.kind)](told) for lot, _ in (*step.of, *step.made)}
    return found | (lots_of(told.original) if told.original else set())


# ---------------------------------------------------------------------------------------------- steps


def _opening(told: Told) -> Iterator[_Step]:
    yield _Step(step="stock_taking", of=_deltas(told, told.document.to_site), at=told.document.to_site)


def _receipt(told: Told) -> Iterator[_Step]:
    document = told.document
    lines = [each for each in _lines(document) if isinstance(each, ReceiptLine)]
    source = {"owning_party": urn("source", document.from_)}
    for disposition, is_own in (("available", False), ("unavailable", True)):
        accepted = [
            (each.attributes.lot_id, each.accepted)
            for each in lines
            if each.accepted and bool(each.attributes.own) is is_own
        ]
        yield _Step(
            step="receiving", disposition=disposition, of=accepted, at=document.to_site, sources=source
        )
    rejected = [(each.attributes.lot_id, each.rejected) for each in lines if each.rejected]
    yield _Step(
        step="inspecting",
        disposition="non_conformant",
        of=rejected,
        at=document.to_site,
        stays=False,
        sources=source,
    )


def _release(told: Told) -> Iterator[_Step]:
    yield _Step(step="inspecting", disposition="available", of=_held(told), at=told.document.from_site)


def _hold(told: Told) -> Iterator[_Step]:
    yield _Step(step="holding", disposition="unavailable", of=_held(told), at=told.document.from_site)


def _issue(told: Told) -> Iterator[_Step]:
    yield _Step(
        step="dispensing",
        disposition="dispensed",
        of=_lined(told.document),
        at=told.document.from_site,
        stays=False,
        destinations={"possessing_party": urn("consignee", told.document.to)},
    )


def _hand_over(told: Told) -> Iterator[_Step]:
    yield from _dispatch(told)
    yield _Step(
        step="accepting",
        disposition="available",
        of=_lined(told.document),
        at=told.document.to_site,
        sources={"location": urn("site", told.document.from_site)},
    )


def _dispatch(told: Told) -> Iterator[_Step]:
    yield _Step(
        step="shipping",
        disposition="in_transit",
        of=_lined(told.document),
        at=told.document.from_site,
        stays=False,
        destinations={"location": urn("site", told.document.to_site)},
    )


def _acceptance(told: Told) -> Iterator[_Step]:
    document = told.document
    sender = urn("site", document.from_site)
    yield _Step(
        step="accepting",
        disposition="available",
        of=_deltas(told, document.to_site),
        at=document.to_site,
        sources={"location": sender},
    )
    yield _Step(
        step="inspecting",
        disposition="returned",
        of=_exceptions(document, is_missing=False),
        at=document.to_site,
        stays=False,
        destinations={"location": sender},
    )
    yield _missing(document, document.to_site)


def _contest(told: Told) -> Iterator[_Step]:
    yield _Step(
        step="inspecting",
        disposition="mismatch_quantity",
        of=_lined(told.document),
        at=told.document.to_site,
        stays=False,
    )


def _return(told: Told) -> Iterator[_Step]:
    document = told.document
    yield _Step(
        step="receiving",
        disposition="returned",
        of=_deltas(told, document.from_site),
        at=document.from_site,
        sources={"location": urn("site", document.to_site)},
    )
    yield _missing(document, document.from_site)


def _settlement(told: Told) -> Iterator[_Step]:
    document = told.document
    for site in (document.from_site, document.to_site):
        yield _Step(step="inspecting", disposition="available", of=_deltas(told, site), at=site)
    lost = [(each.lot, each.quantity) for each in _plain(document) if each.reason == LOST]
    yield _Step(step="inspecting", disposition="unknown", of=lost, at=document.from_site, stays=False)


def _count(told: Told) -> Iterator[_Step]:
    counted = [(each.lot, each.counted) for each in _lines(told.document) if isinstance(each, CountLine)]
    yield _Step(step="stock_taking", of=counted, at=told.document.from_site)


def _write_off(told: Told) -> Iterator[_Step]:
    groups: dict[str, list[tuple[int, int | None]]] = {}
    for each in _plain(told.document):
        reason = REASONS.get(each.reason or told.document.reason)
        groups.setdefault(reason.name if reason else "", []).append((each.lot, each.quantity))
    for name, of in sorted(groups.items()):
        at = told.document.from_site
        if name == "returned-to-supplier":
            yield _Step(step="shipping", disposition="returned", of=of, at=at, stays=False)
        else:
            disposition = _WRITTEN_OFF.get(name, "disposed")
            yield _Step(
                step="decommissioning", disposition=disposition, action="DELETE", of=of, at=at, stays=False
            )


def _repack(told: Told) -> Iterator[_Step]:
    lines = [each for each in _lines(told.document) if isinstance(each, RepackLine)]
    yield _Step(
        step="repackaging",
        disposition="available",
        of=[(each.input_lot, each.input_quantity) for each in lines],
        made=[(each.output.lot_id, each.output_quantity) for each in lines],
        at=told.document.from_site,
    )


def _recall(told: Told) -> Iterator[_Step]:
    lots = [(each.lot, None) for each in _plain(told.document)]
    yield _Step(step="holding", disposition="recalled", of=lots)


def _lift(told: Told) -> Iterator[_Step]:
    lots = [(each.lot, None) for each in _plain(told.document)]
    yield _Step(step="inspecting", disposition="available", of=lots)


_STEPS: dict[Kind, Callable[[Told], Iterable[_Step]]] = {
    Kind.OPENING: _opening,
    Kind.RECEIPT: _receipt,
    Kind.RELEASE: _release,
    Kind.HOLD: _hold,
    Kind.ISSUE: _issue,
    Kind.HAND_OVER: _hand_over,
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPTANCE: _acceptance,
    Kind.CONTEST: _contest,
    Kind.RETURN: _return,
    Kind.RETURN_ACCEPTANCE: _return,
    Kind.SETTLEMENT: _settlement,
    Kind.COUNT: _count,
    Kind.WRITE_OFF: _write_off,
    Kind.REPACK: _repack,
    Kind.REVERSAL: lambda _: (),
    Kind.RECALL: _recall,
    Kind.LIFT: _lift,
}

# ---------------------------------------------------------------------------------------------- quantities


def _lines(document: RecordedDocument) -> tuple[Any, ...]:
    return unpack_lines(Kind.of(document.kind), document.lines, source=document.from_, key=document.key)


def _plain(document: RecordedDocument) -> list[Line]:
    return [each for each in _lines(document) if isinstance(each, Line)]


def _lined(document: RecordedDocument) -> list[tuple[int, int | None]]:
    """Return what the lines say; a lot that has several, by reason, once."""
    return _added((each.lot, each.quantity) for each in _plain(document))


def _exceptions(document: RecordedDocument, *, is_missing: bool) -> list[tuple[int, int | None]]:
    lines = [each for each in _plain(document) if each.is_missing is is_missing]
    return _added((each.lot, each.quantity) for each in lines)


def _missing(document: RecordedDocument, site: int) -> _Step:
    of = _exceptions(document, is_missing=True)
    return _Step(step="inspecting", disposition="mismatch_quantity", of=of, at=site, stays=False)


def _deltas(told: Told, site: int) -> list[tuple[int, int | None]]:
    return _added((each.lot, each.delta) for each in told.moved if each.site == site)


def _held(told: Told) -> list[tuple[int, int | None]]:
    return [(each.lot, each.quantity) for each in told.moved]


def _added(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int | None]]:
    found: dict[int, int] = {}
    for lot, quantity in pairs:
        found[lot] = found.get(lot, 0) + quantity
    return list(found.items())


# ---------------------------------------------------------------------------------------------- events


def _event(document: RecordedDocument, step: _Step, units: Mapping[int, str], offset: int) -> dict[str, Any]:
    kind = Kind.of(document.kind)
    quantities = [_quantity(lot, quantity, units) for lot, quantity in step.of]
    event: dict[str, Any] = {
        "type": "TransformationEvent" if step.made else "ObjectEvent",
        "eventTime": _local(document.occurred_at, offset),
        "eventTimeZoneOffset": _zone(offset),
        "recordTime": _utc(document.recorded_at),
    }
    if step.made:
        event["inputQuantityList"] = quantities
        event["outputQuantityList"] = [_quantity(lot, quantity, units) for lot, quantity in step.made]
    else:
        event["quantityList"] = quantities
        event["action"] = step.action
    event["bizStep"] = step.step
    if step.disposition is not None:
        event["disposition"] = step.disposition
    if step.at:
        event["readPoint"] = {"id": urn("site", step.at)}
        if step.stays:
            event["bizLocation"] = {"id": urn("site", step.at)}
    event["bizTransactionList"] = _transactions(kind, document)
    if step.sources:
        event["sourceList"] = [{"type": type_, "source": name} for type_, name in step.sources.items()]
    if step.destinations:
        event["destinationList"] = [
            {"type": type_, "destination": name} for type_, name in step.destinations.items()
        ]
    event["shecang:kind"] = kind.name.lower()
    event["eventID"] = event_hash_id(event)
    return event


def _quantity(lot: int, quantity: int | None, units: Mapping[int, str]) -> dict[str, Any]:
    element: dict[str, Any] = {"epcClass": urn("lot", lot)}
    if quantity is not None:  # a recall is of a lot, however much there is of it
        element["quantity"] = quantity
        if lot in units:
            element["uom"] = units[lot]
    return element


def _transactions(kind: Kind, document: RecordedDocument) -> list[dict[str, str]]:
    """Return what an event belongs to: its document, and the consignment that it is a step of."""
    found = [
        {
            "type": _DOCUMENT_TYPES.get(kind, f"{VOCABULARY}document"),
            "bizTransaction": urn("document", document.key),
        }
    ]
    consignment = None
    if kind is Kind.DISPATCH:
        consignment = document.key
    elif kind is not Kind.COUNT and document.reference:
        reference = unpack_reference(document.reference)
        consignment = reference.id if reference.type == REFERENCE_CONSIGNMENT else None
    if consignment is not None:
        name = urn("consignment", consignment)
        found.append({"type": f"{VOCABULARY}consignment", "bizTransaction": name})
    return found


def _declared(reversal: RecordedDocument) -> dict[str, Any]:
    reason = REASONS.get(reversal.reason)
    did_not_occur = reason is not None and reason.name in _DID_NOT_OCCUR
    return {
        "declarationTime": _utc(reversal.recorded_at),
        "reason": "did_not_occur" if did_not_occur else "incorrect_data",
    }


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(seconds: int, offset: int) -> str:
    return datetime.fromtimestamp(seconds, timezone(timedelta(seconds=offset))).isoformat()


def _zone(offset: int) -> str:
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
