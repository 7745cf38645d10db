"""Who has to sign a document, with which grant: rules that yield the errors they give reason for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from model_act import Act, contains, district
from model_lines import has_gain
from model_state import GrantId, State

from ledger_client.documents import Kind
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.documents import (
    ConsentExpiredError,
    ConsentMissingError,
    GrantElsewhereError,
    SettlerInvolvedError,
    SignerRepeatedError,
)
from ledger_client.roles import Role
from ledger_client.writing import Party

Errors = Iterator[type[Exception]]
APPROVED = {Kind.OPENING, Kind.WRITE_OFF, Kind.REPACK, Kind.RETURN, Kind.REVERSAL}
SENT_BY_APPROVER = {Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT}


class Part(NamedTuple):
    """What somebody must be to sign: a role (for a subject) over sites."""

    role: Role
    sites: tuple[int, ...]
    subject: int = 0


def signer_errors(state: State, act: Act, now: int) -> Errors:
    """All rules about who signs."""
    yield from grant_errors(state, act.sender, senders_part(act))
    yield from other_errors(state, act)
    yield from approver_errors(state, act, now)
    yield from repeated(act)
    yield from settler_errors(state, act)
    if (act.other or act.approver) and now > act.valid_until:
        yield ConsentExpiredError


def senders_part(act: Act) -> Part:
    """The part of who sends it."""
    if act.kind in (Kind.RECALL, Kind.LIFT):
        issuer = act.document.from_
        return Part(Role.ISSUER, (), issuer) if issuer else Part(Role.AUTHORITY, ())
    if act.kind is Kind.SETTLEMENT:
        return Part(Role.APPROVER, (act.document.from_, act.document.to))
    role = Role.APPROVER if act.kind in SENT_BY_APPROVER else Role.KEEPER
    return Part(role, (act.recording_site,))


def grant_errors(state: State, party: Party, part: Part) -> Errors:
    """The grant relied on acts now, and its division contains the sites."""
    # Recalls count everywhere, and so rest on a grant of division 0.
    division = 0 if part.role in (Role.AUTHORITY, Role.ISSUER) else party.division
    if GrantId(party.signer.address, part.role, division, part.subject) not in state.grants:
        yield GrantMissingError
    if any(not contains(division, site) for site in part.sites):
        yield GrantElsewhereError


def others_part(act: Act) -> Part | None:
    """The part of the other party, where there has to be one (of a receipt: may be one)."""
    if act.kind is Kind.RECEIPT:
        return Part(Role.SUPPLIER, (act.document.to,), act.document.from_)
    if act.shape is Kind.COUNT:
        return Part(Role.KEEPER, (act.document.from_,))
    if act.shape is Kind.HAND_OVER or (act.kind is Kind.REVERSAL and act.shape is Kind.DISPATCH):
        return Part(Role.KEEPER, (act.document.to,))
    return None


def other_errors(state: State, act: Act) -> Errors:
    part = others_part(act)
    if part is None:
        return
    if act.other is not None:
        yield from grant_errors(state, act.other, part)
    elif act.kind is not Kind.RECEIPT:
        yield ConsentMissingError


def leaves_the_district(act: Act) -> bool:
    """Whether goods of a hand-over or dispatch go to another district, or come back from there."""
    moves = act.shape in (Kind.HAND_OVER, Kind.DISPATCH)
    return moves and district(act.document.from_) != district(act.document.to)


def needs_approver(act: Act, now: int) -> bool:
    gains = act.kind is Kind.COUNT and has_gain(act)
    return act.kind in APPROVED or act.is_late(now) or leaves_the_district(act) or gains


def approver_errors(state: State, act: Act, now: int) -> Errors:
    """An approver of the recording site, over both sites where goods leave the district."""
    if act.approver is None:
        if needs_approver(act, now):
            yield ConsentMissingError
        return
    sites = act.sites if leaves_the_district(act) else (act.recording_site,)
    yield from grant_errors(state, act.approver, Part(Role.APPROVER, sites))


def repeated(act: Act) -> Errors:
    """Two keepers are two people; who signed the dispatch does not answer it."""
    if act.other is not None and act.other.signer.address == act.sender.signer.address:
        yield SignerRepeatedError
    if act.kind in (Kind.ACCEPTANCE, Kind.CONTEST):
        assert act.consignment is not None
        if act.sender.signer.address in act.consignment.signers:
            yield SignerRepeatedError


def settler_errors(state: State, act: Act) -> Errors:
    """Whoever signed dispatch, acceptance, contest or return-acceptance does not settle."""
    signers = act.consignment.signers if act.consignment else ()
    if act.kind is Kind.SETTLEMENT and act.sender.signer.address in signers:
        yield SettlerInvolvedError


def is_signed_by_approver(act: Act) -> bool:
    """Whether what the document names becomes irreversible."""
    return act.approver is not None or act.kind in SENT_BY_APPROVER
