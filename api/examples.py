"""The answers that OpenAPI shows: of the sample city, shortened; its keys are random, the rest is not."""

from __future__ import annotations

from typing import Any

STOCK_CARD: dict[str, Any] = {
    "site": "420102001001101",
    "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
    "as_of": "2026-09-20T00:00:00Z",
    "entries": [
        {
            "sequence": 2,
            "journal": "f82cb61dc538c5a9554592b1a5c6ce14696b5b006abfe9260000000000000002",
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
            "movements": [
                {
                    "lot": "bf5933e8ec75eb5d8463a3b7f28a55356dc6653f",
                    "item": "299010310001",
                    "item_name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
                    "unit": "H87",
                    "delta": "600",
                    "quantity": "600",
                    "is_held_here": False,
                    "is_stale": False,
                    "count_due": None,
                }
            ],
        }
    ],
    "next_after": 2,
    "counts_at": "2026-09-20T00:00:00Z",
    "stale": [],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

ON_HAND: dict[str, Any] = {
    "place": "420102",
    "level": "district",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "as_of": "2026-09-05T16:00:00Z",
    "holdings": [
        {
            "site": "420102001001101",
            "lot": "e067633f04d8749103477e0ed9800bcffa53112f",
            "item": "299020110001",
            "item_name": {"zh": "75%酒精(瓶)", "en": "Alcohol 75 % (bottle)"},
            "unit": "XBO",
            "quantity": "240",
            "is_free": True,
            "is_held": False,
            "is_recalled": False,
            "is_held_here": False,
            "use_until": "2026-09-11",
            "is_stale": False,
            "count_due": None,
        }
    ],
    "next_after": "420102001001101-e067633f04d8749103477e0ed9800bcffa53112f",
    "counts_at": "2026-09-05T16:00:00Z",
    "stale": [],
    "stale_total": 0,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

TOTALS: dict[str, Any] = {
    "place": "420102",
    "level": "district",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "as_of": "2026-09-05T16:00:00Z",
    "counts_at": "2026-09-05T16:00:00Z",
    "totals": [
        {
            "item": "299020110001",
            "item_name": {"zh": "75%酒精(瓶)", "en": "Alcohol 75 % (bottle)"},
            "unit": "XBO",
            "quantity": "240",
            "free": "240",
            "sites": 1,
            "stale_sites": 0,
        }
    ],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

SUPPLIER_VERDICT: dict[str, Any] = {
    "supplier": "358ef61371e2aee4908c73f0f34f9c98468afebc",
    "code": "91420100MA4KXMPL2E",
    "name": {"zh": "样例速通贸易行", "en": "Sample Lapsed Trading"},
    "is_registered": True,
    "category": 1,
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

READY: dict[str, Any] = {
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
    "head": 22,
    "lag": 0,
}

WHO: dict[str, Any] = {
    "account": "0x3801B2D09cAd4eA0795B6ccf592a291A82450243",
    "divisions": ["420102001001"],
    "scopes": ["books", "drafts", "read"],
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_stock_card": STOCK_CARD,
    "read_on_hand": ON_HAND,
    "read_totals": TOTALS,
    "read_supplier_verdict": SUPPLIER_VERDICT,
    "read_health": {"status": "ok"},
    "read_who": WHO,
    "sign_in": {
        **WHO,
        "csrf_token": "u1T4Xo0sVfE8mWq2Zr5y7Bc9Dd3Ff6Hh1Jj4Ll8Nn0P",
        "expires_at": "2026-09-13T09:00:00Z",
    },
    "read_nonce": {
        "nonce": "5f3d2c1b0a9e8d7c6b5a493827160f0e",
        "domain": "127.0.0.1:8000",
        "chain_id": 20200123,
        "expires_at": "2026-09-13T01:05:00Z",
    },
    "read_ready": READY,
}
"""Name of an operation → an answer; there is one for each."""
