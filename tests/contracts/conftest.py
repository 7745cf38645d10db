"""A chain for contract tests, and a world on it: a city with its authorities, places, people and sources.

The chain is py-evm under Berlin rules. Its clock is its own: it starts in 2096, so that it never meets the
machine's, and goes on by one second a block unless a test travels. `world` is built once a session, and each
test gets it as it was built.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chain import Actor, Chain
from norms_world import NormsWorld, build_norms
from reallocation_world import Reallocating, build_reallocation
from stock import Stock
from stock_world import build_stock
from world import D, World, build_world

__all__ = ["Actor", "Chain", "D", "World"]


@pytest.fixture(scope="session")
def chain() -> Chain:
    """One chain for all contract tests."""
    return Chain()


@pytest.fixture(scope="session")
def built_world(chain: Chain) -> World:
    """The world as it was built; tests take `world`, which undoes what they did."""
    return build_world(chain)


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """The world, as it was built."""
    snapshot = built_world.chain.snapshot()
    yield built_world
    built_world.chain.revert(snapshot)


@pytest.fixture
def directory(world: World) -> Any:
    """The Directory of the world."""
    return world.directory.functions


@pytest.fixture
def registry(world: World) -> Any:
    """The SupplierRegistry of the world."""
    return world.registry.functions


@pytest.fixture
def catalogue(world: World) -> Any:
    """The Catalogue of the world."""
    return world.catalogue.functions


@pytest.fixture(scope="session")
def built_stock() -> Stock:
    """The stock ledger with its sites opened, on a chain of its own; tests take `stock`."""
    return build_stock()


@pytest.fixture
def stock(built_stock: Stock) -> Iterator[Stock]:
    """The stock ledger, as it was built."""
    snapshot = built_stock.chain.snapshot()
    yield built_stock
    built_stock.chain.revert(snapshot)


@pytest.fixture(scope="session")
def built_norms() -> NormsWorld:
    """The norms beside a stock ledger of their own; tests take `norms`."""
    return build_norms()


@pytest.fixture
def norms(built_norms: NormsWorld) -> Iterator[NormsWorld]:
    """The norms, as they were built: nothing is set."""
    with built_norms.chain.undone():
        yield built_norms


@pytest.fixture(scope="session")
def built_reallocation() -> Reallocating:
    """Reallocation beside norms and a stock ledger of their own; tests take `reallocation`."""
    return build_reallocation()


@pytest.fixture
def reallocation(built_reallocation: Reallocating) -> Iterator[Reallocating]:
    """Reallocation, as it was built: nothing is asked for."""
    with built_reallocation.undone():
        yield built_reallocation
