"""Modules of other projects that are imported for nothing, put off until something in them is called.

eth-keyfile, which opens key files, and with it all of web3.py imports what the key files of validators need
(EIP-2335), and nothing here has: the pairings of BLS12-381. py-ecc computes tables of them and tests itself
while it is imported, which was a third of a second of every command and of every process of a server.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

LATE = ("py_ecc.bls12_381.bls12_381_pairing", "py_ecc.optimized_bls12_381.optimized_pairing")
"""Modules of which others take functions alone."""


class LateModule(ModuleType):
    """Stands in the place of a module of functions; the first that is called imports it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def late(*arguments: Any, **words: Any) -> Any:
            if sys.modules.get(self.__name__) is self:
                sys.modules.pop(self.__name__, None)
            return getattr(import_module(self.__name__), name)(*arguments, **words)

        return late


def put_off() -> None:
    """Put those modules off that are not there yet."""
    for name in LATE:
        sys.modules.setdefault(name, LateModule(name))
