"""What would make every answer wait, or each row of a page cost more than it must."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.command import listen
from api.schemas.common import Name, Row
from api.schemas.sites import StockCard
from api.schemas.stock import OnHand
from ledger_client.demo.cast import EAST_GOVERNMENT


def test_the_listening_socket_says_that_it_is_tcp() -> None:
    """Else asyncio leaves Nagle's delay on, and whoever asks waits 40 ms for the second part of an answer."""
    with listen(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (f"/v1/sites/{EAST_GOVERNMENT}/stock-card", StockCard),
        (f"/v1/stock/on-hand/{EAST_GOVERNMENT}", OnHand),
        ("/v1/stock/on-hand/0", OnHand),
    ],
)
def test_rows_that_nobody_checked_are_what_the_schema_says(
    client: TestClient, path: str, schema: Any
) -> None:
    answer = client.get(path).json()
    assert answer.get("entries") or answer["holdings"]
    assert schema.model_validate(answer).model_dump(mode="json") == answer


def test_a_row_is_checked_where_it_comes_in() -> None:
    assert Name.model_validate({"zh": "一", "en": "one"}) == Name(zh="一", en="one")
    with pytest.raises(ValidationError):
        Name.model_validate({"zh": 1})


def test_a_row_has_no_defaults() -> None:
    with pytest.raises(TypeError, match="no defaults"):
        type("Careless", (Row,), {"__annotations__": {"a": int}, "a": 1})
