"""The file of an export: whole or not there, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger_client.cli import evidence
from ledger_client.cli.evidence import _new_file
from ledger_client.files import DiskFullError, FileExistsAlreadyError, FileUnavailableError


def write(path: Path, content: bytes = b"evidence") -> None:
    with _new_file(path) as file:
        file.write(content)


def test_is_whole_and_alone(tmp_path: Path) -> None:
    write(tmp_path / "card.jsonl")
    assert [each.name for each in tmp_path.iterdir()] == ["card.jsonl"]
    assert (tmp_path / "card.jsonl").read_bytes() == b"evidence"


def test_has_no_name_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "card.jsonl"
    with _new_file(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
def test_nothing_is_left_of_an_export_that_fails(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), _new_file(tmp_path / "card.jsonl.gz") as file:
        file.write(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_killed_while_it_writes(tmp_path: Path) -> None:
    """What is left has another, hidden name, and the same export works again."""
    path = tmp_path / "card.jsonl"
    script = (
        "import os, pathlib, signal, sys; from ledger_client.cli.evidence import _new_file\n"
        "with _new_file(pathlib.Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -9
    assert not path.exists()
    assert all(each.name.startswith(".card.jsonl.") for each in tmp_path.iterdir())
    write(path)
    assert path.read_bytes() == b"evidence"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_is_full_or_broken(tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(evidence.os, "fsync", refuse)
    with pytest.raises(FileUnavailableError if code == errno.EIO else DiskFullError) as raised:
        write(tmp_path / "card.jsonl")
    assert raised.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


class TestWhatIsThereAlready:
    def test_is_not_touched(self, tmp_path: Path) -> None:
        path = tmp_path / "card.jsonl"
        path.write_bytes(b"old")
        with pytest.raises(FileExistsAlreadyError):
            write(path)
        assert path.read_bytes() == b"old"

    def test_though_it_came_meanwhile(self, tmp_path: Path) -> None:
        path = tmp_path / "card.jsonl"
        with pytest.raises(FileExistsAlreadyError), _new_file(path) as file:
            file.write(b"new")
            path.write_bytes(b"old")
        assert path.read_bytes() == b"old"
        assert len(list(tmp_path.iterdir())) == 1

    def test_a_link_to_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "card.jsonl").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(FileExistsAlreadyError):
            write(tmp_path / "card.jsonl")
        assert not (tmp_path / "elsewhere").exists()


class TestAStickWithoutLinks:
    """FAT knows no hard links."""

    @pytest.fixture(autouse=True)
    def no_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_paths: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(evidence.os, "link", refuse)

    def test_gets_the_file(self, tmp_path: Path) -> None:
        write(tmp_path / "card.jsonl")
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"evidence"]

    def test_keeps_what_is_there(self, tmp_path: Path) -> None:
        path = tmp_path / "card.jsonl"
        with pytest.raises(FileExistsAlreadyError), _new_file(path) as file:
            file.write(b"new")
            path.write_bytes(b"old")
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"]


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnavailableError):
        write(tmp_path / "none" / "card.jsonl")
