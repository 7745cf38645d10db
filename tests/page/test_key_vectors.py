"""What the page's tests of keys and trust compare with, held to what the client itself writes.

The key files in `api/web/tests/vectors/keystores.json` were made once: by `shecang keys` (demo, scrypt), by
eth-account (PBKDF2), and one by the page itself, whose tests make it again byte for byte.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from ledger_client.addresses import address_from_bytes
from ledger_client.contracts import Deployment
from ledger_client.digests import consent_digest, domain_separator
from ledger_client.documents import CHINA_OFFSET
from ledger_client.keccak import keccak
from ledger_client.keystores import open_keystore
from ledger_client.records import Record, RecordId, record_digest
from ledger_client.sign_in import SignIn
from ledger_client.signers import CompactSignature, EnvironmentSigner, Signer
from ledger_client.trust import Accepted, Head, Offer, Trust, approve, fingerprint_groups

VECTORS = Path(__file__).parents[2] / "api/web/tests/vectors"
KEYSTORES: list[dict[str, Any]] = json.loads((VECTORS / "keystores.json").read_text())

KEY = keccak(b"a key of the page's tests")
SIGNER = EnvironmentSigner.from_value("KEY", KEY.hex())
CONTRACTS = (
    *("directory", "supplier_registry", "catalogue", "ledger_steps", "stock_ledger"),
    *("norms", "reallocation"),
)
DEPLOYMENT = Deployment(
    chain_id=20_200_123,
    genesis_hash=keccak(b"genesis"),
    **{name: address_from_bytes(keccak(name.encode())[:20]) for name in CONTRACTS},
    first_block=3,
    block=4,
    delay=0,
    offset=CHINA_OFFSET,
)
WITNESSES = [EnvironmentSigner.from_value("KEY", keccak(b"witness %d" % each).hex()) for each in range(3)]


def trust_vectors() -> dict[str, Any]:
    """Offers, one of a successor with approvals, and accepted files, each with its fingerprint as shown."""
    addresses = [each.address for each in WITNESSES]
    first = Trust.of(DEPLOYMENT, addresses, threshold=2, spacing=16, final_depth=12)
    second = first.succeeded_by(addresses[:2], threshold=2)
    successor = Offer(second)
    for each in WITNESSES[:2]:
        successor = approve(first, successor, each, "successor")
    files: dict[str, tuple[Trust, Offer | Accepted]] = {
        "offer": (first, Offer(first)),
        "successor": (second, successor),
        "accepted": (first, Accepted(first)),
        "verified": (second, Accepted(second, Head(77, keccak(b"head")))),
    }
    return {name: _trust_vector(trust, file) for name, (trust, file) in files.items()}


def signing_vectors() -> dict[str, Any]:
    """What one key signs of each kind."""
    content, body, until = keccak(b"content"), keccak(b"body"), 1_797_782_399
    ledger = DEPLOYMENT.stock_ledger
    digest = consent_digest(domain_separator(DEPLOYMENT.chain_id, ledger), content, body, until)
    record = Record.new(RecordId("document", 77), body={"note": "for the pharmacy"}, salt=bytes(16))
    of_record = record_digest(record.id, record.name_digest(), record.body_digest())
    asked = SignIn(
        domain="127.0.0.1:8000",
        address=SIGNER.address,
        uri="http://127.0.0.1:8000",
        chain_id=DEPLOYMENT.chain_id,
        nonce="6a1b2c3d00112233445566778899aabb",
        issued_at=1_780_000_000,
        expires_at=1_780_028_800,
    )
    numbers = (0, 1, 127, 128, 70_000)
    return {
        "address": SIGNER.address,
        "key": _hex(KEY),
        "consent": {
            "chainId": DEPLOYMENT.chain_id,
            "ledger": ledger,
            "content": _hex(content),
            "body": _hex(body),
            "validUntil": str(until),
            "digest": _hex(digest),
            "signature": _compact(SIGNER.sign_digest(digest)),
        },
        "record": {"digest": _hex(of_record), "signature": _compact(SIGNER.sign_digest(of_record))},
        "signIn": {
            "domain": asked.domain,
            "uri": asked.uri,
            "chainId": asked.chain_id,
            "nonce": asked.nonce,
            "issuedAt": asked.issued_at,
            "expiresAt": asked.expires_at,
            "text": asked.text,
            "signature": asked.signed_by(SIGNER),
        },
        "transactions": [_transaction(SIGNER, ledger, number) for number in numbers],
    }


class TestVectors:
    def test_trust_files_are_those_of_the_client(self) -> None:
        assert json.loads((VECTORS / "trust.json").read_text()) == trust_vectors()

    def test_signatures_are_those_of_the_client(self) -> None:
        assert json.loads((VECTORS / "signing.json").read_text()) == signing_vectors()

    @pytest.mark.parametrize("vector", KEYSTORES, ids=[each["name"] for each in KEYSTORES])
    def test_key_files_open(self, vector: dict[str, Any], tmp_path: Path) -> None:
        path = tmp_path / "key.json"
        path.touch(mode=0o600)
        path.write_text(vector["text"])
        key, is_demo = open_keystore(path, vector["passphrase"])
        assert (_hex(key), is_demo) == (vector["key"], vector["isDemo"])
        assert _hex(bytes(Account.decrypt(vector["text"], vector["passphrase"]))) == vector["key"]


def _trust_vector(trust: Trust, file: Offer | Accepted) -> dict[str, Any]:
    return {
        "text": file.to_bytes().decode(),
        "groups": fingerprint_groups(trust.fingerprint),
        "chainId": trust.chain_id,
        "genesis": _hex(trust.genesis_hash),
        "ledger": trust.ledger,
        "offset": trust.offset,
        "contracts": {name: contract.address for name, contract in trust.contracts.items()},
        "witnesses": list(trust.witnesses),
    }


def _transaction(signer: Signer, to: str, number: int) -> dict[str, Any]:
    fields = {"chainId": DEPLOYMENT.chain_id, "nonce": number, "gas": 450_000 + number, "to": to}
    data = keccak(b"data") * 3
    raw = signer.sign_transaction({**fields, "data": data})
    return {**fields, "data": _hex(data), "raw": _hex(raw)}


def _compact(signature: CompactSignature) -> str:
    return _hex(signature.r + signature.vs)


def _hex(raw: bytes) -> str:
    return f"0x{raw.hex()}"
