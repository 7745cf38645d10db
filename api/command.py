"""`shecang serve`: the API of a ledger, with the processes beside it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.collecting import look_seldom, settle
from api.settings import DEFAULT_RATE, page_processes_for, rates_of
from ledger_client.home import Home
from ledger_client.language import tr

if TYPE_CHECKING:
    import ssl

    from fastapi import FastAPI

    from api.listening import Listening
    from api.settings import Settings

ADDRESS = "127.0.0.1"
"""What is listened at unless another is asked for; others than this machine need TLS or a named proxy."""

PORT = 8_000
_LONGEST_FAREWELL = 5  # seconds that answers under way have when the server stops


app = typer.Typer(add_completion=False)


@app.command(help=tr("answer questions over HTTP", "通过 HTTP 提供账本查询"))
def serve(
    context: typer.Context,
    port: Annotated[
        int,
        typer.Option(min=0, max=65_535, help=tr("port; 0 for any that is free", "端口；0 表示任选空闲端口")),
    ] = PORT,
    address: Annotated[
        str,
        typer.Option(
            help=tr(
                "of this machine; one that others reach takes a certificate or a proxy",
                "本机地址；若可从其他机器访问，须提供证书或代理",
            )
        ),
    ] = ADDRESS,
    tls_cert: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=tr("certificate to answer over HTTPS, PEM", "HTTPS 证书（PEM 格式）")
        ),
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help=tr("its key, PEM, mode 0600", "证书私钥，权限 0600"))
    ] = None,
    behind_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help=tr("host name under which a proxy is asked that does HTTPS", "负责 HTTPS 的代理的主机名"),
        ),
    ] = None,
    proxy_address: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=tr("from where the proxy asks; from this machine by default", "代理的地址；默认为本机"),
        ),
    ] = None,
    rate: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=tr(
                "requests a minute of one account, a fifth of it from an address without one; none: no limit",
                "每个账户每分钟请求数，未用账户的地址为其五分之一；none 表示不限",
            ),
        ),
    ] = DEFAULT_RATE,
    log: Annotated[
        bool,
        typer.Option(
            "--log/--no-log",
            help=tr("a JSON line a request on stderr", "每个请求在标准错误输出一行 JSON"),
        ),
    ] = True,
) -> None:
    """Answer questions about the ledger over HTTP."""
    look_seldom()
    # Imported now: no other command, nor the list of them, has to wait for it.
    from api.listening import Listening
    from api.logs import logging_to
    from ledger_client.cli._office import office_of

    home = Home.existing(office_of(context).home.path)
    caller_rate, public_rate = rates_of(rate)
    listening = Listening.of(
        address,
        port,
        certificate=tls_cert,
        key=tls_key,
        behind=behind_proxy or (),
        proxies=proxy_address or (),
    )
    settings = replace(
        listening.settings,
        caller_rate=caller_rate,
        public_rate=public_rate,
        page_processes=page_processes_for(os.cpu_count() or 1),
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Where SIGINT was ignored at the start, as in a background job, the server ends without raising it.
    with (
        suppress(KeyboardInterrupt),
        logging_to() if log else nullcontext(),
        listening.listen() as listener,
    ):
        serve_with_children(home, listening, settings, listener)
    typer.echo(tr("stopped", "已停止"), err=True)


def serve_with_children(
    home: Home, listening: Listening, settings: Settings, listener: socket.socket
) -> None:
    """Serve until the process is told to stop, with the processes that the ledger needs beside.

    Args:
        home: Where the ledger lives.
        listening: Where and how it is asked.
        settings: How the server is set up.
        listener: The socket there.

    Raises:
        ShecangError: What kept one of them from starting.
        KeyboardInterrupt: It was told to stop, and has.
    """
    from api.beside import Beside
    from api.children import Children

    beside = Beside()
    with Children(home, beside) as children:
        # It starts while this process imports what answers.
        from api.app import create_app

        service = create_app(home, settings, beside)
        children.wait_for_chain()

        def started() -> None:
            children.start_others()
            _say_where(listening, listener)

        run(service, listener, started, listening.context)


def run(
    app: FastAPI,
    listener: socket.socket,
    started: Callable[[], None],
    context: ssl.SSLContext | None = None,
) -> None:
    """Serve until the process is told to stop; what is being answered is answered first.

    Args:
        app: What answers.
        listener: Where it is asked.
        started: Called when it answers.
        context: With which it answers over HTTPS; None where it does not.

    Raises:
        ShecangError: What kept the application from starting.
        KeyboardInterrupt: It was told to stop, and has.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.ending.set()  # what is told for as long as the server runs ends now
            await super().shutdown(sockets)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                settle()
                started()

    # Uvicorn would log a traceback where a sentence is wanted; the application logs requests and failures.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        http="h11",  # whose headers are bounded; those of httptools are not
        lifespan="on",
        proxy_headers=False,  # `Peers` sees to them
        ssl_context_factory=None if context is None else lambda *_: context,
        timeout_graceful_shutdown=_LONGEST_FAREWELL,
    )
    server = Server(config)
    try:
        server.run(sockets=[listener])
    except SystemExit as stop:
        # How uvicorn says that the application did not start; why, the application remembers.
        if app.state.failure is None:
            raise
        raise app.state.failure from stop
    finally:
        listener.close()


def _say_where(listening: Listening, listener: socket.socket) -> None:
    root = listening.root(listener.getsockname()[1])
    typer.echo(
        tr(
            f"the ledger answers at {root} until Ctrl-C: open it in a browser for the page; "
            f"what programs can ask: {root}/openapi.json",
            f"账本服务地址：{root}（按 Ctrl-C 停止）；用浏览器打开即为网页，程序接口见 {root}/openapi.json",
        )
    )
    typer.echo(f"  {root}/v1/stock/totals/0")
    if described := listening.described():
        typer.echo(f"  {described}")
