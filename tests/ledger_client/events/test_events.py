"""What the decoder refuses, and that its table is the contracts'; values: `test_recorded_documents`."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from eth_utils.abi import collapse_if_tuple

from ledger_client.addresses import address_from_bytes
from ledger_client.artifacts import load_artifact
from ledger_client.documents import Kind, KindUnknownError
from ledger_client.events import (
    FIXED_FORMS,
    DocumentRecorded,
    EventMalformedError,
    EventUnknownError,
    GrantMade,
    ItemRegistered,
    Log,
    LogPlace,
    decode_event,
    encode_fixed,
)
from ledger_client.events.stock import DOCUMENT_RECORDED, DOCUMENT_RECORDED_TOPIC
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines
from ledger_client.roles import Role

CONTRACTS = ("Directory", "SupplierRegistry", "Catalogue", "StockLedger", "Norms", "Reallocation")
ABI_EVENTS = {
    entry["name"]: entry
    for name in CONTRACTS
    for entry in load_artifact(name).abi
    if entry["type"] == "event"
}
PLACE = LogPlace(3, 1, keccak(b"transaction"), keccak(b"block"))
CONTRACT = address_from_bytes(b"\x0c" * 20)
HOLDER = address_from_bytes(b"\x01" * 20)
GRANT = GrantMade(
    place=PLACE,
    holder=HOLDER,
    division=420106,  # type: ignore[arg-type]
    authority=CONTRACT,
    role=Role.KEEPER,
    subject=0,
    authority_division=0,  # type: ignore[arg-type]
    from_=5,
    recorded_at=6,
)
ITEM = ItemRegistered(
    place=PLACE,
    item=101_0101_00001,  # type: ignore[arg-type]
    authority=HOLDER,
    qualification_category=7,
    shelf_life=730,
    unit=b"KGM",
    serial=True,
    name_digest=keccak(b"name"),
)


def log_of(event: Any) -> Log:
    topics, data = encode_fixed(event)
    return Log(CONTRACT, topics, data, PLACE)


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def signer(number: int) -> list[bytes]:
    return [word(number), keccak(word(number)), word(number)]


HEADER = [
    *(word(value) for value in (Kind.ISSUE, 5 | 1 << 63, 6, 7, 8, 9, 10, 11)),
    keccak(b"body"),
    *signer(1),
    *signer(0)[:1],
    bytes(32),
    bytes(32),
    *signer(3),
    word(12),
    word(13),
]
LINES = pack_lines(Kind.ISSUE, [Line(7, 3), Line(8, 4)])


def document_log(
    header: list[bytes] = HEADER, lines: bytes = LINES, words: int = 2, offset: int = 672, key: int = 99
) -> Log:
    topics = (DOCUMENT_RECORDED_TOPIC, word(key), word(1), word(2))
    return Log(CONTRACT, topics, b"".join((*header, word(offset), word(words), lines)), PLACE)


def changed(position: int, value: bytes) -> list[bytes]:
    return [*HEADER[:position], value, *HEADER[position + 1 :]]


def test_an_unknown_event_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(
        EventUnknownError, match=r"block 3, index 1 of 0x.*DocumentRecorded.*SupplierRegistered"
    ):
        decode_event(Log(CONTRACT, (keccak(b"Transfer()"),), b"", PLACE))
    with pytest.raises(EventUnknownError):
        decode_event(Log(CONTRACT, (), b"", PLACE))


@pytest.mark.parametrize("event", [GRANT, ITEM])
def test_an_event_of_another_size_is_refused(event: Any) -> None:
    log = log_of(event)
    for broken in (
        replace(log, data=log.data + bytes(32)),
        replace(log, data=log.data[:-1]),
        replace(log, topics=log.topics[:-1]),
        replace(log, topics=(*log.topics, bytes(32))),
    ):
        with pytest.raises(EventMalformedError, match="size"):
            decode_event(broken)


def test_rubbish_in_any_narrow_word_is_refused() -> None:
    log = log_of(GRANT)
    for position in range(1, len(log.topics)):
        topics = list(log.topics)
        topics[position] = b"\x01" + topics[position][1:]
        with pytest.raises(EventMalformedError):
            decode_event(replace(log, topics=tuple(topics)))
    # role, authority's division, from and recorded at; the subject is a whole word.
    for position in (0, 2, 3, 4):
        data = bytearray(log.data)
        data[32 * position] = 1
        with pytest.raises(EventMalformedError):
            decode_event(replace(log, data=bytes(data)))
    data = bytearray(log.data)
    data[31] = 9
    with pytest.raises(EventMalformedError, match="role"):
        decode_event(replace(log, data=bytes(data)))


def test_a_flag_is_0_or_1_and_a_code_fills_its_word_with_zeros() -> None:
    log = log_of(ITEM)
    for position, byte in ((2 * 32 + 3, "unit"), (3 * 32 + 31, "serial")):
        data = bytearray(log.data)
        data[position] = 2
        with pytest.raises(EventMalformedError, match=byte):
            decode_event(replace(log, data=bytes(data)))


@pytest.mark.parametrize(
    ("position", "value"),
    [
        (1, word(1 << 64)),
        (3, word(1 << 16)),
        (4, word(1 << 160)),
        (5, word(1 << 64)),
        (6, word(1 << 64)),
        (9, word(1 << 160 | 1)),
        (9, bytes(32)),
        (11, word(1 << 64)),
        (12, word(1 << 255)),
        (13, word(1)),
        (14, word(1)),
        (15, word(1 << 161 | 3)),
        (17, word(1 << 64 | 3)),
    ],
)
def test_rubbish_in_the_header_of_a_document_is_refused(position: int, value: bytes) -> None:
    with pytest.raises(EventMalformedError):
        decode_event(document_log(changed(position, value)))


def test_a_document_of_unknown_kind_is_refused() -> None:
    with pytest.raises(KindUnknownError):
        decode_event(document_log(changed(0, word(19))))
    with pytest.raises(KindUnknownError):
        decode_event(document_log(changed(0, word(0))))


def test_lines_are_as_many_as_the_event_says() -> None:
    for broken in (
        document_log(words=1),
        document_log(words=3),
        document_log(lines=LINES[:-1]),
        document_log(offset=640),
        document_log(key=1 << 248),
        replace(document_log(), topics=document_log().topics[:3]),
        replace(document_log(), data=document_log().data[:600]),
    ):
        with pytest.raises(EventMalformedError):
            decode_event(broken)


def test_every_field_of_a_document_is_in_its_place() -> None:
    event = decode_event(document_log())
    assert isinstance(event, DocumentRecorded)
    assert (event.key, event.from_, event.to, event.kind, event.lines) == (99, 1, 2, Kind.ISSUE, LINES)
    assert event.occurred_at.seconds == 5 and event.occurred_at.is_day_only
    assert (event.reference, event.reason, event.qualification, event.deadline) == (6, 7, 8, 9)
    assert (event.recorded_at, event.verdict, event.body) == (10, 11, keccak(b"body"))
    assert event.sender.position == 1 and event.sender.grant == keccak(word(1))
    assert event.other is None
    assert event.approver is not None and event.approver.address == address_from_bytes(word(3)[12:])
    assert (event.from_journal, event.to_journal) == (12, 13)
    assert event.place == PLACE


@pytest.mark.parametrize("event", [GRANT, ITEM])
def test_events_are_encoded_as_they_were_written(event: Any) -> None:
    assert decode_event(log_of(event)) == event


def test_table_is_exactly_the_events_of_the_abis() -> None:
    known = {form.event.__name__ for form in FIXED_FORMS.values()}
    assert known | {"DocumentRecorded"} == ABI_EVENTS.keys()


def test_signature_of_a_document_is_that_of_the_abi() -> None:
    assert _signature(ABI_EVENTS["DocumentRecorded"]) == DOCUMENT_RECORDED


@pytest.mark.parametrize("form", FIXED_FORMS.values(), ids=lambda form: form.event.__name__)
def test_fields_are_those_of_the_abi(form: Any) -> None:
    entry = ABI_EVENTS[form.event.__name__]
    assert form.signature == _signature(entry)
    inputs = entry["inputs"]
    assert [name for name, _ in form.topics] == [_snake(item) for item in inputs if item["indexed"]]
    plain = [item for item in inputs if not item["indexed"]]
    if form.tail:
        assert _snake(plain.pop()) == form.tail
    assert [name for name, _ in form.data] == [_snake(item) for item in plain]
    for (_, declared), item in zip(form.data, plain, strict=True):
        if "components" in item:
            assert [field.name for field in fields(declared.struct)] == [
                _snake(part) for part in item["components"]
            ]


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(collapse_if_tuple(item) for item in entry['inputs'])})"


def _snake(item: dict[str, Any]) -> str:
    plain = re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), item["name"])
    return plain + "_" if plain == "from" else plain
