import errno
import os
import stat
from pathlib import Path

import pytest

from ledger_client.files import (
    FileExistsAlreadyError,
    FileSizeError,
    FileUnavailableError,
    make_private_directory,
    read_limited,
    replace_private,
    write_new_private,
)


class TestWriteNewPrivate:
    def test_on_a_stick_that_knows_no_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """FAT; trust files, keys and proofs of forks are carried on such."""

        def refuse(*_paths: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        path = tmp_path / "offer.json"
        write_new_private(path, b"new")
        with pytest.raises(FileExistsAlreadyError):
            write_new_private(path, b"other")
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"new"]

    def test_refuses_to_overwrite(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"old")
        with pytest.raises(FileExistsAlreadyError) as caught:
            write_new_private(path, b"new")
        assert caught.value.exit_code == 2
        assert path.read_bytes() == b"old"
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    def test_refuses_a_missing_directory(self, tmp_path: Path) -> None:
        with pytest.raises(FileUnavailableError, match="No such file or directory") as caught:
            write_new_private(tmp_path / "none" / "a", b"")
        assert caught.value.exit_code == 3

    def test_writes_for_the_owner_alone_and_leaves_nothing_else(self, tmp_path: Path) -> None:
        write_new_private(tmp_path / "a", b"content")
        assert (tmp_path / "a").read_bytes() == b"content"
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["a"]


class TestMakePrivateDirectory:
    def test_refuses_where_a_file_is(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"")
        for path in (tmp_path / "a", tmp_path / "a" / "b"):
            with pytest.raises(FileUnavailableError):
                make_private_directory(path)

    def test_is_for_the_owner_alone_and_may_be_there(self, tmp_path: Path) -> None:
        make_private_directory(tmp_path / "a" / "b")
        make_private_directory(tmp_path / "a" / "b")
        assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


class TestReadLimited:
    def test_refuses_one_byte_over(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"12345")
        with pytest.raises(FileSizeError, match="larger than 4 bytes"):
            read_limited(tmp_path / "a", 4)

    @pytest.mark.parametrize("name", ["none", "."])
    def test_refuses_what_is_no_file(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(FileUnavailableError):
            read_limited(tmp_path / name, 4)

    def test_reads_up_to_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"1234")
        assert read_limited(tmp_path / "a", 4) == b"1234"


class TestReplacePrivate:
    def test_keeps_the_old_file_where_it_fails(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        with pytest.raises(FileUnavailableError):
            replace_private(tmp_path / "a", b"new")
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    def test_writes_in_place_of_an_old_file(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"old")
        (tmp_path / "a").chmod(0o644)
        replace_private(tmp_path / "a", b"new")
        assert (tmp_path / "a").read_bytes() == b"new"
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["a"]
