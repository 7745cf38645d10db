"""The published role × function table says what the contracts allow, function by function."""

from __future__ import annotations

from collections import defaultdict

from stock import Stock
from stock_stages import staged
from test_role_table import AUTHORITIES, CALLS
from test_stock_ledger_roles import BY_APPROVER, BY_KEEPER, BY_RECALLER

from ledger_client.calldata import FUNCTIONS
from ledger_client.documents import Kind
from ledger_client.duties import bans_of, duties_of
from ledger_client.permissions import PERMISSIONS, Part, Where
from ledger_client.roles import Role

# Tested with their own functions: they need a suspension before them, and the grants of a suspension.
REINSTATEMENTS = {
    "reinstateAccreditation": {Role.AUTHORITY},
    "reinstateQualification": {Role.AUTHORITY, Role.ISSUER},
}


def listed(part: Part) -> dict[str, set[Role]]:
    found: dict[str, set[Role]] = defaultdict(set)
    for each in PERMISSIONS:
        if each.part is part:
            for function in each.functions:
                found[function].add(each.role)
    return found


def test_who_may_send_what() -> None:
    allowed: dict[str, set[Role]] = defaultdict(set)
    for name, (may, _) in CALLS.items():
        if may & AUTHORITIES.keys():
            allowed[name.split()[0]].add(Role.AUTHORITY)
        if "issuer" in may:
            allowed[name.split()[0]].add(Role.ISSUER)
        assert may <= {*AUTHORITIES, "issuer"}
    allowed |= REINSTATEMENTS
    for kinds, roles in (
        (BY_KEEPER, {Role.KEEPER}),
        (BY_APPROVER, {Role.APPROVER}),
        (BY_RECALLER, {Role.AUTHORITY, Role.ISSUER}),
    ):
        allowed |= {FUNCTIONS[kind]: roles for kind in kinds}
    assert listed(Part.SENDS) == allowed


def test_where_an_authority_must_stand() -> None:
    where = {
        function: each.where
        for each in PERMISSIONS
        if each.role is Role.AUTHORITY
        for function in each.functions
    }
    for name, (may, _) in CALLS.items():
        function = name.split()[0]
        if name in ("closeDivision below", "grant an issuer", "grant an authority", "revoke an authority"):
            continue  # the first is one case more, the sentence of the others says so
        authorities = may & AUTHORITIES.keys()
        if not authorities:
            continue
        expected = {
            Where.COUNTRY: {"root"},
            Where.ABOVE: {"root", "province", "city"},
            Where.HERE: {"root", "province", "city", "district"},
            Where.ANYWHERE: set(AUTHORITIES),
        }[where[function]]
        assert authorities == expected, name


def test_every_co_signer_of_a_document_is_listed(stock: Stock) -> None:
    consents = listed(Part.CONSENTS)
    for kind in Kind:
        with stock.chain.undone():
            act = staged(stock, kind)
        for party in (act.other, act.approver):
            if party is not None:
                assert party.role in consents[FUNCTIONS[kind]], kind


def test_every_role_has_its_lists() -> None:
    for role in Role:
        if role:
            assert duties_of(role), role
            assert bans_of(role), role
