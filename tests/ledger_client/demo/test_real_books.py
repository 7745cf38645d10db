"""The real sheets on a ledger of their own: every line ends as one thing, and the figures of the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ledger_client.book import FileUnreadableError
from ledger_client.demo.real_books import COUNTED, DISTRIBUTED, RECEIVED, run


@pytest.fixture(scope="module")
def counted(data_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    home = tmp_path_factory.mktemp("real") / "home"
    return {line["file"]: line for line in run(home, data_directory, Console(stderr=True))}


def test_a_directory_without_the_sheets(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError) as caught:
        run(tmp_path / "home", tmp_path, Console(stderr=True))
    assert caught.value.exit_code == 3
    assert not (tmp_path / "home").exists()


def test_every_row_and_every_line_ends_as_one_thing(counted: dict[str, dict[str, Any]]) -> None:
    assert list(counted) == [*RECEIVED, *DISTRIBUTED]
    for line in counted.values():
        parts = ("lines", "headings", "blank", "continuations", "problems")
        assert line["rows"] == sum(line[part] for part in parts)
    for name in RECEIVED:
        line = counted[name]
        assert line["recorded"] == line["lines"] == line["held"] + line["released"]
    (line,) = (counted[name] for name in DISTRIBUTED)
    assert line["lines"] == line["issued"] + line["partly_covered"] + line["not_covered"]
    assert line["recorded"] == line["issued"] + line["partly_covered"]


def test_the_figures(counted: dict[str, dict[str, Any]]) -> None:
    found = {name: tuple(line[word] for word in COUNTED) for name, line in counted.items()}
    assert found == {
        RECEIVED[0]: (138, 127, 11, 0, 0, 0),
        RECEIVED[1]: (196, 189, 7, 0, 0, 0),
        DISTRIBUTED[0]: (49, 0, 0, 47, 2, 153),
    }
