"""Why a proposal says what it says: found in the plan that it names, told as far as a reader may hear it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from api.access.rights import Rights
from api.conditional import depend_on_more
from api.reading import Reading
from api.routes._asking import FoundAround
from api.schemas.common import unit_text as unit_code
from api.schemas.why import Distance, Reason, Why
from ledger_client.divisions import DivisionLevel
from ledger_client.explanations import Names, explain_proposal, explain_reason
from ledger_client.fold.records import Division
from ledger_client.index.allocation import ProposalAt
from ledger_client.index.whole import WholeReader
from ledger_client.language import tr
from ledger_client.matching import Proposal
from ledger_client.matching.city import ReasonCode
from ledger_client.matching.distances import Unit
from ledger_client.planned import PlanState, Reasoned, lots_left_sentence, origin_sentences, planned_of
from ledger_client.records import RecordKind
from ledger_client.units import unit_text

_OF_THE_RECEIVER = frozenset({ReasonCode.LEVEL, ReasonCode.STALE})
"""What these say of a site's stock, no document that names both sides says."""

_OF_THE_GIVER = frozenset({ReasonCode.NOTICE})
"""Its terms."""

_COMMUNITY_DIGITS, _SITE_DIGITS = 12, 15


@dataclass(frozen=True, slots=True)
class FoundWhy:
    """A proposal as its plan has it, and who reads which side of it.

    Attributes:
        reasoned: From the plan.
        divisions: That its sentences name.
        reads_giver: Whether the caller reads the giver.
        reads_receiver: Whether the caller reads the receiver.
    """

    reasoned: Reasoned
    divisions: dict[int, Division]
    reads_giver: bool
    reads_receiver: bool

    @classmethod
    def of(cls, index: WholeReader, plans: Path, caller: Rights, each: ProposalAt) -> FoundWhy:
        """Look the plan up, and what its sentences speak of."""
        reasoned = planned_of(plans, each.proposal, each.request)
        if reasoned.state not in (PlanState.BY_HAND, PlanState.KEPT):
            depend_on_more()  # somebody may bring the plan
        found = {
            number: index.division(number)
            for number in (() if reasoned.planned is None else divisions_named(reasoned.planned))
        }
        return cls(
            reasoned,
            {number: division for number, division in found.items() if division is not None},
            caller.covers(each.proposal.giver),
            caller.covers(each.request.site),
        )

    def tells(self, code: ReasonCode) -> bool:
        """Return whether the caller may hear a reason."""
        if code in _OF_THE_RECEIVER:
            return self.reads_receiver
        return self.reads_giver or code not in _OF_THE_GIVER

    def tells_all(self, planned: Proposal) -> bool:
        """Return whether the caller hears all that the plan says of a proposal, what is left included."""
        return self.reads_giver and all(self.tells(reason.code) for reason in planned.reasons)

    def answer(self, reading: Reading, each: ProposalAt, around: FoundAround) -> Why:
        """Return the reasons as they go out."""
        names, item = names_around(reading, around, self.divisions), each.request.item
        unit = unit_text(unit_code(around.items[item].unit), each.proposal.left)
        said = dict[str, object](
            plan=self.reasoned.state.value,
            origin=origin_sentences(self.reasoned.state, each.key, each.proposal.anchor),
            lots_left=lots_left_sentence(f"{each.proposal.left:,} {unit}"),
        )
        planned, counted = self.reasoned.planned, self.reasoned.unit
        if planned is None or counted is None or self.reasoned.block is None:
            nothing = dict.fromkeys(("left", "distance", "approval", "plan_block"))
            return Why.model_validate({**said, **nothing, "sentences": [], "reasons": [], "is_whole": True})
        return Why.model_validate(
            {
                **said,
                "sentences": explain_proposal(
                    planned, counted, names, tells=self.tells, tells_left=self.reads_giver
                ),
                "reasons": reasons_told(planned, counted, names, self.tells),
                "is_whole": self.tells_all(planned),
                "left": str(planned.left) if self.reads_giver else None,
                "distance": distance_told(planned, counted),
                "approval": str(planned.approval),
                "plan_block": f"0x{self.reasoned.block.hex()}",
            }
        )


def distance_told(planned: Proposal, unit: Unit) -> Distance:
    """Return how far giver and receiver are apart, by a plan."""
    value, is_known = planned.distance.value, planned.distance.level is None
    return Distance.model_validate({"value": value, "unit": unit.value, "is_known": is_known})


def reasons_told(
    planned: Proposal, unit: Unit, names: Names, tells: Callable[[ReasonCode], bool]
) -> list[Reason]:
    """Return the reasons of a proposal that are told, in the order of the plan."""
    return [
        Reason.model_validate(
            {
                "code": reason.code.value,
                "value": str(reason.value),
                "text": explain_reason(planned, reason, unit, names),
            }
        )
        for reason in planned.reasons
        if tells(reason.code)
    ]


def divisions_named(planned: Proposal) -> Iterable[int]:
    """Return the divisions that sentences may name: those above the giver, and where an emergency is."""
    community = planned.giver // 10 ** (_SITE_DIGITS - _COMMUNITY_DIGITS)
    above = {community // 10 ** (_COMMUNITY_DIGITS - level) for level in DivisionLevel if level}
    return above | {reason.value for reason in planned.reasons if reason.code is ReasonCode.EMERGENCY}


def names_around(reading: Reading, around: FoundAround, divisions: dict[int, Division]) -> Names:
    """Return how sentences call things: as the commands do, by code and, where it is proved, name."""

    def shown(kind: RecordKind, number: int, digest: bytes | None) -> str:
        name = None if digest is None else reading.name(kind, number, digest)
        return name.shown if name else ""

    def site(number: int) -> str:
        record = around.sites.get(number)
        return f"{number:015d} {shown('site', number, record.name if record else None)}".strip()

    def division(number: int) -> str:
        if not number:
            return tr("the country", "全国")
        record = divisions.get(number)
        return f"{number} {shown('division', number, record.name if record else None)}".strip()

    def item(number: int) -> str:
        record = around.items.get(number)
        return shown("item", number, record.name if record else None) or str(number)

    def unit(number: int) -> str:
        record = around.items.get(number)
        return unit_text(unit_code(record.unit) if record else "")

    return Names(site=site, division=division, item=item, unit=unit, measure=unit_text)
