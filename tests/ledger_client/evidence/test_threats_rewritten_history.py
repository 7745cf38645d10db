"""Threat 9 with goods: a history in which one document is another one, on a chain that grew longer.

Signed, exported and verified first; then the node is set back, the same document issues one unit more, and
the chain goes on. The monitor fails on the old checkpoint, witnesses sign no more, and evidence of the new
history is found out by the old signatures, by the newest block verified, or by a witness who signed twice.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import played_ledger
import pytest
from played_ledger import CONSIGNEE, KEEPER, MASK, SITE
from proved import WITNESSES, Proved, named_records, statements_about, verified, wrong

from ledger_client.canonical import canonical
from ledger_client.chain import connect
from ledger_client.checkpoints import (
    AlarmKind,
    Directory,
    Statement,
    compare,
    look,
    sign_checkpoint,
)
from ledger_client.checkpoints.witness import ChainRewrittenError
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.evidence.export import CheckpointOtherError, Request, Source, export_evidence
from ledger_client.evidence.report import Question
from ledger_client.headers import Header
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.follower import Follower
from ledger_client.index.reads import IndexReader
from ledger_client.lines import Line, pack_lines
from ledger_client.trust import Accepted, Head, Trust

SPACING, DEPTH = 4, 8
OPERATOR_FRIEND, HONEST, ABSENT = WITNESSES


@dataclass
class Rewritten:
    """Two histories, and who vouched for the first.

    Attributes:
        now: The second, on the node.
        place: The statements of two witnesses about the first.
        signed: What they signed.
        head: The block of the first history that somebody has verified.
    """

    now: Proved
    place: Path
    signed: Statement
    head: Head

    def exports(self, statements: Sequence[Statement]) -> bytes:
        """Return evidence of the second history with these statements."""
        file, source = io.BytesIO(), Source(self.now.chain, self.now.played.deployment, self.now.reader)
        export_evidence(file, source, self.now.trust, Request(SITE, self.now.checkpoint.number), statements)
        return file.getvalue()


def issue(played: played_ledger.Ledger, quantity: int) -> None:
    lines = pack_lines(Kind.ISSUE, [Line(MASK.lot_id, quantity, 41)])
    played.record(Kind.ISSUE, KEEPER, played.document(from_=SITE, to=CONSIGNEE, lines=lines))


def proved_at(played: played_ledger.Ledger, trust: Trust, number: int, directory: Path) -> Proved:
    """Return the ledger as of a block, with an index of its own in a new directory."""
    directory.mkdir()
    engine, first = open_database(directory / "index.db"), played.deployment.first_block
    Follower(engine, ChainSource(played.chain, played.deployment), 0, first_block=first).follow()
    header = Header.from_node(played.chain.node.request("eth_getBlockByNumber", hex(number), False))
    return Proved(played.chain, played, IndexReader(engine), named_records(directory), trust, header)


def with_statements(evidence: bytes, statements: Sequence[Statement]) -> bytes:
    """Return an evidence file with other statements in the place of its own."""
    lines = evidence.splitlines(keepends=True)
    own = [place for place, line in enumerate(lines) if json.loads(line)["type"] == "statement"]
    put = [canonical({"type": "statement", **each.to_dict()}) + b"\n" for each in statements]
    return b"".join([*lines[: own[0]], *put, *lines[own[-1] + 1 :]])


@pytest.fixture(scope="module")
def rewritten(anvil: str, tmp_path_factory: pytest.TempPathFactory) -> Rewritten:
    """The two histories; what is said of the first is tested here."""
    directory = tmp_path_factory.mktemp("rewritten")
    chain = connect(anvil)
    played = played_ledger.set_up(chain)
    played_ledger.play(played)
    trust = Trust.of(
        played.deployment,
        [each.address for each in WITNESSES],
        threshold=2,
        spacing=SPACING,
        final_depth=DEPTH,
    )
    snapshot, clients = chain.node.request("evm_snapshot"), played.clients
    issue(played, 3)
    chain.node.request("anvil_mine", hex(DEPTH + SPACING), "0x1")
    place = Directory(directory / "statements")
    for witness in (OPERATOR_FRIEND, HONEST):
        signed = sign_checkpoint(chain, trust, witness, place, is_first=True).statement
    before = proved_at(played, trust, signed.number, directory / "before")
    assert verified(before.export(), trust).exit_code == 0
    assert look(chain, Accepted(trust), [place]).alarms == ()

    chain.node.request("evm_revert", snapshot)
    played.clients = clients
    issue(played, 4)
    chain.node.request("anvil_mine", hex(3 * (DEPTH + SPACING)), "0x1")
    now = proved_at(played, trust, signed.number, directory / "now")
    return Rewritten(now, place.path, signed, Head(signed.number, signed.block_hash))


def test_the_monitor_fails_on_the_old_checkpoint(rewritten: Rewritten) -> None:
    seen = look(rewritten.now.chain, Accepted(rewritten.now.trust), [Directory(rewritten.place)])
    (alarm,) = seen.alarms
    assert (alarm.kind, alarm.number) == (AlarmKind.HISTORY_REWRITTEN, rewritten.signed.number)
    assert alarm.found == rewritten.now.checkpoint.hash != alarm.expected == rewritten.signed.block_hash
    assert seen.height is not None and seen.height > rewritten.signed.number + 2 * (DEPTH + SPACING)


def test_no_honest_witness_signs_it_or_is_accused(rewritten: Rewritten) -> None:
    place = Directory(rewritten.place)
    for witness in (OPERATOR_FRIEND, HONEST):
        with pytest.raises(ChainRewrittenError):
            sign_checkpoint(rewritten.now.chain, rewritten.now.trust, witness, place)
    assert compare(rewritten.now.trust, [place]).forks == ()


def test_the_old_signatures_do_not_fit_the_new_history(rewritten: Rewritten) -> None:
    newest = compare(rewritten.now.trust, [Directory(rewritten.place)]).newest
    assert newest is not None
    trust, header = rewritten.now.trust, rewritten.now.checkpoint
    with pytest.raises(CheckpointOtherError):
        rewritten.exports(newest.statements)
    # Whoever forges a file does not ask the exporter.
    new = rewritten.exports(statements_about(trust, header, [OPERATOR_FRIEND, ABSENT]))
    report = verified(with_statements(new, newest.statements), trust)
    assert wrong(report) == [Question.HEADER]
    assert "it is about another block" in report.answer(Question.HEADER).en


def test_one_witness_who_signs_it_is_too_few_and_convicts_itself(
    rewritten: Rewritten, tmp_path: Path
) -> None:
    trust, header = rewritten.now.trust, rewritten.now.checkpoint
    report = verified(rewritten.exports(statements_about(trust, header, [OPERATOR_FRIEND])), trust)
    assert wrong(report) == [Question.HEADER]
    assert "only 1 of the 2 witnesses" in report.answer(Question.HEADER).en
    Directory(tmp_path).append(statements_about(trust, header, [OPERATOR_FRIEND]))
    found = compare(trust, [Directory(rewritten.place), Directory(tmp_path)])
    assert {fork.accused for fork in found.forks if fork.accused} == {OPERATOR_FRIEND.address}


def test_two_who_sign_it_are_found_out_by_whoever_verified_before(
    rewritten: Rewritten, tmp_path: Path
) -> None:
    """The operator has enough witnesses on its side: one of them signed both histories, and is convicted."""
    trust, header = rewritten.now.trust, rewritten.now.checkpoint
    statements = statements_about(trust, header, [OPERATOR_FRIEND, ABSENT])
    raw = rewritten.exports(statements)
    assert verified(raw, trust).exit_code == 0  # to somebody who never saw the first history
    report = verified(raw, Accepted(trust, rewritten.head))
    assert wrong(report) == [Question.HEADER]
    assert "there are two histories" in report.answer(Question.HEADER).en
    for statement in statements:
        Directory(tmp_path).append([statement])
    found = compare(trust, [Directory(rewritten.place), Directory(tmp_path)])
    assert {fork.accused for fork in found.forks} == {OPERATOR_FRIEND.address, None}
