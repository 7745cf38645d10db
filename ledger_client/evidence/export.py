"""Export: the documents of a site, the journals of whom they name, and the proof of it all at one block.

Whoever exports is not trusted: everything here is checked again by the verifier, with the same walk. The
documents come from the index, journals and proofs from the node::

    source = Source(chain, deployment, reader, records)
    with path.open("xb") as file:
        export_evidence(file, source, trust, Request(site), statements)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.chain import BlockUnknownError, Chain
from ledger_client.checkpoints.statement import Statement
from ledger_client.contracts import Deployment
from ledger_client.documents import Kind, Timestamp
from ledger_client.errors import MismatchError, UnavailableError, UsageError
from ledger_client.events import DocumentRecorded, Log, LogPlace, SignedBy, decode_event
from ledger_client.evidence._forms import CLASSES, EntryLine, FormError, Manifest, document_line
from ledger_client.evidence._proving import Prover
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Subjects, demanded_subjects
from ledger_client.evidence.named import Named
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.norms import NormsOfSite, places_of
from ledger_client.evidence.registers import Registers, subjects_of
from ledger_client.fold.records import RecordedDocument
from ledger_client.headers import Header
from ledger_client.index.reads import IndexReader
from ledger_client.records import RecordDamagedError, RecordId, RecordKind, RecordStore
from ledger_client.slots import DIRECTORY, NORMS, REGISTRY
from ledger_client.trust import Trust

_PAGE = 1_000  # documents read from the index at once
_HEADERS = 100  # asked for at once
_MASK_64 = (1 << 64) - 1


class SiteUnknownError(UsageError):
    """There is no such site at a block."""

    en = "there is no site {site} at block {block}; check its digits, or ask for a later block"
    zh = "区块 {block} 时没有储备点 {site}；请核对编码，或选择更晚的区块"


class CheckpointOtherError(MismatchError):
    """The node's chain is not the one that the witnesses vouch for."""

    en = (
        "block {block} of this node is not the one that the witnesses signed: it is another chain, or its "
        "history was rewritten; run `shecang checkpoint watch --once`"
    )
    zh = (
        "本节点的区块 {block} 并非见证人所签的区块：属另一条链，或历史已被改写；"
        "请运行 `shecang checkpoint watch --once`"
    )


class IndexBehindError(UnavailableError):
    """The index does not reach to the block, or is of another chain."""

    en = (
        "the index has {found} documents of site {site} and the chain {expected}; run `shecang index rebuild`"
    )
    zh = "索引中储备点 {site} 有 {found} 份单据，链上有 {expected} 份；请运行 `shecang index rebuild`"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an export takes what it writes.

    Attributes:
        chain: The chain.
        deployment: Where the contracts are.
        reader: The index, read up to the block or beyond it.
        records: Names, None where none are to be written.
    """

    chain: Chain
    deployment: Deployment
    reader: IndexReader
    records: RecordStore | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        site: The site.
        block: The block, at or below the checkpoint.
        item: The item to which balances are narrowed, 0 for none.
        classes: Classes of proof; `site` is in every file.
    """

    site: int
    block: int
    item: int = 0
    classes: tuple[str, ...] = CLASSES


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: documents, names, nodes of proofs, and the lines of each."""

    documents: int
    entries: int
    names: int
    nodes: int


def export_evidence(
    file: BinaryIO,
    source: Source,
    trust: Trust,
    request: Request,
    statements: Sequence[Statement],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Exported:
    """Write an evidence file.

    Args:
        file: To be written.
        source: Where everything comes from.
        trust: The trust file for which it is written.
        request: What is asked for.
        statements: k or more, ascending by witness, about one block at or above that of the request.
        progress: Told how many of all documents were written.

    Raises:
        SiteUnknownError: There is no such site then.
        BlockPrunedError: The node keeps no state of the block.
        IndexBehindError: The index has not all documents.
        HeaderHashError: The node's headers cannot be checked.
        CheckpointOtherError: The node's chain is not the one that the statements are about.
    """
    headers = _headers(source.chain, request.block, statements[0].number)
    if headers[-1].hash != statements[0].block_hash:
        raise CheckpointOtherError(block=statements[0].number)
    prover = Prover(source.chain, trust, request.block, statements[0].number)
    count = prover.journal(request.site) & _MASK_64
    if not count and not prover.is_registered(request.site):
        raise SiteUnknownError(site=request.site, block=request.block)
    manifest = Manifest(
        chain_id=trust.chain_id,
        genesis_hash=trust.genesis_hash,
        contracts={name: contract.address for name, contract in trust.contracts.items()},
        site=request.site,
        item=request.item,
        block=request.block,
        documents=count,
        classes=tuple(sorted(request.classes)),
    )
    write = _Writer(file)
    write(manifest.to_line())
    for header in headers:
        write({"type": "header", "rlp": header.raw.hex()})
    for statement in statements:
        write({"type": "statement", **statement.to_dict()})

    card, named = SiteCard(request.site), Named()
    for document in _documents(source.reader, request.site, count):
        write(document_line(document))
        named.add(document, card.documents + 1, card.add(document))
        progress(card.documents, count)
    registers = Registers(NormsOfSite(request.site))
    entries = _entries(source, request, named, registers)
    for entry in entries:
        write(entry.to_line())
    subjects = demanded_subjects(manifest, card, named, registers)
    names = _names(source, prover, subjects, named)
    for name in names:
        write(name.to_line())
    nodes = prover.nodes(replace(subjects, names=names))
    for node in nodes:
        write({"type": "node", "rlp": node.hex()})
    return Exported(count, len(entries), len(names), len(nodes))


class _Writer:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __call__(self, line: Mapping[str, Any]) -> None:
        self._file.write(canonical(line) + b"\n")


# ---------------------------------------------------------------------------------------------- documents


def _headers(chain: Chain, first: int, last: int) -> list[Header]:
    """Return the headers of blocks `first` to `last`, each hashed anew."""
    headers = []
    for start in range(first, last + 1, _HEADERS):
        numbers = range(start, min(start + _HEADERS, last + 1))
        answers = chain.node.batch([("eth_getBlockByNumber", (hex(number), False)) for number in numbers])
        for number, answer in zip(numbers, answers, strict=True):
            if answer is None:
                raise BlockUnknownError(block=number)
            headers.append(Header.from_node(answer))
    return headers


def _documents(reader: IndexReader, site: int, count: int) -> Iterator[DocumentRecorded]:
    found = 0
    while found < count:
        page = reader.history(site, after=found, limit=min(_PAGE, count - found))
        if not page:
            raise IndexBehindError(site=site, found=found, expected=count)
        found += len(page)
        yield from map(as_recorded, page)


def as_recorded(document: RecordedDocument) -> DocumentRecorded:
    """Return the document as its event told it, but for what evidence leaves out."""
    return DocumentRecorded(
        place=LogPlace(0, 0, b"", b""),
        key=document.key,
        kind=Kind(document.kind),
        from_=document.from_,
        to=document.to,
        occurred_at=Timestamp(document.occurred_at, document.is_day_only),
        reference=document.reference,
        reason=document.reason,
        qualification=document.qualification,
        deadline=document.deadline,
        lines=document.lines,
        recorded_at=document.recorded_at,
        verdict=document.verdict,
        body=document.body,
        sender=SignedBy(document.sender, document.sender_grant, document.sender_position),
        other=_signer(document.other, document.other_grant, document.other_position),
        approver=_signer(document.approver, document.approver_grant, document.approver_position),
        from_journal=0,
        to_journal=0,
    )


def _signer(address: Address, grant: bytes, position: int) -> SignedBy | None:
    return SignedBy(address, grant, position) if any(address_to_bytes(address)) else None


# ---------------------------------------------------------------------------------------------- journals


def _entries(source: Source, request: Request, named: Named, registers: Registers) -> list[EntryLine]:
    """Return the journals of whom the documents name, and those in Norms, as they stand in a file.

    Which issuers there are follows from the journals of suppliers, so that those come first.
    """
    entries: list[EntryLine] = []
    if "suppliers" in request.classes and named.suppliers:
        logs = _logs(source, REGISTRY, request.block)
        suppliers = {number.to_bytes(20, "big") for number in named.suppliers}
        entries += _journals(logs, "suppliers", suppliers, registers)
        issuers = {number.to_bytes(20, "big") for number in registers.issuers_of(named.receipts)}
        entries += _journals(logs, "issuers", issuers, registers)
    if "grants" in request.classes:
        holders = {address_to_bytes(holder) for holder in named.holders}
        entries += _journals(_logs(source, DIRECTORY, request.block), "holders", holders, registers)
    if "norms" in request.classes:
        places = {number.to_bytes(20, "big") for number in places_of(request.site)}
        entries += _journals(_logs(source, NORMS, request.block), "norms", places, registers)
    return entries


def _logs(source: Source, contract: str, last: int) -> list[Log]:
    first = source.deployment.first_block
    ranges = source.chain.logs([source.deployment.addresses[contract]], first, last)
    return [log for logs in ranges for log in logs]


def _journals(
    logs: Iterable[Log], register: str, subjects: set[bytes], registers: Registers
) -> list[EntryLine]:
    entries = [
        EntryLine(register, subject, log.topics, log.data)
        for log in logs
        for subject in subjects_of(register, decode_event(log))
        if subject in subjects
    ]
    entries.sort(key=lambda entry: entry.subject)  # each journal in its own order
    for entry in entries:
        registers.add(entry)
    return entries


# ---------------------------------------------------------------------------------------------- names


def _names(source: Source, prover: Prover, subjects: Subjects, named: Named) -> list[NameLine]:
    """Return the names of what a file names, as far as the records hold them and the chain their digests."""
    if source.records is None:
        return []
    items = prover.proven(subjects).items
    ids: dict[RecordKind, Iterable[int]] = {
        "site": [subjects.site],
        "consignee": named.consignees,
        "supplier": subjects.suppliers,
        "issuer": subjects.issuers,
        "item": items,
    }
    held = [_name(source.records, kind, number) for kind in ids for number in sorted(ids[kind])]
    names = sorted(
        [name for name in held if name is not None and _is_readable(name)], key=lambda name: name.order
    )
    proven = prover.proven(replace(subjects, names=names)).names
    return [name for name in names if proven[name.register, name.id] == name.digest]


def _name(records: RecordStore, kind: RecordKind, number: int) -> NameLine | None:
    try:
        record = records.get(RecordId(kind, number))
    except RecordDamagedError:
        return None
    return NameLine(kind, number, record.name.zh, record.name.en, record.salt) if record else None


def _is_readable(name: NameLine) -> bool:
    """Whether a verifier takes the line: one odd name, of brackets alone, must not spoil the file."""
    line = name.to_line()
    try:
        parse_canonical(canonical(line), "")
        NameLine.from_line({member: value for member, value in line.items() if member != "type"})
    except (NotCanonicalError, FormError):
        return False
    return True
