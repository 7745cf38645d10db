"""What a key signed and gave, and what hangs on that: the documents of the blast radius of a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.documents import Kind
from ledger_client.events import LedgerEvent
from ledger_client.fold._movements import ID_248
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.traces import TraceReader
from ledger_client.trace.flows import Step, quantities_in
from ledger_client.trace.following import Followed, follow
from ledger_client.trace.given import Given, GivenEntry, given_by
from ledger_client.trace.graph import NodeKind

_BY_REFERENCE = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a key signed and gave since a time.

    Attributes:
        documents: That it signed, in order.
        given: The grants that it made and what was recorded by it and by those.
        following: Documents that others signed by those grants, and receipts on what was recorded, in order.
    """

    documents: list[RecordedDocument]
    given: Given
    following: list[RecordedDocument]


@dataclass(frozen=True, slots=True)
class OnDocuments:
    """The lots on some documents.

    Attributes:
        followed: These lots, and what was answered with them, to where they are.
        steps: What each of the documents says of each of its lots.
        lots: By number of the document those that it names, or that the one does which it reverses.
    """

    followed: Followed
    steps: list[Step]
    lots: dict[int, set[int]]


def signed_by(
    state: TraceReader,
    holder: Address,
    since: int,
    events: Iterable[LedgerEvent],
    keep: Callable[[RecordedDocument], bool] | None = None,
) -> Signed:
    """Return what a key signed and gave since a block time.

    Args:
        state: The index.
        holder: Address of the key.
        since: Seconds since 1970.
        events: Of the Directory and the SupplierRegistry since then in order, which say who made a grant and
            recorded an entry; without them nothing is known of those.
        keep: Which documents are told; all where None.
    """
    documents = state.documents_signed_by(holder, since, keep)
    given = given_by(events, holder, since)
    by_number = {each.number: each for each in _following(state, given, keep)}
    for each in documents:
        by_number.pop(each.number, None)
    return Signed(documents, given, [by_number[number] for number in sorted(by_number)])


def candidates(state: TraceReader, documents: Iterable[RecordedDocument]) -> set[int]:
    """Return the lots that documents name, and those of what they answer or reverse."""
    return {lot for each in documents for lot in _lots_on(state, each, _BY_REFERENCE)}


def on_documents(state: TraceReader, documents: Sequence[RecordedDocument]) -> OnDocuments:
    """Return the lots on some documents, and where these are."""
    followed = follow(state, candidates(state, documents))
    told: dict[int, set[int]] = {each.number: set() for each in documents}
    steps = [step for step in followed.steps if step.document.number in told]
    for step in steps:
        told[step.document.number].add(step.lot)
    # What a step of a consignment answers is known once all of its steps are read.
    lots = {
        each.number: (told[each.number] | _lots_on(state, each)) & followed.lots.keys() for each in documents
    }
    return OnDocuments(followed, steps, lots)


def _following(
    state: TraceReader, given: Given, keep: Callable[[RecordedDocument], bool] | None
) -> list[RecordedDocument]:
    """Return the documents that hang on what a key gave."""
    since: dict[int, int] = {}
    for entry in given.entries:
        for qualification in _qualifications(state, entry) if entry.allows else ():
            since.setdefault(qualification, entry.recorded_at)
    return [*state.documents_relying_on(given.reliance(), keep), *state.receipts_on(since, keep)]


def _qualifications(state: TraceReader, entry: GivenEntry) -> Sequence[int]:
    """Return the qualification of an entry, or those that count because of an accreditation."""
    if entry.subject.kind is NodeKind.QUALIFICATION:
        return (entry.subject.number,)
    found = state.qualifications(category=entry.subject.part)
    return [key for key, each in found.items() if each.issuer == entry.subject.number]


def _lots_on(state: TraceReader, document: RecordedDocument, also: Sequence[Kind] = ()) -> set[int]:
    """Return the lots that a document names, or that the one does which it reverses.

    Args:
        state: The index.
        document: The document.
        also: Other kinds of documents with which those lots count that are named in what they answer.
    """
    lots = {lot for lot, _ in quantities_in(document)}
    if document.kind in (*also, Kind.REVERSAL):
        original = state.document(document.reference & ID_248)
        lots |= {lot for lot, _ in quantities_in(original)} if original else set()
    return lots
