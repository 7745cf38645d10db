"""`/v1/sign-in`: a key or an account becomes a session, for browsers."""

from __future__ import annotations

import time
from datetime import datetime

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import COOKIE, CallerDep, accounts_of, rights_of_subject
from api.access.rights import Rights
from api.access.sessions import LONGEST, NONCE_LASTS
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.schemas.common import moment
from api.settings import is_loopback, name_of
from ledger_client.sign_in import MESSAGE_LIMIT

router = Resource(prefix="/sign-in", tags=["sign-in"])

_KEY_LIMIT = 200


class Nonce(BaseModel):
    """What a request to sign in has to say."""

    nonce: str = Field(description="For one sign-in.")
    domain: str = Field(description="Of this server.", examples=["127.0.0.1:8000"])
    chain_id: int = Field(description="Of the ledger.")
    expires_at: datetime = Field(description="Until when the nonce is used, UTC.")


class SignInForm(BaseModel):
    """Either a signed text, or the key of a reader account."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str | None = Field(None, max_length=MESSAGE_LIMIT, description="A text of EIP-4361.")
    signature: str | None = Field(None, max_length=_KEY_LIMIT, description="Of it: 65 bytes in hexadecimal.")
    key: str | None = Field(None, max_length=_KEY_LIMIT, description="Of a reader account.")


class Who(BaseModel):
    """Who asks, and what it may read."""

    account: str | None = Field(description="An address, or the id of a reader account; null for the public.")
    divisions: list[str] = Field(description="Whose sites it reads.")
    scopes: list[str] = Field(description="What it may do there.")

    @classmethod
    def of(cls, rights: Rights) -> Who:
        """Return what rights say."""
        return cls(
            account=rights.account,
            divisions=[str(each) for each in rights.divisions],
            scopes=sorted(rights.scopes),
        )


class SignedIn(Who):
    """A session; its token is in the cookie."""

    csrf_token: str = Field(description="For X-CSRF-Token, beside the cookie, where something is changed.")
    expires_at: datetime = Field(description="When the session ends, UTC.")


@router.get("/nonce", operation_id="read_nonce", summary="A nonce to sign in with")
def read_nonce(request: Request, reading: ReadingDep) -> Nonce:
    """Return a nonce and what else the text of EIP-4361 has to say, which a wallet shows and signs."""
    now = time.time()
    return Nonce(
        nonce=accounts_of(request).sessions.nonce(now),
        domain=_domain(request),
        chain_id=reading.deployment.chain_id,
        expires_at=moment(int(now) + NONCE_LASTS),
    )


@router.post(
    "", operation_id="sign_in", summary="Begin a session", responses=Problem.responses(401, 409, 413)
)
def sign_in(request: Request, response: Response, reading: ReadingDep, form: SignInForm) -> SignedIn:
    """Begin a session by a signed text or by the key of a reader account; at most eight hours.

    The cookie cannot be read by scripts and is sent to this server alone. A session ends at once when the
    account is revoked; what a key may read follows its grants.
    """
    now, accounts = time.time(), accounts_of(request)
    if form.key is not None:
        subject = accounts.rights(form.key.strip(), now=now).account or ""
        session = accounts.sessions.begin(subject, int(now) + LONGEST, now)
    else:
        subject, session = accounts.sessions.sign_in(
            form.message or "",
            form.signature or "",
            domain=_domain(request),
            chain_id=reading.deployment.chain_id,
            now=now,
        )
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=session.expires_at - int(now),
        path="/",
        # By a name of the machine itself it may be asked in the clear; by others a proxy or itself encrypts.
        secure=request.url.scheme == "https" or not is_loopback(name_of(_domain(request))),
        httponly=True,
        samesite="strict",
    )
    rights = rights_of_subject(accounts, reading, subject, now)
    return SignedIn(
        **Who.of(rights).model_dump(), csrf_token=session.csrf, expires_at=moment(session.expires_at)
    )


@router.get("", operation_id="read_who", summary="Who asks", responses=Problem.responses(401))
def read_who(caller: CallerDep) -> Who:
    """Return who asks, and what it may read."""
    return Who.of(caller)


@router.delete(
    "",
    operation_id="sign_out",
    summary="End the session",
    status_code=204,
    responses=Problem.responses(401, 403),
)
def sign_out(request: Request, response: Response, _: CallerDep) -> None:
    """End the session of the cookie."""
    token = request.cookies.get(COOKIE)
    if token is not None:
        accounts_of(request).sessions.end(token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def _domain(request: Request) -> str:
    """Return the name and port by which the server was asked; the gate has looked at the name."""
    return request.headers.get("host", "")
