"""Answers that a program need not be given again: an ETag by block, and 304 before anything is looked up.

An answer has a tag where all of this holds, which no route has to say:

- it is the answer 200 to a GET of a route that knows its caller (`CallerDep`);
- it comes from `Reading.consistent`: from the index at one block, and from names;
- it asked neither the server's clock (`clock`) nor a store that is neither index, names nor accounts.

What depends on the clock has none: an answer without `as_of` or `at` says what is overdue, expired or in date
at its own second, and a tag that held longer would freeze it. With `as_of` or `at` the same question has one.

The tag is made of everything else that the answer depends on: the block's hash, the state of the names (which
are deleted without a block), path and query, language, and who asks with which rights. It is sealed with a
key of this server: whoever shows one was given that very answer, by these rights, and gets 304 for nothing
else. A revoked account is refused before; one whose rights changed has another tag. A restart makes all anew.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from api.asked import Asked, current
from ledger_client.language import current_language

_seal = secrets.token_bytes(32)
_TAG_BYTES = 16
_LASTING = frozenset({"reading", "accounts"})
"""What of a running application an answer with a tag may ask: index and names, and who the caller is."""


def seal() -> bytes:
    """Return the key with which tags are sealed, for the other processes of this server."""
    return _seal


def use_seal(given: bytes) -> None:
    """Seal tags with the key of the server that started this process."""
    global _seal
    _seal = given


class NotModifiedError(Exception):
    """Whoever asks has the answer already; the answer is 304."""


def clock() -> float:
    """Return the server's time, in seconds since 1970; what is answered by it gets no tag."""
    depend_on_more()
    return time.time()


def depend_on_more() -> None:
    """Say that the answer under way depends on more than index and names, so that it gets no tag."""
    asked = current()
    if asked is not None:
        asked.is_lasting = False


class WatchedState(dict[str, Any]):
    """What a running application holds, as one request sees it: which stores it asks is noted."""

    def __getitem__(self, name: str) -> Any:
        if name not in _LASTING:
            depend_on_more()
        return super().__getitem__(name)


def tag_answer(block: bytes, names: bytes) -> None:
    """Give the answer under way its tag, or end it where whoever asks has it.

    Args:
        block: Hash of the block of which the index is.
        names: What changes whenever a name does.

    Raises:
        NotModifiedError: The request showed the tag.
    """
    asked = current()
    if asked is None or asked.method != "GET" or asked.rights is None:
        return
    asked.tag = _tag(asked, block, names)
    if asked.tag in _shown(asked.if_none_match):
        raise NotModifiedError


def _tag(asked: Asked, block: bytes, names: bytes) -> str:
    sealed = blake2b(key=_seal, digest_size=_TAG_BYTES)
    rights = (asked.rights or "").encode()
    for each in (block, names, asked.target, current_language().encode(), rights):
        sealed.update(len(each).to_bytes(4, "big"))
        sealed.update(each)
    return f'"{sealed.hexdigest()}"'


def _shown(header: str) -> Iterator[str]:
    for each in header.split(","):
        yield each.strip().removeprefix("W/")
