"""`GET /v1/search`: everything that a text may be, and nothing that the caller may not read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving, wait_for

from api.reading import Reading
from ledger_client.demo.cast import (
    BUREAU,
    CLINIC,
    EAST,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    MASKS,
    SITES,
    SOUND,
    SUPPLIERS,
    WEST_MERCHANT,
)
from ledger_client.errors import UnavailableError
from ledger_client.home import Home
from ledger_client.identifiers import supplier_id
from ledger_client.index import IndexReader
from ledger_client.ledger import Ledger
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.trade_items import TradeItem, trade_item_record
from ledger_client.writing import Party

SOUND_CODE = "91420100MA4KXMPL1B"
OTHER_DISTRICT = 420103


def search(client: TestClient, q: str, key: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else None
    answer = client.get("/v1/search", params={"q": q}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def found(client: TestClient, q: str, key: str | None = None) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["id"], each["by"]) for each in search(client, q, key)["results"]]


@pytest.fixture(scope="module")
def keys(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str, str]]:
    """A server, the key of a reader of the eastern district, and one of the western."""
    home = copy_of(city, tmp_path_factory.mktemp("readers") / "home")
    with serving(home) as client:
        yield client, account_of(home, EAST_DISTRICT), account_of(home, OTHER_DISTRICT)


class TestCodes:
    def test_supplier_by_its_code(self, client: TestClient) -> None:
        answer = search(client, "9142 0100 ma4kxmpl1b")
        zh, en = SUPPLIERS[SOUND]
        assert answer["q"] == "9142 0100 ma4kxmpl1b"
        assert answer["recognised"] == [{"form": "uscc", "value": SOUND_CODE}]
        assert answer["results"] == [
            {
                "kind": "supplier",
                "id": f"{SOUND:040x}",
                "label": {"zh": zh, "en": en},
                "by": "uscc",
                "address": f"/v1/suppliers/{SOUND:040x}",
            }
        ]
        assert (answer["is_more"], answer["is_complete"]) == (False, True)

    def test_code_that_nobody_registered(self, client: TestClient) -> None:
        answer = search(client, "91110000600037341L")
        assert [each["form"] for each in answer["recognised"]] == ["uscc"]
        assert answer["results"] == []

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            (str(EAST_GOVERNMENT), ("site", str(EAST_GOVERNMENT), "site")),
            (str(EAST_DISTRICT), ("division", str(EAST_DISTRICT), "division")),
            (str(EAST), ("division", str(EAST), "division")),
            ("0", ("division", "0", "division")),
            ("299010310001", ("item", "299010310001", "item")),
            (f"{SOUND:040x}", ("supplier", f"{SOUND:040x}", "beginning")),
            (f"{BUREAU:040X}"[:8], ("issuer", f"{BUREAU:040x}", "beginning")),
            (f"{CLINIC:040x}"[:9], ("consignee", f"{CLINIC:040x}", "beginning")),
            ("3", ("block", "3", "block_number")),
        ],
    )
    def test_each(self, client: TestClient, q: str, expected: tuple[str, str, str]) -> None:
        assert expected in found(client, q)
        for each in search(client, q)["results"]:
            if each["address"] is not None:
                assert client.get(each["address"]).status_code == 200

    def test_a_gtin_finds_its_item_once_somebody_has_said_which(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            answer = search(client, "6901234567892")
            assert answer["recognised"][0] == {"form": "gtin", "value": "06901234567892"}
            assert answer["results"] == []
            with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
                root = KeystoreSigner.open(home.keys / "root.json", "")
                records.put(trade_item_record(TradeItem("06901234567892", MASKS)), root)
            [result] = search(client, "6901234567892")["results"]
        assert (result["kind"], result["id"], result["by"]) == ("item", str(MASKS), "gtin")
        assert result["address"] == f"/v1/items/{MASKS}"

    def test_lots_documents_and_qualifications_by_their_beginnings(
        self, client: TestClient, index: IndexReader
    ) -> None:
        [qualification] = index.qualifications(SOUND)
        document = index.history(EAST_GOVERNMENT)[0]
        lot = index.on_hand(EAST_GOVERNMENT)[0].lot
        for digits in (8, 20, 40):
            assert ("lot", f"{lot:040x}", "beginning") in found(client, f"{lot:040x}"[:digits])
        for digits in (8, 62):
            key = f"{document.key:062x}"
            assert ("document", key, "beginning") in found(client, key[:digits])
        assert found(client, f"{qualification:040x}") == [
            ("qualification", f"{qualification:040x}", "beginning")
        ]
        [result] = search(client, f"{lot:040x}")["results"]
        assert result["label"] is not None  # its item's

    def test_transactions_and_blocks_by_their_hash(self, client: TestClient, index: IndexReader) -> None:
        document = index.history(EAST_GOVERNMENT)[2]
        hits = found(client, f"0x{document.transaction.hex()}")
        assert ("transaction", f"0x{document.transaction.hex()}", "hash") in hits
        assert ("document", f"{document.key:062x}", "hash") in hits
        head = index.position()
        assert found(client, head.hash.hex()) == [("block", str(head.number), "hash")]
        assert found(client, "ab" * 32) == []

    def test_qualifications_by_the_digest_of_their_certificate(
        self, client: TestClient, index: IndexReader
    ) -> None:
        [(number, record)] = index.qualifications(SOUND).items()
        assert found(client, f"0x{record.certificate.hex()}") == [("qualification", f"{number:040x}", "hash")]

    def test_a_block_that_the_index_has_not_read(self, client: TestClient, index: IndexReader) -> None:
        number = index.position().number
        assert ("block", str(number), "block_number") in found(client, str(number))
        assert found(client, str(number + 1)) == []

    def test_who_acts_by_its_address(self, client: TestClient, index: IndexReader) -> None:
        keeper = next(each for each in index.grants() if each.role == Role.KEEPER)
        for text in (keeper.holder, keeper.holder.lower()):
            assert found(client, text) == [("holder", keeper.holder, "address")]
        assert found(client, f"0x{'1' * 40}") == []

    def test_without_the_chain_says_that_something_may_be_missing(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def silent(*_: Any) -> None:
            raise UnavailableError()

        monkeypatch.setattr(Reading, "block_of_transaction", silent)
        answer = search(client, "ab" * 32)
        assert (answer["results"], answer["is_complete"]) == ([], False)


class TestNames:
    @pytest.mark.parametrize(
        "q",
        [
            "便民药房",
            "西城社区便民药房",
            "Community pharmacy",
            "PHARMACY west",
            "ｐｈａｒｍａｃｙ",
            "  pharmacy ",
        ],
    )
    def test_however_they_are_typed(self, client: TestClient, q: str) -> None:
        assert found(client, q) == [("site", str(WEST_MERCHANT), "name")]

    def test_whole_names_come_first(self, client: TestClient) -> None:
        hits = found(client, "武汉市")
        assert hits[0] == ("division", "4201", "name")
        assert found(client, "样例市卫生局") == [("issuer", f"{BUREAU:040x}", "name")]

    def test_a_thing_is_told_once(self, client: TestClient) -> None:
        hits = [(kind, id) for kind, id, _ in found(client, "样例")]
        assert len(hits) == len(set(hits)) > 5

    def test_what_was_registered_since(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client, Ledger.open(home) as ledger:
            assert found(client, "崭新供应商") == []
            root = Party(KeystoreSigner.open(home.keys / "root.json", ""), 0)
            new = supplier_id("uscc", "91110000600037341L")
            ledger.write([ledger.suppliers.register(new, zh="崭新供应商", en="Brand new", by=root)])
            wait_for(lambda: found(client, "brand new") == [("supplier", f"{new:040x}", "name")])
            assert found(client, "崭新") == [("supplier", f"{new:040x}", "name")]

    def test_a_deleted_name_finds_nothing_at_once(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            assert found(client, "便民药房") == [("site", str(WEST_MERCHANT), "name")]
            with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
                records.delete(RecordId("site", WEST_MERCHANT))
            assert found(client, "便民药房") == []
            [site] = search(client, str(WEST_MERCHANT))["results"]
            assert site["label"] is None

    def test_names_are_written_nowhere(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            assert found(client, "便民药房")
            for path in home.path.rglob("*"):
                if path.is_file():
                    assert "便民药房".encode() not in path.read_bytes(), path


class TestRights:
    @pytest.mark.parametrize("q", [*SITES, CLINIC, "lot", "document", "transaction", "holder"])
    def test_what_lies_elsewhere_is_not_told(
        self, keys: tuple[TestClient, str, str], index: IndexReader, q: Any
    ) -> None:
        client, east, west = keys
        document = index.history(EAST_GOVERNMENT)[0]
        text = {
            "lot": f"{index.on_hand(EAST_GOVERNMENT)[0].lot:040x}",
            "document": f"{document.key:062x}",
            "transaction": document.transaction.hex(),
            "holder": next(
                each.holder for each in index.grants() if (each.role, each.division) == (Role.KEEPER, EAST)
            ),
        }.get(q, f"{q:040x}" if q == CLINIC else str(q))
        is_west = text.startswith(str(OTHER_DISTRICT))
        assert bool(found(client, text, west)) is is_west
        assert bool(found(client, text, east)) is not is_west

    def test_not_by_name_either(self, keys: tuple[TestClient, str, str]) -> None:
        client, east, west = keys
        assert found(client, "便民药房", east) == []
        assert found(client, "便民药房", west) == [("site", str(WEST_MERCHANT), "name")]
        assert ("consignee", f"{CLINIC:040x}", "name") not in found(client, "样例东城", west)
        assert ("consignee", f"{CLINIC:040x}", "name") in found(client, "样例东城", east)
        assert ("division", str(EAST), "name") in found(client, "样例东城", west)  # a register


class TestOddTexts:
    @pytest.mark.parametrize(
        "q",
        [
            "%%",
            "_",
            "' OR '1'='1",
            "*",
            "\\",
            "\ufffd",
            "🧂",
            "..",
            "a/../b",
            "0x",
            "-",
            "٤",
            "９" * 200,
            "((",
            "[",
        ],
    )
    def test_find_nothing(self, client: TestClient, q: str) -> None:
        assert found(client, q) == []

    @pytest.mark.parametrize("q", ["", "x" * 201])
    def test_too_short_or_long(self, client: TestClient, q: str) -> None:
        assert_problem(client.get("/v1/search", params={"q": q}), 422, "parameter-malformed")

    @pytest.mark.parametrize("q", ["a\0", "\u200b", "Wuhаn", "\u202e4201", "\x7f"])
    def test_look_alikes_and_what_nobody_sees(self, client: TestClient, q: str) -> None:
        assert_problem(client.get("/v1/search", params={"q": q}), 422, "character")

    @pytest.mark.parametrize("address", ["", "?q=a&q=b&x=1", "?query=a", "?q=%ff%fe", "?q=%ED%A0%80", "?q=%"])
    def test_odd_addresses(self, client: TestClient, address: str) -> None:
        answer = client.get(f"/v1/search{address}")
        assert answer.status_code in (200, 422)
        json.loads(answer.text)
