"""SupplierRegistry: suppliers, issuers and accreditations."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from histories import Kind, Status, entry, entry_word, state_word
from world import (
    CATEGORY,
    CITY,
    COUNTRY,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    PROVINCE,
    SUPPLIER,
    D,
    World,
    id_of,
    name_digest,
)

from ledger_client.roles import Role

NAME = name_digest("a source")
NEW = id_of("a new source")
YEAR = 365 * 86_400
REASON = 11


class TestRegisterSupplier:
    def test_without_id_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerSupplier(0, NAME, CITY)

        assert world.chain.refusal(call, world.city) == Refusal("SupplierRegistryIdZero", ())

    def test_again_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerSupplier(SUPPLIER, NAME, CITY)

        refusal = Refusal("SupplierRegistrySupplierExists", (SUPPLIER,))
        assert world.chain.refusal(call, world.city) == refusal

    def test_without_name_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerSupplier(NEW, bytes(32), CITY)

        assert world.chain.refusal(call, world.city) == Refusal("SupplierRegistryNameMissing", ())

    def test_succeeds(self, world: World, registry: Any) -> None:
        (event,) = world.chain.send(registry.registerSupplier(NEW, NAME, CITY), world.city)

        assert event.name == "SupplierRegistered"
        assert event.fields == {
            "supplier": NEW,
            "authority": world.city.address,
            "authorityDivision": CITY,
            "grantPosition": 2,
            "nameDigest": NAME,
            "recordedAt": world.chain.now,
        }
        assert world.chain.ask(registry.supplierName(NEW)) == NAME
        assert world.chain.ask(registry.supplierJournal(NEW)) % 2**64 == 1


class TestRegisterIssuer:
    def test_without_id_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerIssuer(0, NAME)

        assert world.chain.refusal(call, world.root) == Refusal("SupplierRegistryIdZero", ())

    def test_again_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerIssuer(ISSUER, NAME)

        refusal = Refusal("SupplierRegistryIssuerExists", (ISSUER,))
        assert world.chain.refusal(call, world.root) == refusal

    def test_without_name_is_refused(self, world: World, registry: Any) -> None:
        call = registry.registerIssuer(NEW, bytes(32))

        assert world.chain.refusal(call, world.root) == Refusal("SupplierRegistryNameMissing", ())

    def test_succeeds(self, world: World, registry: Any) -> None:
        (event,) = world.chain.send(registry.registerIssuer(NEW, NAME), world.root)

        assert event.name == "IssuerRegistered"
        assert event.fields == {
            "issuer": NEW,
            "authority": world.root.address,
            "grantPosition": 2,
            "nameDigest": NAME,
            "recordedAt": world.chain.now,
        }
        assert world.chain.ask(registry.issuerName(NEW)) == NAME
        assert world.chain.ask(registry.issuerJournal(NEW)) % 2**64 == 1


class TestAccredit:
    def test_of_an_unknown_issuer_is_refused(self, world: World, registry: Any) -> None:
        call = registry.accredit(NEW, CATEGORY, 0, NEVER)

        assert world.chain.refusal(call, world.root) == Refusal("SupplierRegistryIssuerUnknown", (NEW,))

    def test_for_category_0_is_refused(self, world: World, registry: Any) -> None:
        call = registry.accredit(ISSUER, 0, 0, NEVER)

        assert world.chain.refusal(call, world.root) == Refusal("SupplierRegistryCategoryZero", ())

    def test_again_is_refused(self, world: World, registry: Any) -> None:
        call = registry.accredit(ISSUER, CATEGORY, 0, NEVER)

        refusal = Refusal("SupplierRegistryAccreditationExists", (ISSUER, CATEGORY))
        assert world.chain.refusal(call, world.root) == refusal

    @pytest.mark.parametrize(("start", "end"), [(10, 10), (10, 9), (-10, 0), (0, NEVER + 1)])
    def test_for_no_time_is_refused(self, world: World, registry: Any, start: int, end: int) -> None:
        now = world.chain.now
        interval = now + start, end if end > NEVER else now + end
        call = registry.accredit(ISSUER, OTHER_CATEGORY, *interval)

        refusal = Refusal("SupplierRegistryIntervalInvalid", (*interval, now))
        assert world.chain.refusal(call, world.root) == refusal

    def test_succeeds(self, world: World, registry: Any) -> None:
        start, end = world.chain.now + D, world.chain.now + YEAR
        (event,) = world.chain.send(registry.accredit(ISSUER, OTHER_CATEGORY, start, end), world.root)

        now = world.chain.now
        assert event.name == "AccreditationRecorded"
        assert event.fields == {
            "issuer": ISSUER,
            "category": OTHER_CATEGORY,
            "entry": entry(world, Kind.ISSUED, actor=world.root, role=Role.AUTHORITY, interval=(start, end)),
        }
        words = [entry_word(Kind.ISSUED, now, now, interval=(start, end), by_authority=True)]
        assert world.chain.ask(registry.accreditationEntries(ISSUER, OTHER_CATEGORY)) == words
        # The issuer's journal: its registration, its first accreditation, this one.
        state = state_word(Kind.ISSUED, (start, end), 1, 3, by_authority=True)
        assert world.chain.ask(registry.accreditationState(ISSUER, OTHER_CATEGORY)) == state
        required = registry.requireAccredited(ISSUER, OTHER_CATEGORY)
        early = Refusal("SupplierRegistryNotAccredited", (ISSUER, OTHER_CATEGORY, Status.NOT_YET_VALID))
        assert world.chain.refusal(required) == early
        world.chain.travel_to(start)
        assert world.chain.ask(required) == []


class TestChangeAccreditation:
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("renewAccreditation", (NEVER,)),
            ("suspendAccreditation", (REASON, 0)),
            ("reinstateAccreditation", (REASON,)),
            ("revokeAccreditation", (REASON, 0)),
        ],
    )
    def test_of_an_unknown_one_is_refused(
        self, world: World, registry: Any, function: str, arguments: Any
    ) -> None:
        call = registry[function](ISSUER, OTHER_CATEGORY, *arguments)

        refusal = Refusal("SupplierRegistryAccreditationUnknown", (ISSUER, OTHER_CATEGORY))
        assert world.chain.refusal(call, world.root) == refusal

    def test_without_the_grant_is_refused(self, world: World, registry: Any) -> None:
        world.chain.send(registry.suspendAccreditation(ISSUER, CATEGORY, REASON, 0), world.root)
        call = registry.reinstateAccreditation(ISSUER, CATEGORY, REASON)

        refusal = Refusal("DirectoryGrantMissing", (world.province.address, Role.AUTHORITY, COUNTRY, 0))
        assert world.chain.refusal(call, world.province) == refusal

    def test_in_the_future_is_refused(self, world: World, registry: Any) -> None:
        now = world.chain.now
        for function in ("suspendAccreditation", "revokeAccreditation"):
            call = registry[function](ISSUER, CATEGORY, REASON, now + 1)

            refusal = Refusal("SupplierRegistryEffectInFuture", (now + 1, now))
            assert world.chain.refusal(call, world.root) == refusal

    def test_suspends_reinstates_and_revokes(self, world: World, registry: Any) -> None:
        required = registry.requireAccredited(ISSUER, CATEGORY)
        since = world.chain.now - 5
        steps = (
            (registry.suspendAccreditation(ISSUER, CATEGORY, REASON, since), Kind.SUSPENDED, since),
            (registry.reinstateAccreditation(ISSUER, CATEGORY, REASON), Kind.REINSTATED, None),
            (registry.revokeAccreditation(ISSUER, CATEGORY, REASON, since), Kind.REVOKED, since),
        )
        expected = {
            Kind.SUSPENDED: Status.SUSPENDED,
            Kind.REINSTATED: Status.VALID,
            Kind.REVOKED: Status.REVOKED,
        }
        for count, (call, kind, effective_at) in enumerate(steps, start=2):
            (event,) = world.chain.send(call, world.root)
            assert event.fields["entry"] == entry(
                world,
                kind,
                actor=world.root,
                role=Role.AUTHORITY,
                reason=REASON,
                effective_at=effective_at,
            )
            state = state_word(kind, (0, NEVER), count, count + 1, by_authority=True)
            assert world.chain.ask(registry.accreditationState(ISSUER, CATEGORY)) == state
            if expected[kind] == Status.VALID:
                assert world.chain.ask(required) == []
            else:
                refusal = Refusal("SupplierRegistryNotAccredited", (ISSUER, CATEGORY, expected[kind]))
                assert world.chain.refusal(required) == refusal

    def test_renews(self, world: World, registry: Any) -> None:
        end = world.chain.now + D
        world.chain.send(registry.accredit(ISSUER, OTHER_CATEGORY, 5, end), world.root)
        (event,) = world.chain.send(registry.renewAccreditation(ISSUER, OTHER_CATEGORY, end + 1), world.root)

        assert event.fields["entry"] == entry(
            world, Kind.RENEWED, actor=world.root, role=Role.AUTHORITY, interval=(5, end + 1)
        )


def test_a_supplier_of_any_province_is_one_supplier(world: World, registry: Any) -> None:
    call = registry.registerSupplier(NEW, NAME, PROVINCE)
    world.chain.send(call, world.province)

    refusal = Refusal("SupplierRegistrySupplierExists", (NEW,))
    assert world.chain.refusal(call, world.province) == refusal
