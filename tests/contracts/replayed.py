"""The client's replay of the events of some contracts, and everything that they store, word by word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import rlp
from chain import Chain
from trie import HexaryTrie
from trie.iter import NodeIterator
from web3.contract.contract import Contract

from ledger_client.addresses import address_from_bytes, address_to_bytes
from ledger_client.audit._slots import expected_words
from ledger_client.events import Log, LogPlace, decode_event
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.keccak import keccak

Contracts = Mapping[str, Contract]
"""Contracts by name."""


def replayed(chain: Chain, contracts: Contracts) -> State:
    """What the events of the contracts add up to."""
    addresses = [contract.address for contract in contracts.values()]
    state = memory_state()
    for raw in chain.w3.eth.get_logs({"address": addresses, "fromBlock": 0}):
        place = LogPlace(
            raw["blockNumber"], raw["logIndex"], bytes(raw["transactionHash"]), bytes(raw["blockHash"])
        )
        topics = tuple(bytes(topic) for topic in raw["topics"])
        address = address_from_bytes(address_to_bytes(raw["address"]))
        fold_event(state, decode_event(Log(address, topics, bytes(raw["data"]), place)))
    return state


def stored(chain: Chain, contract: Contract) -> dict[bytes, int]:
    """All storage of a contract: keccak of the slot → word."""
    database: Any = chain.database  # type: ignore[attr-defined]
    root = chain.w3.eth.get_block("latest")["stateRoot"]
    account: Any = rlp.decode(HexaryTrie(database, root)[keccak(address_to_bytes(contract.address))])
    items = NodeIterator(HexaryTrie(database, account[2])).items()
    return {slot: int.from_bytes(rlp.decode(word), "big") for slot, word in items}


def assert_same(chain: Chain, contracts: Contracts, among: Collection[str] = ()) -> State:
    """See that the replay comes to exactly the words in storage, no more and no less.

    Args:
        chain: Where they are.
        contracts: All that emit events.
        among: Only the storage of these is looked at; of all where none is named.
    """
    state = replayed(chain, contracts)
    for name, contract in contracts.items():
        if among and name not in among:
            continue
        found = stored(chain, contract)
        words = [word for word in expected_words(state) if word.contract == name]
        wrong = [word for word in words if found.get(keccak(word.slot), 0) != word.value]
        assert wrong == [], name
        unexplained = set(found) - {keccak(word.slot) for word in words}
        assert len(unexplained) <= allowance(state, name), (name, len(unexplained))
    return state


def allowance(state: State, name: str) -> int:
    """How many words of a contract no record explains: lists that serve lookups alone."""
    qualifications: Any = state.qualifications
    certificates = {record.certificate for record in qualifications.values()}
    return len(certificates) + len(qualifications) if name == "SupplierRegistry" else 0
