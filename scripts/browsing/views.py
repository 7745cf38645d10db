"""Every view of the page, with something in it: where it is, and who looks.

A view that is not here is not tested: `tests/page/test_every_view.py` compares with the routes of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class View:
    """A view.

    Attributes:
        name: Of pictures and tests.
        path: Where it is, with `?` and `#`.
        who: Who looks, a name of `browsing.people.SIGN_INS`, or PUBLIC.
    """

    name: str
    path: str
    who: str = PUBLIC


VIEWS = (View("not-found", "/no/such/page"),)
