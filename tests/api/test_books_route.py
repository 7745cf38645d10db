"""Books over HTTP: read, compared, what an import would record, and nothing recorded."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sent_books import (
    CSV,
    ISSUED,
    RECEIVED,
    SITE,
    TITLE,
    XLSX,
    book,
    confirmed,
    lines_of,
    row,
    send,
    send_mapping,
    workbook,
)
from served import account_of, assert_problem, copy_of, serving

from api.access.rights import Scope
from ledger_client.book import read_book, read_mapping
from ledger_client.books import comparison_to_dict, plan_import, reconcile
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.ledger import Ledger
from ledger_client.reasons import reason_named

ROWS = ("样例慈善会,医用口罩,个,4000", "爱心企业,矿泉水,瓶,240", "爱心企业,矿泉水,瓶,240")


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("books") / "home")


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[TestClient]:
    with serving(home) as client:
        client.headers["Authorization"] = f"Bearer {account_of(home, 0, scopes=tuple(Scope))}"
        yield client


@pytest.fixture(scope="module")
def mapping(server: TestClient) -> str:
    """The mapping that was proposed for the rows, confirmed."""
    answer = send(server, book(*ROWS))
    proposed = server.get(f"{answer.headers['location']}/mapping").json()
    assert proposed["name"] == "received.mapping.csv"
    return send_mapping(server, confirmed(proposed["csv"]))


@pytest.fixture(autouse=True)
def nothing_left(server: TestClient, home: Home) -> Iterator[None]:
    """No upload and no file of a job is there after a test."""
    yield
    assert list((home.path / "uploads").glob("*")) == []
    assert [each.name for each in server.app_state["work"].directory.iterdir()] == ["lock"]


def test_a_book_that_is_not_on_the_ledger(server: TestClient, mapping: str) -> None:
    answer = send(server, book(*ROWS), mapping=mapping)
    found = answer.json()
    assert answer.headers["location"] == f"/v1/books/{found['id']}"
    assert server.get(answer.headers["location"]).json() == found
    assert found["statuses"] == {"missing-on-chain": 3}
    assert found["actions"] == {"record": 3}
    assert found["mapping"] == mapping
    (sheet,) = found["sheets"]
    assert (sheet["kind"], sheet["date"], sheet["rows"], sheet["lines"]) == ("receipt", "2026-09-20", 5, 3)
    assert len(found["new_items"]) == 2
    lines = lines_of(server, answer)
    assert [(each["sheet"], each["row"], each["cell"]) for each in lines] == [
        ("received", 3, "D3"),
        ("received", 4, "D4"),
        ("received", 5, "D5"),
    ]
    assert lines[0]["text"]["en"].endswith("not on the ledger")
    assert lines[0]["text"]["zh"].endswith("账本上没有")
    assert lines[0]["form"]["goods"][0]["quantity"] == "4000"
    # The line that is there twice stays held, and a person is asked.
    assert [each["kept_held"] for each in lines] == [[], [], ["repeated"]]
    suspects = server.get(f"{answer.headers['location']}/suspects").json()
    assert [each["rule"] for each in suspects["suspects"]] == ["repeated"]
    assert [each["row"] for each in suspects["suspects"][0]["places"]] == [4, 5]


def test_it_is_what_an_import_would_do(
    server: TestClient, city: Home, home: Home, mapping: str, tmp_path: Path
) -> None:
    """Each form has the client id, donor and item of the document that the command would record."""
    sent = book(*ROWS)
    lines = lines_of(server, send(server, sent, mapping=mapping))
    (tmp_path / "received.csv").write_bytes(sent)
    proposed = server.get(f"{send(server, sent).headers['location']}/mapping").json()
    (tmp_path / "mapping.csv").write_bytes(confirmed(proposed["csv"]))
    copied = copy_of(city, tmp_path / "home")
    for file in home.path.glob("records.db*"):  # with the site's book salt
        shutil.copy(file, copied.path)
    with Ledger.open(copied) as ledger:
        plan = plan_import(
            ledger,
            read_book(tmp_path / "received.csv"),
            read_mapping(tmp_path / "mapping.csv"),
            SiteId(int(SITE)),
        )
        for told, planned in zip(lines, plan.lines, strict=True):
            attributes = plan.attributes(planned)
            assert told["form"]["client_id"] == f"0x{plan.client_id(planned).hex()}"
            assert told["form"]["donor"] == f"{attributes.source:040x}"
            assert told["form"]["goods"][0]["item"] == str(attributes.item)
            assert told["form"]["note"].endswith(f" {planned.line.cell}")
            assert told["kept_held"] == list(planned.kept)
            assert told["action"] == str(planned.action)


def test_what_is_recorded_is_found(server: TestClient, city: Home, tmp_path: Path) -> None:
    """The receipts of the city's own site are in the book's days, and told as it lacks them."""
    with Ledger.open(copy_of(city, tmp_path / "home")) as ledger:
        card = ledger.index().stock_card(SiteId(int(SITE)))
        receipt = next(each for each in card if each.document.kind in (2, 5) and each.movements)
        day = receipt.document.occurred_at
        named = book("样例慈善会,医用口罩,个,4000").decode().replace(TITLE, "无日期").encode()
        path = tmp_path / "received.csv"
        path.write_bytes(named)
        text = _day(day, ledger.deployment.offset)
        sheets = read_book(path, day=_date(text))
        expected = reconcile(ledger, sheets, read_mapping(_empty_mapping(tmp_path)), SiteId(int(SITE)))
    answer = send(server, named, date=text)
    lines = lines_of(server, answer)
    assert [each["status"] for each in lines] == [str(each.status) for each in expected]
    missing = [each for each in lines if each["status"] == "missing-in-book"]
    assert missing
    assert (missing[0]["sheet"], missing[0]["action"]) == (None, None)
    for told, found in zip(lines, expected, strict=True):
        by_command = comparison_to_dict(found, {})
        for name in ("recorded", "matched_by", "documents", "quantity", "item"):
            assert told[name] == by_command.get(name)
    assert lines_of(server, answer, status="missing-in-book") == missing


def _day(seconds: int, offset: int) -> str:
    from ledger_client.documents import moment_at

    return moment_at(seconds, offset).date().isoformat()


def _date(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def _empty_mapping(directory: Path) -> Path:
    from ledger_client.book import Mapping, write_mapping

    path = directory / "empty.csv"
    write_mapping(Mapping(()), path)
    return path


def test_the_same_file_is_the_same_answer(server: TestClient, mapping: str) -> None:
    first, second = (send(server, book(*ROWS), mapping=mapping) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    same = {**first.json(), "kept_until": second.json()["kept_until"]}
    assert second.json() == same
    assert lines_of(server, first) == lines_of(server, second)
    other = send(server, book(*ROWS), mapping=mapping, name="other.csv")
    assert other.headers["location"] != first.headers["location"]


def test_nothing_is_recorded(server: TestClient, home: Home, mapping: str) -> None:
    def state() -> list[bytes]:
        files = (home.outbox, home.path / "unsigned.db")
        return [each.read_bytes() for each in files if each.exists()]

    before, block = state(), server.get("/ready").json()["head"]
    assert send(server, book(*ROWS), mapping=mapping).status_code == 201
    assert (state(), server.get("/ready").json()["head"]) == (before, block)


def test_pages_and_filters(server: TestClient) -> None:
    answer = send(server, book(*(f"样例慈善会{n},医用口罩,个,{n}" for n in range(1, 8)), "谁,什么,个,0"))
    every = lines_of(server, answer)
    assert [each["number"] for each in every] == list(range(1, 9))
    found, after = [], 0
    while after is not None:
        page = server.get(f"{answer.headers['location']}/lines", params={"limit": 3, "after": after}).json()
        found += page["lines"]
        after = page["next_after"]
    assert found == every
    assert [each["row"] for each in lines_of(server, answer, status="unreadable")] == [10]
    assert lines_of(server, answer, action="record") == []
    assert len(lines_of(server, answer, action="not-recorded", limit=2)) == 2


def test_a_workbook_of_several_sheets(server: TestClient, mapping: str) -> None:
    head = (row(1, TITLE), row(2, *RECEIVED.split(",")))
    issued = (row(1, TITLE), row(2, *ISSUED.split(",")))
    content = workbook(
        "".join((*head, row(3, "样例慈善会", "医用口罩", "个", "<v>40</v>"))),
        "".join((*issued, row(3, "东城社区", "医用口罩", "个", "<v>15</v>"))),
    )
    answer = send(server, content, XLSX, name="both.xlsx", mapping=mapping)
    assert [each["kind"] for each in answer.json()["sheets"]] == ["receipt", "issue"]
    receipt, issue = lines_of(server, answer)
    assert (receipt["sheet"], issue["sheet"]) == ("页1", "页2")
    assert issue["form"]["lines"][0]["quantity"] == "15"
    assert issue["form"]["reason"] == reason_named("distribution").name
    assert answer.json()["new_consignees"] == ["东城社区"]


class TestFormulas:
    CELLS = ("=1+1", "+86 样例", "-2", "@样例", '=HYPERLINK("http://x")')

    def test_come_back_as_text(self, server: TestClient) -> None:
        quoted = ['"' + each.replace('"', '""') + '"' for each in self.CELLS]
        answer = send(server, book(*(f"{each},医用口罩,个,{n}" for n, each in enumerate(quoted, 1))))
        lines = lines_of(server, answer)
        assert [each["party"] for each in lines] == list(self.CELLS)
        assert all(each["formulas"] == ["party"] for each in lines)
        assert all(each["party"] in each["text"]["en"] for each in lines)

    def test_are_guarded_in_the_file_that_is_given_back(self, server: TestClient) -> None:
        answer = send(server, book(*(f'样例,"{each}",个,5' for each in ("=cmd|1", "@x"))))
        text = server.get(f"{answer.headers['location']}/mapping").json()["csv"]
        assert "\r\n'=cmd|1," in text
        assert "\r\n'@x," in text
        again = send(server, book('样例,"=cmd|1",个,5'), mapping=send_mapping(server, confirmed(text)))
        assert lines_of(server, again)[0]["item"] is not None

    def test_of_a_workbook_are_what_they_came_to(self, server: TestClient) -> None:
        formula = "<f>20+22</f><v>42</v>"
        content = workbook(
            "".join((row(1, TITLE), row(2, *RECEIVED.split(",")), row(3, "样例", "口罩", "个", formula)))
        )
        (line,) = lines_of(server, send(server, content, XLSX, name="f.xlsx"))
        assert line["quantity"] == "42"


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("КN95口罩厂", "U+041A CYRILLIC CAPITAL LETTER KA"),
        ("样例\u202e厂", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("样例\u2800厂", "U+2800"),
    ],
)
def test_characters_that_are_not_what_they_look_like_are_named(
    server: TestClient, cell: str, word: str
) -> None:
    (line,) = lines_of(server, send(server, book(f"{cell},口罩,个,5")))
    assert line["status"] == "unreadable"
    assert line["cell"] == "A3"
    assert word in line["text"]["en"]
    assert word in line["text"]["zh"]


class TestRights:
    @pytest.fixture
    def keys(self, home: Home) -> dict[str, dict[str, str]]:
        given = {
            "reads": account_of(home, int(SITE[:6])),
            "elsewhere": account_of(home, 420103, scopes=(Scope.READ, Scope.BOOKS)),
            "keeps books": account_of(home, int(SITE[:12]), scopes=(Scope.BOOKS,)),
        }
        return {name: {"Authorization": f"Bearer {key}"} for name, key in given.items()}

    def test_of_whoever_sends(self, server: TestClient, keys: dict[str, dict[str, str]]) -> None:
        def post(headers: dict[str, str]) -> Any:
            query = {"site": SITE, "name": "r.csv"}
            return server.post(
                "/v1/books", params=query, content=book(*ROWS), headers={**headers, "Content-Type": CSV}
            )

        assert_problem(post(keys["reads"]), 403, "not-allowed")
        assert_problem(post(keys["elsewhere"]), 403, "not-allowed", SITE)
        answer = post(keys["keeps books"])
        assert answer.status_code == 201
        for end in ("", "/lines", "/suspects", "/mapping"):
            address = answer.headers["location"] + end
            assert server.get(address, headers=keys["keeps books"]).status_code == 200
            assert_problem(server.get(address, headers=keys["elsewhere"]), 403, "not-allowed")
            assert_problem(server.get(address, headers=keys["reads"]), 403, "not-allowed")

    def test_before_anything_is_read(self, server: TestClient, keys: dict[str, dict[str, str]]) -> None:
        """A site that is not there is told to nobody else, and a book of nonsense is not looked at."""
        nowhere = f"{SITE[:12]}199"
        query = {"site": nowhere, "name": "r.csv"}

        def post(headers: dict[str, str], content: bytes) -> Any:
            headers = {**headers, "Content-Type": CSV}
            return server.post("/v1/books", params=query, content=content, headers=headers)

        assert_problem(post(keys["elsewhere"], b"\0"), 403, "not-allowed")
        assert_problem(post(keys["keeps books"], book(*ROWS)), 404, "site-unknown")


@pytest.mark.parametrize(
    "asked",
    [
        {"site": "420102001001"},
        {"site": "0" * 15},
        {"site": "x" * 65},
        {"name": ""},
        {"name": ".."},
        {"name": "a/b.csv"},
        {"name": "../../x"},
        {"name": "a\0b"},
        {"name": "a\nb"},
        {"name": "\u202ecsv.x"},
        {"name": "长" * 67},
        {"name": "a" * 201},
        {"date": "2026-02-30"},
        {"date": "20260920"},
        {"date": "２０２６-09-20"},
        {"year": 0},
        {"year": "x"},
        {"mapping": "x"},
        {"unknown": "1"},
    ],
)
def test_what_cannot_be_meant(server: TestClient, asked: dict[str, Any]) -> None:
    answer = send(server, book(*ROWS), **asked)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_mapping_that_is_not_here(server: TestClient) -> None:
    assert_problem(send(server, book(*ROWS), mapping="0" * 64), 404, "mapping-unknown", "/v1/books/mappings")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"goods,unit\n", "column specification is missing"),
        (b"a,b\n1\n", "is missing"),
        (b"\xff\xfe\x00", "neither a workbook nor text"),
    ],
)
def test_what_is_no_mapping(server: TestClient, content: bytes, words: str) -> None:
    answer = server.post("/v1/books/mappings", content=content, headers={"Content-Type": CSV})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "type_", "status", "problem"),
    [
        (b"", CSV, 422, "not-a-spreadsheet"),
        (b"no header\n", CSV, 422, "not-a-spreadsheet"),
        (b'{"a": 1}', CSV, 422, "not-a-spreadsheet"),
        (b"PK\x03\x04 and no more", XLSX, 422, "not-a-spreadsheet"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600,
            "application/vnd.ms-excel",
            422,
            "not-a-spreadsheet",
        ),
        (b"x", "application/pdf", 415, "media-type"),
        (b"x", "multipart/form-data; boundary=x", 415, "media-type"),
    ],
)
def test_what_is_no_book(server: TestClient, content: bytes, type_: str, status: int, problem: str) -> None:
    assert_problem(send(server, content, type_), status, problem)


def test_texts_are_in_both_languages_whoever_asks(server: TestClient) -> None:
    answers = [
        server.post(
            "/v1/books",
            params={"site": SITE, "name": "r.csv"},
            content=io.BytesIO(book(*ROWS)).read(),
            headers={"Content-Type": CSV, "Accept-Language": each},
        ).json()
        for each in ("zh", "en")
    ]
    assert {**answers[0], "kept_until": ""} == {**answers[1], "kept_until": ""}
