"""Block headers as the chain hashes them: what ties a state root to a block hash, and a block to its parent.

A header's hash is keccak of its RLP, as on Ethereum, the embedded chain, anvil and Clique networks. Engines
that leave seals out before they hash (QBFT) hash in another way: their headers are refused, not guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from rlp.exceptions import DecodingError

from ledger_client.documents import YEAR_10000
from ledger_client.errors import MismatchError, UnavailableError
from ledger_client.keccak import keccak

HEADER_LIMIT = 4_096
"""Bytes of a header's RLP at most."""

# In the order of the RLP; what follows `nonce` came with later hard forks, each adding to the one before.
_FIELDS = (
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
)
_NUMBERS = frozenset(
    {
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
    }
)
_FEWEST = 15
_NUMBER, _TIME = 8, 11  # places of two fields
_HASH, _COUNT = 32, 8


class HeaderMalformedError(MismatchError):
    """Bytes are no block header."""

    en = "a block header is malformed ({reason}): the file was changed; get it anew from where it came from"
    zh = "区块头格式错误（{reason_zh}）：文件已被改动；请向来源方重新索取"


class HeaderHashError(UnavailableError):
    """A node names another hash of a block than its header has."""

    en = (
        "the node's header of block {block} does not hash to {hash}: it is another engine's, which this "
        "client cannot check, or it was changed"
    )
    zh = "节点给出的区块 {block} 的区块头摘要不是 {hash}：其引擎非本客户端所能核验，或已被改动"


@dataclass(frozen=True, slots=True)
class Header:
    """A block header.

    Attributes:
        raw: Its RLP.
        hash: Its hash, 32 bytes.
        parent: Hash of the block below.
        state_root: Root of the state after the block.
        number: Its height.
        time: Seconds since 1970.
    """

    raw: bytes
    hash: bytes
    parent: bytes
    state_root: bytes
    number: int
    time: int

    @classmethod
    def from_rlp(cls, raw: bytes) -> Header:
        """Return the header in `raw`.

        Raises:
            HeaderMalformedError: It is none.
        """
        if len(raw) > HEADER_LIMIT:
            raise HeaderMalformedError(reason=f"{len(raw)} bytes", reason_zh=f"{len(raw)} 字节")
        try:
            fields = rlp.decode(raw)  # type: ignore[attr-defined, no-untyped-call]
        except (DecodingError, RecursionError) as error:  # lists in lists, as deep as the text is long
            raise HeaderMalformedError(reason="not RLP", reason_zh="不是 RLP") from error
        _require_fields(fields)
        return cls(
            raw=raw,
            hash=keccak(raw),
            parent=fields[0],
            state_root=fields[3],
            number=int.from_bytes(fields[_NUMBER], "big"),
            time=int.from_bytes(fields[_TIME], "big"),
        )

    @classmethod
    def from_node(cls, answer: Mapping[str, Any]) -> Header:
        """Return the header of a block as `eth_getBlockByNumber` gives it.

        Raises:
            HeaderHashError: It does not hash to the hash that the node names.
        """
        present = [name for name in _FIELDS if answer.get(name) is not None]
        fields = [_field(name, answer[name]) for name in present]
        encoded: bytes = rlp.encode(fields)  # type: ignore[attr-defined, no-untyped-call]
        header = cls.from_rlp(encoded)
        if header.hash != bytes.fromhex(answer["hash"][2:]):
            raise HeaderHashError(block=header.number, hash=answer["hash"])
        return header


def _require_fields(fields: Any) -> None:
    if not isinstance(fields, Sequence) or not _FEWEST <= len(fields) <= len(_FIELDS):
        raise HeaderMalformedError(reason="not a list of fields", reason_zh="不是字段列表")
    if not all(isinstance(field, bytes) for field in fields):
        raise HeaderMalformedError(reason="a field is a list", reason_zh="有字段是列表")
    numbers = [fields[at] for at in (_NUMBER, _TIME)]
    if any(len(fields[at]) != _HASH for at in (0, 3)) or any(len(each) > _COUNT for each in numbers):
        raise HeaderMalformedError(reason="a field has the wrong size", reason_zh="有字段长度不对")
    # 5 and 0005 would be two headers of one block.
    if any(each.startswith(b"\0") for each in numbers):
        raise HeaderMalformedError(reason="a number begins with zeros", reason_zh="数字以零开头")
    if int.from_bytes(fields[_TIME], "big") >= YEAR_10000:
        raise HeaderMalformedError(reason="no clock shows its time", reason_zh="时间超出可表示范围")


def _field(name: str, value: str) -> bytes | int:
    return int(value, 16) if name in _NUMBERS else bytes.fromhex(value[2:])
