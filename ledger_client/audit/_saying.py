"""How findings name moments, keys and reasons, of which a lying server may make up any."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger_client.documents import YEAR_10000, moment_at
from ledger_client.reasons import REASONS

_DIGITS = 12
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")


class Said(NamedTuple):
    """The same in English and Chinese."""

    en: str
    zh: str


def moment(time: int, offset: int) -> Said:
    """Return a moment as each language writes it; bare seconds since 1970 where it lies after all calendars.

    Args:
        time: Seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    if time >= YEAR_10000:
        return Said(str(time), str(time))
    at = moment_at(time, offset)
    day, clock = day_of(at.date()), at.strftime("%H:%M:%S")
    return Said(f"{day.en}, {clock}", f"{day.zh} {clock}")


def day(time: int, offset: int) -> Said:
    """Return the day of a moment as each language writes it; arguments as in `moment`."""
    return Said(str(time), str(time)) if time >= YEAR_10000 else day_of(moment_at(time, offset).date())


def day_of(date: date) -> Said:
    """Return a day as each language writes it."""
    return Said(
        f"{date.day} {_MONTHS[date.month - 1]} {date.year}", f"{date.year}年{date.month}月{date.day}日"
    )


def short(key: int) -> str:
    """Return how a key of 248 bits begins."""
    return f"{key:062x}"[:_DIGITS] + "…"


def reason(code: int) -> Said:
    """Return a reason; its code where the list does not have it."""
    found = REASONS.get(code)
    return Said(found.en, found.zh) if found else Said(str(code), str(code))
