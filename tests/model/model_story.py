"""One step of a story after the other: something right, something wrong, something again, or time passes."""

from __future__ import annotations

from dataclasses import replace

from model_act import DAY, Act
from model_acts import toward
from model_builder import Builder
from model_cast import SITES
from model_choice import Choice
from model_faults import fault_of
from model_patterns import MOVING
from model_played import Played
from model_temptations import TEMPTATIONS, Temptation

from ledger_client.documents import Kind
from ledger_client.lines import ReceiptLine, pack_lines, unpack_lines
from ledger_client.writing import CONSENT_LASTS

SOME = 2
"""Sites beyond the first four that stay open."""


class Story:
    """Steps; each is compared by `Played.offer`."""

    def __init__(self, played: Played, choice: Choice) -> None:
        self.played, self.choice = played, choice

    def begin(self) -> None:
        """Open the first sites."""
        for _ in SITES:
            assert self.right(Kind.OPENING)

    def right(self, kind: Kind) -> bool:
        """Offer something of a kind, or what makes that possible; say whether the kind stands."""
        self.played.tick()
        act = toward(self.played, self.choice, kind)
        text = "随单说明" if self.choice.chance(15) else ""
        stands = self.played.offer(act, plain=True, check=not self.choice.chance(10), text=text)
        return stands and act.kind is kind

    def wrong(self, kind: Kind) -> None:
        """Offer something with one thing changed, which may be right still."""
        self.played.tick()
        act = toward(self.played, self.choice, kind)
        if (act.other or act.approver) and self.choice.chance(8):
            self.played.offer(act, after=CONSENT_LASTS + 60)
            return
        changed = fault_of(Builder(self.played, self.choice), act)
        if _can_be_said(changed):
            self.played.offer(changed, check=not self.choice.chance(10))

    def tempted(self, temptation: Temptation | None = None) -> None:
        """Offer something that the state forbids."""
        self.played.tick()
        act = (temptation or self.choice.pick(TEMPTATIONS))(Builder(self.played, self.choice))
        if act is not None:
            self.played.offer(act, check=not self.choice.chance(10))

    def again(self) -> None:
        """Offer something that stands, as it is or saying something else."""
        if not self.played.acts:
            return
        self.played.tick()
        act = self.choice.pick(list(self.played.acts.values()))
        if self.choice.chance(50):
            act = act.saying(reason=act.document.reason + 1)
        self.played.offer(act)

    def typed_in_twice(self) -> None:
        """Offer one of the last documents under an id of its own, sometimes for another reason."""
        moving = [act for act in self.played.acts.values() if act.kind in MOVING]
        if not moving:
            return
        self.played.tick()
        act = self.choice.pick(moving[-8:])
        fields = {"client_id": Builder(self.played, self.choice).client_id()}
        if self.choice.chance(30):
            fields["reason"] = act.document.reason + 1
        self.played.offer(under_another_id(act, act.saying(**fields)))

    def elsewhere(self) -> None:
        """Change a register, or let time pass."""
        self.played.tick()
        change = self.choice.number(0, 4)
        if change == 0:
            self.played.tick(self.choice.pick((3_600, DAY, 3 * DAY)))
        elif change == 1:
            since = self.played.clock.now() - self.choice.pick((0, DAY, 5 * DAY))
            self.played.turn_keeper(since if self.choice.chance(30) else 0)
        elif change == 2:
            self._turn_paper()
        elif extras := self._extras():
            self.played.close_site(self.choice.pick(extras))

    def _turn_paper(self) -> None:
        state, now = self.played.state, self.played.clock.now()
        ids = list(state.qualifications)
        suspended = [id_ for id_ in ids if state.qualifications[id_].history.is_suspended(now)]
        stopped = [
            id_
            for id_, each in state.qualifications.items()
            if state.accreditations[each.issuer, each.category].is_suspended(now)
        ]
        of_issuer = bool(stopped) or (not suspended and self.choice.chance(30))
        self.played.turn_paper(of_issuer, self.choice.pick(stopped or suspended or ids))

    def _extras(self) -> list[int]:
        """Sites that may be closed: what goods there are, the first four keep."""
        state = self.played.state
        extras = [site for site in state.journals if site not in SITES and not state.is_closed(site)]
        return extras if len(extras) > SOME else []

    def any(self) -> None:
        """Some step."""
        what = self.choice.number(0, 99)
        kind = self.choice.pick(list(Kind))
        if what < 45:
            self.right(kind)
        elif what < 70:
            self.wrong(kind)
        elif what < 90:
            self.tempted()
        elif what < 94:
            self.elsewhere()
        elif what < 97:
            self.again()
        else:
            self.typed_in_twice()


def under_another_id(act: Act, other: Act) -> Act:
    """Return the other act with what an act says; lots of a receipt's own follow from its key."""
    if act.kind is not Kind.RECEIPT:
        return other
    lines = [
        replace(line, attributes=line.attributes.owned_by(other.key, line.ordinal))
        if line.attributes.own
        else line
        for line in unpack_lines(act.kind, act.document.lines, source=act.document.from_, key=act.key)
        if isinstance(line, ReceiptLine)
    ]
    return other.saying(lines=pack_lines(act.kind, lines))


def _can_be_said(act: Act) -> bool:
    """Whether the fields fit the words that hold them, so that there is a transaction at all."""
    return 0 <= act.document.reason < 1 << 16 and act.document.deadline < 1 << 64
