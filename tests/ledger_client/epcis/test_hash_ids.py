"""Event hash ids, compared with what the authors of the standard wrote to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from epcis_event_hash_generator import hash_generator, json_to_py
from epcis_story import all_told, events, story

from ledger_client.epcis import CONTEXT, event_hash_id, pre_hash


@pytest.mark.filterwarnings("ignore:.*open_text.*:DeprecationWarning")  # of the other side
def test_every_event_has_the_id_that_others_compute(tmp_path: Path) -> None:
    index, _ = story(tmp_path / "index.db", chance=20)
    said = [event for told in all_told(index) for event in events(told)]
    index._engine.dispose()
    document = {
        "@context": list(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-13T01:00:00Z",
        "epcisBody": {"eventList": said},
    }
    read = json_to_py.event_list_from_epcis_document_str(json.dumps(document))
    texts = hash_generator.derive_prehashes_from_events(read)
    assert [pre_hash(each) for each in said] == texts
    assert [each["eventID"] for each in said] == hash_generator.calculate_hashes_from_pre_hashes(texts)
    assert len(said) > 40
    # Every event has an id of its own, but for those that are told once more to declare them wrong.
    wrong = [each["eventID"] for each in said if "errorDeclaration" in each]
    assert len(set(texts)) == len(said) - len(wrong)


def test_what_has_no_place_in_the_order_is_not_hashed_somehow(tmp_path: Path) -> None:
    index, _ = story(tmp_path / "index.db")
    event = next(event for told in all_told(index) for event in events(told))
    index._engine.dispose()
    with pytest.raises(KeyError, match="sensorElementList"):
        event_hash_id({**event, "sensorElementList": []})
