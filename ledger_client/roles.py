"""Roles: what a grant allows. The class of an address, which it has for life, bears the name of its role."""

from __future__ import annotations

from enum import IntEnum

from ledger_client.language import tr


class Role(IntEnum):
    """The roles of `Role.sol`; the numbers are part of grant keys and never change."""

    NONE = 0
    AUTHORITY = 1
    KEEPER = 2
    APPROVER = 3
    ISSUER = 4
    SUPPLIER = 5
    AUDITOR = 6

    @property
    def label(self) -> str:
        """The role's name in the language in force."""
        return tr(*ROLE_NAMES[self])


ROLE_NAMES = {
    Role.NONE: ("none", "无"),
    Role.AUTHORITY: ("authority", "主管"),
    Role.KEEPER: ("keeper", "保管员"),
    Role.APPROVER: ("approver", "审批人"),
    Role.ISSUER: ("issuer", "资质签发方"),
    Role.SUPPLIER: ("supplier", "供应商"),
    Role.AUDITOR: ("auditor", "审计员"),
}
"""English and Chinese name of every role, for texts that are made in both languages at once."""
