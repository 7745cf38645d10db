"""How often somebody may ask, decided before anything of a request is looked up.

==========================  ======================================  ==============================
who                         is counted by                           at most a minute
==========================  ======================================  ==============================
no account, or an unknown   address                                 `Settings.public_rate`
an account or a key         the account, whatever it came with      `Settings.caller_rate`
what fails to be anybody    address                                 `Settings.failure_rate`
==========================  ======================================  ==============================

Whether what somebody sends is an account's, the database would say; here stands what it said lately. What it
has not said yet counts by its address, and is not asked at all from an address where too much failed: whoever
guesses keys costs no look-up, and keeps nobody out who was let in before.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.settings import Settings
from ledger_client.errors import RefusedError

_MOST_KNOWN = 10_000
_MOST_KEPT = 50_000  # callers and addresses of which the requests of the last minute are kept
_NETWORK_BITS = 64  # of an IPv6 address: whoever has one has the 2^64 beside it
_OTHERS = "others"

PUBLIC, CALLER, FAILURE = "public", "caller", "failure"
"""What is limited."""


class TooOftenError(RefusedError):
    """Somebody asks more often than one may; the answer is 429.

    Attributes:
        limit: `PUBLIC`, `CALLER` or `FAILURE`.
        headers: Of the answer.
    """

    limit = PUBLIC
    en = "{who} may ask {most} times a minute; wait {seconds} s, or ask for pages of more rows"
    zh = "{who_zh}每分钟最多请求 {most} 次；请等待 {seconds} 秒，或增大每页行数"

    @property
    def headers(self) -> dict[str, str]:
        """When to come again, and the limit, as draft-ietf-httpapi-ratelimit-headers says it."""
        return {
            "Retry-After": str(self.seconds),
            "RateLimit-Policy": f'"{self.limit}";q={self.most};w=60',
            "RateLimit": f'"{self.limit}";r=0;t={self.seconds}',
        }


class CallerTooOftenError(TooOftenError):
    """An account or a key does."""

    limit = CALLER


class FailedTooOftenError(TooOftenError):
    """Too many keys, sessions or sign-ins from one address failed; the answer is 429."""

    limit = FAILURE
    en = (
        "more than {most} keys or sign-ins a minute failed from this address; wait {seconds} s, and look up "
        "the key that is sent"
    )
    zh = "该地址每分钟失败的密钥或登录超过 {most} 次；请等待 {seconds} 秒，并核对所用密钥"


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom a request seems to come.

    Attributes:
        address: Of the machine; of IPv6 the network.
        credential: Hash of the key or session that it sends, None for none.
        signs_in: Whether it asks to become somebody.
    """

    address: str
    credential: bytes | None = None
    signs_in: bool = False

    @classmethod
    def of(cls, address: str, credential: str, *, signs_in: bool) -> Sender:
        """Return the sender of a request.

        Args:
            address: As the connection or the proxy says.
            credential: What it sends to be known by; empty for nothing.
            signs_in: Whether it asks to become somebody.
        """
        sent = sha256(credential.encode("utf-8", "surrogatepass")).digest() if credential else None
        return cls(_network(address), sent, signs_in)


class Rates:
    """How often everybody has asked in the last minute; used from one thread."""

    def __init__(self, settings: Settings) -> None:
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._known: OrderedDict[bytes, str] = OrderedDict()
        self._public = _item(settings.public_rate)
        self._caller = _item(settings.caller_rate)
        self._failure = _item(settings.failure_rate)

    def admit(self, sender: Sender) -> None:
        """Count a request.

        Raises:
            TooOftenError: It is one too many.
        """
        account = self._known.get(sender.credential) if sender.credential else None
        if account is not None:
            self._hit(self._caller, CALLER, account)
            return
        if self._failure and (sender.credential is not None or sender.signs_in):
            counted = self._bounded(self._failure, FAILURE, sender.address)
            if not self._windows.test(self._failure, FAILURE, counted):
                raise self._error(self._failure, FAILURE, counted)
        self._hit(self._public, PUBLIC, sender.address)

    def known(self, sender: Sender, account: str) -> None:
        """Note whose a key or session is; its requests count for the account from now on."""
        if sender.credential is not None:
            self._known[sender.credential] = account
            self._known.move_to_end(sender.credential)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)

    def failed(self, sender: Sender) -> None:
        """Note that a key, session or sign-in was refused."""
        if sender.credential is not None:
            self._known.pop(sender.credential, None)
        if self._failure:
            self._windows.hit(self._failure, FAILURE, self._bounded(self._failure, FAILURE, sender.address))

    def _hit(self, item: RateLimitItem | None, limit: str, who: str) -> None:
        if item is None:
            return
        counted = self._bounded(item, limit, who)
        if not self._windows.hit(item, limit, counted):
            raise self._error(item, limit, counted)

    def _bounded(self, item: RateLimitItem, limit: str, who: str) -> str:
        """Return by what somebody is counted: by itself, or with all others where there are too many."""
        kept = self._storage.events
        if len(kept) < _MOST_KEPT or item.key_for(limit, who) in kept:
            return who
        for each in [key for key, events in kept.items() if not events]:
            kept.pop(each, None)
        return who if len(kept) < _MOST_KEPT else _OTHERS

    def _error(self, item: RateLimitItem, limit: str, who: str) -> TooOftenError:
        reset = self._windows.get_window_stats(item, limit, who).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        if limit == FAILURE:
            return FailedTooOftenError(most=item.amount, seconds=seconds)
        if limit == CALLER:
            return CallerTooOftenError(
                who="one account", who_zh="同一账户", most=item.amount, seconds=seconds
            )
        return TooOftenError(
            who="one address without an account",
            who_zh="同一地址（未使用账户）",
            most=item.amount,
            seconds=seconds,
        )


def _item(amount: int | None) -> RateLimitItem | None:
    return None if amount is None else RateLimitItemPerMinute(amount)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 128 - _NETWORK_BITS << 128 - _NETWORK_BITS)}/{_NETWORK_BITS}"
    return str(parsed)
