"""What the types of the page are made from: every schema of the API, without the words in it."""

from __future__ import annotations

from page_description import bare, description


def test_words_are_left_out_and_members_of_their_names_kept() -> None:
    problem = {
        "title": "Problem",
        "description": "A refusal.",
        "properties": {
            "title": {"type": "string", "title": "Title", "examples": ["x"]},
            "description": {"anyOf": [{"type": "string", "description": "Why."}, {"type": "null"}]},
        },
        "required": ["title"],
    }

    assert bare({"schemas": {"Problem": problem}}) == {
        "schemas": {
            "Problem": {
                "properties": {
                    "title": {"type": "string"},
                    "description": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
                "required": ["title"],
            }
        }
    }


def test_schemas_of_answers_and_forms_are_there() -> None:
    made = description()

    assert {"Who", "StockCard", "ReceiptForm", "Problem"} <= set(made["components"]["schemas"])
    assert made["paths"] == {}
