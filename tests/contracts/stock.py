"""The stock ledger in the world of the contract tests: who signs what, and all that a record must change.

An `Act` is a document with its signers, ready to be recorded; tests change one thing of it and see it
refused, or `record` it. `Stock.record` asserts all that is common to documents: every field of the event, the
return value, the words of document and journals recomputed from the event alone, and that of all storage
nothing else changed than the words that the test names.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import rlp
from chain import NOBODY, Actor, Chain, Event, Refusal
from trie import HexaryTrie
from trie.iter import NodeIterator
from web3.contract.contract import Contract, ContractFunction
from world import COMMUNITY, CONSIGNEE, COUNTRY, SECOND_SITE, SITE, SUPPLIER, World

from ledger_client.addresses import address_from_bytes, address_to_bytes
from ledger_client.calldata import ACCEPTED, FUNCTIONS, OPEN, Consignment, Original
from ledger_client.digests import (
    commitment,
    consent_digest,
    content_digest,
    digest_of_event,
    document_key,
    domain_separator,
    recording_site,
    roll,
)
from ledger_client.documents import SECONDS_A_DAY, Document, Kind, Timestamp
from ledger_client.events import DocumentRecorded, Log, LogPlace, SignedBy, decode_event
from ledger_client.keccak import keccak
from ledger_client.lines import AnyLine, pack_lines
from ledger_client.roles import Role
from ledger_client.words import (
    REFERENCE_CONSIGNMENT,
    REFERENCE_DOCUMENT,
    REFERENCE_REVERSED,
    pack_reference,
    split_words,
)

OFFSET = 28_800  # seconds
DAY = SECONDS_A_DAY
L = 7 * DAY
TOLERANCE = 120  # seconds by which a claimed time may be ahead
FOREVER = 2**40
BODY = keccak(b"a salted body")
SOME_REASON = 9
NAMED = 2
REVERSED = 1

BY_RECEIVER = {Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST}
STATUS_KINDS = {Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT}
TWO_SITES = {
    *(Kind.HAND_OVER, Kind.DISPATCH, Kind.ACCEPTANCE, Kind.CONTEST),
    *(Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT),
}
STEPS = TWO_SITES - {Kind.HAND_OVER, Kind.DISPATCH}

Changes = dict[tuple[Any, ...], int]
"""(getter, its arguments…) → the word after a document."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who relies on a grant."""

    actor: Actor
    role: Role
    division: int = COMMUNITY
    subject: int = 0

    @property
    def address(self) -> str:
        """The address of the actor."""
        return self.actor.address

    @property
    def grant(self) -> bytes:
        """The key of the grant."""
        words = (int(self.address, 16), self.role, self.division, self.subject)
        return keccak(b"".join(word.to_bytes(32, "big") for word in words))

    def missing(self) -> Refusal:
        """The refusal of somebody who has no such grant."""
        return Refusal("DirectoryGrantMissing", (self.address, self.role, self.division, self.subject))

    def at(self, division: int) -> Party:
        """The same relying on a grant at another division."""
        return replace(self, division=division)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A document and its signers. Signatures are made when it is sent, except where they are given."""

    kind: Kind
    document: Document
    sender: Party
    other: Party | None = None
    approver: Party | None = None
    consignment: Consignment | None = None
    original: Original | None = None
    body: bytes = BODY
    valid_until: int = FOREVER
    other_signature: tuple[bytes, bytes] | None = None
    approver_signature: tuple[bytes, bytes] | None = None

    def but(self, **fields: Any) -> Act:
        """The same with other signers, body, consignment or original."""
        return replace(self, **fields)

    def saying(self, **fields: Any) -> Act:
        """The same with other content."""
        return replace(self, document=replace(self.document, **fields))

    @property
    def key(self) -> int:
        """The document's key."""
        kind = self.original.kind if self.original else None
        return document_key(recording_site(self.kind, self.document, kind), self.document.client_id)

    @property
    def content(self) -> bytes:
        """The content digest."""
        return content_digest(self.kind, self.key, self.document)

    @property
    def word(self) -> int:
        """The document word, without flags."""
        return int.from_bytes(self.content, "big") >> 8 << 8

    @property
    def sites(self) -> tuple[int, ...]:
        """The sites whose journals it rolls."""
        kind = self.original.kind if self.original else self.kind
        if kind in (Kind.RECALL, Kind.LIFT):
            return ()
        if kind in TWO_SITES:
            return (self.document.from_, self.document.to)
        return (self.document.to if kind in BY_RECEIVER else self.document.from_,)

    @property
    def signers(self) -> tuple[str, ...]:
        """Who signed, as consignments remember them."""
        return tuple(party.address for party in (self.sender, self.other, self.approver) if party)


@dataclass(slots=True)
class Stock:
    """The ledger, and ways to write to it."""

    world: World
    ledger: Contract
    steps: Contract
    domain: bytes
    parties: dict[Kind, tuple[Party, Party | None, Party | None]] = field(default_factory=dict)
    deployed_at: int = 0
    qualification: int = 0
    _ids: Any = field(default_factory=itertools.count)

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self.world.chain

    @property
    def today(self) -> int:
        """The number of the day at the last block, where the ledger is."""
        return (self.chain.now + OFFSET) // DAY

    def midnight(self, days_ago: int = 0) -> Timestamp:
        """A day of which no hour is known."""
        return Timestamp((self.today - days_ago) * DAY - OFFSET, is_day_only=True)

    def act(self, kind: Kind, *lines: AnyLine, words: bytes | None = None, **fields: Any) -> Act:
        """An act of `kind`, now, between SITE and SECOND_SITE where the test says nothing else."""
        act_fields = {name: fields.pop(name) for name in Act.__dataclass_fields__ if name in fields}
        sender, other, approver = self.parties[kind]
        signers = {"sender": sender, "other": other, "approver": approver}
        content: dict[str, Any] = {
            "client_id": next(self._ids).to_bytes(32, "big"),
            "occurred_at": Timestamp(self.chain.now),
            **_places(kind),
            "lines": pack_lines(kind, lines) if words is None else words,
        }
        if kind is Kind.RECEIPT:
            content["qualification"] = self.qualification
        if kind in STATUS_KINDS or kind in (Kind.WRITE_OFF, Kind.REPACK):
            content["reason"] = SOME_REASON
        if kind is Kind.DISPATCH:
            content["deadline"] = self.chain.now + 3 * DAY
        document = Document(**(content | fields))
        return Act(kind=kind, document=document, **(signers | act_fields))

    def step(self, kind: Kind, of: Act, consignment: Consignment, *lines: AnyLine, **fields: Any) -> Act:
        """An act that takes the consignment of the dispatch `of` further."""
        document = {"from_": of.document.from_, "to": of.document.to}
        reference = pack_reference(REFERENCE_CONSIGNMENT, of.key)
        fields = document | {"reference": reference} | fields
        return self.act(kind, *lines, consignment=consignment, **fields)

    def reversal(self, of: Act, **fields: Any) -> Act:
        """An act that undoes `of`."""
        signers = of.signers if of.kind is Kind.DISPATCH else ()
        fields = {
            "from_": of.document.from_,
            "to": of.document.to,
            "reference": pack_reference(REFERENCE_REVERSED, of.key),
            "original": Original(of.kind, of.document, signers),
            "sender": of.sender,
            "other": of.other if of.kind in (Kind.HAND_OVER, Kind.COUNT) else None,
        } | fields
        return self.act(Kind.REVERSAL, **fields)

    def call(self, act: Act) -> ContractFunction:
        """The call that records `act`, with the signatures of its co-signers."""
        companions = [_consignment(act.consignment)] if act.consignment else []
        companions += [_original(act.original)] if act.original else []
        function = self.ledger.functions[FUNCTIONS[act.kind]]
        return function(_document(act.document), *companions, self._signing(act))

    def refusal(self, act: Act) -> Refusal:
        """What the ledger answers to an act that it refuses."""
        return self.chain.refusal(self.call(act), act.sender.actor)

    def enter(self, act: Act) -> DocumentRecorded:
        """Record an act and return its event; nothing else is looked at."""
        (event,) = self.chain.send(self.call(act), act.sender.actor)
        return self.decoded(event)

    def resend(self, act: Act) -> None:
        """Send an act that stands already, and see that the key comes back and no storage changes."""
        assert self.chain.ask(self.call(act), act.sender.actor) == act.key
        before = self.storage()
        assert self.chain.send(self.call(act), act.sender.actor) == []
        assert self.storage() == before, "a resent document changed storage"

    def record(self, act: Act, changes: Changes | None = None, *, verdict: int = 0) -> DocumentRecorded:
        """Record an act, and see that it does what documents do, `changes`, and nothing else."""
        expected = dict(changes or {})
        journals = {site: self.word("siteJournal", site) for site in act.sites}
        lots = [word >> 96 for word in split_words(act.document.lines)] if act.kind in STATUS_KINDS else []
        lot_journals = {lot: self.word("lotJournal", lot) for lot in lots}
        signers = [self._signed(party) for party in (act.sender, act.other, act.approver)]
        others, before = self._other_roots(), self.storage()
        old = {getter: self.word(*getter) for getter in expected}
        assert self.word("document", act.key) == 0, "the key is not fresh"
        assert self.chain.ask(self.call(act), act.sender.actor) == act.key, "return value"

        event = self.enter(act)

        self._assert_event(act, event, verdict, signers)
        digest = digest_of_event(event)
        rolled = {("siteJournal", site): roll(word, site, digest) for site, word in journals.items()}
        assert event.from_journal == rolled.get(("siteJournal", act.document.from_), 0), "from journal"
        assert event.to_journal == rolled.get(("siteJournal", act.document.to), 0), "to journal"
        rolled |= {("lotJournal", lot): roll(word, lot, digest) for lot, word in lot_journals.items()}
        old |= {("siteJournal", site): word for site, word in journals.items()}
        old |= {("lotJournal", lot): word for lot, word in lot_journals.items()}
        expected |= rolled | {("document", act.key): act.word}
        for getter, word in expected.items():
            assert self.word(*getter) == word, getter
        pairs = Counter((old.get(getter, 0), word) for getter, word in expected.items())
        assert pairs == _changed(before, self.storage()), "changed storage"
        assert self._other_roots() == others, "another contract changed"
        return event

    def word(self, getter: str, *arguments: int) -> int:
        """What a view of the ledger says."""
        return int(self.chain.ask(self.ledger.functions[getter](*arguments)))

    def balance(self, site: int, lot: int) -> int:
        """The balance word of a lot at a site."""
        return self.word("balance", site, lot)

    def storage(self) -> dict[bytes, int]:
        """All storage of the ledger: hash of the slot → word."""
        return self.storage_of(self.ledger)

    def storage_of(self, contract: Contract) -> dict[bytes, int]:
        """All storage of a contract: hash of the slot → word."""
        account = self._account(contract)
        items = NodeIterator(HexaryTrie(self._database, account[2])).items()
        return {slot: int.from_bytes(rlp.decode(word), "big") for slot, word in items}

    def consent(
        self, act: Act, party: Party, *, domain: bytes | None = None, body: bytes | None = None
    ) -> Any:
        """The consent of `party` to an act."""
        digest = consent_digest(domain or self.domain, act.content, body or act.body, act.valid_until)
        return party.actor.sign(digest)

    def domain_of(self, chain_id: int, contract: Contract) -> bytes:
        """The domain of another chain or contract."""
        return domain_separator(chain_id, contract.address)

    def documents(self) -> list[DocumentRecorded]:
        """All documents since the ledger was deployed, as the client reads them."""
        found = self.chain.w3.eth.get_logs({"address": self.ledger.address, "fromBlock": self.deployed_at})
        return [
            self._read(log["address"], tuple(map(bytes, log["topics"])), bytes(log["data"])) for log in found
        ]

    def decoded(self, event: Event) -> DocumentRecorded:
        """An event as the client reads it."""
        return self._read(event.address, event.topics, event.data)

    def _read(self, contract: str, topics: tuple[bytes, ...], data: bytes) -> DocumentRecorded:
        place = LogPlace(0, 0, bytes(32), bytes(32))
        recorded = decode_event(Log(address_from_bytes(address_to_bytes(contract)), topics, data, place))
        assert isinstance(recorded, DocumentRecorded)
        return recorded

    def _signing(self, act: Act) -> tuple[Any, ...]:
        other = act.other_signature or (self.consent(act, act.other) if act.other else NOBODY)
        approver = act.approver_signature or (self.consent(act, act.approver) if act.approver else NOBODY)
        divisions = [party.division if party else 0 for party in (act.sender, act.other, act.approver)]
        return (act.body, act.valid_until, *divisions, other, approver)

    def _signed(self, party: Party | None) -> SignedBy | None:
        if party is None:
            return None
        word = self.chain.ask(self.world.directory.functions.grantOf(party.grant))
        address = address_from_bytes(address_to_bytes(party.address))
        return SignedBy(address, party.grant, word >> 128 & (1 << 64) - 1)

    def _assert_event(self, act: Act, event: DocumentRecorded, verdict: int, signers: list[Any]) -> None:
        document = act.document
        assert event.key == act.key, "key"
        assert event.kind == act.kind, "kind"
        for name in (
            "from_",
            "to",
            "occurred_at",
            "reference",
            "reason",
            "qualification",
            "deadline",
            "lines",
        ):
            assert getattr(event, name) == getattr(document, name), name
        assert event.recorded_at == self.chain.now, "recorded at"
        assert event.verdict == verdict, "verdict"
        assert event.body == act.body, "body"
        assert [event.sender, event.other, event.approver] == signers, "signers"

    @property
    def _database(self) -> Any:
        return self.chain.database  # type: ignore[attr-defined]

    def _account(self, contract: Contract) -> Any:
        root = self.chain.w3.eth.get_block("latest")["stateRoot"]
        return rlp.decode(HexaryTrie(self._database, root)[keccak(address_to_bytes(contract.address))])

    def _other_roots(self) -> list[Any]:
        world = self.world
        others = (world.directory, world.registry, world.catalogue, self.steps)
        return [self._account(contract)[2] for contract in others]


def committed(act: Act, state: int, signers: tuple[str, ...], lines: bytes, deadline: int) -> int:
    """The word of a consignment that stands as said."""
    word = commitment(state, act.document.from_, act.document.to, signers, lines)  # type: ignore[arg-type]
    return word | deadline


def sent(act: Act) -> Consignment:
    """What a dispatch leaves to be accounted for."""
    return Consignment(OPEN, act.signers, act.document.lines)  # type: ignore[arg-type]


def remaining(
    consignment: Consignment, step: Act, *rest: AnyLine, behind: Sequence[AnyLine] = ()
) -> Consignment:
    """What a step leaves to be accounted for: what is left of the lines before, and `behind` it what it adds.

    Each part ascends, the whole need not. Settlements add no signers.
    """
    signers = consignment.signers + (() if step.kind is Kind.SETTLEMENT else step.signers)
    lines = pack_lines(Kind.ACCEPTANCE, rest) + pack_lines(Kind.ACCEPTANCE, behind)
    return Consignment(ACCEPTED, signers, lines)  # type: ignore[arg-type]


def reference_to(act: Act) -> int:
    """The reference that names an act."""
    return pack_reference(REFERENCE_DOCUMENT, act.key)


def _places(kind: Kind) -> dict[str, int]:
    if kind is Kind.OPENING:
        return {"to": SITE}
    if kind is Kind.RECEIPT:
        return {"from_": SUPPLIER, "to": SITE}
    if kind is Kind.ISSUE:
        return {"from_": SITE, "to": CONSIGNEE}
    if kind in (Kind.RECALL, Kind.LIFT):
        return {"from_": COUNTRY}
    return {"from_": SITE, "to": SECOND_SITE} if kind in TWO_SITES else {"from_": SITE}


def _document(document: Document) -> tuple[Any, ...]:
    return (
        document.client_id,
        document.from_,
        document.to,
        document.occurred_at.word,
        document.reference,
        document.reason,
        document.qualification,
        document.deadline,
        list(split_words(document.lines)),
    )


def _consignment(consignment: Consignment) -> tuple[Any, ...]:
    return (consignment.state, list(consignment.signers), list(split_words(consignment.lines)))


def _original(original: Original) -> tuple[Any, ...]:
    return (original.kind, _document(original.document), list(original.signers))


def _changed(before: dict[bytes, int], after: dict[bytes, int]) -> Counter[tuple[int, int]]:
    slots = before.keys() | after.keys()
    pairs = ((before.get(slot, 0), after.get(slot, 0)) for slot in slots)
    return Counter(pair for pair in pairs if pair[0] != pair[1])
