"""Of registers: divisions, sites, consignees, suppliers, issuers, qualifications, items and roles."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from api.problems import DivisionNotRegisteredError
from api.register_parameters import PartyFormError
from api.register_problems import (
    ConsigneeUnknownError,
    HolderUnknownError,
    IssuerUnknownError,
    ItemUnknownError,
    QualificationUnknownError,
    ReplacementUnknownError,
    SupplierUnknownError,
)
from ledger_client.addresses import AddressFormError
from ledger_client.errors import ShecangError
from ledger_client.identifiers import CodeFormError

_NO_DIVISION: Mapping[int, ShecangError] = {HTTPStatus.NOT_FOUND: DivisionNotRegisteredError(division=420199)}

_NO_SITE_CODE: Mapping[int, ShecangError] = {
    HTTPStatus.UNPROCESSABLE_ENTITY: CodeFormError(
        value="x",
        kind="site",
        rule="it has 15 digits: community (12), storage mode 1 to 5, number 01 to 99",
        kind_zh="储备点编号",
        rule_zh="应为 15 位数字：社区 12 位、储备方式 1 位（1 至 5）、序号 01 至 99",
    )
}

REFUSALS: Mapping[str, Mapping[int, ShecangError]] = {
    "list_divisions": _NO_DIVISION,
    "list_sites": _NO_DIVISION,
    "read_site": _NO_SITE_CODE,
    "read_card_proofs": _NO_SITE_CODE,
    "list_consignees": _NO_DIVISION,
    "read_consignee": {
        HTTPStatus.NOT_FOUND: ConsigneeUnknownError(value="local:EASTCLINIC"),
        HTTPStatus.UNPROCESSABLE_ENTITY: PartyFormError(value="x"),
    },
    "read_supplier": {HTTPStatus.NOT_FOUND: SupplierUnknownError(value="91420100MA4KXMPL1B")},
    "list_deliveries": {HTTPStatus.NOT_FOUND: SupplierUnknownError(value="91420100MA4KXMPL1B")},
    "read_issuer": {
        HTTPStatus.NOT_FOUND: IssuerUnknownError(value="d8688992795126b27cd6960112ea0eaf97a81e71")
    },
    "read_qualification": {
        HTTPStatus.NOT_FOUND: QualificationUnknownError(value="857265fb603abc9e60e3d3de8411e665ce89a019")
    },
    "read_item": {
        HTTPStatus.NOT_FOUND: ItemUnknownError(value=299010310001),
        HTTPStatus.UNPROCESSABLE_ENTITY: CodeFormError(
            value="x",
            kind="item",
            rule="it has 12 digits: category of GB/T 38565 (7), number (5)",
            kind_zh="物品编号",
            rule_zh="应为 12 位数字：GB/T 38565 分类码 7 位、序号 5 位",
        ),
    },
    "list_grants": _NO_DIVISION,
    "list_replacements": _NO_DIVISION,
    "read_holder": {
        HTTPStatus.NOT_FOUND: HolderUnknownError(value="0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490"),
        HTTPStatus.UNPROCESSABLE_ENTITY: AddressFormError(value="x"),
    },
    "read_replacement": {HTTPStatus.NOT_FOUND: ReplacementUnknownError(value=1)},
}
"""Name of an operation → status → the error."""
