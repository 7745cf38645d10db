"""What lots were made of, as an index tells it for drafts: each gives the very id of its lot."""

from __future__ import annotations

from pathlib import Path

from drafted import Drafting

from ledger_client.databases import open_database
from ledger_client.index import Follower, IndexReader
from ledger_client.index.chain_source import ChainSource


def test_of_all_lots_of_a_ledger_also_of_those_of_one_receipt_alone(
    drafting: Drafting, tmp_path: Path
) -> None:
    engine = open_database(tmp_path / "index.db")
    source = ChainSource(drafting.chain, drafting.deployment)
    Follower(engine, source, 0, first_block=drafting.deployment.first_block).follow()
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT lot, is_own FROM lots").all()
    lots = {int.from_bytes(lot, "big"): bool(is_own) for lot, is_own in rows}
    assert set(lots.values()) == {False, True}
    found = IndexReader(engine).lot_attributes([*lots, 5])
    assert [each.lot_id for each in found] == sorted(lots)
    assert [bool(each.own) for each in found] == [lots[each.lot_id] for each in found]
    engine.dispose()
