"""Quantities as people type them: whole numbers of base units in decimal digits, and nothing else.

A float would lose digits, and `1e3` or `1,000` mean different things to different people and programs.
Full-width digits, which Chinese keyboards produce, are understood; everything else is refused.

Example:
    >>> parse_quantity("１２")
    12
"""

from __future__ import annotations

from ledger_client.errors import UsageError
from ledger_client.words import QUANTITY_LIMIT

_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_DIGITS = frozenset("0123456789")


class QuantityFormError(UsageError):
    """A quantity is no whole number of base units."""

    en = "{value!r} is no quantity: write a whole number of base units with the digits 0 to 9, such as 1200"
    zh = "{value!r} 不是数量：请用 0 至 9 写出基本单位的整数，例如 1200"


class QuantityRangeError(UsageError):
    """A quantity is 0 where something must be there, or larger than a ledger keeps."""

    en = "the quantity {value} cannot be meant: it must be from {least} to {most}; correct it"
    zh = "数量 {value} 超出范围：应为 {least} 至 {most}；请更正"


def parse_quantity(text: str, *, least: int = 0) -> int:
    """Return a typed quantity in base units.

    Args:
        text: Decimal digits; blanks around them are left out.
        least: The smallest that is meant, 1 where something must be there.

    Raises:
        QuantityFormError: It holds anything but digits, such as a sign, a point, a comma or an exponent.
        QuantityRangeError: It is below `least`, or not below 2**63.
    """
    plain = text.strip().translate(_FULL_WIDTH)
    if not plain or not _DIGITS.issuperset(plain):
        raise QuantityFormError(value=text)
    # Longer texts are refused unread: Python itself refuses thousands of digits, with another sentence.
    value = int(plain) if len(plain) <= len(str(QUANTITY_LIMIT)) else QUANTITY_LIMIT
    if not least <= value < QUANTITY_LIMIT:
        raise QuantityRangeError(value=text.strip(), least=least, most=QUANTITY_LIMIT - 1)
    return value
