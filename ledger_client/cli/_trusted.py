"""What commands about trust, checkpoints and evidence have in common: the trust file, the places, names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.addresses import Address, parse_address
from ledger_client.cli._office import Office
from ledger_client.errors import UnavailableError
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.chain import Chain
    from ledger_client.checkpoints import Place
    from ledger_client.trust import Accepted

TrustFile = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        metavar="FILE",
        help=tr(
            "accepted trust file; else trust.json of the home",
            "已接受的信任文件；默认为 trust.json",
        ),
    ),
]
Places = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLACE...",
        help=tr(
            "directories, http addresses or proofs of forks; `checkpoints` of the home if none is given",
            "目录、http 地址或分叉证明；默认为账本目录中的 checkpoints",
        ),
    ),
]


class TrustMissingError(UnavailableError):
    """There is no trust file."""

    en = (
        "there is no trust file {path}: without one nothing can be checked; take the operator's offer and "
        "run `shecang trust accept`"
    )
    zh = "没有信任文件 {path}：没有它便无从核验；请取得运营方的文件并运行 `shecang trust accept`"


def trust_path(office: Office, given: Path | None) -> Path:
    """Return the trust file that a command works with.

    Raises:
        TrustMissingError: It is not there.
    """
    path = given or office.home.trust
    if not path.is_file():
        raise TrustMissingError(path=path)
    return path


def accepted_trust(office: Office, given: Path | None) -> Accepted:
    """Return the accepted trust file that a command works with.

    Raises:
        TrustMissingError: It is not there.
        NotAcceptedError: It is only an offer.
    """
    from ledger_client.trust import read_accepted

    return read_accepted(trust_path(office, given))


def places_of(office: Office, given: Sequence[str] | None) -> list[Place]:
    """Return the places that were typed, else the home's own."""
    from ledger_client.checkpoints import Directory, place_of

    return [place_of(text) for text in given] if given else [Directory(office.home.checkpoints)]


def witness_address(office: Office, text: str) -> Address:
    """Return the address that a witness's address or the name of a key stands for."""
    from ledger_client.keystores import describe_keystore

    if text.startswith("0x"):
        return parse_address(text)
    return describe_keystore(office.key_path(text)).address


@contextmanager
def chain_of(office: Office, node: str | None) -> Iterator[Chain]:
    """Open a node: the one that was typed, else that of the home."""
    from ledger_client.chain import connect

    if node is None:
        with office.ledger() as ledger:
            yield ledger.chain
        return
    chain = connect(node)
    try:
        yield chain
    finally:
        chain.node.close()


Node = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help=tr("node to look at; that of the home if not given", "所查看的节点；默认为账本目录的节点"),
    ),
]
