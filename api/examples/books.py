"""Of a book of the sample city's east community."""

from __future__ import annotations

from typing import Any

_BLOCK = {
    "number": 214,
    "hash": "0x5f1a2f0a9b6d0d1cf2bd8c3b9e7c5e0f4a3d2c1b0a998877665544332211ff00",
    "time": "2026-11-24T01:30:00Z",
}
_SITE = "420102001001101"

_BOOK: dict[str, Any] = {
    "id": "4be0f94a4b9c6a6a2f5b1c7d116f1d0c4be0f94a",
    "site": _SITE,
    "name": "received-2026-09-20.csv",
    "mapping": "9c" * 32,
    "sheets": [
        {
            "sheet": "received-2026-09-20",
            "kind": "receipt",
            "date": "2026-09-20",
            "date_source": {"zh": "文件名", "en": "the file's name"},
            "rows": 3,
            "lines": 2,
            "headings": 1,
            "blank": 0,
            "continuations": 0,
            "problems": 0,
        }
    ],
    "statuses": {"matched": 1, "missing-on-chain": 1},
    "actions": {"recorded": 1, "record": 1},
    "suspects": 0,
    "knows_salt": True,
    "new_items": [],
    "new_consignees": [],
    "releases": [],
    "drafts": "/v1/drafts",
    "kept_until": "2026-11-24T03:00:00Z",
    "block": _BLOCK,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "send_mapping": {
        "id": "9c" * 32,
        "rows": 12,
        "confirmed": 11,
        "items": 8,
        "kept_until": "2026-11-24T03:00:00Z",
    },
    "send_book": _BOOK,
    "read_book": _BOOK,
    "list_book_lines": {
        "lines": [
            {
                "number": 2,
                "status": "missing-on-chain",
                "sheet": "received-2026-09-20",
                "row": 3,
                "cell": "D3",
                "kind": "receipt",
                "date": "2026-09-20",
                "party": "样例慈善会",
                "goods": "棉被",
                "unit": "件",
                "quantity": "40",
                "item": "299010100001",
                "formulas": [],
                "recorded": None,
                "matched_by": None,
                "documents": [],
                "stale": False,
                "text": {
                    "zh": "2026-09-20，棉被，40件，样例慈善会：账本上没有",
                    "en": "2026-09-20, 棉被, 40 件, 样例慈善会: not on the ledger",
                },
                "action": "record",
                "why": None,
                "to_record": "40",
                "rest": "0",
                "kept_held": [],
                "form": {
                    "client_id": "0x" + "2d" * 32,
                    "occurred_at": "2026-09-20",
                    "site": _SITE,
                    "note": "received-2026-09-20.csv [received-2026-09-20] D3",
                    "kind": "receipt",
                    "donor": "7a" * 20,
                    "goods": [
                        {
                            "item": "299010100001",
                            "quantity": "40",
                            "batch": None,
                            "made": None,
                            "expires": None,
                        }
                    ],
                    "held": True,
                },
            }
        ],
        "next_after": None,
        "block": _BLOCK,
    },
    "list_book_suspects": {
        "suspects": [
            {
                "rule": "repeated",
                "is_weak": False,
                "places": [
                    {"sheet": "received-2026-09-20", "row": 3},
                    {"sheet": "received-2026-09-20", "row": 9},
                ],
                "text": {"zh": "同一工作表中有两行相同", "en": "the sheet has the line twice"},
            }
        ],
        "next_after": None,
    },
    "read_proposed_mapping": {
        "name": "received-2026-09-20.mapping.csv",
        "csv": "goods 品名,specification 规格,unit 计量单位,item 物品编号\r\n棉被,,件,2990101-00001\r\n",
    },
}
