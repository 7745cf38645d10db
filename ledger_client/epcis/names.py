"""URNs of what events name: no site here has a GLN and no lot on chain a GTIN, so each has its own name.

Example:
    >>> urn("site", 420102001001101)
    'urn:shecang:site:420102001001101'
    >>> number_of("site", "urn:shecang:site:420102001001101")
    420102001001101
"""

from __future__ import annotations

import re
from typing import Literal

from ledger_client.errors import UsageError

Named = Literal["site", "item", "lot", "source", "consignee", "document", "consignment"]

_ID160, _KEY = "[0-9a-f]{40}", "[0-9a-f]{62}"
NAMES: dict[Named, str] = {
    "site": "[0-9]{15}",
    "item": "[0-9]{12}",
    "lot": _ID160,
    "source": _ID160,
    "consignee": _ID160,
    "document": _KEY,
    "consignment": _KEY,
}
"""What is named → the form of its id, a regular expression."""

_DIGITS: dict[Named, str] = {"site": "d", "item": "d", "document": "062x", "consignment": "062x"}


class UrnFormError(UsageError):
    """A text is no URN of this ledger."""

    en = "{value!r} names no {what} here; write it as {example}"
    zh = "{value!r} 不是此处的{what_zh}标识；请写作 {example}"


def urn(what: Named, number: int) -> str:
    """Return the name of something by its id."""
    return f"urn:shecang:{what}:{number:{_DIGITS.get(what, '040x')}}"


def number_of(what: Literal["site", "lot"], text: str) -> int:
    """Return the id that a name says.

    Raises:
        UrnFormError: It is no name of such a thing.
    """
    found = re.fullmatch(f"urn:shecang:{what}:({NAMES[what]})", text)
    if found is None:
        what_zh, example = {"site": ("储备点", 420102001001101), "lot": ("批次", 1)}[what]
        raise UrnFormError(value=text[:100], what=what, what_zh=what_zh, example=urn(what, example))
    return int(found[1], 10 if what == "site" else 16)
