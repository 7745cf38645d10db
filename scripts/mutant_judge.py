"""Judges mutants one after the other in a copy of the repository: the quickest tests first.

1. Compiled by `mutant_compiler`: what does not compile is invalid; what has the same code in all contracts is
   equal to the sound one.
2. The contract tests that run the mutant's line, then the forge tests with the profile `mutate`. The mutant's
   code is put into forge's artifacts, from which the tests deploy; the sources of the copy stay sound, so
   that forge compiles nothing.
3. The other contract tests that run its function (`mutant_reach`).
4. The forge tests with the profile `default`, and those with sources compiled into them, with the mutant's.

The first test that fails kills the mutant.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Self

from forge import run_forge
from mutant_compiler import ARTIFACTS, Code, Compiler, deployable_contracts, linked_tests
from mutant_reach import Reach, Reached
from mutant_tests import CONTRACTS, FORGE, PYTEST, REACH, changed_files, file_of
from mutants import Mutant

KILLED, SURVIVED, INVALID, EQUAL, WAITS = "killed", "survived", "invalid", "equal", "waits"
FEW = 100  # contract tests are quick
LIMIT = 1_200  # seconds for forge, or one stage of the contract tests (all take 170): kills what never ends
START_LIMIT = 300  # seconds for collecting the tests


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        result: `KILLED`, `SURVIVED`, `INVALID`, `EQUAL`, or `WAITS` where it passed the quick tests only.
        by: The test that killed it, or why it is no mutant.
    """

    result: str
    by: str = ""


# --- the two kinds of tests


class ContractTests:
    """The contract tests of a copy, collected once in a process that forks for each mutant.

    Args:
        tree: The copy.
        sound: The code of all contracts as they are.
    """

    def __init__(self, tree: Path, sound: dict[str, Code]) -> None:
        self._sound = sound
        jobs_out, self._jobs = os.pipe()
        self._answers, answers_in = os.pipe()
        self._process = subprocess.Popen(
            [*PYTEST, CONTRACTS],
            cwd=tree,
            env={**os.environ, "MUTATE_PIPES": f"{jobs_out} {answers_in}"},
            pass_fds=(jobs_out, answers_in),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(jobs_out)
        os.close(answers_in)
        self._buffer = b""
        self._answer(START_LIMIT)

    def close(self) -> None:
        """End the process."""
        os.close(self._jobs)
        os.close(self._answers)
        self._process.kill()
        self._process.wait()

    def failure(
        self,
        code: dict[str, Code],
        tests: list[str],
        reached: Reached,
        files: set[str],
        *,
        whole: bool = False,
    ) -> str:
        """Run those `tests` that stand in `files`; if `whole`, all of these where a world has another digest.

        Returns:
            The test that fails first, or nothing.
        """
        digests = reached.digests if whole else {}
        tests = [test for test in tests if file_of(test) in files]
        if not files or not (tests or digests):
            return ""
        job = {
            "code": {name: astuple(one) for name, one in code.items()},
            "sound": {name: astuple(self._sound[name]) for name in code},
            "rebuilt": sorted(reached.built | digests.keys()),
            "tests": tests,
            "digests": digests,
            "files": sorted(files),
            "limit": LIMIT,
        }
        self._write(json.dumps(job).encode() + b"\n")
        answer = self._answer(LIMIT + START_LIMIT)
        if answer.get("late"):
            return f"{CONTRACTS} took too long"
        if "error" in answer:
            raise RuntimeError(f"{CONTRACTS} could not run: {answer['error']}")
        return str(answer["failed"])

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._jobs, data) :]

    def _answer(self, limit: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], limit)
            read = os.read(self._answers, 65_536) if ready else b""
            if not read:
                raise RuntimeError(f"{CONTRACTS} gave no answer")
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line))


class ForgeTests:
    """The forge tests of a copy, compiled once, whose artifacts take the code of mutants."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._changed = tree / ".tools/changed"  # there while artifacts are a mutant's
        if self._changed.exists():  # a run was ended
            shutil.rmtree(tree / ".tools/forge", ignore_errors=True)
            self._changed.unlink()
        built = run_forge(["build"], root=tree)
        if built.returncode != 0:
            raise RuntimeError(f"forge does not compile the sound contracts: {built.stderr[-2000:]}")
        failed = self.failure({}, "mutate") or self.failure({}, "default")
        if failed:
            raise RuntimeError(f"{failed} fails on the sound contracts")

    def failure(self, code: dict[str, Code], profile: str, *options: str) -> str:
        """Run the tests against `code` and return which fails first, or nothing."""
        command = ["test", "--json", "--fail-fast", *options]
        with self._replaced(code):
            try:
                done = run_forge(command, root=self._tree, profile=profile, timeout=LIMIT)
            except subprocess.TimeoutExpired:
                return f"{FORGE} took too long"
        if not done.stdout.startswith("{"):
            raise RuntimeError(f"forge could not run: {(done.stdout + done.stderr)[-2000:]}")
        return "" if done.returncode == 0 else _first_failure(done.stdout)

    @contextmanager
    def _replaced(self, code: dict[str, Code]) -> Iterator[None]:
        sound: dict[Path, str] = {}
        self._changed.touch()
        try:
            for name, one in code.items():
                path = self._artifact(name)
                sound[path] = path.read_text(encoding="utf-8")
                artifact = json.loads(sound[path])
                artifact["bytecode"]["object"] = f"0x{one.creation}"
                artifact["deployedBytecode"]["object"] = f"0x{one.deployed}"
                path.write_text(json.dumps(artifact), encoding="utf-8")
            yield
        finally:
            for path, text in sound.items():
                path.write_text(text, encoding="utf-8")
            self._changed.unlink()

    def _artifact(self, name: str) -> Path:
        folder = Path(linked_tests().get(name, f"{name}.sol")).name
        return self._tree / f".tools/forge/out/{folder}/{name}.json"


def _first_failure(output: str) -> str:
    for suite, found in json.loads(output).items():
        for name, result in found["test_results"].items():
            if result["status"] != "Success":
                return f"{suite}.{name.split('(')[0]}"
    return FORGE


# --- the judge


class Judge:
    """Judges mutants.

    Args:
        tree: A copy of the repository that no other judge uses.
        hashes: `mutant_tests.hashes_of_tests` of it.
    """

    def __init__(self, tree: Path, hashes: Mapping[str, str]) -> None:
        self._hashes = hashes
        self._contracts = deployable_contracts()
        self._compiler = Compiler(tree)
        self._sound = self._sound_code()
        self._forge = ForgeTests(tree)
        self._reach = Reach(REACH, self._compiler)
        self._tests = ContractTests(tree, self._sound)
        self._require_sound()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tests.close()
        self._compiler.__exit__()

    def compiled(self, mutant: Mutant) -> dict[str, Code] | None:
        """Return the code of the contracts that a mutant changes, or None where it does not compile.

        May run in a thread beside `judge`.
        """
        affected = self._compiler.affected(mutant.source, self._contracts)
        code = self._compiler.code(affected, self._changed(mutant))
        return code and {name: one for name, one in code.items() if one != self._sound[name]}

    def judge(
        self, mutant: Mutant, code: dict[str, Code] | None, passed: Mapping[str, str], *, quick: bool
    ) -> Verdict:
        """Try one mutant.

        Args:
            mutant: Which.
            code: What `compiled` says of it.
            passed: The hashes of the tests that it survived before; where they are the same, none runs again.
            quick: Let it wait when it passes the quick tests.
        """
        if code is None:
            return Verdict(INVALID, "does not compile")
        if not code:
            return Verdict(EQUAL, "compiles to the same code")
        forge = passed.get(FORGE) != self._hashes[FORGE]
        files = changed_files(self._hashes, passed)
        reached = self._reach.of(mutant)
        near = reached.near[: FEW if quick else None]
        failed = self._tests.failure(code, near, reached, files)
        failed = failed or (self._forge.failure(code, "mutate") if forge else "")
        if quick and not failed:
            return Verdict(WAITS)
        failed = failed or self._tests.failure(code, reached.far, reached, files, whole=True)
        failed = failed or (self._whole_forge(mutant, code) if forge else "")
        return Verdict(KILLED, failed) if failed else Verdict(SURVIVED)

    def _changed(self, mutant: Mutant) -> dict[str, str]:
        return {mutant.source: mutant.applied(self._compiler.text(mutant.source))}

    def _whole_forge(self, mutant: Mutant, code: dict[str, Code]) -> str:
        failed = self._forge.failure(code, "default")
        linked = self._compiler.affected(mutant.source, linked_tests())
        if failed or not linked:
            return failed
        compiled = self._compiler.code(linked, self._changed(mutant))
        if compiled is None:
            raise RuntimeError(f"a forge test does not compile with {mutant}")
        return self._forge.failure(code | compiled, "default", "--match-contract", "|".join(sorted(linked)))

    def _require_sound(self) -> None:
        """Refuse to judge where the sound contracts fail: in worlds as they are, and in worlds built anew."""
        for digests in ({}, self._reach.digests):
            reached = Reached([], self._reach.quickest(12), frozenset(digests), digests)
            failed = self._tests.failure(self._sound, reached.far, reached, set(self._hashes), whole=True)
            if failed:
                raise RuntimeError(f"{failed} fails on the sound contracts")

    def _sound_code(self) -> dict[str, Code]:
        compiled: dict[str, Code] = {}
        for name, source in self._contracts.items():
            code = self._compiler.code({name: source}, {})
            artifact = json.loads((ARTIFACTS / f"{name}.json").read_text(encoding="utf-8"))
            expected = (artifact["bytecode"][2:], artifact["deployedBytecode"][2:])
            if code is None or (code[name].creation, code[name].deployed) != expected:
                raise RuntimeError(f"{name} is not what its artifact says: run scripts/compile")
            compiled |= code
        return compiled
