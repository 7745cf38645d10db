"""The lines of an evidence file and what they say; docs/verify.md shows each of them.

Every line holds exactly the members named here. Numbers are times, counts and small codes; everything else is
lower-case hexadecimal of a fixed width, without 0x. A document's line leaves out what its site's journal does
not cover: transaction, place on the chain, and the journal of the other side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.canonical import NUMBER_LIMIT
from ledger_client.contracts import CONTRACTS
from ledger_client.documents import YEAR_10000, Kind, Timestamp
from ledger_client.events import DocumentRecorded, LogPlace, SignedBy
from ledger_client.fold.verdicts import Status

VERSION = 2
"""1 had no Norms and no Reallocation."""
CLASSES = ("grants", "norms", "site", "suppliers")
"""Classes of proof that a file may carry; `site` is in every one."""

REGISTERS = ("suppliers", "issuers", "holders", "norms")
"""Whose journals a file carries entry by entry, in this order."""

_KINDS = {int(kind): kind for kind in Kind}
_ELSEWHERE = LogPlace(0, 0, b"", b"")
_REASON_LIMIT = 1 << 16

# Members of a document's line that are hexadecimal, with their digits.
_DIGITS = (
    ("key", 62),
    ("from", 64),
    ("to", 64),
    ("reference", 64),
    ("qualification", 40),
    ("verdict", 64),
    ("body", 64),
)
_DOCUMENT = frozenset(
    {name for name, _ in _DIGITS}
    | {"kind", "occurred_at", "day_only", "reason", "deadline", "recorded_at", "lines"}
    | {"sender", "other", "approver"}
)


class FormError(ValueError):
    """A line is not of the form that it should have.

    Attributes:
        en: Why, for a sentence; often the name of a member.
        zh: The same in Chinese.
    """

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.en, self.zh = en, zh or en


class VersionError(FormError):
    """A file is of a version that this program does not know."""


# ---------------------------------------------------------------------------------------------- manifest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file says that it is evidence of.

    Attributes:
        chain_id: Id of the chain.
        genesis_hash: Hash of block 0, 32 bytes.
        contracts: Address by name.
        site: The site whose history it holds.
        item: The item to which its balances are narrowed, 0 for none.
        block: The block up to which it says anything.
        documents: How many documents it holds.
        classes: Classes of proof that it carries, sorted.
    """

    chain_id: int
    genesis_hash: bytes
    contracts: Mapping[str, Address]
    site: int
    item: int
    block: int
    documents: int
    classes: tuple[str, ...]

    def to_line(self) -> dict[str, Any]:
        """Return its line."""
        return {
            "type": "evidence",
            "version": VERSION,
            "chain_id": self.chain_id,
            "genesis_hash": self.genesis_hash.hex(),
            "contracts": {name: hex_of(address) for name, address in self.contracts.items()},
            "site": str(self.site),
            "item": str(self.item) if self.item else None,
            "block": self.block,
            "documents": self.documents,
            "classes": list(self.classes),
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Manifest:
        """Return what the first line says.

        Raises:
            FormError: It is no such line.
            VersionError: It is one of another version.
        """
        # True equals 1, and is no version.
        version = line.get("version")
        if type(version) is not int or version != VERSION:
            raise VersionError(f"version {version}"[:40], f"版本 {version}"[:40])
        members = ("version", "chain_id", "genesis_hash", "contracts", "site", "item", "block", "documents")
        require_members(line, frozenset({*members, "classes"}))
        contracts, classes = line["contracts"], line["classes"]
        require_members(contracts, frozenset(CONTRACTS))
        known = isinstance(classes, list) and all(each in CLASSES for each in classes) and "site" in classes
        if not known or classes != sorted(set(classes)):
            raise FormError("classes", "classes 不对")
        return cls(
            chain_id=number(line, "chain_id"),
            genesis_hash=data(line, "genesis_hash", 32),
            contracts={name: address_from_bytes(data(contracts, name, 20)) for name in CONTRACTS},
            site=_digits(line, "site"),
            item=_digits(line, "item") if line["item"] is not None else 0,
            block=number(line, "block"),
            documents=number(line, "documents"),
            classes=tuple(classes),
        )


def _digits(line: Mapping[str, Any], name: str) -> int:
    value = line[name]
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 19:
        raise FormError(name)
    if value.startswith("0"):
        raise FormError(name)
    return int(value)


# ---------------------------------------------------------------------------------------------- documents


def document_line(document: DocumentRecorded) -> dict[str, Any]:
    """Return the line of a document."""
    return {
        "type": "document",
        "kind": int(document.kind),
        "key": f"{document.key:062x}",
        "from": f"{document.from_:064x}",
        "to": f"{document.to:064x}",
        "occurred_at": document.occurred_at.seconds,
        "day_only": document.occurred_at.is_day_only,
        "reference": f"{document.reference:064x}",
        "reason": document.reason,
        "qualification": f"{document.qualification:040x}",
        "deadline": document.deadline,
        "recorded_at": document.recorded_at,
        "verdict": f"{document.verdict:064x}",
        "body": document.body.hex(),
        "sender": _signer_list(document.sender),
        "other": _signer_list(document.other),
        "approver": _signer_list(document.approver),
        "lines": document.lines.hex(),
    }


def document_of(line: Mapping[str, Any]) -> DocumentRecorded:
    """Return the document of a line.

    Raises:
        FormError: It is no such line.
    """
    require_members(line, _DOCUMENT)
    values = [line[name] for name, _ in _DIGITS]
    for value, (name, digits) in zip(values, _DIGITS, strict=True):
        if type(value) is not str or len(value) != digits:
            raise FormError(name)
    lines = line["lines"]
    if type(lines) is not str or len(lines) % 64:
        raise FormError("lines")
    # Seven fields are checked to be hexadecimal at once: a history has a million of them.
    _raw("".join(values), "a member is not hexadecimal", "有成员不是十六进制")
    kind = _KINDS.get(line["kind"]) if type(line["kind"]) is int else None
    if kind is None:
        raise FormError("kind")
    if type(line["day_only"]) is not bool:
        raise FormError("day_only")
    sender = _signer(line, "sender")
    if sender is None:
        raise FormError("sender")
    key, from_, to, reference, qualification, verdict, body = values
    return DocumentRecorded(
        place=_ELSEWHERE,
        key=int(key, 16),
        kind=kind,
        from_=int(from_, 16),
        to=int(to, 16),
        occurred_at=Timestamp(number(line, "occurred_at", YEAR_10000), line["day_only"]),
        reference=int(reference, 16),
        reason=number(line, "reason", _REASON_LIMIT),
        qualification=int(qualification, 16),
        deadline=number(line, "deadline"),
        lines=_raw(lines, "lines"),
        recorded_at=number(line, "recorded_at", YEAR_10000),
        verdict=_verdict_word(verdict),
        body=bytes.fromhex(body),
        sender=sender,
        other=_signer(line, "other"),
        approver=_signer(line, "approver"),
        from_journal=0,
        to_journal=0,
    )


def _verdict_word(text: str) -> int:
    word = int(text, 16)
    if word & 0xFF > max(Status):
        raise FormError("verdict")
    return word


def _signer_list(signer: SignedBy | None) -> list[Any] | None:
    return [hex_of(signer.address), signer.grant.hex(), signer.position] if signer else None


def _signer(line: Mapping[str, Any], name: str) -> SignedBy | None:
    value = line[name]
    if value is None:
        return None
    if type(value) is not list or len(value) != 3 or type(value[2]) is not int:
        raise FormError(name)
    address, grant, position = value
    if type(address) is not str or len(address) != 40 or type(grant) is not str or len(grant) != 64:
        raise FormError(name)
    raw = _raw(address + grant, name)
    if not 0 <= position < NUMBER_LIMIT or not any(raw[:20]):
        raise FormError(name)
    return SignedBy(address_from_bytes(raw[:20]), raw[20:], position)


# ---------------------------------------------------------------------------------------------- entries


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the journal of a supplier, issuer or holder, or of one in Norms: the event that it was.

    Attributes:
        register: One of `REGISTERS`.
        subject: 20 bytes: whose journal; a site or division as a number.
        topics: Of the event, 32 bytes each.
        data: Of the event.
    """

    register: str
    subject: bytes
    topics: tuple[bytes, ...]
    data: bytes

    @property
    def order(self) -> tuple[int, bytes]:
        """Where its journal stands among the others in a file."""
        return REGISTERS.index(self.register), self.subject

    def to_line(self) -> dict[str, Any]:
        """Return its line."""
        return {
            "type": "entry",
            "register": self.register,
            "subject": self.subject.hex(),
            "topics": [topic.hex() for topic in self.topics],
            "data": self.data.hex(),
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> EntryLine:
        """Return the entry of a line.

        Raises:
            FormError: It is no such line.
        """
        require_members(line, frozenset({"register", "subject", "topics", "data"}))
        topics = line["topics"]
        if line["register"] not in REGISTERS:
            raise FormError("register")
        if type(topics) is not list or not 1 <= len(topics) <= 4 or type(line["data"]) is not str:
            raise FormError("topics, data")
        return cls(
            register=line["register"],
            subject=data(line, "subject", 20),
            topics=tuple(_sized(topic, "topics", 32) for topic in topics),
            data=_raw(line["data"], "data"),
        )


# ---------------------------------------------------------------------------------------------- all of them


def require_members(line: Any, members: frozenset[str] | Iterable[str]) -> None:
    """Refuse a line with a member too many or too few."""
    if not isinstance(line, dict) or line.keys() != members:
        raise FormError("other members than it should have", "成员多于或少于应有")


def number(line: Mapping[str, Any], name: str, limit: int = NUMBER_LIMIT) -> int:
    """Return the whole number from 0 on that a member is."""
    value = line[name]
    # True is an int, and is no number here.
    if type(value) is not int or not 0 <= value < limit:
        raise FormError(name)
    return value


def data(line: Mapping[str, Any], name: str, length: int) -> bytes:
    """Return the bytes, so many, that a member writes in hexadecimal."""
    return _sized(line[name], name, length)


def only_data(line: Mapping[str, Any], name: str) -> bytes:
    """Return the bytes that the only member of a line writes in hexadecimal."""
    require_members(line, frozenset({name}))
    if type(line[name]) is not str:
        raise FormError(name)
    return _raw(line[name], name)


def _sized(text: Any, name: str, length: int) -> bytes:
    if type(text) is not str or len(text) != 2 * length:
        raise FormError(name)
    return _raw(text, name)


def _raw(text: str, en: str, zh: str = "") -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError as error:
        raise FormError(en, zh) from error
    if raw.hex() != text:  # capitals, or spaces between
        raise FormError(en, zh)
    return raw


def hex_of(address: Address) -> str:
    """Return an address as evidence writes it."""
    return address_to_bytes(address).hex()
