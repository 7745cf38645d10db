"""Documents: what is said, not who says it. The same content is the same document, whoever sends it.

A `Document` is the content of one act; its lines are packed words (`ledger_client.lines`), because hashing
and sending a hundred of them must take microseconds. `Content` is what `Document` and the decoded event
`DocumentRecorded` have in common: everything that a content digest covers.

Example:
    >>> Timestamp.of_day(date(2026, 11, 24)).at().isoformat()
    '2026-11-24T00:00:00+08:00'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum
from typing import Protocol

from ledger_client.errors import MismatchError, UsageError
from ledger_client.language import tr

CHINA_OFFSET = 28_800
"""Seconds by which China's days are ahead of UTC; the offset of a ledger is fixed when it is deployed."""

SECONDS_A_DAY = 86_400
LATE_AFTER = 7 * SECONDS_A_DAY
"""L: seconds after which a document is recorded late."""

CLOCK_TOLERANCE = 120
"""Seconds by which a claimed time may lie ahead of the block's."""

_DAY_ONLY = 1 << 63
_EPOCH = date(1970, 1, 1)


class TimeWithoutZoneError(UsageError):
    """A time was given without its distance from UTC."""

    en = "{value} has no time zone; write it with its distance from UTC, such as 2026-11-24T09:30+08:00"
    zh = "{value} 没有时区；请注明与 UTC 的时差，例如 2026-11-24T09:30+08:00"


class TimeRangeError(UsageError):
    """A time lies before 1970, where the ledger's count of seconds begins."""

    en = "{value} lies before 1970-01-01, where the ledger's time begins; correct the date"
    zh = "{value} 早于 1970-01-01（账本时间的起点）；请更正日期"


class KindUnknownError(MismatchError):
    """A kind of document has a number that this client does not know."""

    en = "no document is of kind {value}; known are {known}. A newer ledger needs a newer client"
    zh = "没有编号为 {value} 的单据类型；已知的为 {known}。新版账本需要新版客户端"


class Kind(IntEnum):
    """What a document is. The numbers of `Kind.sol` are part of every content digest and never change."""

    OPENING = 1
    RECEIPT = 2
    RELEASE = 3
    HOLD = 4
    ISSUE = 5
    HAND_OVER = 6
    DISPATCH = 7
    ACCEPTANCE = 8
    CONTEST = 9
    RETURN = 10
    RETURN_ACCEPTANCE = 11
    SETTLEMENT = 12
    COUNT = 13
    WRITE_OFF = 14
    REPACK = 15
    REVERSAL = 16
    RECALL = 17
    LIFT = 18

    @classmethod
    def of(cls, number: int) -> Kind:
        """Return the kind with this number.

        Raises:
            KindUnknownError: No kind has it.
        """
        try:
            return cls(number)
        except ValueError as error:
            raise KindUnknownError(
                value=number, known=", ".join(f"{kind.value} {kind.label}" for kind in cls)
            ) from error

    @property
    def label(self) -> str:
        """The kind's name in the language in force."""
        return tr(*KIND_NAMES[self])


KIND_NAMES = {
    Kind.OPENING: ("opening", "期初"),
    Kind.RECEIPT: ("receipt", "收货"),
    Kind.RELEASE: ("release", "放行"),
    Kind.HOLD: ("hold", "暂扣"),
    Kind.ISSUE: ("issue", "发放"),
    Kind.HAND_OVER: ("hand-over", "交接"),
    Kind.DISPATCH: ("dispatch", "发运"),
    Kind.ACCEPTANCE: ("acceptance", "验收"),
    Kind.CONTEST: ("contest", "异议"),
    Kind.RETURN: ("return", "退回"),
    Kind.RETURN_ACCEPTANCE: ("return-acceptance", "退回验收"),
    Kind.SETTLEMENT: ("settlement", "差异处理"),
    Kind.COUNT: ("count", "盘点"),
    Kind.WRITE_OFF: ("write-off", "核销"),
    Kind.REPACK: ("repack", "换装"),
    Kind.REVERSAL: ("reversal", "冲销"),
    Kind.RECALL: ("recall", "召回"),
    Kind.LIFT: ("lift of a recall", "解除召回"),
}

NEVER_LATE = frozenset({Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT, Kind.SETTLEMENT, Kind.REVERSAL})
"""Kinds that count as of the moment when they are recorded, however old the matter is."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A claimed time.

    Attributes:
        seconds: Since 1970 in UTC; of a day, its 00:00 at the ledger's offset.
        is_day_only: Whether only the day is known.
    """

    seconds: int
    is_day_only: bool = False

    @classmethod
    def of_moment(cls, moment: datetime) -> Timestamp:
        """Return the time of an aware `moment`, to the second.

        Raises:
            TimeWithoutZoneError: `moment` has no time zone.
            TimeRangeError: It lies before 1970.
        """
        if moment.utcoffset() is None:
            raise TimeWithoutZoneError(value=moment.isoformat())
        return cls(_from_1970(int(moment.timestamp()), moment))

    @classmethod
    def of_day(cls, day: date, offset: int = CHINA_OFFSET) -> Timestamp:
        """Return the time of a document of which only the day is known.

        Args:
            day: The day as people at the ledger's offset count it.
            offset: Seconds by which the ledger's days are ahead of UTC.

        Raises:
            TimeRangeError: It lies before 1970.
        """
        return cls(_from_1970((day - _EPOCH).days * SECONDS_A_DAY - offset, day), is_day_only=True)

    @classmethod
    def from_word(cls, word: int) -> Timestamp:
        """Return the time in the 64 bits that a contract or an event holds."""
        return cls(word & (_DAY_ONLY - 1), bool(word & _DAY_ONLY))

    @property
    def word(self) -> int:
        """The 64 bits that the contract takes: the top one says that only the day is known."""
        return self.seconds | (_DAY_ONLY if self.is_day_only else 0)

    @property
    def end(self) -> int:
        """Seconds from which lateness counts: the end of the day where only that is known."""
        return self.seconds + (SECONDS_A_DAY if self.is_day_only else 0)

    def at(self, offset: int = CHINA_OFFSET) -> datetime:
        """Return the moment as a clock at `offset` shows it."""
        return moment_at(self.seconds, offset)

    def is_late(self, kind: Kind, recorded_at: int) -> bool:
        """Return whether a document of `kind`, recorded at block time `recorded_at`, is late."""
        return kind not in NEVER_LATE and recorded_at > self.end + LATE_AFTER


YEAR_10000 = 253_402_214_400
"""A day before no clock can show a moment any more, in seconds since 1970, so that it holds at any offset."""


def moment_at(seconds: int, offset: int = CHINA_OFFSET) -> datetime:
    """Return `seconds` since 1970, which lie before `YEAR_10000`, as a clock at `offset` shows it."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(timezone(timedelta(seconds=offset)))


def day_number(day: date) -> int:
    """Return a day as the contracts count it: from 1970-01-01, which is 0.

    Raises:
        TimeRangeError: It lies before 1970.
    """
    return _from_1970((day - _EPOCH).days, day)


def date_of(number: int) -> date:
    """Return the date of a day that is counted from 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def _from_1970(value: int, given: date) -> int:
    if value < 0:
        raise TimeRangeError(value=given.isoformat())
    return value


class Content(Protocol):
    """Everything that a content digest covers beside kind and key, in document and event alike."""

    @property
    def from_(self) -> int:
        """The sending or only site; a receipt's supplier or donor; a recall's issuer, 0 for an authority."""

    @property
    def to(self) -> int:
        """The receiving site; the consignee of an issue; 0 where there is none."""

    @property
    def occurred_at(self) -> Timestamp:
        """When it is said to have occurred."""

    @property
    def reference(self) -> int:
        """Type (8 bits) ‖ id (248); of a count, the journal word counted at."""

    @property
    def reason(self) -> int:
        """A code of `ledger_client.reasons`, 0 for none."""

    @property
    def qualification(self) -> int:
        """The qualification that a receipt relies on, 0 for none."""

    @property
    def deadline(self) -> int:
        """Until when the receiver of a dispatch is expected to answer, seconds since 1970."""

    @property
    def lines(self) -> bytes:
        """Packed lines, 32 bytes a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of a document that is to be recorded; the fields of `Content`, and the client's id.

    Attributes:
        client_id: 32 bytes that the client chose; with the recording site they make the key.
        lines: Packed lines, as `ledger_client.lines.pack_lines` returns them.
    """

    client_id: bytes
    occurred_at: Timestamp
    from_: int = 0
    to: int = 0
    reference: int = 0
    reason: int = 0
    qualification: int = 0
    deadline: int = 0
    lines: bytes = field(default=b"", repr=False)
