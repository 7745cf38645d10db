"""The demonstration finds exactly what the story hides, in both languages, and a changed cell is noticed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from rich.console import Console

from ledger_client.demo.run import Outcome, found_ledger, play_city
from ledger_client.demo.show import show
from ledger_client.home import Home
from ledger_client.language import Language, use_language
from ledger_client.ledger import Ledger


def silent(_en: str, _zh: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Outcome]:
    """The city, played through once."""
    home = found_ledger(tmp_path_factory.mktemp("demo") / "home")
    return home, play_city(home, silent)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the district's book."""
    with as_file(files("ledger_client.demo") / "data/book") as own:
        return Path(shutil.copytree(own, tmp_path / "book"))


@pytest.fixture
def language() -> Iterator[None]:
    """Put the language back afterwards."""
    yield
    use_language("en")


class TestPlayCity:
    def test_finds_exactly_the_committed_list(self, played: tuple[Home, Outcome]) -> None:
        _, outcome = played
        assert (outcome.unexpected, outcome.missed) == ([], [])
        assert outcome.is_exact

    @pytest.mark.parametrize(
        ("name", "old", "new", "status"),
        [
            ("issues.csv", "盒,52", "盒,25", "matched"),
            ("issues.csv", "盒,52", "盒,53", "quantity-differs"),
            ("receipts.csv", "件,600", "件,601", "quantity-differs"),
            (
                "issues.csv",
                "样例东城卫生服务站,医用外科口罩,,盒,40",
                "样例东城卡口,医用外科口罩,,盒,40",
                "matched",
            ),
        ],
    )
    def test_any_changed_cell_is_noticed(
        self, tmp_path: Path, book: Path, name: str, old: str, new: str, status: str
    ) -> None:
        text = (book / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (book / name).write_text(text.replace(old, new), encoding="utf-8")

        outcome = play_city(found_ledger(tmp_path / "home"), silent, book)

        assert [finding[0] for finding in outcome.unexpected] == [status]
        assert len(outcome.missed) == 1
        assert not outcome.is_exact


class TestShow:
    @pytest.mark.parametrize(
        ("chosen", "sentences"),
        [
            ("en", ("What the communities hold", "quantity differs", "no more and no less")),
            ("zh", ("各社区现有储备", "数量不符", "不多不少")),
        ],
    )
    def test_tells_everything_in_both_languages(
        self,
        played: tuple[Home, Outcome],
        language: None,
        chosen: Language,
        sentences: tuple[str, ...],
    ) -> None:
        home, outcome = played
        use_language(chosen)
        out = Console(file=io.StringIO(), width=160)

        with Ledger.open(home) as ledger:
            show(out, ledger.index(), outcome)

        printed = out.file.getvalue()  # type: ignore[attr-defined]
        for sentence in sentences:
            assert sentence in printed
