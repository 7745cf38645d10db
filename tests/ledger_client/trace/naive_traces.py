"""Random histories beside what became of the goods, kept in plain words by whoever made the history.

Nothing here packs, decodes or folds: each act notes its effects as tuples, a reversal strikes those of its
original out, and what is left is added up. So a trace can be compared with something that is not a trace.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from stock_history import CONSIGNEE, ITEM, PACK, SITES, History, goods, missing

from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded
from ledger_client.lines import Line, LotAttributes, RepackLine
from ledger_client.trace import EdgeKind

CONSIGNEES = (CONSIGNEE, CONSIGNEE + 1)
BATCHES = ("a", "b", "c")
Effect = tuple[Any, ...]


@dataclass
class Sent:
    """A consignment: what of it nobody has answered for, what comes back, what is missing, by lot."""

    document: DocumentRecorded
    open: Counter[int]
    returning: Counter[int] = field(default_factory=Counter)
    missing: Counter[int] = field(default_factory=Counter)


class Story:
    """A history, and its effects in plain words.

    Attributes:
        effects: Of each document that was not reversed, by its key.
        lots: The lots that each document names, by its key; of a step or a reversal those of the original.
        arrivals: (document, lot, base units) of what came to the ledger, reversed or not.
        sent: The consignments.
        agreed: Counts that found what was expected, which no trace of a lot tells, and their reversals.
    """

    def __init__(self, random: Random) -> None:
        self.history, self._random = History(), random
        self.effects: dict[int, list[Effect]] = {}
        self.lots: dict[int, set[int]] = {}
        self.arrivals: list[tuple[int, int, int]] = []
        self.sent: list[Sent] = []
        self.agreed: set[int] = set()
        self._items: dict[int, int] = {}
        self._reversible: list[DocumentRecorded] = []
        self.history.set_up()
        for site in SITES:
            stock = [(self._goods(f"opening {site}", ITEM), 60)] if site == SITES[0] else []
            opened = self.history.open(site, stock)
            self._note(opened, [("opening", lot.lot_id, site, units) for lot, units in stock], arrives=True)
        self.history.seal()

    def play(self, documents: int) -> None:
        """Add documents at random."""
        acts = [
            *(self.receive, self.receive_packs, self.hand_over, self.hand_over, self.issue, self.write_off),
            *(self.count, self.repack, self.repack, self.dispatch, self.dispatch),
            *(self.answer, self.answer, self.answer, self.settle, self.reverse, self.reverse),
        ]
        for _ in range(documents):
            self._random.choice(acts)()
            self.history.seal()

    # -- sums

    def held(self) -> Counter[tuple[int, int]]:
        """Return base units by site and lot, what is 0 left out."""
        sums: Counter[tuple[int, int]] = Counter()
        for effect in self.every():
            match effect:
                case ("opening" | "received" | "gained" | "back", lot, site, units):
                    sums[site, lot] += units
                case ("issued", lot, site, _, units):
                    sums[site, lot] -= units
                case ("written off" | "lost here" | "sent", lot, site, units):
                    sums[site, lot] -= units
                case ("moved", lot, source, target, units):
                    sums[source, lot] -= units
                    sums[target, lot] += units
                case ("arrived", lot, _, target, units):
                    sums[target, lot] += units
                case ("repacked", lot, site, units, other, put):
                    sums[site, lot] -= units
                    sums[site, other] += put
        return Counter({place: units for place, units in sums.items() if units})

    def every(self) -> list[Effect]:
        """Return all effects that were not struck out, in order."""
        return [effect for effects in self.effects.values() for effect in effects]

    def sums(self, name: str, lot: int) -> int:
        """Return the base units of one kind of effect on a lot."""
        if name == "repacked in":
            return sum(each[5] for each in self.every() if each[0] == "repacked" and each[4] == lot)
        if name == "repacked":
            return sum(each[3] for each in self.every() if each[:2] == ("repacked", lot))
        return sum(each[-1] for each in self.every() if each[:2] == (name, lot))

    def on_the_way(self, lot: int) -> Counter[tuple[str, int, int]]:
        """Return base units of a lot by how, from where and to where."""
        sums: Counter[tuple[str, int, int]] = Counter()
        for each in self.sent:
            route = (int(each.document.from_), int(each.document.to))
            sums[("in_transit", *route)] += each.open[lot]
            sums[("returning", *route)] += each.returning[lot]
            sums[("missing", *route)] += each.missing[lot]
        return +sums

    def consumed(self, lot: int) -> Counter[int]:
        """Return base units of a lot by consignee."""
        sums: Counter[int] = Counter()
        for effect in self.every():
            if effect[:2] == ("issued", lot):
                sums[effect[3]] += effect[4]
        return sums

    def gone(self, lot: int) -> Counter[tuple[EdgeKind, int]]:
        """Return base units of a lot that were written off or lost, by the site that had them."""
        kinds = {"written off": EdgeKind.WRITTEN_OFF, "lost": EdgeKind.LOST, "lost here": EdgeKind.LOST}
        sums: Counter[tuple[EdgeKind, int]] = Counter()
        for effect in self.every():
            if effect[0] in kinds and effect[1] == lot:
                sums[kinds[effect[0]], effect[2]] += effect[3]
        return sums

    def moved(self, lot: int) -> Counter[tuple[int, int]]:
        """Return base units of a lot that went from one site to another, and stayed."""
        sums: Counter[tuple[int, int]] = Counter()
        for effect in self.every():
            if effect[0] in ("moved", "arrived") and effect[1] == lot:
                sums[effect[2], effect[3]] += effect[4]
        return sums

    def came_out(self, lot: int) -> set[int]:
        """Return a lot and all that came out of it by repacks that stand."""
        return self._reached({lot}, [(each[1], each[4]) for each in self.every() if each[0] == "repacked"])

    def went_in(self, lot: int) -> set[int]:
        """Return a lot and all that it came out of by repacks that stand."""
        return self._reached({lot}, [(each[4], each[1]) for each in self.every() if each[0] == "repacked"])

    def repacked_from(self, lot: int) -> set[int]:
        """Return the lots of which some was repacked into a lot."""
        return {each[1] for each in self.every() if each[0] == "repacked" and each[4] == lot}

    @staticmethod
    def _reached(lots: set[int], steps: list[tuple[int, int]]) -> set[int]:
        while more := {there for here, there in steps if here in lots} - lots:
            lots |= more
        return lots

    # -- acts

    def receive(self) -> None:
        lot, site = self._goods(self._random.choice(BATCHES), ITEM), self._random.choice(SITES)
        self._receive(lot, site, self._random.randint(1, 30))

    def receive_packs(self) -> None:
        self._receive(self._goods("packs", PACK), self._random.choice(SITES), self._random.randint(1, 8))

    def _receive(self, lot: LotAttributes, site: int, units: int) -> None:
        received = self.history.receive(site, lot, units, rejected=1)
        self._note(received, [("received", lot.lot_id, site, units)], arrives=True, reversible=True)

    def hand_over(self) -> None:
        if found := self._some():
            site, lots = found
            target = self._other(site)
            effects = [("moved", lot, site, target, units) for lot, units in lots]
            self._note(self.history.hand_over(site, target, lots), effects, reversible=True)

    def issue(self) -> None:
        if found := self._some():
            site, lots = found
            to = self._random.choice(CONSIGNEES)
            lines = [Line(lot, units) for lot, units in lots]
            issued = self.history.record(Kind.ISSUE, lines, site, to, (site, 0))
            self._note(issued, [("issued", lot, site, to, units) for lot, units in lots], reversible=True)

    def write_off(self) -> None:
        if found := self._some():
            site, ((lot, units), *_) = found
            gone = self.history.write_off(site, lot, units)
            self._note(gone, [("written off", lot, site, units)], reversible=True)

    def count(self) -> None:
        found = self._some()
        if found is None:
            return
        site, ((lot, _), *_) = found
        held = self.held()[site, lot]
        counted = max(0, held + self._random.randint(-3, 3))
        what = "gained" if counted > held else "lost here"
        effects = [(what, lot, site, abs(counted - held))] if counted != held else []
        document = self.history.count(site, lot, counted, held)
        self._note(document, effects, [lot], reversible=True)
        if not effects:
            self.agreed.add(document.key)

    def repack(self) -> None:
        """One or two lots into one that is new or known, so that chains and circles come to be."""
        found = self._some()
        if found is None:
            return
        site, lots = found
        output = self._goods(self._random.choice((*BATCHES, "x", "y")), ITEM)
        lots = [(lot, units) for lot, units in lots if lot != output.lot_id]
        if not lots:
            return
        put = {lot: units * (10 if self._items[lot] == PACK else 1) for lot, units in lots}
        lines = [RepackLine(lot, units, output, put[lot]) for lot, units in lots]
        effects = [("repacked", lot, site, units, output.lot_id, put[lot]) for lot, units in lots]
        self._note(self.history.record(Kind.REPACK, lines, site, approved=True), effects, reversible=True)

    def dispatch(self) -> None:
        if found := self._some():
            site, lots = found
            sent = self.history.dispatch(site, self._other(site), lots)
            self.sent.append(Sent(sent, Counter(dict(lots))))
            self._note(sent, [("sent", lot, site, units) for lot, units in lots], reversible=True)

    def answer(self) -> None:
        """Accept, contest or return what is open; take back what is returning."""
        sent = self._one([each for each in self.sent if each.open or each.returning])
        if sent is None:
            return
        source, target = int(sent.document.from_), int(sent.document.to)
        if sent.returning:
            self._take_back(sent, source)
            return
        kind = self._random.choice([Kind.ACCEPTANCE, Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN])
        lots, lacking, returning = set(sent.open), Counter[int](), Counter[int]()
        if kind is not Kind.RETURN:
            for lot, units in sent.open.items():
                lacking[lot] = self._random.choice([0, 0, self._random.randint(0, units)])
                if kind is Kind.CONTEST:
                    returning[lot] = units - lacking[lot]
                else:
                    returning[lot] = self._random.choice([0, 0, units - lacking[lot]])
        lacking, returning = +lacking, +returning
        if kind is Kind.CONTEST and not lacking:
            return
        told = Counter[int]() if kind is Kind.CONTEST else returning
        exceptions = [Line(lot, units, 2) for lot, units in told.items()]
        exceptions += [missing(lot, units) for lot, units in lacking.items()]
        rest = sent.open - lacking - returning
        if kind is Kind.RETURN:
            effects: list[Effect] = [("back", lot, source, units) for lot, units in rest.items()]
        else:
            effects = [("arrived", lot, source, target, units) for lot, units in rest.items()]
        exceptions.sort(key=lambda line: (line.lot, line.reason))
        self._note(self.history.answer(kind, sent.document, exceptions), effects, lots)
        sent.open, sent.returning, sent.missing = Counter(), returning, lacking

    def _take_back(self, sent: Sent, source: int) -> None:
        gone = +Counter(
            {
                lot: self._random.choice([0, self._random.randint(0, units)])
                for lot, units in sent.returning.items()
            }
        )
        lines = [missing(lot, units, 3) for lot, units in sorted(gone.items())]
        effects: list[Effect] = [
            ("back", lot, source, units) for lot, units in (sent.returning - gone).items()
        ]
        back = self.history.answer(Kind.RETURN_ACCEPTANCE, sent.document, lines)
        self._note(back, effects, set(sent.returning))
        sent.missing, sent.returning = sent.missing + gone, Counter()

    def settle(self) -> None:
        sent = self._one([each for each in self.sent if each.missing])
        if sent is None:
            return
        lot = self._random.choice(sorted(sent.missing))
        units, how = self._random.randint(1, sent.missing[lot]), self._random.randint(1, 3)
        source, target = int(sent.document.from_), int(sent.document.to)
        effect: Effect = (
            ("back", lot, source, units),
            ("arrived", lot, source, target, units),
            ("lost", lot, source, units),
        )[how - 1]
        self._note(self.history.settle(sent.document, lot, units, how), [effect], [lot])
        sent.missing = sent.missing - Counter({lot: units})

    def reverse(self) -> None:
        """Reverse something of which everything is still where it went."""
        original = self._one(self._reversible)
        if original is None:
            return
        sent = next((each for each in self.sent if each.document is original), None)
        struck = self.effects[original.key]
        self.effects[original.key] = []
        answered = sent is not None and sum(sent.open.values()) != sum(each[3] for each in struck)
        if answered or any(units < 0 for units in self.held().values()):
            self.effects[original.key] = struck
            return
        self._reversible.remove(original)
        if sent is not None:
            self.sent.remove(sent)
        reversal = self.history.reverse(original, {})
        self._note(reversal, [], self.lots[original.key])
        if original.key in self.agreed:
            self.agreed.add(reversal.key)

    # -- parts

    def _note(
        self,
        document: DocumentRecorded,
        effects: list[Effect],
        lots: Any = None,
        *,
        arrives: bool = False,
        reversible: bool = False,
    ) -> None:
        self.effects[document.key] = effects
        named = {each[1] for each in effects} | {each[4] for each in effects if each[0] == "repacked"}
        self.lots[document.key] = named if lots is None else set(lots)
        if arrives:
            self.arrivals += [(document.key, each[1], each[3]) for each in effects]
        if reversible:
            self._reversible.append(document)

    def _goods(self, batch: str, item: int) -> LotAttributes:
        lot = goods(batch, item)
        self._items[lot.lot_id] = item
        return lot

    def _some(self) -> tuple[int, list[tuple[int, int]]] | None:
        """Return a site and some of one or two lots that it holds."""
        held = self.held()
        place = self._one(sorted(held))
        if place is None:
            return None
        site, chosen = place[0], {place[1]}
        if self._random.random() < 0.3:
            chosen.add(self._random.choice(sorted(lot for there, lot in held if there == site)))
        return site, [(lot, self._random.randint(1, held[site, lot])) for lot in sorted(chosen)]

    def _other(self, site: int) -> int:
        return self._random.choice([each for each in SITES if each != site])

    def _one(self, among: Any) -> Any:
        return self._random.choice(among) if among else None
