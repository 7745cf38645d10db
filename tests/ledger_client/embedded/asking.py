"""Asking a chain as JSON-RPC would."""

from __future__ import annotations

import json
from typing import Any

from ledger_client.embedded.rpc import Rpc


def ask(rpc: Rpc, method: str, *params: Any) -> Any:
    answer = rpc.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
    json.dumps(answer)
    assert "error" not in answer, answer
    return answer["result"]


def refuse(rpc: Rpc, method: str, *params: Any) -> dict[str, Any]:
    answer = rpc.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
    assert "result" not in answer
    error: dict[str, Any] = answer["error"]
    return error
