"""Gas of whole transactions, beside OpenZeppelin's ERC-1155 batch transfer of the same ids on one anvil.

The baseline checks nothing and keeps no history; ours makes every check and rolls the journals. Both move
100 lots picked at random out of 10,000, of which both sides hold some already. The node runs Cancun's rules,
since OpenZeppelin 5.7 needs them; ours is compiled for Berlin all the same.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from anvil import find_anvil, running_anvil
from rich.console import Console
from rich.progress import track

from benches.report import report
from benches.world import ITEM, OTHER_SITE, SITE, SUPPLIER, District, actor, deploy_code, send
from ledger_client.calldata import OPEN, Consignment
from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import LotAttributes, pack_quantities
from ledger_client.words import pack_reference

LOTS = 10_000
PICKED = 100
STOCK = 1_000  # base units of each lot
MOVED = 7  # base units of each picked lot
SEED = 2020
BASELINE = Path(__file__).resolve().parents[2] / "tests/contracts/artifacts/baseline/Baseline1155.json"
CONSIGNMENT = 2


def main() -> None:
    """Run all cases."""
    executable = find_anvil()
    if executable is None:
        sys.exit("anvil is not installed: run scripts/test once")
    with running_anvil(executable, hardfork="cancun") as url:
        district = District.found(url)
        lots = [LotAttributes(item=ITEM, source=SUPPLIER, batch=keccak(b"%d" % i)) for i in range(LOTS)]
        receipts = _receive_all(district, lots)
        _spread(district, [lot.lot_id for lot in lots])
        picked = random.Random(SEED).sample([lot.lot_id for lot in lots], PICKED)

        baseline = _baseline(district, [lot.lot_id for lot in lots], picked)
        handover = _hand_over(district, picked)
        dispatch, acceptance = _dispatch_and_accept(district, picked)

    facts = {"lines": PICKED, "lots": LOTS, "seed": SEED}
    report("gas", "handover-100", "gas", handover, baseline, **facts)
    more = {"dispatch": dispatch, "acceptance": acceptance}
    report("gas", "dispatch-accept-100", "gas", dispatch + acceptance, baseline, **facts, **more)
    report("gas", "receipt-100-new-lots", "gas", receipts[-1], **facts)


def _chunks(values: list[Any]) -> list[list[Any]]:
    return [values[i : i + PICKED] for i in range(0, len(values), PICKED)]


def _progress(values: list[Any], what: str) -> Any:
    return track(values, description=what, console=Console(stderr=True), transient=True)


def _receive_all(district: District, lots: list[LotAttributes]) -> list[int]:
    return [district.receive(some, STOCK)["gasUsed"] for some in _progress(_chunks(lots), "receipts")]


def _spread(district: District, lots: list[int]) -> None:
    """Give the other site some of every lot."""
    for some in _progress(_chunks(lots), "hand-overs"):
        _move(district, Kind.HAND_OVER, some, STOCK // 2)


def _move(district: District, kind: Kind, lots: list[int], quantity: int, **content: Any) -> int:
    other = district.other_keeper if kind is Kind.HAND_OVER else None
    receipt = district.record(
        kind,
        district.keeper,
        other=other,
        from_=SITE,
        to=OTHER_SITE,
        lines=pack_quantities(kind, [(lot, quantity) for lot in lots]),
        **content,
    )
    return int(receipt["gasUsed"])


def _hand_over(district: District, lots: list[int]) -> int:
    return _move(district, Kind.HAND_OVER, lots, MOVED)


def _dispatch_and_accept(district: District, lots: list[int]) -> tuple[int, int]:
    """The whole way of a consignment without exceptions: two transactions."""
    deadline = district.w3.eth.get_block("latest")["timestamp"] + 86_400
    lines = pack_quantities(Kind.DISPATCH, [(lot, MOVED) for lot in lots])
    dispatched = district.record(
        Kind.DISPATCH, district.keeper, from_=SITE, to=OTHER_SITE, deadline=deadline, lines=lines
    )
    key = int.from_bytes(dispatched["logs"][0]["topics"][1], "big")
    accepted = district.record(
        Kind.ACCEPTANCE,
        district.other_keeper,
        from_=SITE,
        to=OTHER_SITE,
        reference=pack_reference(CONSIGNMENT, key),
        consignment=Consignment(OPEN, (district.keeper.address,), lines),
    )
    return int(dispatched["gasUsed"]), int(accepted["gasUsed"])


def _baseline(district: District, lots: list[int], picked: list[int]) -> int:
    """ERC-1155: both accounts hold every id, then one moves the picked ones to the other, a plain account."""
    artifact = json.loads(BASELINE.read_text(encoding="utf-8"))
    token = deploy_code(district.w3, district.root, artifact["abi"], artifact["bytecode"]).functions
    sender, receiver = actor("keeper"), actor("other keeper").address
    for some in _progress(_chunks(lots), "ERC-1155"):
        for account in (sender.address, receiver):
            send(district.w3, district.root, token.mintBatch(account, some, [STOCK] * len(some)))
    ids = sorted(picked)
    transfer = token.safeBatchTransferFrom(sender.address, receiver, ids, [MOVED] * len(ids), b"")
    return int(send(district.w3, sender, transfer)["gasUsed"])


if __name__ == "__main__":
    main()
