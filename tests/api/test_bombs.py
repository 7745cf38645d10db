"""Uploads that were made to harm, each refused: what they take is measured, and nothing of them is left."""

from __future__ import annotations

import gzip
import io
import json
import random
import socket
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jobs_watched import Server, memory_of, running, watching
from sent_books import CSV, ISSUED, RECEIVED, SITE, TITLE, XLSX, book, row, sheet, workbook
from served import assert_problem, copy_of

from api.routes.evidence import EVIDENCE_BYTES
from ledger_client.book import DEFAULT_LIMITS as LIMITS
from ledger_client.home import Home

pytestmark = pytest.mark.slow  # `scripts/test -m slow tests/api/test_bombs.py`: minutes

MEGABYTE = 1 << 20
JOB_MEMORY = 400 * MEGABYTE
"""What no refused upload may come near in its process; one that starts takes 130 MB of it."""

SERVER_GROWTH = 64 * MEGABYTE
"""What none may add to the server itself."""

LINES = "application/jsonl"
JSON = "application/json"


@pytest.fixture(scope="module")
def server(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = copy_of(city, tmp_path_factory.mktemp("bombed") / "home")
    with running(home, tmp_path_factory.mktemp("packages")) as server:
        send_book(server, book("样例,口罩,个,5"))  # what the first one makes, all others have
        yield server


def parts(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), MEGABYTE):
        yield content[start : start + MEGABYTE]


def send_book(server: Server, content: bytes | Iterator[bytes], type_: str = CSV, **headers: str) -> Any:
    query = {"site": SITE, "name": "book.csv"}
    return server.client.post(
        "/v1/books", params=query, content=content, headers={"Content-Type": type_, **headers}
    )


def refused(server: Server, send: Callable[[], Any], *expected: Any) -> int:
    """Assert that something is refused, cheaply and without a trace; return the most memory of a job."""
    before = memory_of(server.process.pid, "VmRSS")
    with watching(server) as watch:
        answer = send()
    status, problem, *words = expected
    assert_problem(answer, status, problem, *words)
    assert watch.jobs < JOB_MEMORY, watch.jobs // MEGABYTE
    grown = memory_of(server.process.pid, "VmRSS") - before
    assert grown < SERVER_GROWTH, grown // MEGABYTE
    assert server.left() == []
    assert server.jobs() == []
    assert server.client.get("/health").status_code == 200
    return watch.jobs


def table(rows: int, columns: int = 4, cell: str = "x") -> bytes:
    line = ",".join([cell] * columns)
    return "\n".join((TITLE, RECEIVED, *([line] * rows))).encode()


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def dense(size: int) -> bytes:
    """Return bytes that become a hundredth, and no less, when they are packed."""
    piece = random.Random(7).randbytes(1_000).hex().encode()
    return (piece * 100 + piece[::-1])[:200_000].ljust(200_000, b" ") * (size // 200_000)


HEAD = row(1, TITLE) + row(2, *RECEIVED.split(","))
DOCTYPE = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
ENTITIES = DOCTYPE + sheet(row(1, "&j;"))

BOOKS: dict[str, tuple[Callable[[], bytes], str, int, str, str]] = {
    "one byte over": (lambda: b" " * (LIMITS.file_bytes + 1), CSV, 413, "content-too-large", "16777216"),
    "a row over": (lambda: table(LIMITS.rows - 1), CSV, 413, "book-too-large", "rows 20,001"),
    "a column over": (lambda: table(1, LIMITS.columns + 1), CSV, 413, "book-too-large", "columns 257"),
    "a character over": (
        lambda: table(1, 4, "x" * (LIMITS.cell_characters + 1)),
        CSV,
        413,
        "book-too-large",
        "characters in one cell 4,001",
    ),
    "one cell of all bytes": (
        lambda: b'"' + b"x" * (8 * MEGABYTE) + b'"',
        CSV,
        422,
        "not-a-spreadsheet",
        "CSV",
    ),
    "sixteen million cells": (lambda: b"," * (16 * MEGABYTE), CSV, 413, "book-too-large", "columns"),
    "eight million rows": (lambda: b"x\n" * (8 * MEGABYTE), CSV, 413, "book-too-large", "rows"),
    "a sheet over": (
        lambda: workbook(*[HEAD] * (LIMITS.sheets + 1)),
        XLSX,
        413,
        "book-too-large",
        "sheets 65",
    ),
    "a cell at the far corner": (
        lambda: workbook(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        XLSX,
        413,
        "book-too-large",
        "rows 1,048,576",
    ),
    "a zip of zeros": (
        lambda: workbook(HEAD, parts={"xl/media/zeros.xml": bytes(200 * MEGABYTE)}),
        XLSX,
        413,
        "book-too-large",
        "unpacked to packed",
    ),
    "a zip of much": (
        lambda: workbook(HEAD, parts={"xl/media/much.bin": dense(70 * MEGABYTE)}),
        XLSX,
        413,
        "book-too-large",
        "bytes unpacked",
    ),
    "a zip of many parts": (
        lambda: workbook(HEAD, parts={f"xl/{n}.bin": b"" for n in range(LIMITS.parts)}),
        XLSX,
        413,
        "book-too-large",
        "files inside",
    ),
    "a zip in a zip": (
        lambda: packed({"inner.zip": packed({"zeros": bytes(50 * MEGABYTE)})}),
        XLSX,
        422,
        "not-a-spreadsheet",
        "no workbook",
    ),
    "entities of entities": (
        lambda: workbook(HEAD, parts={"xl/worksheets/sheet9.xml": ENTITIES.encode()}),
        XLSX,
        422,
        "not-a-spreadsheet",
        "entities",
    ),
    "shared texts that say they are many": (
        lambda: workbook(
            HEAD, parts={"xl/sharedStrings.xml": b'<sst count="999999999" uniqueCount="999999999"/>'}
        ),
        XLSX,
        422,
        "not-a-spreadsheet",
        "damaged",
    ),
    "a compressed body": (
        lambda: gzip.compress(bytes(100 * MEGABYTE)),
        CSV,
        422,
        "not-a-spreadsheet",
        "neither a workbook nor text",
    ),
}


@pytest.mark.parametrize("name", BOOKS)
def test_books(server: Server, name: str) -> None:
    make, type_, status, problem, words = BOOKS[name]
    content = make()
    headers = {"Content-Encoding": "gzip"} if name == "a compressed body" else {}
    # In parts, so that no length is said: what says that it is too long is refused before it is sent.
    refused(server, lambda: send_book(server, parts(content), type_, **headers), status, problem, words)


def test_a_zip_in_a_workbook_is_not_opened(server: Server) -> None:
    inner = packed({"zeros": bytes(50 * MEGABYTE)})
    content = workbook(HEAD + row(3, "样例", "口罩", "个", "<v>5</v>"), parts={"xl/inner.zip": inner})
    with watching(server) as watch:
        answer = send_book(server, content, XLSX)
    assert answer.status_code == 201, answer.text
    assert answer.json()["statuses"] == {"missing-on-chain": 1}
    assert watch.jobs < JOB_MEMORY
    assert server.left() == []


def test_as_much_as_is_taken(server: Server) -> None:
    """A book of as many rows as may be is answered, and its process stays far below its limit."""
    rows = (f"样例{n % 97},口罩{n % 31},个,{n}" for n in range(1, LIMITS.rows - 1))
    with watching(server) as watch:
        answer = send_book(server, book(*rows))
    assert answer.status_code == 201, answer.text
    assert answer.json()["statuses"] == {"missing-on-chain": LIMITS.rows - 2}
    assert watch.jobs < 700 * MEGABYTE, watch.jobs // MEGABYTE
    assert server.left() == []


EVIDENCE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "a million brackets": (lambda: b"[" * 1_000_000 + b"\n", 422, "not-evidence"),
    "a million brackets in a manifest": (
        lambda: b'{"type":"evidence","x":' + b"[" * 1_000_000 + b"\n",
        200,
        "wrong",
    ),
    "a line over": (lambda: b'"' + b"x" * (5 * MEGABYTE) + b'"\n', 413, "evidence-too-large"),
    "a gzip of zeros": (lambda: gzip.compress(bytes(300 * MEGABYTE)), 413, "evidence-too-large"),
    "a gzip of lines": (lambda: gzip.compress(b"{}\n" * 30_000_000), 422, "not-evidence"),
    "a million digits": (lambda: b'{"type":"evidence","site":' + b"9" * 1_000_000 + b"}\n", 200, "wrong"),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence(server: Server, name: str) -> None:
    make, status, problem = EVIDENCE[name]
    trusted = {"trust": trust_of(server)}
    content = make()

    def send() -> Any:
        return server.client.post(
            "/v1/evidence/verifications", params=trusted, content=content, headers={"Content-Type": LINES}
        )

    if status != 200:
        refused(server, send, status, problem)
        return
    with watching(server) as watch:
        answer = send()
    assert answer.status_code == 200, answer.text
    assert answer.json()["exit_code"] == 1
    assert problem in [each["answer"] for each in answer.json()["answers"]]
    assert watch.jobs < JOB_MEMORY
    assert server.left() == []


def trust_of(server: Server) -> str:
    """Give the server a trust file of the city, and return its fingerprint."""
    from witnessed import WITNESSES

    from ledger_client.contracts import Deployment
    from ledger_client.trust import Offer, Trust

    deployment = Deployment.load(server.home.deployment)
    addresses = [each.address for each in WITNESSES]
    trust = Trust.of(deployment, addresses, threshold=2, spacing=4, final_depth=0)
    headers = {"Content-Type": JSON}
    sent = server.client.post("/v1/evidence/trust-files", content=Offer(trust).to_bytes(), headers=headers)
    return str(sent.json()["fingerprint"])


def test_a_deep_trust_file(server: Server) -> None:
    def send() -> Any:
        content = b'{"trust":' + b"[" * 200_000
        return server.client.post("/v1/evidence/trust-files", content=content, headers={"Content-Type": JSON})

    refused(server, send, 422, "trust-given")


def test_a_mapping_of_too_much(server: Server) -> None:
    def send() -> Any:
        return server.client.post(
            "/v1/books/mappings", content=parts(bytes(MEGABYTE + 1)), headers={"Content-Type": CSV}
        )

    refused(server, send, 413, "content-too-large")


def test_a_length_that_is_too_long_is_refused_before_a_byte_comes(server: Server) -> None:
    url = server.client.base_url
    head = (
        f"POST /v1/evidence/verifications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {LINES}\r\n"
        f"Content-Length: {EVIDENCE_BYTES + 1}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"content-too-large" in answer
    assert server.left() == []


def test_names_of_columns_that_repeat(server: Server) -> None:
    """A header of as many words as columns does not multiply what is answered."""
    content = "\n".join((TITLE, ",".join([ISSUED] * 60), ",".join(["样例,口罩,个,5"] * 60))).encode()
    with watching(server) as watch:
        answer = send_book(server, content)
    assert answer.status_code in (201, 422), answer.text
    assert watch.jobs < JOB_MEMORY
    assert len(json.dumps(answer.json())) < 10_000
