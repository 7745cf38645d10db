"""Divisions."""

from __future__ import annotations

from typing import Any

_LIST_DIVISIONS: dict[str, Any] = {
    "division": "0",
    "divisions": [
        {
            "division": "42",
            "level": "province",
            "name": {"zh": "湖北省", "en": "Hubei"},
            "is_closed": False,
            "successor": None,
        },
        {
            "division": "4201",
            "level": "city",
            "name": {"zh": "武汉市", "en": "Wuhan"},
            "is_closed": False,
            "successor": None,
        },
    ],
    "next_after": "4201",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_DIVISION: dict[str, Any] = {
    "division": "420102",
    "level": "district",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "is_closed": False,
    "successor": None,
    "above": [
        {"division": "4201", "level": "city", "name": {"zh": "武汉市", "en": "Wuhan"}},
        {"division": "42", "level": "province", "name": {"zh": "湖北省", "en": "Hubei"}},
    ],
    "children": [
        {
            "division": "420102001",
            "level": "street",
            "name": {"zh": "样例东街道", "en": "Sample East Street"},
            "is_closed": False,
            "successor": None,
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
    "list_divisions": _LIST_DIVISIONS,
    "read_division": _READ_DIVISION,
}
"""Name of an operation → an answer."""
