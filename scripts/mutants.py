"""Makes mutants of the contracts: copies of a source with one small mistake each.

A mutant changes one place of one line. Comments, imports, interfaces and declarations of constants' texts are
left alone, since nothing that runs depends on them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What is found on a line, and what stands there instead. Each occurrence makes a mutant of its own.
SWAPS: tuple[tuple[str, str], ...] = (
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" == ", " != "),
    (r" != ", " == "),
    (r"&& ", "|| "),
    (r"\|\| ", "&& "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r" / ", " * "),
    (r" \| ", " & "),
    (r" & ", " | "),
    (r" << ", " >> "),
    (r" >> ", " << "),
    (r" \+= ", " -= "),
    (r" -= ", " += "),
    (r"\blt\(", "gt("),
    (r"\bgt\(", "lt("),
    (r"\badd\((?=word)", "sub("),
    (r"\bsub\((?=word)", "add("),
    (r"\band\((?=gt|gt\(|good|iszero)", "or("),
    (r"\biszero\((?=and)", "or(0, "),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r" \? ", " ? false && "),
)
DELETED = re.compile(
    r"^\s*(?:if \(.*\) (?:revert \w+\(.*\)|_\w+\(.*\)|return(?: .*)?)|_\w+\(.*\)|\w[\w.\[\]]* (?:=|\|=) .*|"
    r"emit \w+\(.*\)|\+\+\w+|sstore\(.*\)|good := .*)(?:;|$)"
)
SKIPPED = re.compile(
    r"^\s*(?://|///|\*|import\b|pragma\b|\}|using\b|type\b|enum\b|error\b|event\b|(?:bytes32|uint\w+|address|bool|\w+Id)"
    r" (?:private|internal|public) (?:constant|immutable))"
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place.

    Attributes:
        source: The file, relative to the repository.
        line: Its line, counted from 1; for people only, since it moves.
        before: The line as it is.
        after: The line as the mutant has it; empty where the statement is left out.
        ordinal: Which of the equal lines of this file it is, from 0.
    """

    source: str
    line: int
    before: str
    after: str
    ordinal: int

    @property
    def id(self) -> str:
        """What it is called, as long as the changed line stays what it is."""
        text = "\n".join((self.source, self.before.strip(), self.after.strip(), str(self.ordinal)))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def __str__(self) -> str:
        return f"{self.id} {self.source}:{self.line}: `{self.before.strip()}` → `{self.after.strip()}`"

    def applied(self, text: str) -> str:
        """Return the source `text` with the mistake in it."""
        lines = text.split("\n")
        assert lines[self.line - 1] == self.before, self
        lines[self.line - 1] = self.after
        return "\n".join(lines)


def mutants_of(root: Path) -> list[Mutant]:
    """Return all mutants of all contracts under `root`, in the order of the sources."""
    sources = sorted((root / "contracts").rglob("*.sol"))
    return [
        mutant
        for path in sources
        if "interfaces" not in path.parts
        for mutant in _mutants(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    ]


def _mutants(source: str, text: str) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    for number, line in enumerate(text.split("\n"), start=1):
        code = line.split("//")[0]
        if SKIPPED.match(line) or not code.strip():
            continue
        ordinal = seen[line.strip()]
        seen[line.strip()] += 1
        for after in dict.fromkeys(_changes(code)):
            yield Mutant(source, number, line, after + line[len(code) :], ordinal)


def _changes(code: str) -> Iterator[str]:
    for pattern, instead in SWAPS:
        for found in re.finditer(pattern, code):
            yield code[: found.start()] + instead + code[found.end() :]
    if DELETED.match(code.rstrip()) and code.count("(") == code.count(")"):
        yield ""
