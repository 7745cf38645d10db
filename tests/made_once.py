"""What is dear to make and nobody changes, made once a run by whichever process asks first."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """Return what `make` makes at a path; the other processes of the run wait for it, and get the same.

    Args:
        factory: Of the session.
        name: Of what is made.
        make: Makes it at a path that does not exist yet; what it returns is pickled.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / "made"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make(shared / "it")))
        made: T = pickle.loads(kept.read_bytes())
    return made
