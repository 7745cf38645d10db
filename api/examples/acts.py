"""Acts."""

from __future__ import annotations

from typing import Any

_PREPARED: dict[str, Any] = {
    "act": {
        "form": "shecang act 1",
        "chain_id": 31,
        "genesis": "0x727eb7dd289d8d56a399aed0d3e769ec76d75f2b365eafaed26dfade88de428f",
        "ledger": "0x6F2C7B8BBB12fAEeF58d6F9fd0a36C0056135E16",
        "contract": "Reallocation",
        "address": "0xF335aCfB7305E8dCf46f4873963cCFee0DAC16c6",
        "function": "request",
        "arguments": {
            "asking": {
                "clientId": "0x7c3c16fe9ed3d08866b5252a4468fdcffe9fbaf7d2f5893e56af3959cce4b305",
                "site": "420102001001101",
                "item": "299010110001",
                "quantity": "40",
                "neededBy": "1797782399",
                "urgency": 1,
                "reason": 110,
                "consignee": "0x0",
                "body": "0x63b8d4fcb88ce759d5dcb9e54878bacfbb27dad01d6e1fb3dbdc40be80988b42",
            },
            "keeperDivision": "420102001001",
        },
        "sender": "0x31634D805D315725730D2b2d48E0D3F3cf0B8e80",
        "id": "0xafabfaa7a10b20ff2e44b840dd6c1537",
        "gas": 400000,
        "record": {
            "zh": "",
            "en": "",
            "body": {"note": "the clinic runs short"},
            "salt": "0x777f498caac66fca11c0b1cb8fed7cc6",
            "signature": None,
        },
    },
    "key": "9e04e14fff278c3c8d1a754801972d8bcad4ff27cd7d370be8f9c013e9d0d1",
    "consent_digest": None,
    "record_digest": "0x3e1ae286cfcbb0cbe468eaea48add7310ea60a20b8507b2629d62670df768b58",
    "sentences": {
        "en": [
            "Ask for 40 of item 299010110001 for site 420102001001101 until 2026-12-20 23:59, routine.",
            "Reason: outbreak of a disease.",
            "It relies on the signer's grant for division 420102001001.",
            'Note, off chain: {"note": "the clinic runs short"}',
            "Salted digest on chain: 0x63b8d4fcb88ce759d5dcb9e54878bacfbb27dad01d6e1fb3dbdc40be80988b42.",
            "It is signed by 0x31634D805D315725730D2b2d48E0D3F3cf0B8e80.",
            "It becomes request 9e04e14fff278c3c8d1a754801972d8bcad4ff27cd7d370be8f9c013e9d0d1.",
            (
                "It is a call of request of Reallocation 0xF335aCfB7305E8dCf46f4873963cCFee0DAC16c6"
                " on chain 31, with at most 400,000 gas."
            ),
        ],
        "zh": [
            "储备点 420102001001101申请物品 299010110001 40，最迟 2026-12-20 23:59，常规。",
            "原因：疫情。",
            "所依据的授权：行政区划 420102001001。",
            '备注（不上链）：{"note": "the clinic runs short"}',
            "上链的加盐摘要：0x63b8d4fcb88ce759d5dcb9e54878bacfbb27dad01d6e1fb3dbdc40be80988b42。",
            "签署人：0x31634D805D315725730D2b2d48E0D3F3cf0B8e80。",
            "将记录为申请 9e04e14fff278c3c8d1a754801972d8bcad4ff27cd7d370be8f9c013e9d0d1。",
            (
                "调用链 31 上 Reallocation 0xF335aCfB7305E8dCf46f4873963cCFee0DAC16c6"
                " 的 request，燃料上限 400,000。"
            ),
        ],
    },
    "block": {
        "number": 23,
        "hash": "0x880fee03787ed1f530e70872c1b01f5634841aba80db09e8ed0bf0c481d6d0a2",
        "time": "2026-09-13T01:00:00Z",
    },
}

_NUMBER: dict[str, Any] = {
    "sender": "0x31634D805D315725730D2b2d48E0D3F3cf0B8e80",
    "number": 13,
    "until": "2026-11-28T17:25:28Z",
    "block": {
        "number": 23,
        "hash": "0x880fee03787ed1f530e70872c1b01f5634841aba80db09e8ed0bf0c481d6d0a2",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "prepare_act": _PREPARED,
    "reserve_act_number": _NUMBER,
}
"""Name of an operation → an answer."""

BODIES: dict[str, dict[str, Any]] = {
    "prepare_act": {
        "act": "request",
        "client_id": _PREPARED["act"]["arguments"]["asking"]["clientId"],
        "site": "420102001001101",
        "item": "299010110001",
        "quantity": "40",
        "needed_by": "2026-12-20",
        "reason": "outbreak",
        "note": "the clinic runs short",
        "by": {"address": _PREPARED["act"]["sender"]},
    },
    "reserve_act_number": {"act": _PREPARED["act"]},
}
"""Name of an operation → what may be sent."""
