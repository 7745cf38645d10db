"""The wheel: it holds what using the ledger needs, and is built from the source archive with Python alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.settings import PAGE_FILES

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "api/web"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a source archive, where neither Node nor a compiler is on the path."""
    directory = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(directory), str(ROOT)]
    environment = os.environ | {"PATH": str(directory)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(directory.glob("*.whl"))


def test_wheel_holds_every_module_and_artifact(wheel: Path) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("ledger_client", "api")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".json", ".typed"} and WEB not in path.parents
    }

    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_the_page_and_not_what_it_is_built_from(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    built = {path.relative_to(ROOT).as_posix() for path in PAGE_FILES.rglob("*") if path.is_file()}

    assert built <= names
    assert not {name for name in names if name.startswith("api/web/")}


def test_wheel_holds_nothing_of_tests_or_tools(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"ledger_client", "api"}


def test_wheel_is_used_from_where_it_is_put(wheel: Path, tmp_path: Path) -> None:
    """Artifacts are found in the installed package, not in the clone."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = "import ledger_client.artifacts as a; print(a.__file__); print(*a.artifact_names())"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    where, names = done.stdout.splitlines()
    committed = sorted(path.stem for path in (ROOT / "ledger_client/artifacts").glob("*.json"))
    assert where.startswith(str(tmp_path))
    assert names.split() == committed
