from __future__ import annotations

import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from probe import CHAIN_ID, sign, sign_call, sign_creation

from ledger_client.embedded import ManualClock
from ledger_client.embedded._errors import ChainCorruptError, ChainDiskFullError, NoChainError
from ledger_client.embedded.chain import DATABASE_NAME, EmbeddedChain
from ledger_client.embedded.rpc import Rpc
from ledger_client.embedded.store import LogFilter, LogRow, PendingRow, Store, TransactionRow
from ledger_client.keccak import keccak


def limit_pages(store: Store, spare: int) -> None:
    """Let the database grow by `spare` pages and no more: what a full disk looks like to SQLite."""
    (pages,) = store._writer.execute("pragma page_count").fetchone()
    store._writer.execute(f"pragma max_page_count = {pages + spare}")


def free_pages(store: Store) -> None:
    store._writer.execute("pragma max_page_count = 1000000")


class TestReading:
    def test_sees_what_was_committed_though_another_thread_reads_since_before(
        self, chain: EmbeddedChain
    ) -> None:
        """Else a transaction that a block has taken is admitted a second time, and its sender stops."""
        store, begun = chain._store, threading.Event()

        def slow(number: int) -> int:
            begun.set()
            time.sleep(0.002)
            return number

        store._reader.create_function("slow", 1, slow)
        numbers = "with recursive n(x) as (select 1 union all select x + 1 from n where x < 200)"
        query = f"{numbers} select slow(x), (select count(*) from pending) from n"
        other = threading.Thread(target=store._rows, args=(query,))
        other.start()
        assert begun.wait(10)
        row = PendingRow(keccak(b"later"), b"\x01" * 20, 0, b"later")
        store.add_pending([row])
        seen = store.pending()
        other.join()
        assert seen == [row]

    def test_what_a_block_has_taken_waits_no_more(
        self, chain: EmbeddedChain, tmp_path: Path, clock: ManualClock
    ) -> None:
        chain.submit([sign(nonce=1)])
        (row,) = chain._store.pending()
        chain.seal()
        chain._store.add_pending([row])
        chain.close()
        chain = EmbeddedChain.open(tmp_path / "ledger", clock=clock)
        assert chain.pending() == []
        assert not chain.has_ready()
        chain.submit([sign(nonce=2)])
        assert chain.has_ready()
        chain.close()


class TestFullDisk:
    def test_a_transaction_that_finds_no_room_is_not_acknowledged(self, chain: EmbeddedChain) -> None:
        limit_pages(chain._store, 0)
        big = sign_call(1, "note", b"\x01" * 20_000, gas=1_000_000)
        with pytest.raises(ChainDiskFullError) as caught:
            chain.submit([big])
        assert caught.value.exit_code == 3
        assert "is full" in caught.value.text("en")
        assert DATABASE_NAME in caught.value.text("zh")
        assert chain.pending() == []
        assert chain._store.pending() == []
        free_pages(chain._store)
        assert chain.submit([big]) == [keccak(big)]

    def test_a_block_that_finds_no_room_leaves_its_transactions_waiting(
        self, chain: EmbeddedChain, tmp_path: Path, clock: ManualClock
    ) -> None:
        hashes = chain.submit([sign_call(1, "writeMany", 10, 40, gas=5_000_000), sign(nonce=2)])
        head = chain.reader.head()
        limit_pages(chain._store, 2)
        for _ in range(2):
            with pytest.raises(ChainDiskFullError):
                chain.seal()
            assert chain.reader.head() == head
            assert chain.pending() == hashes
        chain.close()
        chain = EmbeddedChain.open(tmp_path / "ledger", clock=clock)
        assert chain.pending() == hashes
        chain.seal()
        assert [transaction.hash for transaction in chain.reader.transactions(chain.reader.head())] == hashes
        before = chain._store.all_derived()
        chain.rebuild_derived()
        assert chain._store.all_derived() == before
        chain.close()


@pytest.fixture
def closed(tmp_path: Path, clock: ManualClock) -> Path:
    """The directory of a chain of ten blocks that nobody holds."""
    directory = tmp_path / "closed"
    chain = EmbeddedChain.create(directory, chain_id=CHAIN_ID, clock=clock)
    chain.submit([sign_creation(), *(sign_call(nonce, "write", nonce, nonce) for nonce in range(1, 30))])
    for _ in range(10):
        chain.seal(budget=0.002)
    chain.submit([sign(nonce=100)])
    chain.close()
    return directory


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def read_everything(directory: Path) -> object:
    """Read all that anybody can ask for, or raise."""
    chain = EmbeddedChain.open(directory, clock=ManualClock(2_000_000_000))
    try:
        derived = chain.reader.derive_all()
        assert chain._store.all_derived()
        answers = []
        rpc = Rpc(chain)
        for number in range(chain.reader.head().block_number + 1):
            request = {"id": 1, "method": "eth_getBlockByNumber", "params": [hex(number), True]}
            answer = rpc.answer(request)
            if "error" in answer:
                assert answer["error"]["data"]["error"] == "ChainCorruptError", answer
                raise ChainCorruptError(path=directory, detail="as answered")
            answers.append(answer)
        return derived, answers, chain.pending()
    finally:
        chain.close()


class TestDamage:
    def test_text_in_place_of_the_database(self, closed: Path) -> None:
        (closed / DATABASE_NAME).write_text("these are not the blocks" * 1000)
        before = contents(closed)
        with pytest.raises(ChainCorruptError) as caught:
            EmbeddedChain.open(closed)
        assert caught.value.exit_code == 3
        assert "restore it from a backup" in caught.value.text("en")
        assert contents(closed) == before

    def test_no_database_at_all(self, closed: Path) -> None:
        (closed / DATABASE_NAME).unlink()
        with pytest.raises(NoChainError):
            EmbeddedChain.open(closed)

    @pytest.mark.parametrize("part", [0.03, 0.3, 0.6, 0.9])
    def test_a_truncated_database(self, closed: Path, part: float) -> None:
        path = closed / DATABASE_NAME
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
        before = contents(closed)[DATABASE_NAME]
        with pytest.raises(ChainCorruptError):
            read_everything(closed)
        assert path.read_bytes()[:100] == before[:100]

    @pytest.mark.parametrize("key", ["length(key) = 32", "key = cast('v1:canonical_head_hash' as blob)"])
    def test_a_changed_value(self, closed: Path, key: str) -> None:
        with closing(sqlite3.connect(closed / DATABASE_NAME)) as connection, connection:
            connection.execute(f"update kv set value = zeroblob(length(value)) where {key}")
        with pytest.raises(ChainCorruptError):
            EmbeddedChain.open(closed)

    @pytest.mark.parametrize("key", ["length(key) = 32", "cast(key as text) like 'block-number-to-hash:%'"])
    def test_a_missing_value_is_found_when_it_is_read(self, closed: Path, key: str) -> None:
        with closing(sqlite3.connect(closed / DATABASE_NAME)) as connection, connection:
            keys = connection.execute(f"select key from kv where {key} order by key").fetchall()
        good = read_everything(closed)
        seen = set()
        for (missing,) in keys[:: max(1, len(keys) // 12)]:
            copy = closed.parent / f"copy-{missing.hex()}"
            shutil.copytree(closed, copy)
            with closing(sqlite3.connect(copy / DATABASE_NAME)) as connection, connection:
                connection.execute("delete from kv where key = ?", (missing,))
            seen.add(self._reads_the_same_or_says_so(copy, good))
        assert "damaged" in seen

    def test_flipped_bytes_never_give_a_traceback(self, closed: Path) -> None:
        good = read_everything(closed)
        rng = random.Random(17)
        path = closed / DATABASE_NAME
        whole = path.read_bytes()
        seen = []
        for _ in range(25):
            damaged = bytearray(whole)
            for _ in range(20):
                damaged[rng.randrange(100, len(damaged))] ^= 1 << rng.randrange(8)
            path.write_bytes(damaged)
            seen.append(self._reads_the_same_or_says_so(closed, good))
        assert "damaged" in seen

    def _reads_the_same_or_says_so(self, directory: Path, good: object) -> str:
        try:
            read = read_everything(directory)
        except ChainCorruptError:
            return "damaged"
        assert read == good
        return "the same"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


def a_log(block: int, position: int, address: int, *topics: int) -> LogRow:
    names = tuple(bytes([topic]) * 32 for topic in topics)
    return LogRow(block, position, 0, bytes(32), bytes([address]) * 20, names, b"")


LOGS = [
    a_log(1, 0, 1, 10, 20),
    a_log(1, 1, 2, 10),
    a_log(2, 0, 1, 11, 20, 30),
    a_log(2, 1, 1),
    a_log(3, 0, 2, 10, 21, 30, 40),
]


def topic(*values: int) -> tuple[bytes, ...]:
    return tuple(bytes([value]) * 32 for value in values)


class TestLogs:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (LogFilter(1, 3), [0, 1, 2, 3, 4]),
            (LogFilter(4, 9), []),
            (LogFilter(2, 2), [2, 3]),
            (LogFilter(1, 3, (bytes([1]) * 20,)), [0, 2, 3]),
            (LogFilter(1, 3, (bytes([1]) * 20, bytes([2]) * 20)), [0, 1, 2, 3, 4]),
            (LogFilter(1, 3, (bytes([9]) * 20,)), []),
            (LogFilter(1, 3, (), (topic(10),)), [0, 1, 4]),
            (LogFilter(1, 3, (), (topic(10, 11),)), [0, 1, 2, 4]),
            (LogFilter(1, 3, (), (topic(10), topic(20, 21))), [0, 4]),
            (LogFilter(1, 3, (), ((), topic(20))), [0, 2]),
            (LogFilter(1, 3, (), ((), (), topic(30))), [2, 4]),
            # A place that may hold anything must still be there.
            (LogFilter(1, 3, (), ((),)), [0, 1, 2, 4]),
            (LogFilter(1, 3, (), ((), (), (), ())), [4]),
            (LogFilter(2, 3, (bytes([2]) * 20,), (topic(10),)), [4]),
            (LogFilter(1, 1, (bytes([2]) * 20,), (topic(10),)), [1]),
        ],
    )
    def test_filter(self, store: Store, wanted: LogFilter, found: list[int]) -> None:
        store.add_block({}, [], LOGS)
        assert store.logs(wanted, 100) == [LOGS[place] for place in found]

    def test_limit(self, store: Store) -> None:
        store.add_block({}, [], LOGS)
        assert store.logs(LogFilter(1, 3), 2) == LOGS[:2]

    @pytest.mark.parametrize(
        "wanted",
        [
            LogFilter(1_000, 1_001, (bytes([1]) * 20,)),
            LogFilter(1_000, 1_001, (), (topic(10),)),
            LogFilter(1_000, 1_001, (bytes([1]) * 20,), ((), topic(20))),
            LogFilter(1_000, 1_000),
        ],
    )
    def test_cost_does_not_grow_with_history(self, store: Store, wanted: LogFilter) -> None:
        steps = []
        for blocks in (range(1, 2_000), range(2_000, 20_000)):
            store.add_block({}, [], [a_log(block, 0, 1, 10, 20) for block in blocks])
            counted = 0

            def count() -> int:
                nonlocal counted
                counted += 1
                return 0

            store._reader.set_progress_handler(count, 10)
            assert store.logs(wanted, 100)
            store._reader.set_progress_handler(None, 0)
            steps.append(counted)
        assert steps[1] <= steps[0] + 3


class TestBlockTransactions:
    def test_a_lost_row_is_damage(self, store: Store) -> None:
        row = TransactionRow(bytes(32), 1, 0, bytes(20), 21_000, 0)
        store.add_block({}, [row], [])
        assert store.block_transactions(1, [row.hash]) == [row]
        with pytest.raises(ChainCorruptError):
            store.block_transactions(2, [row.hash])
        with pytest.raises(ChainCorruptError):
            store.block_transactions(1, [b"\x01" * 32])
