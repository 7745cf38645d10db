"""Texts of brackets from outside: refused before a parser follows them over the end of the stack.

The embedded chain's libraries raise Python's recursion limit, here as in a command that opens a ledger;
without the look beforehand each of these ends the process.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import eth
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.json_text import DEEPEST, TooDeepError, require_shallow
from ledger_client.node import NodeAnswerError, connect

BOMB = "[" * 200_000
LEAF = st.none() | st.integers() | st.text(alphabet='[]{}"\\a', max_size=8)
VALUES = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\'), inner)
)


def depth(value: Any) -> int:
    """How deep a value nests."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def test_the_recursion_limit_is_raised_here() -> None:
    assert eth.__name__
    assert sys.getrecursionlimit() >= 100_000


@given(VALUES, st.integers(0, 6))
def test_as_deep_as_the_value_it_stands_for(value: Any, deepest: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    for form in (text, text.encode()):
        if depth(value) > deepest:
            with pytest.raises(TooDeepError):
                require_shallow(form, deepest)
        else:
            require_shallow(form, deepest)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '{"a":' * 100_000,
        '"]",'.join("[" * 100_000),  # closing brackets in strings close nothing
        '["]",' * 100_000,
        "[" * (DEEPEST + 1),
        '"' + BOMB,  # a string that nobody closes
        "\ud800" + BOMB,
    ],
)
def test_bombs(text: str) -> None:
    with pytest.raises(TooDeepError):
        require_shallow(text)


def test_brackets_in_strings_do_not_count() -> None:
    require_shallow(json.dumps(["[" * 1000, '"{\\' * 1000] * 1000))


class TestANode:
    @pytest.fixture
    def address(self) -> Iterator[str]:
        """A server that answers everything with opening brackets."""

        class Bomber(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(BOMB)))
                self.end_headers()
                self.wfile.write(BOMB.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Bomber)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()

    def test_its_answer_is_none(self, address: str) -> None:
        node = connect(address)
        with pytest.raises(NodeAnswerError, match="does not speak"):
            node.request("eth_chainId")
        with pytest.raises(NodeAnswerError, match="does not speak"):
            node.batch([("eth_chainId", [])])
