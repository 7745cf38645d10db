"""Of documents, lots, consignments, requests, proposals and plans."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.ids import (
    ID_DIGITS,
    KEY_DIGITS,
    ConsignmentNotRecordedError,
    DocumentNotRecordedError,
    IdFormError,
    LotNotRecordedError,
    ProposalNotRecordedError,
    RequestNotRecordedError,
)
from api.planning import PlanUnknownError
from api.problems import DivisionNotRegisteredError
from ledger_client.errors import ShecangError

_NO_PLACE: Mapping[int, ShecangError] = {HTTPStatus.NOT_FOUND: DivisionNotRegisteredError(division=420199)}
_NO_PLAN: Mapping[int, ShecangError] = {
    HTTPStatus.NOT_FOUND: PlanUnknownError(plan="0c4be0f94a4b9c6a6a2f5b1c7d116f1d0c4be0f9")
}
_KEY = "0" * KEY_DIGITS
_ID = "0" * ID_DIGITS

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "list_documents": _NO_PLACE,
    "follow_documents": _NO_PLACE,
    "read_document": {
        HTTPStatus.NOT_FOUND: DocumentNotRecordedError(key=_KEY),
        HTTPStatus.UNPROCESSABLE_ENTITY: IdFormError(
            value="x", what="document", what_zh="单据", digits=KEY_DIGITS
        ),
    },
    "list_lots": _NO_PLACE,
    "read_lot": {
        HTTPStatus.NOT_FOUND: LotNotRecordedError(lot=_ID),
        HTTPStatus.UNPROCESSABLE_ENTITY: IdFormError(value="x", what="lot", what_zh="批次", digits=ID_DIGITS),
    },
    "list_consignments": _NO_PLACE,
    "read_consignment": {
        HTTPStatus.NOT_FOUND: ConsignmentNotRecordedError(key=_KEY),
        HTTPStatus.UNPROCESSABLE_ENTITY: IdFormError(
            value="x", what="consignment", what_zh="在途单", digits=KEY_DIGITS
        ),
    },
    "list_requests": _NO_PLACE,
    "read_request": {HTTPStatus.NOT_FOUND: RequestNotRecordedError(key=_KEY)},
    "list_proposals": _NO_PLACE,
    "make_plan": _NO_PLACE,
    "read_plan": _NO_PLAN,
    "list_plan_unfilled": _NO_PLAN,
    "read_proposal": {HTTPStatus.NOT_FOUND: ProposalNotRecordedError(key=_KEY)},
}
"""Name of an operation → status → the error."""
