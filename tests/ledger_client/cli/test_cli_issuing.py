"""`shecang request issue`: what arrived for a hospital goes to it, and to nobody else under its request."""

from __future__ import annotations

import pytest
from asking_office import ASKING, GIVING, HOSPITAL, MASKS, AskingOffice, in_chinese

from ledger_client.identifiers import SiteId, consignee_id
from ledger_client.issuing import reference_to_request
from ledger_client.lines import Line
from ledger_client.stock import Particulars

FOR_HOSPITAL = ("--consignee", HOSPITAL)
COMMUNITY = "420106001001"


@pytest.fixture
def approved(asking: AskingOffice) -> tuple[str, str]:
    """A request for the hospital, and an approved proposal for it."""
    return asking.approved(200, *FOR_HOSPITAL)


def handed_over(office: AskingOffice, proposal: str, *more: str) -> str:
    """Hand over on a proposal and return the document."""
    words = ("reallocate", "deliver", proposal, "--hand-over", "--keeper", "giver", "--receiver", "keeper")
    return str(office.shell.ok(*words, "--json", *more).lines()[0]["document"])


def waiting(office: AskingOffice, request: str) -> tuple[str, str]:
    """What a request says was issued, and what of it waits."""
    sheet = office.sheet(request)
    return sheet["issued"], sheet["waiting"]


def held(office: AskingOffice) -> int:
    """Masks at the asking site."""
    return sum(int(each["quantity"]) for each in office.shell.lots(ASKING, MASKS))


def issue(request: str, *more: str) -> tuple[str, ...]:
    """The command."""
    return ("request", "issue", request[:10], "--keeper", "keeper", *more)


def test_what_arrived_is_issued_to_the_consignee_in_parts(
    asking: AskingOffice, approved: tuple[str, str]
) -> None:
    request, proposal = approved
    handed_over(asking, proposal)
    assert waiting(asking, request) == ("0", "200")
    lot = asking.shell.lots(ASKING, MASKS)[0]["lot"]
    said = asking.shell.ok(*issue(request, "--line", f"{lot[:10]}=60")).out
    assert "Issued to a hospital: 60 pieces. Waiting for it: 140 pieces." in said
    assert waiting(asking, request) == ("60", "140")
    shown = asking.shell.run("request", "show", request[:10], language="zh")
    assert "已发放给某医院 60 个；待发放 140 个。" in in_chinese(shown)
    [row] = asking.shell.ok(*issue(request, "--json")).lines()
    assert waiting(asking, request) == ("200", "0")
    assert held(asking) == 0
    with asking.ledger() as ledger:
        document = ledger.index().document(int(row["document"], 16))
    assert document is not None
    assert document.to == consignee_id("local", HOSPITAL.removeprefix("local:"))
    assert document.reference == reference_to_request(int(request, 16))


def test_an_issue_that_is_reversed_waits_again(asking: AskingOffice, approved: tuple[str, str]) -> None:
    request, proposal = approved
    handed_over(asking, proposal)
    [row] = asking.shell.ok(*issue(request, "--json")).lines()
    asking.shell.ok(
        *("stock", "reverse", row["document"], "--reason", "recorded-by-mistake"),
        *("--keeper", "keeper", "--approver", "street"),
    )
    assert waiting(asking, request) == ("0", "200")
    asking.shell.ok(*issue(request))
    assert waiting(asking, request) == ("200", "0")


def test_of_a_dispatch_only_what_was_accepted_or_found(
    asking: AskingOffice, approved: tuple[str, str]
) -> None:
    request, proposal = approved
    words = ("reallocate", "deliver", proposal, "--keeper", "giver", "--deadline", asking.day(5), "--json")
    consignment = asking.shell.ok(*words).lines()[0]["document"]
    asking.refused(*issue(request), says="0 base units were accepted for it and 0 issued; accept what is")
    [row] = asking.shell.ok("stock", "consignments", "--json").lines()
    lot = row["lines"][0]["lot"]
    asking.shell.ok(
        *("stock", "accept", "--consignment", consignment, "--keeper", "keeper"),
        *("--missing", f"{lot}=30:short-delivered"),
    )
    assert waiting(asking, request) == ("0", "170")
    settle = ("stock", "settle", "--consignment", consignment, "--approver", "street")
    asking.shell.ok(*settle, "--line", f"{lot}=20:found-at-receiver", "--line", f"{lot}=10:lost")
    assert waiting(asking, request) == ("0", "190")
    asking.shell.ok(*issue(request))
    assert waiting(asking, request) == ("190", "0")


def test_a_delivery_taken_back_waits_no_longer(asking: AskingOffice, approved: tuple[str, str]) -> None:
    request, proposal = approved
    document = handed_over(asking, proposal)
    asking.shell.ok(
        *("stock", "reverse", document, "--reason", "recorded-by-mistake"),
        *("--keeper", "giver", "--second", "keeper", "--approver", "street"),
    )
    assert waiting(asking, request) == ("0", "0")
    asking.refused(*issue(request), says="nothing of request")


class TestRefused:
    def test_more_than_waits(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        handed_over(asking, proposal)
        lot = asking.shell.lots(ASKING, MASKS)[0]["lot"]
        words = issue(request, "--line", f"{lot}=201")
        asking.refused(*words, says=f"201 base units would be issued, and of request {request[:8]} 200 wait")
        assert held(asking) == 200

    def test_twice(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        handed_over(asking, proposal)
        asking.shell.ok(*issue(request))
        asking.refused(*issue(request), says="200 base units were accepted for it and 200 issued")

    def test_a_request_that_names_no_consignee(self, asking: AskingOffice) -> None:
        request, proposal = asking.approved(200)
        handed_over(asking, proposal)
        asking.refused(*issue(request), says=f"request {request[:8]} names no consignee", code=2)
        sheet = asking.sheet(request)
        assert (sheet["issued"], sheet["waiting"]) == (None, None)

    def test_by_somebody_else(self, asking: AskingOffice, approved: tuple[str, str]) -> None:
        request, proposal = approved
        handed_over(asking, proposal)
        asking.refused(
            "request",
            "issue",
            request,
            "--keeper",
            "far-keeper",
            says=f"is no keeper at division {COMMUNITY} now",
        )
        assert waiting(asking, request) == ("0", "200")


@pytest.mark.parametrize("what", ["another site", "another consignee"])
def test_what_others_issue_under_its_reference_does_not_count(
    asking: AskingOffice, approved: tuple[str, str], what: str
) -> None:
    request, proposal = approved
    handed_over(asking, proposal)
    site, keeper, whom = ASKING, "keeper", HOSPITAL.removeprefix("local:")
    if what == "another site":
        site, keeper = GIVING, "giver"
    else:
        whom = "OTHER"
        asking.shell.ok(
            *(
                "consignee",
                "add",
                f"local:{whom}",
                "420106",
                "--zh",
                "另一家",
                "--en",
                "another",
            ),
            *("--by", "root"),
        )
    lot = asking.shell.lots(site, MASKS)[0]
    particulars = Particulars(reference=reference_to_request(int(request, 16)))
    with asking.ledger() as ledger:
        call = ledger.stock.issue(
            SiteId(int(site)),
            consignee_id("local", whom),
            [Line(int(lot["lot"], 16), 10)],
            keeper=asking.party(keeper, COMMUNITY),
            particulars=particulars,
        )
        ledger.write([call])
    assert waiting(asking, request) == ("0", "200")
