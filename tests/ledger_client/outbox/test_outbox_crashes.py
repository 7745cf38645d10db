"""Threat 15: kill −9 at every point between signing and answering leaves exactly one document."""

import multiprocessing
import os
import signal
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import outbox_steps
import pytest
from outbox_steps import NOW, POINTS, connect, recorded, signed_elsewhere, submission

from ledger_client.outbox import EntryState, Outbox
from ledger_client.signers import KeystoreSigner

STATES = {
    "before store": None,
    "after store": EntryState.SIGNED,
    "after send": EntryState.SIGNED,
    "before commit of sent": EntryState.SIGNED,
    "before commit of recorded": EntryState.SENT,
}


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Real processes of their own, forked from one that has imported everything: an import takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["outbox_steps"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        first = context.Process(target=outbox_steps.main_does_nothing)
        first.start()
        first.join()
    assert first.exitcode == 0
    return context


@pytest.mark.parametrize("point", POINTS)
def test_killed_process_leaves_one_document(
    point: str, address: str, tmp_path: Path, signer: KeystoreSigner, processes: ForkServerContext
) -> None:
    process = processes.Process(target=outbox_steps.main, args=(address, str(tmp_path), point))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL

    with Outbox.open(tmp_path / "outbox.sqlite") as outbox, connect(address) as chain:
        found = outbox.find("a")
        assert (found and found.state) == STATES[point]
        outbox.resume(chain)
        # The command that was killed is given again, from the start.
        outbox.store([submission(signer)], signer, chain)
        outbox.send(["a"], chain)
        (entry,) = outbox.wait(["a"], chain)
        assert entry.state is EntryState.RECORDED
        assert found is None or entry.hash == found.hash
        assert recorded(chain, signer) == [b"content"]
        assert chain.transaction_count(signer.address) == 1


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_relays_leaves_one_document(
    point: str, address: str, tmp_path: Path, signer: KeystoreSigner, processes: ForkServerContext
) -> None:
    """What a sender signed elsewhere, and sends again because it got no answer."""
    process = processes.Process(target=outbox_steps.main_foreign, args=(address, str(tmp_path), point))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL

    with Outbox.open(tmp_path / "outbox.sqlite") as outbox, connect(address) as chain:
        found = outbox.find("a")
        assert (found and found.state) == STATES[point]
        outbox.resume(chain)
        if found is None:  # the number is still reserved for it
            outbox.adopt(submission(signer), signed_elsewhere(outbox, chain, signer), chain, NOW)
        outbox.send(["a"], chain)
        (entry,) = outbox.wait(["a"], chain)
        assert entry.state is EntryState.RECORDED
        assert found is None or entry.hash == found.hash
        assert recorded(chain, signer) == [b"content"]
        assert chain.transaction_count(signer.address) == 1
