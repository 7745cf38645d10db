import json
import stat
from pathlib import Path

import pytest

from ledger_client import keystores
from ledger_client.files import FileExistsAlreadyError, FileSizeError, FileUnavailableError
from ledger_client.keystores import (
    KeystoreError,
    KeystoreModeError,
    PassphraseEmptyError,
    PassphraseError,
    create_keystore,
    describe_keystore,
    list_keystores,
    open_keystore,
)


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


class TestCreate:
    def test_refuses_an_empty_passphrase(self, tmp_path: Path) -> None:
        with pytest.raises(PassphraseEmptyError):
            create_keystore(tmp_path / "a.json", "")
        assert not list(tmp_path.iterdir())

    def test_never_overwrites_a_key(self, tmp_path: Path) -> None:
        first = create_keystore(tmp_path / "a.json", "x", demo=True)
        with pytest.raises(FileExistsAlreadyError):
            create_keystore(tmp_path / "a.json", "x", demo=True)
        assert describe_keystore(tmp_path / "a.json") == first

    def test_a_real_key_is_dear_to_open_and_private(self, tmp_path: Path) -> None:
        info = create_keystore(tmp_path / "a.json", "口令")
        content = json.loads(info.path.read_text())
        assert content["crypto"]["kdfparams"]["n"] == keystores.SCRYPT_COST
        assert "shecang" not in content
        assert not info.is_demo
        assert stat.S_IMODE(info.path.stat().st_mode) == 0o600
        assert open_keystore(info.path, "口令")[1] is False

    def test_demo_key_is_cheap_and_marked(self, tmp_path: Path) -> None:
        info = create_keystore(tmp_path / "a.json", "", demo=True)
        content = json.loads(info.path.read_text())
        assert content["shecang"] == {"demo": True}
        assert content["crypto"]["kdfparams"]["n"] == keystores.DEMO_SCRYPT_COST
        assert info.is_demo
        assert open_keystore(info.path, "")[1] is True

    def test_cost_can_be_chosen(self, tmp_path: Path) -> None:
        info = create_keystore(tmp_path / "a.json", "x", scrypt_cost=4)
        assert json.loads(info.path.read_text())["crypto"]["kdfparams"]["n"] == 4

    def test_two_keys_differ(self, tmp_path: Path) -> None:
        made = [create_keystore(tmp_path / f"{name}.json", "x", demo=True) for name in "ab"]
        assert made[0].address != made[1].address


class TestOpen:
    @pytest.mark.parametrize("passphrase", ["", "X", "x ", "口"])
    def test_wrong_passphrase(self, tmp_path: Path, passphrase: str) -> None:
        path = create_keystore(tmp_path / "a.json", "x", demo=True).path
        with pytest.raises(PassphraseError) as caught:
            open_keystore(path, passphrase)
        assert caught.value.exit_code == 2
        assert str(caught.value) == f"the passphrase does not open {path}; type it again"

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "null",
            "[]",
            "{}",
            '{"version": 3}',
            '{"version": 3, "address": "x", "crypto": {}}',
            "[" * 50_000,
        ],
    )
    def test_no_keystore(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "a.json").write_text(content)
        with pytest.raises(KeystoreError) as caught:
            open_keystore(tmp_path / "a.json", "x")
        assert caught.value.exit_code == 3

    @pytest.mark.parametrize(
        "crypto",
        [{}, {"kdf": "scrypt"}, {"kdf": "none", "cipher": "none"}, {"kdf": "scrypt", "kdfparams": 1}],
    )
    def test_damaged_keystore(self, tmp_path: Path, crypto: dict[str, object]) -> None:
        path = create_keystore(tmp_path / "a.json", "x", demo=True).path
        edit(path, crypto=crypto)
        with pytest.raises(KeystoreError):
            open_keystore(path, "x")

    def test_a_key_of_another_address(self, tmp_path: Path) -> None:
        path = create_keystore(tmp_path / "a.json", "x", demo=True).path
        edit(path, address="0x" + "11" * 20)
        with pytest.raises(KeystoreError):
            open_keystore(path, "x")

    def test_missing_and_large(self, tmp_path: Path) -> None:
        with pytest.raises(FileUnavailableError):
            open_keystore(tmp_path / "a.json", "x")
        (tmp_path / "a.json").write_bytes(b" " * (keystores.KEYSTORE_LIMIT + 1))
        with pytest.raises(FileSizeError):
            open_keystore(tmp_path / "a.json", "x")

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
    def test_readable_by_others(self, tmp_path: Path, mode: int) -> None:
        path = create_keystore(tmp_path / "a.json", "x", demo=True).path
        path.chmod(mode)
        with pytest.raises(KeystoreModeError, match=f"mode {mode:04o}") as caught:
            open_keystore(path, "x")
        assert caught.value.exit_code == 2


class TestDescribe:
    def test_removing_the_mark_makes_no_real_key(self, tmp_path: Path) -> None:
        path = create_keystore(tmp_path / "a.json", "x", demo=True).path
        edit(path, shecang=None)
        assert describe_keystore(path).is_demo

    def test_list(self, tmp_path: Path) -> None:
        assert list_keystores(tmp_path) == []
        made = [create_keystore(tmp_path / f"{name}.json", "x", demo=True) for name in "ba"]
        assert list_keystores(tmp_path) == made[::-1]
        assert [info.name for info in made] == ["b", "a"]
