"""How findings name moments, keys and reasons, of which a lying server may make up any."""

from __future__ import annotations

from ledger_client.documents import YEAR_10000, moment_at
from ledger_client.reasons import REASONS

_DIGITS = 12


def moment(time: int, offset: int) -> str:
    """Return a moment for people; bare seconds where it lies after all calendars.

    Args:
        time: Seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    return moment_at(time, offset).isoformat() if time < YEAR_10000 else str(time)


def day(time: int, offset: int) -> str:
    """Return the day of a moment for people; arguments as in `moment`."""
    return moment(time, offset)[:10]


def short(key: int) -> str:
    """Return how a key of 248 bits begins."""
    return f"{key:062x}"[:_DIGITS] + "…"


def reason(code: int) -> tuple[str, str]:
    """Return a reason in English and Chinese; its code where the list does not have it."""
    found = REASONS.get(code)
    return (found.en, found.zh) if found else (str(code), str(code))
