"""Of a verification of evidence of the sample city."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
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
