"""Refusals as problem documents (RFC 9457): one table from errors to statuses, one handler a kind of failure.

The sentences are those of `ledger_client.errors`, in the language that `Accept-Language` asks for. `type` is
made from the error's class and never changes; a program looks at it and never at a text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.access.rights import KeyUnusableError, NotAllowedError, NotSignedInError
from api.access.sessions import CsrfMissingError, SessionOverError
from api.asked import current
from api.conditional import NotModifiedError
from api.parameter_rules import rule_text
from api.rates import TooOftenError
from api.unknown import SiteUnknownError as SiteUnknownError
from api.unknown import UnknownHereError as UnknownHereError
from api.uploads import BodySlowError, ContentTooLargeError, MediaTypeError
from api.work import WorkTooLargeError
from ledger_client.acts import ActFormError, ActLedgerError
from ledger_client.book import BookTooLargeError, NotASpreadsheetError
from ledger_client.drafts import DraftFormError, DraftLedgerError
from ledger_client.drafts.store import DraftUnknownError
from ledger_client.errors import (
    MismatchError,
    RefusedError,
    ShecangError,
    UnavailableError,
    UsageError,
)
from ledger_client.evidence._lines import EvidenceTooLargeError, NotEvidenceError
from ledger_client.evidence.asking import CheckpointBelowError, CheckpointMissingError
from ledger_client.evidence.export import SiteUnknownError as SiteThenUnknownError
from ledger_client.kept_plans import PlanTooLargeError
from ledger_client.language import tr

_logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "2"  # seconds, of an answer 503

_MOST_ERRORS = 20  # of one answer
_SHOWN = 100  # characters of a value or a name that was given

_TYPE = "urn:shecang:problem:"


class DivisionNotRegisteredError(UnknownHereError):
    """No division has a code."""

    en = "division {division} is not registered on this ledger; look its code up, or ask the level above"
    zh = "行政区划 {division} 未在本账本登记；请核对代码，或询问上级"


STATUS: Mapping[type[ShecangError], HTTPStatus] = {
    ShecangError: HTTPStatus.INTERNAL_SERVER_ERROR,
    UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RefusedError: HTTPStatus.CONFLICT,
    MismatchError: HTTPStatus.SERVICE_UNAVAILABLE,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    UnknownHereError: HTTPStatus.NOT_FOUND,
    ActFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ActLedgerError: HTTPStatus.CONFLICT,
    DraftFormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DraftLedgerError: HTTPStatus.CONFLICT,
    DraftUnknownError: HTTPStatus.NOT_FOUND,
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    KeyUnusableError: HTTPStatus.UNAUTHORIZED,
    SessionOverError: HTTPStatus.UNAUTHORIZED,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    CsrfMissingError: HTTPStatus.FORBIDDEN,
    BodySlowError: HTTPStatus.REQUEST_TIMEOUT,
    ContentTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    TooOftenError: HTTPStatus.TOO_MANY_REQUESTS,
    WorkTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PlanTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BookTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotASpreadsheetError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EvidenceTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotEvidenceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CheckpointMissingError: HTTPStatus.CONFLICT,
    CheckpointBelowError: HTTPStatus.CONFLICT,
    SiteThenUnknownError: HTTPStatus.NOT_FOUND,
}
"""Error → status; of a class that is not named, that of its nearest base."""

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("this cannot be read", "无法读取"),
    401: ("who asks is not known", "未提供有效身份"),
    403: ("this caller may not", "无权访问"),
    404: ("not found", "未找到"),
    405: ("not with this method", "不支持此方法"),
    408: ("it did not come in time", "未及时送达"),
    409: ("the rules of the ledger refuse it", "账本规则不允许"),
    413: ("too much at once", "内容过大"),
    415: ("another form is taken here", "格式不受支持"),
    421: ("not this server's name", "主机名不属于本服务器"),
    422: ("what was asked cannot be meant", "请求内容有误"),
    429: ("too often", "请求过于频繁"),
    500: ("the server failed", "服务器出错"),
    503: ("this cannot be answered now", "暂时无法应答"),
}
_DETAILS: Mapping[int, tuple[str, str]] = {
    400: (
        "the body is no JSON in UTF-8; see /openapi.json",
        "请求内容不是 UTF-8 编码的 JSON；详见 /openapi.json",
    ),
    404: (
        "nothing is at this address; see /openapi.json for what there is",
        "该地址没有内容；请查阅 /openapi.json",
    ),
    405: ("this address takes other methods; see /openapi.json", "该地址不支持此方法；详见 /openapi.json"),
    413: (
        "the body nests deeper than this server reads; send it flatter, see /openapi.json",
        "请求内容嵌套过深；请减少层级，详见 /openapi.json",
    ),
    421: (
        "this server does not answer to the name in the address, or not to you directly; "
        "ask it under the name that you were given, or on its own machine as localhost",
        "本服务器不应答该地址中的主机名，或不接受直接访问；请使用所获知的主机名，或在本机使用 localhost",
    ),
    500: (
        "this should not have happened; tell who runs the server the `request` of this answer",
        "出现意外错误；请将本答复中的 `request` 编号告知服务器管理者",
    ),
}
_RENAMED: Mapping[int, str] = {413: "content-too-large", 422: "unprocessable-content"}
"""Types of statuses whose phrase differs between versions of Python."""

_HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": RETRY_AFTER},
}


class ParameterProblem(BaseModel):
    """What is wrong with one parameter."""

    parameter: str = Field(
        description="Its name; within a body, the names and places on the way to it, with dots.",
        examples=["limit"],
    )
    value: str | None = Field(description="What was given, at most 100 characters; null for nothing.")
    detail: str = Field(description="The rule and what to do, in the language asked for.")


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(
        description="What kind of refusal this is; stable.", examples=["urn:shecang:problem:site-unknown"]
    )
    title: str = Field(description="That in words, the same for every case of a status.")
    status: int = Field(description="The status of the answer.", examples=[404])
    detail: str = Field(description="One sentence: the value, the rule, what to do.")
    instance: str = Field(
        description="The path that was asked.", examples=["/v1/sites/420102001001199/stock-card"]
    )
    errors: list[ParameterProblem] | None = Field(
        default=None, description="Of malformed parameters, the first 20 of them; else left out."
    )
    request: str | None = Field(
        default=None,
        description="Of a failure of the server: by what it finds the request in its log; else left out.",
        examples=["5f3d2c1b0a9e8d7c"],
    )

    @classmethod
    def responses(cls, *statuses: int) -> dict[int | str, dict[str, Any]]:
        """Return what a route says in OpenAPI about refusals with these statuses."""
        return {
            status: {
                "description": _TITLES[status][0].capitalize(),
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status in statuses
        }


def problem_schemas() -> dict[str, Any]:
    """Return the schemas of problem documents, by name; FastAPI only collects those of JSON answers."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def problem_type(error: type[ShecangError] | str) -> str:
    """Return the stable type of an error: of `SiteUnknownError`, `urn:shecang:problem:site-unknown`."""
    name = error if isinstance(error, str) else error.__name__.removesuffix("Error")
    return _TYPE + re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def status_of(error: ShecangError) -> HTTPStatus:
    """Return the status with which an error is answered."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def problem_response(
    path: str,
    status: int,
    type_: str,
    detail: str,
    *,
    errors: list[ParameterProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a refusal as it goes out."""
    title = tr(*_TITLES[status]) if status in _TITLES else HTTPStatus(status).phrase
    path, detail = sayable(path), sayable(detail)
    asked = current() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None
    problem = Problem(type=type_, title=title, status=status, detail=detail, instance=path, errors=errors)
    content = problem.model_dump(exclude={"errors", "request"})
    if errors is not None:
        content["errors"] = [each.model_dump() for each in errors]
    if asked is not None:
        content["request"] = asked.id
    return JSONResponse(content, status, headers=headers, media_type=MEDIA_TYPE)


def plain_problem(path: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal that is about the status alone."""
    phrase = HTTPStatus(status).phrase
    detail = tr(*_DETAILS[status]) if status in _DETAILS else phrase
    name = _RENAMED.get(status, phrase.replace(" ", "-"))
    return problem_response(path, status, problem_type(name), detail, headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Make every refusal of an application a problem document; what nobody foresaw is the gate's."""
    app.add_exception_handler(NotModifiedError, _not_modified)
    app.add_exception_handler(ShecangError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_route)


def refusal_response(path: str, refusal: ShecangError) -> JSONResponse:
    """Return the answer that an error is."""
    status = status_of(refusal)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _logger.error("%s has no status", type(refusal).__name__)
    headers = {**_HEADERS.get(status, {}), **getattr(refusal, "headers", {})}
    return problem_response(path, status, problem_type(type(refusal)), refusal.text(), headers=headers)


async def _not_modified(_: Request, __: Exception) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    return refusal_response(request.url.path, cast(ShecangError, error))


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    return malformed_response(request.url.path, cast(RequestValidationError, error).errors())


def malformed_response(path: str, found: Sequence[Mapping[str, Any]]) -> JSONResponse:
    """Return the answer to malformed parameters.

    Args:
        path: That was asked.
        found: What is wrong, as pydantic tells it.
    """
    errors = [_parameter_problem(each) for each in found[:_MOST_ERRORS]]
    detail = "; ".join(f"{each.parameter}: {each.detail}" for each in errors)
    return problem_response(path, 422, problem_type("ParameterMalformed"), detail, errors=errors)


async def _no_route(request: Request, error: Exception) -> JSONResponse:
    refusal = cast(HTTPException, error)
    return plain_problem(request.url.path, refusal.status_code, refusal.headers)


def _parameter_problem(found: Mapping[str, Any]) -> ParameterProblem:
    kind, place = found["type"], found["loc"]
    # Of a body that is no JSON, the place is a number of characters and names nothing.
    names = place[:1] if kind == "json_invalid" else place[1:] or place
    return ParameterProblem(
        parameter=sayable(".".join(map(str, names)))[:_SHOWN],
        value=None if kind == "missing" else sayable(str(found.get("input"))[:_SHOWN]),
        detail=sayable(rule_text(kind, found.get("ctx", {}))),
    )


def sayable(text: str) -> str:
    """Return a text that can be written in UTF-8: a half of a pair of surrogates is escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
