"""Drafts."""

from __future__ import annotations

from typing import Any

_OPEN: dict[str, Any] = {
    "key": "c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031",
    "state": "open",
    "waiting_for": [
        {
            "part": "other",
            "address": "0xcf018E6ff54Dff951A83d429A757dF693a632D16",
        },
    ],
    "made_at": "2026-11-28T17:10:42Z",
    "valid_until": "2026-12-05T17:10:42Z",
    "withdrawn_by": None,
    "transaction": None,
    "consent_digest": "0x9b8130fb0feb659820722d0d4df22555d7db58332a2c19e2e4240b2c5ba78495",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x6edf15bd04cb78cbf944d345dc2e01a2e20cb14af6957895aed60010f48eee21",
        "ledger": "0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc",
        "kind": "receipt",
        "document": {
            "client_id": "0x4dd9473f2aae19f9392471ffa58764d8677b3b6f081462a10a137b6660a924ed",
            "occurred_at": 1795885842,
            "day_only": False,
            "from": "0xde6f2ecb27d224db5b62cf5da996a1979c258fec",
            "to": "0x17e149e8a028d",
            "reference": "0x0",
            "reason": 0,
            "qualification": "0xe7e2d78795a125af58ae2775c988473f5b830778",
            "deadline": 0,
            "lines": (
                "0xe3cf78ea00002908db8921540cd4ea7b532dde220000000000000000000000280000"
                "000000000000000000000000002800000000000000000000000000000001000000459e"
                "673f71000000000000000000000000000000000000000000000000623cd671a50e071b"
                "c6790911f91a21567f3114367d36d871c2e48f6036108310"
            ),
        },
        "sender": {
            "address": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
            "division": 420102001001,
        },
        "other": {
            "address": "0xcf018E6ff54Dff951A83d429A757dF693a632D16",
            "division": 4201,
        },
        "approver": None,
        "body": "0x164c55a4da7a7c62db3be1314552db2f1fa39a5d6136180fff7427062055b02a",
        "valid_until": 1796490642,
        "consignment": None,
        "original": None,
        "consents": {
            "other": None,
            "approver": None,
        },
        "lots": [],
    },
    "body": {
        "content": {
            "note": "two boxes were wet outside",
            "order": "PO-7",
        },
        "salt": "daa09f572c5234928a616d6fea5e6a69",
        "record_digest": "0xaa5b89be5d6b9d77815496854b29c8268a742341861ddbc308499974d90ebdcc",
    },
    "sentences": {
        "en": [
            ("Receipt: site 420102001001101 receives from de6f2ecb27d224db5b62cf5da996a1979c258fec."),
            (
                "  item 299010310001: 40, lot e3cf78ea00002908db8921540cd4ea7b532dde22,"
                " batch digest 623cd671a50e071b…"
            ),
            "It is said to have occurred on 2026-11-29 01:10.",
            "It relies on qualification e7e2d78795a125af58ae2775c988473f5b830778.",
            (
                "It has a note off chain, of salted digest 164c55a4da7a7c62db3be1314552"
                "db2f1fa39a5d6136180fff7427062055b02a."
            ),
            "The other party is 0xcf018E6ff54Dff951A83d429A757dF693a632D16 for division 4201.",
            ("The sender is 0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47 for division 420102001001."),
            "Consents count until 2026-12-06 01:10.",
            (
                "It becomes document c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c8"
                "9d937cd39031 of ledger 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc on c"
                "hain 31."
            ),
        ],
        "zh": [
            "收货：储备点 420102001001101收到de6f2ecb27d224db5b62cf5da996a1979c258fec的物资。",
            (
                "  物品 299010310001：40，批次 e3cf78ea00002908db8921540cd4ea7b532dde22，批号摘要 "
                "623cd671a50e071b…"
            ),
            "发生时间：2026-11-29 01:10。",
            "所依据的资质：e7e2d78795a125af58ae2775c988473f5b830778。",
            "另有链下备注，加盐摘要 164c55a4da7a7c62db3be1314552db2f1fa39a5d6136180fff7427062055b02a。",
            "另一方：0xcf018E6ff54Dff951A83d429A757dF693a632D16（区划 4201）。",
            "提交人：0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47（区划 420102001001）。",
            "会签有效期至 2026-12-06 01:10。",
            (
                "将记录为单据 c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031，"
                "账本 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc，链 31。"
            ),
        ],
    },
    "block": {
        "number": 24,
        "hash": "0x731077dffc3a4449097b05396be32ba90016c0f6f615a48dd6f1180e86e6a04d",
        "time": "2026-09-13T01:00:00Z",
    },
}

_CONSENTED: dict[str, Any] = {
    "key": "c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031",
    "state": "open",
    "waiting_for": [
        {
            "part": "sender",
            "address": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
        },
    ],
    "made_at": "2026-11-28T17:10:42Z",
    "valid_until": "2026-12-05T17:10:42Z",
    "withdrawn_by": None,
    "transaction": None,
    "consent_digest": "0x9b8130fb0feb659820722d0d4df22555d7db58332a2c19e2e4240b2c5ba78495",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x6edf15bd04cb78cbf944d345dc2e01a2e20cb14af6957895aed60010f48eee21",
        "ledger": "0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc",
        "kind": "receipt",
        "document": {
            "client_id": "0x4dd9473f2aae19f9392471ffa58764d8677b3b6f081462a10a137b6660a924ed",
            "occurred_at": 1795885842,
            "day_only": False,
            "from": "0xde6f2ecb27d224db5b62cf5da996a1979c258fec",
            "to": "0x17e149e8a028d",
            "reference": "0x0",
            "reason": 0,
            "qualification": "0xe7e2d78795a125af58ae2775c988473f5b830778",
            "deadline": 0,
            "lines": (
                "0xe3cf78ea00002908db8921540cd4ea7b532dde220000000000000000000000280000"
                "000000000000000000000000002800000000000000000000000000000001000000459e"
                "673f71000000000000000000000000000000000000000000000000623cd671a50e071b"
                "c6790911f91a21567f3114367d36d871c2e48f6036108310"
            ),
        },
        "sender": {
            "address": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
            "division": 420102001001,
        },
        "other": {
            "address": "0xcf018E6ff54Dff951A83d429A757dF693a632D16",
            "division": 4201,
        },
        "approver": None,
        "body": "0x164c55a4da7a7c62db3be1314552db2f1fa39a5d6136180fff7427062055b02a",
        "valid_until": 1796490642,
        "consignment": None,
        "original": None,
        "consents": {
            "other": (
                "0x44ed418b7ae1ba119bd8dae2dcc36fd9fa92025e550c2a0ed7c96cb99b253854d03a"
                "49b2e80aeff5b8db4fd9285c3c8ec115404600191f777a08ea46d8582cce"
            ),
            "approver": None,
        },
        "lots": [],
    },
    "body": {
        "content": {
            "note": "two boxes were wet outside",
            "order": "PO-7",
        },
        "salt": "daa09f572c5234928a616d6fea5e6a69",
        "record_digest": "0xaa5b89be5d6b9d77815496854b29c8268a742341861ddbc308499974d90ebdcc",
    },
    "sentences": {
        "en": [
            ("Receipt: site 420102001001101 receives from de6f2ecb27d224db5b62cf5da996a1979c258fec."),
            (
                "  item 299010310001: 40, lot e3cf78ea00002908db8921540cd4ea7b532dde22,"
                " batch digest 623cd671a50e071b…"
            ),
            "It is said to have occurred on 2026-11-29 01:10.",
            "It relies on qualification e7e2d78795a125af58ae2775c988473f5b830778.",
            (
                "It has a note off chain, of salted digest 164c55a4da7a7c62db3be1314552"
                "db2f1fa39a5d6136180fff7427062055b02a."
            ),
            (
                "The other party is 0xcf018E6ff54Dff951A83d429A757dF693a632D16 for divi"
                "sion 4201, who has signed."
            ),
            ("The sender is 0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47 for division 420102001001."),
            "Consents count until 2026-12-06 01:10.",
            (
                "It becomes document c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c8"
                "9d937cd39031 of ledger 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc on c"
                "hain 31."
            ),
        ],
        "zh": [
            "收货：储备点 420102001001101收到de6f2ecb27d224db5b62cf5da996a1979c258fec的物资。",
            (
                "  物品 299010310001：40，批次 e3cf78ea00002908db8921540cd4ea7b532dde22，批号摘要 "
                "623cd671a50e071b…"
            ),
            "发生时间：2026-11-29 01:10。",
            "所依据的资质：e7e2d78795a125af58ae2775c988473f5b830778。",
            "另有链下备注，加盐摘要 164c55a4da7a7c62db3be1314552db2f1fa39a5d6136180fff7427062055b02a。",
            "另一方：0xcf018E6ff54Dff951A83d429A757dF693a632D16（区划 4201），已签署。",
            "提交人：0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47（区划 420102001001）。",
            "会签有效期至 2026-12-06 01:10。",
            (
                "将记录为单据 c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031，"
                "账本 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc，链 31。"
            ),
        ],
    },
    "block": {
        "number": 24,
        "hash": "0x731077dffc3a4449097b05396be32ba90016c0f6f615a48dd6f1180e86e6a04d",
        "time": "2026-09-13T01:00:00Z",
    },
}

_WITHDRAWN: dict[str, Any] = {
    "key": "1b5a55963d5f84514b258da19b828cf5b4749c82f83df4210389739e0832aa",
    "state": "withdrawn",
    "waiting_for": [],
    "made_at": "2026-11-28T17:10:42Z",
    "valid_until": "2026-12-05T17:10:42Z",
    "withdrawn_by": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
    "transaction": None,
    "consent_digest": "0xeb28bd6bc4ec729b887c27c72678bcab8aee1ae9bfeed15ef5a8ecd4ebe160e2",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x6edf15bd04cb78cbf944d345dc2e01a2e20cb14af6957895aed60010f48eee21",
        "ledger": "0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc",
        "kind": "hand-over",
        "document": {
            "client_id": "0x6cabdfabc545be5b7b9aee2f2221c67609816ff9e3369015981ea4cd99928789",
            "occurred_at": 1795885842,
            "day_only": False,
            "from": "0x17e149e8a028d",
            "to": "0x17e149e8a073d",
            "reference": "0x0",
            "reason": 0,
            "qualification": "0x0",
            "deadline": 0,
            "lines": "0xe8ce8c97991af1cbdac0552db80031b7f08befdf000000000000000000000005",
        },
        "sender": {
            "address": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
            "division": 420102001001,
        },
        "other": {
            "address": "0xA7322a2CF48f5318286CF04E490A5EED256C759f",
            "division": 420102001002,
        },
        "approver": None,
        "body": "0x0000000000000000000000000000000000000000000000000000000000000000",
        "valid_until": 1796490642,
        "consignment": None,
        "original": None,
        "consents": {
            "other": None,
            "approver": None,
        },
        "lots": [
            {
                "item": 299010110001,
                "source": "0xde6f2ecb27d224db5b62cf5da996a1979c258fec",
                "batch": "0xd7378387618d2c923122f277c8ef015801e07233c446bbd784c60c489fe78592",
                "made": 0,
                "expires": 0,
                "own": "0x0000000000000000000000000000000000000000000000000000000000000000",
            },
        ],
    },
    "body": None,
    "sentences": {
        "en": [
            "Hand-over: site 420102001001101 hands over to site 420102001002301, at once.",
            (
                "  item 299010110001, lot e8ce8c97991af1cbdac0552db80031b7f08befdf, bat"
                "ch digest d7378387618d2c92…: 5"
            ),
            "It is said to have occurred on 2026-11-29 01:10.",
            ("The other party is 0xA7322a2CF48f5318286CF04E490A5EED256C759f for division 420102001002."),
            ("The sender is 0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47 for division 420102001001."),
            "Consents count until 2026-12-06 01:10.",
            (
                "It becomes document 1b5a55963d5f84514b258da19b828cf5b4749c82f83df42103"
                "89739e0832aa of ledger 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc on c"
                "hain 31."
            ),
        ],
        "zh": [
            "交接：储备点 420102001001101当面交接给储备点 420102001002301。",
            (
                "  物品 299010110001，批次 e8ce8c97991af1cbdac0552db80031b7f08befdf，批号摘要 d73"
                "78387618d2c92…：5"
            ),
            "发生时间：2026-11-29 01:10。",
            "另一方：0xA7322a2CF48f5318286CF04E490A5EED256C759f（区划 420102001002）。",
            "提交人：0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47（区划 420102001001）。",
            "会签有效期至 2026-12-06 01:10。",
            (
                "将记录为单据 1b5a55963d5f84514b258da19b828cf5b4749c82f83df4210389739e0832aa，"
                "账本 0xAA4dAc76B46977C431F1C6eFE2Ba44E4B411F2Dc，链 31。"
            ),
        ],
    },
    "block": {
        "number": 25,
        "hash": "0xd7d73dc9a34de67b39c4dd92fa51b87a0e8ceb846ba3b569a81c7a814781d55f",
        "time": "2026-11-28T17:10:42Z",
    },
}

_INBOX: dict[str, Any] = {
    "waiting_for": "0xcf018E6ff54Dff951A83d429A757dF693a632D16",
    "drafts": [_OPEN],
    "next_after": None,
    "block": {
        "number": 24,
        "hash": "0x731077dffc3a4449097b05396be32ba90016c0f6f615a48dd6f1180e86e6a04d",
        "time": "2026-09-13T01:00:00Z",
    },
}

_NUMBER: dict[str, Any] = {
    "key": "c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031",
    "sender": "0x71B10B47E5d73CA37d3D682B0f376Fea6944FA47",
    "number": 13,
    "until": "2026-11-28T17:12:42Z",
    "gas": 535000,
    "block": {
        "number": 24,
        "hash": "0x731077dffc3a4449097b05396be32ba90016c0f6f615a48dd6f1180e86e6a04d",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "prepare_draft": _OPEN,
    "put_draft": _OPEN,
    "list_drafts": _INBOX,
    "read_draft": _OPEN,
    "withdraw_draft": _WITHDRAWN,
    "consent_to_draft": _CONSENTED,
    "reserve_number": _NUMBER,
}
"""Name of an operation → an answer."""

BODIES: dict[str, dict[str, Any]] = {
    "prepare_draft": {
        "kind": "receipt",
        "client_id": _OPEN["draft"]["document"]["client_id"],
        "site": "420102001001101",
        "supplier": "91420100MA4KXMPL1B",
        "goods": [{"item": "299010310001", "quantity": "40", "batch": "G-2611"}],
        "keeper": {"address": _OPEN["draft"]["sender"]["address"]},
        "supplier_signer": {"address": _OPEN["draft"]["other"]["address"]},
        "note": "two boxes were wet outside",
        "order": "PO-7",
    },
    "put_draft": _CONSENTED["draft"],
    "consent_to_draft": {"part": "other", "signature": _CONSENTED["draft"]["consents"]["other"]},
}
"""Name of an operation → what may be sent."""
