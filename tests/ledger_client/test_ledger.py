"""The facade: setting up, opening, coming back after a crash, and following a chain that changes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import sys
from dataclasses import replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

import facade_steps
import pytest
from anvil import running_anvil
from facade import (
    APPROVING,
    CHAIN_ID,
    CONSUMER,
    KEEPING,
    PLACE,
    ROOT_PARTY,
    World,
    breaking_line,
    clock_for,
    found,
    new_home,
)
from played_ledger import KEEPER, ROOT

from ledger_client.addresses import address_from_bytes
from ledger_client.contracts import (
    ChainOtherError,
    ContractMissingError,
    ContractSwappedError,
    Deployment,
    DeploymentFormError,
)
from ledger_client.databases import open_database
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock, create_chain
from ledger_client.files import FileExistsAlreadyError
from ledger_client.home import Home, HomeMissingError
from ledger_client.identifiers import SiteId
from ledger_client.index.dump import dump
from ledger_client.index.follower import rebuild
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.node import NodeUnreachableError
from ledger_client.outbox import EntryState, Outbox
from ledger_client.records import RecordAnswer, RecordId, RecordsKey
from ledger_client.records._errors import RecordsKeyMissingError, RecordsKeyWrongError
from ledger_client.stock import Particulars
from ledger_client.writing import CONSENT_LASTS, Prepared


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Real processes of their own, forked from one that has imported everything: an import takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["facade_steps"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        first = context.Process(target=facade_steps.nothing)
        first.start()
        first.join()
    assert first.exitcode == 0
    return context


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The home of a founded ledger on the embedded chain, to be copied, and a lot of 100."""
    return _founded(tmp_path_factory.mktemp("founded") / "home", None)


@pytest.fixture(params=["embedded", "anvil"])
def closed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Home, ManualClock, int]:
    """A home whose ledger is founded and closed, its clock, and a lot of 100."""
    if request.param == "anvil":
        url = str(request.getfixturevalue("facade_anvil"))
        path, lot = _founded(tmp_path / "home", url)
        return Home(path), clock_for(url), lot
    path, lot = request.getfixturevalue("founded")
    shutil.copytree(path, tmp_path / "home")
    return Home(tmp_path / "home"), clock_for(None), lot


def _founded(path: Path, url: str | None) -> tuple[Path, int]:
    clock = clock_for(url)
    with Ledger.open(new_home(path, url, clock), clock=clock) as ledger:
        found(ledger)
        return path, World(ledger, clock).stocked(100)


class TestCreate:
    def test_refuses_a_home_that_has_a_ledger(self, closed: tuple[Home, ManualClock, int]) -> None:
        home, clock, _ = closed
        before = home.deployment.read_bytes(), home.records_key.read_bytes()
        with pytest.raises(FileExistsAlreadyError, match=r"deployment\.json"):
            Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
        assert (home.deployment.read_bytes(), home.records_key.read_bytes()) == before
        Ledger.open(home, clock=clock).close()

    def test_refuses_a_node_nobody_answers_at(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        home.use_node("http://127.0.0.1:9")
        with pytest.raises(NodeUnreachableError) as caught:
            Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0)
        assert caught.value.exit_code == 3
        assert sorted(path.name for path in tmp_path.iterdir()) == ["node"]

    def test_goes_on_after_it_was_cut_short(self, tmp_path: Path, anvil: str) -> None:
        """A node that did not answer the first time does so the second time, without a new home."""
        home = Home(tmp_path)
        with breaking_line(anvil) as line:
            line.break_at("eth_sendRawTransaction", "after")
            home.use_node(line.url)
            with pytest.raises(NodeUnreachableError):
                Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0)
            line.mend()
            home.use_node(line.url)
            Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0)
            Ledger.open(home).close()

    def test_goes_on_with_a_chain_that_holds_nothing(self, tmp_path: Path) -> None:
        home, clock = Home(tmp_path), clock_for(None)
        create_chain(home.chain, CHAIN_ID, clock)
        RecordsKey.create(home.records_key)
        key = home.records_key.read_bytes()
        Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
        assert home.records_key.read_bytes() == key
        Ledger.open(home, clock=clock).close()


class TestOpen:
    def test_refuses_where_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(HomeMissingError) as caught:
            Ledger.open(Home(tmp_path / "nothing"))
        assert caught.value.exit_code == 3
        assert not (tmp_path / "nothing").exists()

    def test_threat_25_refuses_swapped_code(self, closed: tuple[Home, ManualClock, int]) -> None:
        home, clock, _ = closed
        deployment = Deployment.load(home.deployment)
        for swapped in (
            replace(deployment, stock_ledger=deployment.catalogue),
            replace(deployment, directory=deployment.supplier_registry),
        ):
            _write_deployment(home, swapped)
            with pytest.raises(ContractSwappedError) as caught:
                Ledger.open(home, clock=clock)
            assert caught.value.exit_code == 1
        _write_deployment(home, deployment)
        Ledger.open(home, clock=clock).close()

    def test_refuses_code_that_was_replaced_on_the_node(self, anvil_path: Path, tmp_path: Path) -> None:
        with running_anvil(anvil_path) as url:
            clock = clock_for(url)
            home = new_home(tmp_path / "home", url, clock)
            with Ledger.open(home, clock=clock) as ledger:
                address = ledger.deployment.stock_ledger
                code = bytearray(ledger.chain.code(address))
                code[200] ^= 1
                ledger.chain.node.request("anvil_setCode", address, f"0x{code.hex()}")
            with pytest.raises(ContractSwappedError):
                Ledger.open(home, clock=clock)

    def test_refuses_another_chain(self, closed: tuple[Home, ManualClock, int]) -> None:
        home, clock, _ = closed
        deployment = Deployment.load(home.deployment)
        nowhere = address_from_bytes(b"\x99" * 20)
        for changed, error in (
            (replace(deployment, genesis_hash=bytes(32)), ChainOtherError),
            (replace(deployment, catalogue=nowhere), ContractMissingError),
        ):
            _write_deployment(home, changed)
            with pytest.raises(error):
                Ledger.open(home, clock=clock)
        home.deployment.write_text("{}", encoding="utf-8")
        with pytest.raises(DeploymentFormError):
            Ledger.open(home, clock=clock)

    def test_refuses_without_the_key_of_the_records(self, closed: tuple[Home, ManualClock, int]) -> None:
        home, clock, _ = closed
        key = home.records_key.read_bytes()
        home.records_key.unlink()
        with pytest.raises(RecordsKeyMissingError):
            Ledger.open(home, clock=clock)
        home.records_key.write_bytes(bytes(32))
        home.records_key.chmod(0o600)
        with pytest.raises(RecordsKeyWrongError):
            Ledger.open(home, clock=clock)
        home.records_key.write_bytes(key)
        # What failed has let go of the chain's directory.
        Ledger.open(home, clock=clock).close()

    def test_keeps_what_was_written(self, closed: tuple[Home, ManualClock, int]) -> None:
        home, clock, lot = closed
        with Ledger.open(home, clock=clock) as ledger:
            world = World(ledger, clock)
            assert world.on_hand(lot) == 100
            record = ledger.index().sites()[PLACE]
            name = ledger.records.name(RecordId("site", PLACE), record.name)
            assert name is not None and name.zh == f"储备点{PLACE}"


class TestResume:
    def test_threat_15_killed_between_storing_and_sending(
        self, closed: tuple[Home, ManualClock, int], processes: ForkServerContext
    ) -> None:
        home, clock, lot = closed
        now = clock.now()
        process = processes.Process(target=facade_steps.die_before_sending, args=(str(home.path), lot, now))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        with Outbox.open(home.outbox) as outbox:
            [stored] = outbox.unfinished()
            assert stored.state is EntryState.SIGNED

        with Ledger.open(home, clock=clock) as ledger:
            world = World(ledger, clock)
            # The command that was killed is given again.
            prepared = facade_steps.the_issue(ledger, lot, now)
            [entry] = ledger.write([prepared])
            assert (entry.state, entry.hash) == (EntryState.RECORDED, stored.hash)
            assert world.on_hand(lot) == 99
            document = ledger.index().document(prepared.key)
            assert document is not None
            answer = ledger.records.verify(RecordId("document", prepared.key), document.body)
            assert answer is RecordAnswer.MATCHES
            nonce = ledger.chain.transaction_count(KEEPER.address)
        with Ledger.open(home, clock=clock) as ledger:
            assert ledger.outbox.unfinished() == []
            assert ledger.chain.transaction_count(KEEPER.address) == nonce

    def test_threat_14_many_processes_record_one_document(
        self, closed: tuple[Home, ManualClock, int], processes: ForkServerContext
    ) -> None:
        home, clock, lot = closed
        # The embedded chain is handed from process to process, which takes its time.
        count = 5 if home.chain.exists() else 20
        arguments = (str(home.path), lot, clock.now())
        running = [processes.Process(target=facade_steps.resend, args=arguments) for _ in range(count)]
        for process in running:
            process.start()
        for process in running:
            process.join(120)
        assert [process.exitcode for process in running] == [0] * count
        with Ledger.open(home, clock=clock) as ledger:
            assert World(ledger, clock).on_hand(lot) == 99
            prepared = facade_steps.the_issue(ledger, lot, arguments[2])
            document = ledger.index().document(prepared.key)
            assert document is not None
            answer = ledger.records.verify(RecordId("document", prepared.key), document.body)
            assert answer is RecordAnswer.MATCHES

    def test_two_processes_that_register_one_name_leave_the_winners(
        self, closed: tuple[Home, ManualClock, int], processes: ForkServerContext
    ) -> None:
        """The loser finds the winner's entry before it could replace the name that goes on chain."""
        home, clock, _ = closed
        site, meeting = SiteId(PLACE + 77), processes.Barrier(2)
        running = [
            processes.Process(
                target=facade_steps.register, args=(str(home.path), site, name, clock.now(), meeting)
            )
            for name in ("甲仓", "乙仓")
        ]
        for process in running:
            process.start()
        for process in running:
            process.join(60)
        assert sorted(process.exitcode or 0 for process in running) == [0, facade_steps.REFUSED]
        winner = "甲仓" if running[0].exitcode == 0 else "乙仓"
        with Ledger.open(home, clock=clock) as ledger:
            name = ledger.records.name(RecordId("site", site), ledger.index().sites()[site].name)
            assert name is not None and name.zh == winner

    def test_threat_16_a_document_whose_block_was_replaced_is_recorded_again(
        self, anvil_path: Path, tmp_path: Path
    ) -> None:
        """For anvil each block is final at once, so the office is told otherwise."""
        with running_anvil(anvil_path) as url:
            clock = clock_for(url)
            home = new_home(tmp_path / "home", url, clock)
            with Ledger.open(home, clock=clock) as ledger:
                found(ledger)
                world = World(ledger, clock)
                lot = world.stocked(10)
                ledger.chain.engine = replace(ledger.chain.engine, finality_depth=12)
                snapshots = [ledger.chain.node.request("evm_snapshot")]
                [first] = world.write(_issue(world, lot, 1))
                assert ledger.chain.node.request("evm_revert", snapshots.pop())

                # A long life: what lost its block goes before the next document of its sender.
                world.write(_issue(world, lot, 2))
                assert world.on_hand(lot) == 7
                snapshots.append(ledger.chain.node.request("evm_snapshot"))
                [third] = world.write(_issue(world, lot, 3))
                assert ledger.chain.node.request("evm_revert", snapshots.pop())
                assert world.on_hand(lot) == 7
            with Ledger.open(home, clock=clock) as ledger:
                ledger.finish()
                assert World(ledger, clock).on_hand(lot) == 4
                for entry in (first, third):
                    again = ledger.outbox.find(entry.key)
                    assert again is not None
                    assert (again.state, again.hash) == (EntryState.RECORDED, entry.hash)

    def test_tells_what_was_refused_since(
        self, closed: tuple[Home, ManualClock, int], caplog: pytest.LogCaptureFixture
    ) -> None:
        """A consent that ran out while nobody sent the document."""
        home, clock, lot = closed
        with Ledger.open(home, clock=clock) as ledger:
            world = World(ledger, clock)
            write_off = ledger.stock.write_off(PLACE, [Line(lot, 1, 11)], keeper=KEEPING, approver=APPROVING)
            ledger.outbox.store([write_off.submission], KEEPER, ledger.chain)
            world.advance(CONSENT_LASTS + 60)
        with Ledger.open(home, clock=clock) as ledger:
            # Whatever is written next makes the block, on an engine that makes blocks on demand.
            world = World(ledger, clock)
            world.write(ledger.divisions.register(DivisionId(43), zh="湖南省", by=ROOT_PARTY))
        with caplog.at_level(logging.WARNING), Ledger.open(home, clock=clock) as ledger:
            entry = ledger.outbox.find(write_off.submission.key)
            assert entry is not None and entry.state is EntryState.REFUSED
            assert World(ledger, clock).on_hand(lot) == 100
        assert write_off.submission.key in caplog.text and "consent" in caplog.text


class TestIndex:
    def test_a_rebuild_gives_the_same(self, world: World, tmp_path: Path) -> None:
        lot = world.stocked(10)
        world.write(world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, 4)], keeper=KEEPING))
        world.ledger.index()
        followed = list(dump(world.ledger.index_engine))
        assert followed == _fresh(world.ledger, tmp_path)
        world.ledger.rebuild_index()
        assert list(dump(world.ledger.index_engine)) == followed

    @pytest.mark.parametrize("back", [1, 3])
    def test_threat_16_equals_a_fresh_one_after_snapshot_and_revert(
        self, anvil_path: Path, tmp_path: Path, back: int
    ) -> None:
        """Blocks are replaced; for anvil each is final at once, so the follower is told otherwise."""
        with running_anvil(anvil_path) as url:
            clock = clock_for(url)
            home = new_home(tmp_path / "home", url, clock)
            with Ledger.open(home, clock=clock) as ledger:
                found(ledger)
                world = World(ledger, clock)
                lots = [world.stocked(10) for _ in range(2)]
                ledger.chain.engine = replace(ledger.chain.engine, finality_depth=12)
                ledger.index()
                before = list(dump(ledger.index_engine))
                snapshot = ledger.chain.node.request("evm_snapshot")
                for quantity in range(1, back + 1):
                    world.write(_issue(world, lots[0], quantity))
                    ledger.index()
                replaced = list(dump(ledger.index_engine))
                assert world.on_hand(lots[0]) == 10 - back * (back + 1) // 2
                assert ledger.chain.node.request("evm_revert", snapshot)

                ledger.index()
                assert list(dump(ledger.index_engine)) == before == _fresh(ledger, tmp_path / "a")
                _send_outside(world, lots[1], back)
                ledger.index()
                assert list(dump(ledger.index_engine)) == _fresh(ledger, tmp_path / "b")
                assert list(dump(ledger.index_engine)) != replaced
                assert (world.on_hand(lots[0]), world.on_hand(lots[1])) == (10, 10 - back - 1)


def _issue(world: World, lot: int, quantity: int) -> Prepared:
    return world.ledger.stock.issue(PLACE, CONSUMER, [Line(lot, quantity)], keeper=KEEPING)


def _send_outside(world: World, lot: int, back: int) -> None:
    """Record other documents in place of the replaced ones, from an office that knows nothing of those."""
    ledger = world.ledger
    with Outbox.open(ledger.home.path / "another outbox.db") as outbox:
        for quantity in [1] * (back + 1):
            prepared = ledger.stock.issue(
                PLACE, CONSUMER, [Line(lot, quantity)], keeper=KEEPING, particulars=Particulars(reason=41)
            )
            outbox.store([prepared.submission], KEEPER, ledger.chain)
            outbox.send([prepared.submission.key], ledger.chain)
            [entry] = outbox.wait([prepared.submission.key], ledger.chain)
            assert entry.state is EntryState.RECORDED


def _fresh(ledger: Ledger, directory: Path) -> list[str]:
    """The dump of an index that was read from the first block."""
    directory.mkdir(exist_ok=True)
    engine = open_database(directory / "fresh.db")
    try:
        rebuild(engine, ledger.source, ledger.chain.engine.finality_depth)
        return list(dump(engine))
    finally:
        engine.dispose()


def _write_deployment(home: Home, deployment: Deployment) -> None:
    home.deployment.write_text(deployment.to_json(), encoding="utf-8")
