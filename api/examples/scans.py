"""Labels that were scanned."""

from __future__ import annotations

from typing import Any

_SCANNED: dict[str, Any] = {
    "gtin": "06901234567892",
    "batch": "AB12",
    "made": None,
    "expires": "2028-05-31",
    "item": "299010110001",
    "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
    "unit": "XBX",
    "units": "1",
    "candidates": [
        {
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "status": [],
            "made": None,
            "expires": "2028-05-31",
            "use_until": "2028-05-31",
            "quantity": "500",
            "same_batch": True,
            "same_expiry": True,
        }
    ],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_scan": _SCANNED,
}
"""Name of an operation → an answer."""
