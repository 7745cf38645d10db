"""The metadata that the linked environment has: what an installed wheel would say."""

from __future__ import annotations

import tomllib
from importlib.metadata import distributions
from pathlib import Path

from link_project import write_metadata

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_states_every_entry_point(tmp_path: Path) -> None:
    write_metadata(PROJECT, tmp_path)
    [found] = distributions(path=[str(tmp_path)])

    assert {(entry.group, entry.name, entry.value) for entry in found.entry_points} == {
        ("console_scripts", "shecang", "ledger_client.cli:main"),
        ("shecang.commands", "serve", "api.command:app"),
        ("shecang.commands", "reader", "api.access.command:app"),
    }


def test_replaces_what_an_earlier_version_left(tmp_path: Path) -> None:
    write_metadata(PROJECT, tmp_path)
    write_metadata({**PROJECT, "version": "99"}, tmp_path)

    assert [found.version for found in distributions(path=[str(tmp_path)])] == ["99"]
