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
const resolve = (name, context, next) => next(/^\\.\\.?\\//.test(name) ? `${name}.ts` : name, context)
registerHooks({ resolve })
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
