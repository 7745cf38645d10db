"""The whole ledger against a model of it: random steps, right and wrong, through the real client.

After each step outcome and words are compared, now and then everything: storage, index, findings of an audit.

`SHECANG_MODEL_STEPS=5000 pytest tests/model -m slow` makes the long run longer than it is without;
`SHECANG_MODEL_SEED` chooses another one, `SHECANG_MODEL_EXAMPLES` lets hypothesis look at more stories,
which are then not the same ones each time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from model_audit import NEVER_FOUND
from model_cast import found
from model_choice import Drawn, Seeded
from model_played import Played
from model_state import HELD
from model_story import Story
from model_temptations import TEMPTATIONS

from ledger_client.audit import FindingKind
from ledger_client.documents import Kind

EXAMPLES = int(os.environ.get("SHECANG_MODEL_EXAMPLES", "0"))
STEPS = int(os.environ.get("SHECANG_MODEL_STEPS", "1500"))
SEED = int(os.environ.get("SHECANG_MODEL_SEED", "20270101"))
QUICK_STEPS = 30
EACH_AT_LEAST = 10


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with registers and no document, of which each story gets a copy."""
    path = tmp_path_factory.mktemp("model") / "home"
    found(path)
    return path


@contextmanager
def played(founded: Path) -> Iterator[Played]:
    with TemporaryDirectory() as directory:
        played = Played(founded, Path(directory) / "home")
        try:
            yield played
        finally:
            played.close()


def has_held(ledger: Played) -> bool:
    """Whether a receipt's goods are held in a lot of their own."""
    return any(lot.status & HELD for lot in ledger.state.lots.values())


def each_kind(story: Story) -> None:
    """Take steps until something of each kind stands."""
    for kind in Kind:
        assert any(story.right(kind) for _ in range(9)), f"nothing of {kind.name} was recorded"


def test_the_ledger_does_what_the_model_says(founded: Path) -> None:
    """A story of a fixed seed, the same one each time; a thing of each kind happens in it."""
    with played(founded) as ledger:
        story = Story(ledger, Seeded(SEED))
        story.begin()
        each_kind(story)
        assert any(story.right(Kind.RECEIPT) and has_held(ledger) for _ in range(20)), "nothing was held"
        ledger.compare()
        for temptation in dict.fromkeys(TEMPTATIONS):
            story.tempted(temptation)
        for _ in range(QUICK_STEPS):
            story.any()
        ledger.compare()
        assert min(ledger.recorded[kind] for kind in Kind) >= 1
        assert len(ledger.refused) >= 15 and ledger.sole >= 10


@pytest.mark.slow
def test_a_long_story(founded: Path) -> None:
    with played(founded) as ledger:
        story = Story(ledger, Seeded(SEED + 1))
        story.begin()
        began = time.monotonic()
        for step in range(STEPS):
            story.any()
            if step % 100 == 0:
                ledger.compare()
        ledger.compare()
        report(ledger, time.monotonic() - began)
        assert min(ledger.recorded[kind] for kind in Kind) >= min(EACH_AT_LEAST, STEPS // 100)
        assert len(ledger.refused) >= min(30, STEPS // 30)
        assert len(ledger.found) >= min(len(FindingKind) - len(NEVER_FOUND), STEPS // 50)
        assert not NEVER_FOUND & ledger.found.keys()


class LedgerMachine(RuleBasedStateMachine):
    """Stories that hypothesis tells, and makes shorter when one goes wrong."""

    founded: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.played = Played(self.founded, Path(self.directory.name) / "home")
        Story(self.played, Seeded(SEED)).begin()

    @rule(data=st.data(), kind=st.sampled_from(Kind))
    def right(self, data: st.DataObject, kind: Kind) -> None:
        Story(self.played, Drawn(data)).right(kind)

    @rule(data=st.data(), kind=st.sampled_from(Kind))
    def wrong(self, data: st.DataObject, kind: Kind) -> None:
        Story(self.played, Drawn(data)).wrong(kind)

    @rule(data=st.data())
    def tempted(self, data: st.DataObject) -> None:
        Story(self.played, Drawn(data)).tempted()

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        Story(self.played, Drawn(data)).again()

    @rule(data=st.data())
    def typed_in_twice(self, data: st.DataObject) -> None:
        Story(self.played, Drawn(data)).typed_in_twice()

    @rule(data=st.data())
    def elsewhere(self, data: st.DataObject) -> None:
        Story(self.played, Drawn(data)).elsewhere()

    def teardown(self) -> None:
        try:
            self.played.compare()
        finally:
            self.played.close()
            self.directory.cleanup()


def test_stories_that_hypothesis_tells(founded: Path) -> None:
    LedgerMachine.founded = founded
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=EXAMPLES or 3,
            stateful_step_count=60 if EXAMPLES else 15,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def report(ledger: Played, seconds: float) -> None:
    """Say what a long run did."""
    print(
        f"{ledger.steps} steps, {ledger.recorded.total()} documents, {ledger.resent} resent, {seconds:.0f} s"
    )
    print(f"{ledger.refused.total()} refusals, of which {ledger.sole} for one reason alone")
    print({kind.name: ledger.recorded[kind] for kind in Kind})
    print({str(kind): number for kind, number in ledger.found.most_common()})
    print({error.__name__: number for error, number in ledger.refused.most_common()})
