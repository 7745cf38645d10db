"""Lots."""

from __future__ import annotations

from typing import Any

_LIST_LOTS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "item": "299010110001",
    "lots": [
        {
            "lot": "28d9462e07493f208f0951e34f0816063f554d36",
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "source": "358ef61371e2aee4908c73f0f34f9c98468afebc",
            "source_name": {"zh": "样例速通贸易行", "en": "Sample Lapsed Trading"},
            "batch": "0x7810f26bcc6c6977418bb3a331eb8eb6beee3c4d05a919e92ccfb786ac191ef1",
            "made": None,
            "expires": None,
            "use_until": None,
            "is_held": True,
            "is_recalled": False,
            "is_own": True,
            "quantity": "300",
            "free": "0",
            "sites": 1,
        }
    ],
    "next_after": "4294967295-28d9462e07493f208f0951e34f0816063f554d36",
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

_LOT: dict[str, Any] = {
    "lot": {
        "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
        "item": "299010110001",
        "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
        "unit": "XBX",
        "source": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
        "source_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
        "batch": "0xd7378387618d2c923122f277c8ef015801e07233c446bbd784c60c489fe78592",
        "made": None,
        "expires": None,
        "use_until": None,
        "is_held": False,
        "is_recalled": False,
        "is_own": False,
    },
    "balances": [
        {
            "site": "420102001001101",
            "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "quantity": "480",
            "is_held_here": False,
            "is_stale": True,
            "count_due": "2026-09-25T01:00:01Z",
        }
    ],
    "has_more": False,
    "consignments": [
        {
            "key": "350c9020c954a3ead5069150199f1f29c43b5413527c98ac09e207eb3723e8",
            "number": 22,
            "state": "open",
            "from_site": "420102001001101",
            "from_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "to_site": "420103001001101",
            "to_name": {"zh": "西城社区政府储备点", "en": "West Community government store"},
            "deadline": "2026-09-27T01:00:09Z",
            "lines": [
                {
                    "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
                    "item": "299010110001",
                    "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
                    "unit": "XBX",
                    "quantity": "5",
                    "state": "in_transit",
                    "reason": None,
                }
            ],
        }
    ],
    "history": [
        {
            "key": "e1c8545d6aecd38cd2f93e6914bc6cf47d2817eddd87d99413813e359c1192",
            "number": 1,
            "kind": "opening",
            "occurred_at": "2026-09-01T01:00:08Z",
            "is_day_only": False,
            "recorded_at": "2026-09-01T01:00:09Z",
            "is_late": False,
            "from_site": None,
            "to_site": "420102001001101",
            "source": None,
            "consignee": None,
            "reason": None,
            "reference": None,
            "verdict": None,
            "sender": "0xF6BB2e01D4348feD865f051412daD486ad342bdE",
            "other": None,
            "approver": "0x5Db72A1c959da176637a10a9b193a048B2b19022",
            "is_reversed": False,
            "is_emergency": False,
            "block": 9,
            "transaction": "0xc577c85e0ae1b77ef5db3d7f450c3086b81b0ddbd3fb35b80f01a092862468ad",
        }
    ],
    "counts_at": "2026-11-28T17:12:41Z",
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_lots": _LIST_LOTS,
    "read_lot": _LOT,
}
"""Name of an operation → an answer."""
