"""Signers of the city over HTTP: who signs in, what forms say, and a document from form to block."""

from __future__ import annotations

import secrets
import time
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from served import wait_for

from ledger_client.demo.cast import EAST_GOVERNMENT, GOWNS, MASKS, NORTH_ENTERPRISE
from ledger_client.drafts import Draft, Part, from_dict
from ledger_client.home import Home
from ledger_client.sign_in import SignIn
from ledger_client.signers import CompactSignature, KeystoreSigner, Signer

SUPPLIER = "91420100MA4KXMPL1B"


def signer_of(home: Home, name: str) -> Signer:
    return KeystoreSigner.open(home.keys / f"{name}.json", "")


def session_of(client: httpx2.Client, signer: Signer) -> dict[str, str]:
    """Sign in and return the headers of the session; the client itself stays nobody."""
    given, now = client.get("/v1/sign-in/nonce").json(), int(time.time())
    request = SignIn(
        given["domain"],
        signer.address,
        f"http://{given['domain']}",
        given["chain_id"],
        given["nonce"],
        now,
        now + 3_600,
    )
    answer = client.post(
        "/v1/sign-in", json={"message": request.text, "signature": request.signed_by(signer)}
    )
    assert answer.status_code == 200, answer.text
    token = client.cookies["shecang_session"]
    client.cookies.clear()
    return {"Cookie": f"shecang_session={token}", "X-CSRF-Token": answer.json()["csrf_token"]}


def fresh_id() -> str:
    return f"0x{secrets.token_hex(32)}"


def receipt_form(home: Home, **changes: Any) -> dict[str, Any]:
    """A receipt that keeper and supplier sign."""
    return {
        "kind": "receipt",
        "client_id": fresh_id(),
        "site": str(EAST_GOVERNMENT),
        "supplier": SUPPLIER,
        "goods": [{"item": str(GOWNS), "quantity": "40", "batch": "G-2611"}],
        "keeper": {"address": signer_of(home, "keeper-east").address},
        "supplier_signer": {"address": signer_of(home, "sound-supplies").address},
        "note": "two boxes were wet outside",
        "order": "PO-7",
        **changes,
    }


def hand_over_form(home: Home, **changes: Any) -> dict[str, Any]:
    """A hand-over that two keepers sign."""
    return {
        "kind": "hand-over",
        "client_id": fresh_id(),
        "site": str(EAST_GOVERNMENT),
        "to": str(NORTH_ENTERPRISE),
        "lines": [{"item": str(MASKS), "batch": "M-2607", "quantity": "5"}],
        "keeper": {"address": signer_of(home, "keeper-east").address},
        "receiver": {"address": signer_of(home, "keeper-north").address},
        **changes,
    }


def hex_of(signature: CompactSignature) -> str:
    return f"0x{signature.r.hex()}{signature.vs.hex()}"


def draft_of(answer: dict[str, Any]) -> Draft:
    return from_dict(answer["draft"])


def consent(
    client: httpx2.Client, answer: dict[str, Any], part: Part, signer: Signer, headers: dict[str, str]
) -> Any:
    signature = hex_of(signer.sign_digest(draft_of(answer).consent_digest))
    return client.post(
        f"/v1/drafts/{answer['key']}/consents", json={"part": part, "signature": signature}, headers=headers
    )


def transaction_form(
    client: TestClient, answer: dict[str, Any], sender: Signer, headers: dict[str, str]
) -> dict[str, Any]:
    """Take the sender's number and sign."""
    number = client.post(f"/v1/drafts/{answer['key']}/number", headers=headers)
    assert number.status_code == 200, number.text
    raw = sender.sign_transaction(draft_of(answer).transaction(number.json()["number"]))
    form = {"draft": answer["key"], "raw": f"0x{raw.hex()}"}
    if answer["body"]:
        digest = bytes.fromhex(answer["body"]["record_digest"][2:])
        form["record_signature"] = hex_of(sender.sign_digest(digest))
    return form


def settled(client: TestClient, location: str, headers: dict[str, str]) -> dict[str, Any]:
    """Wait until a transaction is recorded, and answers are of its block, or refused."""
    found: dict[str, Any] = {}

    def is_settled() -> bool:
        found.update(client.get(location, headers=headers).json())
        is_read = found["recorded_in"] is not None and found["block"]["number"] >= found["recorded_in"]
        return found["state"] == "refused" or is_read

    wait_for(is_settled)
    return found
