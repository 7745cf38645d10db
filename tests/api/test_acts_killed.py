"""Kill −9 while an act is handed in leaves one registration with its name, or none at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import act_steps
import pytest
import relay_steps
from act_steps import COMMITS_IN, NEW_SITE, declared, registered
from served import copy_of, wait_for
from test_relay import relaying

from ledger_client.acts import Act, act_text
from ledger_client.desk import Desk
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.outbox import EntryState, Outbox, Refusal
from ledger_client.records import RecordId, RecordsKey, RecordStore

SITE = RecordId("site", NEW_SITE)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Real processes of their own, forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["act_steps"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        first = context.Process(target=relay_steps.main_does_nothing)
        first.start()
        first.join()
    assert first.exitcode == 0
    return context


def state_of(home: Home, key: str) -> EntryState | None:
    with Outbox.open(home.outbox) as outbox:
        found = outbox.find(key)
        return found.state if found else None


@pytest.mark.parametrize("point", COMMITS_IN)
def test_killed_while_it_is_handed_in(
    point: str, city: Home, tmp_path: Path, processes: ForkServerContext
) -> None:
    home = copy_of(city, tmp_path / "home")
    act, raw = registered(home)
    assert act.record is not None
    words = (str(home.path), act_text(act), raw, point)
    process = processes.Process(target=act_steps.main_hand_in, args=words)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert state_of(home, act.outbox_key) is None
    with Desk.open(home) as desk:
        # Whoever got no answer hands it in again, however often.
        first = desk.acts.hand_in(act, raw)
        assert first.state is EntryState.SIGNED
        assert desk.acts.hand_in(act, raw) == first
    with relaying(home):
        wait_for(lambda: state_of(home, act.outbox_key) is EntryState.RECORDED)
    with Ledger.open(home) as ledger:
        assert ledger.index().sites()[NEW_SITE].name == act.record.name_digest()
    with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
        assert records.get(SITE) == act.record
        assert records.registrar(SITE) == act.sender


def test_what_the_contract_refuses_in_the_end_stays_refused(city: Home, tmp_path: Path) -> None:
    """Both could be recorded when they came; the second cannot once the first is. Nothing is sent again."""
    home = copy_of(city, tmp_path / "home")
    with Desk.open(home) as desk:
        one, two = (declared_and_handed_in(desk, home) for _ in range(2))
        with relaying(home):
            wait_for(lambda: state_of(home, two[0].outbox_key) is EntryState.REFUSED)
        assert state_of(home, one[0].outbox_key) is EntryState.RECORDED
        again = desk.acts.hand_in(*two)
        assert (again.state, again.refusal) == (EntryState.REFUSED, Refusal.REVERTED)
        assert desk.acts.hand_in(*one).state is EntryState.RECORDED


def declared_and_handed_in(desk: Desk, home: Home) -> tuple[Act, bytes]:
    act, raw = declared(desk, home)
    assert desk.acts.hand_in(act, raw).state is EntryState.SIGNED
    return act, raw
