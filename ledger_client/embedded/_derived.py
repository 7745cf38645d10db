"""What follows from a block: where its transactions lie, and its logs."""

from __future__ import annotations

from collections.abc import Sequence

from eth.abc import ReceiptAPI, SignedTransactionAPI

from ledger_client.embedded.store import LogRow, TransactionRow


def derive(
    block: int, transactions: Sequence[SignedTransactionAPI], receipts: Sequence[ReceiptAPI]
) -> tuple[list[TransactionRow], list[LogRow]]:
    """Return the rows of a block's transactions and logs.

    A receipt holds the gas of all transactions up to its own; a transaction's gas is the difference.
    """
    rows: list[TransactionRow] = []
    logs: list[LogRow] = []
    gas_before = 0
    for position, (transaction, receipt) in enumerate(zip(transactions, receipts, strict=True)):
        gas_used = receipt.gas_used - gas_before
        gas_before = receipt.gas_used
        hash_ = transaction.hash
        rows.append(TransactionRow(hash_, block, position, transaction.sender, gas_used, len(logs)))
        for log in receipt.logs:
            topics = tuple(topic.to_bytes(32, "big") for topic in log.topics)
            logs.append(LogRow(block, len(logs), position, hash_, log.address, topics, log.data))
    return rows, logs
