"""Acts as text: canonical JSON, the same from a server and on a memory stick, read strictly.

Calldata is not in it: whoever reads it computes that. The record travels with the act, its salt too, so that
nothing of an act is kept by whoever prepared it. What cannot be said in sentences is refused.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger_client.acts._abi import read_arguments, written
from ledger_client.acts.act import Act
from ledger_client.acts.saying import SAID, say
from ledger_client.addresses import parse_address
from ledger_client.canonical import NUMBER_LIMIT, canonical, parse_canonical
from ledger_client.errors import MismatchError, ShecangError
from ledger_client.files import read_limited, replace_private
from ledger_client.records import Record
from ledger_client.signers import CompactSignature

ACT_FILE_LIMIT = 1 << 18
"""Bytes of an act's file."""

_FORM: Final = "shecang act 1"
_BRACKETS = 1 << 10  # each of 512 members of an array may be an object
_GAS = 30_000_000  # a block's

_Hex16 = Annotated[str, Field(pattern="^0x[0-9a-f]{32}$")]
_Hex32 = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
_Hex64 = Annotated[str, Field(pattern="^0x[0-9a-f]{128}$")]
_Address = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
_Name = Annotated[str, Field(pattern="^[A-Za-z]{1,40}$")]


class ActFormError(MismatchError):
    """A text is no act."""

    en = "{source} is no act that can be signed ({reason}); ask whoever prepared it for a new one"
    zh = "{source} 不是可签署的操作（{reason_zh}）；请向编制者重新索取"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RecordModel(_Model):
    """The name or note that goes with an act and stays off chain."""

    zh: str = Field(description="Chinese name, empty of a note.")
    en: str = Field(description="English name, empty of a note.")
    body: dict[str, Any] = Field(description="Of a note: what it says.")
    salt: _Hex16 = Field(description="Of the digest on chain.")
    signature: _Hex64 | None = Field(description="The sender's, r and vs of EIP-2098; null until signed.")


class ActModel(_Model):
    """A call that one key signs."""

    form: Literal["shecang act 1"] = Field(description="What this text is.")
    chain_id: int = Field(ge=1, lt=NUMBER_LIMIT, description="For which it is signed.")
    genesis: _Hex32 = Field(description="Hash of the chain's block 0.")
    ledger: _Address = Field(description="The stock ledger of the same ledger.")
    contract: _Name = Field(description="Name of the contract that is called.")
    address: _Address = Field(description="Its address.")
    function: _Name = Field(description="Name of the function.")
    arguments: dict[str, Any] = Field(
        description="By name: numbers up to 32 bits as numbers, of 64 bits as digits, longer ones and bytes "
        "as hexadecimal; structs are objects, arrays lists."
    )
    sender: _Address = Field(description="Who signs.")
    id: _Hex16 = Field(description="Tells two acts of the same content apart.")
    gas: int = Field(ge=21_000, le=_GAS, description="The most gas that it may use.")
    record: RecordModel | None = Field(description="The name or note whose salted digest is an argument.")

    @classmethod
    def of(cls, act: Act) -> ActModel:
        """Return the model of an act."""
        return cls(
            form=_FORM,
            chain_id=act.chain_id,
            genesis=_hex(act.genesis),
            ledger=act.ledger,
            contract=act.contract,
            address=act.address,
            function=act.function,
            arguments=written(act.contract, act.function, act.arguments),
            sender=act.sender,
            id=_hex(act.id),
            gas=act.gas,
            record=None if act.record is None else _record_model(act.record, act.record_signature),
        )

    def act(self) -> Act:
        """Return the act.

        Raises:
            ShecangError: An address is mistyped, or the record is not the one that it registers.
            LookupError: The function is none that may be signed.
            ValueError: An argument or the record is written in another way, or cannot be said.
        """
        if (self.contract, self.function) not in SAID:
            raise LookupError("function")
        act = Act(
            chain_id=self.chain_id,
            genesis=_bytes(self.genesis),
            ledger=parse_address(self.ledger),
            contract=self.contract,
            address=parse_address(self.address),
            function=self.function,
            arguments=read_arguments(self.contract, self.function, self.arguments),
            sender=parse_address(self.sender),
            id=_bytes(self.id),
            gas=self.gas,
        )
        if self.record is not None:
            signature = _signature(self.record.signature)
            act = replace(act, record=_record(act, self.record), record_signature=signature)
        act.require_record()
        say(act, 0)
        return act


def to_dict(act: Act) -> dict[str, Any]:
    """Return the JSON value of an act."""
    return ActModel.of(act).model_dump()


def from_dict(value: object, source: str = "the act") -> Act:
    """Return the act that a JSON value describes; see `Act.require_consent` for what its sender adds.

    Args:
        value: As `to_dict` returned it.
        source: How a sentence calls it.

    Raises:
        ActFormError: It is none.
    """
    try:
        return from_model(ActModel.model_validate(value), source)
    except ValidationError as error:
        raise _malformed(error, source) from error


def from_model(model: ActModel, source: str = "the act") -> Act:
    """Return the act that a model describes; see `from_dict`.

    Raises:
        ActFormError: It is none.
    """
    try:
        return model.act()
    except ValidationError as error:
        raise _malformed(error, source) from error
    except ShecangError as error:
        raise ActFormError(source=source, reason=error.text("en"), reason_zh=error.text("zh")) from error
    except (ValueError, LookupError) as error:
        reason = ascii(error.args[0] if error.args else "")
        raise ActFormError(source=source, reason=reason, reason_zh=reason) from error


def _malformed(error: ValidationError, source: str) -> ActFormError:
    # A member may be called anything, and the sentence goes to a terminal.
    where = ".".join(ascii(str(each)[:40])[1:-1] for each in error.errors()[0]["loc"]) or "object"
    return ActFormError(source=source, reason=where, reason_zh=where)


def parse_act(content: bytes, source: str) -> Act:
    """Return the act in a file's content.

    Raises:
        ActFormError: It is none.
        NotCanonicalError: It is not as it was written.
    """
    return from_dict(parse_canonical(content.removesuffix(b"\n"), source, _BRACKETS), source)


def read_act(path: Path) -> Act:
    """Return the act in a file.

    Raises:
        FileUnavailableError: There is none.
        FileSizeError: It is too long for one.
        ActFormError: It is none.
        NotCanonicalError: It is not as it was written.
    """
    return parse_act(read_limited(path, ACT_FILE_LIMIT), os.fspath(path))


def is_act(path: Path) -> bool:
    """Return whether a file says of itself that it is an act; a draft says what it is, too.

    Raises:
        FileUnavailableError: There is none.
        FileSizeError: It is too long for one.
    """
    # In canonical JSON a quotation mark inside of a text has a stroke before it.
    return f'"form":"{_FORM}"'.encode() in read_limited(path, ACT_FILE_LIMIT)


def act_text(act: Act) -> bytes:
    """Return the content of an act's file."""
    return canonical(to_dict(act)) + b"\n"


def write_act(path: Path, act: Act) -> None:
    """Put an act in place of what a file held, whole or not at all.

    Raises:
        DiskFullError: There is no room; the old file is as it was.
        FileUnavailableError: The directory is missing or not writable.
    """
    replace_private(path, act_text(act))


def _record_model(record: Record, signature: CompactSignature | None) -> RecordModel:
    return RecordModel(
        zh=record.name.zh,
        en=record.name.en,
        body=dict(record.body),
        salt=_hex(record.salt),
        signature=None if signature is None else _hex(signature.r + signature.vs),
    )


def _record(act: Act, model: RecordModel) -> Record:
    """Return the record of an act, which is about what the act itself says that it is about.

    Raises:
        ShecangError: A name holds a character that nobody can see, or the body is no JSON that is signed.
        ValueError: The act has no record, or a name is not written in its plain form.
    """
    id_ = act.record_id
    if id_ is None:
        raise ValueError("record")
    record = Record.new(id_, zh=model.zh, en=model.en, body=model.body, salt=_bytes(model.salt))
    if (record.name.zh, record.name.en) != (model.zh, model.en):
        raise ValueError("record.name")
    return record


def _signature(text: str | None) -> CompactSignature | None:
    if text is None:
        return None
    raw = _bytes(text)
    return CompactSignature(raw[:32], raw[32:])


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
