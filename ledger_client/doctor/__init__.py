"""What stands well with an installation, an office and its ledger, and what does not: each with its remedy.

::

    for remark in examine(Home(path)):
        print(remark.state, remark.sentence)

Nothing is changed, but for what opening a ledger always does: what the outbox still holds is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.doctor.databases import examine_databases
from ledger_client.doctor.machine import examine_machine
from ledger_client.doctor.office import examine_office
from ledger_client.doctor.remarks import Remark, State, remarked
from ledger_client.home import Home

__all__ = ["Remark", "State", "examine"]


def examine(home: Home) -> Iterator[Remark]:
    """Give a remark on everything that is looked at, nearest first: machine, office, node, ledger."""
    yield from examine_machine(home.path)
    yield from examine_office(home)
    yield from examine_databases(home)
    yield from remarked("ledger", lambda: _examine_ledger(home))


def _examine_ledger(home: Home) -> Iterator[Remark]:
    # Imported now: what opens a ledger takes two seconds to import, and the machine is looked at first.
    from ledger_client.doctor.opened import examine_opened
    from ledger_client.ledger import Ledger

    with Ledger.open(home) as ledger:
        yield from examine_opened(ledger)
