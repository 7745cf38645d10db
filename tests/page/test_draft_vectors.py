"""The page computes of a draft what the client does: its vectors are the client's, of every kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from draft_vectors import PATH, renewed, written

from ledger_client.documents import Kind
from ledger_client.drafts import from_dict
from ledger_client.forms import parse_form

LARGEST = 400_000  # bytes


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads(PATH.read_text())


def test_they_are_what_the_client_computes_now(vectors: Any) -> None:
    assert PATH.read_text() == written(renewed(vectors)), "tests/page/draft_vectors.py writes them anew"


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_every_kind_is_among_them_recorded_and_of_a_form(vectors: Any, kind: Kind) -> None:
    name = kind.name.lower().replace("_", "-")
    found = [each for each in vectors["drafts"] if each["draft"]["kind"] == name]
    assert any("transaction" in each for each in found)
    assert any(each.get("form", {}).get("kind") == name for each in found)


def test_consents_and_forms_are_true(vectors: Any) -> None:
    for each in vectors["drafts"]:
        from_dict(each["draft"]).require_true_consents()
        if "form" in each:
            parse_form(each["form"])


def test_they_are_small(vectors: Any) -> None:
    assert PATH.stat().st_size < LARGEST
