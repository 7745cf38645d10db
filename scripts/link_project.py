"""Make the project importable in the virtual environment whose Python runs this, and let that be moved.

Like an editable install, but without a build back end and with relative paths only: a `.pth` file that leads
from the environment to the clone, the metadata that `pyproject.toml` states, and the console commands. Every
script in the environment then finds its Python beside itself instead of by an absolute path.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(sys.prefix) / "bin"

# Shell and Python at once: the shell runs the second line, for Python it is a string.
RELATIVE_SHEBANG = """#!/bin/sh
'''exec' "$(dirname -- "$(realpath -- "$0")")"/python "$0" "$@"
' '''
"""

COMMAND = """import sys

from {module} import {function}

sys.exit({function}())
"""


def write_metadata(project: dict[str, Any], packages: Path) -> None:
    """Write what `importlib.metadata` and `pip check` read about the project."""
    for old in packages.glob(f"{project['name']}-*.dist-info"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    directory = packages / f"{project['name']}-{project['version']}.dist-info"
    directory.mkdir()
    head = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    needs = [f"Requires-Dist: {requirement}" for requirement in project["dependencies"]]
    (directory / "METADATA").write_text("\n".join([*head, *needs]) + "\n", encoding="utf-8")
    (directory / "entry_points.txt").write_text(entry_points(project), encoding="utf-8")
    (directory / "INSTALLER").write_text("scripts/link_project.py\n", encoding="utf-8")
    (directory / "RECORD").write_text("", encoding="utf-8")


def entry_points(project: dict[str, Any]) -> str:
    """Return what `importlib.metadata` reads as the project's entry points."""
    groups = {"console_scripts": project["scripts"], **project.get("entry-points", {})}
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in entries.items()), "")
    ]
    return "\n".join(lines)


def write_commands(project: dict[str, Any]) -> None:
    """Write the console commands."""
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        script = BINARIES / name
        script.write_text(
            RELATIVE_SHEBANG + COMMAND.format(module=module, function=function), encoding="utf-8"
        )
        script.chmod(0o755)


def make_scripts_relative() -> None:
    """Replace the absolute interpreter in every script that pip wrote."""
    for script in BINARIES.iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        body = _python_body(content)
        if body is not None:
            script.write_bytes(RELATIVE_SHEBANG.encode() + body)


def _python_body(content: bytes) -> bytes | None:
    first, _, rest = content.partition(b"\n")
    if first.startswith(b"#!") and b"python" in first:
        return rest
    if first == b"#!/bin/sh" and rest.startswith(b"'''exec'"):  # pip's form for paths with spaces
        return rest.split(b"\n", 2)[2]
    return None


def main() -> None:
    """Link the project into the running environment."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = Path(sysconfig.get_path("purelib"))
    (packages / "shecang.pth").write_text(os.path.relpath(ROOT, packages) + "\n", encoding="utf-8")
    write_metadata(project, packages)
    write_commands(project)
    make_scripts_relative()


if __name__ == "__main__":
    main()
