"""Ids in addresses: as text, made into numbers, or refused in a sentence; and what unknown ones get."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from api.problems import UnknownHereError
from ledger_client.characters import clean_code
from ledger_client.errors import UsageError

_TEXT = 64  # characters of an id
KEY_DIGITS = 62
"""Hexadecimal digits of a key of a document, a request or a proposal: 248 bits."""
ID_DIGITS = 40
"""Hexadecimal digits of an id of a lot or a source: 160 bits."""

_HEX = frozenset("0123456789ABCDEF")


class IdFormError(UsageError):
    """A text is no id of the kind that is asked for."""

    en = "{value!r} is no id of a {what}: write its {digits} hexadecimal digits"
    zh = "{value!r} 不是{what_zh}编号：请填写 {digits} 位十六进制数字"


class DocumentNotRecordedError(UnknownHereError):
    """No document has a key."""

    en = "no document {key} is recorded on this ledger; compare all 62 digits"
    zh = "本账本没有编号为 {key} 的单据；请核对全部 62 位"


class LotNotRecordedError(UnknownHereError):
    """No lot has an id."""

    en = "no lot {lot} was ever received on this ledger; compare all 40 digits"
    zh = "本账本从未收到批次 {lot}；请核对全部 40 位"


class ConsignmentNotRecordedError(UnknownHereError):
    """No dispatch has a key."""

    en = "no consignment {key} was dispatched on this ledger; its key is that of its dispatch"
    zh = "本账本没有在途单 {key}；其编号即发运单据的编号"


class QualificationNotRecordedError(UnknownHereError):
    """No qualification has an id."""

    en = "no qualification {qualification} was recorded on this ledger; compare all 40 digits"
    zh = "本账本没有编号为 {qualification} 的资质；请核对全部 40 位"


class ConsigneeNotRegisteredError(UnknownHereError):
    """No consignee has an id."""

    en = "no consignee {consignee} is registered on this ledger; compare all 40 digits"
    zh = "本账本没有登记领用单位 {consignee}；请核对全部 40 位"


class SupplierNotRegisteredError(UnknownHereError):
    """Nobody with an id is registered as a supplier or gave anything."""

    en = "no supplier or donor {supplier} is known on this ledger; compare the code"
    zh = "本账本没有供应商或捐赠方 {supplier}；请核对编号"


class RequestNotRecordedError(UnknownHereError):
    """No request has a key."""

    en = "no request {key} was made on this ledger; compare all 62 digits"
    zh = "本账本没有编号为 {key} 的申请；请核对全部 62 位"


class ProposalNotRecordedError(UnknownHereError):
    """No proposal has a key."""

    en = "no proposal {key} was made on this ledger; compare all 62 digits"
    zh = "本账本没有编号为 {key} 的调剂方案；请核对全部 62 位"


def hexadecimal(text: str, digits: int, what: str, what_zh: str) -> int:
    """Return the number that so many hexadecimal digits write, of any case.

    Args:
        text: What was given.
        digits: How many there must be.
        what: Of what it is the id, in English.
        what_zh: Likewise in Chinese.

    Raises:
        CharacterError: It holds a character that no code has.
        IdFormError: There are more or fewer digits, or others.
    """
    plain = clean_code(text)
    if len(plain) != digits or not _HEX.issuperset(plain):
        raise IdFormError(value=text, what=what, what_zh=what_zh, digits=digits)
    return int(plain, 16)


_KEY = Path(max_length=_TEXT, description="62 hexadecimal digits.", examples=["00" * 31])
_ID = Path(max_length=_TEXT, description="40 hexadecimal digits.", examples=["00" * 20])


def _document(key: Annotated[str, _KEY]) -> int:
    return hexadecimal(key, KEY_DIGITS, "document", "单据")


def _consignment(key: Annotated[str, _KEY]) -> int:
    return hexadecimal(key, KEY_DIGITS, "consignment", "在途单")


def _request(key: Annotated[str, _KEY]) -> int:
    return hexadecimal(key, KEY_DIGITS, "request", "申请")


def _proposal(key: Annotated[str, _KEY]) -> int:
    return hexadecimal(key, KEY_DIGITS, "proposal", "调剂方案")


def _qualification(qualification: Annotated[str, _ID]) -> int:
    return hexadecimal(qualification, ID_DIGITS, "qualification", "资质")


def _consignee(consignee: Annotated[str, _ID]) -> int:
    return hexadecimal(consignee, ID_DIGITS, "consignee", "领用单位")


def _lot(lot: Annotated[str, _ID]) -> int:
    return hexadecimal(lot, ID_DIGITS, "lot", "批次")


DocumentParameter = Annotated[int, Depends(_document)]
ConsignmentParameter = Annotated[int, Depends(_consignment)]
RequestParameter = Annotated[int, Depends(_request)]
ProposalParameter = Annotated[int, Depends(_proposal)]
QualificationParameter = Annotated[int, Depends(_qualification)]
ConsigneeParameter = Annotated[int, Depends(_consignee)]
LotParameter = Annotated[int, Depends(_lot)]
