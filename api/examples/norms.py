"""Norms."""

from __future__ import annotations

from typing import Any

_LIST_CYCLES: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "cycles": [
        {
            "since": "2026-09-22T01:00:01Z",
            "next_from": None,
            "site": "420102001001101",
            "category": "2990101",
            "days": 3,
            "next_days": None,
            "counted_at": None,
            "count_due": "2026-09-25T01:00:01Z",
            "is_stale": True,
        }
    ],
}

_LIST_FLOORS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "floors": [
        {
            "since": "2026-09-22T01:00:01Z",
            "next_from": None,
            "site": "420102001001101",
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "floor": "50",
            "next_floor": None,
        }
    ],
}

_LIST_GAPS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "gaps": [
        {
            "site": "420102001001101",
            "site_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "item": "299010110001",
            "item_name": {"zh": "医用外科口罩(盒)", "en": "Surgical masks (box)"},
            "unit": "XBX",
            "floor": "500",
            "since": "2026-09-22T01:00:01Z",
            "usable": "430",
            "reserved": "25",
            "in_transit": "60",
            "missing": "70",
        }
    ],
}

_LIST_STALE_SITES: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "sites": [
        {
            "site": "420102001001101",
            "site_name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
            "last_document": "37bbe856549f3cc104b3f7f9c1f73b5f7e109fd51ceb1548ed141bca7b0a30",
            "last_recorded_at": "2026-09-22T01:00:10Z",
            "silent_days": 7,
            "last_count": None,
            "last_counted_at": None,
            "overdue_since": "2026-09-25T01:00:01Z",
            "counts": [
                {
                    "category": "2990101",
                    "days": 3,
                    "counted_at": None,
                    "count_due": "2026-09-25T01:00:01Z",
                    "is_stale": True,
                }
            ],
        }
    ],
}

_LIST_NORM_HISTORY: dict[str, Any] = {
    "place": "420102001001101",
    "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "entries": [
        {
            "sequence": 1,
            "norm": "floor",
            "about": "299010110001",
            "value": "50",
            "effective_at": "2026-09-22T01:00:01Z",
            "reason": None,
            "source": "0xb78a1d210fc846922c9fde23ebc60479548afd5fdf402eef29458085a23ae4b0",
            "document": None,
            "actor": "0x83619cA57eeC3c0e94014E06d18edF66CBc089E9",
            "division": "0",
            "recorded_at": "2026-09-22T01:00:01Z",
        }
    ],
}

_LIST_OVERDUE_COUNTS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "at": "2026-09-30T00:00:00Z",
    "next_after": None,
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
    "overdue": [
        {
            "site": "420102001001101",
            "category": "2990101",
            "count_due": "2026-09-25T01:00:01Z",
            "counted_at": None,
            "days": 3,
            "unproved": None,
        }
    ],
}

_RULES: dict[str, Any] = {
    "place": "420102001001101",
    "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
    "at": "2026-09-30T00:00:00Z",
    "terms": [
        {
            "since": "2026-09-22T01:00:01Z",
            "next_from": None,
            "division": "42",
            "mode": "government",
            "terms": {"share": 9000, "notice_days": 0},
            "next_terms": None,
            "rules": True,
        }
    ],
    "gives": True,
    "emergencies": [
        {
            "division": "420102",
            "state": "over",
            "since": "2026-09-22T01:00:01Z",
            "until": "2026-09-25T01:00:00Z",
            "reason": "outbreak",
            "source": "0xb78a1d210fc846922c9fde23ebc60479548afd5fdf402eef29458085a23ae4b0",
            "declared_by": "0",
            "ended_at": None,
            "ended_reason": None,
        }
    ],
    "block": {
        "number": 37,
        "hash": "0x7c1ed4ad8cbc96631ac88f221103b31df4b2ce058d64b5c181f30705e9047df8",
        "time": "2026-09-22T01:00:11Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_cycles": _LIST_CYCLES,
    "list_floors": _LIST_FLOORS,
    "list_gaps": _LIST_GAPS,
    "list_norm_history": _LIST_NORM_HISTORY,
    "list_overdue_counts": _LIST_OVERDUE_COUNTS,
    "list_stale_sites": _LIST_STALE_SITES,
    "read_rules": _RULES,
}
"""Name of an operation → an answer."""
