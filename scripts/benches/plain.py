"""What a benchmark compares reading with: plain web3.py, which decodes each event by the ABI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from web3 import Web3

from ledger_client.artifacts import load_artifact
from ledger_client.chain import LOG_RANGE
from ledger_client.contracts import Deployment
from ledger_client.documents import Kind
from ledger_client.lines import line_width
from ledger_client.node import BATCH
from ledger_client.slots import mapping_slot, slot_of

Balances = dict[tuple[int, int], int]
_QUANTITY = (1 << 63) - 1
_ID_248 = (1 << 248) - 1
_GOES = frozenset({Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH})
_COMES = frozenset({Kind.OPENING, Kind.RECEIPT, Kind.HAND_OVER})


def read_balances(w3: Web3, deployment: Deployment, first: int, last: int) -> tuple[Balances, int]:
    """Add the documents of blocks `first` to `last` up; return what each site has more, and the lines."""
    balances: Balances = defaultdict(int)
    dispatched: dict[int, tuple[int, ...]] = {}
    lines = 0
    for event in _documents(w3, deployment, first, last):
        header, words = event["header"], event["lines"]
        kind = Kind(header["kind"])
        width = line_width(kind)
        lines += len(words) // width
        heads = words[::width]
        if kind is Kind.DISPATCH:
            dispatched[event["key"]] = heads
        elif kind is Kind.ACCEPTANCE:  # without exceptions: all of it comes
            _add(balances, event["to"], dispatched[header["reference_"] & _ID_248], 1)
        if kind in _GOES:
            _add(balances, event["from"], heads, -1)
        if kind in _COMES:
            _add(balances, event["to"], heads, 1)
    return balances, lines


def follow_lot(
    w3: Web3, deployment: Deployment, first: int, last: int, lot: int
) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    """Walk the documents of blocks `first` to `last` for one lot, consignments without exceptions.

    Returns:
        Base units that went from one place to another, and what each site holds in the end.
    """
    moved: dict[tuple[int, int], int] = defaultdict(int)
    held: dict[int, int] = defaultdict(int)
    dispatched: dict[int, int] = {}
    for event in _documents(w3, deployment, first, last):
        header, words = event["header"], event["lines"]
        kind = Kind(header["kind"])
        heads = words[:: line_width(kind)]
        units = sum(head & _QUANTITY for head in heads if head >> 96 == lot)
        if kind is Kind.DISPATCH:
            dispatched[event["key"]] = units
        elif kind is Kind.ACCEPTANCE:
            units = dispatched[header["reference_"] & _ID_248]
        if not units:
            continue
        if kind in _GOES:
            held[event["from"]] -= units
        if kind in _COMES or kind is Kind.ACCEPTANCE:
            held[event["to"]] += units
        if kind is not Kind.DISPATCH:
            moved[event["from"], event["to"]] += units
    return dict(moved), {site: units for site, units in held.items() if units}


def read_words(w3: Web3, deployment: Deployment, balances: Balances, block: int) -> int:
    """Read the ledger's word of each balance, in batches; return how many differ from what was added up."""
    address: Any = deployment.stock_ledger
    differ = 0
    places = list(balances)
    for at in range(0, len(places), BATCH):
        some = places[at : at + BATCH]
        with w3.batch_requests() as batch:
            for site, lot in some:
                slot = int.from_bytes(
                    mapping_slot(site << 160 | lot, slot_of("StockLedger", "_balances")), "big"
                )
                batch.add(w3.eth.get_storage_at(address, slot, block))
            words = batch.execute()
        held = zip(some, words, strict=True)
        differ += sum(int.from_bytes(word, "big") & _QUANTITY != balances[place] for place, word in held)
    return differ


def _documents(w3: Web3, deployment: Deployment, first: int, last: int) -> Iterator[Mapping[str, Any]]:
    address: Any = deployment.stock_ledger
    contract = w3.eth.contract(address=address, abi=load_artifact("StockLedger").abi)
    event = contract.events.DocumentRecorded()
    for start in range(first, last + 1, LOG_RANGE):
        end = min(start + LOG_RANGE - 1, last)
        for log in w3.eth.get_logs({"address": address, "fromBlock": start, "toBlock": end}):
            yield event.process_log(log)["args"]


def _add(balances: Balances, site: int, heads: tuple[int, ...], sign: int) -> None:
    for head in heads:
        balances[site, head >> 96] += sign * (head & _QUANTITY)
