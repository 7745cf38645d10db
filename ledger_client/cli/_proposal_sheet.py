"""Everything of one proposal: what leaves, who may decide, what was found at approval, what was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import ProposalState
from ledger_client.cli._allocation import Words, allocation_of, now_of, proposal_at, whole_request
from ledger_client.cli._marks import Marks, with_stale
from ledger_client.cli._office import Office
from ledger_client.cli._proposals import proposal_row, state_of, waits_for
from ledger_client.cli._requests import delivery_rows
from ledger_client.cli._tables import Shown, print_rows, short
from ledger_client.deliveries import lots_of
from ledger_client.documents import Kind, date_of
from ledger_client.language import tr
from ledger_client.planned import PlanState, lots_left_sentence, origin_sentences
from ledger_client.reasons import reason_label
from ledger_client.waiting import next_opening
from ledger_client.words import NEVER

if TYPE_CHECKING:
    from ledger_client.fold.records import Lot
    from ledger_client.index.allocation import ProposalAt, WholeRequest
    from ledger_client.index.norms import GivingAt
    from ledger_client.ledger import Ledger


@dataclass(frozen=True, slots=True)
class ProposalSheet:
    """Everything of one proposal.

    Attributes:
        words: How things are called.
        each: The proposal as it stands now.
        whole: Its request with all that came of it.
        lots: What is known of its lots.
        there: Base units of each of its lots that the giver holds now.
        giving: On which conditions the giver gives the item now.
        marks: What norms say of it: emergencies, and whether the giver's count is overdue.
        in_emergency: Deliveries for its request that were recorded in an emergency.
    """

    words: Words
    each: ProposalAt
    whole: WholeRequest
    lots: dict[int, Lot]
    there: dict[int, int]
    giving: GivingAt
    marks: Marks
    in_emergency: frozenset[int]

    @classmethod
    def of(cls, ledger: Ledger, key: int) -> ProposalSheet:
        """Return the sheet of the proposal with this key."""
        index, reader = ledger.index(), allocation_of(ledger)
        with reader.one_state() as state:
            each = proposal_at(state, key, now_of(ledger))
            whole = whole_request(state, each.proposal.request)
            giving = state.giving(each.proposal.giver, each.request.item, each.at)
            marks = Marks.of(state, each.at)
        listed = lots_of(each.proposal.lines)
        lots = {lot: record for lot in listed if (record := index.lot(lot)) is not None}
        there = {
            holding.lot: holding.quantity
            for holding in index.on_hand(each.proposal.giver)
            if holding.lot in listed
        }
        shown = frozenset(key for key in whole.deliveries if marks.document(index.document(key)))
        return cls(Words(ledger), each, whole, lots, there, giving, marks, shown)

    def to_dict(self) -> dict[str, Any]:
        """Return its form for programs."""
        proposal = self.each.proposal
        consent = self.whole.consents.get(self.each.key)
        return {
            **proposal_row(self.words, self.each, self.marks),
            "left": str(proposal.left),
            "anchor": f"0x{proposal.anchor.hex()}" if any(proposal.anchor) else None,
            "keeper": proposal.keeper,
            "made_at": proposal.made_at,
            "lots": self._lots(),
            "approved_at": proposal.approved_at or None,
            "approver": proposal.approver if proposal.approved_at else None,
            "approver_division": str(proposal.approver_division) if proposal.approved_at else None,
            "usable": str(proposal.usable),
            "floor": str(proposal.floor),
            "reserved": str(proposal.reserved),
            "callable_from": proposal.callable_from or None,
            "stale_reason": proposal.stale_reason,
            "closed_at": proposal.closed_at or None,
            "closed_reason": proposal.closed_reason,
            "released": str(proposal.released),
            "consent": {
                "kind": Kind.of(consent.kind).name.lower(),
                "deadline": consent.deadline,
                "valid_until": consent.valid_until,
            }
            if consent
            else None,
            "deliveries": self._deliveries(),
        }

    def print(self, office: Office) -> None:
        """Tell it to a clerk."""
        for sentence in self._sentences():
            office.out.print(sentence, markup=False, soft_wrap=True)
        for title, rows in (
            (tr("Lots", "批次"), self._lots()),
            (tr("Deliveries", "交付"), self._deliveries()),
        ):
            if rows:
                office.out.print("\n" + title, style="bold")
                print_rows(office, rows, False)

    def _sentences(self) -> list[str]:
        return [
            text for text in (*self._proposed(), *self._open(), *self._approved(), *self._closed()) if text
        ]

    def _proposed(self) -> list[str]:
        proposal, request, words = self.each.proposal, self.each.request, self.words
        key, state = f"{self.each.key:062x}"[:8], state_of(self.each).text
        quantity, item = words.quantity(proposal.quantity, request.item), words.item(request.item)
        giver, receiver = words.site(proposal.giver), words.site(request.site)
        left, until = words.quantity(proposal.left, request.item), words.until(request.needed_by)
        made, of = words.time(proposal.made_at), f"{proposal.request:062x}"[:8]
        # Whether the plan is at hand is for whoever rechecks it.
        state_of_plan = PlanState.KEPT if any(proposal.anchor) else PlanState.BY_HAND
        return [
            tr(f"Proposal {key} for request {of}: {state}", f"方案 {key}（申请 {of}）：{state}"),
            tr(
                f"Proposed on {made}: {giver} gives {quantity} of {item} to {receiver}, needed by {until}.",
                f"{made} 提出：由 {giver} 向 {receiver} 调出{item} {quantity}，需用日 {until}。",
            ),
            lots_left_sentence(left),
            *origin_sentences(state_of_plan, self.each.key, proposal.anchor),
            tr(
                "An emergency covered both sites when it was proposed.",
                "提出时，双方所在区域处于应急状态。",
            )
            if self.marks.proposed(self.each)
            else "",
        ]

    def _open(self) -> list[str]:
        waits, opening = waits_for(self.words, self.each).text, next_opening(self.each)
        found = [tr(f"It waits for {waits}.", f"待办：{waits}。")] if waits else []
        if self.each.state is ProposalState.PROPOSED and self.giving.is_stale:
            due = self.words.time(self.giving.count.due) if self.giving.count else ""
            found.append(
                tr(
                    f"The giver's count has been overdue since {due}, so that its figures are old: whoever "
                    "approves says why it gives all the same (--stale-reason).",
                    f"调出方自 {due} 起盘点逾期，其数据为旧数据："
                    "批准时须注明仍予调出的原因（--stale-reason）。",
                )
            )
        if opening:
            name, when = self.words.division(opening[0]), self.words.time(opening[1])
            found.append(
                tr(
                    f"From {when} an approver of {name} may decide too.",
                    f"自 {when} 起，{name} 的审批人亦可决定。",
                )
            )
        return found

    def _approved(self) -> list[str]:
        proposal, words, item = self.each.proposal, self.words, self.each.request.item
        if not proposal.approved_at:
            return []
        division, when = words.division(proposal.approver_division), words.time(proposal.approved_at)
        usable, floor, reserved = (
            words.quantity(units, item) for units in (proposal.usable, proposal.floor, proposal.reserved)
        )
        called = words.time(proposal.callable_from)
        found = [
            tr(f"Approved on {when} for {division}.", f"{when} 由 {division} 批准。"),
            tr(
                f"Found then: {usable} usable, {floor} to be kept, {reserved} reserved with this.",
                f"当时：可用 {usable}，保底 {floor}，连同本方案预留 {reserved}。",
            ),
        ]
        if self.marks.approved(self.each):
            found.append(
                tr(
                    "An emergency covered both sites when it was approved: no notice.",
                    "批准时，双方所在区域处于应急状态：无须等待通知期。",
                )
            )
        elif proposal.callable_from > proposal.approved_at:
            found.append(tr(f"The giver's notice ends {called}.", f"调出方通知期于 {called} 届满。"))
        if proposal.stale_reason:
            why = reason_label(proposal.stale_reason)
            found.append(
                tr(
                    f"The giver's count was overdue; it gives because: {why}.",
                    f"调出方盘点逾期，仍予调出：{why}。",
                )
            )
        return found + self._consented()

    def _consented(self) -> list[str]:
        consent = self.whole.consents.get(self.each.key)
        if consent is None:
            return []
        kind, until = Kind.of(consent.kind).label, self.words.time(consent.valid_until)
        return [
            tr(
                f"The approver signed its {kind}, good until {until}: the giver's keeper sends it.",
                f"审批人已会签{kind}单据，有效至 {until}：由调出方保管员发出。",
            )
        ]

    def _closed(self) -> list[str]:
        proposal = self.each.proposal
        if not proposal.closed_at:
            return []
        state, when = ProposalState(proposal.state).label, self.words.time(proposal.closed_at)
        why = reason_label(proposal.closed_reason)
        found = [
            tr(
                f"{state[:1].upper()}{state[1:]} on {when}" + (f": {why}." if why else "."),
                f"{when} {state}" + (f"：{why}。" if why else "。"),
            )
        ]
        if proposal.released:
            units = self.words.quantity(proposal.released, self.each.request.item)
            found.append(tr(f"{units} were no longer reserved.", f"释放预留 {units}。"))
        return found

    def _lots(self) -> list[dict[str, Any]]:
        return [
            {
                "lot": short(lot),
                "quantity": Shown(str(units), f"{units:,}" if units else tr("stays", "不调出")),
                "on_hand": Shown(
                    str(self.there.get(lot, 0)),
                    with_stale(f"{self.there.get(lot, 0):,}", self.giving.is_stale),
                ),
                "use_until": _day(self.lots.get(lot)),
            }
            for lot, units in lots_of(self.each.proposal.lines).items()
        ]

    def _deliveries(self) -> list[dict[str, Any]]:
        ours = {key: each for key, each in self.whole.deliveries.items() if each.proposal == self.each.key}
        rows = delivery_rows(self.words, self.whole, ours, self.in_emergency)
        return [{name: value for name, value in row.items() if name != "proposal"} for row in rows]


def _day(lot: Lot | None) -> str | None:
    if lot is None or lot.use_until == NEVER:
        return None
    return date_of(lot.use_until).isoformat()
