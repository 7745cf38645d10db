"""What commands about requests and proposals have in common: the reader, ids by first digits, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.allocation import URGENCY_NAMES, Urgency
from ledger_client.cli._holdings import Names as ProvedNames
from ledger_client.cli._tables import shown_name
from ledger_client.cli._typed import KEY_DIGITS, only_one, parse_as_of, parse_prefix
from ledger_client.divisions import parse_division
from ledger_client.documents import SECONDS_A_DAY, YEAR_10000, moment_at
from ledger_client.errors import UsageError
from ledger_client.identifiers import parse_site
from ledger_client.language import tr
from ledger_client.reverts.reallocation import (
    ReallocationProposalUnknownError,
    ReallocationRequestUnknownError,
)
from ledger_client.units import unit_text

if TYPE_CHECKING:
    from ledger_client.index.allocation import AllocationReader, ProposalAt, WholeRequest
    from ledger_client.ledger import Ledger

SITE_DIGITS = 15

RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST", help=tr("key, or its first 8 digits", "申请编号或前 8 位"))
]
ProposalId = Annotated[
    str, typer.Argument(metavar="PROPOSAL", help=tr("key, or its first 8 digits", "方案编号或前 8 位"))
]
Place = Annotated[
    str, typer.Argument(metavar="PLACE", help=tr("site or division, 0: all", "储备点或区划，0 为全部"))
]
By = Annotated[
    str, typer.Option("--by", help=tr("key of whoever sends it; anybody may", "任一密钥，用于发送"))
]
Why = Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))]

_URGENCIES = {"routine": Urgency.ROUTINE, "urgent": Urgency.URGENT, "critical": Urgency.CRITICAL}


class UrgencyUnknownError(UsageError):
    """A name is no urgency."""

    en = "{value!r} is no urgency; choose one of: routine, urgent, critical"
    zh = "{value!r} 不是紧急程度；请选择：routine（常规）、urgent（紧急）、critical（特急）"


def parse_urgency(text: str) -> Urgency:
    """Return the urgency that a command or a person calls so, in English or Chinese.

    Raises:
        UrgencyUnknownError: It is none.
    """
    plain = text.strip().lower()
    for name, urgency in _URGENCIES.items():
        if plain in (name, str(int(urgency)), *URGENCY_NAMES[urgency]):
            return urgency
    raise UrgencyUnknownError(value=text)


def parse_needed_by(text: str, offset: int) -> int:
    """Return the last second at which goods are of use: of a typed day, its last one.

    Raises:
        TimeFormError: It is neither a day nor a moment.
    """
    return parse_as_of(text, offset) or 0


def parse_place(text: str) -> int:
    """Return a typed site or division."""
    return parse_site(text) if len(text.strip()) == SITE_DIGITS else parse_division(text)


def allocation_of(ledger: Ledger) -> AllocationReader:
    """Return the reader of requests and proposals, up to the newest block."""
    from ledger_client.index.allocation import AllocationReader

    ledger.index()
    return AllocationReader(ledger.index_engine)


def now_of(ledger: Ledger) -> int:
    """Return the present, in seconds since 1970."""
    return int(ledger.now())


def find_request(reader: AllocationReader, text: str) -> int:
    """Return the one request whose key begins so.

    Raises:
        IdUnknownError: None does.
        IdAmbiguousError: Several do.
    """
    prefix = parse_prefix(text, KEY_DIGITS, "request", "申请")
    found = list(reader.requests_beginning(prefix))
    command = "`shecang request list --all`"
    return only_one(text, found, KEY_DIGITS, ("request", "申请"), ("", ""), command)


def find_proposal(reader: AllocationReader, text: str) -> int:
    """Return the one proposal whose key begins so.

    Raises:
        IdUnknownError: None does.
        IdAmbiguousError: Several do.
    """
    prefix = parse_prefix(text, KEY_DIGITS, "proposal", "调剂方案")
    found = list(reader.proposals_beginning(prefix))
    command = "`shecang reallocate list --all`"
    return only_one(text, found, KEY_DIGITS, ("proposal", "调剂方案"), ("", ""), command)


def whole_request(reader: AllocationReader, key: int) -> WholeRequest:
    """Return the request with this key and all that came of it.

    Raises:
        ReallocationRequestUnknownError: There is none.
    """
    found = reader.request(key)
    if found is None:
        raise ReallocationRequestUnknownError(request=key)
    return found


def proposal_at(reader: AllocationReader, key: int, at: int) -> ProposalAt:
    """Return the proposal with this key as it stands at `at`, seconds.

    Raises:
        ReallocationProposalUnknownError: There is none.
    """
    found = reader.proposal(key, at)
    if found is None:
        raise ReallocationProposalUnknownError(proposal=key)
    return found


class Words:
    """How sentences about one ledger call things: sites, divisions, items, quantities, times.

    Args:
        ledger: Whose names and days.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.offset = ledger.deployment.offset
        self.proved = ProvedNames(ledger)
        index = ledger.index()
        self._divisions, self._consignees = index.divisions(), index.consignees()

    def site(self, site: int) -> str:
        """Return a site by number and, where it is proved, name."""
        name = self.proved.site(site)
        return f"{site:015d} {name}".strip()

    def item(self, item: int) -> str:
        """Return the name of an item, its number where no name is proved."""
        return self.proved.item(item) or str(item)

    def unit(self, item: int) -> str:
        """Return the base unit of an item as it stands behind a number."""
        return unit_text(self.proved.unit(item))

    def quantity(self, quantity: int, item: int) -> str:
        """Return so many base units of an item, with their unit."""
        code = self.proved.unit(item)
        return f"{quantity:,} {unit_text(code, quantity)}"

    def goods(self, quantity: int, item: int) -> str:
        """Return so many base units of an item, with its name."""
        units, name = self.quantity(quantity, item), self.item(item)
        return tr(f"{units} of {name}", f"{name} {units}")

    def division(self, division: int) -> str:
        """Return a division by code and, where it is proved, name."""
        if not division:
            return tr("the country", "全国")
        record = self._divisions.get(division)
        name = shown_name(self._ledger, "division", division, record.name) if record else ""
        return f"{division} {name}".strip()

    def consignee(self, consignee: int) -> str:
        """Return the name of a consignee, else the first digits of its id."""
        record = self._consignees.get(consignee)
        name = shown_name(self._ledger, "consignee", consignee, record.name) if record else ""
        return name or f"{consignee:040x}"[:8] + "…"

    def time(self, seconds: int) -> str:
        """Return a moment to the minute."""
        if seconds >= YEAR_10000:
            return tr("after the year 9999", "9999 年之后")
        return moment_at(seconds, self.offset).strftime("%Y-%m-%d %H:%M")

    def until(self, seconds: int) -> str:
        """Return the last second of something: as its day where it is the last of a day, else as a moment."""
        is_day = (seconds + self.offset) % SECONDS_A_DAY == SECONDS_A_DAY - 1
        return self.time(seconds).split(" ")[0] if is_day and seconds < YEAR_10000 else self.time(seconds)
