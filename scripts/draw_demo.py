"""Draws what the demonstration prints, and what verification answers, as SVGs that load nothing.

The city is played through once; an export of its ledger is verified as it is, and with one digit changed.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from ledger_client.checkpoints import Directory, compare, sign_checkpoint
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.demo.run import found_ledger, play_city
from ledger_client.demo.show import show
from ledger_client.evidence.export import Request, Source, export_evidence
from ledger_client.evidence.page import answers_table
from ledger_client.evidence.verification import verify_evidence
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.signers import EnvironmentSigner
from ledger_client.trust import Accepted, Trust

WIDTH = 112  # columns
_COMMENTS = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_FONT_FACES = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)


def main(directory: Path) -> None:
    """Play the city through and draw what is shown."""
    shown, verified = _console(), _console()
    with tempfile.TemporaryDirectory() as temporary:
        home = found_ledger(Path(temporary) / "home")
        outcome = play_city(home, lambda _en, _zh: None)
        with Ledger.open(home) as ledger:
            show(shown, ledger.index(), outcome)
            _show_verification(verified, ledger, Path(temporary) / "checkpoints")
    _draw(shown, directory / "demo.svg", "scripts/demo --once", "demo")
    _draw(verified, directory / "verify.svg", "shecang verify", "verify")


def _console() -> Console:
    return Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)


def _show_verification(console: Console, ledger: Ledger, place: Path) -> None:
    """Let two of three witnesses sign, export the evidence of a site, and verify it and a changed copy."""
    keys = [keccak(f"witness {number} of a picture".encode()).hex() for number in range(3)]
    witnesses = [EnvironmentSigner.from_value("WITNESS", key) for key in keys]
    addresses = [witness.address for witness in witnesses]
    trust = Trust.of(ledger.deployment, addresses, threshold=2, spacing=16, final_depth=0)
    for witness in witnesses[:2]:
        sign_checkpoint(ledger.chain, trust, witness, Directory(place), is_first=True, seal=True)
    checkpoint = compare(trust, [Directory(place)]).newest
    if checkpoint is None:
        raise RuntimeError("two of three witnesses have signed one block")
    file = io.BytesIO()
    source = Source(ledger.chain, ledger.deployment, ledger.index(), ledger.records)
    request = Request(EAST_GOVERNMENT, checkpoint.number)
    export_evidence(file, source, trust, request, checkpoint.statements)
    honest = file.getvalue()
    tampered = honest.replace(b'"reason":0', b'"reason":1', 1)
    for command, content in (
        ("shecang verify card.jsonl.gz", honest),
        ("shecang verify tampered.jsonl", tampered),
    ):
        report, _ = verify_evidence(io.BytesIO(content), command, Accepted(trust))
        console.print(f"$ {command}", style="bold")
        console.print(answers_table(report))


def _draw(console: Console, target: Path, title: str, name: str) -> None:
    drawn = console.export_svg(title=title, unique_id=name)
    target.write_text(_COMMENTS.sub("", _FONT_FACES.sub("", drawn)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
