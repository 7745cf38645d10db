"""Transactions."""

from __future__ import annotations

from typing import Any

_STORED: dict[str, Any] = {
    "hash": "0x001384ae0e29b5fa7ba544de4caf26ab3e9782a282eab630f1a80b163bdf25d4",
    "state": "stored",
    "document": "c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031",
    "sender": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
    "number": 13,
    "missing_numbers": [],
    "recorded_in": None,
    "is_final": False,
    "refusal": None,
    "block": {
        "number": 24,
        "hash": "0x731077dffc3a4449097b05396be32ba90016c0f6f615a48dd6f1180e86e6a04d",
        "time": "2026-09-13T01:00:00Z",
    },
}

_RECORDED: dict[str, Any] = {
    "hash": "0x001384ae0e29b5fa7ba544de4caf26ab3e9782a282eab630f1a80b163bdf25d4",
    "state": "recorded",
    "document": "c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031",
    "sender": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
    "number": 13,
    "missing_numbers": [],
    "recorded_in": 25,
    "is_final": True,
    "refusal": None,
    "block": {
        "number": 25,
        "hash": "0xd7d73dc9a34de67b39c4dd92fa51b87a0e8ceb846ba3b569a81c7a814781d55f",
        "time": "2026-11-28T17:10:42Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "hand_in_transaction": _STORED,
    "read_transaction": _RECORDED,
}
"""Name of an operation → an answer."""
