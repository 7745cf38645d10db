"""Anybody, without an account: a verdict, totals of a district, an evidence file, and the search."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import trust
from browsing.words import said
from doing import field
from playwright.sync_api import Browser, expect
from reading import Requests, cells_of, figure, is_told_beside, ledger_of, measured, named, rows_of

from ledger_client.demo.cast import DISINFECTANT, EAST, EAST_DISTRICT, MEDICAL_DEVICE

ONLY_READS = True
OFTEN = ("zh-360",)

SOUND = "91420100MA4KXMPL1B"
LAPSED = "91420100MA4KXMPL2E"
UNREGISTERED = "91420100MA4KXMPL5P"


@pytest.fixture
def page(browser: Browser, server: Server, way: Way) -> Iterator[Watched]:
    """A page at which nobody has signed in."""
    with open_page(browser, server.address, way) as page:
        yield page


class TestVerdict:
    @pytest.mark.parametrize(
        ("code", "category", "status"),
        [
            (SOUND, MEDICAL_DEVICE, "valid"),
            (LAPSED, MEDICAL_DEVICE, "expired"),
            (LAPSED, DISINFECTANT, "revoked"),
            (UNREGISTERED, MEDICAL_DEVICE, "unknown"),
        ],
    )
    def test_in_the_words_that_are_meant(
        self, page: Watched, server: Server, city: PlayedCity, code: str, category: int, status: str
    ) -> None:
        page.visit("/")
        page.main.get_by_role("link", name=said("home.cards.verdict.title", page)).click()
        page.loaded()
        choose_category(page, category)
        box = field(page, said("officer.code.label", page))
        box.fill(f" {code.lower()} ")  # as somebody copies it
        box.press("Enter")
        page.loaded()

        with ledger_of(server, city) as ledger:
            answer = ledger.get(f"/v1/suppliers/{code}/verdict", category=category)
        assert answer["now"]["status"] == status
        whole = page.main.locator(".whole").nth(1)
        expect(whole).to_contain_text(said(f"officer.status.{status}", page))
        is_green = page.main.locator(".notice-right").nth(0)
        expect(is_green).to_have_count(1 if status == "valid" else 0)
        if answer["name"] is not None:
            expect(page.main.get_by_role("heading", name=named(page, answer["name"]))).to_be_visible()
        assert page.violations() == ""

    def test_revoked_is_not_called_anything_else(self, page: Watched) -> None:
        page.visit(f"/verdict?code={LAPSED}&category={DISINFECTANT}")
        now = page.main.locator(".line").filter(has_text=said("officer.line.revoked", page))
        expect(now.last).to_have_attribute("data-state", "wrong")
        for other in ("suspended", "outOfDate"):
            expect(
                page.main.locator(".line").filter(has_text=said(f"officer.line.{other}", page))
            ).to_have_count(0)

    def test_what_is_unknown_is_never_green(self, page: Watched) -> None:
        page.visit(f"/verdict?code={SOUND}&category={MEDICAL_DEVICE}")
        green = page.main.locator("[data-state=right]").first.evaluate("each => getComputedStyle(each).color")
        page.visit(f"/verdict?code={UNREGISTERED}&category={MEDICAL_DEVICE}")
        expect(page.main.get_by_text(said("officer.verdict.unregistered", page))).to_be_visible()
        expect(page.main.locator("[data-state=right], .right, .notice-right")).to_have_count(0)
        unknown = page.main.locator("[data-state=unknown]")
        assert unknown.count() >= 8  # facts but who issued it, then and now
        colors = unknown.evaluate_all("all => all.map(each => getComputedStyle(each).color)")
        assert green not in colors

    @pytest.mark.parametrize(
        ("code", "word", "parts"),
        [
            (f"{SOUND[:-1]}A", "check", {"found": "A", "expected": "B"}),
            (SOUND[:-1], "length", {"length": 17}),
            (f"9142O100{SOUND[8:]}", "form", {}),
            ("", "empty", {}),
        ],
    )
    def test_a_wrong_code_is_not_sent(
        self, page: Watched, code: str, word: str, parts: dict[str, object]
    ) -> None:
        page.visit("/verdict")
        asked = Requests(page)
        box = field(page, said("officer.code.label", page))
        box.fill(code)
        box.press("Enter")
        is_told_beside(box, said(f"officer.code.{word}", page, **parts))
        expect(box).to_have_value(code)
        assert asked.all == []
        assert page.violations() == ""


class TestTotals:
    def test_of_a_district(self, page: Watched, server: Server, city: PlayedCity) -> None:
        page.visit("/totals")
        box = field(page, said("home.totals.place", page))
        box.fill(str(EAST_DISTRICT))
        box.press("Enter")
        page.loaded()

        with ledger_of(server, city) as ledger:
            answer = ledger.get(f"/v1/stock/totals/{EAST_DISTRICT}")
        assert len(answer["totals"]) == 3
        rows = rows_of(page, said("home.totals.caption", page, place=named(page, answer["name"])))
        expect(rows).to_have_count(3)
        for total in answer["totals"]:
            cells = cells_of(rows.filter(has_text=named(page, total["item_name"])))
            bound = int(total["quantity"]) - int(total["free"])
            assert measured(page, total["quantity"], total["unit"]) in cells[1]
            assert [figure(total["free"]) in cells[2], figure(bound) in cells[3]] == [True, True]
        assert page.violations() == ""

    def test_from_the_country_down_without_a_code(
        self, page: Watched, server: Server, city: PlayedCity
    ) -> None:
        page.visit("/totals")
        page.main.get_by_role("link", name=said("home.totals.country", page)).click()
        place = "0"
        with ledger_of(server, city) as ledger:
            while place != str(EAST_DISTRICT):
                page.loaded()
                parts = ledger.get(f"/v1/stock/totals/{place}")["parts"]
                [part] = [each for each in parts if str(EAST_DISTRICT).startswith(each["place"])]
                page.main.get_by_role("link", name=named(page, part["name"]), exact=True).click()
                place = part["place"]
            page.loaded()
            answer = ledger.get(f"/v1/stock/totals/{place}")
        rows = rows_of(page, said("home.totals.caption", page, place=named(page, answer["name"])))
        expect(rows).to_have_count(len(answer["totals"]))
        expect(field(page, said("home.totals.place", page))).to_have_value(place)
        assert page.violations() == ""

    @pytest.mark.parametrize("by", ["typing", "address"])
    def test_of_a_community_leads_to_signing_in(self, page: Watched, by: str) -> None:
        page.visit("/totals" if by == "typing" else f"/totals?place={EAST}")
        asked = Requests(page)
        box = field(page, said("home.totals.place", page))
        if by == "typing":
            box.fill(str(EAST))
            box.press("Enter")
        is_told_beside(box, said("home.totals.placeLow", page))
        assert asked.all == []
        assert page.violations() == ""
        page.main.get_by_role("link", name=said("common.signIn", page)).click()
        page.loaded()
        assert page.view == "sign-in"


def unchanged(text: bytes) -> bytes:
    return text


def another_name(text: bytes) -> bytes:
    assert b'"en":"East Community' in text
    return text.replace(b'"en":"East Community', b'"en":"Last Community', 1)


def another_reason(text: bytes) -> bytes:
    assert b'"reason":0' in text
    return text.replace(b'"reason":0', b'"reason":1', 1)


class TestEvidence:
    @pytest.mark.parametrize(
        ("change", "exit_code", "wrong"),
        [(unchanged, 0, []), (another_name, 1, ["names"]), (another_reason, 1, ["journal"])],
    )
    def test_verified_by_the_server(
        self,
        page: Watched,
        city: PlayedCity,
        tmp_path: Path,
        change: Callable[[bytes], bytes],
        exit_code: int,
        wrong: list[str],
    ) -> None:
        text = gzip.decompress(city.file("evidence.jsonl.gz").read_bytes())
        file = tmp_path / "evidence.jsonl.gz"
        file.write_bytes(gzip.compress(change(text)))

        page.visit("/verify")
        expect(page.main.get_by_text(said("home.verify.about", page))).to_be_visible()
        field(page, said("home.verify.trust", page)).set_input_files(city.file("trust.json"))
        grouped = " ".join(city.fingerprint[at : at + 8] for at in range(0, 64, 8))
        expect(page.main.get_by_text(grouped)).to_be_visible()
        field(page, said("home.verify.evidence", page)).set_input_files(file)
        button = page.main.get_by_role("button", name=said("home.verify.ask", page))
        button.focus()
        page.page.keyboard.press("Enter")
        page.loaded()

        heading = said(f"home.verify.whole.{exit_code}", page)
        expect(page.main.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.main.get_by_text(said("home.verify.usedCaller", page))).to_be_visible()
        rows = rows_of(page, said("home.verify.caption", page))
        expect(rows).to_have_count(9)
        for question in wrong:
            row = rows.filter(has=page.page.get_by_text(said(f"home.verify.questions.{question}", page)))
            expect(row.locator("[data-answer=wrong]")).to_have_text(said("home.verify.answers.wrong", page))
        expect(rows.locator("[data-answer=wrong]")).to_have_count(len(wrong))
        expect(page.main.locator(".notice-right")).to_have_count(0 if wrong else 1)
        assert page.violations() == ""

    def test_with_the_trust_file_that_signing_uses(self, page: Watched, city: PlayedCity) -> None:
        page.visit("/keys")
        trust(page, city)
        page.visit("/verify")
        grouped = " ".join(city.fingerprint[at : at + 8] for at in range(0, 64, 8))
        expect(page.main.get_by_text(grouped)).to_be_visible()
        page.main.get_by_role("button", name=said("home.verify.useKept", page)).click()
        page.loaded()
        expect(page.main.get_by_text(grouped)).to_be_visible()
        expect(page.main.get_by_text(said("home.verify.compared", page))).to_be_visible()
        field(page, said("home.verify.evidence", page)).set_input_files(city.file("evidence.jsonl.gz"))
        page.main.get_by_role("button", name=said("home.verify.ask", page)).click()
        page.loaded()
        expect(page.main.get_by_text(said("home.verify.usedCaller", page))).to_be_visible()
        assert page.violations() == ""

    def test_without_a_file_nothing_is_sent(self, page: Watched) -> None:
        page.visit("/verify")
        asked = Requests(page)
        page.main.get_by_role("button", name=said("home.verify.ask", page)).click()
        is_told_beside(
            field(page, said("home.verify.evidence", page)), said("home.verify.evidenceEmpty", page)
        )
        assert asked.all == []


class TestSearch:
    @pytest.fixture(autouse=True)
    def refused(self, page: Watched) -> None:
        """Search is for accounts; the page says so."""
        page.refusals.add(401)

    def test_a_code_leads_to_what_is_public(self, page: Watched) -> None:
        search(page, LAPSED)
        page.main.get_by_role("link", name=said("home.search.publicVerdict", page, code=LAPSED)).click()
        page.loaded()
        assert page.view == "verdict"
        expect(field(page, said("officer.code.label", page))).to_have_value(LAPSED)

    @pytest.mark.parametrize("text", ["速通", "no such thing at all"])
    def test_anything_else_leads_to_signing_in(self, page: Watched, text: str) -> None:
        search(page, text)
        expect(page.main.get_by_text(said("home.search.about", page, q=text))).to_be_visible()
        expect(page.main).not_to_contain_text("Bearer")  # what programs send is nothing for the public
        assert page.violations() == ""
        page.main.get_by_role("alert").get_by_role("link", name=said("common.signIn", page)).click()
        page.loaded()
        assert page.view == "sign-in"


def search(page: Watched, text: str) -> None:
    """Search from the head of the page."""
    page.visit("/")
    box = page.page.get_by_role("searchbox", name=said("common.searchLabel", page))
    box.fill(text)
    box.press("Enter")
    page.page.wait_for_url("**/search?q=*")
    page.loaded()


def choose_category(page: Watched, category: int) -> None:
    """Choose a category by its name."""
    box = field(page, said("officer.category", page))
    box.click()
    name = f"{category} · {said(f'officer.categories.{category}', page)}"
    page.page.get_by_role("option", name=name).click()
