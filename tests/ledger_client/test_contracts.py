import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import played_ledger as played
import pytest
from web3 import Web3

from ledger_client.addresses import address_from_bytes
from ledger_client.artifacts import load_artifact
from ledger_client.chain import Chain, connect
from ledger_client.contracts import (
    CONTRACTS,
    ChainOtherError,
    ContractMissingError,
    ContractSwappedError,
    Deployment,
    DeploymentEarlierError,
    DeploymentFormError,
    code_hash,
    decode_result,
    deploy,
    encode_call,
    read,
    verify_deployment,
)
from ledger_client.documents import CHINA_OFFSET
from ledger_client.files import FileExistsAlreadyError
from ledger_client.keccak import keccak
from ledger_client.roles import Role

ROOT = played.signer("root of contracts")


@pytest.fixture(scope="module")
def chain(anvil: str) -> Chain:
    return connect(anvil)


@pytest.fixture(scope="module")
def deployment(chain: Chain) -> Deployment:
    return deploy(chain, ROOT, root=ROOT.address, delay=86_400, offset=CHINA_OFFSET)


@pytest.mark.parametrize(
    "place",
    [
        *("stock_ledger", "ledger_steps", "directory", "supplier_registry", "catalogue"),
        *("norms", "reallocation"),
    ],
)
def test_threat_25_a_swapped_contract_is_refused(chain: Chain, deployment: Deployment, place: str) -> None:
    """The same bytecode with another immutable value is another contract already."""
    other = deploy(chain, ROOT, root=ROOT.address, delay=0, offset=0)
    swapped = replace(deployment, **{place: getattr(other, place)})
    with pytest.raises(ContractSwappedError, match="swapped"):
        verify_deployment(chain, swapped)


def test_threat_25_altered_code_is_refused(chain: Chain, deployment: Deployment) -> None:
    """One byte of the code changed, at the address of the ledger."""
    code = bytearray(chain.code(deployment.catalogue))
    code[-60] ^= 1
    original = chain.code(deployment.catalogue)
    chain.node.request("anvil_setCode", deployment.catalogue, f"0x{code.hex()}")
    try:
        with pytest.raises(ContractSwappedError) as refused:
            verify_deployment(chain, deployment)
    finally:
        chain.node.request("anvil_setCode", deployment.catalogue, f"0x{original.hex()}")
    assert (refused.value.contract, refused.value.address) == ("Catalogue", deployment.catalogue)
    verify_deployment(chain, deployment)


def test_an_address_without_contract_is_refused(chain: Chain, deployment: Deployment) -> None:
    nowhere = replace(deployment, catalogue=address_from_bytes(b"\x77" * 20))
    with pytest.raises((ContractMissingError, ContractSwappedError)):
        verify_deployment(chain, nowhere)
    node_without = replace(deployment, stock_ledger=address_from_bytes(b"\x77" * 20))
    with pytest.raises(ContractMissingError, match="no StockLedger"):
        verify_deployment(chain, node_without)


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"genesis_hash": bytes(32)}])
def test_another_chain_is_refused(chain: Chain, deployment: Deployment, change: dict[str, Any]) -> None:
    with pytest.raises(ChainOtherError):
        verify_deployment(chain, replace(deployment, **change))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contracts": 5}', "no JSON", "[" * 100_000])
def test_what_is_no_deployment_record_is_refused(text: str) -> None:
    with pytest.raises(DeploymentFormError, match=r"it\.json"):
        Deployment.from_json(text, "it.json")


@pytest.mark.parametrize("field", ["chainId", "genesisHash", "contracts", "codeHashes", "delay", "offset"])
def test_a_record_without_a_field_is_refused(deployment: Deployment, field: str) -> None:
    record = json.loads(deployment.to_json())
    del record[field]
    with pytest.raises(DeploymentFormError):
        Deployment.from_json(json.dumps(record))


def test_a_record_of_a_ledger_with_fewer_contracts_is_refused(deployment: Deployment) -> None:
    """As the versions before norms and reallocation wrote it."""
    record = json.loads(deployment.to_json())
    for name in ("Norms", "Reallocation"):
        del record["contracts"][name], record["codeHashes"][name]
    with pytest.raises(DeploymentEarlierError) as caught:
        Deployment.from_json(json.dumps(record), "it.json")
    assert caught.value.exit_code == 1
    assert "it.json records a ledger without Norms / Reallocation" in caught.value.text("en")
    assert "shecang init" in caught.value.text("en") and "shecang init" in caught.value.text("zh")
    del record["contracts"]["Catalogue"]
    with pytest.raises(DeploymentFormError):
        Deployment.from_json(json.dumps(record))


def test_a_record_that_pins_other_code_is_refused(deployment: Deployment) -> None:
    record = json.loads(deployment.to_json())
    record["codeHashes"]["Catalogue"] = f"0x{bytes(32).hex()}"
    with pytest.raises(ContractSwappedError):
        Deployment.from_json(json.dumps(record))
    del record["codeHashes"]["Catalogue"]
    with pytest.raises(ContractSwappedError):
        Deployment.from_json(json.dumps(record))


def test_a_record_is_saved_once_and_read_back(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    deployment.save(path)
    assert Deployment.load(path) == deployment
    assert path.read_text() == deployment.to_json()
    with pytest.raises(FileExistsAlreadyError):
        deployment.save(path)


def test_code_hashes_are_those_on_the_chain(chain: Chain, deployment: Deployment) -> None:
    for contract in CONTRACTS:
        code = chain.code(deployment.addresses[contract])
        assert code_hash(contract, deployment.immutables(contract)) == keccak(code)
        assert load_artifact(contract).matches(code)


def test_a_missing_immutable_value_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        code_hash("Directory", {"separator": bytes(32)})


def test_an_unknown_function_is_a_mistake_of_the_program() -> None:
    with pytest.raises(LookupError):
        encode_call("Directory", "nothing")


def test_calls_are_encoded_as_web3_does() -> None:
    contract = Web3().eth.contract(abi=load_artifact("Directory").abi)
    holder = ROOT.address
    consent = (keccak(b"r"), keccak(b"vs"))
    arguments = (holder, Role.KEEPER, 420106, 0, 42, consent)
    assert f"0x{encode_call('Directory', 'grant', *arguments).hex()}" == contract.encode_abi(
        "grant", args=arguments
    )
    arguments_ = (holder, holder, [(42, 0), (4201, 0)], 0, 5, consent)
    expected = contract.encode_abi("proposeReplacement", args=arguments_)
    assert f"0x{encode_call('Directory', 'proposeReplacement', *arguments_).hex()}" == expected


def test_views_are_read(chain: Chain, deployment: Deployment) -> None:
    assert read(chain, deployment, "Directory", "delay") == 86_400
    assert read(chain, deployment, "Directory", "classOf", ROOT.address) == Role.AUTHORITY
    data = encode_call("Directory", "replacementGrants", 1)
    assert decode_result("Directory", "replacementGrants", chain.call(deployment.directory, data)) == ((),)


def test_an_index_begins_below_what_may_be_replaced(anvil: str, deployment: Deployment) -> None:
    """Each creation has a block of its own on this engine."""
    chain = connect(anvil)
    chain.engine = replace(chain.engine, finality_depth=2)
    later = deploy(chain, ROOT, root=ROOT.address, delay=0, offset=0)
    assert deployment.block - deployment.first_block == len(CONTRACTS) - 1
    assert later.block - later.first_block == len(CONTRACTS) - 1 + 2
