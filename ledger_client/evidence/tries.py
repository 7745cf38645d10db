"""State tries: values, and proofs that there is none, out of a stream of nodes that each come once.

A proof for one key repeats the nodes near the root; a proof for ten thousand has them once. Nodes stand in
the order in which a walk first needs them, so that there is one order, nothing too many and nothing missing:
whoever has walked to every key it asked for has used exactly the nodes that were given.

The walk itself is that of the `trie` library; what it is given, it is given by hash, and only in the forms
that a trie has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import rlp
from rlp.exceptions import DecodingError
from trie.constants import BLANK_NODE_HASH
from trie.exceptions import ValidationError
from trie.hexary import HexaryTrie

from ledger_client.errors import MismatchError
from ledger_client.keccak import KECCAK_EMPTY, keccak

EMPTY_TRIE = BLANK_NODE_HASH
"""Root of a trie without any key."""

NODE_LIMIT = 1_024
"""Bytes of a node at most: a branch of 16 hashes has 532, a leaf holds an account or a word."""

_HASH = 32
_BRANCH = 17


class What(NamedTuple):
    """How sentences call what a proof is about, in both languages."""

    en: str
    zh: str


class ProofNodeError(MismatchError):
    """A node of a trie is not the one that a proof needs."""

    en = (
        "the proof of {what} does not hold: a node that hashes to {hash}… is needed, and {found}; the file "
        "was changed, or proves something else"
    )
    zh = "{what_zh}的证明不成立：需要摘要为 {hash}… 的节点，而{found_zh}；文件已被改动，或所证另有其物"


class ProofValueError(MismatchError):
    """A trie holds something that no contract or account writes."""

    en = (
        "the proof of {what} leads to something that is no word of a contract; the file proves something else"
    )
    zh = "{what_zh}的证明指向并非合约数据的内容；文件所证另有其物"


@dataclass(frozen=True, slots=True)
class Account:
    """An account in the state.

    Attributes:
        address: 20 bytes.
        storage_root: Root of its storage.
        code_hash: Keccak of its code.
        is_absent: Whether the state proves that there is none.
    """

    address: bytes
    storage_root: bytes
    code_hash: bytes
    is_absent: bool = False


class _Trie(HexaryTrie):
    """A trie whose nodes are decoded once: near the root every key passes through the same ones."""

    __slots__ = ("_decoded",)

    def __init__(self, nodes: Any, root: bytes, decoded: dict[bytes, Any]) -> None:
        super().__init__(nodes, root)
        self._decoded = decoded

    def get_node(self, node_hash: Any) -> Any:
        # What is shorter than a hash is the node itself, in its parent, and was looked at with it.
        if isinstance(node_hash, list) or not node_hash:
            return node_hash
        found = self._decoded.get(node_hash)
        if found is None:
            found = self._decoded[node_hash] = _decode_node(self.db[node_hash])
        return found


class State:
    """The state after a block, as far as given nodes tell of it.

    Args:
        root: State root of the block.
        nodes: Returns the node with a hash; what it raises ends the walk.
    """

    def __init__(self, root: bytes, nodes: Callable[[bytes], bytes]) -> None:
        self._root = root
        self._nodes = _Nodes(nodes)
        self._decoded: dict[bytes, Any] = {}

    def account(self, address: bytes, what: What) -> Account:
        """Return the account at an address of 20 bytes; one without code where there is none.

        Raises:
            ProofNodeError: A node is missing or another one.
            ProofValueError: What stands there is no account.
        """
        raw = self._value(self._root, address, what)
        if not raw:
            return Account(address, EMPTY_TRIE, KECCAK_EMPTY, is_absent=True)
        fields = _decode(raw, what)
        if not isinstance(fields, list) or len(fields) != 4 or not all(map(_is_hash, fields[2:])):
            raise ProofValueError(what=what.en, what_zh=what.zh)
        return Account(address, fields[2], fields[3])

    def word(self, account: Account, slot: bytes, what: What) -> int:
        """Return a word of an account's storage; 0 where the storage proves that there is none.

        Raises:
            ProofNodeError: A node is missing or another one.
            ProofValueError: What stands there is no word.
        """
        raw = self._value(account.storage_root, slot, what)
        if not raw:
            return 0
        word = _decode(raw, what)
        # No word begins with a zero byte. One of 0 has no key on Ethereum, and an empty value on anvil.
        if not isinstance(word, bytes) or len(word) > _HASH or word.startswith(b"\0"):
            raise ProofValueError(what=what.en, what_zh=what.zh)
        return int.from_bytes(word, "big")

    def _value(self, root: bytes, key: bytes, what: What) -> bytes:
        if root == EMPTY_TRIE:
            return b""
        self._nodes.what = what
        try:
            value: bytes = _Trie(self._nodes, root, self._decoded).get(keccak(key))
        except (_NoNodeError, ValidationError) as error:
            raise ProofValueError(what=what.en, what_zh=what.zh) from error
        return value


class _Nodes:
    """A map of nodes by hash, as the library wants one, over whatever gives them."""

    def __init__(self, nodes: Callable[[bytes], bytes]) -> None:
        self._get = nodes
        self.what = What("", "")

    def __getitem__(self, node_hash: bytes) -> bytes:
        try:
            return self._get(node_hash)
        except _OtherNodeError as error:
            raise ProofNodeError(
                what=self.what.en,
                what_zh=self.what.zh,
                hash=node_hash.hex()[:8],
                found=error.found,
                found_zh=error.found_zh,
            ) from error


class _OtherNodeError(Exception):
    """Where a stream does not have the node that is needed next."""

    def __init__(self, found: str, found_zh: str) -> None:
        super().__init__(found)
        self.found, self.found_zh = found, found_zh


class NodeStream:
    """Nodes that come one after the other, each in its place.

    Args:
        nodes: In the order of first need.
    """

    def __init__(self, nodes: Iterable[bytes]) -> None:
        self._coming: Iterator[bytes] = iter(nodes)
        self._seen: dict[bytes, bytes] = {}

    @property
    def count(self) -> int:
        """How many nodes were needed."""
        return len(self._seen)

    def __call__(self, node_hash: bytes) -> bytes:
        """Return the node with a hash: one that came before, or the next one."""
        seen = self._seen.get(node_hash)
        if seen is not None:
            return seen
        node = next(self._coming, None)
        if node is None:
            raise _OtherNodeError("the nodes end before it", "节点到此为止")
        if keccak(node) != node_hash:
            raise _OtherNodeError("the next one is another", "下一个节点与之不符")
        self._seen[node_hash] = node
        return node


class NodeRecorder:
    """Nodes from answers of a node, noted in the order in which a walk first needs them.

    Attributes:
        used: The nodes of the file.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}
        self.used: dict[bytes, bytes] = {}

    def add(self, nodes: Iterable[bytes]) -> None:
        """Take nodes in, in any order."""
        self._known.update((keccak(node), node) for node in nodes)

    def __call__(self, node_hash: bytes) -> bytes:
        """Return the node with a hash, and note it."""
        node = self._known.get(node_hash)
        if node is None:
            raise _OtherNodeError("the node did not give it", "节点未予提供")
        self.used[node_hash] = node
        return node


def _decode(raw: bytes, what: What) -> Any:
    try:
        return rlp.decode(raw)  # type: ignore[attr-defined, no-untyped-call]
    except (DecodingError, RecursionError) as error:
        raise ProofValueError(what=what.en, what_zh=what.zh) from error


class _NoNodeError(Exception):
    """Bytes with the right hash are no node that a trie writes."""


def _decode_node(raw: bytes) -> Any:
    """Return the node in `raw`, of one of the forms that there are: the library takes others, or breaks."""
    if len(raw) > NODE_LIMIT:
        raise _NoNodeError
    try:
        node = rlp.decode(raw)  # type: ignore[attr-defined, no-untyped-call]
    except (DecodingError, RecursionError) as error:
        raise _NoNodeError from error
    _require_node(node)
    return node


def _require_node(node: Any) -> None:
    if not isinstance(node, list) or len(node) not in (2, _BRANCH):
        raise _NoNodeError
    if len(node) == _BRANCH:
        _require_value(node[-1])
        for child in node[:-1]:
            _require_child(child, may_be_empty=True)
        return
    path, rest = node
    flag = path[0] >> 4 if isinstance(path, bytes) and path else 4
    # The flag says whether a leaf (2) and whether the path is odd (1); if not, four zero bits fill it up.
    if flag > 3 or (not flag & 1 and path[0] & 15) or (flag == 0 and len(path) == 1):
        raise _NoNodeError
    if flag & 2:
        _require_value(rest)
    else:
        _require_child(rest, may_be_empty=False)


def _require_value(value: Any) -> None:
    if not isinstance(value, bytes):  # empty ones are anvil's words of zero
        raise _NoNodeError


def _require_child(child: Any, *, may_be_empty: bool) -> None:
    if isinstance(child, list):
        if len(rlp.encode(child)) >= _HASH:  # type: ignore[attr-defined, no-untyped-call]
            raise _NoNodeError
        _require_node(child)
    elif not (_is_hash(child) or (may_be_empty and child == b"")):
        raise _NoNodeError


def _is_hash(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == _HASH
