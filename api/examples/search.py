"""What was found."""

from __future__ import annotations

from typing import Any

_SEARCH_LEDGER: dict[str, Any] = {
    "q": "东城社区政府",
    "recognised": [],
    "results": [
        {
            "kind": "site",
            "id": "420102001001101",
            "label": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "by": "name",
            "address": "/v1/sites/420102001001101",
        }
    ],
    "is_more": False,
    "is_complete": True,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "search_ledger": _SEARCH_LEDGER,
}
"""Name of an operation → an answer."""
