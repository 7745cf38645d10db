"""Norms behind the facade: what is refused changes nothing, what is set is what the contract answers with."""

from __future__ import annotations

from typing import Any

import pytest
from facade import (
    APPROVING,
    KEEPING,
    KEEPING_TOO,
    MASK_ITEM,
    OTHER_PLACE,
    PLACE,
    RICE_ITEM,
    ROOT_PARTY,
    THE_COMMUNITY,
    THE_DISTRICT,
    World,
    refused,
)
from played_ledger import STRANGER, signer

from ledger_client.allocation import EMERGENCY_LONGEST, Terms, norm_at, norm_from, terms_in
from ledger_client.calldata import Original
from ledger_client.calls import content_of
from ledger_client.contracts import read
from ledger_client.divisions import DivisionId
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import ItemId, StorageMode, category_of
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.norms import (
    NormsAuthorityBoundError,
    NormsAuthorityElsewhereError,
    NormsCountNotNewerError,
    NormsCountReversedError,
    NormsDocumentOtherError,
    NormsEffectiveOutsideError,
    NormsEmergencyNotAboveError,
    NormsEmergencyTooLongError,
    NormsItemUnknownError,
    NormsNoEmergencyError,
    NormsNothingSetError,
    NormsSourceMissingError,
    NormsValueInvalidError,
)
from ledger_client.roles import Role
from ledger_client.words import FieldRangeError
from ledger_client.writing import Party

SOURCE = keccak(b"a decision")
RICE_CATEGORY = category_of(RICE_ITEM)
DISTRICT_AUTHORITY = Party(signer("authority of the district"), THE_DISTRICT)
COMMUNITY_AUTHORITY = Party(signer("authority of the community"), THE_COMMUNITY)
OUTBREAK, DANGER_PAST = 110, 150


@pytest.fixture(autouse=True, scope="module")
def authorities(world: World) -> None:
    """Authorities of the district and of the community."""
    roles = world.ledger.roles
    grants = [
        roles.grant(
            party.signer.address,
            Role.AUTHORITY,
            DivisionId(party.division),
            consent=roles.class_consent(party.signer, Role.AUTHORITY),
            by=ROOT_PARTY,
        )
        for party in (DISTRICT_AUTHORITY, COMMUNITY_AUTHORITY)
    ]
    world.write(*grants)


def answer(world: World, function: str, *arguments: object) -> Any:
    """What the contract answers."""
    return read(world.ledger.chain, world.ledger.deployment, "Norms", function, *arguments)


class TestFloors:
    def test_refuses(self, world: World) -> None:
        set_floors, now = world.ledger.norms.set_floors, world.clock.now()
        said: dict[str, Any] = {"source": SOURCE, "by": DISTRICT_AUTHORITY}
        with refused(world, NormsAuthorityBoundError):
            world.write(set_floors(PLACE, {RICE_ITEM: 5}, source=SOURCE, by=COMMUNITY_AUTHORITY))
        with refused(world, GrantMissingError):
            world.write(set_floors(PLACE, {RICE_ITEM: 5}, source=SOURCE, by=KEEPING))
        with refused(world, NormsItemUnknownError):
            world.write(set_floors(PLACE, {ItemId(RICE_ITEM + 50): 5}, **said))
        with refused(world, NormsValueInvalidError):
            world.write(set_floors(PLACE, {RICE_ITEM: 1 << 63}, **said))
        with refused(world, NormsEffectiveOutsideError):
            world.write(set_floors(PLACE, {RICE_ITEM: 5}, effective_at=now - 60, **said))
        with refused(world, NormsSourceMissingError):
            world.write(set_floors(PLACE, {RICE_ITEM: 5}, source=bytes(32), by=DISTRICT_AUTHORITY))
        with refused(world, NormsNothingSetError):
            world.write(set_floors(PLACE, {}, **said))

    @pytest.mark.parametrize("quantity", [-1, 1 << 64])
    def test_a_quantity_that_fits_no_word_is_refused_before(self, world: World, quantity: int) -> None:
        with pytest.raises(FieldRangeError, match="the floor is") as caught:
            world.ledger.norms.set_floors(PLACE, {RICE_ITEM: quantity}, source=SOURCE, by=DISTRICT_AUTHORITY)
        assert caught.value.exit_code == 2
        assert "保底量" in caught.value.text("zh")

    def test_hold_now_or_later(self, world: World) -> None:
        later = world.clock.now() + 10 * SECONDS_A_DAY
        floors = {RICE_ITEM: 500, MASK_ITEM: 0}
        world.write(world.ledger.norms.set_floors(PLACE, floors, source=SOURCE, by=DISTRICT_AUTHORITY))
        world.write(
            world.ledger.norms.set_floors(
                PLACE, {RICE_ITEM: 700}, effective_at=later, source=SOURCE, by=DISTRICT_AUTHORITY
            )
        )
        word = answer(world, "floor", PLACE, RICE_ITEM)
        assert (norm_at(word, later - 1), norm_at(word, later)) == (500, 700)
        assert norm_from(answer(world, "floor", PLACE, MASK_ITEM)) > 0


class TestTerms:
    def test_refuses(self, world: World) -> None:
        set_terms, mode = world.ledger.norms.set_terms, StorageMode.GOVERNMENT
        with refused(world, NormsValueInvalidError):
            world.write(
                set_terms(
                    THE_DISTRICT, mode, share=10_001, notice_days=0, source=SOURCE, by=DISTRICT_AUTHORITY
                )
            )
        with refused(world, NormsAuthorityElsewhereError):
            world.write(
                set_terms(
                    DivisionId(42), mode, share=5_000, notice_days=0, source=SOURCE, by=DISTRICT_AUTHORITY
                )
            )
        for share, notice in ((1 << 16, 0), (0, 1 << 16), (-1, 0)):
            with pytest.raises(FieldRangeError):
                set_terms(THE_DISTRICT, mode, share=share, notice_days=notice, source=SOURCE, by=ROOT_PARTY)

    def test_rule_for_the_mode_in_the_division(self, world: World) -> None:
        world.write(
            world.ledger.norms.set_terms(
                THE_DISTRICT,
                StorageMode.AGREEMENT,
                share=2_500,
                notice_days=3,
                source=SOURCE,
                by=DISTRICT_AUTHORITY,
            )
        )
        word = answer(world, "terms", THE_DISTRICT, StorageMode.AGREEMENT)
        assert terms_in(norm_at(word, world.ledger.chain.head().time)) == Terms(2_500, 3)


class TestCounts:
    def counted(self, world: World, lot: int, quantity: int = 10) -> RecordedDocument:
        """Record a count that occurred later than all before."""
        world.advance(60)
        journal = read(world.ledger.chain, world.ledger.deployment, "StockLedger", "siteJournal", PLACE)
        return world.record(
            world.ledger.stock.count(
                PLACE,
                [CountLine(lot, quantity, quantity)],
                journal=journal,
                keeper=KEEPING,
                second=KEEPING_TOO,
            )
        )

    def test_a_cycle_is_overdue_until_a_count_is_proved(self, world: World) -> None:
        ledger, lot = world.ledger, world.stocked(10)
        world.write(ledger.norms.set_cycles(PLACE, {RICE_CATEGORY: 30}, source=SOURCE, by=DISTRICT_AUTHORITY))
        assert not answer(world, "isStale", PLACE, RICE_CATEGORY)
        world.advance(31 * SECONDS_A_DAY)
        count = self.counted(world, lot)
        assert answer(world, "isStale", PLACE, RICE_CATEGORY)
        world.write(ledger.norms.proved(count, by=STRANGER))
        assert not answer(world, "isStale", PLACE, RICE_CATEGORY)
        assert answer(world, "counted", PLACE, RICE_CATEGORY) == (count.key, count.occurred_at)

    def test_refuses_what_is_not_newer_or_not_the_count(self, world: World) -> None:
        ledger, lot = world.ledger, world.stocked(10)
        first = self.counted(world, lot)
        second = self.counted(world, lot)
        world.write(ledger.norms.proved(second, by=STRANGER))
        with refused(world, NormsCountNotNewerError):
            world.write(ledger.norms.proved(second, by=STRANGER))
        with refused(world, NormsDocumentOtherError):
            world.write(ledger.norms.prove_count(first.key, content_of(second), by=STRANGER))

    def test_refuses_a_count_that_was_reversed(self, world: World) -> None:
        count = self.counted(world, world.stocked(10))
        original = Original(Kind.COUNT, content_of(count))
        world.record(
            world.ledger.stock.reverse(
                count.key, original, keeper=KEEPING, other=KEEPING_TOO, approver=APPROVING
            )
        )
        with refused(world, NormsCountReversedError):
            world.write(world.ledger.norms.proved(count, by=STRANGER))

    @pytest.mark.parametrize(("category", "days"), [(1 << 32, 30), (RICE_CATEGORY, 1 << 16)])
    def test_what_fits_no_word_is_refused_before(self, world: World, category: int, days: int) -> None:
        with pytest.raises(FieldRangeError):
            world.ledger.norms.set_cycles(PLACE, {category: days}, source=SOURCE, by=DISTRICT_AUTHORITY)


class TestEmergencies:
    def test_begin_are_declared_again_from_above_and_end(self, world: World) -> None:
        norms, until = world.ledger.norms, world.clock.now() + SECONDS_A_DAY
        said: dict[str, Any] = {"reason": OUTBREAK, "source": SOURCE}
        with refused(world, NormsNoEmergencyError):
            world.write(norms.end_emergency(THE_DISTRICT, reason=DANGER_PAST, by=DISTRICT_AUTHORITY))
        with refused(world, NormsEmergencyTooLongError):
            too_long = world.clock.now() + EMERGENCY_LONGEST + 3_600
            world.write(norms.declare_emergency(THE_DISTRICT, until=too_long, by=DISTRICT_AUTHORITY, **said))

        world.write(norms.declare_emergency(THE_DISTRICT, until=until, by=DISTRICT_AUTHORITY, **said))
        assert answer(world, "emergencyOver", THE_COMMUNITY)
        with refused(world, NormsEmergencyNotAboveError):
            world.write(
                norms.declare_emergency(THE_DISTRICT, until=until + 60, by=DISTRICT_AUTHORITY, **said)
            )
        world.write(norms.declare_emergency(THE_DISTRICT, until=until + 60, by=ROOT_PARTY, **said))
        world.write(norms.end_emergency(THE_DISTRICT, reason=DANGER_PAST, by=ROOT_PARTY))
        assert not answer(world, "emergencyOver", THE_COMMUNITY)

    def test_what_fits_no_word_is_refused_before(self, world: World) -> None:
        norms = world.ledger.norms
        with pytest.raises(FieldRangeError):
            norms.declare_emergency(THE_DISTRICT, until=1 << 64, reason=1, source=SOURCE, by=ROOT_PARTY)
        with pytest.raises(FieldRangeError):
            norms.end_emergency(THE_DISTRICT, reason=1 << 16, by=ROOT_PARTY)


class TestGas:
    def test_suffices_for_many_new_norms_and_a_count_of_many_categories(self, world: World) -> None:
        ledger, count = world.ledger, 60
        items = [ItemId((3_010_100 + step) * 100_000 + 1) for step in range(count)]
        registered = [ledger.items.register(item, zh="物资", unit="H87", by=ROOT_PARTY) for item in items]
        ledger.write(registered, check=False)
        lots = [world.stocked(10, item, OTHER_PLACE) for item in items]
        cycles = {category_of(item): 30 for item in items}
        said: dict[str, Any] = {"source": SOURCE, "by": ROOT_PARTY}
        world.write(ledger.norms.set_floors(OTHER_PLACE, dict.fromkeys(items, 5), **said))
        world.write(ledger.norms.set_cycles(OTHER_PLACE, cycles, **said))
        journal = read(ledger.chain, ledger.deployment, "StockLedger", "siteJournal", OTHER_PLACE)
        lines = [CountLine(lot, 10, 10) for lot in lots]
        counted = world.record(
            ledger.stock.count(OTHER_PLACE, lines, journal=journal, keeper=KEEPING, second=KEEPING_TOO)
        )
        world.write(ledger.norms.proved(counted, by=STRANGER))
        assert answer(world, "counted", OTHER_PLACE, category_of(items[-1]))[0] == counted.key
