"""The OpenAPI description: what FastAPI leaves out of it.

FastAPI describes what endpoints take and give. What the gate does before any of them is added here, so that
no route has to say it: limits, bodies, tags, and the links of `api.links`. So are the examples, each in both
languages: an answer of the sample city, what may be sent, and of each refusal one that the server gives, made
as it makes it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from api.asked import Asked, begin
from api.examples import BODIES, EXAMPLES
from api.examples.refusals import OFTEN, REFUSALS
from api.links import links_of
from api.problems import (
    MEDIA_TYPE,
    DivisionNotRegisteredError,
    Problem,
    SiteUnknownError,
    malformed_response,
    plain_problem,
    problem_schemas,
    refusal_response,
)
from api.schemas.trust_files import TRUST_FILE_SCHEMAS
from ledger_client.errors import ShecangError
from ledger_client.language import LANGUAGES, Language, use_language

PUBLIC = frozenset(
    {
        "read_supplier_verdict",
        "read_totals",
        "read_who",
        "send_trust_file",
        "sign_out",
        "verify_evidence",
    }
)
"""Operations that know their caller and answer the public, too; of totals, those of districts and above."""

_DONE = ("200", "201", "202")
_GATE = (421, 429)
_BODY = (400, 408, 413, 415)
_REQUEST = "5f3d2c1b0a9e8d7c"  # an id of a request, for examples

_SUMMARIES: dict[Language, tuple[str, str, str]] = {
    "en": ("An answer, of the sample city", "What is sent", "A refusal in English"),
    "zh": ("样例市的答复", "请求内容示例", "中文拒绝答复"),
}
_UNKNOWN_HERE: Mapping[str, Callable[[str], ShecangError]] = {
    "site": lambda site: SiteUnknownError(site=site),
    "division": lambda division: DivisionNotRegisteredError(division=division),
    "place": lambda place: DivisionNotRegisteredError(division=place),
}
"""Name of what an address names → the error where it is not registered."""

_UNKNOWN = {"type": "extra_forbidden", "input": "2"}
_MALFORMED = "x"  # what no address takes

_TAG_HEADER = {
    "description": "Of the block, the question and the caller. Left out where the answer depends on the "
    "clock: give `as_of` or `at` to have one.",
    "schema": {"type": "string"},
}
_TAG_PARAMETER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that is at hand; the answer is 304 while it still holds.",
    "schema": {"type": "string"},
}
_NOT_MODIFIED = {"description": "The answer that is at hand still holds"}


def describe_whole(app: FastAPI) -> None:
    """Let an application describe itself with what FastAPI leaves out.

    It does when somebody first asks, and keeps it: it takes a second, for which no start of a server waits.
    """
    as_fastapi = app.openapi
    whole: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not whole:
            description = copy.deepcopy(as_fastapi())
            _complete(description)
            whole.update(description)  # what could not be completed is nothing, and no half of it
        return whole

    app.openapi = openapi  # type: ignore[method-assign]  # how FastAPI is told of another description


def _complete(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    schemas.update(problem_schemas())
    schemas.update(copy.deepcopy(TRUST_FILE_SCHEMAS))
    for path, operations in description["paths"].items():
        for operation in operations.values():
            _say_refusals(operation)
            _show_refusals(path, operation)
            _show_answers(operation)
            for status, links in links_of(operation["operationId"]):
                operation["responses"][status]["links"] = links
            if operation["operationId"] in PUBLIC:
                operation["security"].append({})  # how OpenAPI says that nothing need be sent
        if "get" in operations and _is_tagged(operations["get"], schemas):
            _say_tag(operations["get"])


def _say_refusals(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    takes = bool(operation.get("parameters")) or "requestBody" in operation
    if not takes:
        responses.pop("422", None)  # there is nothing that could be malformed
    statuses = _GATE + (_BODY if "requestBody" in operation else ())
    for status, response in Problem.responses(*statuses).items():
        responses.setdefault(str(status), response)
    operation["responses"] = dict(sorted(responses.items()))


def _show_refusals(path: str, operation: dict[str, Any]) -> None:
    names = dict(_path_examples(operation))
    asked = path.format_map(names)
    malformed = path.format_map(dict.fromkeys(names, _MALFORMED)) if _is_asked_by_path(operation) else asked
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get(MEDIA_TYPE)
        where = malformed if status == "422" else asked
        refusal = _refusal(operation, where, int(status)) if content is not None else None
        if refusal is not None:
            content["examples"] = _in_each(2, partial(_told, refusal))


def _refusal(operation: dict[str, Any], path: str, status: int) -> Callable[[], JSONResponse] | None:
    """Return what makes the refusal that an operation shows; None where nobody has named one."""
    error = REFUSALS.get(operation["operationId"], {}).get(status) or OFTEN.get(status)
    if error is None and status == HTTPStatus.NOT_FOUND:
        error = next(
            (
                _UNKNOWN_HERE[name](asked)
                for name, asked in _path_examples(operation)
                if name in _UNKNOWN_HERE
            ),
            None,
        )
    if error is not None:
        return lambda: refusal_response(path, error)
    if status in {400, 421}:
        return lambda: plain_problem(path, status)
    found = _malformed(operation) if status == 422 else None
    return None if found is None else lambda: malformed_response(path, [found])


def _malformed(operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is wrong with a malformed question, as pydantic tells it; None where that has to be named.

    It is a parameter that there is not, or what an address cannot name.
    """
    if _has_query(operation):
        return {**_UNKNOWN, "loc": ("query", "page")}
    body = _json_body(operation)
    if body is not None:
        return {**_UNKNOWN, "loc": ("body", *_member(body["schema"], operation["operationId"]), "page")}
    if "requestBody" in operation:
        return None
    for each in operation.get("parameters", ()):
        schema = each["schema"]
        if each["in"] == "path" and schema["type"] == "integer":
            return {"type": "int_parsing", "loc": ("path", each["name"]), "input": _MALFORMED}
        if each["in"] == "path" and "pattern" in schema:
            facts = {"pattern": schema["pattern"]}
            kind = "string_pattern_mismatch"
            return {"type": kind, "loc": ("path", each["name"]), "input": _MALFORMED, "ctx": facts}
    return None


def _member(schema: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return how pydantic calls the form of a body's example among several; nothing where there is one."""
    if "discriminator" in schema:
        return (BODIES[name][schema["discriminator"]["propertyName"]],)
    if "anyOf" in schema:  # examples have the first
        return (schema["anyOf"][0]["$ref"].rpartition("/")[2],)
    return ()


def _has_query(operation: dict[str, Any]) -> bool:
    return any(each["in"] == "query" for each in operation.get("parameters", ()))


def _is_asked_by_path(operation: dict[str, Any]) -> bool:
    return not _has_query(operation) and "requestBody" not in operation


def _json_body(operation: dict[str, Any]) -> dict[str, Any] | None:
    body: dict[str, Any] | None = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return None if body is None or body["schema"].get("format") == "binary" else body


def _show_answers(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    # What is only ended has no answer.
    answers = [operation["responses"].get(status, {}).get("content", {}) for status in _DONE]
    for media_type, content in (each for some in answers for each in some.items()):
        if content.get("schema", {}).get("format") == "binary":
            continue  # a file is not shown
        answer = EXAMPLES.get(f"{name} {media_type}", EXAMPLES.get(name))
        content["examples"] = _in_each(0, partial(_same, answer))
    body = _json_body(operation)
    if body is not None and name in BODIES:
        body["examples"] = _in_each(1, lambda: BODIES[name])


def _same(answer: Any) -> Any:
    return answer


def _is_tagged(operation: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Return whether an operation's answers may have a tag: they are of a block, to a caller who is known."""
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    name = answer.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return "security" in operation and "block" in schemas.get(name, {}).get("properties", {})


def _say_tag(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(dict(_TAG_PARAMETER))
    operation["responses"]["200"]["headers"] = {"ETag": _TAG_HEADER}
    operation["responses"]["304"] = dict(_NOT_MODIFIED)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _path_examples(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for each in operation.get("parameters", ()):
        if each["in"] == "path":
            examples = each["schema"].get("examples") or [each.get("example", each["name"])]
            yield each["name"], str(examples[0])


def _in_each(what: int, make: Callable[[], Any]) -> dict[str, Any]:
    """Return an example in each language, with its summary in that language."""
    return {
        language: {
            "summary": _SUMMARIES[language][what],
            "value": copy_context().run(_made_in, language, make),
        }
        for language in LANGUAGES
    }


def _made_in(language: Language, make: Callable[[], Any]) -> Any:
    use_language(language)
    begin(Asked("GET", "", "", b"", "", id=_REQUEST))
    return make()


def _told(make: Callable[[], JSONResponse]) -> Any:
    return json.loads(bytes(make().body))
