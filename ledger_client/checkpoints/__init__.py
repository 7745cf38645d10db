"""Checkpoints: who vouches for a block, and what becomes of somebody who vouches for two.

A chain with one operator proves nothing by itself, so the districts vouch: a witness signs final blocks at
fixed heights, each statement naming the one before (docs/verify.md)::

    sign_checkpoint(chain, trust, witness, Directory(Path("mine")), is_first=True)
    compare(trust, [place_of("mine"), place_of("https://…")]).newest    # what evidence stands on
    Monitor(chain, places).look(accepted).alarms                          # what the monitor asks
"""

from ledger_client.checkpoints.comparison import Checkpoint, Comparison, Fork, compare
from ledger_client.checkpoints.places import Directory, Place, place_of
from ledger_client.checkpoints.statement import Statement
from ledger_client.checkpoints.watch import Alarm, AlarmKind, Look, Monitor, look
from ledger_client.checkpoints.witness import Signed, sign_checkpoint

__all__ = [
    "Alarm",
    "AlarmKind",
    "Checkpoint",
    "Comparison",
    "Directory",
    "Fork",
    "Look",
    "Monitor",
    "Place",
    "Signed",
    "Statement",
    "compare",
    "look",
    "place_of",
    "sign_checkpoint",
]
