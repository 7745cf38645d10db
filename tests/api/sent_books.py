"""Books and mappings as they are sent."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from fastapi.testclient import TestClient

from ledger_client.demo.cast import EAST_GOVERNMENT

SITE = str(EAST_GOVERNMENT)
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "（2026年9月20日）"
RECEIVED = "捐赠单位,品名,计量单位,数量"
ISSUED = "接收单位,品名,计量单位,数量"

_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book(*rows: str, header: str = RECEIVED) -> bytes:
    """Return a book as CSV."""
    return ("\n".join((TITLE, header, *rows)) + "\n").encode()


def send(client: TestClient, content: bytes, type_: str = CSV, **asked: Any) -> Any:
    """Send a book, and return the answer."""
    query = {"site": SITE, "name": "received.csv", **asked}
    return client.post("/v1/books", params=query, content=content, headers={"Content-Type": type_})


def lines_of(client: TestClient, answer: Any, **query: Any) -> list[dict[str, Any]]:
    """Return the rows of a book that was sent."""
    assert answer.status_code == 201, answer.text
    found: list[dict[str, Any]] = client.get(
        f"{answer.headers['location']}/lines", params={"limit": 200, **query}
    ).json()["lines"]
    return found


def confirmed(text: str) -> bytes:
    """Return a proposed mapping as a person sends it back who agrees with every row."""
    rows = list(csv.reader(io.StringIO(text)))
    status = next(number for number, name in enumerate(rows[0]) if name.startswith("status"))
    for row in rows[1:]:
        row[status] = "confirmed"
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def send_mapping(client: TestClient, content: bytes) -> str:
    """Send a mapping, and return its id."""
    answer = client.post("/v1/books/mappings", content=content, headers={"Content-Type": CSV})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def workbook(*sheets: str, parts: dict[str, bytes] | None = None, compressed: bool = True) -> bytes:
    """Return an .xlsx of some sheets, each given as the XML of its rows, and of further parts."""
    out = io.BytesIO()
    numbers = range(1, len(sheets) + 1)
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        )
        packed.writestr("_rels/.rels", _relations("officeDocument", {"rId1": "xl/workbook.xml"}))
        listed = "".join(f'<sheet name="页{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        )
        targets = {f"rId{n}": f"worksheets/sheet{n}.xml" for n in numbers}
        packed.writestr("xl/_rels/workbook.xml.rels", _relations("worksheet", targets))
        for number, rows in zip(numbers, sheets, strict=True):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", sheet(rows))
        for name, content in (parts or {}).items():
            packed.writestr(name, content)
    return out.getvalue()


def sheet(rows: str) -> str:
    """Return the XML of a worksheet."""
    return f'<worksheet xmlns="{_SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'


def row(number: int, *cells: str) -> str:
    """Return the XML of a row of texts; one that begins with `<` is taken as it is."""
    inner = ""
    for column, text in enumerate(cells):
        place = f'r="{chr(65 + column)}{number}"'
        is_xml = text.startswith("<")
        inner += (
            f"<c {place}>{text}</c>" if is_xml else f'<c {place} t="inlineStr"><is><t>{text}</t></is></c>'
        )
    return f'<row r="{number}">{inner}</row>'


def _relations(kind: str, targets: dict[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{id}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for id, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
