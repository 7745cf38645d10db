"""What a question costs: how the database goes about it, which history must not make longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from stock_history import SITES, SUPPLIER, short_story

from ledger_client.databases import open_database
from ledger_client.index import Follower, IndexReader
from ledger_client.index.lookup import documents_beginning, documents_of_lot, lots_beginning
from ledger_client.index.receipts import ReceiptsOf
from ledger_client.index.register_pages import qualifications_page
from ledger_client.index.silent import SilentReader
from ledger_client.index.tables import metadata

ONE = SITES[0]
TIME = 1_780_000_000
HOLDER = "0x" + "11" * 20


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    history, _ = short_story()
    engine = open_database(tmp_path_factory.mktemp("index") / "index.db")
    Follower(engine, history.chain).follow()
    yield engine
    engine.dispose()


@contextmanager
def selects(engine: Engine) -> Iterator[list[str]]:
    """Collect the questions that SQLite is asked, whichever way they come, with their values in them."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    def listen(driver: Any, *_: Any) -> None:
        driver.set_trace_callback(note)

    event.listen(engine, "checkout", listen)
    try:
        yield asked
    finally:
        event.remove(engine, "checkout", listen)
        engine.dispose()  # with whatever still listens


def plan_of(engine: Engine, ask: Callable[[], Any]) -> list[str]:
    """Return the steps by which SQLite answers a question."""
    with selects(engine) as asked:
        ask()
    assert asked
    with engine.connect() as connection:
        return [
            row[3]
            for statement in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine: IndexReader(engine).stock_card(ONE, as_of=TIME, after=3),
        lambda engine: IndexReader(engine).on_hand(0, limit=5),
        lambda engine: IndexReader(engine).on_hand(420106, as_of=TIME, after=(ONE, 7), limit=5),
        lambda engine: IndexReader(engine).document(1),
        lambda engine: IndexReader(engine).lots(299),
        lambda engine: IndexReader(engine).consignments(420106),
        lambda engine: IndexReader(engine).supplier_verdict(SUPPLIER, 7, TIME),
        lambda engine: IndexReader(engine).grants(HOLDER),
        lambda engine: IndexReader(engine).items([1, 2]),
        lambda engine: IndexReader(engine).sites(420106),
        lambda engine: SilentReader(engine).silent(420106, 2 * TIME, (-1, -1), 5),
        lambda engine: lots_beginning(engine, "ab"),
        lambda engine: documents_beginning(engine, "ab"),
        lambda engine: documents_of_lot(engine, 5),
    ],
)
def test_no_question_goes_through_a_whole_table(engine: Engine, ask: Callable[[Engine], Any]) -> None:
    scans = [step for step in plan_of(engine, lambda: ask(engine)) if step.startswith("SCAN")]
    assert [
        step for step in scans if any(step.startswith(f"SCAN {table}") for table in metadata.tables)
    ] == []


def test_a_page_of_a_card_reads_the_movements_of_its_documents_alone(engine: Engine) -> None:
    steps = plan_of(engine, lambda: IndexReader(engine).stock_card(ONE, limit=2))
    assert [step for step in steps if "movements" in step] == [
        "SEARCH movements USING PRIMARY KEY (document=?)"
    ]


def test_what_is_on_hand_is_read_without_what_is_gone(engine: Engine) -> None:
    steps = plan_of(engine, lambda: IndexReader(engine).on_hand(ONE))
    assert any("balances USING INDEX balances_on_hand" in step for step in steps)


def test_what_was_on_hand_reads_what_moved_there_since(engine: Engine) -> None:
    steps = plan_of(engine, lambda: IndexReader(engine).on_hand(ONE, as_of=TIME))
    assert "SEARCH movements USING PRIMARY KEY (document=?)" in steps
    assert any(step.startswith("SEARCH site_entries USING PRIMARY KEY (site") for step in steps)


@pytest.mark.parametrize("ask", [lambda asked, index: asked.page(index, None, 5), ReceiptsOf.sums])
def test_receipts_are_found_by_whom_they_are_from(engine: Engine, ask: Callable[..., Any]) -> None:
    steps = plan_of(engine, lambda: ask(ReceiptsOf(SUPPLIER, [ONE]), IndexReader(engine)))
    assert any(step.startswith("SEARCH documents USING INDEX receipts_by_source (from=?") for step in steps)
    assert not any(step.startswith("SCAN documents") for step in steps)


def test_qualifications_are_found_by_their_certificate(engine: Engine) -> None:
    steps = plan_of(engine, lambda: qualifications_page(IndexReader(engine), None, 0, 9, bytes(32)))
    assert any("qualifications_by_certificate" in step for step in steps)


def test_the_plans_would_show_a_scan(engine: Engine) -> None:
    """So that the tests above can fail."""
    assert any(step.startswith("SCAN") for step in plan_of(engine, lambda: IndexReader(engine).items()))


def test_a_page_of_holdings_begins_where_it_begins(engine: Engine) -> None:
    """Not at the first lot of its site: the last page costs what the first one does."""
    steps = plan_of(engine, lambda: IndexReader(engine).on_hand(ONE, after=(ONE, 7), limit=5))
    assert "SEARCH balances USING INDEX balances_on_hand ((site,lot)>(?,?) AND site<?)" in steps
