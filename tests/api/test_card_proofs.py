"""`GET /v1/sites/{site}/stock-card/proofs`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, serving, wait_for
from witnessed import THRESHOLD, WITNESSES, Witnessed, have_witnessed, put

from ledger_client.chain import Block, Chain
from ledger_client.checkpoints import Statement
from ledger_client.demo.cast import CLINIC, EAST, EAST_GOVERNMENT, MASK_LOT
from ledger_client.documents import Timestamp
from ledger_client.embedded import EmbeddedProvider
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Particulars
from ledger_client.writing import Party

CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card"


def proofs_of(client: TestClient, address: str = f"{CARD}/proofs") -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    # It asks the node, so that no tag may keep it.
    assert "etag" not in answer.headers
    found: dict[str, Any] = answer.json()
    return found


def spans(found: dict[str, Any]) -> list[tuple[int, int, str, str | None]]:
    return [(each["first"], each["last"], each["state"], each["vouched_by"]) for each in found["spans"]]


class TestWithoutWitnesses:
    def test_the_node_alone_says_so(self, client: TestClient) -> None:
        entries = client.get(CARD, params={"limit": 200}).json()["entries"]
        found = proofs_of(client)
        last = len(entries)
        assert (found["entries"], spans(found)) == (last, [(1, last, "matched", "node")])
        assert found["compared"]["journal"] == entries[-1]["journal"]
        assert found["compared"]["sequence"] == last
        assert found["compared"]["number"] == found["block"]["number"]
        assert (found["mismatch"], found["vouched"], found["trouble"]) == (None, None, None)
        assert "shecang trust accept" in found["vouching_trouble"]["en"]
        assert "信任文件" in found["vouching_trouble"]["zh"]
        assert found["is_other_chain"] is False
        assert found["name"]["en"] == "East Community government store"

    def test_a_block_that_is_not_final(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = client.get(CARD, params={"limit": 200}).json()["entries"]
        block = rows[-2]["document"]["block"]
        final = [each["sequence"] for each in rows if each["document"]["block"] <= block][-1]

        def at(chain: Chain) -> Block:
            return chain.block(block)

        monkeypatch.setattr(Chain, "final", at)
        found = proofs_of(client)
        assert found["compared"]["number"] == block
        assert spans(found) == [(1, final, "matched", "node"), (final + 1, len(rows), "pending", None)]

    def test_refusals(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/sites/420102001001199/stock-card/proofs"), 404, "site-unknown")
        assert_problem(client.get("/v1/sites/x/stock-card/proofs"), 422, "code-form")


@pytest.fixture(scope="module")
def witnessed(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Witnessed:
    return have_witnessed(copy_of(city, tmp_path_factory.mktemp("proofs") / "home"))


class TestWithWitnesses:
    @pytest.fixture
    def server(self, witnessed: Witnessed, tmp_path: Path) -> Iterator[tuple[Home, TestClient]]:
        home = copy_of(witnessed.home, tmp_path / "home")
        with serving(home) as client:
            yield home, client

    def test_they_vouch(self, server: tuple[Home, TestClient], witnessed: Witnessed) -> None:
        _, client = server
        found = proofs_of(client)
        assert spans(found) == [(1, found["entries"], "matched", "checkpoint")]
        vouched = found["vouched"]
        assert vouched["number"] == witnessed.statements[0].number
        assert vouched["hash"] == f"0x{witnessed.statements[0].block_hash.hex()}"
        assert (vouched["signers"], vouched["witnesses"]) == (len(WITNESSES), len(WITNESSES))
        assert vouched["threshold"] == THRESHOLD
        assert vouched["journal"] == found["compared"]["journal"]
        assert found["vouching_trouble"] is None

    def test_what_came_later_the_node_says(self, server: tuple[Home, TestClient]) -> None:
        home, client = server
        before = proofs_of(client)["entries"]
        with Ledger.open(home) as ledger:
            keeper = Party(KeystoreSigner.open(home.keys / "keeper-east.json", ""), EAST)
            now = Particulars(occurred_at=Timestamp(int(ledger.now())))
            lines = [Line(MASK_LOT.lot_id, 1)]
            issue = ledger.stock.issue(EAST_GOVERNMENT, CLINIC, lines, keeper=keeper, particulars=now)
            ledger.write([issue])
            wait_for(lambda: proofs_of(client)["entries"] > before)
            found = proofs_of(client)
        last = before + 1
        assert spans(found) == [(1, before, "matched", "checkpoint"), (last, last, "matched", "node")]

    def test_one_who_saw_another_chain(self, server: tuple[Home, TestClient], witnessed: Witnessed) -> None:
        home, client = server
        for each in home.checkpoints.glob("*.jsonl"):
            each.unlink()
        height = witnessed.statements[0].number
        other = [
            Statement(
                each.address, height, keccak(b"other"), keccak(b"state"), 0, witnessed.trust.genesis_hash
            )
            for each in WITNESSES[:THRESHOLD]
        ]
        signed = [one.signed(witnessed.trust, each) for one, each in zip(other, WITNESSES, strict=False)]
        put(home.checkpoints, *signed)
        found = proofs_of(client)
        assert found["is_other_chain"] is True
        assert "another chain" in found["vouching_trouble"]["en"]
        assert spans(found) == [(1, found["entries"], "matched", "node")]


def test_a_changed_index_is_named(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    with serving(home) as client:
        row = client.get(CARD).json()["entries"][2]
        with closing(sqlite3.connect(home.index)) as database, database:
            database.execute(
                "UPDATE documents SET reason = reason + 1 WHERE number = ?", (row["document"]["number"],)
            )
        found = proofs_of(client)
    assert spans(found) == [(1, 2, "matched", "node"), (3, found["entries"], "mismatch", None)]
    assert (found["mismatch"]["sequence"], found["mismatch"]["document"]) == (3, row["document"]["key"])
    assert row["document"]["key"] in found["mismatch"]["text"]["zh"]
    assert "shecang audit run" in found["mismatch"]["text"]["en"]


def test_a_node_that_is_away(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    away = tmp_path / "away"
    with EmbeddedProvider(home.chain) as holder:
        holder.is_connected()
        with serving(home) as client:
            holder.close()
            home.chain.rename(away)
            found = proofs_of(client)
            assert spans(found) == [(1, found["entries"], "not_checked", None)]
            assert found["compared"] is None
            assert found["trouble"]["en"]
            assert found["trouble"]["zh"]
            away.rename(home.chain)
