"""The application: nothing is opened before it starts, everything is closed when it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypedDict

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from api.access.accounts import READERS, AccountStore
from api.examples import EXAMPLES
from api.following import Following, keep_following
from api.gate import Gate
from api.problems import Problem, add_handlers, problem_schemas
from api.reading import Reading
from api.relay import Relaying, relay
from api.routes import acts, drafts, health, sign_in, sites, stock, suppliers, transactions
from ledger_client.desk import Desk
from ledger_client.home import Home

POLL = 1.0
"""Seconds between two looks at the head of the chain."""

DESCRIPTION = """
A permissioned ledger of community stock. Every answer names the `block` up to which it holds, and can be
computed anew from the chain's events.

- Quantities are whole numbers of the item's base unit, as decimal **strings**: they go up to 2^63 - 1, which
  a JSON number would round.
- Times are ISO 8601 in UTC; days are dates of the ledger's own offset from UTC.
- A site has 15 digits, a division 2, 4, 6, 9 or 12, an item 12; lots, suppliers, issuers, consignees and
  qualifications are 40 hexadecimal digits, keys of documents 62, journal words 64. What belongs to the chain
  (hashes, addresses) begins with 0x.
- A name is null where no record of it is stored here, or the stored one is not the one on chain.
- The public reads verdicts of suppliers and totals of districts and above; everything else takes the key of a
  reader account, which an authority of the division issues. Reading rights bind this server, not nodes.
- A refusal is a problem document (RFC 9457); its `title` and `detail` are Chinese or English by
  `Accept-Language`, its `type` never changes.
"""


class State(TypedDict):
    """What a running application holds.

    Attributes:
        reading: The ledger.
        accounts: Who may read what.
        following: How the index stands to the chain.
        desk: Drafts and transactions; None where the home has no outbox.
        relaying: How the outbox stands.
    """

    reading: Reading
    accounts: AccountStore
    following: Following
    desk: Desk | None
    relaying: Relaying


def create_app(home: Home, *, poll: float = POLL) -> FastAPI:
    """Return the application for the ledger of a home; nothing of it is opened yet.

    `app.state.failure` is the error that kept it from starting, if one did.

    Args:
        home: Where the ledger lives.
        poll: Seconds between two looks at the head of the chain.
    """
    app = FastAPI(
        title="Shecang 社仓",
        version="1",
        description=DESCRIPTION,
        lifespan=_lifespan(home, poll),
        # The pages of FastAPI load scripts from elsewhere, which this server never asks a browser to do.
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.failure = None
    app.add_middleware(Gate)
    add_handlers(app)
    app.include_router(health.router)
    app.include_router(_version_1())
    _complete_description(app)
    return app


def _complete_description(app: FastAPI) -> None:
    """Add to the OpenAPI description what FastAPI leaves out: refusals, and examples with their nulls."""
    description = app.openapi()
    description["components"]["schemas"].update(problem_schemas())
    for path in description["paths"].values():
        for operation in path.values():
            for status in ("200", "201", "202"):  # what is only ended has no answer
                if status in operation["responses"]:
                    answer = operation["responses"][status]["content"]["application/json"]
                    answer["example"] = EXAMPLES[operation["operationId"]]


def _version_1() -> APIRouter:
    router = APIRouter(prefix="/v1", responses=Problem.responses(422, 503))
    for resource in (
        acts,
        drafts,
        sign_in,
        sites,
        stock,
        suppliers,
        transactions,
    ):
        router.include_router(resource.router)
    return router


def _lifespan(home: Home, poll: float) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        try:
            reading = await run_in_threadpool(Reading.open, home)
            accounts = await run_in_threadpool(AccountStore.open, home.path / READERS)
            desk = await run_in_threadpool(Desk.open, home) if home.outbox.exists() else None
        except Exception as error:
            app.state.failure = error
            raise
        stop = asyncio.Event()
        told = Following()
        following = asyncio.create_task(keep_following(reading, poll, stop, told))
        relayed, stop_relay = Relaying(), threading.Event()
        relaying = threading.Thread(target=relay, args=(home, stop_relay, poll, relayed), name="relay")
        if desk is not None:
            relaying.start()
        try:
            yield State(reading=reading, accounts=accounts, following=told, desk=desk, relaying=relayed)
        finally:
            stop.set()
            stop_relay.set()
            await following
            if desk is not None:
                await run_in_threadpool(relaying.join)
                await run_in_threadpool(desk.close)
            await run_in_threadpool(accounts.close)
            await run_in_threadpool(reading.close)

    return lifespan
