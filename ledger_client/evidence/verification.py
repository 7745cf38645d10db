"""Verification: a file and a trust file, and nothing else; no node, no server, no account.

The story, in the order of the file: what it claims to be; who vouches for the block; the documents of the
site; the journals of those whom they name; names; and one walk through the state that holds all of it
together. Each step belongs to a question: what contradicts itself there is that question's answer, and what
comes after it stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ledger_client.checkpoints.statement import Statement, StatementFormError
from ledger_client.errors import MismatchError
from ledger_client.evidence import _answers
from ledger_client.evidence._forms import EntryLine, FormError, Manifest, document_of, only_data
from ledger_client.evidence._lines import Lines, NotEvidenceError
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Proven, Walk, demanded_subjects
from ledger_client.evidence.named import Named
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.registers import Registers
from ledger_client.evidence.report import Answer, AnswerState, Question, ReceiptVerdict, Report
from ledger_client.evidence.tries import NodeStream, State
from ledger_client.headers import Header
from ledger_client.trust import Accepted, Head

_ITEM = (1 << 64) - 1  # of a lot word


class EvidenceOtherError(MismatchError):
    """A file is of another ledger than the trust file."""

    en = "{source} is of another ledger ({what} {found}) than the trust file ({expected})"
    zh = "{source} 属于另一账本（{what_zh} {found}），与信任文件（{expected}）不同"


class HeaderChainError(MismatchError):
    """Headers do not lead from the block of the file to the checkpoint."""

    en = "header {number} of {source} does not follow upon the one before; the file was changed"
    zh = "{source} 中第 {number} 号区块头与前一个不相连；文件已被改动"


class StatementWrongError(MismatchError):
    """A witness's statement is not signed by a witness, or is about another block."""

    en = "the statement of witness {witness} in {source} is not valid ({reason}); one such fails the file"
    zh = "{source} 中见证人 {witness} 的声明无效（{reason_zh}）；只要有一份无效，整个文件即不可信"


class TooFewWitnessesError(MismatchError):
    """Fewer witnesses vouch for a block than the trust file demands."""

    en = "{found} witnesses vouch for block {block} of {source}, and {needed} are needed"
    zh = "{source} 的区块 {block} 仅有 {found} 名见证人作证，需 {needed} 名"


class HeadOlderError(MismatchError):
    """A file ends at an older block than somebody has verified already."""

    en = (
        "{source} is vouched for up to block {found}, and block {known} was verified before: it leaves out "
        "what came since; ask for a newer one, or say --older if an earlier state is what you want"
    )
    zh = (
        "{source} 的作证仅至区块 {found}，而此前已验证至区块 {known}：其后的内容未包含；"
        "请索取较新的文件，若确需较早状态请加 --older"
    )


class HeadOtherError(MismatchError):
    """A file shows another block at a height that was verified before."""

    en = (
        "block {number} of {source} is {found}…, and {known}… was verified before: there are two histories, "
        "and both are vouched for; keep both files and tell the witnesses"
    )
    zh = (
        "{source} 的区块 {number} 为 {found}…，而此前验证的是 {known}…：存在两份历史且均有人作证；"
        "请保留两份文件并通知见证人"
    )


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
    verification = _Verification(file, source, accepted, allow_older, keep_rows, progress)
    report = verification.run()
    return report, verification.head if report.exit_code == 0 else None


class _Verification:
    """One verification; its attributes are what the steps have found so far."""

    def __init__(
        self,
        file: BinaryIO,
        source: str,
        accepted: Accepted,
        allow_older: bool,
        keep_rows: bool,
        progress: Callable[[int], None],
    ) -> None:
        self.lines = Lines(file, source, progress)
        self.source, self.trust, self.known = source, accepted.trust, accepted.head
        self.allow_older, self.keep_rows = allow_older, keep_rows
        self.answers: dict[Question, Answer] = {}
        self.manifest: Manifest | None = None
        self.headers: list[Header] = []
        self.statements: list[Statement] = []
        self.card: SiteCard | None = None
        self.named = Named()
        self.registers = Registers()
        self.names: list[NameLine] = []
        self.verdicts: list[ReceiptVerdict] = []
        self.proven = Proven()

    @property
    def head(self) -> Head:
        """The block that the witnesses vouch for."""
        return Head(self.headers[-1].number, self.headers[-1].hash)

    def run(self) -> Report:
        """Go through the file, then compare."""
        steps: tuple[tuple[Question, Callable[[], None]], ...] = (
            (Question.CHAIN, self._read_manifest),
            (Question.HEADER, self._read_headers),
            (Question.JOURNAL, self._read_documents),
            (Question.PROOFS, self._read_entries),
            (Question.NAMES, self._read_names),
            (Question.PROOFS, self._walk),
        )
        for question, step in steps:
            try:
                self._take(step)
            except MismatchError as error:
                question = getattr(error, "question", question)
                self.answers[question] = Answer(
                    question, AnswerState.WRONG, error.text("en"), error.text("zh")
                )
                break
        return self._report()

    def _take(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (FormError, StatementFormError) as error:
            raise self.lines.changed(str(error)) from error

    def _report(self) -> Report:
        answers = [self.answers.get(question) or _answers.not_reached(question) for question in Question]
        manifest = self.manifest
        return Report(
            source=self.source,
            answers=tuple(answers),
            site=manifest.site if manifest else 0,
            item=manifest.item if manifest else 0,
            block=manifest.block if manifest else 0,
            time=self.headers[0].time if self._is_proved(Question.HEADER) else 0,
            card=self.card,
            items={lot: word & _ITEM for lot, word in self.proven.lots.items()},
            verdicts=self.verdicts,
            names={(each.register, each.id): (each.zh, each.en) for each in self.names}
            if self._is_proved(Question.NAMES)
            else {},
        )

    def _is_proved(self, question: Question) -> bool:
        answer = self.answers.get(question)
        return answer is not None and answer.state is AnswerState.PROVED

    # -- what it claims to be

    def _read_manifest(self) -> None:
        line = self.lines.take("evidence")
        if line is None:
            raise NotEvidenceError(source=self.source, reason="the first line is no manifest")
        try:
            manifest = Manifest.from_line(line)
        except FormError as error:
            raise NotEvidenceError(source=self.source, reason=str(error)) from error
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
        self.manifest = manifest
        self.answers[Question.CHAIN] = _answers.chain(trust)

    # -- who vouches

    def _read_headers(self) -> None:
        manifest = self._manifest
        while len(self.headers) < self.trust.spacing:
            line = self.lines.take("header")
            if line is None:
                break
            self._add_header(Header.from_rlp(only_data(line, "rlp")), manifest.block)
        if not self.headers or self.headers[-1].number % self.trust.spacing:
            raise self.lines.lacking("a header", "区块头")
        self._read_statements()
        self._require_newest()
        self.answers[Question.HEADER] = _answers.header(self.headers, self.statements, self.trust)

    @property
    def _manifest(self) -> Manifest:
        if self.manifest is None:
            raise RuntimeError("the manifest comes first")
        return self.manifest

    def _add_header(self, header: Header, first: int) -> None:
        follows = header.number == first + len(self.headers)
        if self.headers and header.parent != self.headers[-1].hash:
            follows = False
        # Headers behind the checkpoint would be vouched for by nobody.
        if self.headers and self.headers[-1].number % self.trust.spacing == 0:
            follows = False
        if not follows:
            raise HeaderChainError(source=self.source, number=first + len(self.headers))
        self.headers.append(header)

    def _read_statements(self) -> None:
        head, order = self.headers[-1], b""
        while (line := self.lines.take("statement")) is not None:
            statement = Statement.from_dict(line)
            raw = bytes.fromhex(line["witness"])
            if raw <= order:
                raise self.lines.changed("witnesses out of order")
            order = raw
            self._require_about(statement, head)
            self.statements.append(statement)
        if len(self.statements) < self.trust.threshold:
            if not self.lines.goes_on:
                raise self.lines.lacking("a statement", "见证声明")
            raise TooFewWitnessesError(
                source=self.source,
                block=head.number,
                found=len(self.statements),
                needed=self.trust.threshold,
            )

    def _require_about(self, statement: Statement, head: Header) -> None:
        reason, reason_zh = "", ""
        if (statement.number, statement.block_hash) != (head.number, head.hash):
            reason, reason_zh = "it is about another block", "所指为另一区块"
        elif statement.state_root != head.state_root:
            reason, reason_zh = "it names another state root", "所载状态根不同"
        elif not statement.is_valid(self.trust):
            reason, reason_zh = "no witness of the trust file signed it", "并非信任文件中的见证人所签"
        if reason:
            raise StatementWrongError(
                source=self.source, witness=statement.witness, reason=reason, reason_zh=reason_zh
            )

    def _require_newest(self) -> None:
        known, head = self.known, self.headers[-1]
        if known is None:
            return
        for header in self.headers:
            if header.number == known.number and header.hash != known.hash:
                raise HeadOtherError(
                    source=self.source,
                    number=header.number,
                    found=header.hash.hex()[:8],
                    known=known.hash.hex()[:8],
                )
        if head.number < known.number and not self.allow_older:
            raise HeadOlderError(source=self.source, found=head.number, known=known.number)

    # -- what the site's documents say

    def _read_documents(self) -> None:
        card = self.card = SiteCard(self._manifest.site, self.keep_rows)
        while (line := self.lines.take("document")) is not None:
            document = document_of(line)
            kind = card.add(document)
            self.named.add(document, card.documents, kind)

    def _read_entries(self) -> None:
        order: tuple[int, bytes] = (-1, b"")
        while (line := self.lines.take("entry")) is not None:
            entry = EntryLine.from_line(line)
            if entry.order < order:
                raise self.lines.changed("journals out of order")
            order = entry.order
            self.registers.add(entry)

    def _read_names(self) -> None:
        order = (-1, -1)
        while (line := self.lines.take("name")) is not None:
            name = NameLine.from_line(line)
            if name.order <= order:
                raise self.lines.changed("names out of order")
            order = name.order
            self.names.append(name)

    # -- the walk that holds it together

    def _walk(self) -> None:
        manifest, card = self._manifest, self.card
        if card is None:
            raise RuntimeError("the documents come first")
        nodes = NodeStream(self._nodes())
        walk = Walk(State(self.headers[0].state_root, nodes), self.trust)
        journal = walk.journal(manifest.site)
        self._judge(_answers.journal(card, journal, manifest, self.headers[0]))
        self.proven = proven = walk.prove(
            demanded_subjects(manifest, card, self.named, self.registers, self.names)
        )
        if next(self._more_nodes, None) is not None:
            raise self.lines.changed("a node that nothing needs")
        self.lines.finish()
        self.answers[Question.PROOFS] = _answers.proofs(walk.words, nodes.count)
        self._compare(manifest, card, proven)

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
        self.answers[answer.question] = answer

    def _compare(self, manifest: Manifest, card: SiteCard, proven: Proven) -> None:
        if not proven.site:
            self.answers[Question.JOURNAL] = _answers.unregistered(manifest.site, manifest.block)
        self.answers[Question.BALANCES] = _answers.balances(card, proven, manifest.item)
        complete = _answers.complete_registers(self.registers, proven)
        self.verdicts = self.registers.judge(self.named.receipts, proven.items)
        self.answers[Question.VERDICTS] = _answers.verdicts(manifest, complete, self.verdicts)
        self.answers[Question.GRANTS] = _answers.grants(manifest, complete, self.registers, self.named)
        self.answers[Question.NAMES] = _answers.names(self.names, proven)
