"""EPCIS 2.0: documents as the events of a standard that other systems read.

The ledger's own words stand in `domain` of this project; here they are said in those of GS1 (EPCIS 2.0 and
Core Business Vocabulary 2.0). Reading alone: nothing is captured, since a document takes signatures.
"""

from ledger_client.epcis.events import CONTEXT, Told, events_of, lots_of
from ledger_client.epcis.hash_ids import event_hash_id, pre_hash
from ledger_client.epcis.names import NAMES, UrnFormError, number_of, urn
from ledger_client.epcis.telling import Page, told_after

__all__ = [
    "CONTEXT",
    "NAMES",
    "Page",
    "Told",
    "UrnFormError",
    "event_hash_id",
    "events_of",
    "lots_of",
    "number_of",
    "pre_hash",
    "told_after",
    "urn",
]
