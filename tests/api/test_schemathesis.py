"""Every operation of the description, asked with what fits it and what does not, as each kind of caller.

The description is the whole list: an operation that is added is asked from then on. In the ordinary run a few
examples an operation; all 200 with `-m slow`. The seed is printed, and `SCHEMATHESIS_SEED` sets it.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from served import UNLIMITED, account_of, copy_of, wait_for

from api.access.rights import Scope
from api.app import create_app
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.home import Home

SEED = int(os.environ.get("SCHEMATHESIS_SEED") or random.SystemRandom().randrange(2**32))
FEW, MANY = 12, 200
DISTRICT = int(str(EAST_GOVERNMENT)[:6])
CALLERS = {
    "public": None,
    "no scope": (0, ()),
    "other district": (420103, (Scope.READ,)),
    "district": (DISTRICT, (Scope.READ,)),
    "country": (0, tuple(Scope)),
}
"""Kind of a caller → division and scopes of its account."""

load_all_checks()
LEFT_OUT = {
    # Codes have check digits, and are taken in several ways of writing them, which no pattern says.
    "positive_data_acceptance": "a USCC of the right form has the wrong check character nearly always",
}
"""Checks that cannot hold here, and why."""


@pytest.fixture(scope="module")
def served(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Home]]:
    """The address of a real server, and its home."""
    print(f"SCHEMATHESIS_SEED={SEED}")
    home = copy_of(city, tmp_path_factory.mktemp("fuzzed") / "home")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(home, UNLIMITED), log_config=None, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", home
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def fuzz(served: tuple[str, Home], caller: str, examples: int) -> list[str]:
    """Ask every operation and return what was found."""
    root, home = served
    account = CALLERS[caller]
    headers = {}
    if account is not None:
        division, scopes = account
        headers["Authorization"] = f"Bearer {account_of(home, division, scopes=scopes)}"
    schema = schemathesis.openapi.from_url(f"{root}/openapi.json")
    found: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode, places in (
            (GenerationMode.POSITIVE, {}),
            (GenerationMode.POSITIVE, _places(operation)),
            (GenerationMode.NEGATIVE, {}),
        ):
            try:
                _ask(operation.as_strategy(generation_mode=mode, **places), root, headers, examples)
            except Unsatisfiable:
                # Without parameters and without a body there is nothing that could be wrong.
                assert mode is GenerationMode.NEGATIVE and not _takes_anything(operation), operation.label
            except (Exception, FailureGroup) as error:  # every finding is told, not the first alone
                found.append(f"{operation.label} ({mode.value}, seed {SEED}): {error}")
    return found


def _takes_anything(operation: Any) -> bool:
    return bool(operation.body) or any(operation.iter_parameters())


def _places(operation: Any) -> dict[str, Any]:
    """What the description shows for an address, so that some of what is asked is there."""
    shown = {
        each.name: each.definition["schema"]["examples"][0]
        for each in operation.iter_parameters()
        if each.location == "path" and "examples" in each.definition["schema"]
    }
    return {"path_parameters": shown} if shown else {}


def _ask(cases: SearchStrategy[Case], root: str, headers: dict[str, str], examples: int) -> None:
    excluded = [CHECKS.get_one(name) for name in LEFT_OUT]

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
        case.call_and_validate(base_url=root, headers=headers, excluded_checks=excluded)

    ask()


@pytest.mark.parametrize("caller", CALLERS)
def test_a_few_of_everything(served: tuple[str, Home], caller: str) -> None:
    assert fuzz(served, caller, FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("caller", CALLERS)
def test_much_of_everything(served: tuple[str, Home], caller: str) -> None:
    assert fuzz(served, caller, MANY) == []
