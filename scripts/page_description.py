"""Print what the types of the page are made from: the schemas of the API's own description.

Without the words in it: the page's types are read by a compiler, the description by people.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from api.app import create_app
from ledger_client.home import Home

_NAMED = {"properties", "schemas"}  # whose members have names of their own, not those of a schema
_FOR_PEOPLE = {"title", "description", "example", "examples"}


def bare(schema: Any) -> Any:
    """Return a schema without its words."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {each: bare(inner) for each, inner in value.items()} if name in _NAMED else bare(value)
        for name, value in schema.items()
        if name not in _FOR_PEOPLE
    }


def description() -> dict[str, Any]:
    """Return the part of the description that has types; nothing of the home that is named here is opened."""
    whole = create_app(Home(Path("nowhere"))).openapi()
    schemas = {"schemas": whole["components"]["schemas"]}
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": {}, "components": bare(schemas)}


if __name__ == "__main__":
    json.dump(description(), sys.stdout, ensure_ascii=False)
