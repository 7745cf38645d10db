"""Export and verification of whole files: what is proved, what is refused, and how it is called."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from played_ledger import KEEPER, MASKS, OTHER_SITE, RICE, SITE
from proved import WITNESSES, Proved, changed, numbers_of, statements_about, verified, witness, wrong

from ledger_client.canonical import canonical
from ledger_client.documents import Kind
from ledger_client.errors import ShecangError
from ledger_client.evidence._lines import (
    LINE_LIMIT,
    EvidenceTooLargeError,
    NotEvidenceError,
)
from ledger_client.evidence.export import SiteUnknownError
from ledger_client.evidence.report import AnswerState, Question
from ledger_client.evidence.verification import verify_evidence
from ledger_client.keccak import keccak
from ledger_client.trust import Accepted, Head, Trust

_QUANTITY = (1 << 63) - 1
FLIPS = 10_000  # in slow runs; ordinary ones try a fifth


class TestProved:
    @pytest.mark.parametrize("site", [SITE, OTHER_SITE])
    def test_everything_of_a_site(self, proved: Proved, site: int) -> None:
        report = verified(proved.export(site), proved.trust)

        states = {answer.question: answer.state for answer in report.answers}
        assert states.pop(Question.NAMES) is AnswerState.UNKNOWN
        assert set(states.values()) == {AnswerState.PROVED}
        assert report.exit_code == 0

    @pytest.mark.parametrize("site", [SITE, OTHER_SITE])
    def test_the_card_is_the_index_s(self, proved: Proved, site: int) -> None:
        report = verified(proved.export(site), proved.trust, keep_rows=True)

        assert report.card is not None
        entries = proved.reader.stock_card(site, limit=1_000)
        moved = [
            (entry.sequence, movement.lot, movement.delta, movement.quantity, movement.is_held_here)
            for entry in entries
            for movement in entry.movements
        ]
        rows = [
            (row.sequence, int.from_bytes(row.lot, "big"), row.change, row.quantity, row.is_held_here)
            for row in report.card.rows
            if row.lot
        ]
        assert rows == moved
        assert report.card.documents == len(entries)

    def test_every_kind_of_document_is_in_it(self, proved: Proved, evidence: bytes) -> None:
        report = verified(evidence, proved.trust, keep_rows=True)

        assert report.card is not None
        kinds = {row.document.kind for row in report.card.rows}
        assert kinds == set(Kind) - {Kind.CONTEST, Kind.RETURN, Kind.RECALL, Kind.LIFT}

    def test_an_earlier_block_with_the_headers_to_the_checkpoint(self, proved: Proved) -> None:
        block = proved.checkpoint.number - 3
        raw = proved.export(block=block)

        assert len(numbers_of(raw, "header")) == 4
        report = verified(raw, proved.trust)
        assert (report.exit_code, report.block) == (0, block)
        assert report.time == proved.header(block).time

    def test_every_block_since_the_site_was_registered(self, proved: Proved) -> None:
        blocks = [entry.document.block for entry in proved.reader.stock_card(SITE, limit=1_000)]
        counts = set()
        for block in range(proved.played.deployment.block + 1, proved.checkpoint.number + 1):
            try:
                raw = proved.export(block=block)
            except SiteUnknownError:
                continue
            # With every block a checkpoint, many of them were left unsigned: the headers lead over them.
            assert wrong(verified(raw, replace(proved.trust, spacing=1))) == []
            count = len(numbers_of(raw, "document"))
            assert count == sum(each <= block for each in blocks)
            counts.add(count)
        assert {0, len(blocks)} <= counts

    def test_narrowed_to_an_item(self, proved: Proved, evidence: bytes) -> None:
        raw = proved.export(item=MASKS)
        report = verified(raw, proved.trust)

        assert report.exit_code == 0
        assert len(numbers_of(raw, "document")) == len(numbers_of(evidence, "document"))
        assert len(numbers_of(raw, "node")) < len(numbers_of(evidence, "node"))
        assert set(report.items.values()) > {MASKS}
        balances = report.answer(Question.BALANCES)
        assert f"item {MASKS}" in balances.en and str(MASKS) in balances.zh

    @pytest.mark.parametrize(
        ("classes", "question", "exit_code"),
        [(("site", "grants"), Question.VERDICTS, 0), (("site", "suppliers"), Question.GRANTS, 3)],
    )
    def test_a_class_that_is_left_out_is_unknown(
        self, proved: Proved, classes: tuple[str, ...], question: Question, exit_code: int
    ) -> None:
        report = verified(proved.export(classes=classes), proved.trust)

        assert report.answer(question).state is AnswerState.UNKNOWN
        assert report.exit_code == exit_code

    def test_compressed(self, proved: Proved, evidence: bytes) -> None:
        assert verified(gzip.compress(evidence), proved.trust).exit_code == 0

    def test_any_two_of_three_witnesses(self, proved: Proved, evidence: bytes) -> None:
        for number in numbers_of(evidence, "statement"):
            lines = evidence.splitlines(keepends=True)
            del lines[number]
            assert verified(b"".join(lines), proved.trust).exit_code == 0

    def test_the_checkpoint_is_returned_to_be_remembered(self, proved: Proved, evidence: bytes) -> None:
        _, head = verify_evidence(io.BytesIO(evidence), "x", Accepted(proved.trust))
        assert head == Head(proved.checkpoint.number, proved.checkpoint.hash)

    def test_a_site_that_is_not_there(self, proved: Proved) -> None:
        with pytest.raises(SiteUnknownError):
            proved.export(SITE + 1)


class TestThreat7WhoeverHandsItOutLies:
    """Each lie is called by its name: which question it contradicts."""

    def test_a_document_altered(self, proved: Proved, evidence: bytes) -> None:
        for number in numbers_of(evidence, "document"):
            altered = changed(evidence, number, lambda line: line.update(body=keccak(b"x").hex()))
            assert wrong(verified(altered, proved.trust)) == [Question.JOURNAL]

    def test_a_document_left_out(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        numbers = numbers_of(evidence, "document")
        for number in numbers:
            report = verified(b"".join(lines[:number] + lines[number + 1 :]), proved.trust)
            assert wrong(report) == [Question.JOURNAL]

    def test_the_tail_dropped(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        last = numbers_of(evidence, "document")[-1]
        rest = b"".join(lines[: last - 2] + lines[last + 1 :])
        count = json.loads(lines[0])["documents"] - 3
        report = verified(changed(rest, 0, lambda line: line.update(documents=count)), proved.trust)

        assert wrong(report) == [Question.JOURNAL]
        assert f"{count} documents" in report.answer(Question.JOURNAL).en

    def test_two_documents_exchanged(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        numbers = numbers_of(evidence, "document")
        for one, two in pairwise(numbers):
            swapped = list(lines)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            assert wrong(verified(b"".join(swapped), proved.trust)) == [Question.JOURNAL]

    def test_a_document_twice(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        number = numbers_of(evidence, "document")[3]
        report = verified(b"".join(lines[:number] + lines[number - 1 :]), proved.trust)
        assert wrong(report) == [Question.JOURNAL]

    def test_documents_of_the_other_site(self, proved: Proved, evidence: bytes) -> None:
        other = str(OTHER_SITE)
        report = verified(changed(evidence, 0, lambda line: line.update(site=other)), proved.trust)
        assert wrong(report) == [Question.JOURNAL]

    def test_another_chain(self, proved: Proved, evidence: bytes) -> None:
        other = replace(proved.trust, chain_id=7)
        assert wrong(verified(evidence, other)) == [Question.CHAIN]
        other = replace(proved.trust, genesis_hash=keccak(b"other"))
        assert wrong(verified(evidence, other)) == [Question.CHAIN]

    def test_another_chain_behind_the_right_words(self, proved: Proved, evidence: bytes) -> None:
        """A file that claims to be of the trusted chain, and whose witnesses signed another one."""
        other = replace(proved.trust, chain_id=7)
        claimed = changed(evidence, 0, lambda line: line.update(chain_id=7))
        assert wrong(verified(claimed, other)) == [Question.HEADER]

    def test_an_older_head(self, proved: Proved, evidence: bytes) -> None:
        known = Accepted(proved.trust, Head(proved.checkpoint.number + 4, keccak(b"later")))
        report = verified(evidence, known)

        assert wrong(report) == [Question.HEADER]
        assert "--older" in report.answer(Question.HEADER).en
        assert verified(evidence, known, allow_older=True).exit_code == 0

    def test_another_block_at_the_height_that_is_known(self, proved: Proved, evidence: bytes) -> None:
        known = Accepted(proved.trust, Head(proved.checkpoint.number, keccak(b"other")))
        report = verified(evidence, known, allow_older=True)

        assert wrong(report) == [Question.HEADER]
        assert "two histories" in report.answer(Question.HEADER).en

    def test_the_state_of_another_block(self, proved: Proved, evidence: bytes) -> None:
        """All of an earlier file but its header and statements: nothing fits the newer state root."""
        count = len(numbers_of(evidence, "document"))
        block = proved.checkpoint.number
        while len(numbers_of(earlier := proved.export(block=block), "document")) == count:
            block -= 1
        body = earlier.splitlines(keepends=True)[numbers_of(earlier, "document")[0] :]
        head = evidence.splitlines(keepends=True)[: numbers_of(evidence, "document")[0]]
        assert wrong(verified(b"".join(head + body), proved.trust)) == [Question.PROOFS]

    def test_a_proof_for_another_key(self, proved: Proved, evidence: bytes) -> None:
        """The proofs of the other site under the documents of this one."""
        other = proved.export(OTHER_SITE)
        nodes = other.splitlines(keepends=True)[numbers_of(other, "node")[0] :]
        rest = evidence.splitlines(keepends=True)[: numbers_of(evidence, "node")[0]]
        assert wrong(verified(b"".join(rest + nodes), proved.trust)) == [Question.PROOFS]

    def test_other_code(self, proved: Proved, evidence: bytes) -> None:
        contracts = dict(proved.trust.contracts)
        contracts["Directory"] = replace(contracts["Directory"], code_hash=keccak(b"other code"))
        report = verified(evidence, replace(proved.trust, contracts=contracts))

        assert wrong(report) == [Question.PROOFS]
        assert "Directory" in report.answer(Question.PROOFS).en

    def test_an_entry_of_a_journal_left_out(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        found = set()
        for number in numbers_of(evidence, "entry"):
            report = verified(b"".join(lines[:number] + lines[number + 1 :]), proved.trust)
            assert report.exit_code == 1
            found |= set(wrong(report))
        assert found >= {Question.VERDICTS, Question.GRANTS}

    def test_a_node_too_many(self, proved: Proved, evidence: bytes) -> None:
        last = evidence.splitlines(keepends=True)[-1]
        report = verified(evidence + last, proved.trust)
        assert wrong(report) == [Question.PROOFS]
        assert "a node that nothing needs" in report.answer(Question.PROOFS).en

    def test_a_line_behind_the_end(self, proved: Proved, evidence: bytes) -> None:
        report = verified(evidence + canonical({"type": "end"}) + b"\n", proved.trust)
        assert "goes on" in report.answer(Question.PROOFS).en

    def test_fewer_witnesses_than_needed(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        first, second, _ = numbers_of(evidence, "statement")
        del lines[first : second + 1]
        assert wrong(verified(b"".join(lines), proved.trust)) == [Question.HEADER]

    def test_one_invalid_signature_beside_enough_valid_ones(self, proved: Proved, evidence: bytes) -> None:
        number = numbers_of(evidence, "statement")[2]
        other = keccak(b"other").hex() + "00" * 32
        report = verified(changed(evidence, number, lambda line: line.update(signature=other)), proved.trust)

        assert wrong(report) == [Question.HEADER]
        assert WITNESSES[2].address in report.answer(Question.HEADER).en

    def test_somebody_who_is_no_witness(self, proved: Proved, evidence: bytes) -> None:
        stranger = statements_about(proved.trust, proved.checkpoint, [witness(7)])[0]
        number = numbers_of(evidence, "statement")[2]
        report = verified(
            changed(evidence, number, lambda line: line.update(stranger.to_dict())), proved.trust
        )
        assert report.exit_code == 1

    def test_headers_that_do_not_follow(self, proved: Proved) -> None:
        raw = proved.export(block=proved.checkpoint.number - 3)
        lines = raw.splitlines(keepends=True)
        second = numbers_of(raw, "header")[1]
        assert wrong(verified(b"".join(lines[:second] + lines[second + 1 :]), proved.trust)) == [
            Question.HEADER
        ]


class TestThreat2AGrantThatDidNotAct:
    def test_a_signer_whose_grant_is_of_another_role(self, proved: Proved, evidence: bytes) -> None:
        """A witnessed state cannot hold such a document; what is tested is that the verifier would see it."""
        keeper = KEEPER.address.lower()[2:]
        number = next(
            number
            for number in numbers_of(evidence, "document")
            if json.loads(evidence.splitlines()[number])["sender"][0] != keeper
        )

        def sign_as_keeper(line: dict[str, object]) -> None:
            line["sender"] = [keeper, line["sender"][1], line["sender"][2]]  # type: ignore[index]

        assert verified(changed(evidence, number, sign_as_keeper), proved.trust).exit_code == 1


def flipped(raw: bytes, chosen: random.Random, flips: int) -> Iterator[tuple[int, bytes]]:
    """Give copies with one byte changed: half anywhere, half in a line anywhere, long or short."""
    ends = [place for place, byte in enumerate(raw) if byte == ord("\n")]
    starts = [0, *(end + 1 for end in ends[:-1])]
    for turn in range(flips):
        line = chosen.randrange(len(ends))
        first, last = (0, len(raw) - 1) if turn % 2 else (starts[line], ends[line])
        place = chosen.randint(first, last)
        copy = bytearray(raw)
        copy[place] ^= chosen.randint(1, 255) if turn % 4 < 2 else 1 << chosen.randrange(8)
        yield place, bytes(copy)


class TestChanged:
    @pytest.mark.parametrize(
        ("seed", "flips"), [(2020, FLIPS // 5), pytest.param(2022, FLIPS, marks=pytest.mark.slow)]
    )
    def test_any_byte_of_the_text(self, proved: Proved, full: bytes, seed: int, flips: int) -> None:
        """Of a file with everything in it: all classes of proof, receipts, grants of five, names, headers."""
        print(f"seed {seed}, {flips} flips in {len(full)} bytes")
        assert verified(full, proved.trust).exit_code == 0
        first = full.index(b"\n")
        answered: set[Question] = set()
        for place, copy in flipped(full, random.Random(seed), flips):
            try:
                report = verified(copy, proved.trust)
            except NotEvidenceError:
                assert place <= first, (seed, place)  # the first line says what the file is
                continue
            assert report.exit_code == 1, (seed, place)
            answered |= set(wrong(report))
        assert answered >= set(Question) - {Question.BALANCES}

    def test_any_byte_of_the_compressed_file(self, proved: Proved, full: bytes) -> None:
        raw = gzip.compress(full, mtime=0)
        good = verified(raw, proved.trust).to_dict()
        chosen = random.Random(2021)
        same = 0
        for _ in range(FLIPS // 10):
            place, bit = chosen.randrange(len(raw)), chosen.randrange(8)
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            try:
                report = verified(bytes(flipped), proved.trust)
            except ShecangError:
                continue
            if report.exit_code == 0:
                same += 1
                assert report.to_dict() == good
        assert same < 20  # the bytes of the head that say nothing about the content

    def test_cut_anywhere(self, proved: Proved, evidence: bytes) -> None:
        for length in range(1, len(evidence), 251):
            try:
                assert verified(evidence[:length], proved.trust).exit_code == 1
            except NotEvidenceError:
                assert length < evidence.index(b"\n") + 1
            except ShecangError as error:
                assert error.exit_code == 1


class TestNotEvidence:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\n",
            b"PK\x03\x04 a workbook",
            b"\xef\xbb\xbf{}\n",
            b'{"type":"evidence","version":1}\n',
            b'{"type":"evidence","version":true}\n',
            b'{"type":"of something else"}\n',
            b'{"type":["evidence"]}\n',
            b"[" * 1_000_000 + b"\n",
            b'{"type":' * 100_000 + b"\n",
            b'{"type":' * 100_000 + b"{}" + b"}" * 100_000 + b"\n",
            b'"\\ud800"\n',
            ("{" + '"x":' + "9" * 10_000 + "}\n").encode(),
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_is_said_to_be_none(self, proved: Proved, raw: bytes) -> None:
        with pytest.raises(NotEvidenceError) as raised:
            verified(raw, proved.trust)
        assert raised.value.exit_code == 3

    def test_a_line_over_the_limit(self, proved: Proved, evidence: bytes) -> None:
        with pytest.raises(EvidenceTooLargeError):
            verified(evidence + b"x" * (LINE_LIMIT + 1) + b"\n", proved.trust)

    def test_threat_20_a_zip_bomb_is_read_no_further_than_a_line(
        self, proved: Proved, evidence: bytes
    ) -> None:
        bomb = gzip.compress(evidence + bytes(1 << 28))
        with pytest.raises(EvidenceTooLargeError):
            verified(bomb, proved.trust)

    def test_deep_nesting_in_the_middle(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        number = numbers_of(evidence, "document")[0]
        lines[number] = b"[" * 1_000_000 + b"]" * 1_000_000 + b"\n"
        report = verified(b"".join(lines), proved.trust)
        assert report.exit_code == 1 and "too deep" in report.answer(Question.HEADER).en + str(
            [answer.en for answer in report.answers]
        )


def test_no_item_of_the_site(proved: Proved) -> None:
    """Balances narrowed to an item that the site never had are none, and that is proved."""
    report = verified(proved.export(OTHER_SITE, item=RICE + 999), proved.trust)
    assert report.exit_code == 0
    assert "names a lot of item" in report.answer(Question.BALANCES).en


def test_another_operator_s_trust_file(proved: Proved, evidence: bytes) -> None:
    strangers = [witness(number).address for number in (10, 11, 12)]
    other = Trust.of(proved.played.deployment, strangers, threshold=2, spacing=4, final_depth=0)
    assert wrong(verified(evidence, other)) == [Question.HEADER]
