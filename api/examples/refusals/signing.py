"""Of what is prepared here and signed elsewhere: acts, drafts and transactions."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.routes.transactions import TransactionUnknownError
from ledger_client.drafts import DraftFormError, Part, outbox_key
from ledger_client.drafts.draft import ConsentsMissingError, ConsentWrongError
from ledger_client.drafts.store import DraftClosedError, DraftTakenError, DraftUnknownError
from ledger_client.errors import ShecangError
from ledger_client.outbox import ContentDiffersError, SignatureOpenError
from ledger_client.reverts.reallocation import ReallocationSiteNotOpenError

_KEY = 0xC82563F33B0C1D5FD0AB7E2F9827D09D0E11C0AF66901398C89D937CD39031
_DRAFT = "c82563f3"
_OTHER = "0xcf018E6ff54Dff951A83d429A757dF693a632D16"

_NO_DRAFT = DraftUnknownError(draft=_DRAFT)
_WITHDRAWN = DraftClosedError(draft=_DRAFT, state="withdrawn", state_zh="已撤回")
_EN, _ZH = Part.OTHER.names

_NO_TRANSACTION: Mapping[int, ShecangError] = {
    HTTPStatus.NOT_FOUND: TransactionUnknownError(
        hash="0x001384ae0e29b5fa7ba544de4caf26ab3e9782a282eab630f1a80b163bdf25d4"
    )
}

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "prepare_act": {HTTPStatus.CONFLICT: ReallocationSiteNotOpenError(site=420102001001101)},
    "reserve_act_number": {
        HTTPStatus.CONFLICT: SignatureOpenError(
            sender="0x31634D805D315725730D2b2d48E0D3F3cf0B8e80", nonce=13, key=outbox_key(_KEY), seconds=87
        )
    },
    "prepare_draft": {HTTPStatus.CONFLICT: DraftTakenError(draft=_DRAFT)},
    "put_draft": {
        HTTPStatus.CONFLICT: _WITHDRAWN,
        HTTPStatus.UNPROCESSABLE_ENTITY: DraftFormError(source="the draft", reason="page", reason_zh="page"),
    },
    "read_draft": {HTTPStatus.NOT_FOUND: _NO_DRAFT},
    "withdraw_draft": {
        HTTPStatus.NOT_FOUND: _NO_DRAFT,
        HTTPStatus.CONFLICT: DraftClosedError(draft=_DRAFT, state="sent", state_zh="已发送"),
    },
    "consent_to_draft": {
        HTTPStatus.NOT_FOUND: _NO_DRAFT,
        HTTPStatus.CONFLICT: ConsentWrongError(draft=_DRAFT, part=_EN, part_zh=_ZH, address=_OTHER),
    },
    "reserve_number": {
        HTTPStatus.NOT_FOUND: _NO_DRAFT,
        HTTPStatus.CONFLICT: ConsentsMissingError(draft=_DRAFT, parts=f"the {_EN}", parts_zh=_ZH),
    },
    "hand_in_transaction": {
        HTTPStatus.NOT_FOUND: _NO_DRAFT,
        HTTPStatus.CONFLICT: ContentDiffersError(
            key=outbox_key(_KEY),
            stored="8bd1e7c0a94f2d6358b1f0c4e7a29d3652cb8e01f47a6d93b0c5e82f714da936",
            given="e04c9b7f1a2d5836c7e1b0f49d3a6258fe07c4b19a83d26e5f70c1b8a4d29e63",
        ),
    },
    "read_transaction": _NO_TRANSACTION,
    "list_skipped": _NO_TRANSACTION,
}
"""Name of an operation → status → the error."""
