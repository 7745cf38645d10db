"""How traces are shown: rows for people, one JSON value for programs, DOT and SVG for pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from ledger_client.cli._counts import Counts, is_stale, stale_cell
from ledger_client.cli._given import entry_row, grant_row
from ledger_client.cli._holders import shown_moment
from ledger_client.cli._holdings import status_text
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._sums import account, balance, origin_sentences
from ledger_client.cli._tables import Shown, for_programs, plain, print_rows, short
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell, spell_over
from ledger_client.fold.verdicts import Status
from ledger_client.language import tr
from ledger_client.reasons import reason_label
from ledger_client.trace import (
    Arrival,
    EdgeKind,
    Graph,
    Labels,
    LotTrace,
    NodeKind,
    Radius,
    Signature,
    Step,
    Whereabouts,
    signatures,
    to_dict,
)

if TYPE_CHECKING:
    from ledger_client.cli._pictures import TraceNames
    from ledger_client.fold.records import Grant, RecordedDocument
    from ledger_client.index.source import BlockStamp

NOT_CONSERVED = 1
MOST_LINES = 3
"""Lines of a document that a table shows."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows traces of one ledger.

    Attributes:
        office: Where to print.
        names: The proved names.
        offset: Of the ledger's days.
        position: The block up to which the index has read.
        as_json: For programs.
        spells: The emergencies of the ledger.
        counts_of: Finds how the counts of some sites stand.
    """

    office: Office
    names: TraceNames
    offset: int
    position: BlockStamp
    as_json: bool
    spells: Sequence[EmergencySpell]
    counts_of: Callable[[Collection[int]], Counts]

    def labels(self, graph: Graph) -> Labels:
        """Return how the nodes of a graph are called, and what norms say of them."""
        held = {(edge.target.number, edge.lot) for edge in graph.edges if edge.kind is EdgeKind.HELD}
        held |= {(node.number, node.part) for node in graph.nodes if node.kind is NodeKind.SITE and node.part}
        counts = self.counts_of({site for site, _ in held})
        items = {node.number: facts.item for node, facts in graph.nodes.items() if node.kind is NodeKind.LOT}
        late = {(site, lot) for site, lot in held if is_stale(counts, site, items.get(lot) or 0)}
        return Labels(self.names, self.offset, self.spells, late)

    # -- whole traces

    def lot(self, trace: LotTrace, grants: dict[bytes, Grant], places: Sequence[Whereabouts]) -> None:
        """Show the trace of a lot."""
        arrivals = self.arrivals(trace.arrivals)
        steps = [self.step(each, grants) for each in trace.followed.steps]
        where = self.places(places)
        if self.as_json:
            value = {
                "lot": f"{trace.lot:040x}",
                "arrivals": arrivals,
                "steps": steps,
                "places": where,
                "accounts": {f"{lot:040x}": account(each) for lot, each in trace.accounts.items()},
            }
            self._json(value, trace.graph, is_conserved=trace.is_conserved)
            return
        self.table(tr("came from", "来源"), arrivals)
        self._say_origins(trace.graph)
        self.table(tr("documents", "单据"), steps)
        self.table(tr("where it is and who got it", "现存与去向"), where)
        for lot, each in trace.accounts.items():
            self.office.out.print(f"{lot:040x}"[:8] + "  " + balance(each), markup=False, soft_wrap=True)
        self._end(trace.is_conserved)

    def radius(self, radius: Radius) -> None:
        """Show what hangs on something."""
        arrivals, where = self.arrivals(radius.arrivals), self.places(radius.lots)
        steps: dict[int, list[Step]] = {}
        for step in radius.steps:
            steps.setdefault(step.document.number, []).append(step)
        documents, following = (
            [
                {**self.document(each, radius.grants), "lines": self._moved(steps.get(each.number, ()))}
                for each in some
            ]
            for some in (radius.documents, radius.following)
        )
        grants = [grant_row(self, each) for each in radius.given.grants]
        entries = [entry_row(self, each) for each in radius.given.entries]
        if self.as_json:
            value = {
                "subject": radius.subject.id,
                "status": self._ruling(radius),
                "since": shown_moment(radius.since, self.offset) if radius.since else None,
                "documents": documents,
                "granted": grants,
                "registered": entries,
                "following": following,
                "arrivals": arrivals,
                "places": where,
                "lots": [self.whereabouts(each) for each in radius.lots],
            }
            self._json(value, radius.graph, is_conserved=radius.is_conserved)
            return
        self._say_ruling(radius)
        if radius.subject.kind in (NodeKind.KEY, NodeKind.DOCUMENT):
            self.table(tr("documents", "单据"), documents)
        for title, rows in (
            (tr("grants that it made, and those made by these", "由其授予及逐级再授予的权限"), grants),
            (tr("entries recorded by it and by those", "由其及上述权限登记的资质与认可"), entries),
            (tr("documents that hang on these", "依赖上述权限与登记的单据"), following),
        ):
            if rows:
                self.table(title, rows)
        self.table(tr("received", "收货"), arrivals)
        self._say_origins(radius.graph)
        self.table(tr("where it is and who got it", "现存与去向"), where)
        self._end(radius.is_conserved)

    # -- rows

    def arrivals(self, found: Iterable[Arrival]) -> list[dict[str, Any]]:
        """Return how lots came to the ledger, a row a line of a document."""
        return [
            {
                "recorded": shown_moment(each.document.recorded_at, self.offset),
                "kind": self._kind(each.document),
                "emergency": for_programs(self._is_emergency(each.document)),
                "document": short(each.document.key, 62),
                "lot": short(each.lot),
                "source": Shown(f"{each.source:040x}", self.names.source(each.source)),
                "quantity": str(each.quantity),
                "verdict": Shown(each.then.name.lower(), each.then.label),
                "now": self._now(each),
                "qualification": short(each.document.qualification) if each.document.qualification else None,
                "issuer": self.named(NodeKind.ISSUER, each.issuer) if each.issuer else None,
                "reversed": bool(each.document.reversed_by),
            }
            for each in found
        ]

    def step(self, step: Step, grants: dict[bytes, Grant]) -> dict[str, Any]:
        """Return what a document says of a lot."""
        document = step.document
        return {
            **self._heading(document),
            "lot": short(step.lot),
            "quantity": str(step.quantity),
            **self._route(document),
            "reversed": bool(document.reversed_by),
            "signed": self.signed(signatures(document, grants)),
        }

    def document(self, document: RecordedDocument, grants: dict[bytes, Grant]) -> dict[str, Any]:
        """Return a document with its signers."""
        return {
            **self._heading(document),
            "reason": Shown(document.reason, reason_label(document.reason, Kind(document.kind))),
            **self._route(document),
            "reversed": bool(document.reversed_by),
            "signed": self.signed(signatures(document, grants)),
        }

    def places(self, found: Iterable[Whereabouts]) -> list[dict[str, Any]]:
        """Return where lots are and who got them, a row a place and lot."""
        from ledger_client.trace.places import answers_for

        rows, places = [], list(found)
        counts = self.counts_of({site for each in places for site in each.held})
        for each in places:
            held = [(NodeKind.SITE, site, EdgeKind.HELD, units) for site, units in each.held.items()]
            moving = [
                (NodeKind.SITE, answers_for(how, sender, receiver), how, units)
                for how, sender, receiver, units in each.on_the_way
            ]
            got = [(NodeKind.CONSIGNEE, to, EdgeKind.ISSUED, units) for to, units in each.consumed.items()]
            into = [(NodeKind.LOT, lot, EdgeKind.REPACKED, units) for lot, units in each.into.items()]
            gone = [(NodeKind.SITE, site, how, units) for (how, site), units in each.gone.items()]
            shown = (*held, *moving, *got, *into, *gone)
            rows += [self._place(each, *place, counts) for place in shown]
        return rows

    def whereabouts(self, each: Whereabouts) -> dict[str, Any]:
        """Return a lot of a radius as JSON has it."""
        return {
            "lot": f"{each.lot:040x}",
            "item": str(each.record.item),
            "name": self.names.item(each.record.item),
            "status": status_text(each.record.status),
            "came_of": [f"{lot:040x}" for lot in each.came_of],
            "account": account(each.account),
        }

    def signed(self, found: Iterable[Signature]) -> list[Shown]:
        """Return who signed, by role and, where the key is of this office, by its name."""
        return [
            Shown(
                {
                    "address": each.address,
                    "role": each.role.name.lower() if each.role else None,
                    "division": each.division,
                },
                (each.role.label if each.role else tr("unknown role", "角色不明"))
                + " "
                + (self.names.key(each.address) or each.address[:10] + "…"),
            )
            for each in found
        ]

    # -- parts

    def _heading(self, document: RecordedDocument) -> dict[str, Any]:
        return {
            "recorded": shown_moment(document.recorded_at, self.offset),
            "kind": self._kind(document),
            "emergency": for_programs(self._is_emergency(document)),
            "document": short(document.key, 62),
        }

    def _route(self, document: RecordedDocument) -> dict[str, Any]:
        target: Any = self._site(document.to_site)
        if document.kind == Kind.ISSUE:
            target = self.named(NodeKind.CONSIGNEE, document.to)
        source: Any = self._site(document.from_site)
        if document.kind == Kind.RECEIPT:
            source = self.named(NodeKind.SUPPLIER, document.from_)
        return {"from": source, "to": target}

    def _moved(self, steps: Iterable[Step]) -> list[Shown]:
        """Return lot and quantity of each line; people see the first of many."""
        shown = [
            Shown(
                {"lot": f"{each.lot:040x}", "quantity": str(each.quantity)},
                f"{each.lot:040x}"[:8] + f" {each.quantity}",
            )
            for each in steps
        ]
        if self.as_json or len(shown) <= MOST_LINES:
            return shown
        rest = len(shown) - MOST_LINES
        return [*shown[:MOST_LINES], Shown(None, tr(f"and {rest} more", f"等共 {len(shown)} 行"))]

    def _kind(self, document: RecordedDocument) -> Shown:
        kind = Kind.of(document.kind)
        text = kind.label
        if self._is_emergency(document):
            text += tr(", emergency", "，应急")
        return Shown(kind.name.lower(), text)

    def _is_emergency(self, document: RecordedDocument) -> bool:
        return spell_over(document, self.spells) is not None

    def _site(self, site: int) -> Shown | None:
        return Shown(f"{site:015d}", f"{site:015d}") if site else None

    def named(self, kind: NodeKind, number: int) -> Shown:
        return Shown(f"{number:040x}", self.names.of(kind, number) or f"{number:040x}"[:8] + "…")

    def _now(self, each: Arrival) -> Shown | None:
        return Shown(each.now.name.lower(), each.now.label) if each.now is not None else None

    def _place(
        self,
        each: Whereabouts,
        kind: NodeKind | None,
        number: int,
        how: EdgeKind,
        units: int,
        counts: Counts,
    ) -> dict[str, Any]:
        place = Shown(None, "")
        if kind is NodeKind.SITE:
            name = self.names.site(number)
            place = Shown(f"{number:015d}", f"{number:015d} {name}".strip())
        elif kind is not None:
            place = self.named(kind, number)
        is_uncounted = how is EdgeKind.HELD and is_stale(counts, number, each.record.item)
        return {
            "item": self.names.shown_item(each.record.item),
            "lot": short(each.lot),
            "how": Shown(how.code, how.label),
            "place_kind": for_programs(kind.code if kind else None),
            "place": place,
            "quantity": str(units),
            "unit": self.names.unit(each.record.item),
            "stale": stale_cell(is_uncounted),
        }

    def _ruling(self, radius: Radius) -> dict[str, Any] | None:
        if radius.ruling is None:
            return None
        facts = radius.graph.nodes[radius.subject]
        status = facts.status or Status.UNKNOWN
        return {
            "status": status.name.lower(),
            "entry": radius.ruling.status.name.lower(),
            "since": self.moment(radius.ruling.since),
            "recorded": self.moment(radius.ruling.recorded_at),
            "reason": radius.ruling.reason,
        }

    def moment(self, seconds: int) -> str | None:
        return str(shown_moment(seconds, self.offset).code) if seconds else None

    def text(self, seconds: int) -> str:
        return str(shown_moment(seconds, self.offset).text) if seconds else ""

    def _say_ruling(self, radius: Radius) -> None:
        if radius.ruling is not None:
            status = radius.graph.nodes[radius.subject].status or Status.UNKNOWN
            why = reason_label(radius.ruling.reason)
            since, recorded = self.text(radius.ruling.since), self.text(radius.ruling.recorded_at)
            known = tr(f", since {since}", f"，自 {since} 起") if since else ""
            known += tr(f" (recorded {recorded})", f"（记录于 {recorded}）") if recorded else ""
            text = tr("the qualification is ", "资质") + status.label + (f", {why}" if why else "") + known
            self.office.out.print(text, markup=False, soft_wrap=True)
        if radius.subject.kind is NodeKind.KEY:
            moment = self.text(radius.since or 0)
            self.office.out.print(
                tr(f"what it signed and gave since {moment}", f"自 {moment} 起的签署与授予")
                if moment
                else tr(
                    "nobody claims that the key was in foreign hands; all that it signed and gave",
                    "无人主张该密钥曾泄露；以下为其全部签署与授予",
                ),
                markup=False,
                soft_wrap=True,
            )

    def _say_origins(self, graph: Graph) -> None:
        for sentence in origin_sentences(graph, self.names):
            self.office.out.print(sentence, markup=False, soft_wrap=True)

    def table(self, title: str, rows: Sequence[dict[str, Any]]) -> None:
        self.office.out.print(title, markup=False, style="bold")
        print_rows(self.office, rows, as_json=False)

    def _json(self, value: dict[str, Any], graph: Graph, *, is_conserved: bool) -> None:
        at = {"block": self.position.number, "time": self.moment(self.position.time)}
        tail = {"graph": to_dict(graph, self.labels(graph)), "conserved": is_conserved, "up_to": at}
        print_json(plain(value | tail))
        if not is_conserved:
            raise typer.Exit(NOT_CONSERVED)

    def _end(self, is_conserved: bool) -> None:
        number = self.position.number
        self.office.out.print(
            tr(f"up to block {number}", f"截至区块 {number}"), markup=False, style="dim", soft_wrap=True
        )
        if is_conserved:
            return
        typer.echo(
            tr(
                "what came is NOT what is somewhere: run `shecang audit run`",
                "收支不相抵：请运行 `shecang audit run`",
            ),
            err=True,
        )
        raise typer.Exit(NOT_CONSERVED)
