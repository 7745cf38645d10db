"""The ledger of a trust file, as what prepares documents and acts takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.trust import Trust

SOURCE = "the trust file"
"""Where it is known from, as sentences call it."""


@dataclass(frozen=True, slots=True)
class TrustedPlace:
    """Which ledger is trusted; see `ledger_client.preparing.LedgerPlace`.

    Attributes:
        chain_id: For which transactions are signed.
        genesis_hash: Of the chain's block 0.
        stock_ledger: Where documents go.
        addresses: Of the contracts, by name.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    chain_id: int
    genesis_hash: bytes
    stock_ledger: Address
    addresses: Mapping[str, Address]
    offset: int

    @classmethod
    def of(cls, trust: Trust) -> TrustedPlace:
        """Return the place of a trust file."""
        addresses = {name: each.address for name, each in trust.contracts.items()}
        return cls(trust.chain_id, trust.genesis_hash, addresses["StockLedger"], addresses, trust.offset)
