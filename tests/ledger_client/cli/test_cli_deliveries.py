"""Deliveries on approved proposals by commands: refused before they leave, recorded, shown, taken back."""

from __future__ import annotations

import pytest
from asking_office import ASKING, DAY, FAR, GIVING, GLOVES, MASKS, AskingOffice, in_chinese

from ledger_client.deliveries import reference_to
from ledger_client.identifiers import SiteId
from ledger_client.lines import Line
from ledger_client.stock import Particulars

DELIVER = ("reallocate", "deliver")


@pytest.fixture
def approved(asking: AskingOffice) -> tuple[str, str]:
    """A request, and an approved proposal for it."""
    return asking.approved(200)


def lots(office: AskingOffice, site: str = GIVING, item: str = MASKS) -> list[str]:
    """The lots of a site."""
    return [str(each["lot"]) for each in office.shell.lots(site, item)]


def sent(office: AskingOffice, proposal: str, *more: str) -> str:
    """Dispatch and return the document."""
    words = (*DELIVER, proposal, "--keeper", "giver", "--deadline", office.day(5), "--json", *more)
    document, shown = office.shell.ok(*words).lines()
    assert shown["shown"] == document["document"]
    return str(document["document"])


def recorded(office: AskingOffice, proposal: str, quantity: int) -> str:
    """Record a dispatch on a proposal as another program may, without showing it; return its key."""
    lot = next(each["lot"] for each in office.shell.lots(GIVING, MASKS) if int(each["quantity"]) >= quantity)
    with office.ledger() as ledger:
        call = ledger.stock.dispatch(
            SiteId(int(GIVING)),
            SiteId(int(ASKING)),
            [Line(int(lot, 16), quantity)],
            deadline=office.clock.now() + DAY,
            keeper=office.party("giver", "420106001001"),
            particulars=Particulars(reference=reference_to(int(proposal, 16))),
        )
        ledger.write([call])
    return f"{call.key:062x}"


class TestRefusedBeforeItLeaves:
    def test_what_was_not_approved(self, asking: AskingOffice) -> None:
        proposal = asking.propose(asking.ask(), 100)
        words = (*DELIVER, proposal, "--keeper", "giver", "--deadline", asking.day(5))
        asking.refused(*words, says="is proposed, and then this is not done with it")

    def test_more_than_was_approved(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        lot = next(each for each in asking.shell.lots(GIVING, MASKS) if int(each["quantity"]) >= 201)["lot"]
        words = (*DELIVER, approved[1], "--keeper", "giver", "--deadline", asking.day(5))
        before = asking.shell.ok("stock", "on-hand", GIVING, "--json").json()["totals"]
        asking.refused(*words, "--line", f"{lot}=201", says="201 base units were delivered, and 200 are left")
        assert asking.shell.ok("stock", "on-hand", GIVING, "--json").json()["totals"] == before

    def test_another_item_or_what_the_giver_has_not(
        self, asking: AskingOffice, approved: tuple[str, str]
    ) -> None:
        with asking.ledger() as ledger:
            ledger.write(
                [
                    ledger.stock.hand_over(
                        SiteId(int(FAR)),
                        SiteId(int(GIVING)),
                        [Line(int(lots(asking, FAR, GLOVES)[0], 16), 5)],
                        keeper=asking.party("far-keeper", "420111001001"),
                        receiver=asking.party("giver", "420106001001"),
                        approver=asking.party("city", "4201"),
                    )
                ]
            )
        words = (*DELIVER, approved[1], "--keeper", "giver", "--deadline", asking.day(5), "--line")
        [gloves_lot] = lots(asking, GIVING, GLOVES)
        asking.refused(*words, f"{gloves_lot}=5", says=f"and the request asks for item {MASKS}")
        [far_lot] = lots(asking, FAR)
        asking.refused(*words, f"{far_lot[:8]}=5", says=f"no lot at site {GIVING} begins with", code=2)

    def test_outside_of_its_time(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        words = (*DELIVER, approved[1], "--keeper", "giver", "--deadline", asking.day(5))
        asking.refused(*words, "--occurred", asking.day(-1), says="which was approved at")
        asking.clock.advance(11 * DAY)
        words = (*DELIVER, approved[1], "--keeper", "giver", "--deadline", asking.day(5))
        asking.refused(*words, says="good until")

    def test_without_saying_how(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        words = (*DELIVER, approved[1], "--keeper", "giver")
        asking.refused(*words, says="needs to be told how the goods travel", code=2)
        asking.refused(*words, "--hand-over", says="name the key with --receiver", code=2)


class TestDeliver:
    def test_dispatched_accepted_in_part_and_settled(
        self, asking: AskingOffice, approved: tuple[str, str]
    ) -> None:
        request, proposal = approved
        document = sent(asking, proposal)
        [delivery] = asking.sheet(request)["deliveries"]
        assert (delivery["document"], delivery["quantity"], delivery["state"]) == (
            document,
            "200",
            "dispatched",
        )
        [row] = asking.shell.ok("stock", "consignments", "--json").lines()
        lot = row["lines"][0]["lot"]
        answer = asking.shell.ok(
            *("stock", "accept", "--consignment", document, "--keeper", "keeper"),
            *("--missing", f"{lot}=30:short-delivered"),
        )
        assert f"is shown for request {request[:8]}" in answer.out
        assert "170 pieces accepted, 0 pieces approved or on the way, 30 pieces still asked for" in answer.out
        settled = asking.shell.run(
            *("stock", "settle", "--consignment", document, "--approver", "street"),
            *("--line", f"{lot}=30:found-at-receiver"),
            language="zh",
        )
        assert f"申请 {request[:8]} 已满足：已验收 200 个" in in_chinese(settled)
        assert asking.sheet(request)["state"] == "covered"

    def test_in_two_parts_the_second_is_what_is_left(
        self, asking: AskingOffice, approved: tuple[str, str]
    ) -> None:
        request, proposal = approved
        first = min(lots(asking))
        sent(asking, proposal, "--line", f"{first}=60")
        sent(asking, proposal)
        assert [each["quantity"] for each in asking.sheet(request)["deliveries"]] == ["60", "140"]
        words = (*DELIVER, proposal, "--keeper", "giver", "--deadline", asking.day(5))
        asking.refused(*words, says="and 0 are left of what proposal")

    def test_other_lots_of_the_item(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        other = max(lots(asking))
        sent(asking, proposal, "--line", f"{other[:8]}=200")
        assert asking.sheet(request)["deliveries"][0]["quantity"] == "200"

    def test_handed_over(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        words = (*DELIVER, proposal, "--keeper", "giver", "--hand-over", "--receiver", "keeper")
        answer = asking.shell.ok(*words)
        assert f"request {request[:8]} is covered: 200 pieces accepted" in answer.out
        [delivery] = asking.sheet(request)["deliveries"]
        assert (delivery["kind"], delivery["state"]) == ("hand_over", "accepted")

    def test_what_leaves_the_district_is_sent_as_signed(self, asking: AskingOffice) -> None:
        request = asking.ask(100)
        proposal = asking.propose(request, 100, FAR)
        asking.shell.ok(
            *("reallocate", "approve", proposal, "--approver", "city", "--deadline", asking.day(8)),
            *("--note", "by the morning lorry"),
        )
        words = (*DELIVER, proposal, "--keeper", "far-keeper")
        asking.refused(*words, "--deadline", asking.day(9), says="consented to a prepared dispatch", code=2)
        answer = asking.shell.ok(*words)
        assert f"is shown for request {request[:8]}" in answer.out
        asking.refused(*words, "--deadline", asking.day(9), says="and 0 are left of what proposal")

    def test_a_consent_that_ended_is_given_anew(self, asking: AskingOffice) -> None:
        request = asking.ask(100, days=20)
        proposal = asking.propose(request, 100, FAR)
        approve = ("reallocate", "approve", proposal, "--approver", "city", "--deadline", asking.day(15))
        asking.shell.ok(*approve)
        asking.clock.advance(9 * DAY)
        words = (*DELIVER, proposal, "--keeper", "far-keeper")
        asking.refused(*words, says="sign another one with --approver", code=2)
        asking.shell.ok(*words, "--approver", "city", "--deadline", asking.day(5))
        assert asking.sheet(request)["deliveries"][0]["quantity"] == "100"

    def test_a_second_document_out_of_the_district_needs_an_approver(self, asking: AskingOffice) -> None:
        request = asking.ask(100)
        proposal = asking.propose(request, 100, FAR)
        asking.shell.ok("reallocate", "approve", proposal, "--approver", "city", "--hand-over")
        [lot] = lots(asking, FAR)
        words = (*DELIVER, proposal, "--keeper", "far-keeper", "--deadline", asking.day(5))
        asking.shell.ok(*words, "--line", f"{lot}=100", "--approver", "city")
        assert asking.sheet(request)["deliveries"][0]["kind"] == "dispatch"


class TestShown:
    def test_shows_what_was_recorded_without_it_once(
        self, asking: AskingOffice, approved: tuple[str, str]
    ) -> None:
        request, proposal = approved
        document = recorded(asking, proposal, 50)
        [missing] = asking.sheet(request)["not_shown"]
        assert missing["document"] == document
        assert "count once they are shown" in asking.shell.ok("request", "show", request).out
        rows = asking.shell.ok("reallocate", "shown", "--by", "stranger", "--json").lines()
        assert [row["shown"] for row in rows] == [missing["document"]]
        assert asking.shell.ok("reallocate", "shown", "--by", "stranger", "--json").out == ""
        chinese = asking.shell.run("reallocate", "shown", request, "--by", "stranger", language="zh")
        assert "没有待出示的单据" in in_chinese(chinese)

    def test_a_reversed_dispatch_is_taken_back(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        document = sent(asking, proposal)
        answer = asking.shell.ok(
            *("stock", "reverse", document, "--keeper", "giver", "--second", "keeper"),
            *("--approver", "district", "--reason", "recorded-by-mistake"),
        )
        assert f"that {document[:8]} was reversed is shown for request {request[:8]}" in answer.out
        sheet = asking.sheet(request)
        assert sheet["deliveries"][0]["state"] == "reversed"
        assert sheet["proposals"][0]["remaining"] == "200"
        assert sheet["promised"] == "200"

    def test_contested_and_returned(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        document = sent(asking, proposal)
        asking.clock.advance(13 * DAY + 60)
        answer = asking.shell.ok(
            *("stock", "return", "--consignment", document, "--keeper", "giver", "--approver", "district")
        )
        assert "200 pieces still asked for" in answer.out
        assert asking.sheet(request)["deliveries"][0]["state"] == "return"

    def test_what_cannot_be_shown_is_said_and_stands(
        self, asking: AskingOffice, approved: tuple[str, str]
    ) -> None:
        request, proposal = approved
        document = recorded(asking, proposal, 201)
        answer = asking.shell.run("stock", "accept", "--consignment", document, "--keeper", "keeper")
        assert answer.code == 0
        first, second = answer.err.splitlines()
        assert f"document {document[:8]} is recorded and stands, but does not count" in first
        assert "201 base units were delivered, and 200 are left" in first
        assert "show the dispatch first" in second
        assert len(asking.sheet(request)["not_shown"]) == 2
        again = asking.shell.run("reallocate", "shown", request, "--by", "stranger", language="zh")
        assert again.code == 1
        assert "已记录且有效，但尚未计入申请" in again.err
