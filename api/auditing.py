"""Audits that were started here: one at a time, the last few kept while the server runs.

An audit reads the whole chain, so that it may take minutes; nobody waits for it in a request. What a server
was told to do ends with it: after a restart nothing is known of an audit, and another one is started.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from api.access.rights import Rights, Scope
from api.problems import problem_type
from api.unknown import UnknownHereError
from api.work import Job, Told, Work, WorkFailedError
from ledger_client.divisions import ROOT
from ledger_client.errors import RefusedError, ShecangError

AUDIT = Job("audit", "audits", 1, seconds=3_600, memory=3 << 30, answer=32 << 20)
"""One at a time: two would only take each other's processor."""

KEPT = 5
"""Audits that are kept with their findings."""


class AuditRunningError(RefusedError):
    """Another audit runs."""

    en = "audit {audit} is running, and one runs at a time; wait for it at /v1/audits/{audit}, or cancel it"
    zh = "审计 {audit} 正在进行，同一时间只进行一项；请在 /v1/audits/{audit} 等候，或将其取消"


class AuditUnknownError(UnknownHereError):
    """There is no such audit, or no longer."""

    en = (
        "there is no audit {audit} here: the last {count} are kept until the server ends; start another one "
        "with POST /v1/audits"
    )
    zh = "此处没有审计 {audit}：仅保留最近 {count} 项，服务器停止后不再保留；请用 POST /v1/audits 重新开始"


class AuditState(StrEnum):
    """What became of an audit."""

    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as it is kept.

    Attributes:
        number: Its place in the report, from 1.
        place: The site, or the division that has to answer where it concerns no site; 0 for the country.
        severity: How bad it is.
        is_open: Whether no document closed it.
        raw: All of it, JSON.
    """

    number: int
    place: int
    severity: str
    is_open: bool
    raw: bytes

    def content(self) -> dict[str, Any]:
        """Return all of it."""
        return cast(dict[str, Any], json.loads(self.raw))


@dataclass(slots=True)
class Audit:
    """One audit.

    Attributes:
        id: 32 hexadecimal digits.
        by: The account or address that started it.
        started: When, seconds since 1970.
        ended: When it ended in whatever way, 0 while it runs.
        state: What became of it.
        told: What it has told so far.
        findings: All of them, once it ended.
        failure: Why it failed.
    """

    id: str
    by: str
    started: float
    state: AuditState = AuditState.RUNNING
    ended: float = 0.0
    told: Told = field(default_factory=lambda: Told({"step": "starting", "block": 0}, []))
    findings: Sequence[KeptFinding] = ()
    failure: ShecangError | None = None

    @property
    def failure_type(self) -> str | None:
        """The stable type of why it failed."""
        return None if self.failure is None else problem_type(type(self.failure))

    def shown_to(self, caller: Rights) -> list[KeptFinding]:
        """Return the findings that a caller may read: those of its sites, and of its divisions."""
        return [each for each in self.findings if caller.may(Scope.READ, each.place)]


class Audits:
    """The audits of one server; all of it happens in the server's event loop."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._audits: dict[str, Audit] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self, by: str) -> Audit:
        """Start an audit.

        Raises:
            AuditRunningError: One runs.
        """
        for each in self._audits.values():
            if each.state is AuditState.RUNNING:
                raise AuditRunningError(audit=each.id)
        audit = Audit(secrets.token_hex(16), by, time.time())
        self._audits[audit.id] = audit
        for old in list(self._audits)[:-KEPT]:
            del self._audits[old]
        self._task = asyncio.create_task(self._run(audit))
        return audit

    def find(self, id: str) -> Audit:
        """Return an audit.

        Raises:
            AuditUnknownError: It is not here.
        """
        found = self._audits.get(id)
        if found is None:
            raise AuditUnknownError(audit=id, count=KEPT)
        return found

    def last(self) -> list[Audit]:
        """Return the audits that are kept, the newest first."""
        return list(reversed(self._audits.values()))

    async def cancel(self, audit: Audit) -> None:
        """Stop an audit that runs; one that has ended stays as it is."""
        if audit.state is not AuditState.RUNNING or self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        if audit.state is AuditState.RUNNING:  # it had not begun
            audit.state, audit.ended = AuditState.CANCELLED, time.time()

    async def close(self) -> None:
        """Stop whatever runs."""
        for each in self.last():
            await self.cancel(each)

    async def _run(self, audit: Audit) -> None:
        try:
            async with self._work.place(AUDIT) as place:
                await self._work.run(AUDIT, place, {}, told=audit.told)
            audit.findings = await asyncio.to_thread(_kept, audit.told.rows)
            audit.state = AuditState.ENDED
        except asyncio.CancelledError:
            audit.state = AuditState.CANCELLED
        except ShecangError as error:
            audit.state, audit.failure = AuditState.FAILED, error
        except BaseException:
            audit.state, audit.failure = AuditState.FAILED, WorkFailedError()
            raise
        finally:
            audit.ended = time.time()
            audit.told.rows = []


def _kept(rows: Sequence[bytes]) -> list[KeptFinding]:
    found = []
    for number, raw in enumerate(rows, 1):
        content = json.loads(raw)
        found.append(
            KeptFinding(
                number=number,
                place=_place_of(content),
                severity=content["severity"],
                is_open=content["closed_by"] is None,
                raw=raw,
            )
        )
    return found


def _place_of(content: dict[str, Any]) -> int:
    """Return the place by which it is decided who reads a finding.

    What a lying node made up may have a number of digits that no place has: whoever reads the country reads
    that too.
    """
    place = int(content["site"] or content["owner"] or 0)
    return place if Rights("", (ROOT,)).covers(place) else int(ROOT)


def _audits_of(request: Request) -> Audits:
    return cast(Audits, request.state.audits)


AuditsDep = Annotated[Audits, Depends(_audits_of)]
"""The audits, for an endpoint."""
