"""What an audit can find: kinds with their severity, and one finding with a sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from ledger_client.language import tr


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 1
    """Allowed and shown for ever."""
    WARNING = 2
    """Somebody has to look at it."""
    ERROR = 3
    """Two sources that must agree do not."""


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
}


SEVERITIES = {
    FindingKind.EVENTS_INCOMPLETE: Severity.ERROR,
    FindingKind.DIVERGENCE: Severity.ERROR,
    FindingKind.NOT_CONSERVED: Severity.ERROR,
    FindingKind.FALSE_EXPECTED: Severity.WARNING,
    FindingKind.EXPIRED_ON_HAND: Severity.WARNING,
    FindingKind.SHORTAGE_OPEN: Severity.WARNING,
    FindingKind.CONSIGNMENT_OVERDUE: Severity.WARNING,
    FindingKind.CLOSED_SITE_WITH_STOCK: Severity.WARNING,
    FindingKind.COUNT_DIFFERENCE: Severity.WARNING,
    FindingKind.SIGNED_BY_COMPROMISED_KEY: Severity.WARNING,
    FindingKind.REPACK_OF_ANOTHER_SOURCE: Severity.WARNING,
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
        owner: The division that has to answer for it, 0 for the operator of the ledger.
        en: The sentence in English.
        zh: The same in Chinese.
    """

    kind: FindingKind
    site: int
    lot: int
    document: int
    owner: int
    en: str
    zh: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITIES[self.kind]

    @property
    def text(self) -> str:
        """The sentence in the language in force."""
        return tr(self.en, self.zh)

    @property
    def order(self) -> tuple[Any, ...]:
        """The canonical order: worst first, then kind, place and document."""
        return (-self.severity, self.kind.value, self.site, self.lot, self.document, self.en)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: site in digits, lot and document in hexadecimal, None where there is none."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.name.lower(),
            "site": str(self.site) if self.site else None,
            "lot": f"{self.lot:040x}" if self.lot else None,
            "document": f"{self.document:062x}" if self.document else None,
            "owner": str(self.owner) if self.owner else None,
            "en": self.en,
            "zh": self.zh,
        }


def owner_of(site: int) -> int:
    """Return the community of a site, which answers for it first."""
    return site // 1_000
