"""What is not registered, resource by resource: answers 404."""

from __future__ import annotations

from api.problems import UnknownHereError


class ConsigneeUnknownError(UnknownHereError):
    """No consignee has an id."""

    en = (
        "{value!r} is no registered consignee; give its USCC, its LEI, local: and the code of its district, "
        "or its id of 40 hexadecimal digits, see /v1/consignees"
    )
    zh = (
        "{value!r} 不是已登记的领用单位；请填写统一社会信用代码、LEI、local: 加本地代码或 40 位编号，"
        "见 /v1/consignees"
    )


class SupplierUnknownError(UnknownHereError):
    """No supplier has a code or an id."""

    en = "{value!r} is no registered supplier; a sole trader is known by its id alone, see /v1/suppliers"
    zh = "{value!r} 不是已登记的供应商；个体工商户只能按编号查询，见 /v1/suppliers"


class IssuerUnknownError(UnknownHereError):
    """No issuer has a code or an id."""

    en = "{value!r} is no registered issuer of qualifications; see /v1/issuers"
    zh = "{value!r} 不是已登记的资质签发方；见 /v1/issuers"


class QualificationUnknownError(UnknownHereError):
    """No qualification has an id."""

    en = "no qualification has the id {value}; see /v1/qualifications"
    zh = "没有编号为 {value} 的资质；见 /v1/qualifications"


class ItemUnknownError(UnknownHereError):
    """No item has a code."""

    en = "item {value} is not registered; look its 12 digits up in /v1/items"
    zh = "物品 {value} 未登记；请在 /v1/items 中核对 12 位编号"


class HolderUnknownError(UnknownHereError):
    """An address has no class and no grant."""

    en = "{value} holds no role and never did; compare the address with that of the key"
    zh = "{value} 没有也从未有过任何角色；请与密钥的地址核对"


class ReplacementUnknownError(UnknownHereError):
    """No replacement of a key has a number."""

    en = "there is no replacement of a key with the number {value}; see /v1/roles/replacements"
    zh = "没有编号为 {value} 的密钥更换；见 /v1/roles/replacements"
