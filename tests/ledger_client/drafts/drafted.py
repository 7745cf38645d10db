"""A played ledger that makes a draft of each document before it records it, and compares the two."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import played_ledger
from played_ledger import DIVISION_OF, OTHER_SITE, SITE, Ledger, play, set_up

from ledger_client.calldata import OPEN, Consignment, Original, calldata
from ledger_client.chain import Chain
from ledger_client.documents import Document, Kind
from ledger_client.drafts import Draft, Part, Seat
from ledger_client.events import DocumentRecorded
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines
from ledger_client.signers import Signer
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference

SIGNERS: dict[str, Signer] = {
    each.address: each for each in vars(played_ledger).values() if isinstance(each, Signer)
}
"""Every key of the played ledger, by address."""


def seat(who: Signer) -> Seat:
    """Where somebody signs, on the grant that it has there."""
    return Seat(who.address, DIVISION_OF[who.address])


@dataclass
class Drafting(Ledger):
    """Keeps the last draft of each kind."""

    drafts: dict[Kind, Draft] = field(default_factory=dict)

    @classmethod
    def played(cls, chain: Chain) -> Drafting:
        """A ledger on which everything was played."""
        founded = set_up(chain)
        ledger = cls(founded.chain, founded.deployment, founded.clock, founded.events)
        play(ledger)
        _answer_otherwise(ledger)
        return ledger

    def record(
        self,
        kind: Kind,
        who: Signer,
        document: Document,
        *,
        other: Signer | None = None,
        approver: Signer | None = None,
        consignment: Consignment | None = None,
        original: Original | None = None,
    ) -> DocumentRecorded:
        """Record a document through its draft."""
        signing = self.signing(kind, document, who, other, approver, original.kind if original else None)
        draft = self.draft(
            kind=kind,
            document=document,
            sender=seat(who),
            other=seat(other) if other else None,
            approver=seat(approver) if approver else None,
            body=signing.body,
            valid_until=signing.valid_until,
            consignment=consignment,
            original=original,
        )
        draft = all_consented(draft)
        # The oracle is put together by the tests' own signing.
        assert draft.submission().data == calldata(kind, document, signing, consignment, original)
        nonce = self.chain.transaction_count(who.address)
        [receipt] = self.chain.wait([self.chain.send_raw(who.sign_transaction(draft.transaction(nonce)))])
        assert receipt.succeeded
        self.drafts[kind] = draft
        self.keep(receipt)
        event = self.events[-1]
        assert isinstance(event, DocumentRecorded)
        assert event.key == draft.key
        return event

    def draft(self, **fields: Any) -> Draft:
        """A draft of this ledger."""
        own = self.deployment
        return Draft(chain_id=own.chain_id, genesis=own.genesis_hash, ledger=own.stock_ledger, **fields)


def all_consented(draft: Draft) -> Draft:
    """The draft with the consents of everybody but the sender."""
    while (part := draft.waiting_for[0]) is not Part.SENDER:
        signature = SIGNERS[draft.seats[part].address].sign_digest(draft.consent_digest)
        draft = draft.consented(part, signature)
    return draft


def unsigned(draft: Draft) -> Draft:
    """The draft as it was before anybody signed."""
    return replace(draft, consents={})


def _answer_otherwise(ledger: Drafting) -> None:
    """A contest and a return, which need time to pass: drafted as they would be, and not recorded."""
    sent = pack_lines(Kind.DISPATCH, [Line(played_ledger.LOOSE.lot_id, 5)])
    left = Consignment(OPEN, (played_ledger.KEEPER.address,), sent)
    for kind, who, reason in (
        (Kind.CONTEST, played_ledger.OTHER_KEEPER, 0),
        (Kind.RETURN, played_ledger.KEEPER, 0),
    ):
        document = ledger.document(
            from_=SITE,
            to=OTHER_SITE,
            reason=reason,
            reference=pack_reference(REFERENCE_CONSIGNMENT, 7 << 200),
            lines=b"",
        )
        draft = ledger.draft(
            kind=kind,
            document=document,
            sender=seat(who),
            approver=seat(played_ledger.APPROVER),
            body=keccak(b"a note"),
            valid_until=ledger.now() + played_ledger.SECONDS_A_DAY,
            consignment=left,
        )
        ledger.drafts[kind] = all_consented(draft)
