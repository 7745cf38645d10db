"""Items."""

from __future__ import annotations

from typing import Any

_LIST_ITEMS: dict[str, Any] = {
    "items": [
        {
            "item": "299010110001",
            "category": "2990101",
            "name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "qualification_category": 1,
            "shelf_life_days": None,
            "is_serial": False,
            "holds": [],
        }
    ],
    "next_after": "299010110001",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_ITEM: dict[str, Any] = {
    "item": "299010310001",
    "category": "2990103",
    "name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
    "unit": "H87",
    "qualification_category": 1,
    "shelf_life_days": None,
    "is_serial": False,
    "holds": [],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_items": _LIST_ITEMS,
    "read_item": _READ_ITEM,
}
"""Name of an operation → an answer."""
