"""Who signed documents, as what; and since when a key is said to have been in foreign hands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.fold.records import Grant, RecordedDocument
from ledger_client.index.role_pages import places_of
from ledger_client.index.traces import TraceReader
from ledger_client.roles import Role

_REFUSED = 4  # `ReplacementStatus` in IDirectory.sol


@dataclass(frozen=True, slots=True)
class Signature:
    """One signer of a document.

    Attributes:
        role: Of the grant relied on; None where the index does not know the grant.
        division: Of that grant; None likewise.
    """

    address: Address
    role: Role | None
    division: int | None


def grants_behind(reader: TraceReader, documents: Iterable[RecordedDocument]) -> dict[bytes, Grant]:
    """Return the grants that the signers of documents relied on, by key."""
    keys = {
        key
        for each in documents
        for key in (each.sender_grant, each.other_grant, each.approver_grant)
        if any(key)
    }
    return reader.grants_keyed(keys)


def signatures(document: RecordedDocument, grants: Mapping[bytes, Grant]) -> list[Signature]:
    """Return who signed a document: the sender, the other party, the approver."""
    found = []
    for address, key in (
        (document.sender, document.sender_grant),
        (document.other, document.other_grant),
        (document.approver, document.approver_grant),
    ):
        if address != ZERO_ADDRESS:
            grant = grants.get(key)
            role = Role(grant.role) if grant else None
            found.append(Signature(address, role, grant.division if grant else None))
    return found


def compromised_since(
    reader: TraceReader, holder: Address, reads: Callable[[Collection[int]], bool] | None = None
) -> int | None:
    """Return the earliest time since which a key is claimed to be in foreign hands; None without a claim.

    A claim of a replacement that the level above refused has fallen with it. A claim of a revocation is
    known until the same grant is made anew.

    Args:
        reader: The index.
        holder: Address of the key.
        reads: Whether a claim counts that concerns some divisions; all do where None.
    """
    claims = [
        grant.compromised_since
        for grant in reader.grants(holder)
        if reads is None or reads((grant.division,))
    ]
    claims += [
        each.compromised_since
        for each in reader.replacements_of(holder).values()
        if each.status != _REFUSED and (reads is None or reads(places_of(each)))
    ]
    return min(filter(None, claims), default=None)
