"""The committed artifacts: exactly what the sources give, small enough, and free of the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import compile_contracts as compiling
import pytest
from eth_tester import EthereumTester
from web3 import EthereumTesterProvider, Web3

from ledger_client.artifacts import artifact_names, load_artifact, parse_artifact

ROOT = Path(__file__).resolve().parent.parent

LEDGER = """
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

type SiteId is bytes32;

interface IOwned { error NotOwner(address caller); }

abstract contract Base { uint64 private immutable _delay = 7; }

library Inner { function twice(uint64 value) internal pure returns (uint64) { return value * 2; } }

contract Ledger is IOwned, Base {
    address public immutable owner;
    mapping(SiteId => uint64[3]) private _stock;

    constructor(address owner_) { owner = owner_; }

    function add(SiteId site, uint64 quantity) external {
        require(msg.sender == owner, NotOwner(msg.sender));
        _stock[site][0] += Inner.twice(quantity);
    }
}
"""
LINKED = """
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;
library Outer { function twice(uint64 value) external pure returns (uint64) { return value * 2; } }
contract Linked { function f(uint64 v) external pure returns (uint64) { return Outer.twice(v); } }
"""


@pytest.fixture(scope="session")
def solc() -> Path:
    """The compiler that a check uses: one that is there already."""
    try:
        return compiling.native_solc(download=False) or compiling.npm_solc()
    except compiling.NoCompilerError as error:
        pytest.skip(str(error))


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> compiling.Group:
    """An empty project with one group of sources."""
    monkeypatch.setattr(compiling, "ROOT", tmp_path)
    (tmp_path / "contracts").mkdir()
    return compiling.Group("contracts", "artifacts", "berlin", 2_000)


def write_source(name: str, text: str) -> None:
    (compiling.ROOT / "contracts" / name).write_text(text, encoding="utf-8")


class TestCommitted:
    def test_threat_27_are_what_the_sources_give(self) -> None:
        command = [sys.executable, str(ROOT / "scripts/compile_contracts.py"), "--check"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 3:
            pytest.skip(done.stderr.strip())

        assert done.returncode == 0, done.stderr

    def test_are_these(self) -> None:
        assert artifact_names() == (
            "Catalogue",
            "Directory",
            "LedgerSteps",
            "Norms",
            "Reallocation",
            "StockLedger",
            "SupplierRegistry",
        )

    @pytest.mark.parametrize("name", artifact_names())
    def test_have_one_form_and_nothing_of_the_machine(self, name: str) -> None:
        text = (ROOT / f"ledger_client/artifacts/{name}.json").read_text(encoding="utf-8")
        raw = json.loads(text)

        assert compiling.canonical(raw) == text
        assert raw["compiler"]["settings"]["evmVersion"] == "berlin"
        assert raw["compiler"]["settings"]["metadata"] == {"bytecodeHash": "none"}
        assert compiling.code_size(raw) <= 23_000
        assert str(ROOT) not in text
        assert "astId" not in text


class TestCompiling:
    def test_says_where_a_source_is_wrong(self, group: compiling.Group, solc: Path) -> None:
        write_source("Wrong.sol", "pragma solidity 0.8.37;\ncontract Wrong { uint64 x = true; }")

        with pytest.raises(compiling.CompileError, match=r"contracts/Wrong\.sol:2"):
            compiling.artifacts_of(group, solc)

    def test_names_an_import_that_is_not_there(self, group: compiling.Group, solc: Path) -> None:
        write_source("Lost.sol", 'pragma solidity 0.8.37;\nimport {A} from "./types/A.sol";')

        with pytest.raises(compiling.CompileError, match=r"contracts/types/A\.sol is imported"):
            compiling.artifacts_of(group, solc)

    def test_refuses_a_library_deployed_beside(self, group: compiling.Group, solc: Path) -> None:
        write_source("Linked.sol", LINKED)

        with pytest.raises(compiling.CompileError, match="Linked needs a library"):
            compiling.artifacts_of(group, solc)

    def test_refuses_too_much_code(self, group: compiling.Group, solc: Path) -> None:
        write_source("Big.sol", LEDGER.replace("contract Ledger", "contract Big"))
        tight = compiling.Group(group.sources, group.artifacts, "berlin", 100)

        (wrong,) = compiling.run([tight], solc, check=False)

        assert wrong.startswith("Big has ")
        assert wrong.endswith("over 100: split it")

    def test_gives_one_artifact_a_contract(self, group: compiling.Group, solc: Path) -> None:
        write_source("Ledger.sol", LEDGER)

        made = compiling.artifacts_of(group, solc)

        assert list(made) == ["Ledger"]
        assert made["Ledger"]["immutableReferences"].keys() == {"Ledger.owner"}
        assert made["Ledger"]["methodIdentifiers"].keys() == {"owner()", "add(bytes32,uint64)"}
        assert {entry["name"] for entry in made["Ledger"]["abi"] if entry["type"] == "error"} == {"NotOwner"}

    def test_is_the_same_with_another_source_beside(self, group: compiling.Group, solc: Path) -> None:
        write_source("Ledger.sol", LEDGER)
        alone = compiling.artifacts_of(group, solc)["Ledger"]
        write_source("Another.sol", LEDGER.replace("contract Ledger", "contract Another"))

        assert compiling.artifacts_of(group, solc)["Ledger"] == alone


class TestDirectory:
    def test_names_what_is_missing_changed_and_stale(self, tmp_path: Path) -> None:
        compiling.write(tmp_path, {"A.json": "a", "B.json": "b"})

        found = compiling.compare(tmp_path, {"B.json": "other", "C.json": "c"})

        assert [sentence.split(": run")[0].removeprefix(f"{tmp_path}/") for sentence in found] == [
            "A.json belongs to no contract",
            "B.json is not what the sources give",
            "C.json is missing",
        ]

    def test_is_made_exactly_what_is_wanted(self, tmp_path: Path) -> None:
        compiling.write(tmp_path, {"A.json": "a", "B.json": "b"})
        compiling.write(tmp_path, {"B.json": "b"})

        assert compiling.compare(tmp_path, {"B.json": "b"}) == []
        assert [path.name for path in tmp_path.iterdir()] == ["B.json"]


class TestLoading:
    def test_of_an_unknown_contract_fails(self) -> None:
        with pytest.raises(FileNotFoundError):
            load_artifact("NoSuchContract")

    def test_gives_what_a_chain_accepts_and_recognises(self, group: compiling.Group, solc: Path) -> None:
        write_source("Ledger.sol", LEDGER)
        artifact = parse_artifact(compiling.canonical(compiling.artifacts_of(group, solc)["Ledger"]))
        chain = Web3(EthereumTesterProvider(EthereumTester()))
        owner = chain.eth.accounts[0]

        factory: Any = chain.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        deployed = chain.eth.wait_for_transaction_receipt(
            factory.constructor(owner).transact({"from": owner})
        )
        code = bytes(chain.eth.get_code(deployed["contractAddress"]))

        assert code != artifact.deployed_bytecode  # the owner is in it
        assert artifact.matches(code)
        assert not artifact.matches(code[:-1])
        assert not artifact.matches(b"\x00" + code[1:])
