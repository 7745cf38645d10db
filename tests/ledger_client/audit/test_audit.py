"""The three ways against each other: whatever is changed in one of them is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from stock_history import CLOSED_SITE, DIRECTORY, PACK, SITES, START, Chain, History, goods, short_story

from ledger_client import events
from ledger_client.audit import AuditBlockReplacedError, AuditReport, FindingKind, Severity, audit
from ledger_client.audit._slots import expected_words, mapping_slot, slot_of
from ledger_client.databases import open_database, writing
from ledger_client.events import Log, decode_event
from ledger_client.fold import fold_event, memory_state
from ledger_client.index import BlockStamp, Follower, IndexEmptyError
from ledger_client.index.tables import DERIVED, metadata
from ledger_client.roles import Role

ONE, TWO, THREE, DISPOSAL = SITES
LEDGER = "StockLedger"


class AuditedChain:
    """A chain of `stock_history` whose storage is what its events add up to, unless a test changes it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.dropped: set[int] = set()
        self.altered: dict[tuple[str, bytes], tuple[int, int]] = {}
        self._words: dict[int, dict[tuple[str, bytes], int]] = {}

    def head(self) -> int:
        return self.chain.head()

    def block(self, number: int) -> BlockStamp | None:
        return self.chain.block(number)

    def logs(self, first: int, last: int) -> Sequence[Log]:
        return [log for log in self.chain.logs(first, last) if log.place.block not in self.dropped]

    def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
        words = self._at(block)
        found = []
        for slot in slots:
            since, value = self.altered.get((contract, slot), (block + 1, 0))
            found.append(value if block >= since else words.get((contract, slot), 0))
        return found

    def _at(self, block: int) -> dict[tuple[str, bytes], int]:
        if block not in self._words:
            state = memory_state()
            for log in self.chain.logs(0, block):
                fold_event(state, decode_event(log))
            self._words[block] = {(word.contract, word.slot): word.value for word in expected_words(state)}
        return self._words[block]


def registered(history: History) -> None:
    """Add what `short_story` lacks: every kind of record that a derived table holds."""
    authority, name = DIRECTORY, b"\1" * 32
    history.emit(
        events.ConsigneeRegistered,
        consignee=5,
        division=42,
        authority=authority,
        authority_division=0,
        name_digest=name,
    )
    proposed = {
        "old_holder": "0x" + "01" * 20,
        "new_holder": "0x" + "02" * 20,
        "replacement": 1,
        "recorded_at": START,
    }
    history.emit(
        events.ReplacementProposed,
        authority=authority,
        authority_division=0,
        grants=1,
        compromised_since=0,
        **proposed,
    )
    history.emit(
        events.SupplierRegistered,
        supplier=3,
        authority=authority,
        authority_division=0,
        grant_position=1,
        name_digest=name,
        recorded_at=START,
    )
    history.emit(
        events.IssuerRegistered,
        issuer=4,
        authority=authority,
        grant_position=1,
        name_digest=name,
        recorded_at=START,
    )
    entry = events.Entry(
        kind=events.EntryKind.ISSUED,
        reason=0,
        effective_at=START,
        recorded_at=START,
        grade=1,
        from_=START,
        until=START + 1_000,
        actor=authority,
        role=Role.ISSUER,
        grant_position=1,
    )
    history.emit(events.AccreditationRecorded, issuer=4, category=7, entry=entry)
    history.emit(
        events.QualificationRecorded,
        supplier=3,
        qualification=6,
        issuer=4,
        category=7,
        certificate_digest=name,
        entry=entry,
    )
    history.seal()


class World:
    """A whole story, its chain and its index."""

    def __init__(self, path: Path) -> None:
        self.history, self.seen = short_story()
        registered(self.history)
        self.chain = AuditedChain(self.history.chain)
        self.engine = open_database(path / "index.db")
        Follower(self.engine, self.chain).follow()

    def audit(self) -> AuditReport:
        return audit(self.engine, self.chain)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="module")
def kept_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world whose tests put back what they change."""
    return World(tmp_path_factory.mktemp("audit"))


def kinds(report: AuditReport) -> list[FindingKind]:
    return [finding.kind for finding in report.findings]


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


class TestAgreement:
    def test_whole_story_agrees(self, world: World) -> None:
        report = world.audit()
        assert report.divergences == ()
        assert report.agreed
        assert report.first_document == 0
        assert (report.documents, report.sites) == (len(world.history.recorded), len(SITES))

    def test_same_report_twice(self, world: World) -> None:
        assert world.audit().to_dict() == world.audit().to_dict()


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
        try:
            report = kept_world.audit()
        finally:
            with writing(kept_world.engine) as connection:
                altered = {**row, column: _other(row[column])}
                back = [columns[field.name] == altered[field.name] for field in spec.fields]
                connection.execute(update(spec.table).where(*back).values({column: row[column]}))
        assert not report.agreed
        assert {d.table for d in report.divergences} == {table}
        assert {d.where for d in report.divergences} == {"index"}
        key = [field.name for field in (spec.fields[:2] if not hasattr(spec, "key") else spec.key)]
        if column in key:
            # The row is missing under its key, and there under another one.
            assert sorted(d.found is None for d in report.divergences) == [False, True]
        else:
            assert [d.column for d in report.divergences] == [column]

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
        ],
    )
    def test_registers(self, world: World, contract: str, label: str, key: int, table: str) -> None:
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


class TestFindings:
    def test_story_shows_these_and_no_others(self, world: World) -> None:
        seen, lots = world.seen, world.seen["lots"]
        found = {(f.kind, f.site, f.lot, f.document) for f in world.audit().findings}
        assert found == {
            (FindingKind.LATE_DOCUMENT, ONE, 0, seen["late receipt"].key),
            (FindingKind.UNQUALIFIED_RECEIPT_HELD, ONE, 0, seen["receipt"].key),
            (FindingKind.REVERSAL, TWO, 0, seen["reversal of issue"].key),
            (FindingKind.REVERSAL, ONE, 0, seen["reversal"].key),
            (FindingKind.COUNT_DIFFERENCE, ONE, lots["masks"], seen["gain"].key),
            (FindingKind.COUNT_DIFFERENCE, TWO, lots["masks"], seen["loss"].key),
            (FindingKind.COUNT_DIFFERENCE, TWO, lots["gloves"], seen["false count"].key),
            (FindingKind.FALSE_EXPECTED, TWO, lots["gloves"], seen["false count"].key),
            (FindingKind.SHORTAGE_SETTLED, ONE, 0, seen["settlement found"].key),
            (FindingKind.SHORTAGE_SETTLED, ONE, 0, seen["settlement lost"].key),
            (FindingKind.SHORTAGE_OPEN, ONE, 0, seen["dispatch"].key),
            (FindingKind.SHORTAGE_OPEN, ONE, 0, seen["second dispatch"].key),
            (FindingKind.CONSIGNMENT_OVERDUE, ONE, 0, seen["fifth dispatch"].key),
            (FindingKind.EXPIRED_ON_HAND, ONE, lots["gloves"], 0),
            (FindingKind.EXPIRED_ON_HAND, TWO, lots["gloves"], 0),
        }

    def test_canonical_order_and_json(self, world: World) -> None:
        report = world.audit()
        assert list(report.findings) == sorted(report.findings, key=lambda finding: finding.order)
        first = report.to_dict()["findings"][0]
        assert set(first) == {"kind", "severity", "site", "lot", "document", "owner", "en", "zh"}
        assert all(finding.owner == finding.site // 1_000 for finding in report.findings)

    def test_count_at_a_word_that_the_journal_never_had(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        history.seal()
        history.count(ONE, goods("a").lot_id, 50, 50, position=(1 << 64) | 1)
        history.seal()
        report = _audited(tmp_path, history)
        assert kinds(report) == [FindingKind.FALSE_EXPECTED]

    def test_count_while_goods_move_is_true(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        position = history.journals[ONE]
        history.seal()
        history.issue(ONE, goods("a").lot_id, 10)
        history.seal()
        history.count(ONE, goods("a").lot_id, 50, 50, position=position)
        history.seal()
        assert _audited(tmp_path, history).findings == ()

    def test_closed_site_with_stock(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(CLOSED_SITE, [(goods("a"), 50)])
        history.emit(
            events.SiteClosed, site=CLOSED_SITE, authority=DIRECTORY, authority_division=0, successor=ONE
        )
        history.seal()
        report = _audited(tmp_path, history)
        assert kinds(report) == [FindingKind.CLOSED_SITE_WITH_STOCK]
        assert report.agreed

    def test_receipt_with_a_valid_qualification_is_no_finding(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE)
        history.receive(ONE, goods("a"), 50, verdict=1)
        history.receive(ONE, goods("b"), 50, verdict=7)
        history.seal()
        assert _audited(tmp_path, history).findings == ()

    @pytest.mark.parametrize("kind", FindingKind)
    def test_every_kind_has_a_severity(self, kind: FindingKind) -> None:
        from ledger_client.audit.findings import SEVERITIES

        assert kind in SEVERITIES


def _audited(path: Path, history: History) -> AuditReport:
    engine: Engine = open_database(path / "index.db")
    chain = AuditedChain(history.chain)
    Follower(engine, chain).follow()
    return audit(engine, chain)


def test_slots_come_from_the_layout() -> None:
    assert slot_of(LEDGER, "_balances") != slot_of(LEDGER, "_documents")
