"""Of an audit of the sample city."""

from __future__ import annotations

from typing import Any

_RUN: dict[str, Any] = {
    "id": "6f1d0c4be0f94a4b9c6a6a2f5b1c7d11",
    "state": "ended",
    "started_at": "2026-11-24T02:00:00Z",
    "ended_at": "2026-11-24T02:00:04Z",
    "started_by": "a3c1f09d",
    "progress": None,
    "failure": None,
    "summary": {
        "block": {
            "number": 214,
            "hash": "0x5f1a2f0a9b6d0d1cf2bd8c3b9e7c5e0f4a3d2c1b0a998877665544332211ff00",
            "time": "2026-11-24T01:30:00Z",
        },
        "documents": 61,
        "routine": 58,
        "emergency": 3,
        "sites": 7,
        "lots": 24,
        "agreed": True,
        "exit_code": 1,
        "open": 12,
        "asking": 3,
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "start_audit": {
        **_RUN,
        "state": "running",
        "ended_at": None,
        "progress": {"step": "starting", "block": 0},
        "summary": None,
    },
    "list_audits": {"audits": [_RUN]},
    "read_audit": {
        **_RUN,
        "findings": [
            {
                "number": 1,
                "kind": "shortage-open",
                "severity": "warning",
                "site": "420102001001101",
                "lot": "e067633f04d8749103477e0ed9800bcffa53112f",
                "document": "1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
                "category": None,
                "owner": "420102001",
                "since": "2026-11-10T08:00:00Z",
                "deadline": "2026-11-24T08:00:00Z",
                "missed": 1,
                "closed_by": None,
                "emergency": False,
                "text": {
                    "zh": "调拨的短少尚未处理",
                    "en": "a shortage of a consignment is not settled",
                },
            }
        ],
        "elsewhere": 11,
        "next_after": None,
    },
}
