"""`shecang reallocate`: who decides when, with what answer, and what becomes of it, in both languages."""

from __future__ import annotations

from asking_office import ASKING, DAY, FAR, GIVING, GLOVES, MASKS, SOURCE, AskingOffice, in_chinese

from ledger_client.divisions import parse_division
from ledger_client.identifiers import SiteId, category_of, parse_item

APPROVE = ("reallocate", "approve")


def waiting(office: AskingOffice, *more: str) -> list[dict[str, object]]:
    """The rows of the list."""
    return office.shell.ok("reallocate", "list", "--json", *more).lines()


class TestList:
    def test_says_for_whom_proposals_wait_and_what_opens_next(self, asking: AskingOffice) -> None:
        request = asking.ask(200, "--urgency", "urgent")
        near, far = asking.propose(request, 100), asking.propose(request, 100, FAR)
        rows = {row["proposal"]: row for row in waiting(asking)}
        assert rows[near]["levels"] == ["420106001"]
        made = asking.shell.ok("reallocate", "show", near, "--json").json()["made_at"]
        assert rows[near]["next_level"] == {"division": "420106", "from": made + DAY}
        assert rows[far]["levels"] == ["4201"]
        text = asking.shell.ok("reallocate", "show", near).out
        assert "It waits for an approver of 420106001 D420106001." in text
        assert "From 2026-09-22 22:14 an approver of 420106 D420106 may decide too." in text
        asking.clock.advance(DAY)
        assert waiting(asking)[0]["levels"] == ["420106001", "420106"]
        assert [row["proposal"] for row in waiting(asking, FAR)] == [far]
        assert "审批人" in in_chinese(asking.shell.run("reallocate", "list", language="zh"))

    def test_names_no_level_whose_turn_comes_after_the_day_of_need(self, asking: AskingOffice) -> None:
        soon, late = asking.ask(100, "--urgency", "routine", days=2), asking.ask(100, days=4)
        keys = [asking.propose(request, 100) for request in (soon, late)]
        rows = {row["proposal"]: row["next_level"] for row in waiting(asking)}
        assert rows[keys[0]] is None
        assert rows[keys[1]] is not None

    def test_leaves_out_what_waits_for_nobody(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        asking.shell.ok("reallocate", "reject", proposal, "--reason", "unsuitable", "--approver", "street")
        assert waiting(asking) == []
        [row] = waiting(asking, "--all")
        assert row["state"] == "rejected"


class TestEmergency:
    def test_what_was_proposed_and_approved_in_one_is_told_by_time_and_place(
        self, asking: AskingOffice
    ) -> None:
        request = asking.ask(300, "--urgency", "critical")  # called so, and routine
        before, never = asking.propose(request, 100), asking.propose(request, 20)
        asking.declare("420106")
        inside = asking.propose(request, 100)
        # Both districts lie in the city, of which only one is in an emergency.
        across = asking.propose(request, 50, FAR)
        asking.shell.ok(*APPROVE, before, inside, "--approver", "street")
        asking.end("420106")
        rows = {row["proposal"]: row for row in waiting(asking, "--all")}
        told = {key: (row["emergency"], row["approved_in_emergency"]) for key, row in rows.items()}
        assert told == {
            before: (False, True),
            never: (False, None),
            inside: (True, True),
            across: (False, None),
        }
        for key, row in rows.items():
            sheet = asking.shell.ok("reallocate", "show", key, "--json").json()
            for name in ("emergency", "approved_in_emergency"):
                assert sheet[name] == row[name]
        text = asking.shell.ok("reallocate", "list").out
        assert "emergency" in text
        assert "proposed, approved" in " ".join(text.split())
        chinese = in_chinese(asking.shell.run("reallocate", "list", language="zh"))
        assert "提出、" in chinese
        sheet = asking.shell.ok("reallocate", "show", before).out
        assert "An emergency covered both sites when it was approved: no notice." in sheet
        assert "when it was proposed" not in sheet
        assert "提出时，双方所在区域处于应急状态。" in in_chinese(
            asking.shell.run("reallocate", "show", inside, language="zh")
        )

    def test_a_table_without_any_says_nothing_of_it(self, asking: AskingOffice) -> None:
        asking.declare("420111")
        asking.propose(asking.ask(), 100)
        assert [row["emergency"] for row in waiting(asking)] == [False]
        assert "emergency" not in asking.shell.ok("reallocate", "list").out

    def test_deliveries_of_one_are_told_from_routine_ones(self, asking: AskingOffice) -> None:
        request, one = asking.approved(60)
        asking.clock.advance(3 * DAY)
        words = ("--hand-over", "--keeper", "giver", "--receiver", "keeper")
        asking.shell.ok("reallocate", "deliver", one, *words)
        sheet = asking.shell.ok("reallocate", "show", one, "--json").json()
        assert [each["emergency"] for each in sheet["deliveries"]] == [False]
        assert "emergency" not in asking.shell.ok("request", "show", request).out
        asking.declare("0")
        other = asking.ask(50)
        two = asking.propose(other, 50)
        asking.shell.ok(*APPROVE, two, "--approver", "street")
        asking.shell.ok("reallocate", "deliver", two, *words)
        sheet = asking.shell.ok("reallocate", "show", two, "--json").json()
        assert [each["emergency"] for each in sheet["deliveries"]] == [True]
        deliveries = asking.shell.ok("reallocate", "show", two).out.split("Deliveries")[1]
        assert "emergency" in deliveries
        [delivery] = asking.sheet(other)["deliveries"]
        assert delivery["emergency"] is True


class TestStaleGiver:
    def test_is_marked_wherever_what_it_gives_is_shown(self, asking: AskingOffice) -> None:
        request = asking.ask(200)
        near, far = asking.propose(request, 100), asking.propose(request, 50, FAR)
        rejected = asking.propose(request, 10)
        asking.shell.ok("reallocate", "reject", rejected, "--reason", "unsuitable", "--approver", "street")
        asking.cycle(GIVING)
        assert {row["giver_is_stale"] for row in waiting(asking, "--all")} == {False}
        assert "overdue" not in asking.shell.ok("reallocate", "show", near).out
        asking.clock.advance(7 * DAY + 60)
        rows = {row["proposal"]: row["giver_is_stale"] for row in waiting(asking, "--all")}
        assert rows == {near: True, far: False, rejected: True}
        # Of what nobody decides on any more the figures are not looked at again.
        text = " ".join(asking.shell.ok("reallocate", "list", "--all").out.split())
        assert text.count("(count overdue)") == 1
        assert "（盘点逾期）" in in_chinese(asking.shell.run("reallocate", "list", language="zh"))
        found = {each["proposal"]: each["giver_is_stale"] for each in asking.sheet(request)["proposals"]}
        assert found == rows
        assert asking.shell.ok("request", "show", request).out.count("overdue") == 1
        sheet = asking.shell.ok("reallocate", "show", near).out
        assert "600 (count overdue)" in sheet
        assert "（盘点逾期）" in in_chinese(asking.shell.run("reallocate", "show", near, language="zh"))


class TestOffer:
    def test_refuses(self, asking: AskingOffice) -> None:
        request = asking.ask()
        words = ("reallocate", "offer", request, GIVING, "--keeper", "keeper")
        asking.refused(*words, says="needs at least one line", code=2)
        asking.refused(*words, "--line", "00000000=5", says=f"no lot at site {GIVING} begins with", code=2)
        [lot] = [each["lot"] for each in asking.shell.lots(FAR, GLOVES)]
        other = ("reallocate", "offer", request, FAR, "--keeper", "keeper", "--line", f"{lot}=5")
        asking.refused(*other, says=f"and the request asks for item {MASKS}")

    def test_lists_what_shows_that_the_floor_holds(self, asking: AskingOffice) -> None:
        request = asking.ask(300)
        small = next(each["lot"] for each in asking.shell.lots(GIVING, MASKS) if each["quantity"] == "300")
        words = ("reallocate", "offer", request[:8], GIVING, "--keeper", "keeper", "--line", f"{small}=250")
        proposal = asking.shell.ok(*words, "--json").json()["proposal"]
        sheet = asking.shell.ok("reallocate", "show", proposal, "--json").json()
        assert sorted(each["quantity"] for each in sheet["lots"]) == ["0", "250"]
        assert sheet["anchor"] is None
        asking.shell.ok(*APPROVE, proposal, "--approver", "street")


class TestApprove:
    def test_answers_each_of_a_list(self, asking: AskingOffice) -> None:
        request = asking.ask(200)
        one, two = asking.propose(request, 150), asking.propose(request, 150)
        answer = asking.shell.run(*APPROVE, one[:8], two[:8], "--approver", "street")
        assert answer.code == 1
        first, second = answer.out.splitlines()
        assert first.startswith(f"approved {one[:8]} in block")
        assert "150 pieces of masks from 420106001001201 Site B to 420106001001101 Site A" in first
        assert "the giver's notice ends 2026-09-23 22:14" in first
        assert second == (
            f"not approved: proposal {two[:8]}… gives 150 base units, and its request still asks for 50: "
            "100 too many; propose at most 50"
        )
        rows = asking.shell.run(*APPROVE, one, two, "--approver", "street", "--json").lines()
        assert [row["refusal"] for row in rows] == ["NOT_PROPOSED", "ABOVE_REQUEST"]
        chinese = asking.shell.run(*APPROVE, one, two, "--approver", "street", language="zh")
        assert "未批准：" in chinese.out
        assert "多出 100" in chinese.out

    def test_as_json(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        row = asking.shell.ok(*APPROVE, proposal, "--approver", "street", "--json").json()
        assert (row["proposal"], row["approved"], row["with_consent"]) == (proposal, True, False)
        sheet = asking.shell.ok("reallocate", "show", proposal, "--json").json()
        assert row["callable_from"] == sheet["approved_at"] + 2 * DAY

    def test_the_level_above_in_its_turn(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        early = asking.shell.run(*APPROVE, proposal, "--approver", "district")
        assert early.code == 1
        assert "the lowest division that may is 420106001" in early.out
        asking.clock.advance(3 * DAY)
        asking.shell.ok(*APPROVE, proposal, "--approver", "district")

    def test_what_leaves_the_district_needs_its_document(self, asking: AskingOffice) -> None:
        request = asking.ask(200)
        far, near = asking.propose(request, 100, FAR), asking.propose(request, 100)
        words = (*APPROVE, far, near, "--approver", "city")
        asking.refused(*words, says="needs to be told how the goods travel", code=2)
        answer = asking.shell.run(*words, "--deadline", asking.day(8))
        assert answer.code == 1  # the city may not decide what lies in one street
        assert f"`shecang reallocate deliver {far[:8]}`" in answer.out.splitlines()[0]
        sheet = asking.shell.ok("reallocate", "show", far, "--json").json()
        assert sheet["consent"]["kind"] == "dispatch"
        assert (sheet["usable"], sheet["floor"], sheet["reserved"]) == ("500", "50", "100")
        assert "已会签发运单据" in in_chinese(asking.shell.run("reallocate", "show", far, language="zh"))

    def test_a_stale_giver_gives_with_a_reason(self, asking: AskingOffice) -> None:
        with asking.ledger() as ledger:
            category = category_of(parse_item(MASKS))
            root = asking.party("root", "0")
            call = ledger.norms.set_cycles(SiteId(int(GIVING)), {category: 1}, source=SOURCE, by=root)
            ledger.write([call])
        asking.clock.advance(2 * DAY)
        proposal = asking.propose(asking.ask(), 100)
        words = (*APPROVE, proposal, "--approver", "street")
        assert (
            "The giver's count has been overdue since" in asking.shell.ok("reallocate", "show", proposal).out
        )
        stale = asking.shell.run(*words)
        assert stale.code == 1
        assert "the count of the giver" in stale.out
        assert "is overdue" in stale.out
        asking.refused(*words, "--stale-reason", "outbreak", says="is no reason for this", code=2)
        asking.shell.ok(*words, "--stale-reason", "seen-on-site")
        text = asking.shell.ok("reallocate", "show", proposal).out
        assert "count was overdue; it gives because: the goods were seen on site." in text

    def test_lets_what_is_over_expire_first(self, asking: AskingOffice) -> None:
        over = asking.propose(asking.ask(600, days=4), 600)
        asking.shell.ok(*APPROVE, over, "--approver", "street")
        asking.clock.advance(5 * DAY)
        proposal = asking.propose(asking.ask(200), 200)
        answer = asking.shell.ok(*APPROVE, proposal, "--approver", "street")
        assert f"expired {over[:8]}" in answer.err
        [row] = [row for row in waiting(asking, "--all") if row["proposal"] == over]
        assert row["state"] == "expired"

    def test_an_unknown_proposal(self, asking: AskingOffice) -> None:
        asking.refused(*APPROVE, "00000000", "--approver", "street", says="no proposal begins with", code=2)
        asking.refused(*APPROVE, "xyz", "--approver", "street", says="names no proposal", code=2)


class TestOtherDecisions:
    def test_reject(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        words = ("reallocate", "reject", proposal, "--approver", "street", "--reason")
        asking.refused(*words, "outbreak", says="is no reason for this", code=2)
        early = ("reallocate", "reject", proposal, "--approver", "district", "--reason", "unsuitable")
        asking.refused(*early, says="may not decide on proposal")
        assert asking.shell.ok(*words, "unsuitable", "--json").json()["proposal"] == proposal
        text = asking.shell.ok("reallocate", "show", proposal).out
        assert "Rejected on 2026-09-21 22:14: the goods do not suit the need." in text
        asking.refused(*words, "unsuitable", says="is rejected, and then this is not done with it")

    def test_withdraw_by_a_keeper_of_either_site_or_an_approver(self, asking: AskingOffice) -> None:
        request = asking.ask(200)
        one, two = asking.propose(request, 100), asking.propose(request, 100, FAR)
        words = ("reallocate", "withdraw", one, two, "--reason", "goods-gone")
        asking.refused(*words, says="name who withdraws", code=2)
        asking.refused(*words, "--keeper", "giver", "--approver", "street", says="one of the two", code=2)
        answer = asking.shell.ok(*words, "--keeper", "keeper")
        assert [line.split(",")[0] for line in answer.out.splitlines()] == [
            f"withdrew {one[:8]}",
            f"withdrew {two[:8]}",
        ]
        three = asking.propose(request, 100)
        asking.shell.ok(*APPROVE, three, "--approver", "street")
        asking.refused(
            *("reallocate", "withdraw", three, "--reason", "goods-gone", "--keeper", "far-keeper"),
            says="is no keeper at division 420106001001 now",
        )
        asking.shell.ok("reallocate", "withdraw", three, "--reason", "goods-gone", "--approver", "street")
        sheet = asking.shell.ok("reallocate", "show", three, "--json").json()
        assert (sheet["state"], sheet["released"]) == ("withdrawn", "100")
        assert asking.sheet(request)["promised"] == "0"

    def test_expire(self, asking: AskingOffice) -> None:
        request = asking.ask(200, days=4)
        one, two = asking.propose(request, 100), asking.propose(request, 100, FAR)
        words = ("reallocate", "expire", "--by", "stranger")
        assert "no proposal is over" in asking.shell.ok(*words).out
        asking.refused(*words, one, says="does not expire before")
        asking.shell.ok("request", "withdraw", request, "--reason", "not-needed", "--keeper", "keeper")
        assert "anybody, to let it expire" in " ".join(asking.shell.ok("reallocate", "show", one).out.split())
        answer = asking.shell.ok(*words)
        assert f"expired {one[:8]}" in answer.out
        assert f"expired {two[:8]}" in answer.out
        assert waiting(asking) == []
        assert "没有逾期的方案" in in_chinese(asking.shell.run(*words, language="zh"))

    def test_an_emergency_opens_the_levels_above(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        with asking.ledger() as ledger:
            call = ledger.norms.declare_emergency(
                parse_division("420106"),
                until=asking.clock.now() + 5 * DAY,
                reason=110,
                source=SOURCE,
                by=asking.party("root", "0"),
            )
            ledger.write([call])
        [row] = waiting(asking)
        assert row["levels"] == ["420106001", "420106"]
        answer = asking.shell.ok(*APPROVE, proposal, "--approver", "district")
        assert "notice" not in answer.out
        assert "An emergency covered both sites" in asking.shell.ok("reallocate", "show", proposal).out
        assert asking.shell.ok("request", "list", ASKING, "--json").lines()[0]["promised"] == "100"
