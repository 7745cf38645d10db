"""`/v1/roles`: what roles mean, who holds them where, and keys that are replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.parameters import at_seconds
from api.problems import DivisionNotRegisteredError, Problem
from api.reading import ReadingDep
from api.register_parameters import (
    GrantsParameters,
    HolderParameter,
    ReplacementParameter,
    ReplacementsParameters,
    RoleWord,
)
from api.register_problems import HolderUnknownError, ReplacementUnknownError
from api.resources import Resource
from api.schemas.common import Block, Name, moment
from api.schemas.roles import (
    Ban,
    Duty,
    Grant,
    Grants,
    Holder,
    Permission,
    Replacement,
    ReplacementRow,
    Replacements,
    Role,
    Roles,
)
from ledger_client.addresses import Address
from ledger_client.digests import grant_key
from ledger_client.divisions import ROOT, DivisionId, parse_division
from ledger_client.duties import bans_of, duties_of
from ledger_client.fold.records import Grant as GrantRecord
from ledger_client.fold.records import Replacement as ReplacementRecord
from ledger_client.grants import GrantState
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import journal_word
from ledger_client.index.role_pages import (
    class_of,
    grants_page,
    places_of,
    replacement,
    replacements_of,
    replacements_page,
)
from ledger_client.permissions import permissions_of
from ledger_client.roles import ROLE_NAMES
from ledger_client.roles import Role as LedgerRole

router = Resource(prefix="/roles", tags=["roles"])


@router.get("", operation_id="list_roles", summary="What roles mean", responses=Problem.responses(401, 403))
def list_roles(caller: CallerDep, reading: ReadingDep) -> Roles:
    """Return what each role may, must and must not do."""
    caller.require_reader()
    stamp, _ = reading.consistent(lambda index: index.position())
    return Roles(roles=[_role(each) for each in LedgerRole if each], block=Block.of(stamp))


@router.get(
    "/grants",
    operation_id="list_grants",
    summary="Who may act in a division",
    responses=Problem.responses(401, 403, 404),
)
def list_grants(caller: CallerDep, reading: ReadingDep, query: GrantsParameters) -> Grants:
    """Return a page of the grants in a division and below: waiting, acting, suspended and ended ones."""
    division = parse_division(query.division)
    caller.require_city_register(division)
    now = at_seconds(None)

    def read(index: MarkedReader) -> dict[bytes, GrantRecord]:
        _require_registered(index, division)
        return grants_page(
            index,
            division,
            role=LedgerRole[query.role.upper()] if query.role else None,
            state=GrantState(query.state) if query.state else None,
            now=now,
            after=bytes.fromhex(query.after or ""),
            # One more than is shown tells whether another page follows.
            limit=query.limit + 1,
        )

    found, stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    return Grants(
        division=str(division),
        at=moment(now),
        grants=[Grant.of(key, each, now) for key, each in shown.items()],
        next_after=max(shown).hex() if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/holders/{holder}",
    operation_id="read_holder",
    summary="An address and its grants",
    responses=Problem.responses(401, 403, 404),
)
def read_holder(caller: CallerDep, reading: ReadingDep, holder: HolderParameter) -> Holder:
    """Return the class of an address, and its grants and replacements in the divisions of the caller."""
    caller.require_reader()
    now = at_seconds(None)
    found, stamp = reading.consistent(lambda index: _holder(index, caller, holder))
    grants = {
        grant_key(each.holder, LedgerRole(each.role), each.division, each.subject): each
        for each in found.grants
    }
    return Holder(
        holder=holder,
        holder_class=None if found.role is None else _word(found.role),
        journal=None if found.journal is None else f"{found.journal:064x}",
        at=moment(now),
        grants=[
            Grant.of(key, each, now)
            for key, each in sorted(grants.items())
            if caller.may(Scope.READ, each.division)
        ],
        replacements=[
            ReplacementRow.of(number, each, now, reading.deployment.delay)
            for number, each in found.replacements.items()
            if _may_read(caller, each)
        ],
        block=Block.of(stamp),
    )


@router.get(
    "/replacements",
    operation_id="list_replacements",
    summary="Keys that are replaced",
    responses=Problem.responses(401, 403, 404),
)
def list_replacements(caller: CallerDep, reading: ReadingDep, query: ReplacementsParameters) -> Replacements:
    """Return a page of the replacements of keys that concern a division, done ones too."""
    division = parse_division(query.division)
    caller.require(Scope.READ, division)
    now = at_seconds(None)

    def read(index: MarkedReader) -> dict[int, ReplacementRecord]:
        _require_registered(index, division)
        return replacements_page(index, division, query.after, query.limit + 1)

    found, stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    return Replacements(
        division=str(division),
        at=moment(now),
        replacements=[
            ReplacementRow.of(number, each, now, reading.deployment.delay) for number, each in shown.items()
        ],
        next_after=max(shown) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/replacements/{number}",
    operation_id="read_replacement",
    summary="A key that is replaced",
    responses=Problem.responses(401, 403, 404),
)
def read_replacement(caller: CallerDep, reading: ReadingDep, number: ReplacementParameter) -> Replacement:
    """Return a replacement of a key, to whoever reads its authority's division or that of a grant."""
    caller.require_reader()
    now = at_seconds(None)
    found, stamp = reading.consistent(lambda index: replacement(index, number))
    if found is None:
        raise ReplacementUnknownError(value=number)
    caller.require_any(Scope.READ, places_of(found))
    row = ReplacementRow.of(number, found, now, reading.deployment.delay)
    return Replacement(**row.model_dump(), at=moment(now), block=Block.of(stamp))


@dataclass(frozen=True, slots=True)
class _Held:
    role: LedgerRole | None
    journal: int | None
    grants: list[GrantRecord]
    replacements: dict[int, ReplacementRecord]


def _holder(index: MarkedReader, caller: Rights, holder: Address) -> _Held:
    """Return what an address holds, where the caller reads any place of it.

    Raises:
        HolderUnknownError: It has neither class nor grant nor replacement.
        NotAllowedError: All of it lies elsewhere.
    """
    grants, replacements = index.grants(holder), replacements_of(index, holder)
    role, journal = class_of(index, holder), journal_word(index, "holder_journals", holder)
    if role is None and not grants and not replacements:
        raise HolderUnknownError(value=holder)
    places = [each.division for each in grants]
    places += [place for each in replacements.values() for place in places_of(each)]
    # Whoever has a class and no grant yet lies nowhere: it is told to who reads the whole country.
    caller.require_any(Scope.READ, places or [ROOT])
    return _Held(role, journal, grants, replacements)


def _require_registered(index: MarkedReader, division: DivisionId) -> None:
    if division != ROOT and index.division(division) is None:
        raise DivisionNotRegisteredError(division=division)


def _may_read(caller: Rights, record: ReplacementRecord) -> bool:
    return any(caller.may(Scope.READ, place) for place in places_of(record))


def _word(role: LedgerRole) -> RoleWord:
    return cast(RoleWord, role.name.lower())


def _role(role: LedgerRole) -> Role:
    return Role.model_validate(
        {
            "role": _word(role),
            "name": _name(*ROLE_NAMES[role]),
            "may": [
                Permission(
                    text=_name(each.en, each.zh),
                    part=each.part.value,
                    where=_name(*each.where.texts),
                    functions=list(each.functions),
                )
                for each in permissions_of(role)
            ],
            "must": [
                Duty(text=_name(each.en, each.zh), rule=_name(*each.rule), deadline=_name(*each.deadline))
                for each in duties_of(role)
            ],
            "must_not": [
                Ban(text=_name(each.en, each.zh), kept_by=_name(*each.kept_by)) for each in bans_of(role)
            ],
        }
    )


def _name(en: str, zh: str) -> Name:
    return Name(zh=zh, en=en)
