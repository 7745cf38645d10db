"""Journals recomputed from events alone, written a second time: nothing here is shared with the client.

The digest of an entry is keccak(topics of the log ‖ data of the log). An event is an entry of the journal of
every holder, supplier or issuer that `SUBJECTS` names for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chain import Event
from eth_utils.crypto import keccak

ROLL_TYPEHASH = keccak(text="Roll(uint256 journal,uint256 subject,bytes32 digest)")

REPLACEMENT = ("oldHolder", "newHolder")
SUBJECTS = {
    "ClassAccepted": ("holder",),
    "GrantMade": ("holder",),
    "GrantRevoked": ("holder",),
    "GrantVetoed": ("holder",),
    "GrantSuspended": ("holder",),
    "GrantReinstated": ("holder",),
    "GrantReplaced": REPLACEMENT,
    "ReplacementProposed": REPLACEMENT,
    "ReplacementObjected": REPLACEMENT,
    "ReplacementDecided": REPLACEMENT,
    "ReplacementExecuted": REPLACEMENT,
    "SupplierRegistered": ("supplier",),
    "QualificationRecorded": ("supplier",),
    "IssuerRegistered": ("issuer",),
    "AccreditationRecorded": ("issuer",),
}


def roll(journal: int, subject: int, digest: bytes) -> int:
    """Return the journal word after an entry: digest (192 bits) ‖ sequence (64 bits)."""
    words = journal.to_bytes(32, "big") + subject.to_bytes(32, "big") + digest
    rolled = int.from_bytes(keccak(ROLL_TYPEHASH + words)[:24], "big")
    return rolled << 64 | journal % 2**64 + 1


def journals_of(events: Iterable[Event]) -> dict[tuple[str, int], int]:
    """Return the journal word by (kind of subject, subject) after `events`, which are all of one contract."""
    journals: dict[tuple[str, int], int] = defaultdict(int)
    for event in events:
        digest = keccak(b"".join(event.topics) + event.data)
        for field in SUBJECTS.get(event.name, ()):
            kind = "holder" if field in REPLACEMENT else field
            value = event.fields[field]
            subject = int(value, 16) if kind == "holder" else value
            journals[kind, subject] = roll(journals[kind, subject], subject, digest)
    return dict(journals)
