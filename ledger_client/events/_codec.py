"""How an event is taken out of a log and put back into one: whole words, each checked against its type.

Every event of the contracts consists of words of fixed width (the lines of a document or of a proposal
apart), so that decoding is slicing. A word whose unused bytes are not zero is refused: a contract never
writes one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypedDict

from ledger_client.addresses import Address, address_from_bytes
from ledger_client.errors import MismatchError
from ledger_client.keccak import keccak
from ledger_client.rpc_quantities import quantity
from ledger_client.word_types import WordType
from ledger_client.words import WORD_BYTES

_TYPE = "word type"
_INDEXED = "indexed"
_TAIL = "tail"
_TAIL_ABI = "uint256[]"


class EventMalformedError(MismatchError):
    """A log has the name of a known event and a content that no contract writes."""

    en = (
        "the log at block {block}, index {index} is no {event}: {field} is {value}; "
        "check which contract and which node it comes from"
    )
    zh = "区块 {block} 第 {index} 条日志不是 {event}：{field} 为 {value}；请核对其来自哪个合约、哪个节点"


class EventUnknownError(MismatchError):
    """A log of a contract of this ledger holds an event that the client does not know."""

    en = (
        "the log at block {block}, index {index} of {contract} holds an unknown event ({topic}); known are "
        "{known}. A newer ledger needs a newer client"
    )
    zh = (
        "区块 {block} 中合约 {contract} 的第 {index} 条日志是未知事件（{topic}）；已知事件为 {known}。"
        "新版账本需要新版客户端"
    )


class RpcLog(TypedDict):
    """A log as JSON-RPC returns it."""

    address: str
    topics: list[str]
    data: str
    blockNumber: str
    blockHash: str
    transactionHash: str
    transactionIndex: str
    logIndex: str


@dataclass(frozen=True, slots=True, order=True)
class LogPlace:
    """Where on the chain a log stands; places are ordered as the logs are.

    Attributes:
        block: The block's number.
        index: The log's index in the block.
        transaction: Hash of the transaction.
        block_hash: Hash of the block.
    """

    block: int
    index: int
    transaction: bytes
    block_hash: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """A log in bytes.

    Attributes:
        address: The contract that wrote it.
        topics: Of 32 bytes each; the first says which event it is.
        data: Whatever is not indexed.
        place: Where on the chain it stands.
    """

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    place: LogPlace

    @classmethod
    def from_rpc(cls, log: RpcLog) -> Log:
        """Return the log that JSON-RPC gives in hexadecimal."""
        from_hex = bytes.fromhex
        return cls(
            address_from_bytes(from_hex(log["address"][2:])),
            tuple([from_hex(topic[2:]) for topic in log["topics"]]),
            from_hex(log["data"][2:]),
            LogPlace(
                quantity(log["blockNumber"]),
                quantity(log["logIndex"]),
                from_hex(log["transactionHash"][2:]),
                from_hex(log["blockHash"][2:]),
            ),
        )


def indexed(word_type: WordType) -> Any:
    """Declare a field that stands in the topics."""
    return field(metadata={_TYPE: word_type, _INDEXED: True})


def word(word_type: WordType) -> Any:
    """Declare a field that is one word of the data."""
    return field(metadata={_TYPE: word_type})


def words(struct: type[Any]) -> Any:
    """Declare a field that is a struct of words, one after the other in the data."""
    return field(metadata={_TYPE: struct})


def tail() -> Any:
    """Declare the last field of an event: words of any number, packed behind the others, 32 bytes each."""
    return field(metadata={_TAIL: True}, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedEvent:
    """An event that consists of words alone, perhaps with a tail; a class a kind, named as in the contract.

    Attributes:
        place: Where on the chain it stands.
    """

    place: LogPlace


@dataclass(frozen=True, slots=True)
class EventForm:
    """How the words of an event become the fields of its class.

    Attributes:
        event: The class.
        signature: As the ABI writes it.
        topic: The first topic: keccak of the signature.
        topics: Name and type of each indexed field, in order.
        data: Name and type of each other field, in order; a struct is a form of its own.
        tail: Name of the field behind these that holds words of any number; None where there is none.
    """

    event: type[Any]
    signature: str
    topic: bytes
    topics: tuple[tuple[str, WordType], ...]
    data: tuple[tuple[str, WordType | StructForm], ...]
    tail: str | None = None

    @property
    def words(self) -> int:
        """How many words of fixed width the data has; a tail's offset, length and words come behind."""
        return sum(form.words if isinstance(form, StructForm) else 1 for _, form in self.data)


@dataclass(frozen=True, slots=True)
class StructForm:
    """A struct of words inside an event."""

    struct: type[Any]
    fields: tuple[tuple[str, WordType], ...]

    @property
    def words(self) -> int:
        """How many words it fills."""
        return len(self.fields)

    @property
    def abi(self) -> str:
        """Its type in the event's signature."""
        return "(" + ",".join(word_type.abi for _, word_type in self.fields) + ")"


@cache
def form_of(event: Any) -> EventForm:
    """Return the form that the fields of an event's class declare."""
    topics: list[tuple[str, WordType]] = []
    data: list[tuple[str, WordType | StructForm]] = []
    tail_name: str | None = None
    for item in fields(event):
        if _TAIL in item.metadata:
            tail_name = item.name
        if _TYPE not in item.metadata:
            continue
        declared = item.metadata[_TYPE]
        if item.metadata.get(_INDEXED):
            topics.append((item.name, declared))
        else:
            data.append((item.name, declared if isinstance(declared, WordType) else _struct_form(declared)))
    types = [declared.abi for _, declared in [*topics, *data]] + [_TAIL_ABI] * (tail_name is not None)
    signature = f"{event.__name__}({','.join(types)})"
    return EventForm(event, signature, keccak(signature.encode()), tuple(topics), tuple(data), tail_name)


def _struct_form(struct: type[Any]) -> StructForm:
    return StructForm(struct, tuple((item.name, item.metadata[_TYPE]) for item in fields(struct)))


def decode_fixed(form: EventForm, log: Log) -> Any:
    """Return the event of a log whose first topic is that of `form`.

    Raises:
        EventMalformedError: The log has another number of words, or rubbish in one.
    """
    behind = _tail_at(form) if form.tail else form.words * WORD_BYTES
    is_size_wrong = len(log.data) < behind if form.tail else len(log.data) != behind
    if len(log.topics) != len(form.topics) + 1 or is_size_wrong:
        raise malformed(log, form.event.__name__, "size", f"{len(log.topics)} topics, {len(log.data)} bytes")
    values: dict[str, Any] = {}
    if form.tail:
        values[form.tail] = _decode_tail(form, log)
    for (name, word_type), topic in zip(form.topics, log.topics[1:], strict=True):
        values[name] = _decode_word(form, log, name, word_type, topic)
    position = 0
    for name, declared in form.data:
        if isinstance(declared, StructForm):
            parts = {}
            for part, word_type in declared.fields:
                chunk = log.data[position : position + WORD_BYTES]
                parts[part] = _decode_word(form, log, part, word_type, chunk)
                position += WORD_BYTES
            values[name] = declared.struct(**parts)
        else:
            values[name] = _decode_word(form, log, name, declared, log.data[position : position + WORD_BYTES])
            position += WORD_BYTES
    return form.event(place=log.place, **values)


def _tail_at(form: EventForm) -> int:
    """Return where a tail's words begin: behind the fixed ones, the offset and the length."""
    return (form.words + 2) * WORD_BYTES


def _decode_tail(form: EventForm, log: Log) -> bytes:
    """Return the tail's words; refused unless they stand right behind the fixed ones and are all there is."""
    name, at = form.event.__name__, _tail_at(form)
    offset, length = log.data[at - 2 * WORD_BYTES : at - WORD_BYTES], log.data[at - WORD_BYTES : at]
    if int.from_bytes(offset, "big") != at - WORD_BYTES:
        raise malformed(log, name, f"offset of {form.tail}", f"0x{offset.hex()}")
    words = int.from_bytes(length, "big")
    if len(log.data) != at + words * WORD_BYTES:
        raise malformed(
            log, name, f"number of words of {form.tail}", f"{words} in {len(log.data) - at} bytes"
        )
    return log.data[at:]


def _decode_word(form: EventForm, log: Log, name: str, word_type: WordType, chunk: bytes) -> Any:
    try:
        return word_type.decode(chunk)
    except ValueError as error:
        raise malformed(log, form.event.__name__, name, f"0x{chunk.hex()}") from error


def encode_fixed(event: FixedEvent) -> tuple[tuple[bytes, ...], bytes]:
    """Return topics and data of an event, as its contract writes them."""
    topics, data, tail_words = _encoded(event)
    if tail_words is None:
        return topics, data
    offset, length = len(data) + WORD_BYTES, len(tail_words) // WORD_BYTES
    return topics, data + offset.to_bytes(32, "big") + length.to_bytes(32, "big") + tail_words


def entry_bytes(event: FixedEvent) -> bytes:
    """Return that of which the digest of an event's entry in a journal is made: its topics and data.

    A tail stands in its place as the keccak of its words.
    """
    topics, data, tail_words = _encoded(event)
    return b"".join(topics) + data + (b"" if tail_words is None else keccak(tail_words))


def _encoded(event: FixedEvent) -> tuple[tuple[bytes, ...], bytes, bytes | None]:
    """Return topics, words of fixed number and the words of the tail, None where there is none."""
    event_class: Any = type(event)
    form = form_of(event_class)
    topics = [word_type.encode(getattr(event, name)) for name, word_type in form.topics]
    data: list[bytes] = []
    for name, declared in form.data:
        value = getattr(event, name)
        if isinstance(declared, StructForm):
            data.extend(word_type.encode(getattr(value, part)) for part, word_type in declared.fields)
        else:
            data.append(declared.encode(value))
    tail_words = getattr(event, form.tail) if form.tail else None
    return (form.topic, *topics), b"".join(data), tail_words


def malformed(log: Log, event: str, field_name: str, value: str) -> EventMalformedError:
    """Return the error that says what is wrong with a log."""
    return EventMalformedError(
        block=log.place.block, index=log.place.index, event=event, field=field_name, value=value
    )
