"""Of the witnesses of the sample city."""

from __future__ import annotations

from typing import Any

_STATEMENT = {
    "number": 212,
    "block_hash": "0x3a1c5e7f90b2d4f6a8c0e2f4061828304a5c6e7f8091a2b3c4d5e6f708192a3b",
    "state_root": "0x9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "previous_number": 208,
    "previous_hash": "0x0b1a29384756657483920a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f",
    "signature": "0x" + "5c" * 64,
}
_WITNESSES = (
    "0x2Cc98E88ad59D9EF3ea8A9a9aAE2D1bBd4A8bFF2",
    "0x7C04F4c3D6dF0f39c9bA1Fc6Ed2b8CcdF1Ca54e8",
)

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_checkpoints": {
        "trust": "3fa2c81d" * 8,
        "threshold": 2,
        "spacing": 4,
        "witnesses": [{"address": each, "statements": 53, "newest": 212} for each in _WITNESSES],
        "checkpoints": 53,
        "newest": 212,
        "agree": True,
        "forks": [],
        "height": 214,
        "chain_agrees": True,
        "alarms": [],
        "behind": [],
        "troubles": [],
        "heights": [
            {
                "number": 212,
                "is_checkpoint": True,
                "statements": [{"witness": each, **_STATEMENT} for each in _WITNESSES],
            }
        ],
        "next_after": None,
        "block": {
            "number": 214,
            "hash": "0x5f1a2f0a9b6d0d1cf2bd8c3b9e7c5e0f4a3d2c1b0a998877665544332211ff00",
            "time": "2026-11-24T01:30:00Z",
        },
    },
}
