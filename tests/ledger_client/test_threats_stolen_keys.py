"""Keys that are abused, stolen or lost (threats 4, 12 and 13), through the client on an embedded ledger."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from facade import PLACE, START, THE_COMMUNITY, THE_DISTRICT
from keys_world import (
    ACCOMPLICE,
    APPROVING,
    CITY,
    COUNTRY,
    DISTRICT,
    DISTRICT_AUTHORITY,
    KEEPING,
    KEEPING_TOO,
    NEW,
    NEW_KEEPING,
    PROVINCE,
    RICE_BAGS,
    THE_CITY,
    THIEF,
    D,
    KeysWorld,
    found_keys,
)
from played_ledger import APPROVER, KEEPER, OTHER_KEEPER

from ledger_client.audit import Finding, FindingKind, Severity
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.errors import RefusedError
from ledger_client.fold.records import RecordedDocument
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.outbox import EntryState
from ledger_client.reverts import RevertError
from ledger_client.reverts.directory import (
    ClassConsentMissingError,
    ClassTakenError,
    CompromiseInFutureError,
    GrantActsError,
    GrantMissingError,
    NotAboveError,
    NotPartyError,
    ObjectionTooLateError,
    OutsideDivisionError,
    ReplacementSizeError,
    ReplacementStatusError,
    ReplacementTooEarlyError,
    ReplacementUnknownError,
)
from ledger_client.roles import Role
from ledger_client.writing import Party, Prepared

PROPOSED, OBJECTED, UPHELD, REFUSED, EXECUTED = range(1, 6)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, int]:
    """A ledger as it was founded, and its time; tests work on copies."""
    home, clock = found_keys(tmp_path_factory.mktemp("keys") / "home")
    return home, clock.now()


@pytest.fixture
def world(founded: tuple[Home, int], tmp_path: Path) -> Iterator[KeysWorld]:
    """The ledger, as it was founded."""
    home, now = founded
    shutil.copytree(home.path, tmp_path / "home")
    clock = ManualClock(now)
    with Ledger.open(Home(tmp_path / "home"), clock=clock) as ledger:
        yield KeysWorld(ledger, clock)


def refuses(world: KeysWorld, error: type[RevertError], *prepared: Prepared) -> None:
    """See that the ledger refuses each with this sentence, and a block too when nobody asked before."""
    for each in prepared:
        with pytest.raises(error) as caught:
            world.write(each)
        assert caught.value.text("en") != caught.value.text("zh")
        again = replace(each, submission=replace(each.submission, key=f"{each.submission.key}/unchecked"))
        with pytest.raises(RefusedError):
            world.ledger.write([again], check=False)


class TestThreat4AnAuthorityMakesItselfKeeper:
    def test_threat_4_a_grant_is_powerless_before_its_delay(self, world: KeysWorld) -> None:
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        acts_from = world.grant(ACCOMPLICE).from_
        keeping = Party(ACCOMPLICE, THE_COMMUNITY)
        assert acts_from == world.ledger.chain.head().time + D

        world.clock.set(acts_from - 5)
        refuses(world, GrantMissingError, world.issuing(keeping))
        world.clock.set(acts_from)
        world.write(world.issuing(keeping))
        assert world.on_hand() == 99

    def test_threat_4_an_address_of_another_class_is_refused(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        itself = world.granting(DISTRICT_AUTHORITY, Role.KEEPER, THE_COMMUNITY, DISTRICT)
        approver = roles.grant(KEEPER.address, Role.APPROVER, THE_DISTRICT, by=DISTRICT)
        joining = roles.accept_class(Role.KEEPER, by=DISTRICT_AUTHORITY)
        refuses(world, ClassTakenError, itself, approver, joining)

    def test_threat_4_nobody_is_put_into_a_class_without_consent(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        others = roles.class_consent(THIEF, Role.KEEPER)
        for consent in (None, others, roles.class_consent(NEW, Role.APPROVER)):
            call = roles.grant(NEW.address, Role.KEEPER, THE_COMMUNITY, consent=consent, by=DISTRICT)
            refuses(world, ClassConsentMissingError, call)

    def test_threat_4_who_accepted_a_class_needs_no_consent_and_gets_no_other_role(
        self, world: KeysWorld
    ) -> None:
        roles = world.ledger.roles
        world.write(roles.accept_class(Role.KEEPER, by=NEW))
        refuses(world, ClassTakenError, roles.grant(NEW.address, Role.APPROVER, THE_DISTRICT, by=DISTRICT))
        world.write(roles.grant(NEW.address, Role.KEEPER, THE_COMMUNITY, by=DISTRICT))
        world.wait(D)
        world.write(world.issuing(NEW_KEEPING))

    def test_threat_4_a_veto_by_the_level_of_the_granter_or_another_branch_is_refused(
        self, world: KeysWorld
    ) -> None:
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        veto = world.ledger.roles.veto
        refuses(
            world, NotAboveError, veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, reason=93, by=DISTRICT)
        )
        by_keeper = veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, by=KEEPING)
        refuses(world, GrantMissingError, by_keeper)

    def test_threat_4_a_veto_after_the_delay_is_refused_and_a_revocation_acts_at_once(
        self, world: KeysWorld
    ) -> None:
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        world.wait(D)
        roles, keeping = world.ledger.roles, Party(ACCOMPLICE, THE_COMMUNITY)
        world.write(world.issuing(keeping))
        refuses(
            world, GrantActsError, roles.veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, by=THE_CITY)
        )
        world.write(roles.revoke(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, reason=93, by=THE_CITY))
        refuses(world, GrantMissingError, world.issuing(keeping))

    @pytest.mark.parametrize("by", [THE_CITY, PROVINCE, COUNTRY], ids=["city", "province", "country"])
    def test_threat_4_a_veto_from_above_ends_the_grant_before_it_acts(
        self, world: KeysWorld, by: Party
    ) -> None:
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        world.write(world.ledger.roles.veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, reason=93, by=by))
        assert not world.grant(ACCOMPLICE).is_standing
        world.wait(D)
        refuses(world, GrantMissingError, world.issuing(Party(ACCOMPLICE, THE_COMMUNITY)))

    def test_threat_4_after_a_veto_the_grant_waits_again(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        world.write(roles.veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, by=THE_CITY))
        world.wait(D)
        world.write(roles.grant(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, by=DISTRICT))
        assert world.grant(ACCOMPLICE).from_ == world.ledger.chain.head().time + D

    def test_threat_4_who_granted_never_approves(self, world: KeysWorld) -> None:
        """The approver of a document is never who granted its keeper: an authority has no other class."""
        for granter in (Party(DISTRICT_AUTHORITY, THE_DISTRICT), COUNTRY):
            write_off = world.ledger.stock.write_off(
                PLACE, [Line(RICE_BAGS.lot_id, 1, 10)], keeper=KEEPING, approver=granter
            )
            refuses(world, GrantMissingError, write_off)
        assert world.on_hand() == 100


class TestThreat12AKeyIsStolen:
    def test_threat_12_signed_before_and_sent_after_revocation_fails(self, world: KeysWorld) -> None:
        ledger, stolen = world.ledger, world.issuing()
        ledger.outbox.store([stolen.submission], KEEPER, ledger.chain)
        world.write(ledger.roles.revoke(KEEPER.address, Role.KEEPER, THE_COMMUNITY, reason=91, by=DISTRICT))

        ledger.outbox.send([stolen.submission.key], ledger.chain)
        (entry,) = ledger.outbox.wait([stolen.submission.key], ledger.chain)
        assert entry.state is EntryState.REFUSED
        assert ledger.index().document(stolen.key) is None
        assert world.on_hand() == 100

    def test_threat_12_a_consent_given_before_and_used_after_revocation_fails(self, world: KeysWorld) -> None:
        write_off = world.ledger.stock.write_off(
            PLACE, [Line(RICE_BAGS.lot_id, 100, 16)], keeper=KEEPING, approver=APPROVING
        )
        world.write(
            world.ledger.roles.revoke(APPROVER.address, Role.APPROVER, THE_DISTRICT, reason=91, by=DISTRICT)
        )
        refuses(world, GrantMissingError, write_off)

    def test_threat_12_signed_before_and_sent_after_a_replacement_was_proposed_fails(
        self, world: KeysWorld
    ) -> None:
        stolen = world.issuing()
        world.propose()
        refuses(world, GrantMissingError, stolen)

    def test_threat_12_a_claim_of_the_future_is_refused(self, world: KeysWorld) -> None:
        roles, tomorrow = world.ledger.roles, world.clock.now() + 86_400
        revoke = roles.revoke(
            KEEPER.address, Role.KEEPER, THE_COMMUNITY, compromised_since=tomorrow, by=DISTRICT
        )
        refuses(world, CompromiseInFutureError, revoke)

    def test_threat_12_a_thief_who_objects_gets_nothing_back(self, world: KeysWorld) -> None:
        number = world.propose(since=world.clock.now() - 60)
        world.write(world.ledger.roles.object_to_replacement(number, by=KEEPER))
        refuses(world, GrantMissingError, world.issuing())
        world.write(world.ledger.roles.decide_replacement(number, uphold=True, reason=91, by=THE_CITY))
        world.wait(D)
        world.write(world.ledger.roles.execute_replacement(number, by=NEW))
        refuses(world, GrantMissingError, world.issuing())
        world.write(world.issuing(NEW_KEEPING))

    def test_threat_12_a_thief_cannot_replace_the_key_itself(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        call = roles.propose_replacement(
            KEEPER.address,
            THIEF.address,
            [(THE_COMMUNITY, 0)],
            consent=roles.class_consent(THIEF, Role.KEEPER),
            by=KEEPING,
        )
        refuses(world, GrantMissingError, call)

    def test_threat_12_what_a_stolen_authority_granted_is_vetoed_after_its_own_revocation(
        self, world: KeysWorld
    ) -> None:
        world.write(world.granting(ACCOMPLICE, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        roles = world.ledger.roles
        revoked = roles.revoke(
            DISTRICT_AUTHORITY.address, Role.AUTHORITY, THE_DISTRICT, reason=91, by=THE_CITY
        )
        vetoed = roles.veto(ACCOMPLICE.address, Role.KEEPER, THE_COMMUNITY, reason=93, by=THE_CITY)
        world.write(revoked, vetoed)
        world.wait(D)
        refuses(world, GrantMissingError, world.granting(THIEF, Role.KEEPER, THE_COMMUNITY, DISTRICT))
        refuses(world, GrantMissingError, world.issuing(Party(ACCOMPLICE, THE_COMMUNITY)))

    def test_threat_12_earlier_documents_stay_attributed_and_the_claim_makes_findings(
        self, world: KeysWorld
    ) -> None:
        before = world.card()
        world.wait(600)
        since = world.clock.now()
        world.write(world.issuing(units=7))
        card, journal = world.card(), world.ledger.index().stock_card(PLACE)[-1].journal
        assert not _by_compromised_key(world)

        world.wait(60)
        revoke = world.ledger.roles.revoke(
            KEEPER.address, Role.KEEPER, THE_COMMUNITY, reason=91, compromised_since=since, by=DISTRICT
        )
        world.write(revoke)

        # Nothing is rewritten: the card, its journal and who signed stand, and the stock with them.
        assert world.card() == card
        assert world.ledger.index().stock_card(PLACE)[-1].journal == journal
        assert [document.sender for document in card] == [KEEPER.address] * 2
        assert world.on_hand() == 93
        (finding,) = _by_compromised_key(world)
        assert (finding.document, finding.site) == (card[-1].key, PLACE)
        assert finding.severity is Severity.WARNING
        assert (KEEPER.address in finding.en and "泄露" in FindingKind(finding.kind).value) or finding.zh
        assert before == card[:1], "what it signed before the claim is no finding"
        assert world.audit().agreed

    def test_threat_12_a_claim_on_a_co_signer_makes_findings_too(self, world: KeysWorld) -> None:
        world.write(
            world.ledger.roles.revoke(
                APPROVER.address, Role.APPROVER, THE_DISTRICT, compromised_since=START, by=DISTRICT
            )
        )
        assert [finding.document for finding in _by_compromised_key(world)] == [world.card()[0].key]

    @pytest.mark.parametrize("uphold", [True, False])
    def test_threat_12_a_refused_replacement_takes_its_claim_with_it(
        self, world: KeysWorld, uphold: bool
    ) -> None:
        number, roles = world.propose(since=START), world.ledger.roles
        assert [finding.document for finding in _by_compromised_key(world)] == [world.card()[0].key]
        world.write(roles.object_to_replacement(number, by=KEEPER))
        world.write(roles.decide_replacement(number, uphold=uphold, by=THE_CITY))
        assert bool(_by_compromised_key(world)) is uphold

    def test_threat_12_a_claim_outlives_a_new_grant_to_the_same_key(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        world.write(
            roles.revoke(KEEPER.address, Role.KEEPER, THE_COMMUNITY, compromised_since=START, by=DISTRICT)
        )
        world.write(roles.grant(KEEPER.address, Role.KEEPER, THE_COMMUNITY, by=DISTRICT))
        assert len(_by_compromised_key(world)) == 1


class TestThreat13AKeyIsLost:
    def test_threat_13_only_grants_at_or_below_the_own_division_are_moved(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        world.write(roles.grant(KEEPER.address, Role.KEEPER, CITY, by=THE_CITY))
        world.wait(D)
        consent = roles.class_consent(NEW, Role.KEEPER)
        call = roles.propose_replacement(
            KEEPER.address, NEW.address, [(THE_COMMUNITY, 0), (CITY, 0)], consent=consent, by=DISTRICT
        )
        refuses(world, OutsideDivisionError, call)

        number = world.propose()
        world.wait(D)
        world.write(roles.execute_replacement(number, by=DISTRICT_AUTHORITY))
        world.write(world.issuing(Party(KEEPER, CITY)))
        world.write(world.issuing(NEW_KEEPING))
        refuses(world, GrantMissingError, world.issuing(Party(NEW, CITY)))

    def test_threat_13_nobody_else_and_nothing_too_early(self, world: KeysWorld) -> None:
        roles = world.ledger.roles
        refuses(world, ReplacementUnknownError, roles.object_to_replacement(7, by=KEEPER))
        number = world.propose()
        for somebody in (OTHER_KEEPER, NEW, DISTRICT_AUTHORITY):
            refuses(world, NotPartyError, roles.object_to_replacement(number, by=somebody))
        refuses(world, ReplacementTooEarlyError, roles.execute_replacement(number, by=NEW))
        decision = roles.decide_replacement(number, uphold=True, by=THE_CITY)
        refuses(world, ReplacementStatusError, decision)
        world.wait(D)
        refuses(world, NotPartyError, roles.execute_replacement(number, by=KEEPER))
        refuses(world, ObjectionTooLateError, roles.object_to_replacement(number, by=KEEPER))

    @pytest.mark.parametrize("size", [0, 65])
    def test_threat_13_no_grant_or_too_many_are_refused(self, world: KeysWorld, size: int) -> None:
        call = world.ledger.roles.propose_replacement(
            KEEPER.address, NEW.address, [(THE_COMMUNITY, 0)] * size, by=DISTRICT
        )
        refuses(world, ReplacementSizeError, call)

    def test_threat_13_as_many_grants_as_are_allowed_fit_into_one_transaction(self, world: KeysWorld) -> None:
        roles, places = world.ledger.roles, [DivisionId(420106100 + each) for each in range(64)]
        divisions = [world.ledger.divisions.register(each, zh=f"街道{each}", by=COUNTRY) for each in places]
        world.ledger.write(divisions)
        world.ledger.write([roles.grant(KEEPER.address, Role.KEEPER, each, by=DISTRICT) for each in places])
        world.wait(D)
        world.write(
            roles.propose_replacement(
                KEEPER.address,
                NEW.address,
                [(each, 0) for each in places],
                consent=roles.class_consent(NEW, Role.KEEPER),
                by=DISTRICT,
            )
        )
        world.write(roles.object_to_replacement(1, by=KEEPER))
        world.write(roles.decide_replacement(1, uphold=True, by=THE_CITY))
        world.wait(D)
        world.write(roles.execute_replacement(1, by=NEW))
        moved = [grant for grant in world.ledger.index().grants(NEW.address) if grant.is_standing]
        assert {grant.division for grant in moved} == set(places)

    def test_threat_13_without_objection_the_new_key_takes_over_and_the_stock_is_as_it_was(
        self, world: KeysWorld
    ) -> None:
        world.write(world.issuing(units=5))
        card = world.card()
        number = world.propose()
        refuses(world, GrantMissingError, world.issuing(), world.issuing(NEW_KEEPING))
        world.wait(D)
        refuses(world, GrantMissingError, world.issuing(NEW_KEEPING))
        world.write(world.ledger.roles.execute_replacement(number, by=NEW))

        assert world.on_hand() == 95
        assert world.card() == card, "history kept, and attributed to the old key"
        assert {document.sender for document in card} == {KEEPER.address}
        assert world.grant(KEEPER).revoked_at and world.grant(NEW).is_standing
        refuses(world, GrantMissingError, world.issuing())
        document = _recorded(world, world.issuing(NEW_KEEPING))
        assert (document.sender, world.on_hand()) == (NEW.address, 94)
        assert world.audit().agreed

    def test_threat_13_what_is_under_way_goes_on_under_the_new_key(self, world: KeysWorld) -> None:
        """A late document of the old key is recorded by the new one, with the approver."""
        number = world.propose()
        world.wait(D)
        world.write(world.ledger.roles.execute_replacement(number, by=NEW))
        document = _recorded(
            world,
            world.ledger.stock.write_off(
                PLACE, [Line(RICE_BAGS.lot_id, 2, 10)], keeper=NEW_KEEPING, approver=APPROVING
            ),
        )
        assert (document.sender, document.approver) == (NEW.address, APPROVER.address)

    def test_threat_13_an_objection_sends_the_case_one_level_up(self, world: KeysWorld) -> None:
        roles, number = world.ledger.roles, world.propose()
        world.write(roles.object_to_replacement(number, by=KEEPER))
        assert world.replacements()[number].status == OBJECTED
        refuses(world, NotAboveError, roles.decide_replacement(number, uphold=True, by=DISTRICT))
        refuses(world, GrantMissingError, roles.decide_replacement(number, uphold=True, by=KEEPING))
        world.wait(D)
        refuses(world, ReplacementStatusError, roles.execute_replacement(number, by=NEW))

    def test_threat_13_decided_for_the_holder_its_grants_act_again(self, world: KeysWorld) -> None:
        roles, number = world.ledger.roles, world.propose()
        world.write(roles.object_to_replacement(number, by=KEEPER))
        world.write(roles.decide_replacement(number, uphold=False, reason=100, by=THE_CITY))
        assert world.replacements()[number].status == REFUSED
        world.write(world.issuing())
        world.wait(D)
        refuses(world, ReplacementStatusError, roles.execute_replacement(number, by=NEW))
        again = roles.decide_replacement(number, uphold=True, by=COUNTRY)
        refuses(world, ReplacementStatusError, again)
        refuses(world, GrantMissingError, world.issuing(NEW_KEEPING))

    def test_threat_13_decided_against_the_holder_the_grants_move_after_the_delay(
        self, world: KeysWorld
    ) -> None:
        roles, number = world.ledger.roles, world.propose()
        world.write(roles.object_to_replacement(number, by=KEEPER))
        world.write(roles.decide_replacement(number, uphold=True, reason=90, by=PROVINCE))
        assert world.replacements()[number].status == UPHELD
        refuses(world, ReplacementTooEarlyError, roles.execute_replacement(number, by=NEW))
        world.wait(D)
        world.write(roles.execute_replacement(number, by=NEW))
        assert world.replacements()[number].status == EXECUTED
        world.write(world.issuing(NEW_KEEPING))

    def test_threat_13_undecided_after_twice_the_delay_the_grants_stay_suspended(
        self, world: KeysWorld
    ) -> None:
        roles, number = world.ledger.roles, world.propose()
        world.write(roles.object_to_replacement(number, by=KEEPER))
        world.wait(2 * D + 60)
        assert world.grant(KEEPER).is_suspended
        refuses(world, GrantMissingError, world.issuing(), world.issuing(NEW_KEEPING))
        refuses(world, ReplacementStatusError, roles.execute_replacement(number, by=NEW))
        # The other keeper goes on, and the level above may still decide.
        world.write(world.issuing(KEEPING_TOO))
        world.write(roles.decide_replacement(number, uphold=True, by=THE_CITY))
        world.write(roles.execute_replacement(number, by=NEW))
        world.write(world.issuing(NEW_KEEPING))

    def test_threat_13_what_was_revoked_meanwhile_is_not_moved(self, world: KeysWorld) -> None:
        roles, number = world.ledger.roles, world.propose()
        world.write(roles.revoke(KEEPER.address, Role.KEEPER, THE_COMMUNITY, by=DISTRICT))
        world.wait(D)
        world.write(roles.execute_replacement(number, by=NEW))
        assert not world.ledger.index().grants(NEW.address)

    def test_threat_13_an_index_that_is_rebuilt_knows_the_same(self, world: KeysWorld) -> None:
        number = world.propose(since=START)
        world.write(world.ledger.roles.object_to_replacement(number, by=KEEPER))
        before = world.replacements()
        world.ledger.rebuild_index()
        assert world.replacements() == before
        assert before[number].compromised_since == START


def _recorded(world: KeysWorld, prepared: Prepared) -> RecordedDocument:
    world.write(prepared)
    document = world.ledger.index().document(prepared.key)
    assert document is not None
    return document


def _by_compromised_key(world: KeysWorld) -> list[Finding]:
    return [each for each in world.audit().findings if each.kind is FindingKind.SIGNED_BY_COMPROMISED_KEY]
