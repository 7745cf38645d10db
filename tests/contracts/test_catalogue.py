"""Catalogue: items and factors."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from world import CATEGORY, COUNTRY, PACK, PIECE, World, name_digest

from ledger_client.roles import Role

ITEM = 601_0203_00007
NAME = name_digest("an item")
SERIAL = 1 << 72
REGISTERED = 1 << 73


def item_word(category: int, shelf_life: int, unit: bytes, *, serial: bool) -> int:
    """An item word, packed by hand."""
    code = int.from_bytes(unit.ljust(3, b"\0"), "big")
    return category | shelf_life << 32 | code << 48 | (SERIAL if serial else 0) | REGISTERED


class TestConstructor:
    def test_keeps_the_directory(self, world: World, catalogue: Any) -> None:
        assert world.chain.ask(catalogue.directory()) == world.directory.address


class TestRegisterItem:
    def test_by_an_authority_below_the_country_is_refused(self, world: World, catalogue: Any) -> None:
        call = catalogue.registerItem(ITEM, CATEGORY, 0, b"C62", False, NAME)

        refusal = Refusal("DirectoryGrantMissing", (world.province.address, Role.AUTHORITY, COUNTRY, 0))
        assert world.chain.refusal(call, world.province) == refusal

    @pytest.mark.parametrize("item", [0, 99_999_999_999, 1_000_000_000_000, 2**64 - 1])
    def test_malformed_is_refused(self, world: World, catalogue: Any, item: int) -> None:
        call = catalogue.registerItem(item, CATEGORY, 0, b"C62", False, NAME)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueItemMalformed", (item,))

    def test_again_is_refused(self, world: World, catalogue: Any) -> None:
        call = catalogue.registerItem(PIECE, 0, 0, b"C62", False, NAME)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueItemExists", (PIECE,))

    @pytest.mark.parametrize("unit", [b"", b"C", b"c62", b"C\0C", b"C-2", b" 62", b"C6\x7f", b"@AA", b"[AA"])
    def test_of_a_malformed_unit_is_refused(self, world: World, catalogue: Any, unit: bytes) -> None:
        padded = unit.ljust(3, b"\0")
        call = catalogue.registerItem(ITEM, CATEGORY, 0, padded, False, NAME)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueUnitMalformed", (padded,))

    def test_without_name_is_refused(self, world: World, catalogue: Any) -> None:
        call = catalogue.registerItem(ITEM, CATEGORY, 0, b"C62", False, bytes(32))

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueNameMissing", ())

    @pytest.mark.parametrize(
        ("item", "category", "shelf_life", "unit", "serial"),
        [
            (ITEM, CATEGORY, 730, b"C62", False),
            (ITEM, 0, 0, b"PR", True),
            (ITEM, 0, 0, b"A9", False),
            (100_000_000_000, 2**32 - 1, 2**16 - 1, b"KGM", True),
            (999_999_999_999, 0, 1, b"Z09", False),
        ],
    )
    def test_succeeds(
        self,
        world: World,
        catalogue: Any,
        item: int,
        category: int,
        shelf_life: int,
        unit: bytes,
        serial: bool,
    ) -> None:
        padded = unit.ljust(3, b"\0")
        call = catalogue.registerItem(item, category, shelf_life, padded, serial, NAME)
        (event,) = world.chain.send(call, world.root)

        assert event.name == "ItemRegistered"
        assert event.fields == {
            "item": item,
            "authority": world.root.address,
            "qualificationCategory": category,
            "shelfLife": shelf_life,
            "unit": padded,
            "serial": serial,
            "nameDigest": NAME,
        }
        word = item_word(category, shelf_life, unit, serial=serial)
        assert world.chain.ask(catalogue.item(item)) == word
        assert world.chain.ask(catalogue.itemName(item)) == NAME

    def test_changes_no_other_item(self, world: World, catalogue: Any) -> None:
        world.chain.send(catalogue.registerItem(ITEM, 0, 0, b"C62", False, NAME), world.root)

        assert world.chain.ask(catalogue.item(PIECE)) == item_word(CATEGORY, 730, b"C62", serial=False)
        assert world.chain.ask(catalogue.item(ITEM + 1)) == 0


class TestSetFactor:
    @pytest.mark.parametrize("factor", [0, 2**63, 2**64 - 1])
    def test_of_nothing_or_too_much_is_refused(self, world: World, catalogue: Any, factor: int) -> None:
        call = catalogue.setFactor(PACK, PIECE, factor)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueFactorInvalid", (factor,))

    @pytest.mark.parametrize(("pack", "unit"), [(ITEM, PIECE), (PACK, ITEM)])
    def test_of_an_unknown_item_is_refused(self, world: World, catalogue: Any, pack: int, unit: int) -> None:
        call = catalogue.setFactor(pack, unit, 50)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueItemUnknown", (ITEM,))

    def test_of_an_item_and_itself_is_refused(self, world: World, catalogue: Any) -> None:
        call = catalogue.setFactor(PACK, PACK, 1)

        assert world.chain.refusal(call, world.root) == Refusal("CatalogueFactorItself", (PACK,))

    def test_twice_or_the_other_way_round_is_refused(self, world: World, catalogue: Any) -> None:
        world.chain.send(catalogue.setFactor(PACK, PIECE, 50), world.root)
        exists = Refusal("CatalogueFactorExists", (PACK, PIECE, 50))

        assert world.chain.refusal(catalogue.setFactor(PACK, PIECE, 50), world.root) == exists
        assert world.chain.refusal(catalogue.setFactor(PIECE, PACK, 2), world.root) == exists

    @pytest.mark.parametrize("factor", [1, 50, 2**63 - 1])
    def test_succeeds(self, world: World, catalogue: Any, factor: int) -> None:
        (event,) = world.chain.send(catalogue.setFactor(PACK, PIECE, factor), world.root)

        assert event.name == "FactorSet"
        assert event.fields == {
            "pack": PACK,
            "unit": PIECE,
            "authority": world.root.address,
            "factor": factor,
        }
        assert world.chain.ask(catalogue.factor(PACK, PIECE)) == factor
        assert world.chain.ask(catalogue.factor(PIECE, PACK)) == 0
