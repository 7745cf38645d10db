"""Proposals."""

from __future__ import annotations

from typing import Any

_LIST_PROPOSALS: dict[str, Any] = {
    "place": "420103",
    "name": {"zh": "江汉区", "en": "Jianghan District"},
    "at": "2026-09-22T01:00:11Z",
    "proposals": [
        {
            "key": "59b3e70c4f9867ae8e659f43ecb902d39822529c22efc2054c1bc2ef050d1d",
            "request": "a047f2d4084d83fff99573bc7b550cd6dccab20636fd1bb37f85c127f6c39c",
            "giver": "420103001001101",
            "giver_name": {"zh": "西城社区政府储备点", "en": "West Community government store"},
            "receiver": "420102001002301",
            "receiver_name": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "quantity": "20",
            "remaining": "20",
            "left": "160",
            "anchor": None,
            "state": "proposed",
            "is_over": False,
            "waits_for": "approver",
            "levels": ["4201"],
            "next_level": {"division": "42", "from": "2026-09-22T05:00:05Z"},
            "giver_is_stale": False,
            "is_emergency": False,
            "approved_in_emergency": None,
            "needed_by": "2026-10-02T01:00:00Z",
            "made_at": "2026-09-22T01:00:05Z",
        }
    ],
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

_PROPOSAL: dict[str, Any] = {
    "proposal": {
        "key": "6824a97754398acb2c5d43e9f4b96f16a7826c85dd211fee3c07170c21e8ea",
        "request": "a047f2d4084d83fff99573bc7b550cd6dccab20636fd1bb37f85c127f6c39c",
        "giver": "420102001001101",
        "giver_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
        "receiver": "420102001002301",
        "receiver_name": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
        "item": "299010110001",
        "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
        "unit": "XBX",
        "quantity": "40",
        "remaining": "25",
        "left": "460",
        "anchor": None,
        "state": "approved",
        "is_over": False,
        "waits_for": "giver",
        "levels": [],
        "next_level": None,
        "giver_is_stale": False,
        "is_emergency": True,
        "approved_in_emergency": True,
        "needed_by": "2026-10-02T01:00:00Z",
        "made_at": "2026-09-22T01:00:04Z",
    },
    "keeper": "0xF6BB2e01D4348feD865f051412daD486ad342bdE",
    "lots": [
        {
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "quantity": "40",
            "on_hand": "480",
            "use_until": None,
        }
    ],
    "giving": {
        "floor": "50",
        "share": 9000,
        "notice_days": 0,
        "terms_division": "42",
        "is_stale": False,
        "count_due": "2026-09-25T01:00:01Z",
    },
    "approval": {
        "at": "2026-09-22T01:00:06Z",
        "approver": "0xC35eBc7b424Dd802940E898f5d744Db9715A83f6",
        "division": "420102001",
        "usable": "500",
        "floor": "50",
        "reserved": "40",
        "callable_from": "2026-09-22T01:00:06Z",
        "stale_reason": None,
    },
    "closing": None,
    "consent": None,
    "deliveries": [
        {
            "document": "46130116bec3b5de6f6d4895514e74b7aac5e33d99d0585070b48bf58fabe2",
            "kind": "hand_over",
            "proposal": "6824a97754398acb2c5d43e9f4b96f16a7826c85dd211fee3c07170c21e8ea",
            "quantity": "15",
            "accepted": "15",
            "state": "answered",
            "answers": [],
            "shown_at": "2026-09-22T01:00:09Z",
        }
    ],
    "at": "2026-09-22T01:00:11Z",
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_proposals": _LIST_PROPOSALS,
    "read_proposal": _PROPOSAL,
}
"""Name of an operation → an answer."""
