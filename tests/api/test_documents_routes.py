"""`GET /v1/documents` and `GET /v1/documents/{key}`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, serving, wait_for

from api.app import create_app
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.databases import open_database
from ledger_client.demo.cast import (
    CLINIC,
    EAST,
    EAST_GOVERNMENT,
    NORTH_HOUSEHOLDS,
    SITES,
    SOUND,
    SUPPLIERS,
    WEST_GOVERNMENT,
    id_of,
)
from ledger_client.digests import document_key
from ledger_client.documents import Kind
from ledger_client.home import Home
from ledger_client.index import Holding, IndexReader
from ledger_client.index.traces import TraceReader
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, unpack_lines
from ledger_client.records import Record, RecordId, RecordsKey, RecordStore
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Particulars
from ledger_client.words import NEVER
from ledger_client.writing import Party

DISPATCH = document_key(EAST_GOVERNMENT, id_of("dispatch"))
REVERSAL = document_key(EAST_GOVERNMENT, id_of("reversal"))
REVERSED = document_key(EAST_GOVERNMENT, id_of("issue 4 again"))
COUNT = document_key(NORTH_HOUSEHOLDS, id_of("count"))
UNKNOWN = "0" * 62


def address(key: int) -> str:
    return f"/v1/documents/{key:062x}"


def listed(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get("/v1/documents", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def all_pages(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    page = listed(client, **query)
    found = page["documents"]
    while page["next_after"] is not None:
        page = listed(client, after=page["next_after"], **query)
        found += page["documents"]
    return list(found)


class TestRefusals:
    def test_unknown_document(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/documents/{UNKNOWN}"), 404, "document-not-recorded", UNKNOWN)

    @pytest.mark.parametrize("key", ["1", "g" * 62, "0" * 61, "0" * 63, "0x" + "0" * 60, "０" * 61])
    def test_malformed_key(self, client: TestClient, key: str) -> None:
        assert_problem(client.get(f"/v1/documents/{key}"), 422, "id-form", "62")

    @pytest.mark.parametrize("key", ["%00", "а" * 62, "%E2%80%8B" * 3, "'; --"])
    def test_character_that_no_id_has(self, client: TestClient, key: str) -> None:
        assert_problem(client.get(f"/v1/documents/{key}"), 422, "character")

    def test_endless_key(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/documents/{'0' * 5_000}"), 422, "parameter-malformed")

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"place": "0", "limit": "0"},
            {"place": "0", "limit": "201"},
            {"place": "0", "after": "-1"},
            {"place": "0", "after": str(2**63)},
            {"place": "0", "order": "random"},
            {"place": "0", "kind": "issue"},
            {"place": "0" * 65},
        ],
    )
    def test_malformed_query(self, client: TestClient, query: dict[str, str]) -> None:
        assert_problem(client.get("/v1/documents", params=query), 422, "parameter-malformed")

    @pytest.mark.parametrize(
        ("place", "type_"), [("1", "division-form"), ("", "division-form"), ("\0", "character")]
    )
    def test_no_place(self, client: TestClient, place: str, type_: str) -> None:
        assert_problem(client.get("/v1/documents", params={"place": place}), 422, type_)

    def test_place_that_is_not_registered(self, client: TestClient) -> None:
        answer = client.get("/v1/documents", params={"place": "420102001001199"})
        assert_problem(answer, 404, "site-unknown")
        answer = client.get("/v1/documents", params={"place": "99"})
        assert_problem(answer, 404, "division-not-registered")


class TestPlaces:
    @pytest.mark.parametrize("order", ["newest", "oldest"])
    @pytest.mark.parametrize("limit", [1, 4, 200])
    def test_pages_make_up_the_documents_of_a_place(
        self, client: TestClient, index: IndexReader, order: str, limit: int
    ) -> None:
        for place in (0, 42, 420102, 420103001001, EAST_GOVERNMENT):
            within = [site for site in SITES if not place or str(site).startswith(str(place))]
            expected = {each.document.key for site in within for each in index.stock_card(site)}
            found = all_pages(client, place=place, order=order, limit=limit)
            numbers = [each["number"] for each in found]
            assert {int(each["key"], 16) for each in found} == expected
            assert numbers == sorted(numbers, reverse=order == "newest")

    def test_says_what_the_stock_card_says(self, client: TestClient) -> None:
        card = client.get(f"/v1/sites/{EAST_GOVERNMENT}/stock-card").json()["entries"]
        found = all_pages(client, place=EAST_GOVERNMENT, order="oldest")
        assert found == [each["document"] for each in card]

    def test_behind_the_last_is_an_empty_page(self, client: TestClient) -> None:
        page = listed(client, place=0, order="oldest", after=2**63 - 1)
        assert (page["documents"], page["next_after"]) == ([], None)
        page = listed(client, place=420102, order="newest", after=0)
        assert (page["documents"], page["next_after"]) == ([], None)

    def test_names_the_place(self, client: TestClient) -> None:
        page = listed(client, place=420102, limit=1)
        assert (page["place"], page["order"]) == ("420102", "newest")
        assert page["name"] == {"zh": "江岸区", "en": "Jiang'an District"}
        assert listed(client, place=0, limit=1)["name"] is None


class TestOne:
    def test_every_document_is_told_whole(self, client: TestClient, index: IndexReader, city: Home) -> None:
        engine = open_database(city.index)
        grants = TraceReader(engine).grants_keyed
        cards: dict[str, dict[int, tuple[int, int]]] = {}
        for site in SITES:
            for entry in index.stock_card(site):
                cards.setdefault(f"{entry.document.key:062x}", {})[site] = entry.sequence, entry.journal
        for shown in all_pages(client, place=0):
            document = index.document(int(shown["key"], 16))
            assert document is not None
            told = client.get(f"/v1/documents/{shown['key']}").json()["document"]
            assert {name: told[name] for name in shown} == shown
            assert told["digest"] == f"0x{document.digest.hex()}"
            assert told["content_digest"] == f"0x{document.content.hex()}"
            assert {
                int(each["site"]): (each["sequence"], int(each["journal"], 16)) for each in told["journals"]
            } == (cards[shown["key"]])
            kind = Kind(document.kind)
            lines = unpack_lines(kind, document.lines, source=document.from_, key=document.key)
            assert len(told["lines"]) == len(lines)
            signers = [
                (address, grants([key])[key])
                for address, key in (
                    (document.sender, document.sender_grant),
                    (document.other, document.other_grant),
                    (document.approver, document.approver_grant),
                )
                if address != ZERO_ADDRESS
            ]
            assert [(each["address"], each["division"]) for each in told["signers"]] == [
                (address, str(grant.division)) for address, grant in signers
            ]
        engine.dispose()

    def test_receipt(self, client: TestClient) -> None:
        receipts = [each for each in all_pages(client, place=0) if each["kind"] == "receipt"]
        told = client.get(f"/v1/documents/{receipts[-1]['key']}").json()["document"]
        assert told["source_name"] == dict(zip(("zh", "en"), SUPPLIERS[SOUND], strict=True))
        [line] = told["lines"]
        assert (line["quantity"], line["delivered"], line["rejected"]) == ("600", "600", "0")
        assert line["item_name"]["en"] == "Disposable gowns (piece)"
        assert (line["expected"], line["difference"], line["output"], line["is_missing"]) == (None,) * 4

    def test_count(self, client: TestClient) -> None:
        [line] = client.get(address(COUNT)).json()["document"]["lines"]
        assert int(line["difference"]) == int(line["quantity"]) - int(line["expected"]) != 0

    def test_exceptions_of_an_acceptance(self, client: TestClient) -> None:
        [acceptance] = [each for each in all_pages(client, place=0) if each["kind"] == "acceptance"]
        lines = client.get(f"/v1/documents/{acceptance['key']}").json()["document"]["lines"]
        assert lines
        assert all(each["is_missing"] and each["reason"] for each in lines)

    def test_reversal_and_what_it_reversed_name_each_other(self, client: TestClient) -> None:
        reversal = client.get(address(REVERSAL)).json()["document"]
        original = client.get(address(REVERSED)).json()["document"]
        assert original["reversed_by"] == {
            "key": f"{REVERSAL:062x}",
            "number": reversal["number"],
            "kind": "reversal",
        }
        assert reversal["reference"] == {"type": "reversed", "id": f"{REVERSED:062x}"}
        assert reversal["reversed_by"] is None

    def test_dispatch_stands_in_both_journals_and_has_a_deadline(self, client: TestClient) -> None:
        told = client.get(address(DISPATCH)).json()["document"]
        assert [each["site"] for each in told["journals"]] == [str(EAST_GOVERNMENT), str(WEST_GOVERNMENT)]
        assert [each["name"]["en"] for each in told["journals"]] == [
            SITES[EAST_GOVERNMENT][1],
            SITES[WEST_GOVERNMENT][1],
        ]
        assert told["deadline"] > told["recorded_at"]

    def test_key_in_either_case(self, client: TestClient) -> None:
        assert client.get(address(DISPATCH).upper().replace("/V1/DOCUMENTS", "/v1/documents")).json() == (
            client.get(address(DISPATCH)).json()
        )


@pytest.fixture(scope="module")
def written(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, TestClient]]:
    """A server whose records a test may change, for somebody who reads one district."""
    home = copy_of(city, tmp_path_factory.mktemp("bodies") / "home")
    key = account_of(home, 420103)
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        wait_for(lambda: client.get("/v1/documents?place=420103").status_code == 200)
        yield home, client


class TestRights:
    def test_the_other_side_reads_all_of_it(
        self, written: tuple[Home, TestClient], client: TestClient
    ) -> None:
        there, here = written[1].get(address(DISPATCH)), client.get(address(DISPATCH))
        assert there.json() == here.json()

    def test_what_names_none_of_its_sites_is_refused(self, written: tuple[Home, TestClient]) -> None:
        assert_problem(written[1].get(address(REVERSAL)), 403, "not-allowed")

    def test_an_unknown_key_is_told_to_readers_alone(self, written: tuple[Home, TestClient]) -> None:
        _, client = written
        assert_problem(client.get(f"/v1/documents/{UNKNOWN}"), 404, "document-not-recorded")
        public = client.get(f"/v1/documents/{UNKNOWN}", headers={"Authorization": ""})
        assert public.status_code == 401

    def test_the_public_hears_the_same_of_what_is_there_and_what_is_not(
        self, city: Home, tmp_path: Path
    ) -> None:
        with client_of(create_app(copy_of(city, tmp_path / "home"), UNLIMITED)) as public:
            wait_for(lambda: public.get("/v1/stock/totals/0").status_code == 200)
            answers = [public.get(each).json() for each in (address(DISPATCH), f"/v1/documents/{UNKNOWN}")]
        for each in answers:
            each.pop("instance")
        assert answers[0] == answers[1]


class TestBodies:
    def test_written_deleted_and_changed(self, city: Home, tmp_path: Path) -> None:
        """A body is told while it is the one on chain; one that is gone or another is never an error."""
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            told = client.get(address(DISPATCH)).json()
            assert told["body"] == {"state": "none", "digest": None, "content": None}

            key = issued_with(home, {"note": "to the 三楼 ward"})
            wait_for(lambda: client.get(address(key)).status_code == 200)
            told = client.get(address(key)).json()
            digest = told["body"]["digest"]
            assert told["body"] == {
                "state": "matches",
                "digest": digest,
                "content": {"note": "to the 三楼 ward"},
            }
            assert digest != f"0x{bytes(32).hex()}"

            with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
                id_ = RecordId("document", key)
                signer = KeystoreSigner.open(home.keys / "root.json", "")
                records.put(Record.new(id_, body={"note": "something else"}), signer)
                assert client.get(address(key)).json()["body"] == {
                    "state": "differs",
                    "digest": digest,
                    "content": None,
                }
                records.delete(id_)
            answer = client.get(address(key))
            assert answer.status_code == 200
            assert answer.json()["body"] == {"state": "deleted", "digest": digest, "content": None}
            assert answer.json()["document"] == told["document"]


def may_be_used(holding: Holding) -> bool:
    return holding.is_free and holding.attributes.use_until == NEVER


def issued_with(home: Home, body: dict[str, str]) -> int:
    """Record an issue of the east's government store with a body, and return its key."""
    keeper = Party(KeystoreSigner.open(home.keys / "keeper-east.json", ""), EAST)
    with Ledger.open(home) as ledger:
        held = next(each for each in ledger.index().on_hand(EAST_GOVERNMENT) if may_be_used(each))
        issue = ledger.stock.issue(
            EAST_GOVERNMENT,
            CLINIC,
            [Line(held.lot, 1)],
            keeper=keeper,
            particulars=Particulars(body=body),
        )
        ledger.write([issue])
        return issue.key
