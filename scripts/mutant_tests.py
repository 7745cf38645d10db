"""The tests that mutants meet: copies and hashes of them, and the record of what each contract test runs."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from forge import ROOT, copy_for_forge

FORGE, CONTRACTS = "tests/forge", "tests/contracts"
WORK = ROOT / ".tools/mutate"
REACH = WORK / "reach.json"
PYTEST = [sys.executable, "-m", "pytest", "-p", "mutant_pytest", "-q", "-s", "-p", "no:cacheprovider"]
COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)  # a mutant does not depend on it
SOURCES = (".sol", ".py", ".toml")


def prepare(tree: Path) -> None:
    """Make the copy that mutants are tried in."""
    tree.mkdir(parents=True, exist_ok=True)
    for name in ("contracts", FORGE):
        shutil.rmtree(tree / name, ignore_errors=True)
    copy_for_forge(tree)
    for name in ("ledger_client", "scripts", CONTRACTS):
        shutil.rmtree(tree / name, ignore_errors=True)
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/conftest.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tree / name)


# --- hashes: a survivor need not meet again what it passed


def contracts_hash(root: Path = ROOT) -> str:
    """Return a hash of the sources under `root`, but for lines of comment."""
    return _hash(root, sorted((root / "contracts").rglob("*.sol")))


def hashes_of_sources(root: Path = ROOT) -> dict[str, str]:
    """Return a hash of each source under `root`, but for lines of comment, by its path."""
    sources = sorted((root / "contracts").rglob("*.sol"))
    return {path.relative_to(root).as_posix(): _hash(root, [path]) for path in sources}


def hashes_of_tests(root: Path = ROOT) -> dict[str, str]:
    """Return a hash of the forge tests, of what contract tests share, and of each file of contract tests."""
    forge = sorted((root / FORGE).rglob("*"))
    # Symbolic checks judge no mutants.
    wanted = [path for path in forge if path.suffix in SOURCES and "symbolic" not in path.parts]
    modules = sorted((root / CONTRACTS).rglob("*.py"))
    tests = [path for path in modules if path.name.startswith("test_")]
    found = {FORGE: _hash(root, wanted), CONTRACTS: _hash(root, [one for one in modules if one not in tests])}
    return found | {path.relative_to(root).as_posix(): _hash(root, [path]) for path in tests}


def changed_files(now: Mapping[str, str], before: Mapping[str, str]) -> set[str]:
    """Return the files of contract tests that are not as they were: all, where what they share is not."""
    files = now.keys() - {FORGE, CONTRACTS}
    if now[CONTRACTS] != before.get(CONTRACTS):
        return files
    return {file for file in files if now[file] != before.get(file)}


def file_of(test: str) -> str:
    """Return the file that a test stands in, from its pytest id."""
    return test.split("::", maxsplit=1)[0]


def _hash(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".sol":
            text = COMMENT_LINE.sub("", text)
        digest.update(f"{path.relative_to(root).as_posix()}\n{text}".encode())
    return digest.hexdigest()[:16]


# --- what each contract test runs


def record_reach(tree: Path) -> None:
    """Bring `REACH` up to date, by running the contract tests of `tree` that changed since, as they are.

    Raises:
        RuntimeError: One of them fails, so that mutants cannot be told from the sound contracts.
    """
    known = json.loads(REACH.read_text(encoding="utf-8")) if REACH.is_file() else {}
    contracts, hashes = contracts_hash(tree), hashes_of_tests(tree)
    before: dict[str, str] = known.get("hashes", {}) if known.get("contracts") == contracts else {}
    changed = changed_files(hashes, before)
    if changed:
        print(f"recording what the tests of {len(changed)} files run", flush=True)
    new = _recorded(tree, sorted(changed)) if changed else {}
    merged = merge_reach(known if before else {}, new, changed | (before.keys() - hashes.keys()))
    REACH.parent.mkdir(parents=True, exist_ok=True)
    REACH.write_text(json.dumps(merged | {"contracts": contracts, "hashes": hashes}), encoding="utf-8")


def _recorded(tree: Path, files: list[str]) -> dict[str, Any]:
    path = WORK / "reach-new.json"
    path.unlink(missing_ok=True)
    environment = {**os.environ, "MUTATE_REACH": str(path)}
    done = subprocess.run(
        [*PYTEST, *files], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not path.is_file():
        raise RuntimeError(f"{CONTRACTS} fails on the sound contracts: {(done.stdout + done.stderr)[-2000:]}")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def merge_reach(known: dict[str, Any], new: dict[str, Any], files: set[str]) -> dict[str, Any]:
    """Return the record `known` with that of the test files `files` from `new`."""
    merged: dict[str, Any] = {}
    for part in ("codes", "ran", "uses", "digests"):
        kept = {name: value for name, value in known.get(part, {}).items() if file_of(name) not in files}
        merged[part] = kept | new.get(part, {})
    return merged
