"""Consignments."""

from __future__ import annotations

from typing import Any

_LIST_CONSIGNMENTS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
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
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

_CONSIGNMENT: dict[str, Any] = {
    "consignment": {
        "key": "e615b4fa11a503962aeed25a3eb6faa7256ba3c7b32a535fb6a1009d67ef93",
        "number": 10,
        "state": "closed",
        "from_site": "420102001001101",
        "from_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
        "to_site": "420103001001101",
        "to_name": {"zh": "西城社区政府储备点", "en": "West Community government store"},
        "deadline": "2026-09-10T01:00:00Z",
        "lines": [],
    },
    "dispatch": {
        "key": "e615b4fa11a503962aeed25a3eb6faa7256ba3c7b32a535fb6a1009d67ef93",
        "number": 10,
        "kind": "dispatch",
        "occurred_at": "2026-09-05T01:00:00Z",
        "is_day_only": False,
        "recorded_at": "2026-09-05T01:00:00Z",
        "is_late": False,
        "from_site": "420102001001101",
        "to_site": "420103001001101",
        "source": None,
        "consignee": None,
        "reason": None,
        "reference": None,
        "verdict": None,
        "sender": "0xF6BB2e01D4348feD865f051412daD486ad342bdE",
        "other": None,
        "approver": "0x178148373828a3c0E3A696A2922853840e6f731b",
        "is_reversed": False,
        "is_emergency": False,
        "block": 15,
        "transaction": "0x9d2ac22d0520096cf10a4b40ea828f7da986500adcecbb220499eb9077201af2",
        "qualification": None,
        "deadline": "2026-09-10T01:00:00Z",
        "content_digest": "0x6059573ea7565412aa2fda8a36790c31c2be45a029a534cd2eb62ec349825e72",
        "digest": "0xcedd6024e2883f57e91929d094166ad717ade0cd724fd9dfdd4c5257b905a2b6",
        "source_name": None,
        "consignee_name": None,
        "lines": [
            {
                "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
                "item": "299010110001",
                "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
                "unit": "XBX",
                "quantity": "200",
                "reason": None,
                "is_missing": None,
                "delivered": None,
                "rejected": None,
                "expected": None,
                "difference": None,
                "output": None,
            }
        ],
        "signers": [
            {
                "address": "0xF6BB2e01D4348feD865f051412daD486ad342bdE",
                "role": "keeper",
                "division": "420102001001",
            }
        ],
        "journals": [
            {
                "site": "420102001001101",
                "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
                "sequence": 5,
                "journal": "2f74f38b068985b1722b728d440b9bb29a0d8fb2d26b11800000000000000005",
            }
        ],
        "reversed_by": None,
        "named_by": None,
    },
    "steps": [
        {
            "key": "954c9fc3ef088a4a109b6e4f86a61fca71700842a335bae88e95afbb7c83e0",
            "number": 11,
            "kind": "acceptance",
            "occurred_at": "2026-09-06T01:00:00Z",
            "is_day_only": False,
            "recorded_at": "2026-09-06T01:00:00Z",
            "is_late": False,
            "from_site": "420102001001101",
            "to_site": "420103001001101",
            "source": None,
            "consignee": None,
            "reason": None,
            "reference": {
                "type": "consignment",
                "id": "e615b4fa11a503962aeed25a3eb6faa7256ba3c7b32a535fb6a1009d67ef93",
            },
            "verdict": None,
            "sender": "0x08AF7bE74bA95e37c68e11a41EB3Be63d80c1cf8",
            "other": None,
            "approver": None,
            "is_reversed": False,
            "is_emergency": False,
            "block": 16,
            "transaction": "0xc708ddf6ecb576fd683f33c1536b70697d0f1b5c0fcfdcb93bb6a36fe8cf8e92",
        }
    ],
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_consignments": _LIST_CONSIGNMENTS,
    "read_consignment": _CONSIGNMENT,
}
"""Name of an operation → an answer."""
