"""Identifiers: what is typed becomes a number that the contracts take, or a sentence that says what is wrong.

=============  ===============================================================================================
`DivisionId`   prefix of 2, 4, 6, 9 or 12 digits (province, city, district, street, community); 0 is the root
`SiteId`       community (12 digits), storage mode (1), number (2)
`ItemId`       category of GB/T 38565 (7 digits) and 5 digits
the others     first 160 bits of keccak over a tag and the identifier, see `ledger_client.tagged`
=============  ===============================================================================================

The hashed identifiers, field by field (text in UTF-8, codes in their plain form):

- supplier, issuer, consignee: `tagged_id("shecang/<kind>/1", scheme, code)`, scheme `uscc`, `lei` or, for a
  consignee without either, `local`: a code that its district chose, never the name of a person;
- sole trader: `tagged_id("shecang/supplier-salted/1", salt, code)`; their code is personal data;
- batch: `tagged_digest("shecang/batch/1", batch)` (32 bytes), the batch as `clean_name` returns it;
- donor: `tagged_id("shecang/donor-salted/1", salt, name)`, the name as `clean_name` returns it.

Example:
    >>> parse_uscc("９１１１００００６０００３７３４１Ｌ")
    '91110000600037341L'
    >>> supplier_id("uscc", "91110000600037341L").bit_length() <= 160
    True
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Literal, NewType

from stdnum.cn import uscc as _uscc
from stdnum.iso7064 import mod_97_10

from ledger_client.characters import clean_code, clean_name
from ledger_client.errors import UsageError
from ledger_client.language import tr
from ledger_client.tagged import tagged_digest, tagged_id

Uscc = NewType("Uscc", str)
Lei = NewType("Lei", str)
SiteId = NewType("SiteId", int)
ItemId = NewType("ItemId", int)
SupplierId = NewType("SupplierId", int)
IssuerId = NewType("IssuerId", int)
ConsigneeId = NewType("ConsigneeId", int)
DonorId = NewType("DonorId", int)
Scheme = Literal["uscc", "lei", "local"]

SALT_BYTES = 16
"""Length of every salt: 128 random bits."""

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_FORM = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_LEI_FORM = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_LOCAL_FORM = re.compile(r"[0-9A-Z]{1,32}")


class CodeFormError(UsageError):
    """A code does not have the form that its standard says."""

    en = "{value!r} is no {kind}: {rule}"
    zh = "{value!r} 不是{kind_zh}：{rule_zh}"


class CheckCharacterError(UsageError):
    """The check character of a code does not fit the rest of it."""

    en = (
        "{kind} {value} ends with check character {found}, which should be {expected} ({standard}); "
        "compare it with the certificate"
    )
    zh = "{kind_zh} {value} 的校验码为 {found}，应为 {expected}（{standard}）；请对照证照核对"


class SaltLengthError(UsageError):
    """A salt is not 128 bits."""

    en = "a salt has {required} bytes, not {length}"
    zh = "盐值应为 {required} 字节，而不是 {length} 字节"


class StorageMode(IntEnum):
    """Who holds the stock of a site: the five modes that a community's reserve may take."""

    GOVERNMENT = 1
    AGREEMENT = 2
    ENTERPRISE_HELD = 3
    HOUSEHOLD = 4
    MERCHANT = 5

    @property
    def label(self) -> str:
        """The mode's name in the language in force."""
        return tr(*_MODE_NAMES[self])


_MODE_NAMES = {
    StorageMode.GOVERNMENT: ("government", "政府储备"),
    StorageMode.AGREEMENT: ("agreement", "协议储备"),
    StorageMode.ENTERPRISE_HELD: ("enterprise-held", "企业代储"),
    StorageMode.HOUSEHOLD: ("household (pooled)", "家庭储备（汇总）"),
    StorageMode.MERCHANT: ("merchant", "商户储备"),
}


def parse_uscc(text: str) -> Uscc:
    """Return a unified social credit code in its plain form (GB 32100-2015).

    The check character is computed by python-stdnum. Its stricter form, digits alone in the first two places,
    is not used: rural collectives begin with N, other bodies with Y.

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        CodeFormError: It is not 18 characters of the standard's alphabet.
        CheckCharacterError: The last character is not the one that the first 17 call for.
    """
    code = clean_code(text)
    if not _USCC_FORM.fullmatch(code):
        raise CodeFormError(
            value=text,
            kind="USCC",
            rule="it has 18 digits and letters, the third to eighth digits, and never I, O, S, V or Z",
            kind_zh="统一社会信用代码",
            rule_zh="应为 18 位数字或字母，第三至八位为数字，且不含 I、O、S、V、Z",
        )
    expected = _uscc.calc_check_digit(code)
    if code[-1] != expected:
        raise CheckCharacterError(
            value=code,
            found=code[-1],
            expected=expected,
            kind="USCC",
            kind_zh="统一社会信用代码",
            standard="GB 32100-2015",
        )
    return Uscc(code)


def parse_lei(text: str) -> Lei:
    """Return a legal entity identifier in its plain form (ISO 17442, check digits by ISO 7064 mod 97-10).

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        CodeFormError: It is not 18 letters and digits followed by 2 digits.
        CheckCharacterError: The check digits do not fit.
    """
    code = clean_code(text)
    if not _LEI_FORM.fullmatch(code):
        raise CodeFormError(
            value=text,
            kind="LEI",
            rule="it has 18 letters and digits, then 2 check digits",
            kind_zh="全球法人识别编码（LEI）",
            rule_zh="应为 18 位字母或数字加 2 位校验数字",
        )
    # stdnum counts 98 - (n mod 97) and may say 98 where the code holds 01; both leave 1 modulo 97.
    expected = mod_97_10.calc_check_digits(code[:-2])
    if not mod_97_10.is_valid(code):
        raise CheckCharacterError(
            value=code, found=code[-2:], expected=expected, kind="LEI", kind_zh="LEI", standard="ISO 17442"
        )
    return Lei(code)


def parse_site(text: str | int) -> SiteId:
    """Return the id of a site from its 15 digits.

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        CodeFormError: It is not 15 digits, the 13th is none of the five storage modes, or it ends in 00.
    """
    code = clean_code(str(text))
    if not re.fullmatch(r"[1-9][0-9]{11}[1-5](?!00)[0-9]{2}", code):
        raise CodeFormError(
            value=str(text),
            kind="site",
            rule="it has 15 digits: community (12), storage mode 1 to 5, number 01 to 99",
            kind_zh="储备点编号",
            rule_zh="应为 15 位数字：社区 12 位、储备方式 1 位（1 至 5）、序号 01 至 99",
        )
    return SiteId(int(code))


def site_id(community: int, mode: StorageMode, number: int) -> SiteId:
    """Return the id of site `number` (1 to 99) of `community` (12 digits) in storage mode `mode`."""
    return parse_site(f"{community}{int(mode)}{number:02d}")


def storage_mode(site: SiteId) -> StorageMode:
    """Return the storage mode, which is the 13th digit of a site's id."""
    return StorageMode(site // 100 % 10)


def parse_item(text: str | int) -> ItemId:
    """Return the id of an item from its 12 digits.

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        CodeFormError: It is not 12 digits, the first of them not 0.
    """
    code = clean_code(str(text))
    if not re.fullmatch(r"[1-9][0-9]{11}", code):
        raise CodeFormError(
            value=str(text),
            kind="item",
            rule="it has 12 digits: category of GB/T 38565 (7), number (5)",
            kind_zh="物品编号",
            rule_zh="应为 12 位数字：GB/T 38565 分类码 7 位、序号 5 位",
        )
    return ItemId(int(code))


def category_of(item: ItemId) -> int:
    """Return the category (GB/T 38565, 7 digits) of `item`."""
    return item // 100_000


def supplier_id(scheme: Literal["uscc", "lei"], code: str) -> SupplierId:
    """Return the id of a supplier: USCC, or LEI abroad. Sole traders: `sole_trader_id`."""
    return SupplierId(_coded_id("supplier", scheme, code))


def sole_trader_id(salt: bytes, code: str) -> SupplierId:
    """Return the id of a sole trader; their USCC is personal data, not to be guessed without `salt`."""
    return SupplierId(tagged_id("shecang/supplier-salted/1", _salt(salt), parse_uscc(code).encode()))


def issuer_id(scheme: Literal["uscc", "lei"], code: str) -> IssuerId:
    """Return the id of an issuer of qualifications."""
    return IssuerId(_coded_id("issuer", scheme, code))


def consignee_id(scheme: Scheme, code: str) -> ConsigneeId:
    """Return the id of a consignee: a hospital, a checkpoint, residents in sum; never a person."""
    return ConsigneeId(_coded_id("consignee", scheme, code))


def donor_id(salt: bytes, name: str) -> DonorId:
    """Return the salted digest of a donor's name, the source of a donation's lots.

    Raises:
        CharacterError: The name holds an invisible or a look-alike character.
        SaltLengthError: The salt is not 128 bits.
    """
    return DonorId(tagged_id("shecang/donor-salted/1", _salt(salt), clean_name(name).encode()))


def batch_digest(printed: str) -> bytes:
    """Return the digest of a batch as printed on the goods, 32 bytes; zeros where nothing is printed.

    Raises:
        CharacterError: It holds an invisible or a look-alike character.
    """
    plain = clean_name(printed)
    return tagged_digest("shecang/batch/1", plain.encode()) if plain else bytes(32)


def _coded_id(kind: str, scheme: Scheme, code: str) -> int:
    return tagged_id(f"shecang/{kind}/1", scheme.encode(), _plain_code(scheme, code).encode())


def _plain_code(scheme: Scheme, code: str) -> str:
    if scheme == "uscc":
        return parse_uscc(code)
    if scheme == "lei":
        return parse_lei(code)
    plain = clean_code(code)
    if not _LOCAL_FORM.fullmatch(plain):
        raise CodeFormError(
            value=code,
            kind="local code",
            rule="it has 1 to 32 letters and digits",
            kind_zh="本地代码",
            rule_zh="应为 1 至 32 位字母或数字",
        )
    return plain


def _salt(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise SaltLengthError(length=len(salt), required=SALT_BYTES)
    return salt
