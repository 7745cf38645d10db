"""Journals of suppliers, issuers and holders, entry by entry, and what they say of a document.

A journal is complete when its word is the one that the state proves. Then its entries are all there ever
were, and two questions have an answer without asking anybody: what a qualification was worth when a receipt
was recorded and is worth now, and whether a signer's grant acted when a document was recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.digests import grant_key, roll
from ledger_client.errors import MismatchError
from ledger_client.events import (
    AccreditationRecorded,
    GrantMade,
    GrantReinstated,
    GrantReplaced,
    GrantRevoked,
    GrantSuspended,
    GrantVetoed,
    LedgerEvent,
    Log,
    LogPlace,
    NormsEvent,
    QualificationRecorded,
    ReplacementProposed,
    decode_event,
)
from ledger_client.evidence._forms import EntryLine, FormError
from ledger_client.evidence.named import Receipt
from ledger_client.evidence.norms import NormsOfSite
from ledger_client.evidence.report import ReceiptVerdict
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.fold.verdicts import Status, Verdict, verdict
from ledger_client.keccak import keccak
from ledger_client.roles import Role

_MASK_64 = (1 << 64) - 1
_CATEGORY = (1 << 32) - 1  # of an item word: the qualification category that it needs
_NOWHERE = LogPlace(0, 0, b"", b"")

# The field of an event that names the subject in whose journal it stands, by register.
_SUBJECTS = {
    "suppliers": ("supplier",),
    "issuers": ("issuer",),
    "holders": ("holder", "old_holder", "new_holder"),
    "norms": ("site", "division"),
}


@dataclass(frozen=True, slots=True)
class GrantStep:
    """What a grant was from one entry of its holder's journal to the next that concerns it.

    Attributes:
        position: Sequence of that entry.
        recorded_at: Block time of that entry, seconds since 1970.
        from_: Since when the grant acts; 0 where it does not, being revoked or suspended.
    """

    position: int
    recorded_at: int
    from_: int


@dataclass(slots=True)
class GrantHistory:
    """A grant and all its steps.

    Attributes:
        role: What it allows.
        division: On which it is valid, and below.
        subject: The issuer or supplier that it speaks for, 0 for none.
        steps: In the order of the journal.
    """

    role: Role
    division: int
    subject: int
    steps: list[GrantStep] = field(default_factory=list)


def subjects_of(register: str, event: LedgerEvent) -> set[bytes]:
    """Return in whose journals of a register an event stands, 20 bytes each."""
    # The issuer of a qualification stands in it too, but the entry is its supplier's.
    if register == "issuers" and isinstance(event, QualificationRecorded):
        return set()
    # A division or a site stands in events of other contracts too.
    if register == "norms" and not isinstance(event, NormsEvent):
        return set()
    found = [getattr(event, name, None) for name in _SUBJECTS[register]]
    return {
        address_to_bytes(each) if isinstance(each, str) else int(each).to_bytes(20, "big")
        for each in found
        if each is not None
    }


def _event_of(entry: EntryLine) -> LedgerEvent:
    try:
        return decode_event(Log(address_from_bytes(bytes(20)), entry.topics, entry.data, _NOWHERE))
    except MismatchError as error:
        raise FormError("no event of a journal", "不是账簿的事件") from error


class Registers:
    """What the entries of a file add up to.

    Attributes:
        journals: Journal word by (register, subject of 20 bytes).
        grants: By (holder, grant key).
        claims: Since when a holder's key is said to have been in foreign hands, the earliest claim.
        norms: What entries of Norms are told to.
        state: Suppliers, issuers, accreditations and qualifications.

    Args:
        norms: Of the site that the file is about.
    """

    def __init__(self, norms: NormsOfSite) -> None:
        self.norms = norms
        self.journals: dict[tuple[str, bytes], int] = {}
        self.grants: dict[tuple[Address, bytes], GrantHistory] = {}
        self.claims: dict[Address, int] = {}
        self.state: State = memory_state()
        self._positions: defaultdict[tuple[str, object], list[int]] = defaultdict(list)

    def add(self, entry: EntryLine) -> None:
        """Append an entry to its journal.

        Raises:
            FormError: It is no event that stands in such a journal.
        """
        event = _event_of(entry)
        if entry.subject not in subjects_of(entry.register, event):
            raise FormError("an entry of another journal", "另一账簿的条目")
        self._require_interval(event)
        key = (entry.register, entry.subject)
        digest = keccak(b"".join(entry.topics) + entry.data)
        word = roll(self.journals.get(key, 0), int.from_bytes(entry.subject, "big"), digest)
        self.journals[key] = word
        if entry.register == "holders":
            self._add_grant(address_from_bytes(entry.subject), event, word & _MASK_64)
            return
        if entry.register == "norms":
            self.norms.add_entry(int.from_bytes(entry.subject, "big"), word & _MASK_64, event)
            return
        fold_event(self.state, event)
        if isinstance(event, QualificationRecorded):
            self._positions["qualification", event.qualification].append(word & _MASK_64)
        elif isinstance(event, AccreditationRecorded):
            self._positions["accreditation", (event.issuer, event.category)].append(word & _MASK_64)

    def _require_interval(self, event: LedgerEvent) -> None:
        """Refuse a history that does not begin with an interval: no verdict follows from such a one."""
        if not isinstance(event, QualificationRecorded | AccreditationRecorded) or event.entry.until:
            return
        if isinstance(event, QualificationRecorded):
            is_first = self.state.qualifications[event.qualification] is None
        else:
            is_first = self.state.accreditations[event.issuer, event.category] is None
        if is_first:
            raise FormError("an entry that nothing was issued before", "其前并无签发的条目")

    # -- grants

    def _add_grant(self, holder: Address, event: LedgerEvent, position: int) -> None:
        if isinstance(event, ReplacementProposed):
            if event.compromised_since and event.old_holder == holder:
                self._claim(holder, event.compromised_since)
            return
        if not isinstance(
            event, GrantMade | GrantRevoked | GrantVetoed | GrantSuspended | GrantReinstated | GrantReplaced
        ):
            return
        key = grant_key(holder, event.role, event.division, event.subject)
        history = self.grants.setdefault(
            (holder, key), GrantHistory(event.role, event.division, event.subject)
        )
        history.steps.append(GrantStep(position, event.recorded_at, self._acts_from(history, holder, event)))
        if isinstance(event, GrantRevoked) and event.compromised_since:
            self._claim(holder, event.compromised_since)

    @staticmethod
    def _acts_from(history: GrantHistory, holder: Address, event: LedgerEvent) -> int:
        if isinstance(event, GrantMade):
            return event.from_
        if isinstance(event, GrantReplaced):
            return event.recorded_at if event.new_holder == holder else 0
        if isinstance(event, GrantReinstated):
            # As it was before it was suspended: it may still have waited for its delay.
            return next((step.from_ for step in reversed(history.steps) if step.from_), 0)
        return 0

    def _claim(self, holder: Address, since: int) -> None:
        self.claims[holder] = min(since, self.claims.get(holder, since))

    # -- verdicts

    def verdict_then(self, qualification: int, recorded: Verdict, at: int) -> Verdict | None:
        """Return what a qualification was worth, by the entries that a receipt says were known.

        Args:
            qualification: The qualification.
            recorded: The verdict of the receipt, with the positions that were known.
            at: The time that was judged, seconds since 1970.

        Returns:
            With the positions at which the known histories end, so that a true verdict is equal to the one
            recorded; None where no such qualification is in the file.
        """
        found = self.state.qualifications[qualification]
        if found is None:
            return None
        accreditation = self.state.accreditations[found.issuer, found.category]
        of_supplier = self._known("qualification", qualification, recorded.supplier_position)
        of_issuer = self._known("accreditation", (found.issuer, found.category), recorded.issuer_position)
        judged = verdict(found, accreditation, at, (len(of_supplier), len(of_issuer)))
        last = (max(of_supplier, default=0), max(of_issuer, default=0))
        return Verdict(judged.status, judged.grade, *last)

    def _known(self, what: str, key: object, position: int) -> list[int]:
        return [each for each in self._positions[what, key] if each <= position]

    def issuers_of(self, receipts: Iterable[Receipt]) -> set[int]:
        """Return the issuers of the qualifications that receipts name."""
        named = (self.state.qualifications[receipt.qualification] for receipt in receipts)
        return {int(found.issuer) for found in named if found is not None}

    def judge(
        self, receipts: Iterable[Receipt], items: Mapping[int, int], *, with_suppliers: bool
    ) -> list[ReceiptVerdict]:
        """Return the verdict of every receipt, then and now.

        Args:
            receipts: In order.
            items: Item word by item.
            with_suppliers: Whether the journals of suppliers and issuers are there.
        """
        return [self._judge(receipt, items, with_suppliers) for receipt in receipts]

    def _judge(self, receipt: Receipt, items: Mapping[int, int], with_suppliers: bool) -> ReceiptVerdict:
        recorded = Verdict.from_word(receipt.verdict)
        if not receipt.qualification:
            needs_none = all(not items[item] & _CATEGORY for item in receipt.items)
            now = Status.NOT_NEEDED if needs_none else Status.UNKNOWN
            then: Verdict | None = Verdict(now, 0, 0, 0)
        else:
            then = self.verdict_then(receipt.qualification, recorded, receipt.at)
            now = self._status_now(receipt.qualification, receipt.at)
        is_as_recorded = then == recorded if with_suppliers or not receipt.qualification else None
        return ReceiptVerdict(receipt.sequence, receipt.document, recorded.status, now, is_as_recorded)

    def _status_now(self, qualification: int, at: int) -> Status:
        """Return what a qualification is worth for the same time by everything that is recorded."""
        found = self.state.qualifications[qualification]
        if found is None:
            return Status.UNKNOWN
        return verdict(found, self.state.accreditations[found.issuer, found.category], at).status
