"""A ledger that is opened: every remark, on a real one, and what keeps it from being opened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from played_ledger import ROOT

from ledger_client.doctor import Remark, State, examine
from ledger_client.doctor.opened import examine_opened
from ledger_client.embedded import ManualClock
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.outbox import Submission
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("doctor") / "home")
    Ledger.create(home, ROOT, chain_id=1, delay=3_600, clock=ManualClock(NOW))
    return home


@pytest.fixture
def home(founded: Home, tmp_path: Path) -> Home:
    """A copy of a ledger in which only the root has a grant."""
    shutil.copytree(founded.path, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW + 10)


@pytest.fixture
def ledger(home: Home, clock: ManualClock) -> Iterator[Ledger]:
    with Ledger.open(home, clock=clock) as ledger:
        yield ledger


def about(ledger: Ledger, subject: str) -> Remark:
    (remark,) = (remark for remark in examine_opened(ledger) if remark.about == subject)
    return remark


class TestOpened:
    def test_sound_but_for_the_single_root_key(self, ledger: Ledger) -> None:
        states = {remark.about: remark.state for remark in examine_opened(ledger)}
        unsafe = {subject for subject, state in states.items() if state is not State.OK}
        assert unsafe == {"root"}
        assert states.keys() == {"engine", "pins", "clock", "delay", "outbox", "index", "root"}

    def test_clock_behind_the_blocks(self, ledger: Ledger, clock: ManualClock) -> None:
        clock.set(NOW - 1_000)
        remark = about(ledger, "clock")
        assert remark.state is State.UNSAFE
        assert "ahead of this machine's clock" in remark.sentence

    def test_index_that_is_behind(self, ledger: Ledger) -> None:
        ahead = ledger.chain.height()
        assert f"{ahead} blocks behind" in about(ledger, "index").sentence
        ledger.index()
        assert f"read all {ahead} blocks" in about(ledger, "index").sentence

    def test_number_that_no_document_has(self, ledger: Ledger) -> None:
        make_private_directory(ledger.home.keys)
        create_keystore(ledger.home.keys / "clerk.json", "", demo=True)
        clerk = KeystoreSigner.open(ledger.home.keys / "clerk.json", "")
        fields = {"sender": clerk.address, "to": clerk.address, "data": b""}
        submissions = [
            Submission(key=key, content=key.encode() * 32, gas=gas, **fields)
            for key, gas in (("a", 10**12), ("b", 100_000))
        ]
        ledger.outbox.store(submissions, clerk, ledger.chain)
        ledger.outbox.send("ab", ledger.chain)
        waiting, gap = (each for each in examine_opened(ledger) if each.about == "outbox")
        assert (waiting.state, gap.state) == (State.UNKNOWN, State.UNSAFE)
        assert "clerk wait for number 0" in gap.sentence

    def test_root_that_was_revoked_is_not_remarked_on(self, ledger: Ledger) -> None:
        assert ROOT.address in about(ledger, "root").sentence
        grants = [each for each in ledger.index().grants() if each.role == Role.AUTHORITY]
        assert len(grants) == 1


class TestNotOpened:
    def last(self, home: Home) -> Remark:
        return list(examine(home))[-1]

    def test_no_ledger(self, tmp_path: Path) -> None:
        remark = self.last(Home(tmp_path))
        assert (remark.about, remark.state) == ("ledger", State.UNKNOWN)
        assert "shecang init" in remark.sentence

    def test_node_that_does_not_answer(self, home: Home) -> None:
        home.use_node("http://127.0.0.1:9")
        remark = self.last(home)
        assert (remark.about, remark.state) == ("ledger", State.UNKNOWN)
        assert "http://127.0.0.1:9" in remark.sentence

    def test_other_chain_than_the_record_says(self, home: Home) -> None:
        record = json.loads(home.deployment.read_text())
        home.deployment.write_text(json.dumps(record | {"genesisHash": "0x" + "11" * 32}))
        remark = self.last(home)
        assert (remark.about, remark.state) == ("ledger", State.UNSAFE)
        assert "another chain" in remark.sentence

    def test_outbox_that_is_damaged(self, home: Home) -> None:
        home.outbox.write_bytes(b"no database at all" * 1_000)
        remark = self.last(home)
        assert (remark.about, remark.state) == ("ledger", State.UNKNOWN)
        assert "outbox.db" in remark.sentence
