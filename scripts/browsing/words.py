<<<<<<< HEAD
"""The words of the page, read from its own sources, so that a test says `keeper.forms.to` and not what it is called.

    said("signing.recorded", "en", block="7")
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from browsing.browser import ROOT

WORDS = ROOT / "api/web/src/words"

# A word or more words by name: a type that speaks of itself is more than it is worth here.
Words = dict[str, Any]

_TOKEN = re.compile(
    r"""\s+ | //[^\n]* | /\*.*?\*/ | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*") | (?P<name>\w+) | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"n": "\n", "t": "\t"}


def said(key: str, language: str, **values: str) -> str:
    """Return what the page says under a key, with values in it; links to other keys are followed.

    Raises:
        KeyError: The page has no such word.
    """
    found: Any = _words(language)
    for name in key.split("."):
        found = found[name]
    text: str = found
    for name, value in values.items():
        text = text.replace(f"@:{{{name}}}", f"{{{name}}}").replace(f"{{{name}}}", value)
    return text


@cache
def _words(language: str) -> Words:
    """Return all words of a language; those of `keeper/forms.ts` are below `keeper`."""
    found: Words = {}
    for path in sorted(WORDS.rglob("*.ts")):
        source = path.read_text(encoding="utf-8")
        place = found
        for folder in path.relative_to(WORDS).parts[:-1]:
            place = place.setdefault(folder, {})
        for match in re.finditer(r"export const (\w+) = both\(", source):
            tokens = _Tokens(source[match.end() :])
            english = tokens.words()
            tokens.skip(",")
            place[match[1]] = english if language == "en" else tokens.words()
    return found


class _Tokens:
    """Literals of TypeScript: objects of texts, and nothing else."""

    def __init__(self, source: str) -> None:
        matches = _TOKEN.finditer(source)
        self._left = (each for each in matches if each.lastgroup is not None)
        self._next: re.Match[str] | None = next(self._left)

    def _take(self) -> re.Match[str]:
        taken = self._next
        if taken is None:
            raise ValueError("words end too early")
        self._next = next(self._left, None)
        return taken

    def _is(self, sign: str) -> bool:
        return self._next is not None and self._next[0] == sign

    def skip(self, sign: str) -> None:
        """Take a sign, which must come next."""
        if (taken := self._take())[0] != sign:
            raise ValueError(f"expected {sign}, found {taken[0]}")

    def words(self) -> Words:
        """Take an object."""
        found: Words = {}
        self.skip("{")
        while not self._is("}"):
            key = self._take()
            name = _text(key[0]) if key.lastgroup == "text" else key[0]
            self.skip(":")
            found[name] = self.words() if self._is("{") else self._text()
            if self._is(","):
                self._take()
        self.skip("}")
        return found

    def _text(self) -> str:
        parts = [_text(self._take()[0])]
        while self._is("+"):
            self._take()
            parts.append(_text(self._take()[0]))
        return "".join(parts)


def _text(literal: str) -> str:
    """Return the text of a literal."""

    def escaped(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if code[0] == "u" and len(code) == 5 else _ESCAPED.get(code, code)

    return _ESCAPE.sub(escaped, literal[1:-1])
=======
"""What the page says: its own words, in the language in which somebody looks at it."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from typing import Any

from browsing.browser import ROOT, Watched, Way

# The words stand in TypeScript, whose imports leave the ending out.
_PRINT = """
import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) => next(/^\\.\\.?\\//.test(name) ? `${name}.ts` : name, context) })
const { WORDS } = await import(process.argv[1])
process.stdout.write(JSON.stringify(WORDS))
"""


def said(key: str, way: Way | Watched, /, **parts: object) -> str:
    """Return what the page says under a key.

    Args:
        key: As views name it: `keeper.home.title`.
        way: In whose language.
        parts: What stands for `{name}` in it; `count` chooses between forms too.

    Raises:
        KeyError: There is no such text, or it has a part that was not given.
    """
    found: Any = _words()[(way.way if isinstance(way, Watched) else way).language]
    for name in key.split("."):
        found = found[name]
    if not isinstance(found, str):
        raise KeyError(key)
    forms = found.split(" | ")
    if len(forms) > 1:
        count = int(str(parts["count"]))
        found = forms[min(count, len(forms) - 1)] if len(forms) > 2 else forms[0 if count == 1 else 1]
    return re.sub(r"\{(\w+)\}", lambda part: str(parts[part[1]]), found)


@cache
def _words() -> dict[str, Any]:
    program = ["node", "--no-warnings", "--input-type=module", "--eval", _PRINT, "--"]
    index = (ROOT / "api/web/src/words/index.ts").as_uri()
    ended = subprocess.run([*program, index], stdout=subprocess.PIPE, check=True)
    words: dict[str, Any] = json.loads(ended.stdout)
    return words
>>>>>>> page
