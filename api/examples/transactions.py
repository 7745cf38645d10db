"""Transactions."""

from __future__ import annotations

from typing import Any

_STORED: dict[str, Any] = {
    "hash": "0xadda0a0651652a5715cf92c5e62be79584b145348b30a5d01d2bb49ad74a3c68",
    "state": "stored",
    "document": "d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8",
    "sender": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
    "number": 13,
    "missing_numbers": [],
    "recorded_in": None,
    "is_final": False,
    "refusal": None,
    "block": {
        "number": 24,
        "hash": "0xc4b34a20497a375dc592557600c676ab8926cc70d1fa09d35223cd9983d11de3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_RECORDED: dict[str, Any] = {
    "hash": "0xadda0a0651652a5715cf92c5e62be79584b145348b30a5d01d2bb49ad74a3c68",
    "state": "recorded",
    "document": "d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8",
    "sender": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
    "number": 13,
    "missing_numbers": [],
    "recorded_in": 25,
    "is_final": True,
    "refusal": None,
    "block": {
        "number": 25,
        "hash": "0xfe6cc73cc203fe05be8f033b07d3c4f48b7bf8908a7364d67097c28a3ae719b9",
        "time": "2026-11-28T16:59:13Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "hand_in_transaction": _STORED,
    "read_transaction": _RECORDED,
}
"""Name of an operation → an answer."""
