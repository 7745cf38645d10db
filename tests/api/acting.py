"""Acts of the city's keys over HTTP: forms, signatures, and an act from form to block."""

from __future__ import annotations

import secrets
from typing import Any

import httpx2
from drafting import settled, signer_of
from fastapi.testclient import TestClient

from ledger_client.acts import Act, from_dict, to_dict
from ledger_client.demo.cast import EAST_GOVERNMENT, MASKS
from ledger_client.home import Home
from ledger_client.signers import Signer

DECISION = f"0x{'ab' * 32}"


def request_form(home: Home, **changes: Any) -> dict[str, Any]:
    """A request for masks."""
    return {
        "act": "request",
        "client_id": f"0x{secrets.token_hex(32)}",
        "site": str(EAST_GOVERNMENT),
        "item": str(MASKS),
        "quantity": "40",
        "needed_by": "2026-12-20",
        "reason": "outbreak",
        "note": "the clinic runs short",
        "by": {"address": signer_of(home, "keeper-east").address},
        **changes,
    }


def site_form(home: Home, **changes: Any) -> dict[str, Any]:
    """A site that is registered."""
    return {
        "act": "register-site",
        "site": "420102001001509",
        "zh": "新设商户储备点",
        "en": "New merchant site",
        "by": {"address": signer_of(home, "city-authority").address},
        **changes,
    }


def emergency_form(home: Home, **changes: Any) -> dict[str, Any]:
    """An emergency that is declared."""
    return {
        "act": "declare-emergency",
        "division": "420102",
        "until": "2026-12-05",
        "reason": "outbreak",
        "source": DECISION,
        "by": {"address": signer_of(home, "city-authority").address},
        **changes,
    }


def act_of(answer: dict[str, Any]) -> Act:
    return from_dict(answer["act"])


def signed_form(
    client: httpx2.Client, answer: dict[str, Any], signer: Signer, headers: dict[str, str]
) -> dict[str, Any]:
    """Take the number of an act and sign it."""
    number = client.post("/v1/acts/number", json={"act": answer["act"]}, headers=headers)
    assert number.status_code == 200, number.text
    act = act_of(answer).signed(signer)
    raw = signer.sign_transaction(act.transaction(number.json()["number"]))
    return {"act": to_dict(act), "raw": f"0x{raw.hex()}"}


def recorded(
    client: TestClient, form: dict[str, Any], signer: Signer, headers: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Prepare, sign and hand in; return the act's answer and what became of its transaction."""
    answer = client.post("/v1/acts", json=form, headers=headers)
    assert answer.status_code == 200, answer.text
    handed = signed_form(client, answer.json(), signer, headers)
    sent = client.post("/v1/transactions", json=handed, headers=headers)
    assert sent.status_code == 202, sent.text
    return answer.json(), settled(client, sent.headers["location"], headers)
