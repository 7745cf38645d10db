"""The desk: whoever has a key elsewhere has documents prepared here, and hands them in signed.

::

    with Desk.open(home) as desk:
        stored, _ = desk.prepare(form, index)               # asked of the contract, kept as a draft
        desk.consent(key, Part.APPROVER, signature)
        desk.reserve(key)                                   # the sender's number, once all have consented
        desk.hand_in(key, raw, record_signature)            # into the outbox, which a relay sends

Nothing here signs, and nothing here waits for a block.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from ledger_client.act_desk import ActDesk
from ledger_client.addresses import Address
from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.canonical import canonical
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment, encode_call
from ledger_client.databases import DatabaseMissingError
from ledger_client.documents import Kind
from ledger_client.drafts import (
    ConsentWrongError,
    Draft,
    Part,
    outbox_key,
    require_ledger,
    require_time,
)
from ledger_client.drafts.store import DraftClosedError, DraftState, DraftStore, StoredDraft
from ledger_client.errors import RefusedError, UnavailableError, UsageError
from ledger_client.forms import IndexKnown, prepare
from ledger_client.home import Home
from ledger_client.index.whole import WholeReader
from ledger_client.keccak import keccak
from ledger_client.node import connect
from ledger_client.outbox import Entry, EntryState, Outbox, Reservation
from ledger_client.preparing import Drafter
from ledger_client.records import Record, RecordId, RecordsKey, RecordStore
from ledger_client.reverts.documents import ConsentMissingError
from ledger_client.reverts.stock import VerdictChangedError
from ledger_client.roles import Role
from ledger_client.signers import CompactSignature
from ledger_client.skipping import Skipped, skipped_in
from ledger_client.stock import Stock
from ledger_client.words import unpack_reference

FORGOTTEN_AFTER = 86_400
"""Seconds for which a draft whose time is over is told to be so; then it is gone, with its note."""

_DOCUMENT = "document/"


class RecordUnsignedError(UsageError):
    """A document has a note, and whoever hands it in has not signed the record of it."""

    en = (
        "draft {draft} has a note, whose record its sender registers: sign the record's digest too, and send "
        "it as `record_signature`"
    )
    zh = "草稿 {draft} 有备注，其档案由提交人登记：请一并签署档案摘要，并作为 record_signature 发送"


class DraftSeatError(RefusedError):
    """A consent is given as somebody whom a document does not have."""

    en = "draft {draft} has no {part}; sign as what it names you"
    zh = "草稿 {draft} 没有{part_zh}；请按草稿所列身份签署"


@dataclass(frozen=True, slots=True)
class Handed:
    """A transaction that was handed in, and what became of it.

    Attributes:
        entry: As the outbox has it.
        is_last: Whether it is the last one signed for its document: else another one took its place.
        missing_numbers: Numbers of its sender below its own that nothing here has: it waits until they are
            signed, or were sent elsewhere. None where the node does not answer.
    """

    entry: Entry
    is_last: bool
    missing_numbers: tuple[int, ...] | None

    @property
    def document(self) -> int | None:
        """The key of the document that it records; None of another call."""
        key = self.entry.key
        return int(key.removeprefix(_DOCUMENT), 16) if key.startswith(_DOCUMENT) else None


class Desk:
    """Drafts and transactions of one home.

    Attributes:
        deployment: Of the ledger.
        outbox: What was handed in.
        acts: What is done beside documents.

    Args:
        deployment: Of the ledger.
        chain: A connection of its own.
        drafts: Those of the office.
        outbox: Of the home.
        records: Of the home.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        deployment: Deployment,
        chain: Chain,
        drafts: DraftStore,
        outbox: Outbox,
        records: RecordStore,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.deployment = deployment
        self.outbox = outbox
        self._chain = chain
        self._drafts = drafts
        self._records = records
        self._now = now
        self.acts = ActDesk(deployment, chain, outbox, records, now)

    @classmethod
    def open(cls, home: Home, *, may_hold: bool = True) -> Self:
        """Open the desk of a home; its keys are not touched.

        Args:
            home: Where the ledger lives.
            may_hold: Whether this process may come to hold the embedded chain.

        Raises:
            HomeMissingError: There is none.
            DatabaseMissingError: Its outbox or its records are not there.
            RecordsKeyMissingError: The key of the records is not there.
        """
        home = Home.existing(home.path)
        for database in (home.records, home.outbox):
            if not database.exists():
                raise DatabaseMissingError(database=database)
        key = RecordsKey.read(home.records_key)
        with ExitStack() as opened:
            chain = Chain(connect(home.node, may_hold=may_hold))
            opened.callback(chain.node.close)
            drafts = opened.enter_context(DraftStore.open(home.unsigned, key))
            outbox = opened.enter_context(Outbox.open(home.outbox))
            records = opened.enter_context(RecordStore.open(home.records, key))
            desk = cls(Deployment.load(home.deployment), chain, drafts, outbox, records)
            opened.pop_all()
        return desk

    def close(self) -> None:
        """Close databases and connection."""
        self._drafts.close()
        self.outbox.close()
        self._records.close()
        self._chain.node.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- preparing

    def prepare(
        self, form: Any, index: WholeReader, allow: Callable[[Draft], None] | None = None
    ) -> tuple[StoredDraft, bool]:
        """Make a draft of a form and keep it; the same form is the same draft, however often it comes.

        Args:
            form: A `DocumentForm`.
            index: Where what it leaves open is looked up.
            allow: Called with the draft before anything is asked or kept; it may refuse.

        Returns:
            The draft as it stands here, and whether it is new.

        Raises:
            UsageError: Something that the form says cannot be meant.
            RefusedError: The contract would refuse it, whoever consents.
            DraftTakenError: Another draft has its site and client id.
            UnavailableError: The node does not answer.
        """
        digest = keccak(canonical(form.model_dump(mode="json")))
        known = self._drafts.of_form(digest)
        if known is not None and known.state(self._now()) is not DraftState.EXPIRED:
            if allow is not None:
                allow(known.draft)
            return self._marked(known), False
        offset = self.deployment.offset
        drafter = Drafter(self.deployment, self.outbox, self._now)
        made = prepare(form, Stock(drafter, _Bodies(self), self._now), IndexKnown(index, offset), offset)
        draft = made.draft
        if draft is None:
            raise TypeError("a form makes a document")
        if allow is not None:
            allow(draft)
        # So that whoever signs elsewhere sees goods and dates, and not ids alone.
        draft = replace(draft, lots=tuple(index.lot_attributes(draft.lots_named)))
        draft = self._with_kept_consent(draft, index)
        return self._kept(draft, made.record, digest)

    def _with_kept_consent(self, draft: Draft, index: WholeReader) -> Draft:
        """Return a draft with the consent that its approver gave when approving what it delivers on.

        It counts for the very document that was approved, client id and all, since it signs the whole of it.
        """
        reference = unpack_reference(draft.document.reference)
        if draft.approver is None or reference.type != REFERENCE_PROPOSAL:
            return draft
        kept = index.consent(reference.id)
        if kept is None or kept.valid_until < self._now():
            return draft
        try:
            return replace(draft, valid_until=kept.valid_until).consented(
                Part.APPROVER, CompactSignature(kept.r, kept.vs)
            )
        except ConsentWrongError:
            return draft  # it says something else than was approved, which its approver has to sign

    def take(self, draft: Draft) -> tuple[StoredDraft, bool]:
        """Keep a draft that was made elsewhere; one that stands here gets the consents that it lacks.

        Returns:
            The draft as it stands here, and whether it is new.

        Raises:
            DraftLedgerError: It is for another ledger.
            DraftOverError: Its consents count no longer, or for too long.
            ConsentWrongError: A consent is not one by whom it names.
            RefusedError: The contract would refuse it, whoever consents.
            DraftTakenError: Another draft has its key.
            DraftClosedError: It was withdrawn or sent.
        """
        own = self.deployment
        require_ledger(
            draft,
            chain_id=own.chain_id,
            genesis=own.genesis_hash,
            ledger=own.stock_ledger,
            source="deployment.json",
        )
        require_time(draft, self._now(), own.offset)
        draft.require_true_consents()
        return self._kept(draft, None, None)

    def _kept(self, draft: Draft, body: Record | None, form: bytes | None) -> tuple[StoredDraft, bool]:
        now = self._now()
        # Notes may name people, and nobody can sign what is over.
        self._drafts.forget(now - FORGOTTEN_AFTER)
        known = self._drafts.find(draft.key)
        is_new = known is None or known.state(now) is DraftState.EXPIRED
        if is_new:
            self._ask(draft)
        try:
            return self._drafts.put(draft, now, body, form=form), is_new
        except DraftClosedError:
            if form is None:
                raise
            # The same document in other words, of which nothing is signed any more.
            return self._known(draft.key), False

    def body_of(self, key: int) -> Record | None:
        """Return the body that the document of a key has in a draft or in the records."""
        known = self._drafts.find(key)
        return known.body if known and known.body else self._records.get(RecordId("document", key))

    # -- signing

    def find(self, key: int) -> StoredDraft | None:
        """Return the draft of a key, None where there is none."""
        known = self._drafts.find(key)
        return None if known is None else self._marked(known)

    def inbox(self, address: Address, after: tuple[int, int] | None, limit: int) -> list[StoredDraft]:
        """Return drafts that wait for the signature of an address, the oldest first.

        Args:
            address: Whose inbox.
            after: Only those behind this one: when it was put here, and its key.
            limit: At most so many.
        """
        found = self._drafts.waiting_for(address, self._now(), after=after, limit=limit)
        return list(map(self._marked, found))

    def state(self, stored: StoredDraft) -> DraftState:
        """Return where a draft stands now."""
        return stored.state(self._now())

    def transaction_of(self, stored: StoredDraft) -> bytes | None:
        """Return the hash of what was handed in for a draft, None where nothing was."""
        if not stored.is_sent:
            return None
        entry = self.outbox.find(outbox_key(stored.draft.key))
        return entry.hash if entry else None

    def consent(self, key: int, part: Part, signature: CompactSignature) -> StoredDraft:
        """Add a consent; see `DraftStore.consent`.

        Raises:
            DraftSeatError: The document has nobody who signs as that.
        """
        if part not in self._known(key).draft.seats:
            raise DraftSeatError(draft=f"{key:062x}"[:8], part=part.names[0], part_zh=part.names[1])
        return self._drafts.consent(key, part, signature, self._now())

    def withdraw(self, key: int, by: Address) -> StoredDraft:
        """Withdraw a draft; see `DraftStore.withdraw`."""
        self._known(key)
        return self._drafts.withdraw(key, by, self._now())

    def reserve(self, key: int) -> Reservation:
        """Reserve the number of a draft's sender, for two minutes.

        Raises:
            DraftUnknownError: There is no such draft.
            DraftClosedError: It was withdrawn, sent, or its time is over.
            ConsentsMissingError: Somebody has not consented.
            RevertError: The contract would refuse it.
            SignatureOpenError: The sender has the number of another document in hand.
        """
        draft = self._open(self._known(key)).draft
        draft.require_consents()
        self._ask(draft)
        return self.outbox.reserve(outbox_key(key), draft.sender.address, self._chain, self._now())

    def hand_in(self, key: int, raw: bytes, record_signature: CompactSignature | None) -> Entry:
        """Take in the transaction that a draft's sender signed; it is on disk when this returns.

        The same bytes get the same answer at any time.

        Args:
            key: Of the draft.
            raw: The signed bytes.
            record_signature: The sender's, over the digest of the record of the document's body.

        Raises:
            DraftUnknownError: There is no such draft.
            DraftClosedError: It was withdrawn, or its time is over.
            ConsentsMissingError: Somebody has not consented.
            RecordUnsignedError: The document has a body, and its record is not signed.
            RecordSignatureError: It was signed by somebody else, or over something else.
            ContentDiffersError: Another content stands under the key.
            NumberOverError: It was signed under a number that is not reserved for it.
            TransactionOtherError: It says something else than the draft.
            TransactionRawError: It is no signed transaction.
        """
        known = self.outbox.find_transaction(keccak(raw))
        if known is not None and known.key == outbox_key(key):
            self._drafts.mark_sent(key)
            return known
        stored = self._known(key)
        draft, body = stored.draft, stored.body
        if stored.state(self._now()) is not DraftState.SENT:
            self._open(stored)
        draft.require_consents()

        def keep() -> None:
            if body is None:
                return
            if record_signature is None:
                raise RecordUnsignedError(draft=f"{key:062x}"[:8])
            self._records.put_signed(body, draft.sender.address, record_signature)

        entry = self.outbox.adopt(draft.submission(), raw, self._chain, self._now(), keep=keep)
        self._drafts.mark_sent(key)
        return entry

    def handed(self, hash_: bytes) -> Handed | None:
        """Return what became of a transaction that was handed in, None where none with this hash was."""
        entry = self.outbox.find_transaction(hash_)
        if entry is None:
            return None
        return Handed(entry, entry.hash == hash_, self._missing_numbers(entry))

    def skipped(self, handed: Handed) -> list[Skipped]:
        """Return the proposals that an approval passed over; see `skipped_in`."""
        return skipped_in(self._chain, self.deployment, handed.entry)

    def _missing_numbers(self, entry: Entry) -> tuple[int, ...] | None:
        if entry.state.is_end or entry.nonce is None:
            return ()
        try:
            gaps = self.outbox.gaps(entry.sender, self._chain)
        except UnavailableError:
            return None
        return tuple(each for each in gaps if each < entry.nonce)

    # -- asking the contract

    def _ask(self, draft: Draft) -> None:
        """Refuse what the contract would refuse now, whoever of those who have not signed consents.

        Raises:
            RefusedError: It would.
            UnavailableError: The node does not answer.
        """
        missing = {each for each in draft.seats if each is not Part.SENDER and each not in draft.consents}
        submission = draft.submission()
        try:
            self._chain.call(draft.ledger, submission.data, "pending", sender=submission.sender)
        except ConsentMissingError as error:
            # Of somebody who is to consent yet; else nobody is, and nobody will.
            if (Part.APPROVER if error.role == Role.APPROVER else Part.OTHER) not in missing:
                raise
        except VerdictChangedError:
            # Goods come in free where their supplier has signed, which is to happen yet.
            if draft.kind is not Kind.RECEIPT or Part.OTHER not in missing:
                raise
        for part in missing:
            self._require_grant(draft, part)

    def _require_grant(self, draft: Draft, part: Part) -> None:
        seat = draft.seats[part]
        if part is Part.APPROVER:
            role, subject = Role.APPROVER, 0
        elif draft.kind is Kind.RECEIPT:
            role, subject = Role.SUPPLIER, draft.document.from_
        else:
            role, subject = Role.KEEPER, 0
        data = encode_call("Directory", "requireGrant", seat.address, role, seat.division, subject)
        self._chain.call(self.deployment.addresses["Directory"], data, "pending")

    # -- stored drafts

    def _known(self, key: int) -> StoredDraft:
        return self._marked(self._drafts.get(key))

    def _open(self, stored: StoredDraft) -> StoredDraft:
        state = stored.state(self._now())
        if state is not DraftState.OPEN:
            raise DraftClosedError.of(stored.draft, state)
        return stored

    def _marked(self, stored: StoredDraft) -> StoredDraft:
        """Return a draft, as sent where the outbox has it: a process may have died before it said so."""
        if stored.is_sent or stored.withdrawn_by is not None:
            return stored
        entry = self.outbox.find(outbox_key(stored.draft.key))
        if entry is None or entry.state in (EntryState.PREPARED, EntryState.REFUSED):
            return stored
        if entry.content != stored.draft.content:  # another document took its client id
            return stored
        self._drafts.mark_sent(stored.draft.key)
        return replace(stored, is_sent=True, body=None)


class _Bodies:
    """The bodies of drafts and documents, for `Stock`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, id: RecordId) -> Record | None:
        """Return the body of a document."""
        return self._desk.body_of(id.number)
