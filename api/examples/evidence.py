"""Of a verification of evidence of the sample city."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "send_trust_file": {
        "fingerprint": "3fa2c81d" * 8,
        "groups": " ".join(["3fa2c81d"] * 8),
        "chain_id": 20200123,
        "witnesses": [
            "0x8F8AffbE154641Ef8fc272BbbE2dD9E0D6048788",
            "0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490",
        ],
        "threshold": 2,
        "kept_until": "2026-11-24T03:00:00Z",
        "text": {
            "zh": "本服务器未与任何人核对指纹：请以书面或电话与运营方核对",
            "en": "this server did not compare the fingerprint with anybody: compare it with the operator by "
            "paper or telephone",
        },
    },
    "verify_evidence": {
        "checked_by": {
            "zh": "以上由本服务器核验，所用信任文件为 3fa2c81d…；如不愿信赖服务器，请在自己的机器上运行 "
            "`shecang verify 文件 --trust 信任文件`，无需任何服务器",
            "en": "this server did the checking, with the trust file 3fa2c81d…; whoever does not want to "
            "believe it runs `shecang verify FILE --trust TRUST` on a machine of their own, which needs no "
            "server",
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
