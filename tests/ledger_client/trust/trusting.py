"""A trust file about a made-up deployment, its witnesses, and offers that some of them have approved."""

from __future__ import annotations

from pathlib import Path

from ledger_client.addresses import address_from_bytes
from ledger_client.contracts import Deployment
from ledger_client.documents import CHINA_OFFSET
from ledger_client.keccak import keccak
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.trust import Offer, Trust, approve


def witness(number: int) -> Signer:
    return EnvironmentSigner.from_value("WITNESS", keccak(f"trusted {number}".encode()).hex())


WITNESSES = [witness(number) for number in range(3)]
ADDRESSES = [each.address for each in WITNESSES]
DEPLOYMENT = Deployment(
    chain_id=2026,
    genesis_hash=keccak(b"genesis"),
    **{
        name: address_from_bytes(keccak(name.encode())[:20])
        for name in (
            *("directory", "supplier_registry", "catalogue", "ledger_steps", "stock_ledger"),
            *("norms", "reallocation"),
        )
    },
    first_block=3,
    block=4,
    delay=86_400,
    offset=CHINA_OFFSET,
)
TRUST = Trust.of(DEPLOYMENT, ADDRESSES, threshold=2, spacing=16, final_depth=12)


def offered(path: Path, trust: Trust = TRUST, *witnesses: Signer, before: Trust = TRUST) -> Path:
    offer = Offer(trust)
    for each in witnesses:
        offer = approve(before, offer, each, str(path))
    path.write_bytes(offer.to_bytes())
    return path
