"""Following: the same tables however the chain is cut, after a crash, and when blocks are replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from stock_history import SITES, Chain, History, goods, random_documents, short_story

from ledger_client.databases import open_database, writing
from ledger_client.events import Log
from ledger_client.fold import JournalGapError
from ledger_client.index import (
    BlockStamp,
    ChainUnsteadyError,
    FinalBlockReplacedError,
    Follower,
    IndexOtherChainError,
    IndexReader,
    IndexSchemaError,
    dump,
    dump_digest,
    rebuild,
)
from ledger_client.index.tables import DERIVED, MAPS, metadata, undo

FINAL_DEPTH = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind; what is compared with it lies in SQLite."""
    server = request.param == "postgresql"
    location = request.getfixturevalue("postgresql_database") if server else tmp_path / "index.db"
    engine = open_database(location)
    yield engine
    engine.dispose()


def fresh(path: Path, chain: Any, **options: Any) -> str:
    """Return the digest of an index that was filled from nothing."""
    engine = open_database(path)
    Follower(engine, chain, **options).follow()
    return dump_digest(engine)


class Wrapped:
    """A chain whose answers a test may change."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.dropped: set[tuple[int, int]] = set()

    def head(self) -> int:
        return self.chain.head()

    def block(self, number: int) -> BlockStamp | None:
        return self.chain.block(number)

    def logs(self, first: int, last: int) -> Sequence[Log]:
        logs = self.chain.logs(first, last)
        return [log for log in logs if (log.place.block, log.place.index) not in self.dropped]


class TestRefusals:
    def test_another_chain(self, engine: Engine) -> None:
        history, _ = short_story()
        Follower(engine, history.chain).follow()
        other = History(Chain(salt=b"other"))
        with pytest.raises(IndexOtherChainError):
            Follower(engine, other.chain)

    def test_another_version_of_the_tables(self, engine: Engine) -> None:
        history, _ = short_story()
        Follower(engine, history.chain).follow()
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(IndexSchemaError, match=r"9999.*rebuild"):
            Follower(engine, history.chain)
        rebuild(engine, history.chain)
        Follower(engine, history.chain)

    def test_dropped_range_stops_and_keeps_what_lies_before(self, engine: Engine, tmp_path: Path) -> None:
        history, seen = short_story()
        chain = Wrapped(history.chain)
        block = next(b for b, logs in enumerate(history.chain.by_block) if _holds(logs, seen["gain"]))
        chain.dropped = {(block, 0)}
        with pytest.raises(JournalGapError) as caught:
            Follower(engine, chain).follow()
        assert caught.value.document == f"{seen['dispatch'].key:062x}"
        # What was read before the bad block is there, and following again gives the same answer.
        position = IndexReader(engine).position().number
        assert position == caught.value.block - 1
        with pytest.raises(JournalGapError):
            Follower(engine, chain).follow()
        chain.dropped = set()
        with pytest.raises(JournalGapError):
            Follower(engine, chain).follow()
        rebuild(engine, chain)
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_final_block_replaced(self, engine: Engine) -> None:
        history, _ = short_story()
        follower = Follower(engine, history.chain, final_depth=3)
        follower.follow()
        before = dump_digest(engine)
        history.chain.cut(history.chain.head() - 6)
        history.chain.salt = b"fork"
        history.seal()
        with pytest.raises(FinalBlockReplacedError):
            follower.follow()
        assert dump_digest(engine) == before

    def test_chain_that_never_stands_still(self, engine: Engine) -> None:
        history, _ = short_story()

        class Unsteady(Wrapped):
            calls = 0

            def block(self, number: int) -> BlockStamp | None:
                self.calls += 1
                found = super().block(number)
                if found is None or number == 0:
                    return found
                return BlockStamp(number, self.calls.to_bytes(32, "big"), found.time)

        with pytest.raises(ChainUnsteadyError):
            Follower(engine, Unsteady(history.chain)).follow()


def _holds(logs: Sequence[Log], document: Any) -> bool:
    return any(len(log.topics) == 4 and log.topics[1] == document.key.to_bytes(32, "big") for log in logs)


class TestFollow:
    @pytest.mark.parametrize("depth", [0, 7, 1_000])
    @pytest.mark.parametrize("blocks", [1, 3, 10, 2_000])
    def test_tables_do_not_depend_on_batches(self, tmp_path: Path, depth: int, blocks: int) -> None:
        history, _ = short_story()
        plain = fresh(tmp_path / "plain.db", history.chain)
        cut = fresh(tmp_path / "cut.db", history.chain, final_depth=depth, blocks_a_batch=blocks)
        assert cut == plain

    def test_resumes_after_every_block(self, engine: Engine, tmp_path: Path) -> None:
        history, _ = short_story()
        for height in range(history.chain.head() + 1):
            position = Follower(engine, history.chain, FINAL_DEPTH).follow(height)
            assert position is not None
            assert position.number == height
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_following_again_changes_nothing(self, engine: Engine) -> None:
        history, _ = short_story()
        follower = Follower(engine, history.chain)
        follower.follow()
        before = dump_digest(engine)
        assert follower.follow() == follower.position
        assert dump_digest(engine) == before

    def test_crash_in_the_middle_of_a_batch(
        self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        history, _ = short_story()
        follower = Follower(engine, history.chain, blocks_a_batch=10)
        follower.follow(9)
        from ledger_client.index import follower as module

        def crash(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(module.Follower, "_store_cursor", crash)
            with pytest.raises(KeyboardInterrupt):
                follower.follow()
        # The same follower and a new one both go on from the last whole batch.
        assert IndexReader(engine).position().number == 9
        follower.follow(20)
        Follower(engine, history.chain).follow()
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_first_block(self, engine: Engine, tmp_path: Path) -> None:
        history, _ = short_story()
        Follower(engine, history.chain, first_block=1).follow()
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_dump_names_every_derived_table_with_rows(self, engine: Engine) -> None:
        history, _ = short_story()
        Follower(engine, history.chain).follow()
        names = [line.split('"')[1] for line in dump(engine)]
        order = [spec.name for spec in DERIVED]
        assert names == sorted(names, key=order.index)
        stock = {
            "documents",
            "movements",
            "site_entries",
            "lot_entries",
            "balances",
            "totals",
            "consignments",
            "lots",
        }
        assert stock <= set(names)


class TestRollBack:
    @pytest.mark.parametrize("back", [1, 2, 5, 12, 30])
    @pytest.mark.parametrize("blocks", [1, 4, 2_000])
    def test_index_equals_a_fresh_one(self, tmp_path: Path, back: int, blocks: int) -> None:
        history, _ = short_story()
        engine = open_database(tmp_path / "index.db")
        follower = Follower(engine, history.chain, FINAL_DEPTH, blocks)
        follower.follow()
        height = history.chain.head() - back
        history.chain.cut(height)
        follower.follow()
        assert IndexReader(engine).position().number == height
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_another_history_takes_over(self, tmp_path: Path) -> None:
        """Blocks are replaced by others with other documents, again and again."""
        base = History()
        base.set_up()
        base.open(SITES[0], [(goods("a"), 5_000)])
        for site in SITES[1:]:
            base.open(site)
        base.seal()
        random_documents(base, 30, seed=1)
        engine = open_database(tmp_path / "index.db")
        follower = Follower(engine, base.chain, FINAL_DEPTH, 5)
        follower.follow()
        kept = base.chain.head() - 4
        journals, held = _state_at(base, kept)
        for fork in range(4):
            base.chain.cut(kept)
            base.chain.salt = bytes([fork])
            base.journals.clear()
            base.journals.update(journals)
            base.held.clear()
            base.held.update(held)
            random_documents(base, 12 + 5 * fork, seed=10 + fork)
            follower.follow()
            assert dump_digest(engine) == fresh(tmp_path / f"fresh{fork}.db", base.chain)

    def test_a_block_without_documents_is_replaced(self, tmp_path: Path) -> None:
        history, _ = short_story()
        history.seal()
        engine = open_database(tmp_path / "index.db")
        follower = Follower(engine, history.chain, FINAL_DEPTH)
        follower.follow()
        history.chain.cut(history.chain.head() - 1)
        history.chain.salt = b"fork"
        history.seal()
        history.seal()
        follower.follow()
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", history.chain)

    def test_undo_is_kept_for_blocks_that_are_not_final_alone(self, tmp_path: Path) -> None:
        history, _ = short_story()
        engine = open_database(tmp_path / "index.db")
        Follower(engine, history.chain, final_depth=5, blocks_a_batch=3).follow()
        with engine.connect() as connection:
            numbers = connection.scalars(select(undo.c.number)).all()
        assert numbers
        assert min(numbers) > history.chain.head() - 5


def _state_at(history: History, height: int) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """Return journals and quantities of a history after a block, by folding it."""
    from ledger_client.events import decode_event
    from ledger_client.fold import fold_event, memory_state

    state: Any = memory_state()
    for log in history.chain.logs(0, height):
        fold_event(state, decode_event(log))
    held = {(site, int.from_bytes(lot, "big")): word for (site, lot), word in state.balances.items()}
    return dict(state.site_journals), held


class TestTables:
    def test_every_table_is_declared_as_one_of_two_classes(self) -> None:
        derived = {spec.name for spec in DERIVED}
        assert derived | {"cursor", "blocks", "undo"} == set(metadata.tables)

    def test_maps_are_those_of_the_state(self) -> None:
        from ledger_client.fold import MAP_NAMES

        assert tuple(spec.name for spec in MAPS) == MAP_NAMES


class TestTwoFollowersOfOneIndex:
    def test_one_goes_on_from_where_the_other_is(self, engine: Engine, tmp_path: Path) -> None:
        history, _ = short_story()
        chain = history.chain
        first, second = Follower(engine, chain), Follower(engine, chain)
        middle = chain.head() // 2

        first.follow(middle)
        second.follow(middle + 1)
        first.follow()
        second.follow()

        assert first.position == second.position == chain.block(chain.head())
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", chain)

    def test_both_may_roll_back(self, engine: Engine, tmp_path: Path) -> None:
        history, _ = short_story()
        chain = Wrapped(history.chain)
        first = Follower(engine, chain, FINAL_DEPTH)
        second = Follower(engine, chain, FINAL_DEPTH)
        first.follow()
        second.follow()
        history.chain.cut(history.chain.head() - 2)

        first.follow()
        second.follow()

        assert first.position == second.position
        assert dump_digest(engine) == fresh(tmp_path / "fresh.db", chain, final_depth=FINAL_DEPTH)
