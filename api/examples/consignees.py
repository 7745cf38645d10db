"""Consignees."""

from __future__ import annotations

from typing import Any

_LIST_CONSIGNEES: dict[str, Any] = {
    "division": "420102",
    "consignees": [
        {
            "consignee": "8b2365c49c9dc571d58154cff8777d83b4799de8",
            "division": "420102",
            "name": {"zh": "样例东城卡口", "en": "Sample East checkpoint"},
            "is_closed": False,
        }
    ],
    "next_after": "8b2365c49c9dc571d58154cff8777d83b4799de8",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_CONSIGNEE: dict[str, Any] = {
    "consignee": "dd3ba8d6fca4a0105b96b2ab1c6b9624fbcbbc1a",
    "division": "420102",
    "name": {"zh": "样例东城卫生服务站", "en": "Sample East health station"},
    "is_closed": False,
    "division_name": {"zh": "江岸区", "en": "Jiang'an District"},
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_consignees": _LIST_CONSIGNEES,
    "read_consignee": _READ_CONSIGNEE,
}
"""Name of an operation → an answer."""
