"""Makers of norms, emergencies, requests, proposals and decisions on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger_client.act_forms import _decision_forms as models
from ledger_client.act_forms._core import (
    Making,
    bytes_of,
    division_of_code,
    once,
    reason_of,
    role_of,
)
from ledger_client.allocation import Urgency
from ledger_client.deliveries import lots_of
from ledger_client.divisions import DivisionId
from ledger_client.documents import Kind
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId, StorageMode, parse_item, parse_site
from ledger_client.norms import NOW
from ledger_client.preparing import Prepared
from ledger_client.quantities import parse_quantity
from ledger_client.reallocation import NO_ANCHOR
from ledger_client.reasons import Use
from ledger_client.roles import Role
from ledger_client.seats import street_or_above
from ledger_client.stock import Particulars
from ledger_client.typed import (
    parse_consignee,
    parse_deadline,
    parse_time,
)

_MODES = {
    "government": StorageMode.GOVERNMENT,
    "agreement": StorageMode.AGREEMENT,
    "enterprise-held": StorageMode.ENTERPRISE_HELD,
    "household": StorageMode.HOUSEHOLD,
    "merchant": StorageMode.MERCHANT,
}


class DeadlineOpenError(UsageError):
    """A dispatch is approved, and it is not said until when the receiver answers."""

    en = "the receiver of a dispatch answers until a deadline: write `deadline`, which a hand-over has not"
    zh = "发运须有接收方的答复期限：请填写 deadline；当面交接则不填"


def _set_floors(make: Making, form: models.SetFloors) -> Prepared:
    site = parse_site(form.site)
    floors = {each.item: parse_quantity(each.quantity) for each in form.floors}
    once(floors, [each.item for each in form.floors])
    return make.offices.norms.set_floors(
        site,
        {parse_item(item): quantity for item, quantity in floors.items()},
        effective_at=make.moment(form.effective_at, NOW),
        source=bytes_of(form.source),
        by=make.over_site(form, site),
    )


def _set_cycles(make: Making, form: models.SetCycles) -> Prepared:
    site = parse_site(form.site)
    cycles = {each.category: each.days for each in form.cycles}
    once(cycles, [each.category for each in form.cycles])
    return make.offices.norms.set_cycles(
        site,
        {int(category): days for category, days in cycles.items()},
        effective_at=make.moment(form.effective_at, NOW),
        source=bytes_of(form.source),
        by=make.over_site(form, site),
    )


def _set_terms(make: Making, form: models.SetTerms) -> Prepared:
    division = division_of_code(form.division)
    return make.offices.norms.set_terms(
        division,
        _MODES[form.mode],
        share=form.share,
        notice_days=form.notice_days,
        effective_at=make.moment(form.effective_at, NOW),
        source=bytes_of(form.source),
        by=make.authority(form, street_or_above(division)),
    )


def _prove_count(make: Making, form: models.ProveCount) -> Prepared:
    count = make.known.document(int(form.document, 16))
    return make.offices.norms.proved(count, by=make.signer(form))


def _declare(make: Making, form: models.DeclareEmergency) -> Prepared:
    division = division_of_code(form.division)
    return make.offices.norms.declare_emergency(
        division,
        until=make.last(form.until),
        reason=reason_of(form.reason, Use.EMERGENCY),
        source=bytes_of(form.source),
        by=make.authority(form, street_or_above(division)),
    )


def _end(make: Making, form: models.EndEmergency) -> Prepared:
    division = division_of_code(form.division)
    if form.by.division is None:
        declared = DivisionId(make.known.declared_by(division))
        by = make.authority(form, street_or_above(declared))
    else:
        by = make.named(form)
    reason = reason_of(form.reason, Use.EMERGENCY_END)
    return make.offices.norms.end_emergency(division, reason=reason, by=by)


# ----------------------------------------------------------------------------------------------- reallocation


def _request(make: Making, form: models.MakeRequest) -> Prepared:
    site = parse_site(form.site)
    return make.offices.reallocation.request(
        site,
        parse_item(form.item),
        parse_quantity(form.quantity, least=1),
        needed_by=parse_deadline(form.needed_by, make.offices.offset),
        urgency=Urgency[form.urgency.upper()],
        reason=reason_of(form.reason, Use.REQUEST),
        consignee=parse_consignee(form.consignee) if form.consignee else None,
        body={"note": form.note} if form.note else None,
        client_id=bytes_of(form.client_id),
        keeper=make.party(form, Role.KEEPER, site),
    )


def _withdraw_request(make: Making, form: models.WithdrawRequest) -> Prepared:
    key, reason = int(form.request, 16), reason_of(form.reason, Use.WITHDRAWAL)
    by = make.named(form) if form.by.division else make.party(form, Role.KEEPER, make.known.request(key).site)
    return make.offices.reallocation.withdraw_request(key, reason=reason, keeper=by)


def _propose(make: Making, form: models.Propose) -> Prepared:
    giver = parse_site(form.giver)
    lots = {each.lot: parse_quantity(each.quantity) for each in form.lots}
    once(lots, [each.lot for each in form.lots])
    return make.offices.reallocation.propose(
        int(form.request, 16),
        giver,
        {int(lot, 16): quantity for lot, quantity in lots.items()},
        anchor=bytes_of(form.anchor) if form.anchor else NO_ANCHOR,
        client_id=bytes_of(form.client_id),
        keeper=make.party(form, Role.KEEPER, giver),
    )


def _withdraw(make: Making, form: models.WithdrawProposals) -> Prepared:
    proposals, role = make.proposals(form), role_of(form.role)
    if role is Role.APPROVER:
        by = make.approver(form, proposals)
    else:
        by = make.party(form, role, make.known.proposal(proposals[0])[0].giver)
    reason = reason_of(form.reason, Use.WITHDRAWAL)
    return make.offices.reallocation.withdraw(proposals, role, reason=reason, by=by)


def _expire(make: Making, form: models.ExpireProposals) -> Prepared:
    return make.offices.reallocation.expire(make.proposals(form), by=make.signer(form))


def _approve(make: Making, form: models.Approve) -> Prepared:
    proposals, why = make.proposals(form), reason_of(form.stale_reason, Use.STALE)
    by = make.approver(form, proposals)
    lots = make.lots(proposals)
    return make.offices.reallocation.approve(proposals, lots=lots, stale_reason=why, approver=by)


def _approve_with_consent(make: Making, form: models.ApproveWithConsent) -> Prepared:
    if (form.kind == "dispatch") is (form.deadline is None):
        raise DeadlineOpenError()
    key, offset = int(form.proposal, 16), make.offices.offset
    proposal, request = make.known.proposal(key)
    occurred = parse_time(form.occurred_at, offset) if form.occurred_at else None
    return make.offices.reallocation.approve_with_consent(
        key,
        SiteId(proposal.giver),
        SiteId(request.site),
        lots_of(proposal.lines),
        kind=Kind.DISPATCH if form.kind == "dispatch" else Kind.HAND_OVER,
        deadline=parse_deadline(form.deadline, offset) if form.deadline else 0,
        stale_reason=reason_of(form.stale_reason, Use.STALE),
        particulars=Particulars(
            occurred_at=occurred,
            client_id=bytes_of(form.client_id),
            body={"note": form.note} if form.note else None,
        ),
        approver=make.approver(form, [key]),
    )


def _reject(make: Making, form: models.RejectProposals) -> Prepared:
    proposals, reason = make.proposals(form), reason_of(form.reason, Use.DISAPPROVAL)
    by = make.approver(form, proposals)
    return make.offices.reallocation.reject(proposals, reason=reason, approver=by)


def _show(make: Making, form: models.Show) -> Prepared:
    document = make.known.document(int(form.document, 16))
    return make.offices.reallocation.shown(document, by=make.signer(form))


def _show_reversed(make: Making, form: models.ShowReversed) -> Prepared:
    return make.offices.reallocation.show_reversed(int(form.document, 16), by=make.signer(form))


DECIDING: Mapping[type[Any], Callable[[Making, Any], Prepared]] = {
    models.SetFloors: _set_floors,
    models.SetCycles: _set_cycles,
    models.SetTerms: _set_terms,
    models.ProveCount: _prove_count,
    models.DeclareEmergency: _declare,
    models.EndEmergency: _end,
    models.MakeRequest: _request,
    models.WithdrawRequest: _withdraw_request,
    models.Propose: _propose,
    models.WithdrawProposals: _withdraw,
    models.ExpireProposals: _expire,
    models.Approve: _approve,
    models.ApproveWithConsent: _approve_with_consent,
    models.RejectProposals: _reject,
    models.Show: _show,
    models.ShowReversed: _show_reversed,
}
"""Form → what makes the call of it."""
