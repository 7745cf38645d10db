"""Who is asking: from the request, before anything is looked up for it."""

from __future__ import annotations

import time
from typing import Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPBearer

from api.access.accounts import AccountStore
from api.access.rights import PUBLIC, KeyUnusableError, Rights, Scope
from api.asked import current
from api.reading import Reading, ReadingDep
from ledger_client.addresses import Address
from ledger_client.divisions import DivisionId
from ledger_client.roles import Role

COOKIE = "shecang_session"
"""Name of the cookie of a session."""

READING_ROLES = frozenset({Role.AUTHORITY, Role.KEEPER, Role.APPROVER, Role.AUDITOR})
"""Whose grants let a key read what lies in their division."""

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# These say in the description how somebody is known; what they find is looked at below, so that a header of
# another scheme is refused and not taken for none.
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="reader",
    description="The key of a reader account, which an authority of the division issues; left out by the "
    "public. 查阅账户的密钥，由所在区划的主管机构签发；公众无需提供。",
)
_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="A session of a browser, see `POST /v1/sign-in`; what changes anything takes its token in "
    "`X-CSRF-Token` beside it. 浏览器会话，见 `POST /v1/sign-in`；更改内容须在 `X-CSRF-Token` 中附会话令牌。",
)


async def _caller(
    request: Request,
    reading: ReadingDep,
    _: Annotated[object, Security(_bearer)],
    __: Annotated[object, Security(_cookie)],
) -> Rights:
    # Most callers are known already: to look that up takes less than to go to another thread for it.
    rights = _known_rights(request)
    if rights is None:
        rights = await run_in_threadpool(_rights, request, reading)
    return _noted(rights)


def _noted(rights: Rights) -> Rights:
    asked = current()
    if asked is not None:
        asked.account = rights.account
        asked.rights = f"{rights.account} {rights.divisions} {sorted(rights.scopes)}"
    return rights


def _known_rights(request: Request) -> Rights | None:
    """Return what somebody may do, where no database is read for it; None where one has to be."""
    headers = request.headers.getlist("authorization")
    if not headers:
        return None if COOKIE in request.cookies else PUBLIC
    key = _key(headers)
    return None if key is None else accounts_of(request).known_rights(key, now=time.time())


def _rights(request: Request, reading: Reading) -> Rights:
    headers, now = request.headers.getlist("authorization"), time.time()
    if headers:
        key = _key(headers)
        if key is None:
            raise KeyUnusableError()
        return accounts_of(request).rights(key, now=now)
    token = request.cookies.get(COOKIE)
    if token is None:
        return PUBLIC
    accounts = accounts_of(request)
    subject = accounts.sessions.subject(
        token, request.headers.get("x-csrf-token"), changes=request.method in _CHANGING, now=now
    )
    return rights_of_subject(accounts, reading, subject, now)


def _key(headers: list[str]) -> str | None:
    """Return the key that a request sends; None where it sends something else, or several."""
    scheme, _, key = headers[0].partition(" ")
    return key.strip() if len(headers) == 1 and scheme.lower() == "bearer" else None


def current_rights(request: Request, reading: Reading) -> Rights:
    """Return what whoever sent a request may do by now: an answer may take longer than an account lasts.

    Raises:
        KeyUnusableError: Its account was revoked.
        SessionOverError: Its session has ended.
    """
    return _noted(_rights(request, reading))


def rights_of_subject(accounts: AccountStore, reading: Reading, subject: str, now: float) -> Rights:
    """Return what an account or an address may do now; of an address, by its grants as the index has them.

    Raises:
        KeyUnusableError: The account was revoked.
    """
    if not subject.startswith("0x"):
        return accounts.rights_of(subject)
    grants, _ = reading.consistent(lambda index: index.grants(Address(subject)))  # type: ignore[arg-type]
    divisions = sorted(
        {
            DivisionId(each.division)
            for each in grants
            if each.is_standing and each.from_ <= now and Role(each.role) in READING_ROLES
        }
    )
    return Rights(subject, tuple(divisions), frozenset(Scope) if divisions else frozenset())


def accounts_of(request: Request) -> AccountStore:
    """Return the accounts of the running application."""
    return cast(AccountStore, request.state.accounts)


CallerDep = Annotated[Rights, Depends(_caller)]
"""What whoever asks may do, for an endpoint; each endpoint that has one decides by it first."""
