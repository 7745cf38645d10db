"""A server that listens at a port of its own, for what speaks HTTP by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import uvicorn
from served import UNLIMITED, wait_for

from api.app import create_app
from api.listening import Listening
from ledger_client.contracts import Deployment
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.trust import Trust


@contextmanager
def running(home: Home) -> Iterator[str]:
    """Serve a home at a free port, from when its index is at the head; give the address."""
    listener = Listening.of("127.0.0.1", 0).listen()
    config = uvicorn.Config(create_app(home, UNLIMITED), log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        wait_for(lambda: server.started)
        wait_for(lambda: httpx2.get(f"{address}/v1/stock/totals/0").status_code == 200)
        yield address
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def trust_of(home: Home) -> Trust:
    """What somebody trusts of the ledger of a home."""
    path = home.keys / "witness-of-tests.json"
    if not path.exists():
        create_keystore(path, "", demo=True)
    from ledger_client.signers import KeystoreSigner

    witness = KeystoreSigner.open(path, "").address
    return Trust.of(Deployment.load(home.deployment), [witness], threshold=1, spacing=2, final_depth=0)
