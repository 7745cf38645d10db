"""The procurement officer: finds suppliers, what they were worth then and now, and what they delivered."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import session_of
from browsing.words import said
from doing import field, fill_day, reason
from playwright.sync_api import Browser, StorageState, expect
from reading import Ledger, Requests, cells_of, ledger_of, measured, named, rows_of

from ledger_client.demo.cast import BUREAU, DISINFECTANT, LAPSED, MEDICAL_DEVICE, SITES, SOUND, SUPPLIERS

ONLY_READS = True
OFTEN = ("en-1280",)

_LAPSED_CODE = "91420100MA4KXMPL2E"
_A4 = re.compile(rb"/MediaBox\s*\[\s*0 0 (\d+)\S* (\d+)\S*\s*\]")


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: Server, city: PlayedCity) -> StorageState:
    """The session of the officer."""
    return session_of(browser, server.address, city, "officer")


@pytest.fixture
def page(browser: Browser, server: Server, way: Way, signed_in: StorageState) -> Iterator[Watched]:
    """A page at which the officer has signed in."""
    with open_page(browser, server.address, way, signed_in) as page:
        yield page


@pytest.fixture
def ledger(server: Server, city: PlayedCity) -> Iterator[Ledger]:
    """The ledger as the officer reads it."""
    with ledger_of(server, city, "officer") as ledger:
        yield ledger


class TestFinding:
    def test_by_name(self, page: Watched) -> None:
        page.visit("/suppliers")
        rows = rows_of(page, said("officer.list.caption", page))
        expect(rows).to_have_count(2)
        name = named(page, SUPPLIERS[LAPSED])
        field(page, said("officer.list.label", page)).fill("速通" if page.way.language == "zh" else "lapsed")
        expect(rows).to_have_count(1)
        rows.get_by_role("link", name=name).click()
        page.loaded()
        expect(page.main.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.main.get_by_role("heading", name=said("officer.verdict.heading", page))).to_be_visible()

    def test_by_a_name_that_nobody_has(self, page: Watched) -> None:
        page.visit("/suppliers")
        field(page, said("officer.list.label", page)).fill("zzz nobody")
        expect(page.main.get_by_text(said("officer.list.noMatch", page))).to_be_visible()

    def test_by_code_with_the_keyboard(self, page: Watched) -> None:
        page.visit("/suppliers")
        box = field(page, said("officer.code.label", page))
        box.focus()
        page.page.keyboard.type(_LAPSED_CODE.lower())
        page.page.keyboard.press("Enter")
        page.page.wait_for_url(f"**/suppliers/{_LAPSED_CODE}")
        page.loaded()
        expect(page.main.get_by_role("heading", level=1)).to_have_text(named(page, SUPPLIERS[LAPSED]))
        expect(page.main.get_by_text(_LAPSED_CODE)).to_be_visible()

    def test_by_certificate_which_stays_here(self, page: Watched, city: PlayedCity) -> None:
        page.visit("/suppliers")
        asked = Requests(page)
        content = city.file("certificate.txt").read_bytes()
        give(page, "certificate.txt", content)
        digest = f"0x{hashlib.sha256(content).hexdigest()}"
        found = page.main.get_by_role("status").filter(has_text=said("officer.certificate.found", page))
        expect(found).to_contain_text(named(page, SUPPLIERS[SOUND]))
        assert page.violations() == ""
        found.get_by_role("link", name=said("officer.certificate.foundSupplier", page)).click()
        page.loaded()

        same = page.main.locator(".line").filter(has_text=said("officer.line.certificateSame", page))
        expect(same).to_have_count(2)
        expect(same.first).to_have_attribute("data-state", "right")
        assert [each.url.partition("?")[2] for each in asked.of(digest)] == [f"certificate={digest}"]
        for request in asked.all:
            assert request.method == "GET" and request.post_data_buffer is None, request.url
            assert "certificate.txt" not in request.url
            assert content.decode()[:16] not in request.url
            assert not any(
                "certificate.txt" in value or digest in value
                for name, value in request.all_headers().items()
                if name != "referer"
            )
        assert digest not in page.page.url  # a link must not say that somebody holds the file

    def test_by_a_certificate_that_nobody_has(self, page: Watched, city: PlayedCity) -> None:
        page.visit("/suppliers")
        content = city.file("certificate.txt").read_bytes()
        give(page, "certificate.txt", content + b"\n")
        none = page.main.get_by_role("status").filter(has_text=said("officer.certificate.none", page))
        expect(none).to_be_visible()
        expect(
            page.main.get_by_role("link", name=said("officer.certificate.foundSupplier", page))
        ).to_have_count(0)
        assert page.violations() == ""


def give(page: Watched, name: str, content: bytes) -> None:
    """Drop a file onto the field for certificates; a phone chooses it, having nothing to drop from."""
    box = field(page, said("officer.certificate.label", page))
    if page.way.is_phone:
        box.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
        return
    carried = page.page.evaluate_handle(
        """([name, bytes]) => {
          const carried = new DataTransfer()
          carried.items.add(new File([new Uint8Array(bytes)], name, { type: 'text/plain' }))
          return carried
        }""",
        [name, list(content)],
    )
    box.locator("xpath=..").dispatch_event("drop", {"dataTransfer": carried})


class TestThenAndNow:
    def test_a_revocation_that_came_later(self, page: Watched) -> None:
        page.visit(f"/suppliers/{LAPSED:040x}?category={DISINFECTANT}")
        # It was issued seven days ago, and revoked on the third day with effect from the first.
        fill_day(page, said("officer.asOf", page), day(-6))
        page.page.wait_for_url("**day=*")
        page.loaded()

        then, now = (page.main.locator(".whole").nth(side) for side in (0, 1))
        expect(then).to_contain_text(said("officer.status.valid", page))
        expect(now).to_contain_text(said("officer.status.revoked", page))
        standing = said("officer.fact.standing", page)
        [row] = [
            cells_of(each)
            for each in rows_of(page, caption_of(page, DISINFECTANT)).all()
            if standing in each.inner_text()
        ]
        assert said("officer.verdict.changed", page) in row[0]
        assert said("officer.line.standingGood", page) in row[1]
        revoked = said("officer.line.revoked", page)
        why = reason("certificate-invalid", page)
        assert said("officer.withReason", page, what=revoked, reason=why) in row[2]
        assert page.violations() == ""

    def test_without_a_day_it_is_now(self, page: Watched, ledger: Ledger) -> None:
        page.visit(f"/suppliers/{SOUND:040x}?category={MEDICAL_DEVICE}")
        answer = ledger.get(f"/v1/suppliers/{SOUND:040x}/verdict", category=MEDICAL_DEVICE)
        for side in (0, 1):
            status = answer[("then", "now")[side]]["status"]
            expect(page.main.locator(".whole").nth(side)).to_contain_text(
                said(f"officer.status.{status}", page)
            )
        expect(page.main.locator(".changed")).to_have_count(0)
        uncompared = page.main.locator(".line").filter(
            has_text=said("officer.line.certificateUncompared", page)
        )
        expect(uncompared.first).to_have_attribute("data-state", "unknown")
        expect(uncompared.first).not_to_have_class(re.compile("right"))


def caption_of(page: Watched, category: int) -> str:
    name = f"{category} · {said(f'officer.categories.{category}', page)}"
    return said("officer.verdict.caption", page, category=name)


def day(ahead: int) -> str:
    """Return a day of the ledger, so many days from today."""
    return (datetime.now(UTC) + timedelta(hours=8, days=ahead)).date().isoformat()


class TestWhatItRestsOn:
    def test_up_to_the_root(self, page: Watched, ledger: Ledger) -> None:
        page.visit(f"/suppliers/{SOUND:040x}?category={MEDICAL_DEVICE}")
        steps = page.main.locator("[data-step]")
        assert steps.evaluate_all("all => all.map(each => each.dataset.step)") == [
            "supplier",
            "qualification",
            "issuer",
            "accreditation",
            "root",
        ]
        rows = ledger.get("/v1/qualifications", supplier=f"{SOUND:040x}")["qualifications"]
        [row] = [each for each in rows if each["category"] == MEDICAL_DEVICE]
        assert row["issuer"] == f"{BUREAU:040x}"
        issuer = ledger.get(f"/v1/issuers/{row['issuer']}")
        expect(steps.nth(0)).to_contain_text(named(page, SUPPLIERS[SOUND]))
        expect(steps.nth(1)).to_contain_text(said("officer.status.valid", page))
        expect(steps.nth(2)).to_contain_text(named(page, issuer["name"]))
        expect(steps.nth(3)).to_contain_text(said("officer.line.accreditedYes", page))
        expect(steps.nth(4)).to_contain_text(said("officer.chain.rootName", page))
        assert page.violations() == ""

    def test_deliveries_come_to_what_the_sites_recorded(self, page: Watched, ledger: Ledger) -> None:
        page.visit(f"/suppliers/{SOUND:040x}?category={MEDICAL_DEVICE}")
        delivered, accepted, rejected = received(ledger, f"{SOUND:040x}")
        assert len(delivered) == 2
        rows = rows_of(page, said("officer.deliveries.caption", page))
        expect(rows).to_have_count(len(delivered))
        for item, unit, name in delivered:
            cells = cells_of(rows.filter(has_text=named(page, dict(name))))
            sums = (sums[item, unit, name] for sums in (delivered, accepted, rejected))
            for cell, each in zip(cells[1:], sums, strict=True):
                assert cell.endswith(measured(page, each, unit))


Sums = Counter[tuple[str, str, tuple[tuple[str, str], ...]]]


def received(ledger: Ledger, supplier: str) -> tuple[Sums, Sums, Sums]:
    """Return what all sites recorded as delivered by a supplier, as accepted, and as rejected, by item."""
    delivered, accepted, rejected = Sums(), Sums(), Sums()
    for site in SITES:
        for entry in ledger.get(f"/v1/sites/{site}/stock-card", limit=200)["entries"]:
            document = entry["document"]
            if document["source"] != supplier or document["is_reversed"]:
                continue
            for line in ledger.get(f"/v1/documents/{document['key']}")["document"]["lines"]:
                key = line["item"], line["unit"], tuple(sorted(line["item_name"].items()))
                delivered[key] += int(line["delivered"])
                rejected[key] += int(line["rejected"] or 0)
                accepted[key] += int(line["delivered"]) - int(line["rejected"] or 0)
    return delivered, accepted, rejected


@pytest.mark.parametrize(("supplier", "category"), [(SOUND, MEDICAL_DEVICE), (LAPSED, DISINFECTANT)])
def test_it_prints_on_one_page(page: Watched, supplier: int, category: int, tmp_path: Path) -> None:
    page.visit(f"/suppliers/{supplier:040x}?category={category}")
    page.page.evaluate("() => { window.print = () => { window.wasPrinted = true } }")
    page.main.get_by_role("button", name=said("common.print", page)).click()
    assert page.page.evaluate("window.wasPrinted")
    printed = page.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    [size] = {(int(each[1]), int(each[2])) for each in _A4.finditer(printed)}
    assert size[0] in {594, 595, 596} and size[1] in {841, 842}


class TestSearch:
    def test_a_code(self, page: Watched) -> None:
        search(page, _LAPSED_CODE)
        expect(page.main.get_by_text(said("home.search.forms.uscc", page)).first).to_be_visible()
        found = page.main.get_by_role("region", name=said("home.search.kinds.supplier", page))
        found.get_by_role("link", name=named(page, SUPPLIERS[LAPSED])).click()
        page.loaded()
        assert page.view == "supplier"

    def test_a_name(self, page: Watched) -> None:
        search(page, "样例")
        suppliers = page.main.get_by_role("region", name=said("home.search.kinds.supplier", page))
        expect(suppliers.get_by_role("listitem")).to_have_count(2)
        expect(page.main.get_by_role("region", name=said("home.search.kinds.issuer", page))).to_be_visible()
        assert page.violations() == ""

    def test_nonsense(self, page: Watched) -> None:
        search(page, "qwzx 12 nothing")
        expect(
            page.main.get_by_role("status").filter(has_text=said("home.search.none", page))
        ).to_be_visible()
        assert page.violations() == ""


def search(page: Watched, text: str) -> None:
    """Search from the head of the page."""
    page.visit("/suppliers")
    box = page.page.get_by_role("searchbox", name=said("common.searchLabel", page))
    box.fill(text)
    box.press("Enter")
    page.page.wait_for_url("**/search?q=*")
    page.loaded()
