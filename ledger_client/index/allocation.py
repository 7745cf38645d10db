"""What an index has of reallocation: requests, proposals, deliveries and what is reserved.

`at` is always a moment in seconds since 1970; what is said of it follows from what was recorded by then and
from block time. Quantities are base units of the item. Norms are asked of the same reader, see `NormReader`::

    with AllocationReader(engine).one_state() as reader:
        for each in reader.requests(420106, at=now):
            reader.request(each.key).proposals
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.allocation import (
    REFERENCE_PROPOSAL,
    REFERENCE_REQUEST,
    ProposalState,
    Urgency,
    approval_levels,
    lowest_common,
)
from ledger_client.divisions import DivisionId, contains, level
from ledger_client.documents import Kind
from ledger_client.fold.allocation_records import (
    Answer,
    Consent,
    Delivery,
    Proposal,
    Request,
    RequestEntry,
)
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import SiteId
from ledger_client.index._cache import IN_LIST
from ledger_client.index.norms import NormReader
from ledger_client.index.reads import documents_in
from ledger_client.index.registers import range_of
from ledger_client.index.tables import MAPS_BY_NAME, SITE_ENTRIES
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference

KEY_BYTES = 31
MOST = 20
"""Requests or proposals that are returned at most for the beginning of a key."""

_LEAVES = (int(Kind.DISPATCH), int(Kind.HAND_OVER))
_ANSWERS = (int(Kind.ACCEPTANCE), int(Kind.CONTEST), int(Kind.RETURN), int(Kind.SETTLEMENT))


@dataclass(frozen=True, slots=True)
class RequestAt:
    """A request as it stood at a time.

    Attributes:
        key: 248 bits.
        request: What was asked; its counts are those of now.
        at: The time, seconds.
        accepted: Accepted by then.
        promised: Approved or on its way by then, and neither accepted nor fallen away.
        is_withdrawn: Whether it was withdrawn by then.
    """

    key: int
    request: Request
    at: int
    accepted: int
    promised: int
    is_withdrawn: bool

    @property
    def open(self) -> int:
        """What it still asked for: neither accepted nor promised."""
        return max(0, self.request.quantity - self.accepted - self.promised)

    @property
    def is_open(self) -> bool:
        """Whether it was open: neither covered, withdrawn, nor its day of need over."""
        is_covered = self.accepted >= self.request.quantity
        return not is_covered and not self.is_withdrawn and self.at <= self.request.needed_by


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """A request with everything that came of it, as it is now.

    Attributes:
        key: 248 bits.
        request: What was asked, and its counts.
        proposals: By key, in the order in which they were made.
        consents: To prepared documents, by proposal.
        deliveries: Dispatches and hand-overs that were shown, by document, in the order of showing.
        answers: Acceptances, contests, returns and settlements that were shown, by document, likewise.
        entries: The request's journal, by sequence.
    """

    key: int
    request: Request
    proposals: dict[int, Proposal]
    consents: dict[int, Consent]
    deliveries: dict[int, Delivery]
    answers: dict[int, Answer]
    entries: dict[int, RequestEntry]


@dataclass(frozen=True, slots=True)
class ProposalAt:
    """A proposal with its request, as it stood at a time.

    Attributes:
        key: 248 bits.
        proposal: What was proposed, and what was decided until now.
        request: For which; its counts are those of now.
        at: The time, seconds.
        state: Where the proposal stood then.
        is_over: Whether its time was over then: its day of need was, or its request withdrawn. Whoever wants
            to may then expire it, where it is proposed or approved.
        levels: Divisions whose approvers could decide then, the lowest first; empty where nothing was to be
            decided.
    """

    key: int
    proposal: Proposal
    request: Request
    at: int
    state: ProposalState
    is_over: bool
    levels: tuple[DivisionId, ...]


class AllocationReader(NormReader):
    """Answers about requests, proposals and norms; `one_state` makes several of them one."""

    # ------------------------------------------------------------------------------------ requests

    def requests(
        self, place: int, at: int, *, is_open: bool = True, items: Collection[int] | None = None
    ) -> list[RequestAt]:
        """Return the requests of sites as they stood at a time, the most pressing first.

        Args:
            place: A site or a division's prefix, 0 for the country.
            at: Seconds.
            is_open: Only those that were open; else all that were made by then.
            items: Only for these; None for all.
        """
        table = MAPS_BY_NAME["requests"].table
        where = [table.c.site.between(*range_of(place)), table.c.made_at <= at]
        if is_open:
            where.append(table.c.needed_by >= at)
        with self.one_state() as reader:
            found: dict[int, Request] = reader._many("requests", and_(*where))
            found = {key: each for key, each in found.items() if items is None or each.item in items}
            told = reader._requests_at(found, at)
        told.sort(key=lambda each: (each.request.needed_by, -each.request.urgency, each.key))
        return [each for each in told if each.is_open or not is_open]

    def request(self, key: int) -> WholeRequest | None:
        """Return a request with everything that came of it; None where there is none."""
        raw = key.to_bytes(KEY_BYTES, "big")
        proposals, deliveries, entries = (
            MAPS_BY_NAME[name].table for name in ("proposals", "deliveries", "request_entries")
        )
        with self.one_state() as reader:
            request: Request | None = reader._one("requests", key)
            if request is None:
                return None
            made: dict[int, Proposal] = reader._many("proposals", proposals.c.request == raw)
            consents = reader._many_of("consents", "proposal_key", made)
            shown: dict[int, Delivery] = reader._many("deliveries", deliveries.c.request == raw)
            answered: dict[int, Answer] = reader._many_of("answers", "delivery", shown)
            journal = reader._many("request_entries", entries.c.request_key == raw)
        return WholeRequest(
            key,
            request,
            dict(sorted(made.items(), key=lambda pair: (pair[1].block, pair[1].log_index))),
            consents,
            dict(sorted(shown.items(), key=lambda pair: (pair[1].shown_at, pair[0]))),
            dict(sorted(answered.items(), key=lambda pair: (pair[1].shown_at, pair[0]))),
            {sequence: entry for (_, sequence), entry in journal.items()},
        )

    def requests_beginning(self, prefix: str) -> dict[int, Request]:
        """Return the requests whose key begins with these hexadecimal digits, up to `MOST`."""
        found = self._many("requests", _beginning("requests", "request_key", prefix))
        return dict(list(found.items())[:MOST])

    def _many_of(self, name: str, column: str, keys: Collection[int]) -> dict[Any, Any]:
        """Return the records of a map whose column has one of these keys, in the order of the map's key."""
        table, raw = MAPS_BY_NAME[name].table, sorted(key.to_bytes(KEY_BYTES, "big") for key in keys)
        found: dict[Any, Any] = {}
        for at in range(0, len(raw), IN_LIST):
            found |= self._many(name, table.c[column].in_(raw[at : at + IN_LIST]))
        return found

    def _requests_at(self, found: Mapping[int, Request], at: int) -> list[RequestAt]:
        """Return requests as they stood at a time, in the same order."""
        then = self._entries_at(found, at)
        return [
            RequestAt(key, each, at, *then.get(key, (each.accepted, each.promised, each.is_withdrawn)))
            for key, each in found.items()
        ]

    def _entries_at(self, keys: Iterable[int], at: int) -> dict[int, tuple[int, int, bool]]:
        """Return accepted, promised and withdrawn as of a time, of those of which more was recorded since."""
        table = MAPS_BY_NAME["request_entries"].table
        with self._reading() as connection:
            later = connection.execute(select(table.c.request_key).where(table.c.recorded_at > at))
            wanted = {int.from_bytes(raw, "big") for raw in later.scalars()} & set(keys)
        entries: dict[tuple[int, int], RequestEntry] = self._many_of("request_entries", "request_key", wanted)
        # They come in the order of their sequence, so that the last one by `at` stays.
        return {
            key: (entry.accepted, entry.promised, entry.is_withdrawn)
            for (key, _), entry in entries.items()
            if entry.recorded_at <= at
        }

    # ------------------------------------------------------------------------------------ proposals

    def proposals(
        self,
        at: int,
        *,
        states: Collection[ProposalState] | None = None,
        request: int | None = None,
        giver: int | None = None,
        place: int = 0,
    ) -> list[ProposalAt]:
        """Return proposals as they stood at a time, in the order in which they were made.

        Args:
            at: Seconds.
            states: Only those in one of these states then; None for all.
            request: Only for this request.
            giver: Only of the sites of this place (a site or a division's prefix).
            place: Only those whose giver or receiver lies in this place, 0 for all.
        """
        table, requests = MAPS_BY_NAME["proposals"].table, MAPS_BY_NAME["requests"].table
        where: list[ColumnElement[bool]] = [table.c.made_at <= at]
        if states is not None:
            # Where nothing was decided since, it stood where it stands now.
            since = or_(table.c.approved_at > at, table.c.closed_at > at)
            where.append(or_(table.c.state.in_([int(state) for state in states]), since))
        if request is not None:
            where.append(table.c.request == request.to_bytes(KEY_BYTES, "big"))
        if giver is not None:
            where.append(table.c.giver.between(*range_of(giver)))
        if place:
            receiving = select(requests.c.request_key).where(requests.c.site.between(*range_of(place)))
            where.append(or_(table.c.giver.between(*range_of(place)), table.c.request.in_(receiving)))
        with self.one_state() as reader:
            found: dict[int, Proposal] = reader._many("proposals", and_(*where))
            if states is not None:
                found = {key: each for key, each in found.items() if each.state_at(at) in states}
            told = reader._proposals_at(found, at)
        return sorted(told, key=lambda each: (each.proposal.block, each.proposal.log_index))

    def awaiting(self, division: int, at: int) -> list[ProposalAt]:
        """Return the proposals on which an approver of a division could decide at a time; not those over."""
        proposed = self.proposals(at, states=(ProposalState.PROPOSED,))
        return [each for each in proposed if not each.is_over and division in each.levels]

    def proposal(self, key: int, at: int) -> ProposalAt | None:
        """Return a proposal as it stood at a time; None where there was none."""
        with self.one_state() as reader:
            found: Proposal | None = reader._one("proposals", key)
            if found is None or found.made_at > at:
                return None
            return reader._proposals_at({key: found}, at)[0]

    def consent(self, proposal: int) -> Consent | None:
        """Return the consent to the prepared document of a proposal; None where there is none."""
        consent: Consent | None = self._one("consents", proposal)
        return consent

    def proposals_beginning(self, prefix: str) -> dict[int, Proposal]:
        """Return the proposals whose key begins with these hexadecimal digits, up to `MOST`."""
        found = self._many("proposals", _beginning("proposals", "proposal_key", prefix))
        return dict(list(found.items())[:MOST])

    def _proposals_at(self, found: dict[int, Proposal], at: int) -> list[ProposalAt]:
        requests = self._many_of("requests", "request_key", {each.request for each in found.values()})
        # Once for all of them: emergencies are few.
        in_emergency = [DivisionId(spell.division) for spell in self.emergencies(0, at)]
        told = []
        for key, proposal in found.items():
            request, state = requests[proposal.request], proposal.state_at(at)
            giver, receiver = SiteId(proposal.giver), SiteId(request.site)
            common = lowest_common(giver, receiver)
            covering = [each for each in in_emergency if contains(each, common)]
            highest = min(covering, key=level) if covering else None
            urgency = Urgency(request.urgency)
            levels = approval_levels(giver, receiver, urgency, proposal.made_at, at, highest)
            is_over = at > request.needed_by or 0 < request.withdrawn_at <= at
            is_undecided = state is ProposalState.PROPOSED
            told.append(
                ProposalAt(key, proposal, request, at, state, is_over, levels if is_undecided else ())
            )
        return told

    # ------------------------------------------------------------------------------------ stock and documents

    def reserved(self, place: int = 0, items: Collection[int] | None = None) -> dict[tuple[int, int], int]:
        """Return what is reserved now, in base units by site and item; nothing where it is 0.

        Args:
            place: A site or a division's prefix, 0 for the country.
            items: Only of these; None for all.
        """
        table = MAPS_BY_NAME["reserved"].table
        found = self._many("reserved", and_(table.c.site.between(*range_of(place)), table.c.quantity > 0))
        return {key: units for key, units in found.items() if items is None or key[1] in items}

    def unshown(self, key: int) -> list[RecordedDocument]:
        """Return the documents that could be shown for a request and were not, in the order of recording.

        Dispatches and hand-overs that refer to one of its approved proposals, and what answers dispatches,
        shown or among these; documents that were reversed are left out.
        """
        with self.one_state() as reader:
            whole = reader.request(key)
            if whole is None:
                return []
            approved = {number: each for number, each in whole.proposals.items() if each.approved_at}
            leaving = reader._referring(
                {each.giver for each in approved.values()}, _LEAVES, REFERENCE_PROPOSAL, approved
            )
            dispatched = {*whole.deliveries, *(each.key for each in leaving)}
            answering = reader._referring(
                {each.giver for each in approved.values()}, _ANSWERS, REFERENCE_CONSIGNMENT, dispatched
            )
        shown = whole.deliveries.keys() | whole.answers.keys()
        left = [each for each in (*leaving, *answering) if each.key not in shown and not each.reversed_by]
        return sorted(left, key=lambda each: each.number)

    def issues(self, key: int) -> list[RecordedDocument]:
        """Return the issues to a request's consignee that name it and stand, in the order of recording.

        Only from the request's site: a reference is what its signer typed, and others may name any request.
        """
        with self.one_state() as reader:
            request: Request | None = reader._one("requests", key)
            if request is None or not request.consignee:
                return []
            naming = reader._referring({request.site}, (int(Kind.ISSUE),), REFERENCE_REQUEST, [key])
        return [
            each
            for each in sorted(naming, key=lambda each: each.number)
            if each.from_site == request.site and each.to == request.consignee and not each.reversed_by
        ]

    def _referring(
        self, sites: Iterable[int], kinds: Collection[int], type_: int, keys: Iterable[int]
    ) -> list[RecordedDocument]:
        """Return documents in the journals of some sites that refer to one of some keys."""
        documents, entries = MAPS_BY_NAME["documents"].table, SITE_ENTRIES.table
        references = [pack_reference(type_, key).to_bytes(32, "big") for key in keys]
        found: set[int] = set()
        with self._reading() as connection:
            for at in range(0, len(references), IN_LIST):
                query = (
                    select(documents.c.number)
                    .join_from(entries, documents, documents.c.number == entries.c.document)
                    .where(entries.c.site.in_(sorted(sites)), documents.c.kind.in_(kinds))
                    .where(documents.c.reference.in_(references[at : at + IN_LIST]))
                )
                found.update(connection.execute(query).scalars())
            return list(documents_in(connection, sorted(found)).values())


def _beginning(name: str, column: str, prefix: str) -> ColumnElement[bool]:
    """Return the condition that a key begins with hexadecimal digits."""
    low, high = (bytes.fromhex(prefix.ljust(2 * KEY_BYTES, digit)) for digit in "0f")
    return MAPS_BY_NAME[name].table.c[column].between(low, high)
