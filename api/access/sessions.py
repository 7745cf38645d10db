"""Sessions: who signed in with a key or an account, for at most eight hours.

A session is a random token in a cookie that scripts cannot read; here stands its hash, with that of the
token which a page sends beside the cookie where something is changed (CSRF).

A nonce is used once, within five minutes. None is kept when it is given: it carries its own end, sealed with
a key of this store, and only those that were used are remembered until then. Whoever asks for any number of
them therefore fills nothing, and keeps nobody out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import blake2b, sha256
from hmac import compare_digest

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from ledger_client.databases import reading, writing
from ledger_client.errors import RefusedError
from ledger_client.sign_in import SignIn, require_signed

LONGEST = 8 * 3_600
"""How long a session lasts at most, seconds."""

NONCE_LASTS = 300
"""Seconds within which a nonce is used."""

_CLOCKS = 120  # seconds by which the clock of whoever signs may be ahead
_END_DIGITS, _RANDOM_BYTES, _SEAL_BYTES = 8, 8, 12
_TOKEN_BYTES = 32

metadata = MetaData()
_used = Table(
    "used_nonces",
    metadata,
    Column("nonce", String, primary_key=True),
    Column("until", BigInteger, nullable=False, index=True),
)
_seal = Table(
    "nonce_seal",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    comment="one row, the key by which nonces are known again",
)
_sessions = Table(
    "sessions",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("csrf", LargeBinary, nullable=False),
    Column("subject", String, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    comment="subject: an address, or the id of a reader account",
)


class NonceUnknownError(RefusedError):
    """A nonce was never given, was used, or is too old."""

    en = "this nonce was never given here, was used, or is older than {minutes} minutes; ask for a new one"
    zh = "该随机数并非此处签发、已被使用，或已超过 {minutes} 分钟；请重新获取"


class SignInElsewhereError(RefusedError):
    """A request to sign in is for another server, another chain or another time."""

    en = (
        "the request to sign in is for another {what}: it says {found}, here it is {expected}; sign a new one"
    )
    zh = "登录请求的{what_zh}不符：其中为 {found}，此处为 {expected}；请重新签署"


class SessionOverError(RefusedError):
    """A session has ended, or never was; the answer is 401."""

    en = "this session has ended; sign in again"
    zh = "会话已结束；请重新登录"


class CsrfMissingError(RefusedError):
    """Something would be changed, and the page's own token is not beside the cookie."""

    en = "what is changed with a cookie takes the session's token in X-CSRF-Token; load the page anew"
    zh = "凭 Cookie 修改内容须在 X-CSRF-Token 中附会话令牌；请重新加载页面"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in.

    Attributes:
        token: For the cookie; kept nowhere.
        csrf: What a page sends beside it; kept nowhere.
        expires_at: Seconds since 1970.
    """

    token: str
    csrf: str
    expires_at: int


class SessionStore:
    """Nonces and sessions, in the database of the accounts.

    Args:
        engine: Of that database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        metadata.create_all(engine)
        self._key = _nonce_key(engine)

    def nonce(self, now: float) -> str:
        """Give a nonce; nothing is kept of it."""
        told = f"{int(now) + NONCE_LASTS:0{_END_DIGITS}x}{secrets.token_hex(_RANDOM_BYTES)}"
        return told + self._seal_of(told)

    def sign_in(
        self, text: str, signature: str, *, domain: str, chain_id: int, now: float
    ) -> tuple[str, Session]:
        """Return who signed in and the session, whose nonce is used up even where the rest is refused.

        Args:
            text: What was signed.
            signature: 65 bytes in hexadecimal.
            domain: The server's name and port, as it was asked.
            chain_id: Of the ledger.
            now: Seconds since 1970.

        Raises:
            SignInFormError: The text is no request to sign in.
            NonceUnknownError: Its nonce was not given here, was used, or is too old.
            SignInElsewhereError: It is for another server, chain or time.
            SignatureWrongError: Whom it names has not signed it.
        """
        asked = SignIn.parse(text)
        self._use(asked.nonce, now)
        _require_here(asked, domain, chain_id, now)
        require_signed(text, asked.address, signature)
        return asked.address, self.begin(asked.address, min(asked.expires_at, int(now) + LONGEST), now)

    def begin(self, subject: str, expires_at: int, now: float) -> Session:
        """Begin a session of an address or account, and forget those that are over."""
        token, csrf = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
        values = {"hash": _hash(token), "csrf": _hash(csrf), "subject": subject, "expires_at": expires_at}
        with writing(self._engine) as connection:
            connection.execute(delete(_sessions).where(_sessions.c.expires_at < int(now)))
            connection.execute(insert(_sessions), values)
        return Session(token, csrf, expires_at)

    def subject(self, token: str, csrf: str | None, *, changes: bool, now: float) -> str:
        """Return whose session a token is.

        Args:
            token: From the cookie.
            csrf: From the header.
            changes: Whether something is to be changed, which takes the header.
            now: Seconds since 1970.

        Raises:
            SessionOverError: It is nobody's, or over.
            CsrfMissingError: Something is changed without the header.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(_sessions).where(_sessions.c.hash == _hash(token))).one_or_none()
        if row is None or row.expires_at <= now:
            raise SessionOverError()
        if changes and not compare_digest(row.csrf, _hash(csrf or "")):
            raise CsrfMissingError()
        return str(row.subject)

    def end(self, token: str) -> None:
        """End a session; one that is over already stays so."""
        with writing(self._engine) as connection:
            connection.execute(delete(_sessions).where(_sessions.c.hash == _hash(token)))

    def _use(self, nonce: str, now: float) -> None:
        told, seal = nonce[: _END_DIGITS + 2 * _RANDOM_BYTES], nonce[_END_DIGITS + 2 * _RANDOM_BYTES :]
        if not compare_digest(seal, self._seal_of(told)):
            raise NonceUnknownError(minutes=NONCE_LASTS // 60)
        until = int(told[:_END_DIGITS], 16)
        with writing(self._engine) as connection:
            # Those that are over are refused by their own end.
            connection.execute(delete(_used).where(_used.c.until < int(now)))
            is_used = connection.execute(select(_used.c.nonce).where(_used.c.nonce == nonce)).first()
            if is_used or until < now:
                raise NonceUnknownError(minutes=NONCE_LASTS // 60)
            connection.execute(insert(_used), {"nonce": nonce, "until": until})

    def _seal_of(self, told: str) -> str:
        """Return by what the beginning of a nonce is known as one that was given here."""
        return blake2b(told.encode(), key=self._key, digest_size=_SEAL_BYTES).hexdigest()


def _require_here(asked: SignIn, domain: str, chain_id: int, now: float) -> None:
    uri = asked.uri.split("://", 1)[-1].split("/", 1)[0]
    for (what, what_zh), found, expected in (
        (("server", "服务器"), asked.domain, domain),
        (("server", "服务器"), uri, domain),
        (("chain", "链"), asked.chain_id, chain_id),
    ):
        if found != expected:
            raise SignInElsewhereError(what=what, what_zh=what_zh, found=found, expected=expected)
    if not now - NONCE_LASTS <= asked.issued_at <= now + _CLOCKS or asked.expires_at <= now:
        found = f"{asked.issued_at} – {asked.expires_at}"
        raise SignInElsewhereError(what="time", what_zh="时间", found=found, expected=int(now))


def _nonce_key(engine: Engine) -> bytes:
    """Return the key of a store, made where it has none."""
    with writing(engine) as connection:
        found = connection.execute(select(_seal.c.key)).scalar_one_or_none()
        if found is None:
            found = secrets.token_bytes(32)
            connection.execute(insert(_seal), {"id": 1, "key": found})
    return bytes(found)


def _hash(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
