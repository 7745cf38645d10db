"""Traces: where goods came from and went, who hangs on what, and who had signed for what is not there.

Pure functions over the index: forward from a lot to every site, consignee and loss, with quantities that add
up; back to receipt, qualification, issuer, accreditation and root; the blast radius of a qualification, a
supplier, an issuer, a key or a document; the responsibility trace of a shortage or a difference.

Example::

    trace = trace_lot(TraceReader(engine), lot, at=now)
    trace.is_conserved
    to_svg(trace.graph, Labels(namer, offset), "lot 1f3a9c20…")
"""

from ledger_client.index.traces import TraceReader
from ledger_client.trace.batch import Batch, Told, batch_of
from ledger_client.trace.dot import to_dot
from ledger_client.trace.flows import Flow, Step
from ledger_client.trace.following import Account, Followed, follow
from ledger_client.trace.given import Given, GivenEntry, GivenGrant, given_by, registrations
from ledger_client.trace.graph import Edge, EdgeKind, Facts, Graph, Node, NodeKind
from ledger_client.trace.labels import Labels, Namer, to_dict
from ledger_client.trace.lot import LotTrace, trace_lot
from ledger_client.trace.origins import Arrival, Ruling
from ledger_client.trace.places import Whereabouts, whereabouts
from ledger_client.trace.radius import (
    Radius,
    of_document,
    of_issuer,
    of_key,
    of_qualification,
    of_supplier,
)
from ledger_client.trace.responsibility import (
    Custody,
    Lack,
    NoConsignmentError,
    NoCountError,
    trace_difference,
    trace_shortage,
)
from ledger_client.trace.signatures import Signature, compromised_since, grants_behind, signatures
from ledger_client.trace.svg import to_svg

__all__ = [
    "Account",
    "Arrival",
    "Batch",
    "Custody",
    "Edge",
    "EdgeKind",
    "Facts",
    "Flow",
    "Followed",
    "Given",
    "GivenEntry",
    "GivenGrant",
    "Graph",
    "Labels",
    "Lack",
    "LotTrace",
    "Namer",
    "NoConsignmentError",
    "NoCountError",
    "Node",
    "NodeKind",
    "Radius",
    "Ruling",
    "Signature",
    "Step",
    "Told",
    "TraceReader",
    "Whereabouts",
    "batch_of",
    "compromised_since",
    "follow",
    "given_by",
    "grants_behind",
    "of_document",
    "of_issuer",
    "of_key",
    "of_qualification",
    "of_supplier",
    "registrations",
    "signatures",
    "to_dict",
    "to_dot",
    "to_svg",
    "trace_difference",
    "trace_lot",
    "trace_shortage",
    "whereabouts",
]
