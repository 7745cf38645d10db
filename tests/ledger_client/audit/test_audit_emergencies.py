"""The audit tells documents of emergencies and routine ones apart."""

from __future__ import annotations

from pathlib import Path

from audited import World, audited
from stock_history import short_story

from ledger_client.databases import writing


def test_documents_of_an_emergency_are_counted(tmp_path: Path) -> None:
    world = World(tmp_path)
    report = world.audit()
    # Of what `allocated` records in the emergency of a district, a count; the rest leaves the district.
    assert report.emergency == 1
    assert report.routine == report.documents - 1 > 0
    assert {name: report.to_dict()[name] for name in ("routine", "emergency")} == {
        "routine": report.routine,
        "emergency": 1,
    }


def test_without_an_emergency_all_is_routine(tmp_path: Path) -> None:
    report = audited(tmp_path, short_story()[0])
    assert (report.emergency, report.routine) == (0, report.documents)


def test_an_index_that_denies_the_emergency_changes_no_count(tmp_path: Path) -> None:
    world = World(tmp_path)
    with writing(world.engine) as connection:
        connection.exec_driver_sql("DELETE FROM norm_entries")
    report = world.audit()
    assert report.emergency == 1
    assert not report.agreed
