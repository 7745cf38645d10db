"""Patterns of authority: both keys of a document owe their grants to one key.

What needs two keys is safe only as long as two people have them. Nobody can see from the chain who holds a
key; what can be seen is that one authority made both (threat 4). That is allowed and often right, so that it
is a note, one a site. Grants that the root made are left out: no level is above it that could have made them,
and `shecang doctor` says when the root is a single key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.audit._granters import Granter
from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument

_NOT_BY_KEEPERS = frozenset({Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT, Kind.RECALL, Kind.LIFT})


def granted_by_one_key(replay: Replay) -> Iterator[Finding]:
    """Yield for every site the authority that granted to keepers and approvers of its documents alike."""
    approved: Counter[int] = Counter()
    alike: Counter[tuple[int, Granter]] = Counter()
    since: dict[tuple[int, Granter], int] = {}
    for document in replay.documents.values():
        if document.approver == ZERO_ADDRESS:
            continue
        approved[document.recording_site] += 1
        granter = _one_granter(replay, document)
        if granter is not None:
            place = document.recording_site, granter
            alike[place] += 1
            since.setdefault(place, document.recorded_at)
    for (site, granter), count in alike.items():
        yield Finding(
            FindingKind.GRANTED_BY_ONE_KEY,
            site,
            0,
            0,
            owner_of(site),
            f"in {count} of {approved[site]} documents with an approver, one key of division "
            f"{granter.division} had granted to keeper and approver alike: {granter.key}",
            f"在 {approved[site]} 份经审批的单据中，有 {count} 份的保管员与审批人均由区划 {granter.division} "
            f"的同一密钥授权：{granter.key}",
            since[site, granter],
        )


def _one_granter(replay: Replay, document: RecordedDocument) -> Granter | None:
    """Return who, below the root, granted to approver and keeper of a document; None where two did."""
    approver = replay.granters.of(document.approver_grant, document.approver_position)
    if approver is None or not approver.division:
        return None
    granters = [
        replay.granters.of(grant, position)
        for key, grant, position in _keepers(document)
        if key != ZERO_ADDRESS
    ]
    return approver if approver in granters else None


def _keepers(document: RecordedDocument) -> Iterator[tuple[Address, bytes, int]]:
    """Give the signers that are keepers: not a supplier beside one, nor who sends what is no keeper's act."""
    if document.kind not in _NOT_BY_KEEPERS:
        yield document.sender, document.sender_grant, document.sender_position
    if document.kind != Kind.RECEIPT:
        yield document.other, document.other_grant, document.other_position
