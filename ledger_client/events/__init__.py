"""Events of the contracts as frozen values, decoded by slicing whole words.

Everything that happens on the ledger is an event, and a log that the client does not understand is never
passed over: an unknown event, a word with rubbish in it and lines of the wrong length are errors.

Example::

    event = decode_event(Log.from_rpc(raw))
    match event:
        case DocumentRecorded():
            ...
        case GrantMade() | GrantRevoked():
            ...
"""

from __future__ import annotations

from ledger_client.events._codec import (
    EventForm,
    EventMalformedError,
    EventUnknownError,
    FixedEvent,
    Log,
    LogPlace,
    RpcLog,
    decode_fixed,
    encode_fixed,
    entry_bytes,
    form_of,
)
from ledger_client.events.catalogue import FactorSet, ItemRegistered
from ledger_client.events.directory import (
    ClassAccepted,
    ConsigneeClosed,
    ConsigneeRegistered,
    DivisionClosed,
    DivisionRegistered,
    GrantMade,
    GrantReinstated,
    GrantReplaced,
    GrantRevoked,
    GrantSuspended,
    GrantVetoed,
    ReplacementDecided,
    ReplacementExecuted,
    ReplacementObjected,
    ReplacementProposed,
    SiteClosed,
    SiteRegistered,
)
from ledger_client.events.norms import (
    CountProved,
    CycleSet,
    EmergencyDeclared,
    EmergencyEnded,
    FloorSet,
    TermsSet,
)
from ledger_client.events.reallocation import (
    ApprovalGiven,
    Asking,
    ConsentGiven,
    ConsentSignature,
    DeliveryReversed,
    DeliveryShown,
    ProposalApproved,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    ProposalSkipped,
    ProposalWithdrawn,
    RequestMade,
    RequestWithdrawn,
)
from ledger_client.events.stock import (
    DOCUMENT_RECORDED_TOPIC,
    DocumentRecorded,
    SignedBy,
    decode_document,
)
from ledger_client.events.suppliers import (
    AccreditationRecorded,
    Entry,
    EntryKind,
    IssuerRegistered,
    QualificationRecorded,
    SupplierRegistered,
)

DirectoryEvent = (
    ClassAccepted
    | ConsigneeClosed
    | ConsigneeRegistered
    | DivisionClosed
    | DivisionRegistered
    | GrantMade
    | GrantReinstated
    | GrantReplaced
    | GrantRevoked
    | GrantSuspended
    | GrantVetoed
    | ReplacementDecided
    | ReplacementExecuted
    | ReplacementObjected
    | ReplacementProposed
    | SiteClosed
    | SiteRegistered
)
SupplierEvent = AccreditationRecorded | IssuerRegistered | QualificationRecorded | SupplierRegistered
CatalogueEvent = FactorSet | ItemRegistered
NormsEvent = FloorSet | TermsSet | CycleSet | CountProved | EmergencyDeclared | EmergencyEnded
ReallocationEvent = (
    RequestMade
    | RequestWithdrawn
    | ProposalMade
    | ProposalApproved
    | ConsentGiven
    | ProposalSkipped
    | ProposalRejected
    | ProposalWithdrawn
    | ProposalExpired
    | DeliveryShown
    | DeliveryReversed
)
LedgerEvent = (
    DocumentRecorded | DirectoryEvent | SupplierEvent | CatalogueEvent | NormsEvent | ReallocationEvent
)

FIXED_FORMS: dict[bytes, EventForm] = {
    form.topic: form
    for form in map(
        form_of,
        [
            *DirectoryEvent.__args__,
            *SupplierEvent.__args__,
            *CatalogueEvent.__args__,
            *NormsEvent.__args__,
            *ReallocationEvent.__args__,
        ],
    )
}
"""First topic → form, of every event but that of the stock ledger."""


def decode_event(log: Log) -> LedgerEvent:
    """Return the event that a log holds.

    Raises:
        EventUnknownError: Its first topic is none of this ledger's.
        EventMalformedError: A word has bits set that its type has not, or the size is wrong.
        KindUnknownError: A document is of a kind that this client does not know.
    """
    topic = log.topics[0] if log.topics else b""
    if topic == DOCUMENT_RECORDED_TOPIC:
        return decode_document(log)
    form = FIXED_FORMS.get(topic)
    if form is None:
        raise EventUnknownError(
            block=log.place.block,
            index=log.place.index,
            contract=log.address,
            topic=f"0x{topic.hex()}",
            known=", ".join(
                sorted(["DocumentRecorded", *(form.event.__name__ for form in FIXED_FORMS.values())])
            ),
        )
    event: LedgerEvent = decode_fixed(form, log)
    return event


__all__ = [
    "AccreditationRecorded",
    "ApprovalGiven",
    "Asking",
    "CatalogueEvent",
    "ClassAccepted",
    "ConsentGiven",
    "ConsentSignature",
    "ConsigneeClosed",
    "ConsigneeRegistered",
    "CountProved",
    "CycleSet",
    "DeliveryReversed",
    "DeliveryShown",
    "DirectoryEvent",
    "DivisionClosed",
    "DivisionRegistered",
    "DocumentRecorded",
    "EmergencyDeclared",
    "EmergencyEnded",
    "Entry",
    "EntryKind",
    "EventMalformedError",
    "EventUnknownError",
    "FactorSet",
    "FixedEvent",
    "FloorSet",
    "GrantMade",
    "GrantReinstated",
    "GrantReplaced",
    "GrantRevoked",
    "GrantSuspended",
    "GrantVetoed",
    "IssuerRegistered",
    "ItemRegistered",
    "LedgerEvent",
    "Log",
    "LogPlace",
    "NormsEvent",
    "ProposalApproved",
    "ProposalExpired",
    "ProposalMade",
    "ProposalRejected",
    "ProposalSkipped",
    "ProposalWithdrawn",
    "QualificationRecorded",
    "ReallocationEvent",
    "ReplacementDecided",
    "ReplacementExecuted",
    "ReplacementObjected",
    "ReplacementProposed",
    "RequestMade",
    "RequestWithdrawn",
    "RpcLog",
    "SignedBy",
    "SiteClosed",
    "SiteRegistered",
    "SupplierEvent",
    "SupplierRegistered",
    "TermsSet",
    "decode_event",
    "encode_fixed",
    "entry_bytes",
]
