"""The schema of a trust file says what the file is: what is none by the one is none by the other."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from drafting import signer_of
from fastapi.testclient import TestClient
from running import trust_of
from served import copy_of

from api.examples import BODIES, EXAMPLES
from api.schemas.trust_files import TRUST_FILE_SCHEMA, TRUST_FILE_SCHEMAS
from ledger_client.canonical import canonical
from ledger_client.home import Home
from ledger_client.signers import KeystoreSigner
from ledger_client.trust import Accepted, Head, Offer, approve
from ledger_client.trust.trust_file import TRUST_FILE_LIMIT, TrustFormError, read_trust

Path = tuple[Any, ...]

VALIDATOR = jsonschema_rs.validator_for({**TRUST_FILE_SCHEMA, "components": {"schemas": TRUST_FILE_SCHEMAS}})
SLOTS = "slots"


@pytest.fixture(scope="module")
def files(city: Home, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One of each form."""
    home = copy_of(city, tmp_path_factory.mktemp("trusting") / "home")
    trust = trust_of(home)
    witness = KeystoreSigner.open(home.keys / "witness-of-tests.json", "")
    after = trust.succeeded_by([*trust.witnesses, signer_of(home, "root").address], threshold=2)
    given: list[Offer | Accepted] = [
        Offer(trust),
        approve(trust, Offer(after), witness, "it"),
        Accepted(trust),
        Accepted(after, Head(7, bytes(32))),
    ]
    return [json.loads(each.to_bytes()) for each in given]


def is_read(value: Any) -> bool:
    """Whether the client takes a file with this content, written as it writes."""
    try:
        read_trust(canonical(value) + b"\n", "it")
    except TrustFormError:
        return False
    return True


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each member, also those that hold others."""
    if path:
        yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in pairs:
        yield from places(each, (*path, name))


def changed(value: Any, path: Path, *other: Any) -> Any:
    """The same with another member, or without it."""
    value = copy.deepcopy(value)
    place = value
    for each in path[:-1]:
        place = place[each]
    if other:
        place[path[-1]] = other[0]
    else:
        del place[path[-1]]
    return value


def wrong(value: Any) -> list[Any]:
    """Values that stand in place of no value like this one."""
    if isinstance(value, str):
        return [None, 1, "", f"0x{value}", f"{value}0", value[:-1], f"{value[:-1]}g", f"{value[:-1]}A"]
    if isinstance(value, int):
        return [None, -1, True, 1 << 53, 0.5, str(value)]
    if value is None:
        return [0, "", "ab", {}, []]
    return [None, 1, "x", [] if isinstance(value, dict) else {}]


def test_what_is_one_by_both(files: list[dict[str, Any]]) -> None:
    for file in files:
        assert is_read(file)
        assert VALIDATOR.is_valid(file)


def test_each_member_is_needed_and_no_other_is_taken(files: list[dict[str, Any]]) -> None:
    for file in files:
        for path, value in places(file):
            is_needed = isinstance(path[-1], str) and path[-2:-1] != (SLOTS,)
            if is_needed:
                lacking = changed(file, path)
                assert (is_read(lacking), VALIDATOR.is_valid(lacking)) == (False, False), path
            if isinstance(value, dict) and path[-1] != SLOTS:
                more = changed(file, (*path, "more"), 1)
                assert (is_read(more), VALIDATOR.is_valid(more)) == (False, False), path
        more = {**file, "more": 1}
        assert (is_read(more), VALIDATOR.is_valid(more)) == (False, False)


def test_wrong_values_in_every_place(files: list[dict[str, Any]]) -> None:
    tried = 0
    for file in files:
        for path, value in places(file):
            for other in wrong(value):
                if other is None and path[-1] in ("head", "predecessor"):
                    continue  # which a file may be without
                made = changed(file, path, other)
                assert not is_read(made), (path, other)
                assert not VALIDATOR.is_valid(made), (path, other)
                tried += 1
    assert tried > 1_000


@pytest.mark.parametrize(
    "change",
    [
        {"witnesses": []},
        {"threshold": 0},
        {"threshold": 257},
        {"spacing": 0},
        {"spacing": 10_001},
        {"version": 1},
        {"contracts": {}},
    ],
)
def test_numbers_have_ends(files: list[dict[str, Any]], change: dict[str, Any]) -> None:
    for file in files:
        made = {**file, "trust": {**file["trust"], **change}}
        assert (is_read(made), VALIDATOR.is_valid(made)) == (False, False)


def test_a_witness_counts_once(files: list[dict[str, Any]]) -> None:
    for file in files:
        twice = [*file["trust"]["witnesses"], file["trust"]["witnesses"][-1]]
        made = {**file, "trust": {**file["trust"], "witnesses": twice}}
        assert (is_read(made), VALIDATOR.is_valid(made)) == (False, False)


def test_is_what_the_description_says(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    operation = description["paths"]["/v1/evidence/trust-files"]["post"]
    body = operation["requestBody"]["content"]["application/json"]
    assert body["schema"] == {**TRUST_FILE_SCHEMA, "description": f"At most {TRUST_FILE_LIMIT} bytes."}
    assert description["components"]["schemas"].items() >= TRUST_FILE_SCHEMAS.items()
    assert body["examples"]["en"]["value"] == BODIES["send_trust_file"]


def test_the_example_is_taken_as_the_example_answers(client: TestClient) -> None:
    content = canonical(BODIES["send_trust_file"]) + b"\n"
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/evidence/trust-files", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    shown = EXAMPLES["send_trust_file"]
    assert {**answer.json(), "kept_until": shown["kept_until"]} == shown


def test_its_text_counts(client: TestClient) -> None:
    """There is one text of a file, and no other is read."""
    for content in (
        json.dumps(BODIES["send_trust_file"]).encode(),
        canonical(BODIES["send_trust_file"]),
    ):
        headers = {"Content-Type": "application/json"}
        answer = client.post("/v1/evidence/trust-files", content=content, headers=headers)
        assert answer.status_code == 422, answer.text
