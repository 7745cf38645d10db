"""Plans that are kept: for good where they are submitted, bounded where they are offered, and whole."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ledger_client import kept_plans
from ledger_client.anchors import BlockId, KeptPlan, read_plan, written
from ledger_client.files import FileUnavailableError
from ledger_client.keccak import keccak
from ledger_client.kept_plans import PlanTooLargeError, keep_for_good, keep_offered, path_of
from ledger_client.matching import DISTRICT, City, Distances, propose

PLAN = KeptPlan.of(BlockId(1, keccak(b"1")), DISTRICT, Distances(), propose(City(1, [], []), DISTRICT))


def plan(number: int) -> KeptPlan:
    """Another plan for each number: of another block."""
    return replace(PLAN, block=BlockId(number, keccak(number.to_bytes(4, "big"))))


def anchor(number: int) -> bytes:
    return plan(number).parts.anchor


def nobody(_: Collection[bytes]) -> Collection[bytes]:
    """Nothing is recorded."""
    return ()


def naming(*numbers: int) -> Callable[[Collection[bytes]], Collection[bytes]]:
    """What of these is asked for is recorded."""
    return lambda asked: {anchor(each) for each in numbers} & set(asked)


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    return tmp_path / "plans"


def there(plans: Path) -> list[int]:
    """The numbers of the plans that are kept, each of them whole."""
    found = []
    for path in plans.iterdir():
        kept = read_plan(path)
        assert path == path_of(plans, kept.parts.anchor)
        found.append(kept.block.number)
    return sorted(found)


class TestOffered:
    def test_is_the_plan(self, plans: Path) -> None:
        path = keep_offered(plans, plan(1), "a", nobody)
        assert path.read_bytes() == written(plan(1))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(plans.stat().st_mode) == 0o700
        assert keep_offered(plans, plan(1), "a", nobody) == path
        assert there(plans) == [1]

    def test_each_account_has_its_last_ones(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 2)
        keep_offered(plans, plan(9), "other", nobody)
        for number in (1, 2, 3, 4):
            keep_offered(plans, plan(number), "a", nobody)
        assert there(plans) == [3, 4, 9]

    def test_made_again_it_is_new(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 2)
        for number in (1, 2, 1, 3):
            keep_offered(plans, plan(number), "a", nobody)
        assert there(plans) == [1, 3]

    def test_what_two_had_made_stays_for_either(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 1)
        keep_offered(plans, plan(1), "a", nobody)
        keep_offered(plans, plan(1), "b", nobody)
        keep_offered(plans, plan(2), "a", nobody)
        assert there(plans) == [1, 2]
        keep_offered(plans, plan(3), "b", nobody)
        assert there(plans) == [2, 3]
        keep_offered(plans, plan(2), "b", nobody)
        keep_offered(plans, plan(4), "b", nobody)
        assert there(plans) == [2, 4]

    def test_where_there_is_no_room_one_plan_of_two_is_one(
        self, plans: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 1)
        monkeypatch.setattr(kept_plans, "OFFERED", 2)
        for by, number in (("a", 1), ("b", 1), ("c", 2)):
            keep_offered(plans, plan(number), by, nobody)
        monkeypatch.setattr(kept_plans, "OFFERED", 3)
        keep_offered(plans, plan(3), "b", nobody)
        assert there(plans) == [1, 2, 3]

    def test_all_together(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept_plans, "OFFERED", 3)
        for number in range(1, 6):
            keep_offered(plans, plan(number), f"account {number}", nobody)
        assert there(plans) == [3, 4, 5]

    def test_their_bytes(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        size = len(written(plan(1)))
        monkeypatch.setattr(kept_plans, "OFFERED_BYTES", 2 * size)
        for number in (1, 2, 3):
            keep_offered(plans, plan(number), f"account {number}", nobody)
        assert there(plans) == [2, 3]
        monkeypatch.setattr(kept_plans, "OFFERED_BYTES", 0)
        keep_offered(plans, plan(4), "a", nobody)
        assert there(plans) == [4]

    def test_what_is_recorded_stays(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 1)
        keep_offered(plans, plan(1), "a", nobody)
        for number in (2, 3, 4):
            keep_offered(plans, plan(number), "a", naming(1))
        assert there(plans) == [1, 4]
        keep_offered(plans, plan(5), "a", nobody)
        assert there(plans) == [1, 5]

    def test_what_was_recorded_once_is_in_no_list(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It stays also where the index, made anew, does not know yet that it is recorded."""
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 2)
        keep_offered(plans, plan(1), "a", nobody)
        keep_offered(plans, plan(2), "a", naming(1))
        keep_offered(plans, plan(3), "a", nobody)
        keep_offered(plans, plan(4), "a", nobody)
        assert there(plans) == [1, 3, 4]

    def test_a_plan_that_nobody_would_look_through(
        self, plans: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept_plans, "READ_BYTES", len(written(plan(1))) - 1)
        with pytest.raises(PlanTooLargeError, match="make it with `shecang reallocate propose`"):
            keep_offered(plans, plan(1), "a", nobody)
        assert not plans.exists()
        monkeypatch.setattr(kept_plans, "READ_BYTES", len(written(plan(1))))
        keep_offered(plans, plan(1), "a", nobody)

    @pytest.mark.parametrize("content", [b"", b"{}", b"[[1,2,3]]", b'[["zz","a",1]]', b"\xff", b"[" * 99])
    def test_a_list_that_is_none_drops_nothing(
        self, plans: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
    ) -> None:
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 1)
        keep_offered(plans, plan(1), "a", nobody)
        (plans.parent / "plans-offered.json").write_bytes(content)
        keep_offered(plans, plan(2), "a", nobody)
        assert there(plans) == [1, 2]
        keep_offered(plans, plan(3), "a", nobody)
        assert there(plans) == [1, 3]

    def test_where_nothing_can_be_kept(self, plans: Path) -> None:
        plans.write_text("a file")
        with pytest.raises(FileUnavailableError):
            keep_offered(plans, plan(1), "a", nobody)


class TestForGood:
    def test_once(self, plans: Path) -> None:
        path = keep_for_good(plans, plan(1))
        before = path.stat().st_mtime_ns
        assert keep_for_good(plans, plan(1)) == path
        assert path.stat().st_mtime_ns == before
        assert there(plans) == [1]

    def test_it_is_never_dropped(self, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither what was submitted before it was offered, nor what was submitted after."""
        monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 1)
        keep_for_good(plans, plan(1))
        keep_offered(plans, plan(1), "a", nobody)
        keep_offered(plans, plan(2), "a", nobody)
        keep_for_good(plans, plan(2))
        for number in (3, 4):
            keep_offered(plans, plan(number), "a", nobody)
        assert there(plans) == [1, 2, 4]


class Dying:
    """Kills this process before or after the nth call of a function of the system."""

    def __init__(self, name: str, at: int, *, after: bool) -> None:
        self._call, self._left, self._after = getattr(os, name), at, after
        setattr(os, name, self)

    def __call__(self, *args: object, **named: object) -> object:
        self._left -= 1
        if not self._left and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return self._call(*args, **named)
        finally:
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


def killed(name: str, at: int, *, after: bool, work: Callable[[], object]) -> bool:
    """Do some work in a process that is killed; whether it was."""
    child = os.fork()
    if not child:
        try:
            Dying(name, at, after=after)
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["fsync", "link", "replace", "unlink"])
def test_killed_at_any_step(plans: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: bool) -> None:
    """Whatever stands is whole, nothing is forgotten, and whoever comes next removes what was begun."""
    monkeypatch.setattr(kept_plans, "PER_ACCOUNT", 2)
    keep_for_good(plans, plan(100))
    for number in (1, 2):
        keep_offered(plans, plan(number), "a", nobody)
    deaths = 0
    for step in range(1, 9):
        work = partial(keep_offered, plans, plan(10 + step), "a", nobody)
        if not killed(name, step, after=after, work=work):
            break
        deaths += 1
        whole = [path for path in plans.iterdir() if not path.name.startswith(".")]
        assert all(read_plan(path).parts.anchor.hex() == path.stem for path in whole)
        keep_offered(plans, plan(200 + step), "a", nobody)
        left = there(plans)  # nothing half made is among it
        assert {100, 200 + step} < set(left)
        assert len(left) == 3
        assert not list(plans.parent.glob(".plans*"))
    assert deaths > 0
