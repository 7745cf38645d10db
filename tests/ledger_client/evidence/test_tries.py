"""Tries: each answer that a proof may give, and nodes that no trie writes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import rlp
from trie.hexary import HexaryTrie

from ledger_client.evidence.tries import (
    EMPTY_TRIE,
    NODE_LIMIT,
    Account,
    NodeRecorder,
    NodeStream,
    ProofNodeError,
    ProofValueError,
    State,
    What,
)
from ledger_client.keccak import KECCAK_EMPTY, keccak

WHAT = What("a word", "存储字")
ADDRESS, SLOT, CODE = b"\x11" * 20, bytes(32), keccak(b"code")


def encoded(value: Any) -> bytes:
    raw: bytes = rlp.encode(value)  # type: ignore[attr-defined, no-untyped-call]
    return raw


def trie_of(values: dict[bytes, bytes]) -> tuple[list[bytes], bytes]:
    """Return nodes and root of a trie, by hashed key."""
    nodes: dict[bytes, bytes] = {}
    trie = HexaryTrie(nodes)
    for key, value in values.items():
        trie[keccak(key)] = value
    return list(nodes.values()), trie.root_hash


def state_of(root: bytes, nodes: list[bytes]) -> State:
    recorder = NodeRecorder()
    recorder.add(nodes)
    return State(root, recorder)


def word_in(root: bytes, nodes: list[bytes]) -> int:
    return state_of(EMPTY_TRIE, nodes).word(Account(ADDRESS, root, CODE), SLOT, WHAT)


class TestAnswers:
    """An absent account, an empty trie and a zero word are three different answers."""

    def test_an_absent_account(self) -> None:
        others = {bytes([number]) * 20: encoded([1, 0, EMPTY_TRIE, CODE]) for number in range(40, 60)}
        nodes, root = trie_of(others)
        account = state_of(root, nodes).account(ADDRESS, WHAT)
        assert account.is_absent and account.code_hash == KECCAK_EMPTY

    def test_an_account_without_code(self) -> None:
        nodes, root = trie_of({ADDRESS: encoded([1, 0, EMPTY_TRIE, KECCAK_EMPTY])})
        account = state_of(root, nodes).account(ADDRESS, WHAT)
        assert not account.is_absent and account.code_hash == KECCAK_EMPTY

    def test_an_empty_trie_needs_no_node(self) -> None:
        assert word_in(EMPTY_TRIE, []) == 0

    def test_a_word_that_is_not_there(self) -> None:
        nodes, root = trie_of({bytes([number]): encoded(number) for number in range(1, 60)})
        assert word_in(root, nodes) == 0

    def test_a_word(self) -> None:
        nodes, root = trie_of({SLOT: encoded(7), bytes(31) + b"\x01": encoded(8)})
        assert word_in(root, nodes) == 7


@pytest.mark.parametrize(
    "account",
    [
        b"",
        encoded([1, 0, EMPTY_TRIE]),
        encoded([1, 0, EMPTY_TRIE, CODE, b""]),
        encoded([1, 0, EMPTY_TRIE, CODE[:31]]),
        encoded([1, 0, [b"\x01"] * 32, CODE]),
        encoded(b"text"),
        b"\xc1" * 200,
    ],
)
def test_what_is_no_account(account: bytes) -> None:
    leaf = encoded([b"\x20" + keccak(ADDRESS), account])
    state = state_of(keccak(leaf), [leaf])
    if not account:  # an empty value says that there is nothing
        assert state.account(ADDRESS, WHAT).is_absent
        return
    with pytest.raises(ProofValueError):
        state.account(ADDRESS, WHAT)


@pytest.mark.parametrize(
    "value", [b"\x00", b"\x81\x05", encoded(bytes(33)), encoded([b"\x01"]), b"\x82\x00\x01", b"\x01\x01"]
)
def test_what_is_no_word(value: bytes) -> None:
    leaf = encoded([b"\x20" + keccak(SLOT), value])
    with pytest.raises(ProofValueError):
        word_in(keccak(leaf), [leaf])


KEY = keccak(SLOT)
LEAF = [b"\x20" + KEY, b"\x07"]


def inlined(child: Any) -> list[Any]:
    """Return a branch that holds a child in the place to which the key leads."""
    branch: list[Any] = [b""] * 17
    branch[KEY[0] >> 4] = child
    return branch


@pytest.mark.parametrize(
    "node",
    [
        b"text",
        [],
        [b"\x20"],
        [b"", b"\x07"],
        [[], b"\x07"],
        [b"\x20" + KEY, [b"\x07"]],
        [b"\x40" + KEY, b"\x07"],
        [b"\x21" + KEY, b"\x07"],
        [b"\x00", keccak(b"x")],
        [b"\x00" + KEY, b""],
        [b"\x00" + KEY, b"short"],
        [b"\x00" + KEY + KEY, keccak(b"x")],
        [b"\x16", [b"\x00", [b"\x00", b""]]],
        [b""] * 16,
        [b""] * 18,
        [b""] * 16 + [[b"x"]],
        inlined(b"short"),
        inlined([b"\x20", b"\x07", b""]),
        inlined([b""] * 32),
        inlined([b"\x20" + KEY, b"\x07" * 20]),
        inlined([]),
        inlined([b"\x00", [b"\x20", b""]]),
    ],
    ids=lambda node: repr(node)[:30],
)
def test_a_node_that_no_trie_writes(node: Any) -> None:
    raw = encoded(node)
    with pytest.raises(ProofValueError):
        word_in(keccak(raw), [raw])


@pytest.mark.parametrize(
    "raw", [b"", b"\xc0", b"\x80", b"\xf8\x01\x80", b"\xc2\x81\x05", encoded(LEAF) + b"\x00", b"\xb8\x01\x05"]
)
def test_bytes_that_are_no_node(raw: bytes) -> None:
    if keccak(raw) == EMPTY_TRIE:
        assert word_in(EMPTY_TRIE, []) == 0
        return
    with pytest.raises(ProofValueError):
        word_in(keccak(raw), [raw])


def test_lists_in_lists() -> None:
    deep: Any = b""
    for _ in range(300):
        deep = [deep]
    for raw in (encoded(deep), b"\xc1" * NODE_LIMIT, b"\xc1" * 1_000_000):
        with pytest.raises(ProofValueError):
            word_in(keccak(raw), [raw])


@pytest.mark.parametrize("seed", range(4))
def test_random_nodes_end_in_a_sentence(seed: int) -> None:
    chosen = random.Random(seed)

    def value(depth: int) -> Any:
        if depth and chosen.random() < 0.5:
            return [value(depth - 1) for _ in range(chosen.choice((0, 1, 2, 2, 3, 17, 32)))]
        return chosen.choice(
            (b"", b"\x00", b"\x20", b"\x16", b"\x36", KEY, b"\x20" + KEY, bytes(32), chosen.randbytes(31))
        )

    for _ in range(2_000):
        raw = encoded(value(3))
        try:
            word_in(keccak(raw), [raw])
        except (ProofValueError, ProofNodeError) as error:
            assert "存储字" in error.text("zh") and "a word" in error.text("en")


class TestStream:
    def test_a_node_out_of_its_place(self) -> None:
        nodes, root = trie_of({SLOT: encoded(7), b"\x01": encoded(8)})
        first = next(node for node in nodes if keccak(node) == root)
        rest = [node for node in nodes if node != first]
        account = Account(ADDRESS, root, CODE)
        assert State(EMPTY_TRIE, NodeStream([first])).word  # the walk has not begun
        for stream in ([], rest, [*rest, first]):
            with pytest.raises(ProofNodeError):
                State(EMPTY_TRIE, NodeStream(stream)).word(account, SLOT, WHAT)
