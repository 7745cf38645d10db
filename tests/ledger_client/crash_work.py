"""What the processes write that the crash tests kill: documents of several keepers, command after command."""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import crash_points
from facade import (
    APPROVING,
    CHAIN_ID,
    CONSUMER,
    KEEPING,
    KEEPING_TOO,
    OTHER_PLACE,
    PLACE,
    ROOT_PARTY,
    START,
    THE_DISTRICT,
)
from played_ledger import DONOR, KEEPER, RICE, ROOT

from ledger_client.calldata import OPEN, Consignment
from ledger_client.documents import Kind, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.errors import RefusedError
from ledger_client.home import Home
from ledger_client.identifiers import ConsigneeId
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, LotAttributes, pack_lines
from ledger_client.outbox import EntryState, Outbox
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Prepared

SPEED = 40
"""Seconds that pass for the ledger in one of the machine: so many blocks a second may follow each other."""

DAY = 86_400  # seconds
_PAUSE = 0.01  # seconds between two looks for a block, as they come so fast


class Pace:
    """A clock that hurries, the same in every process: a block a second would make a test an hour."""

    def __init__(self, start: int, epoch: float) -> None:
        self._start, self._epoch = start, epoch

    def now(self) -> int:
        return self._start + int((time.time() - self._epoch) * SPEED)

    def wait_until(self, second: int) -> None:
        while (remaining := second - self.now()) > 0:
            time.sleep(remaining / SPEED / 2)


@dataclass(frozen=True)
class Work:
    """What one process writes; the same whenever the command is given again.

    Attributes:
        home: The ledger's directory.
        name: Of the process; makes its documents its own.
        start: The ledger's time at `epoch`.
        epoch: The machine's time.
        since: When its documents are said to have occurred.
        lots: One that the first site holds plenty of, and one of the second site.
    """

    home: Path
    name: str
    start: int
    epoch: float
    since: int
    lots: tuple[int, int]

    @property
    def pace(self) -> Pace:
        return Pace(self.start, self.epoch)

    def open(self) -> Ledger:
        """Open the ledger, which then looks for blocks as often as they come."""
        Outbox.wait.__kwdefaults__["pause"] = _PAUSE  # type: ignore[index]
        return Ledger.open(Home(self.home), clock=self.pace)

    def consignee(self, step: int) -> ConsigneeId:
        return ConsigneeId(int.from_bytes(keccak(f"{self.name}/{step}".encode())[:20], "big"))

    def particulars(self, step: int, ordinal: int, reason: int = 0) -> Particulars:
        name = f"{self.name}/{step}/{ordinal}"
        return Particulars(
            client_id=keccak(name.encode()),
            occurred_at=Timestamp(self.since),
            reason=reason,
            body={"note": name},
        )

    def command(self, ledger: Ledger, step: int) -> list[Prepared]:
        """Return what the `step`th command writes at once."""
        return COMMANDS[step % len(COMMANDS)](self, ledger, step)


def _move(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    ours, theirs = work.lots
    stock, said = ledger.stock, lambda ordinal: work.particulars(step, ordinal)
    return [
        stock.issue(PLACE, CONSUMER, [Line(ours, 1)], keeper=KEEPING, particulars=said(1)),
        stock.issue(OTHER_PLACE, CONSUMER, [Line(theirs, 1)], keeper=KEEPING_TOO, particulars=said(2)),
        stock.hand_over(
            PLACE, OTHER_PLACE, [Line(ours, 1)], keeper=KEEPING, receiver=KEEPING_TOO, particulars=said(3)
        ),
    ]


def _receive(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    return [
        ledger.stock.receive(
            site,
            DONOR,
            [Goods(_new_goods(work, step, ordinal), 5)],
            keeper=keeper,
            held=True,
            particulars=work.particulars(step, ordinal),
        )
        for ordinal, (site, keeper) in enumerate(((PLACE, KEEPING), (OTHER_PLACE, KEEPING_TOO)), 1)
    ]


def _new_goods(work: Work, step: int, ordinal: int) -> LotAttributes:
    batch = keccak(f"{work.name}/{step}/{ordinal}".encode())
    return LotAttributes(item=RICE, source=DONOR, batch=batch, expires=40_000)


def _release(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    """Free what the command before received."""
    receipt = _receive(work, ledger, step - 1)[0]
    lot = _new_goods(work, step - 1, 1).owned_by(receipt.key, 1).lot_id
    approved, written_off = work.particulars(step, 1, reason=50), work.particulars(step, 2)
    line = Line(work.lots[0], 1, 11)
    return [
        ledger.stock.release(PLACE, [lot], approver=APPROVING, particulars=approved),
        ledger.stock.write_off(PLACE, [line], keeper=KEEPING, approver=APPROVING, particulars=written_off),
    ]


def _dispatch(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    lines, deadline = [Line(work.lots[0], 2)], work.since + DAY
    said = work.particulars(step, 1)
    return [
        ledger.stock.dispatch(PLACE, OTHER_PLACE, lines, deadline=deadline, keeper=KEEPING, particulars=said)
    ]


def _accept(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    [dispatch] = _dispatch(work, ledger, step - 1)
    left = Consignment(OPEN, (KEEPER.address,), pack_lines(Kind.DISPATCH, [Line(work.lots[0], 2)]))
    said = work.particulars(step, 1)
    return [
        ledger.stock.step(
            Kind.ACCEPTANCE, dispatch.key, PLACE, OTHER_PLACE, left, sender=KEEPING_TOO, particulars=said
        )
    ]


def _register(work: Work, ledger: Ledger, step: int) -> list[Prepared]:
    name = f"领用单位{work.name}"
    return [ledger.consignees.register(work.consignee(step), THE_DISTRICT, zh=name, by=ROOT_PARTY)]


COMMANDS = (_move, _receive, _release, _dispatch, _accept, _register)
REGISTERING = COMMANDS.index(_register)


def effect(work: Work, step: int) -> Counter[tuple[int, int]]:
    """What a command does to the quantities of the two lots, by site and lot."""
    ours, theirs = work.lots
    return Counter(
        {
            _move: {(PLACE, ours): -2, (OTHER_PLACE, theirs): -1, (OTHER_PLACE, ours): 1},
            _release: {(PLACE, ours): -1},
            _dispatch: {(PLACE, ours): -2},
            _accept: {(OTHER_PLACE, ours): 2},
        }.get(COMMANDS[step % len(COMMANDS)], {})
    )


def give(work: Work, ledger: Ledger, step: int) -> None:
    """Give a command, for the first time or again."""
    commanded = work.command(ledger, step)
    try:
        entries = ledger.write(commanded)
    except RefusedError:
        # A registration has no client's id: a name that is registered is refused the second time.
        assert step % len(COMMANDS) == REGISTERING
        ledger.finish()
        assert work.consignee(step) in ledger.index().consignees()
    else:
        assert [entry.state for entry in entries] == [EntryState.RECORDED] * len(commanded)


def set_up(path: Path) -> None:
    """Set a ledger up, as often as it takes."""
    Ledger.create(Home(path), ROOT, chain_id=CHAIN_ID, delay=0, clock=ManualClock(START))


def write(work: Work, pipe: int, kill: crash_points.Kill | None, steps: int | None) -> None:
    """Give command after command, and say of each on `pipe` that it returned.

    Args:
        work: What to write.
        pipe: Where to say so; a line is written whole or not at all.
        kill: Where the process kills itself, if it does.
        steps: How many commands; None for ever.
    """
    if kill is not None:
        kill.install()
    with work.open() as ledger:
        _say(pipe, "opened")
        for step in itertools.count() if steps is None else range(steps):
            give(work, ledger, step)
            _say(pipe, f"recorded {step}")
            if step % 2:
                position = ledger.index().position()
                _say(pipe, f"indexed {position.number} {position.hash.hex()}")


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())
