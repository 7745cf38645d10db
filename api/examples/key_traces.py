"""What keys signed and gave."""

from __future__ import annotations

from typing import Any

_KEY: dict[str, Any] = {
    "subject": "key",
    "id": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
    "standing": None,
    "entries": [
        {
            "kind": "opening",
            "lot": "1b81f0347f584fe131d9b8b20ed5a16c40c186bb",
            "quantity": "240",
            "from_site": None,
            "to_site": "420102001001101",
            "is_beyond": False,
            "is_reversed": False,
            "document": "e1c8545d6aecd38cd2f93e6914bc6cf47d2817eddd87d99413813e359c1192",
            "consignee": None,
            "into": None,
            "origin": {
                "source": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
                "source_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
                "verdict": "unknown",
                "verdict_now": None,
                "qualification": None,
                "issuer": None,
                "issuer_name": None,
            },
            "is_stale": None,
        }
    ],
    "entries_total": 32,
    "documents": [
        {
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
        }
    ],
    "accounts": [
        {
            "lot": {
                "lot": "1b81f0347f584fe131d9b8b20ed5a16c40c186bb",
                "item": "299020110001",
                "item_name": {"zh": "75%酒精(瓶)", "en": "Alcohol 75 % (bottle)"},
                "unit": "XBO",
                "source": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
                "source_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
                "batch": "0x7b3d45791571133a4fe80b20c88940f32946923cc279ba9116457977a293cc5f",
                "made": None,
                "expires": "2026-09-11",
                "use_until": "2026-09-11",
                "is_held": False,
                "is_recalled": False,
                "is_own": False,
            },
            "opening": "240",
            "received": "0",
            "gained": "0",
            "repacked_in": "0",
            "in_transit": "0",
            "returning": "0",
            "missing": "0",
            "issued": "0",
            "written_off": "0",
            "lost": "0",
            "repacked_out": "0",
            "held": "240",
            "is_conserved": True,
        }
    ],
    "site_names": {
        "420102001001101": {"zh": "东城社区政府储备点", "en": "East Community government store"},
        "420102001001201": {"zh": "东城社区协议超市", "en": "East Community supermarket under agreement"},
        "420102001002301": {"zh": "北门社区企业代储仓", "en": "North Gate store held by an enterprise"},
        "420102001002401": {"zh": "北门社区家庭储备汇总", "en": "North Gate households, pooled"},
        "420103001001101": {"zh": "西城社区政府储备点", "en": "West Community government store"},
        "420103001001501": {"zh": "西城社区便民药房", "en": "West Community pharmacy"},
    },
    "consignee_names": {
        "dd3ba8d6fca4a0105b96b2ab1c6b9624fbcbbc1a": {
            "zh": "样例东城卫生服务站",
            "en": "Sample East health station",
        },
        "8b2365c49c9dc571d58154cff8777d83b4799de8": {"zh": "样例东城卡口", "en": "Sample East checkpoint"},
    },
    "is_conserved": True,
    "block": {
        "number": 35,
        "hash": "0xcfc087975a78a3f01993167847f379306ae74f76b4eea7594599dc7f15fad8de",
        "time": "2026-09-22T01:00:11Z",
    },
    "since": None,
    "claimed_since": None,
    "signed": [
        {
            "key": "e4e6aff1dd0e482740c7547dfe737b5f11d54bebec5116a758a08063723ba2",
            "number": 23,
            "kind": "recall",
            "occurred_at": "2026-09-22T01:00:09Z",
            "is_day_only": False,
            "recorded_at": "2026-09-22T01:00:11Z",
            "is_late": False,
            "from_site": None,
            "to_site": None,
            "source": None,
            "consignee": None,
            "reason": "recalled-by-authority",
            "reference": None,
            "verdict": None,
            "sender": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
            "other": None,
            "approver": None,
            "is_reversed": False,
            "is_emergency": False,
            "block": 35,
            "transaction": "0x12ec744806e5c2c751b6124cad04bc1ece020d20048d2464ffb7f1f985a87fb7",
            "signers": [
                {
                    "address": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
                    "role": "authority",
                    "division": "0",
                }
            ],
            "lines": [{"lot": "1eb7432a3a0f2500b707384fc7ad9369786e1d0e", "quantity": "0"}],
        }
    ],
    "granted": [
        {
            "grant": "ea282925e473b6e900cbed8dfd5d82b941ccdd2e1c080f19349ce08a2866f89a",
            "holder": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
            "role": "authority",
            "division": "0",
            "subject": None,
            "recorded_at": "2026-09-01T01:00:01Z",
            "until": None,
            "granted_at": "0",
            "by": {
                "address": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
                "role": "authority",
                "division": "0",
            },
        }
    ],
    "registered": [
        {
            "kind": "issued",
            "qualification": None,
            "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
            "category": 1,
            "recorded_at": "2026-09-01T01:00:05Z",
            "by": {
                "address": "0xC6271bAd164562032b244660AFfEc7713a21fa4a",
                "role": "authority",
                "division": "0",
            },
        }
    ],
    "following": [
        {
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
            "lines": [{"lot": "1b81f0347f584fe131d9b8b20ed5a16c40c186bb", "quantity": "240"}],
        }
    ],
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "trace_key": _KEY,
}
"""Name of an operation → an answer."""
