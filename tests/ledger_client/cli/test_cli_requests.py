"""`shecang request make`, `withdraw`, `list`, `show` on a real ledger, in both languages."""

from __future__ import annotations

import pytest
from asking_office import ASKING, DAY, FAR, GIVING, GLOVES, HOSPITAL, MASKS, AskingOffice, in_chinese

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.cli._allocation import allocation_of
from ledger_client.deliveries import lots_of
from ledger_client.identifiers import SiteId
from ledger_client.lines import Line
from ledger_client.stock import Particulars
from ledger_client.words import pack_reference


def making(office: AskingOffice, *more: str, quantity: str = "200", days: int = 10) -> tuple[str, ...]:
    """The words that ask for masks."""
    return (
        *("request", "make", ASKING, "--item", MASKS, "--quantity", quantity),
        *("--needed-by", office.day(days), "--keeper", "keeper", *more),
    )


class TestMake:
    @pytest.mark.parametrize(
        ("more", "says", "code"),
        [
            (("--urgency", "soon"), "'soon' is no urgency", 2),
            (("--reason", "damaged"), "is no reason for this", 2),
            (("--quantity", "0"), "cannot be meant", 2),
            (("--quantity", "1e3"), "is no quantity", 2),
            (("--needed-by", "soon"), "is no time", 2),
            (("--needed-by", "2020-01-01"), "asked for by a time after now", 1),
            (("--item", "101010100009"), "is not in the catalogue", 1),
            (("--quantity", "301"), "above three times the floor of 100", 1),
            (("--keeper", "giver-2"), "there is no key giver-2", 2),
            (("--keeper", "far-keeper"), "is no keeper at division 420106001001 now", 1),
        ],
    )
    def test_refuses(self, asking: AskingOffice, more: tuple[str, ...], says: str, code: int) -> None:
        asking.refused(*making(asking, *more), says=says, code=code)
        assert asking.shell.ok("request", "list", "--json").out == ""

    def test_is_listed_and_shown(self, asking: AskingOffice) -> None:
        more = (
            "--urgency",
            "紧急",
            "--reason",
            "outbreak",
            "--consignee",
            HOSPITAL,
            "--note",
            "for the ward",
        )
        made = asking.shell.ok(*making(asking, *more, "--json")).json()
        [row] = asking.shell.ok("request", "list", ASKING, "--json").lines()
        assert row["request"] == made["request"]
        assert (row["asked"], row["open"], row["accepted"]) == ("200", "200", "0")
        assert (row["urgency"], row["state"], row["flagged"]) == (2, "open", False)
        assert (row["needed_by"] + 8 * 3_600) % DAY == DAY - 1
        assert asking.shell.ok("request", "list", FAR, "--json").out == ""

        sheet = asking.sheet(made["request"])
        assert (sheet["site"], sheet["item"], sheet["floor"], sheet["unit"]) == (ASKING, MASKS, "100", "C62")
        assert sheet["note"] == "for the ward"
        text = asking.shell.ok("request", "show", made["request"][:8]).out
        assert (
            "Site A asked on 2026-09-21 22:14 for 200 pieces of masks, needed by 2026-10-01, urgent" in text
        )
        assert "To be issued to a hospital." in text
        assert "Nobody has proposed anything yet." in text
        chinese = in_chinese(asking.shell.run("request", "show", made["request"], language="zh"))
        assert "申请口罩 200 个，需用日 2026-10-01，紧急。" in chinese
        assert "将发放给某医院。" in chinese
        assert "口罩" in in_chinese(asking.shell.run("request", "list", language="zh"))

    def test_above_three_times_the_floor_is_flagged(self, asking: AskingOffice) -> None:
        answer = asking.shell.ok(*making(asking, "--reason", "outbreak", quantity="301"))
        flagged = "Flagged: it asks for more than three times the floor of the site, 100 pieces."
        assert flagged in answer.out
        [row] = asking.shell.ok("request", "list", "--json").lines()
        assert row["flagged"] is True
        text = asking.shell.ok("request", "show", row["request"]).out
        assert flagged in text
        # Where nobody set a floor, nothing is above three times it.
        assert "Flagged" not in asking.shell.ok(*making(asking, "--item", GLOVES, quantity="5000")).out

    def test_a_colleague_without_the_note_sees_the_rest(self, asking: AskingOffice) -> None:
        request = asking.ask()
        assert asking.sheet(request)["note"] is None


class TestEmergency:
    def test_is_told_by_time_and_division_and_by_no_reason(self, asking: AskingOffice) -> None:
        called = asking.ask(100, "--urgency", "critical")  # called so, and routine
        asking.declare("420106")
        inside, elsewhere = asking.ask(110), asking.ask(120, site=FAR)
        asking.end("420106")
        rows = asking.shell.ok("request", "list", "--json").lines()
        told = {row["request"]: row["emergency"] for row in rows}
        assert told == {called: False, inside: True, elsewhere: False}
        for key, in_emergency in told.items():
            assert asking.sheet(key)["emergency"] is in_emergency
        assert "emergency" in asking.shell.ok("request", "list").out
        assert " 是 " in in_chinese(asking.shell.run("request", "list", language="zh"))
        sentence = "An emergency covered the site when it asked."
        assert sentence in asking.shell.ok("request", "show", inside).out
        assert sentence not in asking.shell.ok("request", "show", called).out
        chinese = in_chinese(asking.shell.run("request", "show", inside, language="zh"))
        assert "申请时，该储备点所在区域处于应急状态。" in chinese

    def test_each_entry_of_the_journal_is_told_by_the_sites_that_it_is_about(
        self, asking: AskingOffice
    ) -> None:
        asking.declare("420106")
        request = asking.ask(200)
        asking.propose(request, 50, FAR)  # the city is over both, and in no emergency
        near = asking.propose(request, 60)
        asking.end("420106")
        asking.clock.advance(60)
        asking.shell.ok("reallocate", "approve", near, "--approver", "street")
        asking.clock.advance(3 * DAY)
        asking.declare("4201")
        words = ("--hand-over", "--keeper", "giver", "--receiver", "keeper")
        asking.shell.ok("reallocate", "deliver", near, *words)
        asking.propose(request, 50, FAR)
        show = ("request", "show", request, "--journal")
        told = [row["emergency"] for row in asking.shell.ok(*show, "--json").json()["journal"]]
        assert told == [True, False, True, False, True, True]
        assert "emergency" in asking.shell.ok(*show).out.split("Journal")[1]

    def test_what_is_recorded_and_not_shown_is_told_too(self, asking: AskingOffice) -> None:
        request, proposal = asking.approved(60)
        asking.declare("4201")
        with asking.ledger() as ledger:
            reader = allocation_of(ledger)
            whole = reader.request(int(request, 16))
            assert whole is not None
            lots = lots_of(whole.proposals[int(proposal, 16)].lines)
            call = ledger.stock.hand_over(
                SiteId(int(GIVING)),
                SiteId(int(ASKING)),
                [Line(lot, units) for lot, units in lots.items() if units],
                keeper=asking.party("giver", "420106001001"),
                receiver=asking.party("keeper", "420106001001"),
                particulars=Particulars(reference=pack_reference(REFERENCE_PROPOSAL, int(proposal, 16))),
            )
            ledger.write([call])
        [row] = asking.sheet(request)["not_shown"]
        assert row["emergency"] is True
        assert "emergency" in asking.shell.ok("request", "show", request).out.split("not shown yet")[1]


class TestWithdraw:
    def test_refuses(self, asking: AskingOffice) -> None:
        request = asking.ask()
        words = ("request", "withdraw", request, "--keeper", "keeper", "--reason")
        asking.refused(*words, "outbreak", says="is no reason for this", code=2)
        asking.refused(
            *("request", "withdraw", "00000000", "--keeper", "keeper", "--reason", "not-needed"),
            says="no request begins with 00000000",
            code=2,
        )
        asking.shell.ok(*words, "not-needed")
        asking.refused(*words, "not-needed", says="it was withdrawn")

    def test_closes_it(self, asking: AskingOffice) -> None:
        request = asking.ask()
        words = ("request", "withdraw", request, "--keeper", "keeper", "--reason", "supplied-otherwise")
        assert asking.shell.ok(*words, "--json").json()["request"] == request
        assert asking.shell.ok("request", "list", "--json").out == ""
        [row] = asking.shell.ok("request", "list", "--all", "--json").lines()
        assert row["state"] == "withdrawn"
        assert (
            "Withdrawn on 2026-09-21 22:14: supplied from elsewhere."
            in asking.shell.ok("request", "show", request).out
        )


class TestShow:
    def test_tells_the_whole_way(self, asking: AskingOffice) -> None:
        request, proposal = asking.approved(200)
        asking.shell.ok("reallocate", "deliver", proposal, "--keeper", "giver", "--deadline", asking.day(5))
        [sent] = asking.sheet(request)["deliveries"]
        asking.shell.ok("stock", "accept", "--consignment", sent["document"], "--keeper", "keeper")
        sheet = asking.sheet(request)
        assert (sheet["state"], sheet["accepted"], sheet["open"]) == ("covered", "200", "0")
        [delivery] = sheet["deliveries"]
        assert (delivery["kind"], delivery["state"], delivery["accepted"]) == (
            "dispatch",
            "acceptance",
            "200",
        )
        assert sheet["not_shown"] == []
        text = asking.shell.ok("request", "show", request, "--journal").out
        assert f"Request {request[:8]}: covered" in text
        for step in ("asked", "proposed", "approved", "document shown"):
            assert step in text
        chinese = in_chinese(asking.shell.run("request", "show", request, "--journal", language="zh"))
        assert "出示单据" in chinese
        assert "已满足" in chinese

    def test_over_after_the_day_of_need(self, asking: AskingOffice) -> None:
        request = asking.ask(days=1)
        proposal = asking.propose(request, 100, GIVING)
        asking.clock.advance(3 * DAY)
        assert asking.sheet(request)["state"] == "over"
        [waiting] = asking.sheet(request)["proposals"]
        assert (waiting["proposal"], waiting["state"]) == (proposal, "proposed-over")
