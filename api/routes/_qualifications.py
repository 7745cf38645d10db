"""Qualifications with what they are worth, as several answers show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.reading import Reading
from api.routes._names import names_of
from api.schemas.suppliers import QualificationRow
from ledger_client.fold.records import Accreditation, Qualification, Registered
from ledger_client.fold.supplier_answers import supplier_answers
from ledger_client.index.marks import MarkedReader


@dataclass(frozen=True, slots=True)
class Qualified:
    """Qualifications, and what they are judged and shown by.

    Attributes:
        qualifications: By id.
        accreditations: By issuer and category.
        suppliers: Whose they are.
        issuers: Who issued them.
    """

    qualifications: Mapping[int, Qualification]
    accreditations: Mapping[tuple[int, int], Accreditation]
    suppliers: Mapping[int, Registered]
    issuers: Mapping[int, Registered]

    @classmethod
    def read(cls, index: MarkedReader, qualifications: Mapping[int, Qualification]) -> Qualified:
        """Return qualifications with what the index has beside them."""
        wanted = {(each.issuer, each.category) for each in qualifications.values()}
        accreditations = {place: index.accreditation(*place) for place in sorted(wanted)}
        suppliers = {each: index.supplier(each) for each in {one.supplier for one in qualifications.values()}}
        issuers = {each: index.issuer(each) for each in {one.issuer for one in qualifications.values()}}
        return cls(
            qualifications,
            {place: each for place, each in accreditations.items() if each is not None},
            {number: each for number, each in suppliers.items() if each is not None},
            {number: each for number, each in issuers.items() if each is not None},
        )

    def accreditations_of(self, qualification: Qualification) -> dict[int, Accreditation]:
        """Return the accreditation by which a qualification is judged, by issuer."""
        found = self.accreditations.get((qualification.issuer, qualification.category))
        return {} if found is None else {qualification.issuer: found}


def qualification_rows(reading: Reading, found: Qualified, at: int) -> list[QualificationRow]:
    """Return qualifications in the order of their ids, judged at a time by everything recorded."""
    suppliers = names_of(reading, "supplier", found.suppliers)
    issuers = names_of(reading, "issuer", found.issuers)
    return [
        QualificationRow.of(
            each.supplier,
            each.category,
            supplier_answers({key: each}, found.accreditations_of(each), at),
            suppliers.get(each.supplier),
            issuers.get(each.issuer),
        )
        for key, each in sorted(found.qualifications.items())
    ]
