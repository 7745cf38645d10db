"""Audits over HTTP, of the played city."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, client_of, copy_of, serving, wait_for

from api.app import create_app
from api.settings import Settings
from ledger_client.audit import audit
from ledger_client.home import Home
from ledger_client.ledger import Ledger

ELSEWHERE = 420103


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("audited") / "home")


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[TestClient]:
    with serving(home) as client:
        yield client


@pytest.fixture(scope="module")
def ended(server: TestClient) -> dict[str, Any]:
    """An audit that has ended."""
    return finished(server, started(server))


def started(server: TestClient) -> str:
    answer = server.post("/v1/audits")
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "running"
    assert answer.headers["location"] == f"/v1/audits/{answer.json()['id']}"
    return str(answer.headers["location"])


def finished(server: TestClient, address: str) -> dict[str, Any]:
    wait_for(lambda: server.get(address).json()["state"] != "running")
    found: dict[str, Any] = server.get(address, params={"limit": 200}).json()
    return found


def test_it_finds_what_the_command_finds(ended: dict[str, Any], city: Home, tmp_path: Path) -> None:
    with Ledger.open(copy_of(city, tmp_path / "home")) as ledger:
        ledger.index()
        deployment = ledger.deployment
        report = audit(
            ledger.index_engine, ledger.source, first_block=deployment.first_block, offset=deployment.offset
        )
    expected = report.to_dict()
    assert ended["state"] == "ended"
    summary = ended["summary"]
    for name in ("documents", "routine", "emergency", "sites", "lots", "agreed"):
        assert summary[name] == expected[name]
    assert summary["block"]["number"] == expected["block"]
    assert summary["block"]["hash"] == expected["block_hash"]
    assert summary["exit_code"] == 1
    assert summary["asking"] == len(report.asking) > 0
    assert summary["open"] == len(report.open)
    assert [each["number"] for each in ended["findings"]] == list(range(1, len(report.findings) + 1))
    for told, found in zip(ended["findings"], expected["findings"], strict=True):
        assert told["text"] == {"zh": found["zh"], "en": found["en"]}
        for name in (
            "kind",
            "severity",
            "site",
            "lot",
            "document",
            "category",
            "owner",
            "missed",
            "closed_by",
            "emergency",
        ):
            assert told[name] == found[name]
        assert (told["deadline"] is None) == (found["deadline"] is None)


def test_findings_page_by_page(server: TestClient, ended: dict[str, Any]) -> None:
    address, found, after = f"/v1/audits/{ended['id']}", [], 0
    while after is not None:
        page = server.get(address, params={"limit": 3, "after": after}).json()
        found += page["findings"]
        after = page["next_after"]
    assert found == ended["findings"]
    warnings = server.get(address, params={"severity": "warning", "is_open": True}).json()["findings"]
    assert warnings == [each for each in found if each["severity"] == "warning" and not each["closed_by"]]
    closed = server.get(address, params={"is_open": False, "limit": 200}).json()["findings"]
    assert closed == [each for each in found if each["closed_by"]]


def test_a_division_sees_its_own(server: TestClient, home: Home, ended: dict[str, Any]) -> None:
    address = f"/v1/audits/{ended['id']}"
    for division in (420102, ELSEWHERE):
        headers = {"Authorization": f"Bearer {account_of(home, division)}"}
        answer = server.get(address, params={"limit": 200}, headers=headers).json()
        own = [
            each
            for each in ended["findings"]
            if (each["site"] or each["owner"] or "").startswith(str(division))
        ]
        assert answer["findings"] == own
        assert answer["elsewhere"] == len(ended["findings"]) - len(own)
        assert answer["summary"] == ended["summary"]
    assert any(each["site"] for each in ended["findings"])


def test_one_at_a_time_and_stopped(server: TestClient, home: Home, ended: dict[str, Any]) -> None:
    address = started(server)
    second = server.post("/v1/audits")
    assert_problem(second, 409, "audit-running", address.rsplit("/", 1)[1], "one runs at a time")
    stranger = {"Authorization": f"Bearer {account_of(home, ELSEWHERE)}"}
    assert_problem(server.delete(address, headers=stranger), 403, "not-allowed")
    assert server.get(address).json()["state"] == "running"
    assert server.get(address).json()["progress"]["step"] in ("starting", "events", "storage")
    assert server.delete(address).status_code == 204
    stopped = server.get(address).json()
    assert (stopped["state"], stopped["summary"], stopped["findings"]) == ("cancelled", None, [])
    assert stopped["ended_at"]
    assert server.delete(address).status_code == 204
    listed = server.get("/v1/audits").json()["audits"]
    assert [each["state"] for each in listed[:2]] == ["cancelled", "ended"]
    assert finished(server, started(server))["state"] == "ended"


def test_whoever_started_it_stops_it(server: TestClient, home: Home, ended: dict[str, Any]) -> None:
    own = {"Authorization": f"Bearer {account_of(home, ELSEWHERE)}"}
    answer = server.post("/v1/audits", headers=own)
    assert server.delete(answer.headers["location"], headers=own).status_code == 204
    assert server.get(answer.headers["location"]).json()["state"] == "cancelled"


def test_a_killed_audit_says_so(server: TestClient, ended: dict[str, Any]) -> None:
    address = started(server)
    pids = children("api.jobs")
    assert len(pids) == 1
    os.kill(pids[0], signal.SIGKILL)
    failed = finished(server, address)
    assert failed["state"] == "failed"
    assert failed["failure"]["type"] == "urn:shecang:problem:work-too-large"
    assert "was stopped" in failed["failure"]["text"]["en"]


@pytest.mark.parametrize("id", ["0" * 32, "f" * 32])
def test_one_that_is_not_here(server: TestClient, id: str) -> None:
    assert_problem(server.get(f"/v1/audits/{id}"), 404, "audit-unknown", id, "POST /v1/audits")
    assert_problem(server.delete(f"/v1/audits/{id}"), 404, "audit-unknown")


@pytest.mark.parametrize("id", ["x", "0" * 31, "0" * 33, "%00", "０" * 32, "A" * 32])
def test_no_id(server: TestClient, id: str) -> None:
    assert_problem(server.get(f"/v1/audits/{id}"), 422, "parameter-malformed", "audit")


def test_the_server_ends_while_one_runs(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    with serving(home) as server:
        address = started(server)
        wait_for(lambda: len(children("api.jobs")) == 1)
        directory = server.app_state["work"].directory
        assert directory.exists()
    assert children("api.jobs") == []
    assert not directory.exists()
    key = account_of(home, 0)
    with client_of(create_app(home, Settings(poll=0.05))) as again:
        answer = again.get(address, headers={"Authorization": f"Bearer {key}"})
        assert_problem(answer, 404, "audit-unknown", "until the server ends")


def children(module: str) -> list[int]:
    """Return the processes of this one that run a module, by the system's own list."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError, IndexError):
            continue
        if parent == os.getpid() and module.encode() in words:
            found.append(int(entry.name))
    return sorted(found)


def test_nothing_is_left(server: TestClient) -> None:
    work = server.app_state["work"]
    deadline = time.monotonic() + 5
    while work.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert work.running == 0
    assert [each.name for each in work.directory.iterdir()] == ["lock"]
