"""What an index has of replacements of keys, and of what issuers may qualify for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from ledger_client.databases import reading
from ledger_client.fold.records import Accreditation, Replacement
from ledger_client.index.registers import columns_of
from ledger_client.index.tables import MAPS_BY_NAME


def replacements(engine: Engine) -> dict[int, Replacement]:
    """Return all replacements of keys by number."""
    return _all(engine, "replacements")


def accreditations(engine: Engine) -> dict[tuple[int, int], Accreditation]:
    """Return the histories of all accreditations by issuer and category."""
    return _all(engine, "accreditations")


def _all(engine: Engine, name: str) -> dict[Any, Any]:
    spec = MAPS_BY_NAME[name]
    with reading(engine) as connection:
        rows = connection.execute(columns_of(spec).order_by(*spec.table.primary_key)).all()
    return dict(spec.entry(row) for row in rows)
