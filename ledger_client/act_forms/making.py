"""The act that a form means: the one that the command of its kind would make of the same words."""

from __future__ import annotations

from typing import Any

from ledger_client.act_forms._core import Making, Offices
from ledger_client.act_forms._deciding import DECIDING
from ledger_client.act_forms._registers import REGISTERING
from ledger_client.act_forms.known import ActsKnown
from ledger_client.preparing import Prepared

_MAKERS = {**REGISTERING, **DECIDING}


def prepare_act(form: Any, offices: Offices, known: ActsKnown) -> Prepared:
    """Return the call that a form means; its `act` waits for the key of `by`.

    Args:
        form: An `ActForm`.
        offices: What prepares it.
        known: What it leaves open.

    Raises:
        UsageError: Something that the form says cannot be meant.
        RefusedError: It names a request, proposal or document that there is not.
    """
    return _MAKERS[type(form)](Making(offices, known), form)
