"""Who holds a role: roles, addresses and keys as they are typed and shown, and consents to a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ledger_client.addresses import Address, parse_address
from ledger_client.cli._office import Office
from ledger_client.cli._sources import find_supplier
from ledger_client.cli._tables import Shown
from ledger_client.documents import moment_at
from ledger_client.errors import UsageError
from ledger_client.roles import ROLE_NAMES, Role
from ledger_client.typed import parse_issuer

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.signers import CompactSignature

_CONSENT = re.compile(r"0x[0-9a-fA-F]{128}")


class RoleUnknownError(UsageError):
    """A role is none of the six."""

    en = "{value!r} is no role; choose one of: {known}"
    zh = "{value!r} 不是角色；请选择：{known}"


class SubjectMissingError(UsageError):
    """An issuer or supplier who speaks for nobody, or another role that does."""

    en = "{role} {needs} --subject, the issuer or supplier that it speaks for"
    zh = "{role_zh}{needs_zh} --subject（所代表的签发方或供应商）"


class ConsentFormError(UsageError):
    """A consent is no signature."""

    en = "{value!r} is no consent: it is 0x and 128 digits, as `shecang role consent` prints them"
    zh = "{value!r} 不是同意书：应为 0x 加 128 位十六进制数字，由 `shecang role consent` 生成"


def role_called(text: str) -> Role | None:
    """Return the role with an English or Chinese name, None where there is none."""
    wanted = text.strip().lower()
    return next((role for role, names in ROLE_NAMES.items() if role and wanted in names), None)


def parse_role(text: str) -> Role:
    """Return the role with an English or Chinese name.

    Raises:
        RoleUnknownError: There is none.
    """
    found = role_called(text)
    if found is None:
        known = ", ".join(f"{en} ({zh})" for role, (en, zh) in ROLE_NAMES.items() if role)
        raise RoleUnknownError(value=text, known=known)
    return found


def parse_subject(ledger: Ledger, role: Role, text: str | None) -> int:
    """Return the id of whom a role speaks for, 0 for nobody.

    Raises:
        SubjectMissingError: An issuer or supplier speaks for nobody, or another role for somebody.
        SoleTraderUnknownError: It speaks for a sole trader whose salt is not here.
    """
    speaks = role in (Role.ISSUER, Role.SUPPLIER)
    if speaks != bool(text):
        en, zh = ROLE_NAMES[role]
        needs = ("needs", "须填写") if speaks else ("takes no", "不填")
        raise SubjectMissingError(role=en, role_zh=zh, needs=needs[0], needs_zh=needs[1])
    if not text:
        return 0
    return parse_issuer(text) if role is Role.ISSUER else find_supplier(ledger, text)


def parse_consent(text: str) -> CompactSignature:
    """Return the signature that a holder gave.

    Raises:
        ConsentFormError: It is none.
    """
    from ledger_client.signers import CompactSignature

    if not _CONSENT.fullmatch(text.strip()):
        raise ConsentFormError(value=text)
    raw = bytes.fromhex(text.strip()[2:])
    return CompactSignature(raw[:32], raw[32:])


def holder_address(office: Office, text: str) -> Address:
    """Return the address that is typed, or that of the key of this name.

    Raises:
        KeyUnknownError: It is no address and no key of this office.
        AddressFormError: It is a mistyped address.
    """
    from ledger_client.keystores import describe_keystore

    return parse_address(text) if text.startswith("0x") else describe_keystore(office.key_path(text)).address


def consent_of(
    office: Office, ledger: Ledger, holder: str, role: Role, key: str | None, given: str | None
) -> CompactSignature | None:
    """Return a holder's consent to its class: as given, signed with a key, or none where it has a class.

    Args:
        office: Whose keys these are.
        ledger: Where the holder may have a class.
        holder: An address or a key, as typed.
        role: Whose class it joins.
        key: The key that signs, where one is named.
        given: The signature, where the holder gave one.
    """
    if given is not None:
        return parse_consent(given)
    if key is None:
        address = holder_address(office, holder)
        if holder.startswith("0x") or ledger.index().grants(address):
            return None
        key = holder
    return ledger.roles.class_consent(office.signer(key), role)


def shown_role(role: Role) -> Shown:
    """Return a role by name."""
    return Shown(role.name.lower(), role.label)


def shown_moment(seconds: int, offset: int) -> Shown:
    """Return a moment: JSON has it to the second, people read it to the minute."""
    moment = moment_at(seconds, offset)
    return Shown(moment.isoformat(), moment.strftime("%Y-%m-%d %H:%M"))


def key_of(office: Office, holder: str) -> str | None:
    """Return the name of the key of this office that has the address, so that people recognise it."""
    from ledger_client.keystores import list_keystores

    return next((key.name for key in list_keystores(office.home.keys) if key.address == holder), None)
