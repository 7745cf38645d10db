"""Verification: a file and a trust file, and nothing else; no node, no server, no account.

The story, in the order of the file: what it claims to be; who vouches for the block; the documents of the
site; the journals of those whom they name; names; and one walk through the state that holds all of it
together. Each step belongs to a question: what contradicts itself there is that question's answer, and what
comes after it stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ledger_client.errors import MismatchError, ShecangError
from ledger_client.evidence import _answers
from ledger_client.evidence._forms import (
    EntryLine,
    FormError,
    Manifest,
    VersionError,
    document_of,
    only_data,
)
from ledger_client.evidence._lines import Lines
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Proven, Walk, demanded_subjects
from ledger_client.evidence.named import Named
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.norms import NormsOfSite, ToldByNorms
from ledger_client.evidence.registers import Registers
from ledger_client.evidence.report import Answer, AnswerState, Question, ReceiptVerdict, Report
from ledger_client.evidence.tries import NodeStream, State
from ledger_client.evidence.vouching import CheckpointAbsentError, Vouched, read_vouched
from ledger_client.trust import Accepted, Head

_ITEM = (1 << 64) - 1  # of a lot word
_TYPES = frozenset({"header", "statement", "document", "entry", "name", "node"})


class EvidenceOtherError(MismatchError):
    """A file is of another ledger than the trust file."""

    en = "{source} is of another ledger ({what} {found}) than the trust file ({expected})"
    zh = "{source} 属于另一账本（{what_zh} {found}），与信任文件（{expected}）不同"


class JournalUnaskedError(MismatchError):
    """A file carries a journal that nothing in it asks for, so that nothing proves it."""

    en = "the journal of {subject} is in the file, and no document asks for it: it was added"
    zh = "文件含 {subject} 的账簿，而没有单据涉及它：系另行添加"


def verify_evidence(
    file: BinaryIO,
    source: str,
    accepted: Accepted,
    *,
    allow_older: bool = False,
    keep_rows: bool = False,
    progress: Callable[[int], None] = lambda _read: None,
) -> tuple[Report, Head | None]:
    """Verify a file against an accepted trust file.

    Args:
        file: The evidence file, from its beginning.
        source: How sentences call it.
        accepted: The trust file.
        allow_older: Whether a file is wanted that ends before the newest block verified so far.
        keep_rows: Whether the report keeps every row of the stock card.
        progress: Told how many bytes have been read.

    Returns:
        The report, and the checkpoint's block to remember where all that is needed was proved.

    Raises:
        NotEvidenceError: It is no evidence file.
        EvidenceTooLargeError: It goes beyond a limit.
    """
    lines = Lines(file, source, progress)
    verification = _Verification(lines, accepted, allow_older, keep_rows)
    report = verification.run()
    return report, verification.head if report.exit_code == 0 else None


class _Verification:
    """One verification; its attributes are what the steps have found so far."""

    def __init__(self, lines: Lines, accepted: Accepted, allow_older: bool, keep_rows: bool) -> None:
        self.lines, self.source = lines, lines.source
        self.accepted, self.trust = accepted, accepted.trust
        self.allow_older, self.keep_rows = allow_older, keep_rows
        self.answers: dict[Question, Answer] = {}
        self.manifest: Manifest | None = None
        self.vouched: Vouched | None = None
        self.card: SiteCard | None = None
        self.named = Named()
        self.registers = Registers(NormsOfSite(0))
        self.norms: ToldByNorms | None = None
        self.names: list[NameLine] = []
        self.verdicts: list[ReceiptVerdict] = []
        self.proven = Proven()

    @property
    def head(self) -> Head | None:
        """The block that the witnesses vouch for."""
        return self.vouched.head if self.vouched else None

    def run(self) -> Report:
        """Go through the file, then compare."""
        steps: tuple[tuple[Question, Callable[[], None]], ...] = (
            (Question.CHAIN, self._read_manifest),
            (Question.HEADER, self._read_vouched),
            (Question.JOURNAL, self._read_documents),
            (Question.PROOFS, self._read_entries),
            (Question.NAMES, self._read_names),
            (Question.PROOFS, self._walk),
        )
        for question, step in steps:
            try:
                self._take(step)
            except _answers.AnsweredError as error:
                self._answer(error.answer)
                break
            except MismatchError as error:
                self._end(question, AnswerState.WRONG, error)
                break
            except CheckpointAbsentError as error:
                self._end(question, AnswerState.UNKNOWN, error)
                break
        return self._report()

    def _take(self, step: Callable[[], None]) -> None:
        try:
            step()
        except FormError as error:
            raise self.lines.changed(error.en, error.zh) from error

    def _answer(self, answer: Answer) -> None:
        self.answers[answer.question] = answer

    def _end(self, question: Question, state: AnswerState, error: ShecangError) -> None:
        self._answer(Answer(question, state, error.text("en"), error.text("zh")))

    def _report(self) -> Report:
        answers = [self.answers.get(question) or _answers.not_reached(question) for question in Question]
        manifest, vouched = self.manifest, self.vouched
        return Report(
            source=self.source,
            answers=tuple(answers),
            site=manifest.site if manifest else 0,
            item=manifest.item if manifest else 0,
            block=manifest.block if manifest else None,
            time=vouched.first.time if vouched else None,
            card=self.card if self._is_proved(Question.JOURNAL) else None,
            items={lot: word & _ITEM for lot, word in self.proven.lots.items()},
            verdicts=self.verdicts,
            norms=self.norms,
            names={(each.register, each.id): (each.zh, each.en) for each in self.names}
            if self._is_proved(Question.NAMES)
            else {},
        )

    def _is_proved(self, question: Question) -> bool:
        answer = self.answers.get(question)
        return answer is not None and answer.state is AnswerState.PROVED

    # -- what it claims to be

    def _read_manifest(self) -> None:
        self.lines.begin()
        line = self.lines.take("evidence")
        if line is None:
            if self.lines.coming in _TYPES:
                raise self.lines.lacking("the manifest", "文件首行")
            raise self.lines.no_evidence("its first line is no manifest", "首行不是证据清单")
        try:
            manifest = Manifest.from_line(line)
        except VersionError as error:
            raise self.lines.no_evidence(error.en, error.zh) from error
        self._require_trusted(manifest)
        self.manifest = manifest
        self._answer(_answers.chain(self.trust))

    def _require_trusted(self, manifest: Manifest) -> None:
        trust = self.trust
        pairs: list[tuple[str, str, Any, Any]] = [
            ("chain id", "链编号", manifest.chain_id, trust.chain_id),
            ("genesis", "创世区块", manifest.genesis_hash.hex(), trust.genesis_hash.hex()),
        ]
        pairs += [
            (name, name, manifest.contracts[name], contract.address)
            for name, contract in trust.contracts.items()
        ]
        for what, what_zh, found, expected in pairs:
            if found != expected:
                raise EvidenceOtherError(
                    source=self.source, what=what, what_zh=what_zh, found=found, expected=expected
                )

    # -- who vouches

    def _read_vouched(self) -> None:
        self.vouched = read_vouched(
            self.lines, self.accepted, self._manifest.block, allow_older=self.allow_older
        )
        self._answer(_answers.header(self.vouched, self.trust))

    @property
    def _manifest(self) -> Manifest:
        if self.manifest is None:
            raise RuntimeError("the manifest comes first")
        return self.manifest

    # -- what the site's documents say

    def _read_documents(self) -> None:
        card = self.card = SiteCard(self._manifest.site, self.keep_rows)
        norms = NormsOfSite(self._manifest.site)
        self.registers = Registers(norms)
        while (line := self.lines.take("document")) is not None:
            document = document_of(line)
            kind = card.add(document)
            self.named.add(document, card.documents, kind)
            norms.add_document(document, kind)

    def _read_entries(self) -> None:
        order: tuple[int, bytes] = (-1, b"")
        while (line := self.lines.take("entry")) is not None:
            entry = EntryLine.from_line(line)
            if entry.order < order:
                raise self.lines.changed("journals out of order", "账簿次序不对")
            order = entry.order
            self.registers.add(entry)

    def _read_names(self) -> None:
        order = (-1, -1)
        while (line := self.lines.take("name")) is not None:
            name = NameLine.from_line(line)
            if name.order <= order:
                raise self.lines.changed("a name twice or out of order", "名称重复或次序不对")
            order = name.order
            self.names.append(name)

    # -- the walk that holds it together

    def _walk(self) -> None:
        manifest, card, vouched = self._manifest, self.card, self.vouched
        if card is None or vouched is None:
            raise RuntimeError("headers and documents come first")
        nodes = NodeStream(self._nodes())
        walk = Walk(State(vouched.first.state_root, nodes), self.trust)
        journal = walk.journal(manifest.site)
        self._judge(
            _answers.journal(card, journal, manifest, vouched, self.trust, is_empty=walk.keeps_nothing)
        )
        self.proven = proven = walk.prove(
            demanded_subjects(manifest, card, self.named, self.registers, self.names)
        )
        if next(self._more_nodes, None) is not None:
            raise self.lines.changed("a node that nothing needs", "多余的节点")
        self.lines.finish()
        self._answer(_answers.proofs(walk.words, nodes.count))
        self._compare(manifest, card, proven, vouched)

    def _nodes(self) -> Iterator[bytes]:
        self._more_nodes = self._node_lines()
        return self._more_nodes

    def _node_lines(self) -> Iterator[bytes]:
        while (line := self.lines.take("node")) is not None:
            yield only_data(line, "rlp")

    def _judge(self, answer: Answer) -> None:
        """Note an answer; one that contradicts ends the walk, since all else follows from it."""
        if answer.state is AnswerState.WRONG:
            raise _answers.AnsweredError(answer)
        self._answer(answer)

    def _compare(self, manifest: Manifest, card: SiteCard, proven: Proven, vouched: Vouched) -> None:
        if not proven.site:
            self._judge(_answers.unregistered(manifest.site, manifest.block))
        for register, subject in self.registers.journals:
            if (register, subject) not in proven.journals:
                raise JournalUnaskedError(subject=subject.hex())
        self._answer(_answers.balances(card, proven, manifest.item))
        wrong = _answers.complete_registers(self.registers, proven)
        # What an incomplete journal would say of a receipt is nothing that anybody should read.
        if not (wrong["suppliers"] or wrong["issuers"]):
            with_suppliers = "suppliers" in manifest.classes
            self.verdicts = self.registers.judge(
                self.named.receipts, proven.items, with_suppliers=with_suppliers
            )
        self._answer(_answers.verdicts(manifest, wrong, len(self.named.receipts), self.verdicts))
        self._answer(_answers.grants(manifest, wrong, self.registers, self.named))
        if "norms" in manifest.classes and not wrong["norms"]:
            self.norms = self.registers.norms.told(vouched.first.time)
        self._answer(_answers.norms(wrong, card.documents, self.norms, self.trust))
        self._answer(_answers.names(self.names, proven))
