"""What is installed on this machine, and whether it has room."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from ledger_client.doctor.remarks import Remark, State
from ledger_client.language import tr

PROJECT = "shecang"

LEAST_ROOM = 1 << 30
"""Bytes that should be free where the ledger lies; a full disk records nothing."""


def examine_machine(home: Path) -> Iterator[Remark]:
    """Give remarks on Python, on the packages that the project needs, and on the disk.

    Args:
        home: Where the ledger lies, or is to lie.
    """
    yield Remark("python", State.OK, f"Python {platform.python_version()} ({sys.platform})")
    yield packages(PROJECT)
    yield room(home)


def packages(project: str) -> Remark:
    """Compare the packages that are installed with the ones that `project` states."""
    try:
        needed = [Requirement(text) for text in requires(project) or ()]
    except PackageNotFoundError:
        return Remark(
            "packages",
            State.UNKNOWN,
            tr(
                f"{project} is not installed here as a package, so that what it needs cannot be compared: "
                "use the environment that `scripts/demo` makes",
                f"{project} 未作为软件包安装，无法核对其依赖：请使用 `scripts/demo` 建立的环境",
            ),
        )
    wrong = [text for text in map(_unmet, needed) if text]
    if not wrong:
        return Remark(
            "packages",
            State.OK,
            tr(
                f"{project} {version(project)}; the {len(needed)} packages it needs are of tested versions",
                f"{project} {version(project)}；所需的 {len(needed)} 个软件包版本均经测试",
            ),
        )
    listed = ", ".join(wrong)
    return Remark(
        "packages",
        State.UNSAFE,
        tr(
            f"packages of other versions than were tested: {listed}; install requirements/run.txt anew "
            "with `pip install --require-hashes -r`",
            f"软件包版本与测试时不同：{listed}；请用 `pip install --require-hashes -r` "
            "重新安装 requirements/run.txt",
        ),
    )


def room(home: Path) -> Remark:
    """See how much room the disk has under `home`."""
    there = next(path for path in (home.absolute(), *home.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    megabytes = f"{free >> 20:,}"
    if free >= LEAST_ROOM:
        return Remark(
            "disk", State.OK, tr(f"{megabytes} MB are free at {there}", f"{there} 尚有 {megabytes} MB 可用")
        )
    return Remark(
        "disk",
        State.UNSAFE,
        tr(
            f"only {megabytes} MB are free at {there}, and a full disk records nothing: make room, "
            f"{LEAST_ROOM >> 20:,} MB at least",
            f"{there} 仅剩 {megabytes} MB，磁盘写满后将无法记录：请至少腾出 {LEAST_ROOM >> 20:,} MB",
        ),
    )


def _unmet(requirement: Requirement) -> str:
    """Return what is wrong with a package, empty if nothing is."""
    if requirement.marker is not None and not requirement.marker.evaluate():
        return ""
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return tr(
            f"{requirement.name} (missing, needs {requirement.specifier})",
            f"{requirement.name}（缺失，需 {requirement.specifier}）",
        )
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return tr(
        f"{requirement.name} {found} (needs {requirement.specifier})",
        f"{requirement.name} {found}（需 {requirement.specifier}）",
    )
