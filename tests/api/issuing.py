"""A process that records documents one after the other: `python issuing.py HOME NAME COUNT`."""

from __future__ import annotations

import sys
from pathlib import Path

from ledger_client.demo.cast import CLINIC, EAST, EAST_GOVERNMENT, MASK_LOT
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Particulars
from ledger_client.writing import Party


def main() -> None:
    """Record, and say of each document that it is recorded."""
    home, name, count = Home(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    with Ledger.open(home) as ledger:
        keeper = Party(KeystoreSigner.open(home.keys / "keeper-east.json", ""), EAST)
        for step in range(count):
            prepared = ledger.stock.issue(
                EAST_GOVERNMENT,
                CLINIC,
                [Line(MASK_LOT.lot_id, 1)],
                keeper=keeper,
                particulars=Particulars(
                    client_id=keccak(f"{name}/{step}".encode()), reason=reason_named("distribution").code
                ),
            )
            ledger.write([prepared])
            print(f"{prepared.key:062x}", flush=True)


if __name__ == "__main__":
    main()
