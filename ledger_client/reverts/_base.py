"""What all refusals of the contracts have in common: facts from the revert data, shown as people write them.

A class names the custom error of the ABI that it stands for, and the type of each of its fields. The fact is
an attribute as the contract gave it (a lot is the whole id); the sentence shows a site by its 15 digits, a
lot by its first 8 hexadecimal digits, a day as a date, a role by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from ledger_client.documents import KIND_NAMES, YEAR_10000, Kind, date_of, moment_at
from ledger_client.errors import MismatchError, RefusedError
from ledger_client.events.suppliers import EntryKind
from ledger_client.keccak import keccak
from ledger_client.language import Language, current_language
from ledger_client.roles import ROLE_NAMES, Role
from ledger_client.word_types import (
    ADDRESS,
    BOOL,
    BYTES3,
    BYTES32,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    UINT160,
    UINT248,
    UINT256,
    WordType,
    enum,
)
from ledger_client.words import NEVER, VERDICT_NAMES, VerdictStatus


class ReplacementStatus(IntEnum):
    """Where the replacement of a key stands; the numbers are those of `IDirectory.sol`."""

    NONE = 0
    PROPOSED = 1
    OBJECTED = 2
    UPHELD = 3
    REFUSED = 4
    EXECUTED = 5


@dataclass(frozen=True, slots=True)
class Field:
    """The type of one field of an error.

    Attributes:
        solidity: The type's name in the contracts, to which a test holds this table.
        word: How a word of the revert data becomes the fact.
        show: How a sentence in a language writes the fact.
    """

    solidity: str
    word: WordType
    show: Callable[[Any, Language], str]


class RevertError(RefusedError):
    """A rule of a contract refuses the act; nothing was recorded.

    Attributes:
        solidity: Name of the custom error in the ABI.
        fields: Its fields, in order.
    """

    solidity: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Field]] = {}

    @classmethod
    def signature(cls) -> str:
        """Return the error's signature, as the ABI writes it."""
        return f"{cls.solidity}({','.join(field.word.abi for field in cls.fields.values())})"

    @classmethod
    def selector(cls) -> bytes:
        """Return the four bytes with which revert data begins."""
        return keccak(cls.signature().encode())[:4]

    def text(self, language: Language | None = None) -> str:
        """Return the one sentence that a user reads, in `language` or the language in force."""
        language = language or current_language()
        shown = {name: field.show(self.facts[name], language) for name, field in self.fields.items()}
        template = self.zh if language == "zh" else self.en
        return template.format(**shown, **self.derived(language))

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002 -- overridden where there is any
        """Return what a sentence says beside the facts, such as who can help."""
        return {}


class RevertMalformedError(MismatchError):
    """A contract refused with an error that this client knows, and data that do not fit it."""

    en = "the ledger refused with {name}, but its data {data} do not fit; the contract is another version"
    zh = "账本以 {name} 拒绝，但所附数据 {data} 不符；合约版本不同"


class RevertUnknownError(RefusedError):
    """A contract refused in words that this client does not know."""

    en = "the ledger refuses, and this client does not know the reason {data}; is it older than the ledger?"
    zh = "账本拒绝了该操作，本客户端不认识原因 {data}；客户端是否比账本旧？"


class RevertSilentError(RefusedError):
    """The call failed without a reason."""

    en = (
        "the call failed without a reason: there is no such contract "
        "at the address, or the gas did not suffice; "
        "compare the addresses with the deployment record"
    )
    zh = "调用失败且未给出原因：该地址没有相应合约，或燃料不足；请与部署记录核对地址"


class RevertPanicError(RefusedError):
    """The contract stopped at a failed check of the language itself, which no input should cause."""

    en = "the contract stopped with internal error 0x{code:02x}; nothing was recorded. Please report this"
    zh = "合约因内部错误 0x{code:02x} 停止，未作任何记录；请报告此问题"


class RevertMessageError(RefusedError):
    """A contract that is not of this ledger refused with a text of its own."""

    en = (
        "refused: {message!r}; this is no contract of the ledger, "
        "compare the address with the deployment record"
    )
    zh = "被拒绝：{message!r}；这不是本账本的合约，请与部署记录核对地址"


def _plain(value: object, _language: Language) -> str:
    return str(value)


def _short_hex(digits: int) -> Callable[[int, Language], str]:
    """Show an id by its first 8 hexadecimal digits of `digits`."""
    return lambda value, _language: f"{value:0{digits}x}"[:8] + "…"


def _digest(value: bytes, _language: Language) -> str:
    return value.hex()[:8] + "…"


def _site(value: int, _language: Language) -> str:
    return f"{value:015d}"


def _division(value: int, language: Language) -> str:
    if value == 0:
        return "0（全国）" if language == "zh" else "0 (the country)"
    return str(value)


def _time(value: int, _language: Language) -> str:
    # Beyond the year 9999 no calendar goes; a contract takes any 64 bits.
    return moment_at(value).strftime("%Y-%m-%d %H:%M:%S%z") if value < YEAR_10000 else str(value)


def _day(value: int, language: Language) -> str:
    if value == NEVER:
        return "无期限" if language == "zh" else "for ever"
    return date_of(value).isoformat() if value < 2_900_000 else str(value)


def _role(value: int, language: Language) -> str:
    return _pair(ROLE_NAMES[Role(value)] if value < len(Role) else (str(value), str(value)), language)


def _status(value: int, language: Language) -> str:
    return _pair(VERDICT_NAMES[VerdictStatus(value)], language)


def _verdict(value: int, language: Language) -> str:
    status = value & 0xFF
    known = status in VERDICT_NAMES
    return _pair(VERDICT_NAMES[VerdictStatus(status)] if known else (str(status), str(status)), language)


def _kind(value: int, language: Language) -> str:
    known = value in KIND_NAMES
    return _pair(KIND_NAMES[Kind(value)] if known else (str(value), str(value)), language)


def _entry(value: EntryKind, language: Language) -> str:
    return _pair(_ENTRY_NAMES[value], language)


def _replacement_status(value: ReplacementStatus, language: Language) -> str:
    return _pair(_REPLACEMENT_NAMES[value], language)


def _ascii(value: bytes, _language: Language) -> str:
    text = value.rstrip(b"\0")
    return (
        text.decode("ascii") if text.isascii() and text.decode("ascii").isprintable() else f"0x{value.hex()}"
    )


def _pair(names: tuple[str, str], language: Language) -> str:
    return names[1] if language == "zh" else names[0]


_ENTRY_NAMES = {
    EntryKind.NONE: ("nothing", "无记录"),
    EntryKind.ISSUED: ("issued", "签发"),
    EntryKind.RENEWED: ("renewed", "续期"),
    EntryKind.SUSPENDED: ("suspended", "暂停"),
    EntryKind.REINSTATED: ("reinstated", "恢复"),
    EntryKind.REVOKED: ("revoked", "撤销"),
}
_REPLACEMENT_NAMES = {
    ReplacementStatus.NONE: ("not there", "不存在"),
    ReplacementStatus.PROPOSED: ("proposed", "已提出"),
    ReplacementStatus.OBJECTED: ("objected to", "有异议"),
    ReplacementStatus.UPHELD: ("upheld", "已维持"),
    ReplacementStatus.REFUSED: ("refused", "已驳回"),
    ReplacementStatus.EXECUTED: ("executed", "已执行"),
}

ACCOUNT = Field("address", ADDRESS, _plain)
CATEGORY = Field("CategoryId", UINT32, _plain)
CONSIGNEE = Field("ConsigneeId", UINT160, _short_hex(40))
DAY = Field("uint32", UINT32, _day)
DIGEST = Field("bytes32", BYTES32, _digest)
DIVISION = Field("DivisionId", UINT64, _division)
DOCUMENT_DIGEST = Field("uint248", UINT248, _short_hex(62))
DOCUMENT = Field("DocumentKey", UINT248, _short_hex(62))
ENTRY_KIND = Field("enum EntryKind", enum(EntryKind), _entry)
FIELD_NAME = Field("bytes32", BYTES32, _ascii)
FLAG = Field("bool", BOOL, _plain)
ISSUER = Field("IssuerId", UINT160, _short_hex(40))
ITEM = Field("ItemId", UINT64, _plain)
KIND = Field("enum Kind", UINT8, _kind)
LOT = Field("LotId", UINT160, _short_hex(40))
NUMBER = Field("uint256", UINT256, _plain)
NUMBER_8 = Field("uint8", UINT8, _plain)
NUMBER_16 = Field("uint16", UINT16, _plain)
NUMBER_64 = Field("uint64", UINT64, _plain)
QUALIFICATION = Field("QualificationId", UINT160, _short_hex(40))
REPLACEMENT_STATUS = Field("enum ReplacementStatus", enum(ReplacementStatus), _replacement_status)
ROLE = Field("enum Role", enum(Role), _role)
ROLE_NUMBER = Field("uint8", UINT8, _role)
SITE = Field("SiteId", UINT64, _site)
SITE_NUMBER = Field("uint256", UINT256, _site)
STATUS = Field("enum Status", enum(VerdictStatus), _status)
SUBJECT = Field("uint256", UINT256, _short_hex(40))
SUPPLIER = Field("SupplierId", UINT160, _short_hex(40))
TIME = Field("uint64", UINT64, _time)
UNIT_CODE = Field("bytes3", BYTES3, _ascii)
VERDICT = Field("uint256", UINT256, _verdict)


def who_grants(role: int, division: int, language: Language) -> str:
    """Return who may grant `role` at `division`: an authority there or above, of an authority one above."""
    place = _division(division, language)
    if role == Role.ISSUER or division == 0:
        return "全国（0）的主管" if language == "zh" else "an authority of the country (0)"
    if role == Role.AUTHORITY:
        return f"{place} 上级的主管" if language == "zh" else f"an authority of a division above {place}"
    return (
        f"{place} 或其上级的主管" if language == "zh" else f"an authority of {place} or a division above it"
    )


def successor_hint(successor: int, language: Language, show: Callable[[int, Language], str]) -> str:
    """Return what took over from something closed, or that nothing did."""
    if successor == 0:
        return "没有接续者" if language == "zh" else "nothing took over from it"
    name = show(successor, language)
    return f"由 {name} 接续，请使用它" if language == "zh" else f"{name} took over, use that one"
