"""The verification of an evidence file that was sent, as `shecang verify` makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api.jobs.opened import own_trust
from ledger_client.evidence.report import QUALIFIED, Report
from ledger_client.evidence.verification import verify_evidence
from ledger_client.fold.verdicts import Status
from ledger_client.home import Home
from ledger_client.trust import Accepted, Offer
from ledger_client.trust.trust_file import read_trust

Answer = Callable[[str, Any], None]

MOST_ROWS = 200
"""Receipts and documents that are named one by one; of the rest the number is told."""


def run(arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Verify a file; a row is a receipt whose goods were received with no standing qualification."""
    accepted = _trust(arguments)
    with Path(arguments["evidence"]).open("rb") as file:
        report, _ = verify_evidence(file, arguments["name"], accepted, allow_older=arguments["older"])
    told = report.to_dict()
    verdicts, emergency = told.pop("verdicts"), told.pop("emergency")
    unqualified = [each for each in verdicts if not _is_qualified(each)]
    for each in unqualified[:MOST_ROWS]:
        answer("row", each)
    return {
        **told,
        "fingerprint": accepted.trust.fingerprint.hex(),
        "receipts": len(verdicts),
        "unqualified": len(unqualified),
        "emergency": None if emergency is None else len(emergency),
        "documents": _documents(report),
    }


def _trust(arguments: Mapping[str, Any]) -> Accepted:
    """Return the trust file that the caller gave, else the server's own."""
    if arguments["trust"] is None:
        return own_trust(Home(Path(arguments["home"])))
    found = read_trust(arguments["trust"].encode(), "trust")
    return Accepted(found.trust) if isinstance(found, Offer) else found


def _documents(report: Report) -> int | None:
    return report.card.documents if report.card else None


_QUALIFIED = frozenset(each.name.lower() for each in map(Status, QUALIFIED))


def _is_qualified(verdict: Mapping[str, Any]) -> bool:
    return (
        verdict["then"] in _QUALIFIED and verdict["now"] in _QUALIFIED and verdict["as_recorded"] is not False
    )
