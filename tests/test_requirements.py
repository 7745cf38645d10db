"""The locks fit pyproject.toml, can be installed by hash from any mirror, and name no address."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("run.txt", "postgresql.txt", "test.txt", "node.txt", "match.txt")

ENTRY = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[\w.!+]+)(?: ; (?P<marker>[^\\]+))? \\\n(?P<hashes>(?: +--hash=.*\n?)+)"
)
# The machines that the locks are for: Linux, every Python that scripts/environment accepts.
MACHINES = [(python, machine) for python in ("3.11", "3.12", "3.13") for machine in ("x86_64", "aarch64")]


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / lock).read_text(encoding="utf-8")


def locked(lock: str, python: str = "3.11", machine: str = "x86_64") -> dict[str, str]:
    """The version by package that `lock` gives one machine."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
    }
    linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    cpython = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    return {
        canonicalize_name(entry["name"]): entry["version"]
        for entry in ENTRY.finditer(text_of(lock))
        if entry["marker"] is None or Marker(entry["marker"]).evaluate(environment | linux | cpython)
    }


def unmet(wanted: list[str], versions: dict[str, str]) -> list[str]:
    requirements = [Requirement(text) for text in wanted]
    return [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(
            versions.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]


class TestLocks:
    def test_a_lock_that_no_longer_fits_is_noticed(self) -> None:
        assert unmet(["web3==8.0.*", "rich>=14", "nowhere>=1"], {"web3": "7.16.0", "rich": "14.0"}) == [
            "web3==8.0.*",
            "nowhere>=1",
        ]

    @pytest.mark.parametrize(("python", "machine"), MACHINES)
    def test_fit_what_pyproject_asks_for(self, python: str, machine: str) -> None:
        groups = PROJECT["dependency-groups"]
        run = PROJECT["project"]["dependencies"]

        assert unmet(run, locked("run.txt", python, machine)) == []
        assert unmet(run + groups["test"], locked("test.txt", python, machine)) == []
        extra = PROJECT["project"]["optional-dependencies"]["postgresql"]
        assert unmet(run + extra, locked("postgresql.txt", python, machine)) == []
        for alone in ("node", "halmos", "slither", "match"):
            assert unmet(groups[alone], locked(f"{alone}.txt", python, machine)) == []

    def test_of_the_tests_holds_all_of_the_run_in_the_same_versions(self) -> None:
        assert locked("run.txt").items() <= locked("test.txt").items()

    @pytest.mark.parametrize("lock", LOCKS)
    def test_hold_names_versions_and_hashes_alone(self, lock: str) -> None:
        rest = ENTRY.sub("", text_of(lock))

        assert all(line.startswith("#") for line in rest.splitlines() if line), rest
        assert "://" not in text_of(lock)

    def test_leave_no_requirement_of_a_package_open(self) -> None:
        """What is installed here, from the lock, satisfies each package's own requirements."""
        versions = locked("test.txt")
        wanted = [
            text
            for name in versions
            for text in metadata.requires(name) or []
            if (marker := Requirement(text).marker) is None or marker.evaluate({"extra": ""})
        ]

        assert unmet(wanted, versions) == []


@pytest.mark.parametrize(("python", "machine"), MACHINES)
def test_the_lock_of_the_solver_fits_the_extra_and_names_no_address(python: str, machine: str) -> None:
    """It is made from a group, since an extra is locked with all that the ledger needs: both say the same."""
    extra = PROJECT["project"]["optional-dependencies"]["optimum"]

    assert PROJECT["dependency-groups"]["optimum"] == extra
    assert unmet(extra, locked("optimum.txt", python, machine)) == []
    assert "://" not in text_of("optimum.txt")


@pytest.mark.parametrize("directory", ["scripts/npm", "api/web"])
def test_npm_lock_names_no_registry(directory: str) -> None:
    lock = (ROOT / directory / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
    assert '"integrity"' in lock
