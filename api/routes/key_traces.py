"""`/v1/traces/keys`: what a key signed and gave, and what hangs on that.

An address stands for a person, so that nobody hears here where else it acts: documents count that the caller
may read, and grants in its divisions. Both can be read one by one elsewhere (`/v1/documents`,
`/v1/roles/grants`); this puts them together. The lots on the documents are followed wherever they went, as
any trace of a lot does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.parameters import counts_time, moment
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.register_parameters import HolderParameter
from api.register_problems import HolderUnknownError
from api.resources import Resource
from api.routes._concerned import places_of_document
from api.routes._traces import MOST, Found, Subject, answer_of, require_few, told_documents
from api.schemas.common import moment_or_none
from api.schemas.key_traces import Granted, KeyTrace, RegisteredEntry, SignedDocument
from api.schemas.traces import Trace
from ledger_client.addresses import Address
from ledger_client.divisions import ROOT
from ledger_client.errors import RefusedError
from ledger_client.events import LedgerEvent
from ledger_client.fold.records import Grant, RecordedDocument
from ledger_client.index.role_pages import class_of, places_of, replacements_of
from ledger_client.index.whole import WholeReader
from ledger_client.roles import Role
from ledger_client.trace import GivenEntry, GivenGrant, Step, compromised_since, grants_behind
from ledger_client.trace.signed import Signed, candidates, on_documents, signed_by

router = Resource(prefix="/traces", tags=["traces"])

_GIVING = frozenset({Role.AUTHORITY, Role.ISSUER})
"""Of which class, which an address has for life, whoever makes a grant or records an entry has to be."""


class KeyTooWideError(RefusedError):
    """A key did more than is told at once."""

    en = (
        "this key signed and gave {count} things that you may read, and this server tells {most} at once; "
        "give a later `since`, or use `shecang trace key` on a node"
    )
    zh = (
        "该密钥签署与授予的、您可查阅的内容有 {count} 项，本服务器一次最多列出 {most} 项；"
        "请给出更晚的 `since`，或在节点上使用 `shecang trace key`"
    )


class KeyQuery(BaseModel):
    """From when on."""

    model_config = ConfigDict(extra="forbid")

    since: str | None = Field(
        None,
        max_length=64,
        description="Block time from which on it is told, ISO 8601 with its distance from UTC; where it is "
        "not given, since when the key is claimed to be in foreign hands, else from the beginning.",
        examples=["2026-09-05T16:00:00Z"],
    )


@router.get(
    "/keys/{holder}",
    operation_id="trace_key",
    summary="What a key signed and gave, and where what hangs on that is",
    responses=Problem.responses(401, 403, 404, 409, 503),
)
def trace_key(
    caller: CallerDep, reading: ReadingDep, holder: HolderParameter, query: Annotated[KeyQuery, Query()]
) -> KeyTrace:
    """Trace what a key did at sites of the caller, and what it gave there.

    It is answered to whoever reads a document that the key signed or that hangs on it, or the division of a
    grant that it holds or made.
    """
    caller.require_reader()
    since = None if query.since is None else moment("since", query.since)
    at = counts_time(None)

    def read(index: WholeReader) -> _FoundKey:
        claimed = _claimed(index, caller, holder)
        signed = _signed(index, caller, reading, holder, (claimed or 0) if since is None else since)
        return _FoundKey.of(index, caller, holder, signed, claimed, at)

    found, stamp = reading.consistent(read, WholeReader)
    trace = answer_of(found.found, caller, reading, stamp)
    return found.answer(trace, since=found.claimed if since is None else since)


def _claimed(index: WholeReader, caller: Rights, holder: Address) -> int | None:
    """Return since when the key is claimed to be in foreign hands, by claims that the caller reads."""
    return compromised_since(
        index, holder, lambda divisions: any(caller.may(Scope.READ, each) for each in divisions)
    )


def _signed(index: WholeReader, caller: Rights, reading: Reading, holder: Address, since: int) -> Signed:
    """Return what the key signed and gave, as far as documents are the caller's.

    Raises:
        HolderUnknownError: It has neither class nor grant nor replacement.
        NotAllowedError: All that it did and has lies elsewhere.
    """
    role, grants, replacements = class_of(index, holder), index.grants(holder), replacements_of(index, holder)
    if role is None and not grants and not replacements:
        raise HolderUnknownError(value=holder)
    events: Iterable[LedgerEvent] = ()
    if role in _GIVING:
        events = reading.registrations(index.block_before(since), index.position().number)

    def is_own(document: RecordedDocument) -> bool:
        return any(caller.may(Scope.READ, place) for place in places_of_document(index, document))

    signed = signed_by(index, holder, since, events, is_own)
    places = [each.division for each in grants]
    places += [each.division for each in signed.given.grants]
    places += [place for each in replacements.values() for place in places_of(each)]
    if not (signed.documents or signed.following or any(caller.may(Scope.READ, each) for each in places)):
        caller.require(Scope.READ, ROOT)  # where it acts instead is not told either
    return signed


@dataclass(frozen=True, slots=True)
class _FoundKey:
    """The trace of a key, and what its reader may see of what the key gave."""

    found: Found
    signed: Signed
    claimed: int | None
    granted: list[Granted]
    registered: list[GivenEntry]
    steps: dict[int, list[Step]]
    grants: dict[bytes, Grant]

    @classmethod
    def of(
        cls,
        index: WholeReader,
        caller: Rights,
        holder: Address,
        signed: Signed,
        claimed: int | None,
        at: int,
    ) -> _FoundKey:
        """Ask the index, after the caller's rights were looked at.

        Raises:
            KeyTooWideError: The key did too much.
            TraceTooWideError: Too many lots hang on it.
        """
        granted = [
            Granted.of(each, is_maker_told=_is_maker_told(caller, holder, each))
            for each in signed.given.grants
            if caller.may(Scope.READ, each.division)
        ]
        registered = [
            each for each in signed.given.entries if caller.may(Scope.READ, each.by.division or ROOT)
        ]
        documents = [*signed.documents, *signed.following]
        count = len(documents) + len(granted) + len(registered)
        if count > MOST:
            raise KeyTooWideError(count=count, most=MOST)
        require_few(index, caller, candidates(index, documents))
        on = on_documents(index, documents)
        subject = Subject("key", holder, sorted(set().union(*on.lots.values())), places=())
        steps: dict[int, list[Step]] = {each.number: [] for each in documents}
        for step in on.steps:
            steps[step.document.number].append(step)
        found = Found.of(index, caller, subject, at)
        return cls(found, signed, claimed, granted, registered, steps, grants_behind(index, documents))

    def answer(self, trace: Trace, *, since: int | None) -> KeyTrace:
        """Return the trace with what the key did."""
        return KeyTrace(
            **{name: getattr(trace, name) for name in Trace.model_fields},
            since=moment_or_none(since or 0),
            claimed_since=moment_or_none(self.claimed or 0),
            signed=self._told(self.signed.documents),
            granted=self.granted,
            registered=[RegisteredEntry.of(each) for each in self.registered],
            following=self._told(self.signed.following),
        )

    def _told(self, documents: Sequence[RecordedDocument]) -> list[SignedDocument]:
        told = told_documents(documents, self.found.spells, self.grants)
        return [
            SignedDocument.of_steps(shown, self.steps[each.number])
            for each, shown in zip(documents, told, strict=True)
        ]


def _is_maker_told(caller: Rights, holder: Address, grant: GivenGrant) -> bool:
    return grant.by.address == holder or caller.may(Scope.READ, grant.by.division or ROOT)
