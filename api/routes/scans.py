"""`/v1/scans`: from a label to the lots that it may be about."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.routes._items import item_labels
from api.routes._pages import places_read
from api.schemas.common import Block
from api.schemas.scans import ScannedLabel
from ledger_client.fold.records import Item
from ledger_client.index.candidates import CandidateReader
from ledger_client.scanning import Scanned, scanned
from ledger_client.scans import SCAN_LIMIT, read_scan

router = Resource(prefix="/scans", tags=["scans"])


class ScanQuery(BaseModel):
    """What was scanned, and where."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(
        max_length=SCAN_LIMIT,
        description="As the scanner gives it: element strings of GS1 (FNC1 as %1D), also in brackets, a "
        "Digital Link, or a GTIN.",
        examples=["(01)06901234567892(17)280531(10)AB12"],
    )
    place: str | None = Field(
        None,
        max_length=64,
        description="A site or division; those of the account where it is not given.",
        examples=["420102001001101"],
    )


@router.get(
    "",
    operation_id="read_scan",
    summary="Which lots a label may be about",
    responses=Problem.responses(401, 403),
)
def find_scanned(
    caller: CallerDep, reading: ReadingDep, query: Annotated[ScanQuery, Query()]
) -> ScannedLabel:
    """Return the item that a label is of, and lots of it that are or were at the places asked about.

    Which item a GTIN stands for is part of the records: an authority registers it with `shecang item gtin`.
    """
    places = places_read(caller, query.place)
    scan = read_scan(query.label)
    known = reading.trade_item(scan.gtin)

    def read(index: CandidateReader) -> tuple[Scanned, dict[int, Item]]:
        return scanned(index, scan, known, places), index.items([known.item]) if known else {}

    (found, items), stamp = reading.consistent(read, CandidateReader)
    label = item_labels(reading, items).get(known.item) if known else None
    return ScannedLabel.of(found, label, Block.of(stamp))
