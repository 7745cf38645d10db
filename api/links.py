"""Links of the OpenAPI description: which request an answer leads to, and what it takes from the answer.

A program that follows them comes from a form to a document in a block without knowing an address::

    read_who -> prepare_draft -> consent_to_draft -> reserve_number -> hand_in_transaction -> read_transaction
        -> read_document

What has to be made elsewhere, a signature above all, no link can give; its description says what it is. In
the body of a request, expressions stand where their values go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_BODY = "$response.body#"
_KEY = {"key": f"{_BODY}/key"}
_FIRST = {"key": f"{_BODY}/drafts/0/key"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link.

    Attributes:
        to: The operation that it leads to.
        description: When it is followed, and what else that takes.
        parameters: Of that operation → runtime expressions.
        body: What is sent there, with runtime expressions; None where nothing of it is in the answer.
    """

    to: str
    description: str
    parameters: Mapping[str, str]
    body: Any = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as OpenAPI has it."""
        said: dict[str, Any] = {"operationId": self.to, "description": self.description}
        if self.parameters:
            said["parameters"] = dict(self.parameters)
        if self.body is not None:
            said["requestBody"] = self.body
        return said


def _read(key: Mapping[str, str]) -> Link:
    return Link("read_draft", "What became of it.", key)


def _of_draft(key: Mapping[str, str], draft: str) -> tuple[Link, ...]:
    """Return the links of an answer that holds a draft.

    Args:
        key: Where its key is.
        draft: Where the draft itself is.
    """
    return (
        _read(key),
        Link(
            "consent_to_draft",
            "With the signature of somebody in `waiting_for`, over the consent digest of the draft.",
            key,
        ),
        Link(
            "put_draft",
            "To bring it to another server, or with consents that were signed elsewhere.",
            key,
            draft,
        ),
        Link("reserve_number", "When the sender alone is in `waiting_for`.", key),
        Link("withdraw_draft", "By one of its signers, while it is open.", key),
    )


_DRAFT = (
    *_of_draft(_KEY, f"{_BODY}/draft"),
    Link(
        "list_drafts",
        "What else waits for whoever signs next.",
        {"waiting_for": f"{_BODY}/waiting_for/0/address"},
    ),
)
_HANDED = (
    Link(
        "read_transaction", "What became of it, until it is recorded or refused.", {"hash": f"{_BODY}/hash"}
    ),
    Link("read_document", "When it is recorded and is one of a document.", {"key": f"{_BODY}/document"}),
    Link("list_skipped", "When it is recorded and approves several proposals.", {"hash": f"{_BODY}/hash"}),
)

LINKS: Mapping[tuple[str, str], tuple[Link, ...]] = {
    ("consent_to_draft", "200"): _DRAFT,
    ("hand_in_transaction", "202"): _HANDED,
    ("list_drafts", "200"): (
        *_of_draft(_FIRST, f"{_BODY}/drafts/0/draft"),
        Link(
            "list_drafts",
            "The next page; the last one has none.",
            {"waiting_for": f"{_BODY}/waiting_for", "after": f"{_BODY}/next_after"},
        ),
    ),
    ("prepare_act", "200"): (
        Link(
            "reserve_act_number",
            "When its signer has looked at it, and is about to sign.",
            {},
            {"act": f"{_BODY}/act"},
        ),
    ),
    ("prepare_draft", "200"): _DRAFT,
    ("prepare_draft", "201"): _DRAFT,
    ("put_draft", "200"): _DRAFT,
    ("read_draft", "200"): _DRAFT,
    ("read_transaction", "200"): _HANDED,
    ("read_who", "200"): (
        Link("prepare_draft", "To begin a document.", {}),
        Link("prepare_act", "To begin an act.", {}),
    ),
    ("reserve_act_number", "200"): (
        Link(
            "hand_in_transaction", "With the act, and the transaction that was signed under the number.", {}
        ),
    ),
    ("reserve_number", "200"): (
        Link("hand_in_transaction", "With the transaction that was signed under the number.", {}),
        _read(_KEY),
    ),
    ("withdraw_draft", "200"): (_read(_KEY),),
}
"""Operation and status of an answer → where it leads; in the description each is called as it leads to."""


def links_of(operation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield statuses of an operation's answers with their links."""
    for (name, status), links in LINKS.items():
        if name == operation:
            yield status, {each.to: each.as_dict() for each in links}
