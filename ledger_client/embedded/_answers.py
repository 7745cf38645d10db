"""What JSON-RPC answers look like: numbers as `0x` quantities, bytes as `0x` pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI
from eth.constants import BLANK_ROOT_HASH, CREATE_CONTRACT_ADDRESS

from ledger_client.embedded._rlp import encode
from ledger_client.embedded.reader import AccountProof, MinedTransaction
from ledger_client.embedded.store import LogRow, TransactionRow
from ledger_client.keccak import KECCAK_EMPTY, keccak

Answer = dict[str, Any]

_BLOOM_BYTES = 256


def hexed(value: bytes) -> str:
    """Write bytes."""
    return "0x" + value.hex()


def word(value: int) -> str:
    """Write a number as 32 bytes."""
    return f"0x{value:064x}"


def block(
    header: BlockHeaderAPI, transactions: Sequence[SignedTransactionAPI], listed: list[str] | list[Answer]
) -> Answer:
    """Write a block with its transactions as `listed`."""
    return {
        "number": hex(header.block_number),
        "hash": hexed(header.hash),
        "parentHash": hexed(header.parent_hash),
        "sha3Uncles": hexed(header.uncles_hash),
        "miner": hexed(header.coinbase),
        "stateRoot": hexed(header.state_root),
        "transactionsRoot": hexed(header.transaction_root),
        "receiptsRoot": hexed(header.receipt_root),
        "logsBloom": hexed(header.bloom.to_bytes(_BLOOM_BYTES, "big")),
        "difficulty": hex(header.difficulty),
        # The first block counts nothing and every other one the same.
        "totalDifficulty": hex(header.block_number * header.difficulty),
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "timestamp": hex(header.timestamp),
        "extraData": hexed(header.extra_data),
        "mixHash": hexed(header.mix_hash),
        "nonce": hexed(header.nonce),
        "size": hex(len(encode([header, transactions, []]))),
        "transactions": listed,
        "uncles": [],
    }


def waiting_transaction(transaction: SignedTransactionAPI) -> Answer:
    """Write a transaction that is in no block yet."""
    return _transaction(transaction, transaction.sender) | {
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
    }


def mined_transaction(
    header: BlockHeaderAPI, transaction: SignedTransactionAPI, row: TransactionRow
) -> Answer:
    """Write a transaction with its place."""
    return _transaction(transaction, row.sender) | {
        "blockHash": hexed(header.hash),
        "blockNumber": hex(row.block),
        "transactionIndex": hex(row.position),
    }


def _transaction(transaction: Any, sender: bytes) -> Answer:
    creates = transaction.to == CREATE_CONTRACT_ADDRESS
    return {
        "hash": hexed(transaction.hash),
        "type": "0x0",
        "chainId": hex(transaction.chain_id),
        "nonce": hex(transaction.nonce),
        "from": hexed(sender),
        "to": None if creates else hexed(transaction.to),
        "value": hex(transaction.value),
        "gas": hex(transaction.gas),
        "gasPrice": hex(transaction.gas_price),
        "input": hexed(transaction.data),
        "v": hex(transaction.v),
        "r": hex(transaction.r),
        "s": hex(transaction.s),
    }


def receipt(mined: MinedTransaction, committed: ReceiptAPI, logs: Sequence[LogRow]) -> Answer:
    """Write the receipt of a mined transaction, `committed` in the block's receipts root."""
    transaction, row = mined.transaction, mined.row
    creates = transaction.to == CREATE_CONTRACT_ADDRESS
    return {
        "transactionHash": hexed(row.hash),
        "transactionIndex": hex(row.position),
        "blockHash": hexed(mined.header.hash),
        "blockNumber": hex(row.block),
        "from": hexed(row.sender),
        "to": None if creates else hexed(transaction.to),
        "contractAddress": hexed(_created(row.sender, transaction.nonce)) if creates else None,
        "cumulativeGasUsed": hex(committed.gas_used),
        "gasUsed": hex(row.gas_used),
        "effectiveGasPrice": hex(transaction.gas_price),
        "type": "0x0",
        "status": hex(int.from_bytes(committed.state_root, "big")),
        "logsBloom": hexed(committed.bloom.to_bytes(_BLOOM_BYTES, "big")),
        "logs": [log(entry, mined.header.hash) for entry in logs],
    }


def _created(sender: bytes, nonce: int) -> bytes:
    """Return the address of the contract that a transaction creates (yellow paper, section 7)."""
    return keccak(encode([sender, nonce]))[12:]


def log(entry: LogRow, block_hash: bytes) -> Answer:
    """Write a log with its place."""
    return {
        "address": hexed(entry.address),
        "topics": [hexed(topic) for topic in entry.topics],
        "data": hexed(entry.data),
        "blockHash": hexed(block_hash),
        "blockNumber": hex(entry.block),
        "transactionHash": hexed(entry.transaction_hash),
        "transactionIndex": hex(entry.transaction_position),
        "logIndex": hex(entry.position),
        "removed": False,
    }


def proof(proven: AccountProof) -> Answer:
    """Write a proof (EIP-1186)."""
    account = proven.account
    return {
        "address": hexed(proven.address),
        "balance": hex(account.balance),
        "nonce": hex(account.nonce),
        "codeHash": hexed(account.code_hash or KECCAK_EMPTY),
        "storageHash": hexed(account.storage_root or BLANK_ROOT_HASH),
        "accountProof": [hexed(node) for node in proven.nodes],
        "storageProof": [
            {
                "key": word(entry.slot),
                "value": hex(entry.value),
                "proof": [hexed(node) for node in entry.nodes],
            }
            for entry in proven.storage
        ],
    }
