"""A little contract, and everything that is needed to call it with raw transactions.

`Probe.json` is `Probe.sol` compiled by solc 0.8.37 for berlin, optimizer runs 1,000, no metadata.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import to_checksum_address
from web3 import Web3
from web3.contract import Contract

from ledger_client.keccak import keccak

CHAIN_ID = 31337  # anvil's, so that the same signed transactions serve both
START = 1_580_000_000
BASIN = "0x" + "22" * 20

PROBE = json.loads((Path(__file__).parent / "Probe.json").read_text())
KEEPER: LocalAccount = Account.from_key(keccak(b"keeper"))
STRANGER: LocalAccount = Account.from_key(keccak(b"stranger"))


def sign(account: LocalAccount = KEEPER, **fields: Any) -> bytes:
    transaction = {"nonce": 0, "gas": 100_000, "gasPrice": 0, "value": 0, "chainId": CHAIN_ID, "to": BASIN}
    return bytes(account.sign_transaction(transaction | fields).raw_transaction)


def sign_creation(account: LocalAccount = KEEPER, nonce: int = 0) -> bytes:
    return sign(account, nonce=nonce, to="", gas=3_000_000, data="0x" + PROBE["bytecode"])


def probe_address(account: LocalAccount = KEEPER) -> str:
    """Where `sign_creation` with number 0 puts the contract: keccak(rlp([sender, 0]))[12:]."""
    return to_checksum_address(keccak(b"\xd6\x94" + bytes.fromhex(account.address[2:]) + b"\x80")[12:])


_encoder: Contract = Web3().eth.contract(abi=PROBE["abi"], address=to_checksum_address(BASIN))


def calldata(function: str, *arguments: Any) -> str:
    return str(_encoder.encode_abi(function, list(arguments)))


def sign_call(
    nonce: int, function: str, *arguments: Any, account: LocalAccount = KEEPER, **fields: Any
) -> bytes:
    to = fields.pop("to", probe_address())
    return sign(account, nonce=nonce, to=to, data=calldata(function, *arguments), **fields)
