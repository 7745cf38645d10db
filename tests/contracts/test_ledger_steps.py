"""Code that the ledger runs on its own storage: where it runs, where not, and which slots it means."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from chain import Actor, Refusal
from eth_tester.exceptions import TransactionFailed
from stock import OFFSET, STEPS, Stock
from stock_stages import staged
from stock_world import APPROVER
from web3.contract.contract import Contract
from world import D, World

from ledger_client.artifacts import load_artifact
from ledger_client.calldata import FUNCTIONS
from ledger_client.documents import Kind

DELEGATED = sorted(STEPS | {Kind.REVERSAL})
STEPS_FUNCTIONS = {FUNCTIONS[kind] for kind in DELEGATED}


def ids(kind: object) -> str:
    return kind.name if isinstance(kind, Kind) else str(kind)


def layout(name: str) -> dict[str, Any]:
    """The storage layout of a contract, without the contract's own name."""
    artifact = resources.files("ledger_client.artifacts").joinpath(f"{name}.json")
    found: dict[str, Any] = json.loads(artifact.read_text(encoding="utf-8"))["storageLayout"]
    for variable in found["storage"]:
        del variable["contract"]
    return found


def functions(name: str) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in load_artifact(name).abi if entry["type"] == "function"}


class TestCalledDirectly:
    @pytest.mark.parametrize("kind", DELEGATED, ids=ids)
    def test_a_document_that_the_ledger_would_take_is_refused(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        there = stock.steps.functions[FUNCTIONS[kind]](*stock.call(act).args)
        assert stock.chain.refusal(there, act.sender.actor) == Refusal("LedgerStepsCalledDirectly", ())
        assert stock.chain.ask(stock.call(act), act.sender.actor) == act.key

    def test_every_function_that_writes_is_one_of_them(self) -> None:
        found = functions("LedgerSteps")
        writing = {name for name, entry in found.items() if entry["stateMutability"] != "view"}
        assert writing == STEPS_FUNCTIONS
        assert found.keys() - writing == {"directory", "offset"}

    def test_the_code_keeps_nothing(self, stock: Stock) -> None:
        for kind in DELEGATED:
            with stock.chain.undone():
                stock.enter(staged(stock, kind))
                assert stock.storage_of(stock.steps) == {}


class TestCreation:
    def test_without_code(self, stock: Stock) -> None:
        nobody = Actor("nobody").address
        assert self._refusal(stock, nobody) == Refusal("StockLedgerStepsMissing", (nobody,))

    def test_with_code_for_another_offset(self, stock: Stock) -> None:
        steps = self._steps(stock, stock.world.directory, OFFSET + 1)
        assert self._refusal(stock, steps) == Refusal("StockLedgerStepsForeign", (steps,))

    def test_with_code_for_another_directory(self, stock: Stock) -> None:
        directory = stock.chain.deploy("Directory", World.root.address, D, by=World.root)
        steps = self._steps(stock, directory, OFFSET)
        assert self._refusal(stock, steps) == Refusal("StockLedgerStepsForeign", (steps,))

    def test_with_a_contract_that_is_no_steps(self, stock: Stock) -> None:
        assert self._refusal(stock, stock.world.catalogue.address) == Refusal("", ())

    def test_with_code_that_another_ledger_runs_too(self, stock: Stock) -> None:
        # It keeps nothing, so that sharing it is no harm.
        arguments = self._arguments(stock, stock.steps.address)
        assert stock.chain.deploy("StockLedger", *arguments, by=World.root).address != stock.ledger.address

    def _steps(self, stock: Stock, directory: Contract, offset: int) -> str:
        return str(stock.chain.deploy("LedgerSteps", directory.address, offset, by=World.root).address)

    def _arguments(self, stock: Stock, steps: str) -> tuple[Any, ...]:
        parts = (stock.world.directory, stock.world.catalogue, stock.world.registry)
        return (*(part.address for part in parts), steps, OFFSET)

    def _refusal(self, stock: Stock, steps: str) -> Refusal:
        return stock.chain.creation_refusal("StockLedger", *self._arguments(stock, steps))


class TestOneStorage:
    def test_layouts_are_equal_word_for_word(self) -> None:
        assert layout("LedgerSteps") == layout("StockLedger")

    def test_slots_are_those_that_proofs_derive(self) -> None:
        slots = {variable["label"]: int(variable["slot"]) for variable in layout("StockLedger")["storage"]}
        labels = ("_documents", "_siteJournals", "_lotJournals", "_lots", "_balances", "_consignments")
        assert slots == {label: slot for slot, label in enumerate(labels)}


class TestOneInterface:
    @pytest.mark.parametrize("name", sorted(STEPS_FUNCTIONS))
    def test_the_ledger_offers_each_function_as_it_is(self, name: str) -> None:
        assert functions("StockLedger")[name] == functions("LedgerSteps")[name]

    def test_there_is_no_other_way_in(self, stock: Stock) -> None:
        """No fallback: what the interface does not name reaches no code, though the steps would answer it."""
        kinds = {entry["type"] for entry in load_artifact("StockLedger").abi}
        assert not kinds & {"fallback", "receive"}
        data = stock.steps.functions.offset()._encode_transaction_data()
        with pytest.raises(TransactionFailed):
            stock.chain.w3.eth.call(
                {"to": stock.ledger.address, "data": data, "gasPrice": 0}  # type: ignore[typeddict-item]
            )


class TestDomain:
    def test_a_consent_for_the_code_is_none_for_the_ledger(self, stock: Stock) -> None:
        act = staged(stock, Kind.RETURN)
        domain = stock.domain_of(stock.chain.w3.eth.chain_id, stock.steps)
        foreign = act.but(approver_signature=stock.consent(act, APPROVER, domain=domain))
        assert stock.refusal(foreign).name == "DirectoryGrantMissing"
        assert stock.chain.ask(stock.call(act), act.sender.actor) == act.key
