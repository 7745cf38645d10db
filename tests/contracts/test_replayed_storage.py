"""The client's replay of the events against everything that the contracts store, word by word.

Every kind of document was recorded by the real contracts; the replay of their events must come to exactly
the words in storage, no more and no less, journals of sites, lots, holders, suppliers and issuers among them.
"""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from stock import Stock, remaining
from stock_stages import accepted, after_deadline, dispatched, staged
from stock_world import MASKS, RICE, build_stock
from trie import HexaryTrie
from trie.iter import NodeIterator
from web3.contract.contract import Contract

from ledger_client.addresses import address_from_bytes, address_to_bytes
from ledger_client.audit._slots import expected_words
from ledger_client.documents import Kind
from ledger_client.events import Log, LogPlace, decode_event
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.keccak import keccak
from ledger_client.lines import Line


def contracts(stock: Stock) -> dict[str, Contract]:
    world = stock.world
    return {
        "Directory": world.directory,
        "SupplierRegistry": world.registry,
        "Catalogue": world.catalogue,
        "StockLedger": stock.ledger,
    }


def replayed(stock: Stock) -> State:
    addresses = [contract.address for contract in contracts(stock).values()]
    state = memory_state()
    for raw in stock.chain.w3.eth.get_logs({"address": addresses, "fromBlock": 0}):
        place = LogPlace(
            raw["blockNumber"], raw["logIndex"], bytes(raw["transactionHash"]), bytes(raw["blockHash"])
        )
        topics = tuple(bytes(topic) for topic in raw["topics"])
        address = address_from_bytes(address_to_bytes(raw["address"]))
        fold_event(state, decode_event(Log(address, topics, bytes(raw["data"]), place)))
    return state


def stored(stock: Stock, contract: Contract) -> dict[bytes, int]:
    """All storage of a contract: keccak of the slot → word."""
    database: Any = stock.chain.database  # type: ignore[attr-defined]
    root = stock.chain.w3.eth.get_block("latest")["stateRoot"]
    account: Any = rlp.decode(HexaryTrie(database, root)[keccak(address_to_bytes(contract.address))])
    items = NodeIterator(HexaryTrie(database, account[2])).items()
    return {slot: int.from_bytes(rlp.decode(word), "big") for slot, word in items}


def assert_same(stock: Stock) -> State:
    state = replayed(stock)
    for name, contract in contracts(stock).items():
        found = stored(stock, contract)
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


@pytest.fixture(scope="module")
def built() -> Stock:
    return build_stock()


@pytest.fixture
def stock(built: Stock) -> Any:
    snapshot = built.chain.snapshot()
    yield built
    built.chain.revert(snapshot)


def test_world_as_it_was_built(stock: Stock) -> None:
    state: Any = assert_same(stock)
    assert state.qualifications
    assert state.grants
    assert state.balances


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_every_kind_of_document(stock: Stock, kind: Kind) -> None:
    act = staged(stock, kind)
    stock.enter(act)
    state: Any = assert_same(stock)
    assert state.documents[act.key].kind == kind


def test_all_kinds_one_after_the_other(stock: Stock) -> None:
    # A hold and a recall are parts of what stages a release and a lift; goods must not run out.
    staged_before = {Kind.OPENING, Kind.HOLD, Kind.RECALL}
    on_the_way = {Kind.DISPATCH, Kind.ACCEPTANCE, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT}
    for kind in Kind:
        if kind not in staged_before | on_the_way:
            stock.enter(staged(stock, kind))
    assert_same(stock)


def test_consignment_with_everything(stock: Stock) -> None:
    """Returning and missing for two reasons, found missing on return, settled in three parts."""
    masks, rice = MASKS.lot_id, RICE.lot_id
    act, consignment = accepted(
        stock,
        *(Line.returning(masks, 10, 1), Line.missing(masks, 4, 1), Line.missing(masks, 3, 2)),
        Line.returning(rice, 8, 3),
    )
    assert_same(stock)
    back = (Line.missing(masks, 2, 1), Line.missing(rice, 8, 5))
    step = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment, *back)
    stock.enter(step)
    state: Any = assert_same(stock)
    left = [(line >> 96, line >> 80 & 0x7FFF, line & 0xFFFF) for line in state.consignments[act.key].lines]
    assert sorted(left) == sorted([(masks, 1, 4), (masks, 2, 3), (masks, 1, 2), (rice, 5, 8)])


def test_contested_then_returned(stock: Stock) -> None:
    act, consignment = dispatched(stock)
    after_deadline(stock, act)
    lines = (Line.missing(MASKS.lot_id, 40, 1), Line.missing(RICE.lot_id, 1, 2))
    step = stock.step(Kind.CONTEST, act, consignment, *lines)
    stock.enter(step)
    assert_same(stock)
    with_rest = remaining(consignment, step, *lines)
    assert with_rest.state == 2
