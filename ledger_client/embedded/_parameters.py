"""JSON-RPC parameters, read strictly: what is not in its form is refused with the value and the form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ledger_client.embedded.reader import Call

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_TAGS = frozenset({"latest", "earliest", "pending", "safe", "finalized"})

MAX_STORAGE_KEYS = 1024
"""Storage words that one proof may ask for."""


class ParameterError(Exception):
    """A parameter is not in its form; the text says which and what form."""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def quantity(value: Any, name: str, highest: int = 2**256 - 1) -> int:
    """Read a number as JSON-RPC writes it, `0x` and hex digits."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value) or int(value, 16) > highest:
        raise ParameterError(f"{name} must be a hex quantity up to {highest:#x}, not {_shown(value)}")
    return int(value, 16)


def data(value: Any, name: str, length: int | None = None) -> bytes:
    """Read bytes as JSON-RPC writes them, `0x` and pairs of hex digits, `length` bytes if given."""
    if not isinstance(value, str) or not _DATA.fullmatch(value):
        raise ParameterError(f"{name} must be 0x and an even number of hex digits, not {_shown(value)}")
    read = bytes.fromhex(value[2:])
    if length is not None and len(read) != length:
        raise ParameterError(f"{name} must be {length} bytes, not {len(read)}")
    return read


def flag(value: Any, name: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ParameterError(f"{name} must be true or false, not {_shown(value)}")
    return value


def block(value: Any) -> int | str | bytes:
    """Read which block is meant: a number, a tag, or (EIP-1898) the hash of one."""
    if isinstance(value, dict):
        if value.keys() - {"requireCanonical"} == {"blockHash"}:
            return data(value["blockHash"], "blockHash", 32)
        if value.keys() == {"blockNumber"}:
            return quantity(value["blockNumber"], "blockNumber", 2**63 - 1)
    if isinstance(value, str):
        return value if value in _TAGS else quantity(value, "block", 2**63 - 1)
    raise ParameterError(f"block must be a quantity or one of {sorted(_TAGS)}, not {_shown(value)}")


def call(value: Any, most_gas: int) -> Call:
    """Read a call; what it offers to pay for gas is ignored, since gas costs nothing here."""
    if not isinstance(value, dict):
        raise ParameterError(f"a call must be an object, not {_shown(value)}")
    given = {name: item for name, item in value.items() if item is not None}
    for name in ("input", "data"):
        given.setdefault(name, given.get("input", given.get("data", "0x")))
    if given["input"] != given["data"]:
        raise ParameterError("input and data of a call must be the same, or one of them left out")
    return Call(
        sender=data(given.get("from", "0x" + "00" * 20), "from", 20),
        to=data(given["to"], "to", 20) if given.get("to", "0x") != "0x" else b"",
        data=data(given["input"], "input"),
        value=quantity(given.get("value", "0x0"), "value"),
        gas=min(quantity(given.get("gas", hex(most_gas)), "gas"), most_gas),
    )


def time_override(value: Any) -> int | None:
    """Read what a call overrides of its block: its time in seconds, or nothing."""
    if not value:
        return None
    if not isinstance(value, dict) or value.keys() != {"time"}:
        raise ParameterError(f"a call overrides at most the time of its block, not {_shown(value)}")
    return quantity(value["time"], "time", 2**64 - 1)


def _list(value: Any, name: str, longest: int) -> Sequence[Any]:
    if not isinstance(value, list):
        raise ParameterError(f"{name} must be a list, not {_shown(value)}")
    if len(value) > longest:
        raise ParameterError(f"{name} may have {longest} entries, not {len(value)}; ask in several calls")
    return value


def storage_keys(value: Any) -> list[int]:
    """Read the storage words that a proof is asked for."""
    keys = _list(value, "storage keys", MAX_STORAGE_KEYS)
    return [quantity(key, "storage key") for key in keys]


def addresses(value: Any, longest: int) -> tuple[bytes, ...]:
    """Read the addresses of a log filter: none, one, or a list."""
    if value is None:
        return ()
    given = [value] if isinstance(value, str) else _list(value, "address", longest)
    return tuple(data(address, "address", 20) for address in given)


def topics(value: Any, longest: int) -> tuple[tuple[bytes, ...], ...]:
    """Read the topics of a log filter: at each place anything (null), one value, or any of a list."""
    places = _list([] if value is None else value, "topics", 4)
    return tuple(_topic(place, longest) for place in places)


def _topic(value: Any, longest: int) -> tuple[bytes, ...]:
    if value is None:
        return ()
    given = [value] if isinstance(value, str) else _list(value, "topic", longest)
    if None in given:
        return ()
    return tuple(data(topic, "topic", 32) for topic in given)
