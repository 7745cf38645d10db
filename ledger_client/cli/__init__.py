"""The command line: `shecang`.

Results go to stdout, progress and sentences about failures to stderr. Exit codes: 0 done, 1 checked and
wrong, or refused by the ledger's rules, 2 usage, 3 could not check. A failure is one sentence, never a
traceback, unless `SHECANG_DEBUG` is set.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from ledger_client.cli._usage import label
from ledger_client.cli._usage import sentence as usage_sentence
from ledger_client.errors import ShecangError
from ledger_client.language import Language, tr, use_language

USAGE = 2
COULD_NOT_CHECK = 3
INTERRUPTED = 130

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What is wrong with arguments and options. typer has a click of its own, and exports no name of it."""


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    use_language(language_of_environment())
    # Imported now, because help texts are made in the language in force.
    from ledger_client.cli.app import app

    sys.exit(run(app))


def run(app: typer.Typer) -> int:
    """Run a command and return its exit code; what fails is one sentence on stderr."""
    try:
        command: Any = typer.main.get_command(app)
        label(command)
        return command(standalone_mode=False) or 0
    except typer.Exit as stop:
        return stop.exit_code
    except ShecangError as error:
        return _say(error.text(), error.exit_code)
    except _UsageError as error:
        return _usage(error)
    except (typer.Abort, KeyboardInterrupt):
        return _say(
            tr(
                "stopped; what was recorded stays, what was signed is sent at the next start",
                "已中止；已记录的内容不受影响，已签署的将在下次启动时发送",
            ),
            INTERRUPTED,
        )
    except SystemExit:
        # typer's answer, with 1 for "checked and wrong", where whoever read stdout has gone, as `head` does.
        # What a check would have found is not known, and there is nobody left to tell.
        return COULD_NOT_CHECK
    except Exception as error:
        if os.environ.get("SHECANG_DEBUG"):
            raise
        return _say(_unexpected(error), COULD_NOT_CHECK)


def language_of_environment() -> Language:
    """Return the language that `SHECANG_LANG` names, else that of the locale, else English."""
    for variable in ("SHECANG_LANG", "LC_ALL", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    return "en"


def _say(sentence: str, code: int) -> int:
    typer.echo(f"shecang: {sentence}", err=True)
    return code


def _usage(error: Exception) -> int:
    """Say what is wrong with the arguments; a group without a command has shown its commands already."""
    sentence = usage_sentence(error)
    return _say(sentence, USAGE) if sentence else USAGE


def _unexpected(error: Exception) -> str:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return tr(
        f"this should not have happened ({what}); what was recorded stays, what was signed is kept: "
        "run it again with SHECANG_DEBUG=1 and report what it prints",
        f"出现意外错误（{what}）；已记录的内容不受影响，已签署的内容已保存："
        "请设置 SHECANG_DEBUG=1 重新运行并反馈输出",
    )
