"""Several readers of one served home, each of one division; the public among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, client_of, wait_for

from api.app import create_app
from ledger_client.home import Home

PUBLIC = -1
"""In the place of a division."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks a server that others ask too.

    Attributes:
        client: Of the server.
        headers: What is sent with each question.
    """

    client: TestClient
    headers: dict[str, str]

    def get(self, address: str, **more: Any) -> Any:
        """Ask."""
        return self.client.get(address, headers={**self.headers, **more.pop("headers", {})}, **more)


@contextmanager
def several_readers(home: Home, *divisions: int, block: int = 0) -> Iterator[dict[int, Caller]]:
    """Serve a home to readers of some divisions, from when its index has a block on."""
    keys = {division: account_of(home, division) for division in divisions}
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: _has(client, block))
        found = {
            division: Caller(client, {"Authorization": f"Bearer {key}"}) for division, key in keys.items()
        }
        yield {**found, PUBLIC: Caller(client, {})}


def _has(client: TestClient, block: int) -> bool:
    answer = client.get("/v1/stock/totals/0")
    return answer.status_code == 200 and answer.json()["block"]["number"] >= block
