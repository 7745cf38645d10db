"""The exchange with other platforms."""

from __future__ import annotations

from typing import Any

from ledger_client.exchange import MOVEMENTS, STOCK, to_csv

_BLOCK = {
    "number": 22,
    "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
    "time": "2026-09-13T01:00:00Z",
}

_STOCK: dict[str, Any] = {
    "profile": "shecang-exchange-1",
    "rows": [
        {
            "division": "420102001001",
            "site": "420102001001101",
            "site_name_zh": "东城社区政府储备点",
            "site_name_en": "East Community government store",
            "category": "2990101",
            "item": "299010110001",
            "item_name_zh": "医用外科口罩(盒)",
            "item_name_en": "Surgical masks (box)",
            "unit": "XBX",
            "quantity": "800",
            "free": "500",
            "block": "22",
        }
    ],
    "next_after": "420102001001101",
    "block": _BLOCK,
}

_MOVEMENTS: dict[str, Any] = {
    "profile": "shecang-exchange-1",
    "rows": [
        {
            "document": "37bbe856549f3cc104b3f7f9c1f73b5f7e109fd51ceb1548ed141bca7b0a30",
            "number": "10",
            "kind": "dispatch",
            "reason": "",
            "occurred_at": "2026-09-05T01:00:00Z",
            "recorded_at": "2026-09-05T01:00:01Z",
            "division": "420102001001",
            "site": "420102001001101",
            "other_site": "420103001001101",
            "category": "2990101",
            "item": "299010110001",
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "use_until": "",
            "unit": "XBX",
            "delta": "-200",
            "quantity": "700",
            "is_reversed": "false",
            "block": "22",
        }
    ],
    "next_after": "10",
    "block": _BLOCK,
}

EXAMPLES: dict[str, Any] = {
    "exchange_stock": _STOCK,
    "exchange_stock text/csv": to_csv(STOCK, [tuple(each.values()) for each in _STOCK["rows"]]),
    "exchange_movements": _MOVEMENTS,
    "exchange_movements text/csv": to_csv(MOVEMENTS, [tuple(each.values()) for each in _MOVEMENTS["rows"]]),
}
"""Name of an operation → an answer; with a media type behind it, in that one."""
