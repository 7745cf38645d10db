"""The contracts of a ledger: how they are called, deployed, recorded and recognised.

A `Deployment` says where they are. The client trusts an address only after `verify_deployment` has compared
the code there with the code that this version of the client was built for: a contract that was swapped for
another one is refused (threat 25).

Example::

    deployment = deploy(chain, signer, root=signer.address, delay=86_400, offset=CHINA_OFFSET)
    deployment.save(Path("deployment.json"))
    verify_deployment(chain, Deployment.load(Path("deployment.json")))
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rlp
from eth_abi.abi import decode as decode_abi
from eth_abi.abi import encode as encode_abi
from eth_utils.abi import collapse_if_tuple

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes, parse_address
from ledger_client.artifacts import load_artifact
from ledger_client.chain import Chain
from ledger_client.digests import domain_separator
from ledger_client.errors import MismatchError, UnavailableError
from ledger_client.files import read_limited, write_new_private
from ledger_client.json_text import require_shallow
from ledger_client.keccak import KECCAK_EMPTY, keccak
from ledger_client.signers import Signer

CONTRACTS = (
    *("Directory", "SupplierRegistry", "Catalogue", "LedgerSteps", "StockLedger"),
    *("Norms", "Reallocation"),
)
"""The contracts of a ledger, in the order in which they are deployed; `LedgerSteps` is code that the
StockLedger runs on its own storage, and nobody calls it."""

_ADDED = ("Norms", "Reallocation")
"""Contracts that the ledgers of earlier versions do not have."""

_DEPLOYMENT_LIMIT = 16_384  # bytes
_CREATION_GAS = 400_000  # beside code and data: the constructor's own work, and room


class DeploymentFormError(UnavailableError):
    """A file is no deployment record."""

    en = "{source} is no deployment record ({reason}); copy it anew from whoever set the ledger up"
    zh = "{source} 不是部署记录（{reason}）；请向账本设立方重新索取"


class DeploymentEarlierError(MismatchError):
    """A deployment record is of a ledger that was set up when there were fewer contracts."""

    en = (
        "{source} records a ledger without {contracts}, set up by an earlier version of this client; go on "
        "with that version there, or set up a new ledger in another home (`shecang init`)"
    )
    zh = (
        "{source} 所记账本没有 {contracts} 合约，系由本客户端的早期版本设立；该账本请继续使用早期版本，"
        "或在另一目录中设立新账本（`shecang init`）"
    )


class ChainOtherError(MismatchError):
    """A node belongs to another chain than the deployment record."""

    en = (
        "the node runs another chain ({found}) than the ledger was deployed on ({expected}); "
        "connect to the right node"
    )
    zh = "节点所在链（{found}）不是账本所在链（{expected}）；请连接正确的节点"


class ContractMissingError(MismatchError):
    """There is no contract where the deployment record says."""

    en = "there is no {contract} at {address}; connect to the right node, or correct the deployment record"
    zh = "{address} 处没有 {contract} 合约；请连接正确的节点，或更正部署记录"


class ContractSwappedError(MismatchError):
    """A contract's code is not the one that this client was built for."""

    en = (
        "the code at {address} is not the {contract} of this client (hash {found}…, expected {expected}…): "
        "it was swapped, or is of another version; nothing is read from it or sent to it"
    )
    zh = (
        "{address} 处的代码不是本客户端的 {contract}（摘要 {found}…，应为 {expected}…）："
        "合约被调换或版本不同；不向其读取或发送任何内容"
    )


class DeploymentFailedError(UnavailableError):
    """A contract could not be created."""

    en = "{contract} could not be created (transaction 0x{transaction}); give the block a higher gas limit"
    zh = "{contract} 未能创建（交易 0x{transaction}）；请提高区块的燃料上限"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Where a ledger is, and how it was set up.

    Attributes:
        chain_id: Id of the chain.
        genesis_hash: Hash of block 0.
        directory: Address of the Directory.
        supplier_registry: Address of the SupplierRegistry.
        catalogue: Address of the Catalogue.
        ledger_steps: Address of the LedgerSteps, whose code the StockLedger runs.
        stock_ledger: Address of the StockLedger.
        norms: Address of the Norms.
        reallocation: Address of the Reallocation.
        first_block: Block with which an index begins: that of the first of the creations, or below it
            by as much as blocks may be replaced.
        block: Block of the last of them, when they were created.
        delay: D, seconds after which a grant acts; 0 only on a demo.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    chain_id: int
    genesis_hash: bytes
    directory: Address
    supplier_registry: Address
    catalogue: Address
    ledger_steps: Address
    stock_ledger: Address
    norms: Address
    reallocation: Address
    first_block: int
    block: int
    delay: int
    offset: int

    @property
    def addresses(self) -> dict[str, Address]:
        """Address by contract, in the order of deployment."""
        return dict(
            zip(
                CONTRACTS,
                (
                    self.directory,
                    self.supplier_registry,
                    self.catalogue,
                    self.ledger_steps,
                    self.stock_ledger,
                    self.norms,
                    self.reallocation,
                ),
                strict=True,
            )
        )

    @property
    def domain(self) -> bytes:
        """Domain separator of consents to documents."""
        return domain_separator(self.chain_id, self.stock_ledger)

    @property
    def class_domain(self) -> bytes:
        """Domain separator of consents to a class."""
        return domain_separator(self.chain_id, self.directory)

    @property
    def code_hashes(self) -> dict[str, bytes]:
        """Keccak of the code that each contract must have: artifact, with its immutable values filled in."""
        return {contract: code_hash(contract, self.immutables(contract)) for contract in CONTRACTS}

    def immutables(self, contract: str) -> Mapping[str, bytes]:
        """Return the words that the deployment of `contract` may have filled into its code, by variable."""
        return {
            "home": _address_word(self.addresses[contract]),
            "separator": domain_separator(self.chain_id, self.addresses[contract]),
            "directory": _address_word(self.directory),
            "catalogue": _address_word(self.catalogue),
            "registry": _address_word(self.supplier_registry),
            "steps": _address_word(self.ledger_steps),
            "ledger": _address_word(self.stock_ledger),
            "ledgerSeparator": self.domain,
            "norms": _address_word(self.norms),
            "delay": _word(self.delay),
            "offset": _word(self.offset),
        }

    def to_json(self) -> str:
        """Return the record as text; keys sorted, hashes and addresses in hexadecimal."""
        record = {
            "block": self.block,
            "chainId": self.chain_id,
            "codeHashes": {name: _hex(value) for name, value in self.code_hashes.items()},
            "contracts": self.addresses,
            "delay": self.delay,
            "firstBlock": self.first_block,
            "genesisHash": _hex(self.genesis_hash),
            "offset": self.offset,
        }
        return json.dumps(record, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str = "the text") -> Deployment:
        """Return the deployment that a record describes.

        Args:
            text: As `to_json` returned it.
            source: How a sentence calls it.

        Raises:
            DeploymentFormError: It is no such record.
            DeploymentEarlierError: It is one of a ledger that lacks contracts.
            ContractSwappedError: It pins other code than this client was built for.
        """
        try:
            require_shallow(text)
            record = json.loads(text)
            if set(record["contracts"]) == set(CONTRACTS) - set(_ADDED):
                raise DeploymentEarlierError(source=source, contracts=" / ".join(_ADDED))
            deployment, pinned = _parsed(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DeploymentFormError(source=source, reason=f"{type(error).__name__}: {error}") from error
        for contract, expected in deployment.code_hashes.items():
            if pinned.get(contract) != expected:
                found = pinned.get(contract, b"")
                raise _swapped(contract, deployment.addresses[contract], found, expected)
        return deployment

    def save(self, path: Path) -> None:
        """Write the record to the new file `path`.

        Raises:
            FileExistsAlreadyError: It is there already.
            DiskFullError: There is no room.
            FileUnavailableError: It cannot be written.
        """
        write_new_private(path, self.to_json().encode())

    @classmethod
    def load(cls, path: Path) -> Deployment:
        """Return the deployment recorded in `path`.

        Raises:
            DeploymentFormError: It is no deployment record.
            DeploymentEarlierError: It is one of a ledger that lacks contracts.
            ContractSwappedError: It pins other code than this client was built for.
            FileUnavailableError: It cannot be read.
        """
        content = read_limited(path, _DEPLOYMENT_LIMIT)
        return cls.from_json(content.decode("utf-8", "replace"), str(path))


def code_hash(contract: str, immutables: Mapping[str, bytes]) -> bytes:
    """Return keccak of the code that a contract has on the chain.

    Args:
        contract: Its name.
        immutables: The word that its deployment filled in, by the variable's name without contract and
            underscore.

    Raises:
        KeyError: A value is missing: the artifact and this module do not belong together.
    """
    artifact = load_artifact(contract)
    code = bytearray(artifact.deployed_bytecode)
    for variable, places in artifact.immutable_references.items():
        word = immutables[variable.rpartition(".")[2].lstrip("_")]
        for start, length in places:
            code[start : start + length] = word
    return keccak(bytes(code))


def verify_deployment(chain: Chain, deployment: Deployment) -> None:
    """Refuse a chain on which the contracts are not the ones of this client.

    Raises:
        ChainOtherError: Chain id or genesis hash differ.
        ContractMissingError: There is no code at an address.
        ContractSwappedError: The code is another one.
    """
    found = (chain.chain_id, chain.genesis_hash)
    expected = (deployment.chain_id, deployment.genesis_hash)
    if found != expected:
        raise ChainOtherError(found=_chain_name(*found), expected=_chain_name(*expected))
    for contract, pinned in deployment.code_hashes.items():
        address = deployment.addresses[contract]
        actual = keccak(chain.code(address))
        if actual == KECCAK_EMPTY:
            raise ContractMissingError(contract=contract, address=address)
        if actual != pinned:
            raise _swapped(contract, address, actual, pinned)


def deploy(chain: Chain, signer: Signer, *, root: Address, delay: int, offset: int) -> Deployment:
    """Create the contracts and return where they are.

    Args:
        chain: Where.
        signer: Who pays for nothing and needs no role afterwards.
        root: The first authority of division 0; should be a multi-signature wallet.
        delay: D in seconds, fixed for ever; 0 only on a demo.
        offset: Seconds by which the ledger's days are ahead of UTC, fixed for ever.

    Raises:
        DeploymentFailedError: A creation ran out of gas.
        TransactionRejectedError: The node does not take it.
        ReceiptMissingError: It is in no block in time.
    """
    nonce = chain.transaction_count(signer.address)
    directory, registry, catalogue, steps, ledger, norms, reallocation = (
        _created_by(signer.address, nonce + step) for step in range(len(CONTRACTS))
    )
    arguments: tuple[tuple[Any, ...], ...] = (
        (root, delay),
        (directory,),
        (directory,),
        (directory, offset),
        (directory, catalogue, registry, steps, offset),
        (directory, catalogue, ledger),
        (norms, ledger, directory, catalogue, offset),
    )
    # All are sent before the first is in a block: where they will be follows from sender and nonce.
    sent = [
        chain.send_raw(_creation(chain, signer, nonce + step, contract, arguments[step]))
        for step, contract in enumerate(CONTRACTS)
    ]
    receipts = chain.wait(sent)
    for contract, receipt in zip(CONTRACTS, receipts, strict=True):
        if not receipt.succeeded:
            raise DeploymentFailedError(contract=contract, transaction=receipt.transaction.hex())
    deployment = Deployment(
        chain_id=chain.chain_id,
        genesis_hash=chain.genesis_hash,
        directory=directory,
        supplier_registry=registry,
        catalogue=catalogue,
        ledger_steps=steps,
        stock_ledger=ledger,
        norms=norms,
        reallocation=reallocation,
        # Where blocks may be replaced, the creations may yet come to stand in earlier ones.
        first_block=max(0, receipts[0].block_number - chain.finality_depth),
        block=receipts[-1].block_number,
        delay=delay,
        offset=offset,
    )
    verify_deployment(chain, deployment)
    return deployment


def creation_code(contract: str, *arguments: Any) -> bytes:
    """Return what a transaction carries to create a contract."""
    artifact = load_artifact(contract)
    [constructor] = [entry for entry in artifact.abi if entry["type"] == "constructor"]
    return artifact.bytecode + encode_abi(_types(constructor["inputs"]), arguments)


def encode_call(contract: str, function: str, *arguments: Any) -> bytes:
    """Return the calldata of a function; for documents there is `ledger_client.calldata`.

    Args:
        contract: Name of the contract.
        function: Name of the function.
        arguments: In order; a struct is a tuple.

    Raises:
        LookupError: The contract has no such function: a mistake in the calling code.
    """
    selector, inputs, _ = _function(contract, function)
    return selector + encode_abi(inputs, arguments)


def decode_result(contract: str, function: str, data: bytes) -> tuple[Any, ...]:
    """Return what a function answered; a struct is a tuple."""
    _, _, outputs = _function(contract, function)
    return decode_abi(outputs, data)


def read(chain: Chain, deployment: Deployment, contract: str, function: str, *arguments: Any) -> Any:
    """Return the one value that a view function answers at the newest block."""
    data = encode_call(contract, function, *arguments)
    return decode_result(contract, function, chain.call(deployment.addresses[contract], data))[0]


@cache
def _function(contract: str, function: str) -> tuple[bytes, list[str], list[str]]:
    """Return selector, types of the arguments and types of the results."""
    artifact = load_artifact(contract)
    for entry in artifact.abi:
        if entry["type"] == "function" and entry["name"] == function:
            inputs = _types(entry["inputs"])
            selector = bytes.fromhex(artifact.method_identifiers[f"{function}({','.join(inputs)})"])
            return selector, inputs, _types(entry["outputs"])
    raise LookupError(f"{contract} has no function {function}")


def _types(parameters: list[dict[str, Any]]) -> list[str]:
    return [collapse_if_tuple(parameter) for parameter in parameters]


def _created_by(sender: Address, nonce: int) -> Address:
    """Return where the contract will be that a transaction creates."""
    encoded: bytes = rlp.encode([address_to_bytes(sender), nonce])  # type: ignore[attr-defined, no-untyped-call]
    return address_from_bytes(keccak(encoded)[12:])


def _creation(chain: Chain, signer: Signer, nonce: int, contract: str, arguments: tuple[Any, ...]) -> bytes:
    """Return the signed transaction that creates a contract."""
    data = creation_code(contract, *arguments)
    # 16 gas a byte of data, 200 a byte of code that stays, 53,000 for any creation.
    gas = 53_000 + 16 * len(data) + 200 * len(load_artifact(contract).deployed_bytecode) + _CREATION_GAS
    return signer.sign_transaction({"chainId": chain.chain_id, "nonce": nonce, "gas": gas, "data": data})


def _parsed(record: dict[str, Any]) -> tuple[Deployment, dict[str, bytes]]:
    addresses = {name: parse_address(record["contracts"][name]) for name in CONTRACTS}
    deployment = Deployment(
        chain_id=int(record["chainId"]),
        genesis_hash=_bytes32(record["genesisHash"]),
        directory=addresses["Directory"],
        supplier_registry=addresses["SupplierRegistry"],
        catalogue=addresses["Catalogue"],
        ledger_steps=addresses["LedgerSteps"],
        stock_ledger=addresses["StockLedger"],
        norms=addresses["Norms"],
        reallocation=addresses["Reallocation"],
        first_block=int(record["firstBlock"]),
        block=int(record["block"]),
        delay=int(record["delay"]),
        offset=int(record["offset"]),
    )
    return deployment, {name: _bytes32(value) for name, value in record["codeHashes"].items()}


def _swapped(contract: str, address: Address, found: bytes, expected: bytes) -> ContractSwappedError:
    return ContractSwappedError(
        contract=contract, address=address, found=found.hex()[:8], expected=expected.hex()[:8]
    )


def _chain_name(chain_id: int, genesis_hash: bytes) -> str:
    return f"{chain_id}, {genesis_hash.hex()[:8]}…"


def _bytes32(text: str) -> bytes:
    value = bytes.fromhex(text.removeprefix("0x"))
    if len(value) != 32:
        raise ValueError(f"{text} has not 32 bytes")
    return value


def _address_word(address: Address) -> bytes:
    return bytes(12) + address_to_bytes(address)


def _hex(value: bytes) -> str:
    return f"0x{value.hex()}"


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")
