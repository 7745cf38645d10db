"""A city's whole history as logs that the contracts would write: made from a seed, and not played on a chain.

What is written passes the real decoder and the real fold, which check every journal and every figure that
follows from events before; so that an index that reads it is one of a real ledger. Sites stand in
communities, streets and districts; each holds lots of every item, has floors, count cycles and a proved
count. Earlier requests were asked for, approved and delivered on, or ended; the last ones are open.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger_client import events
from ledger_client.addresses import address_from_bytes, address_to_bytes
from ledger_client.allocation import (
    REFERENCE_PROPOSAL,
    Urgency,
    lowest_approving,
    proposal_key,
    request_key,
)
from ledger_client.digests import digest_of_event, document_key, roll
from ledger_client.documents import Kind, Timestamp
from ledger_client.events import DocumentRecorded, FixedEvent, Log, LogPlace, SignedBy, encode_fixed
from ledger_client.events.stock import DOCUMENT_RECORDED_TOPIC
from ledger_client.identifiers import SiteId
from ledger_client.index.source import BlockStamp
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine, Line, LotAttributes, OpeningLine, pack_lines
from ledger_client.words import pack_reference

START = 1_700_000_000
DAY = 86_400
CITY = 4201
DISTRICTS, STREETS = 10, 10
FIRST_CATEGORY = 3_000_000
MODES = (1, 2)
"""Half of the sites are the government's, half stand by agreement."""

_NOTHING = bytes(32)
_PLACE = LogPlace(0, 0, _NOTHING, _NOTHING)
_CONTRACT, _AUTHORITY, _KEEPER, _APPROVER = (address_from_bytes(bytes([byte]) * 20) for byte in range(1, 5))
_SOURCE = keccak(b"a decision")
_GRANT = keccak(b"a grant")
_CONSIGNEE, _DONOR = 0xC1 << 152, 0xD0 << 152
_NOTICE, _SHARE = 2, 8_000  # days, basis points
_OLD, _NEW = 400, 20  # days ago: when counts were made that are overdue, and the others
_LONG = 720  # days of a cycle of which nothing is held
_FEW, _BLOCK = 20, 10  # units that stay of a lot; pairs of documents in a block
_UNFINISHED = 500  # of the last past requests, one in five waits for a decision or for its goods


@dataclass(frozen=True, slots=True)
class CitySize:
    """How much there is of everything.

    Attributes:
        sites: Of two storage modes.
        items: Each of a category of its own.
        lots: Of each item at each site.
        categories: With a count cycle at each site, those of the items among them.
        requests: That are open.
        past: Requests that were covered, ended or wait for their goods.
        documents: Issues and hand-overs besides, of all lots of an item.
    """

    sites: int = 1_000
    items: int = 40
    lots: int = 2
    categories: int = 80
    requests: int = 3_000
    past: int = 2_000
    documents: int = 5_000


@dataclass(slots=True)
class MadeChain:
    """Blocks in memory, as whoever fills an index asks for them."""

    stamps: list[BlockStamp] = field(default_factory=list)
    by_block: list[list[Log]] = field(default_factory=list)

    def head(self) -> int:
        """Return the number of the newest block."""
        return len(self.stamps) - 1

    def block(self, number: int) -> BlockStamp | None:
        """Return a block, or None when the chain is not that long."""
        return self.stamps[number] if number < len(self.stamps) else None

    def logs(self, first: int, last: int) -> Sequence[Log]:
        """Return all logs in blocks `first` to `last`, in order."""
        return [log for logs in self.by_block[first : last + 1] for log in logs]

    def forget_logs(self) -> None:
        """Drop the logs of all blocks, so that a long history does not stay in memory; stamps are kept."""
        self.by_block = [[]] * len(self.by_block)

    def mine(self, written: Sequence[tuple[tuple[bytes, ...], bytes]], time: int) -> None:
        """Add a block of topics and data."""
        number = len(self.stamps)
        stamp = stamp_of(number, time)
        self.stamps.append(stamp)
        self.by_block.append(
            [
                Log(_CONTRACT, topics, data, LogPlace(number, index, stamp.hash, stamp.hash))
                for index, (topics, data) in enumerate(written)
            ]
        )


def stamp_of(number: int, time: int) -> BlockStamp:
    """Return the block of a height and a time, whatever is in it: what is made is never replaced."""
    return BlockStamp(number, keccak(number.to_bytes(8, "big") + time.to_bytes(8, "big")), time)


class HistoryWriter:
    """Writes events into blocks, with the journals that they roll.

    Attributes:
        chain: The blocks.
        now: When what is written next is recorded, seconds.
    """

    def __init__(self, now: int = START) -> None:
        self.chain = MadeChain()
        self.now = now
        self._pending: list[tuple[tuple[bytes, ...], bytes]] = []
        self._journals: defaultdict[int, int] = defaultdict(int)
        self._numbered = 0

    def _emit(self, event: type[FixedEvent], **values: Any) -> None:
        self._pending.append(encode_fixed(event(place=_PLACE, **values)))

    def _norm(self, event: type[FixedEvent], **values: Any) -> None:
        times = {"effective_at": self.now, "recorded_at": self.now}
        by = {"authority": _AUTHORITY, "authority_division": CITY, "grant_position": 2}
        self._emit(event, source=_SOURCE, **times, **by, **values)

    def _by(self, role: str) -> dict[str, Any]:
        holder = _KEEPER if role == "keeper" else _APPROVER
        return {role: holder, f"{role}_division": CITY, "grant_position": 2, "recorded_at": self.now}

    def _number(self) -> int:
        self._numbered += 1
        return self._numbered

    def _document(
        self,
        kind: Kind,
        lines: Sequence[Any],
        from_: int = 0,
        to: int = 0,
        *,
        rolls: tuple[int, int] | None = None,
        reference: int = 0,
        approved: bool = False,
        **more: Any,
    ) -> DocumentRecorded:
        """Write a document that rolls the journals `rolls`, those of both sides where it is None.

        `more` are fields of the event that are not what they mostly are.
        """
        site = to if kind in (Kind.OPENING, Kind.RECEIPT) else from_
        plain: dict[str, Any] = {
            "place": _PLACE,
            "key": document_key(SiteId(site), self._number().to_bytes(32, "big")),
            "kind": kind,
            "from_": from_,
            "to": to,
            "occurred_at": Timestamp(self.now - 1),
            "reference": reference,
            "reason": 0,
            "qualification": 0,
            "deadline": 0,
            "lines": pack_lines(kind, lines),
            "recorded_at": self.now,
            "verdict": 0,
            "body": _NOTHING,
            "sender": SignedBy(_KEEPER, _GRANT, 2),
            "other": None,
            "approver": SignedBy(_APPROVER, _GRANT, 3) if approved else None,
            "from_journal": 0,
            "to_journal": 0,
            **more,
        }
        digest = digest_of_event(DocumentRecorded(**plain))
        for name, rolled in zip(("from_journal", "to_journal"), rolls or (from_, to), strict=True):
            if rolled:
                self._journals[rolled] = plain[name] = roll(self._journals[rolled], rolled, digest)
        event = DocumentRecorded(**plain)
        self._pending.append(encoded(event))
        return event

    def _seal(self, seconds: int = 1) -> None:
        """End the block; the next one comes so much later, when what is written next is recorded."""
        self.chain.mine(self._pending, self.now)
        self._pending = []
        self.now += seconds


class CityHistory(HistoryWriter):
    """Writes the history of a city into blocks.

    Args:
        seed: The same history for the same seed and size.
        size: Of the city.

    Attributes:
        sites: All of them, ascending.
        items: All of them, ascending.
    """

    def __init__(self, seed: int, size: CitySize) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._size = size
        self._held: defaultdict[tuple[int, int], int] = defaultdict(int)
        self._lots: dict[tuple[int, int], list[int]] = {}
        self._floors: dict[tuple[int, int], int] = {}
        self._reserved: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.items = [(FIRST_CATEGORY + number) * 100_000 + 1 for number in range(size.items)]
        self.sites = sorted(site_code(number) for number in range(size.sites))
        self._stale = set(self._random.sample(self.sites, 1 + len(self.sites) // 50))
        self._seal()

    def write(self) -> None:
        """Write everything, up to the open requests."""
        self._found()
        self._stock_up()
        self._set_norms()
        self._count()
        for number in range(self._size.past):
            self._past_request(number)
        self.move(self._size.documents)
        self._seal(DAY)
        for _ in range(self._size.requests):
            self.ask()
        self._seal()

    def move(self, documents: int) -> None:
        """Write issues, and hand-overs that come back: two documents at a time, so that nothing piles up."""
        chance = self._random
        for number in range(documents // 2):
            site, item = chance.choice(self.sites), chance.choice(self.items)
            lots = [lot for lot in self._lots[site, item] if self._held[site, lot] > _FEW]
            if not lots:
                continue
            lines, other = [Line(lot, 1) for lot in lots], chance.choice(self.sites)
            if number % 2 and other != site:
                self._document(Kind.HAND_OVER, lines, site, other)
                self._document(Kind.HAND_OVER, lines, other, site)
            else:
                for lot in lots:
                    self._held[site, lot] -= 2
                for _ in range(2):
                    self._document(Kind.ISSUE, lines, site, _CONSIGNEE, rolls=(site, 0))
            if number % _BLOCK == 0:
                self._seal(60)
        self._seal()

    def close(self, site: int) -> None:
        """Close a site; what it holds stays there."""
        by = {"authority": _AUTHORITY, "authority_division": CITY}
        self._emit(events.SiteClosed, site=site, successor=0, **by)

    def end_block(self) -> None:
        """End the block in which the last was written."""
        self._seal()

    def ask(self, quantity: int = 0) -> int:
        """Ask for something somewhere, `quantity` base units or some hundreds; return the key."""
        chance = self._random
        site, item = chance.choice(self.sites), chance.choice(self.items)
        client_id = keccak(f"request {self._number()}".encode())
        asking = events.Asking(
            client_id=client_id,
            site=site,  # type: ignore[arg-type]
            item=item,  # type: ignore[arg-type]
            quantity=quantity or chance.randint(50, 900),
            needed_by=self.now + chance.randint(5, 14) * DAY,
            urgency=chance.choices(list(Urgency), weights=(5, 3, 2))[0],
            reason=41,
            consignee=0,  # type: ignore[arg-type]
            body=_NOTHING,
        )
        key = request_key(SiteId(site), client_id)
        floor = self._floors.get((site, item), 0)
        self._emit(
            events.RequestMade, request=key, site=site, asking=asking, floor=floor, **self._by("keeper")
        )
        self._asked = key, asking
        return key

    # ------------------------------------------------------------------------------------------ beginnings

    def _found(self) -> None:
        for site in self.sites:
            registered = {"authority": _AUTHORITY, "authority_division": 0, "name_digest": _SOURCE}
            self._emit(events.SiteRegistered, site=site, disposal=False, **registered)
        for item in self.items:
            self._emit(
                events.ItemRegistered,
                item=item,
                authority=_AUTHORITY,
                qualification_category=7,
                shelf_life=0,
                unit=b"H87",
                serial=False,
                name_digest=_SOURCE,
            )
        self._seal()

    def _stock_up(self) -> None:
        chance, today = self._random, START // DAY
        for site in self.sites:
            lines = []
            for item in self.items:
                lots = []
                for ordinal in range(self._size.lots):
                    batch = keccak(f"{site} {item} {ordinal}".encode())
                    expires = chance.choice((0, today + 380, today + 500, today + 900))
                    attributes = LotAttributes(item=item, source=_DONOR, batch=batch, expires=expires)
                    units = chance.randint(20, 500)
                    lines.append(OpeningLine(attributes, units))
                    lots.append(attributes.lot_id)
                    self._held[site, attributes.lot_id] = units
                self._lots[site, item] = lots
            self._document(Kind.OPENING, lines, to=site, approved=True)
            self._seal(60)

    def _set_norms(self) -> None:
        chance = self._random
        for mode in MODES:
            self._norm(events.TermsSet, division=CITY, mode=mode, share=_SHARE, notice_days=_NOTICE)
        for site in self.sites:
            for item in self.items:
                if chance.random() < 0.9:
                    self._floors[site, item] = chance.randint(50, 600)
                    self._norm(events.FloorSet, site=site, item=item, quantity=self._floors[site, item])
            for number in range(self._size.categories):
                days = chance.choice((30, 90, 180)) if number < self._size.items else _LONG
                self._norm(events.CycleSet, site=site, category=FIRST_CATEGORY + number, day_count=days)
            self._seal(60)

    def _count(self) -> None:
        """Count every site once; a few of them long ago, and some counts were reversed."""
        long_ago = len(self._stale)
        for number, site in enumerate(sorted(self.sites, key=lambda site: site not in self._stale)):
            if number == long_ago:
                self._seal((_OLD - _NEW) * DAY)
            lines = [
                CountLine(lot, self._held[site, lot], self._held[site, lot])
                for item in self.items
                for lot in self._lots[site, item]
            ]
            position = self._journals[site]
            count = self._document(Kind.COUNT, lines, site, reference=position, approved=True)
            for item in self.items:
                proved = {"category": item // 100_000, "key": count.key, "caller": _KEEPER}
                times = {"counted_at": count.occurred_at.seconds, "recorded_at": self.now}
                self._emit(events.CountProved, site=site, **proved, **times)
            self._seal(60)
            if number % 100 == 99:
                reference = pack_reference(3, count.key)
                self._document(Kind.REVERSAL, (), site, reference=reference, approved=True)
                self._stale.add(site)
                self._seal(60)
        self._seal(10 * DAY)

    # ------------------------------------------------------------------------------------------ past requests

    def _past_request(self, number: int) -> None:
        """Write a request and what became of it."""
        what = number % 10
        if what in (1, 3) and number < self._size.past - _UNFINISHED:
            what = 4
        key = self.ask(10)
        asking = self._asked[1]
        giver = self._giver(asking.site, asking.item)
        self._seal(6)
        if giver is None or what == 0:
            self._emit(events.RequestWithdrawn, request=key, reason=24, **self._by("keeper"))
            return
        lot = max(self._lots[giver, asking.item], key=lambda lot: self._held[giver, lot])
        proposal = self._propose(key, giver, lot, 10)
        self._seal(6)
        if what == 1:
            return  # nobody decided until its time was over
        if what == 2:
            decided = {"request": key, "reason": 24, **self._by("approver")}
            decided["approver_division"] = lowest_approving(SiteId(giver), asking.site)
            self._emit(events.ProposalRejected, proposal=proposal, **decided)
            self._emit(events.RequestWithdrawn, request=key, reason=24, **self._by("keeper"))
            return
        self._approve(key, proposal, giver, asking, 10)
        self._seal(6)
        if what == 3:
            return  # approved, and its goods never left
        self._deliver(key, proposal, giver, asking, lot, 10)
        self._seal(6)

    def _giver(self, receiver: int, item: int) -> int | None:
        """Return a site whose count is in time and that could give of an item."""
        for _ in range(20):
            site = self._random.choice(self.sites)
            held = max(self._held[site, lot] for lot in self._lots[site, item])
            if site != receiver and site not in self._stale and held > 20:
                return site
        return None

    def _propose(self, request: int, giver: int, lot: int, units: int) -> int:
        client_id = keccak(f"proposal {self._number()}".encode())
        key = proposal_key(request, client_id)
        self._emit(
            events.ProposalMade,
            proposal=key,
            request=request,
            giver=giver,
            quantity=units,
            left=0,
            anchor=_NOTHING,
            lines=(lot << 96 | units).to_bytes(32, "big"),
            **self._by("keeper"),
        )
        return key

    def _approve(self, request: int, proposal: int, giver: int, asking: events.Asking, units: int) -> None:
        place = giver, int(asking.item)
        self._reserved[place] += units
        approval = events.ApprovalGiven(
            division=lowest_approving(SiteId(giver), asking.site),
            grant_position=3,
            usable=0,
            floor=self._floors.get(place, 0),
            reserved=self._reserved[place],
            callable_from=self.now + _NOTICE * DAY,
            emergency=False,
            stale_reason=0,
            recorded_at=self.now,
        )
        self._emit(
            events.ProposalApproved, proposal=proposal, request=request, approver=_APPROVER, approval=approval
        )

    def _deliver(
        self, request: int, proposal: int, giver: int, asking: events.Asking, lot: int, units: int
    ) -> None:
        receiver = int(asking.site)
        self._held[giver, lot] -= units
        self._held[receiver, lot] += units
        self._reserved[giver, int(asking.item)] -= units
        reference = pack_reference(REFERENCE_PROPOSAL, proposal)
        sent = self._document(Kind.HAND_OVER, [Line(lot, units)], giver, receiver, reference=reference)
        self._emit(
            events.DeliveryShown,
            document=sent.key,
            proposal=proposal,
            request=request,
            kind=Kind.HAND_OVER,
            delivery=sent.key,
            delivered=units,
            accepted=units,
            caller=_KEEPER,
            recorded_at=self.now,
        )
        # It was asked for to be given out, so that what is held does not grow with what was delivered.
        self._held[receiver, lot] -= units
        self._document(Kind.ISSUE, [Line(lot, units)], receiver, _CONSIGNEE, rolls=(receiver, 0))


def site_code(number: int) -> int:
    """Return the code of a site: two in a community, communities in streets, streets in districts."""
    rest, mode = divmod(number, len(MODES))
    rest, district = divmod(rest, DISTRICTS)
    community, street = divmod(rest, STREETS)
    code = ((CITY * 100 + district + 2) * 1_000 + street + 1) * 1_000 + community + 1
    return code * 1_000 + MODES[mode] * 100 + 1


def encoded(event: DocumentRecorded) -> tuple[tuple[bytes, ...], bytes]:
    """Return topics and data of a document, as the stock ledger writes them."""
    words = [
        *(int(event.kind), event.occurred_at.word, event.reference, event.reason, event.qualification),
        *(event.deadline, event.recorded_at, event.verdict),
    ]
    data = [_word(word) for word in words] + [event.body]
    for signer in (event.sender, event.other, event.approver):
        if signer is None:
            data += [_NOTHING] * 3
        else:
            data += [bytes(12) + address_to_bytes(signer.address), signer.grant, _word(signer.position)]
    data += [_word(event.from_journal), _word(event.to_journal), _word(21 * 32)]
    data += [_word(len(event.lines) // 32), event.lines]
    return (DOCUMENT_RECORDED_TOPIC, *map(_word, (event.key, event.from_, event.to))), b"".join(data)


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")
