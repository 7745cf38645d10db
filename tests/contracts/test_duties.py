"""The published role × function table says what the contracts allow, function by function."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from norms_world import NormsWorld, declare, set_cycles, set_floors, set_terms
from reallocation_world import GIVING, NEVER, Call, Reallocating
from stock import DAY, Stock
from stock_stages import staged
from stock_world import APPROVER
from test_norms_roles import CALLS as NORM_CALLS
from test_role_table import AUTHORITIES, CALLS
from test_stock_ledger_roles import BY_APPROVER, BY_KEEPER, BY_RECALLER
from world import CATEGORY, COMMUNITY, DISTRICT, PIECE, World

from ledger_client.calldata import FUNCTIONS
from ledger_client.calls import document_argument
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


def roles_in_reallocation(reallocation: Reallocating) -> dict[str, set[Role]]:
    """Whose grants Reallocation asks for, function by function, as it tells a stranger without any."""
    request, proposal = reallocation.approved((NEVER, 5))
    offered = reallocation.offer(request, (NEVER, 5))
    prepared = reallocation.leaving(Kind.DISPATCH, proposal, (NEVER, 5)).document
    consenting = (
        *(proposal, DISTRICT, 0, Kind.DISPATCH, document_argument(prepared)),
        *(bytes(32), 0, (bytes(32), bytes(32))),
    )
    asked: dict[str, set[Role]] = defaultdict(set)
    for call in (
        reallocation.ask_for(reallocation.asking()),
        reallocation.withdraw_request(request),
        reallocation.propose(offered),
        reallocation.withdraw(proposal, by=GIVING),
        reallocation.withdraw(proposal, by=APPROVER),
        reallocation.approve(proposal),
        Call("approveWithConsent", consenting, World.stranger),
        reallocation.reject(proposal),
    ):
        refusal = reallocation.refusal(replace(call, by=World.stranger))
        assert refusal.name == "DirectoryGrantMissing", call.name
        asked[call.name].add(Role(refusal.arguments[1]))
    return asked


def test_what_anybody_may_send_is_all_that_no_role_is_asked_for(
    norms: NormsWorld, reallocation: Reallocating
) -> None:
    writing = {
        entry["name"]
        for abi in (norms.norms.abi, reallocation.contract.abi)
        for entry in abi
        if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
    }
    assert writing - listed(Part.SENDS).keys() == {"proveCount", "expire", "show", "showReversed"}


def test_who_may_send_what(reallocation: Reallocating) -> None:
    allowed: dict[str, set[Role]] = defaultdict(set)
    for name, (may, _) in CALLS.items():
        if may & AUTHORITIES.keys():
            allowed[name.split()[0]].add(Role.AUTHORITY)
        if "issuer" in may:
            allowed[name.split()[0]].add(Role.ISSUER)
        assert may <= {*AUTHORITIES, "issuer"}
    allowed |= REINSTATEMENTS
    allowed |= {name: {Role.AUTHORITY} for name in NORM_CALLS}
    allowed |= roles_in_reallocation(reallocation)
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


def test_no_authority_of_a_community_sets_norms_but_one_declares_emergencies(norms: NormsWorld) -> None:
    orders = (
        set_floors((PIECE, 5), on=COMMUNITY),
        set_cycles((CATEGORY, 30), on=COMMUNITY),
        set_terms(5_000, 3, division=COMMUNITY, on=COMMUNITY),
    )
    bound = {order.name for order in orders if norms.refusal(order).name == "NormsAuthorityBound"}
    norms.send(declare(norms.chain.now + DAY, division=COMMUNITY, on=COMMUNITY))
    assert bound == {
        function for each in PERMISSIONS if each.where is Where.FROM_STREET for function in each.functions
    }


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
