"""Findings for people: runs are counted, and nothing is left out of the count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger_client.audit import Finding, FindingGroup, FindingKind, grouped
from ledger_client.audit.summary import FEW, ONE_LINE
from ledger_client.language import use_language

HELD, LATE, WRONG = FindingKind.UNQUALIFIED_RECEIPT_HELD, FindingKind.LATE_DOCUMENT, FindingKind.DIVERGENCE


def finding(kind: FindingKind, site: int, document: int) -> Finding:
    return Finding(kind, site, 0, document, 0, f"document {document}", f"单据 {document}")


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def test_nothing_is_no_group() -> None:
    assert grouped([]) == []


def test_groups_are_of_one_kind_and_site_in_the_order_of_the_report() -> None:
    findings = [finding(WRONG, 1, 9), finding(HELD, 1, 1), finding(HELD, 2, 2), finding(HELD, 1, 3)]
    found = [
        (group.kind, group.site, [each.document for each in group.findings]) for group in grouped(findings)
    ]
    assert found == [(WRONG, 1, [9]), (HELD, 1, [1, 3]), (HELD, 2, [2])]


def test_a_few_are_all_shown() -> None:
    (group,) = grouped([finding(HELD, 1, number) for number in range(FEW)])
    assert (group.shown, group.sum) == (group.findings, "")


def test_of_many_the_first_are_shown_and_all_are_counted() -> None:
    (group,) = grouped([finding(HELD, 1, number) for number in range(334)])
    assert [each.document for each in group.shown] == [0, 1, 2]
    assert group.sum == "334 in all, the first 3 of them:"


def test_the_sum_in_chinese(chinese: None) -> None:
    group = FindingGroup(tuple(finding(HELD, 1, number) for number in range(334)))
    assert group.sum == "共 334 项，以下仅列前 3 项："


@pytest.mark.parametrize("kind", sorted(ONE_LINE))
def test_donations_and_lines_of_books_are_one_line_a_site(kind: FindingKind) -> None:
    groups = grouped([finding(kind, site, number) for site in (1, 2) for number in range(2)])
    assert [(group.site, group.shown, group.sum) for group in groups] == [
        (1, (), "2 documents"),
        (2, (), "2 documents"),
    ]
    (alone,) = grouped([finding(kind, 1, 1)])
    assert (alone.shown, alone.sum) == (alone.findings, "")


def test_errors_are_shown_one_by_one() -> None:
    (group,) = grouped([finding(WRONG, 1, number) for number in range(50)])
    assert (group.shown, group.sum) == (group.findings, "")
