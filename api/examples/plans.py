"""Of a plan of the matching for a district of the sample city, to somebody who reads the whole city."""

from __future__ import annotations

from typing import Any

_PLAN = "6e83b15df0ef4332f5735efe047a68de505eb700"
_ANCHOR = "0x56027b815ec9e20945310ae3099bf9e80a27bba6c478c48a87c3e4266e3be92e"
_REQUEST = "d2e89866563e5a99b64d6fdddcb0e39cb7a58a6f56a6c292d5be1eca3226e6"
_GIVER = "420103001001101 West Community government store"
_RECEIVER = "420103001001501 West Community pharmacy"
_LEVEL = (
    f"{_RECEIVER} has 60% of its floor, what is promised to it included; among requests as urgent, who has "
    "least of it comes first."
)
_RANK = f"{_GIVER} is the nearest of those that may give it."
_BLOCK = {
    "number": 38,
    "hash": "0x6f65da62e1e52645339ddf7d9d6b3a0f0a66365d1e533bebb0c4da489548e3db",
    "time": "2026-09-22T01:01:12Z",
}

_MADE: dict[str, Any] = {
    "plan": _PLAN,
    "place": "420103",
    "name": {"zh": "江汉区", "en": "Jianghan District"},
    "anchor": _ANCHOR,
    "profile": "district",
    "rules": 1,
    "unit": "metres",
    "requests": 2,
    "total": 1,
    "unfilled": 1,
    "proposals": [
        {
            "number": 1,
            "request": _REQUEST,
            "giver": "420103001001101",
            "giver_name": {"zh": "西城社区政府储备点", "en": "West Community government store"},
            "receiver": "420103001001501",
            "receiver_name": {"zh": "西城社区便民药房", "en": "West Community pharmacy"},
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "quantity": "142",
            "distance": {"value": 300, "unit": "metres", "is_known": False},
            "approval": "420103001",
            "form": {
                "act": "propose",
                "client_id": "0xc0d30f1b14c80ba91f8050f4bbbbac3d357bd9f60d8c8c97830d452555e78c4b",
                "request": _REQUEST,
                "giver": "420103001001101",
                "lots": [{"lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf", "quantity": "142"}],
                "anchor": _ANCHOR,
            },
            "is_covered": True,
            "left": "38",
            "sentences": [
                f"{_GIVER} gives 142 boxes of Surgical masks (box) to {_RECEIVER}, 300 m away.",
                _LEVEL,
                _RANK,
                f"Once the whole plan is carried out, {_GIVER} has 38 boxes of it left.",
                "An approver of 420103001 Sample West Street decides: the lowest division that contains both "
                "and is no community.",
            ],
            "reasons": [
                {"code": "level", "value": "6000", "text": _LEVEL},
                {"code": "rank", "value": "1", "text": _RANK},
            ],
            "is_whole": True,
        }
    ],
    "next_after": None,
    "kept_until": "2026-11-29T05:16:29Z",
    "block": _BLOCK,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "make_plan": _MADE,
    "read_plan": _MADE,
    "list_plan_unfilled": {
        "plan": _PLAN,
        "unfilled": [
            {
                "number": 1,
                "request": "a303b944bcde0e4f8f8c7c85091b6f10657524606d1f3308733e3174959fde",
                "site": "420103001001501",
                "site_name": {"zh": "西城社区便民药房", "en": "West Community pharmacy"},
                "item": "299010310001",
                "item_name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
                "unit": "H87",
                "quantity": "1000",
                "code": "no-stock-above-floor",
                "text": f"1,000 pieces of Disposable gowns (piece) for {_RECEIVER} stay open: nobody else "
                "has usable goods of it above the floor, what is reserved and what proposals promise that "
                "nobody decided.",
            }
        ],
        "next_after": None,
        "block": _BLOCK,
    },
}
"""Name of an operation → an answer."""

BODIES: dict[str, dict[str, Any]] = {"make_plan": {"place": "420103", "profile": "district"}}
"""Name of an operation → what may be sent."""
