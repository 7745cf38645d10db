"""What an audit can find: kinds with their severity, and one finding with a sentence in both languages.

**Deadline and escalation.** What a finding asks for is due some days after somebody could first see it
(`DAYS`, by severity). Each deadline that is missed moves the finding up one level, to the division above,
which has as many days again; above the country there is nobody. A note asks nobody for anything, so that it
has no deadline and stays where it is.

**Closing.** A finding is closed by a document that names the one it is about (`_closing`). It stays in the
report, with that document, behind all that are open: who closed what is part of the record. An error is never
closed by a document: two sources that must agree go on disagreeing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any

from ledger_client.divisions import ROOT, DivisionId, DivisionLevel, level, parent_at
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.language import tr


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 1
    """Allowed and shown for ever."""
    WARNING = 2
    """Somebody has to look at it."""
    ERROR = 3
    """Two sources that must agree do not."""

    @property
    def label(self) -> str:
        """What a person reads, in the language in force."""
        return tr(*_SEVERITY_LABELS[self])


_SEVERITY_LABELS = {
    Severity.NOTE: ("note", "提示"),
    Severity.WARNING: ("warning", "警示"),
    Severity.ERROR: ("error", "错误"),
}

DAYS: dict[Severity, int | None] = {Severity.NOTE: None, Severity.WARNING: 7, Severity.ERROR: 1}
"""Days that a division has for a finding, by severity; None where nothing is asked for."""

SHORTAGE_DAYS = 30
"""Days after which a shortage that nobody settled has been open too long."""

SHOWING_DAYS = 1
"""Days after which a document that nobody showed to Reallocation is a finding; clients show it at once."""


class FindingKind(StrEnum):
    """What was found. The names are part of the JSON form and never change."""

    EVENTS_INCOMPLETE = "events-incomplete"
    DIVERGENCE = "divergence"
    LATE_DOCUMENT = "late-document"
    COUNT_DIFFERENCE = "count-difference"
    FALSE_EXPECTED = "false-expected"
    UNQUALIFIED_RECEIPT_HELD = "unqualified-receipt-held"
    EXPIRED_ON_HAND = "expired-on-hand"
    SHORTAGE_OPEN = "shortage-open"
    SHORTAGE_SETTLED = "shortage-settled"
    CONSIGNMENT_OVERDUE = "consignment-overdue"
    REVERSAL = "reversal"
    SIGNED_BY_COMPROMISED_KEY = "signed-by-compromised-key"
    CLOSED_SITE_WITH_STOCK = "closed-site-with-stock"
    NOT_CONSERVED = "not-conserved"
    REPACK_OF_ANOTHER_SOURCE = "repack-of-another-source"
    NEGATIVE_AS_CLAIMED = "negative-as-claimed"
    UNEXPLAINED_ADJUSTMENT = "unexplained-adjustment"
    SHORTAGE_OVERDUE = "shortage-overdue"
    LEFT_OUT_OF_RECALL = "left-out-of-recall"
    POSSIBLY_RECORDED_TWICE = "possibly-recorded-twice"
    DONATION_HELD = "donation-held"
    GRANTED_BY_ONE_KEY = "granted-by-one-key"
    APPROVAL_IMPOSSIBLE = "approval-impossible"
    BELOW_FLOOR = "below-floor"
    COUNT_OVERDUE = "count-overdue"
    COUNT_PARTIAL = "count-partial"
    DELIVERY_NOT_APPROVED = "delivery-not-approved"
    DELIVERY_NOT_SHOWN = "delivery-not-shown"
    APPROVED_NOT_DELIVERED = "approved-not-delivered"
    REQUEST_UNANSWERED = "request-unanswered"
    FLAGGED_REQUEST = "flagged-request"
    STALE_GIVER = "stale-giver"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """What a person reads, in the language in force."""
        return tr(*_LABELS[self])


_LABELS = {
    FindingKind.EVENTS_INCOMPLETE: ("events incomplete", "事件不完整"),
    FindingKind.DIVERGENCE: ("sources differ", "三方不一致"),
    FindingKind.LATE_DOCUMENT: ("late document", "迟报单据"),
    FindingKind.COUNT_DIFFERENCE: ("count difference", "盘点差异"),
    FindingKind.FALSE_EXPECTED: ("false expected quantity", "账面数不实"),
    FindingKind.UNQUALIFIED_RECEIPT_HELD: ("unqualified receipt held", "无资质收货已暂扣"),
    FindingKind.EXPIRED_ON_HAND: ("expired lot on hand", "在库过期批次"),
    FindingKind.SHORTAGE_OPEN: ("shortage open", "短少未处理"),
    FindingKind.SHORTAGE_SETTLED: ("shortage settled", "短少已处理"),
    FindingKind.CONSIGNMENT_OVERDUE: ("consignment overdue", "在途逾期"),
    FindingKind.REVERSAL: ("reversal", "冲销"),
    FindingKind.SIGNED_BY_COMPROMISED_KEY: ("signed by a compromised key", "密钥泄露后签署"),
    FindingKind.CLOSED_SITE_WITH_STOCK: ("closed site with stock", "已关闭储备点有库存"),
    FindingKind.NOT_CONSERVED: ("not conserved", "收支不平"),
    FindingKind.REPACK_OF_ANOTHER_SOURCE: ("repack of another source or batch", "换装改变来源或批号"),
    FindingKind.NEGATIVE_AS_CLAIMED: ("negative at the claimed times", "按所称时间结存为负"),
    FindingKind.UNEXPLAINED_ADJUSTMENT: ("unexplained adjustment", "调整未说明原因"),
    FindingKind.SHORTAGE_OVERDUE: ("shortage open too long", "短少久未处理"),
    FindingKind.LEFT_OUT_OF_RECALL: ("left out of a recall", "召回遗漏批次"),
    FindingKind.POSSIBLY_RECORDED_TWICE: ("possibly recorded twice", "疑似重复记录"),
    FindingKind.DONATION_HELD: ("donation held", "捐赠物资已暂扣"),
    FindingKind.GRANTED_BY_ONE_KEY: ("granted by one key", "授权出自同一密钥"),
    FindingKind.APPROVAL_IMPOSSIBLE: ("impossible approval", "不可能成立的批准"),
    FindingKind.BELOW_FLOOR: ("below the floor", "低于保底量"),
    FindingKind.COUNT_OVERDUE: ("count overdue", "盘点逾期"),
    FindingKind.COUNT_PARTIAL: ("partial count", "盘点不全"),
    FindingKind.DELIVERY_NOT_APPROVED: ("delivery not approved", "交付未获批准"),
    FindingKind.DELIVERY_NOT_SHOWN: ("delivery not shown", "交付未出示"),
    FindingKind.APPROVED_NOT_DELIVERED: ("approved, not delivered", "已批准未交付"),
    FindingKind.REQUEST_UNANSWERED: ("request unanswered", "申请未满足"),
    FindingKind.FLAGGED_REQUEST: ("request above three times the floor", "申请超过保底量三倍"),
    FindingKind.STALE_GIVER: ("giver with an overdue count", "盘点逾期仍予调出"),
    FindingKind.EMERGENCY: ("emergency", "应急状态"),
}


SEVERITIES = {
    FindingKind.EVENTS_INCOMPLETE: Severity.ERROR,
    FindingKind.DIVERGENCE: Severity.ERROR,
    FindingKind.NOT_CONSERVED: Severity.ERROR,
    FindingKind.APPROVAL_IMPOSSIBLE: Severity.ERROR,
    FindingKind.FALSE_EXPECTED: Severity.WARNING,
    FindingKind.EXPIRED_ON_HAND: Severity.WARNING,
    FindingKind.SHORTAGE_OPEN: Severity.WARNING,
    FindingKind.CONSIGNMENT_OVERDUE: Severity.WARNING,
    FindingKind.CLOSED_SITE_WITH_STOCK: Severity.WARNING,
    FindingKind.COUNT_DIFFERENCE: Severity.WARNING,
    FindingKind.SIGNED_BY_COMPROMISED_KEY: Severity.WARNING,
    FindingKind.REPACK_OF_ANOTHER_SOURCE: Severity.WARNING,
    FindingKind.NEGATIVE_AS_CLAIMED: Severity.WARNING,
    FindingKind.UNEXPLAINED_ADJUSTMENT: Severity.WARNING,
    FindingKind.SHORTAGE_OVERDUE: Severity.WARNING,
    FindingKind.LEFT_OUT_OF_RECALL: Severity.WARNING,
    FindingKind.POSSIBLY_RECORDED_TWICE: Severity.WARNING,
    FindingKind.BELOW_FLOOR: Severity.WARNING,
    FindingKind.COUNT_OVERDUE: Severity.WARNING,
    FindingKind.COUNT_PARTIAL: Severity.WARNING,
    FindingKind.DELIVERY_NOT_APPROVED: Severity.WARNING,
    FindingKind.DELIVERY_NOT_SHOWN: Severity.WARNING,
    FindingKind.APPROVED_NOT_DELIVERED: Severity.WARNING,
    FindingKind.REQUEST_UNANSWERED: Severity.WARNING,
    FindingKind.DONATION_HELD: Severity.NOTE,
    FindingKind.FLAGGED_REQUEST: Severity.NOTE,
    FindingKind.STALE_GIVER: Severity.NOTE,
    FindingKind.EMERGENCY: Severity.NOTE,
    FindingKind.GRANTED_BY_ONE_KEY: Severity.NOTE,
    FindingKind.UNQUALIFIED_RECEIPT_HELD: Severity.NOTE,
    FindingKind.LATE_DOCUMENT: Severity.NOTE,
    FindingKind.SHORTAGE_SETTLED: Severity.NOTE,
    FindingKind.REVERSAL: Severity.NOTE,
}
"""Severity of every kind."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        kind: What.
        site: Where; 0 where it concerns no site.
        lot: Of which lot; 0 where it concerns none, or several.
        document: Key of the document; of a divergence, the first after which the sources differ; 0 for none.
        owner: The division that has to answer for it; 0 for the country, and the operator of the ledger.
        en: The sentence in English.
        zh: The same in Chinese.
        since: When somebody could first see it, seconds since 1970.
        deadline: Until when the owner has to answer, seconds since 1970; 0 where nothing is asked for.
        missed: How many deadlines were missed; each moved it up to the division above.
        closed_by: Key of the document that closed it, 0 while it is open.
        category: Of which category of goods it speaks; 0 where of none.
    """

    kind: FindingKind
    site: int
    lot: int
    document: int
    owner: int
    en: str
    zh: str
    since: int = 0
    deadline: int = 0
    missed: int = 0
    closed_by: int = 0
    category: int = 0

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITIES[self.kind]

    @property
    def is_closed(self) -> bool:
        """Whether a document answers it."""
        return self.closed_by != 0

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        return tr(self.en, self.zh)

    @property
    def order(self) -> tuple[Any, ...]:
        """The canonical order: open before closed, worst first, then kind, place, document and time."""
        return (
            self.is_closed,
            -self.severity,
            self.kind.value,
            self.site,
            self.lot,
            self.document,
            self.since,
            self.en,
        )

    def closed(self, by: int) -> Finding:
        """Return it as a document closed it: nobody has to answer it any more."""
        return replace(self, closed_by=by)

    def due(self, time: int) -> Finding:
        """Return it with the deadline in force at `time`, and with the division that has to keep it.

        Args:
            time: Block time of the audit, seconds since 1970.
        """
        days = DAYS[self.severity]
        if days is None or self.is_closed:
            return self
        period = days * SECONDS_A_DAY
        missed = max(0, time - self.since - 1) // period
        owner = above(self.owner, missed)
        return replace(self, owner=owner, missed=missed, deadline=self.since + (missed + 1) * period)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: site in digits, lot and document in hexadecimal, None where there is none."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.name.lower(),
            "site": str(self.site) if self.site else None,
            "lot": f"{self.lot:040x}" if self.lot else None,
            "document": f"{self.document:062x}" if self.document else None,
            "category": f"{self.category:07d}" if self.category else None,
            "owner": str(self.owner) if self.owner else None,
            "since": self.since,
            "deadline": self.deadline or None,
            "missed": self.missed,
            "closed_by": f"{self.closed_by:062x}" if self.closed_by else None,
            "en": self.en,
            "zh": self.zh,
        }


def owner_of(site: int) -> int:
    """Return the community of a site, which answers for it first."""
    return site // 1_000


def above(division: int, levels: int) -> int:
    """Return the division so many levels above, the country where there are not as many.

    What a lying server made up may have a number of digits that no division has: above it is the country.
    """
    if not levels:
        return division
    if len(str(division)) not in set(DivisionLevel):
        return int(ROOT)
    own = level(DivisionId(division))
    above = sorted((each for each in DivisionLevel if each < own), reverse=True)[:levels]
    return parent_at(DivisionId(division), above[-1]) if above else division
