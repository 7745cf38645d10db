"""Which route a request is for, before anything of it is read: its template, and what body it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from api.asked import NO_TEMPLATE
from api.uploads import Upload


@dataclass(frozen=True, slots=True)
class RouteFound:
    """A route.

    Attributes:
        template: Its address as the description writes it.
        takes_json: Whether it has a body that is parsed.
        takes_upload: Whether it has a file for a body, which it reads by itself.
    """

    template: str
    takes_json: bool = False
    takes_upload: bool = False


NO_ROUTE = RouteFound(NO_TEMPLATE)
"""Nothing is at the address."""


class RouteTable:
    """The routes of an application, as they stand when the table is made.

    Attributes:
        first_words: Of their addresses.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._by_depth: dict[int, list[tuple[re.Pattern[str], frozenset[str], RouteFound]]] = {}
        for context in iter_route_contexts(routes):
            if context.path_format is not None:
                row = (context.path_regex, frozenset(context.methods or ()), _found(context))
                self._by_depth.setdefault(context.path_format.count("/"), []).append(row)
        templates = [row[2].template for rows in self._by_depth.values() for row in rows]
        self.first_words = frozenset(each.split("/")[1] for each in templates)

    def find(self, method: str, path: str) -> RouteFound:
        """Return the route that a request is for; of an address that takes other methods, the first there.

        Args:
            method: Of the request.
            path: Decoded, as ASGI gives it.
        """
        elsewhere: RouteFound | None = None
        for pattern, methods, found in self._by_depth.get(path.count("/"), ()):
            if pattern.match(path):
                if method in methods:
                    return found
                elsewhere = elsewhere or RouteFound(found.template)
        return elsewhere or NO_ROUTE


def _found(context: RouteContext) -> RouteFound:
    dependant = getattr(context, "dependant", None)
    return RouteFound(
        str(context.path_format),
        takes_json=getattr(context, "body_field", None) is not None,
        takes_upload=dependant is not None and any(isinstance(each, Upload) for each in _calls(dependant)),
    )


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
