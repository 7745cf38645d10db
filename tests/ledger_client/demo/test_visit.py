"""The city goes on to today: what its page is opened with, and what the demonstration says about it."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from hashlib import sha256
from pathlib import Path

import pytest
from rich.console import Console

from ledger_client.audit import audit
from ledger_client.demo.cast import ALCOHOL, DISINFECTANT, LAPSED, SOUND
from ledger_client.demo.guide import show_guide
from ledger_client.demo.run import found_ledger, play_city
from ledger_client.demo.visit import READERS, Visit, prepare_visit
from ledger_client.demo.week import play_week
from ledger_client.evidence.verification import verify_evidence
from ledger_client.home import Home
from ledger_client.index import IndexReader
from ledger_client.language import Language, use_language
from ledger_client.ledger import Ledger
from ledger_client.trust import read_accepted

ROOT = Path(__file__).resolve().parents[3]
ACCOUNTS = {each.name: f"shecang_{number:08x}_secret" for number, each in enumerate(READERS)}


def silent(_en: str, _zh: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Visit]:
    """The city up to today, with what visitors need."""
    home = found_ledger(tmp_path_factory.mktemp("visit") / "home")
    play_city(home, silent)
    play_week(home, silent)
    return home, prepare_visit(home)


class TestWeek:
    def test_leaves_deadlines_ahead_and_blocks_behind(self, visited: tuple[Home, Visit]) -> None:
        with Ledger.open(visited[0]) as ledger:
            index = ledger.index()
            assert index.position().time < time.time()
            ends = [lot.expires for lot in _alcohol(index)]
        assert time.time() / 86_400 < max(ends) < time.time() / 86_400 + 40

    def test_hides_nothing_new_from_an_audit(self, visited: tuple[Home, Visit]) -> None:
        with Ledger.open(visited[0]) as ledger:
            ledger.index()
            report = audit(ledger.index_engine, ledger.source, first_block=ledger.deployment.first_block)
        assert report.agreed

    def test_one_qualification_is_revoked(self, visited: tuple[Home, Visit]) -> None:
        with Ledger.open(visited[0]) as ledger:
            index = ledger.index()
            [sound] = index.qualifications(SOUND, DISINFECTANT).values()
            [lapsed] = index.qualifications(LAPSED, DISINFECTANT).values()
        assert (len(sound.entries), len(lapsed.entries)) == (1, 2)


def _alcohol(index: IndexReader) -> list[object]:
    return [each.attributes for each in index.on_hand(0) if each.attributes.item == ALCOHOL]


class TestPrepareVisit:
    def test_the_certificate_is_the_one_on_chain(self, visited: tuple[Home, Visit]) -> None:
        home, visit = visited
        digest = sha256((visit.folder / "certificate.txt").read_bytes()).digest()
        with Ledger.open(home) as ledger:
            [found] = ledger.index().qualifications(SOUND, DISINFECTANT).values()
        assert found.certificate == digest

    def test_the_evidence_verifies_against_the_trust_file(self, visited: tuple[Home, Visit]) -> None:
        home, visit = visited
        with (visit.folder / "evidence.jsonl.gz").open("rb") as file:
            report, _ = verify_evidence(file, "evidence.jsonl.gz", read_accepted(home.trust))
        assert report.exit_code == 0

    def test_the_fingerprint_is_that_of_the_file(self, visited: tuple[Home, Visit]) -> None:
        home, visit = visited
        assert read_accepted(home.trust).trust.fingerprint == visit.fingerprint


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("采购人员", "审计人员", "社区保管员", "公众")), ("en", ("Procurement officer", "Anybody"))],
)
def test_the_guide_names_address_accounts_and_files_that_are_there(
    visited: tuple[Home, Visit], language: Language, words: tuple[str, ...]
) -> None:
    home, visit = visited
    out = Console(file=io.StringIO(), width=80, highlight=False)
    use_language(language)
    try:
        show_guide(out, "http://127.0.0.1:8000/", home, visit, ACCOUNTS)
    finally:
        use_language("en")
    said = out.file.getvalue()  # type: ignore[attr-defined]
    for word in (*words, "http://127.0.0.1:8000/", *ACCOUNTS.values()):
        assert word in said
    named = re.findall(rf"{re.escape(str(visit.folder))}/[\w.-]+", said)
    assert len(named) == 5
    assert all(Path(each.rstrip(".")).is_file() for each in named)
    keys = set(re.findall(r"\b([a-z-]+)\.json\b", said)) - {"trust"}
    assert keys >= {"keeper-east", "approver-city", "city-authority"}
    assert all((home.keys / f"{name}.json").is_file() for name in keys)


def test_the_demonstration_serves_what_its_guide_says_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from ledger_client.cli import main; main()", "demo", "--port", "0"]
    environment = os.environ | {"SHECANG_LANG": "en", "PYTHONPATH": str(ROOT)}
    environment.pop("DISPLAY", None)
    with subprocess.Popen(
        [*command, "--keep", str(tmp_path / "city")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "evidence.jsonl.gz" in line:
                break
        [address] = re.findall(r"open, until Ctrl-C: (http://127\.0\.0\.1:\d+)/", said)
        for key in re.findall(r"shecang_[0-9a-f]{8}_\S+", said):
            request = urllib.request.Request(
                f"{address}/v1/sign-in", headers={"Authorization": f"Bearer {key}"}
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 200
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
