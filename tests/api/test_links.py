"""Links of the description: they lead to what is there, with what the answers hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from api.app import create_app
from api.links import LINKS
from ledger_client.home import Home

DESCRIPTION: dict[str, Any] = create_app(Home(Path("nowhere"))).openapi()
OPERATIONS: Mapping[str, tuple[str, dict[str, Any]]] = {
    operation["operationId"]: (path, operation)
    for path, operations in DESCRIPTION["paths"].items()
    for operation in operations.values()
}


class Described(NamedTuple):
    """A link as the description has it."""

    operation: str
    status: str
    link: dict[str, Any]

    @property
    def answers(self) -> list[Any]:
        """The answers that the description shows where the link stands."""
        content = OPERATIONS[self.operation][1]["responses"][self.status]["content"]["application/json"]
        return [each["value"] for each in content["examples"].values()]

    @property
    def target(self) -> dict[str, Any]:
        return OPERATIONS[self.link["operationId"]][1]


def _described() -> Iterator[Described]:
    for name, (_, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            for link in response.get("links", {}).values():
                yield Described(name, status, link)


DESCRIBED = list(_described())


def _name(described: Described) -> str:
    return f"{described.operation}-{described.status}-{described.link['operationId']}"


def value_of(expression: Any, answer: Any) -> Any:
    """Return what an expression stands for in an answer; what is none stands for itself."""
    if isinstance(expression, dict):
        return {name: value_of(each, answer) for name, each in expression.items()}
    prefix, _, pointer = expression.partition("#/")
    assert prefix == "$response.body"
    found = answer
    for each in pointer.split("/"):
        found = found[int(each)] if isinstance(found, list) else found[each]
    return found


def fits(schema: dict[str, Any], value: Any) -> bool:
    whole = {**schema, "components": DESCRIPTION["components"]}
    return jsonschema_rs.validator_for(whole).is_valid(value)


def test_every_link_is_described() -> None:
    assert {(each.operation, each.status, each.link["operationId"]) for each in DESCRIBED} == {
        (operation, status, each.to) for (operation, status), links in LINKS.items() for each in links
    }
    assert len(DESCRIBED) == sum(map(len, LINKS.values()))  # two to one operation would hide one another


@pytest.mark.parametrize("described", DESCRIBED, ids=_name)
def test_a_link_gives_what_its_target_takes(described: Described) -> None:
    parameters = {each["name"]: each for each in described.target.get("parameters", ())}
    given = described.link.get("parameters", {})
    needed = {name for name, each in parameters.items() if each["required"]}
    assert needed <= set(given) <= set(parameters)
    for answer in described.answers:
        for name, expression in given.items():
            value = value_of(expression, answer)
            # Null where the answer leads there at other times alone.
            assert fits(parameters[name]["schema"], value) or value is None, (name, value)
        if "requestBody" in described.link:
            body = described.target["requestBody"]["content"]["application/json"]["schema"]
            assert fits(body, value_of(described.link["requestBody"], answer))


def test_everything_of_drafts_acts_and_transactions_is_led_to() -> None:
    there = {
        name
        for name, (path, _) in OPERATIONS.items()
        if re.match("/v1/(acts|drafts|transactions)(/|$)", path)
    }
    assert there <= {each.link["operationId"] for each in DESCRIBED}
