"""Suppliers, and verdicts on them."""

from __future__ import annotations

from typing import Any

_SUPPLIER_VERDICT: dict[str, Any] = {
    "supplier": "358ef61371e2aee4908c73f0f34f9c98468afebc",
    "code": "91420100MA4KXMPL2E",
    "name": {"zh": "样例速通贸易行", "en": "Sample Lapsed Trading"},
    "is_registered": True,
    "category": 1,
    "categories": [1],
    "at": "2026-09-01T08:00:00Z",
    "then": {
        "status": "valid",
        "qualification": "857265fb603abc9e60e3d3de8411e665ce89a019",
        "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
        "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        "is_issuer_accredited": True,
        "is_suspended": False,
        "is_revoked": False,
        "is_in_date": True,
        "valid_from": "2026-08-31T16:00:00Z",
        "valid_until": "2026-09-01T16:00:00Z",
        "grade": "C",
    },
    "now": {
        "status": "valid",
        "qualification": "857265fb603abc9e60e3d3de8411e665ce89a019",
        "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
        "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        "is_issuer_accredited": True,
        "is_suspended": False,
        "is_revoked": False,
        "is_in_date": True,
        "valid_from": "2026-08-31T16:00:00Z",
        "valid_until": "2026-09-01T16:00:00Z",
        "grade": "C",
    },
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_LIST_SUPPLIERS: dict[str, Any] = {
    "suppliers": [
        {
            "supplier": "358ef61371e2aee4908c73f0f34f9c98468afebc",
            "name": {"zh": "样例速通贸易行", "en": "Sample Lapsed Trading"},
            "qualification_count": 1,
        }
    ],
    "next_after": "358ef61371e2aee4908c73f0f34f9c98468afebc",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_SUPPLIER: dict[str, Any] = {
    "supplier": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
    "name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
    "qualification_count": 1,
    "code": "91420100MA4KXMPL1B",
    "journal": "369ef43ac9f9dc15626f06f618a933b60c717a5c462444490000000000000002",
    "at": "2026-09-20T08:00:00Z",
    "qualifications": [
        {
            "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
            "supplier": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
            "supplier_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
            "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
            "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
            "category": 1,
            "status": "valid",
            "is_in_date": True,
            "valid_from": "2026-08-31T16:00:00Z",
            "valid_until": "2027-09-01T01:00:00Z",
            "grade": "A",
        }
    ],
    "next_after": None,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_LIST_DELIVERIES: dict[str, Any] = {
    "supplier": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
    "code": "91420100MA4KXMPL1B",
    "name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
    "place": None,
    "as_of": None,
    "deliveries": [
        {
            "site": "420102001001101",
            "site_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "document": {
                "key": "37bbe856549f3cc104b3f7f9c1f73b5f7e109fd51ceb1548ed141bca7b0a30",
                "number": 7,
                "kind": "receipt",
                "occurred_at": "2026-09-02T16:00:00Z",
                "is_day_only": True,
                "recorded_at": "2026-09-03T01:00:00Z",
                "is_late": False,
                "from_site": None,
                "to_site": "420102001001101",
                "source": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
                "consignee": None,
                "reason": None,
                "reference": None,
                "verdict": {"status": "valid", "grade": "A"},
                "sender": "0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490",
                "other": "0x3801B2D09cAd4eA0795B6ccf592a291A82450243",
                "approver": None,
                "is_reversed": False,
                "is_emergency": False,
                "block": 9,
                "transaction": "0xce12f6b26080f45c08514199199d65bc8575372b55f27fcbddc899aafcd205da",
            },
            "lines": [
                {
                    "lot": "bf5933e8ec75eb5d8463a3b7f28a55356dc6653f",
                    "item": "299010310001",
                    "item_name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
                    "unit": "H87",
                    "delivered": "620",
                    "accepted": "600",
                    "rejected": "20",
                    "reason": "damaged",
                    "was_released": True,
                    "is_held": False,
                    "is_recalled": False,
                }
            ],
        }
    ],
    "sums": [
        {
            "item": "299010310001",
            "item_name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
            "unit": "H87",
            "receipts": 1,
            "delivered": "620",
            "accepted": "600",
            "rejected": "20",
            "came_held": "0",
        }
    ],
    "next_after": None,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_deliveries": _LIST_DELIVERIES,
    "list_suppliers": _LIST_SUPPLIERS,
    "read_supplier": _READ_SUPPLIER,
    "read_supplier_verdict": _SUPPLIER_VERDICT,
}
"""Name of an operation → an answer."""
