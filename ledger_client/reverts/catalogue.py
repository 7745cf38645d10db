"""Refusals of the Catalogue."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.reverts._base import ITEM, NUMBER, NUMBER_64, UNIT_CODE, RevertError


class ItemMalformedError(RevertError):
    """An item's number has another length than 12 digits."""

    solidity = "CatalogueItemMalformed"
    fields = {"item": ITEM}
    en = "{item} is no item: it has 12 digits, the category of GB/T 38565 (7) and a number (5); correct it"
    zh = "{item} 不是物品编号：应为 12 位，即 GB/T 38565 分类码 7 位加序号 5 位；请更正"


class ItemExistsError(RevertError):
    """An item is registered already."""

    solidity = "CatalogueItemExists"
    fields = {"item": ITEM}
    en = (
        "item {item} is registered already, and items never change; "
        "use it, or give the new goods another number"
    )
    zh = "物品 {item} 已登记，且登记后不可更改；请直接使用，或为新物品另编号码"


class CatalogueItemUnknownError(RevertError):
    """An item was never registered."""

    solidity = "CatalogueItemUnknown"
    fields = {"item": ITEM}
    en = "item {item} is not in the catalogue; an authority of the country (0) registers it first"
    zh = "物品 {item} 不在目录中；请先由全国（0）的主管登记"


class UnitMalformedError(RevertError):
    """A unit is no code of UN/CEFACT Recommendation 20."""

    solidity = "CatalogueUnitMalformed"
    fields = {"unit": UNIT_CODE}
    en = (
        "{unit} is no unit: a code of UN/CEFACT Rec 20 has two or "
        "three capital letters or digits, such as H87"
    )
    zh = "{unit} 不是计量单位代码：UN/CEFACT Rec 20 代码为 2 或 3 位大写字母或数字，例如 H87"


class ItemNameMissingError(RevertError):
    """An item comes without the digest of its name record."""

    solidity = "CatalogueNameMissing"
    en = (
        "an item is registered with the digest of its name record, "
        "and it was not given; write the record first"
    )
    zh = "登记物品须附名称记录的摘要，但未提供；请先建立名称记录"


class FactorInvalidError(RevertError):
    """A factor is 0 or too large."""

    solidity = "CatalogueFactorInvalid"
    fields = {"factor": NUMBER_64}
    en = "a pack cannot hold {factor} base units: a factor is at least 1 and below 2^63; correct it"
    zh = "一个包装不能含 {factor} 个基本单位：换算系数至少为 1 且小于 2^63；请更正"


class FactorItselfError(RevertError):
    """An item was to hold itself."""

    solidity = "CatalogueFactorItself"
    fields = {"item": ITEM}
    en = "item {item} cannot be a pack of itself; name the item that is inside"
    zh = "物品 {item} 不能是自身的包装；请写明内装物品"


class FactorExistsError(RevertError):
    """A factor between two items was set before."""

    solidity = "CatalogueFactorExists"
    fields = {"pack": ITEM, "unit": ITEM, "factor": NUMBER_64}
    en = (
        "one of {pack} already holds {factor} of {unit}, and factors never change; "
        "register another item for a pack of another size"
    )
    zh = "{pack} 已定为含 {factor} 个 {unit}，且换算系数不可更改；不同规格的包装请另行登记物品"


class FactorMismatchError(RevertError):
    """Repacked quantities are not what the factor between the items gives."""

    solidity = "CatalogueFactorMismatch"
    fields = {"from_": ITEM, "to": ITEM, "factor": NUMBER_64, "input": NUMBER, "output": NUMBER}
    en = (
        "between items {from_} and {to} one pack holds {factor} base units, so that {input} do not become "
        "{output}; correct the quantities"
    )
    zh = "物品 {from_} 与 {to} 之间每包装含 {factor} 个基本单位，{input} 不能换装为 {output}；请更正数量"
