"""What can go wrong, as exceptions that a keeper understands.

::

    ShecangError
    ├── UsageError          exit 2   what was typed cannot be meant: a wrong check character, an option
    ├── RefusedError        exit 1   the ledger's rules refuse it: no role, not enough stock, site closed
    ├── MismatchError       exit 1   checked, and found wrong: book against chain, index against storage
    └── UnavailableError    exit 3   could not check: nobody answers, disk full, not a spreadsheet

Every class carries its sentence in both languages: the value, the rule, what to do. The facts in it are
attributes, so that no caller ever parses a text. A sentence holds no key, passphrase or personal data.
"""

from __future__ import annotations

from typing import Any, ClassVar

from ledger_client.language import Language, current_language


class ShecangError(Exception):
    """Base of every error that Shecang raises on purpose.

    Attributes:
        exit_code: The exit code of a command that ends with this error.
        en: The English sentence, a `str.format` template over the facts.
        zh: The Chinese sentence, likewise.
    """

    exit_code: ClassVar[int] = 3
    en: ClassVar[str] = "something went wrong"
    zh: ClassVar[str] = "出现错误"

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Facts are attributes; anything else is an ordinary missing attribute."""
        raise AttributeError(f"{type(self).__name__} has no fact {name!r}")

    def text(self, language: Language | None = None) -> str:
        """Return the one sentence that a user reads, in `language` or the language in force."""
        template = self.zh if (language or current_language()) == "zh" else self.en
        return template.format(**self.facts)

    def __str__(self) -> str:
        return self.text()


class UsageError(ShecangError):
    """What was typed cannot be meant."""

    exit_code = 2


class RefusedError(ShecangError):
    """The rules of the ledger refuse the act; nothing was recorded."""

    exit_code = 1


class MismatchError(ShecangError):
    """It was checked, and it is wrong."""

    exit_code = 1


class UnavailableError(ShecangError):
    """It could not be checked or done: a file, a node or a disk does not answer."""

    exit_code = 3
