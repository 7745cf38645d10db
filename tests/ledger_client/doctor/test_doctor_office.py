"""The files of an office: keys, who may read them, the way to the node."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_client.doctor.office import examine_office
from ledger_client.doctor.remarks import Remark, State
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.keystores import create_keystore


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    make_private_directory(home.keys)
    create_keystore(home.keys / "cheap.json", "", demo=True)
    home.records_key.write_bytes(bytes(32))
    home.records_key.chmod(0o600)
    return home


def about(home: Home, subject: str) -> list[Remark]:
    return [remark for remark in examine_office(home) if remark.about == subject]


class TestKeys:
    def test_demo_key(self, home: Home) -> None:
        (remark,) = about(home, "keys")
        assert remark.state is State.UNSAFE
        assert "cheap" in remark.sentence

    def test_file_that_is_no_key_beside_others(self, home: Home) -> None:
        (home.keys / "broken.json").write_text("{")
        broken, cheap = about(home, "keys")
        assert broken.state is State.UNSAFE
        assert "broken.json is no keystore" in broken.sentence
        assert "cheap" in cheap.sentence

    def test_none(self, tmp_path: Path) -> None:
        (remark,) = about(Home(tmp_path), "keys")
        assert remark.state is State.OK


class TestSecrecy:
    def test_key_that_others_may_read(self, home: Home) -> None:
        (home.keys / "cheap.json").chmod(0o640)
        (remark,) = about(home, "files")
        assert remark.state is State.UNSAFE
        assert "cheap.json" in remark.sentence
        assert "records.key" not in remark.sentence
        assert "chmod 600" in remark.sentence

    def test_records_key_that_others_may_read(self, home: Home) -> None:
        home.records_key.chmod(0o604)
        (remark,) = about(home, "files")
        assert "records.key" in remark.sentence

    def test_drafts_that_others_may_read(self, home: Home) -> None:
        home.unsigned.touch(0o604)
        (remark,) = about(home, "files")
        assert "unsigned.db" in remark.sentence

    def test_readable_by_the_owner_alone(self, home: Home) -> None:
        (remark,) = about(home, "files")
        assert remark.state is State.OK


class TestWay:
    @pytest.mark.parametrize(
        "address", ["http://10.0.0.7:8545", "http://node.example", "http://[2001:db8::1]:1"]
    )
    def test_unencrypted(self, home: Home, address: str) -> None:
        home.use_node(address)
        (remark,) = about(home, "way")
        assert remark.state is State.UNSAFE
        assert address in remark.sentence

    @pytest.mark.parametrize(
        "address",
        ["https://node.example", "http://127.0.0.1:8545", "http://[::1]:1", "http://localhost:1", "/run/n"],
    )
    def test_encrypted_or_on_this_machine(self, home: Home, address: str) -> None:
        home.use_node(address)
        assert about(home, "way") == []
