"""A ledger in plain Python that writes the logs which the contracts would write.

`History` knows sites, lots and quantities by itself, in the simplest way there is, so that what the fold
makes of its logs can be compared with something that is not the fold. Journals and digests come from
`ledger_client.digests`, which has tests of its own against the contracts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ledger_client import events
from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.digests import digest_of_event, document_key, roll
from ledger_client.documents import Kind, Timestamp
from ledger_client.events import DocumentRecorded, FixedEvent, Log, LogPlace, SignedBy, encode_fixed
from ledger_client.events.stock import DOCUMENT_RECORDED_TOPIC
from ledger_client.index.source import BlockStamp
from ledger_client.keccak import keccak
from ledger_client.lines import (
    CountLine,
    Line,
    LotAttributes,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    pack_lines,
)
from ledger_client.roles import Role
from ledger_client.words import MISSING, pack_reference

START = 1_780_000_000
LEDGER = address_from_bytes(b"\xaa" * 20)
DIRECTORY = address_from_bytes(b"\xbb" * 20)
SITES = (420106001001101, 420106001002101, 420105001001201, 420106002001301)
CLOSED_SITE = 420106001003101
ITEM, PACK = 100000100001, 100000100002
KEEPERS = tuple(address_from_bytes(bytes([i]) * 20) for i in range(1, 5))
APPROVER = address_from_bytes(b"\x77" * 20)
SUPPLIER, CONSIGNEE = 0xABC, 0xDEF
NOTHING = bytes(32)
_PLACE = LogPlace(0, 0, NOTHING, NOTHING)


@dataclass
class Chain:
    """Blocks with logs, as `LogSource` wants them; `fork` replaces the newest of them."""

    salt: bytes = b""
    stamps: list[BlockStamp] = field(default_factory=list)
    by_block: list[list[Log]] = field(default_factory=list)

    def head(self) -> int:
        return len(self.stamps) - 1

    def block(self, number: int) -> BlockStamp | None:
        return self.stamps[number] if number < len(self.stamps) else None

    def logs(self, first: int, last: int) -> Sequence[Log]:
        return [log for logs in self.by_block[first : last + 1] for log in logs]

    def mine(self, written: Sequence[tuple[Address, tuple[bytes, ...], bytes]], time: int) -> None:
        number = len(self.stamps)
        parent = self.stamps[-1].hash if self.stamps else NOTHING
        block_hash = keccak(parent + number.to_bytes(8, "big") + self.salt + repr(written).encode())
        self.stamps.append(BlockStamp(number, block_hash, time))
        self.by_block.append(
            [
                Log(address, topics, data, LogPlace(number, index, keccak(bytes([index])), block_hash))
                for index, (address, topics, data) in enumerate(written)
            ]
        )

    def cut(self, height: int) -> None:
        """Forget the blocks above `height`, as before a fork."""
        del self.stamps[height + 1 :], self.by_block[height + 1 :]


def encode_document(event: DocumentRecorded) -> tuple[tuple[bytes, ...], bytes]:
    """Return topics and data of a document, as the ledger writes them."""
    words = [
        int(event.kind),
        event.occurred_at.word,
        event.reference,
        event.reason,
        event.qualification,
        event.deadline,
        event.recorded_at,
        event.verdict,
    ]
    data = [_word(word) for word in words] + [event.body]
    for signer in (event.sender, event.other, event.approver):
        if signer is None:
            data += [NOTHING] * 3
        else:
            data += [bytes(12) + address_to_bytes(signer.address), signer.grant, _word(signer.position)]
    data += [_word(event.from_journal), _word(event.to_journal), _word(21 * 32)]
    data += [_word(len(event.lines) // 32), event.lines]
    topics = (DOCUMENT_RECORDED_TOPIC, _word(event.key), _word(event.from_), _word(event.to))
    return topics, b"".join(data)


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def goods(batch: str, item: int = ITEM, source: int = SUPPLIER, expires: int = 0) -> LotAttributes:
    return LotAttributes(item=item, source=source, batch=keccak(batch.encode()), expires=expires)


class History:
    """Writes documents into blocks of a `Chain`, one block a `seal`."""

    def __init__(self, chain: Chain | None = None) -> None:
        self.chain = chain or Chain()
        self.time = START
        self.journals: dict[int, int] = defaultdict(int)
        self.held: dict[tuple[int, int], int] = defaultdict(int)
        self.recorded: list[DocumentRecorded] = []
        self._pending: list[tuple[Address, tuple[bytes, ...], bytes]] = []
        self._client_ids = 0
        self.chain.mine([], self.time)

    # -------------------------------------------------------------------------------------- blocks

    def seal(self, seconds: int = 1) -> None:
        self.time += seconds
        self.chain.mine(self._pending, self.time)
        self._pending = []

    def emit(self, event: type[FixedEvent], **values: Any) -> None:
        topics, data = encode_fixed(event(place=_PLACE, **values))
        self._pending.append((DIRECTORY, topics, data))

    # -------------------------------------------------------------------------------------- places

    def set_up(self) -> None:
        """Register sites, items, a factor and keepers, in one block."""
        name = keccak(b"a name")
        for division in (42, 4201, 420105, 420106):
            self.emit(
                events.DivisionRegistered,
                division=division,
                authority=APPROVER,
                authority_division=0,
                name_digest=name,
            )
        for site in (*SITES, CLOSED_SITE):
            self.emit(
                events.SiteRegistered,
                site=site,
                authority=APPROVER,
                authority_division=0,
                disposal=site == SITES[3],
                name_digest=name,
            )
        for item, shelf_life in ((ITEM, 0), (PACK, 30)):
            self.emit(
                events.ItemRegistered,
                item=item,
                authority=APPROVER,
                qualification_category=7,
                shelf_life=shelf_life,
                unit=b"H87",
                serial=False,
                name_digest=name,
            )
        self.emit(events.FactorSet, pack=PACK, unit=ITEM, authority=APPROVER, factor=10)
        for holder in KEEPERS:
            self.emit(events.ClassAccepted, holder=holder, role=Role.KEEPER, recorded_at=self.time)
            self.emit(
                events.GrantMade,
                holder=holder,
                division=42,
                authority=APPROVER,
                role=Role.KEEPER,
                subject=0,
                authority_division=0,
                from_=self.time,
                recorded_at=self.time,
            )
        self.seal()

    # -------------------------------------------------------------------------------------- documents

    def record(
        self,
        kind: Kind,
        lines: Sequence[Any] = (),
        from_: int = 0,
        to: int = 0,
        rolls: tuple[int, int] | None = None,
        approved: bool = False,
        age: int = 0,
        packed: bytes | None = None,
        **more: Any,
    ) -> DocumentRecorded:
        """Write a document that names these sites and rolls `rolls` (both, where it is None)."""
        self._client_ids += 1
        site = to if kind in (Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST) else from_
        key = more.pop("key", None) or document_key(site, _word(self._client_ids))
        signer = SignedBy(KEEPERS[self._client_ids % len(KEEPERS)], keccak(b"a grant"), 2)
        plain: dict[str, Any] = {
            "place": _PLACE,
            "key": key,
            "kind": kind,
            "from_": from_,
            "to": to,
            "occurred_at": Timestamp(self.time - age),
            "reference": 0,
            "reason": 0,
            "qualification": 0,
            "deadline": 0,
            "lines": pack_lines(kind, lines) if packed is None else packed,
            "recorded_at": self.time + 1,
            "verdict": 0,
            "body": NOTHING,
            "sender": signer,
            "other": None,
            "approver": SignedBy(APPROVER, keccak(b"another grant"), 3) if approved else None,
            "from_journal": 0,
            "to_journal": 0,
        } | more
        digest = digest_of_event(DocumentRecorded(**plain))
        from_site, to_site = (from_, to) if rolls is None else rolls
        for name, rolled in (("from_journal", from_site), ("to_journal", to_site)):
            if rolled:
                self.journals[rolled] = plain[name] = roll(self.journals[rolled], rolled, digest)
        event = DocumentRecorded(**plain)
        topics, data = encode_document(event)
        self._pending.append((LEDGER, topics, data))
        self.recorded.append(event)
        return event

    def open(self, site: int, stock: Sequence[tuple[LotAttributes, int]] = ()) -> DocumentRecorded:
        for attributes, units in stock:
            self.held[site, attributes.lot_id] += units
        lines = [OpeningLine(attributes, units) for attributes, units in stock]
        return self.record(Kind.OPENING, lines, to=site, approved=True)

    def receive(
        self, site: int, attributes: LotAttributes, units: int, rejected: int = 0, **more: Any
    ) -> DocumentRecorded:
        self.held[site, attributes.lot_id] += units
        lines = [ReceiptLine(attributes, units, rejected)]
        return self.record(Kind.RECEIPT, lines, attributes.source, site, (0, site), **more)

    def issue(self, site: int, lot: int, units: int, **more: Any) -> DocumentRecorded:
        self.held[site, lot] -= units
        return self.record(Kind.ISSUE, [Line(lot, units)], site, CONSIGNEE, (site, 0), **more)

    def hand_over(self, source: int, target: int, lots: Sequence[tuple[int, int]]) -> DocumentRecorded:
        for lot, units in lots:
            self.held[source, lot] -= units
            self.held[target, lot] += units
        return self.record(Kind.HAND_OVER, [Line(lot, units) for lot, units in lots], source, target)

    def write_off(self, site: int, lot: int, units: int) -> DocumentRecorded:
        self.held[site, lot] -= units
        return self.record(Kind.WRITE_OFF, [Line(lot, units, 5)], site, approved=True)

    def count(
        self, site: int, lot: int, counted: int, expected: int, position: int | None = None
    ) -> DocumentRecorded:
        self.held[site, lot] += counted - expected
        word = self.journals[site] if position is None else position
        return self.record(
            Kind.COUNT, [CountLine(lot, counted, expected)], site, reference=word, approved=True
        )

    def repack(self, site: int, lot: int, taken: int, output: LotAttributes, put: int) -> DocumentRecorded:
        self.held[site, lot] -= taken
        self.held[site, output.lot_id] += put
        return self.record(Kind.REPACK, [RepackLine(lot, taken, output, put)], site, approved=True)

    def status(self, kind: Kind, site: int, lots: Sequence[int]) -> DocumentRecorded:
        return self.record(kind, [Line(lot, 0) for lot in lots], site)

    def dispatch(
        self, source: int, target: int, lots: Sequence[tuple[int, int]], days: int = 3
    ) -> DocumentRecorded:
        for lot, units in lots:
            self.held[source, lot] -= units
        deadline = self.time + days * 86_400
        return self.record(
            Kind.DISPATCH, [Line(lot, u) for lot, u in lots], source, target, deadline=deadline
        )

    def answer(
        self,
        kind: Kind,
        dispatched: DocumentRecorded,
        exceptions: Sequence[Line] = (),
        arrives: dict[int, int] | None = None,
    ) -> DocumentRecorded:
        """Record a step of a consignment; `arrives` is what it puts where the step says."""
        at = dispatched.to if kind is Kind.ACCEPTANCE else dispatched.from_
        for lot, units in (arrives or {}).items():
            self.held[at, lot] += units
        return self.record(
            kind,
            exceptions,
            dispatched.from_,
            dispatched.to,
            reference=pack_reference(2, dispatched.key),
            approved=kind in (Kind.RETURN,),
        )

    def settle(self, dispatched: DocumentRecorded, lot: int, units: int, reason: int) -> DocumentRecorded:
        if reason < 3:
            self.held[dispatched.from_ if reason == 1 else dispatched.to, lot] += units
        reference = pack_reference(2, dispatched.key)
        return self.record(
            Kind.SETTLEMENT, [Line(lot, units, reason)], dispatched.from_, dispatched.to, reference=reference
        )

    def reverse(self, original: DocumentRecorded, effects: dict[tuple[int, int], int]) -> DocumentRecorded:
        """Undo a document; `effects` is what that does to (site, lot)."""
        for place, units in effects.items():
            self.held[place] += units
        rolls = (original.from_ if original.from_journal else 0, original.to if original.to_journal else 0)
        return self.record(
            Kind.REVERSAL,
            (),
            original.from_,
            original.to,
            rolls,
            True,
            reference=pack_reference(3, original.key),
        )


def missing(lot: int, units: int, reason: int = 1) -> Line:
    return Line(lot, units, reason | MISSING)


def short_story() -> tuple[History, dict[str, Any]]:
    """Return a history in which every kind of document occurs, a block each, and what is in it by name."""
    history = History()
    history.set_up()
    one, two, three, disposal = SITES
    masks, gloves = goods("masks"), goods("gloves", expires=(START // 86_400) + 1)
    packs, pieces = goods("packs", PACK), goods("pieces")
    own = goods("donation", source=0x999).owned_by(document_key(one, _word(5)), 0)  # the fifth document's
    lots = {"masks": masks.lot_id, "gloves": gloves.lot_id, "packs": packs.lot_id, "own": own.lot_id}
    lots["pieces"] = pieces.lot_id
    seen: dict[str, Any] = {"lots": lots}

    def step(name: str, act: Callable[[], DocumentRecorded], seconds: int = 60) -> None:
        seen[name] = act()
        history.seal(seconds)

    step("opening", lambda: history.open(one, [(masks, 1_000), (gloves, 50)]))
    for site in (two, three, disposal):
        step(f"opening {site}", lambda site=site: history.open(site))
    step("receipt", lambda: history.receive(one, own, 30, rejected=2))
    step("late receipt", lambda: history.receive(one, packs, 12, age=9 * 86_400, approved=True))
    step("release", lambda: history.status(Kind.RELEASE, one, [own.lot_id]))
    step("hold", lambda: history.status(Kind.HOLD, one, [masks.lot_id]))
    step("second release", lambda: history.status(Kind.RELEASE, one, [masks.lot_id]))
    step("recall", lambda: history.record(Kind.RECALL, [Line(gloves.lot_id, 0)]))
    step("lift", lambda: history.record(Kind.LIFT, [Line(gloves.lot_id, 0)]))
    step("hand-over", lambda: history.hand_over(one, two, [(masks.lot_id, 100), (gloves.lot_id, 10)]))
    step("issue", lambda: history.issue(two, masks.lot_id, 30))
    step("reversal of issue", lambda: history.reverse(seen["issue"], {(two, masks.lot_id): 30}))
    step("write-off", lambda: history.write_off(two, gloves.lot_id, 4))
    step("repack", lambda: history.repack(one, packs.lot_id, 2, pieces, 20))
    step("gain", lambda: history.count(one, masks.lot_id, 905, 900))
    step("loss", lambda: history.count(two, masks.lot_id, 97, 100))
    step("false count", lambda: history.count(two, gloves.lot_id, 5, 9))
    step("dispatch", lambda: history.dispatch(one, three, [(masks.lot_id, 200), (own.lot_id, 10)]))
    exceptions = [Line(masks.lot_id, 15, 2), missing(masks.lot_id, 5), missing(own.lot_id, 1)]
    arrives = {masks.lot_id: 180, own.lot_id: 9}
    step("acceptance", lambda: history.answer(Kind.ACCEPTANCE, seen["dispatch"], exceptions, arrives))
    back = [missing(masks.lot_id, 3)]
    step(
        "return-acceptance",
        lambda: history.answer(Kind.RETURN_ACCEPTANCE, seen["dispatch"], back, {masks.lot_id: 12}),
    )
    step("settlement found", lambda: history.settle(seen["dispatch"], masks.lot_id, 6, 1))
    step("settlement lost", lambda: history.settle(seen["dispatch"], masks.lot_id, 2, 3))
    step("second dispatch", lambda: history.dispatch(one, two, [(masks.lot_id, 40)]))
    contested = [missing(masks.lot_id, 7)]
    step("contest", lambda: history.answer(Kind.CONTEST, seen["second dispatch"], contested), 9 * 86_400)
    step("third dispatch", lambda: history.dispatch(one, two, [(masks.lot_id, 11)]), 20 * 86_400)
    step("return", lambda: history.answer(Kind.RETURN, seen["third dispatch"], (), {masks.lot_id: 11}))
    step("fourth dispatch", lambda: history.dispatch(one, two, [(masks.lot_id, 9)]))
    step("reversal", lambda: history.reverse(seen["fourth dispatch"], {(one, masks.lot_id): 9}))
    step("fifth dispatch", lambda: history.dispatch(one, two, [(masks.lot_id, 1)]), 10 * 86_400)
    return history, seen


def random_documents(history: History, count: int, seed: int, a_block: int = 3) -> None:
    """Record movements between sites that are open, chosen at random."""
    random = Random(seed)
    for number in range(count):
        places = [place for place, units in history.held.items() if units > 0]
        site, lot = random.choice(places)
        units = random.randint(1, history.held[site, lot])
        choice = random.random()
        if choice < 0.5:
            history.hand_over(
                site, random.choice([other for other in SITES if other != site]), [(lot, units)]
            )
        elif choice < 0.7:
            history.issue(site, lot, units)
        elif choice < 0.8:
            history.count(site, lot, history.held[site, lot] + random.randint(0, 5), history.held[site, lot])
        else:
            history.receive(site, goods(f"batch {random.randint(1, 30)}"), random.randint(1, 500))
        if number % a_block == a_block - 1:
            history.seal()
    history.seal()
