"""A pytest plugin for `scripts/mutate`: runs contract tests against mutants, or records what each test runs.

`MUTATE_PIPES` names two open file descriptors, the first to read jobs from and the second to write answers
to, one JSON object a line. Tests are collected and the worlds that they begin from built once; each job runs
in a fork of this process, where the mutant's code takes the place of the sound one. Without `MUTATE_PIPES`
tests run as they are, and what each of them executed of the contracts is written to `MUTATE_REACH`.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import select
import signal
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth.db.account import AccountDB
from eth.vm.code_stream import CodeStream
from hypothesis import Phase, settings

# The first example that fails kills a mutant: to look for a smaller one takes minutes and tells nothing more.
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])
settings.load_profile("mutants")

# What nearly all tests begin from, built once a session, and the fixtures that make it.
WORLDS = {
    "built_world": ("chain", "built_world"),
    "built_stock": ("built_stock",),
    "built_norms": ("built_norms",),
    "built_reallocation": ("built_reallocation",),
}


# --- what a world holds


def digest_of(world: Any) -> str:
    """Return a hash of all storage and of all events of a world's chain."""
    chain = world.chain
    accounts = chain._backend.chain.get_vm().state._account_db
    digest = hashlib.sha256()
    for address in sorted(chain._deployed):
        digest.update(accounts._get_storage_root(bytes.fromhex(address[2:])))
    for log in chain.w3.eth.get_logs({"fromBlock": 0}):
        digest.update(bytes.fromhex(log["address"][2:]) + b"".join(log["topics"]) + log["data"])
    return digest.hexdigest()


def shared_fixtures(item: pytest.Item) -> list[str]:
    """Return the names of the fixtures of a test that other tests have too."""
    found = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    return [_fixture_name(found[name][-1]) for name in found if found[name][-1].scope != "function"]


def _file(test: str) -> str:
    return test.split("::", maxsplit=1)[0]


def _fixture_name(fixture: Any) -> str:
    whole = fixture.scope == "session"
    return str(fixture.argname) if whole else f"{fixture.baseid}::{fixture.argname}"


# --- recording


class Recorder:
    """Notes the instructions that run in each test and in each shared fixture, by code."""

    def __init__(self) -> None:
        self.codes: dict[bytes, str] = {}
        self.ran: dict[str, dict[str, bytearray]] = defaultdict(dict)
        self.uses: dict[str, list[str]] = {}
        self.digests: dict[str, str] = {}
        self.stack: list[str] = ["collection"]

    def area(self, code: bytes) -> bytearray:
        """Return a byte an instruction of `code` for what runs now."""
        name = self.codes.get(code) or self.codes.setdefault(code, hashlib.sha256(code).hexdigest()[:16])
        return self.ran[self.stack[-1]].setdefault(name, bytearray(len(code)))

    def install(self) -> None:
        """Let every code that py-evm runs from now on be noted."""
        recorder = self

        def noting(stream: Any) -> Iterator[int]:
            code = stream._raw_code_bytes
            area = recorder.area(code)
            length = len(code)
            while stream.program_counter < length:
                counter = stream.program_counter
                area[counter] = 1
                stream.program_counter = counter + 1
                yield code[counter]
            yield 0

        CodeStream.__iter__ = noting  # type: ignore[method-assign]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """Tell a shared fixture from the test that happens to build it."""
        if fixturedef.scope == "function":
            return (yield)
        self.stack.append(_fixture_name(fixturedef))
        try:
            value: Any = yield
        finally:
            self.stack.pop()
        if fixturedef.argname in WORLDS:
            self.digests[fixturedef.argname] = digest_of(value)
        return value

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Note what runs under the test's name."""
        self.uses[item.nodeid] = shared_fixtures(item)
        self.stack.append(item.nodeid)
        try:
            return (yield)
        finally:
            self.stack.pop()

    def write(self, path: Path) -> None:
        """Write all of it as JSON: an instruction is the bit of its place."""
        ran = {
            name: {code: f"{int.from_bytes(bytes(_bits(area)), 'little'):x}" for code, area in areas.items()}
            for name, areas in self.ran.items()
        }
        codes = {name: code.hex() for code, name in self.codes.items()}
        found = {
            "codes": codes,
            "ran": ran,
            "uses": self.uses,
            "digests": self.digests,
        }
        path.write_text(json.dumps(found), encoding="utf-8")


def _bits(area: bytearray) -> Iterator[int]:
    for start in range(0, len(area), 8):
        yield sum(bit << place for place, bit in enumerate(area[start : start + 8]))


# --- jobs


class Trial:
    """One mutant's run, in the child: the tests of a job, until one fails.

    A job has `code` and `sound` (creation and deployed code by contract, and where its immutable values go),
    `tests` (which to run, in order), `rebuilt` (the worlds that the mutated function helps to build),
    `digests` (of those worlds, if they matter) and `files` (of tests that may run). A world that is not what
    it should be is no failure yet, but then all tests of these files run that begin from it.
    """

    def __init__(self, session: pytest.Session, worlds: dict[str, Any], job: dict[str, Any]) -> None:
        self._session = session
        self._worlds = worlds
        self._job = job
        self._failed = ""
        self._differing: set[str] = set()
        self._built: set[str] = set()
        self.ran = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        """Compare a world with what it should be."""
        value: Any = yield
        name = fixturedef.argname
        if name in self._job["digests"]:
            self._built.add(name)
            if digest_of(value) != self._job["digests"][name]:
                self._differing.add(name)
        return value

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first test that fails."""
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def run(self) -> str:
        """Return the test that failed, or nothing."""
        self._deploy_mutants()
        self._replace_deployed()
        self._session.config.pluginmanager.register(self, "trial")
        items = {item.nodeid: item for item in self._session.items}
        done = set(self._job["tests"])
        files = self._job["files"]
        if self._run([items[name] for name in self._job["tests"]]):
            return self._failed
        for world in sorted(self._job["digests"]):
            users = [item for item in self._session.items if world in shared_fixtures(item)]
            if world not in self._built and self._run(users[:1]):
                return self._failed
            if world in self._differing:
                more = [one for one in users if one.nodeid not in done and _file(one.nodeid) in files]
                done.update(one.nodeid for one in more)
                if self._run(more):
                    return self._failed
        return ""

    def _run(self, items: list[pytest.Item]) -> bool:
        for place, item in enumerate(items):
            following = items[place + 1] if place + 1 < len(items) else None
            # Worlds stay; what a module shares stays as long as its tests follow each other.
            after = following or next(one for one in self._session.items if one.path != item.path)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            self.ran += 1
            if self._failed:
                return True
        return False

    def _deploy_mutants(self) -> None:
        from ledger_client import artifacts

        sound, mutated = artifacts.parse_artifact, self._job["code"]

        def parse(text: str) -> artifacts.Artifact:
            artifact = sound(text)
            if artifact.name not in mutated:
                return artifact
            creation, deployed, _ = mutated[artifact.name]
            return replace(
                artifact, bytecode=bytes.fromhex(creation), deployed_bytecode=bytes.fromhex(deployed)
            )

        artifacts.parse_artifact = parse
        artifacts.load_artifact.cache_clear()

    def _replace_deployed(self) -> None:
        """Let worlds that are not rebuilt run the mutant's code, with the sound one's immutable values."""
        rebuilt = self._rebuilt()
        for name in rebuilt:
            for fixture in WORLDS[name]:
                self._worlds[fixture].cached_result = None
                self._worlds[fixture]._finalizers.clear()
        codes: dict[bytes, bytes] = {}
        for name in WORLDS.keys() - rebuilt:
            for sound in _codes_of(self._worlds[name].cached_result[0]):
                codes |= _mutated(sound, self._job["sound"], self._job["code"])
        get_code = AccountDB.get_code

        def replaced(accounts: AccountDB, address: Any) -> bytes:
            code = get_code(accounts, address)
            return codes.get(code, code)

        AccountDB.get_code = replaced  # type: ignore[method-assign, assignment]

    def _rebuilt(self) -> set[str]:
        """Return the worlds to build anew: all of them where the mutant has lost an immutable value.

        Then nothing says which of the values that are left goes where, but a deployment.
        """
        sound, mutated = self._job["sound"], self._job["code"]
        if any(len(places) != len(sound[name][2]) for name, (_, _, places) in mutated.items()):
            return set(WORLDS)
        return set(self._job["rebuilt"])


def _codes_of(world: Any) -> Iterator[bytes]:
    accounts = world.chain._backend.chain.get_vm().state._account_db
    for address in world.chain._deployed:
        yield accounts.get_code(bytes.fromhex(address[2:]))


def _mutated(code: bytes, sound: dict[str, Any], mutated: dict[str, Any]) -> dict[bytes, bytes]:
    for name, (_, deployed, values) in mutated.items():
        _, expected, places = sound[name]
        blank = bytearray(code)
        for start, length in (place for group in places for place in group):
            blank[start : start + length] = bytes(length)
        if bytes(blank) == bytes.fromhex(expected):
            filled = bytearray(bytes.fromhex(deployed))
            for group, there in zip(places, values, strict=True):
                start, length = group[0]
                for into, _ in there:
                    filled[into : into + length] = code[start : start + length]
            return {code: bytes(filled)}
    return {}


def _build_worlds(session: pytest.Session) -> dict[str, Any]:
    """Run a test of each world, so that it is built, and return the fixtures that made them."""
    definitions: dict[str, Any] = {}
    for world, fixtures in WORLDS.items():
        item = next(one for one in session.items if set(shared_fixtures(one)) == set(fixtures))
        after = next(one for one in session.items if one.path != item.path)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        found = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        definitions |= {fixture: found[fixture][-1] for fixture in fixtures}
        assert definitions[world].cached_result is not None, f"{world} was not built"
    return definitions


def _serve(session: pytest.Session, worlds: dict[str, Any], jobs: int, answers: int) -> None:
    with os.fdopen(jobs) as lines:
        for line in lines:
            answer = json.dumps(_tried(session, worlds, json.loads(line))) + "\n"
            os.write(answers, answer.encode())


def _tried(session: pytest.Session, worlds: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer: dict[str, Any]
        try:
            trial = Trial(session, worlds, job)
            answer = {"failed": trial.run(), "ran": trial.ran}
        except BaseException as error:  # an answer all the same, or the parent would wait
            answer = {"error": repr(error)}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    try:
        ended, _, _ = select.select([reading], [], [], job["limit"])
        if not ended:
            os.kill(child, signal.SIGKILL)
            return {"late": True}
        written = b"".join(iter(lambda: os.read(reading, 65_536), b""))
        return dict(json.loads(written)) if written else {"error": "the test process ended"}
    finally:
        os.close(reading)
        os.waitpid(child, 0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Take the place of pytest's loop over the tests."""
    if "MUTATE_PIPES" in os.environ:
        jobs, answers = map(int, os.environ["MUTATE_PIPES"].split())
        worlds = _build_worlds(session)
        gc.freeze()  # what the forks share stays shared
        os.write(answers, b'{"ready": true}\n')
        _serve(session, worlds, jobs, answers)
        return True
    recorder = Recorder()
    recorder.install()
    session.config.pluginmanager.register(recorder, "recorder")
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    recorder.write(Path(os.environ["MUTATE_REACH"]))
    return True
