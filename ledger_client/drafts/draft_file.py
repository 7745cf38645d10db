"""Drafts as text: canonical JSON, the same from a server and on a memory stick, read strictly.

Lines stay packed as they are signed, so that there is one text of them and not a second one to compare. What
takes more than 53 bits is hexadecimal. A text that leaves a member out, adds one or writes one in another way
is refused, and so are lines that no contract accepts: nobody signs what cannot be shown.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger_client.addresses import parse_address
from ledger_client.calldata import STEPS, Consignment, Original
from ledger_client.canonical import BRACKETS, NUMBER_LIMIT, canonical, parse_canonical
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.drafts.draft import Draft, Part, Seat
from ledger_client.errors import MismatchError, ShecangError
from ledger_client.files import read_limited, replace_private
from ledger_client.lines import LotAttributes, unpack_lines
from ledger_client.signers import CompactSignature

FILE_LIMIT = 1 << 18
"""Bytes of a draft's file; the reversal of a receipt of 100 lines has 26 thousand."""

_LINES = 1 << 16  # characters of packed lines
_SIGNERS = 64  # of a consignment
_LOTS = 256
_BRACKETS = BRACKETS + _LOTS  # each lot is an object of its own

_Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
_Hex64 = Annotated[str, Field(pattern="^0x[0-9a-f]{128}$")]
_Word = Annotated[str, Field(pattern="^0x(0|[1-9a-f][0-9a-f]{0,63})$")]
_Lines = Annotated[str, Field(pattern="^0x([0-9a-f]{64})*$", max_length=_LINES)]
_Address = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
_Seconds = Annotated[int, Field(ge=0, lt=NUMBER_LIMIT)]
_KindName = Literal[
    "opening", "receipt", "release", "hold", "issue", "hand-over", "dispatch", "acceptance", "contest",
    "return", "return-acceptance", "settlement", "count", "write-off", "repack", "reversal", "recall", "lift",
]  # fmt: skip


class DraftFormError(MismatchError):
    """A text is no draft."""

    en = "{source} is no draft ({reason}); ask whoever prepared it for a new one"
    zh = "{source} 不是草稿（{reason_zh}）；请向编制者重新索取"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class DocumentModel(_Model):
    """The content of a document."""

    client_id: _Hex32 = Field(description="What its client calls it.")
    occurred_at: _Seconds = Field(description="Claimed time, seconds since 1970; of a day, its beginning.")
    day_only: bool = Field(description="Whether only the day is known.")
    from_: _Word = Field(alias="from", description="Sending or only site; supplier, donor or issuer.")
    to: _Word = Field(description="Receiving site; consignee of an issue.")
    reference: _Word = Field(description="Type (8 bits) and id (248); of a count, the journal counted at.")
    reason: int = Field(ge=0, lt=1 << 16, description="Code of the reason, 0 for none.")
    qualification: _Word = Field(description="On which a receipt relies, 0x0 for none.")
    deadline: _Seconds = Field(description="For the answer to a dispatch, seconds since 1970.")
    lines: _Lines = Field(description="Packed lines, 32 bytes a word.")

    @classmethod
    def of(cls, document: Document) -> DocumentModel:
        """Return the model of a document."""
        return cls.model_validate(
            {
                "client_id": _hex(document.client_id),
                "occurred_at": document.occurred_at.seconds,
                "day_only": document.occurred_at.is_day_only,
                "from": f"{document.from_:#x}",
                "to": f"{document.to:#x}",
                "reference": f"{document.reference:#x}",
                "reason": document.reason,
                "qualification": f"{document.qualification:#x}",
                "deadline": document.deadline,
                "lines": _hex(document.lines),
            }
        )

    def document(self) -> Document:
        """Return the document."""
        return Document(
            client_id=_bytes(self.client_id),
            occurred_at=Timestamp(self.occurred_at, self.day_only),
            from_=int(self.from_, 16),
            to=int(self.to, 16),
            reference=int(self.reference, 16),
            reason=self.reason,
            qualification=int(self.qualification, 16),
            deadline=self.deadline,
            lines=_bytes(self.lines),
        )


class SeatModel(_Model):
    """Somebody who signs."""

    address: _Address = Field(description="Of the key that signs.")
    division: int = Field(ge=0, lt=10**12, description="Of the grant relied on.")

    @classmethod
    def of(cls, seat: Seat | None) -> SeatModel | None:
        """Return the model of a seat."""
        return None if seat is None else cls(address=seat.address, division=seat.division)

    def seat(self) -> Seat:
        """Return the seat."""
        return Seat(parse_address(self.address), self.division)


class ConsignmentModel(_Model):
    """What is left of a consignment."""

    state: Literal[1, 2] = Field(description="1: open; 2: accepted, with something returning or missing.")
    signers: list[_Address] = Field(max_length=_SIGNERS, description="Who has signed for it, in order.")
    lines: _Lines = Field(description="What remains, 32 bytes a word.")


class OriginalModel(_Model):
    """The document that a reversal undoes."""

    kind: _KindName = Field(description="What it is.")
    document: DocumentModel = Field(description="Its content.")
    signers: list[_Address] = Field(max_length=_SIGNERS, description="Of a dispatch, who signed it.")


class ConsentsModel(_Model):
    """The consents that were given: r and vs of EIP-2098."""

    other: _Hex64 | None = Field(description="Of the other party.")
    approver: _Hex64 | None = Field(description="Of the approver.")


class LotModel(_Model):
    """What a lot was made of; its id is the digest of this."""

    item: int = Field(ge=0, lt=NUMBER_LIMIT, description="Its item.")
    source: _Word = Field(description="The supplier, or the salted digest of the donor.")
    batch: _Hex32 = Field(description="Digest of the batch as printed, zeros for none.")
    made: int = Field(ge=0, lt=1 << 32, description="Day of making counted from 1970, 0 for unknown.")
    expires: int = Field(ge=0, lt=1 << 32, description="Last day of use, likewise, 0 for none.")
    own: _Hex32 = Field(description="Zeros, or what makes it a lot of one line of a receipt.")

    @classmethod
    def of(cls, lot: LotAttributes) -> LotModel:
        """Return the model of a lot."""
        return cls(
            item=lot.item,
            source=f"{lot.source:#x}",
            batch=_hex(lot.batch),
            made=lot.made,
            expires=lot.expires,
            own=_hex(lot.own.to_bytes(32, "big")),
        )

    def lot(self) -> LotAttributes:
        """Return the lot."""
        return LotAttributes(
            item=self.item,
            source=int(self.source, 16),
            batch=_bytes(self.batch),
            made=self.made,
            expires=self.expires,
            own=int(self.own, 16),
        )


class DraftModel(_Model):
    """A document that waits for signatures."""

    form: Literal["shecang draft 1"] = Field(description="What kind of text it is.")
    chain_id: int = Field(ge=1, lt=NUMBER_LIMIT, description="Of the ledger's chain.")
    genesis: _Hex32 = Field(description="Hash of the chain's block 0.")
    ledger: _Address = Field(description="The stock ledger that will record it.")
    kind: _KindName = Field(description="What it is.")
    document: DocumentModel = Field(description="Its content.")
    sender: SeatModel = Field(description="Signs the transaction, last.")
    other: SeatModel | None = Field(description="The other keeper or the supplier.")
    approver: SeatModel | None = Field(description="The approver.")
    body: _Hex32 = Field(description="Salted digest of the body, zeros for none.")
    valid_until: _Seconds = Field(description="Until when consents count, seconds since 1970.")
    consignment: ConsignmentModel | None = Field(description="Of steps of a consignment: what is left of it.")
    original: OriginalModel | None = Field(description="Of a reversal: what it undoes.")
    consents: ConsentsModel = Field(description="What was signed so far.")
    lots: list[LotModel] = Field(max_length=_LOTS, description="What named lots were made of; not signed.")

    @classmethod
    def of(cls, draft: Draft) -> DraftModel:
        """Return the model of a draft."""
        consignment, original = draft.consignment, draft.original
        return cls(
            form="shecang draft 1",
            chain_id=draft.chain_id,
            genesis=_hex(draft.genesis),
            ledger=draft.ledger,
            kind=_kind_name(draft.kind),
            document=DocumentModel.of(draft.document),
            sender=SeatModel(address=draft.sender.address, division=draft.sender.division),
            other=SeatModel.of(draft.other),
            approver=SeatModel.of(draft.approver),
            body=_hex(draft.body),
            valid_until=draft.valid_until,
            consignment=None
            if consignment is None
            else ConsignmentModel.model_validate(
                {
                    "state": consignment.state,
                    "signers": list(consignment.signers),
                    "lines": _hex(consignment.lines),
                }
            ),
            original=None
            if original is None
            else OriginalModel(
                kind=_kind_name(original.kind),
                document=DocumentModel.of(original.document),
                signers=list(original.signers),
            ),
            consents=ConsentsModel(
                other=_consent_hex(draft.consents.get(Part.OTHER)),
                approver=_consent_hex(draft.consents.get(Part.APPROVER)),
            ),
            lots=[LotModel.of(each) for each in draft.lots],
        )

    def draft(self) -> Draft:
        """Return the draft; consents are taken as they are, see `Draft.consented`.

        Raises:
            ShecangError: An address is mistyped, or the lines are none that a contract accepts.
            ValueError: A part is there that this kind has not, or lacks.
        """
        kind = _kind_of(self.kind)
        if (self.consignment is None) == (kind in STEPS):
            raise ValueError("consignment")
        if (self.original is None) == (kind is Kind.REVERSAL):
            raise ValueError("original")
        given = {Part.OTHER: self.consents.other, Part.APPROVER: self.consents.approver}
        draft = Draft(
            chain_id=self.chain_id,
            genesis=_bytes(self.genesis),
            ledger=parse_address(self.ledger),
            kind=kind,
            document=self.document.document(),
            sender=self.sender.seat(),
            other=self.other.seat() if self.other else None,
            approver=self.approver.seat() if self.approver else None,
            body=_bytes(self.body),
            valid_until=self.valid_until,
            consignment=_consignment_of(self.consignment) if self.consignment else None,
            original=_original_of(self.original) if self.original else None,
            consents={part: _consent_of(text) for part, text in given.items() if text},
            lots=tuple(each.lot() for each in self.lots),
        )
        if any(part not in draft.seats for part in draft.consents):
            raise ValueError("consents")
        document = draft.document
        unpack_lines(kind, document.lines, source=document.from_, key=draft.key)
        _require_companions(draft)
        return draft


def to_dict(draft: Draft) -> dict[str, Any]:
    """Return the JSON value of a draft."""
    return DraftModel.of(draft).model_dump(by_alias=True)


def from_dict(value: object, source: str = "the draft") -> Draft:
    """Return the draft that a JSON value describes; consents are taken as they are, see `Draft.consented`.

    Args:
        value: As `to_dict` returned it.
        source: How a sentence calls it.

    Raises:
        DraftFormError: It is none.
    """
    try:
        return DraftModel.model_validate(value).draft()
    except ValidationError as error:
        # A member may be called anything, and the sentence goes to a terminal.
        where = ".".join(ascii(str(each)[:40])[1:-1] for each in error.errors()[0]["loc"]) or "object"
        raise DraftFormError(source=source, reason=where, reason_zh=where) from error
    except ShecangError as error:
        raise DraftFormError(source=source, reason=error.text("en"), reason_zh=error.text("zh")) from error
    except ValueError as error:
        raise DraftFormError(source=source, reason=str(error), reason_zh=str(error)) from error


def parse_draft(content: bytes, source: str) -> Draft:
    """Return the draft in a file's content.

    Raises:
        DraftFormError: It is none.
        NotCanonicalError: It is not as it was written.
    """
    return from_dict(parse_canonical(content.removesuffix(b"\n"), source, _BRACKETS), source)


def read_draft(path: Path) -> Draft:
    """Return the draft in a file.

    Raises:
        FileUnavailableError: There is none.
        FileSizeError: It is too long for one.
        DraftFormError: It is none.
        NotCanonicalError: It is not as it was written.
    """
    return parse_draft(read_limited(path, FILE_LIMIT), os.fspath(path))


def draft_text(draft: Draft) -> bytes:
    """Return the content of a draft's file."""
    return canonical(to_dict(draft)) + b"\n"


def write_draft(path: Path, draft: Draft) -> None:
    """Put a draft in place of what a file held, whole or not at all.

    Raises:
        DiskFullError: There is no room; the old file is as it was.
        FileUnavailableError: The directory is missing or not writable.
    """
    replace_private(path, draft_text(draft))


def _require_companions(draft: Draft) -> None:
    """Refuse a consignment or an original that cannot be shown.

    Raises:
        ShecangError: Its lines are none that a contract accepted.
        ValueError: A reversal is to be reversed, or a document of other sites.
    """
    consignment, original = draft.consignment, draft.original
    if consignment is not None:
        unpack_lines(Kind.ACCEPTANCE, consignment.lines)
    if original is not None:
        if original.kind is Kind.REVERSAL:
            raise ValueError("original.kind")
        one, two = draft.document, original.document
        if (one.from_, one.to) != (two.from_, two.to):  # what a consent covers; the ledger refuses it too
            raise ValueError("original.document")
        draft.undone()


def _kind_name(kind: Kind) -> Any:  # a `_KindName`, which mypy cannot follow
    return kind.name.lower().replace("_", "-")


def _kind_of(name: str) -> Kind:
    return Kind[name.upper().replace("-", "_")]


def _consignment_of(model: ConsignmentModel) -> Consignment:
    signers = tuple(parse_address(each) for each in model.signers)
    return Consignment(model.state, signers, _bytes(model.lines))


def _original_of(model: OriginalModel) -> Original:
    signers = tuple(parse_address(each) for each in model.signers)
    return Original(_kind_of(model.kind), model.document.document(), signers)


def _consent_of(text: str) -> CompactSignature:
    raw = _bytes(text)
    return CompactSignature(raw[:32], raw[32:])


def _consent_hex(given: CompactSignature | None) -> str | None:
    return _hex(given.r + given.vs) if given else None


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
