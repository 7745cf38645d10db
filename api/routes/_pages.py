"""Of which places an answer is, where the question may leave it to the account; and its next page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import Request

from api.access.rights import Rights, Scope
from api.parameters import place_of


def places_read(caller: Rights, place: str | None) -> Sequence[int]:
    """Return the place that was asked for, or all divisions that the caller reads.

    Raises:
        NotSignedInError: It is the public.
        NotAllowedError: The caller does not read the place, or nothing at all.
        ShecangError: The text names neither a site nor a division.
    """
    if place is None:
        caller.require_reader()
        return caller.divisions
    found = place_of(place)
    caller.require(Scope.READ, found)
    return [found]


def next_page(request: Request, name: str, value: object) -> str:
    """Return a header `Link` (RFC 8288) to the same question from another place on.

    Without the server's name: a proxy may have another one.

    Args:
        request: The question.
        name: Of the parameter that says where a page begins.
        value: Where the next one does.
    """
    given = {each: text for each, text in request.query_params.items() if each != name}
    return f'<{request.url.path}?{urlencode({**given, name: value})}>; rel="next"'
