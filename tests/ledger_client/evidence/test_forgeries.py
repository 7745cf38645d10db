"""Whoever can write any file: each forgery ends in a sentence and exit code 1 or 3, never in 0 or a crash."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import rlp
from played_ledger import KEEPER, MASKS, OTHER_SITE, RICE, SITE, SUPPLYING
from proved import WITNESSES, Proved, changed, numbers_of, statements_about, verified, witness, wrong
from rich.console import Console

from ledger_client.addresses import address_to_bytes
from ledger_client.canonical import canonical
from ledger_client.checkpoints import Statement
from ledger_client.errors import ShecangError
from ledger_client.evidence import _lines
from ledger_client.evidence._lines import EvidenceTooLargeError, NotEvidenceError
from ledger_client.evidence.page import answers_table, page
from ledger_client.evidence.report import QUALIFIED, Question, Report
from ledger_client.headers import Header
from ledger_client.trust import Accepted, Head

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def code(raw: bytes, proved: Proved, **options: Any) -> int:
    """Return the exit code of a verification, and see that it ended with a sentence in each language."""
    try:
        report = verified(raw, proved.trust, **options)
    except ShecangError as error:
        assert error.text("en") and error.text("zh") and error.exit_code in (1, 3)
        return error.exit_code
    for answer in report.answers:
        assert answer.en and answer.zh and "{" not in answer.en + answer.zh
        # Chinese sentences hold no English ones.
        assert not set(answer.zh.split()) & {"the", "of", "is", "not", "than"}, answer.zh
    return report.exit_code


def lines_of(raw: bytes) -> list[bytes]:
    return raw.splitlines(keepends=True)


def dropped(raw: bytes, numbers: list[int]) -> bytes:
    return b"".join(line for number, line in enumerate(lines_of(raw)) if number not in numbers)


def said(raw: bytes, proved: Proved, question: Question, accepted: Accepted | None = None) -> str:
    """Return the sentence of the only question that the file contradicts."""
    report = verified(raw, accepted or proved.trust)
    assert wrong(report) == [question], [answer.en for answer in report.answers]
    return report.answer(question).en


class TestEveryLine:
    def test_all_there_is_to_forge(self, proved: Proved, full: bytes) -> None:
        assert code(full, proved) == 0
        report = verified(full, proved.trust)
        assert len(report.verdicts) == 2 and len(report.names) == 6
        registers = {json.loads(line)["register"] for line in lines_of(full) if b'"type":"entry"' in line}
        assert registers == {"suppliers", "issuers", "holders", "norms"}
        assert len(numbers_of(full, "header")) == 4

    def test_left_out(self, proved: Proved, full: bytes) -> None:
        may_be_missing = numbers_of(full, "statement")  # two of three are enough
        for number in range(len(lines_of(full))):
            found = code(dropped(full, [number]), proved)
            assert found == 0 if number in may_be_missing else found in (1, 3), number

    def test_twice(self, proved: Proved, full: bytes) -> None:
        lines = lines_of(full)
        for number in range(len(lines)):
            assert code(b"".join(lines[: number + 1] + lines[number:]), proved) == 1, number

    def test_exchanged_with_the_next(self, proved: Proved, full: bytes) -> None:
        lines = lines_of(full)
        for one, two in pairwise(range(len(lines))):
            swapped = list(lines)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            assert code(b"".join(swapped), proved) == 1, one

    def test_moved_to_the_end_and_to_the_front(self, proved: Proved, full: bytes) -> None:
        lines = lines_of(full)
        for number, line in enumerate(lines[:-1]):
            rest = lines[:number] + lines[number + 1 :]
            assert code(b"".join([*rest, line]), proved) == 1, number
            if number:
                assert code(b"".join([line, *rest]), proved) == 1, number


HOSTILE: list[Any] = [
    *(None, True, False, -1, 0, 1, 2**53 - 1, 2**53, 10**400, 1.5, 1e300, float("nan")),
    *("", "0", "00" * 20, "00" * 32, "FF" * 32, "0x" + "0" * 62, " " * 64, "é" * 64, "９" * 64, "x\u202e"),
    *([], {}, [[]], [None], [1, 2, 3], ["", "", 0], {"a": 1}, ["site"], [["site"]]),
    *(["00" * 20, "00" * 32, 1], ["11" * 20, "00" * 32, 2**53], ["11" * 20, "00" * 32, True]),
]


class TestEveryMember:
    """Each member of each kind of line becomes each of many values, and the line is written canonically."""

    @staticmethod
    def kinds(raw: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        seen = set()
        for number, line in enumerate(lines_of(raw)):
            value = json.loads(line)
            kind = (value["type"], value.get("register"), value.get("kind"))
            if kind not in seen:
                seen.add(kind)
                yield number, value

    def test_becomes_anything(self, proved: Proved, full: bytes) -> None:
        tried = 0
        for number, line in self.kinds(full):
            for member, before in line.items():
                for value in HOSTILE:
                    if type(value) is type(before) and value == before:
                        continue
                    tried += 1
                    raw = changed(full, number, lambda line, m=member, v=value: line.update({m: v}))  # type: ignore[misc]
                    assert code(raw, proved) in (1, 3), (number, member, value)
        assert tried > 5_000

    def test_is_left_out_or_another_added(self, proved: Proved, full: bytes) -> None:
        for number, line in self.kinds(full):
            for member in line:
                assert code(changed(full, number, lambda line, m=member: line.pop(m)), proved) in (1, 3)  # type: ignore[misc]
            assert code(changed(full, number, lambda line: line.update(more=None)), proved) == 1

    def test_stands_twice(self, proved: Proved, full: bytes) -> None:
        for number, line in self.kinds(full):
            member = next(iter(line))
            lines = lines_of(full)
            twice = canonical({member: line[member]})[1:-1] + b","
            lines[number] = b"{" + twice + lines[number][1:]
            assert code(b"".join(lines), proved) == 1


class TestText:
    """Other bytes that mean the same are another file."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda raw: b"\xef\xbb\xbf" + raw,
            lambda raw: raw.replace(b"\n", b"\r\n"),
            lambda raw: raw.replace(b"\n", b"\n\n", 5),
            lambda raw: raw.replace(b"\n", b" \n"),
            lambda raw: raw + b"\n",
            lambda raw: raw + b"{}\n",
            lambda raw: raw + b"\0",
            lambda raw: raw[:-1],
            lambda raw: raw.replace(b'"reason":0', b'"reason":0.0'),
            lambda raw: raw.replace(b'"reason":0', b'"reason":-0'),
            lambda raw: raw.replace(b'"reason":0', b'"reason": 0'),
            lambda raw: raw.replace(b'"version":2', b'"version":2.0'),
            lambda raw: raw.replace(b'"version":2', b'"version":true'),
            lambda raw: raw.replace(b'"version":2', b'"version":2e0'),
            lambda raw: raw.replace(b'"kind":', b'"k\\u0069nd":'),
            lambda raw: raw.replace("储".encode(), b"\\u50a8"),
            lambda raw: raw.replace("储".encode(), b"\\ud800"),
            lambda raw: raw.replace("储".encode(), b"\\ud83d\\ude00"),
            lambda raw: raw.replace("储".encode(), b"\xed\xa0\x80"),
            lambda raw: raw.replace(b'"salt":', b'"Salt":'),
            lambda raw: raw.decode().encode("utf-16"),
            lambda raw: raw.upper(),
            lambda raw: raw.replace(b"a", b"A", 1),
        ],
    )
    def test_is_refused(self, proved: Proved, full: bytes, change: Callable[[bytes], bytes]) -> None:
        assert change(full) != full
        assert code(change(full), proved) in (1, 3)

    def test_depth(self, proved: Proved, full: bytes) -> None:
        for number in (0, *(numbers_of(full, kind)[0] for kind in ("header", "document", "name", "node"))):
            lines = lines_of(full)
            lines[number] = lines[number][:-2] + b',"zz":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}\n"
            assert code(b"".join(lines), proved) == 1
            lines[number] = lines[number].replace(b"[" * 1_000_000, b"[" * 2_000)
            lines[number] = lines[number].replace(b"]" * 1_000_000, b"]" * 2_000)
            assert code(b"".join(lines), proved) == 1


class TestGzip:
    @pytest.mark.parametrize(
        "change",
        [
            lambda packed: packed + b"\0",
            lambda packed: packed + packed,
            lambda packed: packed + gzip.compress(b""),
            lambda packed: packed[:-1],
            lambda packed: packed[:-8],
            lambda packed: packed[:10],
            lambda packed: packed[:2],
            lambda packed: packed[:-4] + bytes(4),
            lambda packed: packed[:-8] + bytes(4) + packed[-4:],
            lambda packed: gzip.compress(packed),
        ],
    )
    def test_is_refused(self, proved: Proved, full: bytes, change: Callable[[bytes], bytes]) -> None:
        assert code(change(gzip.compress(full)), proved) in (1, 3)

    def test_threat_20_a_bomb_of_lines_that_are_well_formed(
        self, proved: Proved, full: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Documents are kept until the proofs come; ten thousand times the same hold may stand in a file."""
        monkeypatch.setattr(_lines, "EXPANSION_FLOOR", 1 << 20)
        lines = lines_of(full)
        hold = next(line for line in lines if b'"kind":4,' in line)
        bomb = gzip.compress(b"".join([*lines[: numbers_of(full, "entry")[0]], hold * 60_000]))
        with pytest.raises(EvidenceTooLargeError) as raised:
            verified(bomb, proved.trust)
        assert raised.value.exit_code == 3
        assert raised.value.limit < 100 * len(bomb) + (1 << 20)


class TestClasses:
    """What is left out is unknown, and what stands in a file is proved."""

    @pytest.mark.parametrize("left_out", ["suppliers", "grants"])
    def test_journals_of_a_class_that_the_file_does_not_claim(
        self, proved: Proved, evidence: bytes, left_out: str
    ) -> None:
        """Proofs of a file without the class, and the journals, as forged as one likes, all the same."""
        classes = tuple(each for each in ("grants", "site", "suppliers") if each != left_out)
        without = lines_of(proved.export(classes=classes))
        entries = [line for line in lines_of(evidence) if b'"type":"entry"' in line]
        at = next(number for number, line in enumerate(without) if b'"type":"node"' in line)
        kept = [line for line in without[:at] if b'"type":"entry"' not in line]
        sentence = said(b"".join([*kept, *entries, *without[at:]]), proved, Question.PROOFS)
        assert "was added" in sentence

    @pytest.mark.parametrize("left_out", ["suppliers", "grants"])
    def test_a_class_taken_out_of_the_claim_alone(
        self, proved: Proved, evidence: bytes, left_out: str
    ) -> None:
        raw = changed(evidence, 0, lambda line: line["classes"].remove(left_out))
        assert code(raw, proved) == 1

    def test_a_verdict_is_not_shown_where_the_suppliers_are_left_out(self, proved: Proved) -> None:
        report = verified(proved.export(classes=("site", "grants")), proved.trust)
        shown = {each.sequence: each for each in report.verdicts}
        qualified, donated = (shown[each] for each in sorted(shown))
        assert qualified.is_as_recorded is None and qualified.now == 0
        assert donated.is_as_recorded is True

    def test_a_journal_of_somebody_who_signed_nothing(self, proved: Proved, evidence: bytes) -> None:
        entries = numbers_of(evidence, "entry")
        lines = lines_of(evidence)
        issuing = json.loads(lines[entries[-1]])
        strange = {**issuing, "subject": "ff" * 20}
        lines.insert(entries[-1] + 1, canonical(strange) + b"\n")
        assert code(b"".join(lines), proved) == 1

    @pytest.mark.parametrize("register", ["suppliers", "issuers", "holders", "norms"])
    def test_a_whole_journal_left_out(self, proved: Proved, evidence: bytes, register: str) -> None:
        """Its proof stays, or goes with it."""
        subjects: dict[str, list[int]] = {}
        for number in numbers_of(evidence, "entry"):
            entry = json.loads(lines_of(evidence)[number])
            if entry["register"] == register:
                subjects.setdefault(entry["subject"], []).append(number)
        for numbers in subjects.values():
            assert code(dropped(evidence, numbers), proved) == 1

    @pytest.mark.parametrize("kind", [2, 3])
    def test_an_entry_forged_so_that_no_verdict_follows(
        self, proved: Proved, evidence: bytes, kind: int
    ) -> None:
        """A history that begins with a suspension or a revocation has no interval to judge by."""
        lines = lines_of(evidence)
        for number in numbers_of(evidence, "entry"):
            entry = json.loads(lines[number])
            words = [entry["data"][at : at + 64] for at in range(0, len(entry["data"]), 64)]
            for place in range(len(words)):
                for forged in (f"{kind:064x}", "00" * 32, "ff" * 32):
                    data = "".join([*words[:place], forged, *words[place + 1 :]])
                    if data == entry["data"]:
                        continue
                    raw = changed(evidence, number, lambda line, d=data: line.update(data=d))  # type: ignore[misc]
                    report = verified(raw, proved.trust)
                    assert report.exit_code == 1
                    if entry["register"] == "norms":
                        assert report.norms is None
                    else:
                        assert entry["register"] == "holders" or report.verdicts == []


class TestSites:
    def test_documents_of_another_site(self, proved: Proved, evidence: bytes) -> None:
        other = proved.export(OTHER_SITE)
        body = lines_of(other)[numbers_of(other, "document")[0] :]
        head = lines_of(evidence)[: numbers_of(evidence, "document")[0]]
        assert said(b"".join(head + body), proved, Question.JOURNAL)

    def test_a_site_that_is_not_registered(self, proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
        """An empty journal with a proof says nothing, where there is no site."""
        from ledger_client.evidence import export

        monkeypatch.setattr(export.Prover, "is_registered", lambda _self, _site: True)
        raw = proved.export(SITE + 1)
        assert "there is no site" in said(raw, proved, Question.JOURNAL)

    def test_no_documents_of_a_site_that_is(self, proved: Proved) -> None:
        first = next(
            block
            for block in range(proved.checkpoint.number)
            if block > proved.played.deployment.block and _is_registered(proved, block)
        )
        report = verified(proved.export(block=first), proved.trust)
        assert report.exit_code == 0
        assert "nothing at all" in report.answer(Question.JOURNAL).en

    def test_before_there_was_a_ledger(self, proved: Proved, evidence: bytes) -> None:
        """The state of block 0, with the proof that there is no account."""
        answer = proved.chain.node.request(
            "eth_getProof", proved.trust.contracts["Directory"].address, [], "0x0"
        )
        vouching = proved.header(proved.trust.spacing)
        parts = [
            {**json.loads(lines_of(evidence)[0]), "block": 0, "documents": 0},
            *({"type": "header", "rlp": proved.header(number).raw.hex()} for number in range(5)),
            *({"type": "statement", **each.to_dict()} for each in statements_about(proved.trust, vouching)),
            *({"type": "node", "rlp": node[2:]} for node in answer["accountProof"]),
        ]
        raw = b"".join(canonical(part) + b"\n" for part in parts)
        assert "not deployed" in said(raw, proved, Question.PROOFS)

    def test_a_lot_left_out_of_the_balances(self, proved: Proved, evidence: bytes) -> None:
        """Which balances are proved follows from the documents; narrowing to an item says so."""
        narrowed = proved.export(item=MASKS)
        nodes = lines_of(narrowed)[numbers_of(narrowed, "node")[0] :]
        rest = lines_of(evidence)[: numbers_of(evidence, "node")[0]]
        assert code(b"".join(rest + nodes), proved) == 1
        report = verified(narrowed, proved.trust)
        assert "and no other" in report.answer(Question.BALANCES).en
        for item in (str(RICE), None):
            assert code(changed(narrowed, 0, lambda line, i=item: line.update(item=i)), proved) == 1  # type: ignore[misc]


def _is_registered(proved: Proved, block: int) -> bool:
    with suppress(ShecangError):
        proved.export(block=block)
        return True
    return False


class TestWitnesses:
    @pytest.fixture
    def forge(self, proved: Proved, evidence: bytes) -> Callable[..., bytes]:
        def forged(*statements: Statement) -> bytes:
            lines = lines_of(evidence)
            numbers = numbers_of(evidence, "statement")
            said = [canonical({"type": "statement", **each.to_dict()}) + b"\n" for each in statements]
            return b"".join([*lines[: numbers[0]], *said, *lines[numbers[-1] + 1 :]])

        assert verified(forged(*statements_about(proved.trust, proved.checkpoint)), proved.trust)
        return forged

    def test_one_witness_twice(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        one = statements_about(proved.trust, proved.checkpoint)[0]
        assert "twice" in said(forge(one, one), proved, Question.HEADER)

    def test_one_witness_who_signs_twice(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        one = statements_about(proved.trust, proved.checkpoint)[0]
        later = replace(one, previous_number=4, previous_hash=proved.header(4).hash)
        again = later.signed(proved.trust, WITNESSES[0])
        assert "twice" in said(forge(one, again), proved, Question.HEADER)

    def test_nobody_at_all_is_no_checkpoint(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        report = verified(forge(), proved.trust)
        assert report.exit_code == 3 and wrong(report) == []
        assert "no checkpoint" in report.answer(Question.HEADER).en
        assert {answer.state.value for answer in report.answers[1:]} == {"unknown"}

    def test_one_of_two(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        one = statements_about(proved.trust, proved.checkpoint)[0]
        assert "only 1 of the 2" in said(forge(one), proved, Question.HEADER)

    def test_the_other_value_of_s(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        one, two, _ = statements_about(proved.trust, proved.checkpoint)
        vs = int.from_bytes(one.signature[32:], "big")
        other = (ORDER - (vs & (1 << 255) - 1)) | ((vs >> 255) ^ 1) << 255
        malleable = replace(one, signature=one.signature[:32] + (other % (1 << 256)).to_bytes(32, "big"))
        assert "did not sign" in said(forge(malleable, two), proved, Question.HEADER)

    @pytest.mark.parametrize(
        "signature", [bytes(64), b"\xff" * 64, bytes(32) + b"\x01" * 32, ORDER.to_bytes(32, "big") * 2]
    )
    def test_numbers_that_are_no_signature(
        self, proved: Proved, forge: Callable[..., bytes], signature: bytes
    ) -> None:
        one, two, three = statements_about(proved.trust, proved.checkpoint)
        raw = forge(one, two, replace(three, signature=signature))
        assert "did not sign" in said(raw, proved, Question.HEADER)

    def test_a_stranger_beside_enough_witnesses(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        who = sorted([*WITNESSES[:2], witness(7)], key=lambda each: address_to_bytes(each.address))
        raw = forge(*statements_about(proved.trust, proved.checkpoint, who))
        assert "names no such witness" in said(raw, proved, Question.HEADER)

    def test_for_another_chain(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        elsewhere = replace(proved.trust, chain_id=7)
        raw = forge(*statements_about(elsewhere, proved.checkpoint))
        assert "did not sign" in said(raw, proved, Question.HEADER)

    def test_for_another_genesis(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        elsewhere = replace(proved.trust, genesis_hash=bytes(32))
        raw = forge(*statements_about(elsewhere, proved.checkpoint))
        assert "did not sign" in said(raw, proved, Question.HEADER)

    def test_about_an_earlier_checkpoint(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        raw = forge(*statements_about(proved.trust, proved.header(proved.checkpoint.number - 4)))
        assert "about another block" in said(raw, proved, Question.HEADER)

    def test_another_state_root(self, proved: Proved, forge: Callable[..., bytes]) -> None:
        other = replace(proved.checkpoint, state_root=bytes(32))
        assert "another state root" in said(
            forge(*statements_about(proved.trust, other)), proved, Question.HEADER
        )


class TestHeaders:
    """The state root of a block is the one in a header that the witnesses' hash reaches."""

    def forged(self, proved: Proved, change: Callable[[list[bytes]], object]) -> bytes:
        raw = proved.export(block=proved.checkpoint.number - 3)
        fields = list(rlp.decode(proved.header(proved.checkpoint.number - 3).raw))  # type: ignore[attr-defined, no-untyped-call]
        change(fields)
        header = rlp.encode(fields)  # type: ignore[attr-defined, no-untyped-call]
        return changed(raw, numbers_of(raw, "header")[0], lambda line: line.update(rlp=header.hex()))

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda fields: fields.__setitem__(3, bytes(32)), "does not follow"),
            (lambda fields: fields.__setitem__(11, b"\x01"), "does not follow"),
            (lambda fields: fields.__setitem__(8, b"\x01"), "does not follow"),
            (lambda fields: fields.__setitem__(8, b"\0" + fields[8]), "begins with zeros"),
            (lambda fields: fields.__setitem__(11, b"\xff" * 8), "no clock"),
            (lambda fields: fields.append(b"\x01"), "does not follow"),
            (lambda fields: fields.extend([b""] * 9), "not a list of fields"),
            (lambda fields: fields.pop(), "not a list of fields"),
            (lambda fields: fields.__setitem__(12, [b"x"]), "a field is a list"),
        ],
    )
    def test_changed(self, proved: Proved, change: Callable[[list[bytes]], object], sentence: str) -> None:
        assert sentence in said(self.forged(proved, change), proved, Question.HEADER)

    def test_lists_in_lists(self, proved: Proved, evidence: bytes) -> None:
        for deep in (b"\xc1" * 4_000, nested(4_000)):
            raw = changed(
                evidence,
                numbers_of(evidence, "header")[0],
                lambda line, d=deep: line.update(rlp=d.hex()),  # type: ignore[misc]
            )
            assert "malformed" in said(raw, proved, Question.HEADER)

    def test_bytes_behind_the_list(self, proved: Proved, evidence: bytes) -> None:
        raw = changed(
            evidence, numbers_of(evidence, "header")[0], lambda line: line.update(rlp=line["rlp"] + "00")
        )
        assert "not RLP" in said(raw, proved, Question.HEADER)

    def test_one_missing_between(self, proved: Proved, full: bytes) -> None:
        for number in numbers_of(full, "header")[:-1]:
            assert "does not follow" in said(dropped(full, [number]), proved, Question.HEADER)

    def test_the_last_one_missing(self, proved: Proved, full: bytes) -> None:
        raw = dropped(full, numbers_of(full, "header")[-1:])
        assert "in the place of a header" in said(raw, proved, Question.HEADER)

    def test_one_more_behind_the_checkpoint(self, proved: Proved, evidence: bytes) -> None:
        proved.chain.seal_up_to(proved.checkpoint.number + 1)
        lines = lines_of(evidence)
        beyond = {"type": "header", "rlp": proved.header(proved.checkpoint.number + 1).raw.hex()}
        lines.insert(numbers_of(evidence, "header")[-1] + 1, canonical(beyond) + b"\n")
        assert said(b"".join(lines), proved, Question.HEADER)

    def test_over_a_checkpoint_that_nobody_signed(self, proved: Proved) -> None:
        """Witnesses may have missed heights: the headers lead on to the next one that they signed."""
        raw = proved.export(block=proved.checkpoint.number - 7)
        assert len(numbers_of(raw, "header")) == 8 > proved.trust.spacing
        report = verified(raw, proved.trust)
        assert report.exit_code == 0
        assert "7 headers on" in report.answer(Question.HEADER).en

    def test_an_older_head_below_one_that_is_known_by_its_hash(self, proved: Proved, full: bytes) -> None:
        """The known block lies among the headers, and is another one."""
        known = Accepted(proved.trust, Head(proved.checkpoint.number - 2, bytes(32)))
        assert "two histories" in said(full, proved, Question.HEADER, known)


def nested(size: int) -> bytes:
    """Return RLP of lists in lists, of at most so many bytes."""
    inner = b"\xc0"
    while len(inner) < size - 4:
        length = len(inner)
        digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
        inner = (bytes([0xC0 + length]) if length < 56 else bytes([0xF7 + len(digits)]) + digits) + inner
    return inner


class TestPrinted:
    """What a forger wrote does not leave the printer as a stock card."""

    @staticmethod
    def printed(report: Report) -> str:
        text = io.StringIO()
        Console(file=text, width=150).print(page(report, 28_800))
        return text.getvalue()

    def test_a_time_beyond_every_clock(self, proved: Proved, evidence: bytes) -> None:
        for number in numbers_of(evidence, "document"):
            for member in ("recorded_at", "occurred_at"):
                raw = changed(evidence, number, lambda line, m=member: line.update({m: 2**53 - 1}))  # type: ignore[misc]
                report = verified(raw, proved.trust, keep_rows=True)
                assert "no stock card" in self.printed(report)

    def test_no_card_that_is_not_proved(self, proved: Proved, evidence: bytes) -> None:
        raw = changed(
            evidence, numbers_of(evidence, "document")[-1], lambda line: line.update(body="11" * 32)
        )
        text = self.printed(verified(raw, proved.trust, keep_rows=True))
        assert "no stock card" in text and "Movements" not in text

    def test_no_card_of_documents_that_are_not_proved_in_a_report(
        self, proved: Proved, evidence: bytes
    ) -> None:
        number = numbers_of(evidence, "document")[-1]
        report = verified(changed(evidence, number, lambda line: line.update(body="11" * 32)), proved.trust)
        assert report.card is None

    def test_no_card_beside_something_else_that_is_wrong(self, proved: Proved, full: bytes) -> None:
        raw = changed(full, numbers_of(full, "name")[0], lambda line: line.update(en="another store"))
        report = verified(raw, proved.trust, keep_rows=True)
        assert wrong(report) == [Question.NAMES] and report.card is not None
        assert "no stock card" in self.printed(report)

    def test_every_receipt_that_is_not_good_beside_the_answers(self, proved: Proved) -> None:
        report = verified(proved.export(classes=("site", "grants")), proved.trust)
        text = io.StringIO()
        Console(file=text, width=150).print(answers_table(report))
        assert len(report.verdicts) == 2
        for each in report.verdicts:
            is_good = each.then in QUALIFIED and each.now in QUALIFIED
            assert (f"{each.document:062x}"[:12] in text.getvalue()) is not is_good
            assert report.to_dict()["verdicts"][report.verdicts.index(each)]["now"] in (
                "unknown",
                "not_needed",
            )

    def test_no_site_that_was_not_read(self, proved: Proved, evidence: bytes) -> None:
        report = verified(changed(evidence, 0, lambda line: line.update(chain_id=7)), proved.trust)
        assert "site 0" not in self.printed(report)
        assert (report.to_dict()["block"], report.to_dict()["time"]) == (None, None)

    def test_a_card_that_is_proved(self, proved: Proved, full: bytes) -> None:
        text = self.printed(verified(full, proved.trust, keep_rows=True))
        assert "Movements" in text and "Qualifications of receipts" in text


def test_a_grant_of_another_holder(proved: Proved, evidence: bytes) -> None:
    """A document that names another signer with that signer's true grant."""
    supplying = SUPPLYING.address.lower()[2:]
    for number in numbers_of(evidence, "document"):
        line = json.loads(lines_of(evidence)[number])
        if line["sender"][0] == KEEPER.address.lower()[2:]:
            raw = changed(evidence, number, lambda line: line.update(sender=[supplying, *line["sender"][1:]]))
            assert code(raw, proved) == 1


def test_a_manifest_that_was_moved_says_so(proved: Proved, evidence: bytes) -> None:
    lines = lines_of(evidence)
    raw = b"".join([lines[1], lines[0], *lines[2:]])
    assert "in the place of the manifest" in said(raw, proved, Question.CHAIN)


def test_another_file_is_no_evidence(proved: Proved) -> None:
    with pytest.raises(NotEvidenceError):
        verified(canonical({"type": "statement of accounts"}) + b"\n", proved.trust)


def test_headers_are_read_one_by_one(proved: Proved) -> None:
    assert Header.from_rlp(proved.checkpoint.raw) == proved.checkpoint
