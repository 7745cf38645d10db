"""Transactions that a server is handed: the number that each is signed under, and what became of it."""

from __future__ import annotations

import time
from typing import Any

from ledger_client.errors import MismatchError, RefusedError, UnavailableError
from ledger_client.remote.web import Web, printable

_NUMBER_LIMIT = (1 << 64) - 2  # the highest number that a transaction can have (EIP-2681)
_PAUSE = 0.25  # seconds between two looks for what became of a transaction


class NumberWrongError(MismatchError):
    """A server gives a number that no transaction can have."""

    en = "the server gives {value} as the number of a transaction, which it cannot be; nothing was signed"
    zh = "服务器给出的交易序号 {value} 不可能；未签署任何内容"


class TransactionRefusedError(RefusedError):
    """A transaction recorded nothing.

    Attributes:
        type: What kind of refusal it is, which never changes.
    """

    en = "nothing was recorded: {reason} ({type})"
    zh = "未作任何记录：{reason_zh}（{type}）"


class TransactionWaitingError(UnavailableError):
    """A transaction is on its way still."""

    en = "transaction {hash} is {state} after {seconds:g} s{missing}; it is kept, look again later"
    zh = "交易 {hash} 在 {seconds:g} 秒后状态为 {state}{missing_zh}；已保存，请稍后再查"


def number_of(reserved: object) -> int:
    """Return the number that a server has reserved.

    Raises:
        NumberWrongError: It is none.
    """
    number = reserved.get("number") if isinstance(reserved, dict) else None
    if type(number) is not int or not 0 <= number <= _NUMBER_LIMIT:
        raise NumberWrongError(value=ascii(number)[:40])
    return number


def hash_of(handed: object, sent: bytes) -> bytes:
    """Return the hash that is followed: another one where the same was handed in before.

    Args:
        handed: What the server answers.
        sent: The hash of what was sent, which stands where the server says none.
    """
    text = handed.get("hash") if isinstance(handed, dict) else None
    try:
        hash_ = bytes.fromhex(str(text).removeprefix("0x"))
    except ValueError:
        hash_ = b""
    return hash_ if len(hash_) == len(sent) else sent


def wait(web: Web, hash_: bytes, seconds: float) -> int:
    """Wait until a transaction is in a block, by the server's word, and return that block's number.

    It also waits, as long as there is time, until the server answers of that block, so that what goes on from
    the transaction can be asked for at once.

    Args:
        web: The server.
        hash_: Of the transaction.
        seconds: How long; 0 for one look.

    Raises:
        TransactionRefusedError: Nothing was recorded.
        TransactionWaitingError: It is on its way still.
        RemoteProblemError: The server knows of none, or does not say so to whoever asks.
        RemoteAnswerError: It answers with something else.
    """
    deadline = time.monotonic() + seconds
    while True:
        told, _ = web.ask("GET", f"/v1/transactions/0x{hash_.hex()}")
        if not isinstance(told, dict):
            raise web.unread("no transaction")
        is_over = time.monotonic() > deadline
        recorded_in = told.get("recorded_in") if told.get("state") == "recorded" else None
        if type(recorded_in) is int and (is_over or _answers_of(told, recorded_in)):
            return recorded_in
        if told.get("state") == "refused":
            raise _refused(told.get("refusal"))
        if is_over:
            raise _waiting(told, hash_, seconds)
        time.sleep(_PAUSE)


def _answers_of(told: dict[str, Any], height: int) -> bool:
    """Return whether an answer holds up to a block."""
    block = told.get("block")
    number = block.get("number") if isinstance(block, dict) else None
    return type(number) is int and number >= height


def _refused(why: object) -> TransactionRefusedError:
    said: dict[str, Any] = why if isinstance(why, dict) else {}
    reason, reason_zh = (printable(said.get(language)) for language in ("en", "zh"))
    return TransactionRefusedError(type=printable(said.get("type")), reason=reason, reason_zh=reason_zh)


def _waiting(told: dict[str, Any], hash_: bytes, seconds: float) -> TransactionWaitingError:
    numbers = told.get("missing_numbers")
    missing = ", ".join(map(printable, numbers)) if isinstance(numbers, list) else ""
    return TransactionWaitingError(
        hash=f"0x{hash_.hex()}",
        state=printable(told.get("state")),
        seconds=seconds,
        missing=f" and waits for number {missing} of its sender" if missing else "",
        missing_zh=f"，尚待其提交人的序号 {missing}" if missing else "",
    )
