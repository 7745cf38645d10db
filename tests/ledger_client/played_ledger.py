"""A small ledger on a real chain, on which one document of every kind is recorded through the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.calldata import ACCEPTED, OPEN, Consignment, Original, Signing, calldata
from ledger_client.chain import Chain, Receipt
from ledger_client.contracts import Deployment, deploy, encode_call
from ledger_client.digests import (
    consent_digest,
    content_digest,
    document_key,
    domain_separator,
    recording_site,
)
from ledger_client.documents import CHINA_OFFSET, SECONDS_A_DAY, Document, Kind, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.events import DocumentRecorded, LedgerEvent, decode_event
from ledger_client.keccak import keccak
from ledger_client.lines import (
    CountLine,
    Line,
    LotAttributes,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    pack_lines,
)
from ledger_client.reverts import decode_revert
from ledger_client.roles import Role
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.words import REFERENCE_CONSIGNMENT, REFERENCE_REVERSED, pack_reference

DIVISIONS = (42, 4201, 420106, 420106001, 420106001001)
DISTRICT, COMMUNITY = 420106, 420106001001
SITE, OTHER_SITE = 420106001001101, 420106001001201
CATEGORY = 1_010_101
MASKS, RICE, BAGS = 101_0101_00001, 201_0101_00001, 201_0101_00002
SUPPLIER, ISSUER, CONSIGNEE, DONOR = 0xA1 << 152, 0xB2 << 152, 0xC3 << 152, 0xD4 << 152
CERTIFICATE = keccak(b"a certificate")
NAME = keccak(b"a salted name")
GAS = 3_000_000
FOR_EVER = 1 << 39


def signer(name: str) -> Signer:
    return EnvironmentSigner.from_value("TEST", keccak(name.encode()).hex())


ROOT, KEEPER, OTHER_KEEPER, APPROVER = map(signer, ("root", "keeper", "other keeper", "approver"))
SETTLER, SUPPLYING, ISSUING, STRANGER = map(signer, ("settler", "supplier", "issuer", "stranger"))
GRANTS = (
    (KEEPER, Role.KEEPER, COMMUNITY, 0),
    (OTHER_KEEPER, Role.KEEPER, COMMUNITY, 0),
    (APPROVER, Role.APPROVER, DISTRICT, 0),
    (SETTLER, Role.APPROVER, DISTRICT, 0),
    (SUPPLYING, Role.SUPPLIER, DISTRICT, SUPPLIER),
    (ISSUING, Role.ISSUER, 0, ISSUER),
)
DIVISION_OF = {who.address: division for who, _, division, _ in GRANTS} | {ROOT.address: 0}


class RefusedTransactionError(AssertionError):
    """A transaction failed that a test expected to succeed; the reason is the cause."""


@dataclass
class Ledger:
    """A ledger that is being played."""

    chain: Chain
    deployment: Deployment
    clock: ManualClock | None = None
    events: list[LedgerEvent] = field(default_factory=list)
    clients: int = 0

    def send(self, who: Signer, calls: Sequence[tuple[Address, bytes]]) -> list[Receipt]:
        """Send transactions, wait for them, and keep what they wrote."""
        nonce = self.chain.transaction_count(who.address)
        common = {"chainId": self.chain.chain_id, "gas": GAS}
        hashes = [
            self.chain.send_raw(
                who.sign_transaction({**common, "nonce": nonce + step, "to": to, "data": data})
            )
            for step, (to, data) in enumerate(calls)
        ]
        receipts = self.chain.wait(hashes)
        for receipt in receipts:
            if not receipt.succeeded:
                raise RefusedTransactionError from decode_revert(receipt.revert_data)
            self.keep(receipt)
        return receipts

    def keep(self, receipt: Receipt) -> None:
        """Keep what a transaction wrote."""
        self.events.extend(decode_event(log) for log in receipt.logs)

    def register(self, who: Signer, contract: str, *calls: tuple[Any, ...]) -> None:
        to = self.deployment.addresses[contract]
        self.send(who, [(to, encode_call(contract, *call)) for call in calls])

    def now(self) -> int:
        """The time of a clock that a test sets, where there is one; that of the newest block elsewhere."""
        return self.clock.now() if self.clock else self.chain.head().time

    def document(self, **fields: Any) -> Document:
        """A document that occurred now, with a client id of its own."""
        self.clients += 1
        now = Timestamp(self.now())
        return Document(client_id=self.clients.to_bytes(32, "big"), **{"occurred_at": now, **fields})

    def signing(
        self,
        kind: Kind,
        document: Document,
        who: Signer,
        other: Signer | None = None,
        approver: Signer | None = None,
        original: Kind | None = None,
    ) -> Signing:
        key = document_key(recording_site(kind, document, original), document.client_id)
        body, until = keccak(document.client_id), self.now() + SECONDS_A_DAY
        digest = consent_digest(self.deployment.domain, content_digest(kind, key, document), body, until)
        return Signing(
            sender_division=DIVISION_OF[who.address],
            body=body,
            valid_until=until,
            other_division=DIVISION_OF[other.address] if other else 0,
            approver_division=DIVISION_OF[approver.address] if approver else 0,
            other=other.sign_digest(digest) if other else None,
            approver=approver.sign_digest(digest) if approver else None,
        )

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
        """Record a document, and return its event."""
        signing = self.signing(kind, document, who, other, approver, original.kind if original else None)
        data = calldata(kind, document, signing, consignment, original)
        self.send(who, [(self.deployment.stock_ledger, data)])
        event = self.events[-1]
        assert isinstance(event, DocumentRecorded)
        return event

    @property
    def documents(self) -> list[DocumentRecorded]:
        return [event for event in self.events if isinstance(event, DocumentRecorded)]


def set_up(chain: Chain, clock: ManualClock | None = None) -> Ledger:
    """Deploy a ledger and register places, people, suppliers and goods."""
    deployment = deploy(chain, ROOT, root=ROOT.address, delay=0, offset=CHINA_OFFSET)
    ledger = Ledger(chain, deployment, clock)
    logs = chain.logs(list(deployment.addresses.values()), deployment.first_block, deployment.block)
    ledger.events.extend(decode_event(log) for part in logs for log in part)
    ledger.register(
        ROOT,
        "Directory",
        *(("registerDivision", division, NAME, 0) for division in DIVISIONS),
        *(("registerSite", site, False, NAME, 0) for site in (SITE, OTHER_SITE)),
        ("registerConsignee", CONSIGNEE, DISTRICT, NAME, 0),
        *(
            ("grant", who.address, role, division, subject, 0, class_consent(deployment, who, role))
            for who, role, division, subject in GRANTS
        ),
    )
    ledger.register(
        ROOT,
        "SupplierRegistry",
        ("registerSupplier", SUPPLIER, NAME, 0),
        ("registerIssuer", ISSUER, NAME),
        ("accredit", ISSUER, CATEGORY, 0, FOR_EVER),
    )
    ledger.register(
        ROOT,
        "Catalogue",
        ("registerItem", MASKS, CATEGORY, 730, b"H87", False, NAME),
        ("registerItem", RICE, 0, 0, b"KGM", False, NAME),
        ("registerItem", BAGS, 0, 0, b"BG\0", False, NAME),
        ("setFactor", BAGS, RICE, 25),
    )
    ledger.register(
        ISSUING,
        "SupplierRegistry",
        ("issueQualification", ISSUER, SUPPLIER, CATEGORY, 1, 0, FOR_EVER, CERTIFICATE),
    )
    return ledger


def class_consent(deployment: Deployment, holder: Signer, role: Role) -> tuple[bytes, bytes]:
    words = bytes(12) + address_to_bytes(holder.address) + role.to_bytes(32, "big")
    struct = keccak(keccak(b"ClassConsent(address holder,uint8 class)") + words)
    domain = domain_separator(deployment.chain_id, deployment.directory)
    signature = holder.sign_digest(keccak(b"\x19\x01" + domain + struct))
    return signature.r, signature.vs


def qualification_id() -> int:
    words = (ISSUER, SUPPLIER, CATEGORY, int.from_bytes(CERTIFICATE, "big"))
    return int.from_bytes(keccak(b"".join(word.to_bytes(32, "big") for word in words))[:20], "big")


BAGGED = LotAttributes(item=BAGS, source=DONOR, expires=40_000)
LOOSE = LotAttributes(item=RICE, source=DONOR, expires=40_000)
MASK = LotAttributes(item=MASKS, source=SUPPLIER, batch=keccak(b"batch"), made=20_000, expires=40_000)


def play(ledger: Ledger) -> None:
    """Record one document of every kind, each in the shortest way that uses every field it has."""
    opened = [OpeningLine(BAGGED, 100), OpeningLine(LOOSE, 500)]
    for site, lines in ((SITE, opened), (OTHER_SITE, [])):
        document = ledger.document(to=site, lines=pack_lines(Kind.OPENING, lines))
        ledger.record(Kind.OPENING, KEEPER, document, approver=APPROVER)
    _play_receipts(ledger)
    _play_at_one_site(ledger)
    _play_consignment(ledger)
    _play_transfers(ledger)


def _play_receipts(ledger: Ledger) -> None:
    lines = pack_lines(Kind.RECEIPT, [ReceiptLine(MASK, accepted=80, rejected=20, ordinal=1, reason=10)])
    document = ledger.document(from_=SUPPLIER, to=SITE, qualification=qualification_id(), lines=lines)
    ledger.record(Kind.RECEIPT, KEEPER, document, other=SUPPLYING)

    # A donation of long ago: late, held, in lots of its own.
    past = Timestamp(ledger.now() - 30 * SECONDS_A_DAY)
    late = ledger.document(from_=DONOR, to=SITE, occurred_at=past)
    held = LOOSE.owned_by(document_key(SITE, late.client_id), 1)
    lines = pack_lines(Kind.RECEIPT, [ReceiptLine(held, accepted=7, ordinal=1)])
    event = ledger.record(Kind.RECEIPT, KEEPER, replace(late, lines=lines), approver=APPROVER)
    assert event.is_late

    lines = pack_lines(Kind.RELEASE, [Line(held.lot_id)])
    reference = pack_reference(1, event.key)
    document = ledger.document(from_=SITE, reason=50, reference=reference, lines=lines)
    ledger.record(Kind.RELEASE, APPROVER, document)


def _play_at_one_site(ledger: Ledger) -> None:
    lots = pack_lines(Kind.HOLD, [Line(MASK.lot_id), Line(LOOSE.lot_id)])
    ledger.record(Kind.HOLD, APPROVER, ledger.document(from_=SITE, reason=55, lines=lots))
    ledger.record(Kind.RELEASE, APPROVER, ledger.document(from_=SITE, reason=51, lines=lots))
    ledger.record(Kind.RECALL, ROOT, ledger.document(reason=61, lines=lots))
    ledger.record(Kind.LIFT, ROOT, ledger.document(reason=62, lines=lots))

    lines = pack_lines(Kind.ISSUE, [Line(MASK.lot_id, 10, 41)])
    ledger.record(Kind.ISSUE, KEEPER, ledger.document(from_=SITE, to=CONSIGNEE, lines=lines))
    lines = pack_lines(Kind.WRITE_OFF, [Line(LOOSE.lot_id, 2, 11), Line(LOOSE.lot_id, 3, 12)])
    ledger.record(Kind.WRITE_OFF, KEEPER, ledger.document(from_=SITE, lines=lines), approver=APPROVER)
    lines = pack_lines(Kind.REPACK, [RepackLine(BAGGED.lot_id, 4, LOOSE, 100, 70)])
    ledger.record(Kind.REPACK, KEEPER, ledger.document(from_=SITE, lines=lines), approver=APPROVER)

    journal = next(event for event in reversed(ledger.documents) if event.from_ == SITE).from_journal
    lines = pack_lines(
        Kind.COUNT, [CountLine(MASK.lot_id, 71, 70, 30), CountLine(LOOSE.lot_id, 590, 595, 32)]
    )
    document = ledger.document(from_=SITE, reference=journal, lines=lines)
    ledger.record(Kind.COUNT, KEEPER, document, other=OTHER_KEEPER, approver=APPROVER)


def _play_consignment(ledger: Ledger) -> None:
    sent = pack_lines(Kind.DISPATCH, [Line(MASK.lot_id, 30), Line(LOOSE.lot_id, 40)])
    deadline = ledger.now() + SECONDS_A_DAY
    document = ledger.document(from_=SITE, to=OTHER_SITE, deadline=deadline, lines=sent)
    dispatch = ledger.record(Kind.DISPATCH, KEEPER, document)
    reference = pack_reference(REFERENCE_CONSIGNMENT, dispatch.key)
    step = {"from_": SITE, "to": OTHER_SITE, "reference": reference}

    exceptions = [Line.missing(MASK.lot_id, 5, 20), Line.returning(LOOSE.lot_id, 8, 10)]
    lines = pack_lines(Kind.ACCEPTANCE, exceptions)
    open_ = Consignment(OPEN, (KEEPER.address,), sent)
    document = ledger.document(**step, lines=lines)
    ledger.record(Kind.ACCEPTANCE, OTHER_KEEPER, document, consignment=open_)

    left = Consignment(ACCEPTED, (KEEPER.address, OTHER_KEEPER.address), lines)
    ledger.record(Kind.RETURN_ACCEPTANCE, KEEPER, ledger.document(**step), consignment=left)

    signers = (KEEPER.address, OTHER_KEEPER.address, KEEPER.address)
    left = Consignment(ACCEPTED, signers, pack_lines(Kind.ACCEPTANCE, [Line.missing(MASK.lot_id, 5, 20)]))
    lines = pack_lines(Kind.SETTLEMENT, [Line(MASK.lot_id, 2, 1), Line(MASK.lot_id, 3, 3)])
    ledger.record(Kind.SETTLEMENT, SETTLER, ledger.document(**step, lines=lines), consignment=left)


def _play_transfers(ledger: Ledger) -> None:
    lines = pack_lines(Kind.HAND_OVER, [Line(BAGGED.lot_id, 6), Line(LOOSE.lot_id, 9)])
    document = ledger.document(from_=SITE, to=OTHER_SITE, lines=lines)
    event = ledger.record(Kind.HAND_OVER, KEEPER, document, other=OTHER_KEEPER)

    reference = pack_reference(REFERENCE_REVERSED, event.key)
    document = ledger.document(from_=SITE, to=OTHER_SITE, reason=80, reference=reference)
    original = Original.from_event(event)
    ledger.record(Kind.REVERSAL, KEEPER, document, other=OTHER_KEEPER, approver=APPROVER, original=original)
