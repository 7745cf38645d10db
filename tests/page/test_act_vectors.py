"""The page's tables of acts are the client's, and its vectors what the client makes of the same forms."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from act_form_samples import FORMS
from act_vectors import FILES, WEB, text_of, vectors

from ledger_client.act_forms import ActForm
from ledger_client.acts import SAID, from_dict


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    found: dict[str, Any] = vectors()["vectors"]
    return found


@pytest.mark.parametrize("name", FILES)
def test_it_is_what_the_client_says(name: str) -> None:
    """After a change: `PYTHONPATH=. python tests/page/act_vectors.py`, and look at what differs."""
    assert (WEB / name).read_text(encoding="utf-8") == text_of(name)


def test_every_form_and_every_function(made: dict[str, Any]) -> None:
    models = get_args(get_args(ActForm)[0])
    forms = {get_args(each.model_fields["act"].annotation)[0] for each in models}
    assert {form["act"] for form in FORMS.values()} == forms
    called = {(each["act"]["contract"], each["act"]["function"]) for each in made.values()}
    assert called == SAID


def test_what_is_held_up_as_an_act_is_one(made: dict[str, Any]) -> None:
    for each in made.values():
        act = from_dict(each["act"])
        assert f"0x{act.data.hex()}" == each["data"]
        assert each["sentences"]["zh"] and each["sentences"]["en"]
