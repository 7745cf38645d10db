"""Resources, each behind its own first word of the address."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

VERSION = "/v1"
"""What every resource's address begins with."""


class Resource(APIRouter):
    """The routes of a resource.

    Asked for an address that is not below its prefix, it says so at once. Else each request would be held
    against the patterns of all routes before its own, twice: half a millisecond, of the five of a full page.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether one of the routes is for a request; see `starlette.routing.BaseRoute`."""
        if not scope["path"].startswith(VERSION + self.prefix):
            return Match.NONE, {}
        return super().matches(scope)
