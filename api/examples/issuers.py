"""Issuers and their accreditations."""

from __future__ import annotations

from typing import Any

_LIST_ISSUERS: dict[str, Any] = {
    "issuers": [
        {
            "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
            "name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        }
    ],
    "next_after": None,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_ISSUER: dict[str, Any] = {
    "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
    "name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
    "code": None,
    "journal": "9c9502ff3200f5872866cb91a0038f9fceccd0bfe617683c0000000000000003",
    "at": "2026-09-20T08:00:00Z",
    "accreditations": [
        {
            "category": 1,
            "status": "valid",
            "history": [
                {
                    "entry": 1,
                    "kind": "issued",
                    "reason": None,
                    "effective_at": "2026-09-01T01:00:08Z",
                    "recorded_at": "2026-09-01T01:00:08Z",
                    "valid_from": None,
                    "valid_until": None,
                    "grade": None,
                    "is_by_authority": True,
                }
            ],
        }
    ],
    "next_after": 1,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_issuers": _LIST_ISSUERS,
    "read_issuer": _READ_ISSUER,
}
"""Name of an operation → an answer."""
