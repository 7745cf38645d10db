"""Files of an office that are cut, overwritten, exchanged or gone: a sentence says what to do, and no command
takes what is damaged for what is empty. What is not damaged still answers, as it did before."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from stricken import DATABASES, ISSUED, STOCKED, Answer, StrickenHome

from ledger_client.files import write_new_private
from ledger_client.home import Home
from ledger_client.records import RecordsKey

PAGE = 4096  # bytes
CHAIN, OUTBOX, RECORDS, INDEX = DATABASES
KEPT = (CHAIN, OUTBOX, RECORDS)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> StrickenHome:
    return StrickenHome.found(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def home(founded: StrickenHome, tmp_path: Path) -> StrickenHome:
    return founded.copied(tmp_path / "home")


def cut_to(size: int) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, size)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def without_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:100] = bytes(100)
    path.write_bytes(content)


def first_page_of_noise(path: Path) -> None:
    with_noise(path, 0)


def with_noise(path: Path, *pages: int) -> None:
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    path.write_bytes(content)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (text)")


def gone(path: Path) -> None:
    path.unlink()


DAMAGES = {
    "cut to nothing": cut_to(0),
    "cut in the header": cut_to(50),
    "cut to a page": cut_to(PAGE),
    "cut in half": cut_in_half,
    "header destroyed": without_header,
    "first page noise": first_page_of_noise,
    "a directory": a_directory,
    "another database": another_database,
    "gone": gone,
}
# An index that is not there, or has no tables, is filled again without a word: all of it follows.
REFILLED = {"cut to nothing", "another database", "gone"}


def refused(answer: Answer, *words: str) -> None:
    """See that a command could not check, says so in one sentence, and shows nothing."""
    assert answer.code == 3
    assert answer.out == ""
    assert answer.sentence
    assert "Traceback" not in answer.err and "should not have happened" not in answer.err
    for word in words:
        assert word in answer.sentence


def remedy(database: str, damage: str) -> str:
    if damage == "a directory" and database != CHAIN:
        return "check that it is there"
    return "index rebuild" if database == INDEX else "restore"


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("database", DATABASES)
def test_a_damaged_database_is_a_sentence(database: str, damage: str, home: StrickenHome) -> None:
    if database == INDEX and damage in REFILLED:
        DAMAGES[damage](home.path / database)
        assert home.held() == STOCKED - ISSUED
        return
    kept = {name: (home.path / name).read_bytes() for name in KEPT if name != database}
    DAMAGES[damage](home.path / database)
    named = Path(database).parts[0] if database == CHAIN else database
    for command in (home.read, home.write):
        refused(command(), named, remedy(database, damage))
    doctor = home.doctor()
    assert doctor.code != 0
    assert any(named in line and '"unknown"' in line for line in doctor.out.splitlines())
    chinese = {"restore": "恢复", "index rebuild": "重建", "check that it is there": "检查"}
    assert chinese[remedy(database, damage)] in home.run("stock", "on-hand", "0", language="zh").sentence
    # What was refused has changed nothing elsewhere.
    for name, content in kept.items():
        assert _rows(home.path / name) == _rows_of(content, home.path / "before")


def _rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def _rows_of(content: bytes, path: Path) -> list[str]:
    path.write_bytes(content)
    return _rows(path)


@pytest.mark.parametrize("database", DATABASES)
def test_noise_in_any_page_is_never_a_wrong_answer(database: str, home: StrickenHome) -> None:
    """What a command does not need may be damaged without stopping it; doctor reads all of it."""
    path = home.path / database
    whole = path.read_bytes()
    pages = len(whole) // PAGE
    read = home.read().out
    for page in sorted({pages // 5, pages // 2, pages * 4 // 5, pages - 1}):
        path.write_bytes(whole)
        with_noise(path, page)
        answer = home.read()
        if answer.code:
            refused(answer, Path(database).parts[0], remedy(database, "noise"))
        else:
            assert _holdings(answer) == _holdings(Answer(0, read, ""))
        found = [line for line in home.doctor().out.splitlines() if '"databases"' in line]
        assert len(found) == 1 and '"unknown"' in found[0] and database in found[0]


def _holdings(answer: Answer) -> str:
    """What is held, without the block up to which it holds."""
    return answer.out[answer.out.index('"holdings"') :]


@pytest.mark.parametrize("damage", ["cut in half", "header destroyed", "first page noise"])
def test_a_damaged_index_is_rebuilt_by_the_command_that_is_named(damage: str, home: StrickenHome) -> None:
    before = home.run("index", "digest").out
    DAMAGES[damage](home.path / INDEX)
    refused(home.run("index", "follow"), "index rebuild")
    assert home.run("index", "rebuild").code == 0
    assert home.run("index", "digest").out == before
    assert home.held() == STOCKED - ISSUED


@pytest.mark.parametrize("database", KEPT)
def test_a_backup_restores_it(database: str, home: StrickenHome) -> None:
    path = home.path / database
    shutil.copy(path, home.path / "backup")
    with_noise(path, 0)
    refused(home.write())
    shutil.move(home.path / "backup", path)
    assert home.write().code == 0
    assert home.held() == STOCKED - ISSUED - 1


def test_an_older_copy_of_the_chain_is_refused(home: StrickenHome) -> None:
    """Numbers and documents of the outbox would not fit a chain that has forgotten them."""
    older = home.path.parent / "older"
    shutil.copytree(home.path / "chain", older)
    assert home.write().code == 0
    newer = home.path.parent / "newer"
    shutil.move(home.path / "chain", newer)
    shutil.copytree(older, home.path / "chain")
    for command in (home.read, home.write):
        refused(command(), "older copy", "estore the newest copy")
    shutil.rmtree(home.path / "chain")
    shutil.move(newer, home.path / "chain")
    assert home.held() == STOCKED - ISSUED - 1


def test_an_older_copy_of_the_outbox_records_nothing_twice(home: StrickenHome) -> None:
    shutil.copy(home.path / OUTBOX, home.path.parent / "older")
    assert home.write().code == 0
    shutil.copy(home.path.parent / "older", home.path / OUTBOX)
    assert home.held() == STOCKED - ISSUED - 1
    assert home.write().code == 0
    assert home.held() == STOCKED - ISSUED - 2


def test_the_key_of_other_records(home: StrickenHome) -> None:
    key = home.path / "records.key"
    own = key.read_bytes()
    key.unlink()
    RecordsKey.create(key)
    for command in (home.read, home.write):
        refused(command(), "records.key", "made with another one")
    key.unlink()
    write_new_private(key, own[:16])
    refused(home.read(), "records.key", "Restore it from a copy")
    key.unlink()
    write_new_private(key, own)
    assert home.held() == STOCKED - ISSUED


@pytest.mark.parametrize("size", [0, 1, 200, 900])
def test_a_cut_deployment_record(size: int, home: StrickenHome) -> None:
    os.truncate(Home(home.path).deployment, size)
    for command in (home.read, home.write):
        refused(command(), "deployment.json", "copy it anew")
    doctor = home.doctor()
    assert doctor.code != 0 and "deployment.json" in doctor.out
