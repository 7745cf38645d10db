"""Norms and reallocation on the embedded chain: what the real contracts let happen, audited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import facade
import pytest
from facade import CONSUMER, KEEPING, KEEPING_TOO, OTHER_PLACE, PLACE, RICE_ITEM, ROOT_PARTY
from facade_giving import (
    CITY,
    DANGER_PAST,
    OUTBREAK,
    SEEN_ON_SITE,
    SOURCE,
    STREET_APPROVING,
    Giving,
    build_giving,
)

from ledger_client.audit import AuditReport, FindingKind, audit
from ledger_client.calldata import Consignment
from ledger_client.contracts import read
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold.records import CONSIGNMENT_OPEN, RecordedDocument
from ledger_client.identifiers import category_of
from ledger_client.index.chain_source import ChainSource
from ledger_client.ledger import Ledger
from ledger_client.lines import CountLine, Line

STRANGER = facade.NOBODY.signer


@pytest.fixture
def giving(tmp_path: Path) -> Iterator[Giving]:
    clock = facade.clock_for(None)
    with Ledger.open(facade.new_home(tmp_path / "home", None, clock), clock=clock) as ledger:
        facade.found(ledger)
        yield build_giving(facade.World(ledger, clock))


def audited(giving: Giving) -> AuditReport:
    ledger = giving.world.ledger
    ledger.index()
    source = ChainSource(ledger.chain, ledger.deployment)
    return audit(ledger.index_engine, source, first_block=ledger.deployment.first_block)


def asked_for(giving: Giving) -> dict[FindingKind, int]:
    """What is found besides the donations from which all stock here comes, by kind."""
    report = audited(giving)
    assert report.agreed, report.findings
    kinds = [each.kind for each in report.findings if each.kind is not FindingKind.DONATION_HELD]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def floor(giving: Giving, quantity: int, site: int = OTHER_PLACE) -> None:
    norms = giving.world.ledger.norms
    giving.world.write(
        norms.set_floors(site, {RICE_ITEM: quantity}, source=SOURCE, by=ROOT_PARTY)  # type: ignore[arg-type]
    )


def dispatched(giving: Giving, proposal: int, lot: int, quantity: int) -> RecordedDocument:
    return giving.world.record(
        giving.world.ledger.stock.dispatch(
            OTHER_PLACE,
            PLACE,
            [Line(lot, quantity)],
            deadline=giving.now + 5 * SECONDS_A_DAY,
            keeper=KEEPING,
            particulars=giving.delivering(proposal),
        )
    )


def accepted(giving: Giving, sent: RecordedDocument) -> RecordedDocument:
    left = Consignment(CONSIGNMENT_OPEN, (KEEPING.signer.address,), sent.lines)
    step = giving.world.ledger.stock.step(
        Kind.ACCEPTANCE, sent.key, OTHER_PLACE, PLACE, left, sender=KEEPING_TOO
    )
    return giving.world.record(step)


def counted(giving: Giving, lot: int, quantity: int) -> RecordedDocument:
    ledger = giving.world.ledger
    journal = read(ledger.chain, ledger.deployment, "StockLedger", "siteJournal", OTHER_PLACE)
    return giving.world.record(
        ledger.stock.count(
            OTHER_PLACE,
            [CountLine(lot, quantity, quantity)],
            journal=journal,
            keeper=KEEPING,
            second=KEEPING_TOO,
        )
    )


def test_from_request_to_acceptance_in_an_emergency(giving: Giving) -> None:
    """What the contract approved is found possible; what is not shown is found, until somebody shows it."""
    world, ledger = giving.world, giving.world.ledger
    world.write(
        ledger.norms.declare_emergency(
            CITY, until=giving.now + SECONDS_A_DAY, reason=OUTBREAK, source=SOURCE, by=ROOT_PARTY
        )
    )
    floor(giving, 60)
    _, proposal, lot = giving.approved(40)
    sent = dispatched(giving, proposal, lot, 40)
    answer = accepted(giving, sent)
    world.write(ledger.norms.end_emergency(CITY, reason=DANGER_PAST, by=ROOT_PARTY))
    assert asked_for(giving) == {FindingKind.EMERGENCY: 1}

    world.advance(SECONDS_A_DAY + 60)
    world.stocked()
    assert asked_for(giving) == {FindingKind.DELIVERY_NOT_SHOWN: 1, FindingKind.EMERGENCY: 1}
    world.write(ledger.reallocation.shown(sent, by=STRANGER))
    world.write(ledger.reallocation.shown(answer, by=STRANGER))
    report = audited(giving)
    (note,) = [each for each in report.findings if each.kind is FindingKind.EMERGENCY]
    assert note.en.endswith("ended before its time; proposals approved in it: 1")
    assert asked_for(giving) == {FindingKind.EMERGENCY: 1}


def test_what_the_contracts_let_happen(giving: Giving) -> None:
    """Below the floor, a partial count, an overdue one, a wrong delivery, a request that comes to nothing."""
    world, ledger = giving.world, giving.world.ledger
    floor(giving, 60)
    floor(giving, 10, PLACE)
    category = category_of(RICE_ITEM)
    world.write(ledger.norms.set_cycles(OTHER_PLACE, {category: 30}, source=SOURCE, by=ROOT_PARTY))
    request, proposal, lot = giving.approved(40)
    other = world.stocked(5, RICE_ITEM, OTHER_PLACE)
    world.write(ledger.norms.proved(counted(giving, lot, 1_000), by=STRANGER))
    assert request and other
    assert asked_for(giving) == {FindingKind.COUNT_PARTIAL: 1, FindingKind.FLAGGED_REQUEST: 1}

    issue = ledger.stock.issue(OTHER_PLACE, CONSUMER, [Line(lot, 950)], keeper=KEEPING)
    world.write(issue)
    wrong = ledger.stock.hand_over(
        OTHER_PLACE,
        PLACE,
        [Line(lot, 41)],
        keeper=KEEPING,
        receiver=KEEPING_TOO,
        particulars=giving.delivering(proposal),
    )
    world.write(wrong)
    found = {each.kind: each.document for each in audited(giving).findings}
    assert found[FindingKind.BELOW_FLOOR] == issue.key
    assert found[FindingKind.DELIVERY_NOT_APPROVED] == wrong.key

    world.advance(31 * SECONDS_A_DAY)
    more = world.stocked(1_000, RICE_ITEM, OTHER_PLACE)
    stale = giving.proposed(giving.asked(20), {more: 20})
    world.write(ledger.reallocation.approve([stale], approver=STREET_APPROVING, stale_reason=SEEN_ON_SITE))
    assert asked_for(giving) == {
        FindingKind.APPROVED_NOT_DELIVERED: 1,
        FindingKind.BELOW_FLOOR: 1,
        FindingKind.COUNT_OVERDUE: 1,
        FindingKind.COUNT_PARTIAL: 1,
        FindingKind.DELIVERY_NOT_APPROVED: 1,
        FindingKind.REQUEST_UNANSWERED: 1,
        FindingKind.FLAGGED_REQUEST: 1,
        FindingKind.STALE_GIVER: 1,
    }
