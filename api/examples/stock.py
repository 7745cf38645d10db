"""What is where."""

from __future__ import annotations

from typing import Any

_ON_HAND: dict[str, Any] = {
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

_TOTALS: dict[str, Any] = {
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
    "parts": [],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_on_hand": _ON_HAND,
    "read_totals": _TOTALS,
}
"""Name of an operation → an answer."""
