"""The answers that OpenAPI shows: of the sample city, shortened; its keys are random, the rest is not."""

from __future__ import annotations

from typing import Any

from api.examples import acts, drafts, health, sign_in, sites, stock, suppliers, transactions

EXAMPLES: dict[str, dict[str, Any]] = {
    name: answer
    for resource in (
        acts,
        drafts,
        health,
        sign_in,
        sites,
        stock,
        suppliers,
        transactions,
    )
    for name, answer in resource.EXAMPLES.items()
}
"""Name of an operation → an answer; there is one for each."""
