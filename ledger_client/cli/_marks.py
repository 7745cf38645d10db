"""What norms say beside documents, requests and proposals: emergencies of their time, overdue givers.

Whether something was done in an emergency follows from block time and division alone; nobody types it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.cli._counts import Counts, is_stale, stale_mark
from ledger_client.cli._tables import Shown
from ledger_client.emergencies import EmergencySpell, division_of, spell_covering, spell_over
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.fold.allocation_records import Request
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.allocation import ProposalAt
    from ledger_client.index.norms import NormReader


@dataclass(frozen=True, slots=True)
class Marks:
    """Emergencies of a ledger, and the counts that are overdue.

    Attributes:
        spells: All emergencies, past ones too.
        overdue: The counts that are overdue now, by site and category.
    """

    spells: Sequence[EmergencySpell]
    overdue: Counts

    @classmethod
    def of(cls, reader: NormReader, at: int) -> Marks:
        """Return the marks of a ledger; `at`: seconds, as of which counts are overdue."""
        overdue = {(each.site, each.category): each for each in reader.stale(0, at)}
        return cls(reader.emergencies(), overdue)

    def document(self, document: RecordedDocument | None) -> bool:
        """Return whether a document was recorded in an emergency; one that is not there was not."""
        return document is not None and spell_over(document, self.spells) is not None

    def request(self, request: Request) -> bool:
        """Return whether a request was made in an emergency over its site."""
        return self.was(request.made_at, request.site)

    def proposed(self, each: ProposalAt) -> bool:
        """Return whether a proposal was made in an emergency over both sites."""
        return self.was(each.proposal.made_at, each.proposal.giver, each.request.site)

    def approved(self, each: ProposalAt) -> bool | None:
        """Return whether a proposal was approved in an emergency over both sites; None: it never was."""
        approved_at = each.proposal.approved_at
        return self.was(approved_at, each.proposal.giver, each.request.site) if approved_at else None

    def giver_is_stale(self, each: ProposalAt) -> bool:
        """Return whether the giver's count of what it gives is overdue now."""
        return is_stale(self.overdue, each.proposal.giver, each.request.item)

    def was(self, at: int, *sites: int) -> bool:
        """Return whether an emergency covered these sites together at a time, seconds; a site 0 is none."""
        return spell_covering(division_of(*sites), at, self.spells) is not None


def emergency_cell(in_emergency: bool) -> Shown:
    """Return whether something was recorded in an emergency; a table without any has no such column."""
    return Shown(True, tr("yes", "是")) if in_emergency else Shown(False, None)


def emergency_of_proposal(marks: Marks, each: ProposalAt) -> Shown:
    """Return what of a proposal was done in an emergency: proposed, approved, or both.

    Programs get whether it was proposed in one; `Marks.approved` has the other.
    """
    proposed = marks.proposed(each)
    steps = [tr("proposed", "提出")] if proposed else []
    if marks.approved(each):
        steps.append(tr("approved", "批准"))
    return Shown(proposed, tr(", ", "、").join(steps) or None)


def with_stale(text: str, is_stale: bool) -> str:
    """Return a figure or the name of a place with the mark of an overdue count, where it has one."""
    mark = stale_mark().text
    return tr(f"{text} ({mark})", f"{text}（{mark}）") if is_stale else text
