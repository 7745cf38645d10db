"""State, calls, logs and proofs over JSON-RPC, as of any block."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from asking import ask, refuse
from eth.rlp.accounts import Account
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
from ledger_client.embedded.rpc import Rpc
from ledger_client.keccak import KECCAK_EMPTY, keccak

PROBE = probe_address().lower()
NOBODY = "0x" + "99" * 20
NO_HASH = "0x" + "77" * 32
WRITTEN = "0x" + keccak(b"Written(uint256,address,uint256)").hex()
EMPTY_ROOT = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"


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
