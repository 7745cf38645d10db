"""Kill −9: what was acknowledged is there, and what was acknowledged as mined is the head."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from probe import CHAIN_ID, KEEPER, START, sign, sign_call, sign_creation

from ledger_client.embedded import ManualClock
from ledger_client.embedded import store as store_module
from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.store import Store

ADDRESS = bytes.fromhex(KEEPER.address[2:])
ROUNDS = 12


@dataclass
class Acknowledged:
    """What a writer had said before it died."""

    sent: list[bytes] = field(default_factory=list)
    mined: dict[int, bytes] = field(default_factory=dict)

    def read(self, lines: bytes) -> None:
        for line in lines.split(b"\n")[:-1]:  # what stands behind the last line break was not said
            word, *values = line.decode().split()
            if word == "sent":
                self.sent.append(bytes.fromhex(values[0]))
            else:
                self.mined[int(values[0])] = bytes.fromhex(values[1])


def write_for_ever(directory: Path, say: Callable[[str], None], round_: int) -> None:
    """Send and seal, and say so each time that it was acknowledged."""
    rng = random.Random(round_)
    chain = EmbeddedChain.open(directory, clock=ManualClock(START + 10_000 * round_))
    while True:
        nonce = chain.next_nonce(ADDRESS)
        for ahead in range(rng.randrange(1, 5)):
            raw = sign_call(nonce + ahead, "write", rng.randrange(50), nonce)
            (hash_,) = chain.submit([raw])
            assert isinstance(hash_, bytes)
            say(f"sent {hash_.hex()}\n")
        number = chain.seal()
        say(f"mined {number} {chain.reader.head().hash.hex()}\n")


def run_and_kill(work: Callable[[Callable[[str], None]], None], delay: float | None) -> bytes:
    """Run `work` in a process of its own; kill it after `delay` seconds, or let it kill itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(lambda text: _say(writing, text))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    assert os.WIFSIGNALED(status), "the writer failed by itself"
    assert os.WTERMSIG(status) == signal.SIGKILL
    return said


def _say(writing: int, text: str) -> None:
    os.write(writing, text.encode())


def check(directory: Path, acknowledged: Acknowledged) -> tuple[int, int]:
    """Open after the kill, and return how many blocks and how many waiting transactions there are."""
    chain = EmbeddedChain.open(directory, clock=ManualClock(START))
    try:
        head = chain.reader.head().block_number
        waiting = chain.pending()
        for hash_ in acknowledged.sent:
            assert (hash_ in waiting) != (chain.reader.transaction(hash_) is not None)
        for number, hash_ in acknowledged.mined.items():
            header = chain.reader.header(number)
            assert header is not None
            assert header.hash == hash_
        # At most the block that was being acknowledged is more than was said.
        assert head - max(acknowledged.mined, default=1) in (0, 1)
        assert chain._store.all_derived() == chain.reader.derive_all()
        return head, len(waiting)
    finally:
        chain.close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "killed"
    chain = EmbeddedChain.create(directory, chain_id=CHAIN_ID, clock=ManualClock(START))
    chain.submit([sign_creation()])
    chain.seal()
    chain.close()
    return directory


def test_threat_15_killed_at_random_moments(directory: Path) -> None:
    rng = random.Random(15)
    acknowledged = Acknowledged()
    blocks = [1]
    for round_ in range(ROUNDS):
        delay = 0.05 + rng.random() / 4
        said = run_and_kill(lambda say, round_=round_: write_for_ever(directory, say, round_), delay)
        acknowledged.read(said)
        blocks.append(check(directory, acknowledged)[0])
    # It did work between the kills, or nothing was tried.
    assert blocks[-1] > ROUNDS
    assert len(acknowledged.sent) > ROUNDS


def kill_before(function: Callable[..., object]) -> Callable[..., object]:
    def killed(*arguments: object, **named: object) -> object:
        os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)

    return killed


def kill_after(function: Callable[..., object]) -> Callable[..., object]:
    def killed(*arguments: object, **named: object) -> object:
        function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    return killed


# Where it dies, and what must be there afterwards: blocks, and waiting transactions.
POINTS: dict[str, tuple[object, str, Callable[..., Callable[..., object]], int, int]] = {
    "before a transaction is stored": (Store, "add_pending", kill_before, 1, 0),
    "after a transaction is stored": (Store, "add_pending", kill_after, 1, 1),
    "before a block is stored": (Store, "add_block", kill_before, 1, 1),
    "in the middle of storing a block": (store_module, "_put_derived", kill_before, 1, 1),
    "just before a block is committed": (store_module, "_put_derived", kill_after, 1, 1),
    "after a block is stored": (Store, "add_block", kill_after, 2, 0),
}


@pytest.mark.parametrize("point", POINTS)
def test_threat_15_killed_at(directory: Path, point: str) -> None:
    owner, name, kill, blocks, waiting = POINTS[point]

    def work(say: Callable[[str], None]) -> None:
        chain = EmbeddedChain.open(directory, clock=ManualClock(START))
        setattr(owner, name, kill(getattr(owner, name)))
        (hash_,) = chain.submit([sign(nonce=1)])
        say(f"sent {hash_.hex()}\n")
        say(f"mined {chain.seal()} {chain.reader.head().hash.hex()}\n")

    acknowledged = Acknowledged()
    acknowledged.read(run_and_kill(work, None))
    assert check(directory, acknowledged) == (blocks, waiting)

    # Sending it again is one transaction, whatever had become of the first.
    chain = EmbeddedChain.open(directory, clock=ManualClock(START))
    (hash_,) = chain.submit([sign(nonce=1)])
    if chain.pending():
        chain.seal()
    mined = chain.reader.transaction(hash_)
    assert mined is not None
    assert (mined.row.block, chain.reader.head_account(ADDRESS).nonce) == (2, 2)
    chain.close()
