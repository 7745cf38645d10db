"""A chain with a ledger, witnesses of whom two of three must sign, and statements that they may have made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger_client.addresses import address_to_bytes
from ledger_client.chain import Chain
from ledger_client.checkpoints import Directory, Statement, sign_checkpoint
from ledger_client.contracts import Deployment, deploy
from ledger_client.documents import CHINA_OFFSET
from ledger_client.keccak import keccak
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.trust import Trust

SPACING = 4


def _secret(number: int) -> str:
    return keccak(f"checkpoint {number}".encode()).hex()


def signer(number: int) -> Signer:
    """Return somebody with a key, the same for the same number."""
    return EnvironmentSigner.from_value("WITNESS", _secret(number))


def secret_of(witness: Signer) -> str:
    """Return the key of a witness, for a process of its own."""
    return next(_secret(number) for number in range(3) if signer(number).address == witness.address)


WITNESSES = sorted(map(signer, range(3)), key=lambda each: address_to_bytes(each.address))
ONE, TWO, THREE = WITNESSES


@dataclass
class Vouched:
    """A chain with a ledger, and the trust file about it."""

    chain: Chain
    deployment: Deployment
    trust: Trust

    def sign(self, witness: Signer, place: Path, **options: object) -> Statement:
        return sign_checkpoint(
            self.chain, self.trust, witness, Directory(place), is_first=True, seal=True, **options
        ).statement  # type: ignore[arg-type]


def vouched(chain: Chain, *, depth: int = 0) -> Vouched:
    deployment = deploy(chain, signer(99), root=signer(99).address, delay=0, offset=CHINA_OFFSET)
    addresses = [each.address for each in WITNESSES]
    trust = Trust.of(deployment, addresses, threshold=2, spacing=SPACING, final_depth=depth)
    return Vouched(chain, deployment, trust)


def said(
    trust: Trust, witness: Signer, number: int, what: str = "", before: Statement | None = None
) -> Statement:
    """Return a statement about a made-up block, as a witness may sign who sees another chain."""
    name = f"{what}{number}".encode()
    previous = (before.number, before.block_hash) if before else (0, trust.genesis_hash)
    return Statement(witness.address, number, keccak(name), keccak(name + b"s"), *previous).signed(
        trust, witness
    )


def put(place: Path, *statements: Statement) -> None:
    """Write statements into a place, whoever signed them."""
    place.mkdir(exist_ok=True)
    for each in statements:
        Directory(place).append([each])


def mine(chain: Chain, blocks: int) -> None:
    chain.node.request("anvil_mine", hex(blocks), "0x1")
