"""Threats 7, 25 and 26 where evidence is exported: a server that lies to the office. Each lie is named.

The office has a node that lies, and does what its commands do: it verifies the contracts, lets the index
follow, and exports. Whoever gets the file verifies it. The first sentence on that way counts; where a lie is
about something that is proved in another way, the file is the honest one byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lying import (
    Altered,
    DroppedRange,
    DroppedTail,
    LeftOut,
    Lie,
    OlderHead,
    OtherChain,
    Repeated,
    Swapped,
    Which,
    WrongCode,
    WrongProof,
    WrongWord,
    is_of,
    lying_chain,
    swapped_words,
)
from played_ledger import DISTRICT, ISSUER, KEEPER, SITE, SUPPLIER
from proved import Proved, statements_about, verified, wrong

from ledger_client import events
from ledger_client.chain import BlockUnknownError
from ledger_client.contracts import (
    CONTRACTS,
    ChainOtherError,
    ContractMissingError,
    ContractSwappedError,
    verify_deployment,
)
from ledger_client.databases import open_database
from ledger_client.errors import ShecangError
from ledger_client.events import FIXED_FORMS
from ledger_client.evidence.export import (
    IndexBehindError,
    Request,
    SiteUnknownError,
    Source,
    export_evidence,
)
from ledger_client.evidence.report import Question
from ledger_client.evidence.tries import ProofNodeError
from ledger_client.fold import DocumentsSwappedError, JournalGapError, JournalMismatchError
from ledger_client.fold.records import RecordedDocument
from ledger_client.headers import HeaderHashError
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.follower import Follower
from ledger_client.index.reads import IndexReader
from ledger_client.keccak import keccak
from ledger_client.slots import balance_key, mapping_slot, slot_of

_TOPICS = {form.event: f"0x{topic.hex()}" for topic, form in FIXED_FORMS.items()}
Proof = dict[str, Any]


@dataclass
class LiedTo:
    """An office whose node lies."""

    proved: Proved
    path: Path

    def exports(self, *lies: Lie) -> bytes:
        """Return the evidence file that it makes, with an index of its own over the same node."""
        chain, deployment = lying_chain(self.proved.chain, *lies), self.proved.played.deployment
        verify_deployment(chain, deployment)
        engine = open_database(self.path / "index.db")
        Follower(engine, ChainSource(chain, deployment), 0, first_block=deployment.first_block).follow()
        return self.written(Source(chain, deployment, IndexReader(engine)))

    def exports_only(self, *lies: Lie) -> bytes:
        """Return the file that it makes when its index is from better days."""
        chain = lying_chain(self.proved.chain, *lies)
        return self.written(Source(chain, self.proved.played.deployment, self.proved.reader))

    def written(self, source: Source) -> bytes:
        file, checkpoint = io.BytesIO(), self.proved.checkpoint
        statements = statements_about(self.proved.trust, checkpoint)
        export_evidence(file, source, self.proved.trust, Request(SITE, checkpoint.number), statements)
        return file.getvalue()

    def refuses(self, error: type[ShecangError], *lies: Lie, only: bool = False) -> str:
        """Return the sentence with which it makes no file."""
        with pytest.raises(error) as caught:
            (self.exports_only if only else self.exports)(*lies)
        assert caught.value.exit_code and caught.value.text("zh")
        return caught.value.text("en")

    def is_found_out(self, question: Question, *lies: Lie) -> str:
        """Return what whoever verifies is told about the file that it makes: this alone is wrong."""
        report = verified(self.exports_only(*lies), self.proved.trust)
        assert (wrong(report), report.exit_code) == ([question], 1)
        answer = report.answer(question)
        assert answer.zh
        return answer.en


@pytest.fixture
def office(proved: Proved, tmp_path: Path) -> LiedTo:
    return LiedTo(proved, tmp_path)


@pytest.fixture
def documents(proved: Proved) -> list[RecordedDocument]:
    """The documents of the site, in the order of its journal."""
    return [entry.document for entry in proved.reader.stock_card(SITE, limit=1_000)]


def of(document: RecordedDocument) -> Which:
    return lambda log: is_of(log, document.key)


def told_of(kind: type, subject: int) -> Which:
    topic, word = _TOPICS[kind], f"0x{subject:064x}"
    return lambda log: log["topics"][0] == topic and log["topics"][1] == word


def test_the_truth_is_proved(office: LiedTo, evidence: bytes) -> None:
    assert office.exports() == office.exports_only() == evidence


class TestDocuments:
    def test_a_row_altered(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(JournalMismatchError, Altered(of(documents[4])))
        assert f"{documents[4].key:062x}" in said and "altered" in said

    def test_a_row_left_out(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(JournalGapError, LeftOut(of(documents[4])))
        assert f"{documents[5].key:062x}" in said and "1 earlier documents were not delivered" in said

    def test_two_rows_swapped(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(DocumentsSwappedError, Swapped(of(documents[4]), of(documents[5])))
        assert f"{documents[4].key:062x}" in said and "changed their order" in said

    def test_a_row_told_twice(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(JournalMismatchError, Repeated(of(documents[4])))
        assert f"{documents[4].key:062x}" in said

    def test_a_range_dropped(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(JournalGapError, DroppedRange(documents[3].block, documents[5].block))
        assert f"{documents[6].key:062x}" in said and "3 earlier documents were not delivered" in said

    def test_the_tail_dropped(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        """An index cannot know; the proof of the journal does."""
        said = office.refuses(IndexBehindError, DroppedTail(documents[-3].block))
        count = len(documents)
        assert f"the index has {count - 3} documents of site {SITE} and the chain {count}" in said


class TestJournalsOfWhomTheyName:
    """What an office reads from events when it exports, and no index has checked."""

    @pytest.mark.parametrize(
        ("kind", "subject"),
        [
            (events.SupplierRegistered, SUPPLIER),
            (events.QualificationRecorded, SUPPLIER),
            (events.IssuerRegistered, ISSUER),
        ],
    )
    @pytest.mark.parametrize("lie", [LeftOut, Altered])
    def test_an_entry_of_a_supplier_or_issuer(
        self, office: LiedTo, kind: type, subject: int, lie: Callable[[Which], Lie]
    ) -> None:
        said = office.is_found_out(Question.VERDICTS, lie(told_of(kind, subject)))
        assert "is not complete: an entry is missing, altered or added" in said

    @pytest.mark.parametrize("lie", [LeftOut, Altered])
    def test_a_grant(self, office: LiedTo, lie: Callable[[Which], Lie]) -> None:
        which = told_of(events.GrantMade, int(KEEPER.address, 16))
        said = office.is_found_out(Question.GRANTS, lie(which))
        assert f"the journal of {KEEPER.address} is not complete" in said

    @pytest.mark.parametrize(
        ("kind", "subject"),
        [(events.EmergencyDeclared, DISTRICT), (events.EmergencyEnded, DISTRICT), (events.CycleSet, SITE)],
    )
    @pytest.mark.parametrize("lie", [LeftOut, Altered])
    def test_an_emergency_or_a_cycle(
        self, office: LiedTo, kind: type, subject: int, lie: Callable[[Which], Lie]
    ) -> None:
        said = office.is_found_out(Question.NORMS, lie(told_of(kind, subject)))
        assert f"the journal of {subject} in Norms is not complete" in said

    def test_a_dropped_range(self, office: LiedTo) -> None:
        deployment = office.proved.played.deployment
        report = verified(
            office.exports_only(DroppedRange(deployment.block + 1, deployment.block + 40)),
            office.proved.trust,
        )
        assert wrong(report) == [Question.VERDICTS, Question.GRANTS, Question.NORMS]
        assert all("is not complete" in report.answer(question).en for question in wrong(report))


class TestTheChain:
    @pytest.mark.parametrize(
        "lie", [OtherChain(chain_id=1), OtherChain(genesis=keccak(b"another"))], ids=[1, 2]
    )
    def test_another_chain(self, office: LiedTo, lie: Lie) -> None:
        assert "the node runs another chain" in office.refuses(ChainOtherError, lie)

    def test_an_older_head(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(BlockUnknownError, OlderHead(documents[-3].block - 1))
        assert "the node has no block" in said

    def test_an_older_head_that_still_tells_of_later_blocks(
        self, office: LiedTo, documents: list[RecordedDocument]
    ) -> None:
        said = office.refuses(IndexBehindError, OlderHead(documents[-3].block - 1, only_newest=True))
        assert f"the index has {len(documents) - 3} documents" in said

    def test_another_header(self, office: LiedTo) -> None:
        class OtherRoot(Lie):
            def answered(self, method: str, params: list[Any], result: Any) -> Any:
                is_it = method == "eth_getBlockByNumber" and params[0] == hex(office.proved.checkpoint.number)
                return {**result, "stateRoot": f"0x{'11' * 32}"} if is_it else result

        assert str(office.proved.checkpoint.number) in office.refuses(HeaderHashError, OtherRoot(), only=True)


class TestContracts:
    @pytest.mark.parametrize("contract", CONTRACTS)
    def test_wrong_code(self, office: LiedTo, contract: str) -> None:
        address = office.proved.played.deployment.addresses[contract]
        code = bytearray(office.proved.chain.code(address))
        code[-60] ^= 1
        said = office.refuses(ContractSwappedError, WrongCode(address, bytes(code)))
        assert contract in said and address in said

    def test_no_code(self, office: LiedTo) -> None:
        address = office.proved.played.deployment.stock_ledger
        assert address in office.refuses(ContractMissingError, WrongCode(address, b""))

    def test_code_and_words_without_proof_are_not_in_the_file(self, office: LiedTo, evidence: bytes) -> None:
        deployment = office.proved.played.deployment
        slot = mapping_slot(SITE, slot_of("StockLedger", "_siteJournals"))
        lies = (WrongCode(deployment.stock_ledger, b"\0"), WrongWord(deployment.stock_ledger, slot, 99))
        assert office.exports_only(*lies) == evidence


JOURNAL = mapping_slot(SITE, slot_of("StockLedger", "_siteJournals"))


def at_slot(slot: bytes, change: Callable[[Proof], None]) -> WrongProof:
    """Return a lie about one word wherever it is proved."""

    def changed(proof: Proof) -> Proof:
        for entry in proof["storageProof"]:
            if int(entry["key"], 16) == int.from_bytes(slot, "big"):
                change(entry)
        return proof

    return WrongProof(changed)


def plus(delta: int) -> Callable[[Proof], None]:
    return lambda entry: entry.update(value=hex(int(entry["value"], 16) + delta))


def to_zero(entry: Proof) -> None:
    entry["value"] = "0x0"


def of_nodes(name: str, change: Callable[[list[str]], list[str]]) -> WrongProof:
    """Return a lie about the nodes of accounts, or of all words."""

    def changed(proof: Proof) -> Proof:
        holders = [proof] if name == "accountProof" else proof["storageProof"]
        for holder in holders:
            holder[name] = change(holder[name])
        return proof

    return WrongProof(changed)


def with_a_byte_changed(nodes: list[str]) -> list[str]:
    if not nodes:
        return nodes
    raw = bytearray.fromhex(nodes[-1][2:])
    raw[-1] ^= 1
    return [*nodes[:-1], f"0x{raw.hex()}"]


class OlderProof(Lie):
    """Every proof is of an older block."""

    def __init__(self, number: int) -> None:
        self._number = number

    def asked(self, method: str, params: list[Any]) -> list[Any]:
        return [*params[:2], hex(self._number)] if method == "eth_getProof" else params


class OtherAccount(Lie):
    """Every proof is of another account."""

    def __init__(self, address: str) -> None:
        self._address = address

    def asked(self, method: str, params: list[Any]) -> list[Any]:
        return [self._address, *params[1:]] if method == "eth_getProof" else params


class TestProofs:
    def test_a_journal_said_to_be_shorter(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        """The file then ends before the journal does, and says so itself."""
        said = office.is_found_out(Question.JOURNAL, at_slot(JOURNAL, plus(-1)))
        count = len(documents)
        assert f"holds {count - 1} documents of site {SITE}, and its journal has {count}" in said

    def test_a_journal_said_to_be_longer(self, office: LiedTo) -> None:
        assert office.refuses(IndexBehindError, at_slot(JOURNAL, plus(1)), only=True)

    @pytest.mark.parametrize("name", ["accountProof", "proof"])
    @pytest.mark.parametrize(
        "change",
        [lambda nodes: nodes[:-1], lambda nodes: nodes[1:], lambda _: [], with_a_byte_changed],
        ids=["last", "first", "none", "byte"],
    )
    def test_nodes_left_out_or_changed(
        self, office: LiedTo, name: str, change: Callable[[list[str]], list[str]]
    ) -> None:
        said = office.refuses(ProofNodeError, of_nodes(name, change), only=True)
        assert "the node did not give it" in said

    @pytest.mark.parametrize("change", [lambda nodes: nodes[::-1], lambda nodes: nodes * 2])
    def test_nodes_in_another_order_or_twice_say_the_same(
        self, office: LiedTo, evidence: bytes, change: Callable[[list[str]], list[str]]
    ) -> None:
        assert office.exports_only(of_nodes("accountProof", change), of_nodes("proof", change)) == evidence

    def test_the_state_of_an_older_block(self, office: LiedTo, documents: list[RecordedDocument]) -> None:
        said = office.refuses(ProofNodeError, OlderProof(documents[-2].block), only=True)
        assert "the node did not give it" in said

    def test_another_account(self, office: LiedTo) -> None:
        """One that has none of these words, so that all of them would be zero."""
        directory = office.proved.played.deployment.directory
        said = office.refuses(ProofNodeError, OtherAccount(directory), only=True)
        assert "the node did not give it" in said

    def test_a_site_said_to_be_none(self, office: LiedTo) -> None:
        """Nobody gets a file; that the site is not there is the node's word alone."""
        site = mapping_slot(SITE, slot_of("Directory", "_sites"))
        lies = (at_slot(JOURNAL, to_zero), at_slot(site, to_zero))
        assert str(SITE) in office.refuses(SiteUnknownError, *lies, only=True)

    @pytest.mark.parametrize("field", ["codeHash", "storageHash", "nonce", "balance", "address"])
    def test_what_a_node_says_beside_its_proof_is_not_in_the_file(
        self, office: LiedTo, evidence: bytes, field: str
    ) -> None:
        lie = WrongProof(lambda proof: {**proof, field: f"0x{'11' * (20 if field == 'address' else 32)}"})
        assert office.exports_only(lie) == evidence

    def test_words_swapped_with_their_proofs(self, office: LiedTo, evidence: bytes) -> None:
        """Nodes are known by their hashes, so that each word is proved where it is, whoever moves them."""
        lots = sorted(holding.lot.to_bytes(20, "big") for holding in office.proved.reader.on_hand(SITE))
        keys = {"_lots": lots, "_balances": [balance_key(SITE, lot) for lot in lots]}
        for label, known in keys.items():
            slots = [mapping_slot(key, slot_of("StockLedger", label)) for key in known]
            assert len(slots) > 2
            assert office.exports_only(WrongProof(swapped_words(*slots))) == evidence
