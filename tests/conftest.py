"""What all tests share: the real spreadsheets, a second chain, and that CI skips nothing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from anvil import find_anvil, running_anvil
from postgresql import new_database, running_postgresql

from api.collecting import look_seldom, settle

ROOT = Path(__file__).resolve().parent.parent
SLOW_WITHIN = 10_800  # seconds; a limit for hangs, like `timeout` of pyproject.toml for all others

# The width of whoever's terminal, which processes of xdist set too: commands write into a file here.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

# A job in the background ignores Ctrl-C, and so would every process that a test starts and ends so.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


# As a server does: the tests are objects enough, through which Python would look again and again.
look_seldom()


@pytest.fixture(scope="session")
def data_directory() -> Path:
    """The directory of the real spreadsheets, which are not part of the repository."""
    path = Path(os.environ.get("SHECANG_DATA", ROOT.parent / "shared/data"))
    if not path.is_dir():
        pytest.skip(f"the real spreadsheets are not in {path}: set SHECANG_DATA")
    return path


@pytest.fixture(scope="session")
def anvil_path() -> Path:
    """The executable of anvil."""
    path = find_anvil()
    if path is None:
        pytest.skip("anvil is not installed: scripts/test installs it")
    return path


@pytest.fixture(scope="session")
def anvil(anvil_path: Path) -> Iterator[str]:
    """The JSON-RPC URL of one anvil under Berlin rules, shared by all tests that ask for it."""
    with running_anvil(anvil_path) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of one PostgreSQL server, shared by all tests that ask for it."""
    with running_postgresql() as address:
        yield address


@pytest.fixture
def postgresql_database(postgresql: str) -> str:
    """The address of an empty database."""
    return new_database(postgresql)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give what takes minutes hours, before it counts as hanging; a limit of its own comes before."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_WITHIN))


def pytest_collection_finish() -> None:
    settle()


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


def _skips_fail() -> bool:
    return os.environ.get("CI") == "true"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI a skipped test is a failure: a green run must have run everything."""
    if _skips_fail() and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was skipped, above the closing line."""
    if _skips_fail() and _skipped(config):
        terminalreporter.section("skipped, which is a failure under CI=true", red=True)
        for report in _skipped(config):
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}")
