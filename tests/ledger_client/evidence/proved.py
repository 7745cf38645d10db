"""A ledger on which every kind of document was recorded, and the evidence of its sites."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import played_ledger
from played_ledger import SITE

from ledger_client.addresses import address_to_bytes
from ledger_client.calls import document_argument
from ledger_client.canonical import canonical
from ledger_client.chain import Chain
from ledger_client.checkpoints import Statement
from ledger_client.databases import open_database
from ledger_client.documents import SECONDS_A_DAY, Document, Kind
from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.evidence.export import Request, Source, export_evidence
from ledger_client.evidence.report import Question, Report
from ledger_client.evidence.verification import verify_evidence
from ledger_client.headers import Header
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.follower import Follower
from ledger_client.index.marks import MarkedReader
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines
from ledger_client.node import Node
from ledger_client.norms import NOW
from ledger_client.records import Record, RecordId, RecordKind, RecordsKey, RecordStore, name_digest
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.trust import Accepted, Trust

CYCLES = {played_ledger.MASKS: 3, played_ledger.RICE: 5}
"""Days in which the site counts what it has of the category of an item."""

START = 1_790_000_000
CHAIN_ID = 20_260_401
ZH, EN, SALT = "储备点", "store", keccak(b"salt")[:16]


def witness(number: int) -> Signer:
    """Return a witness, the same for the same number."""
    return EnvironmentSigner.from_value("WITNESS", keccak(f"witness {number}".encode()).hex())


WITNESSES = sorted(map(witness, range(3)), key=lambda each: address_to_bytes(each.address))


def statements_about(
    trust: Trust, header: Header, witnesses: Sequence[Signer] = tuple(WITNESSES)
) -> list[Statement]:
    """Return first statements of witnesses about a block."""
    said = (header.number, header.hash, header.state_root, 0, trust.genesis_hash)
    return [Statement(each.address, *said).signed(trust, each) for each in witnesses]


@dataclass
class Proved:
    """A played ledger and who vouches for it.

    Attributes:
        chain: The chain.
        played: What was played on it.
        reader: Its index.
        records: Names of what is registered, all of them the same one.
        trust: Two of three witnesses must sign; every fourth block is a checkpoint.
        checkpoint: Header of the block that they signed.
    """

    chain: Chain
    played: played_ledger.Ledger
    reader: MarkedReader
    records: RecordStore
    trust: Trust
    checkpoint: Header

    def header(self, number: int) -> Header:
        """Return a header of the chain."""
        return Header.from_node(self.chain.node.request("eth_getBlockByNumber", hex(number), False))

    def export(
        self, site: int = SITE, *, block: int | None = None, names: bool = False, **asked: Any
    ) -> bytes:
        """Return the evidence file of a site."""
        file = io.BytesIO()
        request = Request(site, self.checkpoint.number if block is None else block, **asked)
        records = self.records if names else None
        source = Source(self.chain, self.played.deployment, self.reader, records)
        export_evidence(file, source, self.trust, request, statements_about(self.trust, self.checkpoint))
        return file.getvalue()


def prove(directory: Path, chain: Chain | None = None) -> Proved:
    """Play a ledger on a chain, an embedded one where none is given, and index it."""
    clock = None
    if chain is None:
        clock = ManualClock(START)
        create_chain(directory / "chain", CHAIN_ID, clock)
        chain = Chain(Node(EmbeddedProvider(directory / "chain", clock=clock), "test"))
    with patch.object(played_ledger, "NAME", name_digest(SALT, ZH, EN)):
        played = played_ledger.set_up(chain, clock)
    played_ledger.play(played)
    play_norms(played)
    trust = Trust.of(
        played.deployment, [each.address for each in WITNESSES], threshold=2, spacing=4, final_depth=0
    )
    height = -(-chain.height() // 4) * 4
    chain.seal_up_to(height)
    while chain.height() < height:
        chain.node.request("anvil_mine", "0x1")
    engine = open_database(directory / "index.db")
    source = ChainSource(chain, played.deployment)
    Follower(engine, source, 0, first_block=played.deployment.first_block).follow()
    header = Header.from_node(chain.node.request("eth_getBlockByNumber", hex(height), False))
    return Proved(chain, played, MarkedReader(engine), named_records(directory), trust, header)


def play_norms(played: played_ledger.Ledger) -> None:
    """Record a document in an emergency and one after it; of two counts one is overdue in the end.

    Where a test sets no clock, on a chain of its own time, neither is.
    """

    def set_norms(*calls: tuple[Any, ...]) -> None:
        played.register(played_ledger.ROOT, "Norms", *calls)

    def issue() -> None:
        lines = pack_lines(Kind.ISSUE, [Line(played_ledger.MASK.lot_id, 1, 41)])
        document = played.document(from_=SITE, to=played_ledger.CONSIGNEE, lines=lines)
        played.record(Kind.ISSUE, played_ledger.KEEPER, document)

    source, district = keccak(b"a decision"), played_ledger.DISTRICT
    cycles = [(category_of(ItemId(item)), days) for item, days in CYCLES.items()]
    set_norms(
        ("setCycles", SITE, cycles, NOW, source, 0),
        ("setTerms", district, 1, 5_000, 2, NOW, source, 0),
        ("declareEmergency", district, played.now() + SECONDS_A_DAY, 110, source, 0),
    )
    issue()
    set_norms(("endEmergency", district, 150, 0))
    issue()
    count = next(each for each in played.documents if each.kind is Kind.COUNT)
    content = Document(
        client_id=bytes(32),
        from_=count.from_,
        occurred_at=count.occurred_at,
        reference=count.reference,
        lines=count.lines,
    )
    if played.clock is not None:
        played.clock.advance(4 * SECONDS_A_DAY)
    set_norms(("proveCount", count.key, document_argument(content)))


def named_records(directory: Path) -> RecordStore:
    """Return a new store with the name of everything that the played ledger registers."""
    store = RecordStore.open(directory / "records.db", RecordsKey.create(directory / "records.key"))
    named: tuple[tuple[RecordKind, int], ...] = (
        ("site", SITE),
        ("consignee", played_ledger.CONSIGNEE),
        ("supplier", played_ledger.SUPPLIER),
        ("issuer", played_ledger.ISSUER),
        ("item", played_ledger.MASKS),
        ("item", played_ledger.RICE),
    )
    records = [Record.new(RecordId(kind, number), zh=ZH, en=EN, salt=SALT) for kind, number in named]
    store.put_many(records, played_ledger.ROOT)
    return store


def verified(raw: bytes, accepted: Accepted | Trust, **options: Any) -> Report:
    """Return the report about a file."""
    trust = accepted if isinstance(accepted, Accepted) else Accepted(accepted)
    return verify_evidence(io.BytesIO(raw), "evidence.jsonl", trust, **options)[0]


def wrong(report: Report) -> list[Question]:
    """Return the questions that were answered with WRONG."""
    return [answer.question for answer in report.answers if answer.state.value == "wrong"]


def changed(raw: bytes, number: int, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a file with one line, counted from 0, changed and written canonically again."""
    import json

    lines = raw.splitlines(keepends=True)
    value = json.loads(lines[number])
    change(value)
    lines[number] = canonical(value) + b"\n"
    return b"".join(lines)


def numbers_of(raw: bytes, type_: str) -> list[int]:
    """Return the places of lines of a type, counted from 0."""
    wanted = f'"type":"{type_}"'.encode()
    return [number for number, line in enumerate(raw.splitlines()) if wanted in line]
