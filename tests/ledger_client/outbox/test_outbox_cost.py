"""What the outbox does for a document costs the same however many there were before."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from outbox_steps import submission
from sqlalchemy import Engine, event

from ledger_client.chain import Chain, Receipt
from ledger_client.node import connect as connect_node
from ledger_client.outbox import EntryState, Outbox, StillWaitingError
from ledger_client.signers import Signer


def plans_of(engine: Engine) -> list[tuple[str, str]]:
    """Collect every statement from now on with what SQLite does for it."""
    plans: list[tuple[str, str]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, text: str, parameters: Any, _context: Any, many: bool) -> None:
        if text.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            values = parameters[0] if many else parameters
            steps = cursor.connection.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
            plans.extend((text, step[3]) for step in steps)

    return plans


@pytest.fixture
def outbox(tmp_path: Path) -> Any:
    with Outbox.open(tmp_path / "outbox.db") as opened:
        yield opened


def test_a_statement_that_reads_everything_is_noticed(outbox: Outbox) -> None:
    plans = plans_of(outbox._engine)
    with outbox._engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM entries WHERE hash = x'00'").all()

    assert [step for _, step in plans] == ["SCAN entries"]


def test_no_statement_reads_all_that_ever_was(outbox: Outbox, chain: Chain, signer: Signer) -> None:
    plans = plans_of(outbox._engine)
    submissions = [submission(signer, key=f"document {number}") for number in range(3)]
    keys = [each.key for each in submissions]

    outbox.refuse_other_content(submissions)
    outbox.store(submissions, signer, chain)
    outbox.send(keys, chain)
    entries = outbox.wait(keys, chain)
    outbox.resume(chain)

    assert {entry.state for entry in entries} == {EntryState.RECORDED}
    assert len(plans) > 20
    # Only what may yet be replaced is read as a whole: it is forgotten once it is final.
    assert [plan for plan in plans if plan[1].startswith("SCAN") and "unconfirmed" not in plan[1]] == []


class CountingChain(Chain):
    """A real chain that counts the receipts it is asked for."""

    asked = 0

    def receipts(self, transactions: Sequence[bytes]) -> list[Receipt | None]:
        self.asked += len(transactions)
        return super().receipts(transactions)


@pytest.fixture
def slow_chain(outbox_anvil: str) -> Iterator[CountingChain]:
    """An anvil that makes a block only when it is told to."""
    chain = CountingChain(connect_node(outbox_anvil))
    chain.node.request("evm_setAutomine", False)
    yield chain
    chain.node.request("evm_mine")
    chain.node.request("evm_setAutomine", True)


def test_one_question_tells_of_all_that_wait(
    outbox: Outbox, slow_chain: CountingChain, signer: Signer
) -> None:
    submissions = [submission(signer, key=f"waiting {number}") for number in range(50)]
    keys = [each.key for each in submissions]
    outbox.store(submissions, signer, slow_chain)
    outbox.send(keys, slow_chain)

    with pytest.raises(StillWaitingError):
        outbox.wait(keys, slow_chain, timeout=0.5, pause=0.02)

    looks_before_the_last = 0.5 / 0.02
    assert slow_chain.asked <= looks_before_the_last + 2 * len(keys)
    slow_chain.node.request("evm_mine")
    assert {entry.state for entry in outbox.wait(keys, slow_chain)} == {EntryState.RECORDED}


def test_a_block_that_comes_at_once_is_seen_at_once(
    outbox: Outbox, slow_chain: CountingChain, outbox_anvil: str, signer: Signer
) -> None:
    sent = submission(signer, key="soon")
    outbox.store([sent], signer, slow_chain)
    outbox.send([sent.key], slow_chain)
    mining = Timer(0.05, connect_node(outbox_anvil).request, ["evm_mine"])

    begun = time.monotonic()
    mining.start()
    entries = outbox.wait([sent.key], slow_chain, pause=10.0)

    assert [entry.state for entry in entries] == [EntryState.RECORDED]
    assert time.monotonic() - begun < 5.0  # a pause is ten, and the first ones are not
    mining.join()


def test_a_number_used_by_another_hides_nothing_behind_it(
    outbox: Outbox, slow_chain: CountingChain, signer: Signer
) -> None:
    submissions = [submission(signer, key=f"behind {number}") for number in range(2)]
    keys = [each.key for each in submissions]
    number = outbox.store(submissions, signer, slow_chain)[0].nonce
    fields = {"chainId": slow_chain.chain_id, "nonce": number, "gas": 21_000, "to": signer.address}
    slow_chain.send_raw(signer.sign_transaction(fields | {"data": b""}))
    outbox.send(keys[1:], slow_chain)
    slow_chain.node.request("evm_mine")

    with pytest.raises(StillWaitingError):
        outbox.wait(keys, slow_chain, timeout=0.3)

    assert [entry.state for entry in outbox.entries(keys)] == [EntryState.SIGNED, EntryState.RECORDED]
