"""Which findings are closed: by a later document that names the one they are about.

Two kinds of documents close a finding:

- one that names the document (reference of type 1), signed by an approver whose grant contains the division
  that answers for the site: an approver elsewhere has no say in it;
- the document's reversal, which always needs an approver.

The document must have been recorded when there was something to see. A naming document that was itself
reversed closes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import Finding, Severity
from ledger_client.divisions import DivisionId, contains
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.words import REFERENCE_DOCUMENT

_ID_248 = (1 << 248) - 1
_SENT_BY_APPROVER = frozenset({Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT})


def with_closings(replay: Replay, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings, those that a document closes as closed."""
    naming: defaultdict[int, list[RecordedDocument]] = defaultdict(list)
    for document in replay.documents.values():
        # A count's reference is a journal word.
        if document.kind != Kind.COUNT and document.reference >> 248 == REFERENCE_DOCUMENT:
            naming[document.reference & _ID_248].append(document)
    for finding in findings:
        by = None
        if finding.document and finding.severity is not Severity.ERROR:
            by = _closing(replay, finding, naming.get(finding.document, ()))
        yield finding.closed(by.key) if by else finding


def _closing(replay: Replay, finding: Finding, naming: Iterable[RecordedDocument]) -> RecordedDocument | None:
    about = replay.state.documents[finding.document]
    if about is None:
        return None
    answers = [
        document for document in naming if not document.reversed_by and _has_a_say(replay, finding, document)
    ]
    if about.reversed_by:
        answers.append(replay.documents[about.reversed_by])
    later = [each for each in answers if each.number > about.number and each.recorded_at >= finding.since]
    return min(later, key=lambda each: each.number, default=None)


def _has_a_say(replay: Replay, finding: Finding, document: RecordedDocument) -> bool:
    """Whether an approver signed it whose grant contains the division that answers for the finding."""
    sent = document.kind in _SENT_BY_APPROVER
    if not sent and document.approver == ZERO_ADDRESS:
        return False
    grant = replay.state.grants[document.sender_grant if sent else document.approver_grant]
    return grant is not None and contains(DivisionId(grant.division), DivisionId(finding.owner))
