"""The application: nothing is opened before it starts, everything is closed when it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import TypedDict

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from api.access.accounts import READERS, AccountStore
from api.answers import PROCESSES
from api.auditing import Audits
from api.beside import Beside
from api.bookkeeping import Books
from api.description import describe_whole
from api.events import Feed
from api.follower import IndexFollower, keep_following
from api.following import Following
from api.gate import Gate
from api.metrics import Metrics
from api.pages.processes import PageProcesses
from api.peers import Peers
from api.planning import Plans
from api.problems import Problem, add_handlers
from api.proving import Proofs
from api.reading import Reading
from api.relay import relay_in_thread
from api.relaying import Relaying
from api.resources import VERSION
from api.routes import (
    acts,
    audits,
    books,
    checkpoints,
    consignees,
    consignments,
    deliveries,
    divisions,
    documents,
    drafts,
    epcis,
    evidence,
    exchange,
    gaps,
    health,
    issuers,
    items,
    key_traces,
    lacks,
    lots,
    metrics,
    norms,
    plans,
    proofs,
    proposals,
    qualifications,
    requests,
    roles,
    scans,
    search,
    sign_in,
    sites,
    stock,
    suppliers,
    traces,
    transactions,
)
from api.routes.evidence import TRUST_ROOM, KeptTrust
from api.settings import Settings
from api.shelf import Shelf
from api.uploads import UPLOADS, UploadRoom
from api.web_page import WebPage
from api.work import Work
from ledger_client.desk import Desk
from ledger_client.home import Home

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
        relaying: How the relay stands; None where the home has no outbox.
        work: Heavy work, in processes of its own.
        audits: The audits that were started here.
        books: The books that were sent here.
        plans: The plans that were made here.
        proofs: What is asked of the chain about cards.
        trusts: Trust files that callers gave.
        feed: New documents, for whoever follows them.
        desk: Drafts and transactions; None where the home has no outbox.
    """

    reading: Reading
    accounts: AccountStore
    following: Following
    relaying: Relaying | None
    work: Work
    audits: Audits
    books: Books
    plans: Plans
    proofs: Proofs
    trusts: Shelf[KeptTrust]
    feed: Feed
    desk: Desk | None


def create_app(
    home: Home,
    settings: Settings = Settings(),  # noqa: B008  frozen
    beside: Beside | None = None,
) -> FastAPI:
    """Return the application for the ledger of a home; nothing of it is opened yet.

    `app.state.failure` is the error that kept it from starting, if one did. Whoever runs it sets
    `app.state.ending` when it is to end, so that what is told for as long as it runs ends too.

    Args:
        home: Where the ledger lives.
        settings: How the server is set up.
        beside: Where other processes keep the index at the head and send what is handed in: how they stand,
            and this one then neither holds the embedded chain nor writes the index. Left out, this process
            does both, in threads.
    """
    app = FastAPI(
        title="Shecang 社仓",
        version="1",
        description=DESCRIPTION,
        lifespan=_lifespan(home, settings, beside),
        # The pages of FastAPI load scripts from elsewhere, which this server never asks a browser to do.
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.failure = None
    app.state.ending = asyncio.Event()
    app.state.uploads = UploadRoom(home.path.absolute() / UPLOADS, settings)
    app.state.metrics = Metrics()
    app.state.page = WebPage({})  # read when it starts
    app.add_middleware(Gate, settings=settings, metrics=app.state.metrics)
    app.add_middleware(Peers, settings=settings)
    add_handlers(app)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(_version_1())
    describe_whole(app)
    return app


def _version_1() -> APIRouter:
    router = APIRouter(prefix=VERSION, responses=Problem.responses(422, 503))
    for resource in (
        acts,
        audits,
        books,
        checkpoints,
        consignees,
        consignments,
        deliveries,
        divisions,
        documents,
        drafts,
        epcis,
        evidence,
        exchange,
        gaps,
        issuers,
        items,
        key_traces,
        lacks,
        lots,
        norms,
        plans,
        proofs,
        proposals,
        qualifications,
        requests,
        roles,
        scans,
        search,
        sign_in,
        sites,
        stock,
        suppliers,
        traces,
        transactions,
    ):
        router.include_router(resource.router)
    return router


def _lifespan(
    home: Home, settings: Settings, told: Beside | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        try:
            with ExitStack() as opened:
                reading = await run_in_threadpool(Reading.open, home, may_hold=told is None)
                opened.callback(reading.close)
                accounts = await run_in_threadpool(AccountStore.open, home.path / READERS)
                opened.callback(accounts.close)
                desk = None
                if home.outbox.exists():
                    desk = await run_in_threadpool(Desk.open, home, may_hold=told is None)
                    opened.callback(desk.close)
                beside = told
                if beside is None:
                    beside = await run_in_threadpool(_work_here, home, settings.poll, opened)
                await run_in_threadpool(app.state.uploads.sweep)
                app.state.page = await run_in_threadpool(WebPage.load, settings.page_files)
                closing = opened.pop_all()
        except Exception as error:
            app.state.failure = error
            raise
        work = Work(home)
        started = Audits(work)
        stop = asyncio.Event()
        feed = Feed(reading, settings.poll, app.state.ending)
        feeding = asyncio.create_task(feed.run(stop))
        pages = PageProcesses(home.path, settings.page_processes)
        PROCESSES.set(pages)
        pages.start()
        try:
            yield State(
                reading=reading,
                accounts=accounts,
                following=beside.following,
                relaying=None if desk is None else beside.relaying,
                work=work,
                audits=started,
                books=Books(),
                plans=Plans(),
                proofs=Proofs(reading, home),
                trusts=Shelf(TRUST_ROOM),
                feed=feed,
                desk=desk,
            )
        finally:
            stop.set()
            await feeding
            await pages.close()
            await started.close()
            work.close()
            await run_in_threadpool(closing.close)

    return lifespan


def _work_here(home: Home, poll: float, opened: ExitStack) -> Beside:
    """Keep the index at the head and send what is handed in, in threads, until `opened` is closed."""
    beside, stop = Beside(), threading.Event()
    follower = IndexFollower.open(home)
    opened.callback(follower.close)
    told = beside.following.take
    works = [threading.Thread(target=keep_following, args=(follower, poll, stop, told), daemon=True)]
    if home.outbox.exists():
        told_of = (home, stop, poll, beside.relaying)
        works.append(threading.Thread(target=relay_in_thread, args=told_of, daemon=True))
    for each in works:
        each.start()
        opened.callback(each.join)
    opened.callback(stop.set)
    return beside
