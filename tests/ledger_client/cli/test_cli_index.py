"""`shecang index`: the same digest wherever the index is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import SITE, OfficeShell

from ledger_client.home import Home


@pytest.fixture
def home(shell: OfficeShell) -> Iterator[Home]:
    home = Home(shell.home)
    yield home
    home.use_own_index()


def digest(shell: OfficeShell) -> str:
    shell.ok("index", "follow")
    return str(shell.ok("index", "digest", "--json").json()["digest"])


class TestUse:
    @pytest.mark.parametrize("address", ["index.db", "sqlite:///x", "mysql://u@h/n"])
    def test_no_server(self, shell: OfficeShell, home: Home, address: str) -> None:
        answer = shell.run("index", "use", address)
        assert answer.code == 2
        assert "postgresql://" in answer.err
        assert home.index_location == home.index

    def test_server_that_does_not_answer(self, shell: OfficeShell, home: Home) -> None:
        answer = shell.run("index", "use", "postgresql://u:hidden@127.0.0.1:9/n", language="zh")
        assert answer.code == 3
        assert "无法使用" in answer.err
        assert "hidden" not in answer.err
        assert home.index_location == home.index

    def test_without_a_ledger(self, tmp_path: Path) -> None:
        assert OfficeShell(tmp_path).run("index", "use", "home").code == 3

    def test_same_answers_from_postgresql(
        self, shell: OfficeShell, home: Home, postgresql_database: str
    ) -> None:
        own = digest(shell)
        audited = shell.run("audit", "run", "--json").code
        on_hand = shell.ok("stock", "on-hand", SITE, "--json").out
        said = shell.ok("index", "use", postgresql_database)
        assert "index follow" in said.out
        assert home.index_location == postgresql_database
        assert (home.path / "index-address").stat().st_mode & 0o077 == 0
        assert digest(shell) == own
        assert shell.ok("stock", "on-hand", SITE, "--json").out == on_hand
        assert shell.run("audit", "run", "--json").code == audited
        assert shell.ok("index", "rebuild", "--json").json() == shell.ok("index", "follow", "--json").json()
        assert digest(shell) == own
        shell.ok("index", "use", "home")
        assert home.index_location == home.index
        assert digest(shell) == own

    def test_password_is_not_printed(self, shell: OfficeShell, home: Home, postgresql_database: str) -> None:
        with_password = postgresql_database.replace("postgres:@", "postgres:hidden@")
        assert with_password != postgresql_database
        answer = shell.ok("index", "use", with_password)
        assert "hidden" not in answer.out + answer.err
        assert home.index_location == with_password
