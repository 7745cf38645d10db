"""What a person reads of a report: long runs of one finding at one site are counted, and the first shown.

A book of donations makes two findings a receipt, that it is late and that it is held, and hundreds of equal
lines hide the one that matters: those are one line a site (`ONE_LINE`). Of other kinds the first few are
shown. The JSON form has all of them; so has a person, of findings that are errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger_client.audit.findings import Finding, FindingKind, Severity
from ledger_client.language import tr

FEW = 3
"""Findings of one kind at one site that are shown when there are more."""

ONE_LINE = frozenset({FindingKind.DONATION_HELD, FindingKind.LATE_DOCUMENT})
"""Kinds that say the same of every donation, and of every line of an imported book: at a site with more than
one they are only counted."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one kind at one site; never none.

    Attributes:
        findings: All of them, in the order of the report.
    """

    findings: tuple[Finding, ...]

    @property
    def kind(self) -> FindingKind:
        """What was found."""
        return self.findings[0].kind

    @property
    def site(self) -> int:
        """Where; 0 where it concerns no site."""
        return self.findings[0].site

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.findings[0].severity

    @property
    def shown(self) -> tuple[Finding, ...]:
        """Those that are shown one by one."""
        if self.severity is Severity.ERROR:
            return self.findings
        if self.kind in ONE_LINE and len(self.findings) > 1:
            return ()
        return self.findings[:FEW]

    @property
    def sum(self) -> str:
        """How many there are, in the language in force; empty where all are shown."""
        count = len(self.findings)
        if count == len(self.shown):
            return ""
        if not self.shown:
            return tr(f"{count} documents", f"共 {count} 份单据")
        return tr(f"{count} in all, the first {FEW} of them:", f"共 {count} 项，以下仅列前 {FEW} 项：")


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return findings by kind and site, groups in the order of their first ones.

    Args:
        findings: Of a report; a person reads those that are open (`AuditReport.open`).
    """
    groups: dict[tuple[FindingKind, int], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.site), []).append(finding)
    return [FindingGroup(tuple(group)) for group in groups.values()]
