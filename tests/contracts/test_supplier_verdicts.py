"""SupplierRegistry: what a qualification is worth now, at a time, and by what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from chain import Refusal
from histories import (
    QUALIFICATION,
    Entry,
    Kind,
    Status,
    qualification_id,
    status_of,
    unpack_entry,
    verdict_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from world import (
    CATEGORY,
    CERTIFICATE,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    OTHER_SUPPLIER,
    SUPPLIER,
    D,
    World,
)

GRADE_B = 2
REASON = 11


def unpack(verdict: int) -> tuple[Status, int, int, int]:
    """Status, grade, position in the supplier's journal, position in the issuer's."""
    return Status(verdict & 255), verdict >> 8 & 255, verdict >> 16 & 2**64 - 1, verdict >> 80


def issue(world: World, *, start: int = 0, end: int = NEVER) -> None:
    functions = world.registry.functions
    call = functions.issueQualification(ISSUER, SUPPLIER, CATEGORY, GRADE_B, start, end, CERTIFICATE)
    world.chain.send(call, world.issuer)


def now_of(world: World) -> Status:
    """The status by `verdictNow`, after seeing that it equals `verdictAt` of the same time in everything."""
    functions = world.registry.functions
    by_state = world.chain.ask(functions.verdictNow(SUPPLIER, QUALIFICATION))
    by_list = world.chain.ask(functions.verdictAt(SUPPLIER, QUALIFICATION, world.chain.now))
    assert by_state == by_list
    assert by_state[1] == CATEGORY
    return unpack(by_state[0])[0]


def at_of(world: World, time: int) -> Status:
    verdict, category = world.chain.ask(world.registry.functions.verdictAt(SUPPLIER, QUALIFICATION, time))
    assert category == CATEGORY
    return unpack(verdict)[0]


class TestRefusals:
    def test_threat_6_an_unknown_qualification_is_refused(self, world: World, registry: Any) -> None:
        refusal = Refusal("SupplierRegistryQualificationUnknown", (QUALIFICATION,))

        assert world.chain.refusal(registry.verdictNow(SUPPLIER, QUALIFICATION)) == refusal
        assert world.chain.refusal(registry.verdictAt(SUPPLIER, QUALIFICATION, 0)) == refusal
        assert world.chain.refusal(registry.verdictWith(QUALIFICATION, 0, 0, 0)) == refusal

    def test_threat_6_a_foreign_qualification_is_refused(self, world: World, registry: Any) -> None:
        issue(world)
        refusal = Refusal("SupplierRegistryQualificationForeign", (QUALIFICATION, OTHER_SUPPLIER, SUPPLIER))

        assert world.chain.refusal(registry.verdictNow(OTHER_SUPPLIER, QUALIFICATION)) == refusal
        assert world.chain.refusal(registry.verdictAt(OTHER_SUPPLIER, QUALIFICATION, 0)) == refusal

    @pytest.mark.parametrize(("of_supplier", "of_issuer"), [(2, 1), (1, 2)])
    def test_more_entries_than_there_are_is_refused(
        self, world: World, registry: Any, of_supplier: int, of_issuer: int
    ) -> None:
        issue(world)
        call = registry.verdictWith(QUALIFICATION, 0, of_supplier, of_issuer)

        assert world.chain.refusal(call) == Refusal("SupplierRegistryEntriesUnknown", (2, 1))

    def test_threat_6_an_altered_certificate_stands_for_nothing(self, world: World, registry: Any) -> None:
        issue(world)
        altered = bytes([CERTIFICATE[0] ^ 1]) + CERTIFICATE[1:]

        assert world.chain.ask(registry.qualificationsOf(altered)) == []


class TestInterval:
    def test_threat_5_ends_at_valid_until(self, world: World) -> None:
        end = world.chain.now + D
        issue(world, end=end)

        for time, status in ((end - 1, Status.VALID), (end, Status.EXPIRED), (end + 1, Status.EXPIRED)):
            assert at_of(world, time) == status
            world.chain.travel_to(time)
            assert now_of(world) == status

    def test_begins_at_from(self, world: World) -> None:
        start = world.chain.now + D
        issue(world, start=start)

        for time, status in ((start - 1, Status.NOT_YET_VALID), (start, Status.VALID)):
            assert at_of(world, time) == status
            world.chain.travel_to(time)
            assert now_of(world) == status

    def test_begins_when_it_was_recorded_if_that_is_later(self, world: World) -> None:
        issue(world)
        recorded_at = world.chain.now

        assert at_of(world, recorded_at - 1) == Status.NOT_YET_VALID
        assert at_of(world, recorded_at) == Status.VALID

    def test_has_a_gap_where_it_was_renewed_too_late(self, world: World, registry: Any) -> None:
        end = world.chain.now + D
        issue(world, end=end)
        world.chain.travel_to(end + 10)
        world.chain.send(registry.renewQualification(QUALIFICATION, GRADE_B, NEVER), world.issuer)

        renewed_at = world.chain.now
        for time, status in (
            (end - 1, Status.VALID),
            (end, Status.EXPIRED),
            (renewed_at - 1, Status.EXPIRED),
            (renewed_at, Status.VALID),
        ):
            assert at_of(world, time) == status


class TestChanges:
    def test_a_suspension_may_take_effect_in_the_past(self, world: World, registry: Any) -> None:
        issue(world)
        issued_at = world.chain.now
        world.chain.travel(100)
        suspend = registry.suspendQualification(QUALIFICATION, REASON, issued_at + 50)
        world.chain.send(suspend, world.issuer)
        world.chain.travel(100)
        world.chain.send(registry.reinstateQualification(QUALIFICATION, REASON), world.issuer)

        reinstated_at = world.chain.now
        for time, status in (
            (issued_at + 49, Status.VALID),
            (issued_at + 50, Status.SUSPENDED),
            (reinstated_at - 1, Status.SUSPENDED),
            (reinstated_at, Status.VALID),
        ):
            assert at_of(world, time) == status
        assert now_of(world) == Status.VALID

    def test_threat_5_a_revocation_leaves_the_verdict_of_the_day(self, world: World, registry: Any) -> None:
        issue(world)
        received_at = world.chain.travel(100)
        world.chain.send(registry.revokeQualification(QUALIFICATION, REASON, received_at), world.issuer)

        then = world.chain.ask(registry.verdictWith(QUALIFICATION, received_at, 1, 1))
        assert unpack(then) == (Status.VALID, GRADE_B, 0, 0)
        assert at_of(world, received_at - 1) == Status.VALID
        assert at_of(world, received_at) == Status.REVOKED
        assert now_of(world) == Status.REVOKED

    def test_what_was_not_known_is_unknown(self, world: World, registry: Any) -> None:
        issue(world)
        verdict = world.chain.ask(registry.verdictWith(QUALIFICATION, world.chain.now, 0, 1))

        assert unpack(verdict) == (Status.UNKNOWN, 0, 0, 0)

    def test_carries_the_positions_of_the_last_changes(self, world: World, registry: Any) -> None:
        issue(world)
        suspend = registry.suspendAccreditation(ISSUER, CATEGORY, REASON, 0)
        reinstate = registry.reinstateAccreditation(ISSUER, CATEGORY, REASON)
        for call in (suspend, reinstate):
            world.chain.send(call, world.root)
        other = registry.registerSupplier(QUALIFICATION, CERTIFICATE, 0)
        world.chain.send(other, world.root)

        verdict, _ = world.chain.ask(registry.verdictNow(SUPPLIER, QUALIFICATION))
        assert unpack(verdict) == (Status.VALID, GRADE_B, 2, 4)


class TestOrder:
    """Where several apply: REVOKED, SUSPENDED, ISSUER_NOT_ACCREDITED, EXPIRED, NOT_YET_VALID."""

    @pytest.mark.parametrize(
        ("changes", "age", "status"),
        [
            ((), 0, Status.VALID),
            ((), D, Status.EXPIRED),
            (("accreditation",), 0, Status.ISSUER_NOT_ACCREDITED),
            (("accreditation",), D, Status.ISSUER_NOT_ACCREDITED),
            (("accreditation", "suspend"), D, Status.SUSPENDED),
            (("accreditation", "suspend", "revoke"), D, Status.REVOKED),
        ],
    )
    def test_of_verdicts(
        self, world: World, registry: Any, changes: tuple[str, ...], age: int, status: Status
    ) -> None:
        issue(world, end=world.chain.now + D)
        calls = {
            "accreditation": (registry.suspendAccreditation(ISSUER, CATEGORY, REASON, 0), world.root),
            "suspend": (registry.suspendQualification(QUALIFICATION, REASON, 0), world.issuer),
            "revoke": (registry.revokeQualification(QUALIFICATION, REASON, 0), world.issuer),
        }
        for change in changes:
            world.chain.send(*calls[change])
        if age:
            world.chain.travel(age)

        assert now_of(world) == status

    def test_not_accredited_before_not_yet_valid(self, world: World, registry: Any) -> None:
        issue(world, start=world.chain.now + D)
        assert now_of(world) == Status.NOT_YET_VALID
        world.chain.send(registry.revokeAccreditation(ISSUER, CATEGORY, REASON, 0), world.root)

        assert now_of(world) == Status.ISSUER_NOT_ACCREDITED

    def test_the_accreditation_is_judged_at_the_same_time(self, world: World, registry: Any) -> None:
        issue(world)
        issued_at = world.chain.travel(100)
        suspend = registry.suspendAccreditation(ISSUER, CATEGORY, REASON, issued_at)
        world.chain.send(suspend, world.root)

        assert at_of(world, issued_at - 1) == Status.VALID
        assert at_of(world, issued_at) == Status.ISSUER_NOT_ACCREDITED
        then = world.chain.ask(registry.verdictWith(QUALIFICATION, issued_at, 1, 1))
        assert unpack(then)[0] == Status.VALID


# --- the state word against the pure function

VERBS = ("renew", "suspend", "reinstate", "revoke")
LIMIT = 300  # seconds between two steps and back


@dataclass(slots=True)
class Story:
    """Random changes of one qualification and of its issuer's accreditation, in a category of their own."""

    world: World
    id_: int = qualification_id(ISSUER, SUPPLIER, OTHER_CATEGORY, CERTIFICATE)
    _entries: tuple[list[Entry], list[Entry]] | None = None

    def begin(self, accredited_for: int, valid_from: int, valid_for: int) -> None:
        now, functions = self.world.chain.now, self.world.registry.functions
        accredit = functions.accredit(ISSUER, OTHER_CATEGORY, 0, now + accredited_for)
        self.world.chain.send(accredit, self.world.root)
        interval = (now + valid_from, now + valid_from + valid_for)
        issue = functions.issueQualification(ISSUER, SUPPLIER, OTHER_CATEGORY, 1, *interval, CERTIFICATE)
        self.world.chain.send(issue, self.world.issuer)

    @property
    def entries(self) -> tuple[list[Entry], list[Entry]]:
        """Those of the qualification and of the accreditation, read again after each change."""
        if self._entries is None:
            ask, functions = self.world.chain.ask, self.world.registry.functions
            of_qualification = ask(functions.qualificationEntries(self.id_))
            of_accreditation = ask(functions.accreditationEntries(ISSUER, OTHER_CATEGORY))
            self._entries = (
                [unpack_entry(word) for word in of_qualification],
                [unpack_entry(word) for word in of_accreditation],
            )
        return self._entries

    def change(self, verb: str, ours: bool, amount: int) -> None:
        """Do it where the rules allow it, and see that it is refused where they do not."""
        world, now = self.world, self.world.chain.now
        arguments = {
            "renew": (now + LIMIT + amount,),
            "reinstate": (REASON,),
        }.get(verb, (REASON, now - amount))
        if ours:
            graded = (amount % 4 + 1, *arguments) if verb == "renew" else arguments
            call, by = world.registry.functions[f"{verb}Qualification"](self.id_, *graded), world.issuer
        else:
            name = f"{verb}Accreditation"
            call, by = world.registry.functions[name](ISSUER, OTHER_CATEGORY, *arguments), world.root
        if self._allowed(verb, ours, now + LIMIT + amount):
            world.chain.send(call, by)
            self._entries = None
        else:
            assert world.chain.refusal(call, by).name.startswith("SupplierRegistry")

    def _allowed(self, verb: str, ours: bool, end: int) -> bool:
        qualification, accreditation = self.entries
        last = (qualification if ours else accreditation)[-1].kind
        if verb == "renew":
            accredited = status_of(accreditation, self.world.chain.now)[0] == Status.VALID
            history = qualification if ours else accreditation
            extends = all(entry.end < end for entry in history)
            return extends and last not in (Kind.SUSPENDED, Kind.REVOKED) and (accredited or not ours)
        if verb == "suspend":
            return last not in (Kind.SUSPENDED, Kind.REVOKED)
        return last == Kind.SUSPENDED if verb == "reinstate" else last != Kind.REVOKED

    def check_now(self) -> None:
        """`verdictNow` reads state words, `verdictAt` the lists, and the rule in Python knows neither."""
        ask, functions, now = self.world.chain.ask, self.world.registry.functions, self.world.chain.now
        by_state = ask(functions.verdictNow(SUPPLIER, self.id_))
        assert by_state == ask(functions.verdictAt(SUPPLIER, self.id_, now))
        assert unpack(by_state[0])[:2] == verdict_of(*self.entries, now)

    def check_then(self, back: int, of_supplier: int, of_issuer: int) -> None:
        """`verdictWith` is the rule for any time and any numbers of known entries."""
        functions, time = self.world.registry.functions, self.world.chain.now - back
        qualification, accreditation = self.entries
        known = min(of_supplier, len(qualification)), min(of_issuer, len(accreditation))
        verdict = self.world.chain.ask(functions.verdictWith(self.id_, time, *known))
        expected = verdict_of(qualification[: known[0]], accreditation[: known[1]], time)
        assert unpack(verdict)[:2] == expected


STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.booleans(), st.integers(1, LIMIT), st.integers(1, LIMIT)),
    min_size=3,
    max_size=8,
)
QUESTIONS = st.lists(
    st.tuples(st.integers(-LIMIT, 4 * LIMIT), st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=6
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    accredited_for=st.integers(LIMIT, 5 * LIMIT),
    valid_from=st.integers(-LIMIT, LIMIT),
    steps=STEPS,
    questions=QUESTIONS,
)
def test_state_and_list_and_rule_agree(
    built_world: World,
    accredited_for: int,
    valid_from: int,
    steps: list[tuple[str, bool, int, int]],
    questions: list[tuple[int, int, int]],
) -> None:
    with built_world.chain.undone():
        story = Story(built_world)
        story.begin(accredited_for, valid_from, 2 * LIMIT)
        for verb, ours, wait, amount in steps:
            built_world.chain.travel(wait)
            story.check_now()
            story.change(verb, ours, amount)
            story.check_now()
        built_world.chain.travel(LIMIT)
        story.check_now()
        for question in questions:
            story.check_then(*question)
