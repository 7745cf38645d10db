"""Of a verification of evidence of the sample city."""

from __future__ import annotations

import json
from typing import Any

from ledger_client.addresses import parse_address
from ledger_client.contracts import Deployment
from ledger_client.trust import Offer, Trust, fingerprint_groups

_TRUST = Trust.of(
    Deployment(
        chain_id=31,
        genesis_hash=bytes.fromhex("c0bdce04b92f58f64e827eaf4e25b5feee43941d1575a9694ac49b546df71f90"),
        directory=parse_address("0x9243B3C0fa88983d186EE9A0fc2e988B126202eC"),
        supplier_registry=parse_address("0xC35F11Ce6B36423b6B588BE389b2B838cd6512C6"),
        catalogue=parse_address("0x54aF37572502F58BfC2438CC5343E1dB1CA6F5a6"),
        ledger_steps=parse_address("0x84Fd26bf454523D45E73FbdfD523FD567b8A9283"),
        stock_ledger=parse_address("0xBC5bc6Fa541BdB52a8f4Aa82260Ac358B1F76d9d"),
        norms=parse_address("0xD1C5a39B354a0f38e4F2E0Ad27825B2A382Bdd6a"),
        reallocation=parse_address("0xD739dd43423b08C53F4B03a8944e4dD2Efc41498"),
        first_block=1,
        block=5,
        delay=0,
        offset=28_800,
    ),
    [
        parse_address("0x8F8AffbE154641Ef8fc272BbbE2dD9E0D6048788"),
        parse_address("0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490"),
    ],
    threshold=2,
    spacing=100,
    final_depth=0,
)

EXAMPLES: dict[str, dict[str, Any]] = {
    "send_trust_file": {
        "fingerprint": _TRUST.fingerprint.hex(),
        "groups": fingerprint_groups(_TRUST.fingerprint),
        "chain_id": _TRUST.chain_id,
        "witnesses": list(_TRUST.witnesses),
        "threshold": _TRUST.threshold,
        "kept_until": "2026-11-24T03:00:00Z",
        "text": {
            "zh": "本服务器未与任何人核对指纹：请以书面或电话与运营方核对",
            "en": "this server did not compare the fingerprint with anybody: compare it with the operator by "
            "paper or telephone",
        },
    },
    "verify_evidence": {
        "checked_by": {
            "zh": "以上由本服务器核验，所用信任文件为 3fa2c81d…。如不愿信赖服务器，请在自己的机器上运行"
            "“shecang verify 文件 --trust 信任文件”，无需任何服务器。",
            "en": "This server did the checking, with the trust file 3fa2c81d…: whoever does not want to "
            "believe it runs “shecang verify FILE --trust TRUST” on a machine of their own, which needs no "
            "server.",
        },
        "trust": "3fa2c81d" * 8,
        "trust_from": "server",
        "exit_code": 0,
        "site": "420102001001101",
        "item": None,
        "block_number": 212,
        "block_time": "2026-11-24T01:29:52Z",
        "documents": 21,
        "answers": [
            {
                "question": "chain",
                "answer": "proved",
                "text": {"zh": "与信任文件为同一账本", "en": "the ledger is that of the trust file"},
            }
        ],
        "receipts": 6,
        "unqualified_count": 0,
        "unqualified": [],
        "emergency": 2,
        "stale": [],
    },
}

BODIES: dict[str, dict[str, Any]] = {"send_trust_file": json.loads(Offer(_TRUST).to_bytes())}
"""Name of an operation → what may be sent."""
