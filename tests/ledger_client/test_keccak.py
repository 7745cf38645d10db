from __future__ import annotations

import pytest
from Crypto.Hash import keccak as oracle
from eth_hash.auto import keccak as shared_hasher
from eth_utils import keccak as eth_utils_keccak

from ledger_client.keccak import KECCAK_EMPTY, install, keccak


def by_pycryptodome(data: bytes) -> bytes:
    return oracle.new(data=data, digest_bits=256).digest()


# 135, 136 and 137 bytes lie around the rate of Keccak-256, where padding goes wrong first.
CASES = [bytes(range(256)) * 5, *(b"\xa5" * size for size in (0, 1, 31, 32, 64, 135, 136, 137, 272))]


class TestKeccak:
    @pytest.mark.parametrize("text", ["", bytearray(b"a"), memoryview(b"a")])
    def test_refuses_what_is_not_bytes(self, text: object) -> None:
        with pytest.raises(TypeError):
            keccak(text)  # type: ignore[arg-type]

    @pytest.mark.parametrize("data", CASES, ids=len)
    def test_equals_a_second_implementation(self, data: bytes) -> None:
        assert keccak(data) == by_pycryptodome(data)

    def test_empty_is_the_known_constant(self) -> None:
        assert keccak(b"") == KECCAK_EMPTY


class TestInstall:
    def test_shared_hasher_still_refuses_text(self) -> None:
        install()
        with pytest.raises(TypeError):
            shared_hasher("a")  # type: ignore[arg-type]

    @pytest.mark.parametrize("data", CASES, ids=len)
    def test_libraries_hash_the_same_afterwards(self, data: bytes) -> None:
        install()
        assert shared_hasher(data) == by_pycryptodome(data)
        assert shared_hasher(bytearray(data)) == by_pycryptodome(data)
        assert eth_utils_keccak(data) == by_pycryptodome(data)

    def test_libraries_use_our_back_end(self) -> None:
        install()
        assert type(shared_hasher._backend).__module__ == "ledger_client.keccak"

    def test_preimage_is_fed_piece_by_piece(self) -> None:
        install()
        whole = shared_hasher.new(b"ab")
        fork = whole.copy()
        whole.update(b"c")
        assert whole.digest() == by_pycryptodome(b"abc")
        assert fork.digest() == by_pycryptodome(b"ab")
