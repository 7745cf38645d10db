"""Of which places an answer is, where the question may leave it to the account."""

from __future__ import annotations

from collections.abc import Sequence

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
