"""`GET /v1/traces/shortages/…` and `…/differences/…`: who had signed, to each reader as far as it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from asking_city import Asking
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, iso
from several_readers import PUBLIC, Caller, several_readers

from api.access.rights import Rights, Scope
from api.schemas import lacks
from api.schemas.common import ItemLabel
from api.schemas.documents import Goods
from ledger_client.databases import open_database
from ledger_client.demo.cast import (
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    MASK_LOT,
    NORTH,
    NORTH_ENTERPRISE,
    NORTH_HOUSEHOLDS,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    id_of,
)
from ledger_client.digests import document_key
from ledger_client.index import IndexReader
from ledger_client.index.traces import TraceReader
from ledger_client.trace import Lack, trace_difference, trace_shortage

MASKS = f"{MASK_LOT.lot_id:040x}"
DISPATCH = document_key(EAST_GOVERNMENT, id_of("dispatch"))
COUNT = document_key(NORTH_HOUSEHOLDS, id_of("count"))
SHORTAGE, DIFFERENCE = f"shortages/{DISPATCH:062x}", f"differences/{COUNT:062x}"
BARE = {"kind", "from_site", "to_site", "delta", "is_last", "is_beyond"}
"""What of a custody beyond the caller's sites may be more than null."""


@pytest.fixture(scope="module")
def readers(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Caller]]:
    """Readers of the east, the west, and of one community of the east."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("lacks") / "home")
    with several_readers(home, EAST_DISTRICT, WEST_DISTRICT, NORTH) as found:
        yield found


def got(client: TestClient | Caller, address: str) -> dict[str, Any]:
    answer = client.get(f"/v1/traces/{address}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lacks_of(asking: Asking, key: int, *, is_count: bool) -> list[Lack]:
    engine = open_database(asking.home.index)
    reader = TraceReader(engine)
    document = reader.document(key)
    assert document is not None
    found = (trace_difference if is_count else trace_shortage)(reader, document)
    engine.dispose()
    return found


class TestWhole:
    """To whoever reads the whole country: what the commands say."""

    @pytest.mark.parametrize(("address", "key", "is_count"), [
        (SHORTAGE, DISPATCH, False), (DIFFERENCE, COUNT, True),
    ])  # fmt: skip
    def test_as_the_command(
        self, asked: TestClient, asking: Asking, address: str, key: int, is_count: bool
    ) -> None:
        told = got(asked, address)
        assert told["subject"] == ("difference" if is_count else "shortage")
        assert told["document"]["key"] == f"{key:062x}"
        [expected] = lacks_of(asking, key, is_count=is_count)
        [lack] = told["lacks"]
        assert (lack["lot"], int(lack["quantity"])) == (MASKS, expected.quantity)
        assert (int(lack["found"]), int(lack["lost"])) == (expected.found, expected.lost)
        assert expected.certified is not None
        assert lack["certified"] == f"{expected.certified.key:062x}"
        assert lack["is_certified"] is True
        assert lack["shown"] == f"{expected.shown.key:062x}"
        begin, end = expected.window
        assert (lack["window_from"], lack["window_until"]) == (iso(begin or 0), iso(end))
        assert [
            (each["document"]["key"], int(each["delta"]), each["is_certified"], each["is_last"])
            for each in lack["custody"]
        ] == [
            (f"{each.document.key:062x}", each.delta, each.is_certified, each is expected.last)
            for each in expected.custody
        ]
        assert [
            [(signer["address"], signer["role"]) for signer in each["document"]["signers"]]
            for each in lack["custody"]
        ] == [
            [(signer.address, signer.role and signer.role.name.lower()) for signer in each.signatures]
            for each in expected.custody
        ]
        assert lack["custody_total"] == len(expected.custody)
        assert lack["told_later"] == []
        assert not any(each["is_beyond"] for each in lack["custody"])

    def test_what_the_city_tells(self, asked: TestClient) -> None:
        [lack] = got(asked, SHORTAGE)["lacks"]
        assert (lack["quantity"], lack["found"], lack["lost"]) == ("20", "5", "15")
        assert [(each["kind"], each["delta"]) for each in lack["custody"]] == [
            ("opening", "1200"),
            ("hand_over", "-300"),
            ("dispatch", "-200"),
            ("acceptance", "-20"),
        ]
        assert (lack["item_name"]["en"], lack["unit"]) == ("Surgical masks (box)", "XBX")
        [lack] = got(asked, DIFFERENCE)["lacks"]
        assert (lack["quantity"], lack["found"], lack["lost"]) == ("6", "0", "0")
        assert [each["kind"] for each in lack["custody"]] == ["opening", "count"]

    def test_nothing_lacks(self, asked: TestClient, asking: Asking) -> None:
        assert got(asked, f"shortages/{asking.consignment:062x}")["lacks"] == []

    def test_of_many_the_last(self, asked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        [whole] = got(asked, SHORTAGE)["lacks"]
        monkeypatch.setattr(lacks, "MOST_CUSTODY", 2)
        [lack] = got(asked, SHORTAGE)["lacks"]
        assert lack["custody"] == whole["custody"][-2:]
        assert lack["custody_total"] == whole["custody_total"] == 4


class TestBeyond:
    """To whoever reads one side."""

    def test_what_was_told_later(self, asking: Asking, asked_index: IndexReader) -> None:
        """The city has no count that stands behind what was recorded meanwhile: the documents stand in."""
        [found] = lacks_of(asking, DISPATCH, is_count=False)
        lot = asked_index.lot(MASK_LOT.lot_id)
        assert lot is not None
        goods = Goods({MASK_LOT.lot_id: lot}, {lot.item: ItemLabel(None, "XBX")})
        for division, are_beyond in (
            (EAST_DISTRICT, [False] * 4),
            (WEST_DISTRICT, [True, True, False, False]),
        ):
            caller = Rights("a reader", (division,), frozenset(Scope))
            told = lacks.Lack.of(replace(found, told_later=found.custody), lacks.Beside(caller, goods, []))
            assert [each.is_beyond for each in told.told_later] == are_beyond
            assert [each.delta for each in told.told_later] == ["1200", "-300", "-200", "-20"]
            assert not any(each.is_last for each in told.told_later)

    def test_the_receiver_hears_quantities_of_what_the_sender_signed_alone(
        self, readers: dict[int, Caller], asked: TestClient
    ) -> None:
        [whole], [lack] = (got(each, SHORTAGE)["lacks"] for each in (asked, readers[WEST_DISTRICT]))
        assert [each["is_beyond"] for each in lack["custody"]] == [True, True, False, False]
        for seen, all_ in zip(lack["custody"], whole["custody"], strict=True):
            if seen["is_beyond"]:
                assert {name for name, value in seen.items() if value is not None} <= BARE
                assert [seen[name] for name in BARE - {"is_beyond"}] == [
                    all_[name] for name in BARE - {"is_beyond"}
                ]
            else:
                assert seen == all_
        # That somebody certified it is told, not who nor when.
        assert (lack["certified"], lack["is_certified"], lack["window_from"]) == (None, True, None)
        told = ("quantity", "shown", "window_until", "found", "lost", "custody_total")
        assert [lack[name] for name in told] == [whole[name] for name in told]

    def test_nothing_of_the_other_side_in_the_text(
        self, readers: dict[int, Caller], asked: TestClient
    ) -> None:
        [whole] = got(asked, SHORTAGE)["lacks"]
        text = readers[WEST_DISTRICT].get(f"/v1/traces/{SHORTAGE}").text
        opening, hand_over, *_ = (each["document"] for each in whole["custody"])
        for document in (opening, hand_over):
            for secret in ("key", "transaction", "recorded_at", "occurred_at"):
                assert document[secret] not in text
        # The keeper of the east signed the dispatch too; who approved the opening and who got goods did not.
        for address in (opening["approver"], hand_over["other"]):
            assert address not in text
        assert "East Community" not in text
        assert "North Gate" not in text

    def test_the_sender_reads_all_of_it(self, readers: dict[int, Caller], asked: TestClient) -> None:
        told, whole = got(readers[EAST_DISTRICT], SHORTAGE), got(asked, SHORTAGE)
        assert told["lacks"] == whole["lacks"]
        assert {code[:6] for code in told["site_names"]} == {"420102"}
        assert str(WEST_GOVERNMENT) in whole["site_names"]

    def test_neither_side_is_refused(self, readers: dict[int, Caller]) -> None:
        """Whoever reads the north got goods of that lot, and may not read the consignment."""
        assert str(NORTH_ENTERPRISE).startswith(str(NORTH))
        assert_problem(readers[NORTH].get(f"/v1/traces/{SHORTAGE}"), 403, "not-allowed")
        assert_problem(readers[WEST_DISTRICT].get(f"/v1/traces/{DIFFERENCE}"), 403, "not-allowed")
        assert got(readers[NORTH], DIFFERENCE) == got(readers[EAST_DISTRICT], DIFFERENCE)
        for address in (SHORTAGE, DIFFERENCE):
            assert_problem(readers[PUBLIC].get(f"/v1/traces/{address}"), 401, "not-signed-in")

    def test_of_another_kind_is_told_to_its_readers_alone(
        self, readers: dict[int, Caller], asked: TestClient
    ) -> None:
        count, dispatch = f"shortages/{COUNT:062x}", f"differences/{DISPATCH:062x}"
        assert_problem(asked.get(f"/v1/traces/{count}"), 422, "no-consignment", "of kind count")
        assert_problem(asked.get(f"/v1/traces/{dispatch}"), 422, "no-count", "of kind dispatch")
        assert_problem(readers[WEST_DISTRICT].get(f"/v1/traces/{count}"), 403, "not-allowed")
        assert_problem(readers[NORTH].get(f"/v1/traces/{dispatch}"), 403, "not-allowed")


class TestBadInput:
    @pytest.mark.parametrize(
        ("kind", "type_"),
        [("shortages", "consignment-not-recorded"), ("differences", "document-not-recorded")],
    )
    def test_unknown(self, asked: TestClient, readers: dict[int, Caller], kind: str, type_: str) -> None:
        for client in (asked, readers[NORTH]):
            assert_problem(client.get(f"/v1/traces/{kind}/{'0' * 62}"), 404, type_, "0" * 62)
        assert_problem(readers[PUBLIC].get(f"/v1/traces/{kind}/{'0' * 62}"), 401, "not-signed-in")

    @pytest.mark.parametrize("kind", ["shortages", "differences"])
    @pytest.mark.parametrize("id_", ["1", "g" * 62, "0" * 63, "%00", "%ED%A0%80", "٣" * 62, "0" * 61 + "%0a"])
    def test_malformed(self, asked: TestClient, kind: str, id_: str) -> None:
        assert asked.get(f"/v1/traces/{kind}/{id_}").status_code == 422
