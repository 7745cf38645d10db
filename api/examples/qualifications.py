"""Qualifications."""

from __future__ import annotations

from typing import Any

_LIST_QUALIFICATIONS: dict[str, Any] = {
    "at": "2026-09-20T08:00:00Z",
    "qualifications": [
        {
            "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
            "supplier": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
            "supplier_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
            "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
            "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
            "category": 1,
            "status": "valid",
            "is_in_date": True,
            "valid_from": "2026-08-31T16:00:00Z",
            "valid_until": "2027-09-01T01:00:00Z",
            "grade": "A",
        }
    ],
    "next_after": None,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_QUALIFICATION: dict[str, Any] = {
    "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
    "supplier": "de6f2ecb27d224db5b62cf5da996a1979c258fec",
    "supplier_name": {"zh": "样例康护用品厂", "en": "Sample Sound Supplies"},
    "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
    "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
    "category": 1,
    "certificate": "0xb3aa002ac031ecb2008220e03329162926b55e11acb731a7b3fb31da15dabefc",
    "at": "2026-09-20T08:00:00Z",
    "then": {
        "status": "valid",
        "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
        "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
        "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        "is_issuer_accredited": True,
        "is_suspended": False,
        "is_revoked": False,
        "is_in_date": True,
        "valid_from": "2026-08-31T16:00:00Z",
        "valid_until": "2027-09-01T01:00:00Z",
        "grade": "A",
        "reason": None,
    },
    "now": {
        "status": "valid",
        "qualification": "e7e2d78795a125af58ae2775c988473f5b830778",
        "issuer": "d8688992795126b27cd6960112ea0eaf97a81e71",
        "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        "is_issuer_accredited": True,
        "is_suspended": False,
        "is_revoked": False,
        "is_in_date": True,
        "valid_from": "2026-08-31T16:00:00Z",
        "valid_until": "2027-09-01T01:00:00Z",
        "grade": "A",
        "reason": None,
    },
    "history": [
        {
            "entry": 1,
            "kind": "issued",
            "reason": None,
            "effective_at": "2026-09-01T01:00:09Z",
            "recorded_at": "2026-09-01T01:00:09Z",
            "valid_from": "2026-08-31T16:00:00Z",
            "valid_until": "2027-09-01T01:00:00Z",
            "grade": "A",
            "is_by_authority": False,
        }
    ],
    "issuer_history": [
        {
            "entry": 1,
            "kind": "issued",
            "reason": None,
            "effective_at": "2026-09-01T01:00:08Z",
            "recorded_at": "2026-09-01T01:00:08Z",
            "valid_from": None,
            "valid_until": None,
            "grade": None,
            "is_by_authority": True,
        }
    ],
    "supplier_journal": "369ef43ac9f9dc15626f06f618a933b60c717a5c462444490000000000000002",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_qualifications": _LIST_QUALIFICATIONS,
    "read_qualification": _READ_QUALIFICATION,
}
"""Name of an operation → an answer."""
