"""SupplierRegistry: qualifications and their histories. Verdicts have a file of their own."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from histories import QUALIFICATION, Grade, Kind, Status, entry, entry_word, qualification_id, state_word
from world import (
    CATEGORY,
    CERTIFICATE,
    COUNTRY,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    OTHER_ISSUER,
    OTHER_SUPPLIER,
    SUPPLIER,
    World,
    id_of,
)

from ledger_client.roles import Role

NEW = id_of("a new source")
YEAR = 365 * 86_400
REASON = 11


@pytest.fixture
def until(world: World, registry: Any) -> int:
    """When the qualification of SUPPLIER that this issues with grade B ends."""
    end = world.chain.now + YEAR
    issue = registry.issueQualification(ISSUER, SUPPLIER, CATEGORY, Grade.B, 0, end, CERTIFICATE)
    world.chain.send(issue, world.issuer)
    return end


class TestIssueQualification:
    def call(self, registry: Any, **changed: Any) -> Any:
        arguments = {
            "issuer": ISSUER,
            "supplier": SUPPLIER,
            "category": CATEGORY,
            "grade": Grade.B,
            "from": 0,
            "until": NEVER,
            "certificateDigest": CERTIFICATE,
        } | changed
        return registry.issueQualification(*arguments.values())

    def test_for_another_issuer_is_refused(self, world: World, registry: Any) -> None:
        refusal = Refusal("DirectoryGrantMissing", (world.issuer.address, Role.ISSUER, COUNTRY, OTHER_ISSUER))

        assert world.chain.refusal(self.call(registry, issuer=OTHER_ISSUER), world.issuer) == refusal

    @pytest.mark.parametrize("category", [0, OTHER_CATEGORY])
    def test_threat_5_without_accreditation_is_refused(
        self, world: World, registry: Any, category: int
    ) -> None:
        refusal = Refusal("SupplierRegistryNotAccredited", (ISSUER, category, Status.UNKNOWN))

        assert world.chain.refusal(self.call(registry, category=category), world.issuer) == refusal

    def test_threat_5_with_a_suspended_accreditation_is_refused(self, world: World, registry: Any) -> None:
        world.chain.send(registry.suspendAccreditation(ISSUER, CATEGORY, REASON, 0), world.root)

        refusal = Refusal("SupplierRegistryNotAccredited", (ISSUER, CATEGORY, Status.SUSPENDED))
        assert world.chain.refusal(self.call(registry), world.issuer) == refusal

    def test_to_an_unknown_supplier_is_refused(self, world: World, registry: Any) -> None:
        refusal = Refusal("SupplierRegistrySupplierUnknown", (NEW,))

        assert world.chain.refusal(self.call(registry, supplier=NEW), world.issuer) == refusal

    def test_again_is_refused(self, world: World, registry: Any, until: int) -> None:
        refusal = Refusal("SupplierRegistryQualificationExists", (QUALIFICATION,))

        assert world.chain.refusal(self.call(registry), world.issuer) == refusal

    def test_without_certificate_is_refused(self, world: World, registry: Any) -> None:
        refusal = Refusal("SupplierRegistryCertificateMissing", ())

        assert world.chain.refusal(self.call(registry, certificateDigest=bytes(32)), world.issuer) == refusal

    def test_threat_6_a_reused_certificate_is_refused(self, world: World, registry: Any, until: int) -> None:
        refusal = Refusal("SupplierRegistryCertificateUsed", (CERTIFICATE, QUALIFICATION))

        other_supplier = self.call(registry, supplier=OTHER_SUPPLIER)
        assert world.chain.refusal(other_supplier, world.issuer) == refusal
        other_issuer = self.call(registry, issuer=OTHER_ISSUER)
        assert world.chain.refusal(other_issuer, world.other_issuer) == refusal

    @pytest.mark.parametrize("grade", [0, 5, 255])
    def test_of_no_grade_is_refused(self, world: World, registry: Any, grade: int) -> None:
        refusal = Refusal("SupplierRegistryGradeInvalid", (grade,))

        assert world.chain.refusal(self.call(registry, grade=grade), world.issuer) == refusal

    def test_that_is_over_is_refused(self, world: World, registry: Any) -> None:
        now = world.chain.now
        call = self.call(registry, until=now)

        refusal = Refusal("SupplierRegistryIntervalInvalid", (0, now, now))
        assert world.chain.refusal(call, world.issuer) == refusal

    @pytest.mark.parametrize("grade", [Grade.A, Grade.D])
    def test_succeeds(self, world: World, registry: Any, grade: Grade) -> None:
        (event,) = world.chain.send(self.call(registry, grade=grade), world.issuer)

        now = world.chain.now
        assert event.name == "QualificationRecorded"
        assert event.fields == {
            "supplier": SUPPLIER,
            "qualification": QUALIFICATION,
            "issuer": ISSUER,
            "category": CATEGORY,
            "certificateDigest": CERTIFICATE,
            "entry": entry(world, Kind.ISSUED, actor=world.issuer, grade=grade, interval=(0, NEVER)),
        }
        stored = (SUPPLIER, CATEGORY, ISSUER, CERTIFICATE)
        assert world.chain.ask(registry.qualificationOf(QUALIFICATION)) == stored
        words = [entry_word(Kind.ISSUED, now, now, grade=grade, interval=(0, NEVER))]
        assert world.chain.ask(registry.qualificationEntries(QUALIFICATION)) == words
        state = state_word(Kind.ISSUED, (0, NEVER), 1, 2, grade=grade)
        assert world.chain.ask(registry.qualificationState(QUALIFICATION)) == state
        assert world.chain.ask(registry.qualificationsOf(CERTIFICATE)) == [QUALIFICATION]
        assert world.chain.ask(registry.supplierJournal(SUPPLIER)) % 2**64 == 2
        assert world.chain.ask(registry.issuerJournal(ISSUER)) % 2**64 == 2, "only accreditations roll it"

    def test_of_one_certificate_for_two_categories_succeeds(
        self, world: World, registry: Any, until: int
    ) -> None:
        world.chain.send(registry.accredit(ISSUER, OTHER_CATEGORY, 0, NEVER), world.root)
        world.chain.send(self.call(registry, category=OTHER_CATEGORY), world.issuer)

        second = qualification_id(ISSUER, SUPPLIER, OTHER_CATEGORY, CERTIFICATE)
        assert world.chain.ask(registry.qualificationsOf(CERTIFICATE)) == [QUALIFICATION, second]


class TestRenewQualification:
    def test_of_an_unknown_one_is_refused(self, world: World, registry: Any) -> None:
        call = registry.renewQualification(7, Grade.A, NEVER)

        refusal = Refusal("SupplierRegistryQualificationUnknown", (7,))
        assert world.chain.refusal(call, world.issuer) == refusal
        assert world.chain.refusal(registry.qualificationOf(7)) == refusal

    def test_by_another_issuer_is_refused(self, world: World, registry: Any, until: int) -> None:
        call = registry.renewQualification(QUALIFICATION, Grade.A, NEVER)

        missing = (world.other_issuer.address, Role.ISSUER, COUNTRY, ISSUER)
        assert world.chain.refusal(call, world.other_issuer) == Refusal("DirectoryGrantMissing", missing)

    def test_without_accreditation_is_refused(self, world: World, registry: Any, until: int) -> None:
        world.chain.send(registry.revokeAccreditation(ISSUER, CATEGORY, REASON, 0), world.root)
        call = registry.renewQualification(QUALIFICATION, Grade.A, NEVER)

        refusal = Refusal("SupplierRegistryNotAccredited", (ISSUER, CATEGORY, Status.REVOKED))
        assert world.chain.refusal(call, world.issuer) == refusal

    @pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.REVOKED])
    def test_of_a_suspended_or_revoked_one_is_refused(
        self, world: World, registry: Any, until: int, kind: Kind
    ) -> None:
        verb = "suspend" if kind == Kind.SUSPENDED else "revoke"
        world.chain.send(registry[f"{verb}Qualification"](QUALIFICATION, REASON, 0), world.issuer)
        call = registry.renewQualification(QUALIFICATION, Grade.A, NEVER)

        refusal = Refusal("SupplierRegistryEntryRefused", (kind, Kind.RENEWED))
        assert world.chain.refusal(call, world.issuer) == refusal

    @pytest.mark.parametrize("grade", [0, 5])
    def test_of_no_grade_is_refused(self, world: World, registry: Any, until: int, grade: int) -> None:
        call = registry.renewQualification(QUALIFICATION, grade, NEVER)

        refusal = Refusal("SupplierRegistryGradeInvalid", (grade,))
        assert world.chain.refusal(call, world.issuer) == refusal

    def test_that_does_not_extend_is_refused(self, world: World, registry: Any, until: int) -> None:
        call = registry.renewQualification(QUALIFICATION, Grade.A, until)

        refusal = Refusal("SupplierRegistryIntervalInvalid", (0, until, until))
        assert world.chain.refusal(call, world.issuer) == refusal

    def test_to_the_past_is_refused(self, world: World, registry: Any, until: int) -> None:
        now = world.chain.travel_to(until + 5)
        call = registry.renewQualification(QUALIFICATION, Grade.A, now)

        refusal = Refusal("SupplierRegistryIntervalInvalid", (now, now, now))
        assert world.chain.refusal(call, world.issuer) == refusal

    def test_in_date_extends(self, world: World, registry: Any, until: int) -> None:
        world.chain.travel_to(until - 2)
        call = registry.renewQualification(QUALIFICATION, Grade.A, until + 1)
        (event,) = world.chain.send(call, world.issuer)

        interval = (0, until + 1)
        assert event.fields["entry"] == entry(
            world, Kind.RENEWED, actor=world.issuer, grade=Grade.A, interval=interval
        )
        state = state_word(Kind.RENEWED, interval, 2, 3, grade=Grade.A)
        assert world.chain.ask(registry.qualificationState(QUALIFICATION)) == state

    def test_out_of_date_begins_anew(self, world: World, registry: Any, until: int) -> None:
        world.chain.travel_to(until - 1)
        call = registry.renewQualification(QUALIFICATION, Grade.A, until + YEAR)
        (event,) = world.chain.send(call, world.issuer)

        assert world.chain.now == until
        interval = (until, until + YEAR)
        assert event.fields["entry"] == entry(
            world, Kind.RENEWED, actor=world.issuer, grade=Grade.A, interval=interval
        )


class TestChangeQualification:
    CHANGES = (
        ("suspendQualification", (REASON, 0)),
        ("reinstateQualification", (REASON,)),
        ("revokeQualification", (REASON, 0)),
    )

    @pytest.mark.parametrize(("function", "arguments"), CHANGES)
    def test_of_an_unknown_one_is_refused(
        self, world: World, registry: Any, function: str, arguments: Any
    ) -> None:
        refusal = Refusal("SupplierRegistryQualificationUnknown", (7,))

        assert world.chain.refusal(registry[function](7, *arguments), world.issuer) == refusal

    @pytest.mark.parametrize(("function", "arguments"), CHANGES)
    @pytest.mark.parametrize("name", ["other_issuer", "stranger", "province", "supplier"])
    def test_by_anybody_else_is_refused(
        self, world: World, registry: Any, until: int, function: str, arguments: Any, name: str
    ) -> None:
        by = getattr(world, name)
        call = registry[function](QUALIFICATION, *arguments)

        needed = (Role.AUTHORITY, COUNTRY, 0) if name == "province" else (Role.ISSUER, COUNTRY, ISSUER)
        refusal = Refusal("DirectoryGrantMissing", (by.address, *needed))
        assert world.chain.refusal(call, by) == refusal

    @pytest.mark.parametrize("function", ["suspendQualification", "revokeQualification"])
    def test_in_the_future_is_refused(self, world: World, registry: Any, until: int, function: str) -> None:
        now = world.chain.now
        call = registry[function](QUALIFICATION, REASON, now + 1)

        refusal = Refusal("SupplierRegistryEffectInFuture", (now + 1, now))
        assert world.chain.refusal(call, world.issuer) == refusal

    def test_reinstating_what_is_not_suspended_is_refused(
        self, world: World, registry: Any, until: int
    ) -> None:
        call = registry.reinstateQualification(QUALIFICATION, REASON)

        refusal = Refusal("SupplierRegistryEntryRefused", (Kind.ISSUED, Kind.REINSTATED))
        assert world.chain.refusal(call, world.issuer) == refusal

    def test_suspending_twice_is_refused(self, world: World, registry: Any, until: int) -> None:
        call = registry.suspendQualification(QUALIFICATION, REASON, 0)
        world.chain.send(call, world.issuer)

        refusal = Refusal("SupplierRegistryEntryRefused", (Kind.SUSPENDED, Kind.SUSPENDED))
        assert world.chain.refusal(call, world.issuer) == refusal
        assert world.chain.refusal(call, world.root) == refusal

    @pytest.mark.parametrize(("function", "arguments"), CHANGES)
    def test_after_revocation_is_refused(
        self, world: World, registry: Any, until: int, function: str, arguments: Any
    ) -> None:
        world.chain.send(registry.revokeQualification(QUALIFICATION, REASON, 0), world.issuer)
        call = registry[function](QUALIFICATION, *arguments)

        (kind,) = (kind for kind in Kind if kind.name.startswith(function[:6].upper()))
        refusal = Refusal("SupplierRegistryEntryRefused", (Kind.REVOKED, kind))
        assert world.chain.refusal(call, world.issuer) == refusal

    @pytest.mark.parametrize(("suspending", "other"), [("root", "issuer"), ("issuer", "root")])
    def test_reinstating_what_the_other_role_suspended_is_refused(
        self, world: World, registry: Any, until: int, suspending: str, other: str
    ) -> None:
        suspend = registry.suspendQualification(QUALIFICATION, REASON, 0)
        world.chain.send(suspend, getattr(world, suspending))
        call = registry.reinstateQualification(QUALIFICATION, REASON)

        role = Role.ISSUER if other == "issuer" else Role.AUTHORITY
        refusal = Refusal("SupplierRegistryReinstatementForeign", (role,))
        assert world.chain.refusal(call, getattr(world, other)) == refusal
        assert world.chain.ask(call, getattr(world, suspending)) == []

    @pytest.mark.parametrize(("name", "role"), [("issuer", Role.ISSUER), ("root", Role.AUTHORITY)])
    def test_suspends_reinstates_and_revokes(
        self, world: World, registry: Any, until: int, name: str, role: Role
    ) -> None:
        by, since = getattr(world, name), world.chain.now - 5
        steps = (
            (registry.suspendQualification(QUALIFICATION, REASON, since), Kind.SUSPENDED, since),
            (registry.reinstateQualification(QUALIFICATION, REASON), Kind.REINSTATED, None),
            (registry.revokeQualification(QUALIFICATION, REASON, 0), Kind.REVOKED, 0),
        )
        for count, (call, kind, effective_at) in enumerate(steps, start=2):
            (event,) = world.chain.send(call, by)
            now = world.chain.now
            assert event.fields["entry"] == entry(
                world, kind, actor=by, role=role, reason=REASON, effective_at=effective_at
            )
            by_authority = role == Role.AUTHORITY
            effective = now if effective_at is None else effective_at
            word = entry_word(kind, effective, now, reason=REASON, by_authority=by_authority)
            assert world.chain.ask(registry.qualificationEntries(QUALIFICATION))[-1] == word
            state = state_word(kind, (0, until), count, count + 1, grade=Grade.B, by_authority=by_authority)
            assert world.chain.ask(registry.qualificationState(QUALIFICATION)) == state


class TestFullHistory:
    def test_keeps_its_last_place_for_a_revocation(self, world: World, registry: Any, until: int) -> None:
        suspend = registry.suspendQualification(QUALIFICATION, REASON, 0)
        reinstate = registry.reinstateQualification(QUALIFICATION, REASON)
        for _ in range(31):
            world.chain.send(suspend, world.issuer)
            world.chain.send(reinstate, world.issuer)

        full = Refusal("SupplierRegistryHistoryFull", (63,))
        assert world.chain.refusal(suspend, world.issuer) == full
        renew = registry.renewQualification(QUALIFICATION, Grade.A, NEVER)
        assert world.chain.refusal(renew, world.issuer) == full
        revoke = registry.revokeQualification(QUALIFICATION, REASON, 0)
        world.chain.send(revoke, world.issuer)
        assert len(world.chain.ask(registry.qualificationEntries(QUALIFICATION))) == 64
