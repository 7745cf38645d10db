"""`GET /v1/sites/{site}/stock-card`."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, iso

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.characters import clean_name
from ledger_client.demo.cast import (
    CLINIC,
    EAST_GOVERNMENT,
    ITEMS,
    NORTH_HOUSEHOLDS,
    SITES,
    SOUND,
    WEST_GOVERNMENT,
    at,
)
from ledger_client.documents import Kind
from ledger_client.identifiers import ItemId
from ledger_client.index import CardEntry, IndexReader
from ledger_client.reasons import REASONS

CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card"


def document_of(entry: CardEntry) -> dict[str, Any]:
    """What the API must say of a document, but for its reference and verdict."""
    document = entry.document
    return {
        "key": document.key.to_bytes(31, "big").hex(),
        "number": document.number,
        "kind": Kind(document.kind).name.lower(),
        "occurred_at": iso(document.occurred_at),
        "is_day_only": document.is_day_only,
        "recorded_at": iso(document.recorded_at),
        "is_late": document.is_late,
        "from_site": str(document.from_site) if document.from_site else None,
        "to_site": str(document.to_site) if document.to_site else None,
        "source": document.from_.to_bytes(20, "big").hex() if document.kind == Kind.RECEIPT else None,
        "consignee": document.to.to_bytes(20, "big").hex() if document.kind == Kind.ISSUE else None,
        "reason": REASONS[document.reason].name if document.reason else None,
        "sender": document.sender,
        "other": None if document.other == ZERO_ADDRESS else document.other,
        "approver": None if document.approver == ZERO_ADDRESS else document.approver,
        "is_reversed": document.reversed_by > 0,
        "is_emergency": False,  # the city has none; `test_marks` has
        "block": document.block,
        "transaction": "0x" + document.transaction.hex(),
    }


def movements_of(entry: CardEntry) -> list[dict[str, Any]]:
    return [
        {
            "lot": moved.lot.to_bytes(20, "big").hex(),
            "item": str(moved.item),
            "item_name": {
                "zh": clean_name(ITEMS[ItemId(moved.item)][0]),
                "en": clean_name(ITEMS[ItemId(moved.item)][1]),
            },
            "unit": ITEMS[ItemId(moved.item)][2],
            "delta": str(moved.delta),
            "quantity": str(moved.quantity),
            "is_held_here": moved.is_held_here,
            "is_stale": False,
            "count_due": None,
        }
        for moved in entry.movements
    ]


class TestRefusals:
    def test_unknown_site(self, client: TestClient) -> None:
        answer = client.get("/v1/sites/420102001001199/stock-card")
        assert_problem(answer, 404, "site-unknown", "420102001001199", "not registered")

    @pytest.mark.parametrize(
        "site", ["1", "42010200100110", "420102001001901", "420102001001101x", "０", "-1"]
    )
    def test_malformed_site(self, client: TestClient, site: str) -> None:
        assert_problem(client.get(f"/v1/sites/{site}/stock-card"), 422, "code-form", site, "15 digits")

    @pytest.mark.parametrize("site", ["42010200100110А", "4201%00", "42010200100110%E2%80%8B1", "%27%3B--"])
    def test_character_that_no_code_has(self, client: TestClient, site: str) -> None:
        assert_problem(client.get(f"/v1/sites/{site}/stock-card"), 422, "character")

    def test_endless_site(self, client: TestClient) -> None:
        problem = assert_problem(
            client.get(f"/v1/sites/{'1' * 5_000}/stock-card"), 422, "parameter-malformed", "at most 64"
        )
        assert len(problem["errors"][0]["value"]) == 100

    @pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1.5", "1e3", "9" * 30])
    def test_limit_out_of_bounds(self, client: TestClient, limit: str) -> None:
        problem = assert_problem(client.get(CARD, params={"limit": limit}), 422, "parameter-malformed")
        assert [(each["parameter"], each["value"]) for each in problem["errors"]] == [("limit", limit)]

    @pytest.mark.parametrize("after", ["-1", str(2**63), str(2**256), "x"])
    def test_after_out_of_bounds(self, client: TestClient, after: str) -> None:
        problem = assert_problem(
            client.get(CARD, params={"after": after}), 422, "parameter-malformed", "after"
        )
        assert problem["errors"][0]["parameter"] == "after"

    @pytest.mark.parametrize(
        ("as_of", "type_"),
        [
            ("yesterday", "moment-form"),
            ("", "moment-form"),
            ("2026-13-01T00:00:00Z", "moment-form"),
            ("1790000000", "moment-form"),
            ("2026-09-05T00:00:00 08:00", "moment-form"),  # a + that was not written %2B
            ("2026-09-05", "time-without-zone"),
            ("2026-09-05T09:00:00", "time-without-zone"),
            ("1969-12-31T23:59:59Z", "time-range"),
            ("0001-01-01T00:00:00+08:00", "time-range"),
        ],
    )
    def test_as_of_that_is_no_time(self, client: TestClient, as_of: str, type_: str) -> None:
        assert_problem(client.get(CARD, params={"as_of": as_of}), 422, type_)

    def test_parameter_that_there_is_not(self, client: TestClient) -> None:
        problem = assert_problem(client.get(CARD, params={"as_off": "x"}), 422, "parameter-malformed")
        assert problem["errors"] == [
            {
                "parameter": "as_off",
                "value": "x",
                "detail": "there is no such parameter; see /openapi.json",
            }
        ]


class TestCard:
    @pytest.mark.parametrize("site", SITES)
    def test_says_all_that_the_index_says(self, client: TestClient, index: IndexReader, site: int) -> None:
        answer = client.get(f"/v1/sites/{site}/stock-card").json()
        expected = index.stock_card(site)

        assert answer["site"] == str(site)
        assert answer["name"] == dict(zip(("zh", "en"), SITES[site], strict=True))
        assert answer["as_of"] is None
        assert answer["next_after"] is None
        assert len(answer["entries"]) == len(expected) > 0
        for shown, entry in zip(answer["entries"], expected, strict=True):
            document = shown["document"]
            assert shown["sequence"] == entry.sequence
            assert shown["journal"] == entry.journal.to_bytes(32, "big").hex()
            assert shown["movements"] == movements_of(entry)
            assert {
                name: value for name, value in document.items() if name not in ("reference", "verdict")
            } == document_of(entry)
            assert (document["verdict"] is not None) == (document["kind"] == "receipt")

    def test_holds_up_to_the_head(self, client: TestClient, index: IndexReader) -> None:
        head = index.position()
        assert client.get(CARD).json()["block"] == {
            "number": head.number,
            "hash": "0x" + head.hash.hex(),
            "time": iso(head.time),
        }

    def test_receipts_show_the_verdict_of_their_day(self, client: TestClient) -> None:
        receipts = [
            entry["document"]
            for entry in client.get(CARD).json()["entries"]
            if entry["document"]["kind"] == "receipt"
        ]
        assert [each["verdict"] for each in receipts] == [
            {"status": "valid", "grade": "A"},
            {"status": "expired", "grade": "C"},
        ]
        assert receipts[0]["source"] == f"{SOUND:040x}"

    def test_reversal_names_what_it_reverses(self, client: TestClient) -> None:
        documents = [entry["document"] for entry in client.get(CARD).json()["entries"]]
        [reversal] = [each for each in documents if each["kind"] == "reversal"]
        [reversed_one] = [each for each in documents if each["is_reversed"]]
        assert reversal["reference"] == {"type": "reversed", "id": reversed_one["key"]}
        assert reversed_one["consignee"] == f"{CLINIC:040x}"

    def test_acceptance_and_settlement_name_the_consignment(self, client: TestClient) -> None:
        documents = {
            each["document"]["kind"]: each["document"]
            for each in client.get(f"/v1/sites/{WEST_GOVERNMENT}/stock-card").json()["entries"]
        }
        dispatch = {
            each["document"]["kind"]: each["document"] for each in client.get(CARD).json()["entries"]
        }["dispatch"]
        assert documents["acceptance"]["reference"] == {"type": "consignment", "id": dispatch["key"]}
        assert documents["settlement"]["reference"] == {"type": "consignment", "id": dispatch["key"]}

    def test_count_names_the_journal_word_counted_at(self, client: TestClient) -> None:
        entries = client.get(f"/v1/sites/{NORTH_HOUSEHOLDS}/stock-card").json()["entries"]
        place = next(i for i, each in enumerate(entries) if each["document"]["kind"] == "count")
        assert entries[place]["document"]["reference"] == {
            "type": "journal",
            "id": entries[place - 1]["journal"],
        }

    def test_late_issue_is_late_and_approved(self, client: TestClient) -> None:
        [late] = [
            each["document"] for each in client.get(CARD).json()["entries"] if each["document"]["is_late"]
        ]
        assert late["approver"] is not None


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 5, 200])
    def test_make_up_the_card(self, client: TestClient, limit: int) -> None:
        whole = client.get(CARD).json()["entries"]
        entries: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = client.get(CARD, params={"limit": limit, "after": after}).json()
            assert 0 < len(page["entries"]) <= limit
            entries += page["entries"]
            after = page["next_after"]
        assert entries == whole

    def test_after_the_end_is_an_empty_page(self, client: TestClient) -> None:
        page = client.get(CARD, params={"after": 2**63 - 1}).json()
        assert page["entries"] == []
        assert page["next_after"] is None


class TestAsOf:
    def test_shows_what_was_recorded_by_then(self, client: TestClient, index: IndexReader) -> None:
        moment = at(5)
        page = client.get(CARD, params={"as_of": iso(moment)}).json()
        assert page["as_of"] == iso(moment)
        assert [each["sequence"] for each in page["entries"]] == [
            each.sequence for each in index.stock_card(EAST_GOVERNMENT, moment)
        ]
        assert len(page["entries"]) < len(client.get(CARD).json()["entries"])

    def test_takes_any_distance_from_utc(self, client: TestClient) -> None:
        here = client.get(CARD, params={"as_of": "2026-09-06T09:00:00+08:00"}).json()
        assert here == client.get(CARD, params={"as_of": "2026-09-06T01:00:00Z"}).json()

    def test_before_the_first_document_is_empty(self, client: TestClient) -> None:
        assert client.get(CARD, params={"as_of": "1970-01-01T00:00:00Z"}).json()["entries"] == []
