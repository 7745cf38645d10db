"""Writing: nothing is half-recorded, nothing is written twice, and nothing that was signed is lost."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from anvil import running_anvil
from facade import (
    APPROVING,
    CONSUMER,
    KEEPING,
    NOBODY,
    PLACE,
    ROOT_PARTY,
    THE_DISTRICT,
    World,
    breaking_line,
    clock_for,
    found,
    new_home,
    refused,
)
from played_ledger import KEEPER, SITE
from sqlalchemy import Engine, event

from ledger_client.cli._office import write
from ledger_client.databases import DatabaseFullError
from ledger_client.digests import consent_digest, content_digest, document_key
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.identifiers import ConsigneeId
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, OpeningLine, pack_lines
from ledger_client.node import NodeUnreachableError
from ledger_client.outbox import ContentDiffersError, EntryState, NonceUsedError, Outbox
from ledger_client.records import RecordAnswer, RecordId
from ledger_client.reverts import RevertSilentError
from ledger_client.reverts.directory import ConsigneeUnknownError, DivisionExistsError, GrantMissingError
from ledger_client.reverts.documents import ConsentExpiredError, KeyTakenError
from ledger_client.reverts.stock import StockInsufficientError
from ledger_client.stock import Particulars
from ledger_client.writing import (
    CHUNK,
    CONSENT_LASTS,
    GivenConsent,
    KeptError,
    NotAllRecordedError,
    Party,
    Prepared,
    Writer,
)


def issue(world: World, lot: int, quantity: int = 1, **particulars: object) -> Prepared:
    about = Particulars(**particulars)  # type: ignore[arg-type]
    return world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, quantity)], keeper=KEEPING, particulars=about)


def recorded(world: World, prepared: Prepared) -> int:
    """How many documents the chain has under a key, counted in events."""
    addresses = [world.ledger.deployment.stock_ledger]
    key = prepared.key.to_bytes(32, "big")
    logs = world.ledger.chain.logs(addresses, 0, world.ledger.chain.head().number)
    return sum(key in log.topics or key in log.data for part in logs for log in part)


class TestRefused:
    def test_an_expired_consent(self, world: World) -> None:
        lot = world.stocked(10)
        write_off = world.ledger.stock.write_off(
            PLACE, [Line(lot, 1, 11)], keeper=KEEPING, approver=APPROVING
        )
        world.advance(CONSENT_LASTS + 60)
        with refused(world, ConsentExpiredError):
            world.write(write_off)

    def test_another_content_under_the_same_client_id(self, world: World) -> None:
        lot, client_id = world.stocked(10), keccak(b"taken")
        world.write(issue(world, lot, 1, client_id=client_id))
        with refused(world, ContentDiffersError):
            world.write(issue(world, lot, 2, client_id=client_id, body={"note": "a body"}))

    def test_another_content_that_only_the_chain_knows_of(self, world: World, tmp_path: Path) -> None:
        """The same office after its outbox was lost."""
        lot, client_id = world.stocked(10), keccak(b"taken, outbox lost")
        world.write(issue(world, lot, 1, client_id=client_id))
        with Outbox.open(tmp_path / "new.db") as outbox:
            writer = _writer(world, outbox)
            with pytest.raises(KeyTakenError):
                writer.write([issue(world, lot, 2, client_id=client_id)])
            assert outbox.unfinished() == []

    def test_one_of_many_at_the_check_stores_none(self, world: World) -> None:
        lot = world.stocked(10)
        with refused(world, StockInsufficientError):
            world.write(issue(world, lot, 10), issue(world, lot, 11))

    def test_one_of_many_in_a_block_leaves_the_others(self, world: World) -> None:
        lot = world.stocked(10)
        issues = [issue(world, lot, quantity) for quantity in (6, 6, 4)]
        with pytest.raises(NotAllRecordedError, match="6 were asked for") as caught:
            world.write(*issues)
        assert caught.value.exit_code == 1
        assert isinstance(caught.value.refusal, StockInsufficientError)
        assert caught.value.key == issues[1].submission.key
        told = [(entry.key, entry.state) for entry in caught.value.entries]
        states = (EntryState.RECORDED, EntryState.REFUSED, EntryState.RECORDED)
        assert told == [(one.submission.key, state) for one, state in zip(issues, states, strict=True)]
        assert caught.value.text("en").startswith("of 3, 2 are recorded and stand, 0 are kept")
        assert "共 3 笔：2 笔已记录" in caught.value.text("zh")
        assert [recorded(world, one) for one in issues] == [1, 0, 1]
        assert world.on_hand(lot) == 0

    def test_a_command_prints_what_was_recorded_beside_it(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lot = world.stocked(10)
        issues = [issue(world, lot, quantity) for quantity in (6, 6, 4)]
        with pytest.raises(NotAllRecordedError):
            write(world.ledger, issues, as_json=True)
        printed = [json.loads(line)["document"] for line in capsys.readouterr().out.splitlines()]
        assert printed == [f"{issues[at].key:062x}" for at in (0, 2)]

    def test_one_of_many_is_told_though_another_waits(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The one that waits lacks the number before its own, which was never sent."""
        lot = world.stocked(10)
        gap, waits = (
            issue(world, lot, quantity, client_id=keccak(b"gap %d" % quantity)) for quantity in (1, 2)
        )
        ledger = world.ledger
        ledger.outbox.store([gap.submission], KEEPER, ledger.chain)
        wrong = ledger.consignees.close(ConsigneeId(0xC8 << 152), by=ROOT_PARTY)
        monkeypatch.setattr("ledger_client.writing.WAIT", 0.5)
        with pytest.raises(NotAllRecordedError) as caught:
            ledger.write([waits, wrong], check=False)
        assert (caught.value.recorded, caught.value.waiting, caught.value.refused) == (0, 1, 1)
        assert isinstance(caught.value.refusal, ConsigneeUnknownError)
        ledger.outbox.resume(ledger.chain)
        ledger.finish()
        assert [recorded(world, one) for one in (gap, waits)] == [1, 1]

    def test_other_content_among_very_many_stores_none(self, world: World) -> None:
        lot, client_id = world.stocked(1_000), keccak(b"taken, behind many")
        world.write(issue(world, lot, 1, client_id=client_id))
        many = [issue(world, lot, 1) for _ in range(CHUNK)]
        with refused(world, ContentDiffersError):
            world.ledger.write([*many, issue(world, lot, 2, client_id=client_id)], check=False)

    def test_a_refused_document_may_be_written_again_with_another_body(self, world: World) -> None:
        lot, client_id = world.stocked(10), keccak(b"refused, corrected")
        fields = {"client_id": client_id, "occurred_at": Timestamp(world.clock.now())}
        wrong = issue(world, lot, 11, **fields, body={"note": "wrong"})
        with pytest.raises(StockInsufficientError):
            world.ledger.write([wrong], check=False)
        right = issue(world, lot, 9, **fields, body={"note": "right"})
        document = world.record(right)
        record = world.ledger.records.get(RecordId("document", document.key))
        assert record is not None and record.body == {"note": "right"}
        assert record.body_digest() == document.body

    def test_out_of_gas_is_a_sentence_and_an_end(self, world: World) -> None:
        lot = world.stocked(10)
        prepared = _with_gas(issue(world, lot), 60_000)
        with pytest.raises(RevertSilentError) as caught:
            world.ledger.write([prepared], check=False)
        assert caught.value.exit_code == 1 and "gas" in caught.value.text("en")
        entry = world.ledger.outbox.find(prepared.submission.key)
        assert entry is not None and entry.state is EntryState.REFUSED
        assert world.on_hand(lot) == 10

    def test_a_number_used_by_another_office(self, world: World, tmp_path: Path) -> None:
        """Two offices with one key: the second is told, and nothing of it is recorded."""
        lot = world.stocked(10)
        late, first = issue(world, lot), issue(world, lot)
        with Outbox.open(tmp_path / "other.db") as other:
            other.store([late.submission], KEEPER, world.ledger.chain)
            world.write(first)
            with pytest.raises(NonceUsedError):
                _writer(world, other).write([late])
            assert (recorded(world, first), recorded(world, late)) == (1, 0)
            _writer(world, other).write([late])
            assert recorded(world, late) == 1

    def test_a_refused_registration_among_many_leaves_the_stored_name(self, world: World) -> None:
        ledger = world.ledger
        with refused(world, DivisionExistsError):
            new = ledger.consignees.register(ConsigneeId(0xC9 << 152), THE_DISTRICT, zh="新", by=ROOT_PARTY)
            again = ledger.divisions.register(THE_DISTRICT, zh="别名", by=ROOT_PARTY)
            ledger.write([new, again], check=False)


class TestGivenConsent:
    def prepared(self, world: World, until: int, by: Party = APPROVING) -> Prepared:
        """A write-off with the consent that an approver gave before."""
        ledger, lot = world.ledger, world.stocked(10)
        document = Document(
            client_id=keccak(b"consented %d" % world.lots),
            occurred_at=Timestamp(world.clock.now()),
            from_=PLACE,
            lines=pack_lines(Kind.WRITE_OFF, [Line(lot, 1, 11)]),
        )
        content = content_digest(Kind.WRITE_OFF, document_key(PLACE, document.client_id), document)
        body = keccak(b"a body that lies elsewhere")
        signature = by.signer.sign_digest(consent_digest(ledger.deployment.domain, content, body, until))
        given = GivenConsent(by.division, body, until, signature)
        return ledger.writer.document(Kind.WRITE_OFF, document, KEEPING, approver=given)

    def test_counts_until_its_time_is_over_and_brings_its_body(self, world: World) -> None:
        prepared = self.prepared(world, world.clock.now() + 3 * CONSENT_LASTS)
        world.advance(2 * CONSENT_LASTS)
        document = world.record(prepared)
        assert document.approver == APPROVING.signer.address
        assert document.body == keccak(b"a body that lies elsewhere")

    def test_is_refused_after_its_time_and_from_anybody_else(self, world: World) -> None:
        prepared = self.prepared(world, world.clock.now() + 60)
        world.advance(120)
        with refused(world, ConsentExpiredError):
            world.write(prepared)
        prepared = self.prepared(world, world.clock.now() + 60, NOBODY)
        with refused(world, GrantMissingError):
            world.write(prepared)


class TestFullDisk:
    @pytest.fixture
    def lot(self, world: World) -> int:
        """A lot, which must be there before nothing more can be stored."""
        return world.stocked(100)

    @pytest.fixture(params=["outbox", "records"])
    def full(self, request: pytest.FixtureRequest, world: World, lot: int) -> Iterator[None]:
        """A database that may not grow by a page."""
        database = getattr(world.ledger, request.param)
        with _full(database._engine):
            yield

    def test_records_nothing_half(self, world: World, lot: int, full: None) -> None:
        issues = [issue(world, lot, 1, body={"note": "x" * 20_000}), *(issue(world, lot) for _ in range(40))]
        nonce = world.ledger.chain.transaction_count(KEEPER.address)
        with refused(world, DatabaseFullError, exit_code=3):
            world.write(*issues)
        assert world.ledger.chain.transaction_count(KEEPER.address) == nonce

    def test_tells_that_earlier_ones_are_kept(
        self, world: World, lot: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The disk is full when the second batch is stored."""
        monkeypatch.setattr("ledger_client.writing.CHUNK", 2)
        issues = [issue(world, lot), issue(world, lot), issue(world, lot, body={"note": "x" * 20_000})]
        with _full(world.ledger.records._engine), pytest.raises(KeptError, match="2 signed are") as caught:
            world.write(*issues)
        assert isinstance(caught.value.__cause__, DatabaseFullError)
        world.ledger.finish()
        assert [recorded(world, one) for one in issues] == [1, 1, 0]


class TestResend:
    def test_threat_14_twenty_parallel_resends_are_one_document(self, world: World) -> None:
        """Prepared twenty times with one client id, content and body, in as many threads."""
        lot = world.stocked(10)
        fields = {"client_id": keccak(b"twenty"), "occurred_at": Timestamp(world.clock.now())}
        failures: list[BaseException] = []
        start = threading.Barrier(20)

        def resend() -> None:
            try:
                start.wait()
                world.write(issue(world, lot, 1, **fields, body={"note": "the same"}))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=resend) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        prepared = issue(world, lot, 1, **fields, body={"note": "the same"})
        assert recorded(world, prepared) == 1
        assert world.on_hand(lot) == 9
        document = world.ledger.index().document(prepared.key)
        assert document is not None
        answer = world.ledger.records.verify(RecordId("document", prepared.key), document.body)
        assert answer is RecordAnswer.MATCHES

    def test_again_with_the_same_content_changes_nothing(self, world: World) -> None:
        lot = world.stocked(10)
        fields = {"client_id": keccak(b"again"), "occurred_at": Timestamp(world.clock.now())}
        first = world.write(issue(world, lot, 1, **fields, body={"note": "first"}))
        again = world.write(issue(world, lot, 1, **fields, body={"note": "second"}))
        assert again == first
        assert world.on_hand(lot) == 9
        prepared = issue(world, lot, 1, **fields)
        record = world.ledger.records.get(RecordId("document", prepared.key))
        assert record is not None and record.body == {"note": "first"}

    def test_twice_in_one_call_is_once(self, world: World) -> None:
        lot = world.stocked(10)
        fields = {"client_id": keccak(b"twice"), "occurred_at": Timestamp(world.clock.now())}
        one, other = (issue(world, lot, 1, **fields, body={"note": "n"}) for _ in range(2))
        first, second = world.write(one, other)
        assert first == second and recorded(world, one) == 1
        document = world.ledger.index().document(one.key)
        assert document is not None
        answer = world.ledger.records.verify(RecordId("document", one.key), document.body)
        assert answer is RecordAnswer.MATCHES

    def test_many_are_recorded_in_order(self, world: World) -> None:
        lot = world.stocked(1_000)
        entries = world.write(*(issue(world, lot, 1) for _ in range(30)))
        assert [entry.state for entry in entries] == [EntryState.RECORDED] * 30
        assert world.on_hand(lot) == 970
        numbers = [entry.nonce or 0 for entry in entries]
        assert numbers == list(range(numbers[0], numbers[0] + 30))


class TestGas:
    @pytest.mark.parametrize("count", [1, 300])
    def test_suffices_for_large_documents(self, world: World, count: int) -> None:
        goods = [world.new_lot() for _ in range(count)]
        site = _new_site(world, count)
        lines = [OpeningLine(one, 100) for one in goods]
        opening = world.ledger.stock.open(site, lines, keeper=KEEPING, approver=APPROVING)
        dispatch = world.ledger.stock.dispatch(
            site,
            PLACE,
            [Line(one.lot_id, 30) for one in goods],
            deadline=world.clock.now() + 86_400,
            keeper=KEEPING,
        )
        for prepared in (opening, dispatch):
            [entry] = world.write(prepared)
            assert entry.hash is not None
            receipt = world.ledger.chain.receipt(entry.hash)
            assert receipt is not None and receipt.gas_used < 0.7 * prepared.submission.gas


class TestNodeThatStops:
    @pytest.mark.parametrize("point", ["before", "after"])
    def test_keeps_what_was_signed_and_resumes(self, anvil_path: Path, tmp_path: Path, point: str) -> None:
        """The line breaks before, or after, the node has got the transaction."""
        with running_anvil(anvil_path) as url, breaking_line(url) as line:
            clock = clock_for(url)
            home = new_home(tmp_path / "home", line.url, clock)
            with Ledger.open(home, clock=clock) as ledger:
                found(ledger)
                world = World(ledger, clock)
                lot = world.stocked(10)
                prepared = issue(world, lot, 3, body={"note": "kept"})
                line.break_at("eth_sendRawTransaction", point)
                with pytest.raises(KeptError, match="do not record them anew") as caught:
                    world.write(prepared)
                assert caught.value.exit_code == 3
                [entry] = ledger.outbox.unfinished()
                assert entry.state is EntryState.SIGNED
            with pytest.raises(NodeUnreachableError) as unreachable:
                Ledger.open(home, clock=clock)
            assert unreachable.value.exit_code == 3
            line.mend()
            with Ledger.open(home, clock=clock) as ledger:
                world = World(ledger, clock)
                assert world.on_hand(lot) == 7
                assert recorded(world, prepared) == 1
                assert ledger.write([prepared])[0].hash == entry.hash
                assert ledger.outbox.unfinished() == []


@contextmanager
def _full(engine: Engine) -> Iterator[None]:
    """Let a database grow by no page."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    engine.dispose()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


def _writer(world: World, outbox: Outbox) -> Writer:
    ledger = world.ledger
    return Writer(ledger.chain, ledger.deployment, outbox, ledger.records, world.clock.now)


def _with_gas(prepared: Prepared, gas: int) -> Prepared:
    return replace(prepared, submission=replace(prepared.submission, gas=gas))


def _new_site(world: World, number: int) -> int:
    site = SITE - SITE % 1_000 + 500 + number % 99 + 1
    world.write(world.ledger.sites.register(site, zh="储备点", by=ROOT_PARTY))  # type: ignore[arg-type]
    return site
