"""Event hash ids (CBV 2.0, section 8.9): an event's own content is its name, whoever computes it.

All but `eventID`, `recordTime` and `errorDeclaration` is written one behind the other in the order of the
standard, short words of the vocabulary as their addresses, times in UTC to the millisecond; elements of a
list are sorted. SHA-256 of that is the id. Only what our own events have is known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

_CBV = "https://ref.gs1.org/cbv/"
_QUANTITY = ("epcClass", "quantity", "uom")
_ORDER = (
    "eventTime",
    "eventTimeZoneOffset",
    "quantityList",
    "inputQuantityList",
    "outputQuantityList",
    "action",
    "bizStep",
    "disposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "sourceList",
    "destinationList",
)
_LEFT_OUT = frozenset({"type", "eventID", "recordTime", "errorDeclaration"})
_PREFIXES = {"bizStep": "BizStep-", "disposition": "Disp-"}
_TYPED = {
    "bizTransactionList": ("bizTransaction", "BTT-"),
    "sourceList": ("source", "SDT-"),
    "destinationList": ("destination", "SDT-"),
}
_NAMESPACE = "{urn:shecang:epcis:}"


def event_hash_id(event: Mapping[str, Any]) -> str:
    """Return the id of an event as `ledger_client.epcis.events` makes it.

    Raises:
        KeyError: The event has a member whose place the standard's order does not say here.
    """
    return f"ni:///sha-256;{sha256(pre_hash(event).encode()).hexdigest()}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any]) -> str:
    """Return the text of an event that is hashed. Raises as `event_hash_id`."""
    own = sorted(name for name in event if name.startswith("shecang:"))
    if unknown := event.keys() - _LEFT_OUT - set(_ORDER) - set(own):
        raise KeyError(*sorted(unknown))
    parts = [f"eventType={event['type']}"]
    parts += [_member(name, event[name]) for name in _ORDER if name in event]
    parts += [f"{_NAMESPACE}{name.partition(':')[2]}={event[name]}" for name in own]
    return "".join(parts)


def _member(name: str, value: Any) -> str:
    if name == "eventTime":
        return f"{name}={_millisecond(value)}"
    if name in _PREFIXES:
        return f"{name}={_CBV}{_PREFIXES[name]}{value}"
    if name in _TYPED:
        return name + _typed(value, *_TYPED[name])
    if name.endswith("uantityList"):
        return name + _quantities(value)
    if isinstance(value, Mapping):  # a read point or a location
        return f"{name}id={value['id']}"
    return f"{name}={value}"


def _quantities(elements: Sequence[Mapping[str, Any]]) -> str:
    return "".join(
        sorted(
            "quantityElement" + "".join(f"{name}={each[name]}" for name in _QUANTITY if name in each)
            for each in elements
        )
    )


def _typed(elements: Sequence[Mapping[str, str]], of: str, prefix: str) -> str:
    """Return the elements of a list whose types are words of the vocabulary, or addresses of our own."""
    return "".join(
        sorted(
            f"type={each['type'] if ':' in each['type'] else f'{_CBV}{prefix}' + each['type']}{of}={each[of]}"
            for each in elements
        )
    )


def _millisecond(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
