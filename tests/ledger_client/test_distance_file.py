"""Distances read from CSV: what a clerk's spreadsheet saves, and one sentence for what cannot be meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger_client import distance_file
from ledger_client.distance_file import (
    DistanceCellsError,
    DistanceFormulaError,
    DistanceHeaderError,
    DistanceLineLengthError,
    DistanceLinesError,
    DistanceNegativeError,
    DistanceQuoteError,
    DistanceSameSiteError,
    DistanceSiteFormError,
    DistanceSiteUnknownError,
    DistanceTextError,
    DistanceTwiceError,
    DistanceValueError,
    read_distances,
)
from ledger_client.errors import UsageError
from ledger_client.files import FileSizeError, FileUnavailableError
from ledger_client.matching.distances import Distance, Distances, Unit

A, B, C = 420106001001101, 420106001002101, 420106002001201
SITES = frozenset({A, B, C})


def written(directory: Path, text: str | bytes) -> Path:
    path = directory / "roads.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(directory: Path, text: str | bytes) -> Distances:
    return read_distances(written(directory, text), SITES)


class TestWhatIsRead:
    def test_metres(self, tmp_path: Path) -> None:
        distances = read(tmp_path, f"from,to,metres\n{A},{B},850\n{B},{A},900\n{A},{C},0\n")

        assert distances.unit is Unit.METRES
        assert distances.pairs == {(A, B): 850, (B, A): 900, (A, C): 0}
        assert distances.between(C, A) == Distance(0)

    def test_missing_pairs_are_told_by_the_division_in_common(self, tmp_path: Path) -> None:
        assert read(tmp_path, f"from,to,metres\n{A},{B},850\n").between(B, C) == Distance(6_000, 6)
        assert read(tmp_path, f"from,to,seconds\n{A},{B},85\n").between(B, C) == Distance(1_200, 6)

    @pytest.mark.parametrize(
        ("header", "unit"),
        [
            ("from,to,seconds", Unit.SECONDS),
            (" From , TO ,Metres", Unit.METRES),
            ("起点,终点,米", Unit.METRES),
            ("起点,终点,秒", Unit.SECONDS),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_either_unit_in_either_language_and_encoding(
        self, tmp_path: Path, header: str, unit: Unit, encoding: str
    ) -> None:
        distances = read(tmp_path, f"{header}\r\n{A},{B},7\r\n".encode(encoding))

        assert (distances.unit, distances.pairs) == (unit, {(A, B): 7})

    def test_empty_lines_blanks_and_quotation_marks_are_what_spreadsheets_write(self, tmp_path: Path) -> None:
        text = f'\nfrom,to,metres\n,,\n"{A}", {B},"7"\n\n\n'

        assert read(tmp_path, text).pairs == {(A, B): 7}

    def test_a_header_alone_is_no_distance(self, tmp_path: Path) -> None:
        assert read(tmp_path, "from,to,metres").pairs == {}


ROW = "from,to,metres\n"
REFUSED: list[tuple[str, type[UsageError], int]] = [
    ("", DistanceHeaderError, 1),
    (f"{A},{B},7\n", DistanceHeaderError, 1),
    ("from,to,miles\n", DistanceHeaderError, 1),
    ("from,to,metres,seconds\n", DistanceHeaderError, 1),
    (f"{ROW}{A},{B}\n", DistanceCellsError, 2),
    (f"{ROW}{A},{B},7,8\n", DistanceCellsError, 2),
    (f"{ROW}{A};{B};7\n", DistanceCellsError, 2),
    (f'{ROW}"{A},{B},7\n', DistanceQuoteError, 2),
    (f'{ROW}"{A}\n",{B},7\n', DistanceQuoteError, 2),
    (f'{ROW}"{A}"x,{B},7\n', DistanceQuoteError, 2),
    (f"{ROW}{A},{B},7\n4.20106E+14,{B},7\n", DistanceSiteFormError, 3),
    (f"{ROW},{B},7\n", DistanceSiteFormError, 2),
    (f"{ROW}{A}１,{B},7\n", DistanceSiteFormError, 2),
    (f"{ROW}{A},{B + 1},7\n", DistanceSiteUnknownError, 2),
    (f"{ROW}{A},{A},7\n", DistanceSameSiteError, 2),
    (f"{ROW}{A},{B},-7\n", DistanceNegativeError, 2),
    (f"{ROW}{A},{B},−7\n", DistanceNegativeError, 2),
    (f"{ROW}{A},{B},\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},7.5\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},1e3\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},٧\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},100000001\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},{'9' * 100}\n", DistanceValueError, 2),
    (f"{ROW}{A},{B},=C1*2\n", DistanceFormulaError, 2),
    (f"{ROW}{A},{B},+7\n", DistanceFormulaError, 2),
    (f"{ROW}{A},{B},-C1\n", DistanceFormulaError, 2),
    (f"{ROW}@SUM(A1),{B},7\n", DistanceFormulaError, 2),
    (f"{ROW}{A},={B},7\n", DistanceFormulaError, 2),
    (f"{ROW}{A},{B},7\n{B},{A},7\n\n{A},{B},7\n", DistanceTwiceError, 5),
    (f"{ROW}{A},{B},{' ' * 200}7\n", DistanceLineLengthError, 2),
]


@pytest.mark.parametrize(("text", "error", "line"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, text: str, error: type[UsageError], line: int
) -> None:
    with pytest.raises(error) as caught:
        read(tmp_path, text)

    assert caught.value.facts["line"] == line
    assert caught.value.text("en").startswith(f"roads.csv, line {line}: ")
    assert caught.value.text("zh").startswith(f"roads.csv 第 {line} 行：")
    assert not re.search(r"[{}\n]", caught.value.text("en") + caught.value.text("zh"))


def test_a_pair_that_comes_twice_names_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(DistanceTwiceError, match="stands in line 2 already"):
        read(tmp_path, f"{ROW}{A},{B},7\n{A},{B},7\n")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00a", b"PK\x03\x04\x00\x00\xff", b"from\0,to,metres\n"])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DistanceTextError) as caught:
        read(tmp_path, data)

    assert (caught.value.exit_code, caught.value.text("zh")[:9]) == (2, "roads.csv")


class TestLimits:
    def test_bytes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(distance_file, "BYTES", 20)

        with pytest.raises(FileSizeError):
            read(tmp_path, f"{ROW}{A},{B},7\n")

    def test_lines_are_counted_before_any_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(distance_file, "LINES", 3)

        assert len(read(tmp_path, f"{ROW}{A},{B},7\n{B},{A},7\n\n\n").pairs) == 2
        with pytest.raises(DistanceLinesError) as caught:
            read(tmp_path, "no header\nbut\nfour\nlines\n")
        assert caught.value.text() == (
            "roads.csv has 4 lines, and at most 3 are read: leave out the pairs that are far apart"
        )

    def test_a_missing_file_could_not_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(FileUnavailableError):
            read_distances(tmp_path / "roads.csv", SITES)

    def test_half_a_million_lines_are_read_in_a_moment(self, tmp_path: Path) -> None:
        sites = [A + 1_000 * number for number in range(800)]
        lines = [f"{giver},{receiver},9" for giver in sites for receiver in sites if giver != receiver]

        distances = read_distances(written(tmp_path, ROW + "\n".join(lines)), set(sites))

        assert len(distances.pairs) == len(lines) == 639_200
