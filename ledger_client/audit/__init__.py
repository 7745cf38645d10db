"""The three-way audit: replayed from events, read from the index, read from contract storage, at one block.

Where they differ, the report names the first document after which they do. Nothing is ever repaired::

    report = audit(engine, source, first_block=deployment.first_block, offset=deployment.offset)
    report.agreed        # whether all three ways say the same
    report.findings      # worst first; what the documents themselves show is among them
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from ledger_client.audit._closing import with_closings
from ledger_client.audit._compare import JOURNALS, Divergence, compare_index, compare_storage, missing_tail
from ledger_client.audit._replay import AuditSource, Replay, replay
from ledger_client.audit._rules import findings_of
from ledger_client.audit.findings import Finding, FindingKind, Severity, owner_of
from ledger_client.audit.summary import FindingGroup, grouped
from ledger_client.databases import reading
from ledger_client.documents import CHINA_OFFSET
from ledger_client.emergencies import documents_in_emergency, spells_of
from ledger_client.errors import MismatchError, UnavailableError
from ledger_client.fold.state import MemoryMap
from ledger_client.index.reads import position_in
from ledger_client.index.source import BlockStamp


class AuditBlockReplacedError(UnavailableError):
    """The block at which the index stands is not on the chain."""

    en = "block {block} of the index is not on the chain now; run `shecang index follow`, then audit again"
    zh = "索引所在的区块 {block} 已不在链上；请先运行 `shecang index follow` 再审计"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        at: The block up to which it says anything.
        documents: How many documents there are.
        in_emergency: Keys of those that were recorded in an emergency (`ledger_client.emergencies`).
        sites: How many sites hold or held anything, or recorded anything.
        lots: How many lots were created.
        divergences: Every place where two ways differ, in the order in which the documents stand.
        findings: In canonical order: open ones first, worst first; each divergence is one of them. What a
            document closed comes behind, with that document.
    """

    at: BlockStamp
    documents: int
    in_emergency: frozenset[int]
    sites: int
    lots: int
    divergences: tuple[Divergence, ...]
    findings: tuple[Finding, ...]

    @property
    def emergency(self) -> int:
        """How many documents were recorded in an emergency."""
        return len(self.in_emergency)

    @property
    def routine(self) -> int:
        """How many documents were recorded in no emergency."""
        return self.documents - self.emergency

    @property
    def agreed(self) -> bool:
        """Whether events, index and storage say the same, and the books add up."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that no document has closed."""
        return tuple(finding for finding in self.findings if not finding.is_closed)

    @property
    def asking(self) -> tuple[Finding, ...]:
        """The open findings that ask somebody for an answer: all but notes."""
        return tuple(finding for finding in self.open if finding.severity is not Severity.NOTE)

    @property
    def first_document(self) -> int:
        """Key of the first document after which two ways differ; 0 where none does."""
        named = [divergence.document for divergence in self.divergences if divergence.document is not None]
        return min(named, key=lambda document: document.number).key if named else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        first = self.first_document
        return {
            "block": self.at.number,
            "block_hash": f"0x{self.at.hash.hex()}",
            "block_time": self.at.time,
            "documents": self.documents,
            "routine": self.routine,
            "emergency": self.emergency,
            "sites": self.sites,
            "lots": self.lots,
            "agreed": self.agreed,
            "first_document": f"{first:062x}" if first else None,
            "findings": [
                {**finding.to_dict(), "emergency": finding.document in self.in_emergency}
                for finding in self.findings
            ],
        }


def audit(
    engine: Engine, source: AuditSource, *, first_block: int = 0, offset: int = CHINA_OFFSET
) -> AuditReport:
    """Audit a ledger at the block at which its index stands.

    Args:
        engine: The index's database.
        source: The chain.
        first_block: The block of the first contract, before which there is no event.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        IndexEmptyError: Nothing was indexed.
        AuditBlockReplacedError: The index stands on a block that was replaced.
    """
    # In one transaction, since another process may read on meanwhile: the tables stay those of this block.
    with reading(engine) as connection:
        at = position_in(connection)
        if source.block(at.number) != at:
            raise AuditBlockReplacedError(block=at.number)
        try:
            replayed = replay(source, first_block, at.number)
        except MismatchError as error:
            if source.block(at.number) != at:
                raise AuditBlockReplacedError(block=at.number) from error  # events of two chains
            return _incomplete(at, error)
        divergences = [*compare_index(connection, replayed), *compare_storage(source, replayed, at.number)]
    if source.block(at.number) != at:
        raise AuditBlockReplacedError(block=at.number)
    divergences.sort(key=_order)
    findings = [
        *(_of_divergence(each, at.time) for each in divergences),
        *with_closings(replayed, findings_of(replayed, at.time, offset)),
    ]
    return AuditReport(
        at=at,
        documents=len(replayed.documents),
        in_emergency=_in_emergency(replayed),
        sites=len(replayed.site_steps),
        lots=len(replayed.lots),
        divergences=tuple(divergences),
        findings=tuple(
            sorted((finding.due(at.time) for finding in findings), key=lambda finding: finding.order)
        ),
    )


def _in_emergency(replayed: Replay) -> frozenset[int]:
    """Return the documents that were recorded in an emergency, by the events alone."""
    entries: MemoryMap = replayed.state.norm_entries  # type: ignore[assignment]
    return documents_in_emergency(replayed.documents.values(), spells_of(entries))


def _order(divergence: Divergence) -> tuple[Any, ...]:
    number = divergence.document.number if divergence.document else 0
    return (number, divergence.where, divergence.table, divergence.key, divergence.column)


def _incomplete(at: BlockStamp, error: MismatchError) -> AuditReport:
    """Report events that cannot be the whole truth: nothing can be compared with them."""
    document = int(error.facts.get("document", "0"), 16)
    site = error.facts.get("site", 0)
    found = Finding(
        FindingKind.EVENTS_INCOMPLETE,
        site,
        0,
        document,
        owner_of(site),
        error.text("en"),
        error.text("zh"),
        at.time,
    )
    return AuditReport(at, 0, frozenset(), 0, 0, (), (found.due(at.time),))


def _of_divergence(divergence: Divergence, time: int) -> Finding:
    """Return the finding; it begins with the audit, since no block tells when something went wrong."""
    en, zh = _sentence(divergence)
    document = divergence.document.key if divergence.document else 0
    return Finding(
        FindingKind.DIVERGENCE,
        divergence.site,
        divergence.lot,
        document,
        owner_of(divergence.site),
        en,
        zh,
        time,
    )


def _sentence(divergence: Divergence) -> tuple[str, str]:
    """Return the sentence about a divergence in both languages, the most telling one that fits."""
    if tail := missing_tail(divergence):
        en, zh = JOURNALS[divergence.table]
        return (
            f"the journal of {en} {divergence.key} on chain goes on to entry {tail[1]}, "
            f"but no event tells of entries {tail[0]} to {tail[1]}",
            f"{zh} {divergence.key} 的链上账簿已到第 {tail[1]} 号，"
            f"而第 {tail[0]} 至 {tail[1]} 号没有任何事件",
        )
    place = f"{divergence.table} ({divergence.key})" + (f", {divergence.column}" if divergence.column else "")
    if divergence.expected is None:
        return (
            f"{divergence.where}: {place} is there, and no event says so",
            f"{divergence.where}：{place} 存在，而没有事件依据",
        )
    if divergence.found is None:
        return f"{divergence.where}: {place} is missing", f"{divergence.where}：缺少 {place}"
    return (
        f"{divergence.where}: {place} is {divergence.found}, the events say {divergence.expected}",
        f"{divergence.where}：{place} 为 {divergence.found}，按事件应为 {divergence.expected}",
    )


__all__ = [
    "AuditBlockReplacedError",
    "AuditReport",
    "AuditSource",
    "Divergence",
    "Finding",
    "FindingGroup",
    "FindingKind",
    "Severity",
    "audit",
    "grouped",
]
