"""Answers as they go out: written where they were made, in one go.

FastAPI hands an answer from the endpoint's thread to another one that checks it, and writes it in the loop
that serves everybody. Here it is written in the endpoint's own thread: what an endpoint returns is a model
already, and each change of threads costs more than to write it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction, isgeneratorfunction
from typing import Any

from fastapi import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel


class AnswerRoute(APIRoute):
    """A route whose endpoint, a plain function, returns a model; the description says so as ever."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        is_plain = not (iscoroutinefunction(endpoint) or isgeneratorfunction(endpoint))
        super().__init__(path, _written(endpoint) if is_plain else endpoint, **options)


def _written(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(endpoint)
    def answer(**values: Any) -> Any:
        found = endpoint(**values)
        if not isinstance(found, BaseModel):
            return found
        return Response(found.__pydantic_serializer__.to_json(found), media_type="application/json")

    return answer
