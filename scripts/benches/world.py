"""A district for benchmarks, on a real node: two sites of one community, a qualified supplier, goods to move.

All contracts are the committed artifacts and every check is made, as in production; only the delay D is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import HTTPProvider, Web3
from web3.contract.contract import Contract

from ledger_client.artifacts import load_artifact
from ledger_client.calldata import Consignment, Signing, calldata
from ledger_client.digests import (
    consent_digest,
    content_digest,
    document_key,
    domain_separator,
    recording_site,
)
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import LotAttributes, ReceiptLine, pack_lines
from ledger_client.roles import Role
from ledger_client.signers import LocalSigner

OFFSET = 28_800  # seconds
NEVER = 2**40 - 1
GAS = 90_000_000  # of a transaction, at most
CATEGORY = 1_010_101
ITEM = 101_0101_00001
DIVISIONS = (42, 4201, 420106, 420106001, 420106001001)
COMMUNITY = DIVISIONS[-1]
SITE, OTHER_SITE = COMMUNITY * 1_000 + 101, COMMUNITY * 1_000 + 201


def id_of(name: str) -> int:
    """Return an id of 160 bits."""
    return int.from_bytes(keccak(name.encode())[:20], "big")


SUPPLIER, ISSUER = id_of("supplier"), id_of("issuer")


def actor(name: str) -> LocalAccount:
    """Return an account whose key follows from its name."""
    account: LocalAccount = Account.from_key(keccak(b"benchmark " + name.encode()))
    return account


@dataclass(slots=True)
class District:
    """The contracts on a node, and who signs there."""

    w3: Web3
    directory: Contract
    catalogue: Contract
    registry: Contract
    ledger: Contract
    domain: bytes
    qualification: int = 0
    root: LocalAccount = field(default_factory=lambda: actor("root"))
    keeper: LocalAccount = field(default_factory=lambda: actor("keeper"))
    other_keeper: LocalAccount = field(default_factory=lambda: actor("other keeper"))
    approver: LocalAccount = field(default_factory=lambda: actor("approver"))
    supplier: LocalAccount = field(default_factory=lambda: actor("supplier"))
    issuer: LocalAccount = field(default_factory=lambda: actor("issuer"))
    documents: int = 0

    @classmethod
    def found(cls, url: str) -> District:
        """Deploy the contracts on the node at `url` and register everything."""
        w3 = Web3(HTTPProvider(url))
        root = actor("root")
        directory = deploy(w3, root, "Directory", root.address, 0)
        catalogue = deploy(w3, root, "Catalogue", directory.address)
        registry = deploy(w3, root, "SupplierRegistry", directory.address)
        steps = deploy(w3, root, "LedgerSteps", directory.address, OFFSET)
        parts = (directory.address, catalogue.address, registry.address, steps.address)
        ledger = deploy(w3, root, "StockLedger", *parts, OFFSET)
        domain = domain_separator(w3.eth.chain_id, ledger.address)
        district = cls(w3, directory, catalogue, registry, ledger, domain)
        district._register()
        district._open(SITE, district.keeper)
        district._open(OTHER_SITE, district.other_keeper)
        return district

    def _register(self) -> None:
        name = keccak(b"name")
        directory, registry = self.directory.functions, self.registry.functions
        for division in DIVISIONS:
            send(self.w3, self.root, directory.registerDivision(division, name, 0))
        for site in (SITE, OTHER_SITE):
            send(self.w3, self.root, directory.registerSite(site, False, name, 0))
        for holder, role, division, subject in (
            (self.keeper, Role.KEEPER, COMMUNITY, 0),
            (self.other_keeper, Role.KEEPER, COMMUNITY, 0),
            (self.approver, Role.APPROVER, DIVISIONS[2], 0),
            (self.supplier, Role.SUPPLIER, DIVISIONS[2], SUPPLIER),
            (self.issuer, Role.ISSUER, 0, ISSUER),
        ):
            consent = self._class_consent(holder, role)
            send(self.w3, self.root, directory.grant(holder.address, role, division, subject, 0, consent))
        send(self.w3, self.root, registry.registerSupplier(SUPPLIER, name, 0))
        send(self.w3, self.root, registry.registerIssuer(ISSUER, name))
        send(self.w3, self.root, registry.accredit(ISSUER, CATEGORY, 0, NEVER))
        item = self.catalogue.functions.registerItem(ITEM, CATEGORY, 730, b"XBX", False, name)
        send(self.w3, self.root, item)
        issue = registry.issueQualification(ISSUER, SUPPLIER, CATEGORY, 1, 0, NEVER, keccak(b"certificate"))
        receipt = send(self.w3, self.issuer, issue)
        (event,) = self.registry.events.QualificationRecorded().process_receipt(receipt)
        self.qualification = event["args"]["qualification"]

    def _class_consent(self, holder: LocalAccount, role: Role) -> tuple[bytes, bytes]:
        words = (int(holder.address, 16), int(role))
        struct = keccak(b"ClassConsent(address holder,uint8 class)") + b"".join(
            word.to_bytes(32, "big") for word in words
        )
        domain = domain_separator(self.w3.eth.chain_id, self.directory.address)
        signature = LocalSigner(holder, is_demo=True).sign_digest(
            keccak(b"\x19\x01" + domain + keccak(struct))
        )
        return signature.r, signature.vs

    def _open(self, site: int, keeper: LocalAccount) -> None:
        self.record(Kind.OPENING, keeper, to=site, approver=self.approver)

    def receive(self, lots: Sequence[LotAttributes], quantity: int) -> Mapping[str, Any]:
        """Record a receipt of `quantity` of each lot at `SITE`, qualified and signed by the supplier."""
        lines = [ReceiptLine(lot, quantity, 0, ordinal) for ordinal, lot in enumerate(lots, 1)]
        return self.record(
            Kind.RECEIPT,
            self.keeper,
            from_=SUPPLIER,
            to=SITE,
            qualification=self.qualification,
            lines=pack_lines(Kind.RECEIPT, lines),
            other=self.supplier,
            other_division=DIVISIONS[2],
        )

    def record(
        self,
        kind: Kind,
        sender: LocalAccount,
        *,
        other: LocalAccount | None = None,
        other_division: int = COMMUNITY,
        approver: LocalAccount | None = None,
        consignment: Consignment | None = None,
        **content: Any,
    ) -> Mapping[str, Any]:
        """Record one document with every signature that it needs, and return its receipt."""
        self.documents += 1
        now = self.w3.eth.get_block("latest")["timestamp"]
        document = Document(
            client_id=keccak(self.documents.to_bytes(32, "big")), occurred_at=Timestamp(now), **content
        )
        key = document_key(recording_site(kind, document), document.client_id)
        until = now + 3_600
        digest = consent_digest(self.domain, content_digest(kind, key, document), bytes(32), until)
        signing = Signing(
            sender_division=COMMUNITY,
            valid_until=until,
            other_division=other_division if other else 0,
            approver_division=DIVISIONS[2] if approver else 0,
            other=LocalSigner(other, is_demo=True).sign_digest(digest) if other else None,
            approver=LocalSigner(approver, is_demo=True).sign_digest(digest) if approver else None,
        )
        data = calldata(kind, document, signing, consignment)
        return transact(self.w3, sender, self.ledger.address, data)


def deploy(w3: Web3, by: LocalAccount, name: str, *arguments: Any) -> Contract:
    """Deploy a committed artifact of the ledger."""
    artifact = load_artifact(name)
    return deploy_code(w3, by, artifact.abi, artifact.bytecode, *arguments)


def deploy_code(w3: Web3, by: LocalAccount, abi: Any, bytecode: Any, *arguments: Any) -> Contract:
    """Deploy any contract."""
    factory: Any = w3.eth.contract(abi=abi, bytecode=bytecode)
    data = factory.constructor(*arguments).data_in_transaction
    receipt = transact(w3, by, None, bytes.fromhex(data.removeprefix("0x")))
    contract: Contract = w3.eth.contract(address=receipt["contractAddress"], abi=abi)
    return contract


def send(w3: Web3, by: LocalAccount, call: Any) -> Mapping[str, Any]:
    """Send a call of a contract and return its receipt."""
    data = call._encode_transaction_data()
    return transact(w3, by, call.address, bytes.fromhex(data.removeprefix("0x")))


def transact(w3: Web3, by: LocalAccount, to: str | None, data: bytes) -> Mapping[str, Any]:
    """Sign and send a legacy transaction and return its receipt; a reverted one ends the benchmark."""
    fields: dict[str, Any] = {
        "chainId": w3.eth.chain_id,
        "nonce": w3.eth.get_transaction_count(by.address),
        "gas": GAS,
        "gasPrice": 0,
        "value": 0,
        "data": data,
    }
    if to is not None:
        fields["to"] = to
    sent = w3.eth.send_raw_transaction(by.sign_transaction(fields).raw_transaction)
    receipt = w3.eth.wait_for_transaction_receipt(sent, poll_latency=0.01)
    if receipt["status"] != 1:
        w3.eth.call({"from": by.address, "to": fields.get("to", ""), "data": data, "gas": GAS})
        raise RuntimeError("a transaction of the benchmark was refused")
    return receipt
