"""Checkpoints over HTTP, of the played city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, serving
from witnessed import SPACING, THRESHOLD, WITNESSES, Witnessed, have_witnessed, put

from ledger_client.checkpoints import Statement
from ledger_client.home import Home
from ledger_client.keccak import keccak


@pytest.fixture(scope="module")
def witnessed(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Witnessed:
    return have_witnessed(copy_of(city, tmp_path_factory.mktemp("witnessed") / "home"))


@pytest.fixture(scope="module")
def server(witnessed: Witnessed) -> Iterator[TestClient]:
    with serving(witnessed.home) as client:
        yield client


def test_what_all_have_signed(server: TestClient, witnessed: Witnessed) -> None:
    answer = server.get("/v1/checkpoints")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    statement = witnessed.statements[0]
    assert found["trust"] == witnessed.trust.fingerprint.hex()
    assert (found["threshold"], found["spacing"]) == (THRESHOLD, SPACING)
    assert (found["checkpoints"], found["newest"]) == (1, statement.number)
    assert (found["agree"], found["chain_agrees"]) == (True, True)
    assert (found["forks"], found["alarms"], found["behind"], found["troubles"]) == ([], [], [], [])
    assert found["height"] >= statement.number
    assert [(each["address"], each["statements"], each["newest"]) for each in found["witnesses"]] == [
        (each.address, 1, statement.number) for each in WITNESSES
    ]
    (height,) = found["heights"]
    assert (height["number"], height["is_checkpoint"]) == (statement.number, True)
    assert {each["witness"] for each in height["statements"]} == {each.address for each in WITNESSES}
    said = [Statement.from_dict(bare(each)) for each in height["statements"]]
    assert all(each.is_valid(witnessed.trust) for each in said)


def bare(told: dict[str, object]) -> dict[str, object]:
    """Return a statement as witnesses keep it, of what the API tells."""
    return {
        name: value.removeprefix("0x").lower() if isinstance(value, str) else value
        for name, value in told.items()
    }


def made_up(witnessed: Witnessed, by: int, number: int, what: str) -> Statement:
    before = witnessed.statements[by]
    return Statement(
        before.witness,
        number,
        keccak(what.encode()),
        keccak(b"state"),
        before.number,
        before.block_hash,
    ).signed(witnessed.trust, WITNESSES[by])


def test_a_witness_that_saw_another_chain(city: Home, tmp_path: Path) -> None:
    witnessed = have_witnessed(copy_of(city, tmp_path / "home"))
    first = witnessed.statements[0]
    later = first.number + SPACING
    put(witnessed.home.checkpoints, made_up(witnessed, 0, later, "one"), made_up(witnessed, 1, later, "two"))
    with serving(witnessed.home) as server:
        found = server.get("/v1/checkpoints").json()
        assert found["agree"] is False
        assert found["chain_agrees"] is None  # signed above the chain's height
        (fork,) = found["forks"]
        assert (fork["height"], fork["accused"]) == (later, None)
        assert "two histories" in fork["text"]["en"]
        assert "分歧" in fork["text"]["zh"]
        assert len(found["behind"]) == 2
        assert found["behind"][0]["kind"] == "chain-shorter"
        pages, after = [], 0
        while after is not None:
            page = server.get("/v1/checkpoints", params={"limit": 1, "after": after}).json()
            pages.append([each["number"] for each in page["heights"]])
            after = page["next_after"]
        assert pages == [[first.number], [later]]


def test_a_rewritten_chain(city: Home, tmp_path: Path) -> None:
    witnessed = have_witnessed(copy_of(city, tmp_path / "home"))
    first = witnessed.statements[0]
    for file in witnessed.home.checkpoints.iterdir():
        file.unlink()
    told = Statement(
        first.witness, SPACING, keccak(b"x"), keccak(b"y"), 0, witnessed.trust.genesis_hash
    ).signed(witnessed.trust, WITNESSES[0])
    put(witnessed.home.checkpoints, told)
    with serving(witnessed.home) as server:
        found = server.get("/v1/checkpoints").json()
        assert (found["chain_agrees"], found["agree"], found["newest"]) == (False, True, None)
        (alarm,) = found["alarms"]
        assert (alarm["kind"], alarm["number"]) == ("history-rewritten", SPACING)
        assert alarm["expected"] == f"0x{keccak(b'x').hex()}"
        assert alarm["found"] not in (None, alarm["expected"])


def test_a_chain_agrees_with_nothing_where_nothing_is_signed(city: Home, tmp_path: Path) -> None:
    witnessed = have_witnessed(copy_of(city, tmp_path / "home"))
    for file in witnessed.home.checkpoints.iterdir():
        file.unlink()
    with serving(witnessed.home) as server:
        found = server.get("/v1/checkpoints").json()
        assert (found["chain_agrees"], found["agree"], found["newest"]) == (None, True, None)
        assert (found["heights"], found["alarms"], found["troubles"]) == ([], [], [])


def test_a_damaged_file_is_told_and_the_rest_compared(city: Home, tmp_path: Path) -> None:
    witnessed = have_witnessed(copy_of(city, tmp_path / "home"))
    file = sorted(witnessed.home.checkpoints.glob("*.jsonl"))[0]
    file.write_bytes(b"[" * 100_000 + b"\n")
    with serving(witnessed.home) as server:
        found = server.get("/v1/checkpoints").json()
        (trouble,) = found["troubles"]
        assert "is no statement of witness" in trouble["en"]
        assert found["chain_agrees"] is None
        assert found["checkpoints"] == 1  # of the two others


def test_a_server_without_a_trust_file(client: TestClient) -> None:
    assert_problem(client.get("/v1/checkpoints"), 404, "trust-absent", "shecang trust accept")


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=201", "after=x", "after=9e9", "before=3"])
def test_bad_input(client: TestClient, query: str) -> None:
    assert_problem(client.get(f"/v1/checkpoints?{query}"), 422, "parameter-malformed")
