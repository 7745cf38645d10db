"""`shecang audit run`: what a person and a program read of a report, and how a finding is closed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office import COMMUNITY, RICE_BAGS, SITE, OfficeShell, found_city

from ledger_client.audit import AuditBlockReplacedError

KEEPERS = ("--keeper", "keeper", "--second", "other-keeper")


def findings(shell: OfficeShell) -> list[dict[str, Any]]:
    answer = shell.run("audit", "run", "--json")
    found: list[dict[str, Any]] = answer.json()["findings"]
    asking = [each for each in found if each["severity"] != "note" and not each["closed_by"]]
    assert answer.code == bool(asking)
    return found


@pytest.fixture
def counted(shell: OfficeShell) -> dict[str, Any]:
    """The finding about a count that nobody can explain."""
    before = {each["document"] for each in findings(shell)}
    # Other files' tests may have taken goods from this office before.
    free = [each for each in shell.lots(SITE, RICE_BAGS) if not each["marks"]]
    lot = max(free, key=lambda each: int(each["quantity"]))["lot"]
    less = shell.quantity(SITE, lot) - 3
    shell.ok("stock", "count", SITE, *KEEPERS, "--line", f"{lot}={less}:unexplained")
    (found,) = [
        each
        for each in findings(shell)
        if each["kind"] == "unexplained-adjustment" and each["document"] not in before
    ]
    return found


def test_a_finding_has_severity_owner_and_deadline(shell: OfficeShell, counted: dict[str, Any]) -> None:
    assert (counted["severity"], counted["site"], counted["owner"]) == ("warning", SITE, COMMUNITY)
    assert (counted["deadline"], counted["missed"]) == (counted["since"] + 7 * 86_400, 0)
    assert counted["closed_by"] is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "warning",
                "unexplained adjustment: count of -3",
                "owner, deadline",
                "by 2",
                "ask for an answer",
            ),
        ),
        ("zh", ("警示", "调整未说明原因：盘点调整", "责任区划与限期", "前", "三方一致", "待答复的发现")),
    ],
)
def test_what_a_person_reads(
    shell: OfficeShell, counted: dict[str, Any], language: Any, words: tuple[str, ...]
) -> None:
    answer = shell.run("audit", "run", language=language)
    assert answer.code == 1
    said = "".join(answer.out.split())
    for word in words:
        assert "".join(word.split()) in said
    assert COMMUNITY in answer.out
    name = {"en": "lot", "zh": "袋装大米，批次"}[language]
    assert f"{name}{counted['lot'][:12]}" in said


@pytest.mark.parametrize("how", ["hold", "write-off"])
def test_a_document_that_answers_closes_it(shell: OfficeShell, counted: dict[str, Any], how: str) -> None:
    lot, document = counted["lot"], counted["document"]
    answers = ("--answers", document[:12], "--approver", "approver", "--reason")
    acts: dict[str, Callable[[], Any]] = {
        "hold": lambda: shell.ok(
            "lot", "hold", lot, "--site", SITE, *answers, "under-investigation", "--json"
        ),
        "write-off": lambda: shell.ok(
            *("stock", "write-off", SITE, "--keeper", "keeper", "--line", f"{lot}=1"),
            *answers,
            "damaged",
            "--json",
        ),
    }
    answer = acts[how]().lines()[-1]
    if how == "hold":
        shell.ok(
            *("lot", "release", lot, "--site", SITE, "--approver", "approver"),
            *("--reason", "cleared-by-inspection"),
        )
    closed = [each for each in findings(shell) if each["document"] == document]
    assert {each["kind"] for each in closed} == {"count-difference", "unexplained-adjustment"}
    assert {each["closed_by"] for each in closed} == {answer["document"]}
    assert all(each["deadline"] is None for each in closed)
    said = shell.run("audit", "run").out
    assert document[:12] not in said
    assert "were closed by documents that answer them" in said


def test_an_answer_to_no_document_is_refused(shell: OfficeShell) -> None:
    lot = next(each["lot"] for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
    refused = shell.run(
        *("lot", "hold", lot, "--site", SITE, "--approver", "approver"),
        *("--reason", "under-investigation", "--answers", "f" * 62),
    )
    assert refused.code == 2


@pytest.fixture
def own(shell: OfficeShell, tmp_path: Path) -> OfficeShell:
    """A copy of the office, whose databases a test may edit."""
    shutil.copytree(shell.home, tmp_path / "home")
    return OfficeShell(tmp_path / "home")


def edit(shell: OfficeShell, statement: str, *values: Any) -> None:
    """Change the index as somebody with the file would."""
    connection = sqlite3.connect(shell.home / "index.db")
    with connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


class TestExitCode:
    def test_notes_ask_nobody(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One key granted to both signers of the openings, which is shown, and nothing else."""
        monkeypatch.setenv("SHECANG_PASSPHRASE", "words")
        shell = OfficeShell(tmp_path / "home")
        found_city(shell)
        assert {each["severity"] for each in findings(shell)} == {"note"}
        for language, agree in (("en", "events, index and storage agree (up"), ("zh", "三方一致（截至")):
            answer = shell.run("audit", "run", language=language)  # type: ignore[arg-type]
            assert (answer.code, agree in answer.out) == (0, True)

    @pytest.mark.parametrize(("language", "words"), [("en", "do NOT agree"), ("zh", "合约存储不一致")])
    def test_index_that_was_edited(self, own: OfficeShell, language: Any, words: str) -> None:
        row = own.ok("stock", "card", SITE, "--json").lines()[0]
        edit(own, "UPDATE movements SET delta = delta + 7 WHERE document = 1 AND position = 0")
        answer = own.run("audit", "run", language=language)
        assert answer.code == 1
        assert "".join(words.split()) in "".join(answer.out.split())
        report = own.run("audit", "run", "--json").json()
        assert (report["agreed"], report["first_document"]) == (False, row["document"])

    @pytest.mark.parametrize("journal", [bytes(32), "nonsense", b""])
    def test_index_that_was_edited_is_named_also_where_it_cannot_go_on(
        self, own: OfficeShell, journal: Any
    ) -> None:
        """The next document does not fit the edited index: it is the index that is wrong, not the node."""
        own.ok("index", "follow")
        kept = (own.home / "index.db").read_bytes()
        lot = next(each["lot"] for each in own.lots(SITE, RICE_BAGS) if not each["marks"])
        own.ok("stock", "count", SITE, *KEEPERS, "--line", f"{lot}={own.quantity(SITE, lot)}")
        for old in own.home.glob("index.db*"):
            old.unlink()
        (own.home / "index.db").write_bytes(kept)
        edit(own, "UPDATE site_journals SET journal = ? WHERE site = ?", journal, int(SITE))
        answer = own.run("audit", "run", "--json")
        assert answer.code == 1
        (finding,) = [each for each in answer.json()["findings"] if each["severity"] == "error"]
        assert (finding["kind"], finding["site"]) == ("divergence", SITE)
        assert "index: site_journals" in finding["en"]
        assert own.run("audit", "run").code == 1

    def test_could_not_check(self, tmp_path: Path) -> None:
        assert OfficeShell(tmp_path / "nothing").run("audit", "run").code == 3
        assert AuditBlockReplacedError.exit_code == 3
