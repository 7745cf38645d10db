"""`shecang book import` and `shecang book reconcile`, as somebody types them, on the host's clock."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ledger_client.book import propose_mapping, read_book, write_mapping
from ledger_client.cli._office import KeyUnknownError, Office
from ledger_client.cli.book import KeyMissingError, app
from ledger_client.divisions import DivisionId
from ledger_client.home import Home
from ledger_client.identifiers import CodeFormError, SiteId
from ledger_client.keystores import create_keystore
from ledger_client.language import use_language
from ledger_client.ledger import Ledger
from ledger_client.records import RecordsKey, RecordStore
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

SITE = SiteId(420106001001101)
DIVISIONS = (42, 4201, 420106, 420106001, 420106001001)
KEYS = ("--keeper", "keeper", "--approver", "approver", "--authority", "root")
RECEIVED = "（2020年1月30日）\n捐赠单位,品名,计量单位,数量\n"
ISSUED = "（2020年1月30日）\n接收单位,品名,计量单位,数量\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with demo keys and an open site."""
    home = Home(tmp_path_factory.mktemp("office") / "home")
    home.keys.mkdir(parents=True)
    for name in ("root", "keeper", "approver", "stranger"):
        create_keystore(home.keys / f"{name}.json", "", demo=True)
    root, keeper, approver = (key(home, name) for name in ("root", "keeper", "approver"))
    Ledger.create(home, root, chain_id=7, delay=0)
    by = Party(root, 0)
    with Ledger.open(home) as ledger:
        calls = [ledger.divisions.register(DivisionId(d), zh=f"区划{d}", by=by) for d in DIVISIONS]
        calls.append(ledger.sites.register(SITE, zh="样例储备点", by=by))
        for who, role, division in (
            (keeper, Role.KEEPER, 420106001001),
            (approver, Role.APPROVER, 420106),
        ):
            consent = ledger.roles.class_consent(who, role)
            grant = ledger.roles.grant
            calls.append(grant(who.address, role, DivisionId(division), consent=consent, by=by))
        ledger.write(calls, check=False)
        parties = Party(keeper, 420106001001), Party(approver, 420106)
        ledger.write([ledger.stock.open(SITE, keeper=parties[0], approver=parties[1])])
    return home.path


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def key(home: Home, name: str) -> KeystoreSigner:
    return KeystoreSigner.open(home.keys / f"{name}.json", "")


def run(home: Path, *arguments: str | Path) -> Result:
    office = Office.at(home)
    return CliRunner().invoke(app, list(map(str, arguments)), obj=office, catch_exceptions=False)


class Books:
    """A book of receipts, one of issues, and the mapping of both."""

    def __init__(self, directory: Path, day: int, receipts: int = 2) -> None:
        title = f"（2020年2月{day}日）"
        self.received = directory / "received.csv"
        rows = "".join(f"甲公司,口罩,箱,{number}\n" for number in range(11, 11 + receipts))
        self.received.write_text(RECEIVED.replace("（2020年1月30日）", title) + rows, encoding="utf-8")
        self.issued = directory / "issued.csv"
        self.issued.write_text(
            ISSUED.replace("（2020年1月30日）", title) + "一医院,口罩,箱,12\n二医院,手套,箱,1\n",
            encoding="utf-8",
        )
        self.mapping = directory / "mapping.csv"
        sheets = [sheet for file in (self.received, self.issued) for sheet in read_book(file)]
        write_mapping(propose_mapping(sheets), self.mapping)
        text = self.mapping.read_text("utf-8-sig").replace("proposed", "confirmed")
        self.mapping.write_text(text, encoding="utf-8-sig")

    @property
    def options(self) -> tuple[str | Path, ...]:
        return ("--site", str(SITE), "--mapping", self.mapping)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path, 1)


class TestImportRefused:
    def test_a_site_that_is_none(self, home: Path, books: Books) -> None:
        with pytest.raises(CodeFormError):
            run(home, "import", books.received, "--site", "42", "--mapping", books.mapping, *KEYS)

    @pytest.mark.parametrize("missing", [0, 2, 4])
    def test_no_key(self, home: Path, books: Books, missing: int) -> None:
        keys = KEYS[:missing] + KEYS[missing + 2 :]
        with pytest.raises(KeyMissingError) as caught:
            run(home, "import", books.received, *books.options, *keys)
        assert KEYS[missing] in str(caught.value)
        assert caught.value.exit_code == 2

    def test_a_key_that_is_not_there(self, home: Path, books: Books) -> None:
        with pytest.raises(KeyUnknownError):
            run(home, "import", books.received, *books.options, *KEYS[:-1], "nobody")

    def test_a_key_without_the_role_says_where_and_who_grants_it(self, home: Path, books: Books) -> None:
        with pytest.raises(GrantMissingError) as caught:
            run(home, "import", books.received, *books.options, "--keeper", "stranger", *KEYS[2:])
        assert "can grant it" in caught.value.text("en")

    def test_a_row_to_mend_is_shown_with_its_cell_and_gives_1(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 2)
        books.received.write_text(RECEIVED + "甲公司,口罩,箱,\n", encoding="utf-8")
        result = run(home, "import", books.received, *books.options, "--dry-run")
        assert result.exit_code == 1
        assert "received.csv [received] D3: there is no quantity; write it" in result.stdout


class TestImport:
    def test_a_dry_run_then_a_run_then_nothing(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 10)
        files = (books.received, books.issued)
        dry = run(home, "import", *files, *books.options, "--dry-run")
        assert dry.exit_code == 0
        assert "A dry run: nothing was recorded. It would be 2 receipts, 1 issues; 2 lots" in dry.stdout
        assert "issued.csv [issued] D4: 手套, 1 箱, 二医院: 1 箱 lacking: no receipt" in dry.stdout

        done = run(home, "import", *files, *books.options, *KEYS, "--json")
        *rows, summary = map(json.loads, done.stdout.splitlines())
        assert (done.exit_code, summary["receipts"], summary["issues"]) == (0, 2, 1)
        assert [(row["cell"], row["action"]) for row in rows] == [
            ("D3", "record"),
            ("D4", "record"),
            ("D3", "record"),
            ("D4", "not-covered"),
        ]
        again = run(home, "import", *files, *books.options, *KEYS)
        assert (again.exit_code, "Nothing is left to record." in again.stdout) == (0, True)

    def test_speaks_chinese(self, home: Path, tmp_path: Path, chinese: None) -> None:
        books = Books(tmp_path, 5)
        result = run(home, "import", books.received, books.issued, *books.options, "--dry-run")
        assert "试运行，未作记录。拟记录：接收 2 笔，发放 1 笔" in result.stdout
        assert "二医院：缺 1箱：没有该物资的接收记录" in result.stdout

    def test_killed_and_run_again_records_every_line_once(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 20, receipts=120)
        arguments = ["import", str(books.received), *map(str, books.options), *KEYS]
        command = [sys.executable, "-c", "from ledger_client.cli import main; main()", "book", *arguments]
        environment = {**os.environ, "SHECANG_HOME": str(home)}
        before = _written(home)
        with subprocess.Popen(command, env=environment, start_new_session=True) as process:
            while process.poll() is None and _written(home) < before + 20:
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
        assert before < _written(home) < before + 120

        assert run(home, *arguments).exit_code == 0
        compared = run(home, "reconcile", books.received, *books.options, "--json")
        lines = list(map(json.loads, compared.stdout.splitlines()))
        assert compared.exit_code == 0
        assert [(line["status"], len(line["documents"])) for line in lines] == [("matched", 1)] * 120
        assert len({line["documents"][0]["document"] for line in lines}) == 120
        with Ledger.open(Home(home)) as ledger:
            held = [lot.quantity for lot in ledger.index().on_hand(SITE) if lot.attributes.status]
            assert sorted(held)[-110:] == list(range(21, 131))


class TestReconcile:
    def test_what_is_missing_gives_1_with_cell_and_sentence(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 25)
        result = run(home, "reconcile", books.received, *books.options)
        assert result.exit_code == 1
        assert (
            "received.csv [received] D3: 2020-02-25, 口罩, 11 箱, 甲公司: not on the ledger" in result.stdout
        )

    def test_a_matched_book_gives_0_and_names_the_transactions(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 26)
        assert run(home, "import", books.received, *books.options, *KEYS).exit_code == 0
        result = run(home, "reconcile", books.received, *books.options, "--json")
        first = json.loads(result.stdout.splitlines()[0])
        assert result.exit_code == 0
        assert (first["cell"], first["status"], first["matched_by"]) == ("D3", "matched", "document")
        assert len(first["documents"][0]["transaction"]) == 66
        shown = run(home, "reconcile", books.received, *books.options)
        assert "Every line of the book is on the ledger." in shown.stdout

    def test_a_changed_cell_and_a_missing_row(self, home: Path, tmp_path: Path) -> None:
        books = Books(tmp_path, 28)
        assert run(home, "import", books.received, *books.options, *KEYS).exit_code == 0
        text = books.received.read_text(encoding="utf-8").splitlines()
        books.received.write_text("\n".join(text[:-1]).replace(",11", ",99"), encoding="utf-8")
        result = run(home, "reconcile", books.received, *books.options, "--json")
        found = [(line["status"], line["cell"]) for line in map(json.loads, result.stdout.splitlines())]
        assert result.exit_code == 1
        assert found == [("quantity-differs", "D3"), ("missing-in-book", None)]

    def test_without_the_salt_it_matches_on_what_is_said_and_says_so(
        self, home: Path, tmp_path: Path
    ) -> None:
        books = Books(tmp_path, 27)
        assert run(home, "import", books.received, *books.options, *KEYS).exit_code == 0
        records = Home(home).records
        kept = records.rename(tmp_path / "records.db")
        RecordStore.open(records, RecordsKey.read(Home(home).records_key)).close()
        result = run(home, "reconcile", books.received, *books.options, "--json")
        records.unlink()
        kept.rename(records)
        assert result.exit_code == 0
        assert json.loads(result.stdout.splitlines()[0])["matched_by"] == "content"
        assert "These records hold no book salt of this site" in result.stderr


def _written(home: Path) -> int:
    """Return how many documents the outbox holds."""
    with closing(sqlite3.connect(f"file:{Home(home).outbox}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM entries WHERE entries.key LIKE 'document/%'"
        ).fetchone()
    return int(count)
