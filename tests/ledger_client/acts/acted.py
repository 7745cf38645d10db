"""One act of every function that a key may sign, as the methods of the registers prepare it."""

from __future__ import annotations

from facade import (
    BAG_ITEM,
    CONSUMER,
    MASK_ITEM,
    PLACE,
    RICE_ITEM,
    START,
    THE_COMMUNITY,
    THE_DISTRICT,
    THE_ISSUER,
    THE_SUPPLIER,
)
from played_ledger import CATEGORY, LOOSE, MASK, ROOT, SITE, STRANGER

from ledger_client.acts import Act
from ledger_client.addresses import Address
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.identifiers import SiteId, StorageMode
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import CountLine, Line, pack_lines
from ledger_client.roles import Role
from ledger_client.signers import AbsentSigner, Signer
from ledger_client.stock import Particulars
from ledger_client.words import REFERENCE_DOCUMENT, pack_reference
from ledger_client.writing import Party, Prepared

SIGNER = STRANGER
"""Whoever signs: the contracts judge that, and no act does."""

SOURCE, CLIENT, CERTIFICATE = keccak(b"a decision"), keccak(b"a client id"), keccak(b"a certificate")
PROPOSAL, REQUEST, LATER = 7 << 240, 5 << 200, START + 86_400
OTHER = SiteId(SITE + 1)


def act_of(prepared: Prepared) -> Act:
    """The act of a call."""
    assert prepared.act is not None
    return prepared.act


def elsewhere(signer: Signer = SIGNER) -> AbsentSigner:
    """The same signer, whose key is elsewhere."""
    return AbsentSigner(signer.address)


def prepared_calls(ledger: Ledger, by: Signer) -> list[Prepared]:
    """A call of every function; what is random in it differs from time to time."""
    party = Party(by, THE_DISTRICT)
    roles, norms, moves = ledger.roles, ledger.norms, ledger.reallocation
    holder: Address = ROOT.address
    consent = roles.class_consent(ROOT, Role.KEEPER)
    count = Document(
        client_id=bytes(32),
        occurred_at=Timestamp(START),
        from_=SITE,
        to=0,
        reference=9,
        lines=pack_lines(Kind.COUNT, [CountLine(MASK.lot_id, 10, 9, 30)]),
    )
    dispatch = Document(
        client_id=bytes(32),
        occurred_at=Timestamp(START, is_day_only=True),
        from_=SITE,
        to=OTHER,
        reference=pack_reference(REFERENCE_DOCUMENT, 12),
        deadline=LATER,
        lines=pack_lines(Kind.DISPATCH, [Line(MASK.lot_id, 4)]),
    )
    return [
        ledger.divisions.register(THE_COMMUNITY, zh="东城社区", en="East community", by=party),
        ledger.divisions.close(THE_COMMUNITY, successor=THE_DISTRICT, by=party),
        ledger.sites.register(PLACE, zh="东城储备点", en="East site", disposal=True, by=party),
        ledger.sites.close(PLACE, successor=OTHER, by=party),
        ledger.consignees.register(CONSUMER, THE_DISTRICT, zh="东城医院", by=party),
        ledger.consignees.close(CONSUMER, by=party),
        roles.grant(holder, Role.ISSUER, THE_DISTRICT, subject=THE_ISSUER, consent=consent, by=party),
        roles.revoke(holder, Role.KEEPER, THE_DISTRICT, subject=3, reason=90,
                     compromised_since=START, by=party),
        roles.accept_class(Role.AUDITOR, by=by),
        roles.veto(holder, Role.KEEPER, THE_DISTRICT, subject=3, reason=90, by=party),
        roles.propose_replacement(
            holder, STRANGER.address, [(THE_DISTRICT, 0), (THE_COMMUNITY, 5)],
            compromised_since=START, consent=consent, by=party,
        ),
        roles.object_to_replacement(4, by=by),
        roles.decide_replacement(4, uphold=True, reason=90, by=party),
        roles.execute_replacement(4, by=by),
        ledger.suppliers.register(THE_SUPPLIER, zh="东城商行", en="East trading", by=party),
        ledger.suppliers.register_issuer(THE_ISSUER, zh="质检所", by=party),
        ledger.suppliers.accredit(THE_ISSUER, CATEGORY, from_=START, until=LATER, by=party),
        ledger.suppliers.renew_accreditation(THE_ISSUER, CATEGORY, until=LATER, by=party),
        ledger.suppliers.suspend_accreditation(THE_ISSUER, CATEGORY, reason=90, effective_at=START, by=party),
        ledger.suppliers.reinstate_accreditation(THE_ISSUER, CATEGORY, reason=100, by=party),
        ledger.suppliers.revoke_accreditation(THE_ISSUER, CATEGORY, reason=90, effective_at=START, by=party),
        ledger.qualifications.issue(
            THE_ISSUER, THE_SUPPLIER, CATEGORY,
            grade=1, from_=START, until=LATER, certificate=CERTIFICATE, by=by,
        ),
        ledger.qualifications.renew(8, grade=2, until=LATER, by=by),
        ledger.qualifications.suspend(8, reason=90, effective_at=START, by=by),
        ledger.qualifications.reinstate(8, reason=100, by=by),
        ledger.qualifications.revoke(8, reason=90, effective_at=START, by=by),
        ledger.items.register(
            MASK_ITEM, zh="口罩", en="Masks", unit="H87", category=CATEGORY, shelf_life=90,
            serial=True, by=party,
        ),
        ledger.items.set_factor(BAG_ITEM, RICE_ITEM, 25, by=party),
        norms.set_floors(
            PLACE, {RICE_ITEM: 500, MASK_ITEM: 2**62}, effective_at=LATER, source=SOURCE, by=party
        ),
        norms.set_terms(
            THE_DISTRICT, StorageMode.AGREEMENT, share=2_550, notice_days=3, source=SOURCE, by=party
        ),
        norms.set_cycles(PLACE, {CATEGORY: 30, 1010102: 0}, source=SOURCE, by=party),
        norms.prove_count(6, count, by=by),
        norms.declare_emergency(THE_DISTRICT, until=LATER, reason=110, source=SOURCE, by=party),
        norms.end_emergency(THE_DISTRICT, reason=150, by=party),
        moves.request(
            PLACE, MASK_ITEM, 400,
            needed_by=LATER, reason=110, consignee=CONSUMER, body={"note": "缺口"}, client_id=CLIENT,
            keeper=party,
        ),
        moves.withdraw_request(REQUEST, reason=130, keeper=party),
        moves.propose(
            REQUEST, OTHER, {MASK.lot_id: 4, LOOSE.owned_by(5, 1).lot_id: 0},
            anchor=SOURCE, client_id=CLIENT, keeper=party,
        ),
        moves.withdraw([PROPOSAL, 2], Role.KEEPER, reason=130, by=party),
        moves.expire([PROPOSAL], by=by),
        moves.approve([PROPOSAL, 3], stale_reason=160, approver=party),
        moves.approve_with_consent(
            PROPOSAL, PLACE, OTHER, {MASK.lot_id: 4},
            deadline=LATER, stale_reason=160,
            particulars=Particulars(occurred_at=Timestamp(START), client_id=CLIENT, body={"note": "加急"}),
            approver=party,
        ),
        moves.reject([PROPOSAL], reason=140, approver=party),
        moves.show(Kind.DISPATCH, 6, dispatch, by=by),
        moves.show_reversed(6, by=by),
    ]  # fmt: skip
