"""`ledger_client.needs.__all__` is exactly what the package shows, and no chain or database comes with it."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

from ledger_client import needs

FOREIGN = ("web3", "eth", "trie", "sqlalchemy", "alembic", "requests", "httpx", "aiohttp", "fastapi")


def test_all_names_are_exported_and_sorted() -> None:
    public = {
        name for name, value in vars(needs).items() if not (name[0] == "_" or isinstance(value, ModuleType))
    }
    assert set(needs.__all__) == public
    assert sorted(needs.__all__) == list(needs.__all__)


def test_neither_chain_nor_network_nor_database_is_loaded() -> None:
    program = "import sys, ledger_client.needs; print('\\n'.join(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in answer.stdout.split()}.isdisjoint(FOREIGN)
