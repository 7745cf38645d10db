"""The two languages that Shecang speaks: Chinese and English, side by side where they are written.

A sentence is written once in each language at the place that says it, so that neither can drift from the
other unseen::

    tr("no stock", "没有库存")

The library reads no environment: the command line and the service call `use_language`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Literal, get_args

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_current: ContextVar[Language] = ContextVar("shecang_language", default="en")


def use_language(language: Language) -> None:
    """Choose the language of all sentences made in this context from here on."""
    _current.set(language)


def current_language() -> Language:
    """Return the language in force, `en` unless `use_language` chose another."""
    return _current.get()


def tr(en: str, zh: str) -> str:
    """Return the one of two sentences that is in the language in force."""
    return zh if _current.get() == "zh" else en
