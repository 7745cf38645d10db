"""Names in a file: each proved by its salted digest, or not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_client.characters import CharacterError, clean_name
from ledger_client.evidence._forms import FormError, data, require_members
from ledger_client.identifiers import SALT_BYTES
from ledger_client.records.content import name_digest
from ledger_client.slots import CATALOGUE, DIRECTORY, REGISTRY

PLACES: Mapping[str, tuple[str, str]] = {
    "site": (DIRECTORY, "_siteNames"),
    "consignee": (DIRECTORY, "_consigneeNames"),
    "supplier": (REGISTRY, "_supplierNames"),
    "issuer": (REGISTRY, "_issuerNames"),
    "item": (CATALOGUE, "_itemNames"),
}
"""Contract and state variable that keep the digests of names, by register, in the order of a file."""

_ORDER = {register: place for place, register in enumerate(PLACES)}
_ID_DIGITS = 49  # of a number of 160 bits
_NAME_LIMIT = 1_024  # characters


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name with its salt.

    Attributes:
        register: One of `PLACES`.
        id: Number on chain.
        zh: Chinese name, may be empty.
        en: English name, may be empty.
        salt: 16 bytes.
    """

    register: str
    id: int
    zh: str
    en: str
    salt: bytes

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands among the others in a file."""
        return _ORDER[self.register], self.id

    @property
    def digest(self) -> int:
        """The digest that must stand on chain."""
        return int.from_bytes(name_digest(self.salt, self.zh, self.en), "big")

    def to_line(self) -> dict[str, Any]:
        """Return its line."""
        return {
            "type": "name",
            "register": self.register,
            "id": str(self.id),
            "zh": self.zh,
            "en": self.en,
            "salt": self.salt.hex(),
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> NameLine:
        """Return the name of a line.

        Raises:
            FormError: It is no such line, or the name has invisible or look-alike characters.
        """
        require_members(line, frozenset({"register", "id", "zh", "en", "salt"}))
        register, id_ = line["register"], line["id"]
        if type(register) is not str or register not in _ORDER:
            raise FormError("register")
        if type(id_) is not str or not (id_.isascii() and id_.isdigit()) or len(id_) > _ID_DIGITS:
            raise FormError("id")
        if id_.startswith("0"):
            raise FormError("id")
        salt = data(line, "salt", SALT_BYTES)
        return cls(register, int(id_), _name(line, "zh"), _name(line, "en"), salt)


def _name(line: Mapping[str, Any], member: str) -> str:
    value = line[member]
    if type(value) is not str or len(value) > _NAME_LIMIT:
        raise FormError(member)
    try:
        clean = clean_name(value)
    except CharacterError as error:
        raise FormError(member) from error
    if clean != value:
        raise FormError(member)
    return value
