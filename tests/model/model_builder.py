"""What builders of acts share: somebody who may sign, a time, some lots, and a document of it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from model_act import DAY, LATE_AFTER, OFFSET, Act, contains, day_of
from model_cast import SIGNERS
from model_choice import Choice
from model_played import Played
from model_state import State

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import AnyLine, Line, pack_lines
from ledger_client.roles import Role
from ledger_client.words import pack_reference
from ledger_client.writing import Party

MOST_LINES = 3
REASONS = (1, 2, 3, 10, 12, 30, 32, 40, 70, 72)
"""Codes of the published list, some of no list, and the one that says that nobody knows."""


class Builder:
    """Builds acts from the state of what is played."""

    def __init__(self, played: Played, choice: Choice) -> None:
        self.played, self.choice = played, choice

    @property
    def now(self) -> int:
        return self.played.clock.now()

    @property
    def state(self) -> State:
        return self.played.state

    # -- parts

    def party(self, role: Role, *sites: int, subject: int = 0, but: tuple[str, ...] = ()) -> Party | None:
        """Somebody whose grant covers the sites."""
        found = [
            each
            for each in self.state.grants
            if (each.role, each.subject) == (role, subject) and each.holder not in but
        ]
        found = [each for each in found if all(contains(each.division, site) for site in sites)]
        if not found:
            return None
        grant = self.choice.pick(found)
        return Party(SIGNERS[grant.holder], grant.division)

    def open_sites(self, *, closed: bool = False) -> list[int]:
        """Open sites, with those that were closed where these may act, too."""
        return [site for site in self.state.journals if closed or not self.state.is_closed(site)]

    def occurred(self, *, late: bool) -> Timestamp:
        if late:
            ago = LATE_AFTER + self.choice.pick((1, 3_600, 5 * DAY, 30 * DAY))
        else:
            ago = self.choice.pick((0, 0, 3_600, DAY, LATE_AFTER, -100))
        if not self.choice.chance(25):
            return Timestamp(self.now - ago)
        day = day_of(self.now - ago) - late
        return Timestamp(day * DAY - OFFSET, is_day_only=True)

    def document(
        self, kind: Kind, lines: Sequence[AnyLine] = (), *, late: bool = False, **fields: Any
    ) -> Document:
        fields = {"client_id": self.client_id(), "reason": self.choice.pick(REASONS), **fields}
        return Document(occurred_at=self.occurred(late=late), lines=pack_lines(kind, lines), **fields)

    def client_id(self) -> bytes:
        self.played.ids += 1
        return keccak(b"document %d" % self.played.ids)

    def late(self) -> bool:
        return self.choice.chance(15)

    def reference(self) -> int:
        """Nothing, a request, or a document that stands; some, so that enough can still be reversed."""
        if self.choice.chance(15) and self.played.acts:
            return pack_reference(1, self.choice.pick(list(self.played.acts)))
        return pack_reference(9, self.choice.number(1, 99)) if self.choice.chance(10) else 0

    def proposal(self) -> int:
        """Nothing, or a proposal that nobody made: the ledger takes any, and the audit looks for it."""
        return pack_reference(REFERENCE_PROPOSAL, self.choice.number(1, 99)) if self.choice.chance(10) else 0

    def approver(self, *sites: int, needed: bool) -> Party | None:
        return self.party(Role.APPROVER, *sites) if needed or self.choice.chance(10) else None

    def usable(self, site: int, at: int | None = None) -> dict[int, int]:
        """Lots that may be used at a site, and how much of each."""
        state, at = self.state, self.now if at is None else at
        return {
            lot: units
            for lot, units in state.held_at(site).items()
            if not state.lots[lot].status
            and (site, lot) not in state.held_here
            and not state.is_expired(state.lots[lot], max(at, self.now))
            and not state.is_expired(state.lots[lot], at)
        }

    def some(self, lots: dict[int, int], most: int = MOST_LINES) -> list[int]:
        left, chosen = sorted(lots), []
        for _ in range(self.choice.number(1, min(most, len(left)))):
            chosen.append(self.choice.pick(left))
            left.remove(chosen[-1])
        return chosen

    def part(self, units: int) -> int:
        return units if self.choice.chance(15) else self.choice.number(1, max(1, units // 2))

    def lines(self, lots: dict[int, int], *, twice: bool = True) -> list[AnyLine]:
        """Lines of parts of some lots; of one lot also two, by two reasons."""
        lines: list[AnyLine] = []
        for lot in self.some(lots):
            first = self.part(lots[lot])
            lines.append(Line(lot, first, self.choice.pick((0, 0, 1, 12, 32))))
            if twice and lots[lot] > first and self.choice.chance(20):
                lines.append(Line(lot, self.part(lots[lot] - first), 16))
        return lines

    def site_with(self, lots_at: Callable[[int], dict[int, int]], *, closed: bool = True) -> int | None:
        sites = [site for site in self.open_sites(closed=closed) if lots_at(site)]
        return self.choice.pick(sites) if sites else None


def made(kind: Kind, document: Document, sender: Party | None, **fields: Any) -> Act | None:
    return None if sender is None else Act(kind=kind, document=document, sender=sender, **fields)
