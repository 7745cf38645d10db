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

_GIVER = "420102001001101 East Community government store"
_RECEIVER = "420103001001501 West Community pharmacy"
_LEVEL = (
    f"{_RECEIVER} has 60% of its floor, what is promised to it included; "
    "among requests as urgent, who has least of it comes first."
)

_PROPOSAL: dict[str, Any] = {
    "proposal": {
        "key": "9eaee588995017934736597d18c7bdae57c6a37e78e1d82893ca693485da75",
        "request": "4e6789e64cf1e11b643089c74ab80206f8c03545a650216ac92ad6ea0fce32",
        "giver": "420102001001101",
        "giver_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
        "receiver": "420103001001501",
        "receiver_name": {"zh": "西城社区便民药房", "en": "West Community pharmacy"},
        "item": "299010110001",
        "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
        "unit": "XBX",
        "quantity": "158",
        "remaining": "158",
        "left": "322",
        "anchor": "0xeda5fbd7b5bf2eb81842983379bc103c9a108eb42bff23e7a181812f8fe3f605",
        "state": "proposed",
        "is_over": False,
        "waits_for": "approver",
        "levels": ["4201"],
        "next_level": {"division": "42", "from": "2026-09-25T01:01:13Z"},
        "giver_is_stale": False,
        "is_emergency": False,
        "approved_in_emergency": None,
        "needed_by": "2026-10-11T01:00:00Z",
        "made_at": "2026-09-22T01:01:13Z",
    },
    "keeper": "0x965d5e108A6839Bf9127D68f226F748f956f3D1e",
    "lots": [
        {
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "quantity": "158",
            "on_hand": "480",
            "use_until": None,
        }
    ],
    "giving": {
        "floor": "50",
        "share": 9000,
        "notice_days": 2,
        "terms_division": "4201",
        "is_stale": False,
        "count_due": "2026-09-25T01:00:01Z",
    },
    "why": {
        "plan": "kept",
        "origin": [
            "It comes from a plan (anchor eda5fbd7): shecang reallocate recheck 9eaee588 computes it anew."
        ],
        "sentences": [
            f"{_GIVER} gives 158 boxes of Surgical masks (box) to {_RECEIVER}, 25.0 km away.",
            _LEVEL,
            "The request is routine.",
            f"{_GIVER} is number 2 by distance among those that may give it.",
            f"Once the whole plan is carried out, {_GIVER} has 322 boxes of it left.",
            "An approver of 4201 Wuhan decides: the lowest division that contains both and is no community.",
        ],
        "reasons": [
            {"code": "level", "value": "6000", "text": _LEVEL},
            {"code": "urgency", "value": "1", "text": "The request is routine."},
            {
                "code": "rank",
                "value": "2",
                "text": f"{_GIVER} is number 2 by distance among those that may give it.",
            },
        ],
        "is_whole": True,
        "left": "322",
        "lots_left": "Of the lots listed, 322 boxes stay with the giver.",
        "distance": {"value": 25000, "unit": "metres", "is_known": False},
        "approval": "4201",
        "plan_block": "0x7ae534b9052dea9b794f8c59653c3e184d678764541b6243874fa50e683616f8",
    },
    "approval": None,
    "closing": None,
    "consent": None,
    "deliveries": [],
    "at": "2026-09-22T01:01:13Z",
    "block": {
        "number": 38,
        "hash": "0xde22dce5509644c42d90b4abca94c8709b7f868259819b27284b170f22036da9",
        "time": "2026-09-22T01:01:13Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_proposals": _LIST_PROPOSALS,
    "read_proposal": _PROPOSAL,
}
"""Name of an operation → an answer."""
