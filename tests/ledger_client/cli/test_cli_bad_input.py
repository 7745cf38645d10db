"""What bad input gets: one sentence with value, rule and remedy, its exit code, and nothing half-recorded."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from office import (
    CATEGORY,
    COMMUNITY,
    DISTRICT,
    MASKS,
    OTHER_SITE,
    RICE_BAGS,
    SITE,
    THIRD_SITE,
    USCC,
    OfficeShell,
    Papers,
)
from sqlalchemy import Engine, event

from ledger_client.documents import CHINA_OFFSET, moment_at
from ledger_client.home import Home


@pytest.fixture
def rice(shell: OfficeShell) -> str:
    """The lot with which the site was opened."""
    return str(shell.lots(SITE, RICE_BAGS)[0]["lot"])


def issue(shell: OfficeShell, line: str, keeper: str = "keeper") -> Any:
    return shell.run("stock", "issue", SITE, USCC, "--line", line, "--keeper", keeper)


def one_sentence(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("shecang: ")]
    assert len(lines) == 1, text
    return lines[0]


def test_wrong_check_character_of_a_uscc(shell: OfficeShell) -> None:
    answer = shell.run("supplier", "add", USCC[:-1] + "M", "--zh", "某", "--by", "district")
    assert answer.code == 2
    assert "check character M, which should be L (GB 32100-2015)" in one_sentence(answer.err)
    answer = shell.run("supplier", "add", USCC[:-1] + "M", "--by", "district", language="zh")
    assert "校验码为 M，应为 L" in one_sentence(answer.err)


def test_division_in_no_list(shell: OfficeShell) -> None:
    answer = shell.run("division", "add", "990101", "--by", "root")
    assert answer.code == 2
    assert "990101 is in no list of GB/T 2260" in one_sentence(answer.err)


def test_division_that_was_never_registered(shell: OfficeShell) -> None:
    answer = shell.run("site", "add", "420107001001101", "--zh", "某", "--by", "root")
    assert answer.code == 1
    assert "420107001001" in one_sentence(answer.err)
    assert "420107001001101" not in shell.ok("site", "list", "--json").out


def test_expired_qualification_since_when_and_held(shell: OfficeShell, papers: Papers) -> None:
    assert shell.clock is not None
    ends = moment_at(shell.clock.now() + 3, CHINA_OFFSET)
    shell.ok(*papers.issue_words(ends.isoformat()))
    shell.clock.wait_until(int(ends.timestamp()) + 1)
    before = {each["lot"] for each in shell.lots(OTHER_SITE, MASKS)}
    answer = shell.ok(
        *("stock", "receive", OTHER_SITE, "--supplier", USCC, "--supplier-key", "supplier"),
        *("--goods", f"{MASKS}=70,batch=EXPIRED", "--keeper", "other-keeper"),
    )
    day = ends.date()
    assert f"qualification for category {CATEGORY} is expired, since {day}" in answer.err
    assert "the goods go to held" in answer.err
    (held,) = [each for each in shell.lots(OTHER_SITE, MASKS) if each["lot"] not in before]
    assert (held["quantity"], held["marks"]) == ("70", ["held"])


def test_more_stock_than_held(shell: OfficeShell, rice: str) -> None:
    held = shell.quantity(SITE, rice)
    answer = issue(shell, f"{rice}={held + 5}")
    assert answer.code == 1
    assert f"holds {held} of lot {rice[:8]}…, and {held + 5} were asked for: 5 too many" in one_sentence(
        answer.err
    )
    assert shell.quantity(SITE, rice) == held


def test_file_that_is_no_spreadsheet(shell: OfficeShell, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    answer = shell.run("book", "read", str(file))
    assert answer.code == 3
    assert "book.xlsx: it is neither a workbook nor text" in one_sentence(answer.err)


def test_row_without_quantity(shell: OfficeShell, tmp_path: Path) -> None:
    file = tmp_path / "receipts.csv"
    file.write_text("物资名称,数量,单位\n口罩,10,只\n手套,,双\n", encoding="utf-8")
    (sheet,) = shell.ok("book", "read", str(file), "--year", "2026", "--json").lines()
    assert len(sheet["lines"]) == 1
    (problem,) = sheet["problems"]
    assert problem["cell"] == "B3"
    assert problem["reason"]


def test_key_without_the_role(shell: OfficeShell, rice: str) -> None:
    entries = shell.entries(SITE)
    answer = issue(shell, f"{rice}=1", "stranger")
    assert answer.code == 1
    sentence = one_sentence(answer.err)
    assert f"is no keeper at division {COMMUNITY}" in sentence
    assert f"an authority of {COMMUNITY} or a division above it can grant it" in sentence
    assert shell.entries(SITE) == entries


def test_key_that_is_not_there(shell: OfficeShell, rice: str) -> None:
    answer = issue(shell, f"{rice}=1", "nobody")
    assert answer.code == 2
    assert "there is no key nobody" in one_sentence(answer.err)
    assert "keeper" in answer.err


def test_wrong_passphrase(shell: OfficeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHECANG_PASSPHRASE", "other words")
    answer = shell.run("division", "add", "4202", "--by", "root")
    assert answer.code == 2
    assert "the passphrase does not open" in one_sentence(answer.err)


def test_address_nobody_answers_at(shell: OfficeShell, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(shell.home, home.path, ignore=shutil.ignore_patterns("chain"))
    home.use_node("http://127.0.0.1:9")
    answer = OfficeShell(home.path).run("stock", "on-hand", SITE)
    assert answer.code == 3
    assert "http://127.0.0.1:9" in one_sentence(answer.err)


def test_home_without_ledger(tmp_path: Path) -> None:
    answer = OfficeShell(tmp_path).run("stock", "on-hand", SITE)
    assert answer.code == 3
    assert f"there is no ledger in {tmp_path}; make one with `shecang init`" in one_sentence(answer.err)


def test_full_disk_records_nothing_and_loses_nothing(shell: OfficeShell, rice: str) -> None:
    held = shell.quantity(SITE, rice)
    words = (
        "stock",
        "issue",
        SITE,
        USCC,
        "--line",
        f"{rice}=1",
        "--keeper",
        "keeper",
        "--note",
        "n" * 50_000,
    )

    def fill(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")

    event.listen(Engine, "connect", fill)
    try:
        answer = shell.run(*words)
    finally:
        event.remove(Engine, "connect", fill)
    assert answer.code == 3
    assert "the disk is full" in one_sentence(answer.err)
    assert shell.quantity(SITE, rice) == held
    shell.ok(*words)
    assert shell.quantity(SITE, rice) == held - 1


def test_full_disk_makes_no_key(shell: OfficeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = shell.run("keys", "new", "late-keeper", "--demo")
    assert answer.code == 3
    assert "the disk is full" in one_sentence(answer.err)
    assert not (shell.home / "keys/late-keeper.json").exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{lot}=1e3", "'1e3' is no quantity"),
        ("{lot}=-1", "'-1' is no quantity"),
        ("{lot}=9223372036854775808", "must be from 1 to 9223372036854775807"),
        ("{lot}=0", "must be from 1"),
        ("{lot}", "is no line: write LOT=QUANTITY"),
        ("{lot}=1:because", "'because' is no reason for this; choose one of: "),
        ("abc=1", "'abc' names no lot"),
        ("ffffffff=1", "no lot at site 420106001001101 begins with ffffffff"),
    ],
)
def test_lines_that_cannot_be_meant(shell: OfficeShell, rice: str, line: str, sentence: str) -> None:
    entries = shell.entries(SITE)
    answer = issue(shell, line.format(lot=rice))
    assert answer.code == 2
    assert sentence in one_sentence(answer.err)
    assert shell.entries(SITE) == entries


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("stock", "on-hand", SITE, "--as-of", "yesterday"), "'yesterday' is no time"),
        (("stock", "on-hand", SITE, "--as-of", "2026-01-01T10:00"), "has no time zone"),
        (("stock", "card", "123"), "'123' is no"),
        (("role", "grant", "keeper", "boss", "42", "--by", "root"), "'boss' is no role"),
        (("role", "grant", "keeper", "issuer", "0", "--by", "root"), "issuer needs --subject"),
        (("item", "add", "12", "--by", "root"), "'12' is no item"),
        (("item", "add", MASKS, "--unit", "heaps", "--by", "root"), "'heaps' is no unit"),
        (("item", "add", MASKS, "--category", "12", "--by", "root"), "'12' is no category"),
        (
            ("stock", "receive", SITE, "--keeper", "keeper", "--goods", f"{MASKS}=1"),
            "goods come from one source",
        ),
        (("stock", "receive", SITE, "--keeper", "keeper"), "needs at least one line"),
        (("stock", "accept", "--consignment", "ffffffff", "--keeper", "keeper"), "begins with ffffffff"),
        (("lot", "show", "ffffffff"), "no lot begins with ffffffff"),
        (("nosuch",), "No such command 'nosuch': see `shecang --help`"),
        (("stock", "issue"), "Missing argument 'SITE': see `shecang stock issue --help`"),
        (("division", "list", "--nope"), "No such option: --nope"),
    ],
)
def test_words_that_cannot_be_meant(shell: OfficeShell, words: tuple[str, ...], sentence: str) -> None:
    answer = shell.run(*words)
    assert answer.code == 2
    assert sentence in one_sentence(answer.err)


def test_site_without_opening(shell: OfficeShell, rice: str) -> None:
    shell.ok("site", "add", THIRD_SITE, "--zh", "某", "--by", "district")
    answer = shell.run(
        *("stock", "hand-over", SITE, THIRD_SITE, "--line", f"{rice}=1"),
        *("--keeper", "keeper", "--receiver", "other-keeper"),
    )
    assert answer.code == 1
    assert f"site {THIRD_SITE} has no opening yet" in one_sentence(answer.err)


def test_district_of_nobody(shell: OfficeShell) -> None:
    answer = shell.run("role", "grant", "stranger", "keeper", "4201", "--by", "district")
    assert answer.code == 1
    assert DISTRICT not in shell.ok("role", "show", "stranger", "--json").out
    assert one_sentence(answer.err)
