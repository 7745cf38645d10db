"""What is signed elsewhere: one number a key at a time, for two minutes, and taken in exactly once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from outbox_steps import inbox_of, recorded, submission

from ledger_client.chain import Chain
from ledger_client.keccak import keccak
from ledger_client.keystores import create_keystore
from ledger_client.outbox import (
    RESERVED_FOR,
    ContentDiffersError,
    EntryState,
    NumberOverError,
    Outbox,
    SignatureOpenError,
    Submission,
    TransactionOtherError,
)
from ledger_client.signers import (
    KeystoreSigner,
    Signer,
    TransactionRawError,
    read_transaction,
)

NOW = 1_700_000_000


def signed(signer: Signer, chain: Chain, what: Submission, nonce: int, **changes: Any) -> bytes:
    """What the sender's own machine makes of a submission."""
    fields = {"chainId": chain.chain_id, "nonce": nonce, "gas": what.gas, "to": what.to, "data": what.data}
    return signer.sign_transaction(fields | changes)


def finish(outbox: Outbox, chain: Chain, key: str = "a") -> EntryState:
    """Send what was taken in, and wait for it."""
    outbox.send([key], chain)
    return outbox.wait([key], chain)[0].state


def test_reserved_signed_taken_in_and_recorded(outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
    what = submission(signer)
    place = outbox.reserve("a", signer.address, chain, NOW)
    assert place.until == NOW + RESERVED_FOR
    raw = signed(signer, chain, what, place.nonce)
    entry = outbox.adopt(what, raw, chain, NOW + RESERVED_FOR)
    assert (entry.state, entry.hash, entry.nonce) == (EntryState.SIGNED, keccak(raw), place.nonce)
    assert finish(outbox, chain) is EntryState.RECORDED
    assert recorded(chain, signer) == [b"content"]


def test_the_same_again_is_the_same_answer(outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
    what = submission(signer)
    place = outbox.reserve("a", signer.address, chain, NOW)
    raw = signed(signer, chain, what, place.nonce)
    first = outbox.adopt(what, raw, chain, NOW)
    assert outbox.adopt(what, raw, chain, NOW + 10_000) == first
    finish(outbox, chain)
    again = outbox.adopt(what, signed(signer, chain, what, place.nonce + 5), chain, NOW)
    assert again.hash == first.hash
    assert recorded(chain, signer) == [b"content"]


def test_other_content_under_the_key_is_refused(outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
    what, other = submission(signer), submission(signer, text=b"something else")
    place = outbox.reserve("a", signer.address, chain, NOW)
    outbox.adopt(what, signed(signer, chain, what, place.nonce), chain, NOW)
    with pytest.raises(ContentDiffersError):
        outbox.adopt(other, signed(signer, chain, other, place.nonce + 1), chain, NOW)


def test_what_was_prepared_for_another_sender(
    outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
) -> None:
    """What stands prepared gives way to what was signed: the entry says who really sent it."""
    other = KeystoreSigner.open(create_keystore(tmp_path / "other.json", "", demo=True).path, "")
    outbox.prepare([submission(other)])
    what = submission(signer)
    place = outbox.reserve("a", signer.address, chain, NOW)
    assert outbox.adopt(what, signed(signer, chain, what, place.nonce), chain, NOW).sender == signer.address
    assert finish(outbox, chain) is EntryState.RECORDED


def test_what_is_there_already_keeps_nobody_waiting(
    outbox: Outbox, chain: Chain, signer: KeystoreSigner
) -> None:
    """A number that is asked for a second time, and not needed, is free for the next document."""
    what = submission(signer)
    raw = signed(signer, chain, what, outbox.reserve("a", signer.address, chain, NOW).nonce)
    outbox.adopt(what, raw, chain, NOW)
    again = outbox.reserve("a", signer.address, chain, NOW)
    outbox.adopt(what, signed(signer, chain, what, again.nonce), chain, NOW)
    assert outbox.reserve("b", signer.address, chain, NOW).nonce == again.nonce


class TestNumbers:
    def test_one_open_signature_a_key(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        place = outbox.reserve("a", signer.address, chain, NOW)
        with pytest.raises(SignatureOpenError, match=f"for a, for {RESERVED_FOR - 20} s more") as caught:
            outbox.reserve("b", signer.address, chain, NOW + 20)
        assert "同时只签一份" in caught.value.text("zh")
        # The same one is given again, with its time anew; another one when the time is over.
        assert outbox.reserve("a", signer.address, chain, NOW + 20) == replace(place, until=place.until + 20)
        later = outbox.reserve("b", signer.address, chain, place.until + 20)
        assert (later.key, later.nonce) == ("b", place.nonce)

    def test_a_clock_that_was_wrong_stops_nobody_for_long(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        outbox.reserve("a", signer.address, chain, NOW + 10_000_000)
        assert outbox.reserve("b", signer.address, chain, NOW).until == NOW + RESERVED_FOR

    def test_another_key_is_not_stopped(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        other = KeystoreSigner.open(create_keystore(tmp_path / "other.json", "", demo=True).path, "")
        outbox.reserve("a", signer.address, chain, NOW)
        assert outbox.reserve("b", other.address, chain, NOW).nonce == 0

    def test_numbers_follow_without_a_gap(self, outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
        for at, key in enumerate("abc"):
            what = submission(signer, key, text=key.encode())
            place = outbox.reserve(key, signer.address, chain, NOW)
            assert place.nonce == at
            if key != "b":  # nobody signs the second one in its time
                outbox.adopt(what, signed(signer, chain, what, at), chain, NOW)
                continue
            assert outbox.reserve("b2", signer.address, chain, NOW + RESERVED_FOR).nonce == at
            two = submission(signer, "b2", text=b"b2")
            outbox.adopt(two, signed(signer, chain, two, at), chain, NOW + RESERVED_FOR)
        assert outbox.gaps(signer.address, chain) == []
        outbox.send(["a", "b2", "c"], chain)
        assert {each.state for each in outbox.wait(["a", "b2", "c"], chain)} == {EntryState.RECORDED}

    @pytest.mark.parametrize(
        ("wait", "ahead", "asked", "said"),
        [
            (RESERVED_FOR + 1, 0, True, "its time is over"),
            (0, 1, True, "0 is"),
            (0, 0, False, "none is"),
        ],
    )
    def test_under_a_number_that_is_not_its_own(
        self,
        outbox: Outbox,
        chain: Chain,
        signer: KeystoreSigner,
        wait: int,
        ahead: int,
        asked: bool,
        said: str,
    ) -> None:
        what = submission(signer)
        if asked:
            outbox.reserve("a", signer.address, chain, NOW)
        with pytest.raises(NumberOverError, match=rf"\({said}\)"):
            outbox.adopt(what, signed(signer, chain, what, ahead), chain, NOW + wait)
        assert outbox.find("a") is None

    def test_a_number_that_somebody_else_took(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        """The same key signs on this machine meanwhile: the one that comes second is told, and not lost."""
        what, here = submission(signer), submission(signer, "b", text=b"here")
        place = outbox.reserve("a", signer.address, chain, NOW)
        outbox.store([here], signer, chain)
        with pytest.raises(NumberOverError, match="another transaction took it"):
            outbox.adopt(what, signed(signer, chain, what, place.nonce), chain, NOW)
        assert outbox.reserve("a", signer.address, chain, NOW).nonce == place.nonce + 1

    def test_a_number_that_the_chain_has_taken(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner
    ) -> None:
        """The key signs and sends past this office."""
        what = submission(signer)
        place = outbox.reserve("a", signer.address, chain, NOW)
        other = signed(signer, chain, submission(signer, text=b"past it"), place.nonce)
        chain.wait([chain.send_raw(other)])
        with pytest.raises(NumberOverError, match="another transaction took it"):
            outbox.adopt(what, signed(signer, chain, what, place.nonce), chain, NOW)

    def test_many_ask_at_once_and_one_gets_it(
        self, outbox: Outbox, address: str, chain: Chain, signer: KeystoreSigner
    ) -> None:
        got: list[str] = []
        refused: list[SignatureOpenError] = []

        def ask(key: str) -> None:
            try:
                got.append(outbox.reserve(key, signer.address, chain, NOW).key)
            except SignatureOpenError as error:
                refused.append(error)

        threads = [threading.Thread(target=ask, args=(f"k{at}",)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(got), len(refused)) == (1, 7)


class TestAnotherTransaction:
    """A sender's machine that signs something else than was drafted, on purpose or not."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"chainId": 7}, "its chain is 7"),
            ({"gas": 99_999}, "its gas is 99999"),
            ({"data": b"other"}, "its data is 0x6f74686572"),
            ({"to": ""}, "its contract is None"),
            ({"value": 1}, "its value is 1"),
            ({"gasPrice": 1}, "its gas price is 1"),
        ],
    )
    def test_what_differs_is_named(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, change: dict[str, Any], said: str
    ) -> None:
        what = submission(signer)
        place = outbox.reserve("a", signer.address, chain, NOW)
        with pytest.raises(TransactionOtherError, match=said):
            outbox.adopt(what, signed(signer, chain, what, place.nonce, **change), chain, NOW)
        assert outbox.find("a") is None

    def test_another_signer(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, tmp_path: Path
    ) -> None:
        other = KeystoreSigner.open(create_keystore(tmp_path / "other.json", "", demo=True).path, "")
        what = submission(signer)
        place = outbox.reserve("a", signer.address, chain, NOW)
        with pytest.raises(TransactionOtherError, match=f"its sender is {other.address}"):
            outbox.adopt(what, signed(other, chain, what, place.nonce), chain, NOW)


class TestRawBytes:
    def test_what_was_signed_is_read_back(self, signer: KeystoreSigner) -> None:
        fields = {"chainId": 2**40, "nonce": 2**33, "gas": 5, "to": inbox_of(signer), "data": b"\0data"}
        found = read_transaction(signer.sign_transaction(fields))
        assert (found.sender, found.chain_id, found.nonce) == (signer.address, 2**40, 2**33)
        assert (found.gas, found.to, found.data) == (5, inbox_of(signer), b"\0data")
        assert (found.value, found.gas_price) == (0, 0)

    def test_any_byte_changed_is_somebody_else_or_none(self, signer: KeystoreSigner) -> None:
        fields = {"chainId": 1, "nonce": 3, "gas": 5, "to": inbox_of(signer), "data": b"data"}
        raw = signer.sign_transaction(fields)
        for at in range(len(raw)):
            for bit in (1, 128):
                changed = raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]
                try:
                    found = read_transaction(changed)
                except TransactionRawError:
                    continue
                assert found.sender != signer.address

    @pytest.mark.parametrize(
        "raw",
        [
            b"", b"\x80", b"\xc0", b"\x02\xc0", bytes(100), b"\xf8" * 300, b"\xc9" + b"\x80" * 9, b"\xff" * 9,
            bytes.fromhex("c9c0") + b"\x80" * 8, b"\xc1" * 100_000,
        ],
    )  # fmt: skip
    def test_what_is_none(self, raw: bytes) -> None:
        with pytest.raises(TransactionRawError):
            read_transaction(raw)

    @pytest.mark.parametrize("to", [[], [b"x"] * 20])
    def test_a_list_where_the_contract_belongs(self, to: list[bytes]) -> None:
        import rlp

        with pytest.raises(TransactionRawError):
            read_transaction(rlp.encode([1, 0, 5, to, 0, b"d", 2709, 1, 1]))  # type: ignore[attr-defined]

    def test_a_list_of_very_many_is_not_taken_apart(self) -> None:
        body = b"\x80" * 1_000_000  # which would take half a minute
        began = time.monotonic()
        with pytest.raises(TransactionRawError):
            read_transaction(b"\xfa" + len(body).to_bytes(3, "big") + body)
        assert time.monotonic() - began < 5

    def test_the_second_form_of_a_signature(self, signer: KeystoreSigner) -> None:
        """The same signature with n − s: nodes refuse it, and one act must not have two hashes here."""
        import rlp

        order = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
        fields = {"chainId": 1, "nonce": 3, "gas": 5, "to": inbox_of(signer), "data": b"data"}
        parts = rlp.decode(signer.sign_transaction(fields))  # type: ignore[attr-defined]
        v, s = int.from_bytes(parts[6], "big"), int.from_bytes(parts[8], "big")
        other = [*parts[:6], (v - 35 ^ 1) + 35, parts[7], (order - s).to_bytes(32, "big")]
        with pytest.raises(TransactionRawError):
            read_transaction(rlp.encode(other))  # type: ignore[attr-defined]


def test_found_by_its_hash_and_sent_by_whoever_comes_by(
    outbox: Outbox, chain: Chain, signer: KeystoreSigner
) -> None:
    what = submission(signer)
    kept: list[str] = []
    place = outbox.reserve("a", signer.address, chain, NOW)
    raw = signed(signer, chain, what, place.nonce)
    for _ in range(2):  # the second time nothing is new
        outbox.adopt(what, raw, chain, NOW, keep=lambda: kept.append("kept"))
    assert kept == ["kept"]
    found = outbox.find_transaction(keccak(raw))
    assert found is not None
    assert (found.key, found.hash, found.state) == ("a", keccak(raw), EntryState.SIGNED)
    assert outbox.find_transaction(bytes(32)) is None
    deadline = time.monotonic() + 20
    while outbox.advance(chain):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert outbox.entries(["a"])[0].state is EntryState.RECORDED
    assert recorded(chain, signer) == [b"content"]
    assert outbox.advance(chain) == []


def test_nothing_is_stored_where_keeping_fails(outbox: Outbox, chain: Chain, signer: KeystoreSigner) -> None:
    what = submission(signer)
    place = outbox.reserve("a", signer.address, chain, NOW)

    def full() -> None:
        raise OSError

    with pytest.raises(OSError):
        outbox.adopt(what, signed(signer, chain, what, place.nonce), chain, NOW, keep=full)
    assert outbox.find("a") is None
