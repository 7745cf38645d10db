"""The rules by which events become state; no I/O.

Index and audit fold with the same rules: the index into its tables, the audit into memory. Every document's
digests are computed anew and its sites' journal words compared with those that the event tells, so that a
dropped, altered or reordered document stops the fold with a sentence that names it.

Example::

    state = memory_state()
    for event in events:
        fold_event(state, event)
    state.balances[site, lot]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_client import events
from ledger_client.fold import _deliveries, _directory, _norms, _proposals, _reallocation, _suppliers
from ledger_client.fold._documents import fold_document, gap_or_swap, sites_of
from ledger_client.fold._errors import (
    DocumentMisplacedError,
    DocumentsSwappedError,
    EventOutOfPlaceError,
    EventRefusedError,
    FoldRefusedError,
    JournalGapError,
    JournalMismatchError,
)
from ledger_client.fold._movements import lots_of
from ledger_client.fold.state import MAP_NAMES, LotEntry, Movement, SiteEntry, State, memory_state, state_over
from ledger_client.fold.verdicts import Status, Verdict, verdict

_RULES: dict[type[Any], Callable[[State, Any], None]] = {
    events.DocumentRecorded: fold_document,
    events.DivisionRegistered: _directory.fold_division_registered,
    events.DivisionClosed: _directory.fold_division_closed,
    events.SiteRegistered: _directory.fold_site_registered,
    events.SiteClosed: _directory.fold_site_closed,
    events.ConsigneeRegistered: _directory.fold_consignee_registered,
    events.ConsigneeClosed: _directory.fold_consignee_closed,
    events.ClassAccepted: _directory.fold_class_accepted,
    events.GrantMade: _directory.fold_grant_made,
    events.GrantRevoked: _directory.fold_grant_revoked,
    events.GrantVetoed: _directory.fold_grant_vetoed,
    events.GrantSuspended: _directory.fold_grant_suspended,
    events.GrantReinstated: _directory.fold_grant_reinstated,
    events.GrantReplaced: _directory.fold_grant_replaced,
    events.ReplacementProposed: _directory.fold_replacement_proposed,
    events.ReplacementObjected: _directory.fold_replacement_objected,
    events.ReplacementDecided: _directory.fold_replacement_decided,
    events.ReplacementExecuted: _directory.fold_replacement_executed,
    events.SupplierRegistered: _suppliers.fold_supplier_registered,
    events.IssuerRegistered: _suppliers.fold_issuer_registered,
    events.AccreditationRecorded: _suppliers.fold_accreditation_recorded,
    events.QualificationRecorded: _suppliers.fold_qualification_recorded,
    events.ItemRegistered: _suppliers.fold_item_registered,
    events.FactorSet: _suppliers.fold_factor_set,
    events.FloorSet: _norms.fold_floor_set,
    events.TermsSet: _norms.fold_terms_set,
    events.CycleSet: _norms.fold_cycle_set,
    events.CountProved: _norms.fold_count_proved,
    events.EmergencyDeclared: _norms.fold_emergency_declared,
    events.EmergencyEnded: _norms.fold_emergency_ended,
    events.RequestMade: _reallocation.fold_request_made,
    events.RequestWithdrawn: _reallocation.fold_request_withdrawn,
    events.ProposalMade: _proposals.fold_proposal_made,
    events.ProposalApproved: _proposals.fold_proposal_approved,
    events.ConsentGiven: _proposals.fold_consent_given,
    events.ProposalSkipped: _proposals.fold_proposal_skipped,
    events.ProposalRejected: _proposals.fold_proposal_rejected,
    events.ProposalWithdrawn: _proposals.fold_proposal_withdrawn,
    events.ProposalExpired: _proposals.fold_proposal_expired,
    events.DeliveryShown: _deliveries.fold_delivery_shown,
    events.DeliveryReversed: _deliveries.fold_delivery_reversed,
}


def fold_event(state: State, event: events.LedgerEvent) -> None:
    """Apply one event; events come in the order in which they stand on the chain.

    Raises:
        JournalGapError: Documents are missing before this one.
        JournalMismatchError: The document is not what its site's journal commits to.
        FoldRefusedError: It moves what is not there.
        EventOutOfPlaceError: It changes what no event before it made.
        EventRefusedError: It says something else than follows from the events before it.
    """
    _RULES[type(event)](state, event)


__all__ = [
    "MAP_NAMES",
    "DocumentMisplacedError",
    "DocumentsSwappedError",
    "EventOutOfPlaceError",
    "EventRefusedError",
    "FoldRefusedError",
    "JournalGapError",
    "JournalMismatchError",
    "LotEntry",
    "Movement",
    "SiteEntry",
    "State",
    "Status",
    "Verdict",
    "fold_event",
    "gap_or_swap",
    "lots_of",
    "memory_state",
    "sites_of",
    "state_over",
    "verdict",
]
