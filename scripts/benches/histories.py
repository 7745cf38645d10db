"""A long history of one site, in an evidence file that verifies: made, and not played on a chain.

Documents, journals of suppliers, issuer and holders, and the state after them, are what the contracts would
have written: digests, journals and words come from the client's own functions, and the state is a real trie
of real accounts. A chain would take hours for what this makes in a minute.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import rlp
from trie.hexary import HexaryTrie

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.canonical import canonical
from ledger_client.checkpoints.statement import Statement
from ledger_client.contracts import Deployment
from ledger_client.digests import document_key, entry_digest, grant_key, roll
from ledger_client.documents import CHINA_OFFSET, Kind, Timestamp
from ledger_client.events import (
    AccreditationRecorded,
    DocumentRecorded,
    Entry,
    EntryKind,
    FixedEvent,
    GrantMade,
    IssuerRegistered,
    LogPlace,
    QualificationRecorded,
    SignedBy,
    SupplierRegistered,
    encode_fixed,
)
from ledger_client.evidence._forms import CLASSES, EntryLine, Manifest, document_line
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Subjects, Walk
from ledger_client.evidence.named import Named
from ledger_client.evidence.norms import NormsOfSite, places_of
from ledger_client.evidence.registers import Registers
from ledger_client.evidence.tries import NodeRecorder, State
from ledger_client.fold.verdicts import Status, Verdict
from ledger_client.headers import Header
from ledger_client.keccak import KECCAK_EMPTY, keccak
from ledger_client.lines import Line, LotAttributes, ReceiptLine, pack_lines
from ledger_client.roles import Role
from ledger_client.signers import EnvironmentSigner
from ledger_client.slots import CATALOGUE, DIRECTORY, LEDGER, REGISTRY, balance_key, mapping_slot
from ledger_client.trust import Accepted, Trust
from ledger_client.words import NEVER, LotStatus, LotWord, pack_lot

COMMUNITY = 420106001001
SITE = COMMUNITY * 1_000 + 101
CATEGORY, ITEM = 1_010_101, 101_0101_00001
CONSIGNEE = 0xC3 << 152
START = 1_700_000_000
WITNESS = EnvironmentSigner.from_value("WITNESS", keccak(b"witness of the benchmark").hex())
LINES = 10
STOCK = 1 << 40
_WHERE = LogPlace(0, 0, b"", b"")
_BLANK = bytes(32)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: documents of ten lines, lots, suppliers, and holders of a grant each."""

    documents: int
    lots: int
    suppliers: int
    grants: int


class _Journals:
    """Journals of suppliers, issuers and holders, entry by entry."""

    def __init__(self) -> None:
        self.entries: list[EntryLine] = []
        self.words: dict[tuple[str, bytes], int] = {}

    def add(self, register: str, subject: bytes, event: FixedEvent) -> int:
        """Append an entry and return its sequence."""
        topics, data = encode_fixed(event)
        self.entries.append(EntryLine(register, subject, topics, data))
        key = (register, subject)
        word = roll(self.words.get(key, 0), int.from_bytes(subject, "big"), entry_digest(event))
        self.words[key] = word
        return word & ((1 << 64) - 1)


class History:
    """A made history.

    Attributes:
        trust: The trust file that vouches for it.
        manifest: Of the file.
    """

    def __init__(self, size: Size, seed: int = 2020) -> None:
        self._random = random.Random(seed)
        self._size = size
        self.trust = Trust.of(_deployment(), [WITNESS.address], threshold=1, spacing=1, final_depth=0)
        self._journals = _Journals()
        self._approver = self._grant(0, Role.APPROVER)
        keepers = range(1, size.grants - size.suppliers)
        self._keepers = [self._grant(number, Role.KEEPER) for number in keepers]
        self._issuer = _subject("issuer", 0)
        self._issuer_position = self._accredit()
        self._qualified = [self._qualify(number) for number in range(size.suppliers)]
        self._lots: list[int] = []

    def write(self, file: BinaryIO) -> Accepted:
        """Write the evidence file and return the trust file against which it verifies."""
        card, named, registers = SiteCard(SITE), Named(), Registers(NormsOfSite(SITE))
        documents: list[bytes] = []
        for document in self._documents():
            documents.append(canonical(document_line(document)))
            named.add(document, card.documents + 1, card.add(document))
        entries = sorted(self._journals.entries, key=lambda entry: entry.order)
        for entry in entries:
            registers.add(entry)
        nodes, root = self._state(card)
        header = _header(root)
        subjects = Subjects(
            site=SITE,
            item=0,
            lots=card.balances,
            items=named.items,
            suppliers=named.suppliers,
            issuers=registers.issuers_of(named.receipts),
            holders=named.holders,
            norms=places_of(SITE),
        )
        walk = Walk(State(root, nodes), self.trust)
        walk.journal(SITE)
        walk.prove(subjects)
        statement = Statement(
            WITNESS.address, 1, header.hash, header.state_root, 0, self.trust.genesis_hash
        ).signed(self.trust, WITNESS)
        manifest = Manifest(
            chain_id=self.trust.chain_id,
            genesis_hash=self.trust.genesis_hash,
            contracts={name: contract.address for name, contract in self.trust.contracts.items()},
            site=SITE,
            item=0,
            block=1,
            documents=card.documents,
            classes=tuple(sorted(CLASSES)),
        )
        lines: list[Mapping[str, Any]] = [
            manifest.to_line(),
            {"type": "header", "rlp": header.raw.hex()},
            {"type": "statement", **statement.to_dict()},
        ]
        for line in lines:
            file.write(canonical(line) + b"\n")
        for text in documents:
            file.write(text + b"\n")
        for entry in entries:
            file.write(canonical(entry.to_line()) + b"\n")
        for node in nodes.used.values():
            file.write(canonical({"type": "node", "rlp": node.hex()}) + b"\n")
        return Accepted(self.trust)

    # -- journals

    def _grant(self, number: int, role: Role, subject: int = 0) -> SignedBy:
        holder = address_from_bytes(_subject("holder", number))
        event = GrantMade(
            place=_WHERE,
            holder=holder,
            division=COMMUNITY,
            authority=address_from_bytes(_subject("authority", 0)),
            role=role,
            subject=subject,
            authority_division=0,
            from_=START - 86_400,
            recorded_at=START - 2 * 86_400,
        )
        position = self._journals.add("holders", address_to_bytes(holder), event)
        return SignedBy(holder, grant_key(holder, role, COMMUNITY, subject), position)

    def _accredit(self) -> int:
        issuer = int.from_bytes(self._issuer, "big")
        registered = IssuerRegistered(
            place=_WHERE,
            issuer=issuer,
            authority=address_from_bytes(_subject("authority", 0)),
            grant_position=1,
            name_digest=_BLANK,
            recorded_at=START - 86_400,
        )
        self._journals.add("issuers", self._issuer, registered)
        accredited = AccreditationRecorded(place=_WHERE, issuer=issuer, category=CATEGORY, entry=_entry(0))
        return self._journals.add("issuers", self._issuer, accredited)

    def _qualify(self, number: int) -> tuple[int, int, int, SignedBy]:
        """Return supplier, qualification, position in the supplier's journal, and who signs for it."""
        raw = _subject("supplier", number)
        supplier, qualification = int.from_bytes(raw, "big"), int.from_bytes(_subject("certificate", number))
        registered = SupplierRegistered(
            place=_WHERE,
            supplier=supplier,
            authority=address_from_bytes(_subject("authority", 0)),
            authority_division=0,
            grant_position=1,
            name_digest=_BLANK,
            recorded_at=START - 86_400,
        )
        self._journals.add("suppliers", raw, registered)
        recorded = QualificationRecorded(
            place=_WHERE,
            supplier=supplier,
            qualification=qualification,
            issuer=int.from_bytes(self._issuer, "big"),
            category=CATEGORY,
            certificate_digest=keccak(raw),
            entry=_entry(1),
        )
        position = self._journals.add("suppliers", raw, recorded)
        return supplier, qualification, position, self._grant(1_000 + number, Role.SUPPLIER, supplier)

    # -- documents

    def _documents(self) -> Iterator[DocumentRecorded]:
        yield self._document(0, Kind.OPENING, to=SITE, approver=self._approver)
        receipts = self._size.lots // LINES
        for number in range(1, self._size.documents):
            if number <= receipts:
                yield self._receipt(number)
            else:
                lots = self._random.sample(self._lots, LINES)
                lines = pack_lines(Kind.ISSUE, [Line(lot, 1 + number % 7) for lot in lots])
                yield self._document(number, Kind.ISSUE, from_=SITE, to=CONSIGNEE, lines=lines)

    def _receipt(self, number: int) -> DocumentRecorded:
        supplier, qualification, position, signer = self._qualified[number % len(self._qualified)]
        lines = []
        for ordinal in range(LINES):
            batch = keccak(number.to_bytes(8, "big") + ordinal.to_bytes(8, "big"))
            attributes = LotAttributes(item=ITEM, source=supplier, batch=batch)
            lines.append(ReceiptLine(attributes, STOCK, ordinal=ordinal))
            self._lots.append(attributes.lot_id)
        verdict = Verdict(Status.VALID, 1, position, self._issuer_position)
        return self._document(
            number,
            Kind.RECEIPT,
            from_=supplier,
            to=SITE,
            qualification=qualification,
            verdict=verdict.word,
            other=signer,
            lines=pack_lines(Kind.RECEIPT, lines),
        )

    def _document(
        self,
        number: int,
        kind: Kind,
        *,
        from_: int = 0,
        to: int = 0,
        qualification: int = 0,
        verdict: int = 0,
        lines: bytes = b"",
        other: SignedBy | None = None,
        approver: SignedBy | None = None,
    ) -> DocumentRecorded:
        return DocumentRecorded(
            place=_WHERE,
            key=document_key(SITE, keccak(number.to_bytes(32, "big"))),
            kind=kind,
            from_=from_,
            to=to,
            occurred_at=Timestamp(START + number),
            reference=0,
            reason=0,
            qualification=qualification,
            deadline=0,
            lines=lines,
            recorded_at=START + number + 60,
            verdict=verdict,
            body=keccak(b"body" + number.to_bytes(8, "big")),
            sender=self._keepers[number % len(self._keepers)],
            other=other,
            approver=approver,
            from_journal=0,
            to_journal=0,
        )

    # -- state

    def _state(self, card: SiteCard) -> tuple[NodeRecorder, bytes]:
        """Return the nodes of the state after all documents, and its root."""
        words: dict[str, dict[bytes, int]] = {LEDGER: {}, DIRECTORY: {}, REGISTRY: {}, CATALOGUE: {}}

        def put(contract: str, label: str, key: int | bytes, value: int) -> None:
            slot = mapping_slot(key, self.trust.contracts[contract].slots[label])
            words[contract][slot] = value

        put(LEDGER, "_siteJournals", SITE, card.journal)
        lot_word = pack_lot(LotWord(ITEM, SITE, NEVER, LotStatus.RELEASED))
        for lot, word in card.balances.items():
            put(LEDGER, "_lots", lot, lot_word)
            put(LEDGER, "_balances", balance_key(SITE, lot), word)
        put(DIRECTORY, "_sites", SITE, 1 << 64)
        put(CATALOGUE, "_items", ITEM, CATEGORY | 1 << 73)
        labels = {
            "holders": (DIRECTORY, "_journals"),
            "suppliers": (REGISTRY, "_supplierJournals"),
            "issuers": (REGISTRY, "_issuerJournals"),
        }
        for (register, subject), word in self._journals.words.items():
            put(*labels[register], subject, word)
        recorder = NodeRecorder()
        roots = {name: _trie(recorder, entries) for name, entries in words.items()}
        accounts: dict[bytes, bytes] = {}
        for name, contract in self.trust.contracts.items():
            root = roots.get(name, HexaryTrie.BLANK_NODE_HASH)
            accounts[keccak(address_to_bytes(contract.address))] = _rlp([1, 0, root, contract.code_hash])
        for number in range(1_000):  # other accounts, so that the state has some depth
            raw = _subject("account", number)
            accounts[keccak(raw)] = _rlp([number, 0, HexaryTrie.BLANK_NODE_HASH, KECCAK_EMPTY])
        return recorder, _put_all(recorder, accounts)


def _trie(recorder: NodeRecorder, words: Mapping[bytes, int]) -> bytes:
    return _put_all(recorder, {keccak(slot): _rlp(value) for slot, value in words.items() if value})


def _put_all(recorder: NodeRecorder, values: Mapping[bytes, bytes]) -> bytes:
    nodes: dict[bytes, bytes] = {}
    trie = HexaryTrie(nodes)
    with trie.squash_changes() as changes:  # type: ignore[no-untyped-call]
        for key, value in values.items():
            changes[key] = value
    recorder.add(nodes.values())
    root: bytes = trie.root_hash
    return root


def _header(state_root: bytes) -> Header:
    fields: Sequence[Any] = [
        keccak(b"parent"),
        keccak(_rlp([])),
        bytes(20),
        state_root,
        HexaryTrie.BLANK_NODE_HASH,
        HexaryTrie.BLANK_NODE_HASH,
        bytes(256),
        1,
        1,
        100_000_000,
        0,
        START + 10_000_000,
        b"",
        _BLANK,
        bytes(8),
    ]
    return Header.from_rlp(_rlp(fields))


def _entry(grade: int) -> Entry:
    return Entry(
        kind=EntryKind.ISSUED,
        reason=0,
        effective_at=START - 86_400,
        recorded_at=START - 86_400,
        grade=grade,
        from_=START - 86_400,
        until=START + 100_000_000,
        actor=address_from_bytes(_subject("authority", 0)),
        role=Role.AUTHORITY if not grade else Role.ISSUER,
        grant_position=1,
    )


def _deployment() -> Deployment:
    addresses: list[Address] = [address_from_bytes(_subject("contract", number)) for number in range(7)]
    return Deployment(
        chain_id=2020,
        genesis_hash=keccak(b"genesis of the benchmark"),
        directory=addresses[0],
        supplier_registry=addresses[1],
        catalogue=addresses[2],
        ledger_steps=addresses[3],
        stock_ledger=addresses[4],
        norms=addresses[5],
        reallocation=addresses[6],
        first_block=0,
        block=0,
        delay=86_400,
        offset=CHINA_OFFSET,
    )


def _subject(what: str, number: int) -> bytes:
    return keccak(f"{what} {number}".encode())[:20]


def _rlp(value: Any) -> bytes:
    encoded: bytes = rlp.encode(value)  # type: ignore[attr-defined, no-untyped-call]
    return encoded
