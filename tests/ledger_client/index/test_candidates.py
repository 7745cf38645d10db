"""Which lots a label may be about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stock_history import ITEM, PACK, SITES, History, goods

from ledger_client.databases import open_database
from ledger_client.divisions import ROOT
from ledger_client.identifiers import batch_digest
from ledger_client.index import Follower
from ledger_client.index.candidates import CandidateReader
from ledger_client.lines import LotAttributes

ONE, TWO, *_ = SITES
DAY = 21_000
OLD = goods("ignored", expires=DAY)


def lot(printed: str, expires: int = 0, item: int = ITEM) -> LotAttributes:
    """Goods whose batch is digested as printed ones are."""
    return LotAttributes(item=item, source=OLD.source, batch=batch_digest(printed), expires=expires)


BOTH, BATCH_ONLY, EXPIRY_ONLY, NEITHER = lot("A", DAY), lot("A"), lot("", DAY), lot("")
OTHER_BATCH, OTHER_DAY, OTHER_ITEM = lot("B", DAY), lot("A", DAY + 1), lot("A", DAY, PACK)
USED_UP = lot("A", DAY + 2)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CandidateReader]:
    history = History()
    history.set_up()
    here = (NEITHER, EXPIRY_ONLY, BATCH_ONLY, BOTH, OTHER_BATCH, OTHER_DAY, OTHER_ITEM)
    history.open(ONE, [(each, 10) for each in sorted(here, key=lambda each: each.lot_id)])
    history.open(
        TWO, [(BOTH, 5), (USED_UP, 3)] if BOTH.lot_id < USED_UP.lot_id else [(USED_UP, 3), (BOTH, 5)]
    )
    history.issue(TWO, USED_UP.lot_id, 3)
    history.seal()
    engine = open_database(tmp_path_factory.mktemp("candidates") / "index.db")
    Follower(engine, history.chain).follow()
    yield CandidateReader(engine)
    engine.dispose()


def found(
    reader: CandidateReader, batch: str | None, expires: int | None, *places: int, limit: int = 50
) -> list[tuple[int, int]]:
    digest = None if batch is None else batch_digest(batch)
    candidates = reader.candidates(ITEM, digest, expires, places or (ROOT,), limit)
    return [(each.lot, each.quantity) for each in candidates]


def test_the_likeliest_first(reader: CandidateReader) -> None:
    lots = [lot for lot, _ in found(reader, "A", DAY)]
    assert lots == [each.lot_id for each in (BOTH, BATCH_ONLY, EXPIRY_ONLY, NEITHER)]


def test_without_a_batch_only_the_day_speaks_against_one(reader: CandidateReader) -> None:
    lots = {lot for lot, _ in found(reader, None, DAY)}
    assert lots == {each.lot_id for each in (BOTH, BATCH_ONLY, EXPIRY_ONLY, NEITHER, OTHER_BATCH)}


def test_a_bare_gtin_may_be_any_lot_of_the_item(reader: CandidateReader) -> None:
    lots = [lot for lot, _ in found(reader, None, None)]
    assert OTHER_ITEM.lot_id not in lots
    assert len(lots) == 7
    assert lots[-1] == USED_UP.lot_id  # what was, after what is there


def test_quantities_are_those_of_the_places(reader: CandidateReader) -> None:
    assert dict(found(reader, "A", DAY))[BOTH.lot_id] == 15
    assert found(reader, "A", DAY, TWO) == [(BOTH.lot_id, 5)]
    assert dict(found(reader, "A", DAY, ONE, TWO))[BOTH.lot_id] == 15
    assert found(reader, "A", DAY + 2, TWO) == [(USED_UP.lot_id, 0)]
    assert found(reader, "A", DAY, 420199) == []


def test_at_most_so_many(reader: CandidateReader) -> None:
    assert [lot for lot, _ in found(reader, "A", DAY, limit=2)] == [BOTH.lot_id, BATCH_ONLY.lot_id]
