"""The example of another system runs as it is written, against a server in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

from link_project import write_metadata
from running import trust_of
from served import account_of, copy_of, wait_for

from api.access.rights import Scope
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.trust.trust_file import Accepted

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "receipt_over_http.py"


def test_it_books_a_receipt_with_two_signers(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    packages = tmp_path / "packages"
    packages.mkdir()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    write_metadata(project, packages)
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "SHECANG_LANG": "en"}
    environment["SHECANG_PASSPHRASE"] = ""  # what other tests have set opens no demo key
    command = [sys.executable, "-c", "from ledger_client.cli import main; main()"]
    serve = [*command, "--home", str(home.path), "serve", "--port", "0"]
    trust = tmp_path / "trust.json"
    trust.write_bytes(Accepted(trust_of(home)).to_bytes())
    account = account_of(home, 420102, scopes=(Scope.DRAFTS,))
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, said
        try:
            wait_for(lambda: _get(f"{address[0]}/ready") is not None)
            verdict = _get(f"{address[0]}/v1/suppliers/91420100MA4KXMPL1B/verdict?category=1")
            assert verdict is not None
            run = [sys.executable, str(EXAMPLE), address[0]]
            run += ["--trust", str(trust), "--account", account]
            run += ["--qualification", verdict["now"]["qualification"]]
            run += ["--keeper", str(home.keys / "keeper-east.json")]
            run += ["--supplier", str(home.keys / "sound-supplies.json")]
            ran = subprocess.run(run, env=environment, capture_output=True, check=False, text=True)
        finally:
            server.send_signal(signal.SIGINT)
    assert ran.returncode == 0, ran.stderr
    assert "Receipt: site 420102001001101 receives from" in ran.stdout
    words = r"recorded as ([0-9a-f]{62}) by transaction (0x[0-9a-f]{64}) in block (\d+)"
    booked = re.search(words, ran.stdout)
    assert booked, ran.stdout
    with Ledger.open(home) as ledger:
        document = ledger.index().document(int(booked[1], 16))
    assert document is not None
    assert (f"0x{document.transaction.hex()}", document.block) == (booked[2], int(booked[3]))
    assert int(document.other, 16) != 0


def _get(address: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found
    except OSError:
        return None
