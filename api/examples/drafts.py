"""Drafts."""

from __future__ import annotations

from typing import Any

_OPEN: dict[str, Any] = {
    "key": "d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8",
    "state": "open",
    "waiting_for": [
        {
            "part": "other",
            "address": "0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981",
        },
    ],
    "made_at": "2026-11-28T16:59:13Z",
    "valid_until": "2026-12-05T16:59:13Z",
    "withdrawn_by": None,
    "consent_digest": "0xbbddb2debd0380b86ba502aad7109a94fae128bc17f7483051205c0695f57f87",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x819d9ac587734bfb8c9143f433d092fd16831ed67e137deb0650562261a2bd7c",
        "ledger": "0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97",
        "kind": "receipt",
        "document": {
            "client_id": "0xe8cd9084647fc30162a29d4d7199508d7dae8ab8a6d32669643e19f19af7794f",
            "occurred_at": 1795885153,
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
            "address": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
            "division": 420102001001,
        },
        "other": {
            "address": "0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981",
            "division": 4201,
        },
        "approver": None,
        "body": "0xc584cab168e376a629d7224bcfb16ca9686481a9e7a76b16b596ac2fa78d02a1",
        "valid_until": 1796489953,
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
        "salt": "a0790dc7fef2010df80a416bc50ba856",
        "record_digest": "0x31f973aecbf761c2489c28e98769e903ec680507728e0ff9883ccf3531d81459",
    },
    "sentences": {
        "en": [
            ("Receipt: site 420102001001101 receives from de6f2ecb27d224db5b62cf5da996a1979c258fec."),
            (
                "  item 299010310001: 40, lot e3cf78ea00002908db8921540cd4ea7b532dde22,"
                " batch digest 623cd671a50e071b…"
            ),
            "It is said to have occurred on 2026-11-29 00:59.",
            "It relies on qualification e7e2d78795a125af58ae2775c988473f5b830778.",
            (
                "It has a note off chain, of salted digest c584cab168e376a629d7224bcfb1"
                "6ca9686481a9e7a76b16b596ac2fa78d02a1."
            ),
            "The other party is 0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981 for division 4201.",
            ("The sender is 0xDA0c6214FfF0eF81c5a657318953798E42eDB32B for division 420102001001."),
            "Consents count until 2026-12-06 00:59.",
            (
                "It becomes document d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305d"
                "b9aeb82d7ac8 of ledger 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97 on c"
                "hain 31."
            ),
        ],
        "zh": [
            "收货：储备点 420102001001101收到de6f2ecb27d224db5b62cf5da996a1979c258fec的物资。",
            (
                "  物品 299010310001：40，批次 e3cf78ea00002908db8921540cd4ea7b532dde22，批号摘要 "
                "623cd671a50e071b…"
            ),
            "发生时间：2026-11-29 00:59。",
            "所依据的资质：e7e2d78795a125af58ae2775c988473f5b830778。",
            "另有链下备注，加盐摘要 c584cab168e376a629d7224bcfb16ca9686481a9e7a76b16b596ac2fa78d02a1。",
            "另一方：0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981（区划 4201）。",
            "提交人：0xDA0c6214FfF0eF81c5a657318953798E42eDB32B（区划 420102001001）。",
            "会签有效期至 2026-12-06 00:59。",
            (
                "将记录为单据 d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8，"
                "账本 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97，链 31。"
            ),
        ],
    },
    "block": {
        "number": 24,
        "hash": "0xc4b34a20497a375dc592557600c676ab8926cc70d1fa09d35223cd9983d11de3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_CONSENTED: dict[str, Any] = {
    "key": "d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8",
    "state": "open",
    "waiting_for": [
        {
            "part": "sender",
            "address": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
        },
    ],
    "made_at": "2026-11-28T16:59:13Z",
    "valid_until": "2026-12-05T16:59:13Z",
    "withdrawn_by": None,
    "consent_digest": "0xbbddb2debd0380b86ba502aad7109a94fae128bc17f7483051205c0695f57f87",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x819d9ac587734bfb8c9143f433d092fd16831ed67e137deb0650562261a2bd7c",
        "ledger": "0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97",
        "kind": "receipt",
        "document": {
            "client_id": "0xe8cd9084647fc30162a29d4d7199508d7dae8ab8a6d32669643e19f19af7794f",
            "occurred_at": 1795885153,
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
            "address": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
            "division": 420102001001,
        },
        "other": {
            "address": "0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981",
            "division": 4201,
        },
        "approver": None,
        "body": "0xc584cab168e376a629d7224bcfb16ca9686481a9e7a76b16b596ac2fa78d02a1",
        "valid_until": 1796489953,
        "consignment": None,
        "original": None,
        "consents": {
            "other": (
                "0x77a3f8f3214ea98f97f903c75ca65401e4230705942340ee7e09e0ddf19cc08348c9"
                "89c4332c8fcdf8196c6f91302cfc18c979c0ad3c1e08235ed1caa8fb446f"
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
        "salt": "a0790dc7fef2010df80a416bc50ba856",
        "record_digest": "0x31f973aecbf761c2489c28e98769e903ec680507728e0ff9883ccf3531d81459",
    },
    "sentences": {
        "en": [
            ("Receipt: site 420102001001101 receives from de6f2ecb27d224db5b62cf5da996a1979c258fec."),
            (
                "  item 299010310001: 40, lot e3cf78ea00002908db8921540cd4ea7b532dde22,"
                " batch digest 623cd671a50e071b…"
            ),
            "It is said to have occurred on 2026-11-29 00:59.",
            "It relies on qualification e7e2d78795a125af58ae2775c988473f5b830778.",
            (
                "It has a note off chain, of salted digest c584cab168e376a629d7224bcfb1"
                "6ca9686481a9e7a76b16b596ac2fa78d02a1."
            ),
            (
                "The other party is 0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981 for divi"
                "sion 4201, who has signed."
            ),
            ("The sender is 0xDA0c6214FfF0eF81c5a657318953798E42eDB32B for division 420102001001."),
            "Consents count until 2026-12-06 00:59.",
            (
                "It becomes document d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305d"
                "b9aeb82d7ac8 of ledger 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97 on c"
                "hain 31."
            ),
        ],
        "zh": [
            "收货：储备点 420102001001101收到de6f2ecb27d224db5b62cf5da996a1979c258fec的物资。",
            (
                "  物品 299010310001：40，批次 e3cf78ea00002908db8921540cd4ea7b532dde22，批号摘要 "
                "623cd671a50e071b…"
            ),
            "发生时间：2026-11-29 00:59。",
            "所依据的资质：e7e2d78795a125af58ae2775c988473f5b830778。",
            "另有链下备注，加盐摘要 c584cab168e376a629d7224bcfb16ca9686481a9e7a76b16b596ac2fa78d02a1。",
            "另一方：0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981（区划 4201），已签署。",
            "提交人：0xDA0c6214FfF0eF81c5a657318953798E42eDB32B（区划 420102001001）。",
            "会签有效期至 2026-12-06 00:59。",
            (
                "将记录为单据 d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8，"
                "账本 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97，链 31。"
            ),
        ],
    },
    "block": {
        "number": 24,
        "hash": "0xc4b34a20497a375dc592557600c676ab8926cc70d1fa09d35223cd9983d11de3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_WITHDRAWN: dict[str, Any] = {
    "key": "873786064221f2a99f025c9ab99a53e54053512efdd00731fef5e94f2b8396",
    "state": "withdrawn",
    "waiting_for": [],
    "made_at": "2026-11-28T16:59:13Z",
    "valid_until": "2026-12-05T16:59:13Z",
    "withdrawn_by": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
    "consent_digest": "0xb23c9a414fce8bbeea11f2b48706d4076fdb213d998a8d5e1a8b77cc03d8f5d0",
    "draft": {
        "form": "shecang draft 1",
        "chain_id": 31,
        "genesis": "0x819d9ac587734bfb8c9143f433d092fd16831ed67e137deb0650562261a2bd7c",
        "ledger": "0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97",
        "kind": "hand-over",
        "document": {
            "client_id": "0xceb98716a48f3ebf4173c45c0455dda592fff9bcfe54cf4e1f7744892b8bf5d7",
            "occurred_at": 1795885153,
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
            "address": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
            "division": 420102001001,
        },
        "other": {
            "address": "0x2d127C139989511cdc543a989cb3938258b0340D",
            "division": 420102001002,
        },
        "approver": None,
        "body": "0x0000000000000000000000000000000000000000000000000000000000000000",
        "valid_until": 1796489953,
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
            "It is said to have occurred on 2026-11-29 00:59.",
            ("The other party is 0x2d127C139989511cdc543a989cb3938258b0340D for division 420102001002."),
            ("The sender is 0xDA0c6214FfF0eF81c5a657318953798E42eDB32B for division 420102001001."),
            "Consents count until 2026-12-06 00:59.",
            (
                "It becomes document 873786064221f2a99f025c9ab99a53e54053512efdd00731fe"
                "f5e94f2b8396 of ledger 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97 on c"
                "hain 31."
            ),
        ],
        "zh": [
            "交接：储备点 420102001001101当面交接给储备点 420102001002301。",
            (
                "  物品 299010110001，批次 e8ce8c97991af1cbdac0552db80031b7f08befdf，批号摘要 d73"
                "78387618d2c92…：5"
            ),
            "发生时间：2026-11-29 00:59。",
            "另一方：0x2d127C139989511cdc543a989cb3938258b0340D（区划 420102001002）。",
            "提交人：0xDA0c6214FfF0eF81c5a657318953798E42eDB32B（区划 420102001001）。",
            "会签有效期至 2026-12-06 00:59。",
            (
                "将记录为单据 873786064221f2a99f025c9ab99a53e54053512efdd00731fef5e94f2b8396，"
                "账本 0xe1F69a20BCD64cc306BE43F9E23A19D794cFde97，链 31。"
            ),
        ],
    },
    "block": {
        "number": 25,
        "hash": "0xfe6cc73cc203fe05be8f033b07d3c4f48b7bf8908a7364d67097c28a3ae719b9",
        "time": "2026-11-28T16:59:13Z",
    },
}

_INBOX: dict[str, Any] = {
    "waiting_for": "0x4Aa7A9fea22DC0ecA67565C92F239fFd62E0b981",
    "drafts": [_OPEN],
    "next_after": None,
    "block": {
        "number": 24,
        "hash": "0xc4b34a20497a375dc592557600c676ab8926cc70d1fa09d35223cd9983d11de3",
        "time": "2026-09-13T01:00:00Z",
    },
}

_NUMBER: dict[str, Any] = {
    "key": "d79518847a8cf01f15d34936912fee356739c5b9a7ac8d305db9aeb82d7ac8",
    "sender": "0xDA0c6214FfF0eF81c5a657318953798E42eDB32B",
    "number": 13,
    "until": "2026-11-28T17:01:13Z",
    "gas": 535000,
    "block": {
        "number": 24,
        "hash": "0xc4b34a20497a375dc592557600c676ab8926cc70d1fa09d35223cd9983d11de3",
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
