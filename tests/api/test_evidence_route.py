"""Evidence over HTTP: exported to who may read the site, verified for anybody."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sent_books import SITE
from served import account_of, assert_problem, copy_of, serving
from witnessed import WITNESSES, Witnessed, have_witnessed

from api.routes.evidence import EVIDENCE_BYTES
from ledger_client.evidence.report import NEEDED, Question
from ledger_client.evidence.verification import verify_evidence
from ledger_client.home import Home
from ledger_client.trust import Accepted, Offer

VERIFICATIONS = "/v1/evidence/verifications"
TRUST_FILES = "/v1/evidence/trust-files"
LINES = {"Content-Type": "application/jsonl"}


@pytest.fixture(scope="module")
def witnessed(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Witnessed:
    return have_witnessed(copy_of(city, tmp_path_factory.mktemp("evidence") / "home"))


@pytest.fixture(scope="module")
def server(witnessed: Witnessed) -> Iterator[TestClient]:
    with serving(witnessed.home) as client:
        yield client


@pytest.fixture(scope="module")
def evidence(server: TestClient) -> bytes:
    answer = server.get(f"/v1/evidence/{SITE}")
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.fixture(autouse=True)
def nothing_left(server: TestClient, witnessed: Witnessed) -> Iterator[None]:
    """No upload and no file of a job is there after a test."""
    yield
    assert list((witnessed.home.path / "uploads").glob("*")) == []
    assert [each.name for each in server.app_state["work"].directory.iterdir()] == ["lock"]


def verified(server: TestClient, content: bytes, **query: Any) -> dict[str, Any]:
    """Have a file verified by nobody in particular."""
    key = server.headers.pop("Authorization")
    try:
        answer = server.post(VERIFICATIONS, content=content, headers=LINES, params=query)
    finally:
        server.headers["Authorization"] = key
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {each["question"]: each["answer"] for each in found["answers"]}


class TestExport:
    def test_the_file_proves_itself(self, witnessed: Witnessed, evidence: bytes) -> None:
        report, _ = verify_evidence(io.BytesIO(evidence), "evidence", Accepted(witnessed.trust))
        assert report.exit_code == 0
        assert report.site == int(SITE)
        assert report.block == witnessed.statements[0].number

    def test_it_says_what_it_discloses(self, server: TestClient, evidence: bytes) -> None:
        answer = server.get(f"/v1/evidence/{SITE}", params={"names": True})
        headers = answer.headers
        assert int(headers["shecang-documents"]) == evidence.count(b'"type":"document"') > 0
        assert int(headers["shecang-names"]) == answer.content.count(b'"type":"name"') > 0
        assert headers["shecang-forks"] == "0"
        assert headers["content-length"] == str(len(answer.content))
        assert headers["content-disposition"] == (
            f'attachment; filename="evidence-{SITE}-{headers["shecang-block"]}.jsonl"'
        )
        said = server.get("/openapi.json").json()["paths"]["/v1/evidence/{site}"]["get"]["description"]
        assert "What it discloses" in said

    def test_compressed_it_is_the_same(self, server: TestClient, evidence: bytes) -> None:
        answer = server.get(f"/v1/evidence/{SITE}", params={"format": "gzip"})
        assert answer.headers["content-type"] == "application/gzip"
        assert gzip.decompress(answer.content) == evidence

    def test_an_earlier_block_and_less(self, server: TestClient, witnessed: Witnessed) -> None:
        newest = witnessed.statements[0].number
        answer = server.get(
            f"/v1/evidence/{SITE}", params={"block": newest - 2, "without": ["suppliers", "norms"]}
        )
        assert answer.headers["shecang-block"] == str(newest - 2)
        found = verified(server, answer.content)
        assert states(found)["verdicts"] == "unknown"
        assert found["emergency"] is None
        timed = server.get(f"/v1/evidence/{SITE}", params={"as_of": found["block_time"]})
        assert timed.headers["shecang-block"] == str(newest - 2)

    @pytest.mark.parametrize(
        ("query", "status", "problem"),
        [
            ({"block": 10_000_000}, 409, "checkpoint-below"),
            ({"as_of": "1999-01-01T00:00:00Z"}, 422, "time-before"),
            ({"as_of": "2026-09-20T00:00:00Z", "block": 3}, 422, "two-ends"),
            ({"item": "12"}, 422, "code-form"),
            ({"without": "site"}, 422, "parameter-malformed"),
            ({"block": -1}, 422, "parameter-malformed"),
            ({"format": "zip"}, 422, "parameter-malformed"),
        ],
    )
    def test_what_cannot_be_given(
        self, server: TestClient, query: dict[str, Any], status: int, problem: str
    ) -> None:
        assert_problem(server.get(f"/v1/evidence/{SITE}", params=query), status, problem)

    def test_rights(self, server: TestClient, witnessed: Witnessed) -> None:
        stranger = {"Authorization": f"Bearer {account_of(witnessed.home, 420103)}"}
        assert_problem(server.get(f"/v1/evidence/{SITE}", headers=stranger), 403, "not-allowed")
        nowhere = server.get(f"/v1/evidence/{SITE[:12]}199")
        assert_problem(nowhere, 404, "site-unknown")


class TestVerification:
    def test_all_nine_answers(self, server: TestClient, witnessed: Witnessed, evidence: bytes) -> None:
        found = verified(server, evidence)
        assert [each["question"] for each in found["answers"]] == [each.value for each in Question]
        assert found["exit_code"] == 0
        assert all(states(found)[each.value] == "proved" for each in NEEDED)
        report, _ = verify_evidence(io.BytesIO(evidence), "evidence", Accepted(witnessed.trust))
        assert [each["text"] for each in found["answers"]] == [
            {"zh": each.zh, "en": each.en} for each in report.answers
        ]
        assert found["site"] == SITE
        assert found["receipts"] == len(report.verdicts)
        assert (found["trust"], found["trust_from"]) == (witnessed.trust.fingerprint.hex(), "server")
        english, chinese = found["checked_by"]["en"], found["checked_by"]["zh"]
        assert english.startswith("This server did the checking, with the trust file ")
        assert "“shecang verify FILE --trust TRUST”" in english and english.endswith("no server.")
        assert chinese.startswith("以上由本服务器核验") and chinese.endswith("无需任何服务器。")

    def test_one_changed_quantity(self, server: TestClient, evidence: bytes) -> None:
        at = evidence.index(b'"lines":"') + len(b'"lines":"') + 8
        changed = evidence[:at] + (b"1" if evidence[at : at + 1] != b"1" else b"2") + evidence[at + 1 :]
        found = verified(server, changed)
        assert found["exit_code"] == 1
        assert "wrong" in states(found).values()

    @pytest.mark.parametrize("cut", [0.1, 0.5, 0.99])
    def test_one_that_was_cut(self, server: TestClient, evidence: bytes, cut: float) -> None:
        found = verified(server, evidence[: int(len(evidence) * cut)])
        assert found["exit_code"] == 1

    def test_one_that_is_compressed(self, server: TestClient, evidence: bytes) -> None:
        assert verified(server, gzip.compress(evidence))["exit_code"] == 0

    def test_nothing_is_remembered(self, server: TestClient, witnessed: Witnessed, evidence: bytes) -> None:
        before = witnessed.home.trust.read_bytes()
        verified(server, evidence)
        assert witnessed.home.trust.read_bytes() == before

    @pytest.mark.parametrize("content", [b"", b"x", b"{}\n", b"\0" * 1000, b"[]\n" * 10])
    def test_what_is_no_evidence(self, server: TestClient, content: bytes) -> None:
        answer = server.post(VERIFICATIONS, content=content, headers=LINES)
        assert_problem(answer, 422, "not-evidence", "is no evidence file")

    def test_too_much(self, server: TestClient) -> None:
        answer = server.post(VERIFICATIONS, content=b" " * (EVIDENCE_BYTES + 1), headers=LINES)
        assert_problem(answer, 413, "content-too-large", str(EVIDENCE_BYTES))


class TestTrustFiles:
    def test_one_of_the_callers_own(self, server: TestClient, witnessed: Witnessed, evidence: bytes) -> None:
        trust = witnessed.trust
        sent = server.post(TRUST_FILES, content=Offer(trust).to_bytes(), headers=JSON)
        assert sent.status_code == 201, sent.text
        told = sent.json()
        assert told["fingerprint"] == trust.fingerprint.hex()
        assert told["groups"].replace(" ", "") == told["fingerprint"]
        assert told["witnesses"] == [each.address for each in WITNESSES]
        assert "did not compare" in told["text"]["en"]
        found = verified(server, evidence, trust=told["fingerprint"])
        assert (found["exit_code"], found["trust_from"]) == (0, "caller")

    def test_other_witnesses_prove_nothing(
        self, server: TestClient, witnessed: Witnessed, evidence: bytes
    ) -> None:
        others = witnessed.trust.succeeded_by(
            ["0x" + f"{each:040x}" for each in (1, 2, 3)],  # type: ignore[misc]
            threshold=2,
        )
        sent = server.post(TRUST_FILES, content=Accepted(others).to_bytes(), headers=JSON)
        found = verified(server, evidence, trust=sent.json()["fingerprint"])
        assert found["exit_code"] in (1, 3)
        assert states(found)["header"] != "proved"

    @pytest.mark.parametrize(
        "content",
        [b"", b"{}", b"[]", b"[" * 100_000, b"null", b"\xff", b'{"type":"x"}', b'{"trust":{},"type":"x"}\n'],
    )
    def test_what_is_none(self, server: TestClient, content: bytes) -> None:
        answer = server.post(TRUST_FILES, content=content, headers=JSON)
        assert_problem(answer, 422, "trust-given", "no trust file")

    def test_one_that_is_not_here(self, server: TestClient, evidence: bytes) -> None:
        answer = server.post(VERIFICATIONS, content=evidence, headers=LINES, params={"trust": "0" * 64})
        assert_problem(answer, 404, "trust-unknown", TRUST_FILES)


JSON = {"Content-Type": "application/json"}


def test_a_home_by_a_short_way(city: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run in directories of their own, from which `--home city` leads nowhere."""
    have_witnessed(copy_of(city, tmp_path / "city"))
    monkeypatch.chdir(tmp_path)
    with serving(Home(Path("city"))) as client:
        exported = client.get(f"/v1/evidence/{SITE}")
        assert exported.status_code == 200, exported.text
        assert verified(client, exported.content)["exit_code"] == 0
