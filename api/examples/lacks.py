"""Shortages and differences."""

from __future__ import annotations

from typing import Any

_SHORTAGE: dict[str, Any] = {
    "subject": "shortage",
    "document": {
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
        "sender": "0x0E3F158483dDF5D7398367FBa7730B73c5110E9a",
        "other": None,
        "approver": "0x5aed5a237203308b85f5a819901600De80Fcb440",
        "is_reversed": False,
        "is_emergency": False,
        "block": 13,
        "transaction": "0xf5c10685a4e60f13159b9176e5e0eb27e61342b4b5b07ba3a5eea5cca949b70b",
        "signers": [
            {
                "address": "0x0E3F158483dDF5D7398367FBa7730B73c5110E9a",
                "role": "keeper",
                "division": "420102001001",
            }
        ],
    },
    "lacks": [
        {
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "quantity": "20",
            "shown": "954c9fc3ef088a4a109b6e4f86a61fca71700842a335bae88e95afbb7c83e0",
            "certified": "e1c8545d6aecd38cd2f93e6914bc6cf47d2817eddd87d99413813e359c1192",
            "is_certified": True,
            "window_from": "2026-09-01T01:00:06Z",
            "window_until": "2026-09-06T01:00:00Z",
            "custody": [
                {
                    "kind": "opening",
                    "from_site": None,
                    "to_site": "420102001001101",
                    "delta": "1200",
                    "is_last": False,
                    "is_beyond": False,
                    "is_certified": True,
                    "document": {
                        "key": "e1c8545d6aecd38cd2f93e6914bc6cf47d2817eddd87d99413813e359c1192",
                        "number": 1,
                        "kind": "opening",
                        "occurred_at": "2026-09-01T01:00:06Z",
                        "is_day_only": False,
                        "recorded_at": "2026-09-01T01:00:07Z",
                        "is_late": False,
                        "from_site": None,
                        "to_site": "420102001001101",
                        "source": None,
                        "consignee": None,
                        "reason": None,
                        "reference": None,
                        "verdict": None,
                        "sender": "0x0E3F158483dDF5D7398367FBa7730B73c5110E9a",
                        "other": None,
                        "approver": "0x940cb2f3afb6abE234239d339745198894FaE9d8",
                        "is_reversed": False,
                        "is_emergency": False,
                        "block": 7,
                        "transaction": "0x3305a841ddf583fb5ca46babd9bca9b6e576f1e44fb84083de6adcd7bb5fad2b",
                        "signers": [
                            {
                                "address": "0x0E3F158483dDF5D7398367FBa7730B73c5110E9a",
                                "role": "keeper",
                                "division": "420102001001",
                            }
                        ],
                    },
                }
            ],
            "custody_total": 4,
            "told_later": [],
            "found": "5",
            "lost": "15",
        }
    ],
    "site_names": {
        "420102001001101": {"zh": "东城社区政府储备点", "en": "East Community government store"},
        "420102001002301": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
        "420103001001101": {"zh": "西城社区政府储备点", "en": "West Community government store"},
    },
    "block": {
        "number": 35,
        "hash": "0xcfc087975a78a3f01993167847f379306ae74f76b4eea7594599dc7f15fad8de",
        "time": "2026-09-22T01:00:11Z",
    },
}

_DIFFERENCE: dict[str, Any] = {
    "subject": "difference",
    "document": {
        "key": "85fcc2f1243d1cc1106439bc338616d20a7d36e4b183bef3e2883e6852a339",
        "number": 13,
        "kind": "count",
        "occurred_at": "2026-09-08T01:00:00Z",
        "is_day_only": False,
        "recorded_at": "2026-09-08T01:00:00Z",
        "is_late": False,
        "from_site": "420102001002401",
        "to_site": None,
        "source": None,
        "consignee": None,
        "reason": None,
        "reference": {
            "type": "journal",
            "id": "4474ef09ba2589725f09d957b3453ffbebdb449dba4c53cd0000000000000001",
        },
        "verdict": None,
        "sender": "0xaB46272C2d9813Fdc1Df1290c5CC03a7D8c45c1c",
        "other": "0xef2ac8C2C05fe265b495bd74EA708123eB749528",
        "approver": None,
        "is_reversed": False,
        "is_emergency": False,
        "block": 16,
        "transaction": "0x933b1b91e13a7b2623fc4c54404026b580a9768ca7de7a6f717a3dced57d6e13",
        "signers": [
            {
                "address": "0xaB46272C2d9813Fdc1Df1290c5CC03a7D8c45c1c",
                "role": "keeper",
                "division": "420102001002",
            }
        ],
    },
    "lacks": [
        {
            "lot": "e8ce8c97991af1cbdac0552db80031b7f08befdf",
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "quantity": "6",
            "shown": "85fcc2f1243d1cc1106439bc338616d20a7d36e4b183bef3e2883e6852a339",
            "certified": "5268a073e13aaee587e0a5f481dc3c31bae6d9ab787b6b88d310e42049d813",
            "is_certified": True,
            "window_from": "2026-09-01T01:00:06Z",
            "window_until": "2026-09-08T01:00:00Z",
            "custody": [
                {
                    "kind": "opening",
                    "from_site": None,
                    "to_site": "420102001002401",
                    "delta": "100",
                    "is_last": True,
                    "is_beyond": False,
                    "is_certified": True,
                    "document": {
                        "key": "5268a073e13aaee587e0a5f481dc3c31bae6d9ab787b6b88d310e42049d813",
                        "number": 4,
                        "kind": "opening",
                        "occurred_at": "2026-09-01T01:00:06Z",
                        "is_day_only": False,
                        "recorded_at": "2026-09-01T01:00:08Z",
                        "is_late": False,
                        "from_site": None,
                        "to_site": "420102001002401",
                        "source": None,
                        "consignee": None,
                        "reason": None,
                        "reference": None,
                        "verdict": None,
                        "sender": "0xaB46272C2d9813Fdc1Df1290c5CC03a7D8c45c1c",
                        "other": None,
                        "approver": "0x940cb2f3afb6abE234239d339745198894FaE9d8",
                        "is_reversed": False,
                        "is_emergency": False,
                        "block": 8,
                        "transaction": "0x181196fed4ab9cdfd9b8497c64de46e42f21ac6d3d2a22c2fdf27d9b37bf7e5c",
                        "signers": [
                            {
                                "address": "0xaB46272C2d9813Fdc1Df1290c5CC03a7D8c45c1c",
                                "role": "keeper",
                                "division": "420102001002",
                            }
                        ],
                    },
                }
            ],
            "custody_total": 2,
            "told_later": [],
            "found": "0",
            "lost": "0",
        }
    ],
    "site_names": {"420102001002401": {"zh": "北门社区家庭储备汇总", "en": "North Gate households, pooled"}},
    "block": {
        "number": 35,
        "hash": "0xcfc087975a78a3f01993167847f379306ae74f76b4eea7594599dc7f15fad8de",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "trace_difference": _DIFFERENCE,
    "trace_shortage": _SHORTAGE,
}
"""Name of an operation → an answer."""
