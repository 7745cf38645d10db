"""What the server's processes see of its environment: no passphrase, for none of them has a key to open."""

from __future__ import annotations

import os
import sys

_PASSPHRASE = "SHECANG_PASSPHRASE"  # noqa: S105  begins the names of all variables that hold one


def without_passphrases() -> dict[str, str]:
    """Return the environment without any passphrase."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PASSPHRASE)}


def importing_alike() -> dict[str, str]:
    """Return it for a process that imports from where this one does.

    From the working directory it does so only where this one does.
    """
    path = os.pathsep.join(each or os.curdir for each in sys.path)
    return without_passphrases() | {"PYTHONPATH": path}
