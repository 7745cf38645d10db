"""What a record says, and the salted digests of it that stand on chain.

The encodings (`field` as in `ledger_client.tagged`):

- name digest: `tagged_digest("shecang/name/1", salt, zh, en)`, names as `clean_name` returns them, UTF-8;
- body digest: `tagged_digest("shecang/body/1", salt, body)`, the body as canonical JSON (RFC 8785);
- what its registrar signs: `tagged_digest("shecang/record/1", id, name digest, body digest)`, the id as
  `<kind>/<number>` in decimal.

The salt is 128 random bits a record. Without it nobody can try out names against a digest, and once it is
deleted nobody can at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import rfc8785

from ledger_client.characters import clean_name
from ledger_client.identifiers import SALT_BYTES
from ledger_client.language import current_language, tr
from ledger_client.records._errors import BodyFormError
from ledger_client.tagged import tagged_digest

RecordKind = Literal[
    "division",
    "site",
    "consignee",
    "supplier",
    "issuer",
    "donor",
    "qualification",
    "item",
    "document",
    "request",
    "gtin",
]

BODY_DEPTH = 32  # levels of a body; not left to Python's recursion limit, which other libraries raise


@dataclass(frozen=True, slots=True)
class RecordId:
    """What a record is about: a kind of thing, and its number on chain."""

    kind: RecordKind
    number: int

    def __str__(self) -> str:
        return f"{self.kind}/{self.number}"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Chinese and in English; either may be empty."""

    zh: str
    en: str

    @property
    def shown(self) -> str:
        """The name in the language in force, else the other one."""
        return (self.zh or self.en) if current_language() == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Record:
    """A name, a body and the salt of both.

    Attributes:
        id: What it is about.
        name: Its name; both empty where it has none, as a document.
        body: A JSON object; quantities in it are decimal strings.
        salt: 128 random bits.
    """

    id: RecordId
    name: Name
    body: Mapping[str, Any]
    salt: bytes

    @classmethod
    def new(
        cls,
        id: RecordId,
        *,
        zh: str = "",
        en: str = "",
        body: Mapping[str, Any] | None = None,
        salt: bytes | None = None,
    ) -> Record:
        """Return a record with its names cleaned and, unless `salt` is given, a new salt.

        Raises:
            CharacterError: A name holds an invisible or a look-alike character.
            BodyFormError: The body cannot be written as canonical JSON.
        """
        name = Name(clean_name(zh), clean_name(en))
        record = cls(id, name, dict(body or {}), secrets.token_bytes(SALT_BYTES) if salt is None else salt)
        record.body_digest()
        return record

    def name_digest(self) -> bytes:
        """Return the salted digest of the name, as on chain."""
        return name_digest(self.salt, self.name.zh, self.name.en)

    def body_digest(self) -> bytes:
        """Return the salted digest of the body, as on chain.

        Raises:
            BodyFormError: The body cannot be written as canonical JSON.
        """
        if _is_deeper(self.body, BODY_DEPTH):
            raise BodyFormError(record=self.id, reason=f"more than {BODY_DEPTH} levels")
        try:
            return body_digest(self.salt, self.body)
        except rfc8785.CanonicalizationError as error:
            raise BodyFormError(record=self.id, reason=error) from error


class RecordAnswer(Enum):
    """What can be said of a record beside a digest on chain; only `MATCHES` is good news."""

    MATCHES = "matches"
    DIFFERS = "differs"
    DELETED = "deleted"
    ABSENT = "absent"
    DAMAGED = "damaged"

    @property
    def is_green(self) -> bool:
        """Whether what is stored is what the chain names."""
        return self is RecordAnswer.MATCHES

    @property
    def label(self) -> str:
        """The answer in the language in force."""
        return tr(*_ANSWER_LABELS[self])


_ANSWER_LABELS = {
    RecordAnswer.MATCHES: ("as on chain", "与链上一致"),
    RecordAnswer.DIFFERS: ("not what the chain names", "与链上不一致"),
    RecordAnswer.DELETED: ("body deleted", "正文已删除"),
    RecordAnswer.ABSENT: ("not stored here", "此处未保存"),
    RecordAnswer.DAMAGED: ("damaged in the database", "数据库中的内容已损坏"),
}


def name_digest(salt: bytes, zh: str, en: str) -> bytes:
    """Return the 32 bytes of the salted digest of a name in two languages."""
    return tagged_digest("shecang/name/1", salt, zh.encode(), en.encode())


def body_digest(salt: bytes, body: Mapping[str, Any]) -> bytes:
    """Return the 32 bytes of the salted digest of a body.

    Raises:
        rfc8785.CanonicalizationError: It holds what canonical JSON has not, such as a number above 2**53.
    """
    return tagged_digest("shecang/body/1", salt, rfc8785.dumps(body))


def record_digest(id: RecordId, name_digest: bytes, body_digest: bytes) -> bytes:
    """Return the 32 bytes that the registrar of a record signs."""
    return tagged_digest("shecang/record/1", str(id).encode(), name_digest, body_digest)


def _is_deeper(body: Mapping[str, Any], limit: int) -> bool:
    level: list[Any] = [body]
    for _ in range(limit):
        level = [child for value in level for child in _children(value)]
    return any(isinstance(value, Mapping | list | tuple) for value in level)


def _children(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []
