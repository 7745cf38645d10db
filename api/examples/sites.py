"""Sites and stock cards."""

from __future__ import annotations

from typing import Any

_STOCK_CARD: dict[str, Any] = {
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

_LIST_SITES: dict[str, Any] = {
    "division": "420102",
    "sites": [
        {
            "site": "420102001001101",
            "community": "420102001001",
            "mode": "government",
            "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "is_disposal": False,
            "is_closed": False,
            "successor": None,
        }
    ],
    "next_after": "420102001001101",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_SITE: dict[str, Any] = {
    "site": "420102001001101",
    "community": "420102001001",
    "mode": "government",
    "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
    "is_disposal": False,
    "is_closed": False,
    "successor": None,
    "community_name": {"zh": "样例东城社区", "en": "Sample East Community"},
    "journal": "da7ca470d182e2e0eb280d0b96aa3f250a6d1183695183eb000000000000000e",
    "entries": 14,
    "counts_at": "2026-09-20T08:00:00Z",
    "stale": [],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_CARD_PROOFS: dict[str, Any] = {
    "site": "420102001001101",
    "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
    "entries": 14,
    "spans": [
        {"first": 1, "last": 12, "state": "matched", "vouched_by": "checkpoint"},
        {"first": 13, "last": 14, "state": "matched", "vouched_by": "node"},
    ],
    "mismatch": None,
    "compared": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
        "sequence": 14,
        "journal": "da7ca470d182e2e0eb280d0b96aa3f250a6d1183695183eb000000000000000e",
    },
    "vouched": {
        "number": 20,
        "hash": "0x2b0f41f8d0a7c1de7f6f6ad6d0b7c2ac3b85a8e1e3a6d4f97bb3f9de1f1a5c77",
        "sequence": 12,
        "journal": "5f3f5ad4ce0b37cf7d4c92a9ae9bd5be1a5ed14b10ff5ea5000000000000000c",
        "signers": 2,
        "witnesses": 3,
        "threshold": 2,
    },
    "trouble": None,
    "vouching_trouble": None,
    "is_other_chain": False,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_sites": _LIST_SITES,
    "read_card_proofs": _CARD_PROOFS,
    "read_site": _READ_SITE,
    "read_stock_card": _STOCK_CARD,
}
"""Name of an operation → an answer."""
