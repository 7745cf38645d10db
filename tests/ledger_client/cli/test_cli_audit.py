"""`shecang audit run`: what a person and a program read of a report, and how a finding is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from office import COMMUNITY, RICE_BAGS, SITE, OfficeShell

KEEPERS = ("--keeper", "keeper", "--second", "other-keeper")


def findings(shell: OfficeShell) -> list[dict[str, Any]]:
    report = shell.ok("audit", "run", "--json").json()
    found: list[dict[str, Any]] = report["findings"]
    return found


@pytest.fixture
def counted(shell: OfficeShell) -> dict[str, Any]:
    """The finding about a count that nobody can explain."""
    before = {each["document"] for each in findings(shell)}
    lot = next(each["lot"] for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
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
        ("en", ("warning", "unexplained adjustment", "owner and deadline", "by 2")),
        ("zh", ("警示", "调整未说明原因", "责任区划与限期", "前", "三方一致")),
    ],
)
def test_what_a_person_reads(
    shell: OfficeShell, counted: dict[str, Any], language: Any, words: tuple[str, ...]
) -> None:
    answer = shell.run("audit", "run", language=language)
    assert answer.code == 0
    for word in words:
        assert word in answer.out
    assert COMMUNITY in answer.out


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
    said = shell.ok("audit", "run").out
    assert document[:12] not in said
    assert "were closed by documents that answer them" in said


def test_an_answer_to_no_document_is_refused(shell: OfficeShell) -> None:
    lot = next(each["lot"] for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
    refused = shell.run(
        *("lot", "hold", lot, "--site", SITE, "--approver", "approver"),
        *("--reason", "under-investigation", "--answers", "f" * 62),
    )
    assert refused.code == 2
