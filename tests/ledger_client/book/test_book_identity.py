"""Identity: a re-saved book is the same book, an inserted row shifts nothing, equal lines are real lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from book_files import HEADER, write_csv, write_xlsx

from ledger_client.book import Line, LineIdentity, client_id, identities, read_book
from ledger_client.keccak import keccak

SITE = 420_102_001_001_101
SALT = bytes(range(16))
ROWS = [
    ("2020年1月30日",),
    HEADER,
    ("口罩", "甲公司", "", "箱", 3),
    ("手套", "甲公司", "大", "箱", 3),
    ("口罩", "甲公司", "", "箱", 3),
]


def read(path: Path) -> tuple[Line, ...]:
    (sheet,) = read_book(path)
    return sheet.lines


def digests(lines: tuple[Line, ...]) -> list[bytes]:
    return [identity.digest for identity in identities(lines, SITE)]


@pytest.fixture
def lines(tmp_path: Path) -> tuple[Line, ...]:
    return read(write_xlsx(tmp_path / "a.xlsx", ROWS))


CHANGES: list[dict[str, Any]] = [
    {"kind": "issue"},
    {"date": date(2020, 1, 31)},
    {"date": None},
    {"party": "甲公"},
    {"item": "口罩子"},
    {"specification": "大"},
    {"unit": "件"},
    {"quantity": 4},
    {"batch": "B1"},
    {"made": date(2020, 1, 1)},
    {"expires": date(2020, 1, 1)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_other_content_is_another_line(lines: tuple[Line, ...], change: dict[str, Any]) -> None:
    assert digests((replace(lines[0], **change),)) != digests(lines[:1])


def test_another_site_is_another_line(lines: tuple[Line, ...]) -> None:
    assert identities(lines, SITE + 1)[0].digest != identities(lines, SITE)[0].digest


def test_a_field_cannot_flow_into_its_neighbour(lines: tuple[Line, ...]) -> None:
    line = replace(lines[0], party="甲", item="乙丙")
    assert digests((line,)) != digests((replace(line, party="甲乙", item="丙"),))


def test_equal_lines_are_counted(lines: tuple[Line, ...]) -> None:
    found = identities(lines, SITE)
    assert [(identity.row, identity.ordinal) for identity in found] == [(3, 1), (4, 1), (5, 2)]
    assert len({identity.digest for identity in found}) == 3


def test_a_saved_again_book_is_the_same_book(tmp_path: Path, lines: tuple[Line, ...]) -> None:
    text = "\n".join(",".join(map(str, row)) for row in ROWS).replace("甲公司", "\xa0甲公司\u200b")
    saved = write_csv(tmp_path / "b.csv", text, "gb18030")
    assert digests(read(saved)) == digests(lines)


def test_an_inserted_row_does_not_shift_the_others(tmp_path: Path, lines: tuple[Line, ...]) -> None:
    inserted = [*ROWS[:3], ("鞋套", "乙公司", "", "箱", 9), (), *ROWS[3:]]
    found = digests(read(write_xlsx(tmp_path / "b.xlsx", inserted)))
    assert [found[0], *found[2:]] == digests(lines)


def test_a_client_id_is_the_keccak_of_salt_identity_and_part() -> None:
    identity = LineIdentity(3, 1, keccak(b"line"))
    assert client_id(SALT, identity, 2) == keccak(SALT + identity.digest + (2).to_bytes(32, "big"))
    assert len({client_id(SALT, identity), client_id(SALT, identity, 2), client_id(bytes(16), identity)}) == 3
