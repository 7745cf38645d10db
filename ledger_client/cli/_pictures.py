"""How traces are named and drawn: proved names, and files of DOT and SVG."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_client.addresses import Address, address_from_bytes
from ledger_client.cli._holdings import Names
from ledger_client.cli._office import Office
from ledger_client.errors import ShecangError
from ledger_client.files import replace_private
from ledger_client.keystores import describe_keystore
from ledger_client.trace import Graph, Labels, NodeKind, to_dot, to_svg

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger


class TraceNames(Names):
    """The proved names of one ledger, as a trace asks for them.

    Args:
        office: Whose keys are called by their names.
        ledger: Whose records and index.
    """

    def __init__(self, office: Office, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._keys = _key_names(office.home.keys)
        index = ledger.index()
        self._consignees, self._issuers = index.consignees(), index.issuers()

    def key(self, address: Address) -> str:
        """Return the name of the key of this office that has an address, nothing where none has."""
        return self._keys.get(address, "")

    def of(self, kind: NodeKind, number: int) -> str:
        """Return the name of a site, consignee, supplier or issuer, and of a key in this office."""
        if kind is NodeKind.SITE:
            return self.site(number)
        if kind is NodeKind.KEY:
            return self.key(address_from_bytes(number.to_bytes(20, "big")))
        registers: dict[NodeKind, tuple[Any, Any]] = {
            NodeKind.CONSIGNEE: ("consignee", self._consignees),
            NodeKind.ISSUER: ("issuer", self._issuers),
            NodeKind.SUPPLIER: ("supplier", self._suppliers),
        }
        if kind not in registers:
            return ""
        name, records = registers[kind]
        record = records.get(number)
        return self._name(name, number, record.name) if record else ""


def _key_names(directory: Path) -> dict[Address, str]:
    """Return the names of an office's keys by address."""
    found = {}
    for path in sorted(directory.glob("*.json")):
        # A file that is no keystore names nobody; `shecang keys list` says what is wrong with it.
        with suppress(ShecangError):
            key = describe_keystore(path)
            found[key.address] = key.name
    return found


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where a trace is drawn to.

    Attributes:
        dot: File of the DOT text, None for none.
        svg: File of the SVG, None for none.
    """

    dot: Path | None
    svg: Path | None

    def draw(self, graph: Graph, labels: Labels, title: str) -> None:
        """Write the files that are wanted; what is there is replaced."""
        if self.dot is not None:
            replace_private(self.dot, to_dot(graph, labels).encode())
        if self.svg is not None:
            replace_private(self.svg, to_svg(graph, labels, title).encode())
