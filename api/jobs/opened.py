"""What several jobs open of a home: its chain, its index, its trust file; never a key, never the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine

from api.unknown import UnknownHereError
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment, verify_deployment
from ledger_client.databases import open_database
from ledger_client.home import Home
from ledger_client.node import connect
from ledger_client.trust import Accepted, read_accepted


class TrustAbsentError(UnknownHereError):
    """The server's ledger has no trust file."""

    en = (
        "this server has no accepted trust file, without which nothing can be checked: who runs it accepts "
        "one with `shecang trust accept`"
    )
    zh = "本服务器没有已接受的信任文件，无从核验：请由服务器管理者用 `shecang trust accept` 接受"


@contextmanager
def opened_chain(home: Home) -> Iterator[tuple[Chain, Deployment]]:
    """Open the chain of a home.

    Raises:
        NodeUnreachableError: Its node does not answer.
        ContractSwappedError: The contracts are not those of this client.
    """
    deployment = Deployment.load(home.deployment)
    with closing(connect(home.node)) as node:
        chain = Chain(node)
        verify_deployment(chain, deployment)
        yield chain, deployment


@contextmanager
def opened_index(home: Home) -> Iterator[Engine]:
    """Open the index of a home."""
    engine = open_database(home.index_location)
    try:
        yield engine
    finally:
        engine.dispose()


def own_trust(home: Home) -> Accepted:
    """Return the trust file that the office of a home has accepted.

    Raises:
        TrustAbsentError: There is none.
    """
    if not home.trust.is_file():
        raise TrustAbsentError()
    return read_accepted(home.trust)
