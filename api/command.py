"""`shecang serve`: the API of a ledger, on this machine."""

from __future__ import annotations

import errno
import gc
import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.errors import UnavailableError
from ledger_client.home import Home
from ledger_client.language import tr

if TYPE_CHECKING:
    from fastapi import FastAPI

ADDRESS = "127.0.0.1"
"""The one address that is listened at; any other needs TLS or a proxy, and reading rights, first."""

PORT = 8_000
_OBJECTS = 100_000  # made and not gone yet, after which Python looks for cycles
_LONGEST_FAREWELL = 5  # seconds that answers under way have when the server stops


class PortTakenError(UnavailableError):
    """Somebody listens at the port."""

    en = "port {port} of {address} is taken; stop what listens there, or choose another with --port"
    zh = "{address} 的端口 {port} 已被占用；请停止占用该端口的程序，或用 --port 另选端口"


class PortRefusedError(UnavailableError):
    """The system does not let this process listen at the port."""

    en = "port {port} of {address} cannot be listened at ({reason}); choose another with --port"
    zh = "无法监听 {address} 的端口 {port}（{reason}）；请用 --port 另选端口"


app = typer.Typer(add_completion=False)


@app.command(
    help=tr(
        "answer questions over HTTP, on this machine only",
        "在本机通过 HTTP 提供账本查询",
    )
)
def serve(
    context: typer.Context,
    port: Annotated[
        int,
        typer.Option(min=0, max=65_535, help=tr("port; 0 for any that is free", "端口；0 表示任选空闲端口")),
    ] = PORT,
) -> None:
    """Answer questions about the ledger over HTTP, on this machine only."""
    # Imported now: no other command, nor the list of them, has to wait for it.
    from api.app import create_app
    from ledger_client.cli._office import office_of

    home = Home.existing(office_of(context).home.path)
    listener = listen(port)
    service = create_app(home)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Where SIGINT was ignored at the start, as in a background job, the server ends without raising it.
    with suppress(KeyboardInterrupt):
        run(service, listener)
    typer.echo(tr("stopped", "已停止"), err=True)


def listen(port: int) -> socket.socket:
    """Return a socket that is bound to a port of this machine.

    Raises:
        PortTakenError: Somebody listens there.
        PortRefusedError: The system does not allow it.
    """
    # Named TCP: of a socket that does not say so, asyncio leaves Nagle's delay on, and an answer of two parts
    # then waits 40 ms for whoever asked to acknowledge the first.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port=port, address=ADDRESS) from error
        raise PortRefusedError(port=port, address=ADDRESS, reason=error.strerror) from error
    return listener


def run(app: FastAPI, listener: socket.socket) -> None:
    """Serve until the process is told to stop; what is being answered is answered first.

    Raises:
        ShecangError: What kept the application from starting.
        KeyboardInterrupt: It was told to stop, and has.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                _settle()
                _say_where(listener)

    # Uvicorn would log a traceback where a sentence is wanted; the application logs its own failures.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="on",
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


def _settle() -> None:
    """Keep Python from looking through what was made at the start, and through an answer while it is made.

    An answer is some ten thousand objects and no cycle; to look for one again and again takes a fifth of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)


def _say_where(listener: socket.socket) -> None:
    root = f"http://{ADDRESS}:{listener.getsockname()[1]}"
    typer.echo(
        tr(
            f"the ledger answers at {root} until Ctrl-C; what can be asked: {root}/openapi.json",
            f"账本服务地址：{root}（按 Ctrl-C 停止）；可查询内容见 {root}/openapi.json",
        )
    )
    typer.echo(f"  {root}/v1/stock/totals/0")
