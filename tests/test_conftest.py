"""Of what all tests share: a skip under CI is red, and anvil follows the rules of the ledger's chain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from web3 import Web3

CONFTEST = Path(__file__).parent / "conftest.py"
SCRIPTS = CONFTEST.parent.parent / "scripts"
PYPROJECT = CONFTEST.parent.parent / "pyproject.toml"

SKIPS = "import pytest\n\ndef test_one():\n    pytest.skip('no such thing here')\n"
SKIPS_WHOLE = "import pytest\n\npytest.skip('not on this machine', allow_module_level=True)\n"
HANGS = """
import threading

def test_one():
    try:
        threading.Event().wait()
    finally:
        threading.Event().wait()
"""
SLOW = """
import pytest

def limit(request):
    return request.node.get_closest_marker("timeout").args[0]

@pytest.mark.slow
def test_one(request):
    assert limit(request) == 10_800

@pytest.mark.slow
@pytest.mark.timeout(5)
def test_another(request):
    assert limit(request) == 5

def test_a_third(request):
    assert request.node.get_closest_marker("timeout") is None
"""
PASSES = "def test_one():\n    pass\n"


def run_pytest(directory: Path, source: str, ci: str, *options: str) -> subprocess.CompletedProcess[str]:
    (directory / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (directory / "test_it.py").write_text(source, encoding="utf-8")
    (directory / "test_beside_it.py").write_text(PASSES, encoding="utf-8")
    environment = os.environ | {"CI": ci, "PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-m", "pytest", f"--rootdir={directory}", *options, str(directory)]
    return subprocess.run(
        command, env=environment, cwd=directory, capture_output=True, text=True, check=False
    )


class TestSkips:
    @pytest.mark.parametrize("source", [SKIPS, SKIPS_WHOLE])
    def test_are_red_and_listed_under_ci(self, tmp_path: Path, source: str) -> None:
        done = run_pytest(tmp_path, source, "true")

        assert done.returncode == 1
        assert "skipped, which is a failure" in done.stdout
        assert "no such thing here" in done.stdout or "not on this machine" in done.stdout

    def test_are_green_elsewhere(self, tmp_path: Path) -> None:
        assert run_pytest(tmp_path, SKIPS, "").returncode == 0

    def test_without_any_ci_is_green(self, tmp_path: Path) -> None:
        assert run_pytest(tmp_path, PASSES, "true").returncode == 0


def test_what_hangs_ends_and_is_named(tmp_path: Path) -> None:
    """Also where it hangs again in what cleans up, and the tests beside it still run."""
    options = (f"--config-file={PYPROJECT}", "--override-ini=timeout=2", "--numprocesses=1")
    done = run_pytest(tmp_path, HANGS, "", *options)

    assert done.returncode == 1
    assert "crashed while running" in done.stdout
    assert "test_it.py::test_one" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_what_is_slow_has_hours_unless_it_says_less(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SLOW, "", f"--config-file={PYPROJECT}")

    assert done.returncode == 0, done.stdout


def test_anvil_follows_berlin_and_charges_nothing(anvil: str) -> None:
    chain = Web3(Web3.HTTPProvider(anvil))
    poor = chain.eth.account.create()
    transaction = {"to": poor.address, "value": 0, "gas": 21_000, "gasPrice": 0, "nonce": 0}
    signed = poor.sign_transaction({**transaction, "chainId": chain.eth.chain_id})

    receipt = chain.eth.wait_for_transaction_receipt(chain.eth.send_raw_transaction(signed.raw_transaction))

    assert receipt["status"] == 1
    assert "baseFeePerGas" not in chain.eth.get_block("latest")  # London brought it
