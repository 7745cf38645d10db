"""A receipt with a batch that was rejected altogether: the ledger has no lot of it, wherever it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from served import copy_of, serving

from ledger_client.demo.cast import CITY, EAST, EAST_GOVERNMENT, GOWN_LOT, MASKS, SOUND, at, id_of, on
from ledger_client.digests import document_key
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import batch_digest
from ledger_client.ledger import Ledger
from ledger_client.lines import LotAttributes
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party

REJECTED_LOT = LotAttributes(item=MASKS, source=SOUND, batch=batch_digest("G-9999"))
KEY = f"{document_key(EAST_GOVERNMENT, id_of('rejected receipt')):062x}"
DAMAGED = reason_named("damaged").code


@pytest.fixture(scope="module")
def client(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The city after a delivery of gowns, rejected in part, and of masks, rejected altogether."""
    home = copy_of(city, tmp_path_factory.mktemp("rejected") / "home")
    with Ledger.open(home, clock=ManualClock(at(20))) as ledger:
        [qualification] = ledger.index().qualifications(SOUND)
        ledger.write(
            [
                ledger.stock.receive(
                    EAST_GOVERNMENT,
                    SOUND,
                    [
                        Goods(GOWN_LOT, 30, rejected=10, reason=DAMAGED),
                        Goods(REJECTED_LOT, 0, rejected=7, reason=DAMAGED),
                    ],
                    keeper=Party(KeystoreSigner.open(home.keys / "keeper-east.json", ""), EAST),
                    supplier=Party(KeystoreSigner.open(home.keys / "sound-supplies.json", ""), CITY),
                    qualification=qualification,
                    held=False,
                    particulars=Particulars(client_id=id_of("rejected receipt"), occurred_at=on(20)),
                )
            ]
        )
        ledger.index()
    with serving(home) as served:
        yield served


def test_the_document_says_which_item_it_was(client: TestClient) -> None:
    answer = client.get(f"/v1/documents/{KEY}")
    assert answer.status_code == 200, answer.text
    rows = {
        row["lot"]: (row["item"], row["unit"], row["delivered"], row["rejected"], row["reason"])
        for row in answer.json()["document"]["lines"]
    }
    assert rows == {
        f"{GOWN_LOT.lot_id:040x}": (str(GOWN_LOT.item), "H87", "40", "10", "damaged"),
        f"{REJECTED_LOT.lot_id:040x}": (str(MASKS), "XBX", "7", "7", "damaged"),
    }


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents?place=0",
        f"/v1/documents?place={EAST_GOVERNMENT}&order=newest",
        f"/v1/sites/{EAST_GOVERNMENT}/stock-card",
        f"/v1/traces/documents/{KEY}",
        f"/v1/traces/suppliers/{SOUND:040x}",
        f"/v1/traces/lots/{GOWN_LOT.lot_id:040x}",
        f"/v1/epcis/events?place={EAST_GOVERNMENT}",
        f"/v1/exchange/movements?place={EAST_GOVERNMENT}&format=json",
        f"/v1/exchange/movements?place={EAST_GOVERNMENT}&format=csv",
        f"/v1/documents/events?place={EAST_GOVERNMENT}&after=0&wait=false",
        f"/v1/search?q={KEY}",
    ],
)
def test_whatever_names_it_answers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert KEY in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/stock/on-hand/{EAST_GOVERNMENT}",
        f"/v1/lots?place={EAST_GOVERNMENT}&item={MASKS}",
        f"/v1/exchange/stock?place={EAST_GOVERNMENT}&format=json",
    ],
)
def test_no_stock_comes_of_it(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert f"{REJECTED_LOT.lot_id:040x}" not in answer.text


@pytest.mark.parametrize("path", ["/v1/lots/{lot}", "/v1/traces/lots/{lot}"])
def test_the_lot_itself_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path.format(lot=f"{REJECTED_LOT.lot_id:040x}"))
    assert answer.status_code == 404, answer.text
