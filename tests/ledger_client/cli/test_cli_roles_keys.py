"""Delay, veto, replacement of keys and classes, as people type them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from clocked_office import CITY, ClockedOffice, D, copied, found_clocked, use_clock
from office import COMMUNITY, DISTRICT, OfficeShell

from ledger_client.addresses import parse_address
from ledger_client.cli.replacements import Move, reachable
from ledger_client.embedded import ManualClock
from ledger_client.fold.records import Grant
from ledger_client.roles import Role

START = 1_790_000_000


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """An office as it was founded, and its time; tests work on copies."""
    home, clock = tmp_path_factory.mktemp("clocked") / "home", ManualClock(START)
    before = os.environ.pop("SHECANG_HOME", None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHECANG_PASSPHRASE", "words")
        use_clock(patched, clock)
        found_clocked(OfficeShell(home), clock)
    yield home, clock.now()
    if before is not None:
        os.environ["SHECANG_HOME"] = before


@pytest.fixture
def office(founded: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClockedOffice:
    """The office, as it was founded."""
    home, now = founded
    clock = ManualClock(now)
    monkeypatch.setenv("SHECANG_PASSPHRASE", "words")
    use_clock(monkeypatch, clock)
    return ClockedOffice(copied(home, tmp_path / "home"), clock)


def refused(office: ClockedOffice, *words: str, says: str, code: int = 1) -> None:
    """See a command refused in both languages with one sentence."""
    answer = office.shell.run(*words)
    assert answer.code == code, answer
    assert says in answer.err
    chinese = office.shell.run(*words, language="zh")
    assert chinese.code == code
    assert any("一" <= letter <= "鿿" for letter in chinese.err)


def state_of(office: ClockedOffice, holder: str) -> list[str]:
    return [row["acts"] for row in office.shell.ok("role", "show", holder, "--json").lines()]


class TestPending:
    def test_nothing_waits_when_all_act(self, office: ClockedOffice) -> None:
        assert "nothing yet" in office.shell.ok("role", "pending").out

    def test_a_grant_waits_and_who_may_veto_it(self, office: ClockedOffice) -> None:
        office.shell.ok("role", "grant", "thief", "keeper", COMMUNITY, "--by", "district")
        (row,) = office.shell.ok("role", "pending", "--json").lines()
        assert (row["key"], row["role"], row["division"]) == ("thief", "keeper", COMMUNITY)
        assert (row["granted_at"], row["may_veto"]) == (DISTRICT, [CITY, "42", "0"])
        acts_from = datetime.fromisoformat(row["acts_from"]).timestamp()
        assert 0 <= office.clock.now() + D - acts_from <= 5
        assert state_of(office, "thief") == ["waiting"]
        assert office.shell.ok("role", "pending", "42", "--json").lines() == [row]
        assert not office.shell.ok("role", "pending", "31", "--json").lines()
        assert "保管员" in office.shell.run("role", "pending", language="zh").out
        office.clock.set(int(acts_from))
        assert not office.shell.ok("role", "pending", "--json").lines()
        assert state_of(office, "thief") == ["acting"]


class TestVeto:
    VETO = ("role", "veto", "thief", "keeper", COMMUNITY, "--reason", "granted-by-mistake")

    def test_of_what_was_never_granted_is_refused(self, office: ClockedOffice) -> None:
        refused(office, *self.VETO, "--by", "city", says="was never made")

    def test_by_the_level_that_granted_is_refused(self, office: ClockedOffice) -> None:
        office.shell.ok("role", "grant", "thief", "keeper", COMMUNITY, "--by", "district")
        refused(office, *self.VETO, "--by", "district", says="is no authority at division 4201")

    def test_with_another_reason_is_refused(self, office: ClockedOffice) -> None:
        words = (*self.VETO[:-1], "expired", "--by", "city")
        refused(office, *words, says="granted-by-mistake", code=2)

    def test_threat_4_too_late_is_refused_and_revoked_instead(self, office: ClockedOffice) -> None:
        office.shell.ok("role", "grant", "thief", "keeper", COMMUNITY, "--by", "district")
        office.clock.advance(D)
        refused(office, *self.VETO, "--by", "city", says="too late for a veto; revoke it")
        office.shell.ok("role", "revoke", *self.VETO[2:], "--by", "city")
        assert state_of(office, "thief") == ["revoked"]

    @pytest.mark.parametrize("by", ["city", "province", "root"])
    def test_threat_4_from_above_ends_the_grant(self, office: ClockedOffice, by: str) -> None:
        office.shell.ok("role", "grant", "thief", "keeper", COMMUNITY, "--by", "district")
        office.shell.ok(*self.VETO, "--by", by)
        assert state_of(office, "thief") == ["revoked"]
        assert not office.shell.ok("role", "pending", "--json").lines()


class TestReplacement:
    PROPOSE = ("role", "replace-key", "keeper", "new-keeper", "--by", "district")

    def propose(self, office: ClockedOffice, *more: str) -> int:
        return int(office.shell.ok(*self.PROPOSE, *more, "--json").json()["replacement"])

    def state(self, office: ClockedOffice, number: int = 1) -> str:
        rows = {row["replacement"]: row for row in office.shell.ok("role", "replacements", "--json").lines()}
        return str(rows[number]["state"])

    def test_of_a_key_without_grants_is_refused(self, office: ClockedOffice) -> None:
        words = ("role", "replace-key", "thief", "new-keeper", "--by", "district")
        refused(office, *words, says="has no grant to move")

    def test_by_somebody_who_is_no_authority_there_is_refused(self, office: ClockedOffice) -> None:
        words = ("role", "replace-key", "keeper", "new-keeper", "--by")
        refused(office, *words, "approver", says="is no authority")
        refused(office, *words, "other-city", says="is no authority")

    def test_threat_4_onto_a_key_of_another_class_is_refused(self, office: ClockedOffice) -> None:
        words = ("role", "replace-key", "keeper", "approver", "--by", "district")
        refused(office, *words, says="belongs for life to the class approver")

    def test_an_equal_authority_is_not_replaced(self, office: ClockedOffice) -> None:
        words = ("role", "replace-key", "district", "thief", "--by", "district")
        refused(office, *words, says="division above 420106")

    def test_of_a_number_that_is_not_there(self, office: ClockedOffice) -> None:
        for verb, by in (("object", "keeper"), ("execute", "new-keeper")):
            refused(office, "role", verb, "7", "--by", by, says="no replacement of a key with number 7")
        words = ("role", "decide", "7", "--uphold", "--reason", "key-lost", "--by", "city")
        refused(office, *words, says="no replacement of a key with number 7")
        refused(office, "role", "object", "0", "--by", "keeper", says="'NUMBER'", code=2)

    def test_steps_by_others_or_too_early_are_refused(self, office: ClockedOffice) -> None:
        self.propose(office)
        refused(office, "role", "object", "1", "--by", "thief", says="its parties take each their own step")
        refused(office, "role", "execute", "1", "--by", "new-keeper", says="wait until then")
        decide = ("role", "decide", "1", "--refuse", "--reason", "holder-has-key", "--by")
        refused(office, *decide, "city", says="is proposed")
        refused(office, *self.PROPOSE, says="has no grant to move")
        refused(
            office, "role", "decide", "1", "--reason", "key-lost", "--by", "city", says="--uphold", code=2
        )

    def test_threat_13_without_objection(self, office: ClockedOffice) -> None:
        answer = office.shell.ok(*self.PROPOSE)
        assert answer.out.startswith("replacement 1: grants suspended: 1; until 20")
        assert state_of(office, "keeper") == ["suspended"]
        (row,) = office.shell.ok("role", "replacements", "keeper", "--json").lines()
        assert (row["old"], row["new"]) == (office.address("keeper"), office.address("new-keeper"))
        assert (row["divisions"], row["state"], row["decides"]) == (
            *([COMMUNITY], "proposed", [CITY, "42", "0"]),
        )
        assert row["compromised_since"] is None
        office.clock.advance(D)
        assert self.state(office) == "executable"
        refused(office, "role", "object", "1", "--by", "keeper", says="could be objected to before")
        office.shell.ok("role", "execute", "1", "--by", "new-keeper")
        assert self.state(office) == "executed"
        assert (state_of(office, "keeper"), state_of(office, "new-keeper")) == (["revoked"], ["acting"])
        assert not office.shell.ok("role", "replacements", "approver", "--json").lines()

    def test_threat_13_objected_and_decided_for_the_holder(self, office: ClockedOffice) -> None:
        self.propose(office)
        office.shell.ok("role", "object", "1", "--by", "keeper")
        assert self.state(office) == "objected"
        decide = ("role", "decide", "1", "--refuse", "--reason", "holder-has-key", "--by")
        refused(office, *decide, "district", says="is no authority at division 4201")
        office.shell.ok(*decide, "city")
        assert self.state(office) == "refused"
        assert state_of(office, "keeper") == ["acting"]

    def test_threat_13_objected_and_decided_against_the_holder(self, office: ClockedOffice) -> None:
        self.propose(office)
        office.shell.ok("role", "object", "1", "--by", "keeper")
        office.shell.ok("role", "decide", "1", "--uphold", "--reason", "key-lost", "--by", "province")
        assert self.state(office) == "upheld"
        refused(office, "role", "execute", "1", "--by", "district", says="wait until then")
        office.clock.advance(D)
        office.shell.ok("role", "execute", "1", "--by", "district")
        assert state_of(office, "new-keeper") == ["acting"]

    def test_threat_13_undecided_after_twice_the_delay(self, office: ClockedOffice) -> None:
        self.propose(office)
        office.shell.ok("role", "object", "1", "--by", "keeper")
        office.clock.advance(2 * D)
        assert self.state(office) == "undecided"
        assert state_of(office, "keeper") == ["suspended"]
        assert "授权继续暂停" in office.shell.run("role", "replacements", language="zh").out
        refused(office, "role", "execute", "1", "--by", "new-keeper", says="is objected to")

    def test_threat_13_only_what_lies_within_reach_is_moved(self, office: ClockedOffice) -> None:
        office.shell.ok("role", "grant", "keeper", "keeper", CITY, "--by", "city")
        office.clock.advance(D)
        refused(office, *self.PROPOSE, "--division", CITY, says="cannot act at 4201")
        answer = office.shell.ok(*self.PROPOSE)
        assert "not moved" in answer.err and "4201" in answer.err
        assert sorted(state_of(office, "keeper")) == ["acting", "suspended"]

    def test_threat_12_a_claim_is_shown(self, office: ClockedOffice) -> None:
        refused(
            office, *self.PROPOSE, "--compromised-since", "2095-01-01", says="cannot be compromised since"
        )
        refused(office, *self.PROPOSE, "--compromised-since", "yesterday", says="is no time", code=2)
        number = self.propose(office, "--compromised-since", "2026-01-02T03:04+08:00")
        (row,) = office.shell.ok("role", "replacements", "--json").lines()
        assert (number, row["compromised_since"]) == (1, "2026-01-02T03:04:00+08:00")

    def test_threat_12_revoked_with_a_claim(self, office: ClockedOffice) -> None:
        words = (
            *("role", "revoke", "keeper", "keeper", COMMUNITY, "--by", "district"),
            *("--reason", "key-compromised", "--compromised-since"),
        )
        refused(office, *words, "2095-01-01", says="cannot be compromised since")
        office.shell.ok(*words, "2026-01-02")
        assert state_of(office, "keeper") == ["revoked"]


class TestClasses:
    def test_a_consent_of_another_key_or_role_is_refused(self, office: ClockedOffice) -> None:
        grant = (
            "role",
            "grant",
            office.address("thief"),
            "keeper",
            COMMUNITY,
            "--by",
            "district",
            "--consent",
        )
        refused(office, *grant, "0x12", says="is no consent", code=2)
        for role, key in (("approver", "thief"), ("keeper", "new-keeper")):
            consent = office.shell.ok("role", "consent", role, "--by", key).out.strip()
            refused(office, *grant, consent, says="has not consented")
        refused(office, *grant[:-1], says="has not consented")

    def test_a_consent_that_was_sent_to_the_authority(self, office: ClockedOffice) -> None:
        answer = office.shell.ok("role", "consent", "保管员", "--by", "thief", "--json").json()
        assert (answer["holder"], answer["role"]) == (office.address("thief"), "keeper")
        office.shell.ok(
            *("role", "grant", answer["holder"], "keeper", COMMUNITY, "--by", "district"),
            *("--consent", answer["consent"]),
        )
        assert state_of(office, "thief") == ["waiting"]

    def test_a_replacement_takes_a_consent_too(self, office: ClockedOffice) -> None:
        new = office.address("new-keeper")
        words = ("role", "replace-key", "keeper", new, "--by", "district")
        refused(office, *words, says="has not consented")
        consent = office.shell.ok("role", "consent", "keeper", "--by", "new-keeper").out.strip()
        office.shell.ok(*words, "--consent", consent)

    def test_threat_4_one_class_for_life(self, office: ClockedOffice) -> None:
        office.shell.ok("role", "accept-class", "keeper", "--by", "thief")
        refused(
            office,
            "role",
            "accept-class",
            "approver",
            "--by",
            "thief",
            says="belongs for life to the class keeper",
        )
        office.shell.ok("role", "grant", office.address("thief"), "keeper", COMMUNITY, "--by", "district")

    def test_what_a_contract_wallet_sends(self, office: ClockedOffice) -> None:
        refused(office, "role", "accept-class", "keeper", says="--calldata", code=2)
        refused(office, "role", "accept-class", "keeper", "--by", "thief", "--calldata", says="--by", code=2)
        sent = office.shell.ok("role", "accept-class", "authority", "--calldata", "--json").json()
        assert sent["data"].endswith("01") and len(sent["data"]) == 2 + 8 + 64
        assert sent["to"] in office.shell.ok("role", "accept-class", "authority", "--calldata").out


class TestReachable:
    def grant(self, division: int, role: Role = Role.KEEPER) -> Grant:
        return Grant(parse_address("0x" + "00" * 20), role, division, 0, 0, 0, 1, 0, False, 0)

    def test_the_lowest_division_that_reaches_most(self) -> None:
        grants = [self.grant(420106001001), self.grant(420106002001), self.grant(4202)]
        assert reachable([0, 42, 4201, 420106, 420106001], grants[:2], everything=False) == Move(
            420106, ((420106001001, 0), (420106002001, 0)), ()
        )
        assert reachable([420106, 4201], grants, everything=False).left == (4202,)
        assert reachable([4201], grants, everything=True).left == ()

    def test_an_authority_reaches_none_of_its_own_level_but_at_the_country(self) -> None:
        equal = [self.grant(4201, Role.AUTHORITY)]
        assert reachable([42, 4201], equal, everything=False).division == 42
        country = [self.grant(0, Role.AUTHORITY)]
        assert reachable([0], country, everything=False) == Move(0, ((0, 0),), ())

    def test_without_reach_the_contract_is_asked(self) -> None:
        assert reachable([], [self.grant(4201)], everything=False) == Move(4201, ((4201, 0),), ())
