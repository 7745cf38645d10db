"""Where requests and proposals stood at a time, of the whole ledger: what is open, undecided and reserved.

What each answer costs follows what stood then and what was recorded since, never what was done with before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import and_, or_, select

from ledger_client.allocation import ProposalState
from ledger_client.fold.allocation_records import Delivery, Proposal, Request
from ledger_client.index.allocation import AllocationReader, RequestAt
from ledger_client.index.tables import MAPS_BY_NAME


class StandingReader(AllocationReader):
    """Answers about what stands; as in `AllocationReader`, `one_state` makes several of them one."""

    def standing(self, at: int) -> list[RequestAt]:
        """Return the requests of which something was open or promised at a time, by key.

        What it costs follows how many they are and what was recorded since, beside one look at the table.

        Args:
            at: Seconds.
        """
        table, entries = MAPS_BY_NAME["requests"].table, MAPS_BY_NAME["request_entries"].table
        asks = and_(
            table.c.withdrawn_at == 0,
            table.c.needed_by >= at,
            table.c.quantity > table.c.accepted + table.c.promised,
        )
        since = select(entries.c.request_key).where(entries.c.recorded_at > at)
        where = and_(table.c.made_at <= at, or_(table.c.promised > 0, asks, table.c.request_key.in_(since)))
        with self.one_state() as reader:
            found: dict[int, Request] = reader._many("requests", where)
            told = reader._requests_at(found, at)
        return [each for each in told if each.promised or (each.is_open and each.open)]

    def undecided(self, requests: Collection[int], at: int) -> dict[int, Proposal]:
        """Return the proposals for some requests that nobody had decided on at a time, by key."""
        found: dict[int, Proposal] = self._many_of("proposals", "request", requests)
        return {key: each for key, each in found.items() if each.state_at(at) is ProposalState.PROPOSED}

    def anchors_named(self, anchors: Collection[bytes]) -> set[bytes]:
        """Return which of some anchors of plans recorded proposals name; few are asked for at once."""
        table = MAPS_BY_NAME["proposals"].table
        query = select(table.c.anchor).distinct().where(table.c.anchor.in_(sorted(anchors)))
        with self._reading() as connection:
            return {bytes(each) for each in connection.execute(query).scalars()}

    def reserved_at(self, at: int) -> dict[tuple[int, int], int]:
        """Return what was reserved at a time, in base units by site and item; nothing where it was 0.

        What is reserved is what remains of the approved proposals; what changed since is put back.

        Args:
            at: Seconds.
        """
        with self.one_state() as reader:
            known = reader.reserved()
            changed = reader._changed_since(at)
            given_back = reader._delivered_since(changed, at)
            requests = reader._many_of("requests", "request_key", {each.request for each in changed.values()})
        for key, each in changed.items():
            place = each.giver, requests[each.request].item
            now = each.remaining if each.state == ProposalState.APPROVED else 0
            is_approved = each.state_at(at) is ProposalState.APPROVED
            then = each.remaining + given_back.get(key, 0) if is_approved else 0
            known[place] = known.get(place, 0) + then - now
        return {place: units for place, units in known.items() if units}

    def _changed_since(self, at: int) -> dict[int, Proposal]:
        """Return the proposals for requests of which anything was recorded after a time."""
        entries = MAPS_BY_NAME["request_entries"].table
        with self._reading() as connection:
            later = connection.execute(select(entries.c.request_key).where(entries.c.recorded_at > at))
            requests = {int.from_bytes(raw, "big") for raw in later.scalars()}
        found: dict[int, Proposal] = self._many_of("proposals", "request", requests)
        return found

    def _delivered_since(self, proposals: Mapping[int, Proposal], at: int) -> dict[int, int]:
        """Return by proposal the base units shown as delivered after a time, less those taken back."""
        requests = {each.request for each in proposals.values()}
        shown: dict[int, Delivery] = self._many_of("deliveries", "request", requests)
        found: defaultdict[int, int] = defaultdict(int)
        for each in shown.values():
            found[each.proposal] += each.quantity * ((each.shown_at > at) - (each.reversed_at > at))
        return found
