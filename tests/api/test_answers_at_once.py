"""What would make every answer wait, or each row of a page cost more than it must."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import sleep
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.answers import AT_ONCE, PATIENCE, AnswerRoute
from api.resources import VERSION, Resource
from api.schemas.common import Name, Row
from api.schemas.sites import StockCard
from api.schemas.stock import OnHand
from ledger_client.demo.cast import EAST_GOVERNMENT


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


class Counted:
    """An application with one page that takes a while, and counts how many are made at a time."""

    def __init__(self, seconds: float) -> None:
        self.now = self.most = 0
        self._lock = Lock()
        router = APIRouter(route_class=AnswerRoute)

        @router.get("/page")
        def page() -> Name:
            with self._lock:
                self.now += 1
                self.most = max(self.most, self.now)
            sleep(seconds)
            with self._lock:
                self.now -= 1
            return Name(zh="页", en="page")

        self.app = FastAPI()
        self.app.include_router(router)

    def ask(self, pages: int) -> None:
        """Ask for some pages at the same moment."""
        with TestClient(self.app) as client, ThreadPoolExecutor(pages) as threads:
            for answer in threads.map(lambda _: client.get("/page"), range(pages)):
                assert answer.json() == {"zh": "页", "en": "page"}


def test_pages_wait_for_a_place() -> None:
    counted = Counted(PATIENCE / 25)
    counted.ask(12)
    assert counted.most == AT_ONCE


def test_pages_that_take_long_keep_nobody_waiting() -> None:
    counted = Counted(PATIENCE * 4)
    counted.ask(6)
    assert counted.most == 6


def test_a_resource_answers_below_its_own_word_alone() -> None:
    resource = Resource(prefix="/sites")

    @resource.get("/{site}")
    def read(site: int) -> int:
        return site

    version, app = APIRouter(prefix=VERSION), FastAPI()
    version.include_router(resource)
    app.include_router(version)
    client = TestClient(app)
    assert client.get("/v1/sites/7").json() == 7
    assert {client.get(each).status_code for each in ("/sites/7", "/v1/site/7", "/v1/lots/7", "/v1")} == {404}
    assert client.post("/v1/sites/7").status_code == 405
