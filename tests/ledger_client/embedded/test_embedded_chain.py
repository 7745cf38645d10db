from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import pytest
import rlp
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st
from probe import (
    BASIN,
    CHAIN_ID,
    KEEPER,
    START,
    STRANGER,
    probe_address,
    sign,
    sign_call,
    sign_creation,
)

from ledger_client.embedded import ManualClock, SystemClock
from ledger_client.embedded._admission import decode_transaction
from ledger_client.embedded._errors import (
    ChainExistsError,
    ChainHeldError,
    ChainIdError,
    ChainSchemaError,
    ChainStorageError,
    ClockBehindError,
    FundsError,
    GasLimitError,
    NoChainError,
    NonceTakenError,
    NonceTooLowError,
    PendingFullError,
    SignatureError,
    TransactionMalformedError,
    TransactionRefusedError,
    TransactionTypeError,
)
from ledger_client.embedded._evm import GAS_LIMIT
from ledger_client.embedded.chain import DATABASE_NAME, EmbeddedChain
from ledger_client.keccak import keccak

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
ADDRESS = bytes.fromhex(KEEPER.address[2:])


def only(answers: list[Any]) -> Any:
    (answer,) = answers
    return answer


class TestCreate:
    def test_refuses_a_directory_that_has_a_chain(self, chain: EmbeddedChain, tmp_path: Path) -> None:
        chain.close()
        with pytest.raises(ChainExistsError) as caught:
            EmbeddedChain.create(tmp_path / "ledger", chain_id=8)
        assert caught.value.exit_code == 2
        assert EmbeddedChain.open(tmp_path / "ledger").chain_id == CHAIN_ID

    def test_refuses_a_path_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ChainStorageError):
            EmbeddedChain.create(tmp_path / "file", chain_id=7)

    def test_nobody_else_may_read_it(self, chain: EmbeddedChain, tmp_path: Path) -> None:
        assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o700
        for path in (tmp_path / "ledger").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path

    def test_two_chains_of_one_second_are_two(self, tmp_path: Path, clock: ManualClock) -> None:
        hashes = set()
        for name in ("a", "b"):
            chain = EmbeddedChain.create(tmp_path / name, chain_id=7, clock=clock)
            hashes.add(chain.genesis_hash)
            chain.close()
        assert len(hashes) == 2

    def test_the_first_block(self, tmp_path: Path, clock: ManualClock) -> None:
        chain = EmbeddedChain.create(tmp_path / "new", chain_id=7, clock=clock)
        header = chain.reader.head()
        assert (header.block_number, header.timestamp, header.gas_limit) == (0, START, GAS_LIMIT)
        assert header.hash == chain.genesis_hash
        chain.close()


class TestOpen:
    def test_refuses_a_directory_without_chain(self, tmp_path: Path) -> None:
        with pytest.raises(NoChainError, match="shecang init"):
            EmbeddedChain.open(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_refuses_a_chain_whose_making_was_cut_short(self, tmp_path: Path) -> None:
        (tmp_path / DATABASE_NAME).touch()
        with pytest.raises(NoChainError):
            EmbeddedChain.open(tmp_path)
        EmbeddedChain.create(tmp_path, chain_id=7).close()
        EmbeddedChain.open(tmp_path).close()

    def test_refuses_a_second_holder(self, chain: EmbeddedChain, tmp_path: Path) -> None:
        with pytest.raises(ChainHeldError) as caught:
            EmbeddedChain.open(tmp_path / "ledger")
        assert caught.value.exit_code == 3
        chain.close()
        EmbeddedChain.open(tmp_path / "ledger").close()

    def test_refuses_another_form(self, chain: EmbeddedChain, tmp_path: Path) -> None:
        chain.close()
        with sqlite3.connect(tmp_path / "ledger" / DATABASE_NAME) as connection:
            connection.execute("update meta set value = '99' where name = 'schema'")
        connection.close()
        with pytest.raises(ChainSchemaError, match="99"):
            EmbeddedChain.open(tmp_path / "ledger")

    def test_finds_what_was_left(self, chain: EmbeddedChain, tmp_path: Path, clock: ManualClock) -> None:
        (waiting,) = chain.submit([sign(nonce=1)])
        head = chain.reader.head()
        chain.close()
        chain = EmbeddedChain.open(tmp_path / "ledger", clock=clock)
        assert chain.reader.head() == head
        assert chain.pending() == [waiting]
        assert chain.seal() == 2
        assert chain.pending() == []
        chain.close()


def malleable(raw: bytes) -> bytes:
    """The same transaction with the other of its two signatures, which EIP-2 forbids."""
    *fields, v, r, s = rlp.decode(raw)
    order = 2 * HALF_ORDER + 1
    # 35 + 2 * chain id + parity (EIP-155): odd for parity 0
    flipped = int.from_bytes(v, "big") + (1 if v[-1] % 2 else -1)
    twin = (order - int.from_bytes(s, "big")).to_bytes(32, "big")
    return bytes(rlp.encode([*fields, flipped, r, twin]))


def with_signature(raw: bytes, r: int, s: int) -> bytes:
    *fields, v, _, _ = rlp.decode(raw)
    return bytes(rlp.encode([*fields, v, r, s]))


REFUSALS: dict[str, tuple[bytes, type[TransactionRefusedError], str]] = {
    "no bytes": (b"", TransactionMalformedError, "malformed"),
    "a string": (b"\x85hello", TransactionMalformedError, "malformed"),
    "a list of something else": (rlp.encode([b"a", b"b"]), TransactionMalformedError, "malformed"),
    "cut short": (sign()[:-1], TransactionMalformedError, "malformed"),
    "with a tail": (sign() + b"\0", TransactionMalformedError, "malformed"),
    "leading zero": (rlp.encode([b"\0", *rlp.decode(sign())[1:]]), TransactionMalformedError, "malformed"),
    "access list": (b"\x01" + rlp.encode([]), TransactionTypeError, "type not supported: 1"),
    "dynamic fee": (b"\x02" + rlp.encode([]), TransactionTypeError, "type not supported: 2"),
    "another chain": (sign(chainId=1), ChainIdError, "have 1, want 31337"),
    "any chain": (
        bytes(
            Account.from_key(b"\1" * 32)
            .sign_transaction({"nonce": 0, "gas": 100_000, "gasPrice": 0, "value": 0, "to": BASIN})
            .raw_transaction
        ),
        ChainIdError,
        "have None",
    ),
    "r is zero": (with_signature(sign(), 0, 1), SignatureError, "invalid sender"),
    "s is zero": (with_signature(sign(), 1, 0), SignatureError, "invalid sender"),
    "r is no point": (with_signature(sign(), 5, 1), SignatureError, "invalid sender"),
    "r is huge": (with_signature(sign(), 2**256 - 1, 1), SignatureError, "invalid sender"),
    "the other signature": (malleable(sign(nonce=1)), SignatureError, "upper half"),
    "used number": (sign(nonce=0), NonceTooLowError, "nonce too low: next nonce 1, tx nonce 0"),
    "number beyond keeping": (sign(nonce=2**63), NonceTooLowError, "nonce too low"),
    "too little gas": (sign(nonce=1, gas=20_999), GasLimitError, "intrinsic gas too low"),
    "more gas than a block": (sign(nonce=1, gas=GAS_LIMIT + 1), GasLimitError, "exceeds block gas limit"),
    "a price": (sign(nonce=1, gasPrice=1), FundsError, "insufficient funds for gas"),
    "a value": (sign(nonce=1, value=1), FundsError, "insufficient funds for gas"),
}


class TestSubmit:
    @pytest.mark.parametrize("case", REFUSALS)
    def test_refuses(self, chain: EmbeddedChain, case: str) -> None:
        raw, error, words = REFUSALS[case]
        answer = only(chain.submit([raw]))
        assert type(answer) is error
        assert words in answer.text("en")
        assert answer.text("zh") != answer.text("en")
        assert chain.pending() == []

    def test_refuses_another_transaction_with_a_waiting_number(self, chain: EmbeddedChain) -> None:
        first = only(chain.submit([sign(nonce=1)]))
        answer = only(chain.submit([sign(nonce=1, gas=90_000)]))
        assert type(answer) is NonceTakenError
        assert first.hex() in answer.text("en")
        assert chain.pending() == [first]

    def test_refuses_when_too_many_wait(self, chain: EmbeddedChain, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ledger_client.embedded.chain.MAX_PENDING", 2)
        answers = chain.submit([sign(nonce=nonce) for nonce in (1, 2, 3)])
        assert [type(answer) for answer in answers] == [bytes, bytes, PendingFullError]

    def test_refuses_when_the_clock_stands_before_the_last_block(
        self, chain: EmbeddedChain, clock: ManualClock
    ) -> None:
        clock.set(chain.reader.head().timestamp - 61)
        with pytest.raises(ClockBehindError) as caught:
            chain.submit([sign(nonce=1)])
        assert caught.value.exit_code == 3
        with pytest.raises(ClockBehindError):
            chain.seal()
        assert chain.pending() == []

    def test_one_bad_among_good_is_refused_alone(self, chain: EmbeddedChain) -> None:
        answers = chain.submit([sign(nonce=1), sign(nonce=0), sign(nonce=2)])
        assert [type(answer) for answer in answers] == [bytes, NonceTooLowError, bytes]
        assert chain.pending() == [answers[0], answers[2]]

    def test_answers_with_the_hash(self, chain: EmbeddedChain) -> None:
        raw = sign(nonce=1)
        assert chain.submit([raw]) == [keccak(raw)]
        assert chain.pending_raw(keccak(raw)) == raw

    def test_what_is_known_is_answered_with_its_hash_again(self, chain: EmbeddedChain) -> None:
        raw = sign(nonce=1)
        assert chain.submit([raw, raw]) == [keccak(raw)] * 2
        assert chain.submit([raw]) == [keccak(raw)]
        assert len(chain.pending()) == 1
        chain.seal()
        assert chain.submit([raw, sign_creation()]) == [keccak(raw), keccak(sign_creation())]
        assert chain.pending() == []

    @given(st.binary(max_size=300) | st.binary(max_size=300).map(rlp.encode))
    def test_any_bytes_are_refused_in_words(self, raw: bytes) -> None:
        with pytest.raises(TransactionRefusedError):
            decode_transaction(raw, CHAIN_ID)

    @given(st.integers(0, len(sign()) - 1), st.integers(1, 255))
    def test_a_changed_byte_is_refused_or_another_sender(self, place: int, change: int) -> None:
        raw = bytearray(sign())
        raw[place] ^= change
        try:
            transaction = decode_transaction(bytes(raw), CHAIN_ID)
        except TransactionRefusedError:
            return
        assert transaction.sender != ADDRESS


class TestSeal:
    def test_waits_for_a_missing_number(self, chain: EmbeddedChain) -> None:
        chain.submit([sign(nonce=2)])
        assert not chain.has_ready()
        assert chain.next_nonce(ADDRESS) == 1
        chain.seal()
        assert len(chain.pending()) == 1
        chain.submit([sign(nonce=1)])
        assert chain.has_ready()
        assert chain.next_nonce(ADDRESS) == 3
        chain.seal()
        assert chain.pending() == []
        assert chain.reader.head_account(ADDRESS).nonce == 3

    def test_takes_numbers_in_order_whatever_order_they_came_in(self, chain: EmbeddedChain) -> None:
        hashes = chain.submit([sign(nonce=nonce) for nonce in (3, 1, 2)])
        chain.seal()
        mined = [transaction.hash for transaction in chain.reader.transactions(chain.reader.head())]
        assert mined == [hashes[1], hashes[2], hashes[0]]

    def test_leaves_what_does_not_fit(self, chain: EmbeddedChain) -> None:
        # The gas that is allowed counts, until the transaction has been executed and the rest is free.
        chain.submit([sign(nonce=1, gas=GAS_LIMIT), sign(STRANGER, nonce=0, gas=GAS_LIMIT)])
        chain.seal()
        assert len(chain.pending()) == 1
        chain.seal()
        assert chain.pending() == []

    def test_ends_with_its_budget_but_takes_one(self, chain: EmbeddedChain) -> None:
        chain.submit([sign(nonce=nonce) for nonce in (1, 2, 3)])
        chain.seal(budget=0.0)
        assert len(chain.pending()) == 2

    def test_an_empty_block_on_demand(self, chain: EmbeddedChain) -> None:
        before = chain.reader.head()
        assert chain.seal() == 2
        head = chain.reader.head()
        assert head.parent_hash == before.hash
        assert head.state_root == before.state_root
        assert head.timestamp == before.timestamp + 1

    def test_block_times_follow_the_clock_and_never_run_ahead(
        self, chain: EmbeddedChain, clock: ManualClock
    ) -> None:
        clock.set(START + 86_400)
        chain.seal()
        assert chain.reader.head().timestamp == START + 86_400
        for _ in range(3):
            parent = chain.reader.head().timestamp
            chain.seal()
            assert parent < chain.reader.head().timestamp <= clock.now()

    def test_at_most_one_block_a_second_on_the_hosts_clock(self, tmp_path: Path) -> None:
        chain = EmbeddedChain.create(tmp_path / "host", chain_id=7, clock=SystemClock())
        for _ in range(2):
            chain.seal()
            assert chain.reader.head().timestamp <= time.time()
        times = [chain.reader.header(number).timestamp for number in range(3)]
        assert times == sorted(set(times))
        chain.close()

    def test_gas_limit_does_not_drift_and_nobody_is_paid(self, chain: EmbeddedChain) -> None:
        for _ in range(5):
            chain.seal()
        head = chain.reader.head()
        assert head.gas_limit == GAS_LIMIT
        assert chain.reader.account(head, head.coinbase).balance == 0
        assert head.difficulty == 1

    def test_a_failing_transaction_is_mined_with_status_0(self, chain: EmbeddedChain) -> None:
        (hash_,) = chain.submit([sign_call(1, "fail", 5)])
        chain.seal()
        mined = chain.reader.transaction(hash_)
        assert mined is not None
        assert chain.reader.receipt(mined).state_root == b""
        assert chain.reader.head_account(ADDRESS).nonce == 2

    def test_code_above_the_size_limit_is_refused_by_the_machine(self, chain: EmbeddedChain) -> None:
        # PUSH3 size, PUSH1 0, RETURN: so many zero bytes as code (EIP-170).
        for nonce, size, status in ((1, 24_576, b"\x01"), (2, 24_577, b"")):
            code = "0x62" + size.to_bytes(3, "big").hex() + "6000f3"
            (hash_,) = chain.submit([sign(nonce=nonce, to="", data=code, gas=10_000_000)])
            chain.seal()
            mined = chain.reader.transaction(hash_)
            assert mined is not None
            assert chain.reader.receipt(mined).state_root == status, size


class TestRebuildDerived:
    def test_equals_what_was_written_block_by_block(self, chain: EmbeddedChain) -> None:
        chain.submit([sign_call(1, "writeMany", 10, 3), sign_call(2, "note", b"\x01" * 40)])
        chain.submit([sign_call(3, "fail", 1), sign_call(4, "write", 1, 2)])
        chain.seal()
        chain.submit([sign(nonce=5)])
        chain.seal()
        store = chain._store
        before = store.all_derived()
        assert [row.gas_used > 20_000 for row in before[0]] == [True] * 6
        assert [row.first_log for row in before[0]] == [0, 0, 3, 4, 4, 0]
        assert len(before[1]) == 5
        store.replace_derived([], [])
        chain.rebuild_derived()
        assert store.all_derived() == before
        assert chain.reader.transaction_rows(chain.reader.head()) == before[0][-1:]


def test_probe_is_where_it_is_expected(chain: EmbeddedChain) -> None:
    assert chain.reader.code(chain.reader.head(), bytes.fromhex(probe_address()[2:]))
    assert os.environ.get("ETH_HASH_BACKEND") is None
