"""Writing to the ledger: calls and documents are prepared, stored in the outbox, sent, and waited for.

Everything that changes the ledger goes through a `Writer`. What it prepares can be sent one by one, checked
before it is signed, or many at once::

    writer.write([writer.call("Catalogue", "registerItem", …, by=root)])
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
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
)
from ledger_client.preparing import CONSENT_LASTS, DRAFT_LASTS, Drafter, GivenConsent, Party, Prepared
from ledger_client.records import RecordStore
from ledger_client.reverts import decode_revert
from ledger_client.signers import KeyAbsentError

__all__ = [
    "CHUNK", "CONSENT_LASTS", "DRAFT_LASTS", "WAIT", "Drafter", "GivenConsent", "KeptError",
    "NotAllRecordedError", "NotRecordedError", "Party", "Prepared", "RegistrationTakenError", "Writer",
    "refusal_of",
]  # fmt: skip

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


class Writer(Drafter):
    """Writes to one ledger through one outbox."""

    def __init__(
        self,
        chain: Chain,
        deployment: Deployment,
        outbox: Outbox,
        records: RecordStore,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(deployment, outbox, now)
        self._outbox: Outbox = outbox
        self._chain = chain
        self._records = records

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
