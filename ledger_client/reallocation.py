"""The reallocation of a ledger: requests, proposals, approvals, and deliveries that are shown.

Each method prepares one call and returns it; `Ledger.write` signs and sends::

    request = ledger.reallocation.request(site, masks, 400, needed_by=friday, keeper=…)
    ledger.write([request])
    proposal = ledger.reallocation.propose(request.key, giver, {lot: 400}, keeper=…)
    ledger.write([proposal])
    ledger.write([ledger.reallocation.approve([proposal.key], approver=…)])

The giver's keeper then records a dispatch or hand-over with `reference_to(proposal.key)`, and what was
recorded is shown: `ledger.write([ledger.reallocation.shown(dispatch, by=…)])`. Where the goods leave the
district, `approve_with_consent` takes the place of `approve`, and the keeper sends the document by `deliver`.

The body of a request goes into the records store before its salted digest goes on chain. It says why in words
and never who: no names, telephone numbers or addresses.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import LINES_MOST, Urgency, request_key
from ledger_client.calls import content_of, document_argument, require_fits, with_gas
from ledger_client.deliveries import Delivery, leaving, reference_to
from ledger_client.digests import consent_digest, content_digest, document_key, domain_separator
from ledger_client.documents import LATE_AFTER, SECONDS_A_DAY, Document, Kind, Timestamp
from ledger_client.identifiers import ConsigneeId, ItemId, SiteId
from ledger_client.preparing import Drafter, GivenConsent, LedgerPlace, Party, Prepared
from ledger_client.records import Record, RecordId, RecordKind
from ledger_client.roles import Role
from ledger_client.signers import AbsentSigner, CompactSignature, Signer
from ledger_client.stock import PLAIN, Bodies, Particulars
from ledger_client.words import WORD_BYTES, pack_head

if TYPE_CHECKING:
    from ledger_client.fold.records import RecordedDocument

NO_ANCHOR = bytes(32)
"""Of a proposal that nobody computed."""

_NO_BODY = bytes(32)
_NO_CONSENT = CompactSignature(bytes(32), bytes(32))
_CALL_GAS = 300_000
_DECISION_GAS = 100_000
_APPROVAL_GAS = 220_000
_OFFERED_LOT_GAS = 46_000
_LOOKED_AT_LOT_GAS = 14_000
_SHOWN_LINE_GAS = 7_000
# What they cost at most, and half again. Beside 150,000 of the call: an approval 138,000, another decision
# on a proposal 69,000; a lot that a proposal lists 31,000, when it is approved 9,000; a line that is shown
# 4,000.


class Reallocation:
    """Prepares requests, proposals and decisions, and shows deliveries."""

    def __init__(
        self,
        writer: Drafter,
        place: LedgerPlace,
        records: Bodies,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._writer = writer
        self._domain = domain_separator(place.chain_id, place.stock_ledger)
        self._offset = place.offset
        self._records = records
        self._now = now

    # -- requests

    def request(
        self,
        site: SiteId,
        item: ItemId,
        quantity: int,
        *,
        needed_by: int,
        urgency: Urgency = Urgency.ROUTINE,
        reason: int = 0,
        consignee: ConsigneeId | None = None,
        body: Mapping[str, Any] | None = None,
        client_id: bytes | None = None,
        keeper: Party,
    ) -> Prepared:
        """Ask for goods. The same content under the same client id is the same request.

        Args:
            site: The receiving site.
            item: What is asked for.
            quantity: Base units, above 0 and below 2**63.
            needed_by: The last second at which the goods are of use, since 1970; at most 366 days ahead.
            urgency: How long each level of approval has.
            reason: A code of `ledger_client.reasons`; needed above three times the site's floor.
            consignee: To whom the goods will be issued.
            body: Why, in words and without persons; kept in the records store.
            client_id: 32 bytes; random where not given.
            keeper: Of the receiving site.

        Returns:
            The call; its `key` is the request's.

        Raises:
            FieldRangeError: A number fits no word of the contract.
            BodyFormError: The body cannot be written as canonical JSON.
        """
        require_fits("the quantity", "数量", quantity, 64)
        require_fits("the time of need", "需用时间", needed_by, 64)
        require_fits("the reason", "原因", reason, 16)
        client_id = client_id or secrets.token_bytes(32)
        key = request_key(site, client_id)
        record = self._body("request", key, body)
        digest = record.body_digest() if record else _NO_BODY
        asking = (client_id, site, item, quantity, needed_by, urgency, reason, consignee or 0, digest)
        return self._call("request", asking, keeper.division, by=keeper.signer, record=record)

    def withdraw_request(self, request: int, *, reason: int, keeper: Party) -> Prepared:
        """Withdraw a request that is open; what is on its way for it still counts.

        Args:
            request: Its key.
            reason: A code of `ledger_client.reasons`.
            keeper: Of the receiving site.

        Raises:
            FieldRangeError: The reason fits no word of the contract.
        """
        require_fits("the reason", "原因", reason, 16)
        return self._call("withdrawRequest", request, reason, keeper.division, by=keeper.signer)

    # -- proposals

    def propose(
        self,
        request: int,
        giver: SiteId,
        lots: Mapping[int, int],
        *,
        anchor: bytes = NO_ANCHOR,
        client_id: bytes | None = None,
        keeper: Party,
    ) -> Prepared:
        """Propose what one giver gives. The same content under the same client id is the same proposal.

        Args:
            request: Key of the request.
            giver: The giving site.
            lots: Base units by lot, 1 to 64 of them; 0 for lots that stay and show that the floor is covered.
            anchor: keccak(block, configuration, distances, output) of the matching that it comes from.
            client_id: 32 bytes; random where not given.
            keeper: Of either site, or of a division above one.

        Returns:
            The call; its `key` is the proposal's.

        Raises:
            FieldRangeError: A lot or quantity fits no word of the contract.
        """
        client_id = client_id or secrets.token_bytes(32)
        lines = sorted(pack_head(lot, 0, quantity) for lot, quantity in lots.items())
        offer = (client_id, request, giver, anchor, lines)
        prepared = self._call("propose", offer, keeper.division, by=keeper.signer)
        return with_gas(prepared, _CALL_GAS + len(lines) * _OFFERED_LOT_GAS)

    def withdraw(self, proposals: Sequence[int], role: Role, *, reason: int, by: Party) -> Prepared:
        """Withdraw proposals, or what was not yet shown as delivered of approved ones.

        Args:
            proposals: Their keys.
            role: KEEPER or APPROVER, as which `by` acts.
            reason: A code of `ledger_client.reasons`.
            by: A keeper of either site, or an approver who could approve them by level.

        Raises:
            FieldRangeError: The reason fits no word of the contract.
        """
        require_fits("the reason", "原因", reason, 16)
        prepared = self._call("withdraw", list(proposals), role, by.division, reason, by=by.signer)
        return _of_many(prepared, proposals)

    def expire(self, proposals: Sequence[int], *, by: Signer) -> Prepared:
        """Record that the time of proposals is over, which frees what they reserve. Anybody may.

        Args:
            proposals: Their keys.
            by: Who sends it.
        """
        return _of_many(self._call("expire", list(proposals), by=by), proposals)

    # -- decisions

    def approve(
        self,
        proposals: Sequence[int],
        *,
        lots: int | None = None,
        stale_reason: int = 0,
        approver: Party,
    ) -> Prepared:
        """Approve what can be approved of a list, in its order; events say why the others are not.

        Args:
            proposals: Their keys.
            lots: How many lots they list together, where known, so that no more gas is asked for than needed.
            stale_reason: Why givers whose count is overdue give all the same, 0 where they do not.
            approver: At the lowest division over both sites that is no community, or one above whose turn
                has come.

        Raises:
            FieldRangeError: The reason fits no word of the contract.
        """
        require_fits("the reason", "原因", stale_reason, 16)
        prepared = self._call("approve", list(proposals), approver.division, stale_reason, by=approver.signer)
        return _approving(prepared, len(proposals), len(proposals) * LINES_MOST if lots is None else lots)

    def approve_with_consent(
        self,
        proposal: int,
        giver: SiteId,
        receiver: SiteId,
        lots: Mapping[int, int],
        *,
        kind: Kind = Kind.DISPATCH,
        deadline: int = 0,
        stale_reason: int = 0,
        valid_until: int | None = None,
        particulars: Particulars = PLAIN,
        approver: Party,
    ) -> Prepared:
        """Approve one proposal whose goods leave the district, with the consent to its prepared document.

        The giver's keeper sends the document with the consent, see `deliver`. Its body stays in this records
        store: the keeper sends its digest.

        Args:
            proposal: Its key.
            giver: The giving site, as proposed.
            receiver: The receiving site of the request.
            lots: Base units by lot, as proposed; lots of which nothing leaves are left out of the document.
            kind: Dispatch or hand-over.
            deadline: Of a dispatch: until when the receiver is expected to answer, seconds since 1970.
            stale_reason: As in `approve`.
            valid_until: Until when the consent counts, seconds since 1970; where not given, until the
                document would be late.
            particulars: Of the document; it occurs today where not given, and refers to the proposal.
            approver: As in `approve`; signs twice, so that nobody approves twice.

        Raises:
            FieldRangeError: A number fits no word of the contract.
            LineQuantityError: Nothing leaves.
            BodyFormError: The body cannot be written as canonical JSON.
        """
        require_fits("the reason", "原因", stale_reason, 16)
        document = Document(
            client_id=particulars.client_id or secrets.token_bytes(32),
            occurred_at=particulars.occurred_at or self._today(),
            from_=giver,
            to=receiver,
            reference=reference_to(proposal),
            reason=particulars.reason,
            deadline=deadline,
            lines=leaving(kind, lots),
        )
        key = document_key(giver, document.client_id)
        record = self._body("document", key, particulars.body)
        until = document.occurred_at.end + LATE_AFTER if valid_until is None else valid_until
        consent = self._consent(kind, document, record, until, approver)
        arguments = (
            proposal,
            approver.division,
            stale_reason,
            kind,
            document_argument(document),
            consent.body,
            consent.valid_until,
            (consent.signature.r, consent.signature.vs),
        )
        prepared = self._call("approveWithConsent", *arguments, by=approver.signer, record=record)
        return _approving(prepared, 1, len(lots))

    def _consent(
        self, kind: Kind, document: Document, body: Record | None, valid_until: int, approver: Party
    ) -> GivenConsent:
        """Return an approver's consent to a document; of one whose key is elsewhere, it is still to come."""
        content = content_digest(kind, document_key(document.from_, document.client_id), document)
        digest = body.body_digest() if body else _NO_BODY
        signed = _NO_CONSENT
        if not isinstance(approver.signer, AbsentSigner):
            signed = approver.signer.sign_digest(consent_digest(self._domain, content, digest, valid_until))
        return GivenConsent(approver.division, digest, valid_until, signed)

    def reject(self, proposals: Sequence[int], *, reason: int, approver: Party) -> Prepared:
        """Reject proposals that were not decided on.

        Args:
            proposals: Their keys.
            reason: A code of `ledger_client.reasons`.
            approver: Who could approve them by level.

        Raises:
            FieldRangeError: The reason fits no word of the contract.
        """
        require_fits("the reason", "原因", reason, 16)
        prepared = self._call("reject", list(proposals), approver.division, reason, by=approver.signer)
        return _of_many(prepared, proposals)

    # -- deliveries

    def deliver(self, delivery: Delivery, *, keeper: Party, receiver: Party | None = None) -> Prepared:
        """Prepare the document to which the approver consented when approving.

        Its body lies where it was approved; here only its digest is known.

        Args:
            delivery: The document and the consent, see `Delivery.of`.
            keeper: Of the giver.
            receiver: The receiver's keeper, of a hand-over.
        """
        return self._writer.document(
            delivery.kind, delivery.document, keeper, other=receiver, approver=delivery.consent
        )

    def show(self, kind: Kind, key: int, document: Document, *, by: Signer) -> Prepared:
        """Show a recorded document, so that it counts for its request. Anybody may.

        Args:
            kind: Dispatch, hand-over, or what became of a dispatch that was shown: acceptance, contest,
                return, settlement.
            key: Its key.
            document: Its content; its client id may be zero.
            by: Who sends it.
        """
        prepared = self._call("show", kind, key, document_argument(document), by=by)
        return with_gas(prepared, _CALL_GAS + len(document.lines) // WORD_BYTES * _SHOWN_LINE_GAS)

    def shown(self, document: RecordedDocument, *, by: Signer) -> Prepared:
        """Return the call of `show` for a document as the index has it."""
        return self.show(Kind.of(document.kind), document.key, content_of(document), by=by)

    def show_reversed(self, key: int, *, by: Signer) -> Prepared:
        """Show that a dispatch or hand-over was reversed after it was shown. Anybody may.

        Args:
            key: Of the dispatch or hand-over.
            by: Who sends it.
        """
        return self._call("showReversed", key, by=by)

    # -- all

    def _call(self, function: str, *arguments: object, by: Signer, record: Record | None = None) -> Prepared:
        return self._writer.call("Reallocation", function, *arguments, by=by, record=record)

    def _body(self, kind: RecordKind, key: int, body: Mapping[str, Any] | None) -> Record | None:
        """Return the record of a body; one that is given again keeps its salt, and so its digest."""
        if body is None:
            return None
        id_ = RecordId(kind, key)
        stored = self._records.get(id_)
        return stored if stored is not None and stored.body == body else Record.new(id_, body=body)

    def _today(self) -> Timestamp:
        seconds = int(self._now())
        return Timestamp(seconds - (seconds + self._offset) % SECONDS_A_DAY, is_day_only=True)


def _of_many(prepared: Prepared, proposals: Sequence[int]) -> Prepared:
    """Return the call with gas for what it does to each proposal."""
    return with_gas(prepared, _CALL_GAS + len(proposals) * _DECISION_GAS)


def _approving(prepared: Prepared, proposals: int, lots: int) -> Prepared:
    """Return the call with gas for so many approvals, which look at so many lots."""
    return with_gas(prepared, _CALL_GAS + proposals * _APPROVAL_GAS + lots * _LOOKED_AT_LOT_GAS)
