"""The desk for acts: whoever has a key elsewhere has acts prepared here, and hands them in signed.

Nothing of an act is kept until it is handed in: it travels whole, the record of its name or note with it::

    act = desk.acts.prepare(form, index)          # asked of the contract
    desk.acts.reserve(act)                        # the sender's number
    desk.acts.hand_in(act.signed(signer), raw)    # into the outbox and the records, which a relay sends
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_client.act_forms import IndexActs, Offices, prepare_act
from ledger_client.acts import Act, ActConsentError, require_ledger
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
from ledger_client.index.reads import IndexReader
from ledger_client.keccak import keccak
from ledger_client.outbox import Entry, EntryState, Outbox, Reservation
from ledger_client.records import RecordStore


class ActDesk:
    """Acts of one home.

    Args:
        deployment: Of the ledger.
        chain: A connection.
        outbox: Of the home.
        records: Of the home.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        deployment: Deployment,
        chain: Chain,
        outbox: Outbox,
        records: RecordStore,
        now: Callable[[], float],
    ) -> None:
        self._deployment = deployment
        self._chain = chain
        self._outbox = outbox
        self._records = records
        self._now = now
        self._offices = Offices.of(deployment, records, now)

    def prepare(
        self, form: Any, index: IndexReader, allow: Callable[[tuple[int, ...]], None] = lambda _: None
    ) -> Act:
        """Return the act of a form; nothing of it is kept.

        Args:
            form: An `ActForm`.
            index: Where what it leaves open is looked up.
            allow: See `IndexActs`.

        Raises:
            UsageError: Something that the form says cannot be meant.
            RefusedError: The contract would refuse it now.
            UnavailableError: The node does not answer.
        """
        act = prepare_act(form, self._offices, IndexActs(index, self._now, allow)).act
        if act is None:
            raise TypeError("a form of an act makes one")
        self._ask(act)
        return act

    def reserve(self, act: Act) -> Reservation:
        """Reserve the number of an act's sender, for two minutes.

        Raises:
            ActLedgerError: It is for another ledger.
            RevertError: The contract would refuse it.
            SignatureOpenError: The sender has the number of something else in hand.
        """
        self._require_own(act)
        self._ask(act)
        return self._outbox.reserve(act.outbox_key, act.sender, self._chain, self._now())

    def hand_in(self, act: Act, raw: bytes) -> Entry:
        """Take in the transaction of an act, and its record; both are on disk when this returns.

        The same bytes get the same answer at any time.

        Args:
            act: As its sender signed it.
            raw: The signed transaction.

        Raises:
            ActLedgerError: It is for another ledger.
            ActConsentError: It is an approval without its approver's consent.
            RecordSignatureError: Its sender has not signed the record that goes with it.
            RevertError: The contract would refuse it: what it would name is named already, say.
            ContentDiffersError: Another content stands under its key.
            NumberOverError: It was signed under a number that is not reserved for it.
            TransactionOtherError: It says something else than the act.
            TransactionRawError: It is no signed transaction.
        """
        known = self._outbox.find_transaction(keccak(raw))
        if known is not None and known.key == act.outbox_key:
            return known
        self._require_own(act)
        act.require_record()
        act.require_consent()
        act.require_record_signature()
        submission = act.submission()
        if not self._stands(act):
            # Before anything is stored: a refused registration must not replace the name of what is there.
            self._ask(act)

        def keep() -> None:
            if act.record is not None and act.record_signature is not None:
                self._records.put_signed(act.record, act.sender, act.record_signature)

        return self._outbox.adopt(submission, raw, self._chain, self._now(), keep=keep)

    def _stands(self, act: Act) -> bool:
        known = self._outbox.find(act.outbox_key)
        return known is not None and known.state not in (EntryState.PREPARED, EntryState.REFUSED)

    def _require_own(self, act: Act) -> None:
        own = self._deployment
        require_ledger(
            act,
            chain_id=own.chain_id,
            genesis=own.genesis_hash,
            contracts=own.addresses,
            source="deployment.json",
        )

    def _ask(self, act: Act) -> None:
        """Refuse what the contract would refuse now; of an approval that lacks its consent nobody knows yet.

        Raises:
            RefusedError: It would.
            UnavailableError: The node does not answer.
        """
        try:
            act.require_consent()
        except ActConsentError:
            return
        self._chain.call(act.address, act.data, "pending", sender=act.sender)
