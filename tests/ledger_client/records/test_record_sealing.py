import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_client.files import FileExistsAlreadyError
from ledger_client.records import RecordsKey, RecordsKeyMissingError, RecordsKeyModeError
from ledger_client.records.sealing import SealBrokenError, Sealed, seal, unseal

KEY = RecordsKey(bytes(range(32)))


class TestRecordsKey:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(RecordsKeyMissingError, match=r"records\.key is missing") as caught:
            RecordsKey.read(tmp_path / "records.key")
        assert caught.value.exit_code == 3

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_another_length(self, tmp_path: Path, length: int) -> None:
        (tmp_path / "records.key").write_bytes(bytes(length))
        with pytest.raises(RecordsKeyMissingError):
            RecordsKey.read(tmp_path / "records.key")

    def test_readable_by_others(self, tmp_path: Path) -> None:
        RecordsKey.create(tmp_path / "records.key")
        (tmp_path / "records.key").chmod(0o644)
        with pytest.raises(RecordsKeyModeError, match="0644"):
            RecordsKey.read(tmp_path / "records.key")

    def test_is_never_overwritten(self, tmp_path: Path) -> None:
        key = RecordsKey.create(tmp_path / "records.key")
        with pytest.raises(FileExistsAlreadyError):
            RecordsKey.create(tmp_path / "records.key")
        assert RecordsKey.read(tmp_path / "records.key") == key

    def test_is_random_private_and_not_shown(self, tmp_path: Path) -> None:
        keys = [RecordsKey.create(tmp_path / name) for name in "ab"]
        assert keys[0] != keys[1]
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
        assert repr(keys[0]) == "RecordsKey(…)"


class TestSeal:
    def test_every_changed_byte_is_noticed(self) -> None:
        sealed = seal(KEY, "site/1", b"text")
        for place in range(len(sealed.ciphertext)):
            changed = bytearray(sealed.ciphertext)
            changed[place] ^= 1
            with pytest.raises(SealBrokenError):
                unseal(KEY, "site/1", Sealed(sealed.wrapped_key, bytes(changed)))
        for place in range(len(sealed.wrapped_key)):
            changed = bytearray(sealed.wrapped_key)
            changed[place] ^= 1
            with pytest.raises(SealBrokenError):
                unseal(KEY, "site/1", Sealed(bytes(changed), sealed.ciphertext))

    def test_another_place_or_key(self) -> None:
        sealed = seal(KEY, "site/1", b"text")
        with pytest.raises(SealBrokenError):
            unseal(KEY, "site/2", sealed)
        with pytest.raises(SealBrokenError):
            unseal(RecordsKey(bytes(32)), "site/1", sealed)

    @pytest.mark.parametrize("sealed", [Sealed(b"", b""), Sealed(bytes(12), bytes(12))])
    def test_too_short(self, sealed: Sealed) -> None:
        with pytest.raises(SealBrokenError):
            unseal(KEY, "site/1", sealed)

    def test_both_ciphertexts_name_their_place(self) -> None:
        sealed = seal(KEY, "site/1", b"text")
        nonce, rest = sealed.wrapped_key[:12], sealed.wrapped_key[12:]
        data_key = AESGCM(KEY.value).decrypt(nonce, rest, b"key site/1")
        nonce, rest = sealed.ciphertext[:12], sealed.ciphertext[12:]
        assert len(data_key) == 32
        assert AESGCM(data_key).decrypt(nonce, rest, b"content site/1") == b"text"

    @pytest.mark.parametrize("text", [b"", b"text" * 1000])
    def test_there_and_back_and_never_the_same_twice(self, text: bytes) -> None:
        first, second = seal(KEY, "site/1", text), seal(KEY, "site/1", text)
        assert unseal(KEY, "site/1", first) == unseal(KEY, "site/1", second) == text
        assert first.ciphertext != second.ciphertext
        assert first.wrapped_key != second.wrapped_key
