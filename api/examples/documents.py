"""Documents."""

from __future__ import annotations

import json
from typing import Any

from fastapi.sse import format_sse_event

_LIST_DOCUMENTS: dict[str, Any] = {
    "place": "420102",
    "name": {"zh": "江岸区", "en": "Jiang'an District"},
    "order": "oldest",
    "documents": [
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
            "sender": "0xa9c43b06099c2320172E9Afd3a2Be689a18d79D1",
            "other": None,
            "approver": None,
            "is_reversed": False,
            "is_emergency": False,
            "block": 15,
            "transaction": "0x4fd4b32124795854bc1f94ae8499fdddf1aa97ebbe1d557ba96bc0f27109622f",
        }
    ],
    "next_after": 11,
    "block": {
        "number": 24,
        "hash": "0x2ee63bacab7347df605d77323a68f8c0fb800d45213d428b78d8d5f9e16d72f3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_DOCUMENT: dict[str, Any] = {
    "document": {
        "key": "37bbe856549f3cc104b3f7f9c1f73b5f7e109fd51ceb1548ed141bca7b0a30",
        "number": 7,
        "kind": "receipt",
        "occurred_at": "2026-09-02T16:00:00Z",
        "is_day_only": True,
        "recorded_at": "2026-09-03T01:00:00Z",
        "is_late": False,
        "from_site": None,
        "to_site": "420102001001101",
        "source": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
        "consignee": None,
        "reason": None,
        "reference": None,
        "verdict": {"status": "valid", "grade": "A"},
        "sender": "0x86Dd863725f50bFdb6c27d3aB1b3b027F34E7D8b",
        "other": "0x8F8AffbE154641Ef8fc272BbbE2dD9E0D6048788",
        "approver": None,
        "is_reversed": False,
        "is_emergency": False,
        "block": 11,
        "transaction": "0xb5387fcbd1e7cb33fb4f36cdebb50c0731dfb34fc24680c6ba23c0c9e3bc0eeb",
        "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
        "deadline": None,
        "content_digest": "0x865e8fbc0a4d33589d9dd968573eedec8a23d7515e39d69fa4d799ae2e2b3620",
        "digest": "0x7e19c09b3af7f5a1b4efc767bebcdaa501e7345b843661edababa36d38ae6cc2",
        "source_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
        "consignee_name": None,
        "lines": [
            {
                "lot": "1eb7432a3a0f2500b707384fc7ad9369786e1d0e",
                "item": "299010310001",
                "item_name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
                "unit": "H87",
                "quantity": "600",
                "reason": None,
                "is_missing": None,
                "delivered": "600",
                "rejected": "0",
                "expected": None,
                "difference": None,
                "output": None,
            }
        ],
        "signers": [
            {
                "address": "0x86Dd863725f50bFdb6c27d3aB1b3b027F34E7D8b",
                "role": "keeper",
                "division": "420102001001",
            }
        ],
        "journals": [
            {
                "site": "420102001001101",
                "name": {"zh": "东城社区政府储备点", "en": "East Community government store"},
                "sequence": 2,
                "journal": "e7a26082334513483bbb01245afa364113a7f684d74807e50000000000000002",
            }
        ],
        "reversed_by": None,
        "named_by": None,
    },
    "body": {"state": "none", "digest": None, "content": None},
    "block": {
        "number": 24,
        "hash": "0x2ee63bacab7347df605d77323a68f8c0fb800d45213d428b78d8d5f9e16d72f3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_EVENTS = format_sse_event(event="position", data_str=json.dumps({"after": 6, "last": 7})) + format_sse_event(
    id=str(_DOCUMENT["document"]["number"]),
    event=_DOCUMENT["document"]["kind"],
    data_str=json.dumps(_DOCUMENT["document"], ensure_ascii=False, separators=(",", ":")),
)

EXAMPLES: dict[str, Any] = {
    "list_documents": _LIST_DOCUMENTS,
    "follow_documents": _EVENTS.decode(),
    "read_document": _DOCUMENT,
}
"""Name of an operation → an answer."""
