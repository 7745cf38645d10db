"""A played city that witnesses have looked at: a trust file, and statements of three of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger_client.addresses import address_to_bytes
from ledger_client.checkpoints import Directory, Statement, sign_checkpoint
from ledger_client.demo.cast import at
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.trust import Accepted, Trust
from ledger_client.trust.acceptance import write_accepted

SPACING = 4
THRESHOLD = 2
DAYS_LATER = 200  # the clock of whoever signs after the city was played


def witness(number: int) -> Signer:
    """Return somebody with a key, the same for the same number."""
    return EnvironmentSigner.from_value("WITNESS", keccak(f"witness {number}".encode()).hex())


WITNESSES = sorted(map(witness, range(3)), key=lambda each: address_to_bytes(each.address))


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A home with a trust file, and what its witnesses signed."""

    home: Home
    trust: Trust
    statements: tuple[Statement, ...]


def have_witnessed(home: Home) -> Witnessed:
    """Have a trust file accepted in a home, and its newest block signed by all witnesses."""
    with Ledger.open(home, clock=ManualClock(at(DAYS_LATER))) as ledger:
        trust = Trust.of(
            ledger.deployment,
            [each.address for each in WITNESSES],
            threshold=THRESHOLD,
            spacing=SPACING,
            final_depth=ledger.chain.engine.finality_depth,
        )
        write_accepted(home.trust, Accepted(trust))
        signed = tuple(
            sign_checkpoint(
                ledger.chain, trust, each, Directory(home.checkpoints), is_first=True, seal=True
            ).statement
            for each in WITNESSES
        )
    return Witnessed(home, trust, signed)


def put(directory: Path, *statements: Statement) -> None:
    """Write statements into a place, whoever signed them."""
    for each in statements:
        Directory(directory).append([each])
