"""The derived tables of Norms and Reallocation: maps of the fold's state, a row a key.

What is kept as it was at any time are entries of journals: `norm_entries` with what was set and from when,
`request_entries` with where a request stood after each.
"""

from __future__ import annotations

from ledger_client.allocation import Emergency
from ledger_client.fold import allocation_records as records
from ledger_client.index._columns import (
    ADDRESS,
    BYTES,
    BYTES32,
    FLAG,
    ID,
    INT,
    KEY,
    U64,
    WORD,
)
from ledger_client.index._specs import MapSpec, of_records, of_values

_PLACE = (INT, INT, BYTES32)  # block, log_index, transaction
_ACTOR = (ADDRESS, INT, INT)  # who, division and position of the grant

ALLOCATION_MAPS: tuple[MapSpec, ...] = (
    of_values("floors", (("site", INT), ("item", INT)), "word", WORD),
    of_values("terms", (("division", INT), ("mode", INT)), "word", WORD),
    of_values("cycles", (("site", INT), ("category", INT)), "word", WORD),
    of_records("counted", records.Counted, (("site", INT), ("category", INT)), KEY, INT),
    of_records("emergencies", Emergency, (("division", INT),), INT, INT, INT),
    of_values("norm_journals", (("subject", INT),), "journal", WORD),
    of_records(
        "norm_entries",
        records.NormEntry,
        (("subject", INT), ("sequence", INT)),
        *(INT, INT, U64, INT, INT, BYTES32, KEY),  # step, about, value, effective_at, reason, source, count
        *(*_ACTOR, INT, *_PLACE),  # recorded_at before the place
    ),
    of_records(
        "requests",
        records.Request,
        (("request_key", KEY),),
        *(BYTES32, INT, INT, INT, INT),  # client_id, site, item, quantity, needed_by
        *(INT, INT, ID, BYTES32, INT),  # urgency, reason, consignee, body, floor
        *(*_ACTOR, INT, *_PLACE),  # made_at before the place
        *(INT, INT, INT, ADDRESS, INT),  # accepted, promised; withdrawn when, by whom, why
    ),
    of_records(
        "proposals",
        records.Proposal,
        (("proposal_key", KEY),),
        *(KEY, INT, INT, INT, BYTES32),  # request, giver, quantity, left, anchor
        *(*_ACTOR, INT, *_PLACE),  # made_at before the place
        *(BYTES, INT, INT),  # lines, state, remaining
        *(*_ACTOR, INT, INT, INT, INT, INT, FLAG, INT),  # approved: when, and what was found
        *(INT, ADDRESS, INT, INT, INT, INT, INT),  # closed: when, who, role, grant, why; released
    ),
    of_records(
        "consents",
        records.Consent,
        (("proposal_key", KEY),),
        *(ADDRESS, INT, BYTES32, U64, INT, U64, BYTES32, U64, BYTES32, BYTES32),
    ),
    of_records(
        "deliveries",
        records.Delivery,
        (("document_key", KEY),),
        *(KEY, KEY, INT, INT, INT, INT, ADDRESS, INT, INT, INT),
    ),
    of_records("answers", records.Answer, (("document_key", KEY),), KEY, INT, INT, ADDRESS, INT),
    of_values("reserved", (("site", INT), ("item", INT)), "quantity", INT),
    of_values("request_journals", (("request_key", KEY),), "journal", WORD),
    of_records(
        "request_entries",
        records.RequestEntry,
        (("request_key", KEY), ("sequence", INT)),
        *(INT, KEY, ADDRESS, INT, INT, INT, INT, INT),  # step, about, who, role, grant, reason, quantity
        *(INT, INT, FLAG, INT, *_PLACE),  # accepted, promised, is_withdrawn, recorded_at
    ),
)
"""The maps, in the order in which they are dumped, behind those of the stock ledger."""

ALLOCATION_INDEXES = {
    "norm_entries_by_time": ("norm_entries", ("recorded_at",)),
    "requests_by_site": ("requests", ("site", "needed_by")),
    "proposals_by_request": ("proposals", ("request",)),
    "proposals_by_giver": ("proposals", ("giver", "state")),
    "deliveries_by_request": ("deliveries", ("request",)),
    "answers_by_delivery": ("answers", ("delivery",)),
    "request_entries_by_time": ("request_entries", ("recorded_at",)),
}
"""Name of an index → its table and columns."""
