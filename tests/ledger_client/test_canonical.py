"""Canonical JSON: what a library for all of RFC 8785 writes, and nothing else is read."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.canonical import NUMBER_LIMIT, NotCanonicalError, canonical, parse_canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(codec="ascii"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, NUMBER_LIMIT - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_is_what_the_library_writes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES)
def test_is_read_back(value: object) -> None:
    raw = canonical(value)
    if raw.count(b"{") + raw.count(b"[") <= 64:
        assert parse_canonical(raw, "x") == value


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" 1",
        b"1 ",
        b"01",
        b"-0",
        b"+1",
        b"1e2",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"nul",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1.0",
        b"0.5",
        b"1e+22",
        b'{"a":1.0}',
        b'{"a":[NaN]}',
        b"-0.0",
        b'"\xed\xa0\x80"',
        "1".encode("utf-16"),
        b"1\r",
        b"[" * 65 + b"]" * 65,
        b"9" * 5_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(NotCanonicalError) as raised:
        parse_canonical(raw, "x")
    assert raised.value.reason.isascii() and not raised.value.reason_zh.isascii()
