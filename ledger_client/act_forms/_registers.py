"""Makers of registrations, grants, accreditations and qualifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger_client.act_forms import _register_forms as models
from ledger_client.act_forms._core import (
    Making,
    bytes_of,
    consent_of,
    division_of_code,
    reason_of,
    role_of,
    subject_of,
)
from ledger_client.addresses import Address, parse_address
from ledger_client.divisions import DivisionId
from ledger_client.identifiers import parse_item, parse_site
from ledger_client.preparing import Party, Prepared
from ledger_client.quantities import parse_quantity
from ledger_client.reasons import Use
from ledger_client.roles import Role
from ledger_client.seats import above
from ledger_client.typed import (
    parse_consignee,
    parse_issuer,
    parse_supplier,
)

_GRADES = "ABCD"


def _register_division(make: Making, form: models.RegisterDivision) -> Prepared:
    division = division_of_code(form.division)
    by = make.authority(form, division)
    return make.offices.divisions.register(division, zh=form.zh, en=form.en, by=by)


def _close_division(make: Making, form: models.CloseDivision) -> Prepared:
    division, successor = division_of_code(form.division), division_of_code(form.successor)
    return make.offices.divisions.close(
        division, successor=successor, by=make.authority(form, above(division))
    )


def _register_site(make: Making, form: models.RegisterSite) -> Prepared:
    site = parse_site(form.site)
    by = make.authority(form, site)
    return make.offices.sites.register(site, zh=form.zh, en=form.en, disposal=form.disposal, by=by)


def _close_site(make: Making, form: models.CloseSite) -> Prepared:
    site = parse_site(form.site)
    successor = parse_site(form.successor) if form.successor else 0
    return make.offices.sites.close(site, successor=successor, by=make.authority(form, site))


def _register_consignee(make: Making, form: models.RegisterConsignee) -> Prepared:
    division = division_of_code(form.division)
    return make.offices.consignees.register(
        parse_consignee(form.consignee), division, zh=form.zh, en=form.en, by=make.authority(form, division)
    )


def _close_consignee(make: Making, form: models.CloseConsignee) -> Prepared:
    by = make.authority(form, division_of_code(form.division))
    return make.offices.consignees.close(parse_consignee(form.consignee), by=by)


def _register_supplier(make: Making, form: models.RegisterSupplier) -> Prepared:
    supplier = parse_supplier(form.supplier)
    return make.offices.suppliers.register(supplier, zh=form.zh, en=form.en, by=make.named(form))


def _register_issuer(make: Making, form: models.RegisterIssuer) -> Prepared:
    issuer = parse_issuer(form.issuer)
    return make.offices.suppliers.register_issuer(issuer, zh=form.zh, en=form.en, by=make.country(form))


def _register_item(make: Making, form: models.RegisterItem) -> Prepared:
    return make.offices.items.register(
        parse_item(form.item),
        zh=form.zh,
        en=form.en,
        unit=form.unit,
        category=int(form.category or 0),
        shelf_life=form.shelf_life,
        serial=form.serial,
        by=make.country(form),
    )


def _set_factor(make: Making, form: models.SetFactor) -> Prepared:
    factor = parse_quantity(form.factor, least=1)
    return make.offices.items.set_factor(
        parse_item(form.pack), parse_item(form.unit), factor, by=make.country(form)
    )


# ---------------------------------------------------------------------------------------------------- roles


def _granting(make: Making, form: Any) -> tuple[Address, Role, DivisionId, int, Party]:
    role, division = role_of(form.role), division_of_code(form.division)
    # The grant of an authority is made above it.
    place = above(division) if role is Role.AUTHORITY else division
    return parse_address(form.holder), role, division, subject_of(form.subject), make.authority(form, place)


def _grant(make: Making, form: models.Grant) -> Prepared:
    holder, role, division, subject, by = _granting(make, form)
    consent = consent_of(form.class_consent)
    return make.offices.roles.grant(holder, role, division, subject=subject, consent=consent, by=by)


def _revoke(make: Making, form: models.Revoke) -> Prepared:
    holder, role, division, subject, by = _granting(make, form)
    return make.offices.roles.revoke(
        holder,
        role,
        division,
        subject=subject,
        reason=reason_of(form.reason, Use.REVOCATION),
        compromised_since=make.moment(form.compromised_since),
        by=by,
    )


def _veto(make: Making, form: models.Veto) -> Prepared:
    holder, role, division = parse_address(form.holder), role_of(form.role), division_of_code(form.division)
    subject = subject_of(form.subject)
    if form.by.division is None:
        made_at = make.known.granter(holder, role, division, subject)
        by = make.authority(form, above(DivisionId(made_at)))
    else:
        by = make.named(form)
    reason = reason_of(form.reason, Use.REVOCATION)
    return make.offices.roles.veto(holder, role, division, subject=subject, reason=reason, by=by)


def _accept_class(make: Making, form: models.AcceptClass) -> Prepared:
    return make.offices.roles.accept_class(role_of(form.role), by=make.signer(form))


def _propose_replacement(make: Making, form: models.ProposeReplacement) -> Prepared:
    return make.offices.roles.propose_replacement(
        parse_address(form.old_holder),
        parse_address(form.new_holder),
        [(division_of_code(each.division), subject_of(each.subject)) for each in form.grants],
        compromised_since=make.moment(form.compromised_since),
        consent=consent_of(form.class_consent),
        by=make.named(form),
    )


def _object(make: Making, form: models.ObjectToReplacement) -> Prepared:
    return make.offices.roles.object_to_replacement(form.replacement, by=make.signer(form))


def _decide(make: Making, form: models.DecideReplacement) -> Prepared:
    reason, by = reason_of(form.reason, Use.DECISION), make.named(form)
    return make.offices.roles.decide_replacement(form.replacement, uphold=form.uphold, reason=reason, by=by)


def _execute(make: Making, form: models.ExecuteReplacement) -> Prepared:
    return make.offices.roles.execute_replacement(form.replacement, by=make.signer(form))


# --------------------------------------------------------------------------------- accreditations, qualities


def _accredit(make: Making, form: models.Accredit) -> Prepared:
    return make.offices.suppliers.accredit(
        parse_issuer(form.issuer),
        int(form.category),
        from_=make.moment(form.from_),
        until=make.until(form.until),
        by=make.country(form),
    )


def _renew_accreditation(make: Making, form: models.RenewAccreditation) -> Prepared:
    until, by = make.until(form.until), make.country(form)
    issuer, category = parse_issuer(form.issuer), int(form.category)
    return make.offices.suppliers.renew_accreditation(issuer, category, until=until, by=by)


def _suspend_accreditation(make: Making, form: models.SuspendAccreditation) -> Prepared:
    return make.offices.suppliers.suspend_accreditation(
        parse_issuer(form.issuer),
        int(form.category),
        reason=reason_of(form.reason, Use.SUSPENSION),
        effective_at=make.moment(form.since),
        by=make.country(form),
    )


def _reinstate_accreditation(make: Making, form: models.ReinstateAccreditation) -> Prepared:
    reason, by = reason_of(form.reason, Use.REINSTATEMENT), make.country(form)
    issuer, category = parse_issuer(form.issuer), int(form.category)
    return make.offices.suppliers.reinstate_accreditation(issuer, category, reason=reason, by=by)


def _revoke_accreditation(make: Making, form: models.RevokeAccreditation) -> Prepared:
    return make.offices.suppliers.revoke_accreditation(
        parse_issuer(form.issuer),
        int(form.category),
        reason=reason_of(form.reason, Use.REVOCATION),
        effective_at=make.moment(form.since),
        by=make.country(form),
    )


def _issue(make: Making, form: models.IssueQualification) -> Prepared:
    return make.offices.qualifications.issue(
        parse_issuer(form.issuer),
        parse_supplier(form.supplier),
        int(form.category),
        grade=_GRADES.index(form.grade) + 1,
        from_=make.moment(form.from_),
        until=make.until(form.until),
        certificate=bytes_of(form.certificate),
        by=make.signer(form),
    )


def _renew_qualification(make: Making, form: models.RenewQualification) -> Prepared:
    grade, until = _GRADES.index(form.grade) + 1, make.until(form.until)
    key, by = int(form.qualification, 16), make.signer(form)
    return make.offices.qualifications.renew(key, grade=grade, until=until, by=by)


def _suspend_qualification(make: Making, form: models.SuspendQualification) -> Prepared:
    key, reason = int(form.qualification, 16), reason_of(form.reason, Use.SUSPENSION)
    since, by = make.moment(form.since), make.signer(form)
    return make.offices.qualifications.suspend(key, reason=reason, effective_at=since, by=by)


def _reinstate_qualification(make: Making, form: models.ReinstateQualification) -> Prepared:
    key, reason = int(form.qualification, 16), reason_of(form.reason, Use.REINSTATEMENT)
    return make.offices.qualifications.reinstate(key, reason=reason, by=make.signer(form))


def _revoke_qualification(make: Making, form: models.RevokeQualification) -> Prepared:
    key, reason = int(form.qualification, 16), reason_of(form.reason, Use.REVOCATION)
    since, by = make.moment(form.since), make.signer(form)
    return make.offices.qualifications.revoke(key, reason=reason, effective_at=since, by=by)


REGISTERING: Mapping[type[Any], Callable[[Making, Any], Prepared]] = {
    models.RegisterDivision: _register_division,
    models.CloseDivision: _close_division,
    models.RegisterSite: _register_site,
    models.CloseSite: _close_site,
    models.RegisterConsignee: _register_consignee,
    models.CloseConsignee: _close_consignee,
    models.RegisterSupplier: _register_supplier,
    models.RegisterIssuer: _register_issuer,
    models.RegisterItem: _register_item,
    models.SetFactor: _set_factor,
    models.Grant: _grant,
    models.Revoke: _revoke,
    models.Veto: _veto,
    models.AcceptClass: _accept_class,
    models.ProposeReplacement: _propose_replacement,
    models.ObjectToReplacement: _object,
    models.DecideReplacement: _decide,
    models.ExecuteReplacement: _execute,
    models.Accredit: _accredit,
    models.RenewAccreditation: _renew_accreditation,
    models.SuspendAccreditation: _suspend_accreditation,
    models.ReinstateAccreditation: _reinstate_accreditation,
    models.RevokeAccreditation: _revoke_accreditation,
    models.IssueQualification: _issue,
    models.RenewQualification: _renew_qualification,
    models.SuspendQualification: _suspend_qualification,
    models.ReinstateQualification: _reinstate_qualification,
    models.RevokeQualification: _revoke_qualification,
}
"""Form → what makes the call of it."""
