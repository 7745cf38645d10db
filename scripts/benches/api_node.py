"""A node that has the blocks of a generated history, and makes more of them: what a served ledger follows.

It answers the requests with which a server verifies the contracts and follows the chain. The code is that of
the real contracts, as an embedded chain deployed them; the blocks and their logs are the generator's, and no
contract ran. Logs of blocks that were there at the start are not kept: whoever asks has read them.

Run as a process of its own, with one line of JSON on stdin: see `main`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benches.api_cache import SEED, Filled
from benches.api_history import TradeHistory, TradeSize
from ledger_client.databases import open_database
from ledger_client.events import Log
from ledger_client.index.source import BlockStamp

_VERSION = "besu/generated"
_BLOCK_EVERY = 1.0  # seconds
_UNKNOWN = -32601


class MadeNode:
    """Answers about a generated history.

    Args:
        history: Taken up at its end.
        chain_id: Of the chain.
        codes: Code by address of the contract, in hexadecimal.
        ledger: Address of the stock ledger, whose logs the new blocks hold.
    """

    def __init__(self, history: TradeHistory, chain_id: int, codes: dict[str, str], ledger: str) -> None:
        self._history = history
        self._chain_id = chain_id
        self._codes = codes
        self._ledger = ledger
        self._rate = 0

    def answer(self, method: str, params: list[Any]) -> Any:
        """Return the result of a request; LookupError where the method is none of these."""
        chain = self._history.chain
        match method:
            case "web3_clientVersion":
                return _VERSION
            case "eth_chainId":
                return hex(self._chain_id)
            case "eth_blockNumber":
                return hex(chain.head())
            case "eth_getBlockByNumber":
                number = chain.head() if params[0] == "latest" else int(params[0], 16)
                stamp = chain.block(number)
                return None if stamp is None else _block(stamp)
            case "eth_getCode":
                return self._codes.get(params[0], "0x")
            case "eth_getLogs":
                logs = chain.logs(int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16))
                return [_log(log, self._ledger) for log in logs]
            case "bench_write":
                self._rate = int(params[0])
                return True
        raise LookupError(method)

    def make_blocks(self) -> None:
        """Make a block every second while there is something to write, for ever."""
        while True:
            time.sleep(_BLOCK_EVERY)
            if self._rate:
                self._history.trade(self._rate)
                self._history.end_block(int(time.time()))


def _block(stamp: BlockStamp) -> dict[str, str]:
    return {
        "number": hex(stamp.number),
        "hash": f"0x{stamp.hash.hex()}",
        "parentHash": "0x" + "00" * 32,
        "timestamp": hex(stamp.time),
        "stateRoot": "0x" + "00" * 32,
    }


def _log(log: Log, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "topics": [f"0x{topic.hex()}" for topic in log.topics],
        "data": f"0x{log.data.hex()}",
        "blockNumber": hex(log.place.block),
        "logIndex": hex(log.place.index),
        "transactionHash": f"0x{log.place.transaction.hex()}",
        "blockHash": f"0x{log.place.block_hash.hex()}",
    }


def _handler(node: MadeNode) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = [_told(node, each) for each in asked] if isinstance(asked, list) else _told(node, asked)
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def _told(node: MadeNode, asked: dict[str, Any]) -> dict[str, Any]:
    head = {"jsonrpc": "2.0", "id": asked.get("id")}
    try:
        return head | {"result": node.answer(asked["method"], asked.get("params", []))}
    except LookupError:
        return head | {"error": {"code": _UNKNOWN, "message": f"no method {asked['method']}"}}


def main() -> None:
    """Read what to answer about from stdin, print the port, and answer until the process is ended.

    The line has `directory` (of the filled index), `size`, `chain_id`, `codes` and `ledger`.
    """
    given = json.loads(sys.stdin.readline())
    filled = Filled(Path(given["directory"]), TradeSize(**given["size"]))
    history = TradeHistory(SEED, filled.size)
    engine = open_database(filled.sqlite)
    history.go_on(engine, filled.stamps())
    engine.dispose()
    node = MadeNode(history, given["chain_id"], given["codes"], given["ledger"])
    threading.Thread(target=node.make_blocks, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(node))
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
