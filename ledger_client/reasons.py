"""Reasons: why there is a document or a line of it, a request, a decision or an emergency, as codes on chain.

Codes are part of digests, so that a code never changes its meaning; new ones are added behind.
The contracts demand only that the top bit of an exception says whether the goods are missing
(`ledger_client.words.MISSING`), and that the reason of a settlement is 1, 2 or 3.

Example:
    >>> reason_named("expired").code
    12
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from ledger_client.documents import Kind
from ledger_client.errors import UsageError
from ledger_client.language import tr
from ledger_client.words import MISSING

FOUND_AT_SENDER = 1
FOUND_AT_RECEIVER = 2
LOST = 3

NO_REASON = 0


class Use(Flag):
    """What a reason may be given for."""

    ISSUE = auto()
    WRITE_OFF = auto()
    REJECTION = auto()
    MISSING = auto()
    COUNT = auto()
    HOLD = auto()
    RELEASE = auto()
    RECALL = auto()
    LIFT = auto()
    REPACK = auto()
    REVERSAL = auto()
    REVOCATION = auto()
    SUSPENSION = auto()
    REINSTATEMENT = auto()
    DECISION = auto()
    REQUEST = auto()
    WITHDRAWAL = auto()
    DISAPPROVAL = auto()
    STALE = auto()
    EMERGENCY = auto()
    EMERGENCY_END = auto()


class ReasonUnknownError(UsageError):
    """A reason is none of the published list."""

    en = "{value!r} is no reason for this; choose one of: {known}"
    zh = "{value!r} 不是此处可用的原因；请选择：{known_zh}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the published list.

    Attributes:
        code: What the ledger keeps, 1 to 32,767.
        name: What a command takes and JSON shows.
        en: For people, in English.
        zh: For people, in Chinese.
        uses: What it may be given for.
    """

    code: int
    name: str
    en: str
    zh: str
    uses: Use

    @property
    def label(self) -> str:
        """The reason in the language in force."""
        return tr(self.en, self.zh)


_BAD = Use.WRITE_OFF | Use.REJECTION | Use.HOLD
_MISTAKE = Use.REVERSAL | Use.WITHDRAWAL | Use.DISAPPROVAL

REASONS: dict[int, Reason] = {
    reason.code: reason
    for reason in (
        Reason(10, "damaged", "damaged", "破损", _BAD | Use.MISSING | Use.COUNT),
        Reason(11, "spoilage", "spoiled or soiled", "变质或污染", _BAD | Use.COUNT),
        Reason(12, "expired", "past its last day of use", "超过有效期", _BAD),
        Reason(13, "quality-complaint", "complaint about quality", "质量投诉", _BAD | Use.RECALL),
        Reason(14, "failed-inspection", "failed an inspection", "检验不合格", _BAD | Use.RECALL),
        Reason(15, "returned-to-supplier", "returned to the supplier", "退回供应商", Use.WRITE_OFF),
        Reason(16, "theft", "theft", "被盗", Use.WRITE_OFF | Use.COUNT | Use.MISSING),
        Reason(17, "used-in-training", "used in training", "培训演练耗用", Use.WRITE_OFF | Use.ISSUE),
        Reason(20, "short-delivered", "delivered less than written", "短少", Use.MISSING),
        Reason(21, "not-arrived", "did not arrive", "未送达", Use.MISSING),
        Reason(22, "wrong-item", "another item than written", "品名不符", Use.REJECTION | Use.MISSING),
        Reason(23, "papers-missing", "papers are missing", "单证不全", Use.REJECTION | Use.HOLD),
        Reason(24, "not-needed", "not needed", "不需要", Use.REJECTION | Use.WITHDRAWAL | Use.DISAPPROVAL),
        Reason(
            30,
            "counting-error",
            "error of an earlier count or record",
            "原盘点或记录有误",
            Use.COUNT | Use.REVERSAL,
        ),
        Reason(31, "unrecorded-movement", "a movement that was not recorded", "漏记出入库", Use.COUNT),
        Reason(32, "unexplained", "unexplained", "原因不明", Use.COUNT | Use.MISSING),
        Reason(40, "distribution", "distribution", "调配发放", Use.ISSUE),
        Reason(41, "emergency", "emergency", "应急", Use.ISSUE | Use.RELEASE),
        Reason(42, "earmarked", "earmarked for this consignee", "定向捐赠", Use.ISSUE),
        Reason(50, "donation", "donation, checked by the approver", "捐赠物资，经审批人核验", Use.RELEASE),
        Reason(51, "cleared-by-inspection", "cleared by inspection", "检验合格", Use.RELEASE | Use.LIFT),
        Reason(52, "papers-completed", "papers completed", "单证已补齐", Use.RELEASE),
        Reason(
            53, "recorded-late", "recorded late, checked by the approver", "补录，经审批人核验", Use.RELEASE
        ),
        Reason(
            54, "supplier-unqualified", "supplier without valid qualification", "供应商无有效资质", Use.HOLD
        ),
        Reason(55, "suspected-duplicate", "suspected to be recorded twice", "疑似重复记录", Use.HOLD),
        Reason(56, "implausible-quantity", "implausible quantity", "数量异常", Use.HOLD),
        Reason(60, "recalled-by-maker", "recalled by its maker", "生产企业召回", Use.RECALL | Use.HOLD),
        Reason(
            61, "recalled-by-authority", "recalled by an authority", "主管部门召回", Use.RECALL | Use.HOLD
        ),
        Reason(62, "recall-mistaken", "the recall was a mistake", "召回有误", Use.LIFT),
        Reason(70, "unpacked", "unpacked", "拆箱", Use.REPACK),
        Reason(71, "packed", "packed together", "合装", Use.REPACK),
        Reason(72, "contents-known", "contents of a pack became known", "包装内含数量已明确", Use.REPACK),
        Reason(80, "recorded-by-mistake", "recorded by mistake", "误记", _MISTAKE | Use.EMERGENCY_END),
        Reason(81, "recorded-twice", "recorded twice", "重复记录", _MISTAKE),
        Reason(82, "wrong-site", "recorded at the wrong site", "储备点有误", Use.REVERSAL),
        Reason(90, "key-lost", "key lost", "密钥丢失", Use.REVOCATION | Use.DECISION),
        Reason(91, "key-compromised", "key in foreign hands", "密钥泄露", Use.REVOCATION | Use.DECISION),
        Reason(92, "left-office", "left the office", "离任", Use.REVOCATION),
        Reason(93, "granted-by-mistake", "granted or issued by mistake", "误授予或误签发", Use.REVOCATION),
        Reason(94, "breach-of-rules", "breach of rules", "违规", Use.REVOCATION | Use.SUSPENSION),
        Reason(95, "under-investigation", "under investigation", "正在调查", Use.SUSPENSION | Use.HOLD),
        Reason(96, "certificate-invalid", "certificate invalid", "证书无效", Use.REVOCATION | Use.SUSPENSION),
        Reason(97, "business-ended", "business ended", "停止经营", Use.REVOCATION),
        Reason(98, "investigation-closed", "investigation closed", "调查结束", Use.REINSTATEMENT),
        Reason(
            99, "defect-remedied", "defect remedied", "缺陷已整改", Use.REINSTATEMENT | Use.RELEASE | Use.LIFT
        ),
        Reason(100, "holder-has-key", "the holder has the key", "密钥仍由持有人掌握", Use.DECISION),
        Reason(110, "outbreak", "outbreak of a disease", "疫情", Use.REQUEST | Use.EMERGENCY),
        Reason(111, "natural-disaster", "natural disaster", "自然灾害", Use.REQUEST | Use.EMERGENCY),
        Reason(112, "accident", "serious accident", "重大事故", Use.REQUEST | Use.EMERGENCY),
        Reason(
            113,
            "supply-interrupted",
            "the usual supply is interrupted",
            "日常供应中断",
            Use.REQUEST | Use.EMERGENCY,
        ),
        Reason(114, "below-floor", "less is there than the floor", "库存低于保底量", Use.REQUEST),
        Reason(115, "consumption-risen", "more is used than before", "消耗上升", Use.REQUEST),
        Reason(116, "more-people", "more people to provide for", "保障人口增加", Use.REQUEST),
        Reason(117, "asked-by-consignee", "asked for by a consignee", "领用单位申请", Use.REQUEST),
        Reason(120, "supplied-otherwise", "supplied from elsewhere", "已由其他渠道满足", Use.WITHDRAWAL),
        Reason(
            121,
            "goods-gone",
            "the goods are no longer there",
            "物资已不在库",
            Use.WITHDRAWAL | Use.DISAPPROVAL,
        ),
        Reason(
            122,
            "no-transport",
            "they cannot be brought there in time",
            "无法按时运达",
            Use.WITHDRAWAL | Use.DISAPPROVAL,
        ),
        Reason(
            130,
            "giver-needs-it",
            "the giver needs the goods itself",
            "调出方自身需要",
            Use.WITHDRAWAL | Use.DISAPPROVAL,
        ),
        Reason(131, "better-giver", "another giver is better placed", "另有更合适的调出方", Use.DISAPPROVAL),
        Reason(132, "need-not-shown", "the need is not shown", "需求依据不足", Use.DISAPPROVAL),
        Reason(133, "unsuitable", "the goods do not suit the need", "物资不适用", Use.DISAPPROVAL),
        Reason(134, "more-urgent-elsewhere", "needed more urgently elsewhere", "他处更急需", Use.DISAPPROVAL),
        Reason(140, "seen-on-site", "the goods were seen on site", "已到现场核实", Use.STALE),
        Reason(141, "counted-on-paper", "counted on paper, to be recorded", "已纸面盘点，待补录", Use.STALE),
        Reason(142, "count-impossible", "nobody can count now", "目前无法盘点", Use.STALE),
        Reason(
            143, "need-outweighs", "the need outweighs the overdue count", "需求紧急，先予调拨", Use.STALE
        ),
        Reason(150, "danger-past", "the danger is past", "险情解除", Use.EMERGENCY_END),
        Reason(151, "order-withdrawn", "the order was withdrawn", "原决定已撤回", Use.EMERGENCY_END),
    )
}
"""Code → reason, of everything but the settlement."""

SETTLEMENTS: dict[int, tuple[str, str, str]] = {
    FOUND_AT_SENDER: ("found-at-sender", "found at the sender", "在发出方找到"),
    FOUND_AT_RECEIVER: ("found-at-receiver", "found at the receiver", "在接收方找到"),
    LOST: ("lost", "lost", "确认丢失"),
}
"""Code → name, English, Chinese, of the lines of a settlement; the contract knows these three alone."""

_BY_NAME = {reason.name: reason for reason in REASONS.values()}


def reason_named(name: str, use: Use | None = None) -> Reason:
    """Return the reason that a command or a file calls `name`.

    Args:
        name: As in the list.
        use: What it is given for; any if not given.

    Raises:
        ReasonUnknownError: No reason has that name, or it is not one for this use.
    """
    reason = _BY_NAME.get(name)
    if reason is None or (use is not None and use not in reason.uses):
        known = [reason for reason in REASONS.values() if use is None or use in reason.uses]
        raise ReasonUnknownError(
            value=name,
            known=", ".join(reason.name for reason in known),
            known_zh="、".join(f"{reason.name}（{reason.zh}）" for reason in known),
        )
    return reason


def settlement_named(name: str) -> int:
    """Return the code of what became of missing goods.

    Raises:
        ReasonUnknownError: It is none of the three.
    """
    for code, (known, _, _) in SETTLEMENTS.items():
        if name == known:
            return code
    raise ReasonUnknownError(
        value=name,
        known=", ".join(known for known, _, _ in SETTLEMENTS.values()),
        known_zh="、".join(f"{known}（{zh}）" for known, _, zh in SETTLEMENTS.values()),
    )


def reason_label(code: int, kind: Kind | None = None) -> str:
    """Return a code in the language in force; a code of no list as its number, nothing for 0.

    Args:
        code: Of a document or a line; the bit that says missing is left out.
        kind: Of the document, for a settlement has its own three codes.
    """
    if kind is Kind.SETTLEMENT and code in SETTLEMENTS:
        return tr(*SETTLEMENTS[code][1:])
    plain = code & ~MISSING
    if plain == NO_REASON:
        return ""
    return REASONS[plain].label if plain in REASONS else str(plain)
