"""The three ways against each other: whatever is changed in one of them is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from audited import AuditedChain, World
from sqlalchemy import and_, delete, inspect, select, true, update
from stock_history import PACK, SITES, History, short_story

from ledger_client.audit import (
    AuditBlockReplacedError,
    FindingKind,
    Severity,
    _allocation_slots,
    _slots,
    _untold,
    audit,
)
from ledger_client.databases import open_database, writing
from ledger_client.documents import Kind
from ledger_client.events import FIXED_FORMS, FactorSet, Log
from ledger_client.index import Follower, IndexEmptyError
from ledger_client.index.tables import DERIVED, WORKING, metadata
from ledger_client.lines import Line
from ledger_client.node import NodeFailedError
from ledger_client.slots import NORMS, REALLOCATION, layout, mapping_slot, slot_of
from ledger_client.words import pack_reference

ONE, TWO, THREE, DISPOSAL = SITES
LEDGER = "StockLedger"


class TestRefusals:
    def test_empty_index(self, tmp_path: Path) -> None:
        engine = open_database(tmp_path / "index.db")
        metadata.create_all(engine)
        history, _ = short_story()
        with pytest.raises(IndexEmptyError):
            audit(engine, AuditedChain(history.chain))

    def test_index_on_a_replaced_block(self, world: World) -> None:
        world.history.chain.cut(world.history.chain.head() - 2)
        world.history.seal(5)
        world.history.seal(5)
        with pytest.raises(AuditBlockReplacedError):
            world.audit()

    @pytest.mark.parametrize("is_gap", [False, True])
    def test_block_that_is_replaced_meanwhile(self, world: World, is_gap: bool) -> None:
        """Events of two chains do not fit each other, and that is nobody's lie."""

        class Unsteady(AuditedChain):
            def logs(self, first: int, last: int) -> Sequence[Log]:
                found = super().logs(first, last)
                world.history.chain.cut(world.history.chain.head() - 1)
                world.history.seal(5)
                return found

        unsteady = Unsteady(world.history.chain)
        if is_gap:
            unsteady.dropped = {_block_of(world, world.seen["gain"])}
        with pytest.raises(AuditBlockReplacedError):
            audit(world.engine, unsteady)


class TestAgreement:
    def test_whole_story_agrees(self, world: World) -> None:
        report = world.audit()
        assert report.divergences == ()
        assert report.agreed
        assert report.first_document == 0
        assert (report.documents, report.sites) == (len(world.history.recorded), len(SITES))

    def test_same_report_twice(self, world: World) -> None:
        assert world.audit().to_dict() == world.audit().to_dict()

    def test_while_another_process_reads_on(self, tmp_path: Path) -> None:
        """The index grows between two looks at it: the report is about one block all the same."""
        history, _ = short_story()
        engine = open_database(tmp_path / "index.db")
        other = Follower(open_database(tmp_path / "index.db"), history.chain)
        other.follow(until=6)

        class Busy(AuditedChain):
            def logs(self, first: int, last: int) -> Sequence[Log]:
                other.follow()
                return super().logs(first, last)

        report = audit(engine, Busy(history.chain))
        assert (report.at.number, report.divergences) == (6, ())
        assert other.position is not None
        assert other.position.number > 6


class TestIndexAltered:
    """Threat 8: the database is edited."""

    @pytest.mark.parametrize(
        ("table", "column"), [(spec.name, field.name) for spec in DERIVED for field in spec.fields]
    )
    def test_every_column_of_every_derived_table(self, kept_world: World, table: str, column: str) -> None:
        spec = next(spec for spec in DERIVED if spec.name == table)
        columns = spec.table.c
        with kept_world.engine.connect() as connection:
            row = connection.execute(select(spec.table).limit(1)).one()._mapping
        where = [columns[field.name] == row[field.name] for field in spec.fields]
        with writing(kept_world.engine) as connection:
            changed = connection.execute(
                update(spec.table).where(*where).values({column: _other(row[column])})
            )
            assert changed.rowcount == 1
        altered = {**row, column: _other(row[column])}
        try:
            report = kept_world.audit()
        finally:
            with writing(kept_world.engine) as connection:
                back = [columns[field.name] == altered[field.name] for field in spec.fields]
                connection.execute(update(spec.table).where(*back).values({column: row[column]}))
        assert not report.agreed
        assert {d.table for d in report.divergences} == {table}
        assert {d.where for d in report.divergences} == {"index"}
        key = [field.name for field in (spec.fields[:2] if not hasattr(spec, "key") else spec.key)]
        named = _key_of(row, key)
        if column in key:
            # The row is missing under its key, and there under another one.
            gone, come = sorted(report.divergences, key=lambda d: d.found is not None)
            assert (gone.key, gone.found, come.expected) == (named, None, None)
            assert come.key == _key_of(altered, key)
        else:
            assert [(d.column, d.key) for d in report.divergences] == [(column, named)]
        finding = next(f for f in report.findings if f.kind is FindingKind.DIVERGENCE)
        assert f"{table} (" in finding.en and f"{table} (" in finding.zh
        assert all(any(f"({d.key})" in f.en for f in report.findings) for d in report.divergences)

    @pytest.mark.parametrize("table", ["movements", "balances", "documents", "site_entries"])
    def test_missing_row_is_named(self, world: World, table: str) -> None:
        spec = next(spec for spec in DERIVED if spec.name == table)
        columns = spec.table.primary_key.columns
        with writing(world.engine) as connection:
            row = connection.execute(select(*columns).limit(1)).one()
            connection.execute(
                delete(spec.table).where(
                    *[column == value for column, value in zip(columns, row, strict=True)]
                )
            )
        (divergence,) = world.audit().divergences
        assert (divergence.table, divergence.found) == (table, None)
        assert divergence.document is not None

    def test_document_of_an_altered_movement(self, world: World) -> None:
        table = next(spec for spec in DERIVED if spec.name == "movements").table
        document = world.seen["hand-over"]
        number = next(i for i, one in enumerate(world.history.recorded, 1) if one.key == document.key)
        with writing(world.engine) as connection:
            connection.execute(
                update(table).where(table.c.document == number, table.c.position == 0).values(delta=-1)
            )
        report = world.audit()
        assert report.first_document == document.key
        (finding,) = [finding for finding in report.findings if finding.kind is FindingKind.DIVERGENCE]
        assert (finding.site, finding.document, finding.severity) == (ONE, document.key, Severity.ERROR)
        assert "movements" in finding.en
        assert "movements" in finding.zh

    @pytest.mark.parametrize(
        ("table", "row", "column", "names"),
        [
            ("documents", "fourth dispatch", "reversed_by", "reversal"),
            ("documents", "issue", "named_by", "naming"),
            ("documents", "fourth dispatch", "reason", "fourth dispatch"),
            ("documents", "gain", "reversed_by", "gain"),
            ("lots", "gloves", "status", "second recall"),
            ("lots", "masks", "status", "opening"),
            ("lots", "own", "status", "release"),
            ("lots", "own", "batch", "receipt"),
            ("consignments", "dispatch", "lines", "last settlement"),
            ("consignments", "second dispatch", "state", "contest"),
            ("consignments", "second dispatch", "signers", "contest"),
            ("consignments", "second dispatch", "deadline", "second dispatch"),
            ("totals", "own", "lost", "last settlement"),
            ("totals", "packs", "received", "repack"),
            ("balances", "own", "quantity", "last issue"),
            ("site_journals", "", "journal", "last settlement"),
            ("lot_journals", "gloves", "journal", "second recall"),
        ],
    )
    def test_document_that_last_set_an_altered_cell(
        self, world: World, table: str, row: str, column: str, names: str
    ) -> None:
        seen = later(world)
        spec = next(spec for spec in DERIVED if spec.name == table)
        where = row_of(spec.table, seen, row)
        with writing(world.engine) as connection:
            before = connection.execute(select(spec.table).where(where)).one()._mapping
            changed = {column: _other(before[column])}
            connection.execute(update(spec.table).where(where).values(changed))
        (divergence,) = world.audit().divergences
        assert divergence.column == column
        assert divergence.document is not None
        assert divergence.document.key == seen[names].key

    @pytest.mark.parametrize("value", ["nonsense", 77_777, -77_777, b"\2" * 40])
    def test_values_of_another_type(self, kept_world: World, value: Any) -> None:
        """SQLite keeps what it is given: a word in a column of numbers, a number in one of bytes."""
        for spec in DERIVED:
            for field in spec.fields:
                self.of_another_type(kept_world, spec, field.name, value)

    def of_another_type(self, world: World, spec: Any, column: str, value: Any) -> None:
        name, cell = f'"{spec.name}"', f'"{column}"'
        with world.engine.connect() as connection:
            raw = connection.connection.cursor()
            keys = ", ".join(f'"{each.name}"' for each in spec.table.primary_key.columns)
            (*key, was) = raw.execute(f"SELECT {keys}, {cell} FROM {name} LIMIT 1").fetchone()
            where = " AND ".join(f'"{each.name}" = ?' for each in spec.table.primary_key.columns)
            try:
                raw.execute(f"UPDATE {name} SET {cell} = ? WHERE {where}", (value, *key))
            except sqlite3.IntegrityError:
                return  # the number of a document, which SQLite keeps as the row's own
            connection.connection.commit()
        try:
            report = world.audit()
        finally:
            with world.engine.connect() as connection:
                raw = connection.connection.cursor()
                raw.execute(f"UPDATE {name} SET {cell} = ? WHERE {cell} = ?", (was, value))
                connection.connection.commit()
        told = [each for each in report.divergences if each.found is not None]
        assert {each.table for each in report.divergences} == {spec.name}, (spec.name, column)
        shown = value.hex() if isinstance(value, bytes) else str(value)
        assert any(shown in each.found for each in told), (spec.name, column)
        assert all(finding.to_dict() and not finding.lot >> 160 for finding in report.findings)


def later(world: World) -> dict[str, Any]:
    """Go on with the story, so that records are changed once more after they were made, and index it."""
    history, seen, lots = world.history, dict(world.seen), world.seen["lots"]
    seen["second recall"] = history.record(Kind.RECALL, [Line(lots["gloves"], 0)])
    reference = pack_reference(1, seen["issue"].key)
    line = Line(lots["masks"], 1)
    seen["naming"] = history.record(Kind.WRITE_OFF, [line], ONE, approved=True, reference=reference)
    history.seal()
    seen["last issue"] = history.issue(THREE, lots["own"], 2)
    seen["last settlement"] = history.settle(seen["dispatch"], lots["own"], 1, 3)
    history.seal()
    Follower(world.engine, world.chain).follow()
    return seen


def row_of(table: Any, seen: dict[str, Any], name: str) -> Any:
    """Return which row of a table is meant: a document, a lot (its balance at the third site), that site."""
    if "document_key" in table.c:
        return table.c.document_key == seen[name].key.to_bytes(31, "big")
    site = table.c.site == THREE if "site" in table.c else true()
    return and_(site, table.c.lot == seen["lots"][name].to_bytes(20, "big")) if name else site


def test_no_derived_table_is_left_out(world: World) -> None:
    """What the test above goes through are all tables but those that say where the follower stands.

    A table that is not declared, or has no row in the story, makes it fail; so does a column of the database.
    """
    assert {spec.name for spec in DERIVED} | {table.name for table in WORKING} == set(metadata.tables)
    assert all([field.name for field in spec.fields] == spec.table.c.keys() for spec in DERIVED)
    found = inspect(world.engine)
    there = {
        name: {column["name"] for column in found.get_columns(name)}
        for name in found.get_table_names()
        if name != "alembic_version"
    }
    assert there == {name: set(table.c.keys()) for name, table in metadata.tables.items()}
    assert found.get_view_names() == []


def _key_of(row: Any, key: list[str]) -> str:
    return ", ".join(row[name].hex() if isinstance(row[name], bytes) else str(row[name]) for name in key)


def _other(value: Any) -> Any:
    """Return another value of the same type and size."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1_000_003
    return bytes([value[0] ^ 1, *value[1:]]) if value else b"\1"


class TestStorageAltered:
    def test_balance_names_the_first_document(self, world: World) -> None:
        """Storage went wrong with a document in the middle of the story."""
        document, lot = world.seen["gain"], world.seen["lots"]["masks"]
        block = _block_of(world, document)
        slot = mapping_slot(ONE << 160 | lot, slot_of(LEDGER, "_balances"))
        world.chain.altered[LEDGER, slot] = (block, 7)
        report = world.audit()
        assert report.first_document == document.key
        (divergence,) = report.divergences
        assert (divergence.where, divergence.site, divergence.lot) == ("storage", ONE, lot)

    @pytest.mark.parametrize(
        ("label", "key", "table"),
        [
            ("_documents", "issue", "documents"),
            ("_consignments", "dispatch", "consignments"),
        ],
    )
    def test_word_of_a_document(self, world: World, label: str, key: str, table: str) -> None:
        document = world.seen[key]
        slot = mapping_slot(document.key, slot_of(LEDGER, label))
        world.chain.altered[LEDGER, slot] = (0, 7)
        (divergence,) = world.audit().divergences
        assert divergence.table == table
        assert world.audit().first_document == document.key

    @pytest.mark.parametrize(
        ("label", "key", "since"),
        [
            ("_documents", "issue", "naming"),
            ("_documents", "fourth dispatch", "reversal"),
            ("_documents", "fourth dispatch", "fourth dispatch"),
            ("_consignments", "dispatch", "acceptance"),
            ("_consignments", "dispatch", "settlement found"),
            ("_consignments", "dispatch", "last settlement"),
            ("_consignments", "fourth dispatch", "reversal"),
            ("_consignments", "third dispatch", "return"),
            ("_consignments", "second dispatch", "contest"),
            ("_lots", "gloves", "recall"),
            ("_lots", "gloves", "lift"),
            ("_lots", "gloves", "second recall"),
            ("_lots", "own", "release"),
            ("_siteJournals", "", "dispatch"),
            ("_lotJournals", "gloves", "lift"),
        ],
    )
    def test_words_that_went_wrong_later_name_the_first_document(
        self, world: World, label: str, key: str, since: str
    ) -> None:
        seen = later(world)
        number = seen["lots"].get(key) or (seen[key].key if key else THREE)
        slot = mapping_slot(number, slot_of(LEDGER, label))
        world.chain.altered[LEDGER, slot] = (_block_of(world, seen[since]), 7)
        (divergence,) = world.audit().divergences
        assert divergence.document is not None
        assert divergence.document.key == seen[since].key

    def test_node_without_the_state_of_old_blocks(self, world: World) -> None:
        """What is wrong now is reported all the same; since when cannot be told."""
        head = world.history.chain.head()

        class Pruned(AuditedChain):
            def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
                if block < head:
                    raise NodeFailedError(method="eth_getStorageAt", message="missing trie node", code=-32000)
                return super().storage(contract, slots, block)

        chain = Pruned(world.history.chain)
        slot = mapping_slot(ONE << 160 | world.seen["lots"]["masks"], slot_of(LEDGER, "_balances"))
        chain.altered[LEDGER, slot] = (0, 7)
        report = audit(world.engine, chain)
        (divergence,) = report.divergences
        assert (divergence.site, divergence.document, report.first_document) == (ONE, None, 0)

    def test_every_variable_of_the_contracts_is_asked_for(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the contracts keep is compared; a variable that is new makes this fail."""
        asked: set[tuple[str, str]] = set()

        def noted(contract: str, label: str) -> bytes:
            asked.add((contract, label))
            return slot_of(contract, label)

        for module in (_slots, _allocation_slots, _untold):
            monkeypatch.setattr(module, "slot_of", noted)
        world.audit()
        contracts = ("Directory", "SupplierRegistry", "Catalogue", LEDGER, NORMS, REALLOCATION)
        assert asked == {(contract, label) for contract in contracts for label in layout(contract)}

    def test_word_of_a_lot(self, world: World) -> None:
        slot = mapping_slot(world.seen["lots"]["own"], slot_of(LEDGER, "_lots"))
        world.chain.altered[LEDGER, slot] = (0, 7)
        assert world.audit().first_document == world.seen["receipt"].key

    @pytest.mark.parametrize(
        ("contract", "label", "key", "table"),
        [
            ("Directory", "_sites", ONE, "sites"),
            ("Directory", "_siteNames", ONE, "sites"),
            ("Directory", "_divisions", 42, "divisions"),
            ("Directory", "_consignees", 5, "consignees"),
            ("Directory", "_replacements", 1, "replacements"),
            ("Catalogue", "_items", PACK, "items"),
            ("SupplierRegistry", "_supplierJournals", 3, "supplier_journals"),
            ("SupplierRegistry", "_issuerNames", 4, "issuers"),
            ("SupplierRegistry", "_qualifications", 6, "qualifications"),
            ("SupplierRegistry", "_histories", 6, "qualifications"),
            ("SupplierRegistry", "_certificates", b"\1" * 32, "qualifications"),
        ],
    )
    def test_registers(self, world: World, contract: str, label: str, key: Any, table: str) -> None:
        world.chain.altered[contract, mapping_slot(key, slot_of(contract, label))] = (0, 7)
        (divergence,) = world.audit().divergences
        assert (divergence.where, divergence.table) == ("storage", table)

    def test_dropped_tail_is_named(self, world: World, tmp_path: Path) -> None:
        """Threat 26: the node left out the last documents, of the index and of the audit alike."""
        world.chain.dropped = {_block_of(world, world.seen["fifth dispatch"])}
        engine = open_database(tmp_path / "cut.db")
        Follower(engine, world.chain).follow()
        report = audit(engine, world.chain)
        assert not report.agreed
        journal = len(list(_documents_of(world.history, ONE)))
        texts = [
            finding.en for finding in report.findings if finding.site == ONE and "no event" in finding.en
        ]
        assert any(f"entries {journal} to {journal}" in text for text in texts), texts

    def test_dropped_range_is_named(self, world: World) -> None:
        world.chain.dropped = {_block_of(world, world.seen["gain"])}
        report = world.audit()
        assert not report.agreed
        (finding,) = report.findings
        assert finding.kind is FindingKind.EVENTS_INCOMPLETE
        assert (finding.site, finding.document) == (ONE, world.seen["dispatch"].key)

    def test_a_factor_left_out_is_named(self, world: World) -> None:
        """Without it a repack would read as a loss and a gain."""
        topic = next(topic for topic, form in FIXED_FORMS.items() if form.event is FactorSet)

        class Without(AuditedChain):
            def logs(self, first: int, last: int) -> Sequence[Log]:
                return [log for log in super().logs(first, last) if log.topics[0] != topic]

        report = audit(world.engine, Without(world.history.chain))
        assert any(d.where == "storage" and d.table == "factors" for d in report.divergences)


def _block_of(world: World, document: Any) -> int:
    topic = document.key.to_bytes(32, "big")
    return next(
        number
        for number, logs in enumerate(world.history.chain.by_block)
        if any(len(log.topics) == 4 and log.topics[1] == topic for log in logs)
    )


def _documents_of(history: History, site: int) -> Any:
    return (
        document
        for document in history.recorded
        if (document.from_ == site and document.from_journal) or (document.to == site and document.to_journal)
    )


def test_slots_come_from_the_layout() -> None:
    assert slot_of(LEDGER, "_balances") != slot_of(LEDGER, "_documents")
