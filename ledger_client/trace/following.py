"""Following lots: their documents, what these did, and the lots that came out of them by repacking."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ledger_client.fold.records import Lot, RecordedDocument, Totals
from ledger_client.index.traces import TraceReader
from ledger_client.trace.flows import ARRIVING, ON_THE_WAY, Flow, Flows, Step, account, comparable, flows_of
from ledger_client.trace.graph import EdgeKind, NodeKind


@dataclass(frozen=True, slots=True)
class Account:
    """Where all base units of a lot are, read from its documents, beside what the index counts.

    Attributes:
        totals: What the documents add up to, a repack counted as one even where it had no factor.
        held: What sites hold together, by the index.
        is_conserved: Whether what came is what is somewhere, and the index counts the same.
    """

    totals: Totals
    held: int
    is_conserved: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """Lots with everything that happened to them.

    Attributes:
        lots: Those that were asked for, then those that came out of them, in the order of being found.
        asked: Those that were asked for.
        documents: Every document that touches one of them, in order.
        flows: What the documents did, in order; what is on its way comes last.
        steps: The documents in order, once for each of the lots.
        held: Base units by site and lot; 0 where a site held some once.
        totals: What the index counts, by lot.
    """

    lots: dict[int, Lot]
    asked: frozenset[int]
    documents: list[RecordedDocument]
    flows: list[Flow]
    steps: list[Step]
    held: dict[tuple[int, int], int]
    totals: dict[int, Totals]

    def of(self, lot: int) -> list[Flow]:
        """Return the flows of a lot, and those by which it came out of another."""
        return [flow for flow in self.flows if lot in (flow.lot, flow.into[0])]

    def account(self, lot: int) -> Account:
        """Return where all base units of a lot are, and whether none is too many or too few."""
        found = account(lot, self.of(lot))
        held = sum(units for (_, each), units in self.held.items() if each == lot)
        agrees = comparable(found) == comparable(self.totals.get(lot, Totals()))
        return Account(found, held, agrees and found.held == held and self._fits(lot))

    def _fits(self, lot: int) -> bool:
        """Whether each site holds what came to it less what went."""
        sums = {site: units for (site, each), units in self.held.items() if each == lot}
        for flow in self.of(lot):
            if flow.is_reversed:
                continue
            if flow.lot == lot and flow.source.kind is NodeKind.SITE:
                sums[flow.source.number] = sums.get(flow.source.number, 0) + flow.quantity
            reached = flow.target.kind is NodeKind.SITE and flow.kind not in (*ON_THE_WAY, EdgeKind.REPACKED)
            if flow.lot == lot and reached:
                sums[flow.target.number] = sums.get(flow.target.number, 0) - flow.quantity
            if flow.into[0] == lot:
                sums[flow.target.number] = sums.get(flow.target.number, 0) - flow.into[1]
        return not any(sums.values())

    def arrivals(self, lot: int) -> Iterator[Flow]:
        """Yield how a lot came to the ledger: openings and receipts, reversed ones too."""
        return (flow for flow in self.flows if flow.lot == lot and flow.kind in ARRIVING)


def follow(reader: TraceReader, lots: Collection[int]) -> Followed:
    """Follow lots to where they are now, through repacks into other lots.

    Args:
        reader: The index.
        lots: Ids; what the index does not know is left out.
    """
    with reader.one_state() as state:
        found = state.lots_by_id(lots)
        asked = frozenset(found)
        documents: dict[int, RecordedDocument] = {}
        new, read = set(found), Flows()
        while new:
            more, read = read_documents(state, new)
            documents |= {each.number: each for each in more}
            put = {flow.into[0] for flow in read.flows if not flow.is_reversed}
            reached = state.lots_by_id(put - found.keys() - {0})
            new = set(reached)
            found |= reached
        ordered = [documents[number] for number in sorted(documents)]
        if len(found) > len(asked):
            read = flows_of(found, ordered)
        return Followed(
            lots=found,
            asked=asked,
            documents=ordered,
            flows=read.flows,
            steps=read.steps,
            held=state.balances_of(found),
            totals=state.totals_of(found),
        )


def read_documents(reader: TraceReader, lots: Collection[int]) -> tuple[list[RecordedDocument], Flows]:
    """Return every document that touches some lots, in order, and what they did to them."""
    found = reader.documents_of_lots(lots)
    read = flows_of(lots, found)
    # Where a consignment was accepted as it was sent, its documents are among those that moved something.
    if read.unclosed:
        known = {each.number: each for each in (*found, *reader.steps_of_consignments(read.unclosed))}
        found = [known[number] for number in sorted(known)]
        read = flows_of(lots, found)
    return found, read
