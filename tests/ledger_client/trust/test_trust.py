"""Trust files: what they say, how one is accepted, and how another follows upon it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from trusting import ADDRESSES, DEPLOYMENT, TRUST, WITNESSES, offered, witness

from ledger_client.canonical import canonical
from ledger_client.contracts import CONTRACTS
from ledger_client.files import FileExistsAlreadyError
from ledger_client.keccak import keccak
from ledger_client.trust import (
    Accepted,
    Head,
    Offer,
    Trust,
    accept,
    accept_successor,
    fingerprint_groups,
    parse_fingerprint,
    read_accepted,
    read_offer,
    remember_head,
)
from ledger_client.trust.acceptance import (
    AlreadyAcceptedError,
    FingerprintDiffersError,
    FingerprintFormError,
    NotAcceptedError,
)
from ledger_client.trust.succession import (
    ApprovalMissingError,
    ApprovalWrongError,
    NoWitnessError,
    SuccessorOtherError,
)
from ledger_client.trust.trust_file import (
    SpacingError,
    TrustFormError,
    WitnessCountError,
    read_trust,
)


class TestWhatItSays:
    def test_code_hashes_and_slots_follow_from_the_deployment(self) -> None:
        assert list(TRUST.contracts) == list(CONTRACTS)
        for name, contract in TRUST.contracts.items():
            assert contract.address == DEPLOYMENT.addresses[name]
            assert contract.code_hash == DEPLOYMENT.code_hashes[name]
        assert set(TRUST.contracts["StockLedger"].slots) >= {"_siteJournals", "_balances", "_lots"}

    def test_the_order_of_witnesses_says_nothing(self) -> None:
        again = Trust.of(DEPLOYMENT, ADDRESSES[::-1], threshold=2, spacing=16, final_depth=12)
        assert again.fingerprint == TRUST.fingerprint

    @pytest.mark.parametrize(
        "change",
        [
            {"chain_id": 1},
            {"genesis_hash": keccak(b"other")},
            {"offset": 0},
            {"threshold": 3},
            {"spacing": 17},
            {"final_depth": 0},
            {"witnesses": TRUST.witnesses[:2]},
            {"predecessor": keccak(b"before")},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_the_fingerprint_covers(self, change: dict[str, object]) -> None:
        assert replace(TRUST, **change).fingerprint != TRUST.fingerprint  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("count", "threshold"), [(0, 1), (1, 0), (2, 1), (3, 1), (3, 4), (4, 2)], ids=str
    )
    def test_half_of_the_witnesses_are_not_enough(self, count: int, threshold: int) -> None:
        with pytest.raises(WitnessCountError):
            Trust.of(DEPLOYMENT, [witness(n).address for n in range(count)], threshold=threshold, **SPACED)

    def test_a_witness_counts_once(self) -> None:
        with pytest.raises(WitnessCountError):
            Trust.of(DEPLOYMENT, [*ADDRESSES, ADDRESSES[0]], threshold=3, **SPACED)

    @pytest.mark.parametrize("spaced", [(0, 0), (10_001, 0), (16, -1)], ids=str)
    def test_spacing_out_of_range(self, spaced: tuple[int, int]) -> None:
        with pytest.raises(SpacingError):
            Trust.of(DEPLOYMENT, ADDRESSES, threshold=2, spacing=spaced[0], final_depth=spaced[1])


SPACED = {"spacing": 16, "final_depth": 0}


class TestTheFile:
    @pytest.mark.parametrize(
        "content", [Offer(TRUST), Accepted(TRUST), Accepted(TRUST, Head(32, keccak(b"head")))], ids=str
    )
    def test_is_read_as_it_was_written(self, content: Offer | Accepted) -> None:
        assert read_trust(content.to_bytes(), "x") == content

    def test_any_changed_byte_is_noticed(self) -> None:
        good = Accepted(TRUST, Head(32, keccak(b"head"))).to_bytes()
        said = read_trust(good, "x")
        for place in range(0, len(good), 3):
            flipped = bytearray(good)
            flipped[place] ^= 1
            try:
                found = read_trust(bytes(flipped), "x")
            except TrustFormError:
                continue
            # A changed digit says something else, which its fingerprint or head shows.
            assert isinstance(found, Accepted) and isinstance(said, Accepted)
            assert (found.trust.fingerprint, found.head) != (said.trust.fingerprint, said.head)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{}\n",
            b"[]\n",
            b'{"type":"shecang-trust"}\n',
            canonical({"type": "other", "trust": TRUST.to_dict(), "head": None}) + b"\n",
            canonical({"type": "shecang-trust", "trust": {**TRUST.to_dict(), "x": 1}, "head": None}) + b"\n",
            canonical({"type": "shecang-trust", "trust": TRUST.to_dict(), "head": None, "x": 1}) + b"\n",
            canonical({"type": "shecang-trust", "trust": {**TRUST.to_dict(), "version": 1}, "head": None})
            + b"\n",
            canonical(
                {"type": "shecang-trust", "trust": {**TRUST.to_dict(), "threshold": True}, "head": None}
            )
            + b"\n",
            b"[" * 100_000 + b"\n",
        ],
        ids=lambda raw: repr(raw[:30]),
    )
    def test_anything_else_is_none(self, raw: bytes) -> None:
        with pytest.raises(TrustFormError):
            read_trust(raw, "x")

    def test_what_is_missing_is_named_in_words(self) -> None:
        with pytest.raises(TrustFormError) as caught:
            read_trust(b'{"type":"shecang-trust"}\n', "x")
        assert caught.value.text("en").startswith("x is no trust file ('trust' is missing);")
        assert "缺少 'trust'" in caught.value.text("zh")


class TestAccepting:
    def test_with_the_fingerprint(self, tmp_path: Path) -> None:
        offer = read_offer(offered(tmp_path / "offer.json"))
        typed = fingerprint_groups(TRUST.fingerprint).upper()
        accept(offer, parse_fingerprint(typed), tmp_path / "trust.json", "offer.json")

        assert read_accepted(tmp_path / "trust.json") == Accepted(TRUST)
        assert (tmp_path / "trust.json").stat().st_mode & 0o077 == 0

    def test_eight_groups_of_eight(self) -> None:
        groups = fingerprint_groups(TRUST.fingerprint).split(" ")
        assert [len(group) for group in groups] == [8] * 8

    def test_with_another_fingerprint(self, tmp_path: Path) -> None:
        offer = read_offer(offered(tmp_path / "offer.json"))
        with pytest.raises(FingerprintDiffersError):
            accept(offer, keccak(b"other"), tmp_path / "trust.json", "offer.json")
        assert not (tmp_path / "trust.json").exists()

    @pytest.mark.parametrize("text", ["", "12", "z" * 64, "a" * 63, "a" * 65])
    def test_what_is_no_fingerprint(self, text: str) -> None:
        with pytest.raises(FingerprintFormError):
            parse_fingerprint(text)

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        offer = read_offer(offered(tmp_path / "offer.json"))
        (tmp_path / "trust.json").write_text("mine")
        with pytest.raises(FileExistsAlreadyError):
            accept(offer, TRUST.fingerprint, tmp_path / "trust.json", "offer.json")
        assert (tmp_path / "trust.json").read_text() == "mine"

    def test_an_offer_is_not_verified_against(self, tmp_path: Path) -> None:
        with pytest.raises(NotAcceptedError):
            read_accepted(offered(tmp_path / "offer.json"))

    def test_what_was_accepted_is_no_offer(self, tmp_path: Path) -> None:
        (tmp_path / "trust.json").write_bytes(Accepted(TRUST).to_bytes())
        with pytest.raises(AlreadyAcceptedError):
            read_offer(tmp_path / "trust.json")


class TestTheHead:
    def test_only_grows(self, tmp_path: Path) -> None:
        path = tmp_path / "trust.json"
        path.write_bytes(Accepted(TRUST).to_bytes())
        for number in (32, 16, 48, 48):
            remember_head(path, TRUST, Head(number, keccak(str(number).encode())))
        assert read_accepted(path).head == Head(48, keccak(b"48"))

    def test_of_many_at_once_the_newest_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "trust.json"
        path.write_bytes(Accepted(TRUST).to_bytes())
        heads = [Head(number, keccak(str(number).encode())) for number in range(16, 16 * 20, 16)]
        threads = [threading.Thread(target=remember_head, args=(path, TRUST, head)) for head in heads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert read_accepted(path).head == heads[-1]

    def test_of_another_trust_file_is_not_noted(self, tmp_path: Path) -> None:
        path = tmp_path / "trust.json"
        path.write_bytes(Accepted(TRUST).to_bytes())
        remember_head(path, replace(TRUST, spacing=8), Head(32, keccak(b"head")))
        assert read_accepted(path).head is None


class TestASuccessor:
    NEW = TRUST.succeeded_by([witness(number).address for number in (1, 2, 5)], threshold=2)

    def accepted(self, directory: Path) -> Path:
        path = directory / "trust.json"
        path.write_bytes(Accepted(TRUST, Head(32, keccak(b"head"))).to_bytes())
        return path

    def test_approved_by_enough_of_the_old_witnesses(self, tmp_path: Path) -> None:
        path = self.accepted(tmp_path)
        offer = read_offer(offered(tmp_path / "new.json", self.NEW, WITNESSES[0], WITNESSES[2]))
        accept_successor(offer, path, "new.json")

        assert read_accepted(path) == Accepted(self.NEW, Head(32, keccak(b"head")))

    def test_approved_by_too_few(self, tmp_path: Path) -> None:
        path = self.accepted(tmp_path)
        offer = read_offer(offered(tmp_path / "new.json", self.NEW, WITNESSES[0], WITNESSES[0]))
        with pytest.raises(ApprovalMissingError):
            accept_successor(offer, path, "new.json")
        assert read_accepted(path).trust == TRUST

    def test_the_new_witnesses_do_not_approve_themselves(self, tmp_path: Path) -> None:
        with pytest.raises(NoWitnessError):
            offered(tmp_path / "new.json", self.NEW, witness(5))

    def test_an_approval_of_another_successor(self, tmp_path: Path) -> None:
        path = self.accepted(tmp_path)
        other = TRUST.succeeded_by([witness(7).address], threshold=1)
        approvals = read_offer(offered(tmp_path / "other.json", other, WITNESSES[0], WITNESSES[1])).approvals
        with pytest.raises(ApprovalWrongError):
            accept_successor(Offer(self.NEW, approvals), path, "new.json")

    @pytest.mark.parametrize(
        "change",
        [
            {"chain_id": 1},
            {"genesis_hash": keccak(b"x")},
            {"predecessor": None},
            {"predecessor": keccak(b"x")},
        ],
        ids=str,
    )
    def test_of_something_else(self, tmp_path: Path, change: dict[str, object]) -> None:
        path = self.accepted(tmp_path)
        other = replace(self.NEW, **change)  # type: ignore[arg-type]
        with pytest.raises(SuccessorOtherError):
            accept_successor(Offer(other), path, "new.json")

    def test_of_a_successor(self, tmp_path: Path) -> None:
        path = self.accepted(tmp_path)
        first = read_offer(offered(tmp_path / "new.json", self.NEW, *WITNESSES[:2]))
        accept_successor(first, path, "new.json")
        last = self.NEW.succeeded_by(ADDRESSES, threshold=2)
        offer = read_offer(offered(tmp_path / "last.json", last, witness(5), witness(1), before=self.NEW))
        accept_successor(offer, path, "last.json")
        assert read_accepted(path).trust == last
