"""Events of Norms and Reallocation: encoded as the ABI says, decoded again, refused with rubbish in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from allocation_history import whole_story
from eth_abi.abi import encode as encode_abi

from ledger_client.digests import entry_digest
from ledger_client.documents import Timestamp
from ledger_client.events import (
    EventMalformedError,
    Log,
    NormsEvent,
    ProposalMade,
    ReallocationEvent,
    decode_event,
    encode_fixed,
)
from ledger_client.events._codec import StructForm, form_of
from ledger_client.keccak import keccak
from ledger_client.word_types import WordType

KINDS = (*NormsEvent.__args__, *ReallocationEvent.__args__)


def _logs() -> dict[type, Log]:
    story, _ = whole_story()
    chain = story.history.chain
    found = {type(decode_event(log)): log for log in chain.logs(0, chain.head())}
    return {kind: found[kind] for kind in KINDS}


LOGS = _logs()
events = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def _plain(value: Any) -> Any:
    """A value as a general encoder of the ABI takes it."""
    return value.word if isinstance(value, Timestamp) else value


def _types(kind: type) -> tuple[list[str], list[Any]]:
    """The types and values of what is not indexed, as the ABI has them."""
    form, event = form_of(kind), decode_event(LOGS[kind])
    types, values = [], []
    for name, declared in form.data:
        value = getattr(event, name)
        types.append(declared.abi)
        if isinstance(declared, StructForm):
            values.append(tuple(_plain(getattr(value, part)) for part, _ in declared.fields))
        else:
            values.append(_plain(value))
    if form.tail:
        types.append("uint256[]")
        raw = getattr(event, form.tail)
        values.append([int.from_bytes(raw[at : at + 32], "big") for at in range(0, len(raw), 32)])
    return types, values


@events
def test_is_encoded_as_a_general_encoder_does(kind: type) -> None:
    log = LOGS[kind]
    assert log.data == encode_abi(*_types(kind))
    topics, data = encode_fixed(decode_event(log))  # type: ignore[arg-type]
    assert (topics, data) == (log.topics, log.data)


@events
def test_its_entry_is_the_digest_of_topics_and_data_with_lines_as_their_keccak(kind: type) -> None:
    types, values = _types(kind)
    if kind is ProposalMade:
        types[-1], values[-1] = "bytes32", keccak(b"".join(word.to_bytes(32, "big") for word in values[-1]))
    log = LOGS[kind]
    expected = keccak(b"".join(log.topics) + encode_abi(types, values))
    assert entry_digest(decode_event(log)) == expected  # type: ignore[arg-type]


@events
def test_rubbish_in_any_narrow_word_is_refused(kind: type) -> None:
    log, form = LOGS[kind], form_of(kind)
    for number, (_, word_type) in enumerate(form.topics, 1):
        if _is_narrow(word_type):
            topics = list(log.topics)
            topics[number] = b"\x01" + topics[number][1:]
            with pytest.raises(EventMalformedError):
                decode_event(replace(log, topics=tuple(topics)))
    narrow = []
    for _, declared in form.data:
        parts = [part for _, part in declared.fields] if isinstance(declared, StructForm) else [declared]
        narrow += map(_is_narrow, parts)
    assert len(narrow) == form.words
    for position, is_narrow in enumerate(narrow):
        data = bytearray(log.data)
        data[32 * position] ^= 1
        if is_narrow:
            with pytest.raises(EventMalformedError):
                decode_event(replace(log, data=bytes(data)))
        else:
            assert decode_event(replace(log, data=bytes(data))) != decode_event(log)


def _is_narrow(word_type: WordType) -> bool:
    return word_type.abi not in ("bytes32", "uint256")


@events
def test_another_size_is_refused(kind: type) -> None:
    log = LOGS[kind]
    for broken in (
        replace(log, data=log.data + bytes(32)),
        replace(log, data=log.data[:-1]),
        replace(log, data=log.data[:-32]),
        replace(log, data=log.data[:32]),
        replace(log, data=b""),
        replace(log, topics=log.topics[:-1]),
        replace(log, topics=(*log.topics, bytes(32))),
    ):
        with pytest.raises(EventMalformedError):
            decode_event(broken)


class TestTail:
    LOG = LOGS[ProposalMade]
    OFFSET_AT = 32 * form_of(ProposalMade).words

    def with_word(self, at: int, value: int) -> Log:
        data = self.LOG.data
        return replace(self.LOG, data=data[:at] + value.to_bytes(32, "big") + data[at + 32 :])

    @pytest.mark.parametrize("offset", [0, 224, 288, 1 << 64, (1 << 256) - 1])
    def test_another_offset_is_refused(self, offset: int) -> None:
        with pytest.raises(EventMalformedError, match="offset of lines"):
            decode_event(self.with_word(self.OFFSET_AT, offset))

    @pytest.mark.parametrize("words", [0, 2, 1 << 64, (1 << 256) - 1])
    def test_another_length_is_refused(self, words: int) -> None:
        with pytest.raises(EventMalformedError, match="number of words of lines"):
            decode_event(self.with_word(self.OFFSET_AT + 32, words))

    def test_none_at_all_is_read(self) -> None:
        data = self.LOG.data[: self.OFFSET_AT + 32] + bytes(32)
        assert decode_event(replace(self.LOG, data=data)).lines == b""  # type: ignore[union-attr]
