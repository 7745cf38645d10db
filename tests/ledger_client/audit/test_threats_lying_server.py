"""Threats 7 and 26: a server that lies or leaves something out. Each lie is named.

The server is a real chain behind `lying.LyingProvider`. What a command does is done here: the contracts are
verified, the index follows, and the audit compares; the first refusal ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace as Seen

import pytest
from facade import (
    APPROVING,
    CONSUMER,
    ISSUING,
    KEEPING,
    KEEPING_TOO,
    OTHER_PLACE,
    PLACE,
    ROOT_PARTY,
    THE_ISSUER,
    THE_SUPPLIER,
    World,
    clock_for,
    found,
    new_home,
)
from lying import (
    AboutLogs,
    Altered,
    DroppedRange,
    DroppedTail,
    LeftOut,
    Lie,
    OlderHead,
    OtherChain,
    RawLog,
    Repeated,
    Swapped,
    Which,
    WrongCode,
    WrongWord,
    is_of,
    lying_chain,
)
from played_ledger import CATEGORY, CERTIFICATE, FOR_EVER

from ledger_client import events
from ledger_client.audit import AuditReport, FindingKind, audit
from ledger_client.contracts import (
    CONTRACTS,
    ChainOtherError,
    ContractMissingError,
    ContractSwappedError,
    verify_deployment,
)
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.errors import ShecangError
from ledger_client.events import FIXED_FORMS
from ledger_client.fold import (
    DocumentsSwappedError,
    EventOutOfPlaceError,
    FoldRefusedError,
    JournalGapError,
    JournalMismatchError,
)
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import SiteId
from ledger_client.index import Follower, HeadOlderError, IndexOtherChainError
from ledger_client.index.chain_source import ChainSource
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.slots import balance_key, mapping_slot, slot_of
from ledger_client.stock import Particulars

ALONE = SiteId(PLACE + 1)
"""A site whose documents name no other site."""

_TOPICS = {form.event: topic for topic, form in FIXED_FORMS.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger on an embedded chain, a block a document."""
    clock = clock_for(None)
    home = new_home(tmp_path_factory.mktemp("truth") / "home", None, clock)
    with Ledger.open(home, clock=clock) as ledger:
        found(ledger)
        yield World(ledger, clock)


@pytest.fixture(scope="module")
def seen(world: World) -> Seen:
    """What was recorded, by name; nothing is recorded afterwards."""
    stock = world.ledger.stock

    def record(prepared: object, seconds: int = 60) -> RecordedDocument:
        world.advance(seconds)
        return world.record(prepared)  # type: ignore[arg-type]

    world.write(
        world.ledger.qualifications.issue(
            THE_ISSUER,
            THE_SUPPLIER,
            CATEGORY,
            grade=1,
            from_=0,
            until=FOR_EVER,
            certificate=CERTIFICATE,
            by=ISSUING,
        )
    )
    lot = world.stocked(100)
    lines = [Line(lot, 5)]
    issues = [record(stock.issue(PLACE, CONSUMER, lines, keeper=KEEPING)) for _ in range(4)]
    world.write(world.ledger.sites.register(ALONE, zh="独立储备点", by=ROOT_PARTY))
    opening = record(stock.open(ALONE, keeper=KEEPING, approver=APPROVING))
    alone = world.stocked(30, site=ALONE)
    last_alone = record(stock.issue(ALONE, CONSUMER, [Line(alone, 7)], keeper=KEEPING))
    hold = record(stock.hold(ALONE, [alone], approver=APPROVING, particulars=Particulars(reason=13)))
    handed = record(stock.hand_over(PLACE, OTHER_PLACE, [Line(lot, 9)], keeper=KEEPING, receiver=KEEPING_TOO))
    last = record(stock.issue(PLACE, CONSUMER, [Line(lot, 2)], keeper=KEEPING))
    return Seen(
        lot=lot,
        alone=alone,
        issues=issues,
        opening=opening,
        last_alone=last_alone,
        hold=hold,
        handed=handed,
        last=last,
    )


@dataclass
class Client:
    """Somebody who has nothing but a deployment record, and asks one server."""

    world: World
    path: Path

    def asks(self, *lies: Lie) -> AuditReport:
        chain = lying_chain(self.world.ledger.chain, *lies)
        deployment = self.world.ledger.deployment
        verify_deployment(chain, deployment)
        source = ChainSource(chain, deployment)
        engine = open_database(self.path / "index.db")
        depth = chain.engine.finality_depth
        Follower(engine, source, depth, first_block=deployment.first_block).follow()
        return audit(engine, source, first_block=deployment.first_block, offset=deployment.offset)

    def refuses(self, error: type[ShecangError], *lies: Lie) -> str:
        """Return the sentence with which it refuses to go on."""
        with pytest.raises(error) as caught:
            self.asks(*lies)
        assert caught.value.text("zh")
        return caught.value.text("en")

    def errors(self, *lies: Lie) -> list[str]:
        """Return the sentences of an audit that does not agree."""
        report = self.asks(*lies)
        assert not report.agreed
        assert {f.kind for f in report.findings if f.severity.name == "ERROR"} == {FindingKind.DIVERGENCE}
        return [finding.en for finding in report.findings if finding.kind is FindingKind.DIVERGENCE]


@pytest.fixture
def client(world: World, tmp_path: Path) -> Client:
    return Client(world, tmp_path)


def of(document: RecordedDocument) -> Which:
    return lambda log: is_of(log, document.key)


def hexed(document: RecordedDocument) -> str:
    return f"{document.key:062x}"


def event_of(kind: type, subject: int | str) -> Which:
    """Return which logs are of this kind of event, about this."""
    topic = f"0x{_TOPICS[kind].hex()}"
    word = f"0x{int(subject, 16) if isinstance(subject, str) else subject:064x}"

    def is_it(log: RawLog) -> bool:
        return bool(log["topics"][0] == topic and log["topics"][1] == word)

    return is_it


def test_the_truth_agrees(client: Client, seen: Seen) -> None:
    assert client.asks().agreed


class TestDocuments:
    def test_an_altered_row(self, client: Client, seen: Seen) -> None:
        said = client.refuses(JournalMismatchError, Altered(of(seen.issues[1])))
        assert hexed(seen.issues[1]) in said and str(PLACE) in said and "altered" in said

    @pytest.mark.parametrize("word", range(22))
    def test_any_word_of_a_document(self, client: Client, seen: Seen, word: int) -> None:
        """Whatever is changed: header, signers, grants, journals or lines."""
        altered = Altered(of(seen.issues[1]), word * 32 + 31)
        with pytest.raises(ShecangError) as caught:
            client.asks(altered)
        assert caught.value.exit_code == 1
        assert hexed(seen.issues[1]) in caught.value.text("en") or f"block {seen.issues[1].block}" in str(
            caught.value
        )

    def test_another_kind_under_which_a_donor_would_be_a_site(self, client: Client, seen: Seen) -> None:
        def is_donation(log: RawLog) -> bool:
            numbers = [int(topic, 16) for topic in log["topics"][3:]]
            return numbers == [PLACE] and int(log["data"][2:66], 16) == Kind.RECEIPT

        said = client.refuses(FoldRefusedError, Altered(is_donation, 31))
        assert "is no number of a site" in said

    def test_one_row_left_out(self, client: Client, seen: Seen) -> None:
        said = client.refuses(JournalGapError, LeftOut(of(seen.issues[1])))
        assert hexed(seen.issues[2]) in said and "1 earlier documents were not delivered" in said

    def test_two_rows_swapped(self, client: Client, seen: Seen) -> None:
        one, two = seen.issues[1], seen.issues[2]
        said = client.refuses(DocumentsSwappedError, Swapped(of(one), of(two)))
        assert hexed(one) in said and hexed(two) in said and "changed their order" in said

    def test_two_rows_of_sites_that_have_nothing_to_do_with_each_other(
        self, client: Client, seen: Seen
    ) -> None:
        """No journal knows which of the two came first; their times do."""
        report = client.asks(Swapped(of(seen.issues[3]), of(seen.opening)))
        (finding,) = report.findings
        assert (report.agreed, finding.kind) == (False, FindingKind.EVENTS_INCOMPLETE)
        assert hexed(seen.opening) in finding.en and "moved one of them" in finding.en

    def test_a_row_told_twice(self, client: Client, seen: Seen) -> None:
        said = client.refuses(JournalMismatchError, Repeated(of(seen.issues[1])))
        assert hexed(seen.issues[1]) in said

    def test_a_dropped_range(self, client: Client, seen: Seen) -> None:
        said = client.refuses(JournalGapError, DroppedRange(seen.issues[0].block, seen.issues[2].block))
        assert hexed(seen.issues[3]) in said and "3 earlier documents were not delivered" in said

    def test_a_dropped_tail(self, client: Client, seen: Seen) -> None:
        said = client.errors(DroppedTail(seen.handed.block))
        tail = "on chain goes on to entry 2, but no event tells of entries 2 to 2"
        assert f"the journal of site {OTHER_PLACE} {tail}" in said
        assert any(f"the journal of site {PLACE} " in text and "entries 8 to 9" in text for text in said)

    def test_a_tail_of_one_site(self, client: Client, seen: Seen) -> None:
        said = client.errors(LeftOut(of(seen.last)))
        assert any(f"the journal of site {PLACE} " in text and "no event tells" in text for text in said)

    def test_every_document_of_a_site(self, client: Client, world: World, seen: Seen) -> None:
        """Nothing is left of it that could be compared, but that the site is registered."""

        def is_alone(log: RawLog) -> bool:
            words = [int(topic, 16) for topic in log["topics"][1:]]
            return len(words) == 3 and ALONE in words[1:]

        said = client.errors(LeftOut(is_alone))
        assert any(
            f"the journal of site {ALONE} on chain goes on to entry 5, but no event tells of entries 1 to 5"
            in text
            for text in said
        )

    def test_every_entry_of_a_lot(self, client: Client, seen: Seen) -> None:
        """The hold is the last that the site did, so that its journal misses a tail as well."""
        said = client.errors(LeftOut(of(seen.hold)))
        lot = f"{seen.alone:040x}"
        assert any(f"the journal of lot {lot} " in text and "no event tells" in text for text in said)


class TestRegisters:
    @pytest.mark.parametrize(
        ("kind", "subject", "table"),
        [
            (events.DivisionRegistered, 42, "divisions"),
            (events.DivisionRegistered, 420106001001, "divisions"),
            (events.SiteRegistered, OTHER_PLACE, "sites"),
            (events.ConsigneeRegistered, CONSUMER, "consignees"),
        ],
    )
    def test_a_registration_left_out(
        self, client: Client, seen: Seen, kind: type, subject: int, table: str
    ) -> None:
        said = client.errors(LeftOut(event_of(kind, subject)))
        assert f"storage: {table} ({subject}) is there, and no event says so" in said

    def test_a_registration_altered(self, client: Client, seen: Seen) -> None:
        said = client.errors(Altered(event_of(events.SiteRegistered, PLACE)))
        assert any(f"storage: sites ({PLACE}) is" in text for text in said)

    def test_a_grant_left_out(self, client: Client, seen: Seen) -> None:
        said = client.errors(LeftOut(event_of(events.GrantMade, KEEPING.signer.address)))
        assert any(f"the journal of holder {KEEPING.signer.address}" in text for text in said)
        assert any("storage: grants (" in text and "no event says so" in text for text in said)

    def test_a_supplier_altered(self, client: Client, seen: Seen) -> None:
        said = client.errors(Altered(event_of(events.SupplierRegistered, THE_SUPPLIER)))
        assert any(f"storage: supplier_journals ({THE_SUPPLIER}) is" in text for text in said)

    def test_a_qualification_left_out(self, client: Client, seen: Seen) -> None:
        said = client.errors(LeftOut(event_of(events.QualificationRecorded, THE_SUPPLIER)))
        assert (
            f"the journal of supplier {THE_SUPPLIER} on chain goes on to entry 2, "
            "but no event tells of entries 2 to 2" in said
        )

    def test_everything_before_a_block_left_out(self, client: Client, seen: Seen) -> None:
        with pytest.raises((EventOutOfPlaceError, JournalGapError)):
            client.asks(DroppedRange(0, seen.issues[0].block))


class TestChain:
    @pytest.mark.parametrize("lie", [OtherChain(chain_id=1), OtherChain(genesis=keccak(b"another"))])
    def test_another_chain(self, client: Client, seen: Seen, lie: Lie) -> None:
        assert client.refuses(ChainOtherError, lie)

    def test_another_chain_below_an_index(self, client: Client, world: World, seen: Seen) -> None:
        client.asks()
        other = lying_chain(world.ledger.chain, OtherChain(genesis=keccak(b"another")))
        with pytest.raises(IndexOtherChainError):
            Follower(open_database(client.path / "index.db"), ChainSource(other, world.ledger.deployment))

    @pytest.mark.parametrize("only_newest", [False, True])
    def test_an_older_head_than_was_read_before(
        self, client: Client, world: World, seen: Seen, only_newest: bool
    ) -> None:
        client.asks()
        newest = world.ledger.chain.height()
        said = client.refuses(HeadOlderError, OlderHead(seen.handed.block, only_newest=only_newest))
        assert f"block {seen.handed.block}:" in said and f"block {newest} was read" in said

    def test_an_older_head_is_a_whole_ledger_to_who_never_saw_a_newer_one(
        self, client: Client, seen: Seen
    ) -> None:
        """Nothing in an older state is wrong; the report says up to which block it speaks."""
        report = client.asks(OlderHead(seen.handed.block))
        assert (report.agreed, report.at.number) == (True, seen.handed.block)


class TestContracts:
    @pytest.mark.parametrize("contract", CONTRACTS)
    def test_wrong_code(self, client: Client, world: World, seen: Seen, contract: str) -> None:
        address = world.ledger.deployment.addresses[contract]
        code = bytearray(world.ledger.chain.code(address))
        code[-60] ^= 1
        said = client.refuses(ContractSwappedError, WrongCode(address, bytes(code)))
        assert contract in said and address in said

    def test_no_code(self, client: Client, world: World, seen: Seen) -> None:
        address = world.ledger.deployment.stock_ledger
        assert address in client.refuses(ContractMissingError, WrongCode(address, b""))

    def test_a_wrong_word(self, client: Client, world: World, seen: Seen) -> None:
        lot = seen.lot.to_bytes(20, "big")
        slot = mapping_slot(balance_key(PLACE, lot), slot_of("StockLedger", "_balances"))
        report = client.asks(WrongWord(world.ledger.deployment.stock_ledger, slot, 99))
        (finding,) = [each for each in report.findings if each.kind is FindingKind.DIVERGENCE]
        assert (finding.site, finding.lot, report.agreed) == (PLACE, seen.lot, False)
        assert "is 0x63, the events say 0x45" in finding.en


class AlteredTopic(AboutLogs):
    """The lowest bit of a topic of some logs is another one."""

    def __init__(self, which: Which, topic: int) -> None:
        self._which = which
        self._topic = topic

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        for log in filter(self._which, logs):
            log["topics"][self._topic] = f"0x{int(log['topics'][self._topic], 16) ^ 1:064x}"
        return logs


@pytest.fixture(scope="module")
def every(world: World, seen: Seen) -> list[RawLog]:
    """All events, as the real node tells them."""
    addresses = list(world.ledger.deployment.addresses.values())
    query = {"address": addresses, "fromBlock": "0x0", "toBlock": "latest"}
    logs: list[RawLog] = world.ledger.chain.node.request("eth_getLogs", query)
    return logs


class TestEveryEvent:
    """Each event in turn; what is not noticed is written down in docs/limits.md."""

    def is_noticed(self, world: World, path: Path, lie: Lie) -> bool:
        path.mkdir()
        try:
            return not Client(world, path).asks(lie).agreed
        except ShecangError as error:
            assert error.exit_code == 1 and error.text("zh")
            return True

    def name(self, log: RawLog) -> str:
        form = FIXED_FORMS.get(bytes.fromhex(log["topics"][0][2:]))
        return form.event.__name__ if form else "DocumentRecorded"

    def test_left_out(self, world: World, every: list[RawLog], tmp_path: Path) -> None:
        unnoticed = [
            self.name(log)
            for number, log in enumerate(every)
            if not self.is_noticed(world, tmp_path / str(number), LeftOut(same_as(log)))
        ]
        # Masks and bags, of which there is no lot, and what a bag holds.
        assert unnoticed == ["ItemRegistered", "ItemRegistered", "FactorSet"]

    @pytest.mark.slow
    def test_told_twice_or_changed(self, world: World, every: list[RawLog], tmp_path: Path) -> None:
        unnoticed: set[tuple[str, str]] = set()
        for number, log in enumerate(every):
            words = min(25, len(log["data"]) // 64)
            lies: dict[str, Lie] = {"twice": Repeated(same_as(log))}
            lies |= {f"word {word}": Altered(same_as(log), word * 32 + 31) for word in range(words)}
            lies |= {
                f"topic {topic}": AlteredTopic(same_as(log), topic) for topic in range(1, len(log["topics"]))
            }
            for what, lie in lies.items():
                if not self.is_noticed(world, tmp_path / f"{number} {what}", lie):
                    unnoticed.add((self.name(log), what))
        # Who registered it, on a grant of which level; and the same again, which says nothing new.
        assert unnoticed == {
            *((name, "twice") for name in UNSIGNED),
            *((name, "word 0") for name in ("DivisionRegistered", "SiteRegistered", "ConsigneeRegistered")),
            *((name, "topic 2") for name in ("DivisionRegistered", "SiteRegistered", "ItemRegistered")),
            *((name, "topic 3") for name in ("ConsigneeRegistered", "FactorSet")),
        }


UNSIGNED = ("DivisionRegistered", "SiteRegistered", "ConsigneeRegistered", "ItemRegistered", "FactorSet")
"""Events that no journal commits to; what they register is compared with storage."""


def same_as(log: RawLog) -> Which:
    """Return which log stands in the same place."""
    place = log["blockNumber"], log["logIndex"]
    return lambda other: (other["blockNumber"], other["logIndex"]) == place
