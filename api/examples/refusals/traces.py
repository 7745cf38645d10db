"""Of traces."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.examples.refusals import registers, stock
from api.ids import (
    ID_DIGITS,
    ConsigneeNotRegisteredError,
    IdFormError,
    QualificationNotRecordedError,
    SupplierNotRegisteredError,
)
from api.parameters import SupplierFormError
from api.register_parameters import PartyFormError
from api.routes._traces import MOST, MOST_LOTS, TraceTooWideError
from api.routes.key_traces import KeyTooWideError
from ledger_client.errors import ShecangError

_ID = "0" * ID_DIGITS
_TOO_WIDE = TraceTooWideError(lots=612, most=MOST_LOTS)

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "trace_lot": stock.REFUSALS["read_lot"],
    "trace_supplier": {
        HTTPStatus.NOT_FOUND: SupplierNotRegisteredError(supplier="91420100MA4KXMPL1B"),
        HTTPStatus.CONFLICT: _TOO_WIDE,
        HTTPStatus.UNPROCESSABLE_ENTITY: SupplierFormError(value="x"),
    },
    "trace_qualification": {
        HTTPStatus.NOT_FOUND: QualificationNotRecordedError(qualification=_ID),
        HTTPStatus.CONFLICT: _TOO_WIDE,
        HTTPStatus.UNPROCESSABLE_ENTITY: IdFormError(
            value="x", what="qualification", what_zh="资质", digits=ID_DIGITS
        ),
    },
    "trace_issuer": {
        **registers.REFUSALS["read_issuer"],
        HTTPStatus.CONFLICT: _TOO_WIDE,
        HTTPStatus.UNPROCESSABLE_ENTITY: PartyFormError(value="x"),
    },
    "trace_consignee": {
        HTTPStatus.NOT_FOUND: ConsigneeNotRegisteredError(consignee=_ID),
        HTTPStatus.CONFLICT: _TOO_WIDE,
        HTTPStatus.UNPROCESSABLE_ENTITY: IdFormError(
            value="x", what="consignee", what_zh="领用单位", digits=ID_DIGITS
        ),
    },
    "trace_difference": stock.REFUSALS["read_document"],
    "trace_document": stock.REFUSALS["read_document"],
    "trace_key": {
        **registers.REFUSALS["read_holder"],
        HTTPStatus.CONFLICT: KeyTooWideError(count=7_312, most=MOST),
    },
    "trace_shortage": stock.REFUSALS["read_consignment"],
}
"""Name of an operation → status → the error."""
