"""One site's documents in an index against its journal on chain: where they part is named."""

from __future__ import annotations

from typing import Any

import pytest
from audited import World
from sqlalchemy import Engine, delete, select, update
from stock_history import SITES

from ledger_client.audit.site_journal import ChainWord, JournalDifference, RemadeJournals
from ledger_client.databases import writing
from ledger_client.errors import UnavailableError
from ledger_client.index.journals import JournalReader
from ledger_client.index.tables import MAPS_BY_NAME, SITE_ENTRIES
from ledger_client.slots import LEDGER, mapping_slot, slot_of

SITE = SITES[0]
SLOT = mapping_slot(SITE, slot_of(LEDGER, "_siteJournals"))
DOCUMENTS, ENTRIES = MAPS_BY_NAME["documents"].table, SITE_ENTRIES.table


def stored(world: World, block: int) -> int:
    [word] = world.chain.storage(LEDGER, [SLOT], block)
    return word


def newest(world: World) -> ChainWord:
    head = world.chain.head()
    return ChainWord(stored(world, head), head)


def difference(world: World, on_chain: ChainWord, kept: RemadeJournals | None = None) -> Any:
    journals = kept or RemadeJournals()
    with JournalReader(world.engine).one_state() as reader:
        return journals.difference(reader, SITE, on_chain, lambda block: stored(world, block))


def numbers(engine: Engine) -> list[int]:
    """Numbers of the site's documents, in the order of its journal."""
    query = select(ENTRIES.c.document).where(ENTRIES.c.site == SITE).order_by(ENTRIES.c.sequence)
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def change(world: World, sequence: int, **values: Any) -> None:
    with writing(world.engine) as connection:
        number = numbers(world.engine)[sequence - 1]
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.number == number).values(**values))


class TestWord:
    def test_is_what_the_chain_has_at_the_block_of_each_document(self, world: World) -> None:
        journals = RemadeJournals()
        with JournalReader(world.engine).one_state() as reader:
            documents = reader.history(SITE, limit=1_000)
            last_of_block = {each.block: sequence for sequence, each in enumerate(documents, start=1)}
            for block, sequence in last_of_block.items():
                assert journals.word(reader, SITE, sequence) == stored(world, block)
            assert len(last_of_block) > 5

    def test_of_nothing(self, world: World) -> None:
        with JournalReader(world.engine).one_state() as reader:
            assert RemadeJournals().word(reader, SITE, 0) == 0
            assert RemadeJournals().word(reader, SITE, len(numbers(world.engine)) + 1) is None

    def test_is_kept_for_a_while_and_no_longer(self, world: World) -> None:
        now = [0.0]
        journals = RemadeJournals(seconds=10, clock=lambda: now[0])
        assert difference(world, newest(world), journals) is None
        change(world, 2, reason=9)
        now[0] = 9.9
        assert difference(world, newest(world), journals) is None
        # What was built on it meanwhile is not believed for longer than it.
        now[0] = 10.1
        assert difference(world, newest(world), journals).sequence == 2


class TestDifference:
    def test_none(self, world: World) -> None:
        assert difference(world, newest(world)) is None

    @pytest.mark.parametrize("column", ["reason", "occurred_at", "reference", "verdict", "deadline"])
    def test_a_document_that_was_changed(self, world: World, column: str) -> None:
        before = numbers(world.engine)[2]
        raw = isinstance(MAPS_BY_NAME["documents"].table.c[column].type.python_type(), bytes)
        change(world, 3, **{column: b"\1" * 32 if raw else 7})
        found = difference(world, newest(world))
        assert isinstance(found, JournalDifference)
        assert (found.sequence, found.document.number) == (3, before)
        assert found.remade is not None

    def test_a_document_that_is_none(self, world: World) -> None:
        change(world, 4, kind=99)
        assert difference(world, newest(world)).sequence == 4

    def test_a_tail_that_the_index_lacks(self, world: World) -> None:
        count = len(numbers(world.engine))
        with writing(world.engine) as connection:
            connection.execute(delete(ENTRIES).where(ENTRIES.c.site == SITE, ENTRIES.c.sequence > count - 2))
        found = difference(world, newest(world))
        assert (found.sequence, found.document, found.remade) == (count - 1, None, None)

    def test_a_document_that_the_chain_lacks(self, world: World) -> None:
        """The word of a block before the last document, said to be that of now."""
        last = numbers(world.engine)[-1]
        with JournalReader(world.engine).one_state() as reader:
            block = reader.numbered([last])[last].block
        on_chain = ChainWord(stored(world, block - 1), world.chain.head())
        found = difference(world, on_chain)
        assert (found.sequence, found.document.number) == (on_chain.sequence + 1, last)
        # At its own block the document is only newer.
        assert difference(world, ChainWord(on_chain.word, block - 1)) is None

    def test_storage_that_was_changed_names_the_document_since_when(self, world: World) -> None:
        with JournalReader(world.engine).one_state() as reader:
            documents = reader.history(SITE, limit=1_000)
        ends = {each.block: sequence for sequence, each in enumerate(documents, start=1)}
        block = sorted(ends)[len(ends) // 2]
        world.chain.altered[LEDGER, SLOT] = (block, newest(world).word ^ 1 << 200)
        assert difference(world, newest(world)).sequence == ends[block]

    def test_a_node_without_old_states_leaves_open_since_when(self, world: World) -> None:
        head = world.chain.head()

        def gone(block: int) -> int:
            raise UnavailableError

        on_chain = ChainWord(newest(world).word ^ 1 << 200, head)
        with JournalReader(world.engine).one_state() as reader:
            found = RemadeJournals().difference(reader, SITE, on_chain, gone)
        assert found is not None
        assert found.sequence == 1

    def test_a_site_of_which_the_index_knows_nothing(self, world: World) -> None:
        on_chain = newest(world)
        with writing(world.engine) as connection:
            connection.execute(delete(ENTRIES).where(ENTRIES.c.site == SITE))
        found = difference(world, on_chain)
        assert (found.sequence, found.document) == (1, None)
