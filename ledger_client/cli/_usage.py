"""What typer says by itself, in the language in force: refused arguments, and the labels of a help page.

typer speaks English, and names its errors in a private module: they are told apart by class name, and what
pydantic found wrong with a value by its type of error. The test of this module provokes each of them at
every command, so that another release of typer that says something else is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from typer import rich_utils

from ledger_client.language import tr

_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
_NO_COMMAND = re.compile(r"No such command (?P<name>'.*?')\.(?: Did you mean (?P<near>.*)\?)?", re.DOTALL)


def sentence(error: Any) -> str:
    """Say what is wrong with the arguments, and where the right ones are listed; empty if help was shown.

    Args:
        error: A usage error of typer.
    """
    message = error.format_message().rstrip(".")
    if not message:
        return ""
    help_ = " ".join(["shecang", *_path(error.ctx), "--help"])
    return tr(f"{message}: see `{help_}`", f"{_chinese(error)}：详见 `{help_}`")


def label(command: Any) -> None:
    """Put a command's labels, and those of the commands below it, into the language in force."""
    rich_utils.ARGUMENTS_PANEL_TITLE = tr("Arguments", "参数")
    rich_utils.OPTIONS_PANEL_TITLE = tr("Options", "选项")
    rich_utils.COMMANDS_PANEL_TITLE = tr("Commands", "命令")
    rich_utils.REQUIRED_LONG_STRING = tr("[required]", "[必填]")
    rich_utils.DEFAULT_STRING = tr("[default: {}]", "[默认：{}]")
    _label(command)


def _label(command: Any) -> None:
    command.options_metavar = tr("[OPTIONS]", "[选项]")
    with command.make_context(command.name, [], resilient_parsing=True) as context:
        command.get_help_option(context).help = tr("Show this message and exit.", "显示本帮助后退出。")
    usage = command.get_usage
    command.get_usage = lambda context: usage(context).replace("Usage:", tr("Usage:", "用法："), 1)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = tr("COMMAND [ARGS]...", "命令 [参数]...")
        for below in command.commands.values():
            _label(below)


def _path(context: Any) -> list[str]:
    """Return the names of the commands down to the one that was called."""
    path: list[str] = []
    while context is not None and context.parent is not None:
        path.insert(0, context.info_name)
        context = context.parent
    return path


def _chinese(error: Any) -> str:
    say = _CHINESE.get(type(error).__name__)
    return (say and say(error)) or f"参数有误（{error.format_message().rstrip('.')}）"


def _missing(error: Any) -> str:
    kind = "选项" if error.param.param_type_name == "option" else "参数"
    return f"缺少{kind} {_hint(error)}"


def _no_such_option(error: Any) -> str:
    near = "、".join(sorted(error.possibilities or ()))
    return f"没有选项 {error.option_name}" + (f"（相近的有：{near}）" if near else "")


def _option_usage(error: Any) -> str:
    if "does not take" in error.message:
        return f"选项 {error.option_name} 不带值"
    return f"选项 {error.option_name} 后须有值"


def _value(error: Any) -> str:
    """Say what pydantic refused: a value that is no whole number, or outside its bounds."""
    if error.__cause__ is None:
        return ""
    found: dict[str, Any] = error.__cause__.errors()[0]
    bounds = found.get("ctx", {})
    rules = {
        "int_parsing": "应为整数",
        "int_parsing_size": "位数过多",
        "greater_than_equal": f"不得小于 {bounds.get('ge')}",
        "less_than_equal": f"不得大于 {bounds.get('le')}",
    }
    rule = rules.get(found["type"])
    return f"{_hint(error)} 的值 {found['input']!r} {rule}" if rule else ""


def _call(error: Any) -> str:
    """Say that words are left over, or that a command is missing or unknown."""
    if extra := _EXTRA.match(error.message):
        return f"多余的参数 {extra['words']}"
    if unknown := _NO_COMMAND.match(error.message):
        near = unknown["near"]
        return f"没有命令 {unknown['name']}" + (f"（相近的有：{near}）" if near else "")
    return "缺少命令" if error.message.startswith("Missing command") else ""


def _hint(error: Any) -> str:
    return str(error.param.get_error_hint()).replace("'", "")


_CHINESE: dict[str, Callable[[Any], str]] = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _option_usage,
    "BadParameter": _value,
    "UsageError": _call,
}
