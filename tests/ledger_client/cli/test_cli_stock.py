"""Every command of `shecang stock` and `shecang lot` on a real ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from office import MASKS, OTHER_SITE, RICE, RICE_BAGS, SITE, USCC, OfficeShell

from ledger_client.cli.consignments import shown_deadline
from ledger_client.documents import CHINA_OFFSET

KEEPER = ("--keeper", "keeper")
APPROVER = ("--approver", "approver")


@pytest.fixture
def rice(shell: OfficeShell) -> str:
    """The lot with which the site was opened."""
    return next(str(each["lot"]) for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])


def in_days(days: int) -> str:
    """A day ahead, as it is typed."""
    return (date.today() + timedelta(days)).isoformat()


def receive(shell: OfficeShell, goods: str, *more: str) -> tuple[str, str, list[str]]:
    """Receive goods; what the command said, the lot, and what is against its use."""
    before = {each["lot"]: each["quantity"] for each in shell.lots(SITE, goods.split("=")[0])}
    answer = shell.ok("stock", "receive", SITE, *KEEPER, "--goods", goods, *more)
    changed = [
        each for each in shell.lots(SITE, goods.split("=")[0]) if before.get(each["lot"]) != each["quantity"]
    ]
    return answer.err, changed[0]["lot"], changed[0]["marks"]


class TestReceive:
    def test_qualified_signed_and_on_time_is_released(self, shell: OfficeShell, qualification: str) -> None:
        signed = ("--supplier", USCC, "--supplier-key", "supplier", "--order", "O-1")
        said, lot, marks = receive(shell, f"{MASKS}=40,batch=M-1,made=2026-01-01,expires=2096-01-01", *signed)
        assert "the goods are released" in said
        assert marks == []
        (row,) = [each for each in shell.lots(SITE, MASKS) if each["lot"] == lot]
        assert row["use_until"] == "2096-01-01"
        # The same goods are the same lot.
        assert receive(shell, f"{MASKS}=２,batch=M-1,made=2026-01-01,expires=2096-01-01", *signed)[1] == lot

    def test_without_the_suppliers_signature_is_held(self, shell: OfficeShell, qualification: str) -> None:
        said, _, marks = receive(shell, f"{MASKS}=40,batch=M-2", "--supplier", USCC)
        assert "the supplier did not sign the delivery" in said
        assert marks == ["held"]

    def test_donation_is_held_and_its_donor_not_on_chain(self, shell: OfficeShell) -> None:
        said, lot, marks = receive(shell, f"{RICE_BAGS}=40", "--donor", "某某公司")
        assert "a donation has no qualification" in said
        assert marks == ["held"]
        assert "某某公司" not in shell.ok("lot", "show", lot).out

    def test_late_needs_an_approver_and_is_held(self, shell: OfficeShell) -> None:
        words = ("--supplier", USCC, "--supplier-key", "supplier", "--occurred", "2026-01-01")
        refused = shell.run("stock", "receive", SITE, *KEEPER, "--goods", f"{RICE}=3", *words)
        assert refused.code == 1
        assert "as approver" in refused.err
        said, _, marks = receive(shell, f"{RICE}=3", *words, *APPROVER)
        assert "more than 7 days after" in said
        assert marks[0] == "held"
        last = shell.ok("stock", "card", SITE, "--json").lines()[-1]
        assert last["late"] is True
        assert "receipt, late, of 2026-01-01" in shell.ok("stock", "card", SITE).out

    def test_goods_with_different_needs_are_refused(self, shell: OfficeShell) -> None:
        answer = shell.run(
            *("stock", "receive", SITE, *KEEPER, "--supplier", USCC),
            *("--goods", f"{MASKS}=1", "--goods", f"{RICE_BAGS}=1"),
        )
        assert answer.code == 2
        assert "need different qualifications" in answer.err


class TestMoving:
    def test_issue_and_hand_over(self, shell: OfficeShell, rice: str) -> None:
        held, there = shell.quantity(SITE, rice), shell.quantity(OTHER_SITE, rice)
        recorded = shell.ok(
            *("stock", "issue", SITE, USCC, "--line", f"{rice[:8]}=2:distribution", *KEEPER, "--json")
        )
        assert len(recorded.json()["document"]) == 62
        shell.ok(
            *("stock", "hand-over", SITE, OTHER_SITE, "--line", f"{rice[:8]}=3"),
            *(*KEEPER, "--receiver", "other-keeper"),
        )
        assert shell.quantity(SITE, rice) == held - 5
        assert shell.quantity(OTHER_SITE, rice) == there + 3

    def test_consignment_from_dispatch_to_settlement(self, shell: OfficeShell, rice: str) -> None:
        held, there = shell.quantity(SITE, rice), shell.quantity(OTHER_SITE, rice)
        shell.ok(
            *("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{rice}=10"),
            *("--deadline", in_days(30), *KEEPER),
        )
        (row,) = shell.ok("stock", "consignments", "--json").lines()
        assert row["state"] == "open"
        key = row["consignment"][:8]
        early = shell.run("stock", "return", "--consignment", key, *KEEPER, *APPROVER)
        assert early.code == 1
        assert "may answer until" in early.err
        shell.ok(
            *("stock", "accept", "--consignment", key, "--keeper", "other-keeper"),
            *("--missing", f"{rice[:8]}=3:short-delivered", "--returning", f"{rice[:8]}=2:damaged"),
        )
        (row,) = shell.ok("stock", "consignments", "--json").lines()
        assert row["state"] == "accepted"
        assert sorted((line["quantity"], line["missing"]) for line in row["lines"]) == [
            ("2", False),
            ("3", True),
        ]
        shell.ok("stock", "accept-return", "--consignment", key, *KEEPER)
        shell.ok(
            *("stock", "settle", "--consignment", key, "--approver", "settler"),
            *("--line", f"{rice[:8]}=1:found-at-receiver", "--line", f"{rice[:8]}=2:lost"),
        )
        assert shell.ok("stock", "consignments", "--json").out == ""
        assert shell.quantity(SITE, rice) == held - 8
        assert shell.quantity(OTHER_SITE, rice) == there + 6

    @pytest.mark.parametrize("deadline", ["2096-01-01", "9999-12-31", "9999-12-31T23:59:59-23:59"])
    def test_a_deadline_beyond_a_year_is_refused(self, shell: OfficeShell, rice: str, deadline: str) -> None:
        dispatch = ("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{rice}=10", *KEEPER)
        answer = shell.run(*dispatch, "--deadline", deadline)
        assert answer.code == 1
        assert "more than 366 days ahead; choose a time until" in answer.err
        assert shell.ok("stock", "consignments", "--json").out == ""

    def test_a_deadline_that_an_older_ledger_took_is_shown(self) -> None:
        assert shown_deadline(1_790_000_000, CHINA_OFFSET) == "2026-09-21 22:13"
        assert shown_deadline(2**64 - 1, CHINA_OFFSET) == "after the year 9999"

    def test_exceptions_say_why(self, shell: OfficeShell, rice: str) -> None:
        shell.ok(
            *("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{rice}=1"),
            *("--deadline", in_days(30), *KEEPER),
        )
        (row,) = shell.ok("stock", "consignments", "--json").lines()
        step = ("stock", "accept", "--consignment", row["consignment"], "--keeper", "other-keeper")
        answer = shell.run(*step, "--missing", f"{rice}=1")
        assert answer.code == 2
        assert "short-delivered" in answer.err
        shell.ok(*step)


class TestCorrecting:
    def test_count_compares_with_the_card_where_it_was_counted(self, shell: OfficeShell, rice: str) -> None:
        entry, held = shell.entries(SITE), shell.quantity(SITE, rice)
        shell.ok("stock", "write-off", SITE, "--line", f"{rice}=1:damaged", *KEEPER, *APPROVER)
        words = ("stock", "count", SITE, *KEEPER, "--second", "other-keeper", "--entry", str(entry))
        shell.ok(*words, "--line", f"{rice[:8]}={held - 4}:unexplained")
        assert shell.quantity(SITE, rice) == held - 5
        gain = shell.run(*words, "--line", f"{rice[:8]}={held + 4}")
        assert gain.code == 1
        assert "as approver" in gain.err
        shell.ok(*words, "--line", f"{rice[:8]}={held + 4}", *APPROVER)
        assert shell.quantity(SITE, rice) == held - 1

    def test_count_at_an_entry_that_is_not_there(self, shell: OfficeShell, rice: str) -> None:
        answer = shell.run(
            *("stock", "count", SITE, *KEEPER, "--second", "other-keeper"),
            *("--entry", "9999", "--line", f"{rice}=1"),
        )
        assert answer.code == 2
        assert "none numbered 9999" in answer.err

    def test_repack_by_the_factor(self, shell: OfficeShell, rice: str) -> None:
        words = ("stock", "repack", SITE, "--line", f"{rice}=2:unpacked", *KEEPER, *APPROVER)
        wrong = shell.run(*words, "--into", f"{RICE}=49,made=2026-11-01")
        assert wrong.code == 1
        assert "2 do not become 49" in wrong.err
        shell.ok(*words, "--into", f"{RICE}=50,made=2026-11-01")
        assert "50" in [each["quantity"] for each in shell.lots(SITE, RICE)]

    def test_reverse_once(self, shell: OfficeShell, rice: str) -> None:
        held = shell.quantity(SITE, rice)
        done = shell.ok(
            *("stock", "hand-over", SITE, OTHER_SITE, "--line", f"{rice}=4"),
            *(*KEEPER, "--receiver", "other-keeper", "--json"),
        )
        words = (
            *("stock", "reverse", done.json()["document"][:8], "--second", "other-keeper", *KEEPER),
            *(*APPROVER, "--reason", "recorded-by-mistake"),
        )
        shell.ok(*words)
        assert shell.quantity(SITE, rice) == held
        again = shell.run(*words)
        assert again.code == 1
        assert "reversed already" in again.err

    def test_reverse_a_dispatch(self, shell: OfficeShell, rice: str) -> None:
        held = shell.quantity(SITE, rice)
        done = shell.ok(
            *("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{rice}=4"),
            *("--deadline", in_days(30), *KEEPER, "--json"),
        )
        shell.ok(
            *("stock", "reverse", done.json()["document"], "--second", "other-keeper", *KEEPER),
            *(*APPROVER, "--reason", "wrong-site"),
        )
        assert shell.quantity(SITE, rice) == held


class TestLots:
    def test_release_hold_recall_and_lift(self, shell: OfficeShell) -> None:
        _, lot, marks = receive(shell, f"{RICE_BAGS}=5,batch=L-1", "--supplier", USCC)
        _, other, _ = receive(shell, f"{RICE_BAGS}=6,batch=L-1", "--supplier", USCC)
        assert marks == ["held"]

        def marks_of(which: str) -> list[str]:
            return next(each["marks"] for each in shell.lots(SITE, RICE_BAGS) if each["lot"] == which)

        at_site = ("--site", SITE, "--by", "approver")
        shell.ok("lot", "release", lot[:8], "--reason", "papers-completed", *at_site)
        assert marks_of(lot) == []
        shell.ok("lot", "hold", lot[:8], "--reason", "under-investigation", *at_site)
        assert marks_of(lot) == ["held_here"]
        shell.ok("lot", "release", lot[:8], "--reason", "cleared-by-inspection", *at_site)
        recalled = shell.ok("lot", "recall", lot[:8], "--reason", "recalled-by-maker", "--by", "root")
        assert "2 lots of the batch" in recalled.err
        assert (marks_of(lot), marks_of(other)) == (["recalled"], ["held", "recalled"])
        shell.ok("lot", "lift", lot, "--only", "--reason", "recall-mistaken", "--by", "root")
        assert (marks_of(lot), marks_of(other)) == ([], ["held", "recalled"])

        shown = shell.ok("lot", "show", lot[:8], "--json").json()
        assert [each["kind"] for each in shown["history"]] == [
            *("receipt", "release", "hold", "release", "recall", "lift")
        ]
        assert shown["sites"] == [
            {"site": SITE, "name": "储备点", "quantity": "5", "held_here": False, "stale": False},
        ]
        assert lot in [each["lot"] for each in shell.ok("lot", "list", "--item", RICE_BAGS, "--json").lines()]

    def test_recall_by_an_issuer_of_its_category(self, shell: OfficeShell) -> None:
        _, lot, _ = receive(shell, f"{MASKS}=5,batch=L-2", "--supplier", USCC)
        words = ("--reason", "failed-inspection", "--by", "issuer", "--issuer", USCC)
        shell.ok("lot", "recall", lot, *words)
        assert "recalled" in shell.ok("lot", "show", lot).out


class TestReading:
    def test_on_hand_in_both_languages(self, shell: OfficeShell, rice: str) -> None:
        assert rice[:8] in shell.ok("stock", "on-hand", SITE).out
        chinese = shell.run("stock", "on-hand", "4201", language="zh")
        assert "袋装大米" in chinese.out
        assert "截至区块" in chinese.out

    def test_as_of_is_block_time(self, shell: OfficeShell) -> None:
        assert shell.ok("stock", "on-hand", SITE, "--as-of", "2020-01-01", "--json").json()["holdings"] == []
        assert shell.ok("stock", "card", SITE, "--as-of", "2020-01-01T00:00+08:00", "--json").out == ""
        after = shell.ok("stock", "on-hand", SITE, "--as-of", "2095-12-31", "--json").json()
        now = shell.ok("stock", "on-hand", SITE, "--json").json()
        assert [each["quantity"] for each in after["holdings"]] == [
            each["quantity"] for each in now["holdings"]
        ]

    def test_totals_leave_out_what_may_not_be_used(self, shell: OfficeShell) -> None:
        answer = shell.ok("stock", "on-hand", SITE, "--json").json()
        for total in answer["totals"]:
            lots = [each for each in answer["holdings"] if each["item"] == total["item"]]
            assert int(total["quantity"]) == sum(int(each["quantity"]) for each in lots)
            usable = [each for each in lots if not set(each["marks"]) - {"expiring"}]
            assert int(total["free"]) == sum(int(each["quantity"]) for each in usable)

    def test_card_adds_up(self, shell: OfficeShell) -> None:
        balances: dict[str, int] = {}
        for row in shell.ok("stock", "card", SITE, "--json").lines():
            if row["lot"]:
                balances[row["lot"]] = balances.get(row["lot"], 0) + int(row["delta"])
                assert balances[row["lot"]] == int(row["balance"])


def test_the_audit_agrees_with_everything_that_was_played(shell: OfficeShell) -> None:
    assert shell.run("audit", "run", "--json").json()["agreed"]
