"""`ledger_client.book.__all__` is exactly what the package shows."""

from __future__ import annotations

from types import ModuleType

from ledger_client import book


def test_all_names_are_exported_and_sorted() -> None:
    public = {
        name for name, value in vars(book).items() if not (name[0] == "_" or isinstance(value, ModuleType))
    }
    assert set(book.__all__) == public
    assert sorted(book.__all__, key=lambda name: (not name.isupper(), name)) == list(book.__all__)
