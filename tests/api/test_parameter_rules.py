"""What a malformed parameter should have been: every kind of finding, in words of both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of

from api.app import create_app
from api.parameter_rules import OTHERWISE, RULES, rule_text
from api.problems import malformed_response
from ledger_client.home import Home
from ledger_client.language import Language, use_language

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Colour(Enum):
    RED = "red"


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Form(BaseModel):
    """A form with every kind of field that a body may have."""

    model_config = ConfigDict(extra="forbid", strict=True)

    needed: str
    text: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z{}]+$")] = "aa"
    whole: Annotated[int, Field(ge=1, le=9)] = 1
    between: Annotated[int, Field(gt=0, lt=10, multiple_of=3)] = 3
    number: Annotated[float, Field(allow_inf_nan=False)] = 0.5
    amount: Annotated[Decimal, Field(max_digits=4, decimal_places=2)] = Decimal(1)
    flag: bool = True
    several: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    named: dict[str, int] = {}
    choice: Literal["one", "two", "three"] = "one"
    colour: Colour = Colour.RED
    animal: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    moment: AwareDatetime | None = None
    day: date | None = None
    plain: datetime | None = None
    nothing: None = None


BAD: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 2, 1.5, 1e400, "", "a", "abcdefgh", "A{x}", "\ud800", "９", [], [1, 2, 3]),
    *(["x"], {}, {"x": "y"}, {"kind": "cow"}, {"kind": 1}, "2026-01-01", "2026-01-01T10:00:00", "2026-13-40"),
    *("2026-01-01T10:00:00Z", "12345.678", "nan", "x" * 10_000, [[]], "12345", "123.456"),
)


def findings() -> Iterator[dict[str, Any]]:
    """Everything that pydantic finds in what is bad, as JSON and as the text of a query."""
    forms: list[Any] = [None, [], "x", 5, {}, {"needed": "x", "other": 1}, {"needed": "x", "\ud800": 1}]
    forms += [{"needed": "x", field: value} for field in Form.model_fields for value in BAD]
    for strict in (True, False):
        for form in forms:
            try:
                Form.model_validate(form, strict=strict)
            except ValidationError as error:
                yield from (dict(each) for each in error.errors())
    for text in ("{", "", "\xff", '{"needed": NaN'):
        try:
            TypeAdapter(Form).validate_json(text)
        except ValidationError as error:
            yield from (dict(each) for each in error.errors())


FOUND = {each["type"]: each for each in findings()}


@pytest.mark.parametrize("kind", [*FOUND])
def test_every_kind_that_occurs_has_a_sentence(kind: str) -> None:
    assert kind in RULES, FOUND[kind]


def test_many_kinds_occur() -> None:
    assert len(FOUND) > 35


@pytest.mark.parametrize("kind", [*FOUND])
def test_sentences_are_whole_in_both_languages(kind: str) -> None:
    facts = FOUND[kind].get("ctx", {})
    use_language("zh")
    chinese = rule_text(kind, facts)
    use_language("en")
    english = rule_text(kind, facts)
    assert CHINESE.search(chinese)
    assert " or " not in chinese
    assert not CHINESE.search(english)
    assert english[0].islower()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answers_are_always_written(language: Language) -> None:
    use_language(language)
    for each in findings():
        found = {**each, "loc": ("body", *each["loc"])}
        problem = json.loads(bytes(malformed_response("/x", [found]).body))
        assert len(problem["errors"][0]["parameter"]) <= 100
        assert len(problem["errors"][0]["value"] or "") <= 700  # 100 characters, each escaped at the worst
    use_language("en")


def test_what_is_unknown_still_has_an_answer() -> None:
    assert rule_text("of_a_later_version", {"x": 1}) == OTHERWISE[0]


@pytest.fixture(scope="module")
def page(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = copy_of(city, tmp_path_factory.mktemp("rules") / "home")
    app = create_app(home, UNLIMITED)

    @app.post("/form")
    def take(form: Form) -> str:
        return form.needed

    with client_of(app) as client:
        client.headers["Authorization"] = f"Bearer {account_of(home, 0)}"
        yield client


VALUES = (
    "",
    " ",
    "x",
    "-1",
    "1e9",
    "９",
    "\x00",
    "%",
    "%ud800",
    "\u202e",
    "x" * 5_000,
    "9" * 5_000,
    "NaN",
    "null",
)


def test_no_parameter_of_any_route_is_refused_without_a_rule(page: TestClient) -> None:
    for path, operations in page.get("/openapi.json").json()["paths"].items():
        if "get" not in operations:
            continue
        parameters = operations["get"].get("parameters", [])
        address = path
        for each in parameters:
            if each["in"] == "path":
                address = address.replace(f"{{{each['name']}}}", str(each["schema"]["examples"][0]))
        queries = [each["name"] for each in parameters if each["in"] == "query"]
        for name in [*queries, "unknown", "x" * 2_000, "\ud7ff"] if queries else ():
            for value in VALUES:
                answer = page.get(address, params=[(name, value), (name, value)])
                assert answer.status_code < 500, (address, name, value)
                for error in answer.json().get("errors", ()):
                    assert error["detail"] not in OTHERWISE, (address, name, value, error)


@pytest.mark.parametrize(
    ("body", "parameter", "says"),
    [
        (b"{", "body", "no JSON"),
        (b'{"needed": "x", "other": 1}', "other", "no such parameter"),
        (b'{"needed": "x", "several": [1, "2"]}', "several.1", "whole number"),
        (b'{"needed": 5}', "needed", "write a text"),
        (b"[]", "body", "JSON object"),
        (b"null", "body", "JSON object"),
    ],
)
def test_bodies(page: TestClient, body: bytes, parameter: str, says: str) -> None:
    answer = page.post("/form", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert says in error["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"needed": "\\ud800"}', 422),
        (b'{"needed": "\\uDFFF\\uD800"}', 422),
        (b'{"needed": "x", "\\ud800": 1}', 422),
        (b'{"needed": "\\ud83d\\ude00"}', 200),
        (b'{"needed": "\\\\ud800"}', 200),
    ],
)
def test_halves_of_characters_come_to_no_route(page: TestClient, body: bytes, status: int) -> None:
    answer = page.post("/form", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    if status == 422:
        assert_problem(answer, 422, "character-half", "half of a character (\\ud800")


def test_of_many_errors_some_are_told(page: TestClient) -> None:
    answer = page.post("/form", json={"needed": "x", **{f"other {number}": 1 for number in range(3_000)}})
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 10_000


def test_numbers_beyond_any_parser(page: TestClient) -> None:
    for digits in (400, 5_000, 60_000):
        body = b'{"needed": "x", "whole": ' + b"9" * digits + b"}"
        answer = page.post("/form", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}


def test_an_address_that_is_no_text(page: TestClient) -> None:
    for path in ("/v1/stock/on-hand/%ff", "/v1/stock/on-hand/%ed%a0%80", "/%00", "/v1/stock/on-hand/%00"):
        assert page.get(path).status_code in {404, 422}


def test_a_home_that_is_nowhere_describes_itself(tmp_path: Path) -> None:
    assert create_app(Home(tmp_path)).openapi()["paths"]
