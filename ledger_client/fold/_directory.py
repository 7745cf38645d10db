"""How the events of the Directory become divisions, sites, consignees, grants and replacements of keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger_client.addresses import Address
from ledger_client.digests import entry_digest, grant_key, roll
from ledger_client.events import (
    ClassAccepted,
    ConsigneeClosed,
    ConsigneeRegistered,
    DivisionClosed,
    DivisionRegistered,
    FixedEvent,
    GrantMade,
    GrantReinstated,
    GrantReplaced,
    GrantRevoked,
    GrantSuspended,
    GrantVetoed,
    ReplacementDecided,
    ReplacementExecuted,
    ReplacementObjected,
    ReplacementProposed,
    SiteClosed,
    SiteRegistered,
)
from ledger_client.fold._errors import EventOutOfPlaceError
from ledger_client.fold.records import Consignee, Division, Grant, Replacement, Site
from ledger_client.fold.state import State

# `ReplacementStatus` in IDirectory.sol.
_PROPOSED, _OBJECTED, _UPHELD, _REFUSED, _EXECUTED = range(1, 6)
_MASK_64 = (1 << 64) - 1


def known(record: Any, event: FixedEvent, what: str) -> Any:
    """Return `record`, which an earlier event must have made.

    Raises:
        EventOutOfPlaceError: None did.
    """
    if record is None:
        raise EventOutOfPlaceError(
            event=type(event).__name__, block=event.place.block, index=event.place.index, what=what
        )
    return record


def _roll_holder(state: State, holder: Address, digest: bytes) -> int:
    """Append an entry to a holder's journal and return its sequence."""
    word = roll(state.holder_journals[holder] or 0, int(holder, 16), digest)
    state.holder_journals[holder] = word
    return word & _MASK_64


# ---------------------------------------------------------------------------------------------- places


def fold_division_registered(state: State, event: DivisionRegistered) -> None:
    """Add a division."""
    state.divisions[event.division] = Division(0, False, event.name_digest)


def fold_division_closed(state: State, event: DivisionClosed) -> None:
    """Close a division in favour of its successor."""
    found = known(state.divisions[event.division], event, f"division {event.division}")
    state.divisions[event.division] = replace(found, successor=int(event.successor), is_closed=True)


def fold_site_registered(state: State, event: SiteRegistered) -> None:
    """Add a site."""
    state.sites[event.site] = Site(0, False, event.disposal, event.name_digest)


def fold_site_closed(state: State, event: SiteClosed) -> None:
    """Close a site in favour of its successor."""
    found = known(state.sites[event.site], event, f"site {event.site}")
    state.sites[event.site] = replace(found, successor=int(event.successor), is_closed=True)


def fold_consignee_registered(state: State, event: ConsigneeRegistered) -> None:
    """Add a consignee."""
    state.consignees[event.consignee] = Consignee(event.division, False, event.name_digest)


def fold_consignee_closed(state: State, event: ConsigneeClosed) -> None:
    """Close a consignee."""
    found = known(state.consignees[event.consignee], event, f"consignee {event.consignee:040x}")
    state.consignees[event.consignee] = replace(found, is_closed=True)


# ---------------------------------------------------------------------------------------------- grants


def fold_class_accepted(state: State, event: ClassAccepted) -> None:
    """Put a holder into its class, for life."""
    state.classes[event.holder] = int(event.role)
    _roll_holder(state, event.holder, entry_digest(event))


def fold_grant_made(state: State, event: GrantMade) -> None:
    """Make a grant; one that was revoked before begins anew."""
    key = grant_key(event.holder, event.role, event.division, event.subject)
    state.grants[key] = Grant(
        holder=event.holder,
        role=int(event.role),
        division=event.division,
        subject=event.subject,
        from_=event.from_,
        revoked_at=0,
        position=_roll_holder(state, event.holder, entry_digest(event)),
        granter_division=event.authority_division,
        is_suspended=False,
        compromised_since=0,
    )


def _change_grant(
    state: State, event: GrantRevoked | GrantVetoed | GrantSuspended | GrantReinstated, **changes: Any
) -> None:
    key = grant_key(event.holder, event.role, event.division, event.subject)
    found = known(state.grants[key], event, f"grant {key.hex()}")
    position = _roll_holder(state, event.holder, entry_digest(event))
    state.grants[key] = replace(found, position=position, **changes)


def fold_grant_revoked(state: State, event: GrantRevoked) -> None:
    """Revoke a grant at once."""
    _change_grant(state, event, revoked_at=event.recorded_at, compromised_since=event.compromised_since)


def fold_grant_vetoed(state: State, event: GrantVetoed) -> None:
    """End a grant before it acted."""
    _change_grant(state, event, revoked_at=event.recorded_at)


def fold_grant_suspended(state: State, event: GrantSuspended) -> None:
    """Suspend a grant while a replacement is pending."""
    _change_grant(state, event, is_suspended=True)
    found = known(state.replacements[event.replacement], event, f"replacement {event.replacement}")
    position = (state.holder_journals[event.holder] or 0) & _MASK_64
    suspended = (*found.suspended, event.division | position << 64, event.subject)
    state.replacements[event.replacement] = replace(found, suspended=suspended)


def fold_grant_reinstated(state: State, event: GrantReinstated) -> None:
    """Let a grant act again, because the replacement was refused."""
    _change_grant(state, event, is_suspended=False)


def fold_grant_replaced(state: State, event: GrantReplaced) -> None:
    """Move a grant from the old holder to the new one, who acts at once."""
    digest = entry_digest(event)
    old_key = grant_key(event.old_holder, event.role, event.division, event.subject)
    old = known(state.grants[old_key], event, f"grant {old_key.hex()}")
    moved = known(state.replacements[event.replacement], event, f"replacement {event.replacement}")
    position = _roll_holder(state, event.old_holder, digest)
    state.grants[old_key] = replace(old, revoked_at=event.recorded_at, position=position)
    new_key = grant_key(event.new_holder, event.role, event.division, event.subject)
    state.grants[new_key] = Grant(
        holder=event.new_holder,
        role=int(event.role),
        division=event.division,
        subject=event.subject,
        from_=event.recorded_at,
        revoked_at=0,
        position=_roll_holder(state, event.new_holder, digest),
        granter_division=moved.authority_division,
        is_suspended=False,
        compromised_since=0,
    )


# ---------------------------------------------------------------------------------------------- replacements


def _roll_both(
    state: State, event: ReplacementProposed | ReplacementObjected | ReplacementDecided | ReplacementExecuted
) -> None:
    digest = entry_digest(event)
    _roll_holder(state, event.old_holder, digest)
    _roll_holder(state, event.new_holder, digest)


def fold_replacement_proposed(state: State, event: ReplacementProposed) -> None:
    """Add a replacement; the events after it suspend its grants."""
    _roll_both(state, event)
    state.replacements[event.replacement] = Replacement(
        old_holder=event.old_holder,
        new_holder=event.new_holder,
        status=_PROPOSED,
        proposed_at=event.recorded_at,
        authority_division=event.authority_division,
        proposer=event.authority,
        compromised_since=event.compromised_since,
    )


def fold_replacement_objected(state: State, event: ReplacementObjected) -> None:
    """Note the old holder's objection."""
    _set_status(state, event, _OBJECTED)


def fold_replacement_decided(state: State, event: ReplacementDecided) -> None:
    """Note the decision of the level above."""
    _set_status(state, event, _UPHELD if event.upheld else _REFUSED)


def fold_replacement_executed(state: State, event: ReplacementExecuted) -> None:
    """Note that the grants were moved."""
    _set_status(state, event, _EXECUTED)


def _set_status(
    state: State, event: ReplacementObjected | ReplacementDecided | ReplacementExecuted, status: int
) -> None:
    _roll_both(state, event)
    found = known(state.replacements[event.replacement], event, f"replacement {event.replacement}")
    state.replacements[event.replacement] = replace(found, status=status)
