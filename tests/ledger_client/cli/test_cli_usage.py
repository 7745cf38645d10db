"""What typer says by itself: each of its refusals, at every command, in Chinese."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any
from unittest.mock import patch

import pytest

from ledger_client.cli import run
from ledger_client.cli.app import COMMANDS, app
from ledger_client.language import Language, use_language

Command = tuple[tuple[str, ...], Any]


def leaves(path: tuple[str, ...], command: Any) -> Iterator[Command]:
    """The commands that do something, with the words that call them."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, each in below.items():
        yield from leaves((*path, name), each)


LEAVES = [leaf for name, mounted in COMMANDS.items() for leaf in leaves((name,), mounted.load(name))]
names = pytest.mark.parametrize("command", LEAVES, ids=lambda leaf: " ".join(leaf[0]))


def call(*words: str, language: Language = "zh") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    use_language(language)
    try:
        with (
            patch.object(sys, "argv", ["shecang", *words]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            return run(app), out.getvalue(), err.getvalue()
    finally:
        use_language("en")


def refused(*words: str) -> str:
    """The Chinese sentence of a refusal of usage, which has no English word but those that were typed."""
    code, _, err = call(*words)
    assert code == 2, err
    sentence, _, help_ = err.partition("：详见 ")
    assert sentence.startswith("shecang: ")
    assert re.fullmatch(r"`shecang [a-z -]*--help`\n", help_)
    assert "参数有误" not in sentence, err
    typed = re.sub(r"'[^']*'|--?[a-z-]+|[A-Z…_]{2,}|shecang", "", sentence)
    assert not re.search(r"[A-Za-z]{2}", typed), err
    return sentence


def test_there_are_commands_to_try() -> None:
    assert len(LEAVES) > 40


@names
def test_unknown_option(command: Command) -> None:
    path, _ = command
    assert "没有选项 --nothing-like-it" in refused(*path, "--nothing-like-it")


@names
def test_missing_parameter(command: Command) -> None:
    path, leaf = command
    required = [each for each in leaf.params if each.required]
    if required:
        assert "缺少" in refused(*path)


@names
def test_value_is_missing_or_not_wanted(command: Command) -> None:
    path, leaf = command
    for option in leaf.params:
        if option.param_type_name != "option":
            continue
        if option.is_flag:
            assert "不带值" in refused(*path, f"{option.opts[0]}=3")
        else:
            assert "后须有值" in refused(*path, option.opts[0])


@names
def test_words_left_over(command: Command) -> None:
    path, leaf = command
    if any(each.nargs == -1 for each in leaf.params if each.param_type_name == "argument"):
        return
    required = [
        word
        for each in leaf.params
        if each.required and each.param_type_name == "option"
        for word in (each.opts[0], "1")
    ]
    assert "多余的参数" in refused(*path, *required, *("1" * 9))


@pytest.mark.parametrize(("words", "value", "rule"), [
    (("init", "--delay"), "x", "应为整数"),
    (("init", "--delay"), "1.5", "应为整数"),
    (("init", "--delay"), "9" * 5_000, "位数过多"),
    (("init", "--delay"), "-1", "不得小于 0"),
    (("book", "read", "x.csv", "--year"), "3000", "不得大于 2999"),
    (("book", "read", "x.csv", "--year"), "1899", "不得小于 1900"),
])  # fmt: skip
def test_bad_number(words: tuple[str, ...], value: str, rule: str) -> None:
    assert rule in refused(*words, value)


@pytest.mark.parametrize("words", [("stok",), ("stock", "receiv"), ("stock", "总账")])
def test_unknown_command(words: tuple[str, ...]) -> None:
    assert f"没有命令 '{words[-1]}'" in refused(*words)


def test_english_stays_as_it_was() -> None:
    code, _, err = call("stock", "receiv", language="en")
    assert code == 2
    assert err == "shecang: No such command 'receiv'. Did you mean 'receive'?: see `shecang stock --help`\n"


class TestHelp:
    """Help pages."""

    @names
    def test_labels(self, command: Command) -> None:
        path, _ = command
        code, out, _ = call(*path, "--help")
        assert code == 0
        assert "用法：" in out
        assert "显示本帮助后退出" in out
        for english in ("Usage", "Options", "Arguments", "Show this", "[required]", "[default"):
            assert english not in out

    def test_english_after_chinese(self) -> None:
        call("stock", "--help")
        _, out, _ = call("stock", "--help", language="en")
        assert "Usage:" in out
        assert "Show this message and exit." in out

    def test_main_page(self) -> None:
        _, out, _ = call("--help")
        assert "用法：" in out
        assert "Usage" not in out
        assert "Options" not in out
