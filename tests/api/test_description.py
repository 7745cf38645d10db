"""The description of the API: whole, in both languages, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, client_of, copy_of, wait_for

from api.access.rights import Scope
from api.app import create_app
from api.examples import BODIES
from api.examples.refusals import OFTEN, REFUSALS
from api.problems import MEDIA_TYPE, problem_type, status_of
from ledger_client.home import Home
from ledger_client.language import LANGUAGES, use_language

DESCRIPTION: dict[str, Any] = create_app(Home(Path("nowhere"))).openapi()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Shown(NamedTuple):
    """Something that has examples."""

    operation: str
    status: str
    content: dict[str, Any]


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in DESCRIPTION["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _all_shown() -> Iterator[Shown]:
    for _, _, operation in _operations():
        name = operation["operationId"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if content["schema"].get("format") != "binary":
                yield Shown(name, "body", content)
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                if content["schema"].get("format") != "binary":  # a file is not shown
                    yield Shown(name, status, content)


SHOWN = list(_all_shown())
_QUERIES = {
    operation["operationId"]: {each["name"] for each in operation["parameters"] if each["in"] == "query"}
    for _, _, operation in _operations()
    if any(each["in"] == "query" for each in operation.get("parameters", ()))
}
"""Operations that have parameters beside their address → the names of these."""

_FILES = {
    operation["operationId"]: next(iter(operation["requestBody"]["content"]))
    for _, _, operation in _operations()
    if any(
        each["schema"].get("format") == "binary"
        for each in operation.get("requestBody", {}).get("content", {}).values()
    )
}
"""Operations that take a file → a media type of it."""

REFUSED = [each for each in SHOWN if each.status not in {"body", "200", "201", "202"}]


def _name(shown: Shown) -> str:
    return f"{shown.operation}-{shown.status}"


def _validator(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.validator_for({**schema, "components": DESCRIPTION["components"]})


@pytest.mark.parametrize("shown", SHOWN, ids=_name)
def test_everything_has_an_example_in_each_language(shown: Shown) -> None:
    """Of a refusal it is named in `api/examples/refusals.py`, of a body in BODIES beside the answers."""
    assert set(shown.content.get("examples", {})) == set(LANGUAGES), _name(shown)
    examples = shown.content["examples"]
    assert CHINESE.search(examples["zh"]["summary"])
    assert not CHINESE.search(examples["en"]["summary"])


@pytest.mark.parametrize("shown", SHOWN, ids=_name)
def test_examples_are_what_their_schemas_say(shown: Shown) -> None:
    validator = _validator(shown.content["schema"])
    for language in LANGUAGES:
        errors = [
            error.message for error in validator.iter_errors(shown.content["examples"][language]["value"])
        ]
        assert errors == []


@pytest.mark.parametrize("shown", REFUSED, ids=_name)
def test_refusals_are_written_in_their_language(shown: Shown) -> None:
    told = {language: shown.content["examples"][language]["value"] for language in LANGUAGES}
    assert told["en"]["type"] == told["zh"]["type"]
    assert {each["status"] for each in told.values()} == {int(shown.status)}
    for text in ("title", "detail"):
        assert CHINESE.search(told["zh"][text])
        assert not CHINESE.search(told["en"][text])
    assert "{" not in told["en"]["instance"]
    assert ("request" in told["en"]) == (shown.status == "503")


@pytest.mark.parametrize("status", [*OFTEN], ids=str)
def test_errors_that_are_shown_have_the_status(status: int) -> None:
    assert status_of(OFTEN[status]) == status


def test_no_error_is_named_for_nothing() -> None:
    answered = {(each.operation, each.status) for each in REFUSED}
    named = {(operation, str(int(status))) for operation, errors in REFUSALS.items() for status in errors}
    assert named <= answered
    for errors in REFUSALS.values():
        for status, error in errors.items():
            assert status_of(error) == status


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("described") / "home")


@pytest.fixture(scope="module")
def key(home: Home) -> str:
    """Of an account that may everything."""
    return account_of(home, 0, scopes=tuple(Scope))


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[TestClient]:
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/v1/stock/totals/0").status_code == 200)
        yield client


class TestTrue:
    """What is shown is what is said when somebody asks."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_a_key_that_stands_for_nothing(self, server: TestClient, language: str) -> None:
        headers = {"Accept-Language": language, "Authorization": "Bearer x"}
        for shown, method, path in self._asked("401"):
            body = {"key": "x"} if shown.operation == "sign_in" else None
            answer = server.request(method, path, headers=headers, json=body)
            assert answer.json() == shown.content["examples"][language]["value"], _name(shown)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_a_parameter_that_there_is_not(self, server: TestClient, key: str, language: str) -> None:
        """Of a body with several forms the unknown member is one of the form that was given, or of each."""
        for shown, method, path in self._asked("422"):
            expected = shown.content["examples"][language]["value"]
            names = {each["parameter"] for each in expected.get("errors", ())}
            if {name.rpartition(".")[2] for name in names} != {"page"}:
                continue  # those of the next two tests
            is_query = shown.operation in _QUERIES
            headers = {"Accept-Language": language}
            if shown.operation in _FILES:  # taken from nobody who may not send it, whatever is asked
                headers |= {"Authorization": f"Bearer {key}", "Content-Type": _FILES[shown.operation]}
            answer = server.request(
                method,
                path,
                headers=headers,
                json=None if is_query else {**BODIES[shown.operation], "page": "2"},
                content=b"x" if shown.operation in _FILES else None,
                params={"page": 2} if is_query else {},
            )
            assert "errors" in answer.json(), (_name(shown), answer.text)
            said = {
                **answer.json(),
                "detail": None,
                "errors": [
                    each
                    for each in answer.json()["errors"]
                    if each["parameter"] in names  # others are missing
                ],
            }
            assert said == {**expected, "detail": None}, _name(shown)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_an_address_that_names_nothing(self, server: TestClient, language: str) -> None:
        asked = 0
        for shown, method, path in self._asked("422"):
            if path.rpartition("/v1/")[2].count("/x") == 0:
                continue
            asked += 1
            answer = server.request(method, path, headers={"Accept-Language": language})
            assert answer.json() == shown.content["examples"][language]["value"], _name(shown)
        assert asked == sum(
            not (operation["operationId"] in _QUERIES or "requestBody" in operation)
            for _, _, operation in _operations()
            if "422" in operation["responses"]
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["put_draft", "send_trust_file"])
    def test_of_a_body_that_the_client_reads(
        self, server: TestClient, key: str, name: str, language: str
    ) -> None:
        headers = {"Accept-Language": language, "Authorization": f"Bearer {key}"}
        [(shown, method, path)] = [each for each in self._asked("422") if each[0].operation == name]
        headers["Content-Type"] = "application/json"
        content = json.dumps({**BODIES.get(name, {}), "page": "2"})  # with spaces: canonical JSON has none
        answer = server.request(method, path, headers=headers, content=content)
        assert answer.json() == shown.content["examples"][language]["value"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_what_is_not_there(self, server: TestClient, key: str, language: str) -> None:
        """Where what an example asks for is in the city, there is an answer, and nothing to compare."""
        headers = {"Accept-Language": language, "Authorization": f"Bearer {key}"}
        asked = {"division": "420199", "place": "420199", "item": "299010310001", "wait": "false"}
        compared = set()
        for shown, method, path in self._asked("404"):
            if shown.operation in _FILES or shown.operation == "export_evidence":
                continue
            answer = server.request(
                method,
                path,
                headers=headers,
                json=BODIES.get(shown.operation),
                params={name: asked[name] for name in asked.keys() & _QUERIES.get(shown.operation, set())},
            )
            if answer.status_code == 404:
                assert answer.json() == shown.content["examples"][language]["value"], _name(shown)
                compared.add(shown.operation)
        assert compared >= {"list_documents", "list_lots", "read_audit", "read_book", "read_document"}
        assert compared >= {"consent_to_draft", "hand_in_transaction", "read_draft", "read_transaction"}

    def test_of_what_is_not_there_is_what_was_asked(self) -> None:
        for shown, _, path in self._asked("404"):
            parts = [part for part in path.split("/")[3:] if any(map(str.isdigit, part))]
            for part in parts:
                detail = shown.content["examples"]["en"]["value"]["detail"]
                assert part in detail or part[:8] in detail, _name(shown)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_another_name_of_the_server(self, server: TestClient, language: str) -> None:
        headers = {"Accept-Language": language, "Host": "ledger.example"}
        for shown, method, path in self._asked("421"):
            answer = server.request(method, path, headers=headers)
            assert answer.json() == shown.content["examples"][language]["value"], _name(shown)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("status", "content", "type_"),
        [
            ("400", b"\xff", "application/json"),
            ("413", b" " * 70_000, "application/json"),
            ("415", b"x", "text/plain"),
        ],
    )
    def test_of_a_body(
        self, server: TestClient, language: str, status: str, content: bytes, type_: str
    ) -> None:
        headers = {"Accept-Language": language, "Content-Type": type_}
        for shown, method, path in self._asked(status):
            if shown.operation == "sign_in":
                answer = server.request(method, path, headers=headers, content=content)
                assert answer.json() == shown.content["examples"][language]["value"]

    def test_of_errors_as_their_classes_say_them(self) -> None:
        named = {**{("", status): error for status, error in OFTEN.items()}}
        named |= {
            (name, status): error for name, errors in REFUSALS.items() for status, error in errors.items()
        }
        for shown in REFUSED:
            status = int(shown.status)
            error = named.get((shown.operation, status)) or named.get(("", status))
            for language in LANGUAGES if error is not None else ():
                value = shown.content["examples"][language]["value"]
                assert error is not None
                assert value["type"] == problem_type(type(error))
                assert value["detail"] == error.text(language)

    @staticmethod
    def _asked(status: str) -> Iterator[tuple[Shown, str, str]]:
        for _, method, operation in _operations():
            content = operation["responses"].get(status, {}).get("content", {}).get(MEDIA_TYPE)
            if content is not None:
                shown = Shown(operation["operationId"], status, content)
                yield shown, method.upper(), content["examples"]["en"]["value"]["instance"]


class TestTags:
    def test_are_described_where_there_are_some(self) -> None:
        tagged = {op["operationId"] for _, _, op in _operations() if "304" in op["responses"]}
        assert {"read_stock_card", "read_on_hand", "read_totals", "read_supplier_verdict"} <= tagged
        assert not {"read_ready", "read_who", "read_metrics", "sign_in", "read_nonce"} & tagged

    def test_every_operation_says_what_the_gate_answers(self) -> None:
        for _, _, operation in _operations():
            assert {"421", "429"} <= set(operation["responses"])
            if "requestBody" in operation:
                assert {"400", "408", "413", "415", "422"} <= set(operation["responses"])


def test_whoever_asks_first_is_told_the_same_and_keeps_their_language() -> None:
    def made() -> tuple[dict[str, Any], str]:
        from ledger_client.language import current_language

        use_language("zh")
        return create_app(Home(Path("nowhere"))).openapi(), current_language()

    assert copy_context().run(made) == (DESCRIPTION, "zh")


def test_is_whole_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Home(Path("nowhere")))
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr("api.description.links_of", lambda _: 1 / 0)
        app.openapi()
    assert app.openapi() == DESCRIPTION
    assert app.openapi() is app.openapi()


def test_no_start_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.applications.get_openapi", lambda **_: 1 / 0)
    create_app(Home(Path("nowhere")))


def test_says_how_to_be_known_in_both_languages() -> None:
    for scheme in DESCRIPTION["components"]["securitySchemes"].values():
        assert CHINESE.search(scheme["description"])
