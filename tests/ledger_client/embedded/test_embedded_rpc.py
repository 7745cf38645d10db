"""The JSON-RPC methods, refusals first; what they answer is compared with anvil elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from asking import ask, refuse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from probe import (
    CHAIN_ID,
    KEEPER,
    START,
    probe_address,
    sign_call,
)

from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.rpc import MAX_BATCH, Rpc
from ledger_client.keccak import keccak

PROBE = probe_address().lower()
NO_HASH = "0x" + "77" * 32


BAD: list[tuple[str, list[Any]]] = [
    ("eth_getBlockByNumber", []),
    ("eth_getBlockByNumber", ["0x1", True, 3]),
    ("eth_getBlockByNumber", [1, True]),
    ("eth_getBlockByNumber", ["1", True]),
    ("eth_getBlockByNumber", ["0x", True]),
    ("eth_getBlockByNumber", ["newest", True]),
    ("eth_getBlockByNumber", ["0x" + "f" * 64, True]),
    ("eth_getBlockByNumber", ["0x1", "yes"]),
    ("eth_getBlockByHash", ["0x1234", False]),
    ("eth_getTransactionByHash", ["0x" + "g" * 64]),
    ("eth_getTransactionReceipt", [None]),
    ("eth_getBalance", [PROBE[:-1], "latest"]),
    ("eth_getBalance", [PROBE + "00", "latest"]),
    ("eth_getBalance", [PROBE, {"blockHash": "0x12"}]),
    ("eth_getBalance", [PROBE, {"number": "0x1"}]),
    ("eth_getStorageAt", [PROBE, "0x1" + "0" * 64, "latest"]),
    ("eth_getStorageAt", [PROBE, -1, "latest"]),
    ("eth_getProof", [PROBE, "0x0", "latest"]),
    ("eth_getProof", [PROBE, ["0x0"] * 1025, "latest"]),
    ("eth_getProof", [PROBE, [5], "latest"]),
    ("eth_call", ["0x", "latest"]),
    ("eth_call", [{"to": "0x12"}, "latest"]),
    ("eth_call", [{"to": PROBE, "data": "0x123"}, "latest"]),
    ("eth_call", [{"to": PROBE, "data": "0x12", "input": "0x34"}, "latest"]),
    ("eth_call", [{"to": PROBE, "value": 1}, "latest"]),
    ("eth_call", [{"to": PROBE}, "latest", {PROBE: {"balance": "0x1"}}]),
    ("eth_call", [{"to": PROBE}, "latest", {}, {"number": "0x1"}]),
    ("eth_call", [{"to": PROBE}, "latest", {}, {"time": 1}]),
    ("eth_call", [{"to": PROBE}, "latest", {}, ["0x1"]]),
    ("eth_getLogs", [[]]),
    ("eth_getLogs", [{"address": ["0x12"]}]),
    ("eth_getLogs", [{"address": [PROBE] * 257}]),
    ("eth_getLogs", [{"topics": "0x"}]),
    ("eth_getLogs", [{"topics": [None] * 5}]),
    ("eth_getLogs", [{"topics": [["0x12"]]}]),
    ("eth_getLogs", [{"fromBlock": "0x3", "toBlock": "0x2"}]),
    ("eth_getLogs", [{"blockHash": NO_HASH, "fromBlock": "0x0"}]),
    ("eth_sendRawTransaction", ["f86c"]),
    ("eth_sendRawTransaction", [b"\x01"]),
]


class TestRequests:
    @pytest.mark.parametrize(
        "method",
        [
            "eth_sendTransaction",
            "eth_accounts",
            "personal_unlockAccount",
            "anvil_setBalance",
            "evm_mine",
            "x" * 999,
        ],
    )
    def test_there_is_no_account_and_no_back_door(self, rpc: Rpc, method: str) -> None:
        error = refuse(rpc, method)
        assert error["code"] == -32601
        assert len(error["message"]) < 120

    @pytest.mark.parametrize("request_", [1, None, "text", {}, {"method": 5}, {"method": None, "id": 1}])
    def test_what_is_no_request(self, rpc: Rpc, request_: Any) -> None:
        assert rpc.answer(request_)["error"]["code"] == -32600

    @pytest.mark.parametrize("batch", [[], [{"method": "eth_chainId"}] * (MAX_BATCH + 1)])
    def test_a_batch_beyond_the_limits(self, rpc: Rpc, batch: list[Any]) -> None:
        assert rpc.answer(batch)["error"]["code"] == -32600

    def test_each_of_a_batch_has_its_own_answer(self, rpc: Rpc) -> None:
        answers = rpc.answer(
            [
                {"id": 1, "method": "eth_chainId"},
                5,
                {"id": "b", "method": "eth_nothing"},
                {"method": "net_version"},
            ]
        )
        assert [answer["id"] for answer in answers] == [1, None, "b", None]
        assert [answer.get("result") for answer in answers] == [hex(CHAIN_ID), None, None, str(CHAIN_ID)]

    @pytest.mark.parametrize(("method", "params"), BAD)
    def test_a_parameter_out_of_form(self, rpc: Rpc, method: str, params: list[Any]) -> None:
        error = refuse(rpc, method, *params)
        assert error["code"] == -32602, error

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
    @given(
        st.sampled_from([method for method, _ in BAD]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text(max_size=5)
            | st.sampled_from([PROBE, NO_HASH, "0x1", "latest", "pending"]),
            lambda some: (
                st.lists(some, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["to", "from", "data", "gas", "address", "topics", "fromBlock", "blockHash"]
                    ),
                    some,
                    max_size=3,
                )
            ),
            max_leaves=8,
        ),
    )
    def test_nothing_gets_a_traceback(self, rpc: Rpc, method: str, params: Any) -> None:
        answer = rpc.answer({"id": 1, "method": method, "params": params})
        if "error" in answer:
            assert answer["error"]["code"] not in (-32603, -32050), answer

    def test_a_fault_is_named_without_its_inside(
        self, rpc: Rpc, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fault() -> None:
            raise ZeroDivisionError("inside")

        monkeypatch.setattr(rpc._reader, "head", fault)
        error = refuse(rpc, "eth_blockNumber")
        assert error["code"] == -32603
        assert "inside" not in error["message"]
        assert "inside" in caplog.text


class TestBlocks:
    def test_what_is_not_there_is_null(self, rpc: Rpc) -> None:
        assert ask(rpc, "eth_getBlockByNumber", "0x5", False) is None
        assert ask(rpc, "eth_getBlockByHash", NO_HASH, True) is None
        assert ask(rpc, "eth_getBlockTransactionCountByNumber", "0x5") is None
        assert ask(rpc, "eth_getBlockTransactionCountByHash", NO_HASH) is None
        assert ask(rpc, "eth_getTransactionByHash", NO_HASH) is None
        assert ask(rpc, "eth_getTransactionReceipt", NO_HASH) is None

    def test_the_hash_of_a_trie_node_is_no_block(self, rpc: Rpc) -> None:
        root = ask(rpc, "eth_getBlockByNumber", "latest", False)["stateRoot"]
        assert ask(rpc, "eth_getBlockByHash", root, False) is None

    def test_block(self, rpc: Rpc) -> None:
        block = ask(rpc, "eth_getBlockByNumber", "0x2", False)
        assert (block["number"], block["timestamp"]) == ("0x2", hex(START + 2))
        assert [len(hash_) for hash_ in block["transactions"]] == [66, 66]
        assert "baseFeePerGas" not in block
        full = ask(rpc, "eth_getBlockByHash", block["hash"], True)
        assert [transaction["hash"] for transaction in full.pop("transactions")] == block.pop("transactions")
        assert full == block
        assert ask(rpc, "eth_getBlockTransactionCountByNumber", "0x2") == "0x2"
        assert ask(rpc, "eth_getBlockTransactionCountByHash", block["hash"]) == "0x2"
        assert ask(rpc, "eth_blockNumber") == "0x4"

    def test_header_hashes_recompute_and_link(self, rpc: Rpc) -> None:
        parent = "0x" + "00" * 32
        for number in range(5):
            block = ask(rpc, "eth_getBlockByNumber", hex(number), False)
            assert block["parentHash"] == parent
            assert "0x" + keccak(encode_header(block)).hex() == block["hash"]
            parent = block["hash"]

    def test_tags(self, rpc: Rpc) -> None:
        head = ask(rpc, "eth_getBlockByNumber", "0x4", False)
        for tag in ("latest", "safe", "finalized", "pending"):
            assert ask(rpc, "eth_getBlockByNumber", tag, False) == head
        assert ask(rpc, "eth_getBlockByNumber", "earliest", False)["number"] == "0x0"


def encode_header(block: dict[str, Any]) -> bytes:
    def number(name: str) -> int:
        return int(block[name], 16)

    def data(name: str) -> bytes:
        return bytes.fromhex(block[name][2:])

    before = [
        "parentHash",
        "sha3Uncles",
        "miner",
        "stateRoot",
        "transactionsRoot",
        "receiptsRoot",
        "logsBloom",
    ]
    numbers = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp"]
    after = ["extraData", "mixHash", "nonce"]
    return bytes(rlp.encode([*map(data, before), *map(number, numbers), *map(data, after)]))


class TestTransactions:
    def test_waiting_then_mined(self, rpc: Rpc, chain: EmbeddedChain) -> None:
        raw = sign_call(4, "write", 1, 2)
        hash_ = ask(rpc, "eth_sendRawTransaction", "0x" + raw.hex())
        assert ask(rpc, "eth_sendRawTransaction", "0x" + raw.hex()) == hash_
        waiting = ask(rpc, "eth_getTransactionByHash", hash_)
        assert (waiting["blockHash"], waiting["blockNumber"], waiting["transactionIndex"]) == (None,) * 3
        assert ask(rpc, "eth_getTransactionReceipt", hash_) is None
        assert ask(rpc, "eth_getTransactionCount", KEEPER.address, "latest") == "0x4"
        assert ask(rpc, "eth_getTransactionCount", KEEPER.address, "pending") == "0x5"
        chain.seal()
        mined = ask(rpc, "eth_getTransactionByHash", hash_)
        assert mined["blockNumber"] == "0x5"
        place = ("blockHash", "blockNumber", "transactionIndex")
        assert {**mined, **dict.fromkeys(place)} == waiting
        assert ask(rpc, "eth_getTransactionReceipt", hash_)["status"] == "0x1"
        assert ask(rpc, "eth_sendRawTransaction", "0x" + raw.hex()) == hash_

    def test_receipts_of_one_block(self, rpc: Rpc) -> None:
        hashes = ask(rpc, "eth_getBlockByNumber", "0x2", False)["transactions"]
        first, second = (ask(rpc, "eth_getTransactionReceipt", hash_) for hash_ in hashes)
        assert [log["logIndex"] for log in first["logs"] + second["logs"]] == ["0x0", "0x1", "0x2", "0x3"]
        assert second["logs"][0]["topics"] == []
        gas = [int(receipt["gasUsed"], 16) for receipt in (first, second)]
        assert [int(receipt["cumulativeGasUsed"], 16) for receipt in (first, second)] == [gas[0], sum(gas)]

    def test_counts_at_old_blocks(self, rpc: Rpc) -> None:
        counts = [ask(rpc, "eth_getTransactionCount", KEEPER.address, hex(number)) for number in range(5)]
        assert counts == ["0x0", "0x1", "0x3", "0x3", "0x4"]
        assert refuse(rpc, "eth_getTransactionCount", KEEPER.address, "0x5")["code"] == -32001
