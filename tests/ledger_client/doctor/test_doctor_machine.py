"""What is installed, and the room on the disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ledger_client.doctor import machine
from ledger_client.doctor.machine import examine_machine, packages, room
from ledger_client.doctor.remarks import State
from ledger_client.language import use_language


def install(directory: Path, name: str, version: str, *needs: str) -> None:
    """Put what pip writes about a package into a directory."""
    metadata = directory / f"{name}-{version}.dist-info"
    metadata.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    (metadata / "METADATA").write_text(
        "\n".join([*lines, *(f"Requires-Dist: {each}" for each in needs)]) + "\n"
    )


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


class TestPackages:
    def test_project_that_is_not_installed_is_unknown(self) -> None:
        remark = packages("a-project-nobody-made")
        assert remark.state is State.UNKNOWN
        assert "scripts/demo" in remark.sentence

    def test_older_version_is_named_with_the_one_needed(self, site: Path) -> None:
        install(site, "granary", "1.0", "millet==8.0.*", "sorghum>=2")
        install(site, "millet", "7.16.0")
        install(site, "sorghum", "2.1")
        remark = packages("granary")
        assert remark.state is State.UNSAFE
        assert "millet 7.16.0 (needs ==8.0.*)" in remark.sentence
        assert "sorghum" not in remark.sentence
        assert "requirements/run.txt" in remark.sentence

    def test_missing_package_is_named(self, site: Path) -> None:
        install(site, "granary", "1.0", "millet>=8")
        assert "millet (missing, needs >=8)" in packages("granary").sentence

    def test_package_for_another_system_is_not_missed(self, site: Path) -> None:
        install(site, "granary", "1.0", 'millet>=8; sys_platform == "plan9"')
        assert packages("granary").state is State.OK

    def test_release_before_the_first_is_of_the_version(self, site: Path) -> None:
        install(site, "granary", "1.0", "millet==0.12.1b1")
        install(site, "millet", "0.12.1b1")
        assert packages("granary").state is State.OK


class TestRoom:
    def test_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine, "LEAST_ROOM", 1 << 70)
        remark = room(tmp_path)
        assert remark.state is State.UNSAFE
        assert "make room" in remark.sentence

    def test_home_that_is_not_there_yet(self, tmp_path: Path) -> None:
        assert room(tmp_path / "home" / "of" / "nobody").sentence.endswith(str(tmp_path))


def test_speaks_both_languages(tmp_path: Path) -> None:
    use_language("zh")
    try:
        sentences = [remark.sentence for remark in examine_machine(tmp_path)]
    finally:
        use_language("en")
    assert any("可用" in sentence for sentence in sentences)
