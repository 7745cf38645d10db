"""Sentences in both languages, for answers that are the same in either."""

from __future__ import annotations

from collections.abc import Callable

from ledger_client.errors import ShecangError
from ledger_client.language import LANGUAGES, current_language, use_language


def in_both(text: Callable[[], str]) -> dict[str, str]:
    """Return what a function says in each language."""
    before, said = current_language(), dict[str, str]()
    for language in LANGUAGES:
        use_language(language)
        said[language] = text()
    use_language(before)
    return said


def of_error(error: ShecangError) -> dict[str, str]:
    """Return the sentence of an error in each language."""
    return {language: error.text(language) for language in LANGUAGES}
