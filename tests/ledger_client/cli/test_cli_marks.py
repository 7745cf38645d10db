"""`shecang emergency`, and what is said beside figures: overdue counts and documents of an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from clocked_office import DAY, ClockedOffice
from normed_office import (
    ORDERED,
    RICE_CATEGORY,
    SOURCE,
    counted,
    founded_at,
    opened,
    overdue,
    refused,
    sack,
)
from office import COMMUNITY, DISTRICT, MASKS, OTHER_SITE, RICE_BAGS, SITE, USCC

from ledger_client.book import Mapping, propose_mapping, read_book, write_mapping
from ledger_client.documents import CHINA_OFFSET, moment_at
from ledger_client.identifiers import parse_item

OUTBREAK = ("--reason", "outbreak")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    with founded_at(tmp_path_factory.mktemp("marked") / "home") as found:
        yield found


@pytest.fixture
def office(founded: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClockedOffice:
    return opened(founded, tmp_path / "home", monkeypatch)


def day(office: ClockedOffice, ahead: int) -> str:
    return moment_at(office.clock.now() + ahead * DAY, CHINA_OFFSET).date().isoformat()


def declare(office: ClockedOffice, division: str = DISTRICT, days: int = 10, by: str = "district") -> None:
    until = ("--until", day(office, days))
    source = ("--source", SOURCE, "--by", by)
    office.shell.ok("emergency", "declare", division, *until, *OUTBREAK, *source)


def issue(office: ClockedOffice, units: int, *more: str) -> None:
    line = f"{sack(office)}={units}"
    office.shell.ok("stock", "issue", SITE, USCC, "--line", line, "--keeper", "keeper", *more)


class TestEmergency:
    def test_declared_ended_and_listed(self, office: ClockedOffice) -> None:
        begun = office.clock.now() + 1
        declare(office)
        [row] = office.shell.ok("emergency", "list", "--json").lines()
        assert row["division"] == DISTRICT
        assert row["state"] == "in_force"
        assert row["until"] == f"{day(office, 11)}T00:00:00+08:00"  # after its last day
        assert row["from"] == moment_at(begun, CHINA_OFFSET).isoformat()
        assert row["source"] == SOURCE
        assert row["by"] == {"address": office.address("district"), "division": DISTRICT}
        assert "疫情" in office.shell.run("emergency", "list", "4201", language="zh").out
        assert office.shell.ok("emergency", "list", "11", "--json").out == ""
        office.clock.advance(DAY)
        end = ("emergency", "end", DISTRICT, "--by", "district", "--reason")
        office.shell.ok(*end, "danger-past")
        [row] = office.shell.ok("emergency", "list", COMMUNITY, "--json").lines()
        assert row["state"] == "ended"
        assert row["ended_by"] == {"address": office.address("district"), "division": DISTRICT}
        assert row["reason"] == {"declared": 110, "ended": 150}
        assert "已提前结束" in office.shell.run("emergency", "list", language="zh").out
        refused(office, *end, "danger-past", says="none to end", zh="无可结束")
        refused(office, *end, "outbreak", says="is no reason", zh="原因", code=2)

    def test_is_over_by_itself(self, office: ClockedOffice) -> None:
        declare(office)
        office.clock.advance(12 * DAY)
        [row] = office.shell.ok("emergency", "list", "--json").lines()
        assert (row["state"], row["ended_by"]) == ("over", None)

    def test_again_only_from_above(self, office: ClockedOffice) -> None:
        declare(office)
        again = ("emergency", "declare", DISTRICT, "--until", day(office, 20), *OUTBREAK, "--source", SOURCE)
        # The sentence says whose it would be, not that a grant is missing elsewhere.
        refused(
            office,
            *again,
            *("--by", "district"),
            says=f"declared by an authority of {DISTRICT}",
            zh="再次宣布",
        )
        office.shell.ok(*again, "--by", "root")
        [row] = office.shell.ok("emergency", "list", "--json").lines()
        assert row["by"]["division"] == "0"
        assert row["until"] == f"{day(office, 21)}T00:00:00+08:00"

    def test_refused_with_the_rule(self, office: ClockedOffice) -> None:
        words = ("emergency", "declare", DISTRICT)
        refused(
            office,
            *words,
            "--until",
            day(office, 31),
            *OUTBREAK,
            *ORDERED,
            says="30 days ahead",
            zh="最长 30 天",
        )
        refused(
            office,
            *words,
            "--until",
            day(office, -2),
            *OUTBREAK,
            *ORDERED,
            says="ends after now",
            zh="须晚于现在",
        )
        until = ("--until", day(office, 5))
        refused(office, *words, *until, "--reason", "expired", *ORDERED, says="outbreak", zh="疫情", code=2)
        above = ("emergency", "declare", "4201", *until, *OUTBREAK, *ORDERED)
        refused(office, *above, says="no authority at division 4201", zh="4201")
        assert office.shell.ok("emergency", "list", "--json").out == ""


class TestDocumentsOfAnEmergency:
    def test_are_marked_by_time_and_division_alone(self, office: ClockedOffice) -> None:
        issue(office, 1, "--reason", "emergency")  # called so, and routine
        declare(office)
        issue(office, 2)
        line = ("--line", f"{sack(office)}=3")
        receiver = ("--keeper", "keeper", "--receiver", "other-keeper")
        office.shell.ok("stock", "hand-over", SITE, OTHER_SITE, *line, *receiver)
        office.shell.ok("emergency", "end", DISTRICT, "--reason", "danger-past", "--by", "district")
        issue(office, 4)
        rows = office.shell.ok("stock", "card", SITE, "--json").lines()
        assert [(row["delta"], row["emergency"]) for row in rows] == [
            ("+1000", False),
            ("-1", False),
            ("-2", True),
            ("-3", True),
            ("-4", False),
        ]
        card = office.shell.ok("stock", "card", SITE).out
        assert card.count("in an emergency") == 2
        assert office.shell.run("stock", "card", SITE, language="zh").out.count("应急期间") == 2
        trace = office.shell.ok("trace", "lot", sack(office), "--json").json()
        assert [(step["quantity"], step["emergency"]) for step in trace["steps"]] == [
            ("1000", False),
            ("1", False),
            ("2", True),
            ("3", True),
            ("4", False),
        ]
        assert [each["emergency"] for each in trace["arrivals"]] == [False]
        assert "交接，应急" in office.shell.run("trace", "lot", sack(office), language="zh").out
        report = office.shell.ok("audit", "run", "--json").json()
        assert (report["routine"], report["emergency"]) == (4, 2)
        assert report["routine"] + report["emergency"] == report["documents"]
        assert "documents: 4 routine, 2 in an emergency" in office.shell.ok("audit", "run").out
        zh = office.shell.run("audit", "run", language="zh").out
        assert "单据：常态 4 份，应急期间 2 份" in zh

    def test_a_lot_and_its_consignments_tell_them_apart(self, office: ClockedOffice) -> None:
        send = ("--line", f"{sack(office)}=5", "--deadline", day(office, 5), "--keeper", "keeper")
        office.shell.ok("stock", "dispatch", SITE, OTHER_SITE, *send)
        assert "emergency" not in office.shell.ok("stock", "consignments").out
        declare(office)
        office.shell.ok("stock", "dispatch", SITE, OTHER_SITE, *send)
        hold = ("--site", SITE, "--reason", "under-investigation", "--approver", "approver")
        office.shell.ok("lot", "hold", sack(office), *hold)
        office.shell.ok("emergency", "end", DISTRICT, "--reason", "danger-past", "--by", "district")
        rows = office.shell.ok("stock", "consignments", "--json").lines()
        assert sorted(row["emergency"] for row in rows) == [False, True]
        assert "emergency" in office.shell.ok("stock", "consignments").out
        zh = office.shell.run("stock", "consignments", language="zh").out
        assert " 是 " in zh
        history = office.shell.ok("lot", "show", sack(office), "--json").json()["history"]
        told = [(each["kind"], each["emergency"]) for each in history]
        assert told == [("opening", False), ("hold", True)]
        assert "emergency" in office.shell.ok("lot", "show", sack(office)).out

    def test_findings_about_them_are_told_apart(self, office: ClockedOffice) -> None:
        declare(office)
        counted(office, units=998)
        report = office.shell.run("audit", "run", "--json").json()
        key = office.shell.ok("stock", "card", SITE, "--json").lines()[-1]["document"]
        told = {each["document"]: each["emergency"] for each in report["findings"]}
        assert told[key] is True
        assert set(told.values()) == {True, False}
        assert "应急期间" in office.shell.run("audit", "run", language="zh").out

    def test_responsibility_tells_them_apart(self, office: ClockedOffice) -> None:
        declare(office)
        counted(office, units=998)
        key = office.shell.ok("stock", "card", SITE, "--json").lines()[-1]["document"]
        [lack] = office.shell.ok("trace", "difference", key[:8], "--json").lines()
        assert lack["shown"]["emergency"] is True
        told = {each["kind"]: each["emergency"] for each in lack["custody"]}
        assert told == {"opening": False, "count": True}
        chinese = office.shell.run("trace", "difference", key[:8], language="zh").out
        assert "盘点，应急" in chinese
        # No cell is cut, however wide the table is.
        assert "2026-09-21 22:13" in " ".join(chinese.split())
        assert "approver" in chinese


class TestOverdue:
    def test_marks_what_is_on_hand(self, office: ClockedOffice) -> None:
        answer = office.shell.ok("stock", "on-hand", SITE, "--json").json()
        assert [(row["stale"], row["count_due"]) for row in answer["holdings"]] == [(False, None)]
        assert answer["stale"] == []
        overdue(office)
        due = moment_at(office.clock.now() - 60, CHINA_OFFSET).isoformat()
        for place in (SITE, COMMUNITY, "0"):
            answer = office.shell.ok("stock", "on-hand", place, "--json").json()
            [row] = [each for each in answer["holdings"] if each["site"] == SITE]
            assert (row["stale"], row["count_due"]) == (True, due)
            assert "stale" in row["marks"]
            [total] = answer["totals"]
            assert total["stale"] == [SITE]
            assert answer["stale"] == [
                {"site": SITE, "category": RICE_CATEGORY, "count_due": due, "counted_at": None}
            ]
        assert office.shell.ok("stock", "on-hand", SITE).out.count("count overdue") == 3
        zh = office.shell.run("stock", "on-hand", DISTRICT, language="zh").out
        assert f"盘点逾期：{SITE} 储备点，类别 {RICE_CATEGORY}" in zh
        counted(office)
        answer = office.shell.ok("stock", "on-hand", SITE, "--json").json()
        assert ([row["stale"] for row in answer["holdings"]], answer["stale"]) == ([False], [])
        assert "overdue" not in office.shell.ok("stock", "on-hand", SITE).out

    def test_is_no_zero_where_nothing_is_held(self, office: ClockedOffice) -> None:
        category = ("--category", f"{RICE_CATEGORY}=7")
        office.shell.ok("norm", "cycle", OTHER_SITE, *category, *ORDERED)
        office.clock.advance(8 * DAY)
        answer = office.shell.ok("stock", "on-hand", OTHER_SITE, "--json").json()
        assert answer["holdings"] == []
        assert [each["category"] for each in answer["stale"]] == [RICE_CATEGORY]
        assert "count overdue: category 2010101" in office.shell.ok("stock", "on-hand", OTHER_SITE).out
        assert "盘点逾期：类别 2010101" in office.shell.run("stock", "card", OTHER_SITE, language="zh").out

    def test_marks_the_balance_that_stands_on_the_card(self, office: ClockedOffice) -> None:
        issue(office, 10)
        overdue(office)
        rows = office.shell.ok("stock", "card", SITE, "--json").lines()
        assert {row["stale"] for row in rows} == {True}
        assert [row["balance"] for row in rows] == ["1000", "990"]
        text = office.shell.ok("stock", "card", SITE).out
        assert "990 (count overdue)" in text
        assert "1000 (count overdue)" not in text
        assert "990 (盘点逾期)" in office.shell.run("stock", "card", SITE, language="zh").out
        before = moment_at(office.clock.now() - 2 * DAY, CHINA_OFFSET).isoformat()
        rows = office.shell.ok("stock", "card", SITE, "--as-of", before, "--json").lines()
        assert {row["stale"] for row in rows} == {False}

    def test_marks_where_a_lot_is(self, office: ClockedOffice) -> None:
        lot = sack(office)
        line = ("--line", f"{lot}=3", "--keeper", "keeper", "--receiver", "other-keeper")
        office.shell.ok("stock", "hand-over", SITE, OTHER_SITE, *line)
        overdue(office)
        places = office.shell.ok("trace", "lot", lot, "--json").json()["places"]
        assert {each["place"]: each["stale"] for each in places} == {SITE: True, OTHER_SITE: False}
        assert "count overdue" in office.shell.ok("trace", "lot", lot).out
        sites = office.shell.ok("lot", "show", lot, "--json").json()["sites"]
        assert {each["site"]: each["stale"] for each in sites} == {SITE: True, OTHER_SITE: False}
        assert "盘点逾期" in office.shell.run("lot", "show", lot, language="zh").out
        [row] = office.shell.ok("lot", "list", "--item", RICE_BAGS, "--json").lines()
        assert row["stale"] == [SITE]
        recall = ("lot", "recall", lot, "--reason", "recalled-by-authority", "--by", "root", "--json")
        told = office.shell.ok(*recall).lines()[-1]["tell"]
        assert {each["place"]: each["stale"] for each in told} == {SITE: True, OTHER_SITE: False}

    def test_marks_the_figures_that_a_book_is_held_against(
        self, office: ClockedOffice, tmp_path: Path
    ) -> None:
        today = moment_at(office.clock.now(), CHINA_OFFSET).date()
        book, mapping = tmp_path / "issued.csv", tmp_path / "mapping.csv"
        title = f"（{today.year}年{today.month}月{today.day}日）"
        book.write_text(
            f"{title}\n接收单位,品名,计量单位,数量\n一医院,袋装大米,袋,7\n二医院,手套,箱,1\n",
            encoding="utf-8",
        )
        proposed = propose_mapping(list(read_book(book)))
        rows = [
            replace(row, item=replace(row.item, item=parse_item(RICE_BAGS)), status="confirmed")
            if row.name == "袋装大米"
            else replace(row, status="confirmed")
            for row in proposed.rows
        ]
        write_mapping(Mapping(tuple(rows)), mapping)
        words = ("book", "reconcile", str(book), "--site", SITE, "--mapping", str(mapping))
        declare(office)
        issue(office, 6)
        rice, gloves = office.shell.run(*words, "--json").lines()
        assert (rice["status"], rice["stale"], gloves["stale"]) == ("quantity-differs", False, False)
        assert [each["emergency"] for each in rice["documents"]] == [True]
        said = office.shell.run(*words)
        assert said.code == 1
        assert "the ledger has 6, recorded in an emergency" in said.out
        assert "count overdue" not in said.out
        overdue(office)
        rice, gloves = office.shell.run(*words, "--json").lines()
        assert (rice["stale"], gloves["stale"]) == (True, False)
        assert f"count overdue: category {RICE_CATEGORY}" in office.shell.run(*words).out
        chinese = office.shell.run(*words, language="zh").out
        assert "账本上为 6，在应急期间记录" in chinese
        assert f"盘点逾期：类别 {RICE_CATEGORY}" in chinese

    def test_is_drawn_too(self, office: ClockedOffice, tmp_path: Path) -> None:
        lot, picture, dot = sack(office), tmp_path / "lot.svg", tmp_path / "lot.dot"
        drawn = ("trace", "lot", lot, "--svg", str(picture), "--dot", str(dot))
        # Who signed the opening has the documents in its picture, and what the lots hold by now.
        key = ("trace", "key", office.address("keeper"), "--svg", str(tmp_path / "key.svg"))
        declare(office)
        issue(office, 2)
        office.shell.ok(*drawn)
        assert "count overdue" not in picture.read_text() + dot.read_text()
        overdue(office)
        office.shell.ok(*drawn)
        assert "count overdue" in picture.read_text()
        assert "count overdue" in dot.read_text()
        graph = office.shell.ok(*drawn, "--json").json()["graph"]
        held = [each["stale"] for each in graph["nodes"] if "quantity" in each]
        assert True in held
        office.shell.run(*drawn, language="zh")
        assert "盘点逾期" in picture.read_text()
        graph = office.shell.ok(*key, "--json").json()["graph"]
        told = {each["document_kind"]: each["emergency"] for each in graph["nodes"] if "emergency" in each}
        assert told["issue"] is True
        assert told.get("opening", False) is False
        assert "in an emergency" in (tmp_path / "key.svg").read_text()
        assert {each["stale"] for each in graph["edges"] if each["kind"] == "held"} == {True}

    def test_is_said_with_an_export(self, office: ClockedOffice, tmp_path: Path) -> None:
        overdue(office)
        issue(office, 1)
        office.shell.ok("keys", "new", "witness-a", "--demo")
        named = ("--witness", "witness-a")
        offer = ("-o", str(tmp_path / "offer.json"))
        office.shell.ok("trust", "init", *named, "--threshold", "1", "--every", "1", *offer)
        office.shell.ok("checkpoint", "sign", "--by", "witness-a", "--first")
        export = ("evidence", "export", "--site", SITE, "-o")
        said = office.shell.ok(*export, str(tmp_path / "card.jsonl")).out
        assert f"count overdue: category {RICE_CATEGORY}" in said
        assert "say so where you hand it on" not in said
        verify = ("verify", "--print", "--trust", str(office.shell.home / "trust.json"))
        page = office.shell.ok(*verify, str(tmp_path / "card.jsonl"))
        assert "overdue counts: category" in " ".join(page.out.split())
        assert "(count overdue)" in " ".join(page.out.split())
        found = office.shell.ok(*verify, str(tmp_path / "card.jsonl"), "--json").json()
        assert [each["category"] for each in found["stale"]] == [RICE_CATEGORY]
        bare = ("--without", "norms")
        said = office.shell.ok(*export, str(tmp_path / "bare.jsonl"), *bare).out
        assert "say so where you hand it on" in said
        zh = office.shell.run(*export, str(tmp_path / "zh.jsonl"), *bare, language="zh").out
        assert "转交时请一并说明" in zh
        found = office.shell.ok(*verify, str(tmp_path / "bare.jsonl"), "--json").json()
        assert found["stale"] is None
        other = office.shell.ok(*export, str(tmp_path / "masks.jsonl"), "--item", MASKS).out
        assert "overdue" not in other

    def test_a_closed_site_that_holds_nothing_is_not_waited_for(self, office: ClockedOffice) -> None:
        office.shell.ok("norm", "cycle", OTHER_SITE, "--category", f"{RICE_CATEGORY}=7", *ORDERED)
        office.clock.advance(8 * DAY)
        assert office.shell.run("norm", "stale").code == 1
        office.shell.ok("site", "close", OTHER_SITE, "--by", "district")
        assert office.shell.ok("norm", "stale").out == "no count is overdue\n"
