"""Threat 14: a retry never writes twice. On the embedded chain and on anvil."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from outbox_steps import REVERT_DATA, REVERTING_CODE, inbox_of, recorded, submission

from ledger_client.chain import Chain
from ledger_client.databases import DatabaseFullError
from ledger_client.keccak import keccak
from ledger_client.keystores import create_keystore
from ledger_client.node import NodeUnreachableError
from ledger_client.outbox import (
    ChainBusyError,
    ContentDiffersError,
    EntryState,
    EntryUnknownError,
    Outbox,
    Receipt,
    Refusal,
    SenderDiffersError,
    StillWaitingError,
)
from ledger_client.signers import EnvironmentSigner, KeystoreSigner, Signer

STRANGER = EnvironmentSigner.from_value("TEST_KEY", "22" * 32)


class FlakyChain:
    """A real chain whose line breaks after `good` transactions."""

    def __init__(self, chain: Chain, good: int = 0) -> None:
        self._chain = chain
        self._good = good
        self.chain_id = chain.chain_id
        self.finality_depth = chain.finality_depth

    def height(self) -> int:
        return self._chain.height()

    def send_raw(self, raw: bytes) -> bytes:
        if not self._good:
            raise NodeUnreachableError(address="here", reason="line broken")
        self._good -= 1
        return self._chain.send_raw(raw)

    def send_many(self, raws: Sequence[bytes]) -> bool:
        return False

    def receipts(self, hashes: Sequence[bytes]) -> Sequence[Receipt | None]:
        return self._chain.receipts(hashes)

    def transaction_count(self, address: Any) -> int:
        return self._chain.transaction_count(address)


class FullChain(FlakyChain):
    """A real chain that takes nothing from one sender now."""

    def __init__(self, chain: Chain, stopped: list[bytes]) -> None:
        super().__init__(chain, good=10)
        self._stopped = stopped

    def send_raw(self, raw: bytes) -> bytes:
        if keccak(raw) in self._stopped:
            raise ChainBusyError(reason="account limit")
        return super().send_raw(raw)


class OvertakenChain(FlakyChain):
    """A real chain; before its answer to a sender arrives, another process has settled the same entry."""

    def __init__(self, chain: Chain, other: Outbox, key: str) -> None:
        super().__init__(chain, good=1)
        self._other = other
        self._key = key

    def send_raw(self, raw: bytes) -> bytes:
        hash_ = super().send_raw(raw)
        self._other.wait([self._key], self._chain)
        return hash_


class CountingSigner(Signer):
    """A real signer that keeps the numbers it signed with."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.nonces: list[int] = []

    @property
    def address(self) -> Any:
        return self._signer.address

    @property
    def is_demo(self) -> bool:
        return self._signer.is_demo

    def sign_digest(self, digest: bytes) -> Any:
        return self._signer.sign_digest(digest)

    def sign_transaction(self, fields: Any) -> bytes:
        self.nonces.append(fields["nonce"])
        return self._signer.sign_transaction(fields)


def record(outbox: Outbox, chain: Chain, signer: Signer, *submissions: Any) -> list[Any]:
    keys = [one.key for one in submissions]
    outbox.store(submissions, signer, chain)
    outbox.send(keys, chain)
    return outbox.wait(keys, chain)


class TestPrepare:
    def test_refuses_other_content_under_the_same_key(self, outbox: Outbox) -> None:
        (entry,) = outbox.prepare([submission(STRANGER)])
        with pytest.raises(ContentDiffersError) as caught:
            outbox.prepare([submission(STRANGER, "b"), submission(STRANGER, text=b"other")])
        assert caught.value.exit_code == 1
        assert caught.value.stored == entry.content.hex()
        assert outbox.find("b") is None
        assert outbox.find("a") == entry

    def test_full_disk_stores_nothing(self, outbox: Outbox) -> None:
        with outbox._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(DatabaseFullError):
            outbox.prepare([submission(STRANGER, str(number), data=bytes(1000)) for number in range(50)])
        assert outbox.unfinished() == []

    def test_same_content_is_the_same_entry(self, outbox: Outbox) -> None:
        (entry,) = outbox.prepare([submission(STRANGER)])
        assert outbox.prepare([submission(STRANGER), submission(STRANGER)]) == [entry, entry]
        assert (entry.state, entry.nonce, entry.hash) == (EntryState.PREPARED, None, None)
        assert outbox.unfinished() == [entry]

    def test_survives_closing(self, outbox: Outbox, tmp_path: Path) -> None:
        (entry,) = outbox.prepare([submission(STRANGER)])
        outbox.close()
        with Outbox.open(tmp_path / "outbox.sqlite") as again:
            assert again.find("a") == entry


class TestSign:
    def test_refuses_what_was_not_prepared(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        outbox.prepare([submission(signer)])
        with pytest.raises(EntryUnknownError):
            outbox.sign(["a", "b"], signer, chain)
        assert outbox.entries(["a"])[0].state is EntryState.PREPARED

    def test_refuses_another_signer(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        outbox.prepare([submission(signer)])
        with pytest.raises(SenderDiffersError, match=STRANGER.address):
            outbox.sign(["a"], STRANGER, chain)

    def test_signs_once_and_numbers_in_order(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        counting = CountingSigner(signer)
        made = [submission(signer, key) for key in "cab"]
        first = outbox.store(made, counting, chain)
        assert [entry.nonce for entry in first] == [0, 1, 2]
        assert {entry.state for entry in first} == {EntryState.SIGNED}
        assert outbox.store(made, counting, chain) == outbox.sign("cab", counting, chain) == first
        assert outbox.store([submission(signer, "d")], counting, chain)[0].nonce == 3
        assert counting.nonces == [0, 1, 2, 3]


class TestSend:
    def test_an_unreachable_chain_keeps_what_was_sent(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        outbox.store([submission(signer, key) for key in "abc"], signer, chain)
        with pytest.raises(NodeUnreachableError) as caught:
            outbox.send("abc", FlakyChain(chain, good=2))
        assert caught.value.exit_code == 3
        assert [entry.state for entry in outbox.entries("abc")] == [
            EntryState.SENT,
            EntryState.SENT,
            EntryState.SIGNED,
        ]

    @pytest.mark.parametrize("first", [True, False])
    def test_a_sender_who_must_wait_stops_nobody_else(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path, first: bool
    ) -> None:
        other = KeystoreSigner.open(create_keystore(tmp_path / "other.json", "", demo=True).path, "")
        by_address = sorted((signer, other), key=lambda each: each.address)
        waits, goes = by_address if first else reversed(by_address)
        stopped = outbox.store([submission(waits, key) for key in "ab"], waits, chain)
        outbox.store([submission(goes, key) for key in "cd"], goes, chain)
        with pytest.raises(ChainBusyError):
            outbox.send("abcd", FullChain(chain, [entry.hash or b"" for entry in stopped[:1]]))
        states = [entry.state for entry in outbox.entries("abcd")]
        assert states == [EntryState.SIGNED] * 2 + [EntryState.SENT] * 2
        outbox.resume(chain)
        assert {entry.state for entry in outbox.wait("abcd", chain)} == {EntryState.RECORDED}

    def test_records_once_however_often_it_is_sent(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        made = [submission(signer, key, text=key.encode()) for key in "abc"]
        first = record(outbox, chain, signer, *made)
        assert {entry.state for entry in first} == {EntryState.RECORDED}
        for entry in first:
            assert entry.block_number is not None and entry.hash is not None
            assert chain.block(entry.block_number).hash == entry.block_hash
            receipt = chain.receipt(entry.hash)
            assert receipt is not None and receipt.block_hash == entry.block_hash
        assert record(outbox, chain, signer, *made) == first
        assert outbox.resume(chain) == outbox.unfinished() == []
        assert recorded(chain, signer) == [b"a", b"b", b"c"]

    def test_an_end_is_never_overwritten(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        outbox.store([submission(signer)], signer, chain)
        with Outbox.open(tmp_path / "outbox.sqlite") as other:
            (entry,) = outbox.send(["a"], OvertakenChain(chain, other, "a"))
            assert entry == other.find("a")
        assert entry.state is EntryState.RECORDED

    def test_twenty_parallel_resends(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        failures: list[BaseException] = []

        def resend() -> None:
            try:
                record(outbox, chain, signer, submission(signer))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=resend) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert recorded(chain, signer) == [b"content"]
        assert outbox.entries(["a"])[0].state is EntryState.RECORDED


class TestRefused:
    @pytest.fixture
    def contract(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> Any:
        creation = submission(signer, "contract", to=None, data=REVERTING_CODE, gas=200_000)
        (entry,) = record(outbox, chain, signer, creation)
        return chain.receipts([entry.hash])[0].contract

    def test_reverted_with_its_custom_error(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, contract: Any
    ) -> None:
        (entry,) = record(outbox, chain, signer, submission(signer, to=contract))
        assert (entry.state, entry.refusal) == (EntryState.REFUSED, Refusal.REVERTED)
        assert entry.revert_data == REVERT_DATA
        assert entry.block_number is not None

    def test_frees_the_key_for_a_corrected_content_and_a_new_number(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, contract: Any
    ) -> None:
        (refused,) = record(outbox, chain, signer, submission(signer, to=contract))
        (entry,) = record(outbox, chain, signer, submission(signer, text=b"corrected"))
        assert (entry.state, entry.refusal, entry.revert_data) == (EntryState.RECORDED, None, None)
        assert (refused.nonce, entry.nonce) == (1, 2)
        assert recorded(chain, signer) == [b"corrected"]

    def test_unfit_gives_its_number_back(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        unfit = submission(signer, "a", text=b"a", gas=10**12)
        outbox.store([unfit, submission(signer, "b", text=b"b")], signer, chain)
        first, second = outbox.send("ab", chain)
        assert (first.state, first.refusal) == (EntryState.REFUSED, Refusal.UNFIT)
        assert "gas" in (first.reason or "")
        assert second.state is EntryState.SENT
        assert outbox.gaps(signer.address, chain) == [0]
        outbox.store([unfit], signer, chain)
        assert outbox.gaps(signer.address, chain) == []
        assert outbox.send("a", chain)[0].refusal is Refusal.UNFIT
        (third,) = record(outbox, chain, signer, submission(signer, "c", text=b"c"))
        assert third.nonce == 0
        outbox.wait(["b"], chain)
        assert recorded(chain, signer) == [b"c", b"b"]
        assert outbox.gaps(signer.address, chain) == []

    def test_number_used_elsewhere(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        outbox.store([submission(signer)], signer, chain)
        with Outbox.open(tmp_path / "other.sqlite") as other:
            record(other, chain, signer, submission(signer, "b", text=b"elsewhere"))
        (entry,) = outbox.send("a", chain)
        assert (entry.state, entry.refusal) == (EntryState.REFUSED, Refusal.NONCE_USED)
        (entry,) = record(outbox, chain, signer, submission(signer))
        assert (entry.state, entry.nonce) == (EntryState.RECORDED, 1)
        assert recorded(chain, signer) == [b"elsewhere", b"content"]


class TestWait:
    def test_gives_up_in_time(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        outbox.store([submission(signer)], signer, chain)
        with pytest.raises(StillWaitingError, match="1 accepted and not yet in a block") as caught:
            outbox.wait("a", chain, timeout=0)
        assert caught.value.exit_code == 3

    def test_sends_what_a_process_that_died_left_in_the_way(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        """Somebody stored a number and died; whoever is open already and has the next one must not wait."""
        with Outbox.open(tmp_path / "outbox.sqlite") as other:
            other.store([submission(signer, "left", b"left")], signer, chain)
        outbox.store([submission(signer)], signer, chain)
        outbox.send(["a"], chain)
        (entry,) = outbox.wait(["a"], chain, timeout=20)
        assert (entry.state, entry.nonce) == (EntryState.RECORDED, 1)
        assert recorded(chain, signer) == [b"left", b"content"]


class TestResume:
    def test_an_unreachable_chain_loses_nothing(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        outbox.store([submission(signer)], signer, chain)
        with pytest.raises(NodeUnreachableError):
            outbox.resume(FlakyChain(chain))
        assert [entry.state for entry in outbox.unfinished()] == [EntryState.SIGNED]

    def test_leaves_what_is_not_signed(self, outbox: Outbox, chain: Chain) -> None:
        (entry,) = outbox.prepare([submission(STRANGER)])
        assert outbox.resume(chain) == []
        assert outbox.unfinished() == [entry]

    def test_sends_the_same_bytes_and_signs_nothing(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        stored = outbox.store([submission(signer, key, text=key.encode()) for key in "abc"], signer, chain)
        outbox.send("a", chain)
        resumed = outbox.resume(chain)
        assert [entry.hash for entry in resumed] == [entry.hash for entry in stored]
        outbox.wait("abc", chain)
        assert recorded(chain, signer) == [b"a", b"b", b"c"]

    def test_finds_what_a_block_took_meanwhile(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        (entry,) = outbox.store([submission(signer)], signer, chain)
        with Outbox.open(tmp_path / "copy.sqlite") as copy:
            assert record(copy, chain, signer, submission(signer))[0].hash == entry.hash
        assert outbox.resume(chain)[0].state is EntryState.RECORDED
        assert recorded(chain, signer) == [b"content"]


class TestChain:
    def test_nobody_answers(self, outbox: Outbox, unreachable: Chain, signer: KeystoreSigner) -> None:
        with pytest.raises(NodeUnreachableError) as caught:
            outbox.store([submission(signer)], signer, unreachable)
        assert caught.value.exit_code == 3
        assert outbox.unfinished() == []

    def test_a_number_that_waits_elsewhere_is_not_now(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        """Number 1 waits for number 0 on both chains, so that another with number 1 would replace it."""
        outbox.store([submission(signer, "a"), submission(signer, "b")], signer, chain)
        outbox.send("b", chain)
        with Outbox.open(tmp_path / "other.sqlite") as other:
            other.store([submission(signer, "c"), submission(signer, "d", text=b"d")], signer, chain)
            with pytest.raises(ChainBusyError):
                other.send("d", chain)
            assert [entry.state for entry in other.unfinished()] == [EntryState.SIGNED] * 2

    def test_counts_and_receipts(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        assert chain.transaction_count(signer.address) == 0
        record(outbox, chain, signer, submission(signer))
        assert chain.transaction_count(signer.address) == 1
        assert chain.receipts([bytes(32)] * 201) == [None] * 201
        assert chain.code(inbox_of(signer)) == b""
