"""Refusals of the stock ledger about stock: lots, lines, quantities, items."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.language import Language
from ledger_client.reverts._base import (
    CATEGORY,
    DAY,
    FLAG,
    ITEM,
    LOT,
    NUMBER,
    NUMBER_16,
    SITE,
    VERDICT,
    RevertError,
)


class LinesNotAscendingError(RevertError):
    """Lines are not in order."""

    solidity = "StockLedgerLinesNotAscending"
    fields = {"index": NUMBER}
    en = (
        "the line at word {index} is out of order or repeats the "
        "one before; each lot (and reason) has one line"
    )
    zh = "第 {index} 个字处的明细行次序不对或与上一行重复；每个批次（及原因）只列一行"


class LineMalformedError(RevertError):
    """A line has something that its kind of document does not allow."""

    solidity = "StockLedgerLineMalformed"
    fields = {"index": NUMBER}
    en = (
        "the line at word {index} has a quantity, reason or attribute that this document does not allow; "
        "check that its quantity is above 0 and its parts add up"
    )
    zh = "第 {index} 个字处的明细行含此类单据不允许的数量、原因或属性；请检查数量大于 0 且各部分相符"


class LinesIncompleteError(RevertError):
    """A document has no lines or a part of one."""

    solidity = "StockLedgerLinesIncomplete"
    fields = {"words": NUMBER}
    en = "this document needs at least one whole line, and its lines have {words} words; add what it is about"
    zh = "此单据至少需要一个完整的明细行，现有 {words} 个字；请补充明细"


class LotUnknownError(RevertError):
    """A lot was never created."""

    solidity = "StockLedgerLotUnknown"
    fields = {"lot": LOT}
    en = (
        "lot {lot} was never received on this ledger; look the "
        "lot up on the stock card, or record its receipt"
    )
    zh = "批次 {lot} 从未在本账本入库；请在库存卡上核对批次，或先记录收货"


class LotMismatchError(RevertError):
    """The attributes given are not those of the lot named."""

    solidity = "StockLedgerLotMismatch"
    fields = {"lot": LOT, "computed": LOT}
    en = "item, source, batch and dates on the line give lot {computed}, not {lot}; correct the attributes"
    zh = "该行的物品、来源、批号和日期对应批次 {computed}，而非 {lot}；请更正属性"


class LotHeldError(RevertError):
    """A lot was received held and was not released."""

    solidity = "StockLedgerLotHeld"
    fields = {"lot": LOT}
    en = (
        "lot {lot} is held since it was received and cannot be used; an approver of the receiving site can "
        "release it, with a reason"
    )
    zh = "批次 {lot} 自收货起暂扣，不能使用；可由收货储备点的审批人注明原因后放行"


class LotHeldHereError(RevertError):
    """A lot is held at a site."""

    solidity = "StockLedgerLotHeldHere"
    fields = {"site": SITE, "lot": LOT}
    en = "lot {lot} is held at site {site}; an approver of that site can release it, with a reason"
    zh = "批次 {lot} 在储备点 {site} 被暂扣；可由该储备点的审批人注明原因后放行"


class LotRecalledError(RevertError):
    """A lot is recalled."""

    solidity = "StockLedgerLotRecalled"
    fields = {"lot": LOT}
    en = "lot {lot} is recalled everywhere; write it off, or dispatch it to a disposal site"
    zh = "批次 {lot} 已被全面召回；请核销，或发运至处置储备点"


class LotExpiredError(RevertError):
    """A lot is past its last day of use."""

    solidity = "StockLedgerLotExpired"
    fields = {"lot": LOT, "use_until": DAY}
    en = "lot {lot} could be used until {use_until}; write it off, or dispatch it to a disposal site"
    zh = "批次 {lot} 的可用期至 {use_until} 止；请核销，或发运至处置储备点"


class LotNotHeldError(RevertError):
    """Nothing is held or recalled that could be freed."""

    solidity = "StockLedgerLotNotHeld"
    fields = {"lot": LOT}
    en = "lot {lot} is neither held at this site nor recalled, so there is nothing to free; check the lot"
    zh = "批次 {lot} 在此既未暂扣也未召回，无须解除；请核对批次"


class StockInsufficientError(RevertError):
    """A site holds less than is asked for."""

    solidity = "StockLedgerStockInsufficient"
    fields = {"site": SITE, "lot": LOT, "available": NUMBER, "requested": NUMBER}
    en = (
        "site {site} holds {available} of lot {lot}, and {requested} were asked for: {lacking} too many; "
        "lower the quantity, or count the lot"
    )
    zh = "储备点 {site} 持有批次 {lot} {available}，申请 {requested}，缺 {lacking}；请减少数量，或盘点该批次"

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002
        """How much is lacking."""
        return {"lacking": str(self.requested - self.available)}


class BalanceOverflowError(RevertError):
    """A balance would leave its 63 bits."""

    solidity = "StockLedgerBalanceOverflow"
    fields = {"site": SITE, "lot": LOT}
    en = (
        "the balance of lot {lot} at site {site} would reach 2^63 base units, which cannot be meant; check it"
    )
    zh = "储备点 {site} 批次 {lot} 的结存将达到 2^63，应属误录；请核对数量"


class ItemUnknownError(RevertError):
    """An item is not in the Catalogue."""

    solidity = "StockLedgerItemUnknown"
    fields = {"item": ITEM}
    en = "item {item} is not in the catalogue; an authority of the country (0) registers it first"
    zh = "物品 {item} 不在目录中；请先由全国（0）的主管登记"


class QualificationMismatchError(RevertError):
    """A receipt's qualification is for another category than its goods need."""

    solidity = "StockLedgerQualificationMismatch"
    fields = {"item": ITEM, "needed": CATEGORY, "category": CATEGORY}
    en = (
        "item {item} needs a qualification for category {needed}, and the one given is for {category}; "
        "record these goods in a receipt of their own"
    )
    zh = "物品 {item} 需要类别 {needed} 的资质，所填资质为类别 {category}；请将这些货物另开收货单"


class VerdictChangedError(RevertError):
    """Goods must be held that were to be received as released."""

    solidity = "StockLedgerVerdictChanged"
    fields = {"ordinal": NUMBER, "verdict": VERDICT, "late": FLAG}
    en = (
        "line {ordinal} cannot be received as released: its qualification is '{verdict}'{because}; "
        "receive it as held, in a lot of its own"
    )
    zh = "第 {ordinal} 行不能按放行收货：资质为“{verdict}”{because}；请作为单独批次按暂扣收货"

    def derived(self, language: Language) -> dict[str, str]:
        """Whether the lateness is a reason."""
        if language == "zh":
            return {"because": "，且补录超过 7 天" if self.late else "，或缺供应商签名"}
        late = ", and it is recorded more than 7 days late"
        return {"because": late if self.late else ", or the supplier's signature is missing"}


class MadeTooLateError(RevertError):
    """A lot's day of making is so late that its shelf life ends on no day."""

    solidity = "StockLedgerMadeTooLate"
    fields = {"lot": LOT, "made": DAY, "shelf_life": NUMBER_16}
    en = (
        "lot {lot}, made on {made}, would keep {shelf_life} days, beyond all dates; correct the day of making"
    )
    zh = "批次 {lot} 的生产日期为 {made}、保质期 {shelf_life} 天，超出日期范围；请更正生产日期"


class RepackOutlivesError(RevertError):
    """The output of a repack could be used longer than its input."""

    solidity = "StockLedgerRepackOutlives"
    fields = {"lot": LOT, "output": DAY, "input": DAY}
    en = (
        "repacked goods (lot {lot}) cannot keep until {output} when they came from a lot usable until "
        "{input}; correct the date"
    )
    zh = "换装后的批次 {lot} 可用至 {output}，不能晚于原批次的 {input}；请更正日期"
