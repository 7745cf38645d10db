"""Characters that are not what they look like.

A code or a name that somebody types may hold a Cyrillic а for a Latin a, a full-width digit, an invisible
character or one that turns the direction of the text. Full-width forms are understood (NFKC); the others are
refused, because two names that look alike must not be two names.
"""

from __future__ import annotations

import unicodedata
from typing import NoReturn

from ledger_client.errors import UsageError

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Control, format (zero-width, direction), private and surrogate characters. Unassigned ones stay: rare
han characters of newer Unicode versions occur in real names."""

_INVISIBLE = frozenset(
    map(
        chr,
        (
            0x034F,  # combining grapheme joiner
            *(0x115F, 0x1160),  # fillers of Hangul, to which NFKC turns the others
            *(0x17B4, 0x17B5),  # vowels of Khmer that are not written
            *range(0x180B, 0x1810),  # variation selectors and vowel separator of Mongolian
            0x2800,  # Braille without a dot
            *range(0xFE00, 0xFE10),  # variation selectors
            *range(0xE0100, 0xE01F0),  # those of han characters: two names would differ by nothing but them
        ),
    )
)
"""Characters of other categories that show nothing of their own (`Default_Ignorable_Code_Point`, mostly)."""

_LOOK_ALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})
"""Scripts whose letters are drawn like one another. No honest word mixes two of them."""

_UNIT_SIGNS = "μΩ"
"""Greek letters that stand before or after Latin ones in units (μm, kΩ) and look like none of them."""


class CharacterError(UsageError):
    """A text holds a character that is invisible or looks like another one."""

    en = "{value!r} holds {character} at position {position}, which {why}; type it anew"
    zh = "{value!r} 第 {position} 个字符是 {character}，{why_zh}；请重新输入"


def describe_character(character: str) -> str:
    """Return the code point and the Unicode name of `character`, such as `U+0430 CYRILLIC SMALL LETTER A`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed')}"


def clean_code(text: str) -> str:
    """Return a typed code in its plain form: NFKC, without blanks and hyphens, upper case, ASCII.

    Raises:
        CharacterError: A character is not an ASCII letter or digit even after NFKC, such as a Cyrillic А.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for position, character in enumerate(plain, 1):
        if not (character.isascii() and (character.isalnum() or character in " -")):
            _refuse(text, character, position, "no code contains", "编码中不会出现")
    return plain.replace(" ", "").replace("-", "").upper()


def clean_name(text: str) -> str:
    """Return a typed name in its plain form: NFKC, blanks at the ends removed, others made single.

    Raises:
        CharacterError: It holds an invisible character, or a word mixes scripts that look alike.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    for position, character in enumerate(plain, 1):
        if character in _INVISIBLE or unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            _refuse(text, character, position, "nobody can see", "是看不见的字符")
    _refuse_mixed_words(text, plain)
    return plain


def _refuse_mixed_words(text: str, plain: str) -> None:
    script_of_word: str | None = None
    for position, character in enumerate(plain, 1):
        script = unicodedata.name(character, "").split(" ")[0]
        if script not in _LOOK_ALIKE_SCRIPTS or character in _UNIT_SIGNS:
            script_of_word = script_of_word if character.isdigit() else None
        elif script_of_word not in (None, script):
            _refuse(text, character, position, "mixes two scripts in one word", "在一个词中混用两种文字")
        else:
            script_of_word = script


def _refuse(text: str, character: str, position: int, why: str, why_zh: str) -> NoReturn:
    raise CharacterError(
        value=text, character=describe_character(character), position=position, why=why, why_zh=why_zh
    )
