"""The JSON-RPC methods, refusals first; what they answer is compared with anvil elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rlp
from eth.rlp.accounts import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from probe import (
    CHAIN_ID,
    KEEPER,
    START,
    STRANGER,
    calldata,
    probe_address,
    sign,
    sign_call,
    sign_creation,
)
from trie import HexaryTrie

from ledger_client.embedded import ManualClock
from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.rpc import MAX_BATCH, Rpc
from ledger_client.keccak import KECCAK_EMPTY, keccak

PROBE = probe_address().lower()
NOBODY = "0x" + "99" * 20
NO_HASH = "0x" + "77" * 32
WRITTEN = "0x" + keccak(b"Written(uint256,address,uint256)").hex()
EMPTY_ROOT = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"


@pytest.fixture
def rpc(chain: EmbeddedChain) -> Rpc:
    """Block 2 has two transactions with logs, block 3 is empty, block 4 has one that fails."""
    chain.submit([sign_call(1, "writeMany", 10, 3), sign_call(2, "note", b"\x01" * 40)])
    chain.seal()
    chain.seal()
    chain.submit([sign_call(3, "fail", 7)])
    chain.seal()
    return Rpc(chain)


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


class TestState:
    def test_as_of_any_block(self, rpc: Rpc) -> None:
        slots = [ask(rpc, "eth_getStorageAt", PROBE, "0xa", hex(number)) for number in range(5)]
        assert [int(slot, 16) for slot in slots] == [0, 0, 11, 11, 11]
        assert all(len(slot) == 66 for slot in slots)
        assert ask(rpc, "eth_getCode", PROBE, "0x0") == "0x"
        assert len(ask(rpc, "eth_getCode", PROBE, "0x1")) > 1_000
        hash_ = ask(rpc, "eth_getBlockByNumber", "0x1", False)["hash"]
        assert ask(rpc, "eth_getStorageAt", PROBE, "0xa", {"blockHash": hash_}) == slots[1]
        assert ask(rpc, "eth_getBalance", KEEPER.address, "latest") == "0x0"

    def test_a_block_that_is_not_there(self, rpc: Rpc) -> None:
        for block in ("0x5", {"blockHash": NO_HASH}):
            assert refuse(rpc, "eth_getStorageAt", PROBE, "0xa", block)["code"] == -32001
            assert refuse(rpc, "eth_call", {"to": PROBE}, block)["code"] == -32001


class TestCall:
    def call(self, rpc: Rpc, block: str, function: str, *arguments: Any) -> str:
        return str(ask(rpc, "eth_call", {"to": PROBE, "data": calldata(function, *arguments)}, block))

    def test_revert_has_code_3_and_its_data(self, rpc: Rpc) -> None:
        call = {"to": PROBE, "from": STRANGER.address, "data": calldata("fail", 7)}
        for method in ("eth_call", "eth_estimateGas"):
            error = refuse(rpc, method, call)
            assert error["code"] == 3
            selector = keccak(b"Failed(uint256,address)")[:4].hex()
            assert error["data"] == f"0x{selector}{7:064x}{'00' * 12}{STRANGER.address[2:].lower()}"

    def test_revert_in_words(self, rpc: Rpc) -> None:
        error = refuse(rpc, "eth_call", {"to": PROBE, "data": calldata("failInWords")})
        assert (error["code"], error["message"]) == (3, "execution reverted: in words")

    def test_words_that_are_none(self, chain: EmbeddedChain, rpc: Rpc) -> None:
        # Code that reverts with what it is given: calldatacopy(0, 0, size) revert(0, size).
        code = "0x3660006000373660 00fd".replace(" ", "")
        creation = "0x600a600c600039600a6000f3" + code[2:]
        (hash_,) = chain.submit([sign(nonce=4, to="", data=creation)])
        chain.seal()
        to = ask(rpc, "eth_getTransactionReceipt", "0x" + hash_.hex())["contractAddress"]
        for data in ("0x08c379a0", "0x08c379a0" + "ff" * 64):
            error = refuse(rpc, "eth_call", {"to": to, "data": data})
            assert error == {"code": 3, "message": "execution reverted", "data": data}

    def test_out_of_gas_is_no_revert(self, rpc: Rpc) -> None:
        error = refuse(rpc, "eth_call", {"to": PROBE, "data": calldata("burn"), "gas": hex(100_000)})
        assert (error["code"], error["message"]) == (-32000, "out of gas")

    def test_value_that_the_sender_has_not(self, rpc: Rpc) -> None:
        assert refuse(rpc, "eth_call", {"to": PROBE, "value": "0x1"})["code"] == -32000

    def test_leaves_no_trace(self, rpc: Rpc, chain: EmbeddedChain) -> None:
        before = chain.reader.head()
        self.call(rpc, "latest", "write", 10, 99)
        self.call(rpc, "pending", "write", 10, 99)
        assert int(self.call(rpc, "latest", "read", 10), 16) == 11
        assert chain.reader.head() == before

    def test_as_of_a_block(self, rpc: Rpc) -> None:
        values = [int(self.call(rpc, hex(number), "read", 10), 16) for number in (1, 2, 3)]
        assert values == [0, 11, 11]

    def test_the_block_it_is_in(self, rpc: Rpc, clock: ManualClock) -> None:
        clock.set(START + 500)
        words = {}
        for block in ("0x2", "latest", "pending"):
            environment = bytes.fromhex(self.call(rpc, block, "environment")[2:])
            words[block] = [int.from_bytes(environment[at : at + 32], "big") for at in (0, 32, 64, 96)]
        assert words["0x2"] == [2, START + 2, 100_000_000, CHAIN_ID]
        assert words["latest"] == [4, START + 4, 100_000_000, CHAIN_ID]
        assert words["pending"] == [5, START + 500, 100_000_000, CHAIN_ID]

    def test_creation_is_tried_out(self, rpc: Rpc) -> None:
        call = {"from": STRANGER.address, "data": "0x" + rlp_creation()}
        assert ask(rpc, "eth_call", call) == ask(rpc, "eth_getCode", PROBE, "latest")


def rlp_creation() -> str:
    return rlp.decode(sign_creation())[5].hex()


class TestEstimateGas:
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("write", (500, 1)),
            ("write", (10, 0)),
            ("writeMany", (600, 30)),
            ("note", (b"\x01" * 500,)),
            ("recurse", (40,)),
        ],
    )
    def test_is_enough_and_not_much_more(
        self, rpc: Rpc, chain: EmbeddedChain, function: str, arguments: tuple[Any, ...]
    ) -> None:
        call = {"from": KEEPER.address, "to": PROBE, "data": calldata(function, *arguments)}
        gas = int(ask(rpc, "eth_estimateGas", call), 16)
        (hash_,) = chain.submit([sign_call(4, function, *arguments, gas=gas)])
        chain.seal()
        receipt = ask(rpc, "eth_getTransactionReceipt", "0x" + hash_.hex())
        assert receipt["status"] == "0x1"
        # A refund, at most half of it, is paid back at the end and must be there until then.
        assert gas <= int(receipt["gasUsed"], 16) * 2 * 65 // 64

    def test_sees_the_clock_as_the_next_block_will(self, rpc: Rpc, clock: ManualClock) -> None:
        clock.set(START + 500)
        call = {"to": PROBE, "data": calldata("notBefore", START + 500)}
        assert refuse(rpc, "eth_estimateGas", call, "latest")["code"] == 3
        assert int(ask(rpc, "eth_estimateGas", call), 16) > 21_000


class TestLogs:
    def logs(self, rpc: Rpc, **wanted: Any) -> list[tuple[str, str]]:
        found = ask(rpc, "eth_getLogs", wanted)
        return [(log["blockNumber"], log["logIndex"]) for log in found]

    def test_too_many(self, rpc: Rpc, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ledger_client.embedded.rpc.MAX_LOGS", 3)
        error = refuse(rpc, "eth_getLogs", {"fromBlock": "earliest"})
        assert (error["code"], "fewer blocks" in error["message"]) == (-32005, True)
        assert len(self.logs(rpc, fromBlock="earliest", topics=[WRITTEN])) == 3

    def test_an_unknown_block_hash(self, rpc: Rpc) -> None:
        assert refuse(rpc, "eth_getLogs", {"blockHash": NO_HASH})["code"] == -32001

    def test_ranges(self, rpc: Rpc) -> None:
        all_ = [("0x2", hex(index)) for index in range(4)]
        hash_ = ask(rpc, "eth_getBlockByNumber", "0x2", False)["hash"]
        assert self.logs(rpc, fromBlock="earliest") == all_
        assert self.logs(rpc, fromBlock="0x2", toBlock="0x2") == all_
        assert self.logs(rpc, blockHash=hash_) == all_
        assert self.logs(rpc) == []  # the last block alone
        assert self.logs(rpc, fromBlock="0x3", toBlock="0xffff") == []

    def test_topics(self, rpc: Rpc) -> None:
        slot = [f"0x{value:064x}" for value in (10, 11, 12)]
        assert len(self.logs(rpc, fromBlock="0x0", topics=[])) == 4
        assert len(self.logs(rpc, fromBlock="0x0", topics=[None])) == 3  # an anonymous log has none
        assert len(self.logs(rpc, fromBlock="0x0", topics=[[WRITTEN, None]])) == 3
        assert self.logs(rpc, fromBlock="0x0", topics=[WRITTEN, [slot[0], slot[2]]]) == [
            ("0x2", "0x0"),
            ("0x2", "0x2"),
        ]
        assert self.logs(rpc, fromBlock="0x0", topics=[None, slot[1]]) == [("0x2", "0x1")]
        assert self.logs(rpc, fromBlock="0x0", topics=[slot[1]]) == []
        assert len(self.logs(rpc, fromBlock="0x0", address=[PROBE, NOBODY])) == 4
        assert self.logs(rpc, fromBlock="0x0", address=NOBODY) == []

    def test_equal_those_of_the_receipts(self, rpc: Rpc) -> None:
        hashes = ask(rpc, "eth_getBlockByNumber", "0x2", False)["transactions"]
        receipts = [ask(rpc, "eth_getTransactionReceipt", hash_) for hash_ in hashes]
        assert ask(rpc, "eth_getLogs", {"fromBlock": "0x0"}) == [
            log for each in receipts for log in each["logs"]
        ]


def verify(root: str, key: bytes, nodes: list[str]) -> bytes:
    """Return what is proven to stand under `key`; the library checks every hash from the root down."""
    decoded = [rlp.decode(bytes.fromhex(node[2:])) for node in nodes]
    return HexaryTrie.get_from_proof(bytes.fromhex(root[2:]), keccak(key), decoded)


class TestProof:
    def test_account_and_storage_at_every_block(self, rpc: Rpc, chain: EmbeddedChain) -> None:
        chain.submit([sign_call(4, "writeMany", 1_000, 100, gas=10_000_000)])
        chain.seal()
        slots = [10, 12, 13, *range(1_000, 1_100), 2**256 - 1]
        for number, expected in ((1, [0, 0]), (2, [11, 13]), (5, [11, 13])):
            root = ask(rpc, "eth_getBlockByNumber", hex(number), False)["stateRoot"]
            proof = ask(rpc, "eth_getProof", PROBE, [hex(slot) for slot in slots], hex(number))
            account = rlp.decode(verify(root, bytes.fromhex(PROBE[2:]), proof["accountProof"]), Account)
            assert "0x" + account.storage_root.hex() == proof["storageHash"]
            assert "0x" + account.code_hash.hex() == proof["codeHash"]
            assert [account.nonce, account.balance] == [int(proof[name], 16) for name in ("nonce", "balance")]
            values = []
            for slot, entry in zip(slots, proof["storageProof"], strict=True):
                proven = (
                    verify(proof["storageHash"], slot.to_bytes(32, "big"), entry["proof"])
                    if entry["proof"]
                    else b""
                )
                assert int.from_bytes(rlp.decode(proven) if proven else b"", "big") == int(entry["value"], 16)
                assert entry["key"] == f"0x{slot:064x}"
                values.append(int(entry["value"], 16))
            assert values[:2] == expected
            assert values[3] == (1_001 if number == 5 else 0)

    def test_absence(self, rpc: Rpc) -> None:
        root = ask(rpc, "eth_getBlockByNumber", "0x2", False)["stateRoot"]
        proof = ask(rpc, "eth_getProof", NOBODY, ["0x0"], "0x2")
        assert verify(root, bytes.fromhex(NOBODY[2:]), proof["accountProof"]) == b""
        assert (proof["nonce"], proof["balance"], proof["storageHash"]) == ("0x0", "0x0", EMPTY_ROOT)
        assert proof["codeHash"] == "0x" + KECCAK_EMPTY.hex()
        assert proof["storageProof"] == [{"key": "0x" + "00" * 32, "value": "0x0", "proof": []}]

    def test_of_an_empty_state(self, rpc: Rpc) -> None:
        assert ask(rpc, "eth_getProof", NOBODY, [], "0x0")["accountProof"] == []
