"""Starts anvil, the independent second chain that tests and benchmarks run on.

It comes from npm into `.tools`, by `scripts/test`. Never a place for a ledger: it acknowledges what it has
not stored, and anybody who reaches it may set any balance.
"""

from __future__ import annotations

import json
import platform
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 30  # seconds
GAS_LIMIT = 100_000_000  # of a block


def find_anvil() -> Path | None:
    """Return anvil's executable for this machine, or None where `scripts/test` has not installed it."""
    machine = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "none")
    package = f"@foundry-rs/anvil-{platform.system().lower()}-{machine}"
    path = ROOT / ".tools/npm/node_modules" / package / "bin/anvil"
    return path if path.is_file() else None


@contextmanager
def running_anvil(
    executable: Path, *, hardfork: str = "berlin", gas_limit: int = GAS_LIMIT, block_time: float | None = None
) -> Iterator[str]:
    """Run anvil on a free port of the loopback address and yield its JSON-RPC URL.

    Gas costs nothing, as on every engine that Shecang knows.

    Args:
        executable: See `find_anvil`.
        hardfork: Whose rules apply.
        gas_limit: Of a block.
        block_time: Seconds from block to block; where it is None each transaction gets a block at once, and
            the last of many that came together may wait until another comes.

    Raises:
        RuntimeError: It ended or did not answer within `START_LIMIT`.
    """
    port = _free_port()
    command = [
        str(executable),
        "--silent",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--hardfork",
        hardfork,
    ]
    command += ["--gas-price", "0", "--base-fee", "0", "--gas-limit", str(gas_limit)]
    command += [] if block_time is None else ["--block-time", str(block_time)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    question = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}).encode()
    request = urllib.request.Request(url, question, {"Content-Type": "application/json"})
    # Loopback never goes through a proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"anvil ended with exit code {process.returncode} before it answered")
        try:
            with opener.open(request, timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"anvil did not answer on {url} within {START_LIMIT} seconds")
