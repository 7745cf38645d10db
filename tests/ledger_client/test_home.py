"""A home: where everything of a ledger lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_client.files import FileExistsAlreadyError
from ledger_client.home import Home, HomeMissingError


def test_an_empty_directory_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(HomeMissingError) as caught:
        Home.existing(tmp_path)
    assert caught.value.exit_code == 3
    assert str(tmp_path) in caught.value.text("en") and str(tmp_path) in caught.value.text("zh")


def test_a_home_is_connected_to_one_node_for_good(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.node == str(home.chain)
    home.use_node("http://127.0.0.1:8545")
    home.use_node("http://127.0.0.1:8545")
    with pytest.raises(FileExistsAlreadyError) as caught:
        home.use_node("http://127.0.0.1:8546")
    assert caught.value.exit_code == 2
    assert home.node == "http://127.0.0.1:8545"


def test_a_directory_with_a_deployment_is_a_home(tmp_path: Path) -> None:
    Home(tmp_path).deployment.write_text("{}", encoding="utf-8")
    assert Home.existing(tmp_path).path == tmp_path


def test_the_index_may_move_to_a_server_to_another_and_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.index_location == home.index
    home.use_own_index()
    for address in ("postgresql://u@one/n", "postgresql://u:secret@two/n"):
        home.use_index(address)
        assert home.index_location == address
        assert (tmp_path / "index-address").stat().st_mode & 0o077 == 0
    home.use_own_index()
    assert home.index_location == home.index
    assert list(tmp_path.iterdir()) == []
