"""How `shecang request` shows requests: a row of a list, and everything of one from need to acceptance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import DeliveryState, Urgency
from ledger_client.cli._allocation import Words, allocation_of, now_of, whole_request
from ledger_client.cli._issuing import issued_text, issuing_of
from ledger_client.cli._marks import Marks, emergency_cell, emergency_of_proposal, with_stale
from ledger_client.cli._office import Office
from ledger_client.cli._proposals import proposal_row, waits_for
from ledger_client.cli._tables import Shown, for_programs, print_rows, short
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.documents import Kind
from ledger_client.language import tr
from ledger_client.reasons import reason_label
from ledger_client.waiting import is_waiting

if TYPE_CHECKING:
    from ledger_client.fold.allocation_records import Answer, Delivery, Request, RequestEntry
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.allocation import ProposalAt, RequestAt, WholeRequest
    from ledger_client.issuing import Issuing
    from ledger_client.ledger import Ledger

_STEPS = {
    1: ("asked", "提出申请"),
    2: ("request withdrawn", "撤回申请"),
    3: ("proposed", "提出方案"),
    4: ("approved", "批准"),
    5: ("consented to its document", "会签备好的单据"),
    6: ("rejected", "驳回"),
    7: ("proposal withdrawn", "撤回方案"),
    8: ("expired", "过期"),
    9: ("document shown", "出示单据"),
    10: ("reversal shown", "出示冲销"),
}


def request_row(words: Words, each: RequestAt, marks: Marks) -> dict[str, Any]:
    """Return how a list shows a request."""
    request = each.request
    return {
        "request": short(each.key, KEY_DIGITS),
        "site": f"{request.site:015d}",
        "name": for_programs(words.proved.site(request.site)),
        "item": for_programs(str(request.item)),
        "asked": Shown(str(request.quantity), words.goods(request.quantity, request.item)),
        "open": Shown(str(each.open), f"{each.open:,}"),
        "promised": for_programs(str(each.promised)),
        "accepted": Shown(str(each.accepted), f"{each.accepted:,}"),
        "unit": for_programs(words.proved.unit(request.item)),
        "needed_by": Shown(request.needed_by, words.until(request.needed_by)),
        "urgency": Shown(request.urgency, _urgency_of(request)),
        "reason": for_programs(request.reason),
        "flagged": for_programs(request.is_flagged),
        "state": state_of(request, each.accepted, each.is_withdrawn, each.at),
        "emergency": emergency_cell(marks.request(request)),
    }


def _urgency_of(request: Request) -> str:
    """Return how urgent a request is, that it is flagged where it is, and its reason."""
    flag = tr("above three times the floor", "超过保底量三倍") if request.is_flagged else ""
    parts = (Urgency(request.urgency).label, flag, reason_label(request.reason))
    return tr("; ", "；").join(filter(None, parts))


def state_of(request: Request, accepted: int, is_withdrawn: bool, at: int) -> Shown:
    """Return where a request stands at a time (seconds)."""
    if accepted >= request.quantity:
        return Shown("covered", tr("covered", "已满足"))
    if is_withdrawn:
        return Shown("withdrawn", tr("withdrawn", "已撤回"))
    if at > request.needed_by:
        return Shown("over", tr("day of need over", "需用日已过"))
    return Shown("open", tr("open", "未满足"))


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """Everything of one request.

    Attributes:
        words: How things are called.
        whole: The request with all that came of it.
        proposals: As they stand now, in the order in which they were made.
        unshown: Documents that count for it as soon as they are shown.
        issuing: What was issued to its consignee.
        marks: What norms say of it: emergencies, and givers whose count is overdue.
        in_emergency: Deliveries that were recorded in an emergency.
        at: Now, seconds.
        note: Why, from the body in the records of this office; empty where it has none.
        with_journal: Whether every entry is shown.
    """

    words: Words
    whole: WholeRequest
    proposals: list[ProposalAt]
    unshown: list[RecordedDocument]
    issuing: Issuing
    marks: Marks
    in_emergency: frozenset[int]
    at: int
    note: str
    with_journal: bool

    @classmethod
    def of(cls, ledger: Ledger, key: int, *, with_journal: bool) -> RequestSheet:
        """Return the sheet of the request with this key."""
        from ledger_client.records import RecordId

        words, at = Words(ledger), now_of(ledger)
        with allocation_of(ledger).one_state() as reader:
            whole = whole_request(reader, key)
            proposals, unshown = reader.proposals(at, request=key), reader.unshown(key)
            issuing = issuing_of(ledger, reader, whole)
            marks = Marks.of(reader, at)
        index = ledger.index()
        shown = frozenset(key for key in whole.deliveries if marks.document(index.document(key)))
        id_ = RecordId("request", key)
        is_ours = any(whole.request.body) and ledger.records.verify(id_, whole.request.body).is_green
        record = ledger.records.get(id_) if is_ours else None
        note = str((record.body or {}).get("note", "")) if record else ""
        return cls(words, whole, proposals, unshown, issuing, marks, shown, at, note, with_journal)

    def to_dict(self) -> dict[str, Any]:
        """Return its form for programs."""
        request = self.whole.request
        found = {
            "request": short(self.whole.key, KEY_DIGITS),
            "site": f"{request.site:015d}",
            "item": str(request.item),
            "unit": self.words.proved.unit(request.item),
            "quantity": str(request.quantity),
            "open": str(request.open),
            "promised": str(request.promised),
            "accepted": str(request.accepted),
            "needed_by": request.needed_by,
            "urgency": request.urgency,
            "reason": request.reason,
            "consignee": f"{request.consignee:040x}" if request.consignee else None,
            "issued": str(sum(self.issuing.issued.values())) if request.consignee else None,
            "waiting": str(self.issuing.units_waiting) if request.consignee else None,
            "floor": str(request.floor),
            "flagged": request.is_flagged,
            "state": self._state(),
            "emergency": self.marks.request(request),
            "made_at": request.made_at,
            "keeper": request.keeper,
            "note": self.note or None,
            "proposals": [proposal_row(self.words, each, self.marks) for each in self.proposals],
            "deliveries": self._deliveries(),
            "not_shown": self._unshown(),
        }
        return found | ({"journal": self._journal()} if self.with_journal else {})

    def print(self, office: Office) -> None:
        """Tell it to a clerk."""
        for sentence in self._sentences():
            office.out.print(sentence, markup=False, soft_wrap=True)
        for title, rows, nothing in (
            (
                tr("Proposals", "调剂方案"),
                [self._proposal(each) for each in self.proposals],
                tr("Nobody has proposed anything yet.", "尚无调剂方案。"),
            ),
            (
                tr("Deliveries", "交付"),
                self._deliveries(),
                tr("Nothing has been delivered yet.", "尚未交付。"),
            ),
            (tr("Recorded, and not shown yet", "已记录、尚未出示"), self._unshown(), ""),
            (tr("Journal", "流水账"), self._journal() if self.with_journal else [], ""),
        ):
            if not rows:
                if nothing:
                    office.out.print("\n" + nothing, markup=False)
                continue
            office.out.print("\n" + title, style="bold")
            print_rows(office, rows, False)
        if self.unshown:
            key = f"{self.whole.key:062x}"[:8]
            office.out.print(
                tr(
                    f"They count once they are shown: shecang reallocate shown {key} --by KEY",
                    f"出示后方计入申请：shecang reallocate shown {key} --by 密钥",
                ),
                markup=False,
                soft_wrap=True,
            )

    def _state(self) -> Shown:
        request = self.whole.request
        return state_of(request, request.accepted, request.is_withdrawn, self.at)

    def _sentences(self) -> list[str]:
        request, words = self.whole.request, self.words
        site, item = words.site(request.site), words.item(request.item)
        asked, until = words.quantity(request.quantity, request.item), words.until(request.needed_by)
        urgency, made = Urgency(request.urgency).label, words.time(request.made_at)
        key, state = f"{self.whole.key:062x}", self._state().text
        found = [
            tr(f"Request {key[:8]}: {state}", f"申请 {key[:8]}：{state}"),
            tr(
                f"{site} asked on {made} for {asked} of {item}, needed by {until}, {urgency}.",
                f"{site} 于 {made} 申请{item} {asked}，需用日 {until}，{urgency}。",
            ),
        ]
        if self.marks.request(request):
            found.append(
                tr("An emergency covered the site when it asked.", "申请时，该储备点所在区域处于应急状态。")
            )
        if request.reason:
            why = reason_label(request.reason)
            found.append(tr(f"Reason: {why}.", f"原因：{why}。"))
        if self.note:
            found.append(tr(f"Note: {self.note}", f"备注：{self.note}"))
        if request.consignee:
            whom = words.consignee(request.consignee)
            found.append(tr(f"To be issued to {whom}.", f"将发放给{whom}。"))
        if request.is_flagged:
            found.append(flag_text(words, request.floor, request.item))
        if request.is_withdrawn:
            why, when = reason_label(request.withdrawn_reason), words.time(request.withdrawn_at)
            found.append(tr(f"Withdrawn on {when}: {why}.", f"已于 {when} 撤回：{why}。"))
        found.append(self._counts())
        if request.consignee:
            found.append(issued_text(words, self.whole, self.issuing))
        return found

    def _counts(self) -> str:
        request, words = self.whole.request, self.words
        accepted, promised, open_ = (
            words.quantity(units, request.item)
            for units in (request.accepted, request.promised, request.open)
        )
        return tr(
            f"Accepted so far: {accepted}. Approved or on its way: {promised}. Still asked for: {open_}.",
            f"已验收 {accepted}；已批准或在途 {promised}；尚缺 {open_}。",
        )

    def _proposal(self, each: ProposalAt) -> dict[str, Any]:
        row = proposal_row(self.words, each, self.marks)
        proposal, item = each.proposal, self.whole.request.item
        is_stale = self.marks.giver_is_stale(each) and is_waiting(each)
        decided = each.proposal.approver_division if each.proposal.approved_at else None
        approver = "" if decided is None else self.words.division(decided)
        return {
            "proposal": row["proposal"],
            "giver": with_stale(self.words.site(proposal.giver), is_stale),
            "quantity": Shown(str(proposal.quantity), self.words.quantity(proposal.quantity, item)),
            "remaining": row["remaining"],
            "left": Shown(str(proposal.left), self.words.quantity(proposal.left, item)),
            "state": row["state"],
            "approver": approver,
            "waits_for": waits_for(self.words, each),
            "emergency": emergency_of_proposal(self.marks, each),
        }

    def _deliveries(self) -> list[dict[str, Any]]:
        return delivery_rows(self.words, self.whole, self.whole.deliveries, self.in_emergency)

    def _unshown(self) -> list[dict[str, Any]]:
        return [
            {
                "document": short(each.key, KEY_DIGITS),
                "kind": _kind(each.kind),
                "recorded": Shown(each.recorded_at, self.words.time(each.recorded_at)),
                "emergency": emergency_cell(self.marks.document(each)),
            }
            for each in self.unshown
        ]

    def _journal(self) -> list[dict[str, Any]]:
        return [self._entry(sequence, entry) for sequence, entry in self.whole.entries.items()]

    def _entry(self, sequence: int, entry: RequestEntry) -> dict[str, Any]:
        return {
            "entry": sequence,
            "recorded": Shown(entry.recorded_at, self.words.time(entry.recorded_at)),
            "step": Shown(entry.step, tr(*_STEPS[entry.step])),
            "emergency": emergency_cell(
                self.marks.was(entry.recorded_at, self.whole.request.site, self._giver(entry.about))
            ),
            "about": short(entry.about, KEY_DIGITS) if entry.about else Shown(None, ""),
            "quantity": Shown(str(entry.quantity), f"{entry.quantity:,}" if entry.quantity else ""),
            "reason": Shown(entry.reason, reason_label(entry.reason)),
            "promised": Shown(str(entry.promised), f"{entry.promised:,}"),
            "accepted": Shown(str(entry.accepted), f"{entry.accepted:,}"),
            "division": Shown(str(entry.division), self.words.division(entry.division) if entry.role else ""),
            "address": entry.actor,
        }

    def _giver(self, about: int) -> int:
        """Return the giver of the proposal that an entry is about, by itself or by a document; 0 for none."""
        whole = self.whole
        answer = whole.answers.get(about)
        delivery = whole.deliveries.get(answer.delivery if answer else about)
        proposal = whole.proposals.get(delivery.proposal if delivery else about)
        return proposal.giver if proposal else 0


def flag_text(words: Words, floor: int, item: int) -> str:
    """Return why a request is flagged."""
    units = words.quantity(floor, item)
    return tr(
        f"Flagged: it asks for more than three times the floor of the site, {units}.",
        f"已标记：申请量超过该储备点保底量（{units}）的三倍。",
    )


def delivery_rows(
    words: Words, whole: WholeRequest, deliveries: Mapping[int, Delivery], in_emergency: Collection[int]
) -> list[dict[str, Any]]:
    """Return how deliveries for a request are shown, with what was answered to each.

    Args:
        words: How things are called.
        whole: The request with all that came of it.
        deliveries: Which, by document.
        in_emergency: Documents that were recorded in an emergency.
    """
    rows = []
    for key, each in deliveries.items():
        answers = [answer for answer in whole.answers.values() if answer.delivery == key]
        rows.append(
            {
                "document": short(key, KEY_DIGITS),
                "kind": _kind(each.kind),
                "proposal": short(each.proposal, KEY_DIGITS),
                "quantity": Shown(str(each.quantity), words.quantity(each.quantity, whole.request.item)),
                "accepted": Shown(str(each.accepted), f"{each.accepted:,}"),
                "state": _delivery_state(each, answers),
                "shown": Shown(each.shown_at, words.time(each.shown_at)),
                "emergency": emergency_cell(key in in_emergency),
            }
        )
    return rows


def _kind(number: int) -> Shown:
    kind = Kind.of(number)
    return Shown(kind.name.lower(), kind.label)


def _delivery_state(each: Delivery, answers: list[Answer]) -> Shown:
    """Return where a delivery stands: what answered it last, where something did."""
    state = DeliveryState(each.state)
    name = state.name.lower()
    if state is not DeliveryState.ANSWERED:
        return Shown(name, state.label)
    if not answers:  # a hand-over, which both keepers signed
        return Shown("accepted", tr("accepted", "已验收"))
    last = Kind.of(answers[-1].kind)
    return Shown(last.name.lower(), last.label)
