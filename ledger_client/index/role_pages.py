"""Pages of grants and of replacements of keys, as in `register_pages`; and what a holder is."""

from __future__ import annotations

from sqlalchemy import and_, not_, true
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.divisions import DivisionId, contains
from ledger_client.fold.records import Grant, Replacement
from ledger_client.grants import GrantState, grant_state, suspended_grants
from ledger_client.index.register_pages import in_division, page_of
from ledger_client.index.registers import RegisterReader
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.roles import Role

_LOOKED_AT = 500  # replacements read at once


def grants_page(
    reader: RegisterReader,
    division: DivisionId,
    *,
    role: Role | None = None,
    state: GrantState | None = None,
    now: int,
    after: bytes = b"",
    limit: int,
) -> dict[bytes, Grant]:
    """Return grants in a division and below by key.

    Args:
        reader: The index.
        division: Where they lie, 0 for everywhere.
        role: Of which role, None for any.
        state: How they stand at `now`, None for any.
        now: Seconds since 1970.
        after: Key of the last one of the page before, nothing for the first page.
        limit: Most to return.
    """
    table = MAPS_BY_NAME["grants"].table
    where = _may_stand(state, now)
    if division:
        where = and_(where, in_division(table.c.division, division))
    if role is not None:
        where = and_(where, table.c.role == int(role))
    found: dict[bytes, Grant] = {}
    while len(found) < limit:
        some: dict[bytes, Grant] = page_of(reader, "grants", and_(table.c.grant_key > after, where), limit)
        fitting = {key: each for key, each in some.items() if state in (None, grant_state(each, now))}
        found |= dict(list(fitting.items())[: limit - len(found)])
        if len(some) < limit:
            break
        after = max(some)
    return found


def class_of(reader: RegisterReader, holder: Address) -> Role | None:
    """Return the class of an address, which it has for life; None before its first grant."""
    found: int | None = reader._one("classes", holder)
    return None if found is None else Role(found)


def replacement(reader: RegisterReader, number: int) -> Replacement | None:
    """Return a replacement of a key by its number."""
    found: Replacement | None = reader._one("replacements", number)
    return found


def replacements_of(reader: RegisterReader, holder: Address) -> dict[int, Replacement]:
    """Return the replacements of which an address is the old or the new key, by number."""
    table, raw = MAPS_BY_NAME["replacements"].table, address_to_bytes(holder)
    return reader._many("replacements", (table.c.old_holder == raw) | (table.c.new_holder == raw))


def replacements_page(
    reader: RegisterReader, division: DivisionId, after: int, limit: int
) -> dict[int, Replacement]:
    """Return the replacements that concern a division by number: by their authority or by a grant.

    Args:
        reader: The index.
        division: Which, 0 for all.
        after: Number of the last one of the page before, 0 for the first page.
        limit: Most to return.
    """
    column = MAPS_BY_NAME["replacements"].table.c.replacement
    found: dict[int, Replacement] = {}
    while len(found) < limit:
        # Few keys are ever lost: those of other divisions are read past.
        some: dict[int, Replacement] = page_of(reader, "replacements", column > after, _LOOKED_AT)
        for number, each in some.items():
            if len(found) < limit and any(contains(division, place) for place in places_of(each)):
                found[number] = each
        if len(some) < _LOOKED_AT:
            break
        after = max(some)
    return found


def places_of(replacement: Replacement) -> list[DivisionId]:
    """Return the divisions that a replacement concerns: its authority's, and those of its grants."""
    divisions = {replacement.authority_division, *(each for each, _ in suspended_grants(replacement))}
    return [DivisionId(each) for each in sorted(divisions)]


def _may_stand(state: GrantState | None, now: int) -> ColumnElement[bool]:
    """Return what the database can say of `ledger_client.grants.grant_state`.

    Since when a grant acts is kept as bytes, which no column of whole numbers can be compared with: whether a
    grant ended before that is for the caller.
    """
    table = MAPS_BY_NAME["grants"].table
    is_over, is_suspended = table.c.revoked_at > 0, table.c.is_suspended
    if state is None:
        return true()
    if state in (GrantState.REVOKED, GrantState.ENDED_BEFORE):
        return is_over
    if state is GrantState.SUSPENDED:
        return and_(not_(is_over), is_suspended)
    waits = table.c["from"] > now.to_bytes(8, "big")
    return and_(not_(is_over), not_(is_suspended), waits if state is GrantState.WAITING else not_(waits))
