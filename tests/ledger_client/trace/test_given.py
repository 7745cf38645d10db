"""What a stolen key gave, and what hangs on it: grants, those made by these, entries, documents, lots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from facade import THE_COMMUNITY, THE_DISTRICT
from keys_world import (
    ACCOMPLICE,
    APPROVING,
    COUNTRY,
    DISTRICT,
    DISTRICT_AUTHORITY,
    NEW,
    NEW_KEEPING,
    RICE_BAGS,
    THIEF,
    D,
    KeysWorld,
    found_keys,
)
from played_ledger import KEEPER
from sources import (
    CATEGORY,
    ISSUER,
    OTHER_QUALIFICATION,
    QUALIFICATION,
    entry,
    receive,
    record_entry,
    register,
)
from stock_history import APPROVER, KEEPERS, SITES, START, History, goods
from traced_histories import ONE, TWO, indexed

from ledger_client import events
from ledger_client.addresses import ZERO_ADDRESS, Address, address_from_bytes
from ledger_client.digests import grant_key
from ledger_client.documents import Kind
from ledger_client.events import EntryKind, LedgerEvent, LogPlace, SignedBy, decode_event
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.trace import (
    EdgeKind,
    Given,
    Node,
    NodeKind,
    TraceReader,
    given_by,
    grants_behind,
    of_key,
    signatures,
    trace_lot,
)
from ledger_client.writing import Party

STOLEN, SECOND, THIRD, HONEST = (address_from_bytes(bytes([i]) * 20) for i in range(0x51, 0x55))
WHERE = LogPlace(0, 0, bytes(32), bytes(32))
ABOUT: dict[str, Any] = {"place": WHERE, "subject": 0}


def made(
    by: Address, at: Any, holder: Address, role: Role, division: int, time: int, subject: int = 0
) -> LedgerEvent:
    """A grant of `role` on a division, by an authority of the division `at`."""
    return events.GrantMade(
        **ABOUT | {"subject": subject},
        holder=holder,
        division=division,  # type: ignore[arg-type]
        authority=by,
        role=role,
        authority_division=at,
        from_=time,
        recorded_at=time,
    )


def ended(holder: Address, role: Role, division: Any, time: int) -> LedgerEvent:
    return events.GrantRevoked(
        **ABOUT,
        holder=holder,
        division=division,
        authority=HONEST,
        role=role,
        authority_division=0,  # type: ignore[arg-type]
        reason=91,
        compromised_since=0,
        recorded_at=time,
    )


def proposed(by: Address, number: int, old: Address, new: Address, time: int) -> LedgerEvent:
    return events.ReplacementProposed(
        place=WHERE,
        old_holder=old,
        new_holder=new,
        replacement=number,
        authority=by,
        authority_division=42,  # type: ignore[arg-type]
        grants=1,
        compromised_since=0,
        recorded_at=time,
    )


def decided(by: Address, number: int, old: Address, new: Address, time: int, upheld: bool) -> LedgerEvent:
    return events.ReplacementDecided(
        place=WHERE,
        old_holder=old,
        new_holder=new,
        replacement=number,
        upheld=upheld,
        authority=by,
        authority_division=42,  # type: ignore[arg-type]
        reason=100,
        recorded_at=time,
    )


def replaced(number: int, old: Address, new: Address, role: Role, division: Any, time: int) -> LedgerEvent:
    return events.GrantReplaced(
        **ABOUT,
        old_holder=old,
        new_holder=new,
        replacement=number,
        division=division,
        role=role,
        recorded_at=time,
    )


def grants(given: Given) -> list[tuple[Address, int, int | None]]:
    """Holder, since and until of every grant."""
    return [(each.holder, each.since, each.until) for each in given.grants]


class TestGrants:
    def test_since_the_time_and_not_before(self) -> None:
        story = [
            made(STOLEN, 42, SECOND, Role.KEEPER, 4201, 99),
            made(STOLEN, 42, THIRD, Role.KEEPER, 4201, 100),
            made(HONEST, 42, THIRD, Role.KEEPER, 4202, 101),
        ]
        given = given_by(story, STOLEN, 100)
        assert grants(given) == [(THIRD, 100, None)]
        assert given.grants[0].key == grant_key(THIRD, Role.KEEPER, 4201)
        assert (given.grants[0].by.address, given.grants[0].by.role, given.grants[0].by.division) == (
            *(STOLEN, Role.AUTHORITY, 42),
        )

    def test_nobody_gave_nothing(self) -> None:
        # The first grant of a ledger is made by nobody.
        first = made(ZERO_ADDRESS, 0, HONEST, Role.AUTHORITY, 0, 100)
        assert grants(given_by([first], ZERO_ADDRESS, 0)) == []

    def test_those_that_they_made_in_turn(self) -> None:
        story = [
            made(STOLEN, 42, SECOND, Role.AUTHORITY, 4201, 100),
            made(SECOND, 4201, THIRD, Role.AUTHORITY, 420106, 110),
            made(THIRD, 420106, KEEPERS[0], Role.KEEPER, 420106001, 120),
        ]
        assert grants(given_by(story, STOLEN, 100)) == [
            *((SECOND, 100, None), (THIRD, 110, None), (KEEPERS[0], 120, None))
        ]

    def test_what_somebody_made_by_another_grant_is_not_of_it(self) -> None:
        story = [
            made(HONEST, 0, SECOND, Role.AUTHORITY, 43, 50),
            made(STOLEN, 42, SECOND, Role.AUTHORITY, 4201, 100),
            made(SECOND, 43, THIRD, Role.KEEPER, 4301, 110),
        ]
        assert grants(given_by(story, STOLEN, 100)) == [(SECOND, 100, None)]

    def test_one_that_ended(self) -> None:
        story = [
            made(STOLEN, 42, SECOND, Role.AUTHORITY, 4201, 100),
            ended(SECOND, Role.AUTHORITY, 4201, 105),
            # Made anew by somebody who may: what it does now is no matter of the stolen key.
            made(HONEST, 42, SECOND, Role.AUTHORITY, 4201, 110),
            made(SECOND, 4201, THIRD, Role.KEEPER, 420106, 120),
        ]
        given = given_by(story, STOLEN, 100)
        assert grants(given) == [(SECOND, 100, 105)]
        assert given.reliance() == {grant_key(SECOND, Role.AUTHORITY, 4201): [(100, 105)]}

    def test_one_made_anew_over_it(self) -> None:
        story = [
            made(STOLEN, 42, SECOND, Role.KEEPER, 4201, 100),
            made(HONEST, 42, SECOND, Role.KEEPER, 4201, 110),
            made(STOLEN, 42, SECOND, Role.KEEPER, 4201, 120),
        ]
        given = given_by(story, STOLEN, 100)
        assert grants(given) == [(SECOND, 100, 110), (SECOND, 120, None)]
        assert given.reliance() == {grant_key(SECOND, Role.KEEPER, 4201): [(100, 110), (120, None)]}

    def test_one_that_went_to_a_new_key(self) -> None:
        story = [
            made(STOLEN, 42, SECOND, Role.KEEPER, 4201, 100),
            proposed(HONEST, 1, SECOND, THIRD, 110),
            replaced(1, SECOND, THIRD, Role.KEEPER, 4201, 120),
        ]
        assert grants(given_by(story, STOLEN, 100)) == [(SECOND, 100, 120), (THIRD, 120, None)]

    @pytest.mark.parametrize("upheld", [True, False])
    def test_a_replacement_that_it_proposed_or_upheld(self, upheld: bool) -> None:
        taken = made(HONEST, 0, SECOND, Role.KEEPER, 4201, 50)
        moved = replaced(1, SECOND, THIRD, Role.KEEPER, 4201, 120)
        story = [taken, proposed(STOLEN, 1, SECOND, THIRD, 110), moved]
        assert grants(given_by(story, STOLEN, 100)) == [(THIRD, 120, None)]
        assert grants(given_by(story, STOLEN, 111)) == []
        story = [
            taken,
            proposed(HONEST, 1, SECOND, THIRD, 105),
            decided(STOLEN, 1, SECOND, THIRD, 110, upheld),
        ]
        assert grants(given_by([*story, moved], STOLEN, 100)) == ([(THIRD, 120, None)] if upheld else [])


class TestEntries:
    def test_of_the_key_and_of_whom_it_granted_the_right(self) -> None:
        history = History()
        register(history)
        recorded = [decode_event(log) for log in history.chain.logs(0, history.chain.head())]
        # All entries of this history are APPROVER's.
        given = given_by(recorded, APPROVER, START)
        assert [(each.subject, each.kind, each.allows) for each in given.entries] == [
            (Node(NodeKind.ACCREDITATION, ISSUER, CATEGORY), EntryKind.ISSUED, True),
            (Node(NodeKind.QUALIFICATION, QUALIFICATION), EntryKind.ISSUED, True),
            (Node(NodeKind.QUALIFICATION, OTHER_QUALIFICATION), EntryKind.ISSUED, True),
        ]
        assert given_by(recorded, APPROVER, START + 1).entries == []
        speaking = made(STOLEN, 0, APPROVER, Role.ISSUER, 0, START - 9, ISSUER)
        given = given_by([speaking, *recorded], STOLEN, START - 10)
        assert [each.by.address for each in given.entries] == [APPROVER] * 3
        # Who speaks for another issuer recorded none of these by that grant.
        speaking = made(STOLEN, 0, APPROVER, Role.ISSUER, 0, START - 9, ISSUER + 1)
        assert given_by([speaking, *recorded], STOLEN, START - 10).entries == []


class TestRadius:
    def test_documents_and_lots_that_hang_on_what_it_gave(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        register(history)
        for site in SITES:
            history.open(site, [(goods("masks"), 50)] if site == TWO else [])
        history.seal(60)
        before, _ = receive(history, ONE, "before", 10)
        since = history.time
        renewed = entry(EntryKind.RENEWED, history.time, until=START + 90 * 86_400)
        record_entry(history, renewed)
        history.seal(60)
        on_it, receipt = receive(history, ONE, "on it", 10)
        other, _ = receive(history, ONE, "other", 10, OTHER_QUALIFICATION)
        history.seal(60)
        keeping = SignedBy(SECOND, grant_key(SECOND, Role.KEEPER, 42), 1)
        about = {"role": Role.KEEPER, "subject": 0, "authority_division": 0}
        early = history.record(Kind.ISSUE, [Line(before, 1)], ONE, 0xDEF, (ONE, 0), sender=keeping)
        history.seal(60)
        history.emit(
            events.GrantMade,
            **about,
            holder=SECOND,
            division=42,
            authority=APPROVER,
            from_=history.time,
            recorded_at=history.time,
        )
        issued = history.record(
            Kind.ISSUE, [Line(goods("masks").lot_id, 1)], TWO, 0xDEF, (TWO, 0), sender=keeping
        )
        both = history.record(
            Kind.WRITE_OFF, [Line(goods("masks").lot_id, 2, 10)], TWO, approved=True, sender=keeping
        )
        history.seal(60)
        reader = indexed(history, tmp_path)
        recorded = [decode_event(log) for log in history.chain.logs(0, history.chain.head())]
        radius = of_key(reader, APPROVER, START, since, recorded)
        assert [each.key for each in radius.following] == [receipt.key, issued.key]
        # What the key signed too is told as its own.
        assert [each.key for each in radius.documents] == [both.key]
        assert early.key not in {each.key for each in radius.documents}
        assert {each.lot for each in radius.lots} == {on_it, goods("masks").lot_id}
        assert {each.lot for each in of_key(reader, APPROVER, START, 0, recorded).lots} == {
            before,
            on_it,
            other,
            goods("masks").lot_id,
        }
        joined = {(each.source, each.target, each.kind) for each in radius.graph.edges}
        second = Node(NodeKind.KEY, int(SECOND, 16))
        assert {
            (radius.subject, second, EdgeKind.GRANTED),
            (radius.subject, Node(NodeKind.QUALIFICATION, QUALIFICATION), EdgeKind.SIGNED),
            (second, Node(NodeKind.DOCUMENT, issued.key), EdgeKind.SIGNED),
            (
                Node(NodeKind.QUALIFICATION, QUALIFICATION),
                Node(NodeKind.DOCUMENT, receipt.key),
                EdgeKind.VOUCHES,
            ),
        } <= joined
        # Without the events nothing is known of who gave what.
        assert of_key(reader, APPROVER, START, since).following == []

    def test_an_accreditation_and_what_was_received_because_of_it(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        register(history)
        history.open(ONE)
        history.seal(60)
        before, _ = receive(history, ONE, "before", 10)
        again = entry(EntryKind.REINSTATED, history.time)
        history.emit(events.AccreditationRecorded, issuer=ISSUER, category=CATEGORY, entry=again)
        history.seal(60)
        after, receipt = receive(history, ONE, "after", 10)
        history.emit(
            events.AccreditationRecorded,
            issuer=ISSUER,
            category=CATEGORY + 1,
            entry=entry(EntryKind.SUSPENDED, history.time),
        )
        history.seal(60)
        recorded = [decode_event(log) for log in history.chain.logs(0, history.chain.head())]
        radius = of_key(indexed(history, tmp_path), APPROVER, START, again.recorded_at, recorded)
        assert [(each.subject.part, each.allows) for each in radius.given.entries] == [
            (CATEGORY, True),
            (CATEGORY + 1, False),
        ]
        assert [each.key for each in radius.following] == [receipt.key]
        assert ([each.lot for each in radius.lots], before != after) == ([after], True)


def test_a_stolen_key_of_an_authority_on_a_chain(tmp_path: Path) -> None:
    home, clock = found_keys(tmp_path / "home")
    with Ledger.open(home, clock=clock) as ledger:
        world = KeysWorld(ledger, clock)
        world.write(world.issuing())
        theft = clock.now()
        world.write(world.granting(THIEF, Role.AUTHORITY, THE_COMMUNITY, DISTRICT))
        world.wait(D)
        world.write(
            world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, Party(THIEF, THE_COMMUNITY)),
        )
        world.wait(D)
        world.write(world.issuing(Party(ACCOMPLICE, THE_COMMUNITY), 7), world.issuing(units=2))
        ledger.index()
        deployment = ledger.deployment
        logs = ledger.chain.logs(
            [deployment.directory, deployment.supplier_registry],
            deployment.first_block,
            ledger.chain.height(),
        )
        recorded = [decode_event(log) for some in logs for log in some]
        reader = TraceReader(ledger.index_engine)
        radius = of_key(reader, DISTRICT_AUTHORITY.address, clock.now(), theft, recorded)
        assert [(each.holder, each.role, each.division) for each in radius.given.grants] == [
            (THIEF.address, Role.AUTHORITY, THE_COMMUNITY),
            (ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY),
        ]
        assert [(each.by.address, each.by.division) for each in radius.given.grants] == [
            (DISTRICT_AUTHORITY.address, THE_DISTRICT),
            (THIEF.address, THE_COMMUNITY),
        ]
        assert radius.documents == []
        assert [each.sender for each in radius.following] == [ACCOMPLICE.address]
        assert [each.quantity for each in radius.steps] == [7]
        # Everything hangs on the root.
        root = of_key(reader, COUNTRY.signer.address, clock.now(), None, recorded)
        assert {each.sender for each in root.following} == {KEEPER.address, ACCOMPLICE.address}
        assert len(root.following) == 4


def test_a_key_that_was_replaced_in_between_on_a_chain(tmp_path: Path) -> None:
    home, clock = found_keys(tmp_path / "home")
    with Ledger.open(home, clock=clock) as ledger:
        world = KeysWorld(ledger, clock)
        world.write(world.issuing())
        claimed = clock.now()
        number = world.propose(since=claimed)
        world.wait(D)
        world.write(ledger.roles.execute_replacement(number, by=NEW))
        world.write(world.issuing(NEW_KEEPING, 2))
        ledger.index()
        reader = TraceReader(ledger.index_engine)
        trace = trace_lot(reader, RICE_BAGS.lot_id, clock.now())
        grants = grants_behind(reader, trace.followed.documents)
        signed = [
            [(each.address, each.role) for each in signatures(step.document, grants)]
            for step in trace.followed.steps
        ]
        # Who signed stays who signed, in the role of then.
        assert signed == [
            [(KEEPER.address, Role.KEEPER), (APPROVING.signer.address, Role.APPROVER)],
            [(KEEPER.address, Role.KEEPER)],
            [(NEW.address, Role.KEEPER)],
        ]
        # The claim makes the trace of the old key begin with it.
        old = of_key(reader, KEEPER.address, clock.now())
        assert old.since == claimed
        assert [each.recorded_at >= claimed for each in old.documents] == [True] * len(old.documents)
        new = of_key(reader, NEW.address, clock.now())
        assert (new.since, [each.quantity for each in new.steps]) == (None, [2])
