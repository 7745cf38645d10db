import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledger_client.cli._office import PassphraseMissingError
from ledger_client.cli.keys import (
    KeyNameError,
    KeyUnknownError,
    PassphraseVariableError,
    app,
    passphrase_in,
)
from ledger_client.errors import ShecangError
from ledger_client.files import FileExistsAlreadyError
from ledger_client.keystores import PassphraseEmptyError, describe_keystore, open_keystore
from ledger_client.language import use_language


def run(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(app, list(words), **options)


def refusal(result: Result) -> ShecangError:
    assert isinstance(result.exception, ShecangError), result.output
    return result.exception


@pytest.fixture
def keys(tmp_path: Path) -> str:
    return str(tmp_path / "keys")


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the keyboard."""
    monkeypatch.setattr("ledger_client.cli._office.somebody_types", lambda: True)
    monkeypatch.delenv("SHECANG_PASSPHRASE", raising=False)


class TestNew:
    def test_nobody_is_there_to_type_a_passphrase(self, keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SHECANG_PASSPHRASE", raising=False)
        error = refusal(run("new", "keeper", "--directory", keys))
        assert isinstance(error, PassphraseMissingError)
        assert "SHECANG_PASSPHRASE_KEEPER" in error.text()
        assert not Path(keys).exists()

    @pytest.mark.parametrize("name", ["../keeper", "a/b", "", "Keeper", ".json", "a" * 65, "k\u0435eper"])
    def test_refuses_what_is_no_plain_name(self, keys: str, name: str) -> None:
        error = refusal(run("new", name, "--directory", keys, "--demo"))
        assert isinstance(error, KeyNameError)
        assert error.exit_code == 2
        assert not Path(keys).exists()

    def test_refuses_to_overwrite(self, keys: str) -> None:
        run("new", "keeper", "--directory", keys, "--demo")
        before = (Path(keys) / "keeper.json").read_bytes()
        assert isinstance(
            refusal(run("new", "keeper", "--directory", keys, "--demo")), FileExistsAlreadyError
        )
        assert (Path(keys) / "keeper.json").read_bytes() == before

    @pytest.mark.parametrize("environment", [{}, {"PHRASE": ""}])
    def test_refuses_a_variable_without_passphrase(self, keys: str, environment: dict[str, str]) -> None:
        result = run("new", "keeper", "--directory", keys, "--passphrase-env", "PHRASE", env=environment)
        assert isinstance(refusal(result), PassphraseVariableError)
        assert "PHRASE" in str(result.exception)

    def test_two_different_answers_make_no_key(self, keys: str, typing: None) -> None:
        result = run("new", "keeper", "--directory", keys, input="one\ntwo\n")
        assert result.exit_code != 0
        assert not Path(keys).exists()

    def test_asks_twice_and_shows_no_passphrase(self, keys: str, typing: None) -> None:
        result = run("new", "keeper", "--directory", keys, input="secret words\nsecret words\n")
        assert result.exit_code == 0
        info = describe_keystore(Path(keys) / "keeper.json")
        assert result.stdout.endswith(f"\nkeeper  {info.address}  key\n")
        assert "secret" not in result.output
        assert open_keystore(info.path, "secret words")[0].hex() not in result.output
        assert stat.S_IMODE(Path(keys).stat().st_mode) == 0o700

    def test_takes_the_passphrase_from_a_variable(self, keys: str) -> None:
        options = ("--directory", keys, "--demo", "--passphrase-env", "PHRASE")
        assert run("new", "keeper", *options, env={"PHRASE": "words"}).exit_code == 0
        assert open_keystore(Path(keys) / "keeper.json", "words")[1] is True

    def test_demo_key_needs_no_passphrase(self, keys: str) -> None:
        result = run("new", "keeper", "--directory", keys, "--demo")
        assert result.stdout.endswith("demo key\n")
        open_keystore(Path(keys) / "keeper.json", "")


class TestListAndShow:
    def test_show_names_the_keys_that_there_are(self, keys: str) -> None:
        run("new", "keeper", "--directory", keys, "--demo")
        error = refusal(run("show", "approver", "--directory", keys))
        assert isinstance(error, KeyUnknownError)
        assert error.exit_code == 2
        assert error.text("en").endswith("there are: keeper")

    def test_an_empty_directory(self, keys: str) -> None:
        assert "no key here yet" in run("list", "--directory", keys).stdout
        assert run("list", "--directory", keys, "--json").stdout == ""

    def test_json(self, keys: str) -> None:
        for name in ("keeper", "approver"):
            run("new", name, "--directory", keys, "--demo")
        info = describe_keystore(Path(keys) / "keeper.json")
        fields = {"name": "keeper", "address": info.address, "demo": True, "path": str(info.path)}
        assert json.loads(run("show", "keeper", "--directory", keys, "--json").stdout) == fields
        listed = run("list", "--directory", keys, "--json").stdout.splitlines()
        assert [json.loads(line)["name"] for line in listed] == ["approver", "keeper"]

    def test_table_in_both_languages(self, keys: str) -> None:
        run("new", "keeper", "--directory", keys, "--demo")
        address = describe_keystore(Path(keys) / "keeper.json").address
        shown = run("list", "--directory", keys).stdout
        assert address in shown
        assert "demo key" in shown
        use_language("zh")
        shown = run("show", "keeper", "--directory", keys).stdout
        use_language("en")
        assert "演示密钥" in shown


def test_an_empty_passphrase_by_prompt_makes_no_real_key(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHRASE", "")
    assert passphrase_in("PHRASE", may_be_empty=True) == ""
    with pytest.raises(PassphraseVariableError):
        passphrase_in("PHRASE")
    assert PassphraseEmptyError().exit_code == 2
