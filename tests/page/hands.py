"""What others do meanwhile, beside the browser: acts over HTTP, and what the ledger says afterwards."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from browsing.city import PlayedCity, Server

from ledger_client.acts import from_dict, to_dict
from ledger_client.signers import KeystoreSigner, Signer

PATIENCE = 60.0  # seconds; a limit for hangs


class Hands:
    """Keys of the city at work over HTTP."""

    def __init__(self, client: httpx2.Client, city: PlayedCity) -> None:
        self._client = client
        self._city = city
        self._signers: dict[str, Signer] = {}

    def signer(self, name: str) -> Signer:
        """Return who signs with a key of the city."""
        if name not in self._signers:
            self._signers[name] = KeystoreSigner.open(self._city.key_file(name), "")
        return self._signers[name]

    def get(self, path: str, **query: Any) -> Any:
        """Ask for something."""
        answer = self._client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, name: str, act: str, **fields: Any) -> dict[str, Any]:
        """Prepare an act, sign it, hand it in, and wait until answers are of its block; return its answer."""
        signer = self.signer(name)
        answer = self._post("/v1/acts", {"act": act, **fields, "by": {"address": signer.address}})
        signed = from_dict(answer["act"]).signed(signer)
        number = self._post("/v1/acts/number", {"act": answer["act"]})["number"]
        raw = signer.sign_transaction(signed.transaction(number))
        told = self._post("/v1/transactions", {"act": to_dict(signed), "raw": f"0x{raw.hex()}"})
        self._wait(told["hash"])
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=body)
        assert answer.status_code in {200, 202}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _wait(self, transaction: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            told = self.get(f"/v1/transactions/{transaction}")
            assert told["state"] != "refused", told
            if told["recorded_in"] is not None and told["block"]["number"] >= told["recorded_in"]:
                return
            time.sleep(0.05)
        raise AssertionError(f"{transaction} was not recorded in time")

    # -- what journeys begin with

    def ask(self, name: str, site: int, item: int, quantity: int, **fields: Any) -> str:
        """Let a keeper ask for goods; return the key of the request."""
        asked = {"reason": "outbreak", "needed_by": day(20), **fields}
        form = {"site": str(site), "item": str(item), "quantity": str(quantity), **asked}
        return str(self.act(name, "request", client_id=fresh_id(), **form)["key"])

    def propose(self, name: str, request: str, giver: int, lot: int, quantity: int) -> str:
        """Let a keeper offer goods of a lot; return the key of the proposal."""
        lots = [{"lot": f"{lot:040x}", "quantity": str(quantity)}]
        form = {"request": request, "giver": str(giver), "lots": lots}
        return str(self.act(name, "propose", client_id=fresh_id(), **form)["key"])

    def proposal(self, key: str) -> dict[str, Any]:
        """Return a proposal as the ledger has it."""
        found: dict[str, Any] = self.get(f"/v1/proposals/{key}")["proposal"]
        return found

    def request(self, key: str) -> dict[str, Any]:
        """Return a request as the ledger has it."""
        found: dict[str, Any] = self.get(f"/v1/requests/{key}")
        return found


def fresh_id() -> str:
    """Return a client id that nobody used."""
    return f"0x{secrets.token_hex(32)}"


def day(ahead: int) -> str:
    """Return a day of the ledger, so many days from today."""
    return (datetime.now(UTC) + timedelta(hours=8, days=ahead)).date().isoformat()


@contextmanager
def hands_of(server: Server, city: PlayedCity) -> Iterator[Hands]:
    """Have hands at a server until the block ends; they read all of the city."""
    headers = {"Authorization": f"Bearer {city.accounts['district']}"}
    with httpx2.Client(base_url=server.address, headers=headers, timeout=PATIENCE) as client:
        yield Hands(client, city)
