"""Who asks."""

from __future__ import annotations

from typing import Any

_WHO: dict[str, Any] = {
    "account": "0x3801B2D09cAd4eA0795B6ccf592a291A82450243",
    "divisions": ["420102001001"],
    "scopes": ["books", "drafts", "read"],
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_who": _WHO,
    "sign_in": {
        **_WHO,
        "csrf_token": "u1T4Xo0sVfE8mWq2Zr5y7Bc9Dd3Ff6Hh1Jj4Ll8Nn0P",
        "expires_at": "2026-09-13T09:00:00Z",
    },
    "read_nonce": {
        "nonce": "6aa4b3bc5f3d2c1b0a9e8d7c6b5a493827160f0e1d2c3b4a",
        "domain": "127.0.0.1:8000",
        "chain_id": 20200123,
        "expires_at": "2026-09-13T01:05:00Z",
    },
}
"""Name of an operation → an answer."""
