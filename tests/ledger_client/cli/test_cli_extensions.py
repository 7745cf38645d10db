"""Commands that installed packages bring."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A directory of installed packages with one that brings `greet`."""
    metadata = tmp_path / "greeter-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[shecang.commands]\ngreet = greeter:app\n")
    (tmp_path / "greeter.py").write_text(
        textwrap.dedent(
            '''
            import typer

            app = typer.Typer()

            @app.command()
            def greet(context: typer.Context, name: str = "you") -> None:
                """Say hello."""
                typer.echo(f"hello {name}, at {context.obj.home.path}")
            '''
        )
    )
    return tmp_path


def shecang(packages: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from ledger_client.cli import main; main()", *words],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "SHECANG_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_runs_with_its_options_and_the_home(packages: Path) -> None:
    done = shecang(packages, "--home", "/somewhere", "greet", "--name", "Wuhan")
    assert (done.returncode, done.stdout) == (0, "hello Wuhan, at /somewhere\n")


def test_wrong_option_is_usage(packages: Path) -> None:
    done = shecang(packages, "greet", "--nothing")
    assert done.returncode == 2
    assert "--nothing" in done.stderr


def test_help_shows_its_first_line(packages: Path) -> None:
    done = shecang(packages, "--help")
    assert done.returncode == 0
    assert "greet" in done.stdout
    assert "Say hello." in done.stdout


def test_without_it_there_is_no_such_command(tmp_path: Path) -> None:
    assert shecang(tmp_path, "greet").returncode == 2
