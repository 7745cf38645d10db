"""Every route by every kind of caller: what is not said here is refused.

A route that is added without a row here fails the first test; one whose row says less than it gives, another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from route_rows import (
    ALL,
    CALLERS,
    DISTRICT,
    ELSEWHERE,
    HERE,
    NONE,
    PUBLIC,
    ROWS,
    Row,
)
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for

from api.access.rights import Scope
from api.app import create_app
from ledger_client.home import Home


@pytest.fixture(scope="module")
def keys(
    city: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Mapping[str, str]]]:
    """A server, and what each kind of caller sends."""
    home = copy_of(city, tmp_path_factory.mktemp("callers") / "home")
    issued = {
        NONE: account_of(home, int(DISTRICT), scopes=()),
        ELSEWHERE: account_of(home, 420103),
        HERE: account_of(home, int(DISTRICT)),
        ALL: account_of(home, 0, scopes=tuple(Scope)),
    }
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/v1/stock/totals/0").status_code == 200)
        yield client, issued


def test_every_route_has_a_row(keys: tuple[TestClient, Mapping[str, str]]) -> None:
    described = {
        (method.upper(), path)
        for path, operations in keys[0].get("/openapi.json").json()["paths"].items()
        for method in operations
    }
    assert described == {(row.method, row.path) for row in ROWS}


def test_the_description_says_what_the_public_is_answered(
    keys: tuple[TestClient, Mapping[str, str]],
) -> None:
    answered = {(row.path, row.method.lower()) for row in ROWS if PUBLIC in row.answered}
    for path, operations in keys[0].get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            needs_nothing = {} in operation.get("security", [{}])
            assert needs_nothing == ((path, method) in answered), f"see PUBLIC in api/description.py: {path}"


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_who_is_answered(keys: tuple[TestClient, Mapping[str, str]], row: Row, caller: str) -> None:
    client, issued = keys
    headers = {} if caller == PUBLIC else {"Authorization": f"Bearer {issued[caller]}"}
    body: dict[str, Any] = {"json": row.json}
    if row.content is not None:
        body = {"content": row.content[0]}
        headers["Content-Type"] = row.content[1]
    answer = client.request(row.method, row.address, headers=headers, **body)
    if caller in row.answered:
        assert answer.status_code in {row.status, row.or_status}, (row, answer.text)
    elif caller == PUBLIC:
        assert_problem(answer, 401, "not-signed-in", "shecang reader add")
        assert answer.headers["www-authenticate"] == "Bearer"
    else:
        assert_problem(answer, 403, "not-allowed", "is none of what it was issued for")


@pytest.mark.parametrize(
    "header",
    ["Basic YTpi", "Bearer", "Bearer ", "Bearer x", "bearer shecang_00000000_x", "", "Bearer \u00e9"],
)
def test_a_key_that_stands_for_nothing_is_not_the_public(
    keys: tuple[TestClient, Mapping[str, str]], header: str
) -> None:
    """Whoever sends one is told so, also where the public would be answered."""
    answer = keys[0].get("/v1/stock/totals/0", headers={"Authorization": header.encode()})
    assert_problem(answer, 401, "key-unusable", "stands for no reader account")


def test_a_place_that_is_not_there_is_told_to_nobody_else(
    keys: tuple[TestClient, Mapping[str, str]],
) -> None:
    client, issued = keys
    nowhere = f"/v1/sites/{DISTRICT}001001199/stock-card"
    assert client.get(nowhere).status_code == 401
    elsewhere = client.get(nowhere, headers={"Authorization": f"Bearer {issued[ELSEWHERE]}"})
    assert elsewhere.status_code == 403
    here = client.get(nowhere, headers={"Authorization": f"Bearer {issued[HERE]}"})
    assert_problem(here, 404, "site-unknown")


def test_revoked_while_it_is_used(city: Home, tmp_path: Path) -> None:
    from api.access.accounts import READERS, AccountStore
    from ledger_client.addresses import ZERO_ADDRESS

    home = copy_of(city, tmp_path / "home")
    key = account_of(home, 0)
    headers = {"Authorization": f"Bearer {key}"}
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/v1/stock/on-hand/0", headers=headers).status_code == 200)
        with AccountStore.open(home.path / READERS) as accounts:
            accounts.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=1)
        answer = client.get("/v1/stock/on-hand/0", headers=headers)
        assert_problem(answer, 401, "key-unusable")
