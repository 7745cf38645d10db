"""Writing to the ledger: calls and documents are prepared, stored in the outbox, sent, and waited for.

Everything that changes the ledger goes through a `Writer`. What it prepares can be sent one by one, checked
before it is signed, or many at once::

    writer.write([writer.call("Catalogue", "registerItem", …, by=root)])

A document names up to three parties. The first sends the transaction; the others consent by a signature over
content, body and time limit, which says nothing that is known only when a block takes it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby

from ledger_client.acts import ID_BYTES, Act, plain
from ledger_client.acts import require_ledger as require_act_ledger
from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.calldata import Consignment, Original
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
from ledger_client.digests import document_key, recording_site
from ledger_client.documents import LATE_AFTER, Document, Kind
from ledger_client.drafts import NO_BODY, Draft, Part, Seat, outbox_key, require_ledger
from ledger_client.errors import RefusedError, ShecangError, UnavailableError
from ledger_client.language import Language, current_language
from ledger_client.outbox import (
    ContentDiffersError,
    Entry,
    EntryState,
    NonceUsedError,
    Outbox,
    Refusal,
    StillWaitingError,
    Submission,
)
from ledger_client.records import Record, RecordStore
from ledger_client.reverts import decode_revert
from ledger_client.signers import AbsentSigner, CompactSignature, KeyAbsentError, Signer, recover_signer

CONSENT_LASTS = 3_600  # seconds
DRAFT_LASTS = LATE_AFTER
"""Seconds for which consents to a draft count that travels from signer to signer; later it would be late."""
WAIT = 120.0  # seconds
CHUNK = 200  # transactions that are signed and sent at once


class NotRecordedError(RefusedError):
    """A node would not take a transaction at all."""

    en = "the node did not take the transaction: {reason}; nothing was recorded"
    zh = "节点未接受该交易：{reason}；未作任何记录"


class NotAllRecordedError(RefusedError):
    """Of several, some were refused: what was recorded stands.

    Attributes:
        entries: What became of each, in the order in which they were given.
        refusal: Why the first of the refused was.
    """

    en = (
        "of {count}, {recorded} are recorded and stand, {waiting} are kept and on their way, {refused} were "
        "refused; the first of these, {key}: {reason}"
    )
    zh = (
        "共 {count} 笔：{recorded} 笔已记录且有效，{waiting} 笔已保存、尚待入块，{refused} 笔被拒绝；"
        "其中第一笔 {key}：{reason}"
    )

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> NotAllRecordedError:
        """Return the error that tells what became of `entries`, one of which was refused."""
        refused = [entry for entry in entries if entry.state is EntryState.REFUSED]
        recorded = sum(entry.state is EntryState.RECORDED for entry in entries)
        return cls(
            count=len(entries),
            recorded=recorded,
            refused=len(refused),
            waiting=len(entries) - recorded - len(refused),
            key=refused[0].key,
            refusal=refusal_of(refused[0]),
            entries=tuple(entries),
        )

    def text(self, language: Language | None = None) -> str:
        """Return the one sentence that a user reads, in `language` or the language in force."""
        language = language or current_language()
        template = self.zh if language == "zh" else self.en
        return template.format(**self.facts, reason=self.refusal.text(language))


class RegistrationTakenError(RefusedError):
    """Something is registered twice from one home, at about the same time."""

    en = (
        "{record} was registered from here a moment ago, or is on its way, with a name record of its own; "
        "nothing of this one was kept: look it up first"
    )
    zh = "{record} 刚刚已从此处登记，或正在登记，并有其名称记录；本次内容未保存：请先查看"


class KeptError(UnavailableError):
    """Something failed after other things were signed and stored.

    Attributes:
        failure: What failed.
        count: How many signed are kept.
    """

    en = "{reason}. {count} signed are kept and sent when the ledger is next opened: do not record them anew"
    zh = "{reason}。已签署的 {count} 笔已保存，下次打开账本时发送：请勿重新记录"

    def text(self, language: Language | None = None) -> str:
        """Return the one sentence that a user reads, in `language` or the language in force."""
        language = language or current_language()
        template = self.zh if language == "zh" else self.en
        return template.format(reason=self.failure.text(language).rstrip("。"), count=self.count)


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


class Writer:
    """Writes to one ledger through one outbox."""

    def __init__(
        self,
        chain: Chain,
        deployment: Deployment,
        outbox: Outbox,
        records: RecordStore,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self._chain = chain
        self._deployment = deployment
        self._outbox = outbox
        self._records = records

    # -- preparing

    def call(
        self, contract: str, function: str, *arguments: object, by: Signer, record: Record | None = None
    ) -> Prepared:
        """Prepare a call of any contract but the StockLedger, which takes documents.

        Each preparation is an act of its own: doing the same twice is refused by the contract. Only what
        registers a name has a key that says what it names, so that of two processes of one home that
        register the same thing at once, one finds the other's entry and leaves its name alone.
        """
        own = self._deployment
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
        own = self._deployment
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
            chain_id=self._deployment.chain_id,
            genesis=self._deployment.genesis_hash,
            ledger=self._deployment.stock_ledger,
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
        own = self._deployment
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
        known = self._outbox.find(outbox_key(key))
        return known is not None and known.state is not EntryState.REFUSED

    def key_of(self, kind: Kind, document: Document, original: Original | None = None) -> int:
        """Return the key that a document will have."""
        site = recording_site(kind, document, original.kind if original else None)
        return document_key(site, document.client_id)

    # -- sending

    def write(self, prepared: Sequence[Prepared], *, check: bool = True) -> list[Entry]:
        """Store, sign, send and wait for what was prepared.

        Args:
            prepared: What to write; of one signer in this order.
            check: Ask the contract first, so that a refusal costs nothing; only right where none of them
                needs another one of them to be recorded before. What would replace a name is asked about in
                any case.

        Returns:
            One entry each, recorded.

        Raises:
            KeyAbsentError: Somebody who signs one is elsewhere; the contract would record it without
                a consent that it does not need. Nothing is stored.
            RevertError: The contract refuses one: at the check, or the only one later.
            RevertSilentError: The only one failed without a reason, as when its gas runs out.
            NonceUsedError: The number of the only one was used by another transaction of its signer.
            NotRecordedError: The node does not take the only one.
            NotAllRecordedError: One of several was refused for one of these reasons after the check; it
                says what became of each.
            ContentDiffersError: Another document was written with the same client id at the same site.
            RegistrationTakenError: Another process of this home registers the same.
            KeptError: Something failed when something was signed already.
            StillWaitingError: Some are in no block yet; they are kept, and looked for at the next start.
            UnavailableError: The node or the disk fails.
        """
        for each in prepared:
            _require_complete(each)
        if self._chain.finality_depth:
            # What lost its block goes first: later numbers of its sender wait for it.
            self._outbox.confirm(self._chain)
        # Before anything is stored: a refused registration must not replace the name of what is registered.
        for each in prepared:
            if check or self._replaces_name(each):
                self._check(each)
        self._send(_batches(prepared))
        entries = self._wait([each.submission.key for each in prepared])
        if any(entry.state is EntryState.REFUSED for entry in entries):
            raise NotAllRecordedError.of(entries) if len(entries) > 1 else refusal_of(entries[0])
        return entries

    def _replaces_name(self, prepared: Prepared) -> bool:
        if prepared.record is None or prepared.key:
            return False
        stored = self._records.get(prepared.record.id)
        return stored is not None and stored != prepared.record

    def _check(self, prepared: Prepared) -> None:
        submission = prepared.submission
        known = self._outbox.find(submission.key)
        if (
            known is not None
            and known.state is not EntryState.REFUSED
            and (prepared.key or known.content == submission.content)
        ):
            return  # it is sent again as it is, and the outbox refuses other content
        # As of a block made now: the newest one may be old, and times are judged by the block's.
        self._chain.call(prepared.to, submission.data, "pending", sender=submission.sender)

    def _send(self, batches: Sequence[Sequence[Prepared]]) -> None:
        """Store and send batch after batch, each of one signer; a later one may fail, an earlier stays."""
        if len(batches) > 1:
            prepared = [each for some in batches for each in some]
            with _registrations_told(prepared):
                self._outbox.refuse_other_content([each.submission for each in prepared])
        stored = 0
        for some in batches:
            with _kept(stored):
                self._store(some)
            stored += len(some)
            with _kept(stored):
                self._outbox.send([each.submission.key for each in some], self._chain)

    def _store(self, some: Sequence[Prepared]) -> None:
        """Store what one signer signs, all or none."""
        signer = some[0].signer
        records = {each.submission.key: each.record for each in reversed(some)}

        def keep(keys: Sequence[str]) -> None:
            found = (records[key] for key in keys)
            self._records.put_many([record for record in found if record is not None], signer)

        # Records before anything is sent: no digest is ever on chain without what it is the digest of.
        with _registrations_told(some):
            self._outbox.store([each.submission for each in some], signer, self._chain, keep=keep)

    def _wait(self, keys: Sequence[str]) -> list[Entry]:
        """Wait for all; where one was refused meanwhile, return also what is still on its way."""
        with _kept(len(keys)):
            try:
                return self._outbox.wait(keys, self._chain, timeout=WAIT)
            except StillWaitingError:
                entries = self._outbox.entries(keys)
                if all(entry.state is not EntryState.REFUSED for entry in entries):
                    raise
                return entries


@contextmanager
def _registrations_told(prepared: Sequence[Prepared]) -> Iterator[None]:
    """Say of a registration whose key is taken what that means: it has no client id to be changed."""
    try:
        yield
    except ContentDiffersError as error:
        taken = next(each for each in prepared if each.submission.key == error.key)
        if taken.key or taken.record is None:
            raise
        raise RegistrationTakenError(record=taken.record.id) from error


@contextmanager
def _kept(count: int) -> Iterator[None]:
    """Say of a failure that `count` signed before are kept: who records them anew would record them twice."""
    try:
        yield
    except StillWaitingError:
        raise
    except ShecangError as error:
        if not count:
            raise
        raise KeptError(failure=error, count=count) from error


def _require_complete(prepared: Prepared) -> None:
    if prepared.is_complete:
        return
    draft = prepared.draft
    raise KeyAbsentError(
        address=draft.seats[draft.waiting_for[0]].address if draft else prepared.signer.address
    )


def _seat(party: Party) -> Seat:
    return Seat(party.signer.address, party.division)


def _batches(prepared: Sequence[Prepared]) -> list[list[Prepared]]:
    """Return what one signer signs at once, in order: consecutive ones, `CHUNK` at most."""
    return [
        list(some)
        for at in range(0, len(prepared), CHUNK)
        for _, some in groupby(prepared[at : at + CHUNK], key=lambda each: each.signer.address)
    ]


def refusal_of(entry: Entry) -> ShecangError:
    """Return what kept an entry from being recorded, as an error to raise."""
    if entry.refusal is Refusal.REVERTED:
        return decode_revert(entry.revert_data or b"")
    if entry.refusal is Refusal.NONCE_USED:
        return NonceUsedError()
    return NotRecordedError(reason=entry.reason or entry.state)
