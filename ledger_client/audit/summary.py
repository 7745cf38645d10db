"""What a person reads of a report: long runs of one finding at one site are counted, and the first shown.

A book of donations makes a finding a receipt, and hundreds of equal lines hide the one that matters. The JSON
form has all of them; so has a person, of findings that are errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger_client.audit.findings import Finding, FindingKind, Severity
from ledger_client.language import tr

FEW = 3
"""Findings of one kind at one site that are shown when there are more."""


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
    def shown(self) -> tuple[Finding, ...]:
        """Those that are shown one by one."""
        is_error = self.findings[0].severity is Severity.ERROR
        return self.findings if is_error else self.findings[:FEW]

    @property
    def sum(self) -> str:
        """How many there are, in the language in force; empty where all are shown."""
        count = len(self.findings)
        if count == len(self.shown):
            return ""
        return tr(f"{count} in all, the first {FEW} of them:", f"共 {count} 项，以下仅列前 {FEW} 项：")


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return findings by kind and site, groups in the order of their first ones."""
    groups: dict[tuple[FindingKind, int], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.site), []).append(finding)
    return [FindingGroup(tuple(group)) for group in groups.values()]
