"""A whole story, audited."""

from __future__ import annotations

from pathlib import Path

import pytest
from audited import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="module")
def kept_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world whose tests put back what they change."""
    return World(tmp_path_factory.mktemp("audit"))
