"""`shecang norm` as people type it, on the embedded chain, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocked_office import DAY, ClockedOffice
from normed_office import (
    DECISION,
    KEEPERS,
    ORDERED,
    RICE_CATEGORY,
    SOURCE,
    counted,
    founded_at,
    opened,
    overdue,
    refused,
    sack,
    shown,
)
from office import COMMUNITY, DISTRICT, MASKS, OTHER_SITE, RICE, RICE_BAGS, SITE

from ledger_client.cli._norms import FILE_BYTES, FLOORS_AT_ONCE
from ledger_client.documents import CHINA_OFFSET, moment_at
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    with founded_at(tmp_path_factory.mktemp("normed") / "home") as found:
        yield found


@pytest.fixture
def office(founded: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClockedOffice:
    return opened(founded, tmp_path / "home", monkeypatch)


def day(office: ClockedOffice, ahead: int) -> str:
    return moment_at(office.clock.now() + ahead * DAY, CHINA_OFFSET).date().isoformat()


def register(office: ClockedOffice, items: list[str]) -> None:
    """Register items at once: a command each would take a process and a block each."""
    home = Home(office.shell.home)
    with Ledger.open(home, clock=office.clock) as opened:
        root = Party(KeystoreSigner.open(home.keys / "root.json", "words"), 0)
        calls = [opened.items.register(int(each), zh="物品", unit="C62", by=root) for each in items]
        opened.write(calls, check=False)


class TestFloor:
    def test_now_and_later(self, office: ClockedOffice, tmp_path: Path) -> None:
        decision = tmp_path / "决定.pdf"
        decision.write_bytes(DECISION)
        words = ("norm", "floor", SITE, "--by", "district")
        said = office.shell.ok(*words, "--item", f"{RICE_BAGS}=600", "--source", str(decision))
        assert "recorded in block" in said.out
        # Nothing of the file but its digest, which is that of `sha256sum`.
        assert SOURCE in said.err
        later = day(office, 10)
        office.shell.ok(*words, "--item", f"{RICE_BAGS}=７００", "--from", later, "--source", SOURCE)
        [row] = shown(office, SITE)["floors"]
        assert (row["floor"], row["next"]) == ("600", {"value": "700", "from": f"{later}T00:00:00+08:00"})
        office.clock.advance(11 * DAY)
        [row] = shown(office, SITE)["floors"]
        assert (row["floor"], row["next"]) == ("700", None)
        [row] = shown(office, SITE, "--as-of", day(office, -5))["floors"]
        assert row["floor"] == "600"

    def test_today_is_now(self, office: ClockedOffice) -> None:
        words = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--from", day(office, 0))
        office.shell.ok(*words, *ORDERED)
        [row] = shown(office, SITE)["floors"]
        assert row["floor"] == "5"

    def test_what_only_waits_is_not_shown_as_0(self, office: ClockedOffice) -> None:
        words = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--from", day(office, 3))
        office.shell.ok(*words, *ORDERED)
        [row] = shown(office, SITE)["floors"]
        assert (row["floor"], row["from"], row["next"]["value"]) == (None, None, "5")

    def test_refused_with_the_rule(self, office: ClockedOffice) -> None:
        words = ("norm", "floor", SITE)
        item = ("--item", f"{RICE}=5")
        refused(office, *words, *ORDERED, says="give either --item", zh="请用 --item", code=2)
        refused(office, *words, *item, "--file", "x.csv", *ORDERED, says="not both", zh="不可并用", code=2)
        for form in ("5", "=5", f"{RICE}="):
            refused(office, *words, "--item", form, *ORDERED, says="ITEM=QUANTITY", zh="请写成", code=2)
        refused(office, *words, *item, *item, *ORDERED, says="set twice", zh="重复设定", code=2)
        refused(office, *words, "--item", f"{RICE}=5.5", *ORDERED, says="no quantity", zh="不是数量", code=2)
        source = ("--source", SOURCE)
        refused(office, *words, *item, *source, "--by", "keeper", says="no authority", zh="主管")
        refused(office, *words, *item, "--from", "2020-01-01", *ORDERED, says="in the past", zh="不得追溯")
        refused(office, *words, *item, "--from", "soon", *ORDERED, says="is no time", zh="不是时间", code=2)
        refused(
            office, "norm", "floor", "420106001001199", *item, *ORDERED, says="not registered", zh="未登记"
        )
        refused(office, *words, "--item", "301010100001=5", *ORDERED, says="not in the catalogue", zh="目录")
        assert shown(office, SITE)["floors"] == []

    @pytest.mark.parametrize("source", ["sha256:", "sha256:12", "sha256:" + "0" * 64, "sha256:" + "g" * 64])
    def test_a_digest_that_is_none(self, office: ClockedOffice, source: str) -> None:
        words = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--by", "district", "--source", source)
        refused(office, *words, says="is no digest", zh="不是摘要", code=2)

    def test_a_decision_that_is_not_there(self, office: ClockedOffice, tmp_path: Path) -> None:
        words = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--by", "district", "--source")
        refused(office, *words, str(tmp_path / "none.pdf"), says="none.pdf", zh="未作任何更改", code=3)

    def test_an_authority_of_the_community_sets_none(self, office: ClockedOffice) -> None:
        office.shell.ok("keys", "new", "community", "--demo")
        office.shell.ok("role", "grant", "community", "authority", COMMUNITY, "--by", "root")
        words = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--source", SOURCE, "--by", "community")
        refused(office, *words, says="no authority at division 420106001 now", zh="420106001")


class TestFile:
    def write(self, path: Path, text: str, encoding: str = "utf-8") -> tuple[str, ...]:
        path.write_bytes(text.encode(encoding))
        return ("norm", "floor", SITE, "--file", str(path), *ORDERED)

    @pytest.mark.parametrize(("head", "encoding"), [
        ("item,quantity", "utf-8"), ("Item, Quantity", "utf-8-sig"), ("物品,数量", "gb18030"),
    ])  # fmt: skip
    def test_is_read(self, office: ClockedOffice, tmp_path: Path, head: str, encoding: str) -> None:
        words = self.write(tmp_path / "f.csv", f'{head}\r\n{RICE},50\r\n\r\n"{MASKS}", ８０ \r\n', encoding)
        office.shell.ok(*words)
        assert {row["item"]: row["floor"] for row in shown(office, SITE)["floors"]} == {
            RICE: "50",
            MASKS: "80",
        }

    def test_more_than_one_transaction_takes(self, office: ClockedOffice, tmp_path: Path) -> None:
        items = [f"4010101{number:05d}" for number in range(1, FLOORS_AT_ONCE + 3)]
        register(office, items)
        rows = "".join(f"{item},{place}\n" for place, item in enumerate(items))
        said = office.shell.ok(*self.write(tmp_path / "f.csv", "item,quantity\n" + rows), "--json")
        assert len(said.lines()) == 2
        found = {row["item"]: row["floor"] for row in shown(office, SITE)["floors"]}
        assert found == {item: str(place) for place, item in enumerate(items)}

    @pytest.mark.parametrize(("text", "line", "says", "zh"), [
        ("", 2, "no floor in it", "没有任何保底量"),
        ("item,quantity\n", 2, "no floor in it", "没有任何保底量"),
        (f"{RICE},5\n", 1, "must name the columns", "首行须为列名"),
        (f"item,quantity\n{RICE},5\n{MASKS},x\n", 3, "no quantity", "不是数量"),
        (f"item,quantity\n{RICE},5,6\n", 2, "not two columns", "两列"),
        (f"item,quantity\n\n{RICE}\n", 3, "not two columns", "两列"),
        ("item,quantity\n30101,5\n", 2, "is no item", "30101"),
        ("item,quantity\n301010100001,5\n", 2, "not in the catalogue", "不在目录中"),
        (f"item,quantity\n{RICE},5\n{MASKS},6\n{RICE},7\n", 4, "on line 2 already", "已见于第 2 行"),
        (f'item,quantity\n"{RICE},5\n', 2, "it is no CSV", "不是 CSV"),
        (f"item,quantity\n{RICE},-5\n", 2, "no quantity", "不是数量"),
        (f"item,quantity\n{RICE},{2**63}\n", 2, "cannot be meant", "超出范围"),
    ])  # fmt: skip
    def test_is_refused_by_its_line(
        self, office: ClockedOffice, tmp_path: Path, text: str, line: int, says: str, zh: str
    ) -> None:
        words = self.write(tmp_path / "f.csv", text)
        refused(office, *words, says=f"f.csv, line {line}: ", zh=f"f.csv 第 {line} 行：", code=2)
        refused(office, *words, says=says, zh=zh, code=2)
        assert shown(office, SITE)["floors"] == []

    def test_has_limits(self, office: ClockedOffice, tmp_path: Path) -> None:
        words = self.write(tmp_path / "f.csv", "item,quantity\n" + " " * FILE_BYTES)
        refused(office, *words, says="larger than", zh="超过", code=2)
        (tmp_path / "f.csv").write_bytes(b"\xff\xff\xff")
        refused(office, *words, says="neither UTF-8 nor", zh="文本编码", code=2)
        (tmp_path / "f.csv").unlink()
        refused(office, *words, says="f.csv", zh="未作任何更改", code=3)


class TestTerms:
    def test_the_nearest_division_rules_a_site(self, office: ClockedOffice) -> None:
        terms = ("norm", "terms")
        assert "it gives nothing" in office.shell.ok("norm", "show", SITE).out
        assert "不可调出" in office.shell.run("norm", "show", SITE, language="zh").out
        mode = ("--mode", "government")
        wide = (*terms, "42", *mode, "--share", "30", "--notice", "3")
        office.shell.ok(*wide, "--source", SOURCE, "--by", "root")
        near = (*terms, DISTRICT, "--mode", "政府储备", "--share", "62.5%", "--notice", "0")
        office.shell.ok(*near, *ORDERED)
        other = (*terms, DISTRICT, "--mode", "4", "--share", "0", "--notice", "366")
        office.shell.ok(*other, *ORDERED)
        rows = shown(office, SITE)["terms"]
        assert [(row["division"], row["share"], row["notice"], row["rules"]) for row in rows] == [
            ("42", 3_000, 3, False),
            (DISTRICT, 6_250, 0, True),
        ]
        text = office.shell.ok("norm", "show", SITE).out
        assert "62.5 %" in text
        assert "it gives nothing" not in text
        below = shown(office, "4201")["terms"]
        assert [(row["division"], row["mode"]) for row in below] == [
            ("42", "government"),
            (DISTRICT, "government"),
            (DISTRICT, "household"),
        ]

    @pytest.mark.parametrize("share", ["101", "100.01", "-1", "1e2", "5.555", "half", "", "1000"])
    def test_a_share_that_is_none(self, office: ClockedOffice, share: str) -> None:
        words = ("norm", "terms", DISTRICT, "--mode", "government", f"--share={share}", "--notice", "2")
        refused(office, *words, *ORDERED, says="is no share", zh="不是比例", code=2)

    def test_refused_with_the_rule(self, office: ClockedOffice) -> None:
        words = ("norm", "terms", DISTRICT, "--share", "5")
        notice = ("--notice", "2")
        refused(
            office,
            *(*words, "--mode", "kiosk", *notice, *ORDERED),
            says="government, agreement, enterprise-held, household, merchant",
            zh="enterprise-held（企业代储）",
            code=2,
        )
        assert office.shell.run(*words, "--mode", "merchant", "--notice", "367", *ORDERED).code == 2
        country = ("norm", "terms", "0", "--share", "5", "--mode", "merchant", *notice, *ORDERED)
        refused(office, *country, says="no authority at division 0", zh="0")


class TestCycle:
    def test_begins_with_its_whole_length(self, office: ClockedOffice) -> None:
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=30", *ORDERED)
        now = office.clock.now()
        [row] = shown(office, SITE)["cycles"]
        due = moment_at(now + 30 * DAY, CHINA_OFFSET).isoformat()
        assert (row["days"], row["count_due"], row["counted"], row["stale"]) == (30, due, None, False)
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=0", *ORDERED)
        [row] = shown(office, SITE)["cycles"]
        assert (row["days"], row["count_due"]) == (0, None)

    def test_refused_with_the_rule(self, office: ClockedOffice) -> None:
        words = ("norm", "cycle", SITE)
        refused(office, *words, *ORDERED, says="give --category", zh="请用 --category", code=2)
        for form in ("2010101", "2010101=", "=3"):
            refused(office, *words, "--category", form, *ORDERED, says="CATEGORY=DAYS", zh="请写成", code=2)
        refused(office, *words, "--category", "20101=3", *ORDERED, says="no category", zh="不是类别", code=2)
        twice = ("--category", f"{RICE_CATEGORY}=3", "--category", f"{RICE_CATEGORY}=4")
        refused(office, *words, *twice, *ORDERED, says="set twice", zh="重复设定", code=2)
        long = ("--category", f"{RICE_CATEGORY}=3661")
        refused(office, *words, *long, *ORDERED, says="3660 at most", zh="最多为 3660")


class TestStale:
    def test_nothing_is_overdue(self, office: ClockedOffice) -> None:
        assert office.shell.ok("norm", "stale").out == "no count is overdue\n"
        assert office.shell.run("norm", "stale", language="zh").out == "没有逾期的盘点\n"
        assert office.shell.ok("norm", "stale", "--json").out == ""

    def test_overdue_until_a_count_is_proved(self, office: ClockedOffice) -> None:
        overdue(office)
        answer = office.shell.run("norm", "stale", DISTRICT, "--json")
        assert answer.code == 1
        [row] = answer.lines()
        begun = moment_at(office.clock.now() - 60 + 1, CHINA_OFFSET).isoformat()
        assert row == {
            "site": SITE,
            "name": "储备点",
            "category": RICE_CATEGORY,
            "days": 7,
            "stale_since": begun,
            "counted": None,
            "unproved": None,
        }
        assert office.shell.ok("norm", "stale", OTHER_SITE, "--json").out == ""
        [cycle] = shown(office, SITE)["cycles"]
        assert cycle["stale"] is True
        assert "overdue" in office.shell.ok("norm", "show", SITE).out
        assert "逾期" in office.shell.run("norm", "show", SITE, language="zh").out
        said = counted(office)
        assert f"the count is proved for {RICE_CATEGORY} in block" in said.out
        assert office.shell.ok("norm", "stale").out == "no count is overdue\n"
        [cycle] = shown(office, SITE)["cycles"]
        assert cycle["stale"] is False
        assert cycle["counted"] is not None
        # As of the moment before the count it was overdue all the same.
        before = moment_at(office.clock.now() - 30, CHINA_OFFSET).isoformat()
        assert office.shell.run("norm", "stale", "--as-of", before).code == 1

    def test_a_count_that_was_reversed_proves_nothing(self, office: ClockedOffice) -> None:
        overdue(office)
        counted(office)
        key = office.shell.ok("stock", "card", SITE, "--json").lines()[-1]["document"]
        office.shell.ok(
            *("stock", "reverse", key[:8], *KEEPERS, "--approver", "approver"),
            *("--reason", "recorded-by-mistake"),
        )
        answer = office.shell.run("norm", "stale", "--json")
        assert answer.code == 1
        [row] = answer.lines()
        assert (row["counted"], row["unproved"]) == (None, None)
        refused(office, "norm", "prove", key[:8], "--by", "keeper", says="was reversed", zh="已冲销")

    def test_a_count_that_nobody_proved_is_named(self, office: ClockedOffice) -> None:
        # Counted before there was a cycle: nothing was to be proved.
        said = counted(office)
        assert "proved" not in said.out + said.err
        key = office.shell.ok("stock", "card", SITE, "--json").lines()[-1]["document"]
        overdue(office)
        answer = office.shell.run("norm", "stale")
        assert answer.code == 1
        assert key[:8] in answer.out
        assert "shecang norm prove DOCUMENT" in answer.out
        assert "未办理" in office.shell.run("norm", "stale", language="zh").out
        [row] = office.shell.run("norm", "stale", "--json").lines()
        assert row["unproved"] == key
        # Proved now it is known, and still too old.
        office.shell.ok("norm", "prove", key[:8], "--by", "stranger")
        [row] = office.shell.run("norm", "stale", "--json").lines()
        assert row["unproved"] is None
        assert row["counted"] is not None


class TestProve:
    def test_refused_with_the_rule(self, office: ClockedOffice) -> None:
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=7", *ORDERED)
        opening = office.shell.ok("stock", "card", SITE, "--json").lines()[0]["document"]
        prove = ("norm", "prove")
        refused(office, *prove, opening[:8], "--by", "keeper", says="of kind opening", zh="为期初", code=2)
        refused(office, *prove, "12345678", "--by", "keeper", says="no document", zh="没有以", code=2)
        counted(office)
        count = office.shell.ok("stock", "card", SITE, "--json").lines()[-1]["document"]
        refused(office, *prove, count[:8], "--by", "keeper", says="no newer", zh="不晚于")
        refused(
            office, *prove, count[:8], "--by", "nobody", says="there is no key nobody", zh="nobody", code=2
        )

    def test_counting_proves_in_json_too(self, office: ClockedOffice) -> None:
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=7", *ORDERED)
        recorded, proved = counted(office, "--json").lines()
        assert proved["proved"] == recorded["document"]
        assert proved["categories"] == [RICE_CATEGORY]
        assert proved["block"] > recorded["block"]

    def test_counting_stands_where_proving_fails(self, office: ClockedOffice) -> None:
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=7", *ORDERED)
        counted(office)
        # A count of an earlier time, told later, proves nothing new.
        earlier = moment_at(office.clock.now() - 600, CHINA_OFFSET).isoformat()
        said = counted(office, "--occurred", earlier)
        assert "recorded as" in said.out
        assert "the count is recorded and stands, but it is not proved yet" in said.err
        assert "no newer than what is proved" in said.err
        assert office.shell.entries(SITE) == 3
        again = office.shell.run(
            *("stock", "count", SITE, *KEEPERS, "--line", f"{sack(office)}=1000", "--occurred", earlier),
            language="zh",
        )
        assert again.code == 0
        assert "盘点已记录且有效，但尚未作为盘点依据办理" in again.err


class TestHistory:
    def test_of_a_site_and_of_a_division(self, office: ClockedOffice) -> None:
        later = day(office, 9)
        floor = ("norm", "floor", SITE, "--item", f"{RICE}=5", "--from", later)
        office.shell.ok(*floor, *ORDERED)
        office.shell.ok("norm", "cycle", SITE, "--category", f"{RICE_CATEGORY}=7", *ORDERED)
        counted(office)
        terms = ("norm", "terms", DISTRICT, "--mode", "merchant", "--share", "5", "--notice", "2")
        office.shell.ok(*terms, *ORDERED)
        rows = office.shell.ok("norm", "history", SITE, "--json").lines()
        assert [(row["entry"], row["norm"], row["value"]) for row in rows[:2]] == [
            (1, "floor", "5"),
            (2, "cycle", 7),
        ]
        assert rows[0]["from"] == f"{later}T00:00:00+08:00"
        assert {row["source"] for row in rows[:2]} == {SOURCE}
        assert rows[0]["by"] == {"address": office.address("district"), "division": DISTRICT}
        assert rows[2]["by"] == {"address": office.address("keeper"), "division": None}
        assert (rows[2]["norm"], rows[2]["source"]) == ("count", None)
        [row] = office.shell.ok("norm", "history", DISTRICT, "--json").lines()
        assert (row["about"], row["value"]) == ("merchant", {"share": 500, "notice": 2})
        text = office.shell.ok("norm", "history", SITE).out
        assert f"({DISTRICT})" in text
        assert "盘点依据" in office.shell.run("norm", "history", SITE, language="zh").out

    def test_show_is_one_json_value(self, office: ClockedOffice) -> None:
        value = json.loads(office.shell.ok("norm", "show", "0", "--json").out)
        assert set(value) == {"place", "block", "block_time", "at", "floors", "terms", "cycles"}
