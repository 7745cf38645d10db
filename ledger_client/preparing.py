"""Calls and documents as their signers will sign them; nothing is sent from here.

A document names up to three parties. The first sends the transaction; the others consent by a signature over
content, body and time limit, which says nothing that is known only when a block takes it. Whoever has no key,
as a server, prepares documents all the same: those whose keys are elsewhere sign the draft.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ledger_client.acts import ID_BYTES, Act, plain
from ledger_client.acts import require_ledger as require_act_ledger
from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.calldata import Consignment, Original
from ledger_client.digests import document_key, recording_site
from ledger_client.documents import LATE_AFTER, Document, Kind
from ledger_client.drafts import NO_BODY, Draft, Part, Seat, outbox_key, require_ledger
from ledger_client.outbox import EntryState, Outbox, Submission
from ledger_client.records import Record
from ledger_client.signers import AbsentSigner, CompactSignature, Signer, recover_signer

CONSENT_LASTS = 3_600  # seconds
DRAFT_LASTS = LATE_AFTER
"""Seconds for which consents to a draft count that travels from signer to signer; later it would be late."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who signs, on the strength of a grant.

    Attributes:
        signer: Who signs.
        division: Division of the grant relied on.
    """

    signer: Signer
    division: int


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """An approver's consent to a document that was signed before the document is sent.

    Attributes:
        division: Division of the approver's grant.
        body: Salted digest of the document's body that it covers, 32 zero bytes for none.
        valid_until: Until when it counts, seconds since 1970; other consents to the document end with it.
        signature: The consent.
    """

    division: int
    body: bytes
    valid_until: int
    signature: CompactSignature


@dataclass(frozen=True, slots=True)
class Prepared:
    """Something that is ready to be signed and sent.

    Attributes:
        submission: What goes into the outbox.
        to: The contract.
        signer: Who sends it.
        key: Of a document, request or proposal: its key; 0 for other calls.
        record: Name or body whose digest goes on chain with it, if any.
        draft: Of a document: what is signed, by whom.
        act: Of any other call: what is signed.
    """

    submission: Submission
    to: Address
    signer: Signer
    key: int = 0
    record: Record | None = None
    draft: Draft | None = None
    act: Act | None = None

    @classmethod
    def of(cls, act: Act, by: Signer) -> Prepared:
        """Return an act as it is sent by its sender."""
        return cls(act.submission(), act.address, by, act.key, act.record, act=act)

    @property
    def is_complete(self) -> bool:
        """Whether all who sign it are here: else it is a draft that waits for them."""
        if isinstance(self.signer, AbsentSigner):
            return False
        return self.draft is None or self.draft.waiting_for == [Part.SENDER]


class LedgerPlace(Protocol):
    """Which ledger something is prepared for; a `Deployment` says it, and so does a trust file."""

    @property
    def chain_id(self) -> int:
        """For which transactions are signed."""

    @property
    def genesis_hash(self) -> bytes:
        """Of the chain's block 0."""

    @property
    def stock_ledger(self) -> Address:
        """Where documents go."""

    @property
    def addresses(self) -> Mapping[str, Address]:
        """Of the contracts, by name."""

    @property
    def offset(self) -> int:
        """Seconds by which the ledger's days are ahead of UTC."""


class Drafter:
    """Prepares calls and documents of one ledger.

    Args:
        place: Which ledger.
        outbox: Where what was written from here stands; None where nothing is.
        now: Seconds since 1970.
    """

    def __init__(
        self, place: LedgerPlace, outbox: Outbox | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._place = place
        self._outbox = outbox
        self._now = now

    def call(
        self, contract: str, function: str, *arguments: object, by: Signer, record: Record | None = None
    ) -> Prepared:
        """Prepare a call of any contract but the StockLedger, which takes documents.

        Each preparation is an act of its own: doing the same twice is refused by the contract. Only what
        registers a name has a key that says what it names, so that of two processes of one home that
        register the same thing at once, one finds the other's entry and leaves its name alone.
        """
        own = self._place
        act = Act(
            chain_id=own.chain_id,
            genesis=own.genesis_hash,
            ledger=own.stock_ledger,
            contract=contract,
            address=own.addresses[contract],
            function=function,
            arguments=plain(arguments),
            sender=by.address,
            id=secrets.token_bytes(ID_BYTES),
            record=record,
        )
        return Prepared.of(act, by)

    def adopted_act(self, act: Act, sender: Signer) -> Prepared:
        """Prepare an act that was prepared elsewhere, with what its sender signs beside the transaction.

        Args:
            act: The act.
            sender: Who signs it.

        Raises:
            ActSignerError: It names another sender.
            ActLedgerError: It is for another ledger: where this chain has no such contract, its transaction
                would succeed and record nothing.
        """
        own = self._place
        require_act_ledger(
            act,
            chain_id=own.chain_id,
            genesis=own.genesis_hash,
            contracts=own.addresses,
            source="deployment.json",
        )
        return Prepared.of(act.signed(sender), sender)

    def document(
        self,
        kind: Kind,
        document: Document,
        sender: Party,
        *,
        other: Party | None = None,
        approver: Party | GivenConsent | None = None,
        body: Record | None = None,
        consignment: Consignment | None = None,
        original: Original | None = None,
    ) -> Prepared:
        """Prepare a document with the consents of all parties.

        Args:
            kind: What it is.
            document: Its content.
            sender: Who sends it.
            other: The other keeper or the supplier.
            approver: The approver, or the consent that one gave before.
            body: The record of its body, if it has one; a consent given before says which body it has.
            consignment: What is left of the consignment that it takes further.
            original: What it reverses.
        """
        given = approver if isinstance(approver, GivenConsent) else None
        draft = self.draft(
            kind,
            document,
            _seat(sender),
            other=_seat(other) if other else None,
            approver=_seat(approver) if isinstance(approver, Party) else None,
            body=given.body if given else body.body_digest() if body else NO_BODY,
            valid_until=given.valid_until if given else self._until(sender, other, approver),
            consignment=consignment,
            original=original,
        )
        # No consent covers who else signs, so that all sign one digest.
        digest = draft.consent_digest
        consents = {
            part: party.signer.sign_digest(digest)
            for part, party in ((Part.OTHER, other), (Part.APPROVER, approver))
            if isinstance(party, Party) and not isinstance(party.signer, AbsentSigner)
        }
        if given:
            consents[Part.APPROVER] = given.signature
            # Whom the contract takes for the approver: whoever signed.
            approver_seat = Seat(recover_signer(digest, given.signature) or ZERO_ADDRESS, given.division)
            draft = replace(draft, approver=approver_seat)
        draft = replace(draft, consents=consents)
        return Prepared(draft.submission(), draft.ledger, sender.signer, draft.key, body, draft)

    def _until(self, *parties: Party | GivenConsent | None) -> int:
        """Return until when consents count: shortly, but where somebody signs elsewhere."""
        elsewhere = any(isinstance(each, Party) and isinstance(each.signer, AbsentSigner) for each in parties)
        return int(self._now()) + (DRAFT_LASTS if elsewhere else CONSENT_LASTS)

    def draft(
        self,
        kind: Kind,
        document: Document,
        sender: Seat,
        *,
        other: Seat | None = None,
        approver: Seat | None = None,
        body: bytes = NO_BODY,
        valid_until: int,
        consignment: Consignment | None = None,
        original: Original | None = None,
    ) -> Draft:
        """Return a document of this ledger that nobody has signed.

        Args:
            kind: What it is.
            document: Its content.
            sender: Who will send it.
            other: The other keeper or the supplier.
            approver: The approver.
            body: Salted digest of its body, 32 zero bytes for none.
            valid_until: Until when consents count, seconds since 1970.
            consignment: What is left of the consignment that it takes further.
            original: What it reverses.
        """
        return Draft(
            chain_id=self._place.chain_id,
            genesis=self._place.genesis_hash,
            ledger=self._place.stock_ledger,
            kind=kind,
            document=document,
            sender=sender,
            other=other,
            approver=approver,
            body=body,
            valid_until=valid_until,
            consignment=consignment,
            original=original,
        )

    def adopted(self, draft: Draft, sender: Signer, body: Record | None = None) -> Prepared:
        """Prepare a document that was drafted, and to which everybody else has consented.

        Args:
            draft: The document, with all consents.
            sender: Who sends it.
            body: The record of its body, where it was drafted here; else it is with whoever drafted it.

        Raises:
            ConsentsMissingError: Somebody has not consented.
            ConsentWrongError: A consent is not one by whom the draft names, over this draft.
            DraftLedgerError: It is for another ledger: where this chain has no such contract, its transaction
                would succeed and record nothing.
        """
        own = self._place
        require_ledger(
            draft,
            chain_id=own.chain_id,
            genesis=own.genesis_hash,
            ledger=own.stock_ledger,
            source="deployment.json",
        )
        draft.require_consents()
        return Prepared(draft.submission(), draft.ledger, sender, draft.key, body, draft)

    def stands(self, key: int) -> bool:
        """Return whether a document with this key was written here, and was not refused."""
        known = self._outbox.find(outbox_key(key)) if self._outbox else None
        return known is not None and known.state is not EntryState.REFUSED

    def key_of(self, kind: Kind, document: Document, original: Original | None = None) -> int:
        """Return the key that a document will have."""
        site = recording_site(kind, document, original.kind if original else None)
        return document_key(site, document.client_id)


def _seat(party: Party) -> Seat:
    return Seat(party.signer.address, party.division)
