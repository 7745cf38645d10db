"""`/v1/evidence`: a site's history in one file that proves itself, and the check of such a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Literal, cast

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.parameters import AsOf, SiteParameter, as_of_seconds
from api.problems import Problem
from api.resources import Resource
from api.schemas.audits import Saying
from api.schemas.common import moment, moment_or_none
from api.schemas.evidence import (
    EvidenceAnswer,
    EvidenceOverdue,
    EvidenceReceipt,
    TrustFileRead,
    Verification,
)
from api.schemas.trust_files import TRUST_FILE_SCHEMA
from api.shelf import Shelf
from api.unknown import UnknownHereError
from api.uploads import Upload, UploadedFile
from api.work import Job, Told, WorkDep
from ledger_client.errors import UsageError
from ledger_client.evidence.asking import classes_without
from ledger_client.identifiers import parse_item
from ledger_client.trust import Trust, fingerprint_groups
from ledger_client.trust.trust_file import TRUST_FILE_LIMIT, TrustFormError, read_trust

router = Resource(prefix="/evidence", tags=["evidence"])

EVIDENCE_BYTES = 64 << 20
"""Of a file that is verified; 100,000 documents of 10 lines are 42 MB."""

VERIFICATION = Job("verification", "verifications", 2, seconds=60, memory=1 << 30, answer=1 << 20)
EXPORT = Job("evidence", "exports", 2, seconds=600, memory=2 << 30, answer=8 << 20, file=256 << 20)

JSON_LINES = "application/jsonl"
GZIP = "application/gzip"
EVIDENCE_FILE = Upload(JSON_LINES, GZIP, "application/octet-stream", limit=EVIDENCE_BYTES)
TRUST_FILE = Upload("application/json", limit=TRUST_FILE_LIMIT, schema=TRUST_FILE_SCHEMA)

TRUST_ROOM = 8 << 20
"""Bytes of all trust files that callers gave, together."""

_PIECE = 1 << 16
_LAST_BLOCK = (1 << 53) - 1


class TrustUnknownError(UnknownHereError):
    """There is no such trust file, or no longer."""

    en = "no trust file {trust} is here: one is kept for an hour; send it to /v1/evidence/trust-files again"
    zh = "此处没有信任文件 {trust}：仅保留一小时；请重新发送至 /v1/evidence/trust-files"


class TrustGivenError(UsageError):
    """What was given is no trust file."""

    en = "what was sent is no trust file ({reason}); send the file of the ledger's operator as it is"
    zh = "发送的内容不是信任文件（{reason_zh}）；请原样发送账本运营方的文件"


class TwoEndsError(UsageError):
    """Both a time and a block are given."""

    en = "as_of and block both say how far the file goes; give one of them"
    zh = "as_of 与 block 均指定截止点；请只给其一"


@dataclass(frozen=True, slots=True)
class KeptTrust:
    """A trust file that a caller gave."""

    trust: Trust
    content: bytes

    @property
    def id(self) -> str:
        """Its fingerprint."""
        return self.trust.fingerprint.hex()

    @property
    def size(self) -> int:
        """Bytes."""
        return 4 * len(self.content)


class VerificationQuery(BaseModel):
    """With what a file is verified."""

    model_config = ConfigDict(extra="forbid")

    trust: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="Fingerprint of a trust file that was sent before; the server's own where none is given.",
    )
    older: bool = Field(False, description="Whether an earlier state is wanted than the newest one verified.")


class EvidenceQuery(BaseModel):
    """How far a file goes, and what is in it."""

    model_config = ConfigDict(extra="forbid")

    item: str | None = Field(
        None, max_length=64, description="Narrows the balances; all documents are in the file all the same."
    )
    as_of: AsOf = None
    block: int | None = Field(
        None, ge=0, le=_LAST_BLOCK, description="Up to this block; the newest checkpoint's."
    )
    names: bool = Field(
        False, description="With names of the site and of all that its documents name, and their salts."
    )
    without: list[Literal["suppliers", "grants", "norms"]] = Field(
        [], max_length=3, description="Classes of proof that are left out."
    )
    format: Literal["jsonl", "gzip"] = Field("jsonl", description="As text, or compressed.")


@router.post(
    "/trust-files",
    operation_id="send_trust_file",
    summary="Give a trust file of your own",
    status_code=201,
    openapi_extra=TRUST_FILE.description,
    responses=Problem.responses(*TRUST_FILE.statuses),
)
async def send_trust_file(
    request: Request, file: Annotated[UploadedFile, Depends(TRUST_FILE)]
) -> TrustFileRead:
    """Keep a trust file for an hour, so that evidence can be verified with it in place of the server's.

    An offer or an accepted file as it is, which is canonical JSON (RFC 8785) and a line feed. The server
    cannot compare its fingerprint: whoever gave you the file can.
    """
    content = await run_in_threadpool(file.path.read_bytes)
    trust = await run_in_threadpool(_read_trust, content)
    until = _trusts(request).put(KeptTrust(trust, content))
    return TrustFileRead(
        fingerprint=trust.fingerprint.hex(),
        groups=fingerprint_groups(trust.fingerprint),
        chain_id=trust.chain_id,
        witnesses=list(trust.witnesses),
        threshold=trust.threshold,
        kept_until=moment(int(until)),
        text=Saying(
            en="this server did not compare the fingerprint with anybody: compare it with the operator by "
            "paper or telephone",
            zh="本服务器未与任何人核对指纹：请以书面或电话与运营方核对",
        ),
    )


@router.post(
    "/verifications",
    operation_id="verify_evidence",
    summary="Have an evidence file verified",
    openapi_extra=EVIDENCE_FILE.description,
    responses=Problem.responses(404, *EVIDENCE_FILE.statuses),
)
async def verify_evidence(
    work: WorkDep,
    request: Request,
    query: Annotated[VerificationQuery, Query()],
    file: Annotated[UploadedFile, Depends(EVIDENCE_FILE)],
) -> Verification:
    """Verify an evidence file against a trust file, and answer each of the verifier's questions.

    Anybody may ask. The file is not kept, and none that is verified here changes what the server remembers. A
    file that contradicts itself is an answer, and no refusal.
    """
    given = _given(request, query.trust)
    async with work.place(VERIFICATION) as place:
        arguments = {
            "evidence": str(file.path),
            "name": "evidence",
            "trust": None if given is None else given.content.decode(),
            "older": query.older,
        }
        told = await work.run(VERIFICATION, place, arguments, gone=request.is_disconnected)
    return _answer(told, is_own=given is None)


@router.get(
    "/{site}",
    operation_id="export_evidence",
    summary="A site's history, proved",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file: canonical JSON, one value a line.",
            "content": {
                each: {"schema": {"type": "string", "format": "binary"}} for each in (JSON_LINES, GZIP)
            },
        },
        **Problem.responses(401, 403, 404, 409, 413),
    },
)
async def export_evidence(
    caller: CallerDep,
    work: WorkDep,
    request: Request,
    site: SiteParameter,
    query: Annotated[EvidenceQuery, Query()],
) -> StreamingResponse:
    """Return the evidence of a site at the newest checkpoint, or at an earlier block.

    **What it discloses, to whoever gets the file:** every document of the site up to the block with all its
    lines (a document commits to all of them, so that `item` narrows the balances alone), the other sites,
    consignees, suppliers and keys that they name, and the journals of those suppliers and keys; with `names`
    also names and the salts that prove them. `Shecang-Block`, `Shecang-Documents` and `Shecang-Names` say how
    much that is; `Shecang-Overdue-Counts` how many counts were overdue at the block, which a file without
    `norms` does not prove; `Shecang-Forks` how many times witnesses contradict each other: with any, compare
    checkpoints before you hand the file on.
    """
    caller.require(Scope.READ, site)
    if query.as_of is not None and query.block is not None:
        raise TwoEndsError()
    is_packed = query.format == "gzip"
    async with work.place(EXPORT) as place:
        path = place / "evidence"
        arguments = {
            "site": int(site),
            "item": int(parse_item(query.item)) if query.item else 0,
            "until": as_of_seconds(query.as_of),
            "as_of": query.as_of,
            "block": query.block,
            "names": query.names,
            "classes": classes_without(query.without),
            "gzip": is_packed,
            "output": str(path),
        }
        told = await work.run(EXPORT, place, arguments, gone=request.is_disconnected)
        # Its directory goes now; what is open can be read to its end all the same.
        file = await run_in_threadpool(path.open, "rb")
        size = path.stat().st_size
    return StreamingResponse(
        _pieces(file),
        media_type=GZIP if is_packed else JSON_LINES,
        headers=_headers(str(site), told, size, is_packed=is_packed),
    )


def _headers(site: str, told: Told, size: int, *, is_packed: bool) -> dict[str, str]:
    found = told.result
    name = f"evidence-{site}-{found['block']}.jsonl{'.gz' if is_packed else ''}"
    return {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Shecang-Block": str(found["block"]),
        "Shecang-Documents": str(found["documents"]),
        "Shecang-Names": str(found["names"]),
        "Shecang-Overdue-Counts": str(found["overdue"]),
        "Shecang-Forks": str(found["forks"]),
    }


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _read_trust(content: bytes) -> Trust:
    try:
        return read_trust(content, "trust").trust
    except TrustFormError as error:
        raise TrustGivenError(reason=error.reason, reason_zh=error.reason_zh) from error


def _trusts(request: Request) -> Shelf[KeptTrust]:
    return cast(Shelf[KeptTrust], request.state.trusts)


def _given(request: Request, fingerprint: str | None) -> KeptTrust | None:
    if fingerprint is None:
        return None
    found = _trusts(request).find(fingerprint)
    if found is None:
        raise TrustUnknownError(trust=fingerprint)
    return found[1]


def _answer(told: Told, *, is_own: bool) -> Verification:
    found: dict[str, Any] = told.result
    return Verification(
        checked_by=_checked_by(found["fingerprint"]),
        trust=found["fingerprint"],
        trust_from="server" if is_own else "caller",
        exit_code=found["exit_code"],
        site=found["site"],
        item=found["item"],
        block_number=found["block"],
        block_time=None if found["time"] is None else moment(found["time"]),
        documents=found["documents"],
        answers=[
            EvidenceAnswer(
                question=each["question"], answer=each["answer"], text=Saying(zh=each["zh"], en=each["en"])
            )
            for each in found["answers"]
        ],
        receipts=found["receipts"],
        unqualified_count=found["unqualified"],
        unqualified=[EvidenceReceipt(**json.loads(each)) for each in told.rows],
        emergency=found["emergency"],
        stale=None
        if found["stale"] is None
        else [
            EvidenceOverdue(
                category=each["category"],
                count_due=moment_or_none(each["count_due"]),
                counted_at=moment_or_none(each["counted_at"] or 0),
            )
            for each in found["stale"]
        ],
    )


def _checked_by(fingerprint: str) -> Saying:
    """Say who checked, and how to check without believing it."""
    short = fingerprint[:8]
    return Saying(
        en=f"This server did the checking, with the trust file {short}…: whoever does not want to believe it "
        "runs “shecang verify FILE --trust TRUST” on a machine of their own, which needs no server.",
        zh=f"以上由本服务器核验，所用信任文件为 {short}…。如不愿信赖服务器，请在自己的机器上运行"
        "“shecang verify 文件 --trust 信任文件”，无需任何服务器。",
    )
