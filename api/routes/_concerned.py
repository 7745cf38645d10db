"""Places in an answer: whether they are registered, how they are called, which sites a document concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from api.problems import DivisionNotRegisteredError, SiteUnknownError
from api.reading import Reading
from api.schemas.common import Name
from ledger_client.divisions import ROOT, DivisionLevel
from ledger_client.fold.records import RecordedDocument, Site
from ledger_client.index.registers import RegisterReader
from ledger_client.index.traces import TraceReader
from ledger_client.records import RecordKind
from ledger_client.trace.flows import quantities_in


@dataclass(frozen=True, slots=True)
class Place:
    """A registered place.

    Attributes:
        number: Of a site or division, 0 for the country.
        digest: Of its name; None for the country, which has none.
    """

    number: int
    digest: bytes | None

    def name(self, reading: Reading) -> Name | None:
        """Return its name; None where none may be shown."""
        if self.digest is None:
            return None
        kind: RecordKind = "site" if is_site(self.number) else "division"
        return Name.of(reading.name(kind, self.number, self.digest))


def is_site(place: int) -> bool:
    """Return whether a place is a site; else it is a division."""
    return len(str(place)) > DivisionLevel.COMMUNITY


def registered_place(index: RegisterReader, place: int) -> Place:
    """Return a place with the digest of its name.

    Raises:
        SiteUnknownError: It is a site, and not registered.
        DivisionNotRegisteredError: It is a division, and not registered.
    """
    if place == ROOT:
        return Place(place, None)
    if is_site(place):
        site = index.site(place)
        if site is None:
            raise SiteUnknownError(site=place)
        return Place(place, site.name)
    division = index.division(place)
    if division is None:
        raise DivisionNotRegisteredError(division=place)
    return Place(place, division.name)


def sites_of(index: RegisterReader, numbers: Iterable[int]) -> dict[int, Site]:
    """Return what is registered of some sites, by number; few, as of one answer."""
    found = {number: index.site(number) for number in sorted(set(numbers)) if number}
    return {number: site for number, site in found.items() if site is not None}


def site_names(reading: Reading, sites: dict[int, Site]) -> dict[int, Name | None]:
    """Return the names of sites that an answer speaks of."""
    return {number: Name.of(reading.name("site", number, site.name)) for number, site in sites.items()}


def places_of_document(index: TraceReader, document: RecordedDocument) -> Collection[int]:
    """Return the sites whose readers may see a document: those that it names.

    A recall names none; it concerns every site at which one of its lots is or was.
    """
    named = {site for site in (document.from_site, document.to_site) if site}
    return named or {site for site, _ in index.balances_of([lot for lot, _ in quantities_in(document)])}
