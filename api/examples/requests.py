"""Requests."""

from __future__ import annotations

from typing import Any

_LIST_REQUESTS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-22T01:00:11Z",
    "requests": [
        {
            "key": "a047f2d4084d83fff99573bc7b550cd6dccab20636fd1bb37f85c127f6c39c",
            "site": "420102001002301",
            "site_name": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "quantity": "60",
            "accepted": "15",
            "promised": "25",
            "open": "20",
            "state": "open",
            "needed_by": "2026-10-02T01:00:00Z",
            "urgency": "critical",
            "reason": "outbreak",
            "is_flagged": False,
            "is_emergency": True,
            "consignee": "dd3ba8d6fca4a0105b96b2ab1c6b9624fbcbbc1a",
            "made_at": "2026-09-22T01:00:02Z",
        }
    ],
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

_REQUEST: dict[str, Any] = {
    "request": {
        "key": "a047f2d4084d83fff99573bc7b550cd6dccab20636fd1bb37f85c127f6c39c",
        "site": "420102001002301",
        "site_name": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
        "item": "299010110001",
        "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
        "unit": "XBX",
        "quantity": "60",
        "accepted": "15",
        "promised": "25",
        "open": "20",
        "state": "open",
        "needed_by": "2026-10-02T01:00:00Z",
        "urgency": "critical",
        "reason": "outbreak",
        "is_flagged": False,
        "is_emergency": True,
        "consignee": "dd3ba8d6fca4a0105b96b2ab1c6b9624fbcbbc1a",
        "made_at": "2026-09-22T01:00:02Z",
    },
    "consignee_name": {"zh": "样例东城卫生服务站", "en": "Sample East health station"},
    "floor": "0",
    "keeper": "0xD531Ccb0cada912bC766852D215fE17a6a809152",
    "withdrawn_at": None,
    "withdrawn_reason": None,
    "issued": "0",
    "waiting": "15",
    "proposals": [
        {
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
        }
    ],
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
    "not_shown": [],
    "journal": [
        {
            "sequence": 1,
            "step": "requested",
            "about": None,
            "actor": "0xD531Ccb0cada912bC766852D215fE17a6a809152",
            "division": "420102001002",
            "reason": "outbreak",
            "quantity": "60",
            "accepted": "0",
            "promised": "0",
            "recorded_at": "2026-09-22T01:00:02Z",
        }
    ],
    "body": {
        "state": "matches",
        "digest": "0xafab1a278542cf69e454b7d293806e8d18b24a7a24dcce07d9140502dfd71b24",
        "content": {"note": "for the fever ward"},
    },
    "at": "2026-09-22T01:00:11Z",
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_requests": _LIST_REQUESTS,
    "read_request": _REQUEST,
}
"""Name of an operation → an answer."""
