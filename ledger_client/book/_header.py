"""The header decides the columns, wherever it stands.

A row is a header when at least half of its filled cells, and at least two, are words of the table below, item
or quantity among them. A word in brackets after the name, as in 数量（箱）, does not count. A second header
further down begins a section of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ledger_client.book._model import BookKind
from ledger_client.book._text import clean_text

SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "item": (
        "品名 入库物资 出库物资 发放物资 捐赠物资 物资 物资名称 物品 物品名称 名称 货物名称 商品名称 货品",
        "item,items,item name,goods,goods name,product,product name,description,commodity,article,material",
    ),
    "donor": (
        "捐赠单位 捐赠方 捐赠者 捐赠人 捐赠单位或个人 捐赠来源 供应商 供货单位 供货商 供应单位 来源 来源单位",
        "donor,donor name,supplier,supplier name,vendor,source,from,received from",
    ),
    "recipient": (
        "接收单位 接受单位 领用单位 领取单位 受赠单位 收货单位 使用单位 受援单位 接收方 去向",
        "recipient,recipient name,consignee,receiver,receiving institution,issued to,to,destination",
    ),
    "specification": ("规格 规格型号 型号 型号规格", "specification,spec,specs,model,size"),
    "unit": ("计量单位 单位", "unit,units,uom,unit of measure"),
    "quantity": (
        "数量 数量总计 数量合计 总数量 总数 入库数量 出库数量 发放数量 捐赠数量 接收数量 实收数量",
        "quantity,qty,quantities,total quantity,amount,count",
    ),
    "date": (
        "日期 入库日期 出库日期 接收日期 发放日期 捐赠日期 领用日期 时间",
        "date,day,date received,date issued",
    ),
    "batch": ("批号 批次 生产批号 产品批号", "batch,batch no,batch number,lot,lot no,lot number"),
    "made": ("生产日期 制造日期", "made,production date,manufacture date,manufactured"),
    "expires": (
        "有效期 有效期至 失效日期 到期日 到期日期",
        "expiry,expires,expiry date,expiration date,use by,best before",
    ),
    "remark": ("备注 说明 备考", "note,notes,remark,remarks,comment,comments"),
    "ordinal": ("序号 编号 行号", "no,nr,number,#,serial"),
})  # fmt: skip
"""Field by field the words for it, Chinese and English."""


_FIELD_OF = {
    word: field
    for field, (chinese, english) in SYNONYMS.items()
    for word in (*chinese.split(), *english.split(","))
}

_RECEIVED = re.compile("接收|入库|收到|received|receipt", re.IGNORECASE)
_ISSUED = re.compile("发放|出库|分配|issued|distribut", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a section mean.

    Attributes:
        row: Row of the header, from 1.
        columns: Field to column (from 0).
        doubled: Fields that two columns claim; a value cannot then be known.
        text: The header as one text.
    """

    row: int
    columns: Mapping[str, int]
    doubled: tuple[str, ...]
    text: str

    @property
    def party(self) -> str:
        """The field that holds the other party; empty when neither or both are there."""
        found = [field for field in ("donor", "recipient") if field in self.columns]
        return found[0] if len(found) == 1 else ""

    def column(self, field: str) -> int | None:
        """Return the column of a field; `party` is donor or recipient."""
        return self.columns.get(self.party if field == "party" else field)

    def kind(self, titles: str) -> BookKind | None:
        """Return the kind of the section: by its party column, else by what item column and titles say."""
        if self.party:
            return "receipt" if self.party == "donor" else "issue"
        for text in (self.text, titles):
            received, issued = bool(_RECEIVED.search(text)), bool(_ISSUED.search(text))
            if received != issued:
                return "receipt" if received else "issue"
        return None


def read_header(row: int, texts: Sequence[str]) -> Header | None:
    """Return the header that a row of cleaned texts is, None where it is none."""
    columns: dict[str, int] = {}
    doubled: list[str] = []
    filled = [(column, text) for column, text in enumerate(texts) if text]
    for column, text in filled:
        field = field_of(text)
        if field in columns:
            doubled.append(field)
        elif field:
            columns[field] = column
    known = len(columns) + len(doubled)
    if known < 2 or known * 2 < len(filled) or not columns.keys() & {"item", "quantity"}:
        return None
    return Header(row, columns, tuple(doubled), " ".join(text for _, text in filled))


def field_of(text: str) -> str:
    """Return the field that a header's cell names, empty where it names none.

    Example:
        >>> field_of("数 量（箱）"), field_of("品名/Item")
        ('quantity', 'item')
    """
    word = re.sub(r"\(.*?\)|[:：*.]", "", clean_text(text)).strip().casefold()
    whole = _FIELD_OF.get(word) or _FIELD_OF.get(word.replace(" ", ""))
    parts = {_FIELD_OF.get(part, "") for part in re.split(r"[/ ]+", word)}
    return whole or (parts.pop() if len(parts) == 1 else "")
