"""The audit of `shecang audit run`, of the index as the server's own follower has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.jobs.opened import opened_chain, opened_index
from ledger_client.audit import AuditReport, AuditSource, audit
from ledger_client.events import Log
from ledger_client.home import Home
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.source import BlockStamp

Answer = Callable[[str, Any], None]


def run(arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Audit the ledger; a row is a finding."""
    home = Home.existing(Path(arguments["home"]))
    with opened_chain(home) as (chain, deployment), opened_index(home) as engine:
        source = _Telling(ChainSource(chain, deployment), answer)
        report = audit(engine, source, first_block=deployment.first_block, offset=deployment.offset)
    told = report.to_dict()
    for finding in told.pop("findings"):
        answer("row", finding)
    return {**told, "exit_code": exit_code(report), "asking": len(report.asking), "open": len(report.open)}


def exit_code(report: AuditReport) -> int:
    """Return the exit code of `shecang audit run`: 1 where something asks for an answer."""
    return 1 if report.asking else 0


class _Telling:
    """A source that tells up to which block its events were read, then that storage is compared."""

    def __init__(self, source: AuditSource, answer: Answer) -> None:
        self._source, self._answer = source, answer
        self._is_comparing = False

    def block(self, number: int) -> BlockStamp | None:
        return self._source.block(number)

    def logs(self, first: int, last: int) -> Sequence[Log]:
        found = self._source.logs(first, last)
        self._answer("progress", {"step": "events", "block": last})
        return found

    def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
        if not self._is_comparing:
            self._is_comparing = True
            self._answer("progress", {"step": "storage", "block": block})
        return self._source.storage(contract, slots, block)
