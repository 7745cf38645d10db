"""The auditor: from the district down to a row and its proof, evidence, a book, a trace, an audit."""

from __future__ import annotations

import gzip
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server, serving
from browsing.people import session_of
from browsing.words import said
from doing import choose, field, fill_day
from playwright.sync_api import Browser, Locator, StorageState, expect
from reading import Ledger, cells_of, figure, ledger_of, measured, named, rows_of

from ledger_client.demo.cast import (
    DIVISIONS,
    EAST,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    EAST_STREET,
    MASK_LOT,
    SITES,
)
from ledger_client.embedded import EmbeddedProvider

ONLY_READS = True
OFTEN = ("en-1280",)

_SITE = f"/stock/sites/{EAST_GOVERNMENT}"
_CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card"
_SLOWLY = 120_000  # milliseconds; a limit for hangs
_PROGRAM = "from ledger_client.cli import main; main()"


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: Server, city: PlayedCity) -> StorageState:
    """The session of the auditor."""
    return session_of(browser, server.address, city, "auditor")


@pytest.fixture
def page(browser: Browser, server: Server, way: Way, signed_in: StorageState) -> Iterator[Watched]:
    """A page at which the auditor has signed in."""
    with open_page(browser, server.address, way, signed_in) as page:
        yield page


@pytest.fixture
def ledger(server: Server, city: PlayedCity) -> Iterator[Ledger]:
    """The ledger as the auditor reads it."""
    with ledger_of(server, city, "auditor") as ledger:
        yield ledger


class TestDistribution:
    def test_down_to_a_site(self, page: Watched, ledger: Ledger) -> None:
        page.visit("/stock")
        assert_grid(page, ledger, EAST_DISTRICT, [EAST_STREET])
        # Down in the tree, by keyboard.
        tree = page.main.get_by_role("navigation", name=said("auditor.stock.tree", page))
        street = named(page, DIVISIONS[EAST_STREET])
        twist = tree.get_by_role("button", name=said("auditor.stock.openPlace", page, place=street))
        twist.focus()
        page.page.keyboard.press("Enter")
        community = tree.get_by_role("link", name=named(page, DIVISIONS[EAST]))
        expect(community).to_be_visible()
        community.focus()
        page.page.keyboard.press("Enter")
        page.page.wait_for_url(f"**place={EAST}*")
        page.loaded()

        sites = [site for site in SITES if str(site).startswith(str(EAST))]
        assert_grid(page, ledger, EAST, sites)
        assert page.violations() == ""
        rows_of(page, grid_caption(page, EAST)).get_by_role(
            "link", name=named(page, SITES[EAST_GOVERNMENT])
        ).click()
        page.loaded()
        assert page.view == "site"
        expect(page.main.get_by_role("heading", level=1)).to_have_text(named(page, SITES[EAST_GOVERNMENT]))

    def test_as_of_a_day(self, page: Watched, ledger: Ledger) -> None:
        page.visit(f"/stock?place={EAST}")
        fill_day(page, said("auditor.stock.asOf", page), "2026-09-05")
        page.page.wait_for_url("**as_of=2026-09-05*")
        page.loaded()
        sites = [site for site in SITES if str(site).startswith(str(EAST))]
        assert_grid(page, ledger, EAST, sites, as_of="2026-09-05T23:59:59+08:00")


def grid_caption(page: Watched, place: int) -> str:
    return said("auditor.stock.gridOf", page, place=named(page, DIVISIONS[place]))  # type: ignore[index]


def assert_grid(page: Watched, ledger: Ledger, place: int, children: Sequence[int], **query: str) -> None:
    """Compare the grid of a place with the totals of each place in it."""
    table = page.main.get_by_role("table", name=grid_caption(page, place))
    items = table.locator("thead th").all_text_contents()[1:]
    assert items
    rows = table.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(len(children))
    for child in children:
        name = named(page, SITES.get(child) or DIVISIONS[child])  # type: ignore[call-overload,index]
        cells = cells_of(rows.filter(has_text=name))
        totals = {
            named(page, each["item_name"]): each
            for each in ledger.get(f"/v1/stock/totals/{child}", **query)["totals"]
        }
        assert set(totals) <= {each.strip() for each in items}
        for item, cell in zip(items, cells[1:], strict=True):
            total = totals.get(item.strip())
            if total is None:
                assert said("auditor.stock.nothing", page) in cell
                continue
            assert measured(page, total["quantity"], total["unit"]) in cell
            assert said("auditor.stock.freeIs", page, free=figure(total["free"])) in cell


class TestStockCard:
    def test_rows_with_their_proof(self, page: Watched, ledger: Ledger) -> None:
        page.visit(_SITE)
        entries = ledger.get(_CARD, limit=200)["entries"]
        proofs = ledger.get(f"{_CARD}/proofs")
        assert [each["state"] for each in proofs["spans"]] == ["matched"] * len(proofs["spans"])
        rows = card_rows(page)
        expect(rows).to_have_count(len(entries))
        vouched = proofs["vouched"]
        assert vouched["sequence"] > 0
        told = said(
            "auditor.site.vouched",
            page,
            sequence=figure(vouched["sequence"]),
            k=vouched["signers"],
            n=vouched["witnesses"],
            number=figure(vouched["number"]),
            threshold=vouched["threshold"],
        )
        expect(page.main.get_by_text(told)).to_be_visible()
        for row, entry in zip(rows.all(), entries, strict=True):
            by = "Checkpoint" if entry["sequence"] <= vouched["sequence"] else "Node"
            text = " ".join(row.inner_text().split())
            assert said("common.proof.matched", page) in text
            assert said(f"auditor.site.by{by}", page) in text
            assert document_said(page, entry["document"]) in text
            for movement in entry["movements"]:
                delta = int(movement["delta"])
                assert f"{'+' if delta > 0 else '−'}{abs(delta):,}" in text
        assert page.violations() == ""

    def test_holdings_with_the_proof_of_their_entries(self, page: Watched, ledger: Ledger) -> None:
        page.visit(f"{_SITE}?show=holdings")
        compared = ledger.get(f"{_CARD}/proofs")["compared"]
        expect(page.main.get_by_text(said("auditor.site.holdingsProof", page))).to_be_visible()
        told = said(
            "auditor.site.compared",
            page,
            block=figure(compared["number"]),
            sequence=figure(compared["sequence"]),
        )
        expect(page.main.get_by_text(told)).to_be_visible()
        assert page.violations() == ""

    def test_the_evidence_of_a_row_by_keyboard(self, page: Watched, ledger: Ledger) -> None:
        page.visit(_SITE)
        entry = ledger.get(_CARD, limit=200)["entries"][1]
        facts = ledger.get(f"/v1/documents/{entry['document']['key']}")["document"]
        said_of_it = document_said(page, entry["document"])
        button = page.main.get_by_role(
            "button",
            name=said("auditor.site.openEvidence", page, sequence=entry["sequence"], what=said_of_it),
        )
        button.focus()
        page.page.keyboard.press("Enter")
        panel = page.page.get_by_role("dialog", name=said_of_it)
        expect(panel.get_by_text(said("common.proof.matchedLong", page))).to_be_visible()
        for digest in (facts["digest"], facts["content_digest"], facts["transaction"]):
            expect(panel.get_by_role("button", name=re.compile(digest))).to_be_visible()
        assert len(facts["signers"]) == 2
        for signer in facts["signers"]:
            expect(
                panel.get_by_role("button", name=re.compile(signer["address"], re.I)).first
            ).to_be_visible()
        assert page.violations() == ""
        page.page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(button).to_be_focused()

    def test_an_index_that_was_edited(
        self, browser: Browser, played: PlayedCity, way: Way, tmp_path: Path
    ) -> None:
        city = played.copy(tmp_path / "home")
        with serving(city) as server, ledger_of(server, city, "auditor") as ledger:
            kept = session_of(browser, server.address, city, "auditor")
            third = ledger.get(_CARD)["entries"][2]["document"]
            with closing(sqlite3.connect(city.home.index)) as database, database:
                database.execute(
                    "UPDATE documents SET reason = reason + 1 WHERE number = ?", (third["number"],)
                )
            with open_page(browser, server.address, way, kept) as page:
                page.visit(_SITE)
                states = [mark_of(row) for row in card_rows(page).all()]
                matched, mismatch = (said(f"common.proof.{each}", page) for each in ("matched", "mismatch"))
                assert states == [matched] * 2 + [mismatch] * (len(states) - 2)
                told = ledger.get(f"{_CARD}/proofs")["mismatch"]["text"]
                expect(page.main.get_by_text(named(page, told))).to_be_visible()
                assert page.violations() == ""

    @pytest.mark.slow  # the server waits for the chain for half a minute
    def test_a_chain_that_is_away(
        self, browser: Browser, played: PlayedCity, way: Way, tmp_path: Path
    ) -> None:
        city = played.copy(tmp_path / "home")
        with EmbeddedProvider(city.home.chain) as holder:
            holder.is_connected()
            with serving(city) as server:
                kept = session_of(browser, server.address, city, "auditor")
                holder.close()
                city.home.chain.rename(tmp_path / "away")
                with open_page(browser, server.address, way, kept) as page:
                    page.visit(_SITE)
                    states = {mark_of(row) for row in card_rows(page).all()}
                    assert states == {said("common.proof.not_checked", page)}
                    expect(page.main.get_by_text(said("auditor.site.comparedNothing", page))).to_be_visible()
                    assert page.violations() == ""
                (tmp_path / "away").rename(city.home.chain)


def card_rows(page: Watched) -> Locator:
    return rows_of(page, said("auditor.site.card", page, site=named(page, SITES[EAST_GOVERNMENT])))


def mark_of(row: Locator) -> str:
    return row.locator(".mark").inner_text().strip()


def document_said(page: Watched, document: dict[str, Any]) -> str:
    kind = said(f"common.kind.{document['kind']}", page)
    return said("auditor.document.said", page, kind=kind, number=document["number"])


def test_evidence_is_saved_and_verified(page: Watched, city: PlayedCity, tmp_path: Path) -> None:
    page.visit(f"{_SITE}?show=evidence")
    for word in ("disclosesSites", "disclosesSuppliers", "disclosesGrants", "disclosesNorms"):
        expect(page.main.get_by_text(said(f"auditor.document.{word}", page))).to_be_visible()
    button = page.main.get_by_role("button", name=said("auditor.document.make", page), exact=True)
    button.focus()
    page.page.keyboard.press("Enter")
    made = page.main.get_by_role("status").filter(has_text=said("auditor.document.made", page))
    expect(made).to_be_visible(timeout=_SLOWLY)
    assert page.violations() == ""
    saving = said("auditor.document.save", page, size="\0").partition("\0")[0]
    with page.page.expect_download() as download:
        made.get_by_role("button", name=re.compile(re.escape(saving))).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    text = file.read_bytes()
    lines = (gzip.decompress(text) if file.suffix == ".gz" else text).splitlines()
    documents = sum(b'"type":"document"' in line for line in lines)
    expect(made).to_contain_text(said("auditor.document.madeDocuments", page, n=figure(documents)))
    trust = tmp_path / "trust.json"
    trust.write_bytes(city.home.trust.read_bytes())
    expect(made.locator("code")).to_contain_text("shecang verify")
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "verify", str(file), "--trust", str(trust)],
        env=os.environ | {"SHECANG_LANG": "en", "SHECANG_HOME": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "WRONG" not in ended.stdout


class TestBooks:
    def test_the_book_of_the_city(self, page: Watched, city: PlayedCity, ledger: Ledger) -> None:
        page.visit("/books")
        compare(page, city.file("issues.csv"), city.file("mapping.csv"))
        book = page.page.url.partition("book=")[2].partition("&")[0]
        lines = ledger.get(f"/v1/books/{book}/lines")["lines"]
        assert {"matched"} < {each["status"] for each in lines}
        rows = rows_of(page, said("auditor.books.lines", page))
        expect(rows).to_have_count(len(lines))
        for row, line in zip(rows.all(), lines, strict=True):
            cells = cells_of(row)
            assert (line["cell"] or said("auditor.books.notInBook", page)) in cells[0]
            assert line["quantity"] is None or cells[1].startswith(figure(line["quantity"]))
            assert line["recorded"] is None or cells[2].startswith(figure(line["recorded"]))
            assert said(f"auditor.books.status.{line['status']}", page) in cells[3]
            if line["status"] != "matched":
                assert " ".join(named(page, line["text"]).split()) in cells[3]
        assert page.violations() == ""

        counted = Counter(each["status"] for each in lines)
        status, count = next((each, n) for each, n in counted.items() if each != "matched")
        name = f"{said(f'auditor.books.status.{status}', page)} ({count})"
        page.main.get_by_role("button", name=name, exact=True).click()
        expect(rows).to_have_count(count)
        expect(page.main.get_by_text(re.compile(nothing_recorded(page)))).to_be_visible()

    def test_without_a_file_nothing_is_sent(self, page: Watched) -> None:
        page.visit("/books")
        page.main.get_by_role("button", name=said("auditor.books.compare", page), exact=True).click()
        expect(page.main.get_by_text(said("auditor.books.fileMissing", page))).to_be_visible()
        expect(page.main.get_by_text(said("auditor.books.siteMissing", page))).to_be_visible()
        assert page.violations() == ""

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["received-2020-01-30.xlsx", "distributed-2020-01-30.xlsx"])
    def test_a_real_book(self, page: Watched, ledger: Ledger, data_directory: Path, name: str) -> None:
        page.visit("/books")
        compare(page, data_directory / name, None, year="2020")
        book = page.page.url.partition("book=")[2].partition("&")[0]
        found = ledger.get(f"/v1/books/{book}")
        total = sum(found["statuses"].values())
        assert total > 10
        shown = said("auditor.books.all", page, n=figure(total))
        expect(page.main.get_by_role("button", name=shown, exact=True)).to_be_visible()
        assert page.overflow() == 0
        assert page.violations() == ""


def compare(page: Watched, file: Path, mapping: Path | None, year: str = "") -> None:
    """Have a book compared with the ledger."""
    site = named(page, SITES[EAST_GOVERNMENT])
    choose(page, said("common.site", page), re.compile(re.escape(site)))
    field(page, said("auditor.books.file", page)).set_input_files(file)
    if mapping is not None:
        field(page, said("auditor.books.mapping", page)).set_input_files(mapping)
    field(page, said("auditor.books.year", page)).fill(year)
    page.main.get_by_role("button", name=said("auditor.books.compare", page), exact=True).click()
    page.page.wait_for_url("**book=*", timeout=_SLOWLY)
    page.loaded()
    expect(page.main.get_by_role("heading", name=said("auditor.books.result", page))).to_be_focused()


def nothing_recorded(page: Watched) -> str:
    before, _, after = said("auditor.books.nothingRecorded", page, until="\0").partition("\0")
    return f"{re.escape(before)}.*{re.escape(after)}"


def test_a_lot_is_traced(page: Watched, ledger: Ledger) -> None:
    lot = f"{MASK_LOT.lot_id:040x}"
    page.visit(f"/trace/lot/{lot}")
    trace = ledger.get(f"/v1/traces/lots/{lot}")
    assert trace["is_conserved"]
    expect(page.main.locator(".notice-right")).to_have_text(said("auditor.trace.conserved", page))
    picture = page.main.get_by_role("figure")
    expect(picture.locator("canvas, svg").first).to_be_visible()
    assert page.violations() == ""

    button = picture.get_by_role("button", name=said("common.asTable", page))
    button.focus()
    page.page.keyboard.press("Enter")
    expect(picture.get_by_role("table")).to_be_visible()
    expect(picture.locator("canvas, svg")).to_be_hidden()
    flows: Counter[str] = Counter()
    for row in picture.locator("tbody").get_by_role("row").all():
        source, _, quantity = cells_of(row)
        flows[source] += int(re.sub(r"[^\d]", "", quantity))
    [account] = [each for each in trace["accounts"] if each["lot"]["lot"] == lot]
    came = sum(int(account[each]) for each in ("opening", "received", "gained", "repacked_in"))
    assert max(flows.values()) >= came > 0

    [row] = rows_of(page, said("auditor.trace.accounts", page)).all()
    cells = cells_of(row)
    assert cells[2].endswith(measured(page, came, account["lot"]["unit"]))
    assert cells[3].endswith(figure(account["held"]))
    assert said("auditor.trace.evenYes", page) in cells[6]
    assert page.violations() == ""


def test_an_audit_is_made(page: Watched, ledger: Ledger) -> None:
    page.visit("/audit")
    button = page.main.get_by_role("button", name=said("auditor.audit.start", page), exact=True)
    runs = rows_of(page, said("auditor.audit.runsHint", page))
    before = runs.count()
    button.focus()
    page.page.keyboard.press("Enter")
    expect(runs).to_have_count(before + 1, timeout=_SLOWLY)
    expect(button).to_be_visible(timeout=_SLOWLY)  # it is not while one runs
    agreed = said("auditor.audit.agreed", page, block="\0").split("\0")
    told = page.main.get_by_text(re.compile(".+".join(re.escape(each) for each in agreed)))
    expect(told).to_be_visible()
    page.loaded()

    newest = ledger.get("/v1/audits")["audits"][0]
    report = ledger.get(f"/v1/audits/{newest['id']}", limit=200)
    assert report["summary"]["agreed"] and report["next_after"] is None
    rows = rows_of(page, said("auditor.audit.findings", page))
    expect(rows).to_have_count(len(report["findings"]))
    for row, finding in zip(rows.all(), report["findings"], strict=True):
        text = " ".join(row.inner_text().split())
        assert said(f"auditor.finding.{finding['kind']}", page) in text
        assert " ".join(named(page, finding["text"]).split()) in text
    assert page.violations() == ""

    choose(page, said("auditor.audit.severity", page), said("auditor.audit.severities.error", page))
    errors = [each for each in report["findings"] if each["severity"] == "error"]
    if errors:
        expect(rows).to_have_count(len(errors))
    else:
        expect(page.main.get_by_text(said("auditor.audit.noFindings", page))).to_be_visible()
