from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.embedded._errors import ChainDiskFullError, ClockBehindError
from ledger_client.embedded._wire import (
    MAX_DEPTH,
    MAX_REQUEST_BYTES,
    Framer,
    RpcError,
    error_answer,
    raise_shecang_error,
    shecang_error,
)
from ledger_client.errors import ShecangError

leaves = st.none() | st.booleans() | st.integers() | st.text()
inner = st.recursive(
    leaves,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3),
    max_leaves=8,
).filter(lambda value: depth(value) < MAX_DEPTH)
requests = st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


class TestFramer:
    def test_refuses_a_request_that_is_too_deep_before_it_is_complete(self) -> None:
        assert Framer().feed(b"[" * MAX_DEPTH) == []
        with pytest.raises(RpcError, match="levels deep"):
            Framer().feed(b"[" * (MAX_DEPTH + 1))

    def test_refuses_a_request_that_is_too_long_before_it_is_complete(self) -> None:
        framer = Framer()
        framer.feed(b'["')
        with pytest.raises(RpcError, match="bytes"):
            for _ in range(MAX_REQUEST_BYTES // 2**20 + 1):
                framer.feed(b"a" * 2**20)

    @pytest.mark.parametrize("text", [b"hello", b"1", b'"text"', b"]", b"}", b" \n x", b"GET / HTTP/1.1"])
    def test_refuses_what_begins_as_no_request(self, text: bytes) -> None:
        with pytest.raises(RpcError, match="JSON object or a list"):
            Framer().feed(text)

    def test_refuses_what_follows_a_request(self) -> None:
        with pytest.raises(RpcError):
            Framer().feed(b"{} nonsense")

    def test_brackets_and_quotes_in_a_string_count_for_nothing(self) -> None:
        request = rb'{"a": "]}\"[\\"}'
        assert Framer().feed(request) == [request]

    @given(st.lists(requests, max_size=4), st.sampled_from(["", "\n", " \r\n "]), st.data())
    def test_cuts_a_stream_wherever_it_was_torn(
        self, values: list[Any], between: str, data: st.DataObject
    ) -> None:
        indent = data.draw(st.sampled_from([None, 1]))
        ascii_ = data.draw(st.booleans())
        texts = [json.dumps(value, indent=indent, ensure_ascii=ascii_) for value in values]
        stream = between.join(texts).encode("utf-8", "surrogatepass")
        framer = Framer()
        found: list[bytes] = []
        while stream:
            size = data.draw(st.integers(1, len(stream)))
            found += framer.feed(stream[:size])
            stream = stream[size:]
        assert [part.decode("utf-8", "surrogatepass") for part in found] == texts


class TestErrors:
    @pytest.mark.parametrize(
        "answer",
        [
            {"result": "0x1"},
            {"error": {"code": -32000, "message": "nonce too low"}},
            {"error": {"code": -32050, "message": "x", "data": {"error": "Exception", "facts": {}}}},
            {"error": {"code": -32050, "message": "x", "data": {"error": "sqlite3", "facts": {}}}},
            {"error": {"code": -32050, "message": "x"}},
            {"error": "text"},
            None,
        ],
    )
    def test_an_ordinary_answer_raises_nothing(self, answer: Any) -> None:
        raise_shecang_error(answer)

    @pytest.mark.parametrize(
        "error", [ChainDiskFullError(path=Path("/x/chain.sqlite")), ClockBehindError(now=1, head=2)]
    )
    def test_an_error_of_ours_is_raised_again_at_the_other_end(self, error: ShecangError) -> None:
        line = json.dumps(error_answer(1, shecang_error(error)))
        with pytest.raises(type(error)) as caught:
            raise_shecang_error(json.loads(line))
        assert [caught.value.text("en"), caught.value.text("zh")] == [error.text("en"), error.text("zh")]
