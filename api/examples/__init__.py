"""The answers that OpenAPI shows: of the sample city, shortened; its keys are random, the rest is not."""

from __future__ import annotations

from typing import Any

from api.examples import (
    acts,
    audits,
    books,
    checkpoints,
    consignees,
    consignments,
    divisions,
    documents,
    drafts,
    epcis,
    evidence,
    exchange,
    health,
    issuers,
    items,
    key_traces,
    lacks,
    lots,
    metrics,
    norms,
    plans,
    proposals,
    qualifications,
    requests,
    roles,
    scans,
    search,
    sign_in,
    sites,
    stock,
    suppliers,
    traces,
    transactions,
)

EXAMPLES: dict[str, Any] = {
    name: answer
    for resource in (
        acts,
        audits,
        books,
        checkpoints,
        consignees,
        consignments,
        divisions,
        documents,
        drafts,
        epcis,
        evidence,
        exchange,
        health,
        issuers,
        items,
        key_traces,
        lacks,
        lots,
        metrics,
        norms,
        plans,
        proposals,
        qualifications,
        requests,
        roles,
        scans,
        search,
        sign_in,
        sites,
        stock,
        suppliers,
        traces,
        transactions,
    )
    for name, answer in resource.EXAMPLES.items()
}
"""Name of an operation → an answer; there is one for each."""

BODIES: dict[str, Any] = {
    name: body
    for resource in (acts, drafts, evidence, plans, sign_in, transactions)
    for name, body in resource.BODIES.items()
}
"""Name of an operation that takes JSON → what may be sent; there is one for each."""
