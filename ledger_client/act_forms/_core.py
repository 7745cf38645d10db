"""What the makers of acts have in common: who signs on which grant, and how words become numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_client.act_forms.known import ActsKnown
from ledger_client.addresses import parse_address
from ledger_client.allocation import lowest_approving
from ledger_client.deliveries import lots_of
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.errors import UsageError
from ledger_client.forms import SeatForm
from ledger_client.identifiers import SiteId
from ledger_client.norms import Norms
from ledger_client.preparing import Drafter, LedgerPlace, Party
from ledger_client.reallocation import Reallocation
from ledger_client.reasons import Use, reason_named
from ledger_client.registers import (
    UNLIMITED,
    Consignees,
    Divisions,
    Items,
    Qualifications,
    Roles,
    Sites,
    Suppliers,
)
from ledger_client.roles import Role
from ledger_client.seats import SITE_SPAN, street_or_above
from ledger_client.signers import AbsentSigner, CompactSignature
from ledger_client.stock import Bodies
from ledger_client.typed import (
    parse_time,
)


class TwiceError(UsageError):
    """A form names one thing twice."""

    en = "{what} is named twice; write it once"
    zh = "{what} 重复填写；请只填一次"


class GrantOpenError(UsageError):
    """The grant that a signer relies on follows from nothing that the form says."""

    en = "write `by.division`: the division of the grant on which this is decided"
    zh = "请填写 by.division：作出此决定所依据的授权区划"


@dataclass(frozen=True, slots=True)
class Offices:
    """What prepares acts of one ledger, for keys that are elsewhere.

    Attributes:
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    divisions: Divisions
    sites: Sites
    consignees: Consignees
    roles: Roles
    suppliers: Suppliers
    qualifications: Qualifications
    items: Items
    norms: Norms
    reallocation: Reallocation
    offset: int

    @classmethod
    def of(cls, place: LedgerPlace, records: Bodies, now: Callable[[], float] = time.time) -> Offices:
        """Return them for a ledger.

        Args:
            place: Which.
            records: Where the note of a request that is asked again has its salt.
            now: Seconds since 1970.
        """
        drafter = Drafter(place, None, now)
        return cls(
            Divisions(drafter),
            Sites(drafter),
            Consignees(drafter),
            Roles(drafter, place),
            Suppliers(drafter),
            Qualifications(drafter),
            Items(drafter),
            Norms(drafter),
            Reallocation(drafter, place, records, now),
            place.offset,
        )


@dataclass(frozen=True, slots=True)
class Making:
    offices: Offices
    known: ActsKnown

    def signer(self, form: Any) -> AbsentSigner:
        return AbsentSigner(parse_address(form.by.address))

    def party(self, form: Any, role: Role, place: int) -> Party:
        """Return who signs, on the grant that the form names or the nearest one over a place."""
        seat: SeatForm = form.by
        address = parse_address(seat.address)
        if seat.division is not None:
            return Party(AbsentSigner(address), int(seat.division))
        division = place // SITE_SPAN if place >= 10**12 else place
        return Party(AbsentSigner(address), self.known.grant(address, role, division))

    def authority(self, form: Any, place: int) -> Party:
        return self.party(form, Role.AUTHORITY, place)

    def country(self, form: Any) -> Party:
        """Return an authority of division 0, which the contract looks up by itself."""
        return Party(self.signer(form), 0)

    def over_site(self, form: Any, site: SiteId) -> Party:
        return self.authority(form, street_or_above(DivisionId(site // SITE_SPAN)))

    def named(self, form: Any) -> Party:
        """Return who signs on the grant that the form names.

        Raises:
            GrantOpenError: It names none.
        """
        if form.by.division is None:
            raise GrantOpenError()
        return Party(self.signer(form), int(form.by.division))

    def moment(self, text: str | None, default: int = 0) -> int:
        """Return the first second of a day, or a moment."""
        return parse_time(text, self.offices.offset).seconds if text else default

    def until(self, text: str | None) -> int:
        """Return the first second at which something is not valid any more; of a day, its first one."""
        return self.moment(text, UNLIMITED)

    def last(self, text: str) -> int:
        """Return the first second at which something is over: of its last day, the first of the next."""
        found = parse_time(text, self.offices.offset)
        return found.seconds + (SECONDS_A_DAY if found.is_day_only else 0)

    def proposals(self, form: Any) -> list[int]:
        return list(once({each: int(each, 16) for each in form.proposals}, form.proposals).values())

    def approver(self, form: Any, proposals: Sequence[int]) -> Party:
        """Return an approver, on the grant nearest above the sites of the first proposal."""
        proposal, request = self.known.proposal(proposals[0])
        lowest = lowest_approving(SiteId(proposal.giver), SiteId(request.site))
        return self.party(form, Role.APPROVER, lowest)

    def lots(self, proposals: Sequence[int]) -> int:
        """Return how many lots proposals list together."""
        return sum(len(lots_of(self.known.proposal(each)[0].lines)) for each in proposals)


def division_of_code(text: str) -> DivisionId:
    return parse_division(text)


def once(found: Mapping[str, int], typed: Sequence[str]) -> Mapping[str, int]:
    """Return what was typed, each once.

    Raises:
        TwiceError: Something was typed twice.
    """
    if len(found) < len(typed):
        raise TwiceError(what=next(each for at, each in enumerate(typed) if each in typed[:at]))
    return found


def role_of(name: str) -> Role:
    return Role[name.upper()]


def subject_of(text: str | None) -> int:
    return int(text, 16) if text else 0


def consent_of(text: str | None) -> CompactSignature | None:
    if text is None:
        return None
    raw = bytes_of(text)
    return CompactSignature(raw[:32], raw[32:])


def bytes_of(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def reason_of(name: str | None, use: Use) -> int:
    return reason_named(name, use).code if name else 0
