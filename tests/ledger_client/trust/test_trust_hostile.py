"""Trust files from somebody who means harm: successors that change more than they say, and nonsense."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from trusting import DEPLOYMENT, TRUST, WITNESSES, offered, witness

from ledger_client.canonical import canonical
from ledger_client.files import FileExistsAlreadyError, FileSizeError, FileUnavailableError
from ledger_client.keccak import keccak
from ledger_client.trust import (
    Accepted,
    Head,
    Offer,
    Trust,
    accept,
    accept_successor,
    add_approval,
    approve,
    read_accepted,
    read_offer,
    remember_head,
)
from ledger_client.trust.acceptance import FingerprintDiffersError
from ledger_client.trust.succession import ApprovalMissingError, ApprovalWrongError, SuccessorOtherError
from ledger_client.trust.trust_file import TRUST_FILE_LIMIT, TrustFormError, read_trust

NEW = TRUST.succeeded_by([witness(number).address for number in (1, 2, 5)], threshold=2)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    """An accepted trust file."""
    path = tmp_path / "trust.json"
    path.write_bytes(Accepted(TRUST).to_bytes())
    return path


def with_other_code(trust: Trust) -> Trust:
    swapped = replace(trust.contracts["Catalogue"], code_hash=keccak(b"other code"))
    return replace(trust, contracts={**trust.contracts, "Catalogue": swapped})


def with_other_slots(trust: Trust) -> Trust:
    ledger = trust.contracts["StockLedger"]
    moved = replace(ledger, slots={**ledger.slots, "_siteJournals": bytes(32)})
    return replace(trust, contracts={**trust.contracts, "StockLedger": moved})


class TestASuccessorThatChangesMoreThanWitnesses:
    @pytest.mark.parametrize(
        ("what", "other"),
        [
            ("contracts", with_other_code(NEW)),
            ("contracts", with_other_slots(NEW)),
            ("spacing", replace(NEW, spacing=8)),
            ("final_depth", replace(NEW, final_depth=0)),
            ("offset", replace(NEW, offset=0)),
            ("first_block", replace(NEW, first_block=0)),
        ],
    )
    def test_is_neither_approved_nor_accepted(self, accepted: Path, what: str, other: Trust) -> None:
        with pytest.raises(SuccessorOtherError) as raised:
            approve(TRUST, Offer(other), WITNESSES[0], "new.json")
        assert what in raised.value.text("en") and what in raised.value.text("zh")
        with pytest.raises(SuccessorOtherError):
            accept_successor(Offer(other), accepted, "new.json")
        assert read_accepted(accepted).trust == TRUST


class TestReplay:
    def test_the_first_trust_file_does_not_come_back(self, accepted: Path, tmp_path: Path) -> None:
        accept_successor(
            read_offer(offered(tmp_path / "new.json", NEW, *WITNESSES[:2])), accepted, "new.json"
        )
        with pytest.raises(FileExistsAlreadyError):
            accept(Offer(TRUST), TRUST.fingerprint, accepted, "offer.json")
        assert read_accepted(accepted).trust == NEW

    def test_a_successor_comes_once(self, accepted: Path, tmp_path: Path) -> None:
        offer = read_offer(offered(tmp_path / "new.json", NEW, *WITNESSES[:2]))
        accept_successor(offer, accepted, "new.json")
        with pytest.raises(SuccessorOtherError):
            accept_successor(offer, accepted, "new.json")

    def test_of_two_successors_the_second_is_refused(self, accepted: Path, tmp_path: Path) -> None:
        other = TRUST.succeeded_by([witness(8).address], threshold=1)
        for_other = read_offer(offered(tmp_path / "other.json", other, *WITNESSES[:2]))
        accept_successor(
            read_offer(offered(tmp_path / "new.json", NEW, *WITNESSES[:2])), accepted, "new.json"
        )
        with pytest.raises(SuccessorOtherError):
            accept_successor(for_other, accepted, "other.json")

    def test_a_fingerprint_that_is_given_is_compared(self, accepted: Path, tmp_path: Path) -> None:
        offer = read_offer(offered(tmp_path / "new.json", NEW, *WITNESSES[:2]))
        with pytest.raises(FingerprintDiffersError):
            accept_successor(offer, accepted, "new.json", keccak(b"other"))
        assert read_accepted(accepted).trust == TRUST
        accept_successor(offer, accepted, "new.json", NEW.fingerprint)


class TestApprovals:
    def test_of_one_witness_count_once(self, accepted: Path) -> None:
        (approval,) = approve(TRUST, Offer(NEW), WITNESSES[0], "x").approvals
        with pytest.raises(ApprovalMissingError):
            accept_successor(Offer(NEW, (approval, approval)), accepted, "x")
        with pytest.raises(TrustFormError):
            read_trust(Offer(NEW, (approval, approval)).to_bytes(), "x")

    def test_out_of_order(self) -> None:
        both = approve(TRUST, approve(TRUST, Offer(NEW), WITNESSES[0], "x"), WITNESSES[1], "x")
        assert read_trust(both.to_bytes(), "x") == both
        with pytest.raises(TrustFormError):
            read_trust(replace(both, approvals=both.approvals[::-1]).to_bytes(), "x")

    def test_the_other_form_of_a_signature(self, accepted: Path) -> None:
        both = approve(TRUST, approve(TRUST, Offer(NEW), WITNESSES[0], "x"), WITNESSES[1], "x")
        first = both.approvals[0]
        vs = int.from_bytes(first.signature[32:], "big")
        parity, s = vs >> 255, vs & ((1 << 255) - 1)
        # The compact form has 255 bits for s, and nearly every other s has 256.
        other = (ORDER - s) & ((1 << 255) - 1) | (1 - parity) << 255
        malleated = replace(first, signature=first.signature[:32] + other.to_bytes(32, "big"))
        with pytest.raises(ApprovalWrongError):
            accept_successor(replace(both, approvals=(malleated, both.approvals[1])), accepted, "x")

    @pytest.mark.parametrize(
        "signature",
        [bytes(64), b"\xff" * 64, bytes(32) + b"\x01" * 32, b"\x01" * 32 + bytes(32)],
        ids=range(4),
    )
    def test_numbers_that_sign_nothing(self, accepted: Path, signature: bytes) -> None:
        both = approve(TRUST, approve(TRUST, Offer(NEW), WITNESSES[0], "x"), WITNESSES[1], "x")
        none = replace(both.approvals[0], signature=signature)
        with pytest.raises(ApprovalWrongError):
            accept_successor(replace(both, approvals=(none, both.approvals[1])), accepted, "x")

    def test_of_two_at_once_none_is_lost(self, tmp_path: Path) -> None:
        path = offered(tmp_path / "new.json", NEW)
        threads = [threading.Thread(target=add_approval, args=(path, TRUST, each)) for each in WITNESSES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(read_offer(path).approvals) == 3


def told(**changes: object) -> bytes:
    """Return an accepted file whose trust says something else."""
    return canonical({"type": "shecang-trust", "trust": {**TRUST.to_dict(), **changes}, "head": None}) + b"\n"


RAW = TRUST.to_dict()
ADDRESSES = RAW["witnesses"]


class TestNonsense:
    @pytest.mark.parametrize(
        "raw",
        [
            told(witnesses=ADDRESSES[:2], threshold=1),
            told(threshold=1),
            told(threshold=4),
            told(witnesses=[ADDRESSES[0], ADDRESSES[0], ADDRESSES[1]]),
            told(witnesses=ADDRESSES[::-1]),
            told(witnesses=[]),
            told(witnesses="ab" * 20),
            told(contracts={**RAW["contracts"], "Other": RAW["contracts"]["Catalogue"]}),
            told(contracts={"Catalogue": RAW["contracts"]["Catalogue"]}),
            told(contracts={**RAW["contracts"], "Catalogue": {**RAW["contracts"]["Catalogue"], "x": 1}}),
            told(chain_id=2026.0),
            told(chain_id=1 << 53),
            told(spacing=0),
            told(genesis_hash=RAW["genesis_hash"].upper()),
            told(genesis_hash=RAW["genesis_hash"][:-2] + " 0"),
            told(predecessor=""),
            told(version=True),
            told(offset=float("nan")),
            told() + b"\n",
            b"\xef\xbb\xbf" + told(),
            b"[" * 1_000_000,
            b'{"a":' * 1_000_000,
            b'{"a":' + b"9" * 100_000 + b"}",
            b'{"type":"\\ud800"}',
        ],
        ids=range(24),
    )
    def test_is_no_trust_file(self, raw: bytes) -> None:
        with pytest.raises(TrustFormError) as raised:
            read_trust(raw, "x")
        assert raised.value.exit_code == 3 and len(raised.value.text("en")) < 400

    def test_is_read_no_further_than_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "trust.json"
        path.write_bytes(told() + b" " * TRUST_FILE_LIMIT)
        with pytest.raises(FileSizeError):
            read_accepted(path)

    def test_as_many_witnesses_as_may_be(self) -> None:
        many = [witness(number).address for number in range(256)]
        trust = Trust.of(DEPLOYMENT, many, threshold=129, spacing=16, final_depth=0)
        content = Accepted(trust).to_bytes()
        assert len(content) < TRUST_FILE_LIMIT and read_trust(content, "x") == Accepted(trust)


def test_a_medium_that_cannot_be_written(accepted: Path) -> None:
    """Nothing is remembered there, and that is a sentence."""
    (accepted.parent / ".trust.json.lock").mkdir()
    with pytest.raises(FileUnavailableError):
        remember_head(accepted, TRUST, Head(16, keccak(b"head")))
