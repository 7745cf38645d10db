"""Refusals as problem documents (RFC 9457): one table from errors to statuses, one handler a kind of failure.

The sentences are those of `ledger_client.errors`, in the language that `Accept-Language` asks for. `type` is
made from the error's class and never changes; a program looks at it and never at a text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.access.rights import KeyUnusableError, NotAllowedError, NotSignedInError
from api.access.sessions import CsrfMissingError, SessionOverError
from ledger_client.acts import ActFormError, ActLedgerError
from ledger_client.drafts import DraftFormError, DraftLedgerError
from ledger_client.drafts.store import DraftUnknownError
from ledger_client.errors import (
    MismatchError,
    RefusedError,
    ShecangError,
    UnavailableError,
    UsageError,
)
from ledger_client.language import tr

_logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "2"  # seconds, of an answer 503

_TYPE = "urn:shecang:problem:"


class UnknownHereError(RefusedError):
    """Base of: what an address names is not registered; the answer is 404."""


class SiteUnknownError(UnknownHereError):
    """No site has a code."""

    en = "site {site} is not registered; look its 15 digits up, or ask the authority of its division"
    zh = "储备点 {site} 未登记；请核对 15 位编号，或询问所属行政区划的主管机构"


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
}
"""Error → status; of a class that is not named, that of its nearest base."""

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("this cannot be read", "无法读取"),
    401: ("who asks is not known", "未提供有效身份"),
    403: ("this caller may not", "无权访问"),
    404: ("not found", "未找到"),
    405: ("not with this method", "不支持此方法"),
    409: ("the rules of the ledger refuse it", "账本规则不允许"),
    413: ("too much at once", "内容过大"),
    415: ("another form is taken here", "格式不受支持"),
    421: ("not this server's name", "主机名不属于本服务器"),
    422: ("what was asked cannot be meant", "请求内容有误"),
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
        "the body is longer than this server takes, or nests too deeply; send less, see /openapi.json",
        "请求内容超过限额或嵌套过深；请减少内容，详见 /openapi.json",
    ),
    421: (
        "this server answers to 127.0.0.1 and localhost only; write one of them in the address",
        "本服务器只应答 127.0.0.1 与 localhost；请在地址中使用其一",
    ),
    500: (
        "this should not have happened; nothing was changed. Tell who runs the server when it was",
        "出现意外错误，未作任何更改；请将发生时间告知服务器管理者",
    ),
}
_RULES: Mapping[str, tuple[str, str]] = {
    "missing": ("it must be given", "必须填写"),
    "int_parsing": ("write a whole number in digits", "请填写整数"),
    "int_parsing_size": ("write a whole number in digits", "请填写整数"),
    "greater_than_equal": ("it must be at least {ge}", "不得小于 {ge}"),
    "less_than_equal": ("it must be at most {le}", "不得大于 {le}"),
    "string_too_long": ("it has at most {max_length} characters", "最多 {max_length} 个字符"),
    "string_pattern_mismatch": ("it must have the form {pattern}", "须符合格式 {pattern}"),
    "extra_forbidden": ("there is no such parameter; see /openapi.json", "没有该参数；请查阅 /openapi.json"),
}
"""Kind of a finding of pydantic → the rule, in English and Chinese."""


_RENAMED: Mapping[int, str] = {413: "content-too-large", 422: "unprocessable-content"}
"""Types of statuses whose phrase differs between versions of Python."""

_HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": RETRY_AFTER},
}


class ParameterProblem(BaseModel):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Its name.", examples=["limit"])
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
        default=None, description="Of malformed parameters, each of them; else left out."
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
    return _TYPE + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


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
    problem = Problem(type=type_, title=title, status=status, detail=detail, instance=path, errors=errors)
    return JSONResponse(
        problem.model_dump(exclude_none=errors is None), status, headers=headers, media_type=MEDIA_TYPE
    )


def plain_problem(path: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal that is about the status alone."""
    phrase = HTTPStatus(status).phrase
    detail = tr(*_DETAILS[status]) if status in _DETAILS else phrase
    name = _RENAMED.get(status, phrase.replace(" ", "-"))
    return problem_response(path, status, problem_type(name), detail, headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Make every refusal of an application a problem document; what nobody foresaw is the gate's."""
    app.add_exception_handler(ShecangError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_route)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    refusal = cast(ShecangError, error)
    status = status_of(refusal)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        _logger.error("%s: %s", request.url.path, refusal.text("en"))
    return problem_response(
        request.url.path, status, problem_type(type(refusal)), refusal.text(), headers=_HEADERS.get(status)
    )


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    found = cast(RequestValidationError, error).errors()
    errors = [_parameter_problem(each) for each in found]
    detail = "; ".join(f"{each.parameter}: {each.detail}" for each in errors)
    return problem_response(request.url.path, 422, problem_type("ParameterMalformed"), detail, errors=errors)


async def _no_route(request: Request, error: Exception) -> JSONResponse:
    refusal = cast(HTTPException, error)
    return plain_problem(request.url.path, refusal.status_code, refusal.headers)


def _written(value: object) -> str:
    """Return what was given as an answer can hold it: JSON can write half a character, and UTF-8 cannot."""
    return str(value)[:100].encode(errors="replace").decode()


def _parameter_problem(found: Mapping[str, Any]) -> ParameterProblem:
    rule = _RULES.get(
        found["type"], ("it has another form than /openapi.json says", "与 /openapi.json 所述形式不符")
    )
    is_given = found["type"] != "missing"
    return ParameterProblem(
        parameter=_written(found["loc"][-1]),
        value=_written(found.get("input")) if is_given else None,
        detail=tr(*rule).format(**found.get("ctx", {})),
    )
