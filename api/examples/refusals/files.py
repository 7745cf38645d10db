"""Of audits, books, checkpoints and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.auditing import KEPT, AuditRunningError, AuditUnknownError
from api.bookkeeping import BookUnknownError, MappingUnknownError
from api.jobs.opened import TrustAbsentError
from api.routes.evidence import TrustGivenError, TrustUnknownError
from ledger_client.errors import ShecangError
from ledger_client.evidence.asking import CheckpointBelowError
from ledger_client.evidence.export import SiteUnknownError as SiteThenUnknownError

_AUDIT = "6f1d0c4be0f94a4b9c6a6a2f5b1c7d11"
_NO_AUDIT: Mapping[int, ShecangError] = {HTTPStatus.NOT_FOUND: AuditUnknownError(audit=_AUDIT, count=KEPT)}
_NO_BOOK: Mapping[int, ShecangError] = {
    HTTPStatus.NOT_FOUND: BookUnknownError(book="4be0f94a4b9c6a6a2f5b1c7d116f1d0c4be0f94a")
}

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "start_audit": {HTTPStatus.CONFLICT: AuditRunningError(audit=_AUDIT)},
    "read_audit": _NO_AUDIT,
    "cancel_audit": _NO_AUDIT,
    "send_book": {HTTPStatus.NOT_FOUND: MappingUnknownError(mapping="9c" * 32)},
    "read_book": _NO_BOOK,
    "list_book_lines": _NO_BOOK,
    "list_book_suspects": _NO_BOOK,
    "read_proposed_mapping": _NO_BOOK,
    "read_checkpoints": {HTTPStatus.NOT_FOUND: TrustAbsentError()},
    "send_trust_file": {
        HTTPStatus.UNPROCESSABLE_ENTITY: TrustGivenError(
            reason="not canonical JSON", reason_zh="不是规范 JSON"
        )
    },
    "verify_evidence": {HTTPStatus.NOT_FOUND: TrustUnknownError(trust="3fa2c81d" * 8)},
    "export_evidence": {
        HTTPStatus.NOT_FOUND: SiteThenUnknownError(site=420102001001101, block=212),
        HTTPStatus.CONFLICT: CheckpointBelowError(block=230, newest=212),
    },
}
"""Name of an operation → status → the error."""
