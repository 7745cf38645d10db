"""How a document enters the state: its digests, the journals it rolls, what it names, what it moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.digests import content_digest, document_digest, roll, signers_digest
from ledger_client.documents import Kind
from ledger_client.errors import MismatchError
from ledger_client.events import DocumentRecorded, LedgerEvent, SignedBy
from ledger_client.fold._errors import (
    DocumentsSwappedError,
    FoldRefusedError,
    JournalGapError,
    JournalMismatchError,
)
from ledger_client.fold._stock import EFFECTS, original_of
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.state import SiteEntry, State
from ledger_client.words import REFERENCE_DOCUMENT

_MASK_64 = (1 << 64) - 1
_ID_248 = (1 << 248) - 1
_NOBODY = SignedBy(ZERO_ADDRESS, bytes(32), 0)

_ARRIVES = frozenset({Kind.OPENING, Kind.RECEIPT})
_LEAVES = frozenset({Kind.RELEASE, Kind.HOLD, Kind.ISSUE, Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK})
_NOWHERE = frozenset({Kind.RECALL, Kind.LIFT})
_SENT = frozenset({Kind.HAND_OVER, Kind.DISPATCH})
_SIGNED_BY_APPROVER = frozenset({Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT})


def fold_document(state: State, event: DocumentRecorded) -> None:
    """Record a document: check its journals, then apply what it says.

    Nothing is changed before its journals fit, so that the state stays that of the document before.

    Raises:
        JournalGapError: Documents of one of its sites are missing before it.
        JournalMismatchError: It is not what its site's journal commits to.
        FoldRefusedError: It moves what is not there.
    """
    from_site, to_site = sites_of(state, event)
    content = content_digest(event.kind, event.key, event)
    signers = signers_digest(event.sender, event.other, event.approver)
    digest = document_digest(content, signers, event.recorded_at, event.verdict, event.body)
    _require_fit(state, event, from_site, event.from_journal, digest)
    _require_fit(state, event, to_site, event.to_journal, digest)

    document = _recorded(event, state.document_count + 1, (from_site, to_site), content, digest)
    _roll_site(state, document, from_site, event.from_journal)
    _roll_site(state, document, to_site, event.to_journal)
    state.document_count = document.number
    state.documents[document.key] = document
    _name(state, event, document)
    EFFECTS[event.kind](state, document)


def sites_of(state: State, event: DocumentRecorded) -> tuple[int, int]:
    """Return the sites whose journals the document rolls, as `from` and `to`; 0 for none."""
    kind = event.kind
    if kind is Kind.REVERSAL:
        # A reversal rolls what its original rolled.
        kind = Kind(original_of(state, event.reference, f"{event.key:062x}", event.place.block).kind)
    if kind in _ARRIVES:
        return 0, event.to
    if kind in _LEAVES:
        return event.from_, 0
    return (0, 0) if kind in _NOWHERE else (event.from_, event.to)


def _require_fit(state: State, event: DocumentRecorded, site: int, told: int, digest: bytes) -> None:
    """Refuse a document whose journal word is not the one that follows from the events before it."""
    if not site:
        if told:
            raise _refused(
                event,
                "it tells the journal of a site that it does not name",
                "所附账簿字不属于单据所涉的任何储备点",
            )
        return
    if site >> 63:  # a consignee or a donor, where the kind was altered
        raise _refused(event, f"{site} is no number of a site", f"{site} 不是储备点编号")
    before = state.site_journals[site] or 0
    if roll(before, site, digest) == told:
        return
    facts = {"document": f"{event.key:062x}", "block": event.place.block, "site": site}
    found, expected = told & _MASK_64, (before & _MASK_64) + 1
    if found > expected:
        raise JournalGapError(**facts, found=found, expected=expected, missing=found - expected)
    raise JournalMismatchError(**facts, sequence=found)


def _refused(event: DocumentRecorded, en: str, zh: str) -> FoldRefusedError:
    return FoldRefusedError(document=f"{event.key:062x}", block=event.place.block, reason=en, reason_zh=zh)


def gap_or_swap(gap: JournalGapError, delivered: Iterable[LedgerEvent]) -> MismatchError:
    """Return what a gap is: a swap where the document that was due was delivered too, though not in time.

    Args:
        gap: What stopped the fold.
        delivered: Events that came with the document; those before it have lower numbers and do no harm.
    """
    for event in delivered:
        if not isinstance(event, DocumentRecorded):
            continue
        for site, journal in ((event.from_, event.from_journal), (event.to, event.to_journal)):
            if site == gap.site and journal & _MASK_64 == gap.expected:
                facts = {name: gap.facts[name] for name in ("document", "block", "site", "found", "expected")}
                return DocumentsSwappedError(**facts, other=f"{event.key:062x}")
    return gap


def _roll_site(state: State, document: RecordedDocument, site: int, journal: int) -> None:
    if site:
        state.site_journals[site] = journal
        state.site_entries.append(SiteEntry(site, journal & _MASK_64, document.number, journal))


def _name(state: State, event: DocumentRecorded, document: RecordedDocument) -> None:
    """Mark what a document that an approver signed names; a count's reference is a journal word."""
    if event.kind is Kind.COUNT or event.reference >> 248 != REFERENCE_DOCUMENT:
        return
    if event.approver is None and event.kind not in _SIGNED_BY_APPROVER:
        return
    named = state.documents[event.reference & _ID_248]
    if named is not None and not named.named_by:
        state.documents[named.key] = replace(named, named_by=document.number)


def _recorded(
    event: DocumentRecorded, number: int, sites: tuple[int, int], content: bytes, digest: bytes
) -> RecordedDocument:
    other = event.other or _NOBODY
    approver = event.approver or _NOBODY
    return RecordedDocument(
        key=event.key,
        number=number,
        block=event.place.block,
        log_index=event.place.index,
        transaction=event.place.transaction,
        kind=int(event.kind),
        from_=event.from_,
        to=event.to,
        from_site=sites[0],
        to_site=sites[1],
        occurred_at=event.occurred_at.seconds,
        is_day_only=event.occurred_at.is_day_only,
        recorded_at=event.recorded_at,
        is_late=event.is_late,
        reference=event.reference,
        reason=event.reason,
        qualification=event.qualification,
        deadline=event.deadline,
        verdict=event.verdict,
        body=event.body,
        content=content,
        digest=digest,
        sender=event.sender.address,
        sender_grant=event.sender.grant,
        sender_position=event.sender.position,
        other=other.address,
        other_grant=other.grant,
        other_position=other.position,
        approver=approver.address,
        approver_grant=approver.grant,
        approver_position=approver.position,
        reversed_by=0,
        named_by=0,
        lines=event.lines,
    )
