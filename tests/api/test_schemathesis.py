"""Every operation of the description, asked with what fits it and what does not, as each kind of caller.

The description is the whole list: an operation that is added is asked from then on. In the ordinary run a few
examples an operation, each asked as every kind of caller; with `-m slow` 200 an operation for each of them,
and chains of requests, each of which takes something from an answer before it. The seed is printed, and
`SCHEMATHESIS_SEED` sets another: the ordinary run is the same every time; whoever looks for more says which.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from asking_city import Asking
from chain_signing import SIGNED, ChainSigning
from fuzzing import CALLERS, HEAVY, SESSION, SIGN_OUT, STREAM, Ground, ending, standing, with_forms
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from hypothesis.strategies import SearchStrategy
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from served import copy_of

from api.uploads import UPLOADS
from ledger_client.home import Home

SEED = int(os.environ.get("SCHEMATHESIS_SEED") or 20_200_123)
FEW, MANY = 2, 200
FEW_HEAVY, MANY_HEAVY = 1, 10
"""Examples of an operation that starts a process for every request: 200 of them would take an hour."""

FEW_CHAINS, MANY_CHAINS, STEPS, STEPS_OF_SIGNING = 3, 200, 8, 12
REFUSED = 30
PATIENCE = 60.0  # seconds for an answer

load_all_checks()
LEFT_OUT = {
    # Codes have check digits, and are taken in several ways of writing them, which no pattern says.
    "positive_data_acceptance": "a USCC of the right form has the wrong check character nearly always",
    "use_after_free": "a draft that is withdrawn and an audit that is stopped stay, and say so",
}
"""Checks that cannot hold here, and why."""

EXCLUDED = [CHECKS.get_one(name) for name in LEFT_OUT]


@pytest.fixture(scope="module")
def ground(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A real server of the city, with something of everything."""
    print(f"SCHEMATHESIS_SEED={SEED}")
    with standing(asking, copy_of(asking.home, tmp_path_factory.mktemp("fuzzed") / "home")) as found:
        yield found


def fuzz(ground: Ground, callers: Collection[str], examples: int, heavy: int) -> list[str]:
    """Ask every operation and return what was found.

    Args:
        ground: Whom.
        callers: Each example is asked as each of them.
        examples: Of an operation and a way of making them.
        heavy: Likewise, of an operation that starts a process for every request.
    """
    schema = schemathesis.openapi.from_url(f"{ground.root}/openapi.json")
    found: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        headers = {
            each: ground.signed_in() if (each, name) == (SESSION, SIGN_OUT) else ground.headers[each]
            for each in callers
        }
        for way, cases in _ways(ground, name, operation).items():
            try:
                _ask(cases, ground.root, headers, heavy if name in HEAVY else examples)
            except Unsatisfiable:
                # Without parameters and without a body but a file there is nothing that could be wrong.
                assert way == "negative" and not _takes_anything(operation), operation.label
            except (Exception, FailureGroup) as error:  # every finding is told, not the first alone
                found.append(f"{operation.label} ({way}, seed {SEED}): {_told(error)}")
    return found


def _ways(ground: Ground, name: str, operation: Any) -> Mapping[str, SearchStrategy[Case]]:
    """Return ways of asking an operation: what fits, what is there, what does something, what is wrong."""
    there = ground.there(operation)
    places = {"path_parameters": there} if there else {}
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    ways = {"positive": fitting}
    if places:
        ways["there"] = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, **places)
    if name in ground.forms:
        ways["forms"] = with_forms(ways.get("there", fitting), ground.forms[name])
    ways["negative"] = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return {way: each.map(ending) for way, each in ways.items()} if name == STREAM else ways


def _takes_anything(operation: Any) -> bool:
    bodies = [each.definition["schema"] for each in operation.body]
    return any(each.get("format") != "binary" for each in bodies) or any(operation.iter_parameters())


def _told(error: BaseException) -> str:
    return "\n".join(
        [str(error), *map(_told, getattr(error, "exceptions", ())), *getattr(error, "__notes__", ())]
    )


def _ask(
    cases: SearchStrategy[Case], root: str, headers: Mapping[str, Mapping[str, str]], examples: int
) -> None:
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: Case) -> None:
        for caller, sent in headers.items():
            try:
                case.call_and_validate(
                    base_url=root, headers=dict(sent), excluded_checks=EXCLUDED, timeout=PATIENCE
                )
            except (Exception, FailureGroup) as error:
                error.add_note(f"asked as: {caller}")
                raise

    ask()


def chains(
    ground: Ground,
    caller: str,
    examples: int,
    reached: Counter[tuple[str, int]],
    operations: Sequence[str] = (),
) -> list[str]:
    """Ask in chains, in which an answer says what is asked for, changed, signed or withdrawn next.

    What is there changes as they run, so that a chain that is begun again need not go on as before, which
    ends the round that Hypothesis runs. Findings are told all the same; then a round of another seed goes
    on.

    Args:
        ground: Whom.
        caller: As whom.
        examples: How many chains.
        reached: Counted here: operation and status of what was asked for with what an answer gave.
        operations: What is asked; everything where not given.
    """
    schema = schemathesis.openapi.from_url(f"{ground.root}/openapi.json")
    if operations:
        schema = schema.include(operation_id=list(operations))
    found: list[str] = []
    begun = 0

    class Chain(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def setup(self) -> None:
            nonlocal begun
            begun += 1
            self.signing = ChainSigning(ground, ground.headers[caller])

        def before_call(self, case: Case) -> None:
            self.signing.prepare(case)
            if case.operation.definition.raw["operationId"] == STREAM:
                ending(case)

        def after_call(self, response: Any, case: Case) -> None:
            self.signing.look(case, response)
            node = self.recorder.cases[case.id]
            if node.transition is not None and node.is_transition_applied:
                reached[case.operation.definition.raw["operationId"], response.status_code] += 1

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": ground.root, "headers": dict(ground.headers[caller]), "timeout": PATIENCE}

        def call(self, case: Case, **kwargs: Any) -> Any:
            try:
                return super().call(case, **kwargs)
            except Exception as error:  # no answer at all
                found.append(f"{case.operation.label} (chains from seed {SEED}): {_told(error)}")
                raise

        def validate_response(
            self, response: Any, case: Case, additional_checks: Any = None, **kwargs: Any
        ) -> None:
            try:
                case.validate_response(
                    response,
                    excluded_checks=EXCLUDED,
                    transport_kwargs=kwargs or None,
                    recorder=self.recorder,
                )
            except FailureGroup as error:
                found.append(f"{case.operation.label} (chains from seed {SEED}): {_told(error)}")

    rounds = 0
    while begun < examples:
        rounds += 1
        with suppress(Flaky):
            steps = STEPS_OF_SIGNING if operations else STEPS
            _run_chains(Chain, SEED + rounds, examples - begun, steps)
    return found


def _run_chains(machine: type[Any], number: int, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def contents(home: Home) -> dict[str, list[Any]]:
    """Return every row of what requests may write; sessions and last uses of accounts are no such thing."""
    found = {}
    for path in (home.unsigned, home.outbox, home.records):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            tables = [
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            for name in tables:
                found[f"{path.name} {name}"] = sorted(map(repr, database.execute(f"SELECT * FROM {name}")))
    return found


def leftovers(home: Home) -> list[Path]:
    """Return what is left of files that were sent."""
    return list((home.path / UPLOADS).glob("*"))


def test_a_few_of_everything(ground: Ground) -> None:
    assert fuzz(ground, CALLERS, FEW, FEW_HEAVY) == []
    assert leftovers(ground.home) == []


@pytest.mark.parametrize("caller", ["public", "no scope", "other district"])
def test_whoever_may_write_nothing_leaves_nothing(ground: Ground, caller: str) -> None:
    before = contents(ground.home)
    assert all(before[each] for each in ("unsigned.db drafts", "outbox.db entries", "records.db records"))
    schema = schemathesis.openapi.from_url(f"{ground.root}/openapi.json")
    for name, forms in ground.forms.items():
        operation = schema.find_operation_by_id(name)
        path = operation.path.format_map(ground.there(operation))
        for form in forms:
            answer = operation.Case(path_parameters=ground.there(operation), body=form).call(
                base_url=ground.root, headers=dict(ground.headers[caller])
            )
            assert name == "sign_in" or answer.status_code in {401, 403, 404}, (path, answer.text)
    assert contents(ground.home) == before


@pytest.mark.parametrize("name", ["consent_to_draft", "prepare_act", "prepare_draft", "put_draft"])
def test_what_is_refused_leaves_nothing(ground: Ground, name: str) -> None:
    """Nothing of it is kept before all of it is looked at."""
    schema = schemathesis.openapi.from_url(f"{ground.root}/openapi.json")
    cases = _ways(ground, name, schema.find_operation_by_id(name))["forms"]
    statuses = set()

    @seed(SEED)
    @settings(
        max_examples=REFUSED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: Case) -> None:
        before = contents(ground.home)
        answer = case.call(base_url=ground.root, headers=dict(ground.headers["country"]), timeout=PATIENCE)
        statuses.add(answer.status_code)
        assert answer.status_code < 400 or contents(ground.home) == before, answer.text

    ask()
    assert statuses & {409, 422}, statuses


@pytest.mark.parametrize("operations", [(), SIGNED], ids=["everything", "what is signed"])
def test_a_few_chains(ground: Ground, operations: Sequence[str]) -> None:
    assert chains(ground, "country", FEW_CHAINS, Counter(), operations) == []


@pytest.mark.slow
@pytest.mark.parametrize("caller", CALLERS)
def test_much_of_everything(ground: Ground, caller: str) -> None:
    assert fuzz(ground, [caller], MANY, MANY_HEAVY) == []
    assert leftovers(ground.home) == []


@pytest.mark.slow
@pytest.mark.parametrize("caller", CALLERS)
def test_many_chains(ground: Ground, caller: str) -> None:
    assert chains(ground, caller, MANY_CHAINS, Counter()) == []


@pytest.mark.slow
@pytest.mark.parametrize("caller", ["country", SESSION])
def test_many_chains_of_what_is_signed(ground: Ground, caller: str) -> None:
    """Nothing of it is left out: each operation is reached by what an answer gave, and does its work."""
    reached = Counter[tuple[str, int]]()
    assert chains(ground, caller, MANY_CHAINS, reached, SIGNED) == []
    print(sorted(reached.items()))
    done = {name for name, status in reached if status < 300}
    # A key signs one thing at a time: a number that an act took keeps drafts of the key from theirs for two
    # minutes, and the other way round.
    numbers = {"reserve_act_number", "reserve_number"}
    # What is read behind handing in comes last, and not in every run; only signers may withdraw a draft.
    by_chance = numbers | {"read_document", "read_transaction", "read_who"}
    assert done >= set(SIGNED) - by_chance - (set() if caller == SESSION else {"withdraw_draft"})
    assert done & numbers
